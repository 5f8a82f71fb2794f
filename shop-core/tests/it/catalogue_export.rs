//! Exporting, editing and importing again: sales since the export stay sold, and a file counts once.

use std::sync::Arc;

use proptest::prelude::*;
use shop_core::store::memory::MemoryStore;
use shop_core::store::{Store, StoreExt};
use shop_core::{ProductQuery, Refusal};

use crate::world::{HEADER, KEYBOARD, World, catalogue, quantity, refusal, sku};

fn export(world: &World) -> String {
    String::from_utf8(world.shop.export().expect("exported")).expect("UTF-8")
}

/// The exported file with `stock` units of the keyboard.
fn edited(file: &str, stock: u32) -> String {
    let mut rows: Vec<Vec<String>> = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file.as_bytes())
        .into_records()
        .map(|row| row.expect("a record").iter().map(str::to_owned).collect())
        .collect();
    let at = rows[0].iter().position(|name| name == "stock").expect("a column");
    rows.iter_mut().find(|row| row[0] == KEYBOARD).expect("a row")[at] = stock.to_string();
    let mut csv = csv::Writer::from_writer(Vec::new());
    rows.iter().for_each(|row| csv.write_record(row).expect("written"));
    String::from_utf8(csv.into_inner().expect("flushed")).expect("UTF-8")
}

fn sell(store: &dyn Store, units: u32) {
    let keyboard = sku(KEYBOARD);
    store
        .record(|tx| {
            let stock = tx.product(&keyboard)?.map_or(0, |product| product.stock);
            tx.set_stock(&keyboard, stock - units)
        })
        .expect("sold");
}

#[test]
fn an_export_that_is_imported_again_changes_nothing() {
    let store = Arc::new(MemoryStore::new());
    let world = World::with_nothing_to_sell(store.clone());
    world.shop.import(include_bytes!("../../../shop-site/catalogue.csv")).expect("imported");
    let odd = format!(
        "{HEADER},vat,description_de,retired\n\
         =1,\"@a \"\"q\"\"\",-B,mice,1,0,\"One.\n\n+Two, three.\",\"a=1, 2\",7.5,\"„Ä“\",yes\n"
    );
    world.shop.import(odd.replace("\n=1", "\nX-1").as_bytes()).expect("imported");
    let version = || store.view(|tx| tx.catalogue_version()).expect("read");
    let (before, products) = (version(), store.view(|tx| tx.all_products()).expect("read"));
    let report = world.shop.import(export(&world).as_bytes()).expect("imported");
    assert_eq!((report.added, report.updated, version()), (0, 0, before));
    let other = World::with_nothing_to_sell(Arc::new(MemoryStore::new()));
    other.shop.import(export(&world).as_bytes()).expect("a shop without products takes it whole");
    let same = export(&other).lines().count();
    assert_eq!(same, export(&world).lines().count());
    assert_eq!(store.view(|tx| tx.all_products()).expect("read"), products);
}

#[test]
fn an_edited_export_counts_once_and_sales_stay_sold() {
    for world in [World::new(), World::on_disk()] {
        world.shop.import(catalogue("100.00", 5, 1).as_bytes()).expect("imported");
        let file = edited(&export(&world), 8);
        world.order_two("form-key-of-the-export");
        assert_eq!(world.stock(KEYBOARD), 3);
        for updated in [1, 0, 0] {
            assert_eq!(world.shop.import(file.as_bytes()).expect("imported").updated, updated);
            assert_eq!(world.stock(KEYBOARD), 6, "5 - 2 sold + 3 delivered");
        }
        assert_eq!(world.shop.import(edited(&file, 7).as_bytes()).expect("imported").updated, 1);
        assert_eq!(world.stock(KEYBOARD), 5, "one less than the file said before");
        let Refusal::CatalogueRejected(errors) = refusal(world.shop.import(edited(&file, 1).as_bytes())) else {
            panic!("another refusal")
        };
        assert_eq!((errors.total, errors.errors[0].line, errors.errors[0].column), (1, 2, "stock"));
        assert_eq!(world.stock(KEYBOARD), 5, "nothing was applied");
    }
}

#[test]
fn a_product_added_to_an_export_by_hand_counts_once() {
    let world = World::new();
    let file = export(&world) + "X-1,N,B,mice,1.00,4,D,,,,,,\r\n";
    assert_eq!(world.shop.import(file.as_bytes()).expect("imported").added, 1);
    let cart = world.cart(&[("X-1", 1)]);
    assert_eq!(world.shop.cart(&cart).expect("read").lines.len(), 1);
    let report = world.shop.import(file.as_bytes()).expect("imported");
    assert_eq!((report.added, report.updated), (0, 0));
}

#[test]
fn what_is_retired_is_in_no_list_and_stays_for_orders() {
    for world in [World::new(), World::on_disk()] {
        let placed = world.order_two("form-key-of-the-retired");
        let cart = world.cart(&[(KEYBOARD, 1)]);
        world.shop.import(format!("sku,retired\n{KEYBOARD},yes\n").as_bytes()).expect("imported");
        assert_eq!(refusal(world.shop.product(&sku(KEYBOARD))), Refusal::ProductNotFound);
        assert_eq!(world.shop.retired_product(&sku(KEYBOARD)).expect("read").expect("kept").name, "Tern 87");
        assert_eq!(world.shop.products(&ProductQuery::default()).expect("listed").total, 1);
        let text = ProductQuery { text: Some("tern".to_owned()), ..ProductQuery::default() };
        assert_eq!(world.shop.products(&text).expect("searched").total, 0);
        assert!(world.shop.categories().expect("listed").iter().all(|c| c.slug.as_str() != "keyboards"));
        let new = world.shop.new_cart_token();
        assert_eq!(refusal(world.shop.add_line(&new, &sku(KEYBOARD), quantity(1))), Refusal::ProductNotFound);
        let view = world.shop.cart(&cart).expect("read");
        assert!(view.lines[0].product.retired);
        assert_eq!(view.shortages()[0].available, 0, "the cart cannot be ordered");
        assert_eq!(world.view(&placed).order.lines[0].sku, sku(KEYBOARD));
        world.shop.import(format!("sku,retired\n{KEYBOARD},\n").as_bytes()).expect("imported");
        assert!(world.shop.product(&sku(KEYBOARD)).is_ok(), "sold again");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Two edited exports and some sales, in any order, each file once or three times: the same stock.
    #[test]
    fn any_order_of_sales_and_imports_gives_the_same_stock(
        order in Just((0_usize..6).collect::<Vec<_>>()).prop_shuffle(),
        edits in (90_u32..150, 90_u32..150),
        sales in prop::collection::vec(0_u32..10, 4),
        thrice in (any::<bool>(), any::<bool>()),
    ) {
        let store = Arc::new(MemoryStore::new());
        let world = World::with_nothing_to_sell(store.clone());
        world.shop.import(catalogue("100.00", 100, 1).as_bytes()).expect("imported");
        let (first, second) = (edited(&export(&world), edits.0), edited(&export(&world), edits.1));
        for step in order {
            let (file, times) = match step {
                0 => (&first, if thrice.0 { 3 } else { 1 }),
                1 => (&second, if thrice.1 { 3 } else { 1 }),
                sale => {
                    sell(&*store, sales[sale - 2]);
                    continue;
                }
            };
            for _ in 0..times {
                world.shop.import(file.as_bytes()).expect("imported");
            }
        }
        prop_assert_eq!(world.stock(KEYBOARD), edits.0 + edits.1 - 100 - sales.iter().sum::<u32>());
    }
}
