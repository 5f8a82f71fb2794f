//! The dashboard, an account with its statement, receipts, and files to take away.

use kit_web::testing::Browser;
use serde_json::{Value, json};

use crate::bench::{App, Bench, PIN, between};

const HOSTILE: &str = "<img src=x onerror=alert(1)> & \"Miete\"";

/// Ada after a deposit, a transfer to Ben, and two purchases of which one gave something back.
async fn scene(bench: &Bench) -> (Browser<'_, App>, String) {
    let (browser, number) = bench.registered("ada@example.org").await;
    bench.fund(&number, "1250.00");
    let ada = bench.log_in("ada@example.org", crate::bench::PASSWORD).await;
    let ben = bench.customer("ben@example.org").await;
    let order = json!({ "from": number, "to": ben.number, "amount": "29.50", "currency": "EUR", "reference": HOSTILE, "pin": PIN });
    let sent = bench.keyed("/transfers", &ada, "transfer-1", order).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let shop = bench.merchant("Café <Zoë>");
    for (key, amount) in [("payment-1", "40.00"), ("payment-2", "10.00")] {
        let paid = bench.keyed("/payments", &shop, key, payment(&number, amount, "immediate")).await;
        assert_eq!(paid.status, 201, "{}", paid.text);
        let id = paid.json()["id"].as_str().expect("an id").to_owned();
        let refund = json!({ "amount": "2.50", "currency": "EUR" });
        let refunded = bench.keyed(&format!("/payments/{id}/refund"), &shop, &format!("refund-{key}"), refund).await;
        assert!(refunded.status < 300, "{}", refunded.text);
    }
    let held = bench.keyed("/payments", &shop, "payment-3", payment(&number, "7.00", "manual")).await;
    assert_eq!(held.status, 201, "{}", held.text);
    (browser, number)
}

fn payment(number: &str, amount: &str, capture: &str) -> Value {
    json!({ "account_number": number, "pin": PIN, "amount": amount, "currency": "EUR", "capture": capture, "reference": "=order" })
}

async fn in_german(browser: &mut Browser<'_, App>) {
    let answer = browser.submit("/language", &[("language", "de"), ("next", "/accounts")]).await;
    assert!(answer.text.contains("lang=\"de\""), "{}", answer.text);
}

fn has(page: &str, words: &[&str]) {
    let page = page.replace('\u{a0}', " ");
    for words in words {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[tokio::test]
async fn the_dashboard_shows_all_at_one_glance_in_both_languages() {
    let bench = Bench::new();
    let (mut browser, _) = scene(&bench).await;
    let page = browser.get("/accounts").await;
    has(
        &page.text,
        &[
            "Hello, Ada Lovelace",
            "€1,168.50",
            "€1,175.50",
            "Ends in 7 days",
            "Caf\u{e9} &#60;Zo\u{eb}&#62;",
            "Balance over the last 90 days",
            "role=\"img\"",
            "its highest €1,175.50",
            "<caption>Balance at the end of each day on which it changed</caption>",
            "4 times",
            "€45.00",
            "€74.50",
            "−€29.50",
        ],
    );
    assert!(!page.text.contains("<img src=x") && !page.text.contains("style="), "{}", page.text);
    in_german(&mut browser).await;
    let page = browser.get("/accounts").await;
    has(
        &page.text,
        &["Hallo, Ada Lovelace", "1.168,50 €", "Kontostand der letzten 90 Tage", "Ausgaben im November 2026"],
    );
    has(&page.text, &["Endet in 7 Tagen", "4-mal", "Überweisung", "−29,50 €"]);
}

#[tokio::test]
async fn without_money_the_dashboard_says_how_to_begin() {
    let bench = Bench::new();
    let (mut browser, number) = bench.registered("ada@example.org").await;
    let page = browser.get("/accounts").await;
    has(&page.text, &["Nothing has moved yet", "there is no line to draw yet", "Nothing spent this month."]);
    let page = browser.get(&format!("/accounts/{number}")).await;
    has(&page.text, &["Nothing here yet", "Deposit something to begin"]);
}

#[tokio::test]
async fn each_account_has_charts_of_its_own() {
    let bench = Bench::new();
    let (mut browser, number) = scene(&bench).await;
    bench.clock.advance(std::time::Duration::from_secs(60));
    let opened = browser.post("/accounts/new", &[("name", "Savings"), ("currency", "EUR"), ("pin", PIN)]).await;
    let savings = opened.header("location").trim_start_matches("/accounts/").to_owned();
    let first = browser.get("/accounts").await;
    has(&first.text, &["Available in all accounts", &format!("/accounts?account={savings}#charts"), "€45.00"]);
    let other = browser.get(&format!("/accounts?account={savings}")).await;
    has(&other.text, &["there is no line to draw yet"]);
    // An account that is not one's own is as good as none.
    let stranger = bench.customer("cleo@example.org").await.number;
    assert!(
        browser
            .get(&format!("/accounts?account={stranger}"))
            .await
            .text
            .contains(&format!("?account={number}#charts\" aria-current"))
    );
}

#[tokio::test]
async fn a_search_keeps_what_it_is_about() {
    let bench = Bench::new();
    let (mut browser, number) = scene(&bench).await;
    let page = browser.get(&format!("/accounts/{number}?text=miete+%3Cimg&direction=out&min=20&kind=transfer")).await;
    assert_eq!(page.status, 200);
    has(&page.text, &["One entry found", "€29.50", "“miete &#60;img”", "Money out", "At least €20.00"]);
    has(&page.text, &["&#60;img src=x onerror=alert(1)&#62; &#38; &#34;Miete&#34;"]);
    assert!(!page.text.contains("<img") && !page.text.contains("caf\u{e9}"), "{}", page.text);
    // Every chip leads to the search without it; files keep it.
    has(
        &page.text,
        &[
            &format!("/accounts/{number}?text=miete%20%3Cimg&#38;direction=out&#38;kind=transfer#statement"),
            &format!(
                "/accounts/{number}/statement.csv?text=miete%20%3Cimg&#38;direction=out&#38;kind=transfer&#38;min=20&#38;for=spreadsheets\""
            ),
            &format!("/accounts/{number}/statement.pdf\""),
        ],
    );
    let nothing = browser.get(&format!("/accounts/{number}?text=zzz&from=2026-01-01")).await;
    has(&nothing.text, &["Nothing found", "Try fewer words", "statement.ofx?from=2026-01-01\""]);
    in_german(&mut browser).await;
    let page = browser.get(&format!("/accounts/{number}?max=20,00&direction=in")).await;
    has(&page.text, &["2 Umsätze gefunden", "+5,00 €", "Höchstens 20,00 €", "Eingänge", "Erstattung"]);
}

#[tokio::test]
async fn a_search_that_cannot_be_done_says_why() {
    let bench = Bench::new();
    let (mut browser, number) = scene(&bench).await;
    for (query, says) in [
        ("from=yesterday", "Please enter a day as in 2026-11-22."),
        ("from=2026-11-22&to=2026-11-01", "The end is before the beginning."),
        ("min=5&max=1", "The end is before the beginning."),
        ("min=lots", "amount"),
    ] {
        let page = browser.get(&format!("/accounts/{number}?{query}")).await;
        assert_eq!(page.status, 400, "{query}");
        has(&page.text, &["aria-invalid", says]);
    }
    let long = "x".repeat(101);
    assert_eq!(browser.get(&format!("/accounts/{number}?text={long}")).await.status, 400);
    // A file is not made of what cannot be searched for.
    let answer = browser.get(&format!("/accounts/{number}/statement.csv?from=yesterday")).await;
    assert_eq!(
        (answer.status.into(), answer.header("location")),
        (303, &*format!("/accounts/{number}?from=yesterday"))
    );
}

#[tokio::test]
async fn what_was_found_has_pages() {
    let bench = Bench::new();
    let (mut browser, number) = bench.registered("ada@example.org").await;
    for _ in 0..25 {
        bench.fund(&number, "1.00");
    }
    let page = browser.get(&format!("/accounts/{number}?kind=deposit")).await;
    has(&page.text, &["25 entries found", "+€25.00", "Balance €25.00"]);
    let older = between(&page.text, "kind=deposit&#38;cursor=", "#").expect("a link").to_owned();
    let page = browser.get(&format!("/accounts/{number}?kind=deposit&cursor={older}")).await;
    has(&page.text, &["25 entries found", "Newest entries", "Balance €5.00"]);
    assert!(!page.text.contains("Older entries"), "{}", page.text);
}

#[tokio::test]
async fn every_entry_has_a_receipt() {
    let bench = Bench::new();
    let (mut browser, number) = scene(&bench).await;
    let page = browser.get(&format!("/accounts/{number}?kind=transfer")).await;
    let id = between(&page.text, "/entries/", "\"").expect("a link").to_owned();
    let receipt = browser.get(&format!("/accounts/{number}/entries/{id}")).await;
    has(&receipt.text, &["Receipt", "−€29.50", "€1,220.50", &id, "22 November 2026", "onerror=alert(1)&#62;", "To"]);
    assert!(!receipt.text.contains("<img"), "{}", receipt.text);
    in_german(&mut browser).await;
    let receipt = browser.get(&format!("/accounts/{number}/entries/{id}")).await;
    has(&receipt.text, &["Beleg", "−29,50 €", "Kontostand danach", "22. November 2026"]);
    has(&receipt.text, &["Der Empfänger sieht deinen Namen, die letzten vier Ziffern deiner Kontonummer"]);
    for wrong in ["00000000-0000-0000-0000-000000000000", "x"] {
        let page = browser.get(&format!("/accounts/{number}/entries/{wrong}")).await;
        assert_eq!(page.status, 404);
        has(&page.text, &["Diesen Umsatz gibt es nicht"]);
    }
}

#[tokio::test]
async fn statements_are_taken_away_as_files() {
    let bench = Bench::new();
    let (mut browser, number) = scene(&bench).await;
    for (suffix, kind, begins) in [
        ("csv", "text/csv; charset=utf-8", "time,kind,counterparty"),
        ("ofx", "application/x-ofx", "<?xml"),
        ("camt052.xml", "application/xml", "<?xml"),
        ("pdf", "application/pdf", "%PDF-1."),
    ] {
        let file = browser.get(&format!("/accounts/{number}/statement.{suffix}?from=2026-11-01&to=2026-11-30")).await;
        assert_eq!(file.status, 200, "{suffix}: {}", file.text);
        assert_eq!(file.header("content-type"), kind);
        let name = format!("attachment; filename=\"statement-{number}-2026-11-01-2026-11-30.{suffix}\"");
        assert_eq!(file.header("content-disposition"), name);
        assert!(file.text.starts_with(begins), "{suffix}: {}", file.text);
    }
    let found = browser.get(&format!("/accounts/{number}/statement.csv?kind=refund")).await;
    assert_eq!(found.text.lines().count(), 3, "{}", found.text);
    for (language, begins) in [("en", "\u{feff}\"Time (UTC)\","), ("de", "\u{feff}\"Zeit (UTC)\";")] {
        browser.submit("/language", &[("language", language), ("next", "/accounts")]).await;
        let page = browser.get(&format!("/accounts/{number}")).await;
        has(&page.text, &["statement.csv?for=spreadsheets\"", "statement.csv?for=programs\""]);
        let sheet = browser.get(&format!("/accounts/{number}/statement.csv?kind=refund&for=spreadsheets")).await;
        assert!(sheet.text.starts_with(begins) && sheet.text.lines().count() == 3, "{}", sheet.text);
    }
    let final_one = browser.get(&format!("/accounts/{number}/statement.camt053.xml?to=2026-11-21")).await;
    assert_eq!(final_one.status, 200, "{}", final_one.text);
    let refused = browser.get(&format!("/accounts/{number}/statement.camt053.xml?from=2026-11-01&to=2026-11-22")).await;
    assert_eq!(refused.status, 400);
    has(&refused.text, &["Einige dieser Tage sind noch nicht abgeschlossen", "in camt.052, CSV, OFX und PDF"]);
    has(&browser.get(&format!("/accounts/{number}")).await.text, &["camt.053 umfasst abgeschlossene Tage"]);
    // Balances of the other files would not add up without every entry.
    let all = browser.get(&format!("/accounts/{number}/statement.ofx?kind=refund")).await;
    assert_eq!(all.text.matches("<STMTTRN>").count(), 6, "{}", all.text);
}

#[tokio::test]
async fn strangers_see_nothing_of_it() {
    let bench = Bench::new();
    let (mut browser, number) = scene(&bench).await;
    let page = browser.get(&format!("/accounts/{number}")).await;
    let id = between(&page.text, "/entries/", "\"").expect("a link").to_owned();
    let entry = format!("/entries/{id}");
    let below = [
        "",
        &*entry,
        "/statement.csv",
        "/statement.ofx",
        "/statement.camt053.xml",
        "/statement.camt052.xml",
        "/statement.pdf",
    ];
    let (mut cleo, _) = bench.registered("cleo@example.org").await;
    for below in below {
        let answer = bench.browser().get(&format!("/accounts/{number}{below}")).await;
        assert_eq!(answer.status, 303, "{below}");
        assert!(answer.header("location").starts_with("/login?next=/accounts"), "{}", answer.header("location"));
        assert_eq!(cleo.get(&format!("/accounts/{number}{below}")).await.status, 404, "{below}");
    }
}
