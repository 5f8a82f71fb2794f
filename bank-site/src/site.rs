//! All routes in one place, and what serves them.

use std::borrow::Cow;
use std::future::Future;
use std::io;
use std::time::Duration;

use bank_core::Bank;
use kit_core::AccountNumber;
use kit_web::docs::{ApiDescription, publish};
use kit_web::health::healthz;
use kit_web::{Limits, ShellConfig, repeat, serve, shell};
use poem::{Endpoint, EndpointExt, Response};
use tokio::net::TcpListener;
use tokio::time::MissedTickBehavior;

use crate::config::SiteConfig;
use crate::lanes::Lanes;
use crate::mail::{self, BankOutbox};
use crate::{api, pages, problem};

/// The site's short name: in cookie names and logs.
pub(crate) const SITE: &str = "bank";

/// How often holds whose time has ended are released. Reading and posting mind the time anyway.
const RELEASE_EVERY: Duration = Duration::from_secs(30);

/// How often the outbox is looked into.
const SEND_EVERY: Duration = Duration::from_secs(2);

/// How often the statements' index is fed what was posted since. Whoever asks meanwhile finds that all the same.
const FEED_EVERY: Duration = Duration::from_secs(1);

/// The whole site as one endpoint: pages, API, documentation, health.
///
/// ```
/// # use std::sync::Arc;
/// # use bank_core::hashing::{Argon2Hasher, Cost, Pepper};
/// # use bank_core::{Bank, BankConfig, BankParts, store::memory::MemoryStore};
/// # use kit_core::Env;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let env = Env::system();
/// # let bank = Bank::open(BankParts {
/// #     store: Arc::new(MemoryStore::new()),
/// #     hasher: Arc::new(Argon2Hasher::new(Cost::CHEAPEST, Pepper::from_bytes(env.random()))),
/// #     env,
/// #     config: BankConfig::default(),
/// # })?;
/// use poem::{Endpoint, Request};
///
/// let app = bank_site::app(bank, bank_site::SiteConfig::default());
/// let answer = app.get_response(Request::builder().uri("/healthz".parse()?).finish()).await;
/// assert_eq!(answer.into_body().into_string().await?, "ok\n");
/// # Ok(())
/// # }
/// ```
pub fn app(bank: Bank, config: SiteConfig) -> impl Endpoint<Output = Response> + 'static {
    let ready = {
        let bank = bank.clone();
        move || bank.ready().map_err(|error| error.to_string())
    };
    let site = pages::routes().at("/healthz", healthz(ready));
    let description = ApiDescription {
        spec: api::openapi_spec().to_owned(),
        prefix: api::PREFIX,
        origin: &config.public_origin,
        authentication: api::AUTHENTICATION,
        problems: &problem::docs::PROBLEMS,
    };
    let (site, api) = publish(site, description);
    let (routes, pages) = site.finish();
    let routes = routes.nest(api::PREFIX, api::service());
    let shell_config = ShellConfig {
        behind_tls_proxy: config.behind_tls_proxy,
        redact_path: mask_account_numbers,
        // Of a stranger's pages only: all others tell of money.
        compress_page: |path| matches!(path, "/login" | "/register"),
        inline_style: Some(pages::inline_style()),
        pages,
        api,
        ..ShellConfig::new(SITE, pages::error_page(&config, bank.calendar()))
    };
    let lanes = Lanes::new(bank);
    shell(routes.data(lanes).data(config), shell_config)
}

/// Serves the site until `shutdown` completes and the connections have ended; keeps house meanwhile.
///
/// # Errors
/// When the listener has no address.
pub async fn run_site(
    bank: Bank,
    config: SiteConfig,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    log_unlimited_deposits(&bank);
    let courier = courier(bank.clone(), &config);
    let served = serve(listener, app(bank.clone(), config), Limits::default(), shutdown);
    tokio::select! {
        outcome = served => outcome,
        never = housekeeping(bank) => match never {},
        never = courier => match never {},
    }
}

/// Names the currencies that customers may deposit without a limit.
fn log_unlimited_deposits(bank: &Bank) {
    let policy = &bank.config().policy;
    let unlimited = bank.config().offered().into_iter().filter(|currency| policy.daily_deposit(*currency).is_none());
    let unlimited: Vec<String> = unlimited.map(|currency| currency.code().to_owned()).collect();
    if policy.self_service_deposits && !unlimited.is_empty() {
        let currencies = unlimited.join(", ");
        tracing::info!(currencies, "no daily limit for deposits in these currencies; see --daily-deposit-limit");
    }
}

/// Sends what waits in the outbox, again and again, until it is dropped. Beside the other housekeeping, so that a mail
/// server which does not answer holds up nothing else.
pub fn courier(bank: Bank, config: &SiteConfig) -> impl Future<Output = std::convert::Infallible> + use<> {
    let calendar = bank.calendar();
    let (outbox, origin, mailer) = (BankOutbox(bank), config.public_origin.clone(), config.mailer.clone());
    repeat(SEND_EVERY, "sending mails", move || {
        if let Some(mailer) = &mailer {
            kit_mail::courier::round(&outbox, &**mailer, |letter| mail::render(letter, &origin, calendar));
        }
    })
}

/// Releases holds whose time has ended and feeds the statements' index, again and again, until it is dropped.
pub async fn housekeeping(bank: Bank) -> std::convert::Infallible {
    tokio::select! {
        never = releasing(bank.clone()) => never,
        never = feeding(bank) => never,
    }
}

async fn releasing(bank: Bank) -> std::convert::Infallible {
    let mut ticks = ticks(RELEASE_EVERY);
    loop {
        ticks.tick().await;
        let bank = bank.clone();
        match tokio::task::spawn_blocking(move || bank.release_due()).await {
            Ok(Ok(0)) => {}
            Ok(Ok(released)) => tracing::info!(released, "released holds whose time has ended"),
            Ok(Err(error)) => tracing::warn!(%error, "could not release holds; trying again"),
            Err(_) => tracing::error!("releasing holds panicked; trying again"),
        }
    }
}

async fn feeding(bank: Bank) -> std::convert::Infallible {
    let mut ticks = ticks(FEED_EVERY);
    loop {
        ticks.tick().await;
        // One batch at a time, so that a program that stops waits for one batch at most.
        loop {
            let bank = bank.clone();
            match tokio::task::spawn_blocking(move || bank.feed_statements()).await {
                Ok(Ok(0)) => break,
                Ok(Ok(_)) => {}
                Ok(Err(error)) => {
                    tracing::warn!(%error, "could not feed the statements' index; trying again");
                    break;
                }
                Err(_) => {
                    tracing::error!("feeding the statements' index panicked; trying again");
                    break;
                }
            }
        }
    }
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Logs never hold a whole account number. The path comes decoded (`kit_web::telemetry`).
fn mask_account_numbers(path: &str) -> Cow<'_, str> {
    if !path.split('/').any(is_account_number) {
        return Cow::Borrowed(path);
    }
    let mask = |segment: &str| {
        if is_account_number(segment) { format!("…{}", last_four(segment)) } else { segment.to_owned() }
    };
    Cow::Owned(path.split('/').map(mask).collect::<Vec<_>>().join("/"))
}

/// Mistyped ones too, and those with blanks or hyphens: a number with one wrong digit still identifies the account.
fn is_account_number(segment: &str) -> bool {
    let digits = segment.chars().filter(|c| c.is_numeric()).count();
    AccountNumber::parse(segment).is_ok() || (digits >= 9 && !segment.chars().any(char::is_alphabetic))
}

fn last_four(segment: &str) -> String {
    let digits: Vec<char> = segment.chars().filter(|c| c.is_numeric()).collect();
    digits[digits.len().saturating_sub(4)..].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logged_paths_hold_no_account_number() {
        let check = |path: &str, logged: &str| assert_eq!(mask_account_numbers(path), logged);
        check("/accounts/240000000183/deposit", "/accounts/…0183/deposit");
        check("/api/v1/accounts/240000000138", "/api/v1/accounts/…0138");
        check("/api/v1/accounts/2400-0000-0183/entries", "/api/v1/accounts/…0183/entries");
        check(
            "/api/v1/payments/01934b5e-0000-7000-8000-000000000001",
            "/api/v1/payments/01934b5e-0000-7000-8000-000000000001",
        );
        check("/security", "/security");
        check("/accounts/2400 0000 0183/deposit", "/accounts/…0183/deposit");
        check("/accounts/2400-0000\u{a0}0183\n", "/accounts/…0183");
        check("/accounts/２４００００００００１８３", "/accounts/…０１８３");
    }
}
