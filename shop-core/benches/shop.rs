//! From a cart to a paid order, and listing products: in memory and in a SQLite file.
//!
//! Quote ratios: `four_bare_writes` is the yardstick for an order, which takes four durable writes.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use divan::Bencher;
use kit_core::{AccountNumber, Env, IdempotencyKey, SecretText};
use shop_core::gateway::scripted::ScriptedGateway;
use shop_core::gateway::{Answer, PaymentRef};
use shop_core::store::memory::MemoryStore;
use shop_core::store::sqlite::SqliteStore;
use shop_core::{Checkout, Payment, ProductQuery, Quantity, Shop, ShopConfig, ShopParts, Sku, Slug};

fn main() {
    divan::main();
}

/// 200 products in ten categories, a million of each.
fn catalogue() -> String {
    let mut csv = "sku,name,brand,category,price,stock,description,specifications\n".to_owned();
    for n in 0..200 {
        csv.push_str(&format!(
            "P-{n},Product {n},Brand {},category-{},{}.90,1000000,A sensible thing for a desk.,ram={n} GB;ecc=yes\n",
            n % 7,
            n % 10,
            n + 10
        ));
    }
    csv
}

/// Where the shop keeps its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    InMemory,
    OnDisk,
}

const BOTH: [Kept; 2] = [Kept::InMemory, Kept::OnDisk];

/// A bank that says yes at once, so that only the shop is measured.
fn parts(disk: Option<&PathBuf>) -> ShopParts {
    let gateway = Arc::new(ScriptedGateway::always(Answer::Captured { payment: PaymentRef("p".to_owned()) }));
    let (env, config) = (Env::system(), ShopConfig::default());
    match disk {
        Some(path) => {
            let store = SqliteStore::open(path).expect("a fresh file");
            ShopParts { store: Arc::new(store), gateway, env, config }
        }
        None => ShopParts { store: Arc::new(MemoryStore::new()), gateway, env, config },
    }
}

fn with_shop(kept: Kept, run: impl FnOnce(&Shop)) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.db");
    let shop = Shop::open(parts((kept == Kept::OnDisk).then_some(&path))).expect("the shop opens");
    shop.import(catalogue().as_bytes()).expect("imported");
    run(&shop);
}

fn buy(shop: &Shop, number: u64) {
    let cart = shop.new_cart_token();
    let one = Quantity::new(1).expect("a quantity");
    let mut total = None;
    for n in [number % 200, (number + 77) % 200] {
        let sku = Sku::parse(&format!("P-{n}")).expect("a SKU");
        total = Some(shop.set_line(&cart, &sku, one).expect("set").total);
    }
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
        note: String::new(),
        language: kit_core::Language::English,
        payment: Payment {
            account: AccountNumber::from_payload(2_400_000_001).digits(),
            pin: SecretText::new("271828".to_owned()),
            key: IdempotencyKey::parse(&format!("form-key-{number}")).expect("a key"),
        },
        expected_total: total.expect("two lines"),
    };
    let placed = shop.checkout(&cart, &form).expect("placed");
    assert_eq!(placed.order.status.code(), "paid");
}

/// Two lines into a cart, then the order, paid: four durable writes.
#[divan::bench(args = BOTH, threads = [1, 16], sample_count = 20, sample_size = 20)]
fn cart_to_order(bencher: Bencher<'_, '_>, kept: Kept) {
    let next = AtomicU64::new(0);
    with_shop(kept, |shop| bencher.bench(|| buy(shop, next.fetch_add(1, Ordering::Relaxed))));
}

/// Four minimal rows, each in a durable transaction of its own, by the same SQLite with the same pragmas.
#[divan::bench(sample_count = 20, sample_size = 20)]
fn four_bare_writes(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a folder");
    let connection = rusqlite::Connection::open(folder.path().join("bare.db")).expect("opens");
    let pragmas =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (a INTEGER, b INTEGER) STRICT";
    connection.execute_batch(pragmas).expect("a table");
    bencher.bench_local(|| {
        for n in 0..4 {
            connection
                .prepare_cached("INSERT INTO bare VALUES (?1, ?1)")
                .expect("prepares")
                .execute([n])
                .expect("inserts");
        }
    });
}

/// One page of a category, by name.
#[divan::bench(args = BOTH)]
fn list_products(bencher: Bencher<'_, '_>, kept: Kept) {
    let query = ProductQuery { category: Slug::parse("category-3"), per_page: 20, ..ProductQuery::default() };
    with_shop(kept, |shop| bencher.bench(|| shop.products(&query).expect("listed")));
}

/// What a search finds, the best match first.
#[divan::bench(args = BOTH)]
fn search_products(bencher: Bencher<'_, '_>, kept: Kept) {
    let query = ProductQuery { text: Some("product 12".to_owned()), per_page: 20, ..ProductQuery::default() };
    with_shop(kept, |shop| bencher.bench(|| shop.products(&query).expect("found")));
}

/// A hundred thousand products, imported as an operator would have to: in files below the limit.
fn large() -> (tempfile::TempDir, Shop) {
    let folder = tempfile::tempdir().expect("a folder");
    let shop = Shop::open(parts(Some(&folder.path().join("shop.db")))).expect("the shop opens");
    for file in 0..10 {
        let mut csv = "sku,name,brand,category,price,stock,description,specifications\n".to_owned();
        for n in file * 10_000..(file + 1) * 10_000 {
            csv.push_str(&format!(
                "P-{n},Product {n} {},Brand {},category-{},{}.90,{},A sensible thing for a desk.,ram={} GB;weight={}.{} kg;\
                 panel=Kind {};ports={} ports;ecc={}\n",
                ["Harbour", "Skerry", "Lantern", "Keyboard", "Trackball"][n % 5],
                n % 40,
                n % 13,
                n % 3_000 + 10,
                n % 20,
                8 << (n % 5),
                n % 4,
                n % 100,
                n % 9,
                n % 12,
                if n % 2 == 0 { "yes" } else { "no" },
            ));
        }
        shop.import(csv.as_bytes()).expect("imported");
    }
    (folder, shop)
}

/// Made once for all that is measured: importing takes longer than everything else.
static LARGE: LazyLock<(tempfile::TempDir, Shop)> = LazyLock::new(large);

/// The addresses of lists among a hundred thousand products, with all facets.
const ADDRESSES: [&str; 5] = [
    "",
    "category=category-3&sort=price",
    "brand=Brand+2&brand=Brand+12&ram=16..64&price=100..900&in_stock=1&ecc=yes",
    "q=harbour",
    "q=trakcball",
];

#[divan::bench(args = ADDRESSES, sample_count = 20, sample_size = 1)]
fn narrow_100_000_products(bencher: Bencher<'_, '_>, address: &str) {
    let (_, shop) = &*LARGE;
    let query = ProductQuery { facets: true, ..shop.read_address(address).expect("read") };
    assert!(shop.products(&query).expect("listed").total > 0);
    bencher.bench_local(|| shop.products(&query).expect("listed"));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn suggest_among_100_000_products(bencher: Bencher<'_, '_>) {
    let (_, shop) = &*LARGE;
    assert!(!shop.suggest("track 99", 8).expect("suggested").is_empty());
    bencher.bench_local(|| shop.suggest("track 99", 8).expect("suggested"));
}
