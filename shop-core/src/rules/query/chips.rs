//! What a list is narrowed by, one chip each, and the query without it.

use std::collections::BTreeSet;

use kit_core::Money;
use rust_decimal::Decimal;

use super::{ProductQuery, Span, Wanted};
use crate::rules::specification::{Kind, SpecificationValue};

/// One filter that is at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// What it asks for.
    pub filter: Filter,
    /// The same list without it, from its first page.
    pub without: ProductQuery,
}

/// What one chip asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// This brand.
    Brand(String),
    /// A specification with this value.
    Value {
        /// Which one.
        key: String,
        /// With its unit.
        value: SpecificationValue,
    },
    /// A specification between two numbers.
    Between {
        /// Which one.
        key: String,
        /// Its ends.
        span: Span<Decimal>,
        /// The unit of both.
        unit: String,
    },
    /// A price between two.
    Price(Span<Money>),
    /// Only what can be ordered now.
    InStock,
}

/// The chips of a query, in the order of its address. `kind_of` is that of [`super::address::parse`].
#[must_use]
pub fn chips(query: &ProductQuery, kind_of: impl Fn(&str) -> Option<Kind>) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut chip = |filter, remove: &dyn Fn(&mut ProductQuery)| {
        let mut without = ProductQuery { page: 0, ..query.clone() };
        remove(&mut without);
        chips.push(Chip { filter, without });
    };
    for brand in &query.filters.brands {
        chip(Filter::Brand(brand.clone()), &|query| {
            query.filters.brands.remove(brand);
        });
    }
    for (key, wanted) in &query.filters.specifications {
        let unit = || match kind_of(key) {
            Some(Kind::Number { unit }) => unit,
            _ => String::new(),
        };
        let value = |value| Filter::Value { key: key.clone(), value };
        match wanted {
            Wanted::Texts(texts) => {
                for text in texts {
                    chip(value(SpecificationValue::Text(text.clone())), &|query| {
                        take(query, key, |wanted| match wanted {
                            Wanted::Texts(all) => emptied(all, text),
                            _ => false,
                        });
                    });
                }
            }
            Wanted::Numbers(numbers) => {
                for number in numbers {
                    let shown = SpecificationValue::Number { number: *number, unit: unit() };
                    chip(value(shown), &|query| {
                        take(query, key, |wanted| match wanted {
                            Wanted::Numbers(all) => emptied(all, number),
                            _ => false,
                        });
                    });
                }
            }
            Wanted::Between(span) => {
                let filter = Filter::Between { key: key.clone(), span: *span, unit: unit() };
                chip(filter, &|query| take(query, key, |_| true));
            }
            Wanted::Flag(flag) => {
                chip(value(SpecificationValue::Flag(*flag)), &|query| take(query, key, |_| true));
            }
        }
    }
    if !query.filters.price.is_open() {
        chip(Filter::Price(query.filters.price), &|query| query.filters.price = Span::default());
    }
    if query.filters.in_stock {
        chip(Filter::InStock, &|query| query.filters.in_stock = false);
    }
    chips
}

/// Takes a value out of what is wanted of a key, and the key where nothing is left of it.
fn take(query: &mut ProductQuery, key: &str, last: impl Fn(&mut Wanted) -> bool) {
    if query.filters.specifications.get_mut(key).is_some_and(last) {
        query.filters.specifications.remove(key);
    }
}

/// Takes one value away; whether it was the last.
fn emptied<T: Ord>(all: &mut BTreeSet<T>, value: &T) -> bool {
    all.remove(value);
    all.is_empty()
}
