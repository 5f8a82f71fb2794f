//! Looking around: the shipped catalogue, lists, categories, search, products.

use std::collections::BTreeSet;
use std::sync::Arc;

use kit_web::testing::Browser;
use poem::http::Method;
use shop_core::gateway::Answer;
use shop_core::gateway::scripted::ScriptedGateway;

use crate::world::{BANK, World, api, put};

pub(crate) fn shipped() -> World {
    let world = World::empty(Arc::new(ScriptedGateway::always(Answer::NotSent)));
    world.shop.import(shop_site::CATALOGUE.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    world
}

#[tokio::test]
async fn the_shipped_catalogue_is_large_and_every_product_has_its_page() {
    let world = shipped();
    let app = world.app();
    let categories = world.shop.categories().unwrap();
    let products: u64 = categories.iter().map(|category| category.products).sum();
    assert!(products >= 120, "{products} products");
    assert!(categories.len() >= 10, "{} categories", categories.len());
    let mut browser = Browser::new(&app);
    let home = browser.get("/").await;
    for category in &categories {
        assert!(home.text.contains(&format!("href=\"/categories/{}\"", category.slug)), "{}", category.slug);
        let page = browser.get(&format!("/categories/{}", category.slug)).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(&format!("{} product", category.products)), "{}", category.slug);
    }
    let mut seen = BTreeSet::new();
    let mut path = "/products?limit=50".to_owned();
    loop {
        let page = api(&app, Method::GET, &path, None).await.json();
        for product in page["products"].as_array().unwrap() {
            let sku = product["sku"].as_str().unwrap().to_owned();
            let answer = browser.get(&format!("/products/{sku}")).await;
            assert_eq!(answer.status, 200, "{sku}");
            assert!(answer.text.contains("Specifications"), "{sku} has no specifications");
            assert!(seen.insert(sku), "pages do not overlap");
        }
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/products?limit=50&cursor={cursor}");
    }
    assert_eq!(seen.len() as u64, products);
}

#[tokio::test]
async fn lists_have_pages_and_orders() {
    let world = shipped();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let first = browser.get("/products?sort=price").await;
    assert!(first.text.contains("Page 1 of"), "{}", first.text);
    assert!(first.text.contains("/products?sort=price&#38;page=2"), "{}", first.text);
    assert!(first.text.contains("<option value=\"price\" selected>"));
    let cheapest = api(&app, Method::GET, "/products?sort=price&limit=1", None).await.json();
    assert!(first.text.contains(cheapest["products"][0]["sku"].as_str().unwrap()));
    // Addresses are edited and shared: what cannot be read is the usual.
    for path in ["/products?sort=nonsense&page=-1", "/products?page=99999999999"] {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    for path in ["/products?page=4000000000", "/categories/docks?page=9", "/products?brand=None&page=2"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    let behind = browser.get("/products?page=999").await;
    assert_eq!(behind.status, 404);
    let behind = behind.text;
    assert!(behind.contains("This list has only") && !behind.contains("Page 999"), "{behind}");
    assert!(behind.contains("Last page"), "{behind}");
}

#[tokio::test]
async fn a_search_finds_and_keeps_its_words() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let found = browser.get("/search?q=oled+lap").await;
    assert!(found.text.contains("LT-1401"), "{}", found.text);
    assert!(found.text.contains("value=\"oled lap\""));
    let nothing = browser.get("/search?q=xyzzy").await;
    assert_eq!(nothing.status, 200);
    assert!(nothing.text.contains("We found nothing"));
    assert_eq!(browser.get("/search?q=++").await.header("location"), "/products");
    let narrowed = api(&app, Method::GET, "/products?q=usb&category=docks", None).await.json();
    let products = narrowed["products"].as_array().unwrap();
    assert!(!products.is_empty() && products.iter().all(|product| product["category"] == "docks"));
}

#[tokio::test]
async fn hostile_searches_are_just_words() {
    let app = shipped().app();
    let mut browser = Browser::new(&app);
    let long = "a".repeat(5_000);
    for query in [
        "%22",
        "%22+OR+1%3D1",
        "*",
        "name%3Ax",
        "NEAR(a+b)",
        "a%00b",
        "%27%3B+DROP+TABLE+products%3B--",
        "(((",
        "-",
        "%F0%9F%92%BB",
        "%FF%FE",
        &long,
    ] {
        let page = browser.get(&format!("/search?q={query}")).await;
        assert_eq!(page.status, 200, "{query}");
        let by_api = api(&app, Method::GET, &format!("/products?q={query}"), None).await;
        assert_eq!(by_api.status, 200, "{query}: {}", by_api.text);
    }
    let page = browser.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22%20onfocus=x").await;
    assert!(!page.text.contains("<script>"), "{}", page.text);
    assert!(!page.text.contains("\" onfocus"), "{}", page.text);
}

#[tokio::test]
async fn a_product_shows_its_facts_escaped() {
    let app = World::new().app();
    let page = Browser::new(&app).get("/products/MS-1").await;
    assert!(page.text.contains("&#60;b&#62;Wren&#60;/b&#62;"), "{}", page.text);
    assert!(!page.text.contains("<b>"));
    for words in ["€20.00", "Only 1 left", "Weight", "80\u{a0}g", "1920 x 1200", "Small &#38; light."] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_page_that_leads_on() {
    let app = World::new().app();
    let mut browser = Browser::new(&app);
    let token = "0".repeat(64);
    for (path, words) in [
        ("/products/NONE-1", "We do not sell this product"),
        ("/products/%00", "We do not sell this product"),
        ("/categories/nothing", "We have no such category"),
        ("/categories/Nothing%20at%20all", "We have no such category"),
        (&format!("/orders/{token}"), "We do not know this order"),
        ("/orders/1", "We do not know this order"),
        ("/nowhere", "There is nothing here"),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text.contains(words), "{path}: {}", page.text);
        assert!(page.text.contains("To all products"), "{path}");
    }
}

#[tokio::test]
async fn a_newcomer_finds_the_way_to_the_bank() {
    let world = World::new();
    let app = world.app();
    for path in ["/", "/products", "/cart", "/nowhere"] {
        let page = Browser::new(&app).get(path).await;
        assert!(page.text.contains(&format!("<a href=\"{BANK}/register\">Open a bank account</a>")), "{path}");
        assert!(page.text.contains(&format!("<a href=\"{BANK}/accounts\">Deposit money</a>")), "{path}");
    }
    for bank_url in [None, Some("javascript:alert(1)".to_owned())] {
        let config = shop_site::SiteConfig { bank_url, ..shop_site::SiteConfig::default() };
        let app = shop_site::app(world.shop.clone(), config);
        let page = Browser::new(&app).get("/").await;
        assert!(!page.text.contains("/register") && !page.text.contains("javascript:"), "{}", page.text);
    }
}

#[tokio::test]
async fn a_retired_product_says_so_and_is_in_no_list() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, "KB-1", "1").await;
    world.shop.import(b"sku,retired\nKB-1,yes\n").unwrap();
    let page = browser.get("/products/KB-1").await;
    assert_eq!(page.status, 410);
    assert!(page.text.contains("This product is no longer sold."), "{}", page.text);
    assert!(!browser.get("/products").await.text.contains("/products/KB-1\""));
    assert!(!browser.get("/").await.text.contains("/products/KB-1\""));
    assert_eq!(api(&app, Method::GET, "/products/KB-1", None).await.status, 404);
    let cart = browser.get("/cart").await;
    assert!(cart.text.contains("No longer sold: please remove it."), "{}", cart.text);
    assert!(!cart.text.contains("href=\"/checkout\""), "it cannot be ordered");
}

#[tokio::test]
async fn a_product_or_category_in_another_case_is_moved_to_its_one_address() {
    let app = World::new().app();
    let mut browser = Browser::new(&app);
    for (asked, to) in [
        ("/products/kb-1", "/products/KB-1"),
        ("/products/Kb-1?ref=mail&x=%22", "/products/KB-1?ref=mail&x=%22"),
        ("/categories/Keyboards?sort=price", "/categories/keyboards?sort=price"),
    ] {
        let answer = browser.get(asked).await;
        assert_eq!((answer.status, answer.header("location")), (308, to), "{asked}");
        assert_eq!(browser.get(to).await.status, 200);
    }
    for missing in ["/products/kb-2", "/categories/KEYBOARDS!", "/products/kb-1!"] {
        assert_eq!(browser.get(missing).await.status, 404, "{missing}");
    }
    // A program names what it means.
    assert_eq!(browser.get("/api/v1/products/kb-1").await.status, 404);
}
