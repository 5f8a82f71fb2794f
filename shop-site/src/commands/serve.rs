//! `shop-site serve`.

use std::fs::File;
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use kit_core::email::EmailAddress;
use kit_core::{Zone, text};
use kit_mail::Mailbox;
use kit_paper::FontLibrary;
use kit_web::config::{check_listen, parse_folder, parse_listen, parse_web_address};
use kit_web::telemetry::one_line;
use kit_web::{LogFormat, bind, init_logging, shutdown_signal};
use shop_core::rules::search::synonyms::MAX_BYTES;
use shop_core::{Country, Destinations, Seller, ShippingMethods, ShopConfig, Synonyms, VatRate};
use shop_site::{SiteConfig, StoreConfig, open_shop, run_site};

use super::bank::Bank;
use super::mail::Mail;
use super::storage::Storage;
use super::{Stop, say};

/// A sweep may wait for the bank, and the courier for a mail server, when the program is told to stop. Both are safe to cut
/// off: the next start takes them up.
const LAST_SWEEP: Duration = Duration::from_secs(1);

#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    bank: Bank,
    #[command(flatten)]
    mail: Mail,
    /// Who gets a mail for each paid order
    #[arg(long, env = "SHOP_NOTIFY", value_name = "ADDRESS", value_parser = Mailbox::parse)]
    notify: Option<Mailbox>,
    /// The time zone of the shop's days, by its IANA name such as Europe/Berlin [default: as it was; UTC at first]. A new
    /// one holds from now on: days that have ended stay as they were
    #[arg(long, env = "SHOP_TIME_ZONE", value_name = "ZONE", value_parser = Zone::parse)]
    time_zone: Option<Zone>,
    /// How much longer than a call may take its payment is left alone before the shop asks the bank what became of it:
    /// time to record the answer
    #[arg(
        long,
        env = "SHOP_BANK_LEASE_MARGIN_SECONDS",
        default_value_t = ShopConfig::default().lease_margin.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=60)
    )]
    bank_lease_margin_seconds: u64,
    /// How long goods are kept for an order that nobody pays
    #[arg(
        long,
        env = "SHOP_RESERVATION_SECONDS",
        default_value_t = ShopConfig::default().reservation.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=24 * 60 * 60)
    )]
    reservation_seconds: u64,
    /// The usual rate of VAT in percent: of products that have none of their own, and of shipping
    #[arg(long, env = "SHOP_VAT_PERCENT", default_value_t = VatRate::STANDARD, value_parser = parse_vat)]
    vat_percent: VatRate,
    /// How orders can be sent, the first where none is chosen: id:name:price:free-from:days[:pickup], separated by
    /// semicolons, such as standard:Standard:4.90:100.00:2-3;pickup:Pickup:0::0:pickup
    #[arg(long, env = "SHOP_SHIPPING", value_name = "METHODS")]
    shipping: Option<String>,
    /// The shop's own country, by its code or its name: that of customers who name none, and the one whose VAT the
    /// prices contain
    #[arg(long, env = "SHOP_COUNTRY", default_value = "DE", value_parser = parse_country)]
    country: Country,
    /// The countries that the shop sends to, by their codes or names, separated by commas: all of the world if not
    /// given
    #[arg(long, env = "SHOP_SHIPS_TO", value_name = "COUNTRIES", default_value = "")]
    ships_to: String,
    /// A file of what customers call things, for the search: one line a group, `gpu = graphics card = Grafikkarte`, in
    /// any language; what follows a # is passed over. Instead of the file that ships with the shop
    #[arg(long, env = "SHOP_SYNONYMS", value_name = "FILE")]
    synonyms: Option<PathBuf>,
    /// Who sells, as it stands on invoices
    #[arg(long, env = "SHOP_SELLER_NAME", default_value = "", value_parser = parse_seller_text)]
    seller_name: String,
    /// The seller's address; a semicolon ends a line
    #[arg(long, env = "SHOP_SELLER_ADDRESS", default_value = "", value_parser = parse_seller_address)]
    seller_address: AddressLines,
    /// The seller's VAT identification number
    #[arg(long, env = "SHOP_SELLER_VAT_ID", default_value = "", value_parser = parse_seller_text)]
    seller_vat_id: String,
    /// Where customers write to
    #[arg(long, env = "SHOP_SELLER_EMAIL", default_value = "", value_parser = parse_seller_email)]
    seller_email: String,
    /// Where to listen: an address and port, or a port on this machine alone
    #[arg(long, env = "SHOP_LISTEN", default_value = "127.0.0.1:8081", value_parser = parse_listen)]
    listen: SocketAddr,
    /// Where customers reach the bank, for the links to it [default: where the shop reaches it]
    #[arg(long, env = "SHOP_BANK_PAGES_URL", value_name = "URL", value_parser = parse_web_address)]
    bank_pages_url: Option<String>,
    /// Scheme, host and port by which browsers reach the shop [default: http:// and where it listens]
    #[arg(long, env = "SHOP_PUBLIC_ORIGIN", value_name = "URL", value_parser = parse_web_address)]
    public_origin: Option<String>,
    /// A folder with fonts for invoices in scripts beyond Latin, Greek and Cyrillic, instead of this machine's fonts
    #[arg(long, env = "SHOP_FONTS", value_name = "DIR", value_parser = parse_folder)]
    fonts: Option<PathBuf>,
    /// A trusted proxy in front speaks TLS: needed to listen where other machines can connect
    #[arg(long, env = "SHOP_BEHIND_TLS_PROXY")]
    behind_tls_proxy: bool,
    /// For whoever works on the site: serve /styleguide, with every part of its pages
    #[arg(long, env = "SHOP_DEVELOPMENT")]
    development: bool,
    /// How log lines look: text or json
    #[arg(long, env = "SHOP_LOG", default_value_t = LogFormat::Text)]
    log: LogFormat,
    /// What is logged, in the language of RUST_LOG
    #[arg(long, env = "SHOP_LOG_FILTER", default_value = "info")]
    log_filter: String,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    init_logging(arguments.log, &arguments.log_filter).map_err(Stop::Setting)?;
    check_listen(arguments.listen, arguments.behind_tls_proxy).map_err(Stop::Setting)?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Stop::Setting(format!("cannot start the program's threads: {error}")))?;
    let outcome = runtime.block_on(serve(arguments));
    runtime.shutdown_timeout(LAST_SWEEP);
    outcome
}

async fn serve(arguments: Arguments) -> Result<(), Stop> {
    let gateway = arguments.bank.gateway()?;
    let shutdown = shutdown_signal();
    // The port comes before the database: where it is taken, the shop is probably running already.
    let listener = bind(arguments.listen, "--listen (SHOP_LISTEN)").await.map_err(|e| Stop::Setting(e.to_string()))?;
    let address = listener.local_addr().map_err(|error| Stop::Setting(error.to_string()))?;
    let shop = open_shop(&arguments.store()?, gateway)?;
    // After the database: the folder for mails stands beside it, in a folder that it makes.
    let mailer = arguments.mail.mailer(&arguments.storage.database)?;
    let config = SiteConfig {
        public_origin: arguments.public_origin.unwrap_or_else(|| format!("http://{address}")),
        bank_url: Some(arguments.bank_pages_url.unwrap_or_else(|| arguments.bank.url.clone())),
        behind_tls_proxy: arguments.behind_tls_proxy,
        bank_deadline: arguments.bank.deadline(),
        development: arguments.development,
        fonts: arguments.fonts.map_or_else(FontLibrary::system, |folder| FontLibrary::of_folders(vec![folder])),
        mailer: Some(mailer),
        notify: arguments.notify,
        ..SiteConfig::default()
    };
    say(&format!("The shop is open at {}", config.public_origin));
    run_site(shop, config, listener, shutdown).await.map_err(|error| Stop::Setting(error.to_string()))
}

impl Arguments {
    fn store(&self) -> Result<StoreConfig, Stop> {
        let mut store = self.storage.config();
        store.shop.lease_margin = Duration::from_secs(self.bank_lease_margin_seconds);
        store.shop.notify_operator = self.notify.is_some();
        store.shop.reservation = Duration::from_secs(self.reservation_seconds);
        store.shop.vat_rate = self.vat_percent;
        if let Some(methods) = &self.shipping {
            store.shop.shipping = ShippingMethods::parse(methods, store.shop.currency)
                .map_err(|error| Stop::Setting(format!("--shipping (SHOP_SHIPPING): {error}")))?;
        }
        let only = Destinations::parse_list(&self.ships_to)
            .map_err(|part| Stop::Setting(format!("--ships-to (SHOP_SHIPS_TO): \"{part}\" is no country")))?;
        store.shop.time_zone = self.time_zone;
        store.shop.destinations = Destinations { home: self.country, only };
        if let Some(file) = &self.synonyms {
            store.shop.synonyms = read_synonyms(file)?;
        }
        store.shop.seller = Seller {
            name: self.seller_name.clone(),
            address: self.seller_address.0.clone(),
            vat_id: self.seller_vat_id.clone(),
            email: self.seller_email.clone(),
        };
        Ok(store)
    }
}

fn parse_country(text: &str) -> Result<Country, String> {
    Country::parse(text).ok_or_else(|| "expected a country's code or name, such as DE or Germany".to_owned())
}

/// The longest name of a seller, and the longest line of its address, in characters.
const MAX_SELLER_CHARS: usize = 100;

/// The lines of an address.
#[derive(Debug, Clone)]
struct AddressLines(Vec<String>);

/// What the seller sets stands on invoices beside what customers type, and is held to the same rule. It may be left out.
fn parse_seller_text(typed: &str) -> Result<String, String> {
    if typed.trim().is_empty() {
        return Ok(String::new());
    }
    text::name(typed, MAX_SELLER_CHARS).map_err(|error| error.to_string())
}

fn parse_seller_address(typed: &str) -> Result<AddressLines, String> {
    let lines = typed.split(';').filter(|line| !line.trim().is_empty());
    lines.map(parse_seller_text).collect::<Result<_, _>>().map(AddressLines)
}

fn parse_seller_email(typed: &str) -> Result<String, String> {
    if typed.trim().is_empty() {
        return Ok(String::new());
    }
    EmailAddress::parse(typed).map(|address| address.to_string()).map_err(|error| error.to_string())
}

fn parse_vat(text: &str) -> Result<VatRate, String> {
    VatRate::parse(text).ok_or_else(|| "expected a percentage from 0 to 100 such as 19 or 5.5".to_owned())
}

/// Each bad line is one line, as compilers write them, so that editors jump there.
fn read_synonyms(file: &Path) -> Result<Synonyms, Stop> {
    let shown = file.display();
    let mut text = Vec::new();
    let read = File::open(file).and_then(|open| open.take(MAX_BYTES as u64 + 1).read_to_end(&mut text));
    read.map_err(|error| Stop::Setting(format!("--synonyms (SHOP_SYNONYMS): cannot read {shown}: {error}")))?;
    Synonyms::parse(&text).map_err(|errors| {
        for error in &errors {
            eprintln!("{shown}:{}: {}", error.line, one_line(&error.message));
        }
        Stop::Setting(format!("--synonyms (SHOP_SYNONYMS): {shown} has {} error(s)", errors.len()))
    })
}
