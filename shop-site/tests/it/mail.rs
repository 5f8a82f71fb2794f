//! Mails about orders: what they say, in both languages.

use std::sync::Arc;
use std::time::Duration;

use kit_mail::{MailError, Mailbox, MemoryMailer, Message};
use serde_json::json;
use shop_core::gateway::Answer;
use shop_core::{AlertKind, OrderNumber};
use shop_site::SiteConfig;

use crate::world::{KEYBOARD, PIN, World, account, api, api_cart, api_keyed, api_order};

const ORIGIN: &str = "https://shop.example";
/// Longer than anything here takes: what waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the courier sends, once that is `count` messages.
async fn mails(world: &World, mailer: &Arc<MemoryMailer>, count: usize) -> Vec<Message> {
    let config = SiteConfig {
        public_origin: ORIGIN.to_owned(),
        mailer: Some(mailer.clone()),
        notify: Some(Mailbox::parse("Orders <orders@shop.example>").expect("an address")),
        ..SiteConfig::default()
    };
    let courier = tokio::spawn(shop_site::courier(world.shop.clone(), &config));
    let mailer = Arc::clone(mailer);
    let sent = tokio::task::spawn_blocking(move || mailer.wait_for(count, PATIENCE)).await.expect("no panic");
    courier.abort();
    assert_eq!(sent.len(), count, "{sent:#?}");
    sent
}

/// Orders two keyboards by the API, in this language; returns the order's token and number.
async fn order(world: &World, language: &str) -> (String, OrderNumber) {
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 2).await;
    let mut body = api_order(&cart, "200.00");
    body["language"] = json!(language);
    let placed = api_keyed(&app, "/orders", "order-key-1", &body).await.json();
    let placed = if placed["order"].is_object() { placed["order"].clone() } else { placed };
    let text = |name: &str| placed[name].as_str().unwrap_or_else(|| panic!("{name}: {placed}")).to_owned();
    (text("token"), OrderNumber::parse(&text("number")).expect("a number"))
}

#[tokio::test]
async fn a_paid_order_is_confirmed() {
    let (world, mailer) = (World::new(), Arc::new(MemoryMailer::default()));
    let (token, number) = order(&world, "en").await;
    let mail = mails(&world, &mailer, 1).await.remove(0);
    assert_eq!(mail.subject, format!("Your order {number} is confirmed"));
    assert_eq!(mail.to.address(), "ada@example.org");
    for words in [
        "Hello Ada Lovelace,".to_owned(),
        "2 × Tern 87: €200.00\nShipping, Standard: free\nTotal, VAT included: €200.00\n".to_owned(),
        "It goes to:\nAda Lovelace\n12 St James's Square\nSW1Y 4JH London\nUnited Kingdom\n".to_owned(),
        format!("{ORIGIN}/orders/find?number={number}\n"),
    ] {
        assert!(mail.text.contains(&words), "{words}: {}", mail.text);
    }
    for secret in [token.as_str(), PIN, &account().digits()] {
        assert!(!mail.text.contains(secret), "{}", mail.text);
    }
}

#[tokio::test]
async fn the_operator_is_told_of_a_paid_order() {
    let (world, mailer) = (World::new().notifying(), Arc::new(MemoryMailer::default()));
    let (token, number) = order(&world, "de").await;
    let mails = mails(&world, &mailer, 2).await;
    let mail = mails.iter().find(|mail| mail.to.address() == "orders@shop.example").expect("the operator's");
    assert_eq!(mail.subject, format!("New order {number}: €200.00"));
    for words in [
        format!("shop-site show {number}\n"),
        "2 × Tern 87: €200.00\nShipping, Standard: free\n".to_owned(),
        "Ada Lovelace\n12 St James's Square\nSW1Y 4JH London\nUnited Kingdom\nada@example.org\n".to_owned(),
    ] {
        assert!(mail.text.contains(&words), "{words}: {}", mail.text);
    }
    for secret in [token.as_str(), PIN, &account().digits()] {
        assert!(!mail.text.contains(secret), "{}", mail.text);
    }
    assert_eq!(mails.iter().filter(|mail| mail.to.address() == "ada@example.org").count(), 1);
}

#[tokio::test]
async fn every_end_is_told_in_the_customers_language() {
    let (world, mailer) = (World::new(), Arc::new(MemoryMailer::default()));
    let (_, number) = order(&world, "de").await;
    world.advance(1);
    world.shop.ship(number).expect("shipped");
    let subjects = |mails: Vec<Message>| mails.into_iter().map(|mail| mail.subject).collect::<Vec<_>>();
    assert_eq!(
        subjects(mails(&world, &mailer, 2).await),
        [format!("Deine Bestellung {number} ist bestätigt"), format!("Deine Bestellung {number} ist unterwegs")]
    );

    let (world, mailer) = (World::new(), Arc::new(MemoryMailer::default()));
    let (token, number) = order(&world, "de").await;
    world.advance(1);
    let cancelled = api(&world.app(), poem::http::Method::POST, &format!("/orders/{token}/cancel"), None).await;
    assert_eq!(cancelled.json()["status"], "cancelled", "{}", cancelled.text);
    let mail = mails(&world, &mailer, 2).await.remove(1);
    assert_eq!(mail.subject, format!("Deine Bestellung {number} ist storniert"));
    assert!(mail.text.contains("Betrag, 200,00\u{a0}€, ist zurück"), "{}", mail.text);

    let (world, mailer) = (World::new(), Arc::new(MemoryMailer::default()));
    world.bank.then(Answer::NotSent);
    let (_, number) = order(&world, "de").await;
    world.advance(30 * 60);
    world.shop.sweep().expect("swept");
    let mail = mails(&world, &mailer, 1).await.remove(0);
    assert_eq!(mail.subject, format!("Deine Bestellung {number} wurde nicht bezahlt"));
    assert!(mail.text.contains("nichts abgebucht") && mail.text.contains("https://shop.example/\n"), "{}", mail.text);
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_raises_an_alert_with_its_order() {
    let refused = || MailError::Permanent("550 no such user".to_owned());
    let alert = |world: &World| {
        let alerts = world.shop.alerts(10).expect("read");
        let [alert] = &alerts[..] else { panic!("{alerts:?}") };
        (world.shop.order_by_id(alert.order).expect("found").order.number, alert.kind, alert.detail.clone())
    };
    // The one that waits longest is refused; that the next one is sent shows that the first was settled.
    let (world, mailer) = (World::new(), Arc::new(MemoryMailer::default()));
    let (_, number) = order(&world, "en").await;
    world.advance(1);
    world.shop.ship(number).expect("shipped");
    mailer.fail_next(refused());
    assert!(mails(&world, &mailer, 1).await[0].subject.contains("on its way"));
    assert_eq!(alert(&world), (number, AlertKind::MailGivenUp, "paid: 550 no such user".to_owned()));

    let (world, mailer) = (World::new().notifying(), Arc::new(MemoryMailer::default()));
    let (_, number) = order(&world, "en").await;
    mailer.fail_next(refused());
    assert_eq!(mails(&world, &mailer, 1).await[0].to.address(), "ada@example.org");
    assert_eq!(alert(&world), (number, AlertKind::OperatorMailGivenUp, "new-order: 550 no such user".to_owned()));
}

#[tokio::test]
async fn a_language_that_we_do_not_speak_is_refused() {
    let world = World::new();
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 2).await;
    let mut body = api_order(&cart, "200.00");
    body["language"] = json!("fr");
    let refused = api_keyed(&app, "/orders", "order-key-1", &body).await;
    assert_eq!((refused.status, &refused.json()["field"]), (400, &json!("language")));
    assert_eq!(world.orders(), 0);
}

#[tokio::test]
async fn a_name_that_is_typed_is_no_header() {
    let (world, mailer) = (World::new(), Arc::new(MemoryMailer::default()));
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 2).await;
    let mut body = api_order(&cart, "200.00");
    body["name"] = json!("Ada\" <eve@example.org>, \"Lovelace");
    assert_eq!(api_keyed(&app, "/orders", "order-key-1", &body).await.status, 201);
    let folder = tempfile::tempdir().expect("a folder");
    let mail = mails(&world, &mailer, 1).await.remove(0);
    let from = kit_mail::Mailbox::parse("no-reply@shop.example").expect("an address");
    kit_mail::Mailer::send(&kit_mail::EmlFolder::open(folder.path(), from).expect("opens"), &mail).expect("kept");
    let file = std::fs::read_dir(folder.path()).expect("the folder").next().expect("a file").expect("a file");
    let text = std::fs::read_to_string(file.path()).expect("text");
    let to = text.lines().find(|line| line.starts_with("To: ")).expect("a recipient");
    assert!(to.ends_with(" <ada@example.org>") && !to.contains("eve@"), "{to}");
}
