//! One batch of commands: load once, decide each in turn, record once. The gate calls this; nothing else moves money.

use std::collections::BTreeSet;
use std::sync::Arc;

use kit_core::gate::Post;
use kit_core::{AccountNumber, Calendar, Clock, IdempotencyKey, StoreFailure, Timestamp};

use crate::command::{Command, DepositBy, Outcome};
use crate::error::Error;
use crate::model::{CustomerId, MerchantId, Payment, PaymentId, Recorded, Scope, cash_account};
use crate::rules::decide::{Policy, decide};
use crate::rules::payment::is_due;
use crate::rules::staged::Staged;
use crate::store::outbox::tell;
use crate::store::{Store, Stored, WriteTx, customer_of};

/// Posts batches to a store.
pub struct Ledger {
    /// Keeps the facts.
    pub store: Arc<dyn Store>,
    /// Tells the time, which is taken before each write.
    pub clock: Arc<dyn Clock>,
    /// Which days it has.
    pub calendar: Calendar,
    /// What the bank allows.
    pub policy: Policy,
}

impl Post for Ledger {
    type Command = Command;
    type Outcome = Outcome;

    fn post(&self, commands: &[&Command]) -> Result<Vec<Outcome>, StoreFailure> {
        let clock = self.clock.now();
        let mut outcomes = Vec::new();
        let written = self.store.write(&mut |tx| {
            // Afresh at each run of this closure: a store may run it again.
            outcomes = self.post_batch(tx, clock, commands)?;
            Ok(())
        });
        match written {
            Ok(()) => Ok(outcomes),
            Err(Error::CommitUnknown(cause)) => Err(StoreFailure::CommitUnknown(cause)),
            Err(Error::NotCommitted(cause)) => Err(StoreFailure::NotCommitted(cause)),
            // Posting refuses commands, never the write: these come from a store that breaks its contract.
            Err(other @ (Error::Refused { .. } | Error::Busy { .. })) => Err(StoreFailure::not_committed(other)),
        }
    }
}

impl Ledger {
    fn post_batch(&self, tx: &mut dyn WriteTx, clock: Timestamp, commands: &[&Command]) -> Stored<Vec<Outcome>> {
        let mut staged = load(tx, clock, self.calendar, commands)?;
        staged.release_due();
        let outcomes = commands.iter().map(|command| decide(&mut staged, &self.policy, command)).collect();
        kit_core::fail_point!("ledger.before-record");
        record(tx, staged)?;
        kit_core::fail_point!("ledger.recorded");
        Ok(outcomes)
    }
}

/// What a batch names, each once and in order, so that two runs ask a store the same questions.
#[derive(Default)]
struct Needs {
    keys: BTreeSet<(Scope, IdempotencyKey)>,
    payments: BTreeSet<PaymentId>,
    accounts: BTreeSet<AccountNumber>,
    merchants: BTreeSet<MerchantId>,
    customers: BTreeSet<CustomerId>,
    emails: BTreeSet<String>,
    release: usize,
}

impl Needs {
    fn of(commands: &[&Command]) -> Self {
        let mut needs = Self::default();
        for command in commands {
            needs.add(command);
        }
        needs
    }

    fn add(&mut self, command: &Command) {
        match command {
            Command::Open(open) => {
                self.accounts.extend([open.account.number, cash_account(open.account.currency)]);
                self.emails.extend(open.customer.iter().map(|c| c.email.clone()));
                self.customers.extend(open.account.customer());
            }
            Command::SetFrozen { account, .. } => {
                self.accounts.insert(*account);
            }
            Command::Close(c) => {
                self.accounts.insert(c.account);
                self.customers.insert(c.customer);
            }
            Command::Deposit(d) => {
                let scope = if let DepositBy::Customer(id) = d.by { id.into() } else { Scope::OPERATOR };
                self.keys.insert((scope, d.key.clone()));
                self.accounts.extend([d.account, cash_account(d.amount.currency)]);
            }
            Command::Withdraw(w) => {
                self.keys.insert((w.customer.into(), w.key.clone()));
                self.accounts.extend([w.account, cash_account(w.amount.currency)]);
            }
            Command::Transfer(t) => {
                self.keys.insert((t.customer.into(), t.key.clone()));
                self.accounts.extend([t.from, t.to]);
            }
            Command::Pay(p) => {
                self.keys.insert((p.merchant.into(), p.key.clone()));
                self.merchants.insert(p.merchant);
                self.accounts.extend(p.payer);
            }
            Command::Approve(a) => {
                self.payments.insert(a.payment);
                self.accounts.insert(a.payer);
            }
            Command::Capture(c) => {
                self.keys.insert((c.merchant.into(), c.key.clone()));
                self.payments.insert(c.payment);
            }
            Command::Void { payment, .. } => {
                self.payments.insert(*payment);
            }
            Command::VoidKey { merchant, key, .. } => {
                self.keys.insert(((*merchant).into(), key.clone()));
                self.merchants.insert(*merchant);
            }
            Command::Refund(r) => {
                self.keys.insert((r.merchant.into(), r.key.clone()));
                self.payments.insert(r.payment);
            }
            Command::ReleaseDue { limit } => self.release = self.release.max(*limit),
        }
    }
}

/// Loads everything the batch can touch: keys, then payments, then accounts with their due holds, then counterparties.
fn load(tx: &dyn WriteTx, clock: Timestamp, calendar: Calendar, commands: &[&Command]) -> Stored<Staged> {
    let mut needs = Needs::of(commands);
    let mut staged = Staged::new(clock, calendar, tx.head()?);

    let keys = tx.keys(&list(&needs.keys))?;
    let mut seqs = BTreeSet::new();
    for record in &keys {
        if let Recorded::Transfer { seq } = record.outcome {
            seqs.insert(seq);
        }
        needs.payments.extend(record.outcome.payment());
    }
    staged.load_keys(keys);
    staged.load_transfers(tx.transfers(&list(&seqs))?);

    let mut payments = tx.payments(&list(&needs.payments))?;
    if needs.release > 0 {
        payments.extend(tx.due_payments(staged.now, needs.release)?);
    }
    needs.accounts.extend(payments.iter().filter_map(|p| p.payer));
    needs.merchants.extend(payments.iter().map(|p| p.merchant));

    staged.load_payments(payments);

    // Whatever is due on an account that is touched is released before anything is judged. Most accounts hold nothing.
    let accounts = tx.accounts(&list(&needs.accounts))?;
    let holding: Vec<AccountNumber> = accounts.iter().filter(|a| a.debits_pending > 0).map(|a| a.number).collect();
    let due: Vec<Payment> = tx.holds(&holding)?.into_iter().filter(|p| is_due(p, staged.now)).collect();
    needs.merchants.extend(due.iter().map(|p| p.merchant));
    staged.load_accounts(accounts);
    staged.load_payments(due);

    let merchants = tx.merchants(&list(&needs.merchants))?;
    let settlements: BTreeSet<AccountNumber> = merchants.iter().map(|m| m.settlement).collect();
    staged.load_accounts(tx.accounts(&list(&settlements.difference(&needs.accounts).copied().collect()))?);
    staged.load_merchants(merchants);

    for email in needs.emails {
        if customer_of(tx, &email)?.is_some() {
            staged.load_email(email);
        }
    }
    for customer in needs.customers {
        let open = tx.accounts_of(customer)?.iter().filter(|account| !account.closed).count();
        staged.load_account_count(customer, open);
    }
    Ok(staged)
}

fn list<T: Clone>(set: &BTreeSet<T>) -> Vec<T> {
    set.iter().cloned().collect()
}

/// Writes what was staged: transfers appended, each touched row once. A batch of replays writes nothing.
fn record(tx: &mut dyn WriteTx, staged: Staged) -> Stored<()> {
    let now = staged.now;
    let (head, changes, mut rows) = staged.into_changes();
    if changes.is_empty() {
        return Ok(());
    }
    for customer in &changes.customers {
        tx.put_customer(customer)?;
    }
    // In the order in which rows refer to each other: merchants to their settlement accounts, payments to merchants.
    tx.put_accounts(&rows.accounts(&changes))?;
    for (merchant, api_key) in &changes.merchants {
        tx.insert_merchant(merchant)?;
        tx.insert_merchant_key(*api_key, merchant.id, merchant.created_at)?;
    }
    for pin in &changes.pins {
        tx.put_pin(pin)?;
    }
    tx.put_payments(&rows.payments(&changes))?;
    tx.insert_transfers(&changes.transfers)?;
    tx.insert_keys(&rows.keys(&changes))?;
    for event in &changes.events {
        tx.insert_event(event)?;
    }
    for (id, customer, notice) in changes.mails {
        tell(tx, id, now, customer, notice)?;
    }
    tx.set_head(head)
}
