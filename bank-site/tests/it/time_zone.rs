//! What pages, files, mails and the API say of days and times where the bank is in a zone of its own.

use std::sync::Arc;

use kit_core::{Clock, Zone};
use kit_mail::MemoryMailer;
use serde_json::json;

use crate::bench::{Bench, PASSWORD};
use crate::mail::mails;

#[tokio::test]
async fn pages_and_files_have_the_days_of_the_zone_and_name_it() {
    // 16:07 UTC on a Sunday: seven past one on Monday in Tokyo.
    let bench = Bench::with(|config| config.time_zone = Zone::parse("Asia/Tokyo").ok());
    let ada = bench.rich_customer("ada@example.org", "250.00").await;
    let today = bench.bank.calendar().day(bench.clock.now());
    assert_eq!(today.to_string(), "2026-11-23");
    let mut browser = bench.browser();
    browser.get("/login").await;
    browser.post("/login", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;

    let account = browser.get(&format!("/accounts/{}", ada.number)).await;
    for text in ["<time datetime=\"2026-11-23\">23 November 2026</time>", "Time zone: Asia/Tokyo"] {
        assert!(account.text.contains(text), "{text} in {}", account.text);
    }
    assert!(browser.get("/security").await.text.contains("23 November 2026, 01:07 UTC+9"));
    let home = browser.get("/accounts").await.text;
    assert!(home.contains("23 November 2026") && !home.contains("22 November 2026"), "{home}");

    let path = format!("/accounts/{}/entries", ada.number);
    for (day, count) in [("2026-11-22", 0), ("2026-11-23", 1)] {
        let found = bench.get(&format!("{path}?from={day}&to={day}"), &ada.token).await.json();
        assert_eq!((&found["found"]["count"], &found["time_zone"]), (&json!(count), &json!("Asia/Tokyo")));
    }
    let balances = format!("/accounts/{}/balances?from=2026-11-22&to=2026-11-23", ada.number);
    let balances = bench.get(&balances, &ada.token).await.json();
    assert_eq!(balances["time_zone"], "Asia/Tokyo");
    assert_eq!((&balances["days"][0]["balance"], &balances["days"][1]["balance"]), (&json!("0.00"), &json!("250.00")));

    let file = async |name: &str| bench.get(&format!("/accounts/{}/{name}", ada.number), &ada.token).await;
    let camt = file("statement.camt052.xml").await.text;
    assert!(camt.contains("<FrDtTm>2026-11-23T00:00:00.000000+09:00</FrDtTm>"), "{camt}");
    assert!(camt.contains("<TxDtTm>2026-11-23T01:07:00.000000+09:00</TxDtTm>"), "{camt}");
    assert!(file("statement.ofx").await.text.contains("<DTPOSTED>20261123010700.000[9:UTC+9]"));
    assert!(file("statement.csv").await.text.contains("\n2026-11-23T01:07:00.000000+09:00,deposit,"));
    let sheet = file("statement.csv?for=spreadsheets").await;
    assert!(sheet.text.starts_with("\u{feff}\"Time (Asia/Tokyo)\",") && sheet.text.contains("\n2026-11-23 01:07:00,"));
    assert!(sheet.header("content-disposition").contains("-2026-11-23-2026-11-23."));
    let refused = file("statement.camt053.xml?to=2026-11-23").await.json();
    assert_eq!((&refused["code"], &refused["last_day"]), (&json!("days-not-ended"), &json!("2026-11-22")));

    let mailer = Arc::new(MemoryMailer::default());
    let change = json!({ "current_password": PASSWORD, "new_password": "another sentence is good" });
    assert_eq!(bench.post("/me/password", &ada.token, change).await.status, 204);
    let mail = mails(&bench, &mailer, 1).await.remove(0);
    assert!(mail.text.contains("on 23 November 2026, 01:07 UTC+9"), "{}", mail.text);
}
