//! What travels: the bodies of the calls, and the two kinds of body that an answer may have.
//!
//! Strict about what is needed, indifferent to what is not: unknown members are skipped, and a known one of the wrong
//! shape makes the whole body unreadable, because half an understanding of an answer about money is none.

use std::time::Duration;

use kit_core::{AccountNumber, Currency, IdempotencyKey, Money, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::transport::Reply;
use crate::gateway::standing::{Payment, State};
use crate::gateway::{Advice, Code, ListCursor, ListedPayment, PaymentPage, PaymentRef, PaymentRequest};

/// When an amount is taken.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CaptureMode {
    Immediate,
    Manual,
}

// No `Debug` on this one: it holds the PIN.
#[derive(Serialize)]
struct PaymentBody<'a> {
    account_number: &'a str,
    pin: &'a str,
    amount: &'a str,
    currency: &'a str,
    capture: CaptureMode,
    reference: &'a str,
}

#[derive(Serialize)]
struct CaptureBody<'a> {
    amount: &'a str,
    #[serde(rename = "final")]
    last: bool,
}

#[derive(Serialize)]
struct RefundBody<'a> {
    amount: &'a str,
}

#[derive(Serialize)]
struct VoidBody<'a> {
    idempotency_key: &'a str,
}

/// The body of a new payment, in a buffer that is wiped when dropped.
pub(super) fn payment_body(request: &PaymentRequest, capture: CaptureMode) -> Zeroizing<Vec<u8>> {
    let body = PaymentBody {
        account_number: &digits(request.account),
        pin: request.pin.expose(),
        amount: &request.amount.decimal(),
        currency: request.amount.currency.code(),
        capture,
        reference: &request.reference,
    };
    // Escaped, one character takes at most six bytes for each of its own.
    write(&body, 256 + 6 * request.reference.len())
}

pub(super) fn capture_body(amount: Money, last: bool) -> Zeroizing<Vec<u8>> {
    write(&CaptureBody { amount: &amount.decimal(), last }, 128)
}

pub(super) fn refund_body(amount: Money) -> Zeroizing<Vec<u8>> {
    write(&RefundBody { amount: &amount.decimal() }, 128)
}

pub(super) fn void_body(key: &IdempotencyKey) -> Zeroizing<Vec<u8>> {
    write(&VoidBody { idempotency_key: key.as_str() }, 256)
}

fn digits(account: AccountNumber) -> Zeroizing<String> {
    Zeroizing::new(account.digits())
}

/// Room for all of it is taken beforehand: a buffer that grows leaves copies behind that nobody wipes.
fn write(body: &impl Serialize, capacity: usize) -> Zeroizing<Vec<u8>> {
    let mut buffer = Zeroizing::new(Vec::with_capacity(capacity));
    // Writing plain structs of texts to memory has no way to fail; an empty body would be refused as invalid.
    if serde_json::to_writer(&mut *buffer, body).is_err() {
        buffer.clear();
    }
    debug_assert!(!buffer.is_empty() && buffer.capacity() == capacity, "written, and never moved");
    buffer
}

/// The bank's own problem document: it says that, and why, the bank did not do what was asked.
pub(super) struct Problem {
    pub(super) code: Code,
    pub(super) advice: Advice,
    /// Which fact differs, where the key was used with other facts.
    pub(super) field: Option<String>,
    pub(super) retry_after: Option<Duration>,
    /// The payment that stands in the way, where it was sent along and can be read.
    pub(super) payment: Option<Payment>,
}

#[derive(Deserialize)]
struct PaymentDto {
    id: String,
    idempotency_key: String,
    status: StateDto,
    amount: String,
    currency: String,
    captured: String,
    refunded: String,
    #[serde(default)]
    expires_at: Option<String>,
    #[serde(default)]
    decline: Option<DeclineDto>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StateDto {
    RequiresApproval,
    Authorized,
    Captured,
    Voided,
    Cancelled,
    Expired,
    Declined,
}

impl From<StateDto> for State {
    fn from(state: StateDto) -> Self {
        match state {
            StateDto::RequiresApproval => Self::RequiresApproval,
            StateDto::Authorized => Self::Authorized,
            StateDto::Captured => Self::Captured,
            StateDto::Voided => Self::Voided,
            StateDto::Cancelled => Self::Cancelled,
            StateDto::Expired => Self::Expired,
            StateDto::Declined => Self::Declined,
        }
    }
}

#[derive(Deserialize)]
struct DeclineDto {
    code: String,
    #[serde(default)]
    advice: Option<String>,
}

#[derive(Deserialize)]
struct ProblemDto {
    code: String,
    #[serde(default)]
    advice: Option<String>,
    #[serde(default)]
    field: Option<String>,
    #[serde(default)]
    retry_after_seconds: Option<u64>,
    // Any shape: a problem whose payment cannot be read is still a problem with a code.
    #[serde(default)]
    payment: Option<Value>,
}

/// A payment with what only a list is asked for.
#[derive(Deserialize)]
struct ListedDto {
    #[serde(flatten)]
    payment: PaymentDto,
    reference: String,
    created_at: String,
}

#[derive(Deserialize)]
struct PageDto {
    payments: Vec<Value>,
    // Absent or null on the last page.
    #[serde(default)]
    next_cursor: Option<String>,
}

/// A page of the list: all of it, or nothing where one payment cannot be read.
pub(super) fn payment_page(reply: &Reply) -> Option<PaymentPage> {
    let dto: PageDto = (reply.media_type == "application/json").then(|| from_slice(&reply.body))??;
    let payments = dto.payments.into_iter().map(|one| read_listed(object(one)?)).collect::<Option<_>>()?;
    let next = match dto.next_cursor {
        Some(next) => Some(is_cursor(&next).then_some(ListCursor(next))?),
        None => None,
    };
    Some(PaymentPage { payments, next })
}

/// The payments of a list that was asked for one key: all of them, or nothing where one cannot be read or the list goes
/// on.
pub(super) fn payments(reply: &Reply) -> Option<Vec<Payment>> {
    let dto: PageDto = (reply.media_type == "application/json").then(|| from_slice(&reply.body))??;
    if dto.next_cursor.is_some() {
        return None;
    }
    dto.payments.into_iter().map(|one| read_payment(object(one)?)).collect()
}

fn read_listed(dto: ListedDto) -> Option<ListedPayment> {
    let created_at = Timestamp::parse_rfc3339(&dto.created_at)?;
    let Payment { id, key, state, amount, captured, refunded, .. } = read_payment(dto.payment)?;
    Some(ListedPayment { id, key, state, amount, captured, refunded, reference: dto.reference, created_at })
}

/// The payment in the body of a success; `None` for anything else.
pub(super) fn payment(reply: &Reply) -> Option<Payment> {
    let dto: PaymentDto = (reply.media_type == "application/json").then(|| from_slice(&reply.body))??;
    read_payment(dto)
}

/// The bank's problem in the body of a refusal; `None` for any other body, such as an intermediary's error page.
pub(super) fn problem(reply: &Reply) -> Option<Problem> {
    let dto: ProblemDto = (reply.media_type == "application/problem+json").then(|| from_slice(&reply.body))??;
    let code = code(&dto.code)?;
    let payment = dto.payment.and_then(object).and_then(read_payment);
    Some(Problem {
        code,
        advice: advice(dto.advice.as_deref()),
        field: dto.field,
        retry_after: dto.retry_after_seconds.map(Duration::from_secs),
        payment,
    })
}

/// What stands within a body, where it is an object; see [`from_slice`].
fn object<T: serde::de::DeserializeOwned>(value: Value) -> Option<T> {
    value.is_object().then(|| serde_json::from_value(value).ok())?
}

/// Every body is an object. serde would take an array as well, its items for the members in their order.
fn from_slice<T: serde::de::DeserializeOwned>(body: &[u8]) -> Option<T> {
    body.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(body).ok())?
}

fn read_payment(dto: PaymentDto) -> Option<Payment> {
    // The bank may count it with the decimals that an older database of its own recorded.
    let (now, old) = (Currency::parse(&dto.currency).ok()?, Currency::from_stored(&dto.currency).ok()?);
    let currency = if Money::parse(&dto.amount, now).is_ok() { now } else { old };
    let money = |text: &str| Money::parse(text, currency).ok();
    let expires_at = match &dto.expires_at {
        Some(text) => Some(Timestamp::parse_rfc3339(text)?),
        None => None,
    };
    let decline = match dto.decline {
        Some(decline) => Some((code(&decline.code)?, advice(decline.advice.as_deref()))),
        None => None,
    };
    Some(Payment {
        id: is_path_segment(&dto.id).then_some(PaymentRef(dto.id))?,
        // The bank may have taken keys that are not taken any more; its list must be readable all the same.
        key: IdempotencyKey::from_stored(&dto.idempotency_key).ok()?,
        state: dto.status.into(),
        amount: money(&dto.amount)?,
        captured: money(&dto.captured)?,
        refunded: money(&dto.refunded)?,
        expires_at,
        decline,
    })
}

/// A slug, if the text is one: [`Code::new`] would make something of anything.
fn code(text: &str) -> Option<Code> {
    let code = Code::new(text);
    (!text.is_empty() && code.as_str() == text.replace('_', "-")).then_some(code)
}

/// What is not understood is read as the advice that promises nothing.
fn advice(text: Option<&str>) -> Advice {
    match text {
        Some("retry-with-new-pin") => Advice::RetryWithNewPin,
        Some("retry-later") => Advice::RetryLater,
        Some("use-hosted-approval") => Advice::UseHostedApproval,
        _ => Advice::DoNotRetry,
    }
}

/// Whether a payment's id can stand in a path as it is: it came from outside and is put into URLs.
pub(super) fn is_path_segment(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether a text can be a cursor: it is sent back as it came, and never grows.
fn is_cursor(text: &str) -> bool {
    (1..=512).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A value for a URL's query. Everything that is not unreserved (RFC 3986) is escaped.
pub(super) fn query_value(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use kit_core::Pin;

    #[test]
    fn a_payment_is_written_without_moving_its_buffer() {
        let request = PaymentRequest {
            key: IdempotencyKey::parse("key-00001").expect("a key"),
            account: AccountNumber::from_payload(2_400_000_001),
            pin: Pin::parse("271828").expect("a PIN"),
            amount: Money::new(12_990, Currency::EUR),
            reference: "\u{1}\"ü".repeat(40),
        };
        // `write` asserts that the buffer kept its capacity.
        let body = payment_body(&request, CaptureMode::Manual);
        let text = std::str::from_utf8(&body).expect("UTF-8");
        assert!(text.starts_with(
            r#"{"account_number":"240000000183","pin":"271828","amount":"129.90","currency":"EUR","capture":"manual","#
        ));
    }

    #[test]
    fn query_values_hold_no_structure() {
        assert_eq!(query_value("a&b=c#d/é?%+"), "a%26b%3Dc%23d%2F%C3%A9%3F%25%2B");
        assert_eq!(query_value("0193-Az_~."), "0193-Az_~.");
    }

    #[test]
    fn path_segments_hold_no_structure() {
        for bad in ["", "..", "a/b", "a?b", "a%2fb", "é", &"x".repeat(65)] {
            assert!(!is_path_segment(bad), "{bad:?}");
        }
        assert!(is_path_segment("01934b5e-0000-7000-8000-000000000001"));
    }
}
