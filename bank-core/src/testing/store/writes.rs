//! What a write promises: all or nothing, its own view, no two at once, and what is unique.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use kit_core::{Delivery, StoreFailure, Token};

use super::outbox::request;
use super::sample::{START, Sample, World, eur, key, later, read, write};
use crate::error::{Error, Result};
use crate::model::Refusal;
use crate::model::{
    Account, Bucket, EventKind, Head, KeyRecord, Payment, PaymentState, Recorded, SavedPayee, Scope, Session, Transfer,
    Tries,
};
use crate::store::{ReadTx, Store, StoreExt, WriteTx};

/// One row of everything.
struct Everything {
    w: World,
    transfer: Transfer,
    payment: Payment,
    record: KeyRecord,
    session: Session,
    payee: SavedPayee,
}

impl Everything {
    fn new() -> Self {
        let sample = Sample::new();
        let w = sample.world();
        let transfer = sample.transfer(1, w.account.number, w.settlement.number);
        let payment = sample.payment(&w, PaymentState::Authorized);
        let record = w.record("order", Recorded::Transfer { seq: 1 });
        let session = sample.session(&w, 1, 0);
        let payee = sample.payee(&w, 7);
        Self { w, transfer, payment, record, session, payee }
    }

    fn put(&self, tx: &mut dyn WriteTx) -> Result<()> {
        self.w.put(tx)?;
        tx.set_head(Head { last_seq: 1, last_time: later(1) })?;
        tx.set_pepper_check([7; 32])?;
        tx.insert_transfers(std::slice::from_ref(&self.transfer))?;
        tx.put_payments(&[&self.payment])?;
        tx.insert_keys(std::slice::from_ref(&self.record))?;
        tx.insert_merchant_key(Token::from_bytes([1; 32]).hash(), self.w.merchant.id, START)?;
        tx.put_pin(&self.w.pin())?;
        tx.put_tries(Bucket::Shadow(1), &Tries { failures: 1, ..Tries::default() })?;
        tx.note_failing(self.w.merchant.id, Bucket::Shadow(1), later(1), START)?;
        tx.put_session(&self.session)?;
        tx.put_payee(&self.payee)?;
        tx.set_main_currency(kit_core::Currency::EUR)?;
        tx.insert_event(&self.w.event(EventKind::Registered, 0))?;
        tx.put_mail(&self.w.mail(1, Delivery::Waiting { due_at: START }))?;
        tx.insert_reset_request(&request(1))?;
        Ok(tx.put_password_reset(&self.w.reset(1))?)
    }

    /// How many rows of each table can be seen, one look-up a number.
    fn seen(&self, tx: &dyn ReadTx) -> Result<[usize; 22]> {
        let customer = self.w.customer.id;
        Ok([
            usize::try_from(tx.head()?.last_seq).expect("one at most"),
            usize::from(tx.pepper_check()?.is_some()),
            usize::from(tx.customer(customer)?.is_some()),
            usize::from(tx.customer_by_email(&self.w.customer.email)?.is_some()),
            tx.accounts(&[self.w.account.number])?.len(),
            tx.accounts_of(customer)?.len(),
            tx.transfers(&[1])?.len(),
            tx.entries(self.w.account.number, 1, 10)?.len(),
            tx.payments(&[self.payment.id])?.len(),
            tx.holds(&[self.w.account.number])?.len(),
            tx.keys(&[(self.record.scope, self.record.key.clone())])?.len(),
            tx.merchants(&[self.w.merchant.id])?.len(),
            usize::from(tx.merchant_by_key(Token::from_bytes([1; 32]).hash())?.is_some()),
            usize::from(tx.pin(self.w.account.number)?.is_some()),
            usize::from(tx.tries(Bucket::Shadow(1))?.is_some())
                * tx.failing_accounts(self.w.merchant.id, START)? as usize,
            tx.sessions_of(customer)?.len(),
            tx.events_of(customer, None, 10)?.len(),
            tx.payees_of(customer)?.len(),
            usize::from(tx.main_currency()?.is_some()),
            tx.due_mails(START, 10)?.len(),
            tx.reset_requests(10)?.len(),
            usize::from(tx.password_reset(customer)?.is_some()),
        ])
    }

    fn count(&self, store: &dyn Store) -> [usize; 22] {
        read(store, |tx| self.seen(tx))
    }
}

pub(super) fn a_write_reads_what_it_wrote(store: &dyn Store) {
    let all = Everything::new();
    write(store, |tx| {
        assert_eq!(all.seen(tx.as_read())?, [0; 22]);
        all.put(tx)?;
        assert_eq!(all.seen(tx.as_read())?, [1; 22], "inside the write, before it is committed");
        assert_eq!(tx.account(all.w.account.number)?.as_ref(), Some(&all.w.account));
        Ok(())
    });
    assert_eq!(all.count(store), [1; 22]);
}

pub(super) fn an_error_takes_everything_back(store: &dyn Store) {
    let all = Everything::new();
    let refused = store.update::<()>(|tx| {
        all.put(tx)?;
        Err(Refusal::AccountNotFound.into())
    });
    assert!(
        matches!(refused, Err(Error::Refused { refusal: Refusal::AccountNotFound, .. })),
        "the closure's own error: {refused:?}"
    );
    assert_eq!(all.count(store), [0; 22]);
    write(store, |tx| all.put(tx));
    // Changes and removals are taken back as well.
    let account = Account { debits_posted: 99, ..all.w.account.clone() };
    let refused = store.update::<()>(|tx| {
        tx.put_accounts(&[&account])?;
        tx.put_payments(&[&Payment { state: PaymentState::Voided, ..all.payment.clone() }])?;
        tx.clear_tries(Bucket::Shadow(1))?;
        tx.delete_mail(all.w.mail(1, Delivery::Waiting { due_at: START }).id)?;
        tx.delete_password_reset(all.w.customer.id)?;
        tx.delete_other_sessions(all.w.customer.id, None)?;
        tx.delete_payee(all.w.customer.id, all.payee.id)?;
        Err(StoreFailure::not_committed("changed its mind").into())
    });
    assert!(matches!(refused, Err(Error::NotCommitted(_))), "{refused:?}");
    assert_eq!(all.count(store), [1; 22]);
    assert_eq!(read(store, |tx| Ok(tx.account(account.number)?)), Some(all.w.account));
}

pub(super) fn a_panic_takes_everything_back(store: &dyn Store) {
    let all = Everything::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        store.update::<()>(|tx| {
            all.put(tx)?;
            std::panic::panic_any("a bug inside a write");
        })
    }));
    assert!(panicked.is_err(), "the panic comes through");
    assert_eq!(all.count(store), [0; 22]);
    write(store, |tx| all.put(tx));
    assert_eq!(all.count(store), [1; 22], "and the store goes on");
}

pub(super) fn what_is_unique_stays_so(store: &dyn Store) {
    let all = Everything::new();
    write(store, |tx| all.put(tx));
    let refuses = |what: &str, work: &dyn Fn(&mut dyn WriteTx) -> Result<()>| {
        let told = store.update(|tx| {
            tx.put_tries(Bucket::Login(1), &Tries::default())?;
            work(tx)
        });
        assert!(matches!(told, Err(Error::NotCommitted(_))), "{what}: {told:?}");
        assert_eq!(
            read(store, |tx| Ok(tx.tries(Bucket::Login(1))?)),
            None,
            "{what}: the rest of the write is gone too"
        );
    };
    let sample = Sample::new();
    let stranger = crate::model::Customer {
        id: crate::model::CustomerId::from_uuid(kit_core::Uuid::nil()),
        ..all.w.customer.clone()
    };
    refuses("an e-mail address", &|tx| Ok(tx.put_customer(&stranger)?));
    let same_number = SavedPayee { id: crate::model::PayeeId::from_uuid(kit_core::Uuid::nil()), ..all.payee.clone() };
    refuses("a payee's number", &|tx| Ok(tx.put_payee(&same_number)?));
    let same_seq = Transfer { id: crate::model::TransferId::from_uuid(kit_core::Uuid::nil()), ..all.transfer.clone() };
    refuses("a place in the ledger", &|tx| Ok(tx.insert_transfers(std::slice::from_ref(&same_seq))?));
    let same_id = Transfer { seq: 2, ..all.transfer.clone() };
    refuses("a transfer's id", &|tx| Ok(tx.insert_transfers(std::slice::from_ref(&same_id))?));
    let other_facts = KeyRecord { facts: "operation=deposit".to_owned(), ..all.record.clone() };
    refuses("an idempotency key", &|tx| Ok(tx.insert_keys(std::slice::from_ref(&other_facts))?));
    refuses("a merchant", &|tx| Ok(tx.insert_merchant(&all.w.merchant)?));
    let token = Token::from_bytes([1; 32]).hash();
    refuses("an API key", &|tx| Ok(tx.insert_merchant_key(token, all.w.merchant.id, later(1))?));
    // What differs in one part of its name is another.
    write(store, |tx| {
        let fine = Transfer { seq: 2, ..sample.transfer(2, all.w.settlement.number, all.w.account.number) };
        tx.insert_transfers(&[Transfer { id: crate::model::TransferId::from_uuid(kit_core::Uuid::max()), ..fine }])?;
        let (operators, others) = (Scope::OPERATOR, key("another"));
        tx.insert_keys(&[KeyRecord { scope: operators, ..all.record.clone() }])?;
        Ok(tx.insert_keys(&[KeyRecord { key: others, ..all.record.clone() }])?)
    });
    assert_eq!(read(store, |tx| Ok(tx.transfers(&[1, 2])?.len())), 2);
}

/// How often money goes to and fro while others look on.
const ROUNDS: i64 = 40;

pub(super) fn a_read_sees_one_snapshot(store: &dyn Store) {
    let all = Everything::new();
    let done = AtomicBool::new(false);
    let put = |tx: &mut dyn WriteTx, left: i64| {
        let account = Account { credits_posted: left, ..all.w.account.clone() };
        let settlement = Account { credits_posted: ROUNDS - left, ..all.w.settlement.clone() };
        tx.put_accounts(&[&account])?;
        Ok(tx.put_accounts(&[&settlement])?)
    };
    write(store, |tx| {
        all.put(tx)?;
        put(tx, ROUNDS)
    });
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            (0..ROUNDS).for_each(|left| write(store, |tx| put(tx, left)));
            done.store(true, Ordering::SeqCst);
        });
        while !done.load(Ordering::SeqCst) && !writer.is_finished() {
            let sum = read(store, |tx| {
                let one = tx.account(all.w.account.number)?.map(|a| a.posted());
                std::thread::yield_now();
                let other = tx.account(all.w.settlement.number)?.map(|a| a.posted());
                Ok(one.zip(other).map(|(a, b)| eur(a + b)))
            });
            assert_eq!(sum, Some(eur(ROUNDS)), "two look-ups of one read");
        }
    });
}

pub(super) fn writes_come_one_after_the_other(store: &dyn Store) {
    let w = Sample::new().world();
    write(store, |tx| w.put(tx));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..ROUNDS / 4 {
                    write(store, |tx| {
                        // What was read stays true until the commit.
                        let mut account = tx.account(w.account.number)?.ok_or(Refusal::AccountNotFound)?;
                        account.credits_posted += 1;
                        Ok(tx.put_accounts(&[&account])?)
                    });
                }
            });
        }
    });
    assert_eq!(read(store, |tx| Ok(tx.account(w.account.number)?.map(|a| a.credits_posted))), Some(ROUNDS));
}
