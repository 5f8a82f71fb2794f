//! Whether everything is said in every language.

use std::path::Path;

use kit_web::testing::{Browser, check_words, unmarked};

use crate::world::{KEYBOARD, PIN, World, order, put};

#[test]
fn every_text_exists_in_every_language_and_is_used() {
    assert_eq!(check_words(Path::new(env!("CARGO_MANIFEST_DIR"))), Vec::<String>::new());
}

#[test]
fn every_key_of_the_shipped_catalogue_is_translated() {
    let keys = shop_site::catalogue_keys();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    for language in kit_core::Language::ALL {
        let path = folder.join(language.code()).join("catalogue.ftl");
        let words = std::fs::read_to_string(&path).expect("the catalogue's words");
        let said = |key: &str| words.lines().any(|line| line.split_once(" =").is_some_and(|(said, _)| said == key));
        let categories = keys.categories.iter().map(|slug| format!("category-{slug}"));
        let specifications = keys.specifications.iter().map(|key| format!("spec-{}", key.replace('_', "-")));
        let missing: Vec<String> = categories.chain(specifications).filter(|key| !said(key)).collect();
        assert_eq!(missing, Vec::<String>::new(), "{language}");
    }
}

/// What is shown and not said: names and places of this test's own, units, and the languages' own names.
fn is_data(text: &str) -> bool {
    let data = [
        "<b>",
        "Wren",
        "Tern",
        "Quiet",
        "light",
        "Brackwell",
        "Small",
        "ada@example.org",
        "English",
        "Deutsch",
        "Ada",
        "London",
        "KB-1",
        "KB",
        "UTC",
        "·",
    ];
    let words = text.split(|c: char| c.is_whitespace() || "·,()".contains(c)).filter(|word| !word.is_empty());
    words
        .filter(|word| word.chars().any(char::is_alphabetic))
        .all(|word| word.len() == 1 || data.iter().any(|data| word.contains(data)))
}

#[tokio::test]
async fn no_page_says_anything_that_is_not_translated() {
    let world = World::new();
    let config = shop_site::SiteConfig { mark_words: true, bank_url: None, ..world.config() };
    let app = shop_site::app(world.shop.clone(), config);
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    let mut addresses: Vec<String> = [
        "/",
        "/products",
        "/products/KB-1",
        "/products/MS-1",
        "/search?q=nothing-like-it",
        "/search?q=tern",
        "/cart",
        "/checkout",
        "/nowhere",
        "/products/NONE-1",
        "/products?page=999",
        "/products?brand=Fjordlight&in_stock=1&price=1..500",
        "/categories/keyboards",
        "/compare",
        "/compare?sku=KB-1",
        "/compare?sku=KB-1&sku=MS-1",
    ]
    .map(str::to_owned)
    .into();
    addresses.push(order(&mut Browser::new(&app), PIN).await);
    addresses.push(order(&mut Browser::new(&app), "000000").await);
    for address in addresses {
        let page = browser.get(&address).await;
        let forgotten: Vec<String> = unmarked(&page.text).into_iter().filter(|text| !is_data(text)).collect();
        assert_eq!(forgotten, Vec::<String>::new(), "{address}");
    }
}
