//! What waits is sent; what is not taken is tried again, and given up at last.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kit_core::Timestamp;
use kit_mail::{Delivered, EmlFolder, MailError, Mailer, MemoryMailer, Message, courier, deliver_due};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber, span};

use crate::support::{Row, Rows, START, message, sender};

fn render(row: &Row) -> Result<Message, MailError> {
    Ok(message(row.id))
}

fn round(outbox: &Rows, mailer: &dyn Mailer, now: Timestamp) -> Delivered {
    outbox.now.set(Some(now));
    deliver_due(outbox, mailer, render, 10).expect("the outbox works")
}

fn not_now() -> MailError {
    MailError::Transient("busy".to_owned())
}

#[test]
fn what_is_due_is_sent_once() {
    let (outbox, mailer) = (Rows::of(&["a", "b"]), MemoryMailer::default());
    assert_eq!(round(&outbox, &mailer, START), Delivered { sent: 2, ..Delivered::default() });
    assert_eq!(round(&outbox, &mailer, START), Delivered::default());
    assert_eq!(mailer.sent(), [message("a"), message("b")]);
    assert!(outbox.rows.borrow().iter().all(|row| row.sent));
}

#[test]
fn nothing_is_sent_before_its_time() {
    let (outbox, mailer) = (Rows::of(&["a"]), MemoryMailer::default());
    let just_before = START.minus(Duration::from_micros(1));
    assert_eq!(round(&outbox, &mailer, just_before), Delivered::default());
    assert_eq!(round(&outbox, &mailer, START).sent, 1);
}

#[test]
fn a_mail_that_is_not_taken_is_tried_seven_times_and_given_up() {
    let (outbox, mailer) = (Rows::of(&["a"]), MemoryMailer::default());
    let mut now = START;
    for minutes in [1, 5, 30, 2 * 60, 6 * 60, 24 * 60] {
        mailer.fail_next(not_now());
        assert_eq!(round(&outbox, &mailer, now), Delivered { put_off: 1, ..Delivered::default() });
        let next = now.plus(Duration::from_secs(60 * minutes));
        assert_eq!(outbox.rows.borrow()[0].due_at, Some(next), "after {} failures", outbox.rows.borrow()[0].tries);
        now = next;
    }
    mailer.fail_next(not_now());
    assert_eq!(round(&outbox, &mailer, now), Delivered { given_up: 1, ..Delivered::default() });
    assert_eq!(
        outbox.rows.borrow()[0],
        Row { id: "a", due_at: None, tries: 7, sent: false, failure: Some("busy".to_owned()) }
    );
    assert_eq!(courier::wait(0), Some(Duration::ZERO));
    assert_eq!(courier::wait(7), None);
}

#[test]
fn a_round_ends_where_nobody_answers_and_goes_on_where_one_mail_is_bad() {
    let (outbox, mailer) = (Rows::of(&["a", "b", "c"]), MemoryMailer::default());
    mailer.fail_next(not_now());
    assert_eq!(round(&outbox, &mailer, START), Delivered { put_off: 1, ..Delivered::default() });
    // `a` is not due yet; `b` will never be taken, and `c` goes out all the same.
    mailer.fail_next(MailError::Permanent("no such mailbox".to_owned()));
    assert_eq!(round(&outbox, &mailer, START), Delivered { sent: 1, given_up: 1, put_off: 0 });
    assert_eq!(mailer.sent(), [message("c")]);
    let failures: Vec<_> = outbox.rows.borrow().iter().map(|row| row.failure.clone()).collect();
    assert_eq!(failures, [Some("busy".to_owned()), Some("no such mailbox".to_owned()), None]);
}

#[test]
fn a_mail_that_cannot_be_rendered_keeps_no_other_from_going_out() {
    let (outbox, mailer) = (Rows::of(&["bad", "good"]), MemoryMailer::default());
    let render = |row: &Row| match row.id {
        "bad" => Err(MailError::Permanent("no address".to_owned())),
        id => Ok(message(id)),
    };
    let delivered = deliver_due(&outbox, &mailer, render, 10).expect("the outbox works");
    assert_eq!(delivered, Delivered { sent: 1, given_up: 1, put_off: 0 });
}

#[test]
fn an_outbox_that_cannot_be_written_sends_again_under_the_same_id() {
    let (outbox, mailer) = (Rows::of(&["a"]), MemoryMailer::default());
    outbox.broken.set(true);
    assert_eq!(deliver_due(&outbox, &mailer, render, 10), Err("the disk is full"));
    outbox.broken.set(false);
    assert_eq!(round(&outbox, &mailer, START).sent, 1);
    assert_eq!(mailer.sent(), [message("a"), message("a")], "twice, and the same");
}

/// Dies once it has handed a message over.
struct Dying<'a>(&'a EmlFolder);

impl Mailer for Dying<'_> {
    fn send(&self, message: &Message) -> Result<(), MailError> {
        self.0.send(message)?;
        std::panic::panic_any("killed between handing over and writing that down");
    }
}

/// Keeps what is logged as an error.
#[derive(Clone, Default)]
struct Alerts(Arc<Mutex<String>>);

impl Visit for Alerts {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut said = self.0.lock().expect("one thread");
        said.push_str(&format!("{field}={value:?} "));
    }
}

impl Subscriber for Alerts {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::ERROR
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[test]
fn a_mail_that_is_given_up_is_told_by_what_it_is_about() {
    let (outbox, mailer, alerts) = (Rows::of(&["a"]), MemoryMailer::default(), Alerts::default());
    let nowhere = |_: &Row| Err(MailError::Permanent("no address".to_owned()));
    tracing::subscriber::with_default(alerts.clone(), || courier::round(&outbox, &mailer, nowhere));
    let said = alerts.0.lock().expect("one thread").clone();
    assert!(said.contains("about=\"row a\"") && said.contains("a mail was given up"), "{said}");
}

#[test]
fn a_program_that_dies_after_handing_over_leaves_one_file() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = EmlFolder::open(data.path(), sender()).expect("opens");
    let outbox = Rows::of(&["a"]);
    let dying = Dying(&folder);
    assert!(catch_unwind(AssertUnwindSafe(|| round(&outbox, &dying, START))).is_err());
    assert!(!outbox.rows.borrow()[0].sent, "nobody knows");
    assert_eq!(round(&outbox, &folder, START).sent, 1);
    let files = std::fs::read_dir(data.path()).expect("the folder").count();
    assert_eq!(files, 1, "the second took the place of the first");
}

#[test]
fn a_round_of_the_housekeeping_survives_whatever_fails() {
    let (outbox, mailer) = (Rows::of(&["a", "b"]), MemoryMailer::default());
    mailer.fail_next(MailError::Permanent("no such mailbox".to_owned()));
    outbox.broken.set(true);
    courier::round(&outbox, &mailer, render);
    outbox.broken.set(false);
    courier::round(&outbox, &mailer, render);
    assert_eq!(mailer.sent(), [message("a"), message("b")]);
    assert_eq!(*outbox.rows.borrow(), [], "and what is done is forgotten");
}
