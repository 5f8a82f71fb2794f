//! Mails of the bank: what they say, in both languages, and the way to a new password by the API.

use std::sync::Arc;
use std::time::Duration;

use bank_site::SiteConfig;
use kit_mail::{MailError, MemoryMailer, Message};
use serde_json::{Value, json};

use crate::bench::{Bench, PASSWORD, PIN, assert_problem, between};

const ORIGIN: &str = "https://bank.example";
/// Longer than anything here takes: what waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the courier sends, once that is `count` messages.
pub(crate) async fn mails(bench: &Bench, mailer: &Arc<MemoryMailer>, count: usize) -> Vec<Message> {
    let config = SiteConfig { public_origin: ORIGIN.to_owned(), mailer: Some(mailer.clone()), ..SiteConfig::default() };
    let courier = tokio::spawn(bank_site::courier(bench.bank.clone(), &config));
    let mailer = Arc::clone(mailer);
    let sent = tokio::task::spawn_blocking(move || mailer.wait_for(count, PATIENCE)).await.expect("no panic");
    courier.abort();
    assert_eq!(sent.len(), count, "{sent:#?}");
    sent
}

async fn register(bench: &Bench, language: Value) -> Value {
    let new = json!({
        "name": "Ada Lovelace", "email": "ada@example.org", "password": PASSWORD, "pin": PIN, "language": language,
    });
    let made = bench.post("/customers", "", new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()
}

async fn ask(bench: &Bench, email: &str) {
    let asked = bench.post("/password-resets", "", json!({ "email": email })).await;
    assert_eq!((asked.status, asked.text.as_str()), (202, ""));
}

#[tokio::test]
async fn a_forgotten_password_by_the_api() {
    let (bench, mailer) = (Bench::new(), Arc::new(MemoryMailer::default()));
    let made = register(&bench, json!("de")).await;
    let token = bench.log_in("ada@example.org", PASSWORD).await;
    ask(&bench, "nobody@example.org").await;
    ask(&bench, "Ada@example.org").await;
    let mail = mails(&bench, &mailer, 1).await.remove(0);
    assert_eq!((mail.subject.as_str(), mail.to.address()), ("Wähle ein neues Passwort", "ada@example.org".to_owned()));
    assert!(mail.text.starts_with("Hallo Ada Lovelace,\n\njemand hat"), "{}", mail.text);
    assert!(mail.text.contains("bis 22. November 2026, 16:37 UTC."), "{}", mail.text);
    let link = between(&mail.text, &format!("{ORIGIN}/password/new?token="), "\n").expect("a link");
    assert_eq!(link.len(), 64);

    let redeem = async |token: &str, password: &str| {
        bench.post("/password-resets/redeem", "", json!({ "reset_token": token, "new_password": password })).await
    };
    assert_problem(&redeem("nonsense", "an entirely new sentence").await, 404, "reset-ended");
    assert_problem(&redeem(&"0".repeat(64), "an entirely new sentence").await, 404, "reset-ended");
    assert_problem(&redeem(link, "short").await, 400, "invalid-fields");
    assert_eq!(redeem(link, "an entirely new sentence").await.status, 204);
    assert_problem(&redeem(link, "an entirely new sentence").await, 404, "reset-ended");
    assert_problem(&bench.get("/me", &token).await, 401, "not-logged-in");
    let token = bench.log_in("ada@example.org", "an entirely new sentence").await;
    let by_password = json!({ "password": "an entirely new sentence", "new_pin": "7048823" });
    let pin = format!("/accounts/{}/pin", made["account"]["number"].as_str().expect("a number"));
    assert_problem(&bench.post(&pin, &token, by_password).await, 403, "pin-after-reset");
    let said = mails(&bench, &mailer, 2).await.remove(1);
    assert_eq!(said.subject, "Dein neues Passwort ist gesetzt");
    assert!(!said.text.contains(link), "only one mail ever holds it");
}

#[tokio::test]
async fn asking_is_answered_alike_and_limited() {
    let bench = Bench::new();
    register(&bench, json!("en")).await;
    for email in ["ada@example.org", "nobody@example.org"] {
        for _ in 0..5 {
            ask(&bench, email).await;
        }
        let refused = bench.post("/password-resets", "", json!({ "email": email })).await;
        assert_problem(&refused, 429, "reset-throttled");
        assert_eq!(refused.header("retry-after"), "3600");
    }
    assert_problem(&bench.post("/password-resets", "", json!({ "email": "no address" })).await, 400, "invalid-fields");
}

#[tokio::test]
async fn notices_in_the_customers_language() {
    let (bench, mailer) = (Bench::new(), Arc::new(MemoryMailer::default()));
    let made = register(&bench, json!("en")).await;
    assert_eq!(made["customer"]["language"], "en");
    let number = made["account"]["number"].as_str().expect("a number").to_owned();
    let token = bench.log_in("ada@example.org", PASSWORD).await;
    let change = json!({ "current_password": PASSWORD, "new_password": "another sentence is good" });
    assert_eq!(bench.post("/me/password", &token, change).await.status, 204);
    let mail = mails(&bench, &mailer, 1).await.remove(0);
    assert_eq!(mail.subject, "Your password was changed");
    for words in ["Hello Ada Lovelace,", "on 22 November 2026, 16:07 UTC", "https://bank.example/security"] {
        assert!(mail.text.contains(words), "{words}: {}", mail.text);
    }

    let choose = async |language: &str| {
        bench.api(poem::http::Method::PATCH, "/me", &token, Some(json!({ "language": language }))).await
    };
    assert_problem(&choose("fr").await, 400, "invalid-fields");
    assert_eq!(choose("de").await.status, 200);
    let pin = json!({ "current_pin": PIN, "new_pin": "7048823" });
    assert_eq!(bench.post(&format!("/accounts/{number}/pin"), &token, pin).await.status, 204);
    let mail = mails(&bench, &mailer, 2).await.remove(1);
    assert_eq!(mail.subject, "Deine PIN wurde geändert");
    assert!(mail.text.contains(&number[8..]) && !mail.text.contains(&number), "{}", mail.text);
}

#[tokio::test]
async fn a_mailer_that_fails_is_asked_again_and_hurts_nobody() {
    let (bench, mailer) = (Bench::new(), Arc::new(MemoryMailer::default()));
    register(&bench, json!("en")).await;
    let token = bench.log_in("ada@example.org", PASSWORD).await;
    let change = json!({ "current_password": PASSWORD, "new_password": "another sentence is good" });
    assert_eq!(bench.post("/me/password", &token, change).await.status, 204);
    mailer.fail_next(MailError::Transient("nobody answers".to_owned()));
    let config = SiteConfig { mailer: Some(mailer.clone()), ..SiteConfig::default() };
    let courier = tokio::spawn(bank_site::courier(bench.bank.clone(), &config));
    // It is tried again when a minute has passed by the bank's clock: which begins once the courier has been refused.
    let clock = Arc::clone(&bench.clock);
    let sent = tokio::task::spawn_blocking(move || {
        let tries = (0..300).map(|_| {
            clock.advance(Duration::from_secs(60));
            mailer.wait_for(1, Duration::from_millis(100))
        });
        tries.into_iter().find(|sent| !sent.is_empty())
    });
    assert_eq!(sent.await.expect("no panic").expect("sent at last")[0].subject, "Your password was changed");
    bench.log_in("ada@example.org", "another sentence is good").await;
    courier.abort();
}
