//! The catalogue file: CSV in, checked products out. Every bad row is told with its line and column.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use kit_core::text::{self, TextError};
use kit_core::{Currency, Language, Money};

use super::localized::Localized;
use super::product::{MAX_PRICE_MINOR, MAX_STOCK, Product, Sku, Slug};
use super::specification::{self, Specification, SpecificationValue, Vocabulary};
use super::totals::VatRate;
use crate::error::Fact;

/// The columns, in this order. A ninth, [`VAT`], may follow.
pub const COLUMNS: [&str; 8] = ["sku", "name", "brand", "category", "price", "stock", "description", "specifications"];
/// A column that may follow: a rate of VAT in percent, or nothing for the shop's usual one.
pub const VAT: &str = "vat";
/// Another one that may follow: the description in German, empty where there is none.
pub const GERMAN: &str = "description_de";
/// The largest file that is read: 8 MiB, room for some 20,000 products.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The most errors that are told in full; beyond it they are counted.
pub const MAX_ERRORS: usize = 100;
/// What an error that concerns no single column names instead of one.
const WHOLE_ROW: &str = "row";
const MAX_DESCRIPTION_CHARS: usize = 4_000;

/// One checked row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which the row begins, counted from 1.
    pub line: u64,
    /// What it says.
    pub product: Product,
}

/// What an import changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// Products that are new.
    pub added: usize,
    /// Products of which something changed.
    pub updated: usize,
    /// Products that were like that already.
    pub unchanged: usize,
}

/// What is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The line of the file on which the row begins, counted from 1.
    pub line: u64,
    /// The column, or `row` where the whole row is concerned.
    pub column: &'static str,
    /// What is wrong, for the person who wrote the file.
    pub message: String,
}

/// Why a file was not imported. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportErrors {
    /// The first [`MAX_ERRORS`] errors, in the order of the file.
    pub errors: Vec<RowError>,
    /// How many there are altogether.
    pub total: usize,
}

impl ImportErrors {
    fn push(&mut self, line: u64, column: &'static str, message: impl Into<String>) {
        self.total += 1;
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(RowError { line, column, message: message.into() });
        }
    }

    fn one(line: u64, column: &'static str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.push(line, column, message);
        errors
    }

    /// The errors as facts for problem+json.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, Fact)> {
        let number = |n: u64| Fact::Number(i64::try_from(n).unwrap_or(i64::MAX));
        let row = |e: &RowError| {
            let (column, message) = (Fact::Text(e.column.to_owned()), Fact::Text(e.message.clone()));
            vec![("line", number(e.line)), ("column", column), ("message", message)]
        };
        vec![("errors", Fact::List(self.errors.iter().map(row).collect())), ("total", number(self.total as u64))]
    }
}

/// One line an error, for a terminal.
impl fmt::Display for ImportErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nothing was imported; the file has {} error(s).", self.total)?;
        for error in &self.errors {
            write!(f, "\nline {}, {}: {}", error.line, error.column, error.message)?;
        }
        match self.total - self.errors.len() {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

/// Reads a file and checks every row by itself and against the others.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(bytes: &[u8], currency: Currency) -> Result<Vec<Row>, ImportErrors> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportErrors::one(1, WHOLE_ROW, format!("the file is larger than {} MiB", MAX_BYTES >> 20)));
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        let line = 1 + newlines(&bytes[..error.valid_up_to()]);
        return Err(ImportErrors::one(line, WHOLE_ROW, "the file is not UTF-8 from here on; save it as UTF-8"));
    }
    // The byte order mark that spreadsheet programs put in front is skipped by the reader.
    let mut records = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut checker = Checker { currency, ..Checker::default() };
    let mut line = Lines { bytes, at: 0, line: 1 };
    let mut record = csv::StringRecord::new();
    loop {
        let start = record_start(bytes, records.position().byte());
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

fn header_wanted() -> String {
    format!("the first line must be: {} (and, if you like, {VAT} or {GERMAN} or both)", COLUMNS.join(","))
}

/// Blank lines belong to no record: the reader skips them, and so must the count of lines.
fn record_start(bytes: &[u8], from: u64) -> usize {
    let from = usize::try_from(from).unwrap_or(bytes.len()).min(bytes.len());
    from + bytes[from..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count()
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|b| **b == b'\n').count() as u64
}

/// Turns offsets, each larger than the one before, into lines.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, offset: usize) -> u64 {
        self.line += newlines(&self.bytes[self.at..offset]);
        self.at = offset;
        self.line
    }
}

struct Checker {
    currency: Currency,
    header_seen: bool,
    /// How many columns the header has, and with it every row.
    columns: usize,
    /// Those of them that need not be there, as they follow the others.
    more: Vec<String>,
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
            columns: COLUMNS.len(),
            more: Vec::new(),
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
        if !self.header_seen {
            self.header_seen = true;
            let header: Vec<&str> = record.iter().map(str::trim).collect();
            if let Some(more) = header.strip_prefix(&COLUMNS)
                && more.iter().enumerate().all(|(at, name)| [VAT, GERMAN].contains(name) && !more[..at].contains(name))
            {
                self.columns = record.len();
                self.more = more.iter().map(|name| (*name).to_owned()).collect();
                return Ok(());
            }
            let message = header_wanted();
            return Err(ImportErrors::one(line, "header", message));
        }
        // The reader forgives a quote that nobody closes and takes the rest of the file for one field.
        if raw.iter().filter(|b| **b == b'"').count() % 2 == 1 {
            let message = "a quote is opened and not closed; quotes inside a quoted field are written twice";
            self.errors.push(line, WHOLE_ROW, message);
        } else if record.len() != self.columns {
            let message = format!("{} columns instead of {}; is a quote missing?", record.len(), self.columns);
            self.errors.push(line, WHOLE_ROW, message);
        } else {
            self.row(line, record);
        }
        Ok(())
    }

    fn row(&mut self, line: u64, record: &csv::StringRecord) {
        let before = self.errors.total;
        let column = |at: usize| record.get(at).unwrap_or_default().trim();
        let sku = self.sku(line, column(0));
        let name = self.text(line, COLUMNS[1], column(1), 120);
        let brand = self.text(line, COLUMNS[2], column(2), 60);
        let category = Slug::parse(column(3));
        if category.is_none() {
            self.errors.push(line, COLUMNS[3], "a category has 1 to 40 small letters, digits and hyphens");
        }
        let price = self.price(line, column(4));
        let stock = self.stock(line, column(5));
        let description = self.text(line, COLUMNS[6], column(6), MAX_DESCRIPTION_CHARS);
        let specifications = self.specifications(line, column(7));
        let more = |name: &str| self.more.iter().position(|more| more == name).map(|at| column(COLUMNS.len() + at));
        let (vat, german) = (more(VAT).unwrap_or_default(), more(GERMAN).unwrap_or_default());
        let vat_rate = self.vat_rate(line, vat);
        let german =
            if german.is_empty() { String::new() } else { self.text(line, GERMAN, german, MAX_DESCRIPTION_CHARS) };
        let description = Localized::from(description).with(Language::German, &german);
        let (Some(sku), Some(category)) = (sku, category) else { return };
        if self.errors.total == before {
            let product = Product { sku, name, brand, category, price, vat_rate, stock, description, specifications };
            self.rows.push(Row { line, product });
        }
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
        text::name(text, max_chars).unwrap_or_else(|error| {
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

    fn price(&mut self, line: u64, text: &str) -> Money {
        let max = Money::new(MAX_PRICE_MINOR, self.currency);
        match Money::parse(text, self.currency) {
            Ok(price) if price.minor == 0 => self.errors.push(line, COLUMNS[4], "must be more than nothing"),
            Ok(price) if price.minor > max.minor => {
                self.errors.push(line, COLUMNS[4], format!("must be at most {max}"));
            }
            Ok(price) => return price,
            Err(error) => self.errors.push(line, COLUMNS[4], error.to_string()),
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

    fn stock(&mut self, line: u64, text: &str) -> u32 {
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let stock = text.parse::<u32>().ok().filter(|stock| plain && *stock <= MAX_STOCK);
        if stock.is_none() {
            self.errors.push(line, COLUMNS[5], format!("must be a whole number from 0 to {MAX_STOCK}"));
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

    fn finish(mut self) -> Result<Vec<Row>, ImportErrors> {
        if !self.header_seen {
            self.errors.push(1, "header", header_wanted());
        } else if self.rows.is_empty() && self.errors.total == 0 {
            self.errors.push(1, WHOLE_ROW, "the file has no products");
        }
        if self.errors.total == 0 { Ok(self.rows) } else { Err(self.errors) }
    }
}

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

/// Checks the rows of a file against the products of the shop: one key has one type and unit everywhere, and no new SKU
/// differs only by case from another one. Such twins that the shop has already may be imported again.
///
/// # Errors
/// Every row that uses a key in another way than a product which the file does not mention, and every new twin.
pub fn check_against(rows: &[Row], stored: &[Product]) -> Result<(), ImportErrors> {
    let replaced: BTreeSet<&Sku> = rows.iter().map(|row| &row.product.sku).collect();
    let mut vocabulary = Vocabulary::default();
    for product in stored.iter().filter(|product| !replaced.contains(&product.sku)) {
        for specification in &product.specifications {
            // Stored products agree with each other: they passed this check before.
            let _ = vocabulary.learn(specification, &format!("product {}", product.sku));
        }
    }
    let mut errors = ImportErrors::default();
    let known: BTreeSet<&Sku> = stored.iter().map(|product| &product.sku).collect();
    let mut taken: BTreeMap<String, String> =
        stored.iter().map(|product| (product.sku.folded(), format!("the product {}", product.sku))).collect();
    for row in rows {
        let sku = &row.product.sku;
        if !known.contains(sku) {
            let here = format!("{sku} on line {}", row.line);
            if let Some(other) = taken.insert(sku.folded(), here) {
                errors.push(row.line, COLUMNS[0], format!("this SKU differs only by case from {other}"));
            }
        }
        for specification in &row.product.specifications {
            if let Err(message) = vocabulary.learn(specification, &format!("line {}", row.line)) {
                errors.push(row.line, COLUMNS[7], message);
            }
        }
    }
    if errors.total == 0 { Ok(()) } else { Err(errors) }
}
