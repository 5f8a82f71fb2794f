//! Customers, merchants, secrets' hashes, counters, sessions and events read back as they were written.

use kit_core::{Language, Timestamp, Token};

use super::sample::{START, Sample, later, number, read, sorted, write};
use crate::model::{
    Bucket, Customer, CustomerId, EventKind, Owner, SavedPayee, SecurityEvent, Session, SessionId, SessionKind,
    StoredHash, StoredPin, Tries,
};
use crate::store::Store;

pub(super) fn customers(store: &dyn Store) {
    let sample = Sample::new();
    let (ada, ben) = (sample.customer("ada@example.org"), sample.customer("ben@example.org"));
    assert_eq!(read(store, |tx| Ok(tx.customer_count()?)), 0);
    write(store, |tx| {
        tx.put_customer(&ada)?;
        Ok(tx.put_customer(&ben)?)
    });
    let by_email = |email: &str| read(store, |tx| Ok(tx.customer_by_email(email)?));
    assert_eq!(read(store, |tx| Ok(tx.customer(ada.id)?)), Some(ada.clone()));
    assert_eq!(by_email("ben@example.org"), Some(ben));
    assert_eq!(by_email("cleo@example.org"), None);
    assert_eq!(read(store, |tx| Ok(tx.customer_count()?)), 2);
    let password = StoredHash("another".to_owned());
    let language = Language::German;
    let moved =
        Customer { name: "Ada L.".to_owned(), email: "ada@example.com".to_owned(), password, language, ..ada.clone() };
    write(store, |tx| Ok(tx.put_customer(&moved)?));
    assert_eq!(by_email("ada@example.com"), Some(moved.clone()));
    assert_eq!(by_email("ada@example.org"), None, "an address that was given up is free");
    assert_eq!(read(store, |tx| Ok(tx.customer(ada.id)?)), Some(moved));
    assert_eq!(read(store, |tx| Ok(tx.customer_count()?)), 2);
}

pub(super) fn merchants(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let second = sample.account(100_000_002, Owner::Bank);
    let other = sample.merchant(second.number);
    let [one, two, three] = [1, 2, 3].map(|n| Token::from_bytes([n; 32]).hash());
    write(store, |tx| {
        w.put(tx)?;
        tx.put_accounts(&[&second])?;
        tx.insert_merchant(&other)?;
        tx.insert_merchant_key(one, w.merchant.id, START)?;
        tx.insert_merchant_key(two, other.id, START)?;
        Ok(tx.insert_merchant_key(three, w.merchant.id, later(1))?)
    });
    let by_key = |key| read(store, |tx| Ok(tx.merchant_by_key(key)?));
    assert_eq!(by_key(one), Some(w.merchant.clone()));
    assert_eq!(by_key(two), Some(other.clone()));
    assert_eq!(by_key(three), Some(w.merchant.clone()), "two keys at once, while one is being replaced");
    assert_eq!(by_key(Token::from_bytes([4; 32]).hash()), None);
    let nobody = crate::model::MerchantId::from_uuid(kit_core::Uuid::nil());
    let found = read(store, |tx| Ok(tx.merchants(&[other.id, nobody, w.merchant.id])?));
    let both = sorted(vec![w.merchant.clone(), other], |m| m.id);
    assert_eq!(sorted(found, |m| m.id), both);
    assert_eq!(read(store, |tx| Ok(tx.all_merchants()?)), both, "ids are ordered by time: oldest first");
}

pub(super) fn pins(store: &dyn Store) {
    let w = Sample::new().world();
    let first = w.pin();
    let second = StoredPin { hash: StoredHash("another".to_owned()), ..first.clone() };
    write(store, |tx| w.put(tx));
    for pin in [first, second] {
        write(store, |tx| Ok(tx.put_pin(&pin)?));
        assert_eq!(read(store, |tx| Ok(tx.pin(w.account.number)?)), Some(pin));
    }
    assert_eq!(read(store, |tx| Ok(tx.pin(w.settlement.number)?)), None);
}

pub(super) fn tries(store: &dyn Store) {
    let w = Sample::new().world();
    let (account, other) = (w.account.number, number(5));
    let buckets = [
        Bucket::AtMerchant(account, w.merchant.id),
        Bucket::Strangers(account),
        Bucket::Account(account),
        Bucket::AtMerchant(other, w.merchant.id),
        Bucket::Strangers(other),
        Bucket::Account(other),
        Bucket::Shadow(0),
        Bucket::Shadow(u16::MAX),
        Bucket::Login(0),
        Bucket::Login(u64::MAX),
    ];
    let counter = |n: u64, recent: usize| Tries {
        failures: u32::try_from(n).expect("a few"),
        wait_until: n.is_multiple_of(2).then(|| later(n)),
        blocked: n.is_multiple_of(3),
        recent: (0..recent as u64).map(|i| later(n * 100 + i)).collect(),
        pending: (0..n).map(|i| later(n * 10 + i)).collect(),
        boot: (n > 0).then(|| kit_core::Uuid::from_u128(n.into())),
        interrupted: u32::try_from(n).expect("a few"),
    };
    let all = || read(store, |tx| buckets.iter().map(|b| Ok(tx.tries(*b)?)).collect::<crate::Result<Vec<_>>>());
    assert_eq!(all(), vec![None; 10]);
    for recent in [10, 0, 1] {
        let counters: Vec<Tries> = (0..10).map(|n| counter(n, recent)).collect();
        write(store, |tx| Ok(buckets.iter().zip(&counters).try_for_each(|(b, t)| tx.put_tries(*b, t))?));
        assert_eq!(all(), counters.into_iter().map(Some).collect::<Vec<_>>());
    }
    let left = || all().iter().map(Option::is_some).collect::<Vec<_>>();
    write(store, |tx| Ok(tx.clear_tries(Bucket::Shadow(0))?));
    write(store, |tx| Ok(tx.clear_tries(Bucket::Shadow(1))?));
    assert_eq!(left(), [true, true, true, true, true, true, false, true, true, true]);
    let blocked = |number| read(store, |tx| Ok(tx.pin_blocked(number)?));
    write(store, |tx| Ok(tx.clear_account_tries(account)?));
    assert!(!blocked(account), "nothing is counted, so nothing is blocked");
    for bucket in buckets.iter().filter(|b| b.account() == Some(account)) {
        write(store, |tx| Ok(tx.put_tries(*bucket, &Tries { failures: 5, blocked: true, ..Tries::default() })?));
        assert!(blocked(account), "{bucket:?} blocks its account");
        write(store, |tx| Ok(tx.put_tries(*bucket, &Tries { failures: 4, ..Tries::default() })?));
        assert!(!blocked(account), "{bucket:?} does not block any more");
    }
    write(store, |tx| Ok(tx.clear_account_tries(account)?));
    assert_eq!(left(), [false, false, false, true, true, true, false, true, true, true], "of one account only");
}

pub(super) fn failing_accounts(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let other = sample.merchant(w.settlement.number);
    write(store, |tx| {
        w.put(tx)?;
        Ok(tx.insert_merchant(&other)?)
    });
    let note = |merchant, bucket, at, forget| write(store, |tx| Ok(tx.note_failing(merchant, bucket, at, forget)?));
    let count = |merchant, since| read(store, |tx| Ok(tx.failing_accounts(merchant, since)?));
    let (shop, never) = (w.merchant.id, Timestamp::EPOCH);
    note(shop, Bucket::Account(number(1)), later(10), never);
    note(shop, Bucket::Account(number(2)), later(20), never);
    note(shop, Bucket::Shadow(1), later(30), never);
    note(other.id, Bucket::Account(number(1)), later(10), never);
    assert_eq!((count(shop, START), count(other.id, START)), (3, 1));
    assert_eq!((count(shop, later(10)), count(shop, later(30))), (2, 0), "after the moment, not at it");
    note(shop, Bucket::Account(number(1)), later(40), never);
    assert_eq!((count(shop, START), count(shop, later(30))), (3, 1), "each account once, at its last failure");
    write(store, |tx| Ok(tx.forgive_failing(shop, Bucket::Account(number(1)))?));
    assert_eq!((count(shop, START), count(other.id, START)), (2, 1));
    note(shop, Bucket::Shadow(2), later(50), later(30));
    assert_eq!((count(shop, START), count(other.id, START)), (2, 1), "what was before is forgotten, of one merchant");
}

pub(super) fn sessions(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let browser = sample.session(&w, 1, 10);
    let api = Session { kind: SessionKind::Api, ..sample.session(&w, 2, 20) };
    write(store, |tx| {
        w.put(tx)?;
        tx.put_session(&browser)?;
        Ok(tx.put_session(&api)?)
    });
    let by_token = |session: &Session| read(store, |tx| Ok(tx.session(session.token)?));
    assert_eq!((by_token(&browser), by_token(&api)), (Some(browser.clone()), Some(api.clone())));
    assert_eq!(by_token(&sample.session(&w, 3, 0)), None);
    let seen = Session { seen_at: later(90), ..browser };
    write(store, |tx| Ok(tx.put_session(&seen)?));
    assert_eq!(read(store, |tx| Ok(tx.sessions_of(w.customer.id)?)), [api, seen], "newest first");
}

pub(super) fn ending_sessions(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let ben = sample.customer("ben@example.org");
    let rows: Vec<Session> = (0..4_u8).map(|n| sample.session(&w, n, 10 * (u64::from(n) + 1))).collect();
    let bens = Session { customer: ben.id, ..sample.session(&w, 9, 5) };
    write(store, |tx| {
        w.put(tx)?;
        tx.put_customer(&ben)?;
        tx.put_session(&bens)?;
        Ok(rows.iter().try_for_each(|s| tx.put_session(s))?)
    });
    let ends = |customer, id| write(store, |tx| Ok(tx.delete_session(customer, id)?));
    assert!(!ends(ben.id, rows[0].id), "nobody ends another customer's session");
    assert!(!ends(w.customer.id, SessionId::from_uuid(kit_core::Uuid::nil())));
    assert!(ends(w.customer.id, rows[0].id) && !ends(w.customer.id, rows[0].id));
    let left = |customer: CustomerId| read(store, |tx| Ok(tx.sessions_of(customer)?));
    write(store, |tx| Ok(tx.delete_sessions_before(rows[2].created_at)?));
    assert_eq!(left(w.customer.id), [rows[3].clone(), rows[2].clone()], "before the moment, not at it");
    assert_eq!(left(ben.id), []);
    write(store, |tx| Ok(tx.put_session(&bens)?));
    write(store, |tx| Ok(tx.delete_other_sessions(w.customer.id, Some(rows[2].token))?));
    assert_eq!((left(w.customer.id), left(ben.id).len()), (vec![rows[2].clone()], 1));
    write(store, |tx| Ok(tx.delete_other_sessions(w.customer.id, None)?));
    assert_eq!((left(w.customer.id).len(), left(ben.id).len()), (0, 1));
}

pub(super) fn events(store: &dyn Store) {
    let w = Sample::new().world();
    let mut rows: Vec<SecurityEvent> = (0..).zip(EventKind::ALL).map(|(n, kind)| w.event(kind, n)).collect();
    (rows[0].account, rows[0].merchant) = (None, None);
    let nobodys = SecurityEvent { customer: None, ..rows[3].clone() };
    write(store, |tx| {
        w.put(tx)?;
        tx.insert_event(&nobodys)?;
        Ok(rows.iter().try_for_each(|e| tx.insert_event(e))?)
    });
    rows.reverse();
    let page = |before, limit| read(store, |tx| Ok(tx.events_of(w.customer.id, before, limit)?));
    let events = |page: &[(u64, SecurityEvent)]| page.iter().map(|(_, event)| event.clone()).collect::<Vec<_>>();
    let all = page(None, 100);
    assert_eq!(events(&all), rows, "newest first");
    assert!(all.is_sorted_by(|a, b| a.0 > b.0), "places grow");
    assert_eq!(page(None, 3), all[..3]);
    assert_eq!(page(Some(all[2].0), 3), all[3..6], "what is older than the third, without it");
    assert_eq!(page(Some(all[all.len() - 1].0), 3), []);
    assert_eq!(page(None, 0), []);
}

pub(super) fn payees(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let ben = sample.customer("ben@example.org");
    let (rent, gym) = (sample.payee(&w, 7), sample.payee(&w, 8));
    let bens = SavedPayee { customer: ben.id, ..sample.payee(&w, 7) };
    write(store, |tx| {
        w.put(tx)?;
        tx.put_customer(&ben)?;
        Ok([&rent, &gym, &bens].into_iter().try_for_each(|payee| tx.put_payee(payee))?)
    });
    let of = |customer| sorted(read(store, |tx| Ok(tx.payees_of(customer)?)), |p| p.number);
    assert_eq!((of(w.customer.id), of(ben.id)), (vec![rent.clone(), gym.clone()], vec![bens.clone()]));
    let renamed = SavedPayee { name: "Landlord".to_owned(), ..rent };
    write(store, |tx| Ok(tx.put_payee(&renamed)?));
    assert_eq!(of(w.customer.id), [renamed.clone(), gym.clone()]);
    let removes = |customer, id| write(store, |tx| Ok(tx.delete_payee(customer, id)?));
    assert!(!removes(ben.id, gym.id), "nobody removes another customer's payee");
    assert!(removes(w.customer.id, gym.id) && !removes(w.customer.id, gym.id));
    assert_eq!((of(w.customer.id), of(ben.id)), (vec![renamed], vec![bens]));
}
