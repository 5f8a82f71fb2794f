//! A store in memory: for tests, simulators and short programs. Nothing of it outlives the process.
//!
//! Every table keeps a journal, so a write that fails or panics takes back what it wrote. Locks: one, held for the
//! length of a read or a write; a reader never sees a write half done.

mod outbox;
mod tx;

use std::sync::{PoisonError, RwLock};

use kit_core::{IdempotencyKey, StoreFailure, Table, Timestamp, TokenHash, Uuid, Zone};

use super::{Access, Alert, Event, ReadWork, Result, Store, WriteWork};
use crate::rules::attempt::{AlertKind, Attempt, AttemptId};
use crate::rules::cart::Cart;
use crate::rules::catalogue_file::ExportId;
use crate::rules::discount::{Discount, DiscountCode};
use crate::rules::invoice::{DocumentKind, LastNumbers};
use crate::rules::mail::{Mail, MailKind};
use crate::rules::order::{Order, OrderId, OrderNumber};
use crate::rules::product::{Product, Sku};
use crate::rules::refund::{Refund, RefundId};

/// A store in memory.
#[derive(Default)]
pub struct MemoryStore {
    state: RwLock<State>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

#[derive(Default)]
struct State {
    recorded_at: Table<(), Timestamp>,
    catalogue_version: Table<(), u64>,
    eras: Table<Timestamp, Zone>,
    products: Table<Sku, Product>,
    export_stocks: Table<(ExportId, Sku), u32>,
    carts: Table<TokenHash, Cart>,
    orders: Table<OrderId, Order>,
    orders_by_token: Table<TokenHash, OrderId>,
    orders_by_number: Table<OrderNumber, OrderId>,
    orders_by_code: Table<(DiscountCode, String, OrderId), ()>,
    orders_by_document: Table<(DocumentKind, u64), OrderId>,
    accesses: Table<TokenHash, Access>,
    discounts: Table<DiscountCode, Discount>,
    last_numbers: Table<(), LastNumbers>,
    reservations: Table<(Timestamp, OrderId), ()>,
    events: Table<(OrderId, u64), Event>,
    attempts: Table<AttemptId, Attempt>,
    attempts_by_form_key: Table<IdempotencyKey, AttemptId>,
    attempts_by_payment_key: Table<IdempotencyKey, AttemptId>,
    attempts_by_order: Table<(OrderId, AttemptId), ()>,
    due_attempts: Table<(Timestamp, AttemptId), ()>,
    refunds: Table<RefundId, Refund>,
    refunds_by_key: Table<IdempotencyKey, RefundId>,
    refunds_by_order: Table<(OrderId, RefundId), ()>,
    due_refunds: Table<(Timestamp, RefundId), ()>,
    alerts: Table<(Uuid, AlertKind), Alert>,
    mails: Table<(OrderId, MailKind), Mail>,
}

/// The same call on every table.
macro_rules! on_every_table {
    ($state:expr, $call:ident) => {{
        let state: &mut State = $state;
        state.recorded_at.$call();
        state.catalogue_version.$call();
        state.eras.$call();
        state.products.$call();
        state.export_stocks.$call();
        state.carts.$call();
        state.orders.$call();
        state.orders_by_token.$call();
        state.orders_by_number.$call();
        state.orders_by_code.$call();
        state.orders_by_document.$call();
        state.accesses.$call();
        state.discounts.$call();
        state.last_numbers.$call();
        state.reservations.$call();
        state.events.$call();
        state.attempts.$call();
        state.attempts_by_form_key.$call();
        state.attempts_by_payment_key.$call();
        state.attempts_by_order.$call();
        state.due_attempts.$call();
        state.refunds.$call();
        state.refunds_by_key.$call();
        state.refunds_by_order.$call();
        state.due_refunds.$call();
        state.alerts.$call();
        state.mails.$call();
    }};
}

/// Takes back what was written unless it was committed before: also while a panic unwinds.
struct Journal<'a>(&'a mut State);

impl Drop for Journal<'_> {
    fn drop(&mut self) {
        on_every_table!(self.0, rollback);
    }
}

impl Store for MemoryStore {
    fn read(&self, work: ReadWork<'_>) -> Result<()> {
        work(&*self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, work: WriteWork<'_>) -> Result<()> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let journal = Journal(&mut state);
        work(&mut *journal.0)?;
        on_every_table!(journal.0, commit);
        Ok(())
    }
}

/// What no rule may ever write.
fn contradiction(what: &'static str) -> StoreFailure {
    StoreFailure::not_committed(what)
}
