//! Which products somebody wants to see, and the address that says so: `?brand=Fjordlight&ram=16..32&sort=price`.
//!
//! Addresses are shared, edited and broken by people. So nothing in one is an error: what is not known is ignored, what
//! makes no sense is dropped, and what is left has one canonical form ([`address::write`]) that reads back as itself.

pub mod address;
pub mod chips;

use std::collections::{BTreeMap, BTreeSet};

use kit_core::Money;
use rust_decimal::Decimal;

use super::product::{Slug, Sort};
use super::specification::SpecificationValue;

/// Which products, in which order, which page of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductQuery {
    /// Only this category.
    pub category: Option<Slug>,
    /// Only products with all these words; blank for all products.
    pub text: Option<String>,
    /// Only what passes these.
    pub filters: Filters,
    /// In which order.
    pub sort: Sort,
    /// Which page, counted from 1; 0 means 1.
    pub page: u32,
    /// How many products a page has: 1 to [`MAX_PER_PAGE`](crate::MAX_PER_PAGE); 0 means 24.
    pub per_page: u32,
    /// Whether the answer should say by what the list can be narrowed.
    pub facets: bool,
}

/// What a product must be like. Several values of one thing are alternatives; different things must all be so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// One of these brands; any where there is none.
    pub brands: BTreeSet<String>,
    /// By key.
    pub specifications: BTreeMap<String, Wanted>,
    /// What one unit may cost.
    pub price: Span<Money>,
    /// Only what can be ordered now.
    pub in_stock: bool,
}

impl Filters {
    /// Whether every product passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What one specification must come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// One of these texts.
    Texts(BTreeSet<String>),
    /// One of these numbers, in the unit that the key has everywhere.
    Numbers(BTreeSet<Decimal>),
    /// A number between these.
    Between(Span<Decimal>),
    /// Yes, or no.
    Flag(bool),
}

impl Wanted {
    /// Whether a product with this value passes.
    #[must_use]
    pub fn takes(&self, value: &SpecificationValue) -> bool {
        match (self, value) {
            (Self::Texts(texts), SpecificationValue::Text(text)) => texts.contains(text),
            (Self::Numbers(numbers), SpecificationValue::Number { number, .. }) => numbers.contains(number),
            (Self::Between(span), SpecificationValue::Number { number, .. }) => span.contains(number),
            (Self::Flag(wanted), SpecificationValue::Flag(flag)) => wanted == flag,
            _ => false,
        }
    }
}

/// From one value to another, both included; an end that is absent is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<T> {
    /// The lowest value.
    pub from: Option<T>,
    /// The highest value.
    pub to: Option<T>,
}

impl<T> Default for Span<T> {
    fn default() -> Self {
        Self { from: None, to: None }
    }
}

impl<T> Span<T> {
    /// Whether it is open on both ends.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// The same span of what `of` makes of its ends.
    pub fn map<U>(&self, of: impl Fn(&T) -> U) -> Span<U> {
        Span { from: self.from.as_ref().map(&of), to: self.to.as_ref().map(&of) }
    }
}

impl<T: PartialOrd> Span<T> {
    /// Whether `value` lies between its ends.
    #[must_use]
    pub fn contains(&self, value: &T) -> bool {
        self.from.as_ref().is_none_or(|from| from <= value) && self.to.as_ref().is_none_or(|to| value <= to)
    }
}
