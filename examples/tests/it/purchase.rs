//! From a new customer to a paid order and back: once with each way for the shop to reach the bank.

use std::path::Path;

use bank_core::store::sqlite::SqliteStore as BankStore;
use shop_core::store::StoreExt;
use shop_core::store::sqlite::SqliteStore as ShopStore;
use shop_core::{OrderSlice, Sku};

use crate::browser::{Browser, Page};
use crate::program::{Quickstart, command};

const PIN: &str = "804917";
const PRODUCT: &str = "KB-0302";
/// Of the catalogue that ships with the shop; sending it costs 4.90 more.
const PRICE: &str = "35.00";
const STOCK: u32 = 60;

#[test]
fn in_process() {
    purchase("in-process");
}

#[test]
fn over_http() {
    purchase("http");
}

fn purchase(gateway: &str) {
    let data = tempfile::tempdir().expect("a folder");
    let running = Quickstart::start(data.path(), gateway);
    let mut bank = Browser::on(&running.bank);
    let mut shop = Browser::on(&running.shop);

    // Each site leads to the other.
    bank.open("/").says(&running.shop);
    shop.open("/").says(&running.bank);

    let account = register(&mut bank);
    let deposit = format!("/accounts/{account}/deposit");
    let page = bank.open(&deposit);
    bank.send(&page, &deposit, &[("amount", "100.00")]).says("€100.00");

    // A wrong PIN is told, and the order can be paid again.
    let order = check_out(&mut shop, &account, "993846");
    order.says("account number and PIN do not belong together");
    let paid = shop.send(&order, &order.path, &[("account_number", &account), ("pin", PIN), ("action", "pay")]);
    paid.says("paid");
    let link = paid.path.clone();

    // Once more, with the right PIN at once; then it is cancelled and the money comes back.
    let second = check_out(&mut shop, &account, PIN);
    second.says("paid");
    bank.open(&format!("/accounts/{account}")).says("−€39.90").says("€20.20").says("The IT shop");
    shop.send(&second, &second.path, &[("action", "cancel")]).says("cancelled");
    bank.open(&format!("/accounts/{account}")).says("€60.10");

    running.stop();
    check_books(data.path());

    // Everything is still there after a restart.
    let running = Quickstart::start(data.path(), gateway);
    Browser::on(&running.shop).open(&link).says("paid");
    running.stop();
    check_books(data.path());
}

fn register(bank: &mut Browser) -> String {
    let form = bank.open("/register");
    let details = [
        ("name", "Ada Lovelace"),
        ("email", "ada@example.org"),
        ("password", "a short sentence is good"),
        ("pin", PIN),
    ];
    let accounts = bank.send(&form, "/register", &details);
    accounts.says("€0.00");
    let (_, rest) = accounts.text.split_once("/accounts/").expect("a link to the account");
    rest.chars().take_while(char::is_ascii_digit).collect()
}

/// Puts one keyboard into the cart and pays for it; the order's page.
fn check_out(shop: &mut Browser, account: &str, pin: &str) -> Page {
    let product = shop.open(&format!("/products/{PRODUCT}"));
    product.says(PRICE);
    shop.send(&product, &format!("/products/{PRODUCT}"), &[("quantity", "1")]).says("Checkout");
    let form = shop.open("/checkout");
    let details = [
        ("name", "Ada Lovelace"),
        ("email", "ada@example.org"),
        ("street", "St James's Square 12"),
        ("postal_code", "SW1Y 4JH"),
        ("city", "London"),
        ("country", "United Kingdom"),
        ("account_number", account),
        ("pin", pin),
    ];
    let order = shop.send(&form, "/checkout", &details);
    assert!(order.path.starts_with("/orders/"), "the checkout leads to the order: {} {}", order.path, order.text);
    assert!(!order.text.contains(pin), "no PIN on a page");
    order
}

/// The ledger is sound, and both sides tell the same story: one order paid, one cancelled, one keyboard sold.
fn check_books(data: &Path) {
    let bank = BankStore::open(&data.join("bank.db")).expect("opens");
    let report = bank_core::check(&bank, |_| {}).expect("reads");
    assert_eq!(report.violations, Vec::<String>::new());
    let taken: i64 = bank_core::store::StoreExt::view(&bank, |tx| Ok(tx.payments_after(None, 100)?))
        .expect("reads")
        .iter()
        .map(|payment| payment.captured - payment.refunded)
        .sum();

    let shop = ShopStore::open(&data.join("shop.db")).expect("opens");
    let (orders, product) = shop
        .view(|tx| {
            let slice = OrderSlice { state: None, before: None, limit: 100 };
            Ok((tx.orders(&slice)?, tx.product(&Sku::parse(PRODUCT).expect("a SKU"))?))
        })
        .expect("reads");
    let count = |code| orders.iter().filter(|order| order.state.code() == code).count();
    assert_eq!((count("paid"), count("cancelled"), orders.len()), (1, 1, 2));
    let earned: i64 = orders.iter().filter(|o| o.state.code() == "paid").map(|o| o.total.minor).sum();
    assert_eq!(taken, earned, "what the bank took is what was sold");
    assert_eq!(product.expect("still sold").stock, STOCK - 1);
}

/// A port in use, a folder that cannot be written and a bad flag: one clear line each, exit code 2.
#[test]
fn what_cannot_start_says_why() {
    let data = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let file = data.path().join("a-file");
    std::fs::write(&file, "in the way").expect("writes");

    let check = |data: &Path, arguments: &[&str], said: &str| {
        let ended = command(data).args(arguments).output().expect("runs");
        let words = String::from_utf8(ended.stderr).expect("text");
        assert_eq!(ended.status.code(), Some(2), "{words}");
        assert!(words.contains(said) && words.trim_end().lines().count() == 1, "{words}");
    };
    check(data.path(), &["--bank-listen", &address], "already in use");
    check(&file, &["--bank-listen", "127.0.0.1:0", "--shop-listen", "127.0.0.1:0"], "cannot create the folder");
    check(data.path(), &["--gateway", "carrier-pigeon"], "carrier-pigeon");
    check(data.path(), &["--bank-listen", "0.0.0.0:0"], "loopback");

    // The shop's key at the bank is never made anew beside a shop that had one.
    let used = tempfile::tempdir().expect("a folder");
    Quickstart::start(used.path(), "in-process").stop();
    std::fs::remove_file(used.path().join("shop-at-bank.key")).expect("it was made");
    check(used.path(), &["--bank-listen", "127.0.0.1:0", "--shop-listen", "127.0.0.1:0"], "restore it");
}
