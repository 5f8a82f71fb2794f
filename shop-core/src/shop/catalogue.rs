//! The catalogue: importing it, listing it. `finding.rs` searches and narrows it.

use std::collections::BTreeMap;

use super::post::{Command, Decided, Outcome};
use super::{Error, Shop};
use crate::error::Refusal;
use crate::rules::catalogue_file::{self, CatalogueFile, ExportId, ImportReport};
use crate::rules::name_order::name_key;
use crate::rules::product::{Category, Product, Sku, category_name};
use crate::rules::query::ProductQuery;
use crate::rules::search::Pattern;
use crate::rules::shelf::Facets;
use crate::store::{ProductSlice, ReadTx, Result as StoreResult, WriteTx};

/// The most products of one page.
pub const MAX_PER_PAGE: u32 = 100;

/// One page of a list of products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductPage {
    /// Its products; none on a page after the last one.
    pub products: Vec<Product>,
    /// How many products the whole list has.
    pub total: u64,
    /// Which page this is, counted from 1.
    pub page: u32,
    /// How many products a page has.
    pub per_page: u32,
    /// By what the list can be narrowed, where that was asked for.
    pub facets: Option<Facets>,
    /// What was searched for, to be marked in names and descriptions: see [`Marked`](crate::rules::search::marks).
    pub looked_for: Pattern,
    /// What the search text may have been meant to say, where it found little and this finds more.
    pub suggestion: Option<String>,
    /// Whether no product has all words of the search, and these have most of them.
    pub most_words: bool,
}

impl ProductPage {
    /// How many pages the list has; an empty list has one.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(u64::from(self.per_page.max(1))).max(1)
    }
}

impl Shop {
    /// Imports a catalogue file: new products are added, known ones get what the file has columns for, and products
    /// that the file does not mention stay. All rows or none.
    ///
    /// The stock in the file of an export ([`Shop::export`]) counts by its difference, once: units sold since then stay
    /// sold. In any other file the stock is a count, namely what can be sold from now on; units reserved by open orders
    /// are not part of it.
    ///
    /// # Errors
    /// [`Refusal::CatalogueRejected`] with every bad row, or the store's failure.
    pub fn import(&self, csv: &[u8]) -> Result<ImportReport, Error> {
        let file = catalogue_file::read(csv, self.inner.config.currency).map_err(Refusal::CatalogueRejected)?;
        match self.submit(Command::Import { file })? {
            Outcome::Imported(report) => Ok(report),
            _ => Err(super::post::unexpected()),
        }
    }

    /// The catalogue as a CSV file that [`Shop::import`] reads, with what is no longer sold.
    ///
    /// # Errors
    /// The store's failure.
    pub fn export(&self) -> Result<Vec<u8>, Error> {
        let products = self.view(|tx| tx.all_products())?;
        let export = ExportId::from_uuid(self.inner.env.uuid());
        // Into memory, every record can be written.
        catalogue_file::write(&products, export).map_err(|_| super::post::unexpected())
    }

    /// Whether a catalogue was ever imported, even where nothing of it is sold any more.
    ///
    /// # Errors
    /// The store's failure.
    pub fn has_catalogue(&self) -> Result<bool, Error> {
        self.view(|tx| Ok(tx.catalogue_version()? > 0 || !tx.categories()?.is_empty()))
    }

    /// A product that is no longer sold, for visitors with an old link; `None` for any other SKU.
    ///
    /// # Errors
    /// The store's failure.
    pub fn retired_product(&self, sku: &Sku) -> Result<Option<Product>, Error> {
        Ok(self.view(|tx| tx.product(sku))?.filter(|product| product.retired))
    }

    /// Every category that has products, by name.
    ///
    /// # Errors
    /// The store's failure.
    pub fn categories(&self) -> Result<Vec<Category>, Error> {
        let counts = self.view(|tx| tx.categories())?;
        let category = |(slug, products)| Category { name: category_name(&slug), slug, products };
        let mut categories: Vec<Category> = counts.into_iter().map(category).collect();
        categories.sort_by_cached_key(|category| name_key(&category.name));
        Ok(categories)
    }

    /// One product that is still sold.
    ///
    /// # Errors
    /// [`Refusal::ProductNotFound`], or the store's failure.
    pub fn product(&self, sku: &Sku) -> Result<Product, Error> {
        self.find(Refusal::ProductNotFound, |tx| Ok(tx.product(sku)?.filter(|product| !product.retired)))
    }

    /// The SKU of the product that is called so but for the case of its letters: for addresses that people type.
    ///
    /// # Errors
    /// [`Refusal::ProductNotFound`], or the store's failure.
    pub fn sku_in_any_case(&self, sku: &Sku) -> Result<Sku, Error> {
        self.find(Refusal::ProductNotFound, |tx| tx.sku_in_any_case(sku))
    }

    /// One page of a list: of the whole catalogue, a category, or what a search finds.
    ///
    /// # Errors
    /// [`Refusal::CategoryNotFound`], or the store's failure.
    pub fn products(&self, query: &ProductQuery) -> Result<ProductPage, Error> {
        let page = query.page.max(1);
        let per_page = if query.per_page == 0 { 24 } else { query.per_page.min(MAX_PER_PAGE) };
        let offset = u64::from(page - 1) * u64::from(per_page);
        let searched = query.text.as_deref().is_some_and(|text| !text.trim().is_empty());
        if searched || query.facets || !query.filters.is_empty() {
            return self.narrowed(query, page, per_page);
        }
        // What is neither searched nor narrowed, the store lists by its own indexes.
        let slice = ProductSlice { category: query.category.clone(), sort: query.sort, offset, limit: per_page };
        let (products, total) = self.view(|tx| tx.product_slice(&slice))?;
        // No category is empty: it is one by having products.
        if total == 0 && query.category.is_some() {
            return Err(Refusal::CategoryNotFound.into());
        }
        let (facets, looked_for, suggestion, most_words) = (None, Pattern::default(), None, false);
        Ok(ProductPage { products, total, page, per_page, facets, looked_for, suggestion, most_words })
    }
}

/// Those of these products that are still sold, in the order asked for: a shelf may be a moment behind the catalogue.
pub(super) fn on_sale(tx: &dyn ReadTx, skus: &[Sku]) -> StoreResult<Vec<Product>> {
    let mut products = tx.products(skus)?;
    products.retain(|product| !product.retired);
    Ok(products)
}

/// Every product that is still sold, by SKU: what is listed and found.
pub(super) fn all_on_sale(tx: &dyn ReadTx) -> StoreResult<Vec<Product>> {
    let mut products = tx.all_products()?;
    products.retain(|product| !product.retired);
    Ok(products)
}

/// Records the rows of a checked file. All is decided before anything is written.
pub(super) fn import(tx: &mut dyn WriteTx, file: &CatalogueFile) -> Decided {
    let stored = tx.all_products()?;
    let stored: BTreeMap<&Sku, &Product> = stored.iter().map(|product| (&product.sku, product)).collect();
    if let Err(errors) = catalogue_file::check_against(&file.rows, &stored) {
        return Ok(Err(Refusal::CatalogueRejected(errors)));
    }
    let mut remembered = BTreeMap::new();
    if let Some(export) = file.export {
        for row in file.rows.iter().filter(|row| row.stock.is_some()) {
            if let Some(stock) = tx.export_stock(export, &row.sku)? {
                remembered.insert(&row.sku, stock);
            }
        }
    }
    let changes = match catalogue_file::changes(file, &stored, &remembered) {
        Ok(changes) => changes,
        Err(errors) => return Ok(Err(Refusal::CatalogueRejected(errors))),
    };
    for product in &changes.products {
        tx.put_product(product)?;
    }
    if let Some(export) = file.export {
        for (sku, stock) in &changes.set {
            tx.put_export_stock(export, sku, *stock)?;
        }
    }
    if !changes.products.is_empty() {
        let version = tx.catalogue_version()?;
        tx.set_catalogue_version(version + 1)?;
    }
    Ok(Ok(Outcome::Imported(changes.report)))
}
