//! Recording.

use kit_core::{AccountNumber, Currency, Era, Timestamp, TokenHash};
use rusqlite::params;

use super::codec::{self, bucket_columns, number_value};
use super::{Tx, signed};
use crate::model::{
    Account, Bucket, Customer, CustomerId, Head, KeyRecord, Merchant, MerchantId, PayeeId, Payment, Recorded,
    SavedPayee, SecurityEvent, Session, SessionId, StoredPin, Transfer, Tries,
};
use crate::store::{ReadTx, Stored, WriteTx};

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

    fn set_main_currency(&mut self, currency: Currency) -> Stored<()> {
        self.execute("INSERT OR REPLACE INTO main_currency VALUES (1, ?1)", [currency.to_stored()]).map(drop)
    }

    fn put_era(&mut self, era: Era) -> Stored<()> {
        let sql = "INSERT OR REPLACE INTO eras (begins, zone) VALUES (?1, ?2)";
        self.execute(sql, params![era.begins.micros(), era.zone.name()]).map(drop)
    }

    fn put_customer(&mut self, c: &Customer) -> Stored<()> {
        let sql =
            "INSERT INTO customers (id, name, email, password, created_at, language) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (id) DO UPDATE SET name = ?2, email = ?3, password = ?4, language = ?6";
        let (id, language) = (c.id.uuid().into_bytes(), c.language.code());
        let params = params![id, c.name, c.email, c.password.0, c.created_at.micros(), language];
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
                    a.currency.to_stored(),
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
                    t.amount.currency.to_stored(),
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
        let sql = "INSERT INTO payments VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
                   ON CONFLICT (id) DO UPDATE SET payer = ?4, captured = ?7, refunded = ?8, state = ?9,
                   decline = ?11, expires_at = ?14, rest_voided = ?15";
        for p in payments {
            self.execute(
                sql,
                params![
                    p.id.uuid().into_bytes(),
                    p.merchant.uuid().into_bytes(),
                    p.key.as_str(),
                    p.payer.map(number_value),
                    p.amount.minor,
                    p.amount.currency.to_stored(),
                    p.captured,
                    p.refunded,
                    p.state.name(),
                    p.capture.name(),
                    p.decline.as_ref().map(codec::refusal_text),
                    p.reference,
                    p.created_at.micros(),
                    p.expires_at.map(Timestamp::micros),
                    p.rest_voided,
                ],
            )?;
        }
        Ok(())
    }

    fn insert_keys(&mut self, keys: &[KeyRecord]) -> Stored<()> {
        let sql = "INSERT INTO idempotency_keys VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        for record in keys {
            let (seq, refusal, then) = match &record.outcome {
                Recorded::Transfer { seq } => (Some(signed(*seq)), None, None),
                Recorded::Payment { then, .. } => (None, None, Some(*then)),
                Recorded::Refused { refusal, payment } => {
                    (None, Some(codec::refusal_text(refusal)), payment.and_then(|refused| refused.then))
                }
            };
            self.execute(
                sql,
                params![
                    record.scope.0.into_bytes(),
                    record.key.as_str(),
                    record.facts,
                    seq,
                    record.outcome.payment().map(|id| id.uuid().into_bytes()),
                    then.map(|then| then.state.name()),
                    then.map(|then| then.captured),
                    then.map(|then| then.refunded),
                    refusal,
                    then.and_then(|then| then.expires_at).map(Timestamp::micros),
                ],
            )?;
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
        let sql = "INSERT OR REPLACE INTO tries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let (kind, subject, merchant) = bucket_columns(bucket);
        let times = |at: &[Timestamp]| at.iter().map(|t| t.micros().to_string()).collect::<Vec<_>>().join(" ");
        let wait_until = tries.wait_until.map(Timestamp::micros);
        let params = params![
            kind,
            subject,
            merchant,
            tries.failures,
            wait_until,
            tries.blocked,
            times(&tries.recent),
            times(&tries.pending),
            tries.boot.map(|id| *id.as_bytes()),
            tries.interrupted,
        ];
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

    fn put_payee(&mut self, p: &SavedPayee) -> Stored<()> {
        let sql = "INSERT INTO payees (id, customer, number, name, saved_at) VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (id) DO UPDATE SET name = ?4";
        let (id, customer) = (p.id.uuid().into_bytes(), p.customer.uuid().into_bytes());
        self.execute(sql, params![id, customer, number_value(p.number), p.name, p.saved_at.micros()]).map(drop)
    }

    fn delete_payee(&mut self, customer: CustomerId, id: PayeeId) -> Stored<bool> {
        let sql = "DELETE FROM payees WHERE customer = ?1 AND id = ?2";
        Ok(self.execute(sql, params![customer.uuid().into_bytes(), id.uuid().into_bytes()])? > 0)
    }

    fn insert_event(&mut self, e: &SecurityEvent) -> Stored<()> {
        let sql = "INSERT INTO security_events (at, kind, customer, account, merchant) VALUES (?1, ?2, ?3, ?4, ?5)";
        let customer = e.customer.map(|id| id.uuid().into_bytes());
        let merchant = e.merchant.map(|id| id.uuid().into_bytes());
        let account = e.account.map(number_value);
        self.execute(sql, params![e.at.micros(), e.kind.name(), customer, account, merchant]).map(drop)
    }
}
