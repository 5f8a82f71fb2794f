//! Every cell of the table: each state against each answer that a gateway can give.

use super::*;

const STATES: [AttemptState; 6] = [
    AttemptState::Started,
    AttemptState::Refused,
    AttemptState::Unknown,
    AttemptState::AwaitingApproval,
    AttemptState::Succeeded,
    AttemptState::Failed,
];

fn payment() -> PaymentRef {
    PaymentRef("pay-1".to_owned())
}

fn code() -> Code {
    Code::new("insufficient-funds")
}

fn later() -> Timestamp {
    Timestamp::from_micros(9_000_000)
}

/// All answers, each with what the rows *started*, *unknown* and *awaiting approval* make of it, and with the alert.
fn table() -> Vec<(Answer, Step, Step, Option<AlertKind>)> {
    let succeed = || Step::Succeed { payment: payment() };
    let fail = |failure, release| Step::Fail { failure, release };
    let declined = || Failure::Declined { code: code(), advice: Advice::RetryLater };
    let not_asked = |slug| Failure::NotAsked { code: Code::new(slug) };
    let fence = |slug| Step::Fence { failure: not_asked(slug) };
    let stay = || Step::Stay { retry_after: None };
    let soon = Duration::from_secs(3);
    let url = || "https://bank.example/approve".to_owned();
    let mismatch = Some(AlertKind::Mismatch);
    let rejected = Some(AlertKind::CallRejected);
    vec![
        (Answer::Captured { payment: payment() }, succeed(), succeed(), None),
        (
            Answer::Declined { code: code(), advice: Advice::RetryLater },
            fail(declined(), false),
            fail(declined(), true),
            None,
        ),
        (
            Answer::RequiresAction { url: url(), expires_at: later() },
            Step::AwaitApproval { url: url(), expires_at: later() },
            stay(),
            None,
        ),
        (Answer::Voided, fail(Failure::TimedOut, false), fail(Failure::TimedOut, true), None),
        (Answer::Expired, fail(Failure::TimedOut, false), fail(Failure::TimedOut, true), None),
        (Answer::NotSent, fail(not_asked("not-sent"), false), stay(), None),
        (Answer::Throttled { retry_after: soon }, fence("throttled"), Step::Stay { retry_after: Some(soon) }, None),
        (Answer::Rejected { code: Code::new("invalid") }, fence("invalid"), stay(), rejected),
        (Answer::Unauthorized, fence("unauthorized"), stay(), rejected),
        (Answer::Unknown, Step::Doubt, stay(), None),
        (Answer::NotFound, Step::Doubt, stay(), None),
        (Answer::Mismatch { field: "amount".to_owned() }, Step::Doubt, stay(), mismatch),
        (Answer::Authorized { payment: payment(), expires_at: later() }, Step::Doubt, stay(), mismatch),
        (Answer::Refunded, Step::Doubt, stay(), mismatch),
    ]
}

#[test]
fn every_cell() {
    for (answer, live, doubtful, alert) in table() {
        let check = |state, step: &Step, alert| {
            assert_eq!(next(state, &answer), Cell { step: step.clone(), alert }, "{state:?}, {answer:?}");
        };
        check(AttemptState::Started, &live, alert);
        // A refused attempt is doubtful as well; but it ends as it was refused, and may be paid again.
        let refused = match &doubtful {
            Step::Fail { .. } => Step::FailAsRefused,
            other => other.clone(),
        };
        check(AttemptState::Refused, &refused, alert);
        check(AttemptState::Unknown, &doubtful, alert);
        check(AttemptState::AwaitingApproval, &doubtful, alert);
        check(AttemptState::Succeeded, &Step::Nothing, None);
        let late = matches!(answer, Answer::Captured { .. }).then_some(AlertKind::CapturedAfterFailure);
        check(AttemptState::Failed, &Step::Nothing, late);
    }
}

/// The promise behind the table: once in doubt, only an answer about the key itself ends an attempt.
#[test]
fn doubt_is_ended_by_the_key_alone() {
    for (answer, ..) in table() {
        let about_the_key =
            matches!(answer, Answer::Captured { .. } | Answer::Declined { .. } | Answer::Voided | Answer::Expired);
        for state in [AttemptState::Refused, AttemptState::Unknown, AttemptState::AwaitingApproval] {
            let step = next(state, &answer).step;
            let ends = matches!(step, Step::Succeed { .. } | Step::Fail { .. } | Step::FailAsRefused);
            assert_eq!(ends, about_the_key, "{state:?}, {answer:?}");
        }
    }
}

#[test]
fn the_sweep_keeps_off_what_is_not_due() {
    let now = Timestamp::from_micros(1_000_000);
    let second = Duration::from_secs(1);
    let attempt = |state, due_at, until| Attempt {
        id: AttemptId::from_uuid(kit_core::Uuid::nil()),
        order: OrderId::from_uuid(kit_core::Uuid::nil()),
        form_key: IdempotencyKey::from_uuid(kit_core::Uuid::nil()),
        payment_key: IdempotencyKey::from_uuid(kit_core::Uuid::nil()),
        amount: Money::zero(kit_core::Currency::EUR),
        account_tail: "0183".to_owned(),
        state,
        claims: 0,
        due_at,
        approval: Some(Approval { url: String::new(), until }),
        payment: None,
        failure: None,
        started_at: now,
        ended_at: None,
    };
    for state in STATES {
        assert_eq!(question(&attempt(state, Some(now.plus(second)), now), now), None, "{state:?} is leased");
        assert_eq!(question(&attempt(state, None, now), now), None, "{state:?} is never due");
        let expected = match state {
            AttemptState::Started | AttemptState::Refused | AttemptState::Unknown => Some(Question::Void),
            AttemptState::AwaitingApproval => Some(Question::LookUp),
            AttemptState::Succeeded | AttemptState::Failed => None,
        };
        assert_eq!(question(&attempt(state, Some(now), now.plus(second)), now), expected, "{state:?}");
    }
    let too_late = attempt(AttemptState::AwaitingApproval, Some(now), now);
    assert_eq!(question(&too_late, now), Some(Question::Void), "the wait is over");
}
