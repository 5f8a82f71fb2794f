//! Both sites in one process, from one command: `cargo run --release`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use bank_core::Bank;
use bank_core::hashing::key_file;
use clap::{Parser, ValueEnum};
use kit_core::{Env, SecretText, Token};
use kit_mail::MailSettings;
use kit_web::LogFormat;
use kit_web::config::parse_listen;
use shop_core::gateway::PaymentGateway;
use shop_core::gateway::http::{HttpConfig, HttpGateway};
use shop_core::gateway::in_process::InProcessGateway;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A bank and a shop in one process, ready for a first purchase.
#[derive(Parser)]
#[command(version, name = "quickstart")]
struct Settings {
    /// Where the bank listens.
    #[arg(long, env = "BANK_LISTEN", default_value = "127.0.0.1:8080", value_parser = parse_listen)]
    bank_listen: SocketAddr,
    /// Where the shop listens.
    #[arg(long, env = "SHOP_LISTEN", default_value = "127.0.0.1:8081", value_parser = parse_listen)]
    shop_listen: SocketAddr,
    /// The folder for both databases and their keys; made where it does not exist.
    #[arg(long, env = "DATA_DIR", default_value = "data")]
    data_dir: PathBuf,
    /// How the shop reaches the bank.
    #[arg(long, env = "GATEWAY", value_enum, default_value = "in-process")]
    gateway: Gateway,
    /// How log lines look.
    #[arg(long, env = "LOG_FORMAT", default_value = "text")]
    log: LogFormat,
    /// Which log lines are written: error, warn, info, debug, or a filter such as `info,hyper=warn`.
    #[arg(long, env = "LOG_FILTER", default_value = "warn")]
    log_filter: String,
    /// For whoever works on the sites: serve /styleguide, with every part of their pages.
    #[arg(long, env = "DEVELOPMENT")]
    development: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Gateway {
    /// By calling it in the same process.
    InProcess,
    /// By the bank's HTTP API.
    Http,
}

fn main() -> ExitCode {
    let settings: Settings = match kit_web::config::parse_args() {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return kit_web::config::fail_config("quickstart", &error.to_string()),
    };
    let outcome = runtime.block_on(run(settings));
    // A sweep may be waiting for the bank. It is safe to cut off: the next start takes it up.
    runtime.shutdown_timeout(Duration::from_secs(1));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => kit_web::config::fail_config("quickstart", &error.to_string()),
    }
}

async fn run(settings: Settings) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    kit_web::init_logging(settings.log, &settings.log_filter)?;
    let shutdown = kit_web::shutdown_signal();
    for listen in [settings.bank_listen, settings.shop_listen] {
        // PINs must not cross a network in the clear.
        if !listen.ip().is_loopback() {
            let words = "is reachable from other machines; the quickstart speaks plain http and serves loopback only. \
                         Run bank-site and shop-site behind a TLS proxy instead";
            return Err(format!("{listen} {words}").into());
        }
    }
    let bank_listener = kit_web::bind(settings.bank_listen, "--bank-listen").await?;
    let shop_listener = kit_web::bind(settings.shop_listen, "--shop-listen").await?;
    let (bank_url, shop_url) = (url(&bank_listener)?, url(&shop_listener)?);

    let data = settings.data_dir;
    let bank = bank_site::open_bank(bank_site::StoreConfig::new(data.join("bank.db")))?;
    let shop_database = data.join("shop.db");
    let api_key = shop_key(&bank, &data.join("shop-at-bank.key"), &shop_database)?;
    let gateway: Arc<dyn PaymentGateway> = match settings.gateway {
        Gateway::InProcess => {
            let merchant = bank.authenticate_merchant(&api_key)?;
            Arc::new(InProcessGateway::new(bank.clone(), merchant.id))
        }
        Gateway::Http => Arc::new(HttpGateway::new(HttpConfig {
            base_url: bank_url.clone(),
            api_key: SecretText::new(api_key.reveal()),
            deadline: Duration::from_secs(5),
        })?),
    };
    let mut store = shop_site::StoreConfig::new(shop_database);
    store.shop.seller = shop_core::Seller {
        name: "The IT shop".to_owned(),
        address: vec!["1 Example Street".to_owned(), "10115 Berlin".to_owned(), "Germany".to_owned()],
        ..shop_core::Seller::default()
    };
    let shop = shop_site::open_shop(&store, gateway)?;

    // Both sites' mails are files in one folder, for whoever tries them out to read.
    let mailer = MailSettings { folder: data.join("mail"), smtp_url: None, from: None }.open()?;
    let bank_config = bank_site::SiteConfig {
        public_origin: bank_url.clone(),
        shop_url: Some(shop_url.clone()),
        development: settings.development,
        mailer: Some(mailer.clone()),
        ..bank_site::SiteConfig::default()
    };
    let shop_config = shop_site::SiteConfig {
        public_origin: shop_url.clone(),
        bank_url: Some(bank_url.clone()),
        mailer: Some(mailer),
        development: settings.development,
        ..shop_site::SiteConfig::default()
    };
    // The shop stops first: a checkout in flight still reaches the bank.
    let (shop_ended, bank_may_stop) = oneshot::channel::<()>();
    let bank_site = bank_site::run_site(bank, bank_config, bank_listener, async {
        // An error means that the shop is gone as well.
        let _ = bank_may_stop.await;
    });
    let shop_site = async {
        let served = shop_site::run_site(shop, shop_config, shop_listener, shutdown).await;
        drop(shop_ended);
        served
    };
    tokio::spawn(announce(bank_url, shop_url));
    tokio::try_join!(bank_site, shop_site)?;
    Ok(())
}

/// Says where both sites are, once both answer.
async fn announce(bank_url: String, shop_url: String) {
    let answers = |site: &str| {
        let health = format!("{site}/healthz");
        tokio::task::spawn_blocking(move || ureq::get(&health).call().is_ok())
    };
    let (bank, shop) = tokio::join!(answers(&bank_url), answers(&shop_url));
    if !matches!((bank, shop), (Ok(true), Ok(true))) {
        tracing::error!("the sites were started but do not answer");
        return;
    }
    // A closed pipe is no reason to stop serving.
    let _ = writeln!(
        std::io::stdout(),
        "bank: {bank_url}\nshop: {shop_url}\nOpen the bank first: register, deposit, then follow the link to the shop. Ctrl-C stops both."
    );
}

fn url(listener: &TcpListener) -> std::io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

/// The shop's key for the bank's API: read from its file, or made on the first start together with the merchant.
///
/// Never made beside a shop that has one already: at the bank it would be another merchant, who knows nothing of the
/// shop's payments, and asking about those would end in "never heard of it".
fn shop_key(bank: &Bank, file: &Path, shop: &Path) -> Result<Token, Box<dyn std::error::Error + Send + Sync>> {
    kit_sqlite::private::correct_file(file);
    match std::fs::read_to_string(file) {
        Ok(text) => {
            let key = Token::parse(text.trim_end()).filter(|key| bank.authenticate_merchant(key).is_ok());
            key.ok_or_else(|| format!("{} does not hold a key that this bank knows", file.display()).into())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && shop.exists() => Err(format!(
            "{} is missing beside an existing shop; restore it, the shop's payments hang on it",
            file.display()
        )
        .into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = Token::from_bytes(Env::system().random());
            // The merchant first: a key file without its merchant would keep the program from ever starting.
            bank.create_merchant_with_key("The IT shop", &key)?;
            key_file::write_new(file, &key.reveal())?;
            Ok(key)
        }
        Err(error) => Err(format!("cannot read {}: {error}", file.display()).into()),
    }
}
