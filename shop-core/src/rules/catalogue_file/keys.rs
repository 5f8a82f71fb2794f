//! What a catalogue says by keys: what pages translate.

use std::collections::BTreeSet;

use crate::rules::product::Product;
use crate::rules::specification::{Specification, SpecificationValue};

/// What a catalogue says by keys rather than in sentences: what pages translate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    /// Slugs of categories.
    pub categories: BTreeSet<String>,
    /// Keys of specifications.
    pub specifications: BTreeSet<String>,
    /// Units of numbers.
    pub units: BTreeSet<String>,
    /// Values that are texts.
    pub texts: BTreeSet<String>,
}

/// The keys that these products use.
#[must_use]
pub fn keys<'a>(products: impl IntoIterator<Item = &'a Product>) -> Keys {
    let mut keys = Keys::default();
    for product in products {
        keys.categories.insert(product.category.to_string());
        for Specification { key, value } in &product.specifications {
            keys.specifications.insert(key.clone());
            match value {
                SpecificationValue::Number { unit, .. } if !unit.is_empty() => drop(keys.units.insert(unit.clone())),
                SpecificationValue::Text(text) => drop(keys.texts.insert(text.clone())),
                SpecificationValue::Number { .. } | SpecificationValue::Flag(_) => {}
            }
        }
    }
    keys
}
