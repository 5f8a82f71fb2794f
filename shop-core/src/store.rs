//! The store's contract: what the shop needs of whatever keeps its facts.
//!
//! - A read sees one consistent snapshot. Inside a write, what was read stays true until the commit.
//! - An `Err` from the work, or a panic in it, rolls everything back. `Ok` is returned only when the data is durable.
//! - The work may run more than once and must then give the same result from scratch.
//! - A store keeps facts and judges nothing: look-ups return `Option`, and a rule judges absence. What it does refuse
//!   are contradictions that no rule may ever write: a second row where only one may be, a negative stock.
//!
//! [`memory`] and [`sqlite`] implement it; `testing::store` holds the conformance suite for any other.

use kit_core::{Era, IdempotencyKey, StoreFailure, Timestamp, TokenHash};

use crate::codes::codes;
use crate::rules::attempt::{AlertKind, Attempt, AttemptId};
use crate::rules::cart::Cart;
use crate::rules::catalogue_file::ExportId;
use crate::rules::discount::{Discount, DiscountCode};
use crate::rules::invoice::LastNumbers;
use crate::rules::order::{Order, OrderId, OrderNumber, OrderState};
use crate::rules::product::{Product, Sku, Slug, Sort};
use crate::rules::refund::{Refund, RefundId};

pub mod memory;
pub mod outbox;
#[cfg(feature = "sqlite")]
pub mod sqlite;

/// What a store's methods return.
pub type Result<T> = std::result::Result<T, StoreFailure>;

/// The work of a read.
pub type ReadWork<'a> = &'a mut dyn FnMut(&dyn ReadTx) -> Result<()>;
/// The work of a write.
pub type WriteWork<'a> = &'a mut dyn FnMut(&mut dyn WriteTx) -> Result<()>;

/// Something that keeps the shop's facts.
pub trait Store: Send + Sync {
    /// Runs `work` against one consistent snapshot.
    ///
    /// # Errors
    /// What `work` returns, or the store's own failure.
    fn read(&self, work: ReadWork<'_>) -> Result<()>;

    /// Runs `work` in one transaction and commits it durably.
    ///
    /// # Errors
    /// What `work` returns, or the store's own failure, saying what is known of the write.
    fn write(&self, work: WriteWork<'_>) -> Result<()>;
}

/// Reading and writing with a value in return.
pub trait StoreExt: Store {
    /// [`Store::read`] that returns what `work` found.
    ///
    /// # Errors
    /// As [`Store::read`].
    fn view<T>(&self, mut work: impl FnMut(&dyn ReadTx) -> Result<T>) -> Result<T> {
        let mut found = None;
        self.read(&mut |tx| {
            found = Some(work(tx)?);
            Ok(())
        })?;
        found.ok_or_else(|| StoreFailure::not_committed("the store did not run the read"))
    }

    /// [`Store::write`] that returns what `work` made.
    ///
    /// # Errors
    /// As [`Store::write`]. A store that says "done" without having run the work is not to be believed in anything.
    fn record<T>(&self, mut work: impl FnMut(&mut dyn WriteTx) -> Result<T>) -> Result<T> {
        let mut made = None;
        self.write(&mut |tx| {
            made = Some(work(tx)?);
            Ok(())
        })?;
        made.ok_or_else(|| StoreFailure::commit_unknown("the store did not run the write"))
    }
}

impl<S: Store + ?Sized> StoreExt for S {}

/// Which part of a sorted list of products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSlice {
    /// Only this category.
    pub category: Option<Slug>,
    /// In this order; [`Sort::Relevance`] means by name here.
    pub sort: Sort,
    /// How many to skip.
    pub offset: u64,
    /// How many to return at most.
    pub limit: u32,
}

/// Which orders: newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrderSlice {
    /// Only those in this state.
    pub state: Option<OrderState>,
    /// Only those placed before this one.
    pub before: Option<OrderId>,
    /// How many to return at most.
    pub limit: u32,
}

/// One entry of an order's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Whose history.
    pub order: OrderId,
    /// When it was recorded.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// What happened to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// It was placed and its stock taken.
    Placed,
    /// An attempt at paying it began.
    PaymentStarted,
    /// The bank gave no clear answer.
    PaymentUnknown,
    /// The customer was sent to the bank's own page.
    ApprovalRequested,
    /// The money was taken.
    Paid,
    /// An attempt ended without the money being taken.
    PaymentFailed,
    /// It ended without a payment; the stock went back.
    NotPaid,
    /// It was sent off.
    Shipped,
    /// It was cancelled, and the bank asked to give the money back.
    RefundStarted,
    /// The bank refused to give the money back.
    RefundRefused,
    /// The money was given back.
    Refunded,
    /// The cancellation is final; the stock went back.
    Cancelled,
}

codes!(EventKind {
    Placed => "placed",
    PaymentStarted => "payment-started",
    PaymentUnknown => "payment-unknown",
    ApprovalRequested => "approval-requested",
    Paid => "paid",
    PaymentFailed => "payment-failed",
    NotPaid => "not-paid",
    Shipped => "shipped",
    RefundStarted => "refund-started",
    RefundRefused => "refund-refused",
    Refunded => "refunded",
    Cancelled => "cancelled",
});

/// Something that an operator has to look at. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// What it is about: an attempt's, a refund's or an order's id. One kind of alert is raised once for each.
    pub subject: kit_core::Uuid,
    /// What happened.
    pub kind: AlertKind,
    /// Which order it concerns.
    pub order: OrderId,
    /// When it was raised.
    pub at: Timestamp,
    /// More about it: a slug, a field's name, or why a mail was not taken.
    pub detail: String,
}

/// A further token that opens an order's page, for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The token's hash.
    pub token: TokenHash,
    /// Whose page it opens.
    pub order: OrderId,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Reading facts.
pub trait ReadTx: outbox::ReadOutbox {
    /// The latest time ever recorded; the epoch in a fresh store.
    fn recorded_at(&self) -> Result<Timestamp>;
    /// How often the catalogue was changed: what a search index compares itself with.
    fn catalogue_version(&self) -> Result<u64>;

    /// In which time zones the shop was, and is, in order; see [`Calendar::recorded`](kit_core::Calendar::recorded).
    fn eras(&self) -> Result<Vec<Era>>;

    /// The product with this SKU.
    fn product(&self, sku: &Sku) -> Result<Option<Product>>;
    /// The SKU that is this one but for the case of its letters; of several the first.
    fn sku_in_any_case(&self, sku: &Sku) -> Result<Option<Sku>>;
    /// Those of these products that exist, in the order asked for.
    fn products(&self, skus: &[Sku]) -> Result<Vec<Product>>;
    /// Every product, by SKU.
    fn all_products(&self) -> Result<Vec<Product>>;
    /// A part of a sorted list without what is no longer sold, and how many products the whole list has.
    fn product_slice(&self, slice: &ProductSlice) -> Result<(Vec<Product>, u64)>;
    /// What cannot be sold now, by SKU: products without stock.
    fn sold_out(&self) -> Result<Vec<Sku>>;
    /// Every category that has a product which is still sold, by slug, and how many of them it has.
    fn categories(&self) -> Result<Vec<(Slug, u64)>>;

    /// What the file of this export last set the product's stock to, where it set it at all.
    fn export_stock(&self, export: ExportId, sku: &Sku) -> Result<Option<u32>>;

    /// The cart that this token opens.
    fn cart(&self, token: &TokenHash) -> Result<Option<Cart>>;

    /// The order with this id.
    fn order(&self, id: OrderId) -> Result<Option<Order>>;
    /// The order whose page this token opens.
    fn order_by_token(&self, token: &TokenHash) -> Result<Option<Order>>;
    /// The order with this number.
    fn order_by_number(&self, number: OrderNumber) -> Result<Option<Order>>;
    /// A further token that opens an order's page, whether or not it has expired.
    fn access(&self, token: &TokenHash) -> Result<Option<Access>>;
    /// Orders, newest first.
    fn orders(&self, slice: &OrderSlice) -> Result<Vec<Order>>;
    /// An order's history, oldest first.
    fn events(&self, order: OrderId) -> Result<Vec<Event>>;

    /// The discount with this code.
    fn discount(&self, code: &DiscountCode) -> Result<Option<Discount>>;
    /// The discount whose code has this [`key`](DiscountCode::key); of several the first by code.
    fn discount_by_key(&self, key: &str) -> Result<Option<Discount>>;
    /// All discounts, by code.
    fn discounts(&self) -> Result<Vec<Discount>>;
    /// The orders that were placed with this code from this address, in the form of
    /// [`email_key`](crate::rules::discount::email_key); by id.
    fn orders_with_code(&self, code: &DiscountCode, email_key: &str) -> Result<Vec<Order>>;
    /// The last numbers of invoices and credit notes.
    fn last_numbers(&self) -> Result<LastNumbers>;

    /// The attempt with this id.
    fn attempt(&self, id: AttemptId) -> Result<Option<Attempt>>;
    /// The attempt that the form with this key began.
    fn attempt_by_form_key(&self, key: &IdempotencyKey) -> Result<Option<Attempt>>;
    /// The attempt for which the bank was asked under this key.
    fn attempt_by_payment_key(&self, key: &IdempotencyKey) -> Result<Option<Attempt>>;
    /// All attempts at paying an order, oldest first.
    fn attempts(&self, order: OrderId) -> Result<Vec<Attempt>>;

    /// The refund with this id.
    fn refund(&self, id: RefundId) -> Result<Option<Refund>>;
    /// All refunds of an order, oldest first.
    fn refunds(&self, order: OrderId) -> Result<Vec<Refund>>;

    /// Alerts, newest first.
    fn alerts(&self, limit: u32) -> Result<Vec<Alert>>;

    /// Attempts with `due_at` at or before `now`, the longest due first.
    fn due_attempts(&self, now: Timestamp, limit: u32) -> Result<Vec<AttemptId>>;
    /// Refunds with `due_at` at or before `now`, the longest due first.
    fn due_refunds(&self, now: Timestamp, limit: u32) -> Result<Vec<RefundId>>;
    /// Orders awaiting payment, without a live attempt, reserved until at most `now`; the longest due first.
    fn due_reservations(&self, now: Timestamp, limit: u32) -> Result<Vec<OrderId>>;
    /// The earliest moment at which one of these three will have something.
    fn next_due(&self) -> Result<Option<Timestamp>>;
}

/// Writing facts.
pub trait WriteTx: ReadTx + outbox::WriteOutbox {
    /// Moves the latest recorded time.
    fn set_recorded_at(&mut self, now: Timestamp) -> Result<()>;
    /// Says that the catalogue was changed.
    fn set_catalogue_version(&mut self, version: u64) -> Result<()>;

    /// Records an era, or replaces the one that begins at the same moment.
    fn put_era(&mut self, era: Era) -> Result<()>;

    /// Inserts or replaces a product.
    fn put_product(&mut self, product: &Product) -> Result<()>;
    /// Sets how many units of an existing product can be sold.
    fn set_stock(&mut self, sku: &Sku, stock: u32) -> Result<()>;

    /// Remembers what the file of this export set the product's stock to.
    fn put_export_stock(&mut self, export: ExportId, sku: &Sku, stock: u32) -> Result<()>;

    /// Inserts or replaces a cart with all its lines.
    fn put_cart(&mut self, cart: &Cart) -> Result<()>;
    /// Removes carts last used before `before`, at most `limit` of them; returns how many it removed.
    fn remove_carts(&mut self, before: Timestamp, limit: u32) -> Result<u64>;

    /// Inserts an order with its lines. Id, number and token must be new.
    fn insert_order(&mut self, order: &Order) -> Result<()>;
    /// Updates what may change of an order: state, live attempt, refund, invoice, credit note and time of change.
    fn update_order(&mut self, order: &Order) -> Result<()>;
    /// Inserts a further token of an order. It must be new.
    fn insert_access(&mut self, access: &Access) -> Result<()>;
    /// Removes tokens that expired at or before `now`, at most `limit` of them; returns how many it removed.
    fn remove_accesses(&mut self, now: Timestamp, limit: u32) -> Result<u64>;

    /// Inserts or replaces a discount.
    fn put_discount(&mut self, discount: &Discount) -> Result<()>;
    /// Sets the last numbers of invoices and credit notes.
    fn set_last_numbers(&mut self, numbers: LastNumbers) -> Result<()>;

    /// Appends to an order's history.
    fn insert_event(&mut self, event: &Event) -> Result<()>;

    /// Inserts an attempt. Id and keys must be new, and the order must have no other attempt without a final state.
    fn insert_attempt(&mut self, attempt: &Attempt) -> Result<()>;
    /// Updates what may change of an attempt: all but its order, keys, amount, account and start.
    fn update_attempt(&mut self, attempt: &Attempt) -> Result<()>;

    /// Inserts a refund. Id and key must be new.
    fn insert_refund(&mut self, refund: &Refund) -> Result<()>;
    /// Updates what may change of a refund: state, claims, `due_at`, refusal and end.
    fn update_refund(&mut self, refund: &Refund) -> Result<()>;

    /// Raises an alert; one that was raised already stays as it is.
    fn put_alert(&mut self, alert: &Alert) -> Result<()>;
}
