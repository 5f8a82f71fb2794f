//! What customers type, in two languages, and what comes first: over both stores, with the catalogue and the synonyms
//! that ship with the shop.

use shop_core::store::memory::MemoryStore;
use shop_core::store::sqlite::SqliteStore;
use std::sync::Arc;

use shop_core::{ProductPage, ProductQuery, ShopConfig, Synonyms, Target};

use crate::world::World;

const CATALOGUE: &[u8] = include_bytes!("../../../shop-site/catalogue.csv");
const SYNONYMS: &[u8] = include_bytes!("../../../shop-site/catalogue.synonyms");

/// A text, and the first hits: each by its SKU or the beginning of it.
const QUERIES: [(&str, &[&str]); 62] = [
    // A category's own name, one and many.
    ("laptops", &["LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT"]),
    ("laptop", &["LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT"]),
    ("monitors", &["MN", "MN", "MN", "MN", "MN", "MN", "MN", "MN", "MN", "MN", "MN"]),
    ("mouse", &["MS", "MS", "MS", "MS", "MS", "MS", "MS", "MS", "MS", "MS"]),
    ("keyboards", &["KB", "KB", "KB", "KB", "KB", "KB", "KB", "KB", "KB", "KB"]),
    ("docks", &["DK", "DK", "DK", "DK", "DK", "DK", "DK", "DK", "DK", "DK"]),
    ("memory", &["ME", "ME", "ME", "ME", "ME", "ME", "ME", "ME", "ME", "ME"]),
    ("storage", &["ST", "ST", "ST", "ST", "ST", "ST", "ST", "ST", "ST", "ST", "ST"]),
    ("graphics cards", &["GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC"]),
    ("Tastatur", &["KB", "KB", "KB", "KB", "KB", "KB", "KB", "KB", "KB", "KB"]),
    ("Bildschirme", &["MN", "MN", "MN", "MN", "MN", "MN", "MN", "MN", "MN", "MN", "MN"]),
    ("Grafikkarten", &["GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC"]),
    // Other words for it.
    ("notebook", &["LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT", "LT"]),
    ("gpu", &["GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC"]),
    ("graphics card", &["GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC", "GC"]),
    ("video card 24 GB", &["GC-0406"]),
    ("cpu", &["PR", "PR", "PR", "PR", "PR", "PR", "PR", "PR", "PR", "PR", "PR"]),
    ("headphones", &["HS", "HS", "HS", "HS", "HS", "HS", "HS", "HS", "HS", "HS"]),
    ("Kopfhörer", &["HS", "HS", "HS", "HS", "HS", "HS", "HS", "HS", "HS", "HS"]),
    ("noise cancelling headphones", &["HS-0101", "HS-0102"]),
    ("earbuds", &["HS-0103"]),
    ("docking station", &["DK", "DK", "DK", "DK", "DK", "DK", "DK", "DK", "DK", "DK"]),
    ("RAM Riegel", &["ME", "ME", "ME", "ME", "ME", "ME", "ME", "ME", "ME", "ME"]),
    ("hard drive", &["ST-0301", "ST-0302"]),
    ("Speicherkarte", &["ST-0501"]),
    ("number pad", &["KB-0105"]),
    ("Ziffernblock", &["KB-0105"]),
    ("curved monitor", &["MN-3401"]),
    ("gebogener Monitor", &["MN-3401"]),
    ("vertical mouse", &["MS-0202"]),
    ("ergonomische Maus", &["MS-0202"]),
    ("trackball", &["MS-0203"]),
    ("wireless mouse", &["MS-0302", "MS", "MS", "MS", "MS", "MS", "MS"]),
    ("Funkmaus", &["MS-0302", "MS", "MS", "MS", "MS", "MS", "MS"]),
    ("kabellose Tastatur", &["KB-0302", "KB", "KB", "KB", "KB"]),
    // Letters and digits, together and apart.
    ("wifi7 router", &["NW-0101", "NW-0102"]),
    ("wifi 7 router", &["NW-0101", "NW-0102"]),
    ("Wi-Fi 7 Router", &["NW-0101", "NW-0102"]),
    ("WLAN 7 Router", &["NW-0101", "NW-0102"]),
    ("wlan7-router", &["NW-0101", "NW-0102"]),
    ("27 inch", &["MN-2701", "MN-2702", "MN-2704", "MN-2706"]),
    ("27\"", &["MN-2701", "MN-2702", "MN-2704", "MN-2706"]),
    ("27-inch", &["MN-2701", "MN-2702", "MN-2704", "MN-2706"]),
    ("27inch monitor", &["MN-2701", "MN-2702", "MN-2704", "MN-2706"]),
    ("27″ monitor", &["MN-2701", "MN-2702", "MN-2704", "MN-2706"]),
    ("Bildschirm 27 Zoll", &["MN-2701", "MN-2702", "MN-2704", "MN-2706"]),
    ("ddr 5", &["ME-0201", "ME-0202", "ME-0203", "ME-0204", "ME-0205"]),
    ("DDR5", &["ME-0201", "ME-0202", "ME-0203", "ME-0204", "ME-0205"]),
    ("2tb ssd", &["ST-0401", "ST-0102", "ST-0103"]),
    ("SSD mit 2 TB", &["ST-0401", "ST-0102", "ST-0103"]),
    ("vesta460", &["GC-0403", "GC-0404"]),
    ("Laptop mit 32 GB", &["LT-1402", "LT-1601", "LT-1604"]),
    ("32gb laptop", &["LT-1402", "LT-1601", "LT-1604"]),
    ("lt1301", &["LT-1301"]),
    // Words that say nothing, and slips.
    ("keyboard for the laptop", &["KB"]),
    ("Tastatur für den Laptop", &["KB"]),
    ("a webcam with 4k", &["WC-0102"]),
    ("keybaord", &["KB", "KB", "KB"]),
    ("trakcball", &["MS-0203"]),
    // Most words.
    ("wireless mouse for mac", &["MS-0302", "MS", "MS", "MS", "MS", "MS", "MS"]),
    ("kabellose Maus für Chromebook", &["MS-0302", "MS", "MS", "MS", "MS", "MS", "MS"]),
    ("quiet mechanical keyboard with german layout", &["KB-0101", "KB-0102"]),
];

/// The shop as it ships, in memory and in a file.
fn worlds() -> (tempfile::TempDir, [World; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("shop.db")).expect("a fresh file");
    let config =
        ShopConfig { synonyms: Synonyms::parse(SYNONYMS).expect("the file is in order"), ..ShopConfig::default() };
    let worlds =
        [World::with_nothing_to_sell(Arc::new(MemoryStore::new())), World::with_nothing_to_sell(Arc::new(store))]
            .map(|world| world.configured(config.clone()));
    for world in &worlds {
        world.shop.import(CATALOGUE).unwrap_or_else(|error| panic!("{error}"));
    }
    (folder, worlds)
}

fn page(world: &World, text: &str) -> ProductPage {
    let query = ProductQuery { text: Some(text.to_owned()), per_page: 100, facets: true, ..ProductQuery::default() };
    world.shop.products(&query).expect("any text can be searched for")
}

#[test]
fn customers_find_first_what_they_ask_for() {
    let (_folder, worlds) = worlds();
    let mut wrong = Vec::new();
    for world in &worlds {
        for (text, expected) in QUERIES {
            let page = page(world, text);
            let found: Vec<&str> =
                page.products.iter().take(expected.len()).map(|product| product.sku.as_str()).collect();
            let fits = |(sku, expected): (&&str, &&str)| sku.starts_with(expected);
            if found.len() < expected.len() || !found.iter().zip(expected).all(fits) {
                wrong.push(format!("{text}: {found:?} rather than {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn most_words_are_said_to_be_most() {
    let (_folder, worlds) = worlds();
    for world in &worlds {
        assert!(!page(world, "wireless mouse").most_words);
        let most = page(world, "wireless mouse for mac");
        assert!(most.most_words && most.total > 0);
        assert_eq!(
            most.facets.expect("asked for").in_stock,
            most.products.iter().filter(|p| p.stock > 0).count() as u64
        );
        let half = page(world, "xyzzy laptop");
        assert!(half.products.is_empty() && !half.most_words, "one of two is not most of them");
    }
}

#[test]
fn words_that_say_nothing_change_nothing() {
    let (_folder, [world, _]) = worlds();
    let found = |text: &str| page(&world, text).products;
    assert_eq!(found("laptop for"), found("laptop"));
    assert_eq!(found("ein Laptop für die"), found("laptop"));
    assert!(!found("for").is_empty(), "alone, it is looked for");
}

#[test]
fn suggestions_and_marks_know_other_words() {
    let (_folder, [world, _]) = worlds();
    let first = |typed: &str| {
        let suggestions = world.shop.suggest(typed, 5).expect("suggested");
        match suggestions.into_iter().next().map(|suggestion| suggestion.target) {
            Some(Target::Category(slug)) => slug.to_string(),
            other => panic!("{typed}: {other:?}"),
        }
    };
    assert_eq!(first("gpu"), "graphics-cards");
    assert_eq!(first("headphones"), "headsets");
    assert_eq!(first("Kopfhörer"), "headsets");
    assert_eq!(first("the laptop"), "laptops");
    let looked_for = page(&world, "wlan7").looked_for;
    let marked = shop_core::Marked::of("A Wi-Fi 7 router", &looked_for);
    assert_eq!(marked.pieces(), [(false, "A "), (true, "Wi-Fi 7"), (false, " router")]);
}

#[test]
fn without_synonyms_the_rest_works() {
    let world = World::with_nothing_to_sell(Arc::new(MemoryStore::new()));
    world.shop.import(CATALOGUE).expect("imported");
    assert_eq!(page(&world, "27\"").total, page(&world, "27 in").total);
    assert!(page(&world, "27\"").total > 0);
    assert!(page(&world, "headphones").total < 10, "nobody said that they are headsets");
}
