//! Between rows and facts. A row that does not read back is a damaged file: an error, never a guess.

use kit_core::{AccountNumber, Currency, Era, IdempotencyKey, Language, Money, Timestamp, Uuid, Zone};
use rusqlite::Row;
use rusqlite::types::{Type, ValueRef};

use crate::model::{
    Account, Bucket, CaptureMode, Customer, CustomerId, EventKind, KeyRecord, Merchant, MerchantId, Owner, PayeeId,
    Payment, PaymentId, PaymentState, PaymentThen, Recorded, RefusedPayment, SavedPayee, Scope, SecurityEvent, Session,
    SessionId, SessionKind, StoredHash, Transfer, TransferId, TransferKind, Tries,
};
use crate::model::{FieldProblem, Flaw, Refusal};

type Read<T> = rusqlite::Result<T>;

pub(super) fn damaged<T>(value: Option<T>, column: usize, what: &'static str) -> Read<T> {
    value.ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(column, Type::Null, format!("damaged {what}").into()))
}

pub(super) fn uuid(row: &Row<'_>, column: usize) -> Read<Uuid> {
    row.get::<_, [u8; 16]>(column).map(Uuid::from_bytes)
}

pub(super) fn maybe_uuid(row: &Row<'_>, column: usize) -> Read<Option<Uuid>> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(Uuid::from_bytes))
}

pub(super) fn number_value(number: AccountNumber) -> i64 {
    // Twelve digits fit an i64 by far.
    i64::try_from(number.value()).unwrap_or(i64::MAX)
}

fn to_number(value: i64, column: usize) -> Read<AccountNumber> {
    damaged(u64::try_from(value).ok().and_then(AccountNumber::from_value), column, "account number")
}

pub(super) fn number(row: &Row<'_>, column: usize) -> Read<AccountNumber> {
    to_number(row.get(column)?, column)
}

pub(super) fn maybe_number(row: &Row<'_>, column: usize) -> Read<Option<AccountNumber>> {
    row.get::<_, Option<i64>>(column)?.map(|value| to_number(value, column)).transpose()
}

pub(super) fn time(row: &Row<'_>, column: usize) -> Read<Timestamp> {
    row.get(column).map(Timestamp::from_micros)
}

fn maybe_time(row: &Row<'_>, column: usize) -> Read<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_micros))
}

pub(super) fn currency(row: &Row<'_>, column: usize) -> Read<Currency> {
    damaged(Currency::from_stored(row.get_ref(column)?.as_str()?).ok(), column, "currency")
}

fn named<T: Copy>(row: &Row<'_>, column: usize, all: &[T], name: impl Fn(T) -> &'static str) -> Read<T> {
    let text = row.get_ref(column)?.as_str()?;
    damaged(all.iter().copied().find(|one| name(*one) == text), column, "name")
}

pub(super) fn era(row: &Row<'_>) -> Read<Era> {
    let zone: String = row.get(1)?;
    let zone = damaged(Zone::parse(&zone).ok(), 1, "a time zone that this program does not know")?;
    Ok(Era { begins: time(row, 0)?, zone })
}

pub(super) fn counter<T: TryFrom<i64>>(row: &Row<'_>, column: usize) -> Read<T> {
    damaged(T::try_from(row.get::<_, i64>(column)?).ok(), column, "counter")
}

pub(super) fn transfer_kind(row: &Row<'_>, column: usize) -> Read<TransferKind> {
    named(row, column, &TransferKind::ALL, TransferKind::name)
}

pub(super) fn customer(row: &Row<'_>) -> Read<Customer> {
    Ok(Customer {
        id: CustomerId::from_uuid(uuid(row, 0)?),
        name: row.get(1)?,
        email: row.get(2)?,
        password: StoredHash(row.get(3)?),
        created_at: time(row, 4)?,
        language: named(row, 5, &Language::ALL, Language::code)?,
    })
}

pub(super) fn owner_columns(owner: Owner) -> (&'static str, Option<[u8; 16]>) {
    match owner {
        Owner::Customer(id) => ("customer", Some(*id.uuid().as_bytes())),
        Owner::Merchant(id) => ("merchant", Some(*id.uuid().as_bytes())),
        Owner::Bank => ("bank", None),
    }
}

pub(super) fn account(row: &Row<'_>) -> Read<Account> {
    let owner = match (row.get_ref(1)?.as_str()?, maybe_uuid(row, 2)?) {
        ("customer", Some(id)) => Some(Owner::Customer(CustomerId::from_uuid(id))),
        ("merchant", Some(id)) => Some(Owner::Merchant(MerchantId::from_uuid(id))),
        ("bank", None) => Some(Owner::Bank),
        _ => None,
    };
    Ok(Account {
        number: number(row, 0)?,
        owner: damaged(owner, 1, "owner")?,
        currency: currency(row, 3)?,
        name: row.get(4)?,
        debits_posted: row.get(5)?,
        credits_posted: row.get(6)?,
        debits_pending: row.get(7)?,
        credits_pending: row.get(8)?,
        frozen: row.get(9)?,
        closed: row.get(10)?,
        pin_version: counter(row, 11)?,
        last_transfer: counter(row, 12)?,
        deposit_day: row.get(13)?,
        deposited_that_day: row.get(14)?,
        opened_at: time(row, 15)?,
    })
}

pub(super) fn transfer(row: &Row<'_>) -> Read<Transfer> {
    Ok(Transfer {
        seq: counter(row, 0)?,
        id: TransferId::from_uuid(uuid(row, 1)?),
        kind: transfer_kind(row, 2)?,
        debit: number(row, 3)?,
        credit: number(row, 4)?,
        amount: Money::new(row.get(5)?, currency(row, 6)?),
        debit_balance: row.get(7)?,
        credit_balance: row.get(8)?,
        debit_previous: counter(row, 9)?,
        credit_previous: counter(row, 10)?,
        payment: maybe_uuid(row, 11)?.map(PaymentId::from_uuid),
        reference: row.get(12)?,
        at: time(row, 13)?,
    })
}

pub(super) fn payment(row: &Row<'_>) -> Read<Payment> {
    let decline = row.get::<_, Option<String>>(10)?;
    let decline = decline.map(|text| damaged(refusal_from(&text), 10, "refusal")).transpose()?;
    Ok(Payment {
        id: PaymentId::from_uuid(uuid(row, 0)?),
        merchant: MerchantId::from_uuid(uuid(row, 1)?),
        key: damaged(IdempotencyKey::from_stored(row.get_ref(2)?.as_str()?).ok(), 2, "key")?,
        payer: maybe_number(row, 3)?,
        amount: Money::new(row.get(4)?, currency(row, 5)?),
        captured: row.get(6)?,
        refunded: row.get(7)?,
        state: named(row, 8, &PaymentState::ALL, PaymentState::name)?,
        capture: named(row, 9, &[CaptureMode::Immediate, CaptureMode::Manual], CaptureMode::name)?,
        decline,
        reference: row.get(11)?,
        created_at: time(row, 12)?,
        expires_at: maybe_time(row, 13)?,
        rest_voided: row.get(14)?,
    })
}

pub(super) fn merchant(row: &Row<'_>) -> Read<Merchant> {
    Ok(Merchant {
        id: MerchantId::from_uuid(uuid(row, 0)?),
        name: row.get(1)?,
        settlement: number(row, 2)?,
        created_at: time(row, 3)?,
    })
}

pub(super) fn key_record(row: &Row<'_>) -> Read<KeyRecord> {
    let payment = maybe_uuid(row, 4)?.map(PaymentId::from_uuid);
    let then = if row.get_ref(5)? == ValueRef::Null { None } else { Some(payment_then(row)?) };
    let outcome = match (row.get::<_, Option<i64>>(3)?, row.get::<_, Option<String>>(8)?, payment) {
        (Some(seq), None, None) => u64::try_from(seq).ok().map(|seq| Recorded::Transfer { seq }),
        (None, Some(refusal), payment) => refusal_from(&refusal)
            .map(|refusal| Recorded::Refused { refusal, payment: payment.map(|id| RefusedPayment { id, then }) }),
        (None, None, Some(id)) => then.map(|then| Recorded::Payment { id, then }),
        _ => None,
    };
    Ok(KeyRecord {
        scope: Scope(uuid(row, 0)?),
        key: damaged(IdempotencyKey::from_stored(row.get_ref(1)?.as_str()?).ok(), 1, "key")?,
        facts: row.get(2)?,
        outcome: damaged(outcome, 3, "outcome")?,
    })
}

fn payment_then(row: &Row<'_>) -> Read<PaymentThen> {
    Ok(PaymentThen {
        state: named(row, 5, &PaymentState::ALL, PaymentState::name)?,
        captured: row.get(6)?,
        refunded: row.get(7)?,
        expires_at: maybe_time(row, 9)?,
    })
}

pub(super) fn session(row: &Row<'_>) -> Read<Session> {
    Ok(Session {
        token: kit_core::TokenHash(row.get(0)?),
        id: SessionId::from_uuid(uuid(row, 1)?),
        customer: CustomerId::from_uuid(uuid(row, 2)?),
        kind: named(row, 3, &[SessionKind::Browser, SessionKind::Api], session_kind)?,
        created_at: time(row, 4)?,
        seen_at: time(row, 5)?,
    })
}

pub(super) fn session_kind(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Browser => "browser",
        SessionKind::Api => "api",
    }
}

fn event(row: &Row<'_>) -> Read<SecurityEvent> {
    Ok(SecurityEvent {
        at: time(row, 0)?,
        kind: named(row, 1, &EventKind::ALL, EventKind::name)?,
        customer: maybe_uuid(row, 2)?.map(CustomerId::from_uuid),
        account: maybe_number(row, 3)?,
        merchant: maybe_uuid(row, 4)?.map(MerchantId::from_uuid),
    })
}

pub(super) fn payee(row: &Row<'_>) -> Read<SavedPayee> {
    Ok(SavedPayee {
        id: PayeeId::from_uuid(uuid(row, 0)?),
        customer: CustomerId::from_uuid(uuid(row, 1)?),
        number: number(row, 2)?,
        name: row.get(3)?,
        saved_at: time(row, 4)?,
    })
}

/// An event behind its place in the order of events.
pub(super) fn placed_event(row: &Row<'_>) -> Read<(u64, SecurityEvent)> {
    Ok((counter(row, 5)?, event(row)?))
}

pub(super) fn tries(row: &Row<'_>) -> Read<Tries> {
    let times = |column: usize| {
        let text: String = row.get(column)?;
        let times: Option<Vec<Timestamp>> =
            text.split_whitespace().map(|word| word.parse().ok().map(Timestamp::from_micros)).collect();
        damaged(times, column, "times")
    };
    Ok(Tries {
        failures: counter(row, 0)?,
        wait_until: maybe_time(row, 1)?,
        blocked: row.get(2)?,
        recent: times(3)?,
        pending: times(4)?,
        boot: maybe_uuid(row, 5)?,
        interrupted: counter(row, 6)?,
    })
}

/// A bucket's primary key: kind, subject, merchant.
pub(super) fn bucket_columns(bucket: Bucket) -> (&'static str, i64, Vec<u8>) {
    match bucket {
        Bucket::AtMerchant(account, merchant) => {
            ("merchant", number_value(account), merchant.uuid().as_bytes().to_vec())
        }
        Bucket::Strangers(account) => ("strangers", number_value(account), Vec::new()),
        Bucket::Account(account) => ("account", number_value(account), Vec::new()),
        Bucket::Shadow(slot) => ("shadow", i64::from(slot), Vec::new()),
        // All 64 bits of the hash, as SQLite's signed integer.
        Bucket::Login(hash) => ("login", i64::from_ne_bytes(hash.to_ne_bytes()), Vec::new()),
        Bucket::Reset(hash) => ("reset", i64::from_ne_bytes(hash.to_ne_bytes()), Vec::new()),
    }
}

/// A refusal as `code` and `name=value` lines; [`refusal_from`] reads it back.
pub(super) fn refusal_text(refusal: &Refusal) -> String {
    let Refusal::InvalidFields { fields } = refusal else { return refusal.stored() };
    let line = |field: &FieldProblem| match &field.flaw {
        Flaw::TooLong { max_chars } => format!("\n{}={} {max_chars}", field.field, field.flaw.code()),
        flaw => format!("\n{}={}", field.field, flaw.code()),
    };
    std::iter::once(refusal.code().to_owned()).chain(fields.iter().map(line)).collect()
}

/// Fields whose problems can be an outcome that is kept: their names must be static again when read back.
const KEPT_FIELDS: [&str; 1] = ["reference"];

/// What can be wrong with such a field.
fn kept_flaw(text: &str) -> Option<Flaw> {
    match text.split_once(' ') {
        Some(("too-long", max_chars)) => Some(Flaw::TooLong { max_chars: max_chars.parse().ok()? }),
        None if text == "not-plain-text" => Some(Flaw::NotPlain),
        _ => None,
    }
}

pub(super) fn refusal_from(text: &str) -> Option<Refusal> {
    let (code, lines) = text.split_once('\n').unwrap_or((text, ""));
    if code != "invalid-fields" {
        return Refusal::of_stored(text);
    }
    let problem = |line: &str| {
        let (name, flaw) = line.split_once('=')?;
        let field = KEPT_FIELDS.into_iter().find(|known| *known == name)?;
        Some(FieldProblem { field, flaw: kept_flaw(flaw)? })
    };
    Some(Refusal::InvalidFields { fields: lines.lines().map(problem).collect::<Option<_>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_reads_back() {
        let kept = Refusal::samples().into_iter().filter(|refusal| !matches!(refusal, Refusal::InvalidFields { .. }));
        let long = Refusal::field("reference", Flaw::TooLong { max_chars: 140 });
        let all: Vec<Refusal> = kept.chain([long]).collect();
        let plain = Refusal::field("reference", Flaw::NotPlain);
        for refusal in all.iter().chain([&plain]) {
            assert_eq!(refusal_from(&refusal_text(refusal)).as_ref(), Some(refusal));
        }
        let codes: std::collections::BTreeSet<_> = all.iter().map(Refusal::code).collect();
        assert_eq!(codes.len(), all.len(), "one slug a rule");
        // What databases hold does not change.
        let short = Refusal::InsufficientFunds { shortfall: Money::new(-5, Currency::USD) };
        assert_eq!(refusal_text(&short), "insufficient-funds\nshortfall=-5 USD");
        let frozen = Refusal::AccountFrozen { account: Some(AccountNumber::from_payload(2_400_000_001)) };
        assert_eq!(refusal_text(&frozen), "account-frozen\naccount_number=240000000183");
        let throttled = Refusal::PinThrottled { retry_after: std::time::Duration::from_secs(60) };
        assert_eq!(refusal_text(&throttled), "pin-throttled\nretry_after_seconds=60");
        assert_eq!(refusal_text(&all[all.len() - 1]), "invalid-fields\nreference=too-long 140");
        let state = Refusal::WrongState { state: PaymentState::Voided };
        assert_eq!(refusal_text(&state), "wrong-state\npayment_status=voided");
        let old = "wrong-state\nstate=expired";
        assert_eq!(
            refusal_from(old),
            Some(Refusal::WrongState { state: PaymentState::Expired }),
            "as it was kept once"
        );
        assert_eq!(
            refusal_from("account-closed"),
            Some(Refusal::AccountClosed { account: None }),
            "as it was kept once"
        );
        assert_eq!(refusal_from("gibberish"), None);
        assert_eq!(refusal_from("insufficient-funds"), None);
    }
}
