//! Refusals: the table in `gateway::http::judge`, cell by cell.

use super::*;

/// The answers of one row: to purchase and authorize; to capture and refund; to void; to look-up.
fn check(status: u16, members: &str, [create, settle, void, lookup]: [Answer; 4]) {
    for what in EVERY {
        let expected = match what {
            Ask::Purchase | Ask::Authorize => &create,
            Ask::CapturePart | Ask::CaptureLast | Ask::Refund => &settle,
            Ask::Void => &void,
            Ask::Lookup => &lookup,
        };
        assert_eq!(&hear(problem(status, members), what), expected, "{status} {members} {what:?}");
    }
}

/// A row whose four cells are the same.
fn check_all(status: u16, members: &str, expected: Answer) {
    check(status, members, std::array::from_fn(|_| expected.clone()));
}

#[test]
fn declines_are_final_for_a_payment_and_nothing_for_a_void() {
    for (code, advice_text, advice) in [
        ("insufficient-funds", "retry-later", Advice::RetryLater),
        ("incorrect-pin", "retry-with-new-pin", Advice::RetryWithNewPin),
        ("pin-blocked", "use-hosted-approval", Advice::UseHostedApproval),
        ("limit-exceeded", "retry-later", Advice::RetryLater),
        ("currency-mismatch", "do-not-retry", Advice::DoNotRetry),
        ("use-hosted-approval", "use-hosted-approval", Advice::UseHostedApproval),
        ("account-frozen", "do-not-retry", Advice::DoNotRetry),
        ("a-code-of-next-year", "an-advice-of-next-year", Advice::DoNotRetry),
    ] {
        let answer = declined(code, advice);
        let members = format!(r#""code":"{code}","advice":"{advice_text}","tries_left":2"#);
        check(402, &members, [answer.clone(), answer, Answer::Unknown, Answer::Unknown]);
    }
    let answer = declined("settlement-short", Advice::DoNotRetry);
    check(402, r#""code":"settlement-short""#, [answer.clone(), answer, Answer::Unknown, Answer::Unknown]);
}

#[test]
fn a_fenced_key_is_voided() {
    check(402, r#""code":"voided""#, [Answer::Voided, rejected("voided"), Answer::Unknown, Answer::Unknown]);
}

#[test]
fn other_facts_under_the_key_are_a_mismatch() {
    check_all(422, r#""code":"idempotency-key-reuse","field":"account_number""#, mismatch("account_number"));
    check_all(422, r#""code":"idempotency-key-reuse""#, mismatch("idempotency_key"));
    check_all(422, r#""code":"idempotency-key-reuse","field":"<b>x</b>""#, mismatch("bxb"));
}

#[test]
fn conflicts() {
    check_all(409, r#""code":"in-flight""#, Answer::Unknown);
    let unknown = || Answer::Unknown;
    check(409, r#""code":"not-authorized""#, [unknown(), rejected("not-authorized"), unknown(), unknown()]);
    check(409, r#""code":"exceeds-remaining""#, [unknown(), rejected("exceeds-remaining"), unknown(), unknown()]);

    let already = |payment: &str, void: Answer| {
        let members = format!(r#""code":"already-captured","payment":{payment}"#);
        check(409, &members, [unknown(), rejected("already-captured"), void, unknown()]);
    };
    already(&payment("captured", &[]), captured());
    already(&payment("captured", &[("amount", r#""1.00""#)]), mismatch("amount"));
    already(&payment("captured", &[("currency", r#""USD""#)]), mismatch("currency"));
    already(&payment("captured", &[("idempotency_key", r#""key-0002""#)]), mismatch("idempotency_key"));
    already(&payment("captured", &[("captured", r#""1.00""#)]), mismatch("captured"));
    already(&payment("voided", &[]), unknown());
    already("null", unknown());
    already(r#"{"id":7}"#, unknown());
}

#[test]
fn invalid_calls_are_rejected_and_strangers_unauthorized() {
    check_all(401, r#""code":"unauthenticated""#, Answer::Unauthorized);
    check_all(401, r#""code":"gateway-login""#, Answer::Unknown);
    for status in [400, 403, 404, 413, 415, 422] {
        check_all(status, r#""code":"invalid-fields","fields":[]"#, rejected("invalid-fields"));
    }
    // That there is nothing under a key is told by an empty list alone.
    check_all(404, r#""code":"payment-not-found""#, rejected("payment-not-found"));
}

#[test]
fn throttling_is_believed_with_the_banks_own_codes_only() {
    let throttled = |seconds| Answer::Throttled { retry_after: Duration::from_secs(seconds) };
    for code in ["throttled", "pin-throttled", "busy"] {
        for status in [429, 503] {
            check_all(status, &format!(r#""code":"{code}","retry_after_seconds":7"#), throttled(7));
            check_all(status, &format!(r#""code":"{code}""#), throttled(5));
            check_all(status, &format!(r#""code":"{code}","retry_after_seconds":99999999999"#), throttled(3_600));
        }
        check_all(500, &format!(r#""code":"{code}""#), Answer::Unknown);
    }
    check_all(429, r#""code":"quota""#, Answer::Unknown);
    check_all(503, r#""code":"maintenance""#, Answer::Unknown);

    let body = r#"{"code":"busy","retry_after_seconds":7}"#;
    let with_header = |value: &str| {
        let headers = format!("Content-Type: application/problem+json\r\nRetry-After: {value}\r\n");
        hear(answer("503 Busy", &headers, body), Ask::Purchase)
    };
    assert_eq!(with_header("2"), throttled(2));
    assert_eq!(with_header("Sun, 22 Nov 2026 16:07:00 GMT"), throttled(7));
}

#[test]
fn what_is_not_the_banks_own_problem_is_unknown() {
    let coded = r#"{"code":"insufficient-funds","advice":"retry-later"}"#;
    let html = "<html><h1>Bad gateway</h1></html>";
    let problem_type = "Content-Type: application/problem+json\r\n";
    let check = |status: &str, headers: &str, body: &str| {
        for what in EVERY {
            let heard = hear(answer(status, headers, body), what);
            assert_eq!(heard, Answer::Unknown, "{status} {headers:?} {body} {what:?}");
        }
    };
    for status in ["400 No", "401 No", "402 No", "404 No", "422 No", "429 No", "500 No", "502 No", "503 No", "504 No"] {
        check(status, "Content-Type: text/html\r\n", html);
        check(status, "Content-Type: text/html\r\n", coded);
        check(status, "", coded);
        check(status, problem_type, html);
        check(status, problem_type, "");
        check(status, problem_type, r#"{"title":"without a code"}"#);
        check(status, problem_type, r#"{"code":""}"#);
        check(status, problem_type, r#"{"code":"<script>"}"#);
        check(status, problem_type, r#"{"code":402}"#);
        check(status, problem_type, &coded[..30]);
    }
    for status in ["500 No", "502 No", "418 No", "405 No", "202 Accepted", "300 Which"] {
        check(status, problem_type, coded);
    }
    check("200 OK", "Content-Type: text/html\r\n", &payment("captured", &[]));
    check("202 Accepted", "Content-Type: application/json\r\n", &payment("captured", &[]));
    check("200 OK", problem_type, coded);
    assert_eq!(hear(Behaviour::Says(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()), Ask::Purchase), Answer::Unknown);
}
