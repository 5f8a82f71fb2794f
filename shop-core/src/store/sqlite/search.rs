//! The full-text index: an FTS5 table beside the products, derived from them.

use std::sync::Arc;

use kit_sqlite::Database;
use rusqlite::params;

use super::row::{get, parsed};
use super::tx::{Tx, signed};
use crate::rules::product::{Product, Sku};
use crate::rules::search::{Pattern, Term};
use crate::search::{Search, WEIGHTS, Weights, columns};
use crate::store::Result;

/// FTS5 in the store's own file.
pub struct SqliteSearch {
    database: Arc<Database>,
}

impl SqliteSearch {
    pub(super) fn new(database: Arc<Database>) -> Self {
        Self { database }
    }
}

impl Search for SqliteSearch {
    fn version(&self) -> Result<Option<u64>> {
        self.database.read(|connection| version(&Tx { connection }))
    }

    fn rebuild(&self, built_from: u64, products: &[Product]) -> Result<()> {
        self.database.write(|connection| {
            let tx = Tx { connection };
            if version(&tx)?.is_some_and(|version| version > built_from) {
                return Ok(());
            }
            tx.change("DELETE FROM product_search", [])?;
            let sql = "INSERT INTO product_search (sku, name, brand, category, details) VALUES (?1, ?2, ?3, ?4, ?5)";
            for product in products {
                let [name, brand, category, details] = columns(product).map(|words| words.join(" "));
                tx.change(sql, params![product.sku.as_str(), name, brand, category, details])?;
            }
            let sql = "INSERT INTO product_search_built (only, version) VALUES (1, ?1)
                       ON CONFLICT (only) DO UPDATE SET version = excluded.version";
            tx.change(sql, [signed(built_from)])?;
            Ok(())
        })
    }

    fn find(&self, pattern: &Pattern, limit: u32) -> Result<Vec<Sku>> {
        if pattern.groups().is_empty() {
            return Ok(Vec::new());
        }
        let sql = "SELECT sku FROM product_search WHERE product_search MATCH ?1
                   ORDER BY bm25(product_search, 0.0, ?2, ?3, ?4, ?5), sku LIMIT ?6";
        let Weights { name, brand, category, details } = WEIGHTS;
        let values = params![expression(pattern), name, brand, category, details, limit];
        self.database.read(|connection| {
            Tx { connection }.rows(sql, values, |row| parsed(row, "sku", |text: String| Sku::parse(&text)))
        })
    }
}

fn version(tx: &Tx<'_>) -> Result<Option<u64>> {
    let found = tx.row("SELECT version FROM product_search_built", [], |row| get::<i64>(row, "version"))?;
    Ok(found.and_then(|version| u64::try_from(version).ok()))
}

/// Each word as a quoted string, so that nothing in it is an operator; one of every group must match.
///
/// A word has letters and digits only: terms cannot be made otherwise, so no word can end its own quotes.
fn expression(pattern: &Pattern) -> String {
    let quoted = |term: &Term| format!("\"{}\"{}", term.word(), if term.is_beginning() { "*" } else { "" });
    let group = |terms: &Vec<Term>| format!("({})", terms.iter().map(quoted).collect::<Vec<_>>().join(" OR "));
    pattern.groups().iter().map(group).collect::<Vec<_>>().join(" AND ")
}
