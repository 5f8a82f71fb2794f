//! Which payments a list asks a store for, as facts of a row: a store compares and judges nothing.

use kit_core::Timestamp;

use super::{Payment, PaymentState};

/// Which of a merchant's payments are wanted: those that fit every part that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentQuery {
    /// With exactly this reference.
    pub reference: Option<String>,
    /// Created at this moment or later.
    pub created_from: Option<Timestamp>,
    /// Created before this moment.
    pub created_to: Option<Timestamp>,
    /// Where they stand.
    pub standing: Option<Standing>,
}

/// Where payments stand at a moment. Which rows read so is for `rules::payment::reads_as` to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Payments in this state, but those of them that lapsed.
    pub state: PaymentState,
    /// And payments that lapsed: with something captured (`true`), or with nothing (`false`).
    pub lapsed: Option<bool>,
    /// The moment. A payment lapsed where it is authorized or waits for approval, and ended by then.
    pub at: Timestamp,
}

impl PaymentQuery {
    /// Whether a payment fits.
    #[must_use]
    pub fn takes(&self, payment: &Payment) -> bool {
        self.reference.as_ref().is_none_or(|reference| payment.reference == *reference)
            && self.created_from.is_none_or(|from| payment.created_at >= from)
            && self.created_to.is_none_or(|to| payment.created_at < to)
            && self.standing.is_none_or(|standing| standing.takes(payment))
    }
}

impl Standing {
    fn takes(self, payment: &Payment) -> bool {
        let open = matches!(payment.state, PaymentState::Authorized | PaymentState::RequiresApproval);
        if open && payment.expires_at.is_some_and(|end| end <= self.at) {
            self.lapsed == Some(payment.captured > 0)
        } else {
            payment.state == self.state
        }
    }
}
