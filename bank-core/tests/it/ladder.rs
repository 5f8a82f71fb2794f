//! What failed tries lead to, row by row, for PINs and for log-ins.

use std::sync::Arc;
use std::time::Duration;

use bank_core::model::{EventKind, MerchantId, PaymentState, SessionKind};
use bank_core::testing::pin;
use bank_core::{BankConfig, HolderProof, Refusal};
use kit_core::{AccountNumber, SecretText};

use crate::support::{
    DAY, MINUTE, PASSWORD, PIN, Person, ProbeHasher, ProbeStore, Setup, WRONG, World, eur, key, paid, refusal,
    together, told,
};

fn secret(text: &str) -> SecretText {
    SecretText::new(text.into())
}

/// One try through a merchant, told as `code` and, for a wrong PIN, how many tries are left.
fn at(w: &World, merchant: MerchantId, name: &str, account: AccountNumber, digits: &str) -> String {
    let answer = w.pay(merchant, name, account, 1, digits);
    match &answer {
        Ok(bank_core::PaymentAnswer { refusal: Some(Refusal::IncorrectPin { tries_left }), .. }) => {
            format!("incorrect-pin {tries_left}")
        }
        Err(bank_core::Error::Refused { refusal: Refusal::PinThrottled { retry_after }, .. }) => {
            format!("pin-throttled {}", retry_after.as_secs())
        }
        _ => paid(&answer).to_owned(),
    }
}

/// Wrong PINs with a new key each, waiting where the ladder says so, until `failures` were counted.
fn fail(w: &World, merchant: MerchantId, name: &str, account: AccountNumber, failures: u32) {
    for n in 1..=failures {
        let told = at(w, merchant, &format!("{name}-{n}"), account, WRONG);
        assert!(told.starts_with("incorrect-pin"), "{name}-{n}: {told}");
        w.pass(match n {
            3 => MINUTE,
            4 => 5 * MINUTE,
            _ => Duration::ZERO,
        });
    }
}

#[test]
fn the_ladder_row_by_row() {
    let w = World::new();
    let ada = w.person("Ada", 1_000);
    let mut n = 0;
    let mut check = |wait: Duration, digits: &str, expected: std::result::Result<(), Refusal>| {
        n += 1;
        w.pass(wait);
        let result = w.withdraw(&ada, &format!("try-{n}"), 1, digits);
        match expected {
            Ok(()) => assert_eq!(told(&result), "ok", "try {n}"),
            Err(expected) => assert_eq!(refusal(result), expected, "try {n}"),
        }
    };
    let now = Duration::ZERO;
    let second = Duration::from_secs(1);
    let incorrect = |tries_left| Err(Refusal::IncorrectPin { tries_left });
    let throttled = |seconds| Err(Refusal::PinThrottled { retry_after: Duration::from_secs(seconds) });
    check(now, WRONG, incorrect(4));
    check(now, WRONG, incorrect(3));
    check(now, PIN, Ok(()));
    check(now, WRONG, incorrect(4));
    check(now, WRONG, incorrect(3));
    check(now, WRONG, incorrect(2));
    check(now, WRONG, throttled(60));
    check(59 * second, PIN, throttled(1));
    check(second, WRONG, incorrect(1));
    check(now, PIN, throttled(300));
    check(299 * second, PIN, throttled(1));
    check(second, WRONG, incorrect(0));
    check(now, WRONG, Err(Refusal::PinBlocked));
    check(DAY * 30, PIN, Err(Refusal::PinBlocked));
}

#[test]
fn a_throttled_try_is_no_outcome_and_a_declined_one_is() {
    let w = World::new();
    let (ada, shop) = (w.person("Ada", 1_000), w.merchant("Shop"));
    fail(&w, shop, "wrong", ada.account, 2);
    assert_eq!(at(&w, shop, "third", ada.account, WRONG), "incorrect-pin 2");
    for _ in 0..20 {
        assert_eq!(at(&w, shop, "order", ada.account, PIN), "pin-throttled 60", "these cost nothing");
    }
    // The same declined call again: the same answer, and no try.
    for _ in 0..20 {
        let again = w.pay(shop, "third", ada.account, 1, PIN).expect("a replay");
        assert_eq!((again.replayed, again.refusal), (true, Some(Refusal::IncorrectPin { tries_left: 2 })));
    }
    w.pass(MINUTE);
    assert_eq!(at(&w, shop, "order", ada.account, PIN), "ok", "the throttled key was not used up");
}

#[test]
fn a_double_click_costs_one_try() {
    let store = Arc::new(ProbeStore::default());
    let w = Arc::new(Setup { store: store.clone(), ..Setup::default() }.open());
    let (ada, shop) = (w.person("Ada", 1_000), w.merchant("Shop"));
    let click = {
        let (w, account) = (Arc::clone(&w), ada.account);
        move || at(&w, shop, "order", account, WRONG)
    };
    // The second click is dealt with whole between the first one's look-up and its PIN check.
    let other = click.clone();
    store.after_next_read(move || assert_eq!(other(), "incorrect-pin 4"));
    assert_eq!(click(), "incorrect-pin 4");
    assert_eq!(at(&w, shop, "next", ada.account, WRONG), "incorrect-pin 3");
}

#[test]
fn the_password_lifts_a_block() {
    let w = World::new();
    let (ada, shop) = (w.person("Ada", 1_000), w.merchant("Shop"));
    fail(&w, shop, "wrong", ada.account, 5);
    assert_eq!(told(&w.withdraw(&ada, "blocked", 1, PIN)), "pin-blocked", "strangers and pages share a bucket");
    assert!(w.bank.account(ada.id, ada.account).expect("there").pin_blocked);
    let change = |proof: &HolderProof<'_>| told(&w.bank.change_pin(&ada.session, ada.account, proof, &pin("1357924")));
    assert_eq!(change(&HolderProof::WithPin(&pin(PIN))), "pin-blocked");
    assert_eq!(change(&HolderProof::WithPassword(&secret("not my password"))), "wrong-password");
    assert_eq!(change(&HolderProof::WithPassword(&secret(PASSWORD))), "ok");
    assert!(!w.bank.account(ada.id, ada.account).expect("there").pin_blocked);
    assert_eq!(told(&w.withdraw(&ada, "old", 1, PIN)), "incorrect-pin");
    assert_eq!(told(&w.withdraw(&ada, "new", 1, "1357924")), "ok");
    let kinds: Vec<_> =
        w.bank.security_events(ada.id, None, 200).expect("lists").events.iter().map(|e| e.kind).collect();
    for kind in [EventKind::PinBlocked, EventKind::PinChanged, EventKind::LoginFailed] {
        assert_eq!(kinds.iter().filter(|k| **k == kind).count(), 1, "{kind:?}");
    }
    assert_eq!(kinds.iter().filter(|k| **k == EventKind::PinFailed).count(), 6);
}

#[test]
fn a_merchant_paid_before_has_a_bucket_of_its_own() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 1_000), w.person("Ben", 1_000));
    let (shop, stranger) = (w.merchant("Shop"), w.merchant("Stranger"));
    for who in [&ada, &ben] {
        assert_eq!(at(&w, shop, &format!("first-{}", who.id), who.account, PIN), "ok");
    }
    fail(&w, stranger, "ada", ada.account, 5);
    assert_eq!(at(&w, stranger, "blocked", ada.account, PIN), "pin-blocked");
    assert_eq!(at(&w, shop, "open", ada.account, PIN), "ok", "no stranger locks a customer out of a shop they know");
    fail(&w, shop, "ben", ben.account, 5);
    assert_eq!(at(&w, shop, "blocked", ben.account, PIN), "pin-blocked");
    assert_eq!(at(&w, stranger, "open", ben.account, PIN), "ok");
}

#[test]
fn success_clears_its_own_bucket_only() {
    let w = World::new();
    let (ada, shop, stranger) = (w.person("Ada", 1_000), w.merchant("Shop"), w.merchant("Stranger"));
    assert_eq!(at(&w, shop, "first", ada.account, PIN), "ok");
    fail(&w, stranger, "strangers", ada.account, 2);
    fail(&w, shop, "shop", ada.account, 2);
    assert_eq!(at(&w, shop, "right", ada.account, PIN), "ok");
    assert_eq!(at(&w, shop, "afresh", ada.account, WRONG), "incorrect-pin 4");
    assert_eq!(at(&w, stranger, "goes-on", ada.account, WRONG), "incorrect-pin 2");
}

#[test]
fn ten_failures_in_a_day_block_every_bucket() {
    let check = |pause: Duration, expected: &str| {
        let w = World::new();
        let (ada, a, b, c) = (w.person("Ada", 1_000), w.merchant("Aa"), w.merchant("Bb"), w.merchant("Cc"));
        for merchant in [a, b, c] {
            assert_eq!(at(&w, merchant, "first", ada.account, PIN), "ok");
        }
        fail(&w, a, "a", ada.account, 4);
        fail(&w, b, "b", ada.account, 4);
        w.pass(pause);
        fail(&w, c, "c", ada.account, 2);
        for merchant in [a, b, c] {
            assert_eq!(at(&w, merchant, "right", ada.account, PIN), expected, "after {pause:?}");
        }
        assert_eq!(told(&w.withdraw(&ada, "page", 1, PIN)), expected);
    };
    check(Duration::ZERO, "pin-blocked");
    check(DAY - 13 * MINUTE, "pin-blocked");
    check(DAY, "ok");
}

#[test]
fn unknown_accounts_climb_the_same_ladder() {
    let script = |w: &World, account: AccountNumber| {
        let shop = w.merchant("Shop");
        let mut told = Vec::new();
        for (n, wait) in [0, 0, 0, 0, 60, 10, 290, 0, 90_000].into_iter().enumerate() {
            w.pass(Duration::from_secs(wait));
            told.push(at(w, shop, &format!("try-{n}"), account, WRONG));
        }
        let kept = w.bank.find_payment(shop, &key("try-0")).expect("a declined payment is kept");
        assert_eq!((kept.state, kept.payer), (PaymentState::Declined, Some(account)));
        told
    };
    let w = World::new();
    let ada = w.person("Ada", 1_000);
    let known = script(&w, ada.account);
    assert_eq!(known.last().map(String::as_str), Some("pin-blocked"));
    assert_eq!(known, script(&World::new(), AccountNumber::from_payload(9_999_999_999)));
    // A merchant's own settlement account has no PIN: it looks like one that does not exist.
    let w = World::new();
    w.merchant("Other");
    let settlement = w.bank.merchants().expect("lists")[0].settlement;
    assert_eq!(known, script(&w, settlement));
}

#[test]
fn a_merchant_that_sprays_loses_charging_by_pin_and_nothing_else() {
    let w = World::new();
    let (shop, other) = (w.merchant("Shop"), w.merchant("Other"));
    let ada = w.person("Ada", 1_000);
    assert_eq!(at(&w, shop, "order", ada.account, PIN), "ok");
    let held = w.charge(shop, "hold", ada.account, 100, PIN, bank_core::model::CaptureMode::Manual);
    let held = held.expect("authorizes").payment.id;
    let victims: Vec<Person> = (0..10).map(|n| w.person(&format!("Victim{n}"), 0)).collect();
    let known = victims.iter().map(|v| v.account);
    let unknown = (0..10).map(|n| AccountNumber::from_payload(9_000_000_000 + n));
    for (n, account) in known.chain(unknown).enumerate() {
        assert_eq!(at(&w, shop, &format!("spray-{n}"), account, WRONG), "incorrect-pin 4", "account {n}");
    }
    assert_eq!(at(&w, shop, "banned", ada.account, PIN), "use-hosted-approval");
    assert_eq!(at(&w, other, "others", ada.account, PIN), "ok");
    let order = w.bank.find_payment(shop, &key("order")).expect("look-ups go on").id;
    assert_eq!(paid(&w.bank.refund_payment(shop, &key("refund"), order, eur(1))), "ok");
    assert_eq!(paid(&w.bank.void_payment(shop, held)), "ok");
    let asked = w.bank.request_approval(shop, &key("hosted"), eur(5), bank_core::model::CaptureMode::Immediate, "x");
    let asked = asked.expect("hosted approval goes on").payment.id;
    assert_eq!(paid(&w.bank.approve_payment(ada.id, asked, ada.account, &pin(PIN))), "ok");
    w.pass(60 * MINUTE);
    assert_eq!(at(&w, shop, "banned", ada.account, PIN), "use-hosted-approval", "that was the outcome of this key");
    assert_eq!(at(&w, shop, "an-hour-later", ada.account, PIN), "ok");
    w.audit();
}

#[test]
fn a_busy_merchant_is_not_taken_for_a_sprayer() {
    let hasher = Arc::new(ProbeHasher::default());
    let w = Arc::new(Setup { hasher: hasher.clone(), ..Setup::default() }.open());
    let shop = w.merchant("Shop");
    let people: Vec<Person> = (0..31).map(|n| w.person(&format!("Buyer{n}"), 100)).collect();
    hasher.take_verified();
    // Each PIN is being hashed while the next payment arrives: thirty right ones are under way at once.
    for (n, who) in people.iter().enumerate().skip(1) {
        let (w, account) = (Arc::clone(&w), who.account);
        let expected = if n < 30 { "ok" } else { "busy" };
        hasher.during_next(move || assert_eq!(at(&w, shop, &format!("order-{n}"), account, PIN), expected));
    }
    assert_eq!(at(&w, shop, "order-0", people[0].account, PIN), "ok");
    assert_eq!(hasher.take_verified(), 30);
    assert_eq!(at(&w, shop, "order-30", people[30].account, PIN), "ok", "busy is no outcome");
    w.audit();
}

#[test]
fn parallel_guesses_cause_at_most_five_hashes() {
    let check = |guess: &(dyn Fn(&World, &Person, MerchantId, usize) -> &'static str + Sync)| {
        let hasher = Arc::new(ProbeHasher::default());
        let config = BankConfig { hash_queue: 256, ..BankConfig::default() };
        let w = Setup { hasher: hasher.clone(), config, manual: false, ..Setup::default() }.open();
        let (ada, shop) = (w.person("Ada", 1_000), w.merchant("Shop"));
        hasher.take_verified();
        let told = together(200, |n| guess(&w, &ada, shop, n));
        let hashed = hasher.take_verified();
        assert!((1..=5).contains(&hashed), "{hashed} hashes");
        assert_eq!(told.iter().filter(|t| **t == "incorrect-pin").count(), hashed);
        assert!(told.iter().all(|t| ["incorrect-pin", "pin-throttled", "busy"].contains(t)), "{told:?}");
    };
    check(&|w, ada, _, n| told(&w.withdraw(ada, &format!("guess-{n}"), 1, WRONG)));
    check(&|w, ada, shop, n| paid(&w.pay(shop, &format!("guess-{n}"), ada.account, 1, WRONG)));
}

#[test]
fn one_pin_sprayed_over_many_accounts_stops_within_fifty_hashes() {
    let hasher = Arc::new(ProbeHasher::default());
    let config = BankConfig { hash_queue: 256, ..BankConfig::default() };
    let w = Setup { hasher: hasher.clone(), config, manual: false, ..Setup::default() }.open();
    let shop = w.merchant("Shop");
    let told = together(64, |thread| {
        let guess = |n| at(&w, shop, &format!("spray-{thread}-{n}"), AccountNumber::from_payload(n), WRONG);
        (0..40).map(|n| guess(9_000_000_000 + thread as u64 * 40 + n)).collect::<Vec<_>>()
    });
    let hashed = hasher.take_verified();
    assert!((20..=50).contains(&hashed), "{hashed} hashes");
    assert_eq!(told.concat().iter().filter(|t| t.starts_with("incorrect-pin")).count(), hashed);
}

#[test]
fn overload_costs_no_try() {
    let w = World::new();
    let (ada, shop) = (w.person("Ada", 1_000), w.merchant("Shop"));
    // A second door to the same bank, where nothing fits into the waiting room.
    let config = BankConfig { hash_queue: 0, ..BankConfig::default() };
    let full = Setup { store: Arc::clone(&w.store), config, ..Setup::default() }.open();
    let (wrong, password) = (pin(WRONG), secret("not my password"));
    for n in 0..20 {
        let key = key(&format!("busy-{n}"));
        assert_eq!(told(&full.bank.withdraw(ada.id, &key, ada.account, eur(1), &wrong)), "busy");
        assert_eq!(paid(&full.pay(shop, key.as_str(), ada.account, 1, WRONG)), "busy");
        assert_eq!(told(&full.bank.log_in("ada@example.org", &password, SessionKind::Api, "here")), "busy");
        assert_eq!(told(&full.bank.change_password(&ada.session, &password, &secret("another sentence"))), "busy");
        let proof = HolderProof::WithPassword(&password);
        assert_eq!(told(&full.bank.change_pin(&ada.session, ada.account, &proof, &pin("1357924"))), "busy");
    }
    assert_eq!(refusal(w.withdraw(&ada, "busy-0", 1, WRONG)), Refusal::IncorrectPin { tries_left: 4 });
    for _ in 0..4 {
        let result = w.bank.log_in("ada@example.org", &password, SessionKind::Api, "here");
        assert_eq!(told(&result), "wrong-credentials", "the log-in ladder stands where it stood");
    }
    assert_eq!(told(&w.bank.log_in("ada@example.org", &secret(PASSWORD), SessionKind::Api, "here")), "ok");
}

#[test]
fn a_pin_changed_during_its_check_is_not_set_back() {
    let hasher = Arc::new(ProbeHasher::default());
    let w = Setup { hasher: hasher.clone(), ..Setup::default() }.open();
    let ada = w.person("Ada", 1_000);
    hasher.outdated.store(true, std::sync::atomic::Ordering::SeqCst);
    let (bank, session, account) = (w.bank.clone(), ada.session.clone(), ada.account);
    hasher.during_next(move || {
        let proof = secret(PASSWORD);
        bank.change_pin(&session, account, &HolderProof::WithPassword(&proof), &pin("1357924")).expect("changes");
    });
    // The old PIN was right when it was looked up, and is to be hashed anew: it must not replace the new one.
    assert_eq!(told(&w.withdraw(&ada, "race", 1, PIN)), "incorrect-pin");
    assert_eq!(told(&w.withdraw(&ada, "old", 1, PIN)), "incorrect-pin");
    assert_eq!(told(&w.withdraw(&ada, "new", 1, "1357924")), "ok");
}

// ── Log-ins ──────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_login_ladder_is_the_same_for_known_and_unknown_addresses() {
    let check = |email: &str| {
        let w = World::new();
        w.person("Ada", 0);
        let mut told = Vec::new();
        let mut guess = |wait: u64| {
            w.pass(Duration::from_secs(wait));
            let result = w.bank.log_in(email, &secret("not my password"), SessionKind::Browser, "here");
            told.push(match result.map(drop) {
                Err(bank_core::Error::Refused { refusal: Refusal::LoginThrottled { retry_after }, .. }) => {
                    retry_after.as_secs()
                }
                Err(bank_core::Error::Refused { refusal: Refusal::WrongCredentials, .. }) => 0,
                other => panic!("unexpected: {other:?}"),
            });
        };
        // Five free tries, then one a minute, and from the tenth on one every five minutes.
        (0..6).for_each(|_| guess(0));
        (0..4).for_each(|_| guess(60));
        guess(59);
        guess(1);
        guess(60);
        guess(240);
        assert_eq!(told, [0, 0, 0, 0, 0, 60, 0, 0, 0, 0, 1, 0, 240, 0], "{email}");
    };
    check("ada@example.org");
    check("nobody@example.org");
}

#[test]
fn a_log_in_is_never_blocked_and_clears_its_ladder() {
    let w = World::new();
    w.person("Ada", 0);
    let log_in = |password: &str| told(&w.bank.log_in(" ADA@example.org", &secret(password), SessionKind::Api, "here"));
    for _ in 0..40 {
        assert_eq!(log_in("not my password"), "wrong-credentials");
        w.pass(5 * MINUTE);
    }
    assert_eq!(log_in(PASSWORD), "ok");
    (0..4).for_each(|_| assert_eq!(log_in("not my password"), "wrong-credentials"));
    assert_eq!(log_in(PASSWORD), "ok", "four failures after a success cost no wait");
}

#[test]
fn known_and_unknown_addresses_and_accounts_cost_the_same_work() {
    let hasher = Arc::new(ProbeHasher::default());
    let w = Setup { hasher: hasher.clone(), ..Setup::default() }.open();
    let (ada, shop) = (w.person("Ada", 0), w.merchant("Shop"));
    hasher.take_verified();
    let log_in = |email: &str, password: &str| {
        assert_eq!(told(&w.bank.log_in(email, &secret(password), SessionKind::Api, "here")), "wrong-credentials");
        hasher.take_verified()
    };
    for (password, hashes) in [("not my password", 1), (&*"x".repeat(129), 0)] {
        assert_eq!(log_in("ada@example.org", password), hashes, "known, {} characters", password.len());
        assert_eq!(log_in("nobody@example.org", password), hashes, "unknown, {} characters", password.len());
    }
    for account in [ada.account, AccountNumber::from_payload(9_999_999_999)] {
        assert_eq!(at(&w, shop, &format!("{}", account.value()), account, WRONG), "incorrect-pin 4");
        assert_eq!(hasher.take_verified(), 1);
    }
}

/// Whoever guesses from elsewhere does not keep a customer out.
#[test]
fn strangers_elsewhere_do_not_make_a_customer_wait() {
    let w = World::new();
    w.person("Ada", 0);
    let log_in = |password, from| told(&w.bank.log_in("ada@example.org", &secret(password), SessionKind::Api, from));
    (0..5).for_each(|_| assert_eq!(log_in("not my password", "elsewhere"), "wrong-credentials"));
    assert_eq!(log_in(PASSWORD, "elsewhere"), "login-throttled");
    assert_eq!(log_in(PASSWORD, "here"), "ok");
}
