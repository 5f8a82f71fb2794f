//! The catalogue as a file that can be imported again.

use std::fmt;

use kit_core::{Language, Uuid};

use super::{COLUMNS, OPTIONAL};
use crate::rules::product::Product;
use crate::rules::specification;

/// Which export a file is: the shop remembers by it what the file has set already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExportId(Uuid);

impl ExportId {
    /// The id with this random UUID.
    #[must_use]
    pub fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// Reads what `Display` writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for ExportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Writes products as CSV (RFC 4180, UTF-8) with every column. Texts are written as they are, so that an import reads
/// exactly what the shop has: nothing is neutralised for spreadsheet programs.
///
/// # Errors
/// A record that cannot be written; into memory, all can.
pub fn write(products: &[Product], export: ExportId) -> Result<Vec<u8>, csv::Error> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    csv.write_record(COLUMNS.into_iter().chain(OPTIONAL))?;
    for product in products {
        csv.write_record([
            product.sku.as_str(),
            &product.name,
            &product.brand,
            product.category.as_str(),
            &product.price.decimal(),
            &product.stock.to_string(),
            product.description.in_language(Language::English),
            &specification::write_list(&product.specifications),
            &product.vat_rate.map(|rate| rate.to_string()).unwrap_or_default(),
            product.description.translation(Language::German).unwrap_or_default(),
            if product.retired { "yes" } else { "" },
            &export.to_string(),
            &product.stock.to_string(),
        ])?;
    }
    csv.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}
