//! Pages about payees, the second look at a transfer, an account's name and end, and the customer's own details.

use kit_web::testing::{Browser, unmarked};
use poem::EndpointExt;

use crate::bench::{App, Bench, OTHER_PIN, PIN, SHOP, between, form_key};

/// A customer with a payee, and the payee's id.
async fn with_payee<'b>(bench: &'b Bench, payee: &str) -> (Browser<'b, App>, String, String) {
    let (mut browser, number) = bench.registered("ada@example.org").await;
    browser.get("/payees").await;
    let page = browser.submit("/payees", &[("name", "Bob"), ("account_number", payee)]).await;
    let id = between(&page.text, "href=\"/payees/", "\"").unwrap_or_else(|| panic!("{}", page.text)).to_owned();
    (browser, number, id)
}

#[tokio::test]
async fn a_payee_is_saved_renamed_used_and_removed() {
    let bench = Bench::new();
    let bob = bench.customer("bob@example.org").await;
    let (mut browser, number, id) = with_payee(&bench, &bob.number).await;
    bench.fund(&number, "50.00");

    // The link from the list chooses the payee.
    let link = format!("/accounts/{number}/transfer?payee={id}");
    assert!(browser.get("/payees").await.text.contains(&link));
    let page = browser.get(&link).await;
    assert!(page.text.contains(&format!("value=\"{}\" checked", bob.number)), "{}", page.text);
    let path = format!("/accounts/{number}/transfer");
    let key = form_key(&page);
    let fields = [("key", &*key), ("payee", &bob.number), ("to", ""), ("amount", "12.50"), ("pin", PIN)];
    let page = browser.post(&path, &fields).await;
    assert!(page.text.contains("Bob") && page.text.contains("€37.50") && page.text.contains("name=\"pin\""));
    let done = browser.submit(&format!("{path}/confirm"), &fields).await;
    assert_eq!(done.status, 200);
    assert_eq!(bench.balance(&bob).await[0], "12.50");

    let page = browser.submit(&format!("/payees/{id}"), &[("name", "Robert")]).await;
    assert!(page.text.contains("Robert") && !page.text.contains("Bob"), "{}", page.text);
    let page = browser.post(&format!("/payees/{id}"), &[("name", " ")]).await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("Please enter a name."), "{}", page.text);
    let page = browser.submit(&format!("/payees/{id}/remove"), &[]).await;
    assert!(page.text.contains("Nobody yet"), "{}", page.text);
    assert_eq!(browser.post(&format!("/payees/{id}/remove"), &[]).await.status, 404);
    bench.assert_sound();
}

#[tokio::test]
async fn what_cannot_be_saved_is_told_beside_its_field() {
    let bench = Bench::new();
    let bob = bench.customer("bob@example.org").await;
    let (mut browser, number, id) = with_payee(&bench, &bob.number).await;
    for (name, account_number, field, words) in [
        ("", bob.number.as_str(), "name", "Please enter a name."),
        ("Me", &number, "account_number", "one of your own accounts"),
        ("Bob again", &bob.number, "account_number", "saved this number already, as “Bob”"),
        ("Typo", "240000000138", "account_number", "compare it digit by digit"),
        ("Short", "12", "account_number", "An account number has 12 digits."),
    ] {
        let page = browser.post("/payees", &[("name", name), ("account_number", account_number)]).await;
        let error = between(&page.text, &format!("id=\"{field}-error\">"), "</p>");
        assert!(error.unwrap_or_else(|| panic!("{}", page.text)).contains(words), "{words}: {}", page.text);
    }
    // Another's payee is nobody's.
    let mut eve = bench.browser();
    eve.get("/login").await;
    eve.post("/login", &[("email", "bob@example.org"), ("password", crate::bench::PASSWORD)]).await;
    eve.get("/payees").await;
    assert_eq!(eve.get(&format!("/payees/{id}")).await.status, 404);
    assert_eq!(eve.post(&format!("/payees/{id}"), &[("name", "Mine")]).await.status, 404);
    assert_eq!(eve.post(&format!("/payees/{id}/remove"), &[]).await.status, 404);
    assert!(browser.get("/payees").await.text.contains("Bob"));
}

#[tokio::test]
async fn the_second_look_moves_nothing_and_can_be_left() {
    let bench = Bench::new();
    let bob = bench.customer("bob@example.org").await;
    let (mut browser, number) = bench.registered("ada@example.org").await;
    bench.fund(&number, "20.00");
    let path = format!("/accounts/{number}/transfer");
    let key = form_key(&browser.get(&path).await);
    let order =
        |amount: &'static str| [("key", key.clone()), ("to", bob.number.clone()), ("amount", amount.to_owned())];

    // Too much is told before a PIN is asked for.
    let sent = order("20.01");
    let page = browser.post(&path, &refs(&sent)).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("€0.01 more would be needed"), "{}", page.text);

    let sent = order("5").to_vec();
    let page = browser.post(&path, &refs(&sent)).await;
    assert!(page.text.contains("Is this right?") && page.text.contains("€15.00"), "{}", page.text);
    // Nobody is told whose account it is.
    assert!(!page.text.contains("Bob"), "{}", page.text);
    let mut back = sent.clone();
    back.push(("edit", "yes".to_owned()));
    let page = browser.post(&path, &refs(&back)).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(&format!("value=\"{}\"", bob.number)) && page.text.contains("value=\"5\""));
    assert_eq!(browser.get(&format!("{path}/confirm")).await.header("location"), path);
    assert_eq!(bench.balance(&bob).await[0], "0.00");

    // A wrong PIN and a name that cannot be taken come back to the second step; then it is done, and the payee saved.
    let confirm = format!("{path}/confirm");
    let mut wrong = sent.clone();
    wrong.push(("pin", "849271".to_owned()));
    let page = browser.post(&confirm, &refs(&wrong)).await;
    assert!(page.text.contains("Is this right?") && page.text.contains("id=\"pin-error\""), "{}", page.text);
    let key = form_key(&page);
    let long = "x".repeat(41);
    let fields = |save_as: &str| -> Vec<(&'static str, String)> {
        let mut fields = sent.clone();
        fields[0].1.clone_from(&key);
        fields.extend([("pin", PIN.to_owned()), ("save_as", save_as.to_owned())]);
        fields
    };
    let page = browser.post(&confirm, &refs(&fields(&long))).await;
    assert!(page.text.contains("id=\"save_as-error\""), "{}", page.text);
    assert_eq!(bench.balance(&bob).await[0], "0.00");
    assert_eq!(browser.post(&confirm, &refs(&fields("Bobby"))).await.status, 303);
    assert_eq!(bench.balance(&bob).await[0], "5.00");
    assert!(browser.get("/payees").await.text.contains("Bobby"));
    bench.assert_sound();
}

fn refs<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test]
async fn a_form_sent_twice_at_once_is_answered_twice_alike() {
    let bench = Bench::new();
    let (mut first, number) = bench.registered("ada@example.org").await;
    bench.fund(&number, "20.00");
    let mut second = bench.browser();
    second.get("/login").await;
    second.post("/login", &[("email", "ada@example.org"), ("password", crate::bench::PASSWORD)]).await;
    second.get("/payees").await;
    let path = format!("/accounts/{number}/withdraw");
    for _ in 0..20 {
        let key = form_key(&first.get(&path).await);
        let fields = [("key", &*key), ("amount", "1"), ("pin", PIN)];
        let (one, other) = tokio::join!(first.post(&path, &fields), second.post(&path, &fields));
        assert_eq!((one.status, other.status), (303, 303), "{}{}", one.text, other.text);
        assert_eq!(one.header("location"), other.header("location"));
    }
    assert!(first.get(&format!("/accounts/{number}")).await.text.contains("€0.00"));
    bench.assert_sound();
}

#[tokio::test]
async fn an_account_is_opened_in_a_currency_renamed_and_closed() {
    let bench = Bench::new();
    let (mut browser, _) = bench.registered("ada@example.org").await;
    browser.get("/accounts/new").await;
    let page = browser.post("/accounts/new", &[("name", "Trip"), ("currency", "XXX"), ("pin", OTHER_PIN)]).await;
    assert!(page.text.contains("id=\"currency-error\""), "{}", page.text);
    let opened = browser.post("/accounts/new", &[("name", "Trip"), ("currency", "USD"), ("pin", OTHER_PIN)]).await;
    let account = opened.header("location").to_owned();
    assert_eq!(opened.status, 303, "{}", opened.text);

    let page = browser.get(&format!("{account}/deposit")).await;
    assert!(page.text.contains("Amount in USD"), "{}", page.text);
    let key = form_key(&page);
    browser.post(&format!("{account}/deposit"), &[("key", &key), ("amount", "1")]).await;

    browser.get(&format!("{account}/settings")).await;
    let renamed = browser.submit(&format!("{account}/settings"), &[("name", "America")]).await;
    assert!(renamed.text.contains("America"), "{}", renamed.text);
    let page = browser.post(&format!("{account}/settings"), &[("name", "")]).await;
    assert!(page.text.contains("Please enter a name.") && !page.text.contains("value=\"America\""), "{}", page.text);

    // Not while there is money in it.
    let close = format!("{account}/close");
    let page = browser.get(&close).await;
    assert!(page.text.contains("There are still $1.00 in this account"), "{}", page.text);
    assert!(!page.text.contains("name=\"pin\""), "{}", page.text);
    let page = browser.post(&close, &[("pin", OTHER_PIN), ("current_password", "")]).await;
    assert_eq!(page.status, 409);
    let key = form_key(&browser.get(&format!("{account}/withdraw")).await);
    let taken =
        browser.post(&format!("{account}/withdraw"), &[("key", &key), ("amount", "1"), ("pin", OTHER_PIN)]).await;
    assert_eq!(taken.status, 303, "{}", taken.text);
    let page = browser.post(&close, &[("pin", ""), ("current_password", "")]).await;
    assert!(page.text.contains("or your password below"), "{}", page.text);
    let page = browser.post(&close, &[("pin", PIN), ("current_password", "")]).await;
    assert!(page.text.contains("That PIN is not right."), "{}", page.text);
    let page = browser.submit(&close, &[("pin", OTHER_PIN), ("current_password", "")]).await;
    assert!(page.text.contains("This account is closed."), "{}", page.text);
    bench.assert_sound();
}

#[tokio::test]
async fn a_german_visitor_is_answered_in_german_and_may_write_amounts_so() {
    let bench = Bench::new();
    let (mut browser, number) = bench.registered("ada@example.org").await;
    browser.get("/payees").await;
    assert_eq!(
        browser.post("/language", &[("language", "de"), ("back", "/payees")]).await.header("location"),
        "/payees"
    );
    let path = format!("/accounts/{number}/deposit");
    let page = browser.get(&path).await;
    for words in ["lang=\"de\"", "Bis zu 10.000,00\u{a0}€ am Tag", "Betrag in EUR"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let key = form_key(&page);
    assert_eq!(browser.post(&path, &[("key", &key), ("amount", "1.234,50")]).await.status, 303);
    assert_eq!(bench.bank.accounts(customer(&bench)).expect("reads")[0].balance.posted.decimal(), "1234.50");
    let path = format!("/accounts/{number}/withdraw");
    let key = form_key(&browser.get(&path).await);
    let page = browser.post(&path, &[("key", &key), ("amount", "1.234,51"), ("pin", PIN)]).await;
    assert!(page.text.contains("Es fehlen 0,01\u{a0}€."), "{}", page.text);
    let page = browser.post(&path, &[("key", &key), ("amount", "viel"), ("pin", PIN)]).await;
    assert!(page.text.contains("zum Beispiel 129,90."), "{}", page.text);
}

fn customer(bench: &Bench) -> bank_core::model::CustomerId {
    let password = kit_core::SecretText::new(crate::bench::PASSWORD.to_owned());
    let session = bench.bank.log_in("ada@example.org", &password, bank_core::model::SessionKind::Browser, "here");
    session.expect("logs in").session.customer
}

#[tokio::test]
async fn a_customer_chooses_name_and_language() {
    let bench = Bench::new();
    let (mut browser, _) = bench.registered("ada@example.org").await;
    let page = browser.get("/profile").await;
    assert!(page.text.contains("value=\"Ada Lovelace\"") && page.text.contains("value=\"en\" selected"));
    let page = browser.submit("/profile", &[("name", "Ada King"), ("language", "de")]).await;
    assert!(page.text.contains("Your name is changed.") && page.text.contains("Ada King"), "{}", page.text);
    assert!(browser.get("/profile").await.text.contains("value=\"de\" selected"));
    for (fields, field) in
        [([("name", ""), ("language", "de")], "name"), ([("name", "A"), ("language", "tlh")], "language")]
    {
        let page = browser.post("/profile", &fields).await;
        assert!(page.text.contains(&format!("id=\"{field}-error\"")), "{}", page.text);
    }
}

/// What is shown and not said: names of this test's own, codes, and the languages' own names.
fn is_data(text: &str) -> bool {
    let data = ["Ada", "Lovelace", "Current account", "Bob", "ada@example.org", "English", "Deutsch", "UTC"];
    let rest = data.iter().fold(text.to_owned(), |rest, data| rest.replace(data, ""));
    // What is left of a name is its first letter, in the circle before it.
    rest.chars().filter(|c| c.is_alphabetic()).count() <= 1
}

#[tokio::test]
async fn no_form_says_anything_that_is_not_translated() {
    let bench = Bench::new();
    let bob = bench.customer("bob@example.org").await;
    let (browser, number, id) = with_payee(&bench, &bob.number).await;
    let session = browser.cookie("__Host-bank-session").expect("a session").to_owned();
    let config = bank_site::SiteConfig { shop_url: Some(SHOP.to_owned()), mark_words: true, ..Default::default() };
    let app = bank_site::app(bench.bank.clone(), config).boxed();
    let account = format!("/accounts/{number}");
    let mut addresses: Vec<String> = [
        "/",
        "/login",
        "/register",
        "/nowhere",
        "/payees",
        "/profile",
        "/security",
        "/accounts/new",
        "/password/forgotten",
        "/password/new",
    ]
    .map(str::to_owned)
    .into();
    addresses.extend(
        ["deposit", "withdraw", "transfer", "pin", "settings", "close"].map(|form| format!("{account}/{form}")),
    );
    addresses.push(format!("/payees/{id}"));
    for address in addresses {
        for session in [None, Some(&session)] {
            let mut request = poem::Request::builder().uri_str(&address);
            if let Some(session) = session {
                request = request.header("cookie", format!("__Host-bank-session={session}"));
            }
            let page = kit_web::testing::call(&app, request.finish()).await;
            let forgotten: Vec<String> = unmarked(&page.text).into_iter().filter(|text| !is_data(text)).collect();
            assert_eq!(forgotten, Vec::<String>::new(), "{address}");
        }
    }
}
