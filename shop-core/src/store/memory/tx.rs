//! Reading and writing the tables. Secondary tables are kept here and nowhere else.

use std::collections::BTreeMap;
use std::ops::Bound;

use kit_core::{Era, IdempotencyKey, Table, Timestamp, TokenHash};

use super::{State, contradiction};
use crate::rules::attempt::{Attempt, AttemptId};
use crate::rules::cart::Cart;
use crate::rules::catalogue_file::ExportId;
use crate::rules::discount::{Discount, DiscountCode, email_key};
use crate::rules::invoice::{DocumentKind, LastNumbers};
use crate::rules::order::{Order, OrderId, OrderNumber, OrderState};
use crate::rules::product::{Product, Sku, Slug, compare};
use crate::rules::refund::{Refund, RefundId};
use crate::store::{Access, Alert, Event, OrderSlice, ProductSlice, ReadTx, Result, WriteTx};

impl ReadTx for State {
    fn recorded_at(&self) -> Result<Timestamp> {
        Ok(self.recorded_at.get(&()).copied().unwrap_or(Timestamp::EPOCH))
    }

    fn catalogue_version(&self) -> Result<u64> {
        Ok(self.catalogue_version.get(&()).copied().unwrap_or(0))
    }

    fn eras(&self) -> Result<Vec<Era>> {
        Ok(self.eras.iter().map(|(begins, zone)| Era { begins: *begins, zone: *zone }).collect())
    }

    fn product(&self, sku: &Sku) -> Result<Option<Product>> {
        Ok(self.products.get(sku).cloned())
    }

    fn sku_in_any_case(&self, sku: &Sku) -> Result<Option<Sku>> {
        let folded = sku.folded();
        Ok(self.products.keys().find(|other| other.folded() == folded).cloned())
    }

    fn products(&self, skus: &[Sku]) -> Result<Vec<Product>> {
        Ok(skus.iter().filter_map(|sku| self.products.get(sku).cloned()).collect())
    }

    fn all_products(&self) -> Result<Vec<Product>> {
        Ok(self.products.values().cloned().collect())
    }

    fn product_slice(&self, slice: &ProductSlice) -> Result<(Vec<Product>, u64)> {
        let wanted = |product: &&Product| {
            !product.retired && slice.category.as_ref().is_none_or(|category| *category == product.category)
        };
        let mut list: Vec<&Product> = self.products.values().filter(wanted).collect();
        list.sort_by(|a, b| compare(slice.sort, a, b));
        let total = list.len() as u64;
        let skip = usize::try_from(slice.offset).unwrap_or(usize::MAX);
        Ok((list.into_iter().skip(skip).take(slice.limit as usize).cloned().collect(), total))
    }

    fn sold_out(&self) -> Result<Vec<Sku>> {
        Ok(self.products.values().filter(|product| product.stock == 0).map(|product| product.sku.clone()).collect())
    }

    fn categories(&self) -> Result<Vec<(Slug, u64)>> {
        let mut counts = BTreeMap::new();
        for product in self.products.values().filter(|product| !product.retired) {
            *counts.entry(product.category.clone()).or_insert(0) += 1;
        }
        Ok(counts.into_iter().collect())
    }

    fn export_stock(&self, export: ExportId, sku: &Sku) -> Result<Option<u32>> {
        Ok(self.export_stocks.get(&(export, sku.clone())).copied())
    }

    fn cart(&self, token: &TokenHash) -> Result<Option<Cart>> {
        Ok(self.carts.get(token).cloned())
    }

    fn order(&self, id: OrderId) -> Result<Option<Order>> {
        Ok(self.orders.get(&id).cloned())
    }

    fn order_by_token(&self, token: &TokenHash) -> Result<Option<Order>> {
        Ok(self.orders_by_token.get(token).and_then(|id| self.orders.get(id)).cloned())
    }

    fn order_by_number(&self, number: OrderNumber) -> Result<Option<Order>> {
        Ok(self.orders_by_number.get(&number).and_then(|id| self.orders.get(id)).cloned())
    }

    fn access(&self, token: &TokenHash) -> Result<Option<Access>> {
        Ok(self.accesses.get(token).copied())
    }

    fn orders(&self, slice: &OrderSlice) -> Result<Vec<Order>> {
        let before = slice.before.map_or(Bound::Unbounded, Bound::Excluded);
        let wanted = |order: &&Order| slice.state.is_none_or(|state| state == order.state);
        let newest_first = self.orders.range((Bound::Unbounded, before)).rev().map(|(_, order)| order);
        Ok(newest_first.filter(wanted).take(slice.limit as usize).cloned().collect())
    }

    fn events(&self, order: OrderId) -> Result<Vec<Event>> {
        Ok(self.events.range((order, 0)..=(order, u64::MAX)).map(|(_, event)| event.clone()).collect())
    }

    fn discount(&self, code: &DiscountCode) -> Result<Option<Discount>> {
        Ok(self.discounts.get(code).cloned())
    }

    fn discount_by_key(&self, key: &str) -> Result<Option<Discount>> {
        Ok(self.discounts.values().find(|discount| discount.terms.code.key() == key).cloned())
    }

    fn discounts(&self) -> Result<Vec<Discount>> {
        Ok(self.discounts.values().cloned().collect())
    }

    fn orders_with_code(&self, code: &DiscountCode, email_key: &str) -> Result<Vec<Order>> {
        let lowest = (code.clone(), email_key.to_owned(), OrderId::from_uuid(kit_core::Uuid::nil()));
        let rows = self.orders_by_code.range(lowest..).map(|(key, ())| key);
        let same = rows.take_while(|(of, email, _)| of == code && email == email_key);
        Ok(same.filter_map(|(_, _, id)| self.orders.get(id).cloned()).collect())
    }

    fn last_numbers(&self) -> Result<LastNumbers> {
        Ok(self.last_numbers.get(&()).copied().unwrap_or_default())
    }

    fn attempt(&self, id: AttemptId) -> Result<Option<Attempt>> {
        Ok(self.attempts.get(&id).cloned())
    }

    fn attempt_by_form_key(&self, key: &IdempotencyKey) -> Result<Option<Attempt>> {
        Ok(self.attempts_by_form_key.get(key).and_then(|id| self.attempts.get(id)).cloned())
    }

    fn attempt_by_payment_key(&self, key: &IdempotencyKey) -> Result<Option<Attempt>> {
        Ok(self.attempts_by_payment_key.get(key).and_then(|id| self.attempts.get(id)).cloned())
    }

    fn attempts(&self, order: OrderId) -> Result<Vec<Attempt>> {
        let lowest = (order, AttemptId::from_uuid(kit_core::Uuid::nil()));
        let ids = self.attempts_by_order.range(lowest..).map(|(key, ())| key).take_while(|key| key.0 == order);
        Ok(ids.filter_map(|(_, id)| self.attempts.get(id).cloned()).collect())
    }

    fn refund(&self, id: RefundId) -> Result<Option<Refund>> {
        Ok(self.refunds.get(&id).cloned())
    }

    fn refunds(&self, order: OrderId) -> Result<Vec<Refund>> {
        let lowest = (order, RefundId::from_uuid(kit_core::Uuid::nil()));
        let ids = self.refunds_by_order.range(lowest..).map(|(key, ())| key).take_while(|key| key.0 == order);
        Ok(ids.filter_map(|(_, id)| self.refunds.get(id).cloned()).collect())
    }

    fn alerts(&self, limit: u32) -> Result<Vec<Alert>> {
        let mut alerts: Vec<Alert> = self.alerts.values().cloned().collect();
        alerts.sort_by_key(|alert| std::cmp::Reverse((alert.at, alert.subject, alert.kind)));
        alerts.truncate(limit as usize);
        Ok(alerts)
    }

    fn due_attempts(&self, now: Timestamp, limit: u32) -> Result<Vec<AttemptId>> {
        Ok(due(&self.due_attempts, now, limit))
    }

    fn due_refunds(&self, now: Timestamp, limit: u32) -> Result<Vec<RefundId>> {
        Ok(due(&self.due_refunds, now, limit))
    }

    fn due_reservations(&self, now: Timestamp, limit: u32) -> Result<Vec<OrderId>> {
        Ok(due(&self.reservations, now, limit))
    }

    fn next_due(&self) -> Result<Option<Timestamp>> {
        let firsts = [
            self.due_attempts.keys().next().map(|key| key.0),
            self.due_refunds.keys().next().map(|key| key.0),
            self.reservations.keys().next().map(|key| key.0),
        ];
        Ok(firsts.into_iter().flatten().min())
    }
}

fn due<Id: Ord + Copy>(table: &Table<(Timestamp, Id), ()>, now: Timestamp, limit: u32) -> Vec<Id> {
    table.keys().take_while(|(due_at, _)| *due_at <= now).take(limit as usize).map(|(_, id)| *id).collect()
}

/// Moves a row of a table that is ordered by time.
fn move_due<Id: Ord + Copy>(
    table: &mut Table<(Timestamp, Id), ()>,
    id: Id,
    old: Option<Timestamp>,
    new: Option<Timestamp>,
) {
    if let Some(old) = old {
        table.remove(&(old, id));
    }
    if let Some(new) = new {
        table.put((new, id), ());
    }
}

/// The documents of an order, as they are kept apart.
fn documents(order: &Order) -> impl Iterator<Item = (DocumentKind, u64)> + use<> {
    let of = |kind, issued: Option<crate::rules::invoice::Issued>| issued.map(|issued| (kind, issued.number));
    let documents = [of(DocumentKind::Invoice, order.invoice), of(DocumentKind::CreditNote, order.credit_note)];
    documents.into_iter().flatten()
}

impl State {
    fn put_documents(&mut self, order: &Order) -> Result<()> {
        for document in documents(order) {
            if self.orders_by_document.get(&document).is_some_and(|id| *id != order.id) {
                return Err(contradiction("a second order with the same number of an invoice or credit note"));
            }
            self.orders_by_document.put(document, order.id);
        }
        Ok(())
    }
}

fn reservation(order: &Order) -> Option<Timestamp> {
    (order.state == OrderState::AwaitingPayment && order.live_attempt.is_none()).then_some(order.reserved_until)
}

impl WriteTx for State {
    fn set_recorded_at(&mut self, now: Timestamp) -> Result<()> {
        self.recorded_at.put((), now);
        Ok(())
    }

    fn set_catalogue_version(&mut self, version: u64) -> Result<()> {
        self.catalogue_version.put((), version);
        Ok(())
    }

    fn put_era(&mut self, era: Era) -> Result<()> {
        self.eras.put(era.begins, era.zone);
        Ok(())
    }

    fn put_product(&mut self, product: &Product) -> Result<()> {
        self.products.put(product.sku.clone(), product.clone());
        Ok(())
    }

    fn set_stock(&mut self, sku: &Sku, stock: u32) -> Result<()> {
        let product = self.products.get(sku).cloned().ok_or_else(|| contradiction("stock of an unknown product"))?;
        self.products.put(sku.clone(), Product { stock, ..product });
        Ok(())
    }

    fn put_export_stock(&mut self, export: ExportId, sku: &Sku, stock: u32) -> Result<()> {
        self.export_stocks.put((export, sku.clone()), stock);
        Ok(())
    }

    fn put_cart(&mut self, cart: &Cart) -> Result<()> {
        self.carts.put(cart.token, cart.clone());
        Ok(())
    }

    fn remove_carts(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        let old = self.carts.values().filter(|cart| cart.used_at < before).take(limit as usize);
        let tokens: Vec<TokenHash> = old.map(|cart| cart.token).collect();
        for token in &tokens {
            self.carts.remove(token);
        }
        Ok(tokens.len() as u64)
    }

    fn insert_order(&mut self, order: &Order) -> Result<()> {
        if self.orders.contains_key(&order.id)
            || self.orders_by_token.contains_key(&order.token)
            || self.orders_by_number.contains_key(&order.number)
        {
            return Err(contradiction("a second order with the same id, token or number"));
        }
        self.put_documents(order)?;
        self.orders_by_token.put(order.token, order.id);
        self.orders_by_number.put(order.number, order.id);
        if let Some(discount) = &order.discount {
            let key = (discount.code.clone(), email_key(&order.contact.email), order.id);
            self.orders_by_code.put(key, ());
        }
        move_due(&mut self.reservations, order.id, None, reservation(order));
        self.orders.put(order.id, order.clone());
        Ok(())
    }

    fn update_order(&mut self, order: &Order) -> Result<()> {
        let old = self.orders.get(&order.id).cloned().ok_or_else(|| contradiction("an update of an unknown order"))?;
        self.put_documents(order)?;
        let Order { state, live_attempt, refund, invoice, credit_note, changed_at, .. } = *order;
        let before = reservation(&old);
        let new = Order { state, live_attempt, refund, invoice, credit_note, changed_at, ..old };
        move_due(&mut self.reservations, order.id, before, reservation(&new));
        self.orders.put(order.id, new);
        Ok(())
    }

    fn insert_access(&mut self, access: &Access) -> Result<()> {
        if self.accesses.contains_key(&access.token) {
            return Err(contradiction("a token that is given a second time"));
        }
        self.accesses.put(access.token, *access);
        Ok(())
    }

    fn remove_accesses(&mut self, now: Timestamp, limit: u32) -> Result<u64> {
        let old = self.accesses.values().filter(|access| access.expires_at <= now).take(limit as usize);
        let tokens: Vec<TokenHash> = old.map(|access| access.token).collect();
        for token in &tokens {
            self.accesses.remove(token);
        }
        Ok(tokens.len() as u64)
    }

    fn put_discount(&mut self, discount: &Discount) -> Result<()> {
        self.discounts.put(discount.terms.code.clone(), discount.clone());
        Ok(())
    }

    fn set_last_numbers(&mut self, numbers: LastNumbers) -> Result<()> {
        self.last_numbers.put((), numbers);
        Ok(())
    }

    fn insert_event(&mut self, event: &Event) -> Result<()> {
        let last = self.events.range((event.order, 0)..=(event.order, u64::MAX)).next_back();
        let next = last.map_or(0, |((_, at), _)| at + 1);
        self.events.put((event.order, next), event.clone());
        Ok(())
    }

    fn insert_attempt(&mut self, attempt: &Attempt) -> Result<()> {
        let live = |other: &Attempt| !other.state.is_final();
        if self.attempts.contains_key(&attempt.id)
            || self.attempts_by_form_key.contains_key(&attempt.form_key)
            || self.attempts_by_payment_key.contains_key(&attempt.payment_key)
            || (live(attempt) && self.attempts(attempt.order)?.iter().any(live))
        {
            return Err(contradiction("a second attempt with the same id or key, or a second live one"));
        }
        self.attempts_by_form_key.put(attempt.form_key.clone(), attempt.id);
        self.attempts_by_payment_key.put(attempt.payment_key.clone(), attempt.id);
        self.attempts_by_order.put((attempt.order, attempt.id), ());
        move_due(&mut self.due_attempts, attempt.id, None, attempt.due_at);
        self.attempts.put(attempt.id, attempt.clone());
        Ok(())
    }

    fn update_attempt(&mut self, attempt: &Attempt) -> Result<()> {
        let old =
            self.attempts.get(&attempt.id).cloned().ok_or_else(|| contradiction("an update of an unknown attempt"))?;
        move_due(&mut self.due_attempts, attempt.id, old.due_at, attempt.due_at);
        let new = attempt.clone();
        let fixed = Attempt {
            order: old.order,
            form_key: old.form_key,
            payment_key: old.payment_key,
            amount: old.amount,
            account_tail: old.account_tail,
            started_at: old.started_at,
            ..new
        };
        self.attempts.put(attempt.id, fixed);
        Ok(())
    }

    fn insert_refund(&mut self, refund: &Refund) -> Result<()> {
        if self.refunds.contains_key(&refund.id) || self.refunds_by_key.contains_key(&refund.key) {
            return Err(contradiction("a second refund with the same id or key"));
        }
        self.refunds_by_key.put(refund.key.clone(), refund.id);
        self.refunds_by_order.put((refund.order, refund.id), ());
        move_due(&mut self.due_refunds, refund.id, None, refund.due_at);
        self.refunds.put(refund.id, refund.clone());
        Ok(())
    }

    fn update_refund(&mut self, refund: &Refund) -> Result<()> {
        let old =
            self.refunds.get(&refund.id).cloned().ok_or_else(|| contradiction("an update of an unknown refund"))?;
        move_due(&mut self.due_refunds, refund.id, old.due_at, refund.due_at);
        let Refund { state, claims, due_at, ended_at, .. } = *refund;
        self.refunds.put(refund.id, Refund { state, claims, due_at, ended_at, refusal: refund.refusal.clone(), ..old });
        Ok(())
    }

    fn put_alert(&mut self, alert: &Alert) -> Result<()> {
        if !self.alerts.contains_key(&(alert.subject, alert.kind)) {
            self.alerts.put((alert.subject, alert.kind), alert.clone());
        }
        Ok(())
    }
}
