//! The gateway conformance suite over HTTP: the shop's client against the bank's website, on a real socket.

use std::sync::Arc;
use std::time::Duration;

use bank_core::hashing::{Argon2Hasher, Cost, Pepper};
use bank_core::model::CustomerId;
use bank_core::store::sqlite::SqliteStore;
use bank_core::{Bank, BankConfig, BankParts, Registration};
use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, Language, Money, Pin, SecretText};
use shop_core::gateway::PaymentGateway;
use shop_core::gateway::http::{HttpConfig, HttpGateway};
use shop_core::testing::gateway::{Fixture, PAYER_NEEDS_MINOR, run_all};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

const PIN: &str = "804917";

struct BankOverHttp {
    bank: Bank,
    gateway: HttpGateway,
    env: Env,
    payer: (CustomerId, AccountNumber),
    poor: (CustomerId, AccountNumber),
}

impl Fixture for BankOverHttp {
    fn gateway(&self) -> &dyn PaymentGateway {
        &self.gateway
    }

    fn payer(&self) -> (AccountNumber, Pin) {
        (self.payer.1, pin())
    }

    fn poor(&self) -> (AccountNumber, Pin) {
        (self.poor.1, pin())
    }

    fn currency(&self) -> Currency {
        Currency::EUR
    }

    fn fresh_key(&self) -> IdempotencyKey {
        IdempotencyKey::from_uuid(self.env.uuid())
    }

    fn balance(&self, account: AccountNumber) -> Option<Money> {
        let of = |customer| self.bank.account(customer, account).ok().map(|a| a.balance.available);
        of(self.payer.0).or_else(|| of(self.poor.0))
    }
}

fn pin() -> Pin {
    Pin::parse(PIN).expect("a PIN")
}

fn customer(bank: &Bank, env: &Env, email: &str, minor: i64) -> (CustomerId, AccountNumber) {
    let new = bank
        .register(&Registration {
            name: "A Payer".to_owned(),
            email: email.to_owned(),
            password: SecretText::new("a short sentence is good".to_owned()),
            pin: pin(),
            language: Language::English,
            log_in: None,
        })
        .expect("registers");
    let (id, account) = (new.customer.id, new.account.number);
    let key = IdempotencyKey::from_uuid(env.uuid());
    bank.deposit(id, &key, account, Money::new(minor, Currency::EUR)).expect("deposits");
    (id, account)
}

#[test]
fn the_http_gateway_and_the_banks_website_conform() {
    let folder = tempfile::tempdir().expect("a folder");
    let env = Env::system();
    let bank = Bank::open(BankParts {
        store: Arc::new(SqliteStore::open(&folder.path().join("bank.db")).expect("a fresh file")),
        hasher: Arc::new(Argon2Hasher::new(Cost::CHEAPEST, Pepper::from_bytes(env.random()))),
        env: env.clone(),
        config: BankConfig::default(),
    })
    .unwrap_or_else(|error| panic!("{error}"));
    let api_key = bank.create_merchant("The shop").unwrap_or_else(|error| panic!("{error}")).api_key;

    let runtime = Runtime::new().expect("a runtime");
    let listener = runtime.block_on(kit_web::bind(([127, 0, 0, 1], 0).into(), "")).expect("a free port");
    let base_url = format!("http://{}", listener.local_addr().expect("an address"));
    let (stop, stopped) = oneshot::channel::<()>();
    let site = bank_site::run_site(bank.clone(), bank_site::SiteConfig::default(), listener, async {
        let _ = stopped.await;
    });
    let served = runtime.spawn(site);

    let (deadline, api_key) = (Duration::from_secs(30), SecretText::new(api_key.reveal()));
    let gateway = HttpGateway::new(HttpConfig { base_url, api_key, deadline }).expect("loopback");
    let payer = customer(&bank, &env, "payer@example.org", PAYER_NEEDS_MINOR);
    let poor = customer(&bank, &env, "poor@example.org", 100);
    let over_http = BankOverHttp { bank: bank.clone(), gateway, env, payer, poor };
    run_all(&over_http);
    assert!(!over_http.gateway.list_payments(None).expect("this gateway has a list").payments.is_empty());

    drop(stop);
    runtime.block_on(served).expect("no panic").expect("served until stopped");
    assert_eq!(bank.check(|_| {}).expect("reads").violations, Vec::<String>::new());
}
