//! Looking up.

use kit_core::{AccountNumber, Currency, Era, IdempotencyKey, Timestamp, TokenHash};
use rusqlite::{Row, params};

use super::codec::{self, bucket_columns, number_value};
use super::{Tx, rows, signed};
use crate::model::{
    Account, Bucket, Customer, CustomerId, Head, KeyRecord, Merchant, MerchantId, Payment, PaymentId, PaymentQuery,
    SavedPayee, Scope, SecurityEvent, Session, StoredPin, Transfer, TransferId, Tries, last_cash_account,
};
use crate::store::{ReadTx, Stored};

/// Along the index of (merchant, id), whatever else is asked. A part of the query that is not given is NULL.
const PAYMENTS_OF: &str = "
    SELECT * FROM payments
    WHERE merchant = ?1 AND id < ?2
      AND (?4 IS NULL OR reference = ?4)
      AND (?5 IS NULL OR created_at >= ?5)
      AND (?6 IS NULL OR created_at < ?6)
      AND (?7 IS NULL OR CASE
          WHEN state IN ('authorized', 'requires-approval') AND coalesce(expires_at <= ?9, 0)
          THEN ?8 IS NOT NULL AND (captured > 0) = ?8
          ELSE state = ?7 END)
    ORDER BY id DESC LIMIT ?3";

impl ReadTx for Tx<'_> {
    fn head(&self) -> Stored<Head> {
        let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let (seq, time) = self.one("SELECT last_seq, last_time FROM head", [], read)?.unwrap_or_default();
        Ok(Head { last_seq: u64::try_from(seq).unwrap_or(0), last_time: Timestamp::from_micros(time) })
    }

    fn pepper_check(&self) -> Stored<Option<[u8; 32]>> {
        self.one("SELECT check_hash FROM pepper", [], |row| row.get(0))
    }

    fn main_currency(&self) -> Stored<Option<Currency>> {
        self.one("SELECT currency FROM main_currency", [], |row| codec::currency(row, 0))
    }

    fn currencies(&self) -> Stored<Vec<Currency>> {
        let sql = "SELECT DISTINCT currency FROM accounts WHERE number <= ?1 AND owner_kind = 'bank' ORDER BY currency";
        self.many(sql, [number_value(last_cash_account())], |row| codec::currency(row, 0))
    }

    fn eras(&self) -> Stored<Vec<Era>> {
        self.many("SELECT begins, zone FROM eras ORDER BY begins", [], codec::era)
    }

    fn customer(&self, id: CustomerId) -> Stored<Option<Customer>> {
        let sql = "SELECT id, name, email, password, created_at, language FROM customers WHERE id = ?1";
        self.one(sql, [id.uuid().into_bytes()], codec::customer)
    }

    fn customer_by_email(&self, email: &str) -> Stored<Option<Customer>> {
        let sql = "SELECT id, name, email, password, created_at, language FROM customers WHERE email = ?1";
        self.one(sql, [email], codec::customer)
    }

    fn all_emails(&self) -> Stored<Vec<String>> {
        self.many("SELECT email FROM customers ORDER BY email", [], |row| row.get(0))
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

    fn transfer_by_id(&self, id: TransferId) -> Stored<Option<Transfer>> {
        self.one("SELECT * FROM transfers WHERE id = ?1", [id.uuid().into_bytes()], codec::transfer)
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

    fn payments_of(
        &self,
        merchant: MerchantId,
        query: &PaymentQuery,
        before: Option<PaymentId>,
        limit: usize,
    ) -> Stored<Vec<Payment>> {
        // Seventeen bytes are above every id.
        let before = before.map_or_else(|| vec![u8::MAX; 17], |id| id.uuid().into_bytes().to_vec());
        let standing = query.standing;
        let params = params![
            merchant.uuid().into_bytes(),
            before,
            rows(limit),
            query.reference,
            query.created_from.map(Timestamp::micros),
            query.created_to.map(Timestamp::micros),
            standing.map(|standing| standing.state.name()),
            standing.and_then(|standing| standing.lapsed),
            standing.map(|standing| standing.at.micros()),
        ];
        self.many(PAYMENTS_OF, params, codec::payment)
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
        let sql = "SELECT * FROM payments WHERE expires_at <= ?1 AND state IN ('authorized', 'requires-approval')
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
        let sql = "SELECT failures, wait_until, blocked, recent, pending, boot, interrupted FROM tries
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

    fn events_of(&self, customer: CustomerId, before: Option<u64>, limit: usize) -> Stored<Vec<(u64, SecurityEvent)>> {
        let sql = "SELECT at, kind, customer, account, merchant, seq FROM security_events
                   WHERE customer = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3";
        let before = before.map_or(i64::MAX, signed);
        self.many(sql, params![customer.uuid().into_bytes(), before, rows(limit)], codec::placed_event)
    }

    fn payees_of(&self, customer: CustomerId) -> Stored<Vec<SavedPayee>> {
        let sql = "SELECT id, customer, number, name, saved_at FROM payees WHERE customer = ?1";
        self.many(sql, [customer.uuid().into_bytes()], codec::payee)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_along_the_merchants_own_payments() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bank.db");
        drop(crate::store::sqlite::SqliteStore::open(&path).expect("a fresh file"));
        let file = rusqlite::Connection::open(&path).expect("opens");
        let mut plan = file.prepare(&format!("EXPLAIN QUERY PLAN {PAYMENTS_OF}")).expect("reads");
        let nothing = [rusqlite::types::Null; 9];
        let steps =
            plan.query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3)).expect("explains");
        let steps: Vec<String> = steps.collect::<rusqlite::Result<_>>().expect("texts");
        assert_eq!(
            steps,
            ["SEARCH payments USING INDEX payments_by_merchant (merchant=? AND id<?)"],
            "and sorts nothing"
        );
    }
}
