//! Forgotten passwords: who asks learns nothing, and what the mail carries works once and for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bank_core::model::{EventKind, Notice, SessionKind};
use bank_core::rules::ladder;
use bank_core::store::memory::MemoryStore;
use bank_core::store::{ReadTx, Store, WriteTx};
use bank_core::testing::pin;
use bank_core::{HolderProof, PIN_WAIT, RESET_LENGTH, Refusal, Result};
use kit_core::{SecretText, Token};

use crate::support::{MINUTE, PASSWORD, PIN, Setup, World, refusal, told};

const NEW: &str = "an entirely new sentence";

fn secret(text: &str) -> SecretText {
    SecretText::new(text.into())
}

/// The links in the mails that wait.
fn links(w: &World) -> Vec<Token> {
    let letters = w.bank.letters(100).expect("the store answers");
    letters.into_iter().filter_map(|letter| letter.reset).map(|link| link.token).collect()
}

/// Asks, and opens the mail.
fn link(w: &World, email: &str) -> Token {
    w.bank.request_password_reset(email, "here").expect("asked");
    let mut links = links(w);
    assert_eq!(links.len(), 1, "one at a time");
    links.remove(0)
}

fn log_in(w: &World, password: &str) -> &'static str {
    told(&w.bank.log_in("ada@example.org", &secret(password), SessionKind::Api, "here"))
}

#[test]
fn a_new_password_by_mail() {
    let w = World::new();
    let ada = w.person("Ada", 0);
    let token = link(&w, " ADA@example.org ");
    w.bank.reset_password(&token, &secret(NEW), "here").expect("set");
    assert_eq!((log_in(&w, PASSWORD), log_in(&w, NEW)), ("wrong-credentials", "ok"));
    let kinds: Vec<_> =
        w.bank.security_events(ada.id, None, 9).expect("events").events.iter().map(|e| e.kind).collect();
    assert_eq!(kinds[2..4], [EventKind::PasswordReset, EventKind::PasswordResetAsked]);
    let letters = w.bank.letters(9).expect("the store answers");
    assert_eq!(letters.len(), 1, "the mail with the link that was used is not sent any more");
    assert_eq!(letters[0].mail.notice, Notice::PasswordReset);
}

#[test]
fn every_session_ends() {
    let w = World::new();
    let ada = w.person("Ada", 0);
    let browser = w.bank.log_in("ada@example.org", &secret(PASSWORD), SessionKind::Browser, "there").expect("in");
    assert_eq!(w.bank.sessions(ada.id).expect("sessions").len(), 2);
    w.bank.reset_password(&link(&w, "ada@example.org"), &secret(NEW), "here").expect("set");
    assert_eq!(w.bank.sessions(ada.id).expect("sessions"), []);
    assert_eq!(told(&w.bank.authenticate(&browser.token, SessionKind::Browser)), "not-logged-in");
}

#[test]
fn the_wait_for_the_next_log_in_ends() {
    let w = World::new();
    w.person("Ada", 0);
    for _ in 0..5 {
        assert_eq!(log_in(&w, "not the password at all"), "wrong-credentials");
    }
    assert_eq!(log_in(&w, PASSWORD), "login-throttled");
    w.bank.reset_password(&link(&w, "ada@example.org"), &secret(NEW), "here").expect("set");
    assert_eq!(log_in(&w, NEW), "ok");
}

#[test]
fn a_link_works_once_for_its_customer_and_its_time() {
    // What a page says before anybody chose a password is what comes true.
    let try_with = |w: &World, token: &Token, new: &str| {
        let open = w.bank.reset_is_open(token).expect("the store answers");
        let outcome = told(&w.bank.reset_password(token, &secret(new), "here"));
        assert_eq!(open, outcome != "reset-ended");
        outcome
    };
    let try_it = |w: &World, token: &Token| try_with(w, token, NEW);
    let w = World::new();
    w.person("Ada", 0);
    w.person("Ben", 0);
    let token = link(&w, "ada@example.org");
    // A guess, and a password that is not one: neither uses the link up.
    assert_eq!(try_it(&w, &Token::from_bytes([7; 32])), "reset-ended");
    assert_eq!(try_with(&w, &token, "short"), "invalid-fields");
    assert_eq!(try_it(&w, &token), "ok");
    assert_eq!(try_it(&w, &token), "reset-ended", "used");
    assert_eq!(
        told(&w.bank.log_in("ben@example.org", &secret(PASSWORD), SessionKind::Api, "here")),
        "ok",
        "another customer's password is as it was"
    );

    let w = World::new();
    w.person("Ada", 0);
    let first = link(&w, "ada@example.org");
    let second = link(&w, "ada@example.org");
    assert_eq!(try_it(&w, &first), "reset-ended", "asked for anew: the one before has ended");
    w.pass(RESET_LENGTH);
    assert_eq!(try_it(&w, &second), "reset-ended", "expired");
    assert_eq!(links(&w).len(), 0, "and not sent any more");
    let third = link(&w, "ada@example.org");
    w.pass(RESET_LENGTH - Duration::from_micros(1));
    assert_eq!(try_it(&w, &third), "ok");

    // Whoever changes the password otherwise does not want the link any more.
    let w = World::new();
    let ada = w.person("Ada", 0);
    let token = link(&w, "ada@example.org");
    w.bank.change_password(&ada.session, &secret(PASSWORD), &secret("yet another sentence")).expect("changed");
    assert_eq!(try_it(&w, &token), "reset-ended");
}

#[test]
fn the_database_does_not_hold_what_opens_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bank.db");
    let w = Setup::sqlite(&path).open();
    w.person("Ada", 0);
    let token = link(&w, "ada@example.org");
    // Put off and looked at again: the same link, computed anew.
    assert!(links(&w).iter().map(Token::hash).eq([token.hash()]));
    for file in std::fs::read_dir(folder.path()).expect("the folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("reads");
        let text = token.reveal();
        let raw: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hex")).collect();
        assert!(!bytes.windows(32).any(|window| window == raw) && !bytes.windows(64).any(|w| w == text.as_bytes()));
        // The search can find: the hash is there.
    }
    let all: Vec<u8> = std::fs::read_dir(folder.path())
        .expect("the folder")
        .flat_map(|file| std::fs::read(file.expect("a file").path()).expect("reads"))
        .collect();
    assert!(all.windows(32).any(|window| window == token.hash().0), "the hash is what is kept");
}

/// Counts what a request does to the store.
#[derive(Default)]
struct Counting {
    inner: MemoryStore,
    reads: AtomicUsize,
    writes: AtomicUsize,
}

impl Store for Counting {
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> Result<()>) -> Result<()> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.inner.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> Result<()>) -> Result<()> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.inner.write(work)
    }
}

#[test]
fn asking_does_the_same_for_everybody_and_tells_nothing() {
    let store = Arc::new(Counting::default());
    let w = Setup { store: store.clone(), ..Setup::default() }.open();
    let ada = w.person("Ada", 0);
    let ask = |email: &str| {
        let before = (store.reads.load(Ordering::SeqCst), store.writes.load(Ordering::SeqCst));
        let answer = told(&w.bank.request_password_reset(email, "here"));
        let after = (store.reads.load(Ordering::SeqCst), store.writes.load(Ordering::SeqCst));
        (answer, after.0 - before.0, after.1 - before.1)
    };
    // One write, and no look-up by which a customer's address could be told from another.
    assert_eq!(ask("ada@example.org"), ("ok", 0, 1));
    assert_eq!(ask("nobody@example.org"), ("ok", 0, 1));
    assert_eq!(
        w.bank.security_events(ada.id, None, 1).expect("events").events[0].kind,
        EventKind::LoggedIn,
        "not looked into yet"
    );
    assert_eq!(links(&w).len(), 1);
    for (email, answer) in [("ada@example.org", "ok"), ("nobody@example.org", "ok")] {
        for _ in 1..ladder::RESETS_AN_ADDRESS {
            assert_eq!(ask(email).0, answer);
        }
        assert_eq!(ask(email).0, "reset-throttled", "alike for {email}");
    }
    assert_eq!(ask("no address").0, "invalid-fields");
    assert_eq!(links(&w).len(), 1, "the last of them");
}

#[test]
fn requests_are_limited_by_address_and_by_place() {
    let w = World::new();
    let ask = |email: String, place: &str| w.bank.request_password_reset(&email, place);
    for n in 0..ladder::RESETS_A_PLACE {
        assert_eq!(told(&ask(format!("person-{n}@example.org"), "here")), "ok");
    }
    w.pass(MINUTE);
    let refused = refusal(ask("one-more@example.org".into(), "here"));
    assert_eq!(refused, bank_core::Refusal::ResetThrottled { retry_after: ladder::RESET_WINDOW - MINUTE });
    // What was refused does not count for its address.
    for _ in 0..ladder::RESETS_AN_ADDRESS {
        assert_eq!(told(&ask("one-more@example.org".into(), "elsewhere")), "ok");
    }
    assert_eq!(told(&ask("one-more@example.org".into(), "a third place")), "reset-throttled");
    w.pass(ladder::RESET_WINDOW);
    assert_eq!(told(&ask("one-more@example.org".into(), "here")), "ok");
}

#[test]
fn of_two_who_use_a_link_at_once_one_succeeds() {
    let w = World::new();
    w.person("Ada", 0);
    let token = link(&w, "ada@example.org");
    let outcomes: Vec<&str> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..2)
            .map(|n| {
                let (w, token) = (&w, &token);
                scope.spawn(move || told(&w.bank.reset_password(token, &secret(&format!("{NEW} {n}")), "here")))
            })
            .collect();
        tries.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(outcomes.iter().filter(|told| **told == "ok").count(), 1, "{outcomes:?}");
}

#[test]
fn a_password_set_by_mail_changes_no_pin_for_a_day() {
    let w = World::new();
    let ada = w.person("Ada", 0);
    w.bank.reset_password(&link(&w, "ada@example.org"), &secret(NEW), "here").expect("set");
    let change = |proof: &HolderProof<'_>, new: &str| {
        let fresh = w.bank.log_in("ada@example.org", &secret(NEW), SessionKind::Api, "here").expect("in");
        w.bank.change_pin(&fresh.session, ada.account, proof, &pin(new))
    };
    let password = secret(NEW);
    let by_password = HolderProof::WithPassword(&password);
    let refused = refusal(change(&by_password, "1357924"));
    assert_eq!(refused, Refusal::PinAfterReset { retry_after: PIN_WAIT });
    // Nothing was changed, and the present PIN is good at once.
    assert_eq!(told(&change(&HolderProof::WithPin(&pin("1357924")), "7048823")), "incorrect-pin");
    assert_eq!(told(&change(&HolderProof::WithPin(&pin(PIN)), "7048823")), "ok");
    // However many events lie in between.
    for _ in 0..120 {
        change(&HolderProof::WithPin(&pin("7048823")), "7048823").expect("changed");
    }
    w.pass(PIN_WAIT - MINUTE);
    assert_eq!(told(&change(&by_password, "1357924")), "pin-after-reset");
    w.pass(MINUTE);
    assert_eq!(told(&change(&by_password, "1357924")), "ok");
}
