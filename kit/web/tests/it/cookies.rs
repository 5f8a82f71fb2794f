//! Cookies and tokens.

use std::time::Duration;

use kit_web::{HostCookie, Token};
use poem::{Request, Response};

fn with_cookie(line: &str) -> Request {
    Request::builder().header("cookie", line).finish()
}

#[test]
fn a_cookie_is_bound_to_its_host() {
    let cookie = HostCookie::session("bank");
    let token = Token::new();
    let mut response = Response::default();
    cookie.set(&mut response, &token, Some(Duration::from_secs(300)));
    let expected = format!("__Host-bank-session={}; Path=/; Max-Age=300; Secure; HttpOnly; SameSite=Lax", token.text());
    assert_eq!(response.header("set-cookie"), Some(expected.as_str()));
}

#[test]
fn a_deletion_repeats_what_the_browser_insists_on() {
    let mut response = Response::default();
    HostCookie::session("bank").delete(&mut response);
    let expected = "__Host-bank-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax";
    assert_eq!(response.header("set-cookie"), Some(expected));
}

#[test]
fn cookies_are_read_by_their_whole_name() {
    let cookie = HostCookie::session("bank");
    for (line, value) in [
        ("__Host-bank-session=abc", Some("abc")),
        ("a=1; __Host-bank-session=abc; b=2", Some("abc")),
        ("a=1;__Host-bank-session=abc", Some("abc")),
        ("__Host-shop-session=abc", None),
        ("x__Host-bank-session=abc", None),
        ("__Host-bank-session=", None),
        ("__Host-bank-session", None),
        // Two that differ: one of them was planted, and nobody knows which.
        ("__Host-bank-session=abc; __Host-bank-session=def", None),
        ("__Host-bank-session=abc; __Host-bank-session=abc", Some("abc")),
    ] {
        assert_eq!(cookie.read(&with_cookie(line)), value, "{line}");
    }
}

#[test]
fn a_token_survives_its_text_and_nothing_else_is_one() {
    let token = Token::new();
    let text = token.text();
    assert_eq!(text.len(), 64);
    assert_eq!(Token::parse(&text).unwrap().sha256(), token.sha256());
    assert_ne!(Token::new().text(), text);
    for other in ["", "00", &text[1..], &format!("{text}0"), &"A".repeat(64), &"g".repeat(64), &"ä".repeat(32)] {
        assert!(Token::parse(other).is_none(), "{other}");
    }
}

#[test]
fn what_is_stored_does_not_give_the_token_away() {
    let token = Token::parse(&"0".repeat(64)).unwrap();
    // SHA-256 of 32 zero bytes.
    let expected = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";
    let stored: String = token.sha256().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(stored, expected);
}
