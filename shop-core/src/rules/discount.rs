//! Discount codes: what one is for, whether it can be used now, and why not.
//!
//! A use is like a unit of stock: taken in the write that places an order, given back exactly once when the order ends
//! unpaid or is cancelled. So [`Discount::uses`] is at every moment the number of orders that hold the code, of those
//! placed since it was made: a code that is over may be made again.

use std::fmt;

use kit_core::{Money, Timestamp};

use super::order::{DIGITS, Order, OrderState};
use super::product::{Product, Slug};
use super::totals::Benefit;
use super::typed;
use crate::error::{Fact, Refusal};

/// How many codes can be generated in one write.
pub const MAX_GENERATED: usize = 10_000;

/// A code as it is stored: 1 to 32 of A–Z, 0–9 and hyphens. Two codes with the same [`key`](Self::key) are one code.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DiscountCode(String);

impl DiscountCode {
    /// Reads a code as people type it, and as it is stored then: small letters are as good as capitals, blanks and
    /// hyphens of every kind are one hyphen, and what is invisible is not there. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = typed::plain(text)?;
        let parts: Vec<&str> = plain.split([' ', '-']).filter(|part| !part.is_empty()).collect();
        Self::from_stored(&parts.join("-").to_ascii_uppercase())
    }

    /// Reads a code as it was stored, to the letter.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
        ((1..=32).contains(&text.len()) && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// A code that nobody guesses: 60 of these random bits in three groups of Crockford's base 32.
    #[must_use]
    pub fn from_random(bytes: [u8; 8]) -> Self {
        let bits = u64::from_be_bytes(bytes);
        let group = |at: u32| (0..4).map(move |digit| DIGITS[(bits >> (20 * at + 5 * digit) & 31) as usize] as char);
        Self([0, 1, 2].map(|at| group(at).collect::<String>()).join("-"))
    }

    /// By what codes are looked up: without hyphens.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.replace('-', "")
    }

    /// The code itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DiscountCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DiscountCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the operator decides about a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscountTerms {
    /// The code.
    pub code: DiscountCode,
    /// How much it takes off.
    pub benefit: Benefit,
    /// From which value of goods on, before the discount.
    pub minimum: Option<Money>,
    /// From when on.
    pub valid_from: Option<Timestamp>,
    /// Until when: at this moment it is over.
    pub valid_until: Option<Timestamp>,
    /// How many orders may hold it at a time.
    pub max_uses: Option<u32>,
    /// Whether each e-mail address may use it once only.
    pub once_per_email: bool,
    /// Only for goods of this category.
    pub category: Option<Slug>,
}

/// A code, and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// What was decided about it.
    pub terms: DiscountTerms,
    /// How many orders hold it.
    pub uses: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the operator ended it.
    pub ended_at: Option<Timestamp>,
}

/// Why a code takes nothing off now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscountProblem {
    /// The operator has ended it, or it was never there.
    Ended,
    /// Its time has not come.
    NotYetValid {
        /// When it does.
        from: Timestamp,
    },
    /// Its time is over.
    Expired {
        /// Since when.
        until: Timestamp,
    },
    /// As many orders as may hold it.
    UsedUp,
    /// An order of the same e-mail address holds it.
    UsedBefore,
    /// The goods are not worth enough.
    MinimumNotReached {
        /// What they must be worth.
        minimum: Money,
        /// What is missing.
        missing: Money,
    },
    /// It is for none of these goods, or there is nothing to be taken off them.
    NothingEligible,
}

impl DiscountProblem {
    /// A stable slug.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ended => "discount-ended",
            Self::NotYetValid { .. } => "discount-not-yet-valid",
            Self::Expired { .. } => "discount-expired",
            Self::UsedUp => "discount-used-up",
            Self::UsedBefore => "discount-used-before",
            Self::MinimumNotReached { .. } => "discount-minimum-not-reached",
            Self::NothingEligible => "discount-nothing-eligible",
        }
    }

    /// What a caller can act on, by name.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, Fact)> {
        match self {
            Self::NotYetValid { from } => vec![("valid_from", Fact::Text(from.rfc3339()))],
            Self::Expired { until } => vec![("valid_until", Fact::Text(until.rfc3339()))],
            Self::MinimumNotReached { minimum, missing } => {
                vec![("minimum", Fact::Amount(*minimum)), ("missing", Fact::Amount(*missing))]
            }
            Self::Ended | Self::UsedUp | Self::UsedBefore | Self::NothingEligible => Vec::new(),
        }
    }
}

impl Discount {
    /// Whether its goods can be this one.
    #[must_use]
    pub fn is_for(&self, product: &Product) -> bool {
        self.terms.category.as_ref().is_none_or(|category| *category == product.category)
    }

    /// Whether it is over for good: a code that is may be made again. The end must be past, so that every order from
    /// before was placed before the new one is made.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ended_at.is_some_and(|at| at < now) || self.terms.valid_until.is_some_and(|until| until <= now)
    }

    /// Whether an order that holds the code holds a use of this one: a code that was made again knows nothing of the
    /// orders from before.
    #[must_use]
    pub fn counts(&self, order: &Order) -> bool {
        self.counts_from(order.placed_at)
    }

    /// [`counts`](Self::counts), by the time at which an order was placed.
    #[must_use]
    pub fn counts_from(&self, placed_at: Timestamp) -> bool {
        placed_at >= self.created_at
    }

    /// Whether it can be used now for goods of this value. `used_before` is whether the customer's address holds a use,
    /// as far as the customer is known.
    ///
    /// # Errors
    /// Why not.
    pub fn may_be_used(&self, goods: Money, now: Timestamp, used_before: bool) -> Result<(), DiscountProblem> {
        let Self { terms, uses, ended_at, .. } = self;
        if ended_at.is_some() {
            return Err(DiscountProblem::Ended);
        }
        if let Some(from) = terms.valid_from.filter(|from| now < *from) {
            return Err(DiscountProblem::NotYetValid { from });
        }
        if let Some(until) = terms.valid_until.filter(|until| *until <= now) {
            return Err(DiscountProblem::Expired { until });
        }
        if terms.max_uses.is_some_and(|most| *uses >= most) {
            return Err(DiscountProblem::UsedUp);
        }
        if terms.once_per_email && used_before {
            return Err(DiscountProblem::UsedBefore);
        }
        match terms.minimum {
            Some(minimum) if goods.minor < minimum.minor => {
                let missing = Money::new(minimum.minor - goods.minor, minimum.currency);
                Err(DiscountProblem::MinimumNotReached { minimum, missing })
            }
            _ => Ok(()),
        }
    }
}

impl DiscountTerms {
    /// Whether a code can be like this.
    ///
    /// # Errors
    /// [`Refusal::DiscountInvalid`] with what is wrong.
    pub fn check(&self) -> Result<(), Refusal> {
        let wrong = |problem| Err(Refusal::DiscountInvalid { problem });
        match self.benefit {
            Benefit::Percent(basis_points) if !(1..=10_000).contains(&basis_points) => return wrong("percent"),
            Benefit::Fixed(amount) if amount.minor <= 0 => return wrong("amount"),
            _ => {}
        }
        if self.minimum.is_some_and(|minimum| minimum.minor <= 0) {
            return wrong("minimum");
        }
        if self.max_uses == Some(0) {
            return wrong("max-uses");
        }
        match (self.valid_from, self.valid_until) {
            (Some(from), Some(until)) if until <= from => wrong("until"),
            _ => Ok(()),
        }
    }
}

/// Whether an order holds its code: as long as it holds its stock.
#[must_use]
pub fn holds_use(order: &Order) -> bool {
    order.discount.is_some() && !matches!(order.state, OrderState::Cancelled | OrderState::NotPaid)
}

/// An e-mail address as addresses are compared, see [`kit_core::email::key`].
#[must_use]
pub fn email_key(email: &str) -> String {
    kit_core::email::key(email)
}

#[cfg(test)]
#[path = "discount/tests.rs"]
mod tests;
