//! The drill: both sides are backed up while customers pay, go on, and come back from their backups. What a restored side
//! has forgotten is found by comparing it with the other, all of it and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bank_core::hashing::Cost;
use bank_core::store::sqlite::SqliteStore as BankStore;
use bank_core::{Bank, Registration};
use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, Language, Money, Pin, SecretText, Token};
use shop_core::gateway::PaymentGateway;
use shop_core::gateway::http::{HttpConfig, HttpGateway};
use shop_core::gateway::in_process::InProcessGateway;
use shop_core::store::sqlite::SqliteStore as ShopStore;
use shop_core::{
    AttemptState, Checkout, Difference, DifferenceKind, Open, OrderSlice, Payment, PlacedOrder, Quantity,
    ReconcileNews, Shop, Sku, reconcile,
};

const PIN: &str = "804917";
const CATALOGUE: &[u8] = b"sku,name,brand,category,price,stock,description,specifications\n\
    KB-1,Tern 87,Fjordlight,keyboards,1.00,10000,A quiet keyboard.,keys=87 keys;wireless=yes\n";

struct Town {
    folder: tempfile::TempDir,
    bank: Bank,
    api_key: Token,
    shop: Shop,
    gateway: Arc<dyn PaymentGateway>,
    account: AccountNumber,
    runtime: tokio::runtime::Runtime,
}

fn open_bank(folder: &Path) -> Bank {
    let config = bank_site::StoreConfig { cost: Cost::CHEAPEST, ..bank_site::StoreConfig::new(folder.join("bank.db")) };
    bank_site::open_bank(config).unwrap_or_else(|error| panic!("{error}"))
}

impl Town {
    /// A bank that serves on a real socket, a shop that asks it, and a customer with money.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let bank = open_bank(folder.path());
        let api_key = bank.create_merchant("The shop").unwrap_or_else(|error| panic!("{error}")).api_key;
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let listener = runtime.block_on(kit_web::bind(([127, 0, 0, 1], 0).into(), "")).expect("a free port");
        let base_url = format!("http://{}", listener.local_addr().expect("an address"));
        let site = bank_site::SiteConfig::default();
        runtime.spawn(bank_site::run_site(bank.clone(), site, listener, std::future::pending()));
        let (deadline, key) = (Duration::from_secs(30), SecretText::new(api_key.reveal()));
        let gateway: Arc<dyn PaymentGateway> =
            Arc::new(HttpGateway::new(HttpConfig { base_url, api_key: key, deadline }).expect("loopback"));
        let config = shop_site::StoreConfig::new(folder.path().join("shop.db"));
        let shop = shop_site::open_store(&config, gateway.clone()).unwrap_or_else(|error| panic!("{error}"));
        shop.import(CATALOGUE).expect("the catalogue");
        let ada = Registration {
            name: "Ada Lovelace".to_owned(),
            email: "ada@example.org".to_owned(),
            password: SecretText::new("a short sentence is good".to_owned()),
            pin: Pin::parse(PIN).expect("a PIN"),
            language: Language::English,
            log_in: None,
        };
        let account = bank.register(&ada).expect("registers").account.number;
        let key = IdempotencyKey::from_uuid(Env::system().uuid());
        bank.deposit_by_operator(&key, account, Money::new(1_000_000, Currency::EUR)).expect("deposits");
        Self { folder, bank, api_key, shop, gateway, account, runtime }
    }

    fn order(&self, pin: &str) -> PlacedOrder {
        let (shop, cart) = (&self.shop, self.shop.new_cart_token());
        let sku = Sku::parse("KB-1").expect("a SKU");
        let view = shop.set_line(&cart, &sku, Quantity::new(1).expect("one")).expect("the line is set");
        let form = Checkout {
            name: "Ada Lovelace".to_owned(),
            street: "St James's Square 12".to_owned(),
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
            language: Language::English,
            payment: Payment {
                account: self.account.to_string(),
                pin: SecretText::new(pin.to_owned()),
                key: shop.new_form_key(),
            },
            expected_total: view.total,
        };
        shop.checkout(&cart, &form).expect("the order is placed")
    }

    fn paid(&self) -> PlacedOrder {
        let placed = self.order(PIN);
        assert_eq!(placed.order.status.code(), "paid");
        placed
    }

    /// Orders without a pause as long as `work` lasts.
    fn beside_orders<T>(&self, work: impl FnOnce() -> T) -> T {
        let (stop, placed) = (AtomicBool::new(false), AtomicU64::new(0));
        std::thread::scope(|scope| {
            let customers = scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    self.paid();
                    placed.fetch_add(1, Ordering::Relaxed);
                }
            });
            while placed.load(Ordering::Relaxed) < 5 {
                assert!(!customers.is_finished(), "customers order");
                std::thread::yield_now();
            }
            let result = work();
            stop.store(true, Ordering::Relaxed);
            customers.join().expect("nothing stops an order");
            result
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The bank's ids of the payments of every order that was ever paid in the shop kept in `database`.
    fn payments_of(&self, database: &Path) -> BTreeSet<String> {
        use shop_core::store::StoreExt;
        let store = ShopStore::open_read_only(database).expect("opens");
        let slice = OrderSlice { limit: u32::MAX, ..OrderSlice::default() };
        let attempts = store.view(|tx| {
            let orders = tx.orders(&slice)?;
            orders.iter().map(|order| tx.attempts(order.id)).collect::<Result<Vec<_>, _>>()
        });
        let paid = attempts.expect("reads").into_iter().flatten().filter(|a| a.state == AttemptState::Succeeded);
        paid.map(|attempt| attempt.payment.expect("a paid one has its id").0).collect()
    }
}

/// What a shop's file and a bank differ in, and what is open.
fn compare(database: &Path, bank: &dyn PaymentGateway) -> (Vec<Difference>, Vec<Open>) {
    let store = ShopStore::open_read_only(database).expect("opens");
    let (mut differences, mut open) = (Vec::new(), Vec::new());
    reconcile(&store, bank, |news| match news {
        ReconcileNews::Difference(difference) => differences.push(difference.clone()),
        ReconcileNews::Open(waiting) => open.push(*waiting),
        ReconcileNews::Progress(_) => {}
    })
    .unwrap_or_else(|error| panic!("{error}"));
    (differences, open)
}

/// The payments of the differences of this kind.
fn told(differences: &[Difference], kind: DifferenceKind) -> BTreeSet<String> {
    let of_kind = differences.iter().filter(|difference| difference.kind == kind);
    of_kind.map(|difference| difference.payment.clone().expect("a payment").0).collect()
}

#[test]
fn what_a_restored_shop_has_forgotten_is_found_and_nothing_else() {
    let town = Town::new();
    let live = town.path("shop.db");
    town.paid();
    let later_cancelled = town.paid();
    let early_cancelled = town.paid();
    town.shop.cancel(&early_cancelled.token).expect("cancels");

    // Comparing and copying beside customers: no difference, and a copy that is one moment.
    let copy = town.path("shop-copy.db");
    let (differences, _) = town.beside_orders(|| {
        let compared = compare(&live, &*town.gateway);
        ShopStore::backup(&live, &copy).expect("copied");
        compared
    });
    assert_eq!(differences, [], "beside live checkouts");

    // Life goes on: orders, a wrong PIN, two cancellations.
    town.paid();
    assert_eq!(town.order("993846").order.status.code(), "awaiting-payment");
    let new_cancelled = town.paid();
    for placed in [&later_cancelled, &new_cancelled] {
        town.shop.cancel(&placed.token).expect("cancels");
    }
    assert_eq!(compare(&live, &*town.gateway), (Vec::new(), Vec::new()));

    // The shop comes back from its backup in another folder; the bank does not.
    std::fs::create_dir(town.path("restored")).expect("a folder");
    let restored = town.path("restored/shop.db");
    std::fs::copy(&copy, &restored).expect("copies");
    let (known, all) = (town.payments_of(&restored), town.payments_of(&live));
    let (differences, open) = compare(&restored, &*town.gateway);
    assert!(open.len() <= 1, "an order that was just being paid is taken up by the sweep: {open:?}");
    let unknown = told(&differences, DifferenceKind::UnknownPayment);
    let id = |placed: &PlacedOrder| placed.order.attempts[0].payment.clone().expect("paid").0;
    let mut forgotten: BTreeSet<_> = all.difference(&known).cloned().collect();
    assert!(forgotten.remove(&id(&new_cancelled)), "forgotten, but all of it was given back");
    assert!(unknown.is_subset(&forgotten) && forgotten.len() - unknown.len() == open.len(), "all but what is open");
    assert!(!unknown.is_empty(), "those made after the backup");
    let refunded = told(&differences, DifferenceKind::RefundedDiffers);
    assert_eq!(refunded, BTreeSet::from([id(&later_cancelled)]), "cancelled after the backup");
    assert_eq!(differences.len(), unknown.len() + refunded.len(), "{differences:#?}");

    // It opens, and takes orders again.
    let config = shop_site::StoreConfig::new(&restored);
    let shop = shop_site::open_existing(&config, town.gateway.clone()).unwrap_or_else(|error| panic!("{error}"));
    let town = Town { shop, ..town };
    town.paid();
    assert_eq!(compare(&restored, &*town.gateway).0.len(), differences.len(), "which agrees");
    drop(town.runtime);
}

#[test]
fn what_a_restored_bank_has_forgotten_is_found_and_nothing_else() {
    let town = Town::new();
    let live = town.path("shop.db");
    town.paid();
    let copy = town.path("bank-copy.db");
    town.beside_orders(|| BankStore::backup(&town.path("bank.db"), &copy).expect("copied"));
    town.paid();
    let before = town.payments_of(&live);

    let folder = town.path("restored");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::copy(&copy, folder.join("bank.db")).expect("copies");
    std::fs::copy(town.path("bank.key"), folder.join("bank.key")).expect("the key is kept as well");
    let report = bank_core::check(&BankStore::open_read_only(&folder.join("bank.db")).expect("opens"), |_| {});
    assert_eq!(report.expect("reads").violations, Vec::<String>::new());

    let bank = open_bank(&folder);
    let merchant = bank.authenticate_merchant(&town.api_key).expect("the shop's key still opens it").id;
    let gateway: Arc<dyn PaymentGateway> = Arc::new(InProcessGateway::new(bank.clone(), merchant));
    let mut kept = BTreeSet::new();
    let mut page = bank.payments(merchant, &Default::default(), None, 200).expect("lists");
    loop {
        kept.extend(page.payments.iter().map(|payment| payment.id.to_string()));
        let Some(next) = page.next else { break };
        page = bank.payments(merchant, &Default::default(), Some(next), 200).expect("lists");
    }
    let (differences, open) = compare(&live, &*gateway);
    assert_eq!(open, []);
    let missing = told(&differences, DifferenceKind::CaptureMissing);
    assert_eq!(missing, before.difference(&kept).cloned().collect());
    assert!(!missing.is_empty() && differences.len() == missing.len(), "{differences:#?}");

    // The customer's PIN still pays, and what is paid now agrees.
    let config = shop_site::StoreConfig::new(&live);
    let shop = shop_site::open_existing(&config, gateway.clone()).unwrap_or_else(|error| panic!("{error}"));
    let town = Town { shop, bank, ..town };
    town.paid();
    assert_eq!(compare(&live, &*gateway).0.len(), differences.len());
    assert_eq!(town.bank.check(|_| {}).expect("reads").violations, Vec::<String>::new());
    drop(town.runtime);
}
