//! Products and carts.

use kit_core::{Language, Timestamp, TokenHash};
use rusqlite::{Row, params};

use super::row::{get, money, parsed, time, unreadable, vat_rate_or_none};
use super::tx::{Tx, signed};
use crate::rules::cart::{Cart, CartLine, Quantity};
use crate::rules::catalogue_file::ExportId;
use crate::rules::discount::DiscountCode;
use crate::rules::localized::Localized;
use crate::rules::name_order::{NAME_ORDER, name_key};
use crate::rules::product::{Product, Sku, Slug, Sort};
use crate::rules::specification;
use crate::rules::totals::VatRate;
use crate::store::{ProductSlice, Result};

const PRODUCT: &str = "SELECT sku, name, brand, category, price_minor, currency, vat_basis_points, stock, description,
     description_de, specifications, retired FROM products";

fn read(row: &Row<'_>) -> Result<Product> {
    Ok(Product {
        sku: parsed(row, "sku", |text: String| Sku::parse(&text))?,
        name: get(row, "name")?,
        brand: get(row, "brand")?,
        category: parsed(row, "category", |text: String| Slug::parse(&text))?,
        price: money(row, "price_minor")?,
        vat_rate: vat_rate_or_none(row, "vat_basis_points")?,
        stock: get(row, "stock")?,
        description: description(row)?,
        specifications: parsed(row, "specifications", |text: String| specification::parse_list(&text).ok())?,
        retired: get(row, "retired")?,
    })
}

fn description(row: &Row<'_>) -> Result<Localized> {
    let german: Option<String> = get(row, "description_de")?;
    Ok(Localized::from(get::<String>(row, "description")?).with(Language::German, &german.unwrap_or_default()))
}

pub(super) fn product(tx: &Tx<'_>, sku: &Sku) -> Result<Option<Product>> {
    tx.row(&format!("{PRODUCT} WHERE sku = ?1"), [sku.as_str()], read)
}

pub(super) fn sku_in_any_case(tx: &Tx<'_>, sku: &Sku) -> Result<Option<Sku>> {
    let sql = "SELECT sku FROM products WHERE sku = ?1 COLLATE NOCASE ORDER BY sku LIMIT 1";
    tx.row(sql, [sku.as_str()], |row| parsed(row, "sku", |text: String| Sku::parse(&text)))
}

pub(super) fn all(tx: &Tx<'_>) -> Result<Vec<Product>> {
    tx.rows(&format!("{PRODUCT} ORDER BY sku"), [], read)
}

pub(super) fn slice(tx: &Tx<'_>, slice: &ProductSlice) -> Result<(Vec<Product>, u64)> {
    let order = match slice.sort {
        Sort::Relevance | Sort::NameAscending => "sort_name, sku",
        Sort::NameDescending => "sort_name DESC, sku",
        Sort::PriceAscending => "price_minor, sku",
        Sort::PriceDescending => "price_minor DESC, sku",
    };
    // Two statements rather than `category = ?1 OR ?1 IS NULL`, which no index can serve.
    let (filter, category) = match &slice.category {
        Some(category) => ("WHERE retired = 0 AND category = ?1", category.as_str()),
        None => ("WHERE retired = 0 AND ?1 = ''", ""),
    };
    let (limit, offset) = (i64::from(slice.limit), signed(slice.offset));
    let sql = format!("{PRODUCT} {filter} ORDER BY {order} LIMIT ?2 OFFSET ?3");
    let products = tx.rows(&sql, params![category, limit, offset], read)?;
    let count = format!("SELECT count(*) AS n FROM products {filter}");
    let total = tx.row(&count, [category], |row| get::<i64>(row, "n"))?;
    Ok((products, total.and_then(|n| u64::try_from(n).ok()).unwrap_or(0)))
}

pub(super) fn sold_out(tx: &Tx<'_>) -> Result<Vec<Sku>> {
    let sql = "SELECT sku FROM products WHERE stock = 0 ORDER BY sku";
    tx.rows(sql, [], |row| parsed(row, "sku", |text: String| Sku::parse(&text)))
}

pub(super) fn categories(tx: &Tx<'_>) -> Result<Vec<(Slug, u64)>> {
    let sql = "SELECT category, count(*) AS n FROM products WHERE retired = 0 GROUP BY category ORDER BY category";
    tx.rows(sql, [], |row| {
        let category = parsed(row, "category", |text: String| Slug::parse(&text))?;
        Ok((category, parsed(row, "n", |n: i64| u64::try_from(n).ok())?))
    })
}

pub(super) fn put(tx: &Tx<'_>, product: &Product) -> Result<()> {
    let sql = "INSERT INTO products (sku, name, sort_name, brand, category, price_minor, currency, stock,
                   description, description_de, specifications, vat_basis_points, retired)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
               ON CONFLICT (sku) DO UPDATE SET name = excluded.name, sort_name = excluded.sort_name,
                   brand = excluded.brand, category = excluded.category, price_minor = excluded.price_minor,
                   currency = excluded.currency, stock = excluded.stock, description = excluded.description,
                   description_de = excluded.description_de, specifications = excluded.specifications,
                   vat_basis_points = excluded.vat_basis_points, retired = excluded.retired";
    let values = params![
        product.sku.as_str(),
        product.name,
        name_key(&product.name),
        product.brand,
        product.category.as_str(),
        product.price.minor,
        product.price.currency.to_stored(),
        product.stock,
        product.description.in_language(Language::English),
        product.description.translation(Language::German),
        specification::write_list(&product.specifications),
        product.vat_rate.map(VatRate::basis_points),
        product.retired,
    ];
    tx.change_one(sql, values)
}

/// Whether the keys of names are of today's edition.
pub(super) fn names_in_order(tx: &Tx<'_>) -> Result<bool> {
    let edition = tx.row("SELECT name_order FROM facts", [], |row| get::<u32>(row, "name_order"))?;
    Ok(edition == Some(NAME_ORDER))
}

/// Makes the keys of names again, by today's edition.
pub(super) fn order_names(tx: &Tx<'_>) -> Result<()> {
    let names = tx.rows("SELECT sku, name FROM products", [], |row| {
        Ok((get::<String>(row, "sku")?, get::<String>(row, "name")?))
    })?;
    for (sku, name) in names {
        tx.change_one("UPDATE products SET sort_name = ?2 WHERE sku = ?1", params![sku, name_key(&name)])?;
    }
    tx.change_one("UPDATE facts SET name_order = ?1", [NAME_ORDER])
}

pub(super) fn export_stock(tx: &Tx<'_>, export: ExportId, sku: &Sku) -> Result<Option<u32>> {
    let sql = "SELECT stock FROM export_stocks WHERE export = ?1 AND sku = ?2";
    tx.row(sql, params![export.to_string(), sku.as_str()], |row| get(row, "stock"))
}

pub(super) fn put_export_stock(tx: &Tx<'_>, export: ExportId, sku: &Sku, stock: u32) -> Result<()> {
    let sql = "INSERT INTO export_stocks (export, sku, stock) VALUES (?1, ?2, ?3)
               ON CONFLICT (export, sku) DO UPDATE SET stock = excluded.stock";
    tx.change_one(sql, params![export.to_string(), sku.as_str(), stock])
}

pub(super) fn cart(tx: &Tx<'_>, token: &TokenHash) -> Result<Option<Cart>> {
    let found = tx.row("SELECT used_at, code FROM carts WHERE token = ?1", [token.0], |row| {
        let code = get::<Option<String>>(row, "code")?;
        let code = code.map(|text| DiscountCode::from_stored(&text).ok_or_else(|| unreadable("code"))).transpose()?;
        Ok((time(row, "used_at")?, code))
    })?;
    let Some((used_at, code)) = found else { return Ok(None) };
    let sql = "SELECT sku, quantity, price_seen_minor, currency FROM cart_lines WHERE token = ?1 ORDER BY position";
    let lines = tx.rows(sql, [token.0], |row| {
        Ok(CartLine {
            sku: parsed(row, "sku", |text: String| Sku::parse(&text))?,
            quantity: Quantity::new(get(row, "quantity")?).map_err(|_| unreadable("quantity"))?,
            price_seen: money(row, "price_seen_minor")?,
        })
    })?;
    Ok(Some(Cart { token: *token, lines, code, used_at }))
}

pub(super) fn put_cart(tx: &Tx<'_>, cart: &Cart) -> Result<()> {
    let token = cart.token.0;
    let sql = "INSERT INTO carts (token, used_at, code) VALUES (?1, ?2, ?3)
               ON CONFLICT (token) DO UPDATE SET used_at = excluded.used_at, code = excluded.code";
    tx.change_one(sql, params![token, cart.used_at.micros(), cart.code.as_ref().map(DiscountCode::as_str)])?;
    tx.change("DELETE FROM cart_lines WHERE token = ?1", [token])?;
    let sql = "INSERT INTO cart_lines (token, position, sku, quantity, price_seen_minor, currency)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    for (position, line) in (0_i64..).zip(&cart.lines) {
        let seen = line.price_seen;
        let quantity = line.quantity.get();
        tx.change_one(
            sql,
            params![token, position, line.sku.as_str(), quantity, seen.minor, seen.currency.to_stored()],
        )?;
    }
    Ok(())
}

pub(super) fn remove_carts(tx: &Tx<'_>, before: Timestamp, limit: u32) -> Result<u64> {
    let sql = "DELETE FROM carts WHERE token IN (SELECT token FROM carts WHERE used_at < ?1 ORDER BY used_at LIMIT ?2)";
    Ok(tx.change(sql, params![before.micros(), limit])? as u64)
}
