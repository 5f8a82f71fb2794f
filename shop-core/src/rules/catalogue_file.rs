//! The catalogue file: CSV in, checked rows out, and CSV out again. Every error names its line and column.
//!
//! Columns are found by their names, in any order. What the file has no column for stays as it is in the shop. A file
//! that the shop exported carries `export_id` and `stock_seen`: of such a file only the difference in stock is applied,
//! once. In any other file the stock is a count: what can be sold from now on.

use std::collections::{BTreeMap, BTreeSet};

use kit_core::text::{TextError, name as clean_name};
use kit_core::{Currency, Money};

use super::product::{MAX_PRICE_MINOR, MAX_STOCK, Product, Sku, Slug};
use super::specification::{self, Specification, SpecificationValue, Vocabulary};
use super::totals::VatRate;

mod changes;
mod keys;
mod report;
mod row;
mod text;
mod write;

pub use changes::{Changes, changes};
pub use keys::{Keys, keys};
pub use report::{ImportErrors, ImportReport, RowError};
pub use row::{Row, StockCell, edited_stock};
pub use write::{ExportId, write};

/// The columns that a new product needs.
pub const COLUMNS: [&str; 8] = ["sku", "name", "brand", "category", "price", "stock", "description", "specifications"];
/// An optional column: a rate of VAT in percent, or nothing for the shop's usual one.
pub const VAT: &str = "vat";
/// An optional column: the description in German, empty where there is none.
pub const GERMAN: &str = "description_de";
/// An optional column: `yes` for what is no longer sold, `no` or nothing for what is.
pub const RETIRED: &str = "retired";
/// A column of exports: which export the file is.
pub const EXPORT_ID: &str = "export_id";
/// A column of exports: the stock when the file was written.
pub const STOCK_SEEN: &str = "stock_seen";
/// The columns that no product needs.
pub const OPTIONAL: [&str; 5] = [VAT, GERMAN, RETIRED, EXPORT_ID, STOCK_SEEN];
/// The largest file that is read: 8 MiB, room for some 20,000 products.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The most errors that are told in full; beyond it they are counted.
pub const MAX_ERRORS: usize = 100;
/// What an error that concerns no single column names instead of one.
const WHOLE_ROW: &str = "row";
const MAX_DESCRIPTION_CHARS: usize = 4_000;

/// A file that was read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueFile {
    /// Which export it is, where it is one.
    pub export: Option<ExportId>,
    /// Its rows, in its order.
    pub rows: Vec<Row>,
}

/// Reads a file and checks every row by itself and against the others.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(bytes: &[u8], currency: Currency) -> Result<CatalogueFile, ImportErrors> {
    let text = text::open(bytes).map_err(|(line, message)| ImportErrors::one(line, WHOLE_ROW, message))?;
    let bytes = text.bytes;
    let mut records =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(text.separator).from_reader(bytes);
    let mut checker = Checker { currency, ..Checker::default() };
    let mut line = text::Lines::of_text(&text);
    let mut record = csv::StringRecord::new();
    loop {
        let start = text::record_start(bytes, records.position().byte());
        match records.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                checker.errors.push(line.of(start), WHOLE_ROW, error.to_string());
                break;
            }
        }
        let end = usize::try_from(records.position().byte()).unwrap_or(bytes.len());
        let raw = bytes.get(start..end).unwrap_or_default();
        checker.record(line.of(start), raw, &record)?;
    }
    checker.finish()
}

/// The products of a file that is a whole catalogue.
///
/// # Errors
/// As [`read`], and every row that is no whole product.
pub fn products(bytes: &[u8], currency: Currency) -> Result<Vec<Product>, ImportErrors> {
    let mut errors = ImportErrors::default();
    let mut products = Vec::new();
    for row in read(bytes, currency)?.rows {
        match row.new_product() {
            Ok(product) => products.push(product),
            Err(missing) => errors.push(row.line, WHOLE_ROW, incomplete(&missing)),
        }
    }
    if errors.total == 0 { Ok(products) } else { Err(errors) }
}

/// Why a row is no new product.
fn incomplete(missing: &[&str]) -> String {
    format!("the shop has no product with this SKU, and a new one needs the columns {}", missing.join(", "))
}

fn header_wanted() -> String {
    format!(
        "the first line must name the columns: {} (and, if you like, {VAT}, {GERMAN} and {RETIRED})",
        COLUMNS.join(",")
    )
}

struct Checker {
    currency: Currency,
    header_seen: bool,
    /// Which column the header names at each place; empty before the header was read.
    columns: Vec<&'static str>,
    export: Option<ExportId>,
    rows: Vec<Row>,
    first_lines: BTreeMap<Sku, u64>,
    vocabulary: Vocabulary,
    errors: ImportErrors,
}

impl Default for Checker {
    fn default() -> Self {
        Self {
            currency: Currency::EUR,
            header_seen: false,
            columns: Vec::new(),
            export: None,
            rows: Vec::new(),
            first_lines: BTreeMap::new(),
            vocabulary: Vocabulary::default(),
            errors: ImportErrors::default(),
        }
    }
}

impl Checker {
    /// Checks one record. Only a wrong header ends the reading: every row after it would be misread.
    fn record(&mut self, line: u64, raw: &[u8], record: &csv::StringRecord) -> Result<(), ImportErrors> {
        let fields =
            record.iter().enumerate().filter(|(_, field)| !field.trim().is_empty()).last().map_or(0, |(at, _)| at + 1);
        if !self.header_seen {
            self.header_seen = true;
            return self.header(record, fields).map_err(|message| ImportErrors::one(line, "header", message));
        }
        // The reader forgives a quote that nobody closes and takes the rest of the file for one field.
        if raw.iter().filter(|b| **b == b'"').count() % 2 == 1 {
            let message = "a quote is opened and not closed; quotes inside a quoted field are written twice";
            self.errors.push(line, WHOLE_ROW, message);
        } else if fields == 0 {
            // Spreadsheet programs write rows that were emptied as separators alone.
        } else if record.len() < self.columns.len() || fields > self.columns.len() {
            let has = if fields > self.columns.len() { fields } else { record.len() };
            let message = format!("{has} columns instead of {}; is a quote missing?", self.columns.len());
            self.errors.push(line, WHOLE_ROW, message);
        } else {
            self.row(line, record);
        }
        Ok(())
    }

    /// Reads the names of the columns, of which the last ones may be empty.
    fn header(&mut self, record: &csv::StringRecord, fields: usize) -> Result<(), String> {
        let names: Vec<&str> = record.iter().take(fields).map(str::trim).collect();
        let known = |name: &str| COLUMNS.into_iter().chain(OPTIONAL).find(|known| known.eq_ignore_ascii_case(name));
        if !names.iter().any(|name| known(name).is_some()) {
            return Err(header_wanted());
        }
        let mut unknown = Vec::new();
        for name in &names {
            match known(name) {
                Some(column) if self.columns.contains(&column) => {
                    return Err(format!("the column {column} is there twice"));
                }
                Some(column) => self.columns.push(column),
                None if name.is_empty() => return Err("a column before the last one has no name".to_owned()),
                None => unknown.push(format!("“{}”", name.chars().take(40).collect::<String>())),
            }
        }
        if !unknown.is_empty() {
            let all = COLUMNS.into_iter().chain(OPTIONAL).collect::<Vec<_>>().join(", ");
            return Err(format!("unknown columns: {}; the shop knows {all}", unknown.join(", ")));
        }
        let has = |column: &str| self.columns.contains(&column);
        if !has(COLUMNS[0]) {
            return Err(format!("the column {} is missing: it says which product a row is about", COLUMNS[0]));
        }
        if has(COLUMNS[5]) && has(EXPORT_ID) != has(STOCK_SEEN) {
            let missing = if has(EXPORT_ID) { STOCK_SEEN } else { EXPORT_ID };
            return Err(format!(
                "the column {missing} is missing: keep both or neither of {EXPORT_ID} and {STOCK_SEEN}"
            ));
        }
        Ok(())
    }

    fn row(&mut self, line: u64, record: &csv::StringRecord) {
        let before = self.errors.total;
        let columns = std::mem::take(&mut self.columns);
        let cell = |name: &str| Some(record.get(columns.iter().position(|column| *column == name)?)?.trim());
        let sku = self.sku(line, cell(COLUMNS[0]).unwrap_or_default());
        let name = cell(COLUMNS[1]).map(|text| self.text(line, COLUMNS[1], text, 120));
        let brand = cell(COLUMNS[2]).map(|text| self.text(line, COLUMNS[2], text, 60));
        let category = cell(COLUMNS[3]).and_then(|text| {
            let category = Slug::parse(text);
            if category.is_none() {
                self.errors.push(line, COLUMNS[3], "a category has 1 to 40 small letters, digits and hyphens");
            }
            category
        });
        let price = cell(COLUMNS[4]).map(|text| self.price(line, text));
        let stock = cell(COLUMNS[5]).map(|text| self.stock(line, COLUMNS[5], text));
        let description = cell(COLUMNS[6]).map(|text| self.paragraphs(line, COLUMNS[6], text, false));
        let specifications = cell(COLUMNS[7]).map(|text| self.specifications(line, text));
        let vat_rate = cell(VAT).map(|text| self.vat_rate(line, text));
        let german = cell(GERMAN).map(|text| self.paragraphs(line, GERMAN, text, true));
        let retired = cell(RETIRED).map(|text| self.flag(line, text));
        let seen = cell(STOCK_SEEN).filter(|text| stock.is_some() && !text.is_empty());
        let seen = seen.map(|text| self.stock(line, STOCK_SEEN, text));
        self.export_id(line, cell(EXPORT_ID).unwrap_or_default());
        self.columns = columns;
        let Some(sku) = sku else { return };
        if self.errors.total == before {
            let stock = stock.map(|stock| StockCell { stock, seen });
            let row = Row {
                line,
                sku,
                name,
                brand,
                category,
                price,
                vat_rate,
                stock,
                description,
                german,
                specifications,
                retired,
            };
            self.rows.push(row);
        }
    }

    /// All rows of an export have its id; one that was added by hand has none.
    fn export_id(&mut self, line: u64, text: &str) {
        if text.is_empty() {
            return;
        }
        match (ExportId::parse(text), &self.export) {
            (None, _) => self.errors.push(line, EXPORT_ID, "this is no id of an export; leave it as it was exported"),
            (Some(id), Some(first)) if id != *first => {
                self.errors.push(line, EXPORT_ID, "the rows are of two exports; import each file by itself");
            }
            (Some(id), _) => self.export = Some(id),
        }
    }

    fn flag(&mut self, line: u64, text: &str) -> bool {
        match text {
            "yes" => return true,
            "no" | "" => {}
            _ => self.errors.push(line, RETIRED, "must be yes or no, or empty"),
        }
        false
    }

    /// A text that may have several paragraphs; lines end with LF in what is kept.
    fn paragraphs(&mut self, line: u64, column: &'static str, text: &str, may_be_empty: bool) -> String {
        if text.is_empty() && may_be_empty {
            return String::new();
        }
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if text.chars().any(|c| c.is_control() && c != '\n') {
            self.errors.push(line, column, "must be plain text without tabs and other control characters");
            return text;
        }
        self.length(line, column, &text, MAX_DESCRIPTION_CHARS);
        text
    }

    fn sku(&mut self, line: u64, text: &str) -> Option<Sku> {
        let Some(sku) = Sku::parse(text) else {
            self.errors.push(line, COLUMNS[0], "a SKU has 1 to 32 letters, digits and hyphens");
            return None;
        };
        if let Some(first) = self.first_lines.get(&sku) {
            self.errors.push(line, COLUMNS[0], format!("this SKU stands on line {first} already"));
            return None;
        }
        self.first_lines.insert(sku.clone(), line);
        Some(sku)
    }

    fn text(&mut self, line: u64, column: &'static str, text: &str, max_chars: usize) -> String {
        clean_name(text, max_chars).unwrap_or_else(|error| {
            let message = match error {
                TextError::NotPlain { found } if found.is_control() => {
                    "must be one line of plain text; is a quote missing?".to_owned()
                }
                error => error.to_string(),
            };
            self.errors.push(line, column, message);
            String::new()
        })
    }

    fn length(&mut self, line: u64, column: &'static str, text: &str, max_chars: usize) {
        if text.is_empty() {
            self.errors.push(line, column, "must not be empty");
        } else if text.chars().count() > max_chars {
            self.errors.push(line, column, format!("has more than {max_chars} characters"));
        }
    }

    fn price(&mut self, line: u64, text: &str) -> Money {
        let max = Money::new(MAX_PRICE_MINOR, self.currency);
        match Money::parse(text, self.currency) {
            Ok(price) if price.minor == 0 => self.errors.push(line, COLUMNS[4], "must be more than nothing"),
            Ok(price) if price.minor > max.minor => {
                self.errors.push(line, COLUMNS[4], format!("must be at most {max}"));
            }
            Ok(price) => return price,
            Err(error) => match specification::with_point(text) {
                Some(point) => self.errors.push(line, COLUMNS[4], format!("decimals have a point: write {point}")),
                None => self.errors.push(line, COLUMNS[4], error.to_string()),
            },
        }
        max
    }

    fn vat_rate(&mut self, line: u64, text: &str) -> Option<VatRate> {
        let rate = VatRate::parse(text);
        if rate.is_none() && !text.is_empty() {
            self.errors.push(line, VAT, "must be a percentage from 0 to 100 with at most two decimals, or empty");
        }
        rate
    }

    fn stock(&mut self, line: u64, column: &'static str, text: &str) -> u32 {
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let stock = text.parse::<u32>().ok().filter(|stock| plain && *stock <= MAX_STOCK);
        if stock.is_none() {
            self.errors.push(line, column, format!("must be a whole number from 0 to {MAX_STOCK}"));
        }
        stock.unwrap_or(0)
    }

    fn specifications(&mut self, line: u64, text: &str) -> Vec<Specification> {
        let list = specification::parse_list(text).unwrap_or_else(|message| {
            self.errors.push(line, COLUMNS[7], message);
            Vec::new()
        });
        for specification in &list {
            if let Err(message) = self.vocabulary.learn(specification, &format!("line {line}")) {
                self.errors.push(line, COLUMNS[7], message);
            }
        }
        list
    }

    fn finish(mut self) -> Result<CatalogueFile, ImportErrors> {
        if !self.header_seen {
            self.errors.push(1, "header", header_wanted());
        } else if self.rows.is_empty() && self.errors.total == 0 {
            self.errors.push(1, WHOLE_ROW, "the file has no products");
        }
        if self.errors.total == 0 {
            Ok(CatalogueFile { export: self.export, rows: self.rows })
        } else {
            Err(self.errors)
        }
    }
}

/// Checks the rows of a file against the products of the shop: one key has one type and unit everywhere, and no new SKU
/// differs only by case from another one. Such twins that the shop has already may be imported again, and so may a text
/// such as `1,5 kg` that the shop has from before.
///
/// # Errors
/// Every row that uses a key in another way than a product which the file does not mention, every new twin, and every
/// new number with a decimal comma.
pub fn check_against(rows: &[Row], stored: &BTreeMap<&Sku, &Product>) -> Result<(), ImportErrors> {
    let told: BTreeSet<&Sku> = rows.iter().filter(|row| row.specifications.is_some()).map(|row| &row.sku).collect();
    let mut vocabulary = Vocabulary::default();
    for product in stored.values().filter(|product| !told.contains(&product.sku)) {
        for specification in &product.specifications {
            // Stored products agree with each other: they passed this check before.
            let _ = vocabulary.learn(specification, &format!("product {}", product.sku));
        }
    }
    let mut errors = ImportErrors::default();
    let mut taken: BTreeMap<String, String> =
        stored.keys().map(|sku| (sku.folded(), format!("the product {sku}"))).collect();
    for row in rows {
        let (sku, known) = (&row.sku, stored.get(&row.sku));
        if known.is_none() {
            let here = format!("{sku} on line {}", row.line);
            if let Some(other) = taken.insert(sku.folded(), here) {
                errors.push(row.line, COLUMNS[0], format!("this SKU differs only by case from {other}"));
            }
        }
        for specification in row.specifications.iter().flatten() {
            if let Some(point) = decimal_comma(specification)
                && !known.is_some_and(|known| known.specifications.contains(specification))
            {
                let message = format!("`{}`: decimals have a point: write {point}", specification.key);
                errors.push(row.line, COLUMNS[7], message);
            } else if let Err(message) = vocabulary.learn(specification, &format!("line {}", row.line)) {
                errors.push(row.line, COLUMNS[7], message);
            }
        }
    }
    if errors.total == 0 { Ok(()) } else { Err(errors) }
}

/// A text that is a number but for its decimal comma, as it should be: `1.5 kg` for `1,5 kg`.
fn decimal_comma(specification: &Specification) -> Option<String> {
    match &specification.value {
        SpecificationValue::Text(text) => specification::with_point(text),
        SpecificationValue::Number { .. } | SpecificationValue::Flag(_) => None,
    }
}
