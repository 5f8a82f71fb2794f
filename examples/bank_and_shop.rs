//! Bank and shop in one process, no network between them: `cargo run --example bank_and_shop`.
//!
//! A customer opens an account, deposits, fills a cart and pays with account number and PIN; then both sides are proved.

use std::error::Error;
use std::sync::Arc;

use bank_core::hashing::{Argon2Hasher, Cost, Pepper};
use bank_core::{Bank, BankConfig, BankParts, Registration};
use kit_core::{Currency, Env, IdempotencyKey, Language, Money, Pin, SecretText};
use shop_core::gateway::in_process::InProcessGateway;
use shop_core::{Checkout, Payment, Quantity, Shop, ShopConfig, ShopParts, Sku};

const CATALOGUE: &[u8] = b"sku,name,brand,category,price,stock,description,specifications\n\
    KB-1,Tern 87,Fjordlight,keyboards,79.90,3,A quiet keyboard for shared offices.,keys=87 keys;wireless=yes\n";

fn main() -> Result<(), Box<dyn Error>> {
    let env = Env::system();
    let eur = |text| Money::parse(text, Currency::EUR);

    let bank = Bank::open(BankParts {
        store: Arc::new(bank_core::store::memory::MemoryStore::new()),
        hasher: Arc::new(Argon2Hasher::new(Cost::default(), Pepper::from_bytes(env.random()))),
        env: env.clone(),
        config: BankConfig::default(),
    })?;
    let merchant = bank.create_merchant("The shop")?.merchant;
    let ada = bank.register(&Registration {
        name: "Ada Lovelace".into(),
        email: "ada@example.org".into(),
        password: SecretText::new("a short sentence is good".into()),
        pin: Pin::parse("804917")?,
        language: Language::English,
        log_in: None,
    })?;
    let (customer, account) = (ada.customer.id, ada.account.number);
    bank.deposit(customer, &IdempotencyKey::from_uuid(env.uuid()), account, eur("250.00")?)?;

    let shop = Shop::open(ShopParts {
        store: Arc::new(shop_core::store::memory::MemoryStore::new()),
        gateway: Arc::new(InProcessGateway::new(bank.clone(), merchant.id)),
        env,
        config: ShopConfig::default(),
    })?;
    shop.import(CATALOGUE)?;

    let cart = shop.new_cart_token();
    let view = shop.set_line(&cart, &Sku::parse("KB-1").ok_or("a SKU")?, Quantity::new(2)?)?;
    println!("in the cart: {}", view.total);
    let placed = shop.checkout(
        &cart,
        &Checkout {
            name: "Ada Lovelace".into(),
            street: "St James's Square 12".into(),
            postal_code: "SW1Y 4JH".into(),
            city: "London".into(),
            country: "United Kingdom".into(),
            company: String::new(),
            address_line_2: String::new(),
            vat_number: String::new(),
            phone: String::new(),
            email: "ada@example.org".into(),
            shipping: None,
            note: String::new(),
            language: Language::English,
            payment: Payment {
                account: account.to_string(),
                pin: SecretText::new("804917".into()),
                key: shop.new_form_key(),
            },
            expected_total: view.total,
        },
    )?;
    println!("order {}: {:?}", placed.order.order.number, placed.order.status);

    let balance = bank.account(customer, account)?.balance;
    println!("left in the account: {}", balance.available);
    if balance.available != eur("90.20")? {
        return Err("the money must have moved exactly once".into());
    }
    let report = bank.check(|_| {})?;
    println!("{} transfers checked, {} violations", report.transfers, report.violations.len());
    Ok(())
}
