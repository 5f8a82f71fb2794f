//! Successes: what is sent, and that an answer is believed only where its facts equal what was asked.

use super::*;

/// A success about this payment, as it is told in answer to `what`: a look-up gets a list.
fn found(payment: &str, what: Ask) -> Behaviour {
    match what {
        Ask::Lookup => success("200 OK", &format!(r#"{{"payments":[{payment}]}}"#)),
        _ => success("200 OK", payment),
    }
}

#[test]
fn the_calls_are_those_of_the_contract() {
    let server = Server::start(success("201 Created", &payment("captured", &[])));
    // A path in front of the API is kept.
    let gateway = gateway(&format!("{}/bank/", server.url()), Duration::from_secs(5));
    let check = |what, start: &str, key: Option<&str>, body: Option<&str>| {
        ask(&gateway, what);
        let call = server.calls().pop().expect("a call");
        let (head, sent) = call.split_once("\r\n\r\n").expect("head and body");
        assert!(head.starts_with(&format!("{start} HTTP/1.1\r\n")), "{what:?}: {head}");
        let header = |name: &str| {
            head.lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(n, _)| n.eq_ignore_ascii_case(name))
                .map(|h| h.1)
        };
        assert_eq!(header("authorization"), Some("Bearer sk_test_0123456789"));
        assert!(header("accept").is_some_and(|value| value.contains("application/json")), "{head}");
        assert!(header("user-agent").is_some_and(|value| value.starts_with("shop-core/")), "{head}");
        assert_eq!(header("idempotency-key"), key, "{what:?}");
        assert_eq!(header("content-type"), body.map(|_| "application/json"), "{what:?}");
        assert_eq!(sent, body.unwrap_or_default(), "{what:?}");
    };
    let new = |capture| {
        format!(
            r#"{{"account_number":"240000000183","pin":"271828","amount":"129.90","currency":"EUR","capture":"{capture}","reference":"Order 7: \"blue\" keyboard"}}"#
        )
    };
    let base = "/bank/api/v1/payments";
    check(Ask::Purchase, &format!("POST {base}"), Some(KEY), Some(&new("immediate")));
    check(Ask::Authorize, &format!("POST {base}"), Some(KEY), Some(&new("manual")));
    let settle = Some("settle-0001");
    check(Ask::CapturePart, &format!("POST {base}/{ID}/capture"), settle, Some(r#"{"amount":"129.90","final":false}"#));
    check(Ask::CaptureLast, &format!("POST {base}/{ID}/capture"), settle, Some(r#"{"amount":"129.90","final":true}"#));
    check(Ask::Refund, &format!("POST {base}/{ID}/refund"), settle, Some(r#"{"amount":"129.90"}"#));
    check(Ask::Void, &format!("POST {base}/void"), None, Some(&format!(r#"{{"idempotency_key":"{KEY}"}}"#)));
    let lookup = format!("GET {base}?idempotency_key=key-0001%2Fwith%3Fquery%26signs&limit=1");
    check(Ask::Lookup, &lookup, None, None);
}

#[test]
fn a_payment_is_what_its_state_says_if_its_facts_are_equal() {
    let check = |what, state: &str, edits: &[(&str, &str)], expected: Answer| {
        assert_eq!(hear(found(&payment(state, edits), what), what), expected, "{what:?} {state} {edits:?}");
    };
    let decline = [("decline", r#"{"code":"insufficient-funds","advice":"retry-later"}"#)];
    for what in [Ask::Purchase, Ask::Authorize, Ask::Void, Ask::Lookup] {
        check(what, "captured", &[], captured());
        check(what, "captured", &[("idempotency_key", r#""key-0002""#)], mismatch("idempotency_key"));
        check(what, "captured", &[("amount", r#""129.91""#), ("captured", r#""129.91""#)], mismatch("amount"));
        check(what, "captured", &[("currency", r#""USD""#)], mismatch("currency"));
        check(what, "captured", &[("captured", r#""129.89""#)], mismatch("captured"));

        check(what, "voided", &[], Answer::Voided);
        check(what, "voided", &[("amount", r#""0.00""#), ("expires_at", "null")], Answer::Voided);
        check(what, "voided", &[("idempotency_key", r#""key-0002""#)], mismatch("idempotency_key"));
        check(what, "voided", &[("captured", r#""1.00""#)], mismatch("captured"));
        check(what, "cancelled", &[], Answer::Voided);
        check(what, "expired", &[], Answer::Expired);
        check(what, "declined", &decline, declined("insufficient-funds", Advice::RetryLater));
        check(what, "declined", &[], declined("declined", Advice::DoNotRetry));
        check(what, "declined", &[("captured", r#""1.00""#)], mismatch("captured"));
    }
    for what in [Ask::Purchase, Ask::Authorize, Ask::Lookup] {
        check(what, "authorized", &[], authorized());
        check(what, "authorized", &[("amount", r#""1.00""#)], mismatch("amount"));
        check(what, "authorized", &[("expires_at", "null")], Answer::Unknown);
        check(what, "requires-approval", &[], Answer::Unknown);
    }
    check(Ask::Void, "authorized", &[], mismatch("status"));
    check(Ask::Void, "requires-approval", &[], mismatch("status"));
}

#[test]
fn a_look_up_is_answered_by_the_list_under_its_key() {
    let (ours, other) = (payment("captured", &[]), payment("captured", &[("idempotency_key", r#""key-0002""#)]));
    let check = |body: &str, expected: Answer| {
        assert_eq!(hear(success("200 OK", body), Ask::Lookup), expected, "{body}");
    };
    check(r#"{"payments":[]}"#, Answer::NotFound);
    check(r#"{"payments":[],"next_cursor":null}"#, Answer::NotFound);
    check(&format!(r#"{{"payments":[{ours}]}}"#), captured());
    // One key has one payment: a bank that has more of them is not understood.
    check(&format!(r#"{{"payments":[{ours}],"next_cursor":"more"}}"#), Answer::Unknown);
    check(r#"{"payments":[],"next_cursor":"more"}"#, Answer::Unknown);
    // A bank that ignores the filter is not believed, whatever its list begins with.
    check(&format!(r#"{{"payments":[{other}]}}"#), mismatch("idempotency_key"));
    check(&format!(r#"{{"payments":[{ours},{other}]}}"#), mismatch("idempotency_key"));
    check(&format!(r#"{{"payments":[{other},{ours}]}}"#), mismatch("idempotency_key"));
    // Nothing that is no list says that there is nothing.
    for body in
        [&ours, "", "null", "[]", "[[]]", "{}", r#"{"payments":null}"#, r#"{"payments":{}}"#, r#"{"payments":[null]}"#]
    {
        check(body, Answer::Unknown);
    }
    assert_eq!(hear(answer("204 No Content", "", ""), Ask::Lookup), Answer::Unknown);
    let page = answer("200 OK", "Content-Type: text/html\r\n", r#"{"payments":[]}"#);
    assert_eq!(hear(page, Ask::Lookup), Answer::Unknown);
}

#[test]
fn captures_and_refunds_are_checked_against_the_payments_totals() {
    let check = |what, state: &str, edits: &[(&str, &str)], expected: Answer| {
        assert_eq!(hear(found(&payment(state, edits), what), what), expected, "{what:?} {state} {edits:?}");
    };
    let of_200 = ("amount", r#""200.00""#);
    for what in [Ask::CapturePart, Ask::CaptureLast] {
        check(what, "captured", &[], captured());
        check(what, "captured", &[of_200], captured());
        check(what, "captured", &[of_200, ("captured", r#""150.00""#)], captured());
        check(what, "captured", &[of_200, ("captured", r#""129.89""#)], mismatch("captured"));
        check(what, "captured", &[("captured", r#""129.91""#)], mismatch("captured"));
        check(what, "captured", &[("currency", r#""USD""#)], mismatch("currency"));
        check(what, "captured", &[("id", r#""another""#)], mismatch("id"));
        check(what, "voided", &[("captured", r#""129.90""#)], mismatch("status"));
    }
    check(Ask::CapturePart, "authorized", &[of_200, ("captured", r#""129.90""#)], authorized());
    check(Ask::CaptureLast, "authorized", &[of_200, ("captured", r#""129.90""#)], mismatch("status"));

    check(Ask::Refund, "captured", &[("refunded", r#""129.90""#)], Answer::Refunded);
    check(Ask::Refund, "captured", &[("refunded", r#""0.00""#)], mismatch("refunded"));
    check(Ask::Refund, "captured", &[("refunded", r#""129.91""#)], mismatch("refunded"));
    check(Ask::Refund, "captured", &[("refunded", r#""129.90""#), ("id", r#""another""#)], mismatch("id"));
    check(Ask::Refund, "captured", &[("refunded", r#""129.90""#), ("currency", r#""USD""#)], mismatch("currency"));
}

#[test]
fn a_replay_is_an_answer_like_the_first() {
    let headers = "Content-Type: application/json\r\nIdempotent-Replay: true\r\n";
    for status in ["200 OK", "201 Created"] {
        assert_eq!(hear(answer(status, headers, &payment("captured", &[])), Ask::Purchase), captured());
    }
}

#[test]
fn a_payment_that_cannot_be_read_is_unknown() {
    let half = payment("captured", &[]).split_at(100).0.to_owned();
    let mut bodies = vec![half, "".to_owned(), "null".to_owned(), "[]".to_owned(), "\u{7f}\u{0}garbage".to_owned()];
    for (name, value) in [
        ("id", r#""../void""#),
        ("id", r#""""#),
        ("id", "7"),
        ("idempotency_key", r#""short""#),
        ("status", r#""paid""#),
        ("amount", "129.90"),
        ("amount", r#""129,90""#),
        ("captured", r#""-1.00""#),
        ("refunded", "null"),
        ("currency", r#""euro""#),
        ("expires_at", r#""tomorrow""#),
        ("decline", r#"{"advice":"retry-later"}"#),
        ("decline", r#"{"code":"<script>"}"#),
    ] {
        bodies.push(payment("captured", &[(name, value)]));
    }
    for body in bodies {
        for what in EVERY {
            // In a list, a payment that is not there at all is none.
            let behaviour = if body.is_empty() { success("200 OK", "") } else { found(&body, what) };
            assert_eq!(hear(behaviour, what), Answer::Unknown, "{what:?} {body}");
        }
    }
}

#[test]
fn an_id_that_is_no_path_segment_is_not_sent() {
    let server = Server::start(success("200 OK", &payment("captured", &[])));
    let gateway = gateway(&server.url(), Duration::from_secs(5));
    let key = key();
    for id in ["", "..", "../void", "a/b", "a?b", "a%2Fb", "a b", "a\r\nb", &"x".repeat(65)] {
        let payment = PaymentRef(id.to_owned());
        assert_eq!(gateway.capture(&payment, &key, amount(), true), rejected("payment-not-found"), "{id:?}");
        assert_eq!(gateway.refund(&payment, &key, amount()), rejected("payment-not-found"), "{id:?}");
    }
    assert!(server.calls().is_empty());
}
