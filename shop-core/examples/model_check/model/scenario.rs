//! The bounds: who orders, what may go wrong, and how often. One run of the check goes through several of them.

use super::PRICE;

/// What is bounded for one order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrderBounds {
    /// Attempts at paying it.
    pub(crate) attempts: u8,
    /// How often the sweep may take up an attempt.
    pub(crate) claims: u32,
    /// Refunds: the first, and those that the operator starts after a refusal.
    pub(crate) refunds: u8,
    /// How often the sweep may take up a refund.
    pub(crate) resends: u32,
    /// Whether the operator may ship it.
    pub(crate) ships: bool,
    /// Whether the bank has its payments confirmed on its own page.
    pub(crate) hosted: bool,
}

/// One world to be explored.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    /// What it is about.
    pub(crate) name: &'static str,
    /// What the customer has, in cents.
    pub(crate) balance: i64,
    /// How many units are on the shelf; an order takes one.
    pub(crate) stock: u32,
    /// The two orders.
    pub(crate) orders: [OrderBounds; 2],
    /// How many messages may be copied on their way.
    pub(crate) copies: u8,
    /// How many calls may be refused: not sent, throttled, rejected, unauthorized.
    pub(crate) refusals: u8,
    /// How many refunds may meet an empty settlement account.
    pub(crate) shorts: u8,
}

const SMALL: OrderBounds = OrderBounds { attempts: 1, claims: 1, refunds: 1, resends: 0, ships: false, hosted: false };
const PAID: OrderBounds = OrderBounds { attempts: 2, claims: 2, refunds: 0, ..SMALL };
const CANCELLED: OrderBounds = OrderBounds { refunds: 1, resends: 1, ..SMALL };

/// The scenarios of a set of bounds; `None` where there is no such set.
pub(crate) fn named(bounds: &str) -> Option<Vec<Scenario>> {
    let base =
        Scenario { name: "", balance: 2 * PRICE, stock: 2, orders: [SMALL, SMALL], copies: 1, refusals: 1, shorts: 0 };
    let hosted = |order| OrderBounds { hosted: true, ..order };
    match bounds {
        "quick" => Some(vec![
            Scenario {
                name: "two orders",
                copies: 0,
                orders: [OrderBounds { attempts: 2, refunds: 0, ..SMALL }, SMALL],
                ..base.clone()
            },
            Scenario {
                name: "refund",
                refusals: 0,
                orders: [CANCELLED, OrderBounds { refunds: 0, claims: 0, ..SMALL }],
                ..base
            },
        ]),
        "ci" => Some(vec![
            Scenario { name: "paying again", orders: [PAID, SMALL], ..base.clone() },
            Scenario { name: "giving back", orders: [CANCELLED, SMALL], shorts: 1, ..base.clone() },
            Scenario {
                name: "one can be paid",
                balance: PRICE + PRICE / 2,
                orders: [PAID, SMALL],
                copies: 0,
                refusals: 0,
                ..base.clone()
            },
            Scenario {
                name: "the last unit",
                stock: 1,
                orders: [OrderBounds { ships: true, ..CANCELLED }, SMALL],
                ..base.clone()
            },
            Scenario { name: "hosted approval", orders: [hosted(SMALL), SMALL], ..base },
        ]),
        _ => None,
    }
}
