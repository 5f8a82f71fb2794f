//! `bank-site serve`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use bank_core::BankConfig;
use bank_site::{SiteConfig, StoreConfig, open_bank, run_site, usual_daily_deposits};
use clap::{Args, ValueEnum};
use kit_core::{Currency, Money, Zone};
use kit_paper::FontLibrary;
use kit_web::config::{check_listen, parse_folder, parse_listen, parse_web_address};
use kit_web::{LogFormat, bind, init_logging, shutdown_signal};

use super::mail::Mail;
use super::storage::Storage;
use super::{Stop, say};

/// The courier may wait for a mail server when the program is told to stop. It is safe to cut off: the next start sends
/// what it did not.
const LAST_MAIL: Duration = Duration::from_secs(1);

#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    mail: Mail,
    /// Where to listen: an address and port, or a port on this machine alone
    #[arg(long, env = "BANK_LISTEN", default_value = "127.0.0.1:8080", value_parser = parse_listen)]
    listen: SocketAddr,
    /// Who deposits: customers by themselves, or only the operator with `bank-site deposit`
    #[arg(long, env = "BANK_DEPOSITS", value_enum, default_value_t = Deposits::SelfService)]
    deposits: Deposits,
    /// What else accounts may be kept in, separated by commas; nothing is exchanged between them
    #[arg(long, env = "BANK_CURRENCIES", value_delimiter = ',', default_value = "EUR,USD,GBP,CHF,JPY", value_parser = Currency::parse)]
    currencies: Vec<Currency>,
    /// The most that customers may deposit a day into an account, by currency: EUR=10000,VND=250000000; an amount alone
    /// is in the main currency [default: 10000 of it]; a currency without a value has no limit
    #[arg(long, env = "BANK_DAILY_DEPOSIT_LIMIT", value_name = "CURRENCY=AMOUNT,…")]
    daily_deposit_limit: Option<String>,
    /// The time zone of the bank's days, by its IANA name such as Europe/Berlin [default: as it was; UTC at first]. A new
    /// one holds from now on: days that have ended stay as they were
    #[arg(long, env = "BANK_TIME_ZONE", value_name = "ZONE", value_parser = Zone::parse)]
    time_zone: Option<Zone>,
    /// Minutes without use after which a browser's session ends
    #[arg(long, env = "BANK_SESSION_IDLE_MINUTES", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=480))]
    session_idle_minutes: u16,
    /// Where the shop is, for the links to it
    #[arg(long, env = "BANK_SHOP_URL", value_name = "URL", value_parser = parse_web_address)]
    shop_url: Option<String>,
    /// Scheme, host and port by which browsers reach the bank [default: http:// and where it listens]
    #[arg(long, env = "BANK_PUBLIC_ORIGIN", value_name = "URL", value_parser = parse_web_address)]
    public_origin: Option<String>,
    /// A folder with fonts for statements in scripts beyond Latin, Greek and Cyrillic, instead of this machine's fonts
    #[arg(long, env = "BANK_FONTS", value_name = "DIR", value_parser = parse_folder)]
    fonts: Option<PathBuf>,
    /// A trusted proxy in front speaks TLS: needed to listen where other machines can connect
    #[arg(long, env = "BANK_BEHIND_TLS_PROXY")]
    behind_tls_proxy: bool,
    /// For whoever works on the site: serve /styleguide, with every part of its pages
    #[arg(long, env = "BANK_DEVELOPMENT")]
    development: bool,
    /// How log lines look: text or json
    #[arg(long, env = "BANK_LOG", default_value_t = LogFormat::Text)]
    log: LogFormat,
    /// What is logged, in the language of RUST_LOG
    #[arg(long, env = "BANK_LOG_FILTER", default_value = "info")]
    log_filter: String,
}

/// Who deposits.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deposits {
    /// Customers by themselves.
    SelfService,
    /// The bank's operator.
    Operator,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    init_logging(arguments.log, &arguments.log_filter).map_err(Stop::Setting)?;
    check_listen(arguments.listen, arguments.behind_tls_proxy).map_err(Stop::Setting)?;
    let store = arguments.store()?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Stop::Setting(format!("cannot start the program's threads: {error}")))?;
    let outcome = runtime.block_on(serve(arguments, store));
    runtime.shutdown_timeout(LAST_MAIL);
    outcome
}

async fn serve(arguments: Arguments, store: StoreConfig) -> Result<(), Stop> {
    let shutdown = shutdown_signal();
    // The port comes before the database: where it is taken, the bank is probably running already.
    let listener = bind(arguments.listen, "--listen (BANK_LISTEN)").await.map_err(|e| Stop::Setting(e.to_string()))?;
    let address = listener.local_addr().map_err(|error| Stop::Setting(error.to_string()))?;
    let database = store.database.clone();
    let bank = open_bank(store)?;
    // After the database: the folder for mails stands beside it, in a folder that it makes.
    let mailer = arguments.mail.mailer(&database)?;
    let config = SiteConfig {
        public_origin: arguments.public_origin.unwrap_or_else(|| format!("http://{address}")),
        shop_url: arguments.shop_url,
        behind_tls_proxy: arguments.behind_tls_proxy,
        development: arguments.development,
        fonts: arguments.fonts.map_or_else(FontLibrary::system, |folder| FontLibrary::of_folders(vec![folder])),
        mailer: Some(mailer),
        ..SiteConfig::default()
    };
    say(&format!("The bank is open at {}", config.public_origin));
    run_site(bank, config, listener, shutdown).await.map_err(|error| Stop::Setting(error.to_string()))
}

impl Arguments {
    fn store(&self) -> Result<StoreConfig, Stop> {
        let mut store = self.storage.config()?;
        store.bank.currencies.clone_from(&self.currencies);
        store.bank.time_zone = self.time_zone;
        store.bank.policy.daily_deposits = usual_daily_deposits(&store.bank);
        if let Some(limits) = &self.daily_deposit_limit {
            let limits = read_limits(limits, &store.bank)
                .map_err(|error| Stop::Setting(format!("--daily-deposit-limit (BANK_DAILY_DEPOSIT_LIMIT): {error}")))?;
            store.bank.policy.daily_deposits.extend(limits);
        }
        store.bank.policy.self_service_deposits = self.deposits == Deposits::SelfService;
        store.bank.session_idle = Duration::from_secs(60 * u64::from(self.session_idle_minutes));
        Ok(store)
    }
}

/// Reads `EUR=10000,VND=250000000`; an amount alone is in the main currency.
fn read_limits(text: &str, bank: &BankConfig) -> Result<BTreeMap<Currency, i64>, String> {
    let mut limits = BTreeMap::new();
    for one in text.split(',').map(str::trim) {
        let (currency, amount) = match one.split_once('=') {
            Some((code, amount)) => (Currency::parse(code).map_err(|error| format!("{one}: {error}"))?, amount),
            None => (bank.currency, one),
        };
        if !bank.offered().contains(&currency) {
            return Err(format!("{one}: no accounts are kept in {currency}; see --currencies"));
        }
        let limit = Money::parse(amount, currency).map_err(|error| format!("{one}: {error}"))?;
        if limits.insert(currency, limit.minor).is_some() {
            return Err(format!("{currency} has two limits"));
        }
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_by_currency() {
        let code = |text| Currency::parse(text).expect("a code");
        let (vnd, xof) = (code("VND"), code("XOF"));
        let currencies = vec![Currency::EUR, Currency::USD, vnd, xof];
        let bank = BankConfig { currencies, ..BankConfig::default() };
        let check = |text, expected: &[(Currency, i64)]| {
            assert_eq!(read_limits(text, &bank), Ok(expected.iter().copied().collect()), "{text}");
        };
        check("EUR=10000,VND=250000000", &[(Currency::EUR, 1_000_000), (vnd, 250_000_000)]);
        check("500, XOF=6000000", &[(Currency::EUR, 50_000), (xof, 6_000_000)]);
        check("USD=0.50", &[(Currency::USD, 50)]);
        let refuse = |text, words: &str| {
            let error = read_limits(text, &bank).expect_err(text);
            assert!(error.contains(words), "{text}: {error}");
        };
        refuse("XOF=1.50", "too many decimals");
        refuse("CHF=100", "no accounts are kept in CHF");
        refuse("EUR=1,2", "EUR has two limits");
        refuse("euro=1", "three capital letters");
        refuse("EUR=", "an amount is written");
        refuse("", "an amount is written");
    }

    #[test]
    fn the_usual_limit_is_ten_thousand_of_the_main_currency_alone() {
        let check = |code: &str, minor| {
            let currency = Currency::parse(code).expect("a code");
            let bank = BankConfig { currency, ..BankConfig::default() };
            assert_eq!(usual_daily_deposits(&bank), [(currency, minor)].into());
        };
        check("EUR", 1_000_000);
        check("XOF", 10_000);
        check("KWD", 10_000_000);
    }
}
