//! A store that fails, forgets whether it committed, or runs a write twice.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use kit_core::StoreFailure;
use shop_core::gateway::scripted::CallKind;
use shop_core::store::memory::MemoryStore;
use shop_core::store::{ReadWork, Result, Store, WriteWork};
use shop_core::{Error, OrderSlice};

use crate::world::{KEYBOARD, World, eur, form};

/// What happens to a write.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// It goes through.
    None,
    /// Nothing of it is kept.
    NotCommitted,
    /// It is kept, and the caller is told that nobody knows.
    CommittedUnknown,
    /// Nothing of it is kept, and the caller is told that nobody knows.
    LostUnknown,
}

/// A memory store whose next writes go as told. Every write runs its work twice, as a serialization retry would.
#[derive(Default)]
struct Faulty {
    store: MemoryStore,
    faults: Mutex<VecDeque<Fault>>,
    unreadable: AtomicBool,
}

impl Faulty {
    fn next(&self, faults: &[Fault]) {
        *self.faults.lock().expect("no test panics with it") = faults.iter().copied().collect();
    }
}

impl Store for Faulty {
    fn read(&self, work: ReadWork<'_>) -> Result<()> {
        if self.unreadable.load(Ordering::SeqCst) {
            return Err(StoreFailure::not_committed("the disk is gone"));
        }
        self.store.read(work)
    }

    fn write(&self, work: WriteWork<'_>) -> Result<()> {
        let rolled_back = || StoreFailure::not_committed("rolled back");
        let _ = self.store.write(&mut |tx| work(tx).and(Err(rolled_back())));
        let fault = self.faults.lock().expect("no test panics with it").pop_front().unwrap_or(Fault::None);
        match fault {
            Fault::None => self.store.write(work),
            Fault::NotCommitted => Err(StoreFailure::not_committed("the disk is gone")),
            Fault::CommittedUnknown => {
                self.store.write(work)?;
                Err(StoreFailure::commit_unknown("the sync failed"))
            }
            Fault::LostUnknown => Err(StoreFailure::commit_unknown("the sync failed")),
        }
    }
}

fn world() -> (World, Arc<Faulty>) {
    let store = Arc::new(Faulty::default());
    (World::over(store.clone()), store)
}

#[test]
fn a_write_that_runs_twice_does_it_once() {
    let (world, _) = world();
    let placed = world.order_two("form-key-1");
    assert_eq!(world.status(&placed), "paid");
    assert_eq!(world.view(&placed).events.len(), 3);
    world.shop.cancel(&placed.token).expect("cancelled");
    assert_eq!(world.stock(KEYBOARD), 5);
    world.check_books(5);
}

#[test]
fn an_order_that_was_not_recorded_was_not_tried() {
    for fault in [Fault::NotCommitted, Fault::LostUnknown, Fault::CommittedUnknown] {
        let (world, store) = world();
        let cart = world.cart(&[(KEYBOARD, 2)]);
        store.next(&[fault]);
        let error = world.shop.checkout(&cart, &form("form-key-1", eur(20_000))).err().expect("the store failed");
        let unknown = matches!(error, Error::CommitUnknown(_));
        assert_eq!(unknown, !matches!(fault, Fault::NotCommitted), "{fault:?}: {error}");
        assert_eq!(world.calls(CallKind::Purchase).len(), 0, "the bank was not asked");

        let again = world.shop.checkout(&cart, &form("form-key-1", eur(20_000))).expect("the same form again");
        let recorded = matches!(fault, Fault::CommittedUnknown);
        assert_eq!(again.order.status.code(), if recorded { "checking" } else { "paid" }, "{fault:?}");
        world.advance(60);
        world.shop.sweep().expect("swept");
        assert_eq!(world.status(&again), if recorded { "not-paid" } else { "paid" }, "{fault:?}");
        let orders = world.shop.orders(&OrderSlice { limit: 10, ..OrderSlice::default() }).expect("listed");
        assert_eq!(orders.len(), 1, "{fault:?}");
        world.check_books(5);
    }
}

#[test]
fn an_answer_that_was_not_recorded_is_asked_for_again() {
    for fault in [Fault::NotCommitted, Fault::LostUnknown, Fault::CommittedUnknown] {
        let (world, store) = world();
        let cart = world.cart(&[(KEYBOARD, 2)]);
        store.next(&[Fault::None, fault]);
        let placed = world.shop.checkout(&cart, &form("form-key-1", eur(20_000))).expect("the order stands");
        let recorded = matches!(fault, Fault::CommittedUnknown);
        assert_eq!(placed.order.status.code(), if recorded { "paid" } else { "checking" }, "{fault:?}");
        world.advance(60);
        world.shop.sweep().expect("swept");
        assert_eq!(world.status(&placed), "paid", "{fault:?}");
        world.check_books(5);
    }
}

#[test]
fn a_refund_whose_answer_was_not_recorded_is_sent_again() {
    let (world, store) = world();
    let placed = world.order_two("form-key-1");
    store.next(&[Fault::None, Fault::NotCommitted]);
    assert_eq!(world.shop.cancel(&placed.token).expect("recorded").status.code(), "refunding");
    world.advance(60);
    assert_eq!(world.shop.sweep().expect("swept").refunded, 1);
    assert_eq!((world.stock(KEYBOARD), world.charged()), (5, eur(0)));
    world.check_books(5);
}

/// What was done and cannot be looked at must not be told as "nothing happened".
#[test]
fn what_cannot_be_read_afterwards_is_unknown() {
    let (world, store) = world();
    let cart = world.cart(&[(KEYBOARD, 2)]);
    let broken = store.clone();
    world.bank.on_call(move |_| broken.unreadable.store(true, Ordering::SeqCst));
    let placed = world.shop.checkout(&cart, &form("form-key-1", eur(20_000))).err();
    assert!(matches!(placed, Some(Error::CommitUnknown(_))), "{placed:?}");
    store.unreadable.store(false, Ordering::SeqCst);
    let placed = world.shop.checkout(&cart, &form("form-key-1", eur(20_000))).expect("the same form");
    assert_eq!((placed.order.status.code(), placed.replayed), ("paid", true));
    let cancelled = world.shop.cancel(&placed.token).err();
    assert!(matches!(cancelled, Some(Error::CommitUnknown(_))), "{cancelled:?}");
    store.unreadable.store(false, Ordering::SeqCst);
    assert_eq!(world.status(&placed), "cancelled");
}
