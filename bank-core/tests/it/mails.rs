//! What customers are told by mail: recorded with what it tells about, once.

use std::sync::Arc;

use bank_core::model::{Mail, Notice};
use bank_core::store::memory::MemoryStore;
use bank_core::store::{StoreExt, WriteTx};
use bank_core::testing::pin;
use bank_core::{Error, HolderProof, ProfileChange, Registration};
use kit_core::{Delivery, Language, SecretText, Timestamp};

use crate::support::{DAY, MINUTE, PASSWORD, PIN, Person, START, Setup, WRONG, World, registration, told};

fn notices(w: &World) -> Vec<Notice> {
    w.bank.letters(100).expect("the store answers").iter().map(|letter| letter.mail.notice).collect()
}

fn change_password(w: &World, who: &Person) -> Result<(), Error> {
    let (old, new) = (SecretText::new(PASSWORD.into()), SecretText::new("another sentence is good".into()));
    w.bank.change_password(&who.session, &old, &new)
}

#[test]
fn changes_of_secrets_are_told() {
    let w = World::new();
    let ada = w.person("Ada", 0);
    assert_eq!(notices(&w), [], "registering is no news");
    change_password(&w, &ada).expect("changed");
    assert_eq!(notices(&w), [Notice::PasswordChanged]);
    w.pass(MINUTE);
    let password = SecretText::new("another sentence is good".into());
    w.bank
        .change_pin(&ada.session, ada.account, &HolderProof::WithPassword(&password), &pin("7048823"))
        .expect("changed");
    assert_eq!(notices(&w), [Notice::PasswordChanged, Notice::PinChanged(ada.account)]);
}

#[test]
fn a_closed_account_is_told_once() {
    let w = World::new();
    let ada = w.person("Ada", 100);
    let close = || told(&w.bank.close_account(ada.id, ada.account, &HolderProof::WithPin(&pin(PIN))));
    assert_eq!((close(), notices(&w)), ("account-not-empty", vec![]));
    w.withdraw(&ada, "out", 100, PIN).expect("withdrawn");
    w.pass(MINUTE);
    assert_eq!((close(), close()), ("ok", "ok"));
    assert_eq!(notices(&w), [Notice::AccountClosed(ada.account)]);
    let letter = w.bank.letters(1).expect("the store answers").remove(0);
    assert_eq!((letter.mail.customer, letter.mail.at), (ada.id, START.plus(MINUTE)));
}

#[test]
fn what_did_not_happen_is_not_told() {
    let w = World::new();
    let ada = w.person("Ada", 0);
    let wrong = SecretText::new("not the password at all".into());
    let refused = w.bank.change_password(&ada.session, &wrong, &SecretText::new("another sentence is good".into()));
    assert_eq!(told(&refused), "wrong-password");
    let refused = w.bank.change_pin(&ada.session, ada.account, &HolderProof::WithPin(&pin(WRONG)), &pin("7048823"));
    assert_eq!(told(&refused), "incorrect-pin");
    assert_eq!(notices(&w), []);
}

#[test]
fn a_blocked_pin_is_told_once() {
    let w = World::new();
    let ada = w.person("Ada", 10_000);
    for (n, wait) in [0, 0, 0, 1, 5].into_iter().enumerate() {
        assert_eq!(notices(&w), [], "before failure {}", n + 1);
        w.pass(MINUTE * wait);
        assert_eq!(told(&w.withdraw(&ada, &format!("try-{n}"), 100, WRONG)), "incorrect-pin");
    }
    assert_eq!(notices(&w), [Notice::PinBlocked(ada.account)]);
    assert_eq!(told(&w.withdraw(&ada, "try-blocked", 100, PIN)), "pin-blocked");
    assert_eq!(notices(&w), [Notice::PinBlocked(ada.account)]);
}

#[test]
fn mails_are_addressed_and_written_as_their_reader_wishes() {
    let w = World::new();
    let german = Registration { language: Language::German, ..registration("Ada") };
    let session = w.bank.register(&german).expect("registers").session.expect("a session").session;
    let (old, new) = (SecretText::new(PASSWORD.into()), SecretText::new("another sentence is good".into()));
    w.bank.change_password(&session, &old, &new).expect("changed");
    let letter = w.bank.letters(1).expect("the store answers").pop().expect("a letter");
    assert_eq!((letter.mail.to.as_str(), letter.name.as_str()), ("ada@example.org", "Ada"));
    assert_eq!((letter.language, letter.mail.at), (Language::German, START));
    let change = ProfileChange { language: Some(Language::English), ..ProfileChange::default() };
    w.bank.change_profile(session.customer, change).expect("set");
    assert_eq!(w.bank.letters(1).expect("the store answers")[0].language, Language::English, "as of now");
}

#[test]
fn a_mail_is_due_until_it_is_settled_and_forgotten_after_a_month() {
    let w = World::new();
    change_password(&w, &w.person("Ada", 0)).expect("changed");
    let mail = || w.bank.letters(10).expect("the store answers").pop().map(|letter| letter.mail);
    let first = mail().expect("a letter");
    assert_eq!(first.state, Delivery::Waiting { due_at: START });
    let later = START.plus(MINUTE);
    w.bank.settle_mail(first.id, Delivery::Waiting { due_at: later }, Some("busy")).expect("put off");
    assert_eq!(mail(), None);
    w.pass(MINUTE);
    let failure = Some("busy".to_owned());
    let put_off = Mail { tries: 1, state: Delivery::Waiting { due_at: later }, failure, ..first.clone() };
    assert_eq!(mail(), Some(put_off.clone()));
    w.bank.settle_mail(first.id, Delivery::Sent { at: later }, None).expect("sent");
    // A second courier that was slower.
    w.bank.settle_mail(first.id, Delivery::GaveUp { at: later }, Some("late")).expect("nothing to do");
    assert_eq!(mail(), None);
    let kept = || w.store.view(|tx| Ok(tx.mail(first.id)?)).expect("the store answers");
    let sent = Mail { tries: 1, state: Delivery::Sent { at: later }, ..first.clone() };
    w.pass(30 * DAY);
    assert_eq!(w.bank.forget_old_mails().expect("the store answers"), 0);
    assert_eq!(kept(), Some(sent));
    w.pass(MINUTE);
    assert_eq!(w.bank.forget_old_mails().expect("the store answers"), 1);
    assert_eq!(kept(), None);
}

#[test]
fn a_mail_that_is_given_up_is_listed_for_the_operator_for_a_month() {
    let w = World::new();
    let ada = w.person("Ada", 0);
    let given_up = || bank_core::mails_given_up(&*w.store, 10).expect("the store answers");
    change_password(&w, &ada).expect("changed");
    let mail = w.bank.letters(10).expect("the store answers").remove(0).mail;
    w.bank.settle_mail(mail.id, Delivery::Waiting { due_at: START }, Some("busy")).expect("put off");
    assert_eq!(given_up(), [], "it may still be taken");
    let give_up = |at, why| w.bank.settle_mail(mail.id, Delivery::GaveUp { at }, Some(why)).expect("given up");
    give_up(START, "550 no such user");
    // A second courier that was slower.
    give_up(START.plus(MINUTE), "another reason");
    let [alert] = &given_up()[..] else { panic!("{:?}", given_up()) };
    assert_eq!((alert.name.as_str(), alert.at, alert.mail.customer), ("Ada", START, ada.id));
    assert_eq!((alert.mail.notice, alert.mail.failure.as_deref()), (Notice::PasswordChanged, Some("550 no such user")));
    w.pass(30 * DAY + MINUTE);
    w.bank.forget_old_mails().expect("the store answers");
    assert_eq!(given_up(), []);
}

#[test]
fn what_waits_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bank.db");
    let w = Setup::sqlite(&path).open();
    change_password(&w, &w.person("Ada", 0)).expect("changed");
    drop(w);
    let w = Setup::sqlite(&path).open();
    assert_eq!(notices(&w), [Notice::PasswordChanged]);
}

/// A store whose writes fail once they hold a mail: then what the mail tells about is not done either.
#[test]
fn no_change_without_its_mail() {
    struct NoMail(MemoryStore);
    impl bank_core::store::Store for NoMail {
        fn read(
            &self,
            work: &mut dyn FnMut(&dyn bank_core::store::ReadTx) -> bank_core::Result<()>,
        ) -> bank_core::Result<()> {
            self.0.read(work)
        }
        fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> bank_core::Result<()>) -> bank_core::Result<()> {
            self.0.write(&mut |tx| {
                work(tx)?;
                match tx.due_mails(Timestamp::from_micros(i64::MAX), 1)?.is_empty() {
                    true => Ok(()),
                    false => Err(kit_core::StoreFailure::not_committed("no room for the mail").into()),
                }
            })
        }
    }
    let w = Setup { store: Arc::new(NoMail(MemoryStore::new())), ..Setup::default() }.open();
    let ada = w.person("Ada", 0);
    assert_eq!(told(&change_password(&w, &ada)), "not-committed");
    let known = w.bank.log_in("ada@example.org", &SecretText::new(PASSWORD.into()), ada.session.kind, "here");
    assert!(known.is_ok(), "the old password still holds");
}
