//! A bank in memory, its site, and the callers of its API.

use std::sync::Arc;

use bank_core::hashing::{Argon2Hasher, Cost, Pepper};
use bank_core::store::memory::MemoryStore;
use bank_core::{Bank, BankConfig, BankParts};
use bank_site::SiteConfig;
use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, ManualClock, Money, Timestamp};
use kit_web::testing::{Answer, Browser, Watched, api_request, call};
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::{EndpointExt, Response};
use serde_json::{Value, json};

pub(crate) const PASSWORD: &str = "a short sentence is good";
pub(crate) const PIN: &str = "804917";
pub(crate) const OTHER_PIN: &str = "993846";
pub(crate) const SHOP: &str = "https://shop.example";

pub(crate) type App = BoxEndpoint<'static, Response>;

pub(crate) struct Bench {
    pub(crate) app: App,
    pub(crate) bank: Bank,
    pub(crate) clock: Arc<ManualClock>,
}

/// A customer who has registered and logged in by the API.
pub(crate) struct Customer {
    pub(crate) token: String,
    pub(crate) number: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut BankConfig)) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_795_363_620_000_000)));
        let env = Env::with(clock.clone(), 7);
        let mut config = BankConfig::default();
        config.policy.daily_deposits = [(kit_core::Currency::EUR, 1_000_000)].into();
        change(&mut config);
        let hasher = Arc::new(Argon2Hasher::new(Cost::CHEAPEST, Pepper::from_bytes([7; 32])));
        let bank = Bank::open(BankParts { store: Arc::new(MemoryStore::new()), hasher, env, config }).expect("opens");
        let site = SiteConfig { shop_url: Some(SHOP.to_owned()), ..SiteConfig::default() };
        let app = Watched::new(bank_site::app(bank.clone(), site), bank_site::openapi_spec()).boxed();
        Self { app, bank, clock }
    }

    /// A call of the API without a key.
    pub(crate) async fn api(&self, method: Method, path: &str, bearer: &str, body: Option<Value>) -> Answer {
        let bearer = (!bearer.is_empty()).then_some(bearer);
        call(&self.app, api_request(method, &format!("/api/v1{path}"), bearer, body.as_ref())).await
    }

    pub(crate) async fn get(&self, path: &str, bearer: &str) -> Answer {
        self.api(Method::GET, path, bearer, None).await
    }

    pub(crate) async fn post(&self, path: &str, bearer: &str, body: Value) -> Answer {
        self.api(Method::POST, path, bearer, Some(body)).await
    }

    /// A call that moves money.
    pub(crate) async fn keyed(&self, path: &str, bearer: &str, key: &str, body: Value) -> Answer {
        let mut request = api_request(Method::POST, &format!("/api/v1{path}"), Some(bearer), Some(&body));
        request.headers_mut().insert("idempotency-key", key.parse().expect("a key fits in a header"));
        call(&self.app, request).await
    }

    pub(crate) async fn customer(&self, email: &str) -> Customer {
        let new = json!({ "name": "Ada Lovelace", "email": email, "password": PASSWORD, "pin": PIN });
        let made = self.post("/customers", "", new).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let number = made.json()["account"]["number"].as_str().expect("a number").to_owned();
        Customer { token: self.log_in(email, PASSWORD).await, number }
    }

    /// A customer with money.
    pub(crate) async fn rich_customer(&self, email: &str, amount: &str) -> Customer {
        let customer = self.customer(email).await;
        self.fund(&customer.number, amount);
        customer
    }

    pub(crate) async fn log_in(&self, email: &str, password: &str) -> String {
        let made = self.post("/sessions", "", json!({ "email": email, "password": password })).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()["token"].as_str().expect("a token").to_owned()
    }

    /// Cash from the operator.
    pub(crate) fn fund(&self, number: &str, amount: &str) {
        let number = AccountNumber::parse(number).expect("a number");
        let amount = Money::parse(amount, Currency::EUR).expect("an amount");
        let key = IdempotencyKey::from_uuid(Env::system().uuid());
        self.bank.deposit_by_operator(&key, number, amount).expect("deposits");
    }

    /// A new merchant's API key.
    pub(crate) fn merchant(&self, name: &str) -> String {
        self.bank.create_merchant(name).unwrap_or_else(|error| panic!("{error}")).api_key.reveal()
    }

    pub(crate) fn browser(&self) -> Browser<'_, App> {
        Browser::new(&self.app)
    }

    /// A browser whose customer has just registered, and the account's number.
    pub(crate) async fn registered(&self, email: &str) -> (Browser<'_, App>, String) {
        let mut browser = self.browser();
        browser.get("/register").await;
        let fields = [("name", "Ada Lovelace"), ("email", email), ("password", PASSWORD), ("pin", PIN)];
        let page = browser.submit("/register", &fields).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let number = between(&page.text, "href=\"/accounts/", "\"").expect("a link to the account").to_owned();
        (browser, number)
    }

    /// What stands on the account: posted, held, available.
    pub(crate) async fn balance(&self, customer: &Customer) -> [String; 3] {
        let seen = self.get(&format!("/accounts/{}", customer.number), &customer.token).await.json();
        ["posted", "held", "available"].map(|name| seen["account"][name].as_str().expect("an amount").to_owned())
    }

    /// Nothing was lost.
    pub(crate) fn assert_sound(&self) {
        let report = self.bank.check(|_| {}).expect("checks");
        assert_eq!(report.violations, Vec::<String>::new());
    }
}

/// What stands between two texts for the first time.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

/// The pre-minted key of the page's form.
pub(crate) fn form_key(page: &Answer) -> String {
    between(&page.text, "name=\"key\" value=\"", "\"").expect("a form with a key").to_owned()
}

/// The answer is the problem with this status and code, in the one shape.
#[track_caller]
pub(crate) fn assert_problem(answer: &Answer, status: u16, code: &str) {
    let body = answer.json();
    assert_eq!((answer.status, body["code"].as_str()), (status, Some(code)), "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(body["status"], status);
    assert_eq!(body["type"], format!("/docs#problem-{code}"));
    assert!(body["title"].as_str().is_some_and(|title| !title.is_empty()));
    assert!(body["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
}
