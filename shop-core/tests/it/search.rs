//! Full-text search, by its result sets, over both stores.

use std::sync::Arc;

use proptest::prelude::*;
use shop_core::store::memory::MemoryStore;
use shop_core::store::sqlite::SqliteStore;
use shop_core::{ProductQuery, Slug, Sort};

use crate::world::{HEADER, World};

const ROWS: &str = "\
    D-1,Harbour Dock,Quay,docks,99,1,One cable for everything.,ports=9 ports;usb_c_power=90 W\n\
    D-2,Pier,Quay,docks,49,1,A small dock for one screen.,ports=4 ports\n\
    K-1,Harbour Keys,Tern,keyboards,79,1,Goes well with a dock.,wireless=yes\n\
    M-1,OR,Tern,mice,19,1,A mouse with a silly name: NOT AND NEAR.,wireless=no\n";

/// A world with each store.
fn worlds() -> (tempfile::TempDir, [World; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("shop.db")).expect("a fresh file");
    let worlds = [World::over(Arc::new(MemoryStore::new())), World::over(Arc::new(store))];
    for world in &worlds {
        world.shop.import(format!("{HEADER}\n{ROWS}").as_bytes()).expect("imported");
    }
    (folder, worlds)
}

fn found(world: &World, text: &str, sort: Sort, category: Option<&str>) -> Vec<String> {
    let category = category.and_then(Slug::parse);
    let query = ProductQuery { text: Some(text.to_owned()), sort, category, ..ProductQuery::default() };
    let page = world.shop.products(&query).expect("any text can be searched for");
    assert_eq!(page.total, page.products.len() as u64);
    page.products.iter().map(|product| product.sku.to_string()).collect()
}

#[test]
fn words_are_found_wherever_they_stand() {
    let (_folder, worlds) = worlds();
    for world in &worlds {
        let set = |text: &str| {
            let mut set = found(world, text, Sort::Relevance, None);
            set.sort();
            set.join(" ")
        };
        assert_eq!(set("harbour"), "D-1 K-1");
        assert_eq!(set("HARBOUR dock"), "D-1 K-1", "all words, in any column");
        assert_eq!(set("dock harb"), "D-1 K-1", "the last word may still be typed");
        assert_eq!(set("harb dock"), "", "the others must stand there whole");
        assert_eq!(set("quay"), "D-1 D-2");
        assert_eq!(set("usb-c"), "D-1", "in the name of a specification");
        assert_eq!(set("90 W"), "D-1");
        assert_eq!(set("d-2"), "D-2", "by SKU");
        assert_eq!(set("or"), "M-1", "a word like any other");
        assert_eq!(set("not and near"), "M-1");
        assert_eq!(set("nothing like this"), "");
        assert_eq!(set("\"'*()"), "");
        assert_eq!(set("  "), "D-1 D-2 K-1 KB-1 M-1 MS-1", "no words: everything");
        let docks = found(world, "dock", Sort::PriceAscending, Some("docks"));
        assert_eq!(docks, ["D-2", "D-1"], "filtered and sorted");
    }
}

#[test]
fn the_name_counts_most() {
    let (_folder, worlds) = worlds();
    // Ranking weighs how rare a word is, so it needs products that do not have it.
    let others: String =
        (0..30).map(|n| format!("C-{n},Cable {n},Tern,cables,9,1,A plain cable.,length=2 m\n")).collect();
    for world in &worlds {
        world.shop.import(format!("{HEADER}\n{others}").as_bytes()).expect("imported");
        assert_eq!(found(world, "harbour dock", Sort::Relevance, None), ["D-1", "K-1"]);
        assert_eq!(found(world, "dock", Sort::Relevance, None)[0], "D-1");
    }
}

#[test]
fn the_index_follows_its_store() {
    let (_folder, [_, world]) = worlds();
    let shop = world.again(None);
    let query = ProductQuery { text: Some("harbour".to_owned()), ..ProductQuery::default() };
    assert_eq!(shop.products(&query).expect("found").total, 2, "a new shop has a new index");
    let renamed = ROWS.replace("Harbour Keys", "Jetty Keys");
    shop.import(format!("{HEADER}\n{renamed}").as_bytes()).expect("imported");
    assert_eq!(shop.products(&query).expect("found").total, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_breaks_the_index(text in "(\\PC{0,20}|(\"|\\*|AND|OR|NOT|NEAR|\\(|\\)|:|\\^|-| |dock|name){0,12})") {
        thread_local! {
            static WORLDS: (tempfile::TempDir, [World; 2]) = worlds();
        }
        WORLDS.with(|(_, worlds)| for world in worlds { found(world, &text, Sort::Relevance, None); });
    }
}
