//! The program: what an operator does with orders.

use std::sync::Arc;

use kit_core::{Delivery, Pin, SecretText};
use shop_core::gateway::scripted::ScriptedGateway;
use shop_core::gateway::{Answer, PaymentGateway};
use shop_core::{Checkout, MailKind, OrderNumber, Payment, Quantity, Shop, Sku};
use shop_site::{StoreConfig, open_shop};
use tempfile::TempDir;

use crate::commands::{KEY, path, program, run, text};
use crate::world::{PIN, account, eur};

/// Orders one docking station; the number of the order.
fn order(shop: &Shop, form_key: &str) -> String {
    order_with(shop, form_key, "")
}

/// With a note.
fn order_with(shop: &Shop, form_key: &str, note: &str) -> String {
    let query = shop_core::ProductQuery { text: Some("dock".to_owned()), ..Default::default() };
    let sku: Sku = shop.products(&query).unwrap().products[0].sku.clone();
    let cart = shop.new_cart_token();
    let view = shop.set_line(&cart, &sku, Quantity::new(1).unwrap()).unwrap();
    let form = Checkout {
        name: "Ada Lovelace".to_owned(),
        street: "12 St James's Square".to_owned(),
        postal_code: "SW1Y 4JH".to_owned(),
        city: "London".to_owned(),
        country: "United Kingdom".to_owned(),
        company: String::new(),
        address_line_2: String::new(),
        vat_number: String::new(),
        phone: String::new(),
        email: "ada@example.org".to_owned(),
        shipping: None,
        note: note.to_owned(),
        language: kit_core::Language::English,
        payment: Payment {
            account: account().to_string(),
            pin: SecretText::new(PIN.to_owned()),
            key: kit_core::IdempotencyKey::parse(form_key).unwrap(),
        },
        expected_total: view.total,
    };
    shop.checkout(&cart, &form).unwrap().order.order.number.to_string()
}

#[test]
fn orders_are_listed_shown_shipped_and_cancelled() {
    let folder = TempDir::new().unwrap();
    let database = path(&folder, "shop.db");
    let bank = Arc::new(ScriptedGateway::bank());
    bank.open_account(account(), &Pin::parse(PIN).unwrap(), eur(10_000_000));
    let gateway: Arc<dyn PaymentGateway> = bank.clone();
    let shop = open_shop(&StoreConfig::new(&database), gateway).unwrap();
    let (shipped, given_back) = (order(&shop, "form-key-1"), order(&shop, "form-key-2"));
    bank.then(Answer::NotSent);
    let unpaid = order(&shop, "form-key-3");
    bank.then(Answer::Mismatch { field: "amount".to_owned() });
    let strange = order(&shop, "form-key-4");
    let paid = shop.order_by_number(OrderNumber::parse(&shipped).unwrap()).unwrap().order.id;
    let given_up = Delivery::GaveUp { at: shop.time() };
    shop.settle_mail(paid, MailKind::Paid, given_up, Some("550 no such user")).unwrap();
    drop(shop);

    let call = |arguments: &[&str]| {
        let bank = ["--bank-url", "http://127.0.0.1:9", "--bank-deadline-seconds", "1"];
        let bank: &[&str] = if arguments[0] == "cancel" { &bank } else { &[] };
        let command =
            program(arguments).args(["--database", &database]).args(bank).env("SHOP_BANK_API_KEY", KEY).output();
        let output = command.unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (_, listed, _) = call(&["orders"]);
    assert_eq!(listed.lines().count(), 4, "{listed}");
    assert!(listed.lines().next().unwrap().starts_with(&strange), "newest first: {listed}");
    let (_, paid, _) = call(&["orders", "--state", "paid"]);
    assert!(paid.contains(&shipped) && paid.contains(&given_back) && !paid.contains(&unpaid), "{paid}");

    let (_, shown, _) = call(&["show", &shipped.to_lowercase()]);
    for words in ["Paid.", "Ada Lovelace", "paid, the bank's id is", "placed, stock taken"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains(&account().digits()) && !shown.contains(PIN), "{shown}");

    assert_eq!(call(&["ship", &shipped]).0, Some(0));
    let (code, _, said) = call(&["ship", &shipped]);
    assert_eq!((code, said.trim()), (Some(1), "shop-site: This order is on its way already."));
    let (code, _, said) = call(&["cancel", &shipped]);
    assert_eq!((code, said.trim()), (Some(1), "shop-site: This order is on its way already."));
    let (code, shown, _) = call(&["show", &format!("#{}", shipped.to_lowercase().replace('-', " "))]);
    assert!(code == Some(0) && shown.contains(&shipped), "{shown}");
    let (code, _, said) = call(&["show", "0000-0000"]);
    assert_eq!(code, Some(1), "{said}");

    let (code, cancelled, said) = call(&["cancel", &unpaid]);
    assert_eq!(code, Some(0), "{said}");
    assert!(cancelled.contains("Nothing was charged."), "{cancelled}");
    // The bank is out of reach: the refund is recorded, and the sweep of a serving shop sends it again.
    let (code, refunding, _) = call(&["cancel", &given_back]);
    assert_eq!(code, Some(0));
    assert!(refunding.contains("cancelling") && refunding.contains("on its way back"), "{refunding}");

    let (_, alerts, _) = call(&["alerts"]);
    assert!(alerts.contains("mismatch") && alerts.contains(&strange) && alerts.contains("amount"), "{alerts}");
    assert!(alerts.contains("Compare the payment with the bank's list."), "what to do about it: {alerts}");
    for words in [format!("mail-given-up           order {shipped}  paid: 550 no such user"), "Reach them".to_owned()] {
        assert!(alerts.contains(&words), "{words}: {alerts}");
    }
}

#[test]
fn orders_are_exported_as_csv() {
    let folder = TempDir::new().unwrap();
    let database = path(&folder, "data/shop.db");
    let bank = Arc::new(ScriptedGateway::bank());
    bank.open_account(account(), &Pin::parse(PIN).unwrap(), eur(100_000_000));
    let shop = open_shop(&StoreConfig::new(&database), bank).unwrap();
    let hostile = "He said \"=1+1, or so\";\nü";
    let first = order_with(&shop, "form-key-1", hostile);
    let more: Vec<String> = (0..60).map(|n| order(&shop, &format!("form-key-more-{n}"))).collect();
    drop(shop);
    let call = |arguments: &[&str]| {
        let output = program(arguments).args(["--database", &database]).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let exported = call(&["orders", "--csv"]);
    assert!(exported.starts_with("number,state,placed_at,") && exported.ends_with("\r\n"), "{exported}");
    let mut reader = csv::Reader::from_reader(exported.as_bytes());
    let names = reader.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.unwrap()).collect();
    let value =
        |record: &csv::StringRecord, name: &str| record[names.iter().position(|n| n == name).unwrap()].to_owned();
    let numbers: Vec<String> = records.iter().map(|record| value(record, "number")).collect();
    let newest_first: Vec<String> = more.iter().rev().chain([&first]).cloned().collect();
    assert_eq!(numbers, newest_first, "all of them");
    let last = records.last().unwrap();
    for (name, expected) in [
        ("state", "paid"),
        ("name", "Ada Lovelace"),
        ("email", "ada@example.org"),
        ("units", "1"),
        ("currency", "EUR"),
        ("invoice", "INV-000001"),
        ("credit_note", ""),
        ("note", hostile),
    ] {
        assert_eq!(value(last, name), expected, "{name}");
    }
    let minor = |name: &str| value(last, name).replace('.', "").parse::<i64>().unwrap();
    assert_eq!(minor("goods") - minor("discount") + minor("shipping"), minor("total"));
    assert_eq!(call(&["orders", "--csv", "--limit", "2"]).lines().count(), 3);
    assert_eq!(call(&["orders", "--csv", "--state", "shipped"]).lines().count(), 1);
    assert_eq!(call(&["orders"]).lines().count(), 50);
}

#[test]
fn a_shop_keeps_its_catalogue_and_its_currency() {
    let folder = TempDir::new().unwrap();
    let database = path(&folder, "shop.db");
    let gateway = || -> Arc<dyn PaymentGateway> { Arc::new(ScriptedGateway::always(Answer::NotSent)) };
    let products = |shop: &Shop| shop.products(&Default::default()).unwrap().total;
    let shop = open_shop(&StoreConfig::new(&database), gateway()).unwrap();
    let shipped = products(&shop);
    drop(shop);
    let file = path(&folder, "one.csv");
    let header = "sku,name,brand,category,price,stock,description,specifications";
    std::fs::write(&file, format!("{header}\nA-1,One,Fjordlight,mice,1.00,1,Small.,\n")).unwrap();
    assert_eq!(text(&run(&["import", &file, "--database", &database]).stdout), "1 added, 0 updated, 0 unchanged\n");
    let shop = open_shop(&StoreConfig::new(&database), gateway()).unwrap();
    assert_eq!(products(&shop), shipped + 1, "what ships with the shop is imported once");
    drop(shop);
    let output = run(&["orders", "--database", &database, "--currency", "USD"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("in EUR, not in USD; start with --currency EUR"), "{}", text(&output.stderr));
}
