//! Importing a catalogue: all rows or none, and every bad row told with line and column.

use std::sync::Arc;

use shop_core::rules::catalogue_file::{MAX_BYTES, MAX_ERRORS};
use shop_core::store::memory::MemoryStore;
use shop_core::{ImportErrors, ImportReport, ProductQuery, Refusal, Slug, Sort};

use crate::world::{HEADER, KEYBOARD, World, catalogue, refusal, sku};

fn errors(world: &World, csv: &[u8]) -> ImportErrors {
    match refusal(world.shop.import(csv)) {
        Refusal::CatalogueRejected(errors) => errors,
        other => panic!("{other:?}"),
    }
}

/// Imports `rows` below a good header and returns `line/column` of every error.
fn places(world: &World, rows: &str) -> Vec<String> {
    let errors = errors(world, format!("{HEADER}\n{rows}").as_bytes());
    errors.errors.iter().map(|error| format!("{}/{}", error.line, error.column)).collect()
}

#[test]
fn a_second_import_adds_changes_and_leaves() {
    let world = World::new();
    let report = |added, updated, unchanged| ImportReport { added, updated, unchanged };
    let again = |csv: &str| world.shop.import(csv.as_bytes()).expect("imported");
    assert_eq!(again(&catalogue("100.00", 5, 1)), report(0, 0, 2));
    assert_eq!(again(&catalogue("110.00", 9, 1)), report(0, 1, 1));
    let keyboard = world.shop.product(&sku(KEYBOARD)).expect("still sold");
    assert_eq!((keyboard.price.minor, keyboard.stock), (11_000, 9));
    assert_eq!(again(&format!("{HEADER}\nDK-1,Quay,Quay,docks,50,1,One.,ports=9 ports\n")), report(1, 0, 0));
    assert_eq!(world.shop.products(&ProductQuery::default()).expect("listed").total, 3, "the others stay");
}

#[test]
fn the_shops_own_catalogue_can_be_imported() {
    let csv = include_bytes!("../../../shop-site/catalogue.csv");
    let world = World::with_nothing_to_sell(Arc::new(MemoryStore::new()));
    let report = world.shop.import(csv).unwrap_or_else(|error| panic!("{error}"));
    assert!(report.added >= 120, "{report:?}");
    let categories = world.shop.categories().expect("listed");
    assert!(categories.len() >= 10);
    let cards = categories.iter().find(|category| category.slug.as_str() == "graphics-cards").expect("sold");
    assert_eq!(cards.name, "Graphics cards");
}

#[test]
fn what_spreadsheets_write_is_understood() {
    let world = World::new();
    let csv = format!("\u{feff}{HEADER}\r\n\r\nX-1 ,\"A \"\"b\"\", c \", B ,mice,\"1.50\",3,\"Two; one.\",\r\n");
    world.shop.import(csv.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let product = world.shop.product(&sku("X-1")).expect("imported");
    assert_eq!((product.name.as_str(), product.price.minor), ("A \"b\", c", 150));
    assert!(product.specifications.is_empty());
}

#[test]
fn every_bad_field_is_told() {
    let world = World::new();
    let row = |line: &str| places(&world, &format!("{line}\n"));
    let long = "x".repeat(4_001);
    for (line, place) in [
        (",N,B,mice,1,1,D,", "2/sku"),
        ("A B,N,B,mice,1,1,D,", "2/sku"),
        ("A,,B,mice,1,1,D,", "2/name"),
        ("A,N, ,mice,1,1,D,", "2/brand"),
        ("A,N,B,Mice,1,1,D,", "2/category"),
        ("A,N,B,mice,0,1,D,", "2/price"),
        ("A,N,B,mice,-1,1,D,", "2/price"),
        ("A,N,B,mice,1.005,1,D,", "2/price"),
        ("A,N,B,mice,\"1,50\",1,D,", "2/price"),
        ("A,N,B,mice,1000000.01,1,D,", "2/price"),
        ("A,N,B,mice,99999999999999999999999999999999,1,D,", "2/price"),
        ("A,N,B,mice,,1,D,", "2/price"),
        ("A,N,B,mice,1,-1,D,", "2/stock"),
        ("A,N,B,mice,1,+1,D,", "2/stock"),
        ("A,N,B,mice,1,1.5,D,", "2/stock"),
        ("A,N,B,mice,1,1000001,D,", "2/stock"),
        ("A,N,B,mice,1,99999999999,D,", "2/stock"),
        ("A,N,B,mice,1,1,,", "2/description"),
        (&format!("A,N,B,mice,1,1,{long},"), "2/description"),
        ("A,\"two\nlines\",B,mice,1,1,D,", "2/name"),
        ("A,N,B,mice,1,1,\"a\ttab\",", "2/description"),
        ("A,N,B,mice,1,1,D,weight", "2/specifications"),
        ("A,N,B,mice,1,1,D,Weight=1 g", "2/specifications"),
        ("A,N,B,mice,1,1,D,weight=", "2/specifications"),
        ("A,N,B,mice,1,1,D,weight=80 kg", "2/specifications"),
        ("A,N,B,mice,1,1,D", "2/row"),
        ("A,N,B,mice,1,1,D,,x", "2/row"),
        ("A,N,B,mice,1,1,D,\"weight=80 g", "2/row"),
        ("A,N\"x,B,mice,1,1,D,", "2/row"),
    ] {
        assert_eq!(row(line), [place], "{line}");
    }
    assert_eq!(world.shop.products(&ProductQuery::default()).expect("listed").total, 2, "nothing was imported");
}

#[test]
fn all_bad_rows_are_told_with_their_lines() {
    let world = World::new();
    let rows = "A,,B,mice,x,1,D,\r\n\r\n\"B\",N,\"B\",mice,1,1,\"D\",\r\nA,N,B,mice,1,1,D,\r\nC,N,B,mice,1,y,D,\r\n";
    let errors = errors(&world, format!("{HEADER}\r\n{rows}").as_bytes());
    let told: Vec<String> = errors.errors.iter().map(|e| format!("{}/{}: {}", e.line, e.column, e.message)).collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(told[0].starts_with("2/name") && told[1].starts_with("2/price"), "{told:#?}");
    assert!(told[2].starts_with("5/sku") && told[2].contains("line 2"), "a repeated SKU names the first: {told:#?}");
    assert!(told[3].starts_with("6/stock"), "{told:#?}");
    assert!(errors.to_string().contains("\nline 6, stock: "), "{errors}");
}

#[test]
fn a_key_has_one_type_and_unit_everywhere() {
    let world = World::new();
    let told =
        places(&world, "A,N,B,mice,1,1,D,dpi=800 dpi\nB,N,B,mice,1,1,D,dpi=many\nC,N,B,mice,1,1,D,weight=1 kg\n");
    assert_eq!(told, ["3/specifications"], "within the file first");
    let told = places(&world, "C,N,B,mice,1,1,D,weight=1 kg\n");
    assert_eq!(told, ["2/specifications"], "then against the products that stay");
    let csv = format!("{HEADER}\nMS-1,Wren,Brackwell,mice,20.00,1,Small.,weight=1 kg\n");
    world.shop.import(csv.as_bytes()).expect("the only product with this key is replaced");
}

#[test]
fn files_that_are_no_catalogue_are_refused() {
    let world = World::new();
    let first = |csv: &[u8]| {
        let errors = errors(&world, csv);
        assert_eq!(errors.total, 1, "{errors}");
        format!("{}/{}", errors.errors[0].line, errors.errors[0].column)
    };
    assert_eq!(first(b""), "1/header");
    assert_eq!(first(b"\n\n"), "1/header");
    assert_eq!(first(b"name,sku\n"), "1/row");
    assert_eq!(first(HEADER.as_bytes()), "1/row");
    assert_eq!(
        first(format!("{HEADER}\nA,N,B,mice,1,1,D,\n\u{e9}").as_bytes().split_last().expect("bytes").1),
        "3/row"
    );
    assert_eq!(first(&vec![b'x'; MAX_BYTES + 1]), "1/row");
    assert_eq!(first(&[0_u8; 64]), "1/row");
}

#[test]
fn errors_are_counted_beyond_the_first_hundred() {
    let world = World::new();
    let rows: String = (0..250).map(|n| format!("A-{n},N,B,mice,x,1,D,\n")).collect();
    let errors = errors(&world, format!("{HEADER}\n{rows}").as_bytes());
    assert_eq!((errors.errors.len(), errors.total), (MAX_ERRORS, 250));
    assert!(errors.to_string().ends_with("and 150 more"));
}

#[test]
fn lists_are_paged_and_unknown_categories_refused() {
    let world = World::new();
    let rows: String = (10..35).map(|n| format!("C-{n},Cable {n},B,cables,{n},1,D,\n")).collect();
    world.shop.import(format!("{HEADER}\n{rows}").as_bytes()).expect("imported");
    let query = |page, per_page, sort| ProductQuery {
        category: Slug::parse("cables"),
        sort,
        page,
        per_page,
        ..ProductQuery::default()
    };
    let page = world.shop.products(&query(3, 10, Sort::PriceDescending)).expect("listed");
    assert_eq!((page.total, page.pages(), page.products.len()), (25, 3, 5));
    assert_eq!(page.products[0].price.minor, 1_400);
    let beyond = world.shop.products(&query(u32::MAX, u32::MAX, Sort::Relevance)).expect("listed");
    assert_eq!((beyond.products.len(), beyond.per_page), (0, 100));
    assert_eq!(world.shop.products(&query(0, 0, Sort::Relevance)).expect("listed").products.len(), 24);
    let unknown = ProductQuery { category: Slug::parse("sofas"), ..ProductQuery::default() };
    assert_eq!(refusal(world.shop.products(&unknown)), Refusal::CategoryNotFound);
    assert_eq!(refusal(world.shop.product(&sku("NO-1"))), Refusal::ProductNotFound);
}

#[test]
fn new_skus_that_differ_only_by_case_are_refused_each_by_its_line() {
    for world in [World::new(), World::on_disk()] {
        let row = |sku: &str| format!("{sku},A name,Brand,mice,1.50,3,Text.,\n");
        let rows = |skus: &[&str]| format!("{HEADER}\n{}", skus.iter().map(|sku| row(sku)).collect::<String>());
        let found = errors(&world, rows(&["x-1", "kb-1", "X-1", "Y-1", "y-1"]).as_bytes());
        let told: Vec<_> = found.errors.iter().map(|e| (e.line, e.column, e.message.as_str())).collect();
        assert_eq!(
            told,
            [
                (3, "sku", "this SKU differs only by case from the product KB-1"),
                (4, "sku", "this SKU differs only by case from x-1 on line 2"),
                (6, "sku", "this SKU differs only by case from Y-1 on line 5"),
            ]
        );
        assert!(world.shop.import(rows(&["KB-1", "X-1"]).as_bytes()).is_ok(), "the same case is the same product");
    }
}

#[test]
fn twins_that_are_there_already_can_be_imported_again() {
    use shop_core::store::StoreExt;
    let store = Arc::new(MemoryStore::new());
    let world = World::with_nothing_to_sell(store.clone());
    let row = |sku: &str, price: &str| format!("{sku},A name,Brand,mice,{price},3,Text.,\n");
    world.shop.import(format!("{HEADER}\n{}", row("KB-1", "1.50")).as_bytes()).expect("imported");
    // As an older version left it.
    let product = world.shop.product(&sku("KB-1")).expect("there");
    store.record(|tx| tx.put_product(&shop_core::Product { sku: sku("kb-1"), ..product.clone() })).expect("written");
    let both = format!("{HEADER}\n{}{}", row("KB-1", "2.50"), row("kb-1", "2.50"));
    assert_eq!(world.shop.import(both.as_bytes()).expect("imported").updated, 2);
    assert_eq!(world.shop.sku_in_any_case(&sku("kB-1")).expect("found").as_str(), "KB-1");
}

#[test]
fn names_are_listed_as_people_look_for_them() {
    let rows = "N-1,Mouse 10,Zwei,aa,9,1,A.,\nN-2,Zebra,Öl,aa,9,1,A.,\nN-3,Mouse 9,Ohm,aa,9,1,A.,\n\
                N-4,Ärmel,Brand 10,aa,9,1,A.,\nN-5,apfel,Brand 9,aa,9,1,A.,\n";
    for world in [World::new(), World::on_disk()] {
        world.shop.import(format!("{HEADER}\n{rows}").as_bytes()).expect("imported");
        let names = |address: &str, facets: bool| -> Vec<String> {
            let query = ProductQuery { facets, ..world.shop.read_address(address).expect("read") };
            let page = world.shop.products(&query).expect("listed");
            page.products.into_iter().map(|product| product.name).collect()
        };
        let expected = ["apfel", "Ärmel", "Mouse 9", "Mouse 10", "Zebra"];
        assert_eq!(names("category=aa&sort=name", false), expected, "by the store");
        assert_eq!(names("category=aa&sort=name", true), expected, "from the shelf");
        let backwards: Vec<&str> = expected.iter().rev().copied().collect();
        assert_eq!(names("category=aa&sort=name-descending", false), backwards);
        assert_eq!(names("category=aa&sort=name-descending", true), backwards);
        let query = ProductQuery { facets: true, ..world.shop.read_address("category=aa").expect("read") };
        let brands = world.shop.products(&query).expect("listed").facets.expect("asked for").brands;
        let brands: Vec<&str> = brands.iter().map(|choice| choice.value.as_str()).collect();
        assert_eq!(brands, ["Brand 9", "Brand 10", "Ohm", "Öl", "Zwei"]);
    }
}
