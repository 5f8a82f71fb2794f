//! What the shop said no to: a headline, and each line of the cart that is concerned.

use shop_core::Refusal;

/// Shown above what it is about.
#[derive(Default)]
pub(super) struct Notice {
    /// What happened and what to do; empty where there is nothing to say.
    pub(super) headline: String,
    /// Line by line.
    pub(super) lines: Vec<String>,
    /// The page of an order that the same form has placed before.
    pub(super) order: Option<String>,
}

impl Notice {
    /// One sentence.
    pub(super) fn saying(headline: impl Into<String>) -> Self {
        Self { headline: headline.into(), ..Self::default() }
    }

    /// A refusal.
    pub(super) fn of(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::OutOfStock { lines } => Self {
                headline: "We do not have enough of this. Please take fewer, or remove it.".to_owned(),
                lines: lines
                    .iter()
                    .map(|s| format!("{}: {} wanted, {} left.", s.name, s.wanted, s.available))
                    .collect(),
                order: None,
            },
            Refusal::PriceChanged(change) => Self {
                headline: format!(
                    "The total is now {} instead of {}. Please check it and confirm again.",
                    change.total, change.expected
                ),
                lines: change
                    .lines
                    .iter()
                    .map(|c| format!("{}: now {} instead of {}.", c.name, c.now, c.seen))
                    .collect(),
                order: None,
            },
            other => Self::saying(other.to_string()),
        }
    }
}
