//! What the shop said no to: a headline, and each line of the cart that is concerned.

use kit_web::Words;
use shop_core::{PriceChange, Refusal, Shortage};

use super::told;

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
    pub(super) fn of(t: Words<'_>, refusal: &Refusal) -> Self {
        let lines = match refusal {
            Refusal::OutOfStock { lines } => {
                let line = |s: &Shortage| {
                    let said = t.say("refusal-out-of-stock-line").with("name", &s.name);
                    said.with("wanted", s.wanted).with("available", s.available).to_string()
                };
                lines.iter().map(line).collect()
            }
            Refusal::PriceChanged(change) => {
                let line = |c: &PriceChange| {
                    let said = t.say("refusal-price-changed-line").with("name", &c.name);
                    said.with("now", t.money(c.now)).with("seen", t.money(c.seen)).to_string()
                };
                let code = change.discount_problem.as_ref().map(|problem| told::discount(t, problem));
                change.lines.iter().map(line).chain(code).collect()
            }
            _ => Vec::new(),
        };
        Self { headline: told::refusal(t, refusal), lines, order: None }
    }
}
