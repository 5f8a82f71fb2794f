//! Narrowing lists, suggestions, what belongs together: over both stores, and against the plain definition.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use shop_core::store::StoreExt;
use shop_core::store::memory::MemoryStore;
use shop_core::store::sqlite::SqliteStore;
use shop_core::{Compared, Marked, Product, ProductQuery, Refusal, Sku, Sort, Target, Wanted};

use crate::world::{HEADER, MOUSE, World, form, refusal, sku};

/// What each world sells: the shop's own catalogue.
const CATALOGUE: &[u8] = include_bytes!("../../../shop-site/catalogue.csv");

/// The shop's own catalogue, in memory and in a file.
fn worlds() -> (tempfile::TempDir, [World; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("shop.db")).expect("a fresh file");
    let worlds =
        [World::with_nothing_to_sell(Arc::new(MemoryStore::new())), World::with_nothing_to_sell(Arc::new(store))];
    for world in &worlds {
        world.shop.import(CATALOGUE).unwrap_or_else(|error| panic!("{error}"));
    }
    (folder, worlds)
}

fn skus(products: &[Product]) -> Vec<&str> {
    products.iter().map(|product| product.sku.as_str()).collect()
}

fn found(world: &World, text: &str) -> Vec<String> {
    let query = ProductQuery { text: Some(text.to_owned()), per_page: 100, ..ProductQuery::default() };
    skus(&world.shop.products(&query).expect("found").products).into_iter().map(str::to_owned).collect()
}

#[test]
fn people_find_what_they_mean() {
    let (_folder, worlds) = worlds();
    for world in &worlds {
        let set = |text: &str| found(world, text).into_iter().collect::<std::collections::BTreeSet<String>>();
        assert_eq!(set("32GB laptop"), set("laptop 32 GB"), "with and without a blank");
        assert!(!found(world, "32GB laptop").is_empty());
        assert!(found(world, "wifi 6e").contains(&"LT-1301".to_owned()));
        assert!(found(world, "Grafikkarten").contains(&"GC-0401".to_owned()), "a category in German");
        assert!(found(world, "zertifizierter").contains(&"DT-0103".to_owned()), "a description in German");
        assert_eq!(found(world, "ziffernblock"), found(world, "ZIFFERNBLOCK"));
        assert_eq!(found(world, "grosse bildschirme").is_empty(), found(world, "große Bildschirme").is_empty());
        assert_eq!(found(world, "lt1301"), ["LT-1301"]);
    }
}

#[test]
fn mistyped_words_find_what_was_meant_after_what_was_typed() {
    let (_folder, worlds) = worlds();
    for world in &worlds {
        let page = |text: &str| {
            let query = ProductQuery { text: Some(text.to_owned()), per_page: 100, ..ProductQuery::default() };
            world.shop.products(&query).expect("found")
        };
        let mistyped = page("trakcball");
        assert_eq!(skus(&mistyped.products), ["MS-0203"]);
        assert_eq!(mistyped.suggestion.as_deref(), Some("trackball"));
        let marked = Marked::of("Hallmere Roundel Trackball", &mistyped.looked_for);
        assert_eq!(marked.pieces(), [(false, "Hallmere Roundel "), (true, "Trackball")]);
        assert_eq!(page("trackball").suggestion, None);
        assert!(page("xyzzyxyzzy").products.is_empty());
        // One product is really called so; it comes before those whose name is only near to it.
        let rows = format!("{HEADER}\nZZ-1,Skirrov,Tern,mice,9,1,A mouse.,\n");
        world.shop.import(rows.as_bytes()).expect("imported");
        let both = page("Skirrov ");
        assert_eq!(both.products[0].sku.as_str(), "ZZ-1");
    }
}

#[test]
fn availability_is_never_stale() {
    let world = World::new();
    let query = ProductQuery { facets: true, ..world.shop.read_address("in_stock=1").expect("read") };
    assert_eq!(world.shop.products(&query).expect("listed").total, 2);
    // Selling the last one changes no version of the catalogue.
    let cart = world.cart(&[(MOUSE, 1)]);
    let total = world.shop.cart(&cart).expect("seen").total;
    world.shop.checkout(&cart, &form("form-key-1", total)).expect("sold");
    let page = world.shop.products(&query).expect("listed");
    assert_eq!(page.total, 1);
    let facets = page.facets.expect("asked for");
    assert_eq!(facets.in_stock, 1);
    assert_eq!(world.shop.picks(9).expect("picked").len(), 1, "nothing that is sold out");
}

#[test]
fn suggestions_lead_somewhere() {
    let (_folder, [world, _]) = worlds();
    let suggest = |typed: &str| world.shop.suggest(typed, 5).expect("suggested");
    let first = &suggest("key")[0];
    assert!(matches!(&first.target, Target::Category(slug) if slug.as_str() == "keyboards"));
    assert_eq!(first.name.pieces(), [(true, "Keyboards")]);
    assert!(matches!(&suggest("Tasta")[0].target, Target::Category(slug) if slug.as_str() == "keyboards"));
    assert!(matches!(&suggest("fjord")[0].target, Target::Brand(brand) if brand == "Fjordlight"));
    assert!(suggest("13 fjo").iter().any(|s| matches!(&s.target, Target::Product(sku) if sku.as_str() == "LT-1301")));
    assert_eq!(suggest("fjord").len(), 5);
    for nothing in ["", "  ", "\"*", "xyzzy", "\u{308}"] {
        assert!(suggest(nothing).is_empty(), "{nothing}");
    }
    assert!(world.shop.suggest("a", usize::MAX).expect("suggested").len() <= shop_core::MAX_SUGGESTIONS);
}

#[test]
fn products_belong_together() {
    let (_folder, worlds) = worlds();
    let [memory, file] = &worlds;
    let related = memory.shop.related(&sku("LT-1401"), 4).expect("found");
    assert_eq!(related.similar.len(), 4);
    assert!(related.similar.iter().all(|product| product.category.as_str() == "laptops" && product.stock > 0));
    assert_eq!(related.similar[0].sku.as_str(), "LT-1402", "the same one with more memory");
    let accessories: Vec<&str> = related.accessories.iter().map(|product| product.category.as_str()).collect();
    assert_eq!(accessories, ["docks", "mice", "headsets", "monitors"]);
    assert_eq!(related.accessories[0].brand, "Fjordlight");
    assert_eq!(file.shop.related(&sku("LT-1401"), 4).expect("found"), related);
    assert_eq!(refusal(memory.shop.related(&sku("NO-1"), 4)), Refusal::ProductNotFound);
    let picks = memory.shop.picks(6).expect("picked");
    assert_eq!(picks.len(), 6);
    assert!(picks.iter().all(|product| product.stock > 0));
    assert_eq!(file.shop.picks(6).expect("picked"), picks, "the same for everybody");
    let departments = memory.shop.departments().expect("listed");
    assert_eq!(departments.iter().map(|department| department.products).sum::<u64>(), 138);
    assert!(departments.iter().all(|department| department.representative.category == department.category));
}

#[test]
fn products_are_compared_side_by_side() {
    let (_folder, [world, _]) = worlds();
    let compared = |list: &[&str]| Compared::of(list.iter().map(|text| sku(text)));
    for (list, good) in [
        (&["LT-1301"][..], false),
        (&["LT-1301", "LT-1301"], false),
        (&["A", "B", "C", "D"], true),
        (&["A", "B", "C", "D", "E"], false),
        (&["A", "B", "C", "D", "A"], true),
    ] {
        assert_eq!(compared(list).is_some(), good, "{list:?}");
    }
    let comparison =
        world.shop.compare(&compared(&["LT-1301", "MS-0101", "LT-1403"]).expect("three")).expect("compared");
    let row = |key: &str| comparison.rows.iter().find(|row| row.key == key).expect("a row");
    let cells = |key: &str| {
        let text = |cell: &Option<_>| {
            cell.as_ref().map_or("-".to_owned(), |value: &shop_core::SpecificationValue| value.to_string())
        };
        row(key).cells.iter().map(text).collect::<Vec<_>>().join("|")
    };
    assert_eq!(cells("ram"), "16 GB|-|16 GB");
    assert!(row("ram").differs, "a mouse has none");
    assert_eq!(cells("weight"), "0.97 kg|0.054 kg|1.38 kg");
    let laptops = world.shop.compare(&compared(&["LT-1301", "LT-1403"]).expect("two")).expect("compared");
    assert!(!laptops.rows.iter().find(|row| row.key == "ram").expect("a row").differs);
    assert_eq!(refusal(world.shop.compare(&compared(&["LT-1301", "NO-1"]).expect("two"))), Refusal::ProductNotFound);
}

/// What passes all filters of a query, but those of `except`: said again, as plainly as possible.
fn passing<'a>(all: &'a [Product], query: &ProductQuery, except: &str) -> Vec<&'a Product> {
    let filters = &query.filters;
    let specified = |product: &Product, key: &str, wanted: &Wanted| {
        product
            .specifications
            .iter()
            .any(|specification| specification.key == key && wanted.takes(&specification.value))
    };
    let passes = |product: &&Product| {
        (except == "category" || query.category.as_ref().is_none_or(|category| *category == product.category))
            && (except == "brand" || filters.brands.is_empty() || filters.brands.contains(&product.brand))
            && (except == "price" || filters.price.map(|price| price.minor).contains(&product.price.minor))
            && (except == "in_stock" || !filters.in_stock || product.stock > 0)
            && filters.specifications.iter().all(|(key, wanted)| key == except || specified(product, key, wanted))
    };
    all.iter().filter(passes).collect()
}

fn counted<'a>(products: &[&Product], of: impl Fn(&Product) -> Option<String> + 'a) -> BTreeMap<String, u64> {
    products.iter().filter_map(|product| of(product)).fold(BTreeMap::new(), |mut counts, value| {
        *counts.entry(value).or_default() += 1;
        counts
    })
}

/// Compares one page of a list and its facets with the plain definition.
fn check(world: &World, all: &[Product], query: &ProductQuery) -> Result<(), TestCaseError> {
    let page = world.shop.products(query).expect("listed");
    let mut expected = passing(all, query, "");
    expected.sort_by(|a, b| shop_core::rules::product::compare(query.sort, a, b));
    prop_assert_eq!(page.total, expected.len() as u64);
    let first: Vec<&Sku> = expected.iter().take(24).map(|product| &product.sku).collect();
    prop_assert_eq!(page.products.iter().map(|product| &product.sku).collect::<Vec<_>>(), first);
    let facets = page.facets.expect("asked for");
    let brands = counted(&passing(all, query, "brand"), |product| Some(product.brand.clone()));
    for choice in &facets.brands {
        prop_assert_eq!(choice.count, brands.get(&choice.value).copied().unwrap_or(0), "{}", choice.value);
        prop_assert_eq!(choice.chosen, query.filters.brands.contains(&choice.value));
    }
    prop_assert!(brands.keys().all(|brand| facets.brands.iter().any(|choice| choice.value == *brand)));
    let categories = counted(&passing(all, query, "category"), |product| Some(product.category.to_string()));
    for choice in &facets.categories {
        prop_assert_eq!(choice.count, categories.get(choice.value.as_str()).copied().unwrap_or(0));
    }
    let prices = passing(all, query, "price").into_iter().map(|product| product.price.minor);
    prop_assert_eq!(facets.price.map(|price| price.lowest.minor), prices.clone().min());
    prop_assert_eq!(facets.price.map(|price| price.highest.minor), prices.max());
    prop_assert_eq!(facets.in_stock, expected.iter().filter(|product| product.stock > 0).count() as u64);
    for facet in &facets.specifications {
        let value = |product: &Product| {
            let found = product.specifications.iter().find(|specification| specification.key == facet.key);
            found.map(|specification| specification.value.to_string())
        };
        let values = counted(&passing(all, query, &facet.key), value);
        for choice in &facet.choices {
            let expected = values.get(&choice.value.to_string()).copied().unwrap_or(0);
            prop_assert_eq!(choice.count, expected, "{}={}", facet.key, choice.value);
        }
    }
    let offered = |key: &String| facets.specifications.iter().any(|facet| facet.key == *key);
    prop_assert!(query.filters.specifications.keys().all(offered), "what is chosen is always offered");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn facets_count_what_each_choice_would_leave(
        parts in prop::collection::vec(prop::sample::select(vec![
            "category=laptops", "category=keyboards", "category=monitors", "brand=Fjordlight", "brand=Plainford",
            "brand=Hallmere", "brand=Nobody", "price=50..1000", "price=..200", "price=300..", "in_stock=1", "ram=16",
            "ram=32", "ram=16..32", "wireless=yes", "backlight=no", "panel=OLED", "panel=IPS", "weight=..1", "keys=80..",
            "refresh_rate=100..", "layout=ISO+German", "sort=price", "sort=name-descending", "height_adjustable=yes",
        ]), 0..6),
    ) {
        thread_local! {
            static WORLDS: (tempfile::TempDir, [World; 2]) = worlds();
        }
        WORLDS.with(|(_, worlds)| -> Result<(), TestCaseError> {
            for world in worlds {
                let all = world.store.view(|tx| tx.all_products()).expect("read");
                let query = ProductQuery { facets: true, ..world.shop.read_address(&parts.join("&")).expect("read") };
                check(world, &all, &query)?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn both_stores_find_the_same(
        words in prop::collection::vec(prop::sample::select(vec![
            "dock", "32GB", "32", "gb", "wi-fi", "USB-C", "Größe", "grosse", "fur", "für", "keybaord", "monitr", "laptop",
            "LT-1301", "Tastatur", "hz", "4k", "2.5", "cd/m²", "ｄｏｃｋ", "o\u{308}", "½", "\u{fdfa}", "ß", "bildschirme",
            "Fjordlihgt", "s", "\"", "*", "NOT", "कि", "한국",
        ]), 0..4),
        tail in "\\PC{0,4}",
    ) {
        thread_local! {
            static WORLDS: (tempfile::TempDir, [World; 2]) = worlds();
        }
        let text = format!("{} {tail}", words.join(" "));
        WORLDS.with(|(_, worlds)| -> Result<(), TestCaseError> {
            let sets = worlds.each_ref().map(|world| {
                let query = ProductQuery { text: Some(text.clone()), sort: Sort::NameAscending, per_page: 100, ..ProductQuery::default() };
                let page = world.shop.products(&query).expect("any text can be searched for");
                (skus(&page.products).into_iter().map(str::to_owned).collect::<Vec<_>>(), page.total, page.suggestion)
            });
            prop_assert_eq!(&sets[0], &sets[1], "{}", text);
            Ok(())
        })?;
    }
}
