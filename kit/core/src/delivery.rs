//! How far a mail has come: what both outboxes keep of each, and what a courier writes down.

use crate::Timestamp;

/// How far a mail has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// To be sent.
    Waiting {
        /// Not before this.
        due_at: Timestamp,
    },
    /// In safe hands: not sent again.
    Sent {
        /// Since when.
        at: Timestamp,
    },
    /// Never taken, and not tried any more.
    GaveUp {
        /// Since when.
        at: Timestamp,
    },
}

impl Delivery {
    /// The stable slug and the moment, as a store keeps them; [`Delivery::read`] reads them back.
    #[must_use]
    pub const fn columns(self) -> (&'static str, Timestamp) {
        match self {
            Self::Waiting { due_at } => ("waiting", due_at),
            Self::Sent { at } => ("sent", at),
            Self::GaveUp { at } => ("gave-up", at),
        }
    }

    /// From a slug and a moment; `None` for a slug that is none.
    #[must_use]
    pub fn read(slug: &str, at: Timestamp) -> Option<Self> {
        [Self::Waiting { due_at: at }, Self::Sent { at }, Self::GaveUp { at }]
            .into_iter()
            .find(|delivery| delivery.columns().0 == slug)
    }

    /// Since when it is due, where it waits and is due by `now`.
    #[must_use]
    pub fn due_by(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Waiting { due_at } if due_at <= now => Some(due_at),
            _ => None,
        }
    }

    /// When it ended, where it was sent or given up before `before`.
    #[must_use]
    pub fn ended_before(self, before: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Sent { at } | Self::GaveUp { at } if at < before => Some(at),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_read_back() {
        let at = Timestamp::from_micros(7);
        for delivery in [Delivery::Waiting { due_at: at }, Delivery::Sent { at }, Delivery::GaveUp { at }] {
            let (slug, moment) = delivery.columns();
            assert_eq!(Delivery::read(slug, moment), Some(delivery));
        }
        assert_eq!(Delivery::read("lost", at), None);
    }
}
