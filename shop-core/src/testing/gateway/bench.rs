//! What the cases of the suite have in common.

use kit_core::{Money, Pin};

use super::Fixture;
use crate::gateway::{Advice, Answer, Expected, PaymentGateway, PaymentRef, PaymentRequest};

/// What every case has at hand: the gateway, the payer, and what the payer had at the beginning.
pub(super) struct Bench<'a> {
    fixture: &'a dyn Fixture,
    pub(super) gateway: &'a dyn PaymentGateway,
    before: Option<Money>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(fixture: &'a dyn Fixture) -> Self {
        Self { fixture, gateway: fixture.gateway(), before: fixture.balance(fixture.payer().0) }
    }

    pub(super) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.fixture.currency())
    }

    /// A request of the payer under a fresh key.
    pub(super) fn request(&self, minor: i64) -> PaymentRequest {
        let (account, pin) = self.fixture.payer();
        let reference = "Conformance".to_owned();
        PaymentRequest { key: self.fixture.fresh_key(), account, pin, amount: self.money(minor), reference }
    }

    /// What the payer can spend less than at the beginning.
    pub(super) fn check_spent(&self, minor: i64, what: &str) {
        if let (Some(before), Some(after)) = (self.before, self.fixture.balance(self.fixture.payer().0)) {
            assert_eq!(before.minor - after.minor, minor, "what the payer can spend less after {what}");
        }
    }
}

pub(super) fn copy(request: &PaymentRequest) -> PaymentRequest {
    PaymentRequest {
        key: request.key.clone(),
        account: request.account,
        pin: request.pin.clone(),
        amount: request.amount,
        reference: request.reference.clone(),
    }
}

pub(super) fn expected(request: &PaymentRequest) -> Expected {
    Expected { key: request.key.clone(), amount: request.amount }
}

/// Another PIN of the same length.
pub(super) fn other_pin(pin: &Pin) -> Pin {
    let digits: String = pin.expose().chars().map(|digit| if digit == '9' { '0' } else { '9' }).collect();
    Pin::parse(&digits).expect("as many digits as before")
}

/// The payment of an answer that must be `Captured`.
pub(super) fn paid(answer: &Answer) -> PaymentRef {
    match answer {
        Answer::Captured { payment } => payment.clone(),
        other => panic!("a payment that should have been captured: {other:?}"),
    }
}

/// The payment of an answer that must be `Authorized`.
pub(super) fn held(answer: &Answer) -> PaymentRef {
    match answer {
        Answer::Authorized { payment, .. } => payment.clone(),
        other => panic!("an amount that should be held: {other:?}"),
    }
}

pub(super) fn check_declined(answer: &Answer, code: &str, advice: Option<Advice>) {
    match answer {
        Answer::Declined { code: found, advice: given } => {
            assert_eq!(found.as_str(), code, "why it was declined");
            assert!(advice.is_none_or(|advice| advice == *given), "{code} comes with {advice:?}, not {given:?}");
        }
        other => panic!("a payment that should be declined as {code}: {other:?}"),
    }
}

pub(super) fn check_rejected(answer: &Answer, what: &str) {
    assert!(matches!(answer, Answer::Rejected { .. }), "{what}: {answer:?}");
}
