//! What a checked file changes in the shop.

use std::collections::BTreeMap;

use super::{COLUMNS, CatalogueFile, ImportErrors, ImportReport, Row, STOCK_SEEN, WHOLE_ROW, edited_stock, incomplete};
use crate::rules::product::{Product, Sku};

/// What a file changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// How many products are new, change and stay.
    pub report: ImportReport,
    /// The products that are new or change, as they are afterwards.
    pub products: Vec<Product>,
    /// What the export's file sets stocks to, to be remembered: only what is not known of it yet.
    pub set: Vec<(Sku, u32)>,
}

/// Decides what `file` changes: `stored` are the products of the shop, and `remembered` is what the file of this export
/// set stocks to before.
///
/// # Errors
/// Every row whose stock would fall below nothing or pass its limit, and every new product that lacks a column.
pub fn changes(
    file: &CatalogueFile,
    stored: &BTreeMap<&Sku, &Product>,
    remembered: &BTreeMap<&Sku, u32>,
) -> Result<Changes, ImportErrors> {
    let (mut changes, mut errors) = (Changes::default(), ImportErrors::default());
    for row in &file.rows {
        let Some(known) = stored.get(&row.sku) else {
            match row.new_product() {
                Ok(product) => {
                    changes.report.added += 1;
                    changes.set.push((row.sku.clone(), product.stock));
                    changes.products.push(product);
                }
                Err(missing) => errors.push(row.line, WHOLE_ROW, incomplete(&missing)),
            }
            continue;
        };
        let stock = match stock(file, row, known, remembered.get(&row.sku).copied()) {
            Ok(stock) => stock,
            Err((column, message)) => {
                errors.push(row.line, column, message);
                continue;
            }
        };
        if let Some(cell) = row.stock
            && remembered.get(&row.sku).copied().or(cell.seen) != Some(cell.stock)
        {
            changes.set.push((row.sku.clone(), cell.stock));
        }
        let product = Product { stock, ..row.applied_to(known) };
        if product == **known {
            changes.report.unchanged += 1;
        } else {
            changes.report.updated += 1;
            changes.products.push(product);
        }
    }
    if errors.total == 0 { Ok(changes) } else { Err(errors) }
}

fn stock(
    file: &CatalogueFile,
    row: &Row,
    known: &Product,
    remembered: Option<u32>,
) -> Result<u32, (&'static str, String)> {
    let Some(cell) = row.stock else { return Ok(known.stock) };
    if file.export.is_none() {
        return match cell.seen {
            None => Ok(cell.stock),
            Some(_) => Err((super::EXPORT_ID, "is empty, and was not when the file was exported".to_owned())),
        };
    }
    match remembered.or(cell.seen) {
        Some(before) => edited_stock(known.stock, before, cell.stock).map_err(|message| (COLUMNS[5], message)),
        None => Err((STOCK_SEEN, "is empty, and was not when the file was exported".to_owned())),
    }
}
