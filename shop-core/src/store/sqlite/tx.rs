//! One transaction: the contract's methods, each forwarded to the file of its noun.

use kit_core::{Era, IdempotencyKey, Timestamp, TokenHash, Zone};
use rusqlite::{Connection, Params, Row, params};

use super::row::{failed, get, parsed, time};
use super::{catalogue, discounts, orders, payments};
use crate::rules::attempt::{Attempt, AttemptId};
use crate::rules::cart::Cart;
use crate::rules::catalogue_file::ExportId;
use crate::rules::discount::{Discount, DiscountCode};
use crate::rules::invoice::LastNumbers;
use crate::rules::order::{Order, OrderId, OrderNumber};
use crate::rules::product::{Product, Sku, Slug};
use crate::rules::refund::{Refund, RefundId};
use crate::store::{Access, Alert, Event, OrderSlice, ProductSlice, ReadTx, Result, WriteTx};

/// An open transaction, or a reader's snapshot.
pub(super) struct Tx<'a> {
    pub(super) connection: &'a Connection,
}

impl Tx<'_> {
    /// Every row of a query, each read by `read`.
    pub(super) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query(params).map_err(failed)?;
        let mut list = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            list.push(read(row)?);
        }
        Ok(list)
    }

    /// The only row of a query, or none.
    pub(super) fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.rows(sql, params, read)?.pop())
    }

    /// Runs a statement that changes rows and returns how many.
    pub(super) fn change(&self, sql: &str, params: impl Params) -> Result<usize> {
        self.connection.prepare_cached(sql).map_err(failed)?.execute(params).map_err(failed)
    }

    /// Runs a statement that must change exactly one row.
    pub(super) fn change_one(&self, sql: &str, params: impl Params) -> Result<()> {
        match self.change(sql, params)? {
            1 => Ok(()),
            _ => Err(kit_core::StoreFailure::not_committed("an update of a row that does not exist")),
        }
    }
}

/// As SQLite counts rows and limits.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl ReadTx for Tx<'_> {
    fn recorded_at(&self) -> Result<Timestamp> {
        let found = self.row("SELECT recorded_at FROM facts", [], |row| time(row, "recorded_at"))?;
        Ok(found.unwrap_or(Timestamp::EPOCH))
    }

    fn catalogue_version(&self) -> Result<u64> {
        let found = self.row("SELECT catalogue_version FROM facts", [], |row| get::<i64>(row, "catalogue_version"))?;
        Ok(found.and_then(|version| u64::try_from(version).ok()).unwrap_or(0))
    }

    fn eras(&self) -> Result<Vec<Era>> {
        self.rows("SELECT begins, zone FROM eras ORDER BY begins", [], |row| {
            Ok(Era { begins: time(row, "begins")?, zone: parsed(row, "zone", |name: String| Zone::parse(&name).ok())? })
        })
    }

    fn product(&self, sku: &Sku) -> Result<Option<Product>> {
        catalogue::product(self, sku)
    }

    fn sku_in_any_case(&self, sku: &Sku) -> Result<Option<Sku>> {
        catalogue::sku_in_any_case(self, sku)
    }

    fn products(&self, skus: &[Sku]) -> Result<Vec<Product>> {
        let found: Result<Vec<Option<Product>>> = skus.iter().map(|sku| catalogue::product(self, sku)).collect();
        Ok(found?.into_iter().flatten().collect())
    }

    fn all_products(&self) -> Result<Vec<Product>> {
        catalogue::all(self)
    }

    fn product_slice(&self, slice: &ProductSlice) -> Result<(Vec<Product>, u64)> {
        catalogue::slice(self, slice)
    }

    fn sold_out(&self) -> Result<Vec<Sku>> {
        catalogue::sold_out(self)
    }

    fn categories(&self) -> Result<Vec<(Slug, u64)>> {
        catalogue::categories(self)
    }

    fn export_stock(&self, export: ExportId, sku: &Sku) -> Result<Option<u32>> {
        catalogue::export_stock(self, export, sku)
    }

    fn cart(&self, token: &TokenHash) -> Result<Option<Cart>> {
        catalogue::cart(self, token)
    }

    fn order(&self, id: OrderId) -> Result<Option<Order>> {
        orders::one(self, "WHERE id = ?1", id.uuid().as_bytes())
    }

    fn order_by_token(&self, token: &TokenHash) -> Result<Option<Order>> {
        orders::one(self, "WHERE token = ?1", &token.0)
    }

    fn order_by_number(&self, number: OrderNumber) -> Result<Option<Order>> {
        orders::one(self, "WHERE number = ?1", &number.as_str())
    }

    fn access(&self, token: &TokenHash) -> Result<Option<Access>> {
        discounts::access(self, token)
    }

    fn orders(&self, slice: &OrderSlice) -> Result<Vec<Order>> {
        orders::slice(self, slice)
    }

    fn events(&self, order: OrderId) -> Result<Vec<Event>> {
        orders::events(self, order)
    }

    fn discount(&self, code: &DiscountCode) -> Result<Option<Discount>> {
        discounts::one(self, code)
    }

    fn discount_by_key(&self, key: &str) -> Result<Option<Discount>> {
        discounts::by_key(self, key)
    }

    fn discounts(&self) -> Result<Vec<Discount>> {
        discounts::all(self)
    }

    fn orders_with_code(&self, code: &DiscountCode, email_key: &str) -> Result<Vec<Order>> {
        orders::with_code(self, code, email_key)
    }

    fn last_numbers(&self) -> Result<LastNumbers> {
        discounts::last_numbers(self)
    }

    fn attempt(&self, id: AttemptId) -> Result<Option<Attempt>> {
        Ok(payments::attempts(self, "WHERE id = ?1", id.uuid().as_bytes())?.pop())
    }

    fn attempt_by_form_key(&self, key: &IdempotencyKey) -> Result<Option<Attempt>> {
        Ok(payments::attempts(self, "WHERE form_key = ?1", &key.as_str())?.pop())
    }

    fn attempt_by_payment_key(&self, key: &IdempotencyKey) -> Result<Option<Attempt>> {
        Ok(payments::attempts(self, "WHERE payment_key = ?1", &key.as_str())?.pop())
    }

    fn attempts(&self, order: OrderId) -> Result<Vec<Attempt>> {
        payments::attempts(self, "WHERE order_id = ?1 ORDER BY id", order.uuid().as_bytes())
    }

    fn refund(&self, id: RefundId) -> Result<Option<Refund>> {
        Ok(payments::refunds(self, "WHERE id = ?1", id.uuid().as_bytes())?.pop())
    }

    fn refunds(&self, order: OrderId) -> Result<Vec<Refund>> {
        payments::refunds(self, "WHERE order_id = ?1 ORDER BY id", order.uuid().as_bytes())
    }

    fn alerts(&self, limit: u32) -> Result<Vec<Alert>> {
        orders::alerts(self, limit)
    }

    fn due_attempts(&self, now: Timestamp, limit: u32) -> Result<Vec<AttemptId>> {
        Ok(payments::due(self, "attempts", now, limit)?.into_iter().map(AttemptId::from_uuid).collect())
    }

    fn due_refunds(&self, now: Timestamp, limit: u32) -> Result<Vec<RefundId>> {
        Ok(payments::due(self, "refunds", now, limit)?.into_iter().map(RefundId::from_uuid).collect())
    }

    fn due_reservations(&self, now: Timestamp, limit: u32) -> Result<Vec<OrderId>> {
        orders::due(self, now, limit)
    }

    fn next_due(&self) -> Result<Option<Timestamp>> {
        payments::next_due(self)
    }
}

impl WriteTx for Tx<'_> {
    fn set_recorded_at(&mut self, now: Timestamp) -> Result<()> {
        self.change_one("UPDATE facts SET recorded_at = ?1", [now.micros()])
    }

    fn set_catalogue_version(&mut self, version: u64) -> Result<()> {
        self.change_one("UPDATE facts SET catalogue_version = ?1", [signed(version)])
    }

    fn put_era(&mut self, era: Era) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO eras (begins, zone) VALUES (?1, ?2)";
        self.change_one(sql, params![era.begins.micros(), era.zone.name()])
    }

    fn put_product(&mut self, product: &Product) -> Result<()> {
        catalogue::put(self, product)
    }

    fn set_stock(&mut self, sku: &Sku, stock: u32) -> Result<()> {
        self.change_one("UPDATE products SET stock = ?2 WHERE sku = ?1", (sku.as_str(), stock))
    }

    fn put_export_stock(&mut self, export: ExportId, sku: &Sku, stock: u32) -> Result<()> {
        catalogue::put_export_stock(self, export, sku, stock)
    }

    fn put_cart(&mut self, cart: &Cart) -> Result<()> {
        catalogue::put_cart(self, cart)
    }

    fn remove_carts(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        catalogue::remove_carts(self, before, limit)
    }

    fn insert_order(&mut self, order: &Order) -> Result<()> {
        orders::insert(self, order)
    }

    fn update_order(&mut self, order: &Order) -> Result<()> {
        orders::update(self, order)
    }

    fn insert_access(&mut self, access: &Access) -> Result<()> {
        discounts::insert_access(self, access)
    }

    fn remove_accesses(&mut self, now: Timestamp, limit: u32) -> Result<u64> {
        discounts::remove_accesses(self, now, limit)
    }

    fn put_discount(&mut self, discount: &Discount) -> Result<()> {
        discounts::put(self, discount)
    }

    fn set_last_numbers(&mut self, numbers: LastNumbers) -> Result<()> {
        discounts::set_last_numbers(self, numbers)
    }

    fn insert_event(&mut self, event: &Event) -> Result<()> {
        orders::insert_event(self, event)
    }

    fn insert_attempt(&mut self, attempt: &Attempt) -> Result<()> {
        payments::insert_attempt(self, attempt)
    }

    fn update_attempt(&mut self, attempt: &Attempt) -> Result<()> {
        payments::update_attempt(self, attempt)
    }

    fn insert_refund(&mut self, refund: &Refund) -> Result<()> {
        payments::insert_refund(self, refund)
    }

    fn update_refund(&mut self, refund: &Refund) -> Result<()> {
        payments::update_refund(self, refund)
    }

    fn put_alert(&mut self, alert: &Alert) -> Result<()> {
        orders::put_alert(self, alert)
    }
}
