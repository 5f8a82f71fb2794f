//! Full-text search: an index derived from the store, behind a trait of its own.
//!
//! An index may be thrown away at any time and is rebuilt from the store; it remembers which version of the catalogue
//! it was built from. Results are tested as sets, so that indexes may rank in their own way. The shop looks products
//! up afterwards: an index that is behind costs a missing hit, never a wrong price.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{PoisonError, RwLock};

use crate::rules::product::{Product, Sku, category_name, german_category};
use crate::rules::search::text::terms;
use crate::rules::search::{Pattern, Term};
use crate::rules::specification::{Specification, SpecificationValue, label};
use crate::store::Result;

/// How much a word counts by where it stands: SKU and name, brand, category, description and specifications.
pub const WEIGHTS: Weights = Weights { name: 8.0, brand: 4.0, category: 2.0, details: 1.0 };

/// How much a word counts by where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// In the SKU or the name.
    pub name: f64,
    /// In the brand.
    pub brand: f64,
    /// In the category's name.
    pub category: f64,
    /// In the description or the specifications.
    pub details: f64,
}

/// An index over the catalogue.
pub trait Search: Send + Sync {
    /// The version of the catalogue that it was built from; `None` for one that was never built.
    ///
    /// # Errors
    /// Where the index cannot be read.
    fn version(&self) -> Result<Option<u64>>;

    /// Replaces the whole index. One that was built from a later version stays as it is.
    ///
    /// # Errors
    /// Where the index cannot be written.
    fn rebuild(&self, version: u64, products: &[Product]) -> Result<()>;

    /// The products that have a term of every group, the best match first, at most `limit` of them. A pattern without
    /// groups finds nothing.
    ///
    /// # Errors
    /// Where the index cannot be read.
    fn find(&self, pattern: &Pattern, limit: u32) -> Result<Vec<Sku>>;
}

/// The words under which a product is found, by where they stand: name and SKU, brand, category, details.
#[must_use]
pub fn columns(product: &Product) -> [Vec<String>; 4] {
    let words =
        |texts: &[&str]| -> Vec<String> { texts.iter().flat_map(|text| terms(text)).map(|token| token.word).collect() };
    let mut details: Vec<String> = product.description.all().flat_map(|text| words(&[text])).collect();
    for Specification { key, value } in &product.specifications {
        details.extend(words(&[&label(key), &value.to_string()]));
        if let SpecificationValue::Number { number, unit } = value {
            // "14.0 in" is looked for as "14 in", too.
            details.extend(words(&[&format!("{} {unit}", number.normalize())]));
        }
    }
    [
        words(&[&product.name, product.sku.as_str()]),
        words(&[&product.brand]),
        words(&[&category_name(&product.category), german_category(&product.category)]),
        details,
    ]
}

/// A plain index in memory: every word, and which products have it.
#[derive(Default)]
pub struct MemorySearch {
    built: RwLock<Option<Built>>,
}

struct Built {
    version: u64,
    skus: Vec<Sku>,
    /// For every word the products that have it, by their place in `skus`, and what that is worth.
    words: BTreeMap<String, Vec<(u32, f64)>>,
}

impl Search for MemorySearch {
    fn version(&self) -> Result<Option<u64>> {
        Ok(self.built.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|built| built.version))
    }

    fn rebuild(&self, version: u64, products: &[Product]) -> Result<()> {
        let weights = [WEIGHTS.name, WEIGHTS.brand, WEIGHTS.category, WEIGHTS.details];
        let mut words: BTreeMap<String, Vec<(u32, f64)>> = BTreeMap::new();
        for (at, product) in (0_u32..).zip(products) {
            for (column, weight) in columns(product).into_iter().zip(weights) {
                // A word counts once a column, however often it stands there.
                for word in column.into_iter().collect::<BTreeSet<String>>() {
                    let places = words.entry(word).or_default();
                    match places.last_mut() {
                        Some((last, worth)) if *last == at => *worth += weight,
                        _ => places.push((at, weight)),
                    }
                }
            }
        }
        let skus = products.iter().map(|product| product.sku.clone()).collect();
        let mut built = self.built.write().unwrap_or_else(PoisonError::into_inner);
        if built.as_ref().is_none_or(|built| built.version <= version) {
            *built = Some(Built { version, skus, words });
        }
        Ok(())
    }

    fn find(&self, pattern: &Pattern, limit: u32) -> Result<Vec<Sku>> {
        let built = self.built.read().unwrap_or_else(PoisonError::into_inner);
        let Some(built) = built.as_ref() else { return Ok(Vec::new()) };
        let mut found: Option<BTreeMap<u32, f64>> = None;
        for group in pattern.groups() {
            let mut worth = built.worth(group);
            if let Some(so_far) = found {
                worth.retain(|at, worth| so_far.get(at).map(|before| *worth += before).is_some());
            }
            found = Some(worth);
        }
        let mut hits: Vec<(u32, f64)> = found.unwrap_or_default().into_iter().collect();
        hits.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| built.skus[a.0 as usize].cmp(&built.skus[b.0 as usize])));
        Ok(hits.into_iter().take(limit as usize).map(|(at, _)| built.skus[at as usize].clone()).collect())
    }
}

impl Built {
    /// The products that have one of these terms, and what their best one is worth.
    fn worth(&self, group: &[Term]) -> BTreeMap<u32, f64> {
        let mut found: BTreeMap<u32, f64> = BTreeMap::new();
        for term in group {
            let from = self.words.range::<str, _>((Bound::Included(term.word()), Bound::Unbounded));
            let words = from.take_while(|(word, _)| term.matches(word));
            for (at, worth) in words.flat_map(|(_, places)| places) {
                let best = found.entry(*at).or_insert(0.0);
                *best = best.max(*worth);
            }
        }
        found
    }
}
