//! Who gets in, and what is never written down.

use std::path::Path;
use std::sync::Arc;

use bank_core::hashing::SecretHasher as _;
use bank_core::model::{CaptureMode, Customer, EventKind, SessionKind};
use bank_core::store::StoreExt as _;
use bank_core::testing::pin;
use bank_core::{BankConfig, HolderProof, Refusal};
use kit_core::{Language, SecretText};

use crate::support::{
    MINUTE, PASSWORD, PIN, ProbeHasher, Setup, WRONG, World, eur, key, paid, refusal, registration, told,
};

const NEW_PASSWORD: &str = "another sentence entirely";
const NEW_PIN: &str = "1357924";

fn secret(text: &str) -> SecretText {
    SecretText::new(text.into())
}

#[test]
fn a_form_is_told_every_wrong_field_at_once() {
    let w = World::new();
    let wrong = bank_core::Registration {
        name: " ".into(),
        email: "ada".into(),
        password: secret("short"),
        pin: pin("123456"),
        language: Language::English,
        log_in: None,
    };
    let Refusal::InvalidFields { fields } = refusal(w.bank.register(&wrong).map(|_| ())) else {
        panic!("expected wrong fields");
    };
    assert_eq!(fields.iter().map(|f| f.field).collect::<Vec<_>>(), ["name", "email", "password", "pin"]);
    let codes: Vec<_> = fields.iter().map(|f| f.flaw.code()).collect();
    assert_eq!(codes, ["missing", "not-an-email", "password-too-short", "pin-counts"]);
    assert!(!format!("{fields:?}").contains("123456"));
    w.person("Ada", 0);
    let twin = bank_core::Registration { email: " ADA@Example.org ".into(), ..registration("Ada") };
    assert_eq!(told(&w.bank.register(&twin)), "email-taken", "in whatever case");
}

/// Gives a customer an address as it could be stored before spellings were compared.
fn stored_as(w: &World, customer: &str, email: &str) {
    let changed = w.store.update(|tx| {
        let customer = tx.customer_by_email(customer)?.expect("a customer");
        Ok::<_, bank_core::Error>(tx.put_customer(&Customer { email: email.to_owned(), ..customer })?)
    });
    changed.expect("the store writes");
}

#[test]
fn an_address_has_one_customer_however_it_is_spelled() {
    let check = |w: World| {
        let register = |email: &str| {
            told(&w.bank.register(&bank_core::Registration { email: email.into(), ..registration("Ada") }))
        };
        let signed_in = |email: &str| {
            let fresh = w.bank.log_in(email, &secret(PASSWORD), SessionKind::Api, "here");
            fresh.map(|fresh| fresh.session.customer).map_err(|error| error.to_string())
        };
        // Registered now: one spelling is taken by all of them.
        assert_eq!(register("jose\u{301}@bücher.example"), "ok");
        for twin in ["josé@xn--bcher-kva.example", "JOSÉ@BÜCHER.example", "jose\u{301}@bu\u{308}cher.example"] {
            assert_eq!(register(twin), "email-taken", "{twin}");
            assert!(signed_in(twin).is_ok(), "{twin}");
        }
        assert_eq!(bank_core::email_twins(&*w.store).expect("reads"), [[""; 0]; 0]);
        // Registered in former times, as two: each signs in as before, and there is no third.
        let (ben, cy) = (w.person("Ben", 0), w.person("Cy", 0));
        stored_as(&w, "ben@example.org", "zoë@example.org");
        stored_as(&w, "cy@example.org", "zoe\u{308}@example.org");
        assert_eq!(signed_in("Zoë@example.org"), Ok(ben.id));
        assert_eq!(signed_in(" zoe\u{308}@example.org"), Ok(cy.id));
        assert_eq!(register("Zoe\u{308}@example.org"), "email-taken");
        assert_eq!(bank_core::email_twins(&*w.store).expect("reads"), [["zoe\u{308}@example.org", "zoë@example.org"]]);
        // An address that would not be taken any more.
        let dan = w.person("Dan", 0);
        stored_as(&w, "dan@example.org", "d..n@example");
        assert_eq!(signed_in("D..n@example"), Ok(dan.id));
        assert_eq!(register("d..n@example"), "invalid-fields");
        assert_eq!(told(&w.bank.request_password_reset("d..n@example", "here")), "invalid-fields");
    };
    check(World::new());
    let data = tempfile::tempdir().expect("a folder");
    check(Setup::sqlite(&data.path().join("bank.db")).open());
}

#[test]
fn wrong_passwords_are_counted_by_address_and_not_by_spelling() {
    let w = World::new();
    let wrong = |email: &str| told(&w.bank.log_in(email, &secret("not the password"), SessionKind::Api, "here"));
    let spellings = ["josé@bücher.example", "jose\u{301}@bücher.example", "josé@xn--bcher-kva.example"];
    let tries: Vec<_> = (0..30).map(|n| wrong(spellings[n % 3])).collect();
    let let_in = tries.iter().filter(|answer| **answer == "wrong-credentials").count();
    let one: Vec<_> = (0..30).map(|_| wrong("ada@example.org")).collect();
    assert_eq!(let_in, one.iter().filter(|answer| **answer == "wrong-credentials").count());
    assert_eq!(let_in, 5, "{tries:?}");
}

#[test]
fn sessions_end_by_idleness_by_age_and_by_hand() {
    let check = |kind, uses: &[(u32, &str)]| {
        let w = World::new();
        w.person("Ada", 0);
        let fresh = w.bank.log_in("ada@example.org", &secret(PASSWORD), kind, "here").expect("logs in");
        let other = if kind == SessionKind::Api { SessionKind::Browser } else { SessionKind::Api };
        assert_eq!(told(&w.bank.authenticate(&fresh.token, other)), "not-logged-in", "a token is of one kind");
        for (minutes, expected) in uses {
            w.pass(*minutes * MINUTE);
            assert_eq!(
                told(&w.bank.authenticate(&fresh.token, kind)),
                *expected,
                "{kind:?} after {minutes} more minutes"
            );
        }
    };
    check(SessionKind::Browser, &[(0, "ok"), (4, "ok"), (4, "ok"), (5, "not-logged-in")]);
    check(SessionKind::Api, &[(0, "ok"), (479, "ok"), (1, "not-logged-in")]);
    // Use keeps a browser's session alive, up to its eight hours.
    let mut uses = vec![(4, "ok"); 119];
    uses.push((4, "not-logged-in"));
    check(SessionKind::Browser, &uses);
}

#[test]
fn a_new_password_or_pin_ends_the_other_sessions() {
    let w = World::new();
    let ada = w.person("Ada", 0);
    let log_in = |password: &str| w.bank.log_in("ada@example.org", &secret(password), SessionKind::Api, "here");
    let (own, other) = (log_in(PASSWORD).expect("logs in"), log_in(PASSWORD).expect("logs in"));
    let change = |current: &str, new: &str| told(&w.bank.change_password(&own.session, &secret(current), &secret(new)));
    assert_eq!(change("not my password", NEW_PASSWORD), "wrong-password");
    assert_eq!(change(PASSWORD, "short"), "invalid-fields");
    assert_eq!(w.bank.sessions(ada.id).expect("lists").len(), 3);
    assert_eq!(change(PASSWORD, NEW_PASSWORD), "ok");
    let left = w.bank.sessions(ada.id).expect("lists");
    assert_eq!(left.iter().map(|s| s.id).collect::<Vec<_>>(), [own.session.id]);
    assert_eq!(told(&w.bank.authenticate(&other.token, SessionKind::Api)), "not-logged-in");
    assert_eq!((told(&log_in(PASSWORD)), told(&log_in(NEW_PASSWORD))), ("wrong-credentials", "ok"));
    let proof = pin(PIN);
    assert_eq!(told(&w.bank.change_pin(&own.session, ada.account, &HolderProof::WithPin(&proof), &pin(NEW_PIN))), "ok");
    assert_eq!(w.bank.sessions(ada.id).expect("lists").len(), 1);
    // Nobody ends another's session, or one twice.
    let ben = w.person("Ben", 0);
    assert_eq!(told(&w.bank.end_session(ben.id, own.session.id)), "session-not-found");
    assert_eq!(told(&w.bank.end_session(ada.id, own.session.id)), "ok");
    assert_eq!(told(&w.bank.end_session(ada.id, own.session.id)), "session-not-found");
    assert_eq!(told(&w.bank.authenticate(&own.token, SessionKind::Api)), "not-logged-in");
    w.bank.log_out(&other.token).expect("nothing happens where there is no session");
    let kinds: Vec<_> =
        w.bank.security_events(ada.id, None, 200).expect("lists").events.iter().map(|e| e.kind).collect();
    assert!(kinds.contains(&EventKind::PasswordChanged) && kinds.contains(&EventKind::PinChanged));
}

#[test]
fn a_merchants_key_opens_its_own_door_only() {
    let w = World::new();
    let shop = w.bank.create_merchant("Shop").expect("creates");
    let other = w.bank.create_merchant("Other").expect("creates");
    assert_eq!(w.bank.authenticate_merchant(&shop.api_key).expect("known"), shop.merchant);
    assert_eq!(w.bank.authenticate_merchant(&other.api_key).expect("known"), other.merchant);
    let made_up = kit_core::Token::from_bytes([3; 32]);
    assert_eq!(told(&w.bank.authenticate_merchant(&made_up)), "unauthenticated");
}

/// What stands in the file and beside it.
fn on_disk(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).expect("lists").map(|entry| entry.expect("an entry").path());
    files.flat_map(|path| std::fs::read(path).expect("reads")).collect()
}

#[test]
fn no_pin_and_no_password_is_written_down() {
    let folder = tempfile::tempdir().expect("a folder");
    let setup = Setup::sqlite(&folder.path().join("bank.db"));
    let hasher = bank_core::hashing::Argon2Hasher::new(
        bank_core::hashing::Cost::CHEAPEST,
        bank_core::hashing::Pepper::from_bytes([9; 32]),
    );
    let w = Setup { hasher: std::sync::Arc::new(hasher), config: BankConfig::default(), ..setup }.open();
    let (ada, ben) = (w.person("Ada", 5_000), w.person("Ben", 0));
    let shop = w.bank.create_merchant("Shop").expect("creates");
    let id = shop.merchant.id;
    let mut shown = Vec::new();
    shown.push(format!("{:?}", w.withdraw(&ada, "cash", 100, PIN)));
    shown.push(format!("{:?}", w.withdraw(&ada, "wrong", 100, WRONG)));
    shown.push(format!("{:?}", w.transfer(&ada, "rent", &ben, 100, PIN)));
    shown.push(format!("{:?}", w.pay(id, "order", ada.account, 100, PIN)));
    shown.push(format!("{:?}", w.pay(id, "declined", ada.account, 100, WRONG)));
    shown.push(format!("{:?}", w.charge(id, "hold", ada.account, 100, PIN, CaptureMode::Manual)));
    let asked = w.bank.request_approval(id, &key("asked"), eur(100), CaptureMode::Immediate, "x").expect("asks");
    let approved = w.bank.approve_payment(ada.id, asked.payment.id, ada.account, &pin(PIN));
    assert_eq!(paid(&approved), "ok");
    shown.push(format!("{approved:?}"));
    let proof = pin(PIN);
    shown.push(format!(
        "{:?}",
        w.bank.change_pin(&ada.session, ada.account, &HolderProof::WithPin(&proof), &pin(NEW_PIN))
    ));
    let changed = w.bank.change_password(&ada.session, &secret(PASSWORD), &secret(NEW_PASSWORD));
    assert_eq!(told(&changed), "ok");
    shown.push(format!("{changed:?}"));
    let fresh = w.bank.log_in("ada@example.org", &secret(NEW_PASSWORD), SessionKind::Browser, "here").expect("logs in");
    shown.push(format!("{:?}", w.bank.authenticate(&fresh.token, SessionKind::Browser)));
    shown.push(format!("{:?}", w.bank.security_events(ada.id, None, 200)));
    shown.push(format!("{:?}", w.bank.overview(ada.id, ada.account, None, 50)));
    shown.push(format!("{:?}", bank_core::store::StoreExt::view(&*w.store, |tx| Ok(tx.pin(ada.account)?))));
    let shown = shown.join("\n");
    assert!(shown.contains("insufficient") || shown.contains("IncorrectPin"), "the canaries had their chance");
    // The whole file and its write-ahead log, while the bank is open.
    let kept = on_disk(folder.path());
    let holds = |hay: &[u8], needle: &str| hay.windows(needle.len()).any(|w| w == needle.as_bytes());
    assert!(holds(&kept, "ada@example.org") && holds(&kept, "argon2id$"), "this is where it would stand");
    let (token, api_key) = (fresh.token.reveal(), shop.api_key.reveal());
    for canary in [PIN, WRONG, NEW_PIN, PASSWORD, NEW_PASSWORD, &token, &api_key] {
        assert!(!holds(&kept, canary), "{canary} is on the disk");
        assert!(!holds(shown.as_bytes(), canary), "{canary} is shown");
    }
    w.audit();
}

/// One password, as three keyboards type it: composed, decomposed, and with a no-break space.
const TYPED: [&str; 3] = ["caf\u{E9} au lait, twice", "cafe\u{301} au lait, twice", "cafe\u{301}\u{A0}au lait, twice"];

#[test]
fn a_password_is_the_same_on_every_keyboard() {
    for set in TYPED {
        let w = World::new();
        let new = bank_core::Registration { password: secret(set), ..registration("Ada") };
        w.bank.register(&new).map(drop).expect("registers");
        let log_in = |typed| told(&w.bank.log_in("ada@example.org", &secret(typed), SessionKind::Api, "here"));
        for typed in TYPED {
            assert_eq!(log_in(typed), "ok", "set as {set:?}, typed as {typed:?}");
        }
        assert_eq!(log_in("cafe au lait, twice"), "wrong-credentials", "without its accent it is another one");
    }
}

#[test]
fn an_old_hash_of_a_password_as_it_was_typed_is_accepted_and_replaced() {
    let hasher = Arc::new(ProbeHasher::default());
    let w = Setup { hasher: hasher.clone(), ..Setup::default() }.open();
    let ada = w.person("Ada", 0);
    let log_in = |typed| told(&w.bank.log_in("ada@example.org", &secret(typed), SessionKind::Api, "here"));
    // As the version before hashed it: a no-break space and a zero-width one, which is not taken any more.
    for (old, also) in [(TYPED[2], Some(TYPED[0])), ("zero\u{200B}width, but old", None)] {
        w.store
            .update(|tx| {
                let customer = tx.customer(ada.id)?.expect("registered");
                let password = hasher.hash(old, ada.id.uuid().as_bytes(), [9; 16]);
                Ok(tx.put_customer(&Customer { password, ..customer })?)
            })
            .expect("an old hash");
        if let Some(also) = also {
            assert_eq!(log_in(also), "wrong-credentials", "until it was once typed as it was set");
        }
        assert_eq!(log_in(old), "ok");
        assert_eq!(log_in(also.unwrap_or(old)), "ok", "{old:?}");
    }
}

#[test]
fn a_password_with_two_forms_costs_two_hashes_and_one_try_known_or_not() {
    let hasher = Arc::new(ProbeHasher::default());
    let w = Setup { hasher: hasher.clone(), ..Setup::default() }.open();
    w.person("Ada", 0);
    let log_in = |email, typed| told(&w.bank.log_in(email, &secret(typed), SessionKind::Api, "here"));
    for email in ["ada@example.org", "nobody@example.org"] {
        // The fifth failure brings a wait: each of these was one.
        for (typed, hashes) in [(TYPED[0], 1), (TYPED[1], 2), (TYPED[2], 2), ("zero\u{200B}width", 1), (TYPED[1], 2)] {
            hasher.take_verified();
            assert_eq!(log_in(email, typed), "wrong-credentials", "{email}");
            assert_eq!(hasher.take_verified(), hashes, "{email}, {typed:?}");
        }
        assert_eq!(log_in(email, TYPED[0]), "login-throttled", "{email}");
    }
}
