//! The shop's end: the HTTP adapter, whose calls travel over the simulated line.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kit_core::SecretText;
use poem::IntoResponse;
use poem::http::{Request, Response};
use shop_core::gateway::PaymentGateway;
use shop_core::gateway::http::{Exchange, HttpConfig, HttpGateway, NoAnswer};
use shop_core::testing::simulation::{Heard, Line, Merchant};
use zeroize::Zeroizing;

use crate::site::{self, Sites};

/// What makes the gateway of each of the shop's lives in one run.
pub(crate) fn http_gateway() -> impl Fn(Line, &Merchant) -> Arc<dyn PaymentGateway> + Send + Sync {
    let sites: Arc<Mutex<Sites>> = Arc::default();
    move |line, merchant| {
        let config = HttpConfig {
            base_url: "http://127.0.0.1".to_owned(),
            api_key: SecretText::new(merchant.api_key.clone()),
            deadline: line.deadline(),
        };
        let exchange = OverTheLine { line, sites: Arc::clone(&sites) };
        Arc::new(HttpGateway::over(config, Arc::new(exchange)).expect("terms that hold together"))
    }
}

struct OverTheLine {
    line: Line,
    sites: Arc<Mutex<Sites>>,
}

impl Exchange for OverTheLine {
    fn exchange(&self, call: Request<Zeroizing<Vec<u8>>>) -> Result<Response<Vec<u8>>, NoAnswer> {
        let key = call.headers().get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
        let what = format!("{} {} {key}", call.method(), call.uri().path_and_query().map_or("", |path| path.as_str()));
        let sites = Arc::clone(&self.sites);
        let heard = self.line.call(what.trim_end(), move |server| {
            let lock = || sites.lock().unwrap_or_else(PoisonError::into_inner);
            let idle = lock().take(server.life);
            // Built outside of the lock, as everything that takes time.
            let app = idle.unwrap_or_else(|| site::open(&server.bank));
            let answer = site::ask(&app, &call);
            lock().put_back(server.life, app);
            answer
        });
        match heard {
            Heard::Reply(answer) => Ok(answer),
            Heard::NotSent => Err(NoAnswer::NotSent),
            Heard::Nothing => Err(NoAnswer::Lost),
            Heard::Refused => Ok(site::read_at_once(kit_web::Problem::busy(Duration::from_secs(2)).into_response())),
        }
    }
}
