//! The HTTP gateway against a bank made of prepared bytes: what each answer, and each kind of silence, is taken for.

mod list;
mod over;
mod refusals;
mod server;
mod silence;
mod successes;

use std::time::Duration;

use kit_core::{AccountNumber, Currency, IdempotencyKey, Money, Pin, SecretText, Timestamp};
use server::{Behaviour, Server};
use shop_core::gateway::http::{HttpConfig, HttpGateway};
use shop_core::gateway::{Advice, Answer, Code, Expected, PaymentGateway, PaymentRef, PaymentRequest};

const KEY: &str = "key-0001/with?query&signs";
const ID: &str = "01934b5e-0000-7000-8000-000000000001";

/// Every call that a gateway can make, about the same payment of 129.90 EUR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    Purchase,
    Authorize,
    CapturePart,
    CaptureLast,
    Refund,
    Void,
    Lookup,
}

const EVERY: [Ask; 7] =
    [Ask::Purchase, Ask::Authorize, Ask::CapturePart, Ask::CaptureLast, Ask::Refund, Ask::Void, Ask::Lookup];

fn ask(gateway: &dyn PaymentGateway, what: Ask) -> Answer {
    let request = PaymentRequest {
        key: key(),
        account: AccountNumber::from_payload(2_400_000_001),
        pin: Pin::parse("271828").expect("a PIN"),
        amount: amount(),
        reference: "Order 7: \"blue\" keyboard".to_owned(),
    };
    let expected = Expected { key: key(), amount: amount() };
    let settle_key = IdempotencyKey::parse("settle-0001").expect("a key");
    match what {
        Ask::Purchase => gateway.purchase(&request),
        Ask::Authorize => gateway.authorize(&request),
        Ask::CapturePart => gateway.capture(&payment_ref(), &settle_key, amount(), false),
        Ask::CaptureLast => gateway.capture(&payment_ref(), &settle_key, amount(), true),
        Ask::Refund => gateway.refund(&payment_ref(), &settle_key, amount()),
        Ask::Void => gateway.void(&expected),
        Ask::Lookup => gateway.lookup(&expected),
    }
}

/// Asks a fresh server that behaves like this, under a deadline that no prepared answer reaches.
fn hear(behaviour: Behaviour, what: Ask) -> Answer {
    let server = Server::start(behaviour);
    ask(&gateway(&server.url(), Duration::from_secs(5)), what)
}

fn gateway(base_url: &str, deadline: Duration) -> HttpGateway {
    let api_key = SecretText::new("sk_test_0123456789".to_owned());
    HttpGateway::new(HttpConfig { base_url: base_url.to_owned(), api_key, deadline }).expect("a good configuration")
}

fn key() -> IdempotencyKey {
    IdempotencyKey::parse(KEY).expect("a key")
}

fn amount() -> Money {
    Money::new(12_990, Currency::EUR)
}

fn payment_ref() -> PaymentRef {
    PaymentRef(ID.to_owned())
}

fn captured() -> Answer {
    Answer::Captured { payment: payment_ref() }
}

fn authorized() -> Answer {
    Answer::Authorized { payment: payment_ref(), expires_at: Timestamp::from_micros(1_795_363_620_000_000) }
}

fn mismatch(field: &str) -> Answer {
    Answer::Mismatch { field: field.to_owned() }
}

fn rejected(code: &str) -> Answer {
    Answer::Rejected { code: Code::new(code) }
}

fn declined(code: &str, advice: Advice) -> Answer {
    Answer::Declined { code: Code::new(code), advice }
}

/// A whole HTTP answer.
fn answer(status: &str, headers: &str, body: &str) -> Behaviour {
    let length = body.len();
    Behaviour::Says(format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes())
}

fn success(status: &str, body: &str) -> Behaviour {
    answer(status, "Content-Type: application/json; charset=utf-8\r\n", body)
}

/// A problem with these members beside the usual ones, such as `"code":"busy"`.
fn problem(status: u16, members: &str) -> Behaviour {
    let body = format!(r#"{{"type":"about:blank","title":"No","status":{status},"detail":"…",{members}}}"#);
    answer(&format!("{status} No"), "Content-Type: application/problem+json\r\n", &body)
}

/// A payment of 129.90 EUR under the key in this state, with `edits` (name, JSON value) made to it.
fn payment(state: &str, edits: &[(&str, &str)]) -> String {
    let taken = if state == "captured" { r#""129.90""# } else { r#""0.00""# };
    let mut members = vec![
        ("id", format!("{ID:?}")),
        ("idempotency_key", format!("{KEY:?}")),
        ("status", format!("{state:?}")),
        ("amount", r#""129.90""#.to_owned()),
        ("currency", r#""EUR""#.to_owned()),
        ("captured", taken.to_owned()),
        ("refunded", r#""0.00""#.to_owned()),
        ("reference", r#""Order 7""#.to_owned()),
        ("created_at", r#""2026-11-15T16:07:00Z""#.to_owned()),
        ("expires_at", r#""2026-11-22T16:07:00Z""#.to_owned()),
        ("decline", "null".to_owned()),
        ("merchant_note", r#"{"unknown":["members","are","skipped"]}"#.to_owned()),
    ];
    for (name, value) in edits {
        match members.iter_mut().find(|(known, _)| known == name) {
            Some(member) => member.1 = (*value).to_owned(),
            None => members.push((name, (*value).to_owned())),
        }
    }
    let members: Vec<_> = members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
    format!("{{{}}}", members.join(","))
}
