//! A shop with a scripted bank, a clock that stands still, and a browser.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kit_core::{AccountNumber, Currency, Env, ManualClock, Money, Pin, StoreFailure, Timestamp};
use kit_web::testing::{Answer, Browser, Watched, api_request, call};
use poem::http::Method;
use poem::{Endpoint, Response};
use serde_json::{Value, json};
use shop_core::gateway::scripted::{CallKind, ScriptedGateway};
use shop_core::store::memory::MemoryStore;
use shop_core::store::{ReadWork, Result as StoreResult, Store, WriteWork};
use shop_core::{Benefit, DiscountCode, DiscountTerms, OrderSlice, Shop, ShopConfig, ShopParts, Sku};
use shop_site::SiteConfig;

pub(crate) const PIN: &str = "271828";
/// Price 100.00, five of them.
pub(crate) const KEYBOARD: &str = "KB-1";
/// Price 20.00, one of them.
pub(crate) const MOUSE: &str = "MS-1";
pub(crate) const BANK: &str = "http://bank.test:8080";

pub(crate) struct World {
    pub(crate) shop: Shop,
    pub(crate) bank: Arc<ScriptedGateway>,
    pub(crate) clock: Arc<ManualClock>,
    store: Arc<Shaky>,
    env: Env,
}

/// A memory store that can be told to refuse writes, as with a full disk.
#[derive(Default)]
struct Shaky {
    store: MemoryStore,
    full: AtomicBool,
}

impl Store for Shaky {
    fn read(&self, work: ReadWork<'_>) -> StoreResult<()> {
        self.store.read(work)
    }

    fn write(&self, work: WriteWork<'_>) -> StoreResult<()> {
        if self.full.load(Ordering::SeqCst) {
            return Err(StoreFailure::not_committed("the disk is full"));
        }
        self.store.write(work)
    }
}

impl World {
    /// Two products and a customer with 10,000.00 at an honest bank.
    pub(crate) fn new() -> Self {
        let world = Self::with(Arc::new(ScriptedGateway::bank()));
        world.bank.open_account(account(), &Pin::parse(PIN).unwrap(), eur(1_000_000));
        world
    }

    /// Two products and this bank.
    pub(crate) fn with(bank: Arc<ScriptedGateway>) -> Self {
        let world = Self::empty(bank);
        world.stock_up("100.00", 5, 1);
        world
    }

    /// No products yet.
    pub(crate) fn empty(bank: Arc<ScriptedGateway>) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_795_363_620_000_000)));
        let env = Env::with(clock.clone(), 7);
        let store = Arc::new(Shaky::default());
        let shop = open(&store, &bank, &env);
        Self { shop, bank, clock, store, env }
    }

    /// The same, with an operator who wants to know of each paid order.
    pub(crate) fn notifying(self) -> Self {
        self.configured(ShopConfig { notify_operator: true, ..ShopConfig::default() })
    }

    /// The same with other settings.
    pub(crate) fn configured(self, config: ShopConfig) -> Self {
        let shop = open_with(&self.store, &self.bank, &self.env, config);
        Self { shop, ..self }
    }

    /// The same after a restart of the program.
    pub(crate) fn restarted(self) -> Self {
        let shop = open(&self.store, &self.bank, &self.env);
        Self { shop, ..self }
    }

    pub(crate) fn stock_up(&self, keyboard_price: &str, keyboards: u32, mice: u32) {
        let csv = format!(
            "sku,name,brand,category,price,stock,description,specifications\n\
             KB-1,Tern 87,Fjordlight,keyboards,{keyboard_price},{keyboards},Quiet.,keys=87;wireless=yes\n\
             MS-1,<b>Wren</b>,Brackwell,mice,20.00,{mice},Small & light.,weight=80 g;resolution=1920 x 1200\n"
        );
        self.shop.import(csv.as_bytes()).unwrap();
    }

    pub(crate) fn app(&self) -> impl Endpoint<Output = Response> + 'static + use<> {
        Watched::new(shop_site::app(self.shop.clone(), self.config()), shop_site::openapi_spec())
    }

    pub(crate) fn config(&self) -> SiteConfig {
        SiteConfig { bank_url: Some(BANK.to_owned()), clock: self.clock.clone(), ..SiteConfig::default() }
    }

    /// Whether every write fails from now on, with nothing kept.
    pub(crate) fn disk_is_full(&self, full: bool) {
        self.store.full.store(full, Ordering::SeqCst);
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn stock(&self, sku: &str) -> u32 {
        self.shop.product(&Sku::parse(sku).unwrap()).unwrap().stock
    }

    pub(crate) fn orders(&self) -> usize {
        self.shop.orders(&OrderSlice { limit: 100, ..OrderSlice::default() }).unwrap().len()
    }

    /// How often the bank was asked for money.
    pub(crate) fn purchases(&self) -> usize {
        self.bank.calls().iter().filter(|call| call.kind() == CallKind::Purchase).count()
    }

    pub(crate) fn charged(&self) -> Money {
        eur(1_000_000).minus(self.bank.balance(account()).unwrap()).unwrap()
    }
}

/// A code for a tenth off everything, once.
pub(crate) fn spring(world: &World) {
    tenth(world, Some(1), false);
}

/// A code for a tenth off everything, `SPRING-10`.
pub(crate) fn tenth(world: &World, max_uses: Option<u32>, once_per_email: bool) {
    add_code(world, "SPRING-10", 1_000, max_uses, once_per_email);
}

/// A code that takes everything off, `GIFT`.
pub(crate) fn gift(world: &World) {
    add_code(world, "GIFT", 10_000, None, false);
}

fn add_code(world: &World, code: &str, basis_points: u32, max_uses: Option<u32>, once_per_email: bool) {
    let terms = DiscountTerms {
        code: DiscountCode::parse(code).unwrap(),
        benefit: Benefit::Percent(basis_points),
        minimum: None,
        valid_from: None,
        valid_until: None,
        max_uses,
        once_per_email,
        category: None,
    };
    world.shop.add_discount(terms).unwrap();
}

fn open(store: &Arc<Shaky>, bank: &Arc<ScriptedGateway>, env: &Env) -> Shop {
    open_with(store, bank, env, ShopConfig::default())
}

fn open_with(store: &Arc<Shaky>, bank: &Arc<ScriptedGateway>, env: &Env, config: ShopConfig) -> Shop {
    let parts = ShopParts { store: store.clone(), gateway: bank.clone(), env: env.clone(), config };
    Shop::open_without_thread(parts).unwrap()
}

pub(crate) fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub(crate) fn account() -> AccountNumber {
    AccountNumber::from_payload(2_400_000_001)
}

/// The value of a hidden field.
pub(crate) fn hidden(page: &Answer, name: &str) -> String {
    let (_, rest) = page.text.split_once(&format!("name=\"{name}\" value=\"")).expect(name);
    rest.split_once('"').unwrap().0.to_owned()
}

/// Puts a product into the cart as a visitor does.
pub(crate) async fn put<E: Endpoint>(browser: &mut Browser<'_, E>, sku: &str, quantity: &str) -> Answer {
    let path = format!("/products/{sku}");
    browser.get(&path).await;
    browser.submit(&path, &[("quantity", quantity)]).await
}

/// The checkout form of a page, filled in.
pub(crate) fn filled(page: &Answer, pin: &str) -> Vec<(&'static str, String)> {
    vec![
        ("key", hidden(page, "key")),
        ("shipping", hidden(page, "shipping")),
        ("name", "Ada Lovelace".to_owned()),
        ("email", "ada@example.org".to_owned()),
        ("street", "12 St James's Square".to_owned()),
        ("postal_code", "SW1Y 4JH".to_owned()),
        ("city", "London".to_owned()),
        ("country", "United Kingdom".to_owned()),
        ("account_number", account().to_string()),
        ("pin", pin.to_owned()),
    ]
}

/// Sends a form without following the redirect.
pub(crate) async fn send<E: Endpoint>(
    browser: &mut Browser<'_, E>,
    path: &str,
    fields: &[(&'static str, String)],
) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &fields).await
}

/// From the catalogue to the order's page: the path of that page.
pub(crate) async fn order<E: Endpoint>(browser: &mut Browser<'_, E>, pin: &str) -> String {
    put(browser, KEYBOARD, "2").await;
    let page = browser.get("/checkout").await;
    let sent = send(browser, "/checkout", &filled(&page, pin)).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    sent.header("location").to_owned()
}

/// Calls the API.
pub(crate) async fn api(app: &impl Endpoint, method: Method, path: &str, body: Option<&Value>) -> Answer {
    call(app, api_request(method, &format!("/api/v1{path}"), None, body)).await
}

/// Calls the API under a key.
pub(crate) async fn api_keyed(app: &impl Endpoint, path: &str, key: &str, body: &Value) -> Answer {
    let mut request = api_request(Method::POST, &format!("/api/v1{path}"), None, Some(body));
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    call(app, request).await
}

/// A cart with one line, by API.
pub(crate) async fn api_cart(app: &impl Endpoint, sku: &str, quantity: u32) -> String {
    let cart = api(app, Method::POST, "/carts", None).await.json()["id"].as_str().unwrap().to_owned();
    let line = json!({ "quantity": quantity });
    let set = api(app, Method::PUT, &format!("/carts/{cart}/lines/{sku}"), Some(&line)).await;
    assert_eq!(set.status, 200, "{}", set.text);
    cart
}

/// The body of an order.
pub(crate) fn api_order(cart: &str, expected_total: &str) -> Value {
    json!({
        "cart": cart,
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "street": "12 St James's Square",
        "postal_code": "SW1Y 4JH",
        "city": "London",
        "country": "United Kingdom",
        "account_number": account().digits(),
        "pin": PIN,
        "expected_total": expected_total,
        "currency": "EUR",
    })
}
