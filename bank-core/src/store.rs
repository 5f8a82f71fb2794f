//! The Store contract: what keeps the bank's facts. A store judges nothing; rules do.
//!
//! - A read sees one consistent snapshot.
//! - Inside a write, what was read stays true until the commit; an `Err` or a panic rolls everything back; success is
//!   returned only when the data is durable.
//! - The closure of a write may run more than once: it must give the same result from scratch.
//! - A look-up returns an `Option`, or leaves out what is not there; the rules judge absence.
//! - Transfers and security events are only ever added.
//!
//! Every store passes the same suite, `testing::store`; run it on a store of your own.

pub mod memory;
pub mod outbox;
#[cfg(feature = "sqlite")]
pub mod sqlite;

use kit_core::{AccountNumber, Currency, Era, IdempotencyKey, StoreFailure, Timestamp, TokenHash};

use crate::error::Result;
use crate::model::{
    Account, Bucket, Customer, CustomerId, Head, KeyRecord, Merchant, MerchantId, PayeeId, Payment, PaymentId,
    PaymentQuery, SavedPayee, Scope, SecurityEvent, Session, SessionId, StoredPin, Transfer, TransferId, Tries,
};

/// A look-up or a record: the store's own failures, nothing else.
pub type Stored<T> = std::result::Result<T, StoreFailure>;

/// Keeps the bank's facts.
pub trait Store: Send + Sync {
    /// Runs `work` against one consistent snapshot.
    ///
    /// # Errors
    /// What `work` returns, or the store's failure.
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> Result<()>) -> Result<()>;

    /// Runs `work` in one transaction and commits it durably; may run it more than once.
    ///
    /// # Errors
    /// What `work` returns (everything is rolled back), or the store's failure, which says what is known.
    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> Result<()>) -> Result<()>;
}

/// Reads and writes that return a value: convenience over the object-safe core.
pub trait StoreExt: Store {
    /// [`Store::read`] with a value.
    ///
    /// # Errors
    /// As [`Store::read`].
    fn view<T>(&self, mut work: impl FnMut(&dyn ReadTx) -> Result<T>) -> Result<T> {
        let mut value = None;
        self.read(&mut |tx| {
            value = Some(work(tx)?);
            Ok(())
        })?;
        value.ok_or_else(|| StoreFailure::not_committed("the store did not run the read").into())
    }

    /// [`Store::write`] with a value.
    ///
    /// # Errors
    /// As [`Store::write`].
    fn update<T>(&self, mut work: impl FnMut(&mut dyn WriteTx) -> Result<T>) -> Result<T> {
        let mut value = None;
        self.write(&mut |tx| {
            value = Some(work(tx)?);
            Ok(())
        })?;
        value.ok_or_else(|| StoreFailure::commit_unknown("the store did not run the write").into())
    }
}

impl<S: Store + ?Sized> StoreExt for S {}

/// What can be looked up.
pub trait ReadTx: outbox::ReadOutbox {
    /// The ledger's memory.
    fn head(&self) -> Stored<Head>;
    /// The pepper's check value, once a bank has been opened on this store.
    fn pepper_check(&self) -> Stored<Option<[u8; 32]>>;
    /// The bank's main currency, once a bank has been opened on this store.
    fn main_currency(&self) -> Stored<Option<Currency>>;
    /// The currencies that accounts were ever kept in, with their decimals as recorded, ordered by code: those of the
    /// bank's cash accounts.
    fn currencies(&self) -> Stored<Vec<Currency>>;

    /// In which time zones the bank was, and is, in order; see [`Calendar::recorded`](kit_core::Calendar::recorded).
    fn eras(&self) -> Stored<Vec<Era>>;

    /// A customer by id.
    fn customer(&self, id: CustomerId) -> Stored<Option<Customer>>;
    /// A customer by lower-cased e-mail address.
    fn customer_by_email(&self, email: &str) -> Stored<Option<Customer>>;
    /// Every customer's e-mail address, in order.
    fn all_emails(&self) -> Stored<Vec<String>>;
    /// How many customers there are.
    fn customer_count(&self) -> Stored<u64>;

    /// An account by number.
    fn account(&self, number: AccountNumber) -> Stored<Option<Account>> {
        Ok(self.accounts(&[number])?.pop())
    }
    /// Those of these accounts that exist, in any order.
    fn accounts(&self, numbers: &[AccountNumber]) -> Stored<Vec<Account>>;
    /// A customer's accounts, oldest first.
    fn accounts_of(&self, customer: CustomerId) -> Stored<Vec<Account>>;
    /// Accounts with a number above `after`, by number, at most `limit`.
    fn accounts_after(&self, after: Option<AccountNumber>, limit: usize) -> Stored<Vec<Account>>;

    /// Those of these transfers that exist, in any order.
    fn transfers(&self, seqs: &[u64]) -> Stored<Vec<Transfer>>;
    /// A transfer by id.
    fn transfer_by_id(&self, id: TransferId) -> Stored<Option<Transfer>>;
    /// Transfers after `seq`, in ledger order, at most `limit`.
    fn transfers_after(&self, seq: u64, limit: usize) -> Stored<Vec<Transfer>>;
    /// An account's transfers from `newest` (a sequence number; 0: none) backwards, newest first, at most `limit`.
    ///
    /// Follows the links between an account's transfers, so it costs the same however long the ledger is. Stops at a
    /// transfer that does not touch the account: a cursor from outside opens nothing.
    fn entries(&self, account: AccountNumber, newest: u64, limit: usize) -> Stored<Vec<Transfer>> {
        let mut found = Vec::new();
        let mut next = newest;
        while next != 0 && found.len() < limit {
            let Some(transfer) = self.transfers(&[next])?.pop() else { break };
            next = if transfer.debit == account {
                transfer.debit_previous
            } else if transfer.credit == account {
                transfer.credit_previous
            } else {
                break;
            };
            found.push(transfer);
        }
        Ok(found)
    }

    /// Those of these payments that exist, in any order.
    fn payments(&self, ids: &[PaymentId]) -> Stored<Vec<Payment>>;
    /// Payments with an id above `after`, by id, at most `limit`.
    fn payments_after(&self, after: Option<PaymentId>, limit: usize) -> Stored<Vec<Payment>>;
    /// A merchant's payments that fit `query`, with an id below `before`, the highest id first, at most `limit`.
    ///
    /// Goes along the merchant's own payments until there are enough, so that a page never loads a whole history.
    fn payments_of(
        &self,
        merchant: MerchantId,
        query: &PaymentQuery,
        before: Option<PaymentId>,
        limit: usize,
    ) -> Stored<Vec<Payment>>;
    /// Authorized payments that hold money on these accounts, in any order.
    fn holds(&self, accounts: &[AccountNumber]) -> Stored<Vec<Payment>>;
    /// Authorized payments and those waiting for approval whose time ended by `now`, oldest end first, at most `limit`.
    fn due_payments(&self, now: Timestamp, limit: usize) -> Stored<Vec<Payment>>;
    /// Whether the account ever paid the merchant: whether a payment of theirs was captured.
    fn has_paid(&self, account: AccountNumber, merchant: MerchantId) -> Stored<bool>;

    /// Those of these keys that were used, in any order.
    fn keys(&self, keys: &[(Scope, IdempotencyKey)]) -> Stored<Vec<KeyRecord>>;

    /// Those of these merchants that exist, in any order.
    fn merchants(&self, ids: &[MerchantId]) -> Stored<Vec<Merchant>>;
    /// Every merchant, oldest first.
    fn all_merchants(&self) -> Stored<Vec<Merchant>>;
    /// The merchant that an API key belongs to.
    fn merchant_by_key(&self, key: TokenHash) -> Stored<Option<Merchant>>;

    /// An account's PIN.
    fn pin(&self, account: AccountNumber) -> Stored<Option<StoredPin>>;
    /// A counter of failed tries.
    fn tries(&self, bucket: Bucket) -> Stored<Option<Tries>>;
    /// Whether any counter of an account's PIN is blocked: at a merchant, for strangers, or for the whole account.
    fn pin_blocked(&self, account: AccountNumber) -> Stored<bool>;
    /// How many different accounts failed at a merchant since `since`.
    fn failing_accounts(&self, merchant: MerchantId, since: Timestamp) -> Stored<u32>;

    /// A session by its token's hash.
    fn session(&self, token: TokenHash) -> Stored<Option<Session>>;
    /// A customer's sessions, newest first.
    fn sessions_of(&self, customer: CustomerId) -> Stored<Vec<Session>>;
    /// A customer's security events with a place below `before` (all where it is `None`), newest first, at most `limit`.
    /// Each stands behind its place: a number that grows with every event of anybody.
    fn events_of(&self, customer: CustomerId, before: Option<u64>, limit: usize) -> Stored<Vec<(u64, SecurityEvent)>>;
    /// The payees that a customer saved, in any order.
    fn payees_of(&self, customer: CustomerId) -> Stored<Vec<SavedPayee>>;
}

/// What can be recorded.
pub trait WriteTx: ReadTx + outbox::WriteOutbox {
    /// The snapshot to read from.
    fn as_read(&self) -> &dyn ReadTx;

    /// Replaces the ledger's memory.
    fn set_head(&mut self, head: Head) -> Stored<()>;
    /// Sets the pepper's check value.
    fn set_pepper_check(&mut self, check: [u8; 32]) -> Stored<()>;
    /// Sets the bank's main currency.
    fn set_main_currency(&mut self, currency: Currency) -> Stored<()>;
    /// Records an era, or replaces the one that begins at the same moment.
    fn put_era(&mut self, era: Era) -> Stored<()>;
    /// Inserts or replaces a customer. The e-mail address is unique.
    fn put_customer(&mut self, customer: &Customer) -> Stored<()>;
    /// Inserts or replaces accounts.
    fn put_accounts(&mut self, accounts: &[&Account]) -> Stored<()>;
    /// Appends transfers, in ledger order.
    fn insert_transfers(&mut self, transfers: &[Transfer]) -> Stored<()>;
    /// Inserts or replaces payments.
    fn put_payments(&mut self, payments: &[&Payment]) -> Stored<()>;
    /// Records what was decided under new keys.
    fn insert_keys(&mut self, keys: &[KeyRecord]) -> Stored<()>;
    /// Inserts a merchant.
    fn insert_merchant(&mut self, merchant: &Merchant) -> Stored<()>;
    /// Gives a merchant one more API key.
    fn insert_merchant_key(&mut self, key: TokenHash, merchant: MerchantId, at: Timestamp) -> Stored<()>;
    /// Inserts or replaces an account's PIN.
    fn put_pin(&mut self, pin: &StoredPin) -> Stored<()>;
    /// Inserts or replaces a counter of failed tries.
    fn put_tries(&mut self, bucket: Bucket, tries: &Tries) -> Stored<()>;
    /// Removes a counter of failed tries.
    fn clear_tries(&mut self, bucket: Bucket) -> Stored<()>;
    /// Removes every counter of an account's PIN.
    fn clear_account_tries(&mut self, account: AccountNumber) -> Stored<()>;
    /// Notes that an account (or shadow slot) failed at a merchant, and forgets what was before `forget_before`.
    fn note_failing(
        &mut self,
        merchant: MerchantId,
        bucket: Bucket,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Stored<()>;
    /// Takes a note back: it was no failure after all.
    fn forgive_failing(&mut self, merchant: MerchantId, bucket: Bucket) -> Stored<()>;
    /// Inserts or replaces a session.
    fn put_session(&mut self, session: &Session) -> Stored<()>;
    /// Ends a session of a customer; `false` where there was none.
    fn delete_session(&mut self, customer: CustomerId, id: SessionId) -> Stored<bool>;
    /// Ends all sessions of a customer but one.
    fn delete_other_sessions(&mut self, customer: CustomerId, keep: Option<TokenHash>) -> Stored<()>;
    /// Ends all sessions that began before `before`.
    fn delete_sessions_before(&mut self, before: Timestamp) -> Stored<()>;
    /// Inserts or replaces a payee. A customer saves each account number once.
    fn put_payee(&mut self, payee: &SavedPayee) -> Stored<()>;
    /// Removes a payee of a customer; `false` where there was none.
    fn delete_payee(&mut self, customer: CustomerId, id: PayeeId) -> Stored<bool>;
    /// Appends a security event.
    fn insert_event(&mut self, event: &SecurityEvent) -> Stored<()>;
}

/// The customer with an address, however it is spelled. Before spellings were one there could be two customers: then
/// the one who typed it so.
pub(crate) fn customer_of(tx: &dyn ReadTx, email: &str) -> Stored<Option<Customer>> {
    for spelling in kit_core::email::spellings(email) {
        if let Some(customer) = tx.customer_by_email(&spelling)? {
            return Ok(Some(customer));
        }
    }
    Ok(None)
}
