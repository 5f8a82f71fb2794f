//! The list of payments: what is asked, what is read, and why there is none.

use super::*;
use shop_core::gateway::{ListCursor, ListFailure, ListedPayment, PaymentPage, PaymentState};

fn listed() -> ListedPayment {
    ListedPayment {
        id: payment_ref(),
        key: key(),
        state: PaymentState::Captured,
        amount: amount(),
        captured: amount(),
        refunded: Money::new(0, Currency::EUR),
        reference: "Order 7".to_owned(),
        created_at: Timestamp::parse_rfc3339("2026-11-15T16:07:00Z").expect("a time"),
    }
}

fn page(payments: &[String], next: &str) -> String {
    format!(r#"{{"payments":[{}],"next_cursor":{next}}}"#, payments.join(","))
}

fn list(behaviour: Behaviour) -> Result<PaymentPage, ListFailure> {
    let server = Server::start(behaviour);
    gateway(&server.url(), Duration::from_secs(5)).list_payments(None)
}

fn find(behaviour: Behaviour) -> Result<Option<ListedPayment>, ListFailure> {
    let server = Server::start(behaviour);
    gateway(&server.url(), Duration::from_secs(5)).find_payment(&key())
}

#[test]
fn the_calls_are_those_of_the_contract() {
    let server = Server::start(success("200 OK", &page(&[], "null")));
    let gateway = gateway(&server.url(), Duration::from_secs(5));
    gateway.list_payments(None).expect("a page");
    gateway.list_payments(Some(&ListCursor(ID.to_owned()))).expect("a page");
    // Whatever a cursor holds, it stays within its parameter.
    gateway.list_payments(Some(&ListCursor("a&b#c".to_owned()))).expect("a page");
    assert_eq!(gateway.find_payment(&key()), Ok(None));
    let calls = server.calls();
    let starts: Vec<_> = calls.iter().map(|call| call.lines().next().unwrap_or_default()).collect();
    let base = "GET /api/v1/payments";
    assert_eq!(
        starts,
        [
            format!("{base}?limit=50 HTTP/1.1"),
            format!("{base}?limit=50&cursor={ID} HTTP/1.1"),
            format!("{base}?limit=50&cursor=a%26b%23c HTTP/1.1"),
            format!("{base}?idempotency_key=key-0001%2Fwith%3Fquery%26signs&limit=1 HTTP/1.1"),
        ]
    );
    assert!(calls.iter().all(|call| call.to_ascii_lowercase().contains("authorization: bearer sk_test_0123456789")));
}

#[test]
fn a_page_is_read_whole_or_not_at_all() {
    let good = payment("captured", &[]);
    let hold = payment("authorized", &[("reference", r#""""#)]);
    let found = list(success("200 OK", &page(&[good.clone(), hold], &format!("{ID:?}")))).expect("a page");
    assert_eq!(found.payments[0], listed());
    assert_eq!((found.payments[1].state, found.payments.len()), (PaymentState::Authorized, 2));
    assert_eq!(found.next, Some(ListCursor(ID.to_owned())));
    let opaque = "eyJpZCI6Ii4uIn0=/+&";
    let found = list(success("200 OK", &page(std::slice::from_ref(&good), &format!("{opaque:?}")))).expect("a page");
    assert_eq!(found.next, Some(ListCursor(opaque.to_owned())), "what a cursor holds is the bank's own affair");
    for nothing in [page(&[], "null"), r#"{"payments":[]}"#.to_owned()] {
        assert_eq!(list(success("200 OK", &nothing)), Ok(PaymentPage { payments: Vec::new(), next: None }));
        assert_eq!(find(success("200 OK", &nothing)), Ok(None), "an empty list says that there is none");
    }
    let one = |payment: &String| page(std::slice::from_ref(payment), "null");
    assert_eq!(find(success("200 OK", &one(&good))), Ok(Some(listed())));

    let bad = payment("captured", &[("amount", "129.90")]);
    let (no_reference, no_time) = (good.replace("\"reference\"", "\"r\""), payment("captured", &[("created_at", "7")]));
    let other_key = payment("captured", &[("idempotency_key", r#""key-0002""#)]);
    for body in [
        page(&[good.clone(), bad.clone()], "null"),
        page(std::slice::from_ref(&no_reference), "null"),
        page(std::slice::from_ref(&no_time), "null"),
        page(std::slice::from_ref(&good), r#""""#),
        page(std::slice::from_ref(&good), r#""a b""#),
        page(std::slice::from_ref(&good), &format!("{:?}", "x".repeat(513))),
        page(std::slice::from_ref(&good), "7"),
        "[]".to_owned(),
        "{}".to_owned(),
        page(std::slice::from_ref(&good), "null").split_at(200).0.to_owned(),
    ] {
        assert_eq!(list(success("200 OK", &body)), Err(ListFailure::Unreadable), "{body}");
    }
    // A payment by itself is no list, and one under another key, or beside another, is no answer to what was asked.
    let both = page(&[good.clone(), other_key.clone()], "null");
    for body in
        [one(&bad), one(&no_reference), one(&no_time), one(&other_key), both, good, "null".to_owned(), "[]".to_owned()]
    {
        assert_eq!(find(success("200 OK", &body)), Err(ListFailure::Unreadable), "{body}");
    }
}

#[test]
fn why_there_is_no_list_is_told() {
    let check = |behaviour: Behaviour, expected: ListFailure| {
        assert_eq!(list(behaviour.clone()), Err(expected.clone()));
        assert_eq!(find(behaviour), Err(expected));
    };
    check(problem(401, r#""code":"unauthenticated""#), ListFailure::Unauthorized);
    let retry_after = Duration::from_secs(7);
    check(problem(503, r#""code":"busy","retry_after_seconds":7"#), ListFailure::Throttled { retry_after });
    check(problem(429, r#""code":"throttled","retry_after_seconds":7"#), ListFailure::Throttled { retry_after });
    check(problem(404, r#""code":"not-found""#), ListFailure::NotSupported);
    check(problem(400, r#""code":"invalid-fields""#), ListFailure::Rejected { code: Code::new("invalid-fields") });
    check(answer("500 No", "Content-Type: text/html\r\n", "<h1>No</h1>"), ListFailure::Unreadable);
    check(answer("200 OK", "Content-Type: text/html\r\n", "<h1>Yes</h1>"), ListFailure::Unreadable);
    check(Behaviour::Closes, ListFailure::Unreadable);
    // Only an empty list says that there is nothing under a key.
    assert_eq!(find(problem(404, r#""code":"payment-not-found""#)), Err(ListFailure::NotSupported));
    assert_eq!(find(answer("404 No", "", "")), Err(ListFailure::Unreadable));

    let nobody = Server::start(Behaviour::Closes);
    let url = nobody.url();
    drop(nobody);
    assert_eq!(gateway(&url, Duration::from_secs(5)).list_payments(None), Err(ListFailure::NotSent));
}
