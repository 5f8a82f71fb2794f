//! Rendering the product list, layers and all: in memory and from a SQLite file.
//!
//! Quote ratios: `bare_select` reads as many rows from the same file and does nothing else; `products_by_api` answers
//! with the same products as JSON.

use std::sync::Arc;

use divan::Bencher;
use kit_core::Env;
use poem::{Endpoint, Request};
use shop_core::gateway::Answer;
use shop_core::gateway::scripted::ScriptedGateway;
use shop_core::store::memory::MemoryStore;
use shop_core::{Shop, ShopConfig, ShopParts};
use shop_site::{CATALOGUE, SiteConfig, StoreConfig, app, open_shop};
use tempfile::TempDir;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

/// Where the shop keeps its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    InMemory,
    OnDisk,
}

const BOTH: [Kept; 2] = [Kept::InMemory, Kept::OnDisk];

fn shop(kept: Kept, folder: &TempDir) -> Shop {
    let gateway = Arc::new(ScriptedGateway::always(Answer::NotSent));
    match kept {
        Kept::OnDisk => open_shop(&StoreConfig::new(folder.path().join("shop.db")), gateway).expect("a fresh file"),
        Kept::InMemory => {
            let shop = Shop::open(ShopParts {
                store: Arc::new(MemoryStore::new()),
                gateway,
                env: Env::system(),
                config: ShopConfig::default(),
            })
            .expect("a shop in memory");
            shop.import(CATALOGUE.as_bytes()).expect("the shipped catalogue");
            shop
        }
    }
}

fn get(bencher: Bencher<'_, '_>, kept: Kept, path: &str) {
    let folder = TempDir::new().expect("a folder");
    let runtime = Runtime::new().expect("a runtime");
    let app = app(shop(kept, &folder), SiteConfig::default());
    bencher.bench_local(|| {
        runtime.block_on(async {
            let request = Request::builder().uri(path.parse().expect("a path")).finish();
            let answer = app.get_response(request).await;
            assert!(answer.status().is_success());
            answer.into_body().into_bytes().await.expect("a body")
        })
    });
}

#[divan::bench(args = BOTH)]
fn product_list(bencher: Bencher<'_, '_>, kept: Kept) {
    get(bencher, kept, "/products?sort=price");
}

#[divan::bench(args = BOTH)]
fn search(bencher: Bencher<'_, '_>, kept: Kept) {
    get(bencher, kept, "/search?q=usb");
}

#[divan::bench(args = BOTH)]
fn products_by_api(bencher: Bencher<'_, '_>, kept: Kept) {
    get(bencher, kept, "/api/v1/products?sort=price");
}

/// A page's products by the same SQLite, and nothing around it.
#[divan::bench]
fn bare_select(bencher: Bencher<'_, '_>) {
    let folder = TempDir::new().expect("a folder");
    drop(shop(Kept::OnDisk, &folder));
    let connection = rusqlite::Connection::open(folder.path().join("shop.db")).expect("opens");
    bencher.bench_local(|| {
        let sql = "SELECT sku, name, brand, price_minor, stock FROM products ORDER BY price_minor, sku LIMIT 24";
        let mut select = connection.prepare_cached(sql).expect("prepares");
        let rows = select.query_map([], |row| Ok((row.get::<_, String>(1)?, row.get::<_, i64>(3)?))).expect("selects");
        rows.collect::<Result<Vec<_>, _>>().expect("24 rows")
    });
}
