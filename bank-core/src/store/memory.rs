//! The store in memory: for tests, simulators and programs that need nothing kept.
//!
//! One lock around all tables: a read holds it shared, so it sees one snapshot; a write holds it alone and takes its
//! changes back from the tables' journals unless it commits.

mod outbox;

use std::sync::{PoisonError, RwLock};

use kit_core::{AccountNumber, Currency, Era, IdempotencyKey, StoreFailure, Table, Timestamp, TokenHash, Zone};

use crate::error::Result;
use crate::model::{
    Account, Bucket, Customer, CustomerId, Head, KeyRecord, Mail, MailId, Merchant, MerchantId, Owner, PasswordReset,
    PayeeId, Payment, PaymentId, PaymentQuery, PaymentState, RequestId, ResetRequest, SavedPayee, Scope, SecurityEvent,
    Session, SessionId, StoredPin, Transfer, Tries, last_cash_account,
};
use crate::store::{ReadTx, Store, Stored, WriteTx};

/// Keeps everything in memory; gone when dropped.
#[derive(Default)]
pub struct MemoryStore {
    state: RwLock<State>,
}

/// Declares the tables once, so that none can be forgotten when a write ends.
macro_rules! state {
    ($($table:ident: $key:ty => $row:ty,)+) => {
        #[derive(Default, Clone)]
        struct State { $($table: Table<$key, $row>,)+ }

        impl State {
            fn commit(&mut self) { $(self.$table.commit();)+ }
            fn rollback(&mut self) { $(self.$table.rollback();)+ }
        }
    };
}

state! {
    head: () => Head,
    pepper_check: () => [u8; 32],
    main_currency: () => Currency,
    eras: Timestamp => Zone,
    customers: CustomerId => Customer,
    emails: String => CustomerId,
    accounts: AccountNumber => Account,
    transfers: u64 => Transfer,
    transfer_ids: crate::model::TransferId => u64,
    payments: PaymentId => Payment,
    holds: (AccountNumber, PaymentId) => (),
    payments_by_merchant: (MerchantId, PaymentId) => (),
    keys: (Scope, IdempotencyKey) => KeyRecord,
    merchants: MerchantId => Merchant,
    merchant_keys: TokenHash => MerchantId,
    pins: AccountNumber => StoredPin,
    tries: Bucket => Tries,
    failing: (MerchantId, Bucket) => Timestamp,
    sessions: TokenHash => Session,
    payees: PayeeId => SavedPayee,
    events: u64 => SecurityEvent,
    mails: MailId => Mail,
    reset_requests: RequestId => ResetRequest,
    password_resets: CustomerId => PasswordReset,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A second store with the same facts: what is written to one is not seen in the other. For simulators that try
    /// several continuations of one state.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        Self { state: RwLock::new(state) }
    }
}

impl Store for MemoryStore {
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> Result<()>) -> Result<()> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        work(&*state)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> Result<()>) -> Result<()> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        // A panic leaves through here as well, and takes its changes back.
        let mut open = Open { state: &mut state, committed: false };
        work(&mut *open.state)?;
        open.committed = true;
        Ok(())
    }
}

struct Open<'a> {
    state: &'a mut State,
    committed: bool,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if self.committed { self.state.commit() } else { self.state.rollback() }
    }
}

fn found<K: Ord + Clone, V: Clone>(table: &Table<K, V>, keys: &[K]) -> Vec<V> {
    keys.iter().filter_map(|key| table.get(key).cloned()).collect()
}

fn after<K: Ord + Clone, V: Clone>(table: &Table<K, V>, after: Option<K>, limit: usize) -> Vec<V> {
    use std::ops::Bound::{Excluded, Unbounded};
    let from = after.map_or(Unbounded, Excluded);
    table.range((from, Unbounded)).take(limit).map(|(_, row)| row.clone()).collect()
}

impl ReadTx for State {
    fn head(&self) -> Stored<Head> {
        Ok(self.head.get(&()).copied().unwrap_or(Head { last_seq: 0, last_time: Timestamp::EPOCH }))
    }

    fn pepper_check(&self) -> Stored<Option<[u8; 32]>> {
        Ok(self.pepper_check.get(&()).copied())
    }

    fn main_currency(&self) -> Stored<Option<Currency>> {
        Ok(self.main_currency.get(&()).copied())
    }

    fn currencies(&self) -> Stored<Vec<Currency>> {
        let cash = self.accounts.range(..=last_cash_account()).filter(|(_, account)| account.owner == Owner::Bank);
        let kept: std::collections::BTreeSet<Currency> = cash.map(|(_, account)| account.currency).collect();
        Ok(kept.into_iter().collect())
    }

    fn eras(&self) -> Stored<Vec<Era>> {
        Ok(self.eras.iter().map(|(begins, zone)| Era { begins: *begins, zone: *zone }).collect())
    }

    fn customer(&self, id: CustomerId) -> Stored<Option<Customer>> {
        Ok(self.customers.get(&id).cloned())
    }

    fn customer_by_email(&self, email: &str) -> Stored<Option<Customer>> {
        Ok(self.emails.get(email).and_then(|id| self.customers.get(id)).cloned())
    }

    fn all_emails(&self) -> Stored<Vec<String>> {
        Ok(self.emails.keys().cloned().collect())
    }

    fn customer_count(&self) -> Stored<u64> {
        Ok(self.customers.len() as u64)
    }

    fn accounts(&self, numbers: &[AccountNumber]) -> Stored<Vec<Account>> {
        Ok(found(&self.accounts, numbers))
    }

    fn accounts_of(&self, customer: CustomerId) -> Stored<Vec<Account>> {
        let mut own: Vec<_> = self.accounts.values().filter(|a| a.customer() == Some(customer)).cloned().collect();
        own.sort_by_key(|a| (a.opened_at, a.number));
        Ok(own)
    }

    fn accounts_after(&self, number: Option<AccountNumber>, limit: usize) -> Stored<Vec<Account>> {
        Ok(after(&self.accounts, number, limit))
    }

    fn transfers(&self, seqs: &[u64]) -> Stored<Vec<Transfer>> {
        Ok(found(&self.transfers, seqs))
    }

    fn transfer_by_id(&self, id: crate::model::TransferId) -> Stored<Option<Transfer>> {
        Ok(self.transfer_ids.get(&id).and_then(|seq| self.transfers.get(seq)).cloned())
    }

    fn transfers_after(&self, seq: u64, limit: usize) -> Stored<Vec<Transfer>> {
        Ok(after(&self.transfers, Some(seq), limit))
    }

    fn payments(&self, ids: &[PaymentId]) -> Stored<Vec<Payment>> {
        Ok(found(&self.payments, ids))
    }

    fn payments_after(&self, id: Option<PaymentId>, limit: usize) -> Stored<Vec<Payment>> {
        Ok(after(&self.payments, id, limit))
    }

    fn payments_of(
        &self,
        merchant: MerchantId,
        query: &PaymentQuery,
        before: Option<PaymentId>,
        limit: usize,
    ) -> Stored<Vec<Payment>> {
        use std::ops::Bound::{Excluded, Included};
        let [least, most] = [kit_core::Uuid::nil(), kit_core::Uuid::max()].map(PaymentId::from_uuid);
        // A range from a place to the same place, both excluded, is a panic: nothing is below the least id.
        if before == Some(least) {
            return Ok(Vec::new());
        }
        let end = before.map_or(Included((merchant, most)), |id| Excluded((merchant, id)));
        let newest_first = self.payments_by_merchant.range((Included((merchant, least)), end)).rev();
        let own = newest_first.filter_map(|((_, id), ())| self.payments.get(id));
        Ok(own.filter(|payment| query.takes(payment)).take(limit).cloned().collect())
    }

    fn holds(&self, accounts: &[AccountNumber]) -> Stored<Vec<Payment>> {
        let least = PaymentId::from_uuid(kit_core::Uuid::nil());
        let of = |number| {
            let own = self.holds.range((number, least)..).take_while(move |((n, _), ())| *n == number);
            own.filter_map(|((_, id), ())| self.payments.get(id).cloned())
        };
        Ok(accounts.iter().flat_map(|n| of(*n)).collect())
    }

    fn due_payments(&self, now: Timestamp, limit: usize) -> Stored<Vec<Payment>> {
        let due = |p: &&Payment| crate::rules::payment::is_due(p, now);
        let mut found: Vec<_> = self.payments.values().filter(due).cloned().collect();
        found.sort_by_key(|p| (p.expires_at, p.id));
        found.truncate(limit);
        Ok(found)
    }

    fn has_paid(&self, account: AccountNumber, merchant: MerchantId) -> Stored<bool> {
        let paid = |p: &Payment| p.payer == Some(account) && p.merchant == merchant && p.captured > 0;
        Ok(self.payments.values().any(paid))
    }

    fn keys(&self, keys: &[(Scope, IdempotencyKey)]) -> Stored<Vec<KeyRecord>> {
        Ok(found(&self.keys, keys))
    }

    fn merchants(&self, ids: &[MerchantId]) -> Stored<Vec<Merchant>> {
        Ok(found(&self.merchants, ids))
    }

    fn all_merchants(&self) -> Stored<Vec<Merchant>> {
        Ok(self.merchants.values().cloned().collect())
    }

    fn merchant_by_key(&self, key: TokenHash) -> Stored<Option<Merchant>> {
        Ok(self.merchant_keys.get(&key).and_then(|id| self.merchants.get(id)).cloned())
    }

    fn pin(&self, account: AccountNumber) -> Stored<Option<StoredPin>> {
        Ok(self.pins.get(&account).cloned())
    }

    fn tries(&self, bucket: Bucket) -> Stored<Option<Tries>> {
        Ok(self.tries.get(&bucket).cloned())
    }

    fn pin_blocked(&self, account: AccountNumber) -> Stored<bool> {
        Ok(self.tries.iter().any(|(bucket, tries)| tries.blocked && bucket.account() == Some(account)))
    }

    fn failing_accounts(&self, merchant: MerchantId, since: Timestamp) -> Stored<u32> {
        let count = self.failing.iter().filter(|((m, _), at)| *m == merchant && **at > since).count();
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    fn session(&self, token: TokenHash) -> Stored<Option<Session>> {
        Ok(self.sessions.get(&token).cloned())
    }

    fn sessions_of(&self, customer: CustomerId) -> Stored<Vec<Session>> {
        let mut own: Vec<_> = self.sessions.values().filter(|s| s.customer == customer).cloned().collect();
        own.sort_by_key(|s| std::cmp::Reverse((s.created_at, s.id)));
        Ok(own)
    }

    fn events_of(&self, customer: CustomerId, before: Option<u64>, limit: usize) -> Stored<Vec<(u64, SecurityEvent)>> {
        let older = self.events.range(..before.unwrap_or(u64::MAX)).rev();
        let own = older.filter(|(_, event)| event.customer == Some(customer));
        Ok(own.take(limit).map(|(place, event)| (*place, event.clone())).collect())
    }

    fn payees_of(&self, customer: CustomerId) -> Stored<Vec<SavedPayee>> {
        Ok(self.payees.values().filter(|p| p.customer == customer).cloned().collect())
    }
}

fn taken(what: &str) -> StoreFailure {
    StoreFailure::not_committed(format!("{what} is there already"))
}

impl WriteTx for State {
    fn as_read(&self) -> &dyn ReadTx {
        self
    }

    fn set_head(&mut self, head: Head) -> Stored<()> {
        self.head.put((), head);
        Ok(())
    }

    fn set_pepper_check(&mut self, check: [u8; 32]) -> Stored<()> {
        self.pepper_check.put((), check);
        Ok(())
    }

    fn set_main_currency(&mut self, currency: Currency) -> Stored<()> {
        self.main_currency.put((), currency);
        Ok(())
    }

    fn put_era(&mut self, era: Era) -> Stored<()> {
        self.eras.put(era.begins, era.zone);
        Ok(())
    }

    fn put_customer(&mut self, customer: &Customer) -> Stored<()> {
        if self.emails.get(&customer.email).is_some_and(|id| *id != customer.id) {
            return Err(taken("the e-mail address"));
        }
        if let Some(before) = self.customers.get(&customer.id) {
            let email = before.email.clone();
            self.emails.remove(&email);
        }
        self.emails.put(customer.email.clone(), customer.id);
        self.customers.put(customer.id, customer.clone());
        Ok(())
    }

    fn put_accounts(&mut self, accounts: &[&Account]) -> Stored<()> {
        for account in accounts {
            self.accounts.put(account.number, (*account).clone());
        }
        Ok(())
    }

    fn insert_transfers(&mut self, transfers: &[Transfer]) -> Stored<()> {
        for transfer in transfers {
            if self.transfers.contains_key(&transfer.seq) || self.transfer_ids.contains_key(&transfer.id) {
                return Err(taken("the transfer"));
            }
            self.transfer_ids.put(transfer.id, transfer.seq);
            self.transfers.put(transfer.seq, transfer.clone());
        }
        Ok(())
    }

    fn put_payments(&mut self, payments: &[&Payment]) -> Stored<()> {
        for payment in payments {
            if let Some(payer) = payment.payer {
                if payment.state == PaymentState::Authorized {
                    self.holds.put((payer, payment.id), ());
                } else {
                    self.holds.remove(&(payer, payment.id));
                }
            }
            self.payments_by_merchant.put((payment.merchant, payment.id), ());
            self.payments.put(payment.id, (*payment).clone());
        }
        Ok(())
    }

    fn insert_keys(&mut self, keys: &[KeyRecord]) -> Stored<()> {
        for record in keys {
            let name = (record.scope, record.key.clone());
            if self.keys.contains_key(&name) {
                return Err(taken("the key"));
            }
            self.keys.put(name, record.clone());
        }
        Ok(())
    }

    fn insert_merchant(&mut self, merchant: &Merchant) -> Stored<()> {
        if self.merchants.contains_key(&merchant.id) {
            return Err(taken("the merchant"));
        }
        self.merchants.put(merchant.id, merchant.clone());
        Ok(())
    }

    fn insert_merchant_key(&mut self, key: TokenHash, merchant: MerchantId, _at: Timestamp) -> Stored<()> {
        if self.merchant_keys.contains_key(&key) {
            return Err(taken("the API key"));
        }
        self.merchant_keys.put(key, merchant);
        Ok(())
    }

    fn put_pin(&mut self, pin: &StoredPin) -> Stored<()> {
        self.pins.put(pin.account, pin.clone());
        Ok(())
    }

    fn put_tries(&mut self, bucket: Bucket, tries: &Tries) -> Stored<()> {
        self.tries.put(bucket, tries.clone());
        Ok(())
    }

    fn clear_tries(&mut self, bucket: Bucket) -> Stored<()> {
        self.tries.remove(&bucket);
        Ok(())
    }

    fn clear_account_tries(&mut self, account: AccountNumber) -> Stored<()> {
        let of_account = |b: &&Bucket| b.account() == Some(account);
        let buckets: Vec<Bucket> = self.tries.keys().filter(of_account).copied().collect();
        for bucket in buckets {
            self.tries.remove(&bucket);
        }
        Ok(())
    }

    fn note_failing(
        &mut self,
        merchant: MerchantId,
        bucket: Bucket,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Stored<()> {
        let old = |((m, _), t): &(&(MerchantId, Bucket), &Timestamp)| *m == merchant && **t < forget_before;
        let stale: Vec<_> = self.failing.iter().filter(old).map(|(name, _)| *name).collect();
        for name in stale {
            self.failing.remove(&name);
        }
        self.failing.put((merchant, bucket), at);
        Ok(())
    }

    fn forgive_failing(&mut self, merchant: MerchantId, bucket: Bucket) -> Stored<()> {
        self.failing.remove(&(merchant, bucket));
        Ok(())
    }

    fn put_session(&mut self, session: &Session) -> Stored<()> {
        self.sessions.put(session.token, session.clone());
        Ok(())
    }

    fn delete_session(&mut self, customer: CustomerId, id: SessionId) -> Stored<bool> {
        let own = |s: &&Session| s.customer == customer && s.id == id;
        let token = self.sessions.values().find(own).map(|s| s.token);
        Ok(token.and_then(|token| self.sessions.remove(&token)).is_some())
    }

    fn delete_other_sessions(&mut self, customer: CustomerId, keep: Option<TokenHash>) -> Stored<()> {
        let other = |s: &&Session| s.customer == customer && Some(s.token) != keep;
        let tokens: Vec<_> = self.sessions.values().filter(other).map(|s| s.token).collect();
        for token in tokens {
            self.sessions.remove(&token);
        }
        Ok(())
    }

    fn delete_sessions_before(&mut self, before: Timestamp) -> Stored<()> {
        let old = |s: &&Session| s.created_at < before;
        let tokens: Vec<_> = self.sessions.values().filter(old).map(|s| s.token).collect();
        for token in tokens {
            self.sessions.remove(&token);
        }
        Ok(())
    }

    fn put_payee(&mut self, payee: &SavedPayee) -> Stored<()> {
        let same = |p: &SavedPayee| p.customer == payee.customer && p.number == payee.number && p.id != payee.id;
        if self.payees.values().any(same) {
            return Err(taken("the payee's number"));
        }
        self.payees.put(payee.id, payee.clone());
        Ok(())
    }

    fn delete_payee(&mut self, customer: CustomerId, id: PayeeId) -> Stored<bool> {
        let own = self.payees.get(&id).is_some_and(|p| p.customer == customer);
        Ok(own && self.payees.remove(&id).is_some())
    }

    fn insert_event(&mut self, event: &SecurityEvent) -> Stored<()> {
        let next = self.events.last_key_value().map_or(1, |(seq, _)| seq + 1);
        self.events.put(next, event.clone());
        Ok(())
    }
}
