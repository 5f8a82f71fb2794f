//! Full-text search: an index derived from the store, behind a trait of its own.
//!
//! An index may be thrown away at any time and is rebuilt from the store; it remembers which version of the catalogue
//! it was built from. Results are tested as sets, so that indexes may rank in their own way. The shop looks products
//! up afterwards: an index that is behind costs a missing hit, never a wrong price.

use std::sync::{PoisonError, RwLock};

use crate::rules::product::{Product, Sku, category_name};
use crate::rules::search::{Words, tokens};
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

    /// The products that have all the words, the best match first, at most `limit` of them.
    ///
    /// # Errors
    /// Where the index cannot be read.
    fn find(&self, words: &Words, limit: u32) -> Result<Vec<Sku>>;
}

/// What an index reads of a product, in its own columns: name, brand, category, details.
#[must_use]
pub fn columns(product: &Product) -> [String; 4] {
    let mut details = product.description.clone();
    for specification in &product.specifications {
        details.push_str(&format!("\n{} {}", specification.label(), specification.value));
    }
    [format!("{} {}", product.name, product.sku), product.brand.clone(), category_name(&product.category), details]
}

/// A plain index in memory: looks at every product for every search. Fine for some thousands.
#[derive(Default)]
pub struct MemorySearch {
    built: RwLock<Option<Built>>,
}

struct Built {
    version: u64,
    documents: Vec<(Sku, [Vec<String>; 4])>,
}

impl Search for MemorySearch {
    fn version(&self) -> Result<Option<u64>> {
        Ok(self.built.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|built| built.version))
    }

    fn rebuild(&self, version: u64, products: &[Product]) -> Result<()> {
        let document =
            |product: &Product| (product.sku.clone(), columns(product).map(|text| tokens(&text).collect::<Vec<_>>()));
        let documents = products.iter().map(document).collect();
        let mut built = self.built.write().unwrap_or_else(PoisonError::into_inner);
        if built.as_ref().is_none_or(|built| built.version <= version) {
            *built = Some(Built { version, documents });
        }
        Ok(())
    }

    fn find(&self, words: &Words, limit: u32) -> Result<Vec<Sku>> {
        let built = self.built.read().unwrap_or_else(PoisonError::into_inner);
        let Some(built) = built.as_ref() else { return Ok(Vec::new()) };
        let mut hits: Vec<(f64, &Sku)> =
            built.documents.iter().filter_map(|(sku, columns)| Some((score(columns, words)?, sku))).collect();
        hits.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        Ok(hits.into_iter().take(limit as usize).map(|(_, sku)| sku.clone()).collect())
    }
}

/// The sum over all words of the weights of the columns that have them; `None` where a word is missing.
fn score(columns: &[Vec<String>; 4], words: &Words) -> Option<f64> {
    let weights = [WEIGHTS.name, WEIGHTS.brand, WEIGHTS.category, WEIGHTS.details];
    let weigh = |matches: &dyn Fn(&String) -> bool| {
        let found: f64 = columns.iter().zip(weights).filter(|(c, _)| c.iter().any(matches)).map(|(_, w)| w).sum();
        (found > 0.0).then_some(found)
    };
    let mut total = weigh(&|word| words.beginning().is_some_and(|beginning| word.starts_with(beginning)))?;
    for whole in words.whole() {
        total += weigh(&|word| word == whole)?;
    }
    Some(total)
}
