//! The [`PaymentGateway`] that calls a bank in the same process. The one file of this crate that names `bank_core`.
//!
//! It knows the merchant by its id, so there is no API key; the bank's own rules, PIN ladder included, are the same as
//! over HTTP. A call takes as long as the bank takes: there is no network whose silence a deadline would have to end.

use std::time::Duration;

use bank_core::model::Advice as BankAdvice;
use bank_core::model::{CaptureMode, MerchantId, Payment as BankPayment, PaymentId, PaymentState};
use bank_core::{Bank, Error, PaymentAnswer, PaymentFilter, Refusal};
use kit_core::{ErrorKind, IdempotencyKey, Money};

use super::standing::{self, Payment, State};
use super::{
    Advice, Answer, Capabilities, Code, Expected, ListCursor, ListFailure, ListedPayment, PaymentGateway, PaymentPage,
    PaymentRef, PaymentRequest,
};

/// A bank in the same process, seen from one of its merchants.
pub struct InProcessGateway {
    bank: Bank,
    merchant: MerchantId,
}

impl InProcessGateway {
    /// The bank, on behalf of this merchant.
    #[must_use]
    pub fn new(bank: Bank, merchant: MerchantId) -> Self {
        Self { bank, merchant }
    }

    fn create(&self, request: &PaymentRequest, capture: CaptureMode) -> Answer {
        let asked = bank_core::PaymentRequest {
            account: request.account,
            pin: request.pin.clone(),
            amount: request.amount,
            capture,
            reference: request.reference.clone(),
        };
        match self.bank.create_payment(self.merchant, &request.key, &asked) {
            Ok(PaymentAnswer { payment, refusal: None, .. }) => {
                standing::under_key(&seen(&payment), &expected(request))
            }
            // The key was fenced before this arrived.
            Ok(PaymentAnswer { refusal: Some(Refusal::Voided), .. }) => Answer::Voided,
            Ok(PaymentAnswer { refusal: Some(refusal), .. }) => {
                let (code, advice) = decline(&refusal);
                Answer::Declined { code, advice }
            }
            Err(error) => refused(&error),
        }
    }
}

impl PaymentGateway for InProcessGateway {
    fn purchase(&self, request: &PaymentRequest) -> Answer {
        self.create(request, CaptureMode::Immediate)
    }

    fn authorize(&self, request: &PaymentRequest) -> Answer {
        self.create(request, CaptureMode::Manual)
    }

    fn capture(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money, last: bool) -> Answer {
        let Some(id) = PaymentId::parse(&payment.0) else { return not_a_payment() };
        settled(self.bank.capture_payment(self.merchant, key, id, Some(amount), last), |reported| {
            standing::after_capture(reported, payment, amount, last)
        })
    }

    fn void(&self, expected: &Expected) -> Answer {
        match self.bank.void_key(self.merchant, &expected.key) {
            Ok(PaymentAnswer { payment, refusal: None, .. }) => standing::after_void(&seen(&payment), expected),
            Ok(PaymentAnswer { payment, refusal: Some(Refusal::AlreadyCaptured), .. }) => {
                standing::under_key(&seen(&payment), expected)
            }
            // A void is not refused for any other reason: what this means is not known here.
            Ok(_) => Answer::Unknown,
            Err(error) => refused(&error),
        }
    }

    fn refund(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money) -> Answer {
        let Some(id) = PaymentId::parse(&payment.0) else { return not_a_payment() };
        settled(self.bank.refund_payment(self.merchant, key, id, amount), |reported| {
            standing::after_refund(reported, payment, amount)
        })
    }

    fn lookup(&self, expected: &Expected) -> Answer {
        match self.bank.find_payment(self.merchant, &expected.key) {
            Ok(payment) => standing::under_key(&seen(&payment), expected),
            Err(Error::Refused { refusal: Refusal::PaymentNotFound, .. }) => Answer::NotFound,
            Err(error) => refused(&error),
        }
    }

    fn list_payments(&self, cursor: Option<&ListCursor>) -> Result<PaymentPage, ListFailure> {
        let place = |cursor: &ListCursor| PaymentId::parse(&cursor.0).ok_or(ListFailure::Unreadable);
        let (all, cursor) = (PaymentFilter::default(), cursor.map(place).transpose()?);
        let page = self.bank.payments(self.merchant, &all, cursor, PAGE).map_err(|e| unlisted(&e))?;
        let payments = page.payments.iter().map(listed).collect();
        Ok(PaymentPage { payments, next: page.next.map(|id| ListCursor(id.to_string())) })
    }

    fn find_payment(&self, key: &IdempotencyKey) -> Result<Option<ListedPayment>, ListFailure> {
        match self.bank.find_payment(self.merchant, key) {
            Ok(payment) => Ok(Some(listed(&payment))),
            Err(Error::Refused { refusal: Refusal::PaymentNotFound, .. }) => Ok(None),
            Err(error) => Err(unlisted(&error)),
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { pin: true, hosted_approval: false, deadline: DEADLINE }
    }
}

/// Longer than any call takes: the bank's queue of waiting PINs is bounded, and each takes milliseconds.
const DEADLINE: Duration = Duration::from_secs(10);

/// How many payments are listed at a time.
const PAGE: usize = 200;

fn expected(request: &PaymentRequest) -> Expected {
    Expected { key: request.key.clone(), amount: request.amount }
}

/// The answer to a capture or a refund.
fn settled(answer: bank_core::Result<PaymentAnswer>, success: impl Fn(&Payment) -> Answer) -> Answer {
    match answer {
        Ok(PaymentAnswer { payment, refusal: None, .. }) => success(&seen(&payment)),
        Ok(PaymentAnswer { refusal: Some(refusal), .. }) => refusal_of_call(&refusal),
        Err(error) => refused(&error),
    }
}

/// What the bank did not do, and what is known of it.
fn refused(error: &Error) -> Answer {
    match error {
        Error::Refused { refusal, .. } => refusal_of_call(refusal),
        Error::Busy { retry_after } => Answer::Throttled { retry_after: *retry_after },
        // Over HTTP this is a 5xx without the bank's word on the payment; here as well, nothing is presumed.
        Error::NotCommitted(_) | Error::CommitUnknown(_) => Answer::Unknown,
    }
}

fn refusal_of_call(refusal: &Refusal) -> Answer {
    match refusal {
        Refusal::KeyReused { field } => standing::mismatch(field),
        Refusal::InFlight => Answer::Unknown,
        Refusal::PinThrottled { retry_after } | Refusal::LoginThrottled { retry_after } => {
            Answer::Throttled { retry_after: *retry_after }
        }
        Refusal::UnknownApiKey => Answer::Unauthorized,
        refusal if refusal.kind() == ErrorKind::Refused => {
            let (code, advice) = decline(refusal);
            Answer::Declined { code, advice }
        }
        refusal => Answer::Rejected { code: Code::new(refusal.code()) },
    }
}

fn decline(refusal: &Refusal) -> (Code, Advice) {
    let advice = match refusal.advice() {
        Some(BankAdvice::RetryWithNewPin) => Advice::RetryWithNewPin,
        Some(BankAdvice::RetryLater) => Advice::RetryLater,
        Some(BankAdvice::UseHostedApproval) => Advice::UseHostedApproval,
        Some(BankAdvice::DoNotRetry) | None => Advice::DoNotRetry,
    };
    (Code::new(refusal.code()), advice)
}

fn seen(payment: &BankPayment) -> Payment {
    let money = |minor| Money::new(minor, payment.amount.currency);
    Payment {
        id: PaymentRef(payment.id.to_string()),
        key: payment.key.clone(),
        state: match payment.state {
            PaymentState::RequiresApproval => State::RequiresApproval,
            PaymentState::Authorized => State::Authorized,
            PaymentState::Captured => State::Captured,
            PaymentState::Voided => State::Voided,
            PaymentState::Cancelled => State::Cancelled,
            PaymentState::Expired => State::Expired,
            PaymentState::Declined => State::Declined,
        },
        amount: payment.amount,
        captured: money(payment.captured),
        refunded: money(payment.refunded),
        expires_at: payment.expires_at,
        decline: payment.decline.as_ref().map(decline),
    }
}

fn listed(payment: &BankPayment) -> ListedPayment {
    let Payment { id, key, state, amount, captured, refunded, .. } = seen(payment);
    let (reference, created_at) = (payment.reference.clone(), payment.created_at);
    ListedPayment { id, key, state, amount, captured, refunded, reference, created_at }
}

fn unlisted(error: &Error) -> ListFailure {
    match error {
        Error::Refused { refusal, .. } => ListFailure::Rejected { code: Code::new(refusal.code()) },
        Error::Busy { retry_after } => ListFailure::Throttled { retry_after: *retry_after },
        Error::NotCommitted(_) | Error::CommitUnknown(_) => ListFailure::Unreadable,
    }
}

/// No bank can have given such an id.
fn not_a_payment() -> Answer {
    Answer::Rejected { code: Code::new("payment-not-found") }
}
