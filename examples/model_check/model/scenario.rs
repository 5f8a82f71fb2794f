//! The bounds: who orders, what may go wrong, and how often. One run of the check goes through several of them.

use super::PRICE;

/// What is bounded for one order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrderBounds {
    /// Attempts at paying it.
    pub(crate) attempts: u8,
    /// How often the sweep may take up an attempt.
    pub(crate) claims: u32,
    /// Whether it may be cancelled once it is paid.
    pub(crate) refunds: bool,
    /// How often a refund may be taken up again, by the sweep or by the operator.
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
    /// What the discount takes off the first order, in cents: all of it, and nobody has to pay it.
    pub(crate) taken_off: i64,
    /// The two orders.
    pub(crate) orders: [OrderBounds; 2],
    /// How many messages may be copied on their way.
    pub(crate) copies: u8,
    /// How many calls may be refused: not sent, throttled, rejected, unauthorized.
    pub(crate) refusals: u8,
    /// Whether the bank forgets that it was asked to void a key that it had never seen. It must not: with this the check
    /// has to find a broken promise.
    pub(crate) forgetful: bool,
    /// How many refunds may meet an empty settlement account.
    pub(crate) shorts: u8,
}

/// Ordered once, paid at most once, looked after by the sweep at most once; may be cancelled, its refund sent once.
const SMALL: OrderBounds =
    OrderBounds { attempts: 1, claims: 1, refunds: true, resends: 0, ships: false, hosted: false };
/// The same, and never cancelled once it is paid.
const PLAIN: OrderBounds = OrderBounds { refunds: false, ..SMALL };
/// Paid, or tried to be, twice.
const AGAIN: OrderBounds = OrderBounds { attempts: 2, claims: 2, ..PLAIN };
/// Cancelled, and its refund sent up to three times.
const BACK: OrderBounds = OrderBounds { resends: 2, ..SMALL };

/// The scenarios of a set of bounds; `None` where there is no such set. The largest come first, as two are searched at
/// a time.
pub(crate) fn named(bounds: &str) -> Option<Vec<Scenario>> {
    let base = Scenario {
        name: "",
        balance: 2 * PRICE,
        stock: 2,
        taken_off: 150,
        orders: [SMALL, SMALL],
        copies: 1,
        refusals: 1,
        forgetful: false,
        shorts: 0,
    };
    let hosted = |order| OrderBounds { hosted: true, ..order };
    let ships = |order| OrderBounds { ships: true, ..order };
    // Enough for one of the two orders.
    let poor = PRICE + PRICE / 2;
    let scenario = |name, orders| Scenario { name, orders, ..base.clone() };
    // Whatever its bounds would let it be paid again.
    let free = |stock, other| {
        let first = ships(OrderBounds { attempts: 2, ..SMALL });
        Scenario { stock, taken_off: PRICE, ..scenario("nothing to pay", [first, other]) }
    };
    match bounds {
        "quick" => Some(vec![
            Scenario { copies: 0, ..scenario("paying again", [OrderBounds { claims: 1, ..AGAIN }, PLAIN]) },
            Scenario { refusals: 0, ..scenario("giving back", [SMALL, OrderBounds { claims: 0, ..PLAIN }]) },
            free(1, PLAIN),
        ]),
        "ci" => Some(vec![
            scenario("paying again", [AGAIN, SMALL]),
            Scenario { shorts: 1, ..scenario("giving back", [BACK, OrderBounds { claims: 0, ..PLAIN }]) },
            scenario("hosted approval", [hosted(SMALL), SMALL]),
            Scenario { stock: 1, ..scenario("the last unit", [ships(SMALL), PLAIN]) },
            Scenario { balance: poor, copies: 0, ..scenario("enough for one", [AGAIN, SMALL]) },
            free(1, SMALL),
        ]),
        "long" => Some(vec![
            Scenario { shorts: 1, ..scenario("giving back", [BACK, SMALL]) },
            Scenario { copies: 0, ..scenario("paying both again", [AGAIN, AGAIN]) },
            scenario("hosted approval", [hosted(OrderBounds { claims: 2, ..SMALL }), hosted(SMALL)]),
            Scenario { stock: 1, shorts: 1, ..scenario("the last unit", [ships(BACK), SMALL]) },
            Scenario { balance: poor, ..scenario("enough for one", [AGAIN, ships(SMALL)]) },
            Scenario { copies: 2, refusals: 2, ..scenario("more goes wrong", [SMALL, SMALL]) },
            free(2, AGAIN),
        ]),
        "what-if" => Some(vec![Scenario { forgetful: true, ..scenario("a bank without fences", [SMALL, SMALL]) }]),
        _ => None,
    }
}
