//! Mails about orders: which there are, and how far each has come. Facts only: what a mail says is decided when it is
//! sent. An order has each kind once, so that nothing is told twice.

use kit_core::{Delivery, Timestamp};

use super::attempt::AlertKind;
use super::order::OrderId;
use crate::codes::codes;

/// A mail about an order: recorded in the same write as what it tells about, sent afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// About which order.
    pub order: OrderId,
    /// What it tells.
    pub kind: MailKind,
    /// When that happened.
    pub at: Timestamp,
    /// How often it was not taken.
    pub tries: u32,
    /// How far it has come.
    pub state: Delivery,
}

impl Mail {
    /// A mail that was just recorded: due at once.
    #[must_use]
    pub fn new(order: OrderId, kind: MailKind, at: Timestamp) -> Self {
        Self { order, kind, at, tries: 0, state: Delivery::Waiting { due_at: at } }
    }

    /// The mail after a try that came to `state`. What was sent or given up stays so: of two couriers the slower one
    /// changes nothing.
    #[must_use]
    pub fn settled(&self, state: Delivery) -> Option<Self> {
        let failed = !matches!(state, Delivery::Sent { .. });
        let tries = self.tries.saturating_add(u32::from(failed));
        matches!(self.state, Delivery::Waiting { .. }).then(|| Self { state, tries, ..self.clone() })
    }

    /// What an operator has to look at, and since when, where this mail was given up.
    #[must_use]
    pub fn alert(&self) -> Option<(AlertKind, Timestamp)> {
        match (self.state, self.kind) {
            (Delivery::GaveUp { at }, MailKind::NewOrder) => Some((AlertKind::OperatorMailGivenUp, at)),
            (Delivery::GaveUp { at }, _) => Some((AlertKind::MailGivenUp, at)),
            (Delivery::Waiting { .. } | Delivery::Sent { .. }, _) => None,
        }
    }
}

/// What a mail tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailKind {
    /// The order is paid.
    Paid,
    /// The order is paid: to the shop's operator.
    NewOrder,
    /// It is on its way.
    Shipped,
    /// It is cancelled, and what was paid given back.
    Cancelled,
    /// It ended without a payment.
    NotPaid,
}

codes!(MailKind {
    Paid => "paid",
    NewOrder => "new-order",
    Shipped => "shipped",
    Cancelled => "cancelled",
    NotPaid => "not-paid",
});
