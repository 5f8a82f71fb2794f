//! The [`PaymentGateway`] that calls a bank over HTTP (`openapi/bank.json`, the part under `/api/v1/payments`).
//!
//! - `transport`: one call out, one answer back, within a deadline; and what may be called "not sent".
//! - `wire`: the bodies.
//! - `judge`: what an answer means. The table that matters most stands there.
//! - `config`: which banks may be asked at all.
//! - `over`: what a test puts in place of the network.
//!
//! Nothing here sends a call twice. Whoever hears [`Answer::Unknown`] asks again under the same key, or voids it.

mod config;
mod judge;
#[cfg(feature = "testing")]
mod over;
mod transport;
mod wire;

use std::time::Duration;

use kit_core::{IdempotencyKey, Money};
use ureq::http::{HeaderMap, HeaderName, HeaderValue, header};
use zeroize::Zeroizing;

use self::config::BaseUrl;
pub use self::config::{HttpConfig, HttpConfigError};
#[cfg(feature = "testing")]
pub use self::over::{Exchange, NoAnswer};
use self::transport::{Carrier, Heard};
use self::wire::CaptureMode;
use super::{
    Answer, Capabilities, Code, Expected, ListCursor, ListFailure, ListedPayment, PaymentGateway, PaymentPage,
    PaymentRef, PaymentRequest,
};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How many payments are listed at a time: the longest take a kilobyte each, and a body of 64 KiB is read.
const LISTED: usize = 50;

/// A bank behind a URL.
///
/// It cannot be printed: it holds the bank's key.
/// ```compile_fail
/// # fn show(gateway: shop_core::gateway::http::HttpGateway) {
/// println!("{gateway:?}");
/// # }
/// ```
pub struct HttpGateway {
    carrier: Carrier,
    base: BaseUrl,
    bearer: HeaderValue,
    deadline: Duration,
}

impl HttpGateway {
    /// A gateway on these terms. Nothing is sent yet.
    ///
    /// # Errors
    /// [`HttpConfigError`] where the terms do not hold together, above all a bank elsewhere without `https`.
    pub fn new(config: HttpConfig) -> Result<Self, HttpConfigError> {
        let carrier = Carrier::Agent(transport::agent(config.deadline));
        Self::with(config, carrier)
    }

    /// A gateway whose calls `exchange` carries instead of the network; it has to keep the deadline itself.
    ///
    /// # Errors
    /// As for [`HttpGateway::new`].
    #[cfg(feature = "testing")]
    pub fn over(config: HttpConfig, exchange: std::sync::Arc<dyn Exchange>) -> Result<Self, HttpConfigError> {
        Self::with(config, Carrier::Exchange(exchange))
    }

    fn with(config: HttpConfig, carrier: Carrier) -> Result<Self, HttpConfigError> {
        if config.deadline.is_zero() {
            return Err(HttpConfigError::Deadline);
        }
        Ok(Self {
            base: BaseUrl::parse(&config.base_url)?,
            bearer: config::bearer(&config.api_key)?,
            carrier,
            deadline: config.deadline,
        })
    }

    fn create(&self, request: &PaymentRequest, capture: CaptureMode) -> Answer {
        let heard = self.post("", Some(&request.key), &wire::payment_body(request, capture));
        judge::created(heard, &Expected { key: request.key.clone(), amount: request.amount })
    }

    /// `path` stands behind `/api/v1/payments`.
    fn post(&self, path: &str, key: Option<&IdempotencyKey>, body: &Zeroizing<Vec<u8>>) -> Heard {
        let mut headers = self.headers();
        if let Some(key) = key {
            // A key is visible ASCII, which every header takes.
            let Ok(value) = HeaderValue::from_str(key.as_str()) else { return Heard::NotSent };
            headers.insert(IDEMPOTENCY_KEY, value);
        }
        transport::send(&self.carrier, &self.url(path), headers, Some(body))
    }

    fn get(&self, path: &str) -> Heard {
        transport::send(&self.carrier, &self.url(path), self.headers(), None)
    }

    /// The bank's list, narrowed to the one payment under a key.
    fn get_under(&self, key: &IdempotencyKey) -> Heard {
        self.get(&format!("?idempotency_key={}&limit=1", wire::query_value(key.as_str())))
    }

    fn headers(&self) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, self.bearer.clone())])
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1/payments{path}", self.base)
    }
}

impl PaymentGateway for HttpGateway {
    fn purchase(&self, request: &PaymentRequest) -> Answer {
        self.create(request, CaptureMode::Immediate)
    }

    fn authorize(&self, request: &PaymentRequest) -> Answer {
        self.create(request, CaptureMode::Manual)
    }

    fn capture(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money, last: bool) -> Answer {
        let Some(path) = payment_path(payment, "capture") else { return not_a_payment() };
        let heard = self.post(&path, Some(key), &wire::capture_body(amount, last));
        judge::captured(heard, payment, amount, last)
    }

    fn void(&self, expected: &Expected) -> Answer {
        judge::voided(self.post("/void", None, &wire::void_body(&expected.key)), expected)
    }

    fn refund(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money) -> Answer {
        let Some(path) = payment_path(payment, "refund") else { return not_a_payment() };
        judge::refunded(self.post(&path, Some(key), &wire::refund_body(amount)), payment, amount)
    }

    fn lookup(&self, expected: &Expected) -> Answer {
        judge::found(self.get_under(&expected.key), expected)
    }

    fn list_payments(&self, cursor: Option<&ListCursor>) -> Result<PaymentPage, ListFailure> {
        let cursor = cursor.map(|cursor| format!("&cursor={}", wire::query_value(&cursor.0))).unwrap_or_default();
        judge::listed(self.get(&format!("?limit={LISTED}{cursor}")))
    }

    fn find_payment(&self, key: &IdempotencyKey) -> Result<Option<ListedPayment>, ListFailure> {
        judge::listed_under(self.get_under(key), key)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { pin: true, hosted_approval: false, deadline: self.deadline }
    }
}

/// `None` for an id that could mean another path: it came from outside once, and from a database since.
fn payment_path(payment: &PaymentRef, command: &str) -> Option<String> {
    wire::is_path_segment(&payment.0).then(|| format!("/{}/{command}", payment.0))
}

/// No bank can have given such an id.
fn not_a_payment() -> Answer {
    Answer::Rejected { code: Code::new("payment-not-found") }
}
