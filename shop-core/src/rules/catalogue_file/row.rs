//! One row: what it says of a product, and what the product is afterwards.

use kit_core::{Language, Money};

use super::COLUMNS;
use crate::rules::localized::Localized;
use crate::rules::product::{MAX_STOCK, Product, Sku, Slug};
use crate::rules::specification::Specification;
use crate::rules::totals::VatRate;

/// One checked row. What the file has no column for is `None`, and stays as it is in the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which the row begins, counted from 1.
    pub line: u64,
    /// Which product.
    pub sku: Sku,
    /// Its name.
    pub name: Option<String>,
    /// Its brand.
    pub brand: Option<String>,
    /// Its category.
    pub category: Option<Slug>,
    /// Its price, VAT included.
    pub price: Option<Money>,
    /// Its rate of VAT; `Some(None)` for the shop's usual one.
    pub vat_rate: Option<Option<VatRate>>,
    /// Its stock.
    pub stock: Option<StockCell>,
    /// Its description in English.
    pub description: Option<String>,
    /// Its description in German; empty for none.
    pub german: Option<String>,
    /// Its specifications.
    pub specifications: Option<Vec<Specification>>,
    /// Whether it is no longer sold.
    pub retired: Option<bool>,
}

/// What a row says of the stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockCell {
    /// Units, as the file has them now.
    pub stock: u32,
    /// Units when the file was exported, where it is an export.
    pub seen: Option<u32>,
}

impl Row {
    /// The product that this row makes where the shop has none with its SKU.
    ///
    /// # Errors
    /// The columns that a new product needs and the file does not have.
    pub fn new_product(&self) -> Result<Product, Vec<&'static str>> {
        let here = [
            true,
            self.name.is_some(),
            self.brand.is_some(),
            self.category.is_some(),
            self.price.is_some(),
            self.stock.is_some(),
            self.description.is_some(),
            self.specifications.is_some(),
        ];
        let missing = || COLUMNS.into_iter().zip(here).filter(|(_, here)| !here).map(|(name, _)| name).collect();
        let (Some(name), Some(brand), Some(category)) = (self.name.clone(), self.brand.clone(), self.category.clone())
        else {
            return Err(missing());
        };
        let (Some(price), Some(stock), Some(description)) = (self.price, self.stock, self.description.clone()) else {
            return Err(missing());
        };
        let Some(specifications) = self.specifications.clone() else { return Err(missing()) };
        let german = self.german.clone().unwrap_or_default();
        Ok(Product {
            sku: self.sku.clone(),
            name,
            brand,
            category,
            price,
            vat_rate: self.vat_rate.flatten(),
            stock: stock.stock,
            description: Localized::from(description).with(Language::German, &german),
            specifications,
            retired: self.retired.unwrap_or(false),
        })
    }

    /// `known` with what this row says, but for its stock.
    #[must_use]
    pub fn applied_to(&self, known: &Product) -> Product {
        let english = self.description.as_deref().unwrap_or_else(|| known.description.in_language(Language::English));
        let german = self.german.as_deref().or_else(|| known.description.translation(Language::German));
        Product {
            sku: self.sku.clone(),
            name: self.name.clone().unwrap_or_else(|| known.name.clone()),
            brand: self.brand.clone().unwrap_or_else(|| known.brand.clone()),
            category: self.category.clone().unwrap_or_else(|| known.category.clone()),
            price: self.price.unwrap_or(known.price),
            vat_rate: self.vat_rate.unwrap_or(known.vat_rate),
            stock: known.stock,
            description: Localized::from(english.to_owned()).with(Language::German, german.unwrap_or_default()),
            specifications: self.specifications.clone().unwrap_or_else(|| known.specifications.clone()),
            retired: self.retired.unwrap_or(known.retired),
        }
    }
}

/// The stock after an export's file was edited and imported: the difference to what the file said before (what it set
/// last, or else what its export saw) is applied to what there is now. So units sold since the export stay sold, and a
/// file that is imported twice counts once.
///
/// # Errors
/// Where fewer than none or more than [`MAX_STOCK`] units would be left, in words.
pub fn edited_stock(present: u32, before: u32, now: u32) -> Result<u32, String> {
    let change = i64::from(now) - i64::from(before);
    let after = i64::from(present) + change;
    match u32::try_from(after) {
        Ok(after) if after <= MAX_STOCK || change <= 0 => Ok(after),
        Ok(_) => Err(format!("the shop has {present} now, and {change} more would be over {MAX_STOCK}")),
        Err(_) => Err(format!(
            "the file takes {} away ({before} before, {now} now), but the shop has only {present} left",
            -change
        )),
    }
}
