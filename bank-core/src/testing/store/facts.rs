//! Money's facts read back as they were written.

use kit_core::{Currency, Era, MAX_MINOR, Money, Timestamp, Uuid, Zone};

use super::sample::{Sample, eur, key, later, number, read, sorted, write};
use crate::model::Refusal;
use crate::model::{
    Account, CaptureMode, CustomerId, Head, KeyRecord, Owner, PaymentState, PaymentThen, Recorded, RefusedPayment,
    Scope, TransferKind,
};
use crate::store::Store;

pub(super) fn head_and_pepper(store: &dyn Store) {
    let new = Head { last_seq: 0, last_time: Timestamp::EPOCH };
    assert_eq!(read(store, |tx| Ok((tx.head()?, tx.pepper_check()?))), (new, None), "a fresh store");
    for (last_seq, check) in [(1, [7; 32]), (u64::from(u32::MAX) * 1_000, [255; 32])] {
        let head = Head { last_seq, last_time: later(last_seq) };
        write(store, |tx| {
            tx.set_head(head)?;
            Ok(tx.set_pepper_check(check)?)
        });
        assert_eq!(read(store, |tx| Ok((tx.head()?, tx.pepper_check()?))), (head, Some(check)));
    }
    assert_eq!(read(store, |tx| Ok(tx.main_currency()?)), None);
    let [new, old] = [Currency::parse("XAF"), Currency::from_stored("XAF")].map(|read| read.expect("a code"));
    for currency in [Currency::EUR, Currency::JPY, new, old] {
        write(store, |tx| Ok(tx.set_main_currency(currency)?));
        assert_eq!(read(store, |tx| Ok(tx.main_currency()?)), Some(currency));
    }
    assert_eq!(read(store, |tx| Ok(tx.eras()?)), []);
    let era =
        |micros, zone: &str| Era { begins: Timestamp::from_micros(micros), zone: Zone::parse(zone).expect("a zone") };
    let first = Era::always(Zone::parse("Asia/Tokyo").expect("a zone"));
    let eras = [era(20_500, "Europe/Berlin"), first, era(-3, "UTC"), era(20_500, "America/Santiago")];
    for era in eras {
        write(store, |tx| Ok(tx.put_era(era)?));
    }
    assert_eq!(read(store, |tx| Ok(tx.eras()?)), [eras[1], eras[2], eras[3]], "in order, one for each moment");
}

pub(super) fn accounts(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let bank = Account { currency: Currency::USD, ..sample.account(7, Owner::Bank) };
    let savings = sample.account(1_000_000_000, w.account.owner);
    let younger = Account { opened_at: later(1), ..sample.account(999_999_999, w.account.owner) };
    let full = Account {
        name: "Ferien & Möbel".to_owned(),
        debits_posted: MAX_MINOR,
        credits_posted: i64::MAX,
        debits_pending: 17,
        credits_pending: 4,
        frozen: true,
        closed: true,
        pin_version: u32::MAX,
        last_transfer: 1 << 40,
        deposit_day: 20_779,
        deposited_that_day: 5,
        ..w.account.clone()
    };
    write(store, |tx| {
        w.put(tx)?;
        Ok(tx.put_accounts(&[&bank, &savings, &younger])?)
    });
    let all = |numbers: &[_]| sorted(read(store, |tx| Ok(tx.accounts(numbers)?)), |a| a.number);
    let mut expected = vec![bank.clone(), w.settlement.clone(), savings.clone(), w.account.clone()];
    expected.sort_by_key(|a| a.number);
    let numbers: Vec<_> = expected.iter().map(|a| a.number).chain([number(5)]).collect();
    assert_eq!(all(&numbers), expected, "those that exist, whoever owns them");
    assert_eq!(all(&[]), []);
    write(store, |tx| Ok(tx.put_accounts(&[&full])?));
    assert_eq!(read(store, |tx| Ok(tx.account(full.number)?)), Some(full.clone()), "every figure is replaced");
    assert_eq!(read(store, |tx| Ok(tx.account(number(5))?)), None);
    let own = |customer| read(store, |tx| Ok(tx.accounts_of(customer)?));
    assert_eq!(own(w.customer.id), [savings, full, younger], "oldest first, then by number");
    assert_eq!(own(CustomerId::from_uuid(w.merchant.id.uuid())), [], "a merchant is no customer");
}

pub(super) fn transfers(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let payment = sample.payment(&w, PaymentState::Captured).id;
    let mut rows = Vec::new();
    for (seq, kind) in (1..).zip(TransferKind::ALL) {
        let mut row = sample.transfer(seq, w.account.number, w.settlement.number);
        (row.kind, row.at) = (kind, later(seq));
        row.amount = Money::new(MAX_MINOR, Currency::parse("JPY").expect("a code"));
        (row.debit_balance, row.credit_balance) = (-i64::MAX, i64::MAX);
        (row.debit_previous, row.credit_previous) = (seq - 1, seq / 2);
        row.payment = matches!(kind, TransferKind::Payment | TransferKind::Refund).then_some(payment);
        rows.push(row);
    }
    write(store, |tx| {
        w.put(tx)?;
        tx.insert_transfers(&rows[..2])?;
        Ok(tx.insert_transfers(&rows[2..])?)
    });
    let found = read(store, |tx| Ok(tx.transfers(&[5, 1, 3, 2, 4, 6, 0])?));
    assert_eq!(sorted(found, |t| t.seq), rows);
}

pub(super) fn payments(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let mut rows: Vec<_> = PaymentState::ALL.into_iter().map(|state| sample.payment(&w, state)).collect();
    rows[0].payer = None;
    rows[0].capture = CaptureMode::Immediate;
    rows[2].captured = 9_900;
    rows[2].refunded = 100;
    rows[2].rest_voided = true;
    rows[3].amount = eur(0);
    rows[3].expires_at = None;
    rows[6].decline = Some(Refusal::InsufficientFunds { shortfall: eur(12) });
    write(store, |tx| {
        w.put(tx)?;
        Ok(tx.put_payments(&rows.iter().collect::<Vec<_>>())?)
    });
    let ids: Vec<_> = rows.iter().map(|p| p.id).collect();
    let all = || sorted(read(store, |tx| Ok(tx.payments(&ids)?)), |p| ids.iter().position(|id| *id == p.id));
    assert_eq!(all(), rows);
    let nobodys = crate::model::PaymentId::from_uuid(Uuid::nil());
    assert_eq!(read(store, |tx| Ok(tx.payments(&[nobodys])?)), []);
    // What may change over a payment's life is replaced.
    (rows[0].payer, rows[0].state, rows[0].expires_at) = (Some(w.account.number), PaymentState::Authorized, None);
    (rows[1].captured, rows[1].refunded, rows[1].expires_at) = (50, 20, Some(later(99)));
    (rows[1].rest_voided, rows[2].rest_voided) = (true, false);
    (rows[4].state, rows[4].decline) = (PaymentState::Declined, Some(Refusal::IncorrectPin { tries_left: 3 }));
    write(store, |tx| Ok(tx.put_payments(&[&rows[0], &rows[1], &rows[2], &rows[4]])?));
    assert_eq!(all(), rows);
}

pub(super) fn keys(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let id = sample.payment_id();
    let wait = std::time::Duration::from_secs(300);
    let refusals = [
        Refusal::IncorrectPin { tries_left: 4 },
        Refusal::PinThrottled { retry_after: wait },
        Refusal::CurrencyMismatch { account: Currency::USD },
        Refusal::ExceedsCaptured { refundable: eur(7) },
        Refusal::WrongState { state: PaymentState::Expired },
    ];
    let mut rows: Vec<KeyRecord> = vec![w.record("posted", Recorded::Transfer { seq: 17 })];
    for (n, state) in PaymentState::ALL.into_iter().enumerate() {
        let expires_at = (n % 2 == 0).then(|| later(60));
        let then = PaymentThen { state, captured: 5, refunded: 3, expires_at };
        rows.push(w.record(&format!("state-{n}"), Recorded::Payment { id, then }));
    }
    // About no payment, about one as it was, and about one of which only that is known.
    let held = PaymentThen { state: PaymentState::Authorized, captured: 7, refunded: 1, expires_at: Some(later(61)) };
    let ended = PaymentThen { state: PaymentState::Cancelled, captured: 0, refunded: 0, expires_at: None };
    let about = [Some(Some(held)), None, Some(Some(ended)), Some(None), None];
    for (n, (refusal, then)) in refusals.into_iter().zip(about).enumerate() {
        let payment = then.map(|then| RefusedPayment { id, then });
        rows.push(w.record(&format!("refused-{n}"), Recorded::Refused { refusal, payment }));
    }
    rows[1].facts = String::new();
    // The same key of someone else is another key.
    rows.push(KeyRecord { scope: Scope::from(w.customer.id), ..rows[0].clone() });
    rows.push(KeyRecord { scope: Scope::OPERATOR, ..rows[0].clone() });
    let name = |r: &KeyRecord| (r.scope, r.key.clone());
    write(store, |tx| {
        w.put(tx)?;
        Ok(tx.insert_keys(&rows)?)
    });
    let mut names: Vec<_> = rows.iter().map(name).collect();
    names.push((Scope::OPERATOR, key("never")));
    let found = read(store, |tx| Ok(tx.keys(&names)?));
    assert_eq!(sorted(found, name), sorted(rows, name));
}
