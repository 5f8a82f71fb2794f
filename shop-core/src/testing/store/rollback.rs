//! A write happens as a whole or not at all.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kit_core::{Era, StoreFailure, Timestamp, Zone};

use super::samples::{attempt, cart, cart_line, discount, moment, order, product, refund};
use super::{place, record, view};
use crate::rules::cart::Cart;
use crate::rules::invoice::LastNumbers;
use crate::rules::mail::{Mail, MailKind};
use crate::rules::order::{Order, OrderState};
use crate::store::{Access, Event, EventKind, Store, StoreExt, WriteTx};

/// An error from the work rolls everything back, whatever was written before it.
pub fn a_failed_write_leaves_nothing(store: &dyn Store) {
    record(store, |tx| tx.put_product(&product("A-1", "Alpha", 1_000)));
    let failure = store.record::<()>(|tx| {
        write_some_of_everything(tx)?;
        Err(StoreFailure::not_committed("changed its mind"))
    });
    assert!(failure.is_err());
    only_alpha_is_there(store);
}

/// A panic in the work does the same, and the store goes on working.
pub fn a_panicking_write_leaves_nothing(store: &dyn Store) {
    record(store, |tx| tx.put_product(&product("A-1", "Alpha", 1_000)));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _ = store.record::<()>(|tx| {
            write_some_of_everything(tx)?;
            panic!("a bug in a rule");
        });
    }));
    assert!(panicked.is_err());
    only_alpha_is_there(store);
    record(store, write_some_of_everything);
}

fn write_some_of_everything(tx: &mut dyn WriteTx) -> Result<(), StoreFailure> {
    tx.set_recorded_at(moment(5))?;
    tx.set_catalogue_version(5)?;
    tx.put_era(Era::always(Zone::UTC))?;
    tx.set_stock(&product("A-1", "Alpha", 1_000).sku, 0)?;
    tx.put_product(&product("B-1", "Beta", 2_000))?;
    tx.put_cart(&Cart { lines: vec![cart_line("A-1", 1)], ..cart(1) })?;
    place(tx, 1)?;
    tx.update_order(&Order { state: OrderState::Paid, ..order(1) })?;
    tx.insert_refund(&refund(1, 1))?;
    tx.put_discount(&discount("B-2"))?;
    tx.set_last_numbers(LastNumbers { invoice: 5, credit_note: 5 })?;
    tx.insert_access(&Access { token: cart(9).token, order: order(1).id, expires_at: moment(9) })?;
    tx.insert_mail(&Mail::new(order(1).id, MailKind::Paid, moment(5)))?;
    tx.insert_event(&Event { order: order(1).id, at: moment(5), kind: EventKind::Placed })
}

fn only_alpha_is_there(store: &dyn Store) {
    view(store, |tx| {
        assert_eq!(tx.all_products()?, [product("A-1", "Alpha", 1_000)]);
        assert_eq!((tx.recorded_at()?, tx.catalogue_version()?), (Timestamp::EPOCH, 0));
        assert_eq!(tx.eras()?, []);
        assert_eq!(tx.cart(&cart(1).token)?, None);
        assert_eq!(tx.order_by_token(&order(1).token)?, None);
        assert_eq!(tx.attempt_by_form_key(&attempt(1, 1).form_key)?, None);
        assert_eq!(tx.refunds(order(1).id)?, []);
        assert_eq!(tx.events(order(1).id)?, []);
        assert_eq!(tx.mail(order(1).id, MailKind::Paid)?, None);
        assert_eq!(tx.next_due()?, None);
        assert_eq!((tx.discounts()?, tx.last_numbers()?), (Vec::new(), LastNumbers::default()));
        assert_eq!(tx.access(&cart(9).token)?, None);
        assert_eq!(tx.orders_with_code(&discount("SPRING-10").terms.code, "ada@example.org")?, []);
        Ok(())
    });
}

/// What a write has staged it also reads.
pub fn a_write_reads_its_own_writes(store: &dyn Store) {
    record(store, |tx| {
        write_before_reading(tx)?;
        assert_eq!(tx.product(&product("A-1", "Alpha", 1_000).sku)?.map(|product| product.stock), Some(1));
        assert_eq!(tx.attempts(order(1).id)?.len(), 1);
        assert_eq!(tx.due_attempts(moment(1_000), 10)?, [attempt(1, 1).id]);
        Ok(())
    });
}

fn write_before_reading(tx: &mut dyn WriteTx) -> Result<(), StoreFailure> {
    tx.put_product(&product("A-1", "Alpha", 1_000))?;
    tx.set_stock(&product("A-1", "Alpha", 1_000).sku, 1)?;
    place(tx, 1).map(drop)
}
