//! A shop with a scripted bank and a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, ManualClock, Money, Pin, SecretText, Timestamp, Token};
use shop_core::gateway::PaymentGateway;
use shop_core::gateway::scripted::{Call, CallKind, ScriptedGateway};
use shop_core::store::Store;
use shop_core::store::memory::MemoryStore;
use shop_core::store::sqlite::SqliteStore;
use shop_core::{
    AttemptState, Checkout, Error, OrderView, Payment, PlacedOrder, Quantity, Refusal, Shop, ShopConfig, ShopParts, Sku,
};

pub(crate) const HEADER: &str = "sku,name,brand,category,price,stock,description,specifications";
pub(crate) const PIN: &str = "271828";
/// Price 100.00, five of them.
pub(crate) const KEYBOARD: &str = "KB-1";
/// Price 20.00, one of them.
pub(crate) const MOUSE: &str = "MS-1";

pub(crate) struct World {
    pub(crate) shop: Shop,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) bank: Arc<ScriptedGateway>,
    pub(crate) clock: Arc<ManualClock>,
    env: Env,
    /// Where its files are, as long as it lives.
    _folder: Option<tempfile::TempDir>,
}

pub(crate) fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub(crate) fn sku(text: &str) -> Sku {
    Sku::parse(text).expect("a SKU")
}

pub(crate) fn quantity(count: i64) -> Quantity {
    Quantity::new(count).expect("a quantity")
}

pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse(text).expect("a key")
}

pub(crate) fn account() -> AccountNumber {
    AccountNumber::from_payload(2_400_000_001)
}

pub(crate) fn payment(form_key: &str) -> Payment {
    Payment { account: account().to_string(), pin: SecretText::new(PIN.to_owned()), key: key(form_key) }
}

pub(crate) fn form(form_key: &str, expected_total: Money) -> Checkout {
    Checkout {
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
        payment: payment(form_key),
        expected_total,
    }
}

pub(crate) fn catalogue(keyboard_price: &str, keyboards: u32, mice: u32) -> String {
    format!(
        "{HEADER}\nKB-1,Tern 87,Fjordlight,keyboards,{keyboard_price},{keyboards},Quiet.,keys=87;wireless=yes\n\
         MS-1,Wren,Brackwell,mice,20.00,{mice},Small.,weight=80 g\n"
    )
}

/// The refusal inside an error.
pub(crate) fn refusal<T>(result: Result<T, Error>) -> Refusal {
    match result.err() {
        Some(Error::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

impl World {
    /// A shop in memory whose batches are posted by its callers.
    pub(crate) fn new() -> Self {
        Self::over(Arc::new(MemoryStore::new()))
    }

    /// The same over a SQLite file.
    pub(crate) fn on_disk() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(&folder.path().join("shop.db")).expect("a fresh file");
        Self { _folder: Some(folder), ..Self::over(Arc::new(store)) }
    }

    pub(crate) fn over(store: Arc<dyn Store>) -> Self {
        let world = Self::with_nothing_to_sell(store);
        world.shop.import(catalogue("100.00", 5, 1).as_bytes()).expect("the catalogue is imported");
        world
    }

    pub(crate) fn with_nothing_to_sell(store: Arc<dyn Store>) -> Self {
        let bank = Arc::new(ScriptedGateway::bank());
        bank.open_account(account(), &Pin::parse(PIN).expect("a PIN"), eur(1_000_000));
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_795_363_620_000_000)));
        let env = Env::with(clock.clone(), 7);
        let parts =
            ShopParts { store: store.clone(), gateway: bank.clone(), env: env.clone(), config: ShopConfig::default() };
        let shop = Shop::open_without_thread(parts).expect("the shop opens");
        Self { shop, store, bank, clock, env, _folder: None }
    }

    /// The same world with another configuration, as after a restart.
    pub(crate) fn configured(self, config: ShopConfig) -> Self {
        let parts = ShopParts { store: self.store.clone(), gateway: self.bank.clone(), env: self.env.clone(), config };
        Self { shop: Shop::open_without_thread(parts).expect("the shop opens again"), ..self }
    }

    /// Another shop over the same store, as after a restart; with another gateway where one is given.
    pub(crate) fn again(&self, gateway: Option<Arc<dyn PaymentGateway>>) -> Shop {
        let parts = ShopParts {
            store: self.store.clone(),
            gateway: gateway.unwrap_or_else(|| self.bank.clone()),
            env: self.env.clone(),
            config: ShopConfig::default(),
        };
        Shop::open(parts).expect("the shop opens again")
    }

    /// A cart with these lines.
    pub(crate) fn cart(&self, lines: &[(&str, i64)]) -> Token {
        let token = self.shop.new_cart_token();
        for (text, count) in lines {
            self.shop.set_line(&token, &sku(text), quantity(*count)).expect("the line is set");
        }
        token
    }

    /// Orders two keyboards for 200.00.
    pub(crate) fn order_two(&self, form_key: &str) -> PlacedOrder {
        let cart = self.cart(&[(KEYBOARD, 2)]);
        self.shop.checkout(&cart, &form(form_key, eur(20_000))).expect("the order is placed")
    }

    pub(crate) fn view(&self, placed: &PlacedOrder) -> OrderView {
        self.shop.order(&placed.token).expect("the order is there")
    }

    pub(crate) fn status(&self, placed: &PlacedOrder) -> &'static str {
        self.view(placed).status.code()
    }

    pub(crate) fn stock(&self, text: &str) -> u32 {
        self.shop.product(&sku(text)).expect("the product is there").stock
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn calls(&self, kind: CallKind) -> Vec<Call> {
        self.bank.calls().into_iter().filter(|call| call.kind() == kind).collect()
    }

    /// What the bank took from the customer so far.
    pub(crate) fn charged(&self) -> Money {
        eur(1_000_000).minus(self.bank.balance(account()).expect("the account is there")).expect("one currency")
    }

    /// Money taken and orders paid agree, and so do the units missing from the shelf and the units sold.
    pub(crate) fn check_books(&self, keyboards_at_start: u32) {
        use shop_core::{OrderSlice, OrderState};
        let orders = self.shop.orders(&OrderSlice { limit: 1_000, ..OrderSlice::default() }).expect("orders");
        let (mut paid, mut taken) = (0, 0);
        for order in &orders {
            let view = self.shop.order_by_number(order.number).expect("the order is there");
            let succeeded = view.attempts.iter().filter(|a| a.state == AttemptState::Succeeded).count();
            let holds_money = matches!(order.state, OrderState::Paid | OrderState::Shipped | OrderState::Cancelling);
            assert!(succeeded <= 1, "an order is paid at most once");
            assert!(!holds_money || succeeded == 1, "{:?} without a payment", order.state);
            if holds_money {
                paid += order.total.minor;
            }
            if !matches!(order.state, OrderState::Cancelled | OrderState::NotPaid) {
                let keyboards = order.lines.iter().filter(|line| line.sku == sku(KEYBOARD));
                taken += keyboards.map(|line| line.quantity.get()).sum::<u32>();
            }
        }
        assert_eq!(self.charged().minor, paid, "money taken = orders paid");
        assert_eq!(self.stock(KEYBOARD) + taken, keyboards_at_start, "stock = what was not sold");
    }
}
