//! Searches, charts and documents by the API.

use poem::http::Method;
use serde_json::{Value, json};

use crate::bench::{Bench, Customer, PIN, assert_problem};

/// Ada after a transfer to Ben, two purchases and a refund; the index fed half-way.
async fn scene(bench: &Bench) -> (Customer, Customer) {
    let ada = bench.rich_customer("ada@example.org", "250.00").await;
    let ben = bench.customer("ben@example.org").await;
    let order = json!({ "from": ada.number, "to": ben.number, "amount": "29.50", "currency": "EUR", "reference": "Miete Größe", "pin": PIN });
    assert_eq!(bench.keyed("/transfers", &ada.token, "transfer-1", order).await.status, 201);
    while bench.bank.feed_statements().expect("feeds") > 0 {}
    let shop = bench.merchant("Café Zoë");
    for (key, amount) in [("payment-1", "40.00"), ("payment-2", "10.00")] {
        let body = json!({ "account_number": ada.number, "pin": PIN, "amount": amount, "currency": "EUR", "reference": "=order" });
        let paid = bench.keyed("/payments", &shop, key, body).await;
        assert_eq!(paid.status, 201, "{}", paid.text);
        let id = paid.json()["id"].as_str().expect("an id").to_owned();
        let refund = json!({ "amount": "2.50", "currency": "EUR" });
        let refunded = bench.keyed(&format!("/payments/{id}/refund"), &shop, &format!("refund-{key}"), refund).await;
        assert!(refunded.status < 300, "{}", refunded.text);
    }
    (ada, ben)
}

fn amounts(page: &Value) -> Vec<&str> {
    let entries = page["entries"].as_array().expect("a list");
    entries.iter().map(|entry| entry["amount"].as_str().expect("an amount")).collect()
}

#[tokio::test]
async fn a_search_says_what_it_found_and_adds_up_to() {
    let bench = Bench::new();
    let (ada, _) = scene(&bench).await;
    let search = async |query: &str| {
        let answer = bench.get(&format!("/accounts/{}/entries?{query}", ada.number), &ada.token).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    };
    let found = search("text=CAFE").await;
    assert_eq!(amounts(&found), ["2.50", "-10.00", "2.50", "-40.00"]);
    assert_eq!(found["found"], json!({ "count": 4, "total_in": "5.00", "total_out": "50.00", "currency": "EUR" }));
    assert_eq!(amounts(&search("text=grosse").await), ["-29.50"]);
    assert_eq!(
        amounts(&search("kind=payment&kind=transfer&min_amount=10.00&max_amount=30").await),
        ["-10.00", "-29.50"]
    );
    assert_eq!(amounts(&search("direction=in&from=2026-11-22&to=2026-11-22").await), ["2.50", "2.50", "250.00"]);
    assert_eq!(amounts(&search("to=2026-11-21").await), Vec::<&str>::new());
    let first = search("direction=out&limit=2").await;
    assert_eq!((amounts(&first), &first["found"]["count"]), (vec!["-10.00", "-40.00"], &json!(3)));
    let next = first["next_cursor"].as_str().expect("a cursor");
    let second = search(&format!("direction=out&limit=2&cursor={next}")).await;
    assert_eq!((amounts(&second), &second["next_cursor"]), (vec!["-29.50"], &json!(null)));
    let all = search("limit=2").await;
    assert_eq!((amounts(&all), &all["found"]), (vec!["2.50", "-10.00"], &json!(null)), "nothing was searched for");
    for (query, field) in [
        ("from=22.11.2026", "from"),
        ("from=2026-11-23&to=2026-11-22", "from"),
        ("direction=up", "direction"),
        ("kind=payment,gift", "kind"),
        ("min_amount=-1", "min_amount"),
        ("min_amount=2&max_amount=1", "min_amount"),
        (&*format!("text={}", "x".repeat(101)), "text"),
        ("cursor=x", "cursor"),
    ] {
        let refused = bench.get(&format!("/accounts/{}/entries?{query}", ada.number), &ada.token).await;
        assert_problem(&refused, 400, "invalid-fields");
        assert_eq!(refused.json()["field"], field, "{query}");
    }
}

#[tokio::test]
async fn charts_and_single_entries() {
    let bench = Bench::new();
    let (ada, _) = scene(&bench).await;
    let get = async |path: &str| {
        let answer = bench.get(&format!("/accounts/{}{path}", ada.number), &ada.token).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    };
    let balances = get("/balances?from=2026-11-21&to=2026-11-23").await;
    let day = |day: &str, balance: &str| json!({ "day": day, "balance": balance });
    let days = [day("2026-11-21", "0.00"), day("2026-11-22", "175.50"), day("2026-11-23", "175.50")];
    assert_eq!(balances, json!({ "currency": "EUR", "time_zone": "UTC", "opening": "0.00", "days": days }));
    let spending = get("/spending?from=2026-11-01&to=2026-11-30").await;
    assert_eq!((&spending["total"], &spending["currency"]), (&json!("74.50"), &json!("EUR")));
    assert_eq!(spending["with"][0], json!({ "counterparty": "Café Zoë", "amount": "45.00", "count": 4 }));
    assert_eq!(
        (spending["with"][1]["amount"].as_str(), spending["with"].as_array().map(Vec::len)),
        (Some("29.50"), Some(2))
    );

    let newest = get("/entries?limit=1").await["entries"][0].clone();
    let id = newest["id"].as_str().expect("an id");
    assert_eq!(get(&format!("/entries/{id}")).await, newest);
    for unknown in ["01934b5e-0000-7000-8000-000000000001", "x"] {
        let refused = bench.get(&format!("/accounts/{}/entries/{unknown}", ada.number), &ada.token).await;
        assert_problem(&refused, 404, "entry-not-found");
    }
    let refused =
        bench.get(&format!("/accounts/{}/balances?from=2000-01-01&to=2026-11-22", ada.number), &ada.token).await;
    assert_problem(&refused, 400, "invalid-fields");
}

#[tokio::test]
async fn documents_are_files_with_names() {
    let bench = Bench::new();
    let (ada, _) = scene(&bench).await;
    for (suffix, media, begins) in [
        ("csv", "text/csv; charset=utf-8", "time,kind,"),
        ("ofx", "application/x-ofx", "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<?OFX "),
        ("camt052.xml", "application/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document "),
    ] {
        let path = format!("/accounts/{}/statement.{suffix}?from=2026-11-01", ada.number);
        let file = bench.get(&path, &ada.token).await;
        assert_eq!((file.status, file.header("content-type")), (200, media), "{}", file.text);
        let name = format!("attachment; filename=\"statement-{}-2026-11-01-2026-11-22.{suffix}\"", ada.number);
        assert_eq!(file.header("content-disposition"), name);
        assert!(file.header("cache-control").contains("no-store"), "{}", file.header("cache-control"));
        assert!(file.text.starts_with(begins), "{}", file.text);
        assert!(file.text.contains("Café Zoë"), "{}", file.text);
    }
    let path = format!("/accounts/{}/statement.csv?kind=payment&text=zoe", ada.number);
    let searched = bench.get(&path, &ada.token).await.text;
    assert_eq!(searched.lines().count(), 3, "{searched}");
    assert!(searched.contains(",payment,\"Café Zoë\",,\"=order\",-40.00,EUR,180.50,"), "{searched}");
}

#[tokio::test]
async fn csv_is_for_programs_unless_it_is_asked_for_spreadsheets() {
    let bench = Bench::new();
    let (ada, _) = scene(&bench).await;
    let get =
        async |query: &str| bench.get(&format!("/accounts/{}/statement.csv?{query}", ada.number), &ada.token).await;
    let plain = get("kind=payment").await;
    assert_eq!(plain.text, get("kind=payment&for=programs").await.text);
    assert!(!plain.text.starts_with('\u{feff}') && plain.text.contains(",\"=order\",-40.00,"), "{}", plain.text);
    let english = get("kind=payment&for=spreadsheets").await;
    let head = "\u{feff}\"Time (UTC)\",\"Kind\",\"From or to\",\"Their account\",\"Reference\",\"Amount\",\"Currency\",\"Balance after it\",";
    assert!(english.text.starts_with(head), "{}", english.text);
    assert!(english.text.contains("\"Payment\",\"Café Zoë\",\"\",\"'=order\",-40.00,EUR,180.50,"), "{}", english.text);
    assert!(english.header("content-disposition").ends_with("-2026-11-22.spreadsheet.csv\""));
    let german = bench.api(Method::PATCH, "/me", &ada.token, Some(json!({ "language": "de" }))).await;
    assert_eq!(german.status, 200, "{}", german.text);
    let german = get("kind=payment&for=spreadsheets").await.text;
    assert!(
        german.starts_with(
            "\u{feff}\"Zeit (UTC)\";\"Art\";\"Von oder an\";\"Konto der Gegenseite\";\"Verwendungszweck\";\"Betrag\";"
        ),
        "{german}"
    );
    assert!(german.contains("\"Zahlung\";\"Café Zoë\";\"\";\"'=order\";-40,00;EUR;180,50;"), "{german}");
    let refused = get("for=people").await;
    assert_problem(&refused, 400, "invalid-fields");
    assert_eq!(
        (&refused.json()["field"], &refused.json()["fields"][0]["offered"]),
        (&json!("for"), &json!("programs, spreadsheets"))
    );
}

#[tokio::test]
async fn camt053_is_final_and_today_is_in_camt052() {
    let bench = Bench::new();
    let (ada, _) = scene(&bench).await;
    let get = async |suffix: &str, query: &str| {
        bench.get(&format!("/accounts/{}/statement.{suffix}?{query}", ada.number), &ada.token).await
    };
    for query in ["to=2026-11-22", "from=2026-11-22", "from=2026-11-01&to=2026-11-30", "from=2026-12-01"] {
        let refused = get("camt053.xml", query).await;
        assert_problem(&refused, 400, "days-not-ended");
        let told = refused.json();
        assert_eq!((&told["last_day"], &told["formats"]), (&json!("2026-11-21"), &json!("camt.052, CSV, OFX, PDF")));
    }
    let entries = |text: &str| text.matches("<Ntry>").count();
    let ended = get("camt053.xml", "").await;
    assert_eq!((ended.status, entries(&ended.text)), (200, 0), "{}", ended.text);
    let today = get("camt052.xml", "").await;
    assert_eq!((today.status, entries(&today.text)), (200, 6), "{}", today.text);
    assert!(today.text.contains("<Cd>ITBD</Cd>") && !today.text.contains("CLBD"), "{}", today.text);
    assert!(get("ofx", "from=2026-11-24&to=2026-11-30").await.text.contains("<DTASOF>20261122160700.000[0:GMT]"));

    bench.clock.advance(std::time::Duration::from_secs(24 * 3_600));
    let token = bench.log_in("ada@example.org", crate::bench::PASSWORD).await;
    let get = async |suffix: &str, query: &str| {
        bench.get(&format!("/accounts/{}/statement.{suffix}?{query}", ada.number), &token).await.text
    };
    let ended = get("camt053.xml", "").await;
    assert_eq!((entries(&ended), entries(&get("camt052.xml", "").await)), (6, 0), "{ended}");
    let id = |text: &str| crate::bench::between(text, "<Stmt>\n      <Id>", "<").expect("an id").to_owned();
    bench.fund(&ada.number, "1.00");
    assert_eq!(id(&ended), id(&get("camt053.xml", "").await), "the same content, whatever came later");
    assert_ne!(id(&ended), id(&get("camt053.xml", "from=2026-11-21").await));
}

#[tokio::test]
async fn what_payer_and_recipient_learn_of_each_other() {
    let bench = Bench::new();
    let (ada, ben) = scene(&bench).await;
    let ben_is = bench.api(Method::PATCH, "/me", &ben.token, Some(json!({ "name": "Ben O'Neill" }))).await;
    assert_eq!(ben_is.status, 200);
    let first = async |who: &Customer, text: &str| {
        let path = format!("/accounts/{}/entries?kind=transfer&text={text}", who.number);
        bench.get(&path, &who.token).await.json()["entries"][0].clone()
    };
    // The payer knows a number, and nobody's name.
    let sent = first(&ada, "").await;
    let grouped = kit_core::AccountNumber::parse(&ben.number).expect("a number").to_string();
    assert_eq!((&sent["counterparty"], &sent["counterparty_account"]), (&json!(grouped), &json!(ben.number)));
    assert_eq!(first(&ada, "neill").await, json!(null));
    // The recipient learns the name, and the end of the number.
    let came = first(&ben, "lovelace").await;
    let mask = format!("****{}", &ada.number[8..]);
    assert_eq!((&came["counterparty"], &came["counterparty_account"]), (&json!("Ada Lovelace"), &json!(mask)));
    assert!(!came.to_string().contains(&ada.number[..8]), "{came}");

    // Saved, the payee has the name that the customer gave it, at once and in what was sent before.
    let saved = bench.post("/payees", &ada.token, json!({ "name": "Landlord", "account_number": ben.number })).await;
    assert_eq!(saved.status, 201, "{}", saved.text);
    let sent = first(&ada, "landlord").await;
    assert_eq!((&sent["counterparty"], &sent["counterparty_account"]), (&json!("Landlord"), &json!(ben.number)));
    let file = async |who: &Customer, suffix: &str| {
        let path = format!("/accounts/{}/statement.{suffix}", who.number);
        bench.get(&path, &who.token).await.text
    };
    assert!(file(&ada, "csv").await.contains(&format!("\"Landlord\",{},\"Miete Größe\"", ben.number)));
    assert!(file(&ben, "csv").await.contains(&format!("\"Ada Lovelace\",{mask},\"Miete Größe\"")));
    let camt: String = file(&ada, "camt052.xml").await.lines().map(str::trim_start).collect();
    let other = |id: &str| format!("<Id><Othr><Id>{id}</Id></Othr></Id>");
    let creditor = format!("<Cdtr><Pty><Nm>Landlord</Nm></Pty></Cdtr><CdtrAcct>{}</CdtrAcct>", other(&ben.number));
    assert!(camt.contains(&creditor), "{camt}");
    let camt: String = file(&ben, "camt052.xml").await.lines().map(str::trim_start).collect();
    let debtor = format!("<Dbtr><Pty><Nm>Ada Lovelace</Nm></Pty></Dbtr><DbtrAcct>{}</DbtrAcct>", other(&mask));
    assert!(camt.contains(&debtor) && !camt.contains('•'), "{camt}");
}

#[tokio::test]
async fn another_customer_sees_nothing_of_it() {
    let bench = Bench::new();
    let (ada, ben) = scene(&bench).await;
    let id =
        bench.get(&format!("/accounts/{}/entries", ada.number), &ada.token).await.json()["entries"][0]["id"].clone();
    let entry = format!("/entries/{}", id.as_str().expect("an id"));
    let days = "from=2026-11-01&to=2026-11-30";
    for path in [
        "/entries?text=x",
        &entry,
        &format!("/balances?{days}"),
        &format!("/spending?{days}"),
        "/statement.csv",
        "/statement.ofx",
        "/statement.camt053.xml",
        "/statement.camt052.xml",
    ] {
        let path = format!("/accounts/{}{path}", ada.number);
        assert_problem(&bench.get(&path, &ben.token).await, 404, "account-not-found");
        assert_eq!(bench.get(&path, "").await.status, 401, "{path}");
        assert_eq!(bench.get(&path, &ada.token).await.status, 200, "{path}");
    }
    let of_ben = bench.get(&format!("/accounts/{}/entries?text=miete", ben.number), &ben.token).await.json();
    assert_eq!(amounts(&of_ben), ["29.50"]);
}
