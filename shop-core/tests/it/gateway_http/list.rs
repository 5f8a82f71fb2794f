//! The list of payments: what is asked, what is read, and why there is none.

use super::*;
use shop_core::gateway::{ListFailure, ListedPayment, PaymentPage, PaymentState};

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
    format!(r#"{{"payments":[{}],"next_after":{next}}}"#, payments.join(","))
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
    gateway.list_payments(Some(&payment_ref())).expect("a page");
    // Whatever an id holds, it stays within its parameter.
    gateway.list_payments(Some(&PaymentRef("a&b#c".to_owned()))).expect("a page");
    assert_eq!(gateway.find_payment(&key()), Err(ListFailure::Unreadable), "a page is no payment");
    let calls = server.calls();
    let starts: Vec<_> = calls.iter().map(|call| call.lines().next().unwrap_or_default()).collect();
    let base = "GET /api/v1/payments";
    assert_eq!(
        starts,
        [
            format!("{base}/list?limit=50 HTTP/1.1"),
            format!("{base}/list?limit=50&after={ID} HTTP/1.1"),
            format!("{base}/list?limit=50&after=a%26b%23c HTTP/1.1"),
            format!("{base}?key=key-0001%2Fwith%3Fquery%26signs HTTP/1.1"),
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
    assert_eq!(found.next, Some(payment_ref()));
    assert_eq!(list(success("200 OK", &page(&[], "null"))), Ok(PaymentPage { payments: Vec::new(), next: None }));
    assert_eq!(find(success("200 OK", &good)), Ok(Some(listed())));

    let bad = payment("captured", &[("amount", "129.90")]);
    let (no_reference, no_time) = (good.replace("\"reference\"", "\"r\""), payment("captured", &[("created_at", "7")]));
    let other_key = payment("captured", &[("idempotency_key", r#""key-0002""#)]);
    for body in [
        page(&[good.clone(), bad.clone()], "null"),
        page(std::slice::from_ref(&no_reference), "null"),
        page(std::slice::from_ref(&no_time), "null"),
        page(std::slice::from_ref(&good), r#""../void""#),
        page(std::slice::from_ref(&good), "7"),
        "[]".to_owned(),
        "{}".to_owned(),
        page(std::slice::from_ref(&good), "null").split_at(200).0.to_owned(),
    ] {
        assert_eq!(list(success("200 OK", &body)), Err(ListFailure::Unreadable), "{body}");
    }
    for body in [bad, no_reference, no_time, other_key, "null".to_owned()] {
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
    // Only where the bank itself says so is there nothing under a key.
    let absent = problem(404, r#""code":"payment-not-found""#);
    assert_eq!(find(absent), Ok(None));
    assert_eq!(find(answer("404 No", "", "")), Err(ListFailure::Unreadable));

    let nobody = Server::start(Behaviour::Closes);
    let url = nobody.url();
    drop(nobody);
    assert_eq!(gateway(&url, Duration::from_secs(5)).list_payments(None), Err(ListFailure::NotSent));
}
