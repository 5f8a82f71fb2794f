//! The website as its visitors see it.

use std::time::Duration;

use kit_core::AccountNumber;
use poem::http::header;
use serde_json::json;

use crate::bench::{Bench, OTHER_PIN, PASSWORD, PIN, SHOP, between, form_key};

#[tokio::test]
async fn from_registering_to_the_statement() {
    let bench = Bench::new();
    let home = bench.browser().get("/").await;
    assert!(home.text.contains("/register") && home.text.contains(SHOP), "{}", home.text);

    let (mut browser, number) = bench.registered("ada@example.org").await;
    let accounts = browser.get("/accounts").await;
    let shown = AccountNumber::parse(&number).expect("a number").to_string();
    for words in [shown.as_str(), "You pay in the shop with this number and your PIN", SHOP, "Hello, Ada Lovelace"] {
        assert!(accounts.text.contains(words), "{words}: {}", accounts.text);
    }
    assert_eq!(browser.get("/").await.header("location"), "/accounts");

    let path = format!("/accounts/{number}/deposit");
    let page = browser.get(&path).await;
    assert!(page.text.contains("Up to €10,000.00 a day"), "{}", page.text);
    let done = browser.submit(&path, &[("key", &form_key(&page)), ("amount", "250.00")]).await;
    assert!(done.text.contains("Done: Deposit of €250.00. The balance after it is €250.00."), "{}", done.text);

    let path = format!("/accounts/{number}/withdraw");
    let page = browser.get(&path).await;
    let done = browser.submit(&path, &[("key", &form_key(&page)), ("amount", "20"), ("pin", PIN)]).await;
    assert!(done.text.contains("Done: Withdrawal of €20.00"), "{}", done.text);

    let page = browser.get("/accounts/new").await;
    assert_eq!(page.status, 200);
    let savings = browser.post("/accounts/new", &[("name", "Savings"), ("pin", OTHER_PIN)]).await;
    assert_eq!(savings.status, 303, "{}", savings.text);
    let savings = savings.header("location").trim_start_matches("/accounts/").to_owned();

    let path = format!("/accounts/{number}/transfer");
    let page = browser.get(&path).await;
    assert!(page.text.contains("Savings"));
    let fields =
        [("key", &*form_key(&page)), ("payee", &savings), ("to", ""), ("amount", "30"), ("reference", "Rainy day")];
    // First all of it once more; nothing has moved.
    let page = browser.post(&path, &fields).await;
    for words in ["Is this right?", "€30.00", "Savings", "your own", "Rainy day", "€200.00"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!page.text.contains("name=\"pin\""), "between own accounts no PIN is asked for: {}", page.text);
    assert!(browser.get(&format!("/accounts/{number}")).await.text.contains("€230.00"));
    let done = browser.submit(&format!("{path}/confirm"), &fields).await;
    assert!(done.text.contains("Done: Transfer of €30.00"), "{}", done.text);
    for words in ["Rainy day", "Savings", "−€30.00", "€200.00", "+€250.00"] {
        assert!(done.text.contains(words), "{words}: {}", done.text);
    }
    bench.assert_sound();
}

#[tokio::test]
async fn sending_a_form_twice_does_it_once() {
    let bench = Bench::new();
    let (mut browser, number) = bench.registered("ada@example.org").await;
    let path = format!("/accounts/{number}/deposit");
    let key = form_key(&browser.get(&path).await);
    let first = browser.post(&path, &[("key", &key), ("amount", "10")]).await;
    let again = browser.post(&path, &[("key", &key), ("amount", "10")]).await;
    assert_eq!((first.status, again.status), (303, 303));
    assert_eq!(first.header("location"), again.header("location"));

    // Back, another amount, sent under the old key: refused, and the page has a new one.
    let changed = browser.post(&path, &[("key", &key), ("amount", "11")]).await;
    assert_eq!(changed.status, 422);
    assert!(changed.text.contains("sent once before with other values"), "{}", changed.text);
    let fresh = form_key(&changed);
    assert_ne!(fresh, key);
    assert_eq!(browser.post(&path, &[("key", &fresh), ("amount", "11")]).await.status, 303);
    let page = browser.get(&format!("/accounts/{number}")).await;
    assert!(page.text.contains("€21.00"), "{}", page.text);

    // A form without its key is not done.
    let answer = browser.post(&path, &[("amount", "10")]).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("nothing was done"), "{}", answer.text);
}

#[tokio::test]
async fn a_form_that_comes_back_keeps_what_was_typed_but_no_secret() {
    let bench = Bench::new();
    let mut browser = bench.browser();
    browser.get("/register").await;
    let fields =
        [("name", "Grace \"Ship\" <Hopper>"), ("email", "nowhere"), ("password", "my-secret"), ("pin", "849271")];
    let page = browser.post("/register", &fields).await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("Grace &#34;Ship&#34; &#60;Hopper&#62;"), "{}", page.text);
    assert!(page.text.contains("value=\"nowhere\"") && page.text.contains("id=\"email-error\""), "{}", page.text);
    assert!(!page.text.contains("my-secret") && !page.text.contains("849271"), "{}", page.text);

    let (mut browser, number) = bench.registered("ada@example.org").await;
    bench.fund(&number, "5.00");
    let path = format!("/accounts/{number}/withdraw");
    let mut key = form_key(&browser.get(&path).await);
    for (amount, pin, status, words, same_key) in [
        ("abc", PIN, 400, "id=\"amount-error\"", true),
        ("0", PIN, 400, "must be more than zero", true),
        ("1", "12", 400, "A PIN has 6 to 12 digits.", true),
        ("5.01", PIN, 422, "€0.01 more would be needed", false),
        ("1", "849271", 422, "That PIN is not right. 4 tries are left.", false),
    ] {
        let page = browser.post(&path, &[("key", &key), ("amount", amount), ("pin", pin)]).await;
        assert_eq!(page.status, status, "{amount} {pin}: {}", page.text);
        assert!(page.text.contains(words), "{words}: {}", page.text);
        assert!(page.text.contains(&format!("value=\"{amount}\"")), "{amount}: {}", page.text);
        assert!(!page.text.contains(PIN) && !page.text.contains("849271"), "{}", page.text);
        // A page whose key has ended in a refusal comes with a new one.
        assert_eq!(form_key(&page) == key, same_key, "{amount} {pin}");
        key = form_key(&page);
    }
    bench.assert_sound();
}

#[tokio::test]
async fn refusals_stand_beside_the_field_they_are_about() {
    let bench = Bench::new();
    let (mut browser, number) = bench.registered("ada@example.org").await;
    let bob = bench.customer("bob@example.org").await;
    bench.fund(&number, "5.00");
    let path = format!("/accounts/{number}/transfer");
    let nobody = AccountNumber::from_payload(2_718_281_828).digits();
    let typo = format!("{}{}", &bob.number[..11], if bob.number.ends_with('0') { '1' } else { '0' });
    for (to, pin, field, words) in [
        (typo.as_str(), PIN, "to", "The check digits of this account number do not match"),
        (&nobody, PIN, "to", "There is no account with that number here."),
        (&number, PIN, "to", "This is the account that the money comes from."),
        (&bob.number, "", "pin", "enter the account’s PIN"),
    ] {
        let key = form_key(&browser.get(&path).await);
        let fields = [("key", &*key), ("to", to), ("amount", "1"), ("pin", pin)];
        let step = if field == "pin" { format!("{path}/confirm") } else { path.clone() };
        let page = browser.post(&step, &fields).await;
        let error =
            between(&page.text, &format!("id=\"{field}-error\">"), "</p>").unwrap_or_else(|| panic!("{}", page.text));
        assert!(error.contains(words), "{error}");
    }
    for (fields, field) in [
        ([("name", "Bob"), ("email", "bob@example.org"), ("password", PASSWORD), ("pin", PIN)], "email"),
        ([("name", "Eve"), ("email", "eve@example.org"), ("password", PASSWORD), ("pin", "111111")], "pin"),
    ] {
        let mut stranger = bench.browser();
        stranger.get("/register").await;
        let page = stranger.post("/register", &fields).await;
        assert!(page.text.contains(&format!("id=\"{field}-error\"")), "{}", page.text);
    }
}

#[tokio::test]
async fn the_session_cookie_is_bound_to_this_site_and_rotates() {
    let bench = Bench::new();
    bench.customer("ada@example.org").await;
    let mut browser = bench.browser();
    browser.get("/login").await;
    let credentials = [("email", "ada@example.org"), ("password", PASSWORD)];
    let answer = browser.post("/login", &credentials).await;
    let line = answer.headers.get(header::SET_COOKIE).and_then(|line| line.to_str().ok()).expect("a cookie").to_owned();
    let value = between(&line, "__Host-bank-session=", ";").expect("our cookie");
    assert_eq!(value.len(), 64);
    assert_eq!(line, format!("__Host-bank-session={value}; Path=/; Secure; HttpOnly; SameSite=Lax"));
    assert_eq!((answer.status, answer.header("location")), (303, "/accounts"));
    assert_eq!(browser.get("/accounts").await.header("cache-control"), "no-store");

    // Another log-in from this browser: another session, and the old one is gone on the server.
    let old = value.to_owned();
    browser.get("/security").await;
    assert_eq!(browser.post("/login", &credentials).await.status, 303);
    assert_ne!(browser.cookie("__Host-bank-session"), Some(old.as_str()));
    assert!(!session_is_open(&bench, &old).await);
}

async fn session_is_open(bench: &Bench, session: &str) -> bool {
    let request =
        poem::Request::builder().uri_str("/accounts").header("cookie", format!("__Host-bank-session={session}"));
    kit_web::testing::call(&bench.app, request.finish()).await.status == 200
}

#[tokio::test]
async fn logging_out_ends_the_session_on_the_server() {
    let bench = Bench::new();
    let (mut browser, _) = bench.registered("ada@example.org").await;
    let session = browser.cookie("__Host-bank-session").expect("a session").to_owned();
    assert!(session_is_open(&bench, &session).await);
    let answer = browser.post("/logout", &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
    assert!(browser.cookie("__Host-bank-session").is_none());
    assert!(!session_is_open(&bench, &session).await);
}

#[tokio::test]
async fn an_idle_session_ends_and_the_way_back_is_kept() {
    let bench = Bench::new();
    let (mut browser, number) = bench.registered("ada@example.org").await;
    bench.clock.advance(Duration::from_secs(299));
    assert_eq!(browser.get("/accounts").await.status, 200);
    bench.clock.advance(Duration::from_secs(300));
    let path = format!("/accounts/{number}/deposit");
    let answer = browser.get(&path).await;
    assert_eq!((answer.status, answer.header("location")), (303, &*format!("/login?next={path}")));
    let page = browser.visit(&path).await;
    assert!(page.text.contains(&format!("name=\"next\" value=\"{path}\"")), "{}", page.text);
    assert!(page.text.contains("Please log in first"), "{}", page.text);
    let fields = [("next", &*path), ("email", "ada@example.org"), ("password", PASSWORD)];
    assert_eq!(browser.post("/login", &fields).await.header("location"), path);
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_after_logging_in() {
    let bench = Bench::new();
    bench.customer("ada@example.org").await;
    for next in ["https://evil.example", "//evil.example", "/\\evil.example", "/logout", "javascript:alert(1)"] {
        let mut browser = bench.browser();
        let page = browser.get(&format!("/login?next={}", next.replace('\\', "%5C"))).await;
        assert!(page.text.contains("name=\"next\" value=\"\""), "{}", page.text);
        let fields = [("next", next), ("email", "ada@example.org"), ("password", PASSWORD)];
        assert_eq!(browser.post("/login", &fields).await.header("location"), "/accounts", "{next}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_without_telling_who_exists() {
    let bench = Bench::new();
    bench.customer("ada@example.org").await;
    let mut pages = Vec::new();
    for email in ["ada@example.org", "eve@example.org"] {
        let mut browser = bench.browser();
        browser.get("/login").await;
        let page = browser.post("/login", &[("email", email), ("password", "my-secret-word")]).await;
        assert_eq!(page.status, 401);
        assert!(page.text.contains("The e-mail address or the password is not right."), "{}", page.text);
        assert!(page.text.contains(&format!("value=\"{email}\"")) && !page.text.contains("my-secret-word"));
        let csrf = page.csrf().expect("a token").to_owned();
        pages.push(page.text.replace(email, "").replace(&csrf, ""));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn pin_password_and_sessions_are_in_the_customers_hands() {
    let bench = Bench::new();
    let (mut browser, number) = bench.registered("ada@example.org").await;
    let elsewhere = bench.log_in("ada@example.org", PASSWORD).await;
    let page = browser.get("/security").await;
    for words in ["Program", "Browser", "this one", "You registered", "Logged in"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let sessions = bench.get("/me/sessions", &elsewhere).await.json();
    let program = sessions["sessions"].as_array().expect("a list").iter().find(|s| s["kind"] == "api").expect("one");
    let path = format!("/security/sessions/{}/end", program["id"].as_str().expect("an id"));
    assert_eq!(browser.post(&path, &[]).await.header("location"), "/security");
    assert_eq!(bench.get("/me", &elsewhere).await.status, 401);
    assert_eq!(browser.post(&path, &[]).await.status, 404);

    let path = format!("/accounts/{number}/pin");
    browser.get(&path).await;
    let page = browser.post(&path, &[("pin", ""), ("current_password", ""), ("new_pin", OTHER_PIN)]).await;
    assert!(page.text.contains("id=\"pin-error\""), "{}", page.text);
    let page = browser.post(&path, &[("pin", "849271"), ("current_password", ""), ("new_pin", OTHER_PIN)]).await;
    assert!(page.text.contains("That PIN is not right.") && !page.text.contains(OTHER_PIN), "{}", page.text);
    let page = browser.submit(&path, &[("pin", PIN), ("current_password", ""), ("new_pin", OTHER_PIN)]).await;
    assert!(page.text.contains("Your PIN is changed."), "{}", page.text);
    browser.get(&path).await;
    let page = browser.submit(&path, &[("pin", ""), ("current_password", PASSWORD), ("new_pin", PIN)]).await;
    assert!(page.text.contains("Your PIN is changed."), "{}", page.text);

    let fields = [("current_password", "not this one"), ("new_password", "another sentence is good")];
    let page = browser.post("/security", &fields).await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("id=\"current_password-error\"") && !page.text.contains("another sentence"));
    let fields = [("current_password", PASSWORD), ("new_password", "another sentence is good")];
    let page = browser.submit("/security", &fields).await;
    assert!(page.text.contains("Your password is changed."), "{}", page.text);
    // The same words cannot be brought about by a link.
    assert!(!browser.get("/security?done=pin-changed").await.text.contains("Your PIN is changed."));
}

#[tokio::test]
async fn holds_and_older_entries_are_shown() {
    let bench = Bench::new();
    let (mut browser, number) = bench.registered("ada@example.org").await;
    for _ in 0..25 {
        bench.fund(&number, "1.00");
    }
    let merchant = bench.merchant("Cables <&> Co");
    let hold = json!({
        "account_number": number, "pin": PIN, "amount": "7.00", "currency": "EUR", "capture": "manual",
        "reference": "<script>alert(1)</script>",
    });
    assert_eq!(bench.keyed("/payments", &merchant, "order-001", hold).await.status, 201);
    let page = browser.get(&format!("/accounts/{number}")).await;
    for words in ["Cables &#60;&#38;&#62; Co", "€7.00", "€18.00", "Ends in 7 days", "Older entries"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!page.text.contains("<script>"), "{}", page.text);
    let older = between(&page.text, "?cursor=", "#").expect("a link").to_owned();
    let page = browser.get(&format!("/accounts/{number}?cursor={older}")).await;
    assert!(page.text.contains("Newest entries") && !page.text.contains("Older entries"), "{}", page.text);
    assert_eq!(page.text.matches(">Deposit</a><span class=\"note\">Cash</span>").count(), 5, "{}", page.text);
}

#[tokio::test]
async fn where_only_the_operator_deposits_the_page_says_so() {
    let bench = Bench::with(|config| config.policy.self_service_deposits = false);
    let (mut browser, number) = bench.registered("ada@example.org").await;
    let page = browser.get(&format!("/accounts/{number}/deposit")).await;
    assert!(page.text.contains("Deposits are made by the bank’s staff"), "{}", page.text);
    assert!(!page.text.contains("name=\"amount\""), "{}", page.text);
}

#[tokio::test]
async fn anothers_account_and_no_account_have_no_page() {
    let bench = Bench::new();
    let bob = bench.customer("bob@example.org").await;
    let (mut browser, _) = bench.registered("ada@example.org").await;
    let nobody = AccountNumber::from_payload(2_718_281_828).digits();
    for number in [bob.number.as_str(), &nobody, "12", "240000000138"] {
        for form in ["", "/deposit", "/withdraw", "/transfer", "/pin"] {
            let page = browser.get(&format!("/accounts/{number}{form}")).await;
            assert_eq!(page.status, 404, "{number}{form}");
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
            assert!(page.text.contains("To your accounts"), "{}", page.text);
        }
        let fields =
            [("key", "key-00001"), ("amount", "1"), ("pin", PIN), ("to", &*bob.number), ("new_pin", OTHER_PIN)];
        for form in ["/deposit", "/withdraw", "/transfer", "/pin"] {
            assert_eq!(browser.post(&format!("/accounts/{number}{form}"), &fields).await.status, 404, "{number}{form}");
        }
    }
}
