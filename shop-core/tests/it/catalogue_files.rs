//! Catalogue files as other programs write them: read where they can be, and named where they cannot.

use shop_core::Refusal;

use crate::world::{HEADER, World, refusal, sku};

/// Why a file is refused: `line/column: message` of its first error.
fn why(world: &World, csv: &[u8]) -> String {
    match refusal(world.shop.import(csv)) {
        Refusal::CatalogueRejected(errors) => {
            let first = &errors.errors[0];
            format!("{}/{}: {}", first.line, first.column, first.message)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn separators_are_detected() {
    let row = ["X-1", "A name", "B", "mice", "1.50", "3", "One, two.", "\"keys=3;wireless=yes\""];
    for separator in [";", "\t", "|"] {
        for prefix in ["", "\u{feff}", "sep=,\r\n", "\u{feff}\"sep=,\"\r\n"] {
            let world = World::new();
            let prefix = prefix.replace("sep=,", &format!("sep={separator}"));
            let csv = format!("{prefix}{}\r\n{}\r\n", HEADER.replace(',', separator), row.join(separator));
            world.shop.import(csv.as_bytes()).unwrap_or_else(|error| panic!("{csv:?}: {error}"));
            let product = world.shop.product(&sku("X-1")).expect("imported");
            assert_eq!((product.stock, product.specifications.len()), (3, 2), "{csv:?}");
        }
    }
}

#[test]
fn lines_are_counted_below_a_sep_line_and_where_cr_ends_them() {
    let world = World::new();
    let bad = "A,N,B,mice,1,x,D,";
    for (csv, line) in [
        (format!("sep=,\r\n{HEADER}\r\n{bad}\r\n"), "3/stock"),
        (format!("{HEADER}\rB,N,B,mice,1,1,D,\r\r{bad}\r"), "4/stock"),
        (format!("{HEADER}\nB,N,B,mice,1,1,\"D\n\nE\",\n{bad}\n"), "5/stock"),
    ] {
        let told = why(&world, csv.as_bytes());
        assert!(told.starts_with(line), "{csv:?}: {told}");
    }
}

#[test]
fn columns_are_found_by_name_and_wrong_ones_named() {
    let world = World::new();
    let swapped =
        "stock,sku,name,brand,category,price,description,specifications,,\n4,X-1,N,B,mice,1.50,D,,,\n,,,,,,,,,\n";
    assert_eq!(world.shop.import(swapped.as_bytes()).expect("imported").added, 1);
    assert_eq!(world.stock("X-1"), 4);
    for (csv, told) in [
        ("name,price\nA,1\n", "1/header: the column sku is missing"),
        ("sku,price,colour\nX-1,1,red\n", "1/header: unknown columns: “colour”"),
        ("sku,price,price\nX-1,1,1\n", "1/header: the column price is there twice"),
        ("sku,,price\nX-1,,1\n", "1/header: a column before the last one has no name"),
        ("Artikel,Preis\nX-1,1\n", "1/header: the first line must name the columns"),
        (
            "sku,price\nNEW-1,1\n",
            "2/row: the shop has no product with this SKU, and a new one needs the columns name, ",
        ),
        ("sku,stock,export_id\nX-1,1,\n", "1/header: the column stock_seen is missing"),
    ] {
        let why = why(&world, csv.as_bytes());
        assert!(why.starts_with(told), "{csv:?}: {why}");
    }
}

#[test]
fn prices_can_be_changed_alone() {
    for world in [World::new(), World::on_disk()] {
        let before = world.shop.product(&sku("KB-1")).expect("there");
        assert_eq!(world.shop.import(b"sku;price\r\nKB-1;7.77\r\n").expect("imported").updated, 1);
        let after = world.shop.product(&sku("KB-1")).expect("there");
        assert_eq!(after.price.minor, 777);
        assert_eq!(shop_core::Product { price: before.price, ..after }, before);
    }
}

#[test]
fn paragraphs_are_kept_and_empty_rows_skipped() {
    for world in [World::new(), World::on_disk()] {
        let csv = format!("{HEADER}\r\n,,,,,,,\r\nX-1,N,B,mice,1,1,\"One.\r\n\r\nTwo.\",\r\n , ,,,,,,,,\r\n");
        world.shop.import(csv.as_bytes()).expect("imported");
        let product = world.shop.product(&sku("X-1")).expect("imported");
        assert_eq!(product.description.in_language(kit_core::Language::English), "One.\n\nTwo.");
    }
}

#[test]
fn decimal_commas_come_with_a_hint() {
    let world = World::new();
    let row = |rest: &str| why(&world, format!("{HEADER}\nX-1,N,B,mice,{rest}\n").as_bytes());
    assert_eq!(row("1,1,D,\"mass=1,5 kg\""), "2/specifications: `mass`: decimals have a point: write 1.5 kg");
    assert_eq!(row("\"1,50\",1,D,"), "2/price: decimals have a point: write 1.50");
    let text = format!("{HEADER}\nX-1,N,B,mice,1,1,D,\"ports=1, 2 and 3\"\n");
    world.shop.import(text.as_bytes()).expect("a list is a text");
}

#[test]
fn files_in_other_formats_are_named() {
    let world = World::new();
    let utf16: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bom = [b"\xff\xfe".as_slice(), &utf16].concat();
    let latin = [HEADER.as_bytes(), b"\nX-1,M\xfcller,"].concat();
    for (file, told) in [
        (
            b"PK\x03\x04\x14\0".as_slice(),
            "1/row: the file is a spreadsheet (.xlsx or .ods), not a CSV file in UTF-8; in",
        ),
        (b"\xd0\xcf\x11\xe0\xa1", "1/row: the file is an old spreadsheet (.xls)"),
        (&utf16, "1/row: the file is UTF-16"),
        (&bom, "1/row: the file is UTF-16"),
        (&latin, "2/row: the file is not UTF-8 from here on (byte 0xFC), but perhaps Windows-1252"),
    ] {
        let why = why(&world, file);
        assert!(why.starts_with(told) && why.contains("CSV UTF-8"), "{why}");
    }
}
