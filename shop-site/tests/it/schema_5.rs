//! A database of schema 5, as `shop-core/tests/it/schema_5.rs` tells of it: what the operator's check and the documents
//! make of it.

use std::sync::Arc;

use kit_core::Currency;
use kit_web::testing::Browser;
use shop_core::gateway::scripted::ScriptedGateway;
use shop_site::{SiteConfig, StoreConfig, as_recorded, open_shop};
use tempfile::TempDir;

use crate::commands::{path, run, text};
use crate::orders::text_of_pdf;

const DUMP: &str = include_str!("../../../shop-core/tests/fixtures/schema_5.sql");
/// Opens the order of 26 lines.
const TOKEN: &str = "7411301f6a629efeada7d8c4105a426c8286725bcbb6935df3ad138c377b11ec";

fn database(folder: &TempDir) -> String {
    let path = path(folder, "shop.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch(DUMP).unwrap();
    path
}

#[tokio::test]
async fn an_invoice_from_before_is_a_page_and_a_file() {
    let folder = TempDir::new().unwrap();
    let shop = open_shop(&StoreConfig::new(database(&folder)), Arc::new(ScriptedGateway::bank())).unwrap();
    let app = shop_site::app(shop, SiteConfig::default());
    let mut browser = Browser::new(&app);
    let page = browser.get(&format!("/orders/{TOKEN}/invoice")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let file = browser.get(&format!("/orders/{TOKEN}/invoice.pdf")).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"));
    let (shown, copied) = (page.text.replace('\u{a0}', " "), text_of_pdf(&file.body));
    // As they were found line by line then, and no rounding that nobody printed.
    for part in ["INV-000001", "Part 24", "€24.87", "€4.78", "€11.67", "€0.82", "€42.14", "Atlantis"] {
        assert!(shown.contains(part), "{part}: {shown}");
        assert!(copied.contains(part), "{part}: {copied}");
    }
    for name in ["王小明", "市府路45號", "鼠标"] {
        assert!(shown.contains(name), "{name}: {shown}");
    }
    assert!(!shown.contains("Rounding") && !copied.contains("Rounding"));
}

#[test]
fn the_check_names_the_twins_from_before() {
    let folder = TempDir::new().unwrap();
    let database = database(&folder);
    drop(open_shop(&StoreConfig::new(&database), Arc::new(ScriptedGateway::bank())).unwrap());
    let checked = run(&["check", "--database", &database]);
    assert_eq!(text(&checked.stderr), "");
    assert_eq!(
        (checked.status.code(), text(&checked.stdout).trim()),
        (Some(1), "differ only by case: KB-0302, kb-0302")
    );
}

#[tokio::test]
async fn prices_from_before_keep_their_decimals() {
    let folder = TempDir::new().unwrap();
    let database = path(&folder, "shop.db");
    let dump = include_str!("../../../shop-core/tests/fixtures/schema_5_xaf.sql");
    rusqlite::Connection::open(&database).unwrap().execute_batch(dump).unwrap();
    let now = Currency::parse("XAF").unwrap();
    let kept = as_recorded(database.as_ref(), now);
    assert_eq!((now.decimals(), kept.decimals()), (0, 2));
    let mut config = StoreConfig::new(&database);
    config.shop.currency = kept;
    let shop = open_shop(&config, Arc::new(ScriptedGateway::bank())).unwrap();
    let app = shop_site::app(shop, SiteConfig::default());
    let page = Browser::new(&app).get("/products/KB-1").await.text.replace('\u{a0}', " ");
    assert!(page.contains("1,500.50"), "{page}");
    let product = Browser::new(&app).get("/api/v1/products/KB-1").await.json();
    assert_eq!((product["price"].as_str(), product["currency"].as_str()), (Some("1500.50"), Some("XAF")));
}
