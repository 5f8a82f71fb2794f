//! A store that breaks its contract after each write: what the model test must notice.

use std::sync::Arc;

use bank_core::Result;
use bank_core::model::{Account, Head, Payment, PaymentState};
use bank_core::store::memory::MemoryStore;
use bank_core::store::{ReadTx, Store, StoreExt, WriteTx};

use crate::support::START;

/// What stood there before a write.
pub(super) struct Before {
    payments: Vec<Payment>,
}

/// What a store does wrong after a write.
pub(super) type Fault = fn(&mut dyn WriteTx, &Before) -> Result<()>;

/// Faults, most of them such that the ledger is sound all the same: only the model can tell.
pub(super) const FAULTS: [(&str, Fault); 6] = [
    ("forgets changes of payments", |tx, before| Ok(tx.put_payments(&before.payments.iter().collect::<Vec<_>>())?)),
    ("forgets that accounts are frozen", |tx, _| change_accounts(tx, |account| account.frozen = false)),
    ("forgets what was deposited today", |tx, _| change_accounts(tx, |account| account.deposited_that_day = 0)),
    ("lets time run backwards", |tx, _| {
        let head = tx.head()?;
        Ok(tx.set_head(Head { last_time: START, ..head })?)
    }),
    ("forgets when payments end", |tx, _| change_payments(tx, |payment| payment.expires_at = None)),
    ("takes cancelled for voided", |tx, _| {
        change_payments(tx, |payment| {
            if payment.state == PaymentState::Cancelled {
                payment.state = PaymentState::Voided;
            }
        })
    }),
];

fn change_accounts(tx: &mut dyn WriteTx, change: impl Fn(&mut Account)) -> Result<()> {
    let mut accounts = tx.accounts_after(None, usize::MAX)?;
    accounts.iter_mut().for_each(change);
    Ok(tx.put_accounts(&accounts.iter().collect::<Vec<_>>())?)
}

fn change_payments(tx: &mut dyn WriteTx, change: impl Fn(&mut Payment)) -> Result<()> {
    let mut payments = tx.payments_after(None, usize::MAX)?;
    payments.iter_mut().for_each(change);
    Ok(tx.put_payments(&payments.iter().collect::<Vec<_>>())?)
}

pub(super) struct Forgetful {
    inner: MemoryStore,
    fault: Fault,
}

impl Forgetful {
    pub(super) fn new(fault: Fault) -> Arc<Self> {
        Arc::new(Self { inner: MemoryStore::new(), fault })
    }
}

impl Store for Forgetful {
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> Result<()>) -> Result<()> {
        self.inner.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> Result<()>) -> Result<()> {
        let before = self.inner.view(|tx| Ok(Before { payments: tx.payments_after(None, usize::MAX)? }))?;
        self.inner.write(work)?;
        self.inner.update(|tx| (self.fault)(tx, &before))
    }
}
