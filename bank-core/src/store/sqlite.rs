//! The durable store: one SQLite file. SQL stands here and in `schema`, nowhere else.
//!
//! Rows are looked up one primary key at a time through cached statements: inside one transaction that costs a
//! microsecond or two each, and no statement's text depends on how many there are.

mod codec;
mod schema;

use std::path::Path;

use kit_core::{AccountNumber, IdempotencyKey, StoreFailure, Timestamp, TokenHash};
use kit_sqlite::{Database, OpenError};
use rusqlite::{Connection, Params, Row, params};

use self::codec::{bucket_columns, number_value};
use crate::error::{Error, Result};
use crate::model::{
    Account, Bucket, Customer, CustomerId, Head, KeyRecord, Merchant, MerchantId, Payment, PaymentId, Recorded, Scope,
    SecurityEvent, Session, SessionId, StoredPin, Transfer, Tries,
};
use crate::store::{ReadTx, Store, Stored, WriteTx};

/// Keeps everything in one SQLite file.
pub struct SqliteStore {
    database: Database,
}

impl SqliteStore {
    /// Opens or creates `path` and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`], one line for the operator.
    pub fn open(path: &Path) -> std::result::Result<Self, OpenError> {
        Ok(Self { database: Database::open(path, &schema::SCHEMA)? })
    }
}

impl Store for SqliteStore {
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> Result<()>) -> Result<()> {
        self.database.read(|connection| work(&Tx { connection }))
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> Result<()>) -> Result<()> {
        self.database.write::<(), Error>(|connection| work(&mut Tx { connection }))
    }
}

struct Tx<'a> {
    connection: &'a Connection,
}

fn failed(error: rusqlite::Error) -> StoreFailure {
    StoreFailure::not_committed(error)
}

/// A sequence number or counter as SQLite's signed integer. None comes near 2^63.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl Tx<'_> {
    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Stored<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut found = statement.query(params).map_err(failed)?;
        found.next().map_err(failed)?.map(read).transpose().map_err(failed)
    }

    fn many<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Stored<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let found = statement.query_map(params, read).map_err(failed)?;
        found.collect::<rusqlite::Result<_>>().map_err(failed)
    }

    fn execute(&self, sql: &str, params: impl Params) -> Stored<usize> {
        self.connection.prepare_cached(sql).map_err(failed)?.execute(params).map_err(failed)
    }
}

impl ReadTx for Tx<'_> {
    fn head(&self) -> Stored<Head> {
        let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let (seq, time) = self.one("SELECT last_seq, last_time FROM head", [], read)?.unwrap_or_default();
        Ok(Head { last_seq: u64::try_from(seq).unwrap_or(0), last_time: Timestamp::from_micros(time) })
    }

    fn pepper_check(&self) -> Stored<Option<[u8; 32]>> {
        self.one("SELECT check_hash FROM pepper", [], |row| row.get(0))
    }

    fn customer(&self, id: CustomerId) -> Stored<Option<Customer>> {
        let sql = "SELECT id, name, email, password, created_at FROM customers WHERE id = ?1";
        self.one(sql, [id.uuid().into_bytes()], codec::customer)
    }

    fn customer_by_email(&self, email: &str) -> Stored<Option<Customer>> {
        let sql = "SELECT id, name, email, password, created_at FROM customers WHERE email = ?1";
        self.one(sql, [email], codec::customer)
    }

    fn customer_count(&self) -> Stored<u64> {
        let count: i64 = self.one("SELECT count(*) FROM customers", [], |row| row.get(0))?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    fn accounts(&self, numbers: &[AccountNumber]) -> Stored<Vec<Account>> {
        let mut found = Vec::with_capacity(numbers.len());
        for number in numbers {
            found.extend(self.one(
                "SELECT * FROM accounts WHERE number = ?1",
                [number_value(*number)],
                codec::account,
            )?);
        }
        Ok(found)
    }

    fn accounts_of(&self, customer: CustomerId) -> Stored<Vec<Account>> {
        let sql = "SELECT * FROM accounts WHERE owner = ?1 AND owner_kind = 'customer' ORDER BY opened_at, number";
        self.many(sql, [customer.uuid().into_bytes()], codec::account)
    }

    fn accounts_after(&self, after: Option<AccountNumber>, limit: usize) -> Stored<Vec<Account>> {
        let sql = "SELECT * FROM accounts WHERE number > ?1 ORDER BY number LIMIT ?2";
        self.many(sql, params![after.map_or(-1, number_value), rows(limit)], codec::account)
    }

    fn transfers(&self, seqs: &[u64]) -> Stored<Vec<Transfer>> {
        let mut found = Vec::with_capacity(seqs.len());
        for seq in seqs {
            found.extend(self.one("SELECT * FROM transfers WHERE seq = ?1", [signed(*seq)], codec::transfer)?);
        }
        Ok(found)
    }

    fn transfers_after(&self, seq: u64, limit: usize) -> Stored<Vec<Transfer>> {
        let sql = "SELECT * FROM transfers WHERE seq > ?1 ORDER BY seq LIMIT ?2";
        self.many(sql, params![signed(seq), rows(limit)], codec::transfer)
    }

    fn payments(&self, ids: &[PaymentId]) -> Stored<Vec<Payment>> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(self.one("SELECT * FROM payments WHERE id = ?1", [id.uuid().into_bytes()], codec::payment)?);
        }
        Ok(found)
    }

    fn payments_after(&self, after: Option<PaymentId>, limit: usize) -> Stored<Vec<Payment>> {
        let after = after.map_or_else(Vec::new, |id| id.uuid().into_bytes().to_vec());
        let sql = "SELECT * FROM payments WHERE id > ?1 ORDER BY id LIMIT ?2";
        self.many(sql, params![after, rows(limit)], codec::payment)
    }

    fn holds(&self, accounts: &[AccountNumber]) -> Stored<Vec<Payment>> {
        let mut found = Vec::new();
        for number in accounts {
            let sql = "SELECT * FROM payments WHERE payer = ?1 AND state = 'authorized' ORDER BY id";
            found.extend(self.many(sql, [number_value(*number)], codec::payment)?);
        }
        Ok(found)
    }

    fn due_payments(&self, now: Timestamp, limit: usize) -> Stored<Vec<Payment>> {
        let sql = "SELECT * FROM payments WHERE expires_at <= ?1 AND state IN ('authorized', 'requires_approval')
                   ORDER BY expires_at, id LIMIT ?2";
        self.many(sql, params![now.micros(), rows(limit)], codec::payment)
    }

    fn has_paid(&self, account: AccountNumber, merchant: MerchantId) -> Stored<bool> {
        let sql = "SELECT 1 FROM payments WHERE payer = ?1 AND merchant = ?2 AND captured > 0 LIMIT 1";
        let params = params![number_value(account), merchant.uuid().into_bytes()];
        Ok(self.one(sql, params, |_| Ok(()))?.is_some())
    }

    fn keys(&self, keys: &[(Scope, IdempotencyKey)]) -> Stored<Vec<KeyRecord>> {
        let mut found = Vec::new();
        for (scope, key) in keys {
            let sql = "SELECT * FROM idempotency_keys WHERE scope = ?1 AND key = ?2";
            found.extend(self.one(sql, params![scope.0.into_bytes(), key.as_str()], codec::key_record)?);
        }
        Ok(found)
    }

    fn merchants(&self, ids: &[MerchantId]) -> Stored<Vec<Merchant>> {
        let mut found = Vec::new();
        for id in ids {
            found.extend(self.one(
                "SELECT * FROM merchants WHERE id = ?1",
                [id.uuid().into_bytes()],
                codec::merchant,
            )?);
        }
        Ok(found)
    }

    fn all_merchants(&self) -> Stored<Vec<Merchant>> {
        self.many("SELECT * FROM merchants ORDER BY id", [], codec::merchant)
    }

    fn merchant_by_key(&self, key: TokenHash) -> Stored<Option<Merchant>> {
        let sql = "SELECT m.* FROM merchant_keys k JOIN merchants m ON m.id = k.merchant WHERE k.key_hash = ?1";
        self.one(sql, [key.0], codec::merchant)
    }

    fn pin(&self, account: AccountNumber) -> Stored<Option<StoredPin>> {
        let read = |row: &Row<'_>| Ok(StoredPin { account, hash: crate::model::StoredHash(row.get(0)?) });
        self.one("SELECT hash FROM pins WHERE account = ?1", [number_value(account)], read)
    }

    fn tries(&self, bucket: Bucket) -> Stored<Option<Tries>> {
        let sql = "SELECT failures, wait_until, blocked, recent FROM tries
                   WHERE kind = ?1 AND subject = ?2 AND merchant = ?3";
        let (kind, subject, merchant) = bucket_columns(bucket);
        self.one(sql, params![kind, subject, merchant], codec::tries)
    }

    fn pin_blocked(&self, account: AccountNumber) -> Stored<bool> {
        let mut found = false;
        for kind in ["merchant", "strangers", "account"] {
            let sql = "SELECT 1 FROM tries WHERE kind = ?1 AND subject = ?2 AND blocked LIMIT 1";
            found |= self.one(sql, params![kind, number_value(account)], |_| Ok(()))?.is_some();
        }
        Ok(found)
    }

    fn failing_accounts(&self, merchant: MerchantId, since: Timestamp) -> Stored<u32> {
        let sql = "SELECT count(*) FROM failing_accounts WHERE merchant = ?1 AND at > ?2";
        let count = self.one(sql, params![merchant.uuid().into_bytes(), since.micros()], |row| row.get::<_, i64>(0))?;
        Ok(u32::try_from(count.unwrap_or(0)).unwrap_or(u32::MAX))
    }

    fn session(&self, token: TokenHash) -> Stored<Option<Session>> {
        self.one("SELECT * FROM sessions WHERE token = ?1", [token.0], codec::session)
    }

    fn sessions_of(&self, customer: CustomerId) -> Stored<Vec<Session>> {
        let sql = "SELECT * FROM sessions WHERE customer = ?1 ORDER BY created_at DESC, id DESC";
        self.many(sql, [customer.uuid().into_bytes()], codec::session)
    }

    fn events_of(&self, customer: CustomerId, limit: usize) -> Stored<Vec<SecurityEvent>> {
        let sql = "SELECT at, kind, customer, account, merchant FROM security_events
                   WHERE customer = ?1 ORDER BY seq DESC LIMIT ?2";
        self.many(sql, params![customer.uuid().into_bytes(), rows(limit)], codec::event)
    }
}

impl WriteTx for Tx<'_> {
    fn as_read(&self) -> &dyn ReadTx {
        self
    }

    fn set_head(&mut self, head: Head) -> Stored<()> {
        let sql = "UPDATE head SET last_seq = ?1, last_time = ?2";
        self.execute(sql, params![signed(head.last_seq), head.last_time.micros()]).map(drop)
    }

    fn set_pepper_check(&mut self, check: [u8; 32]) -> Stored<()> {
        self.execute("INSERT OR REPLACE INTO pepper VALUES (1, ?1)", [check]).map(drop)
    }

    fn put_customer(&mut self, c: &Customer) -> Stored<()> {
        let sql = "INSERT INTO customers VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (id) DO UPDATE SET name = ?2, email = ?3, password = ?4";
        let params = params![c.id.uuid().into_bytes(), c.name, c.email, c.password.0, c.created_at.micros()];
        self.execute(sql, params).map(drop)
    }

    fn put_accounts(&mut self, accounts: &[&Account]) -> Stored<()> {
        let sql = "INSERT INTO accounts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
                   ON CONFLICT (number) DO UPDATE SET name = ?5, debits_posted = ?6, credits_posted = ?7,
                   debits_pending = ?8, credits_pending = ?9, frozen = ?10, closed = ?11, pin_version = ?12,
                   last_transfer = ?13, deposit_day = ?14, deposited_that_day = ?15";
        for a in accounts {
            let (owner_kind, owner) = codec::owner_columns(a.owner);
            self.execute(
                sql,
                params![
                    number_value(a.number),
                    owner_kind,
                    owner,
                    a.currency.code(),
                    a.name,
                    a.debits_posted,
                    a.credits_posted,
                    a.debits_pending,
                    a.credits_pending,
                    a.frozen,
                    a.closed,
                    a.pin_version,
                    signed(a.last_transfer),
                    a.deposit_day,
                    a.deposited_that_day,
                    a.opened_at.micros(),
                ],
            )?;
        }
        Ok(())
    }

    fn insert_transfers(&mut self, transfers: &[Transfer]) -> Stored<()> {
        let sql = "INSERT INTO transfers VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
        for t in transfers {
            self.execute(
                sql,
                params![
                    signed(t.seq),
                    t.id.uuid().into_bytes(),
                    t.kind.name(),
                    number_value(t.debit),
                    number_value(t.credit),
                    t.amount.minor,
                    t.amount.currency.code(),
                    t.debit_balance,
                    t.credit_balance,
                    signed(t.debit_previous),
                    signed(t.credit_previous),
                    t.payment.map(|id| id.uuid().into_bytes()),
                    t.reference,
                    t.at.micros(),
                ],
            )?;
        }
        Ok(())
    }

    fn put_payments(&mut self, payments: &[&Payment]) -> Stored<()> {
        let sql = "INSERT INTO payments VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
                   ON CONFLICT (id) DO UPDATE SET payer = ?4, captured = ?7, refunded = ?8, state = ?9,
                   decline = ?11, expires_at = ?14";
        for p in payments {
            self.execute(
                sql,
                params![
                    p.id.uuid().into_bytes(),
                    p.merchant.uuid().into_bytes(),
                    p.key.as_str(),
                    p.payer.map(number_value),
                    p.amount.minor,
                    p.amount.currency.code(),
                    p.captured,
                    p.refunded,
                    p.state.name(),
                    p.capture.name(),
                    p.decline.as_ref().map(codec::refusal_text),
                    p.reference,
                    p.created_at.micros(),
                    p.expires_at.map(Timestamp::micros),
                ],
            )?;
        }
        Ok(())
    }

    fn insert_keys(&mut self, keys: &[KeyRecord]) -> Stored<()> {
        let sql = "INSERT INTO idempotency_keys VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        for record in keys {
            let (scope, key) = (record.scope.0.into_bytes(), record.key.as_str());
            match &record.outcome {
                Recorded::Transfer { seq } => {
                    let none = None::<i64>;
                    self.execute(sql, params![scope, key, record.facts, signed(*seq), none, none, none, none, none])?
                }
                Recorded::Payment { id, state, captured, refunded } => {
                    let (id, none) = (id.uuid().into_bytes(), None::<i64>);
                    let state = state.name();
                    self.execute(sql, params![scope, key, record.facts, none, id, state, captured, refunded, none])?
                }
                Recorded::Refused { refusal, payment } => {
                    let (id, none) = (payment.map(|id| id.uuid().into_bytes()), None::<i64>);
                    let refusal = codec::refusal_text(refusal);
                    self.execute(sql, params![scope, key, record.facts, none, id, none, none, none, refusal])?
                }
            };
        }
        Ok(())
    }

    fn insert_merchant(&mut self, m: &Merchant) -> Stored<()> {
        let sql = "INSERT INTO merchants VALUES (?1, ?2, ?3, ?4)";
        let params = params![m.id.uuid().into_bytes(), m.name, number_value(m.settlement), m.created_at.micros()];
        self.execute(sql, params).map(drop)
    }

    fn insert_merchant_key(&mut self, key: TokenHash, merchant: MerchantId, at: Timestamp) -> Stored<()> {
        let sql = "INSERT INTO merchant_keys VALUES (?1, ?2, ?3)";
        self.execute(sql, params![key.0, merchant.uuid().into_bytes(), at.micros()]).map(drop)
    }

    fn put_pin(&mut self, pin: &StoredPin) -> Stored<()> {
        let sql = "INSERT OR REPLACE INTO pins VALUES (?1, ?2)";
        self.execute(sql, params![number_value(pin.account), pin.hash.0]).map(drop)
    }

    fn put_tries(&mut self, bucket: Bucket, tries: &Tries) -> Stored<()> {
        let sql = "INSERT OR REPLACE INTO tries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let (kind, subject, merchant) = bucket_columns(bucket);
        let recent: Vec<String> = tries.recent.iter().map(|t| t.micros().to_string()).collect();
        let wait_until = tries.wait_until.map(Timestamp::micros);
        let params = params![kind, subject, merchant, tries.failures, wait_until, tries.blocked, recent.join(" ")];
        self.execute(sql, params).map(drop)
    }

    fn clear_tries(&mut self, bucket: Bucket) -> Stored<()> {
        let (kind, subject, merchant) = bucket_columns(bucket);
        let sql = "DELETE FROM tries WHERE kind = ?1 AND subject = ?2 AND merchant = ?3";
        self.execute(sql, params![kind, subject, merchant]).map(drop)
    }

    fn clear_account_tries(&mut self, account: AccountNumber) -> Stored<()> {
        let sql = "DELETE FROM tries WHERE kind IN ('merchant', 'strangers', 'account') AND subject = ?1";
        self.execute(sql, [number_value(account)]).map(drop)
    }

    fn note_failing(
        &mut self,
        merchant: MerchantId,
        bucket: Bucket,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Stored<()> {
        let (kind, subject, _) = bucket_columns(bucket);
        let id = merchant.uuid();
        let forget = "DELETE FROM failing_accounts WHERE merchant = ?1 AND at < ?2";
        self.execute(forget, params![id.into_bytes(), forget_before.micros()])?;
        let sql = "INSERT OR REPLACE INTO failing_accounts VALUES (?1, ?2, ?3, ?4)";
        self.execute(sql, params![id.into_bytes(), kind, subject, at.micros()]).map(drop)
    }

    fn forgive_failing(&mut self, merchant: MerchantId, bucket: Bucket) -> Stored<()> {
        let (kind, subject, _) = bucket_columns(bucket);
        let sql = "DELETE FROM failing_accounts WHERE merchant = ?1 AND kind = ?2 AND subject = ?3";
        self.execute(sql, params![merchant.uuid().into_bytes(), kind, subject]).map(drop)
    }

    fn put_session(&mut self, s: &Session) -> Stored<()> {
        let sql = "INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (token) DO UPDATE SET seen_at = ?6";
        let (id, customer) = (s.id.uuid(), s.customer.uuid());
        let kind = codec::session_kind(s.kind);
        let times = (s.created_at.micros(), s.seen_at.micros());
        self.execute(sql, params![s.token.0, id.into_bytes(), customer.into_bytes(), kind, times.0, times.1]).map(drop)
    }

    fn delete_session(&mut self, customer: CustomerId, id: SessionId) -> Stored<bool> {
        let sql = "DELETE FROM sessions WHERE customer = ?1 AND id = ?2";
        Ok(self.execute(sql, params![customer.uuid().into_bytes(), id.uuid().into_bytes()])? > 0)
    }

    fn delete_other_sessions(&mut self, customer: CustomerId, keep: Option<TokenHash>) -> Stored<()> {
        let sql = "DELETE FROM sessions WHERE customer = ?1 AND token IS NOT ?2";
        self.execute(sql, params![customer.uuid().into_bytes(), keep.map(|token| token.0)]).map(drop)
    }

    fn delete_sessions_before(&mut self, before: Timestamp) -> Stored<()> {
        self.execute("DELETE FROM sessions WHERE created_at < ?1", [before.micros()]).map(drop)
    }

    fn insert_event(&mut self, e: &SecurityEvent) -> Stored<()> {
        let sql = "INSERT INTO security_events (at, kind, customer, account, merchant) VALUES (?1, ?2, ?3, ?4, ?5)";
        let customer = e.customer.map(|id| id.uuid().into_bytes());
        let merchant = e.merchant.map(|id| id.uuid().into_bytes());
        let account = e.account.map(number_value);
        self.execute(sql, params![e.at.micros(), e.kind.name(), customer, account, merchant]).map(drop)
    }
}
