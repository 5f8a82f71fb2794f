//! Products side by side: their specifications aligned by key.

use super::product::{Product, Sku};
use super::specification::SpecificationValue;

/// The fewest products that are compared.
pub const MIN_COMPARED: usize = 2;
/// The most products that are compared: what still fits beside each other.
pub const MAX_COMPARED: usize = 4;

/// Which products to compare: from [`MIN_COMPARED`] to [`MAX_COMPARED`] different ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared(Vec<Sku>);

impl Compared {
    /// The different ones among `skus`, in their order; `None` for too few or too many.
    #[must_use]
    pub fn of(skus: impl IntoIterator<Item = Sku>) -> Option<Self> {
        let mut different = Vec::new();
        for sku in skus {
            if !different.contains(&sku) {
                different.push(sku);
            }
            if different.len() > MAX_COMPARED {
                return None;
            }
        }
        (different.len() >= MIN_COMPARED).then_some(Self(different))
    }

    /// The products' SKUs.
    #[must_use]
    pub fn skus(&self) -> &[Sku] {
        &self.0
    }
}

/// Products side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The products, in the order asked for.
    pub products: Vec<Product>,
    /// Every specification that one of them has, in the order of the first that has it.
    pub rows: Vec<ComparisonRow>,
}

/// One specification of all compared products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparisonRow {
    /// Its key.
    pub key: String,
    /// What it comes to for each product, in their order; `None` where it is not said.
    pub cells: Vec<Option<SpecificationValue>>,
    /// Whether they are not all the same.
    pub differs: bool,
}

/// Puts products side by side.
#[must_use]
pub fn compare(products: Vec<Product>) -> Comparison {
    let mut keys: Vec<&str> = Vec::new();
    for specification in products.iter().flat_map(|product| &product.specifications) {
        if !keys.contains(&specification.key.as_str()) {
            keys.push(&specification.key);
        }
    }
    let row = |key: &str| {
        let cell = |product: &Product| {
            let found = product.specifications.iter().find(|specification| specification.key == key);
            found.map(|specification| specification.value.clone())
        };
        let cells: Vec<_> = products.iter().map(cell).collect();
        ComparisonRow { key: key.to_owned(), differs: cells.windows(2).any(|pair| pair[0] != pair[1]), cells }
    };
    let rows = keys.into_iter().map(row).collect();
    Comparison { rows, products }
}
