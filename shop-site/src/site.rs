//! All routes in one place, and what serves them.

use std::borrow::Cow;
use std::future::Future;
use std::io;
use std::time::Duration;

use kit_web::docs::{ApiDescription, publish};
use kit_web::health::healthz;
use kit_web::{Limits, ShellConfig, repeat, serve, shell};
use poem::{Endpoint, EndpointExt, Response};
use shop_core::{Shop, SweepReport};
use tokio::net::TcpListener;
use tokio::time::MissedTickBehavior;

use crate::config::SiteConfig;
use crate::lanes::Lanes;
use crate::mail::{self, ShopOutbox};
use crate::{api, pages, problem};

/// The site's short name: in cookie names and logs.
pub(crate) const SITE: &str = "shop";

/// How often the sweep looks for what is due. With the longest wait between two questions to the bank (30 s) it keeps
/// the promise that an order has its final state within 60 s of the bank being reachable again.
const SWEEP_EVERY: Duration = Duration::from_secs(3);

/// How often the outbox is looked into.
const SEND_EVERY: Duration = Duration::from_secs(2);

/// The whole site as one endpoint: pages, API, documentation, health.
///
/// ```
/// # use std::sync::Arc;
/// # use kit_core::Env;
/// # use shop_core::gateway::{Answer, scripted::ScriptedGateway};
/// # use shop_core::{Shop, ShopConfig, ShopParts, store::memory::MemoryStore};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let shop = Shop::open(ShopParts {
/// #     store: Arc::new(MemoryStore::new()),
/// #     gateway: Arc::new(ScriptedGateway::always(Answer::NotSent)),
/// #     env: Env::system(),
/// #     config: ShopConfig::default(),
/// # })?;
/// use poem::{Endpoint, Request};
///
/// let app = shop_site::app(shop, shop_site::SiteConfig::default());
/// let answer = app.get_response(Request::builder().uri("/healthz".parse()?).finish()).await;
/// assert_eq!(answer.into_body().into_string().await?, "ok\n");
/// # Ok(())
/// # }
/// ```
pub fn app(shop: Shop, config: SiteConfig) -> impl Endpoint<Output = Response> + 'static {
    let ready = {
        let shop = shop.clone();
        move || shop.ready().map_err(|error| error.to_string())
    };
    let site = pages::routes().at("/healthz", healthz(ready));
    let description = ApiDescription {
        spec: api::openapi_spec().to_owned(),
        prefix: api::PREFIX,
        origin: &config.public_origin,
        authentication: api::AUTHENTICATION,
        problems: problem::docs::PROBLEMS,
    };
    let (site, api) = publish(site, description);
    let (routes, pages) = site.finish();
    let routes = routes.nest(api::PREFIX, api::service());
    let shell_config = ShellConfig {
        behind_tls_proxy: config.behind_tls_proxy,
        redact_path: mask_tokens,
        request_time: config.request_time(),
        compress_page: holds_no_secret,
        inline_style: Some(pages::inline_style()),
        pages,
        api,
        ..ShellConfig::new(SITE, pages::error_page(&config, shop.calendar()))
    };
    let lanes = Lanes::new(shop, &config);
    shell(routes.data(lanes).data(config), shell_config)
}

/// Serves the site until `shutdown` completes and the connections have ended; sweeps meanwhile.
///
/// # Errors
/// When the listener has no address.
pub async fn run_site(
    shop: Shop,
    config: SiteConfig,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let time = config.request_time();
    // A checkout that the bank keeps waiting is given its time at the end, too: it would end as "being checked".
    let limits = Limits { request: time, graceful: time, ..Limits::default() };
    let courier = courier(shop.clone(), &config);
    let served = serve(listener, app(shop.clone(), config), limits, shutdown);
    tokio::select! {
        outcome = served => outcome,
        never = housekeeping(shop) => match never {},
        never = courier => match never {},
    }
}

/// Sends what waits in the outbox, again and again, until it is dropped. Beside the sweep, so that a mail server which
/// does not answer holds up nothing else.
pub fn courier(shop: Shop, config: &SiteConfig) -> impl Future<Output = std::convert::Infallible> + use<> {
    let (notify, calendar) = (config.notify.clone(), shop.calendar());
    let (outbox, origin, mailer) = (ShopOutbox(shop), config.public_origin.clone(), config.mailer.clone());
    repeat(SEND_EVERY, "sending mails", move || {
        if let Some(mailer) = &mailer {
            kit_mail::courier::round(&outbox, &**mailer, |letter| {
                mail::render(letter, &origin, notify.as_ref(), calendar)
            });
        }
    })
}

/// Sweeps at once and then again and again, until it is dropped. A sweep under way then ends by itself; what it has
/// not done the next start does.
pub async fn housekeeping(shop: Shop) -> std::convert::Infallible {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let shop = shop.clone();
        match tokio::task::spawn_blocking(move || shop.sweep()).await {
            Ok(Ok(report)) if report == SweepReport::default() => {}
            Ok(Ok(report)) => tracing::info!(?report, "swept"),
            Ok(Err(error)) => tracing::warn!(%error, "the sweep was stopped; trying again"),
            Err(_) => tracing::error!("the sweep panicked; trying again"),
        }
    }
}

/// Pages that are the same for everybody but for the number beside the cart, and so may be compressed.
fn holds_no_secret(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    matches!(first, "" | "products" | "categories" | "search" | "compare")
}

/// Logs never hold what opens a cart or an order. What follows their names is masked whatever it looks like: a token
/// with a typing mistake is nearly one.
fn mask_tokens(path: &str) -> Cow<'_, str> {
    if !path.split('/').any(opens_secret) {
        return Cow::Borrowed(path);
    }
    let mut masked = Vec::new();
    let mut secret_next = false;
    for segment in path.split('/') {
        masked.push(if secret_next && !segment.is_empty() { "…" } else { segment });
        secret_next = opens_secret(segment);
    }
    Cow::Owned(masked.join("/"))
}

fn opens_secret(segment: &str) -> bool {
    let segment = segment.trim();
    segment.eq_ignore_ascii_case("orders") || segment.eq_ignore_ascii_case("carts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_with_secrets_are_not_compressed() {
        for path in ["/", "/products", "/products/KB-1", "/categories/mice", "/search", "/compare"] {
            assert!(holds_no_secret(path), "{path}");
        }
        for path in ["/cart", "/checkout", "/orders", "/orders/find", "/orders/x/invoice", "/docs", "/suggestions"] {
            assert!(!holds_no_secret(path), "{path}");
        }
    }

    #[test]
    fn logged_paths_hold_no_token() {
        let check = |path: &str, logged: &str| assert_eq!(mask_tokens(path), logged);
        let token = "0123456789abcdef".repeat(4);
        check(&format!("/orders/{token}"), "/orders/…");
        check(&format!("/orders/{token}x/payments"), "/orders/…/payments");
        check(&format!("/api/v1/orders/{token}/cancel"), "/api/v1/orders/…/cancel");
        check(&format!("/api/v1/carts/{token}/lines/KB-1"), "/api/v1/carts/…/lines/KB-1");
        check("/api/v1/orders", "/api/v1/orders");
        check(&format!("/Orders/{token}"), "/Orders/…");
        check(&format!("/orders /{token}"), "/orders /…");
        check("/products/KB-1", "/products/KB-1");
    }
}
