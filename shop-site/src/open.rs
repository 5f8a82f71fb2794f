//! From a path to an open shop: the folder, the database, the catalogue, in this order. Each failure is one line for
//! the operator.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kit_core::{Currency, Env, kept_decimals};
use kit_sqlite::private;
use shop_core::gateway::PaymentGateway;
use shop_core::rules::catalogue_file::{self, Keys};
use shop_core::store::sqlite::SqliteStore;
use shop_core::{Error, ProductQuery, Refusal, Shop, ShopConfig, ShopParts, Synonyms};

/// The catalogue that ships with the shop.
pub const CATALOGUE: &str = include_str!("../catalogue.csv");

/// What else customers call the things of the catalogue that ships with the shop. The file says how it is written.
pub const SYNONYMS: &str = include_str!("../catalogue.synonyms");

/// The synonyms that ship with the shop.
///
/// # Panics
/// Where that file is not in order, which a test would have told.
#[must_use]
pub fn shipped_synonyms() -> Synonyms {
    Synonyms::parse(SYNONYMS.as_bytes()).expect("the shipped synonyms can be read")
}

/// Where a shop is kept, and how it is run.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The SQLite file. It is made where it does not exist, and its folder too.
    pub database: PathBuf,
    /// What the shop's operator decides, the currency of all prices among it.
    pub shop: ShopConfig,
}

impl StoreConfig {
    /// The usual settings, with the synonyms that ship with the shop.
    pub fn new(database: impl Into<PathBuf>) -> Self {
        let shop = ShopConfig { synonyms: shipped_synonyms(), ..ShopConfig::default() };
        Self { database: database.into(), shop }
    }
}

/// Why a shop does not open. It prints as one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database's folder cannot be made.
    #[error("cannot create the folder {path}: {cause}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// There is no database, and this command does not make one.
    #[error("there is no database at {path}; name an existing one with --database")]
    NoDatabase {
        /// Where it should be.
        path: String,
    },
    /// The database file.
    #[error("{0}")]
    Database(Box<dyn std::error::Error + Send + Sync>),
    /// The shop itself.
    #[error(transparent)]
    Shop(#[from] shop_core::OpenError),
    /// The catalogue that ships with the shop cannot be sold in the currency that was chosen.
    #[error("the catalogue that ships with the shop cannot be sold in {currency}: {reason}")]
    Catalogue {
        /// The currency.
        currency: Currency,
        /// The first thing that is wrong.
        reason: String,
    },
    /// The catalogue in the database has prices in another currency.
    #[error("the prices in this database are in {stored}, not in {wanted}; start with --currency {stored}")]
    OtherCurrency {
        /// What they are in.
        stored: Currency,
        /// What was asked for.
        wanted: Currency,
    },
    /// The store failed while the catalogue was looked at.
    #[error("cannot read or import the catalogue: {0}")]
    Store(Error),
}

/// Opens a shop on a SQLite file, ready to be searched, and imports the catalogue that ships with it where the shop
/// has no products yet.
///
/// # Errors
/// [`StartError`].
pub fn open_shop(config: &StoreConfig, gateway: Arc<dyn PaymentGateway>) -> Result<Shop, StartError> {
    let shop = open_store(config, gateway)?;
    if !shop.has_catalogue().map_err(StartError::Store)? {
        let report = shop.import(CATALOGUE.as_bytes()).map_err(|error| import_error(error, config.shop.currency))?;
        tracing::info!(products = report.added, "imported the catalogue that ships with the shop");
    }
    shop.prepare().map_err(StartError::Store)?;
    Ok(shop)
}

/// Opens a shop on a SQLite file with whatever catalogue it has.
///
/// # Errors
/// [`StartError`].
pub fn open_store(config: &StoreConfig, gateway: Arc<dyn PaymentGateway>) -> Result<Shop, StartError> {
    let database = &config.database;
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private::make_folder(folder)
            .map_err(|cause| StartError::Folder { path: folder.display().to_string(), cause })?;
    }
    let store = SqliteStore::open(database).map_err(|error| StartError::Database(Box::new(error)))?;
    let parts = ShopParts { store: Arc::new(store), gateway, env: Env::system(), config: config.shop.clone() };
    let shop = Shop::open(parts)?;
    check_currency(&shop)?;
    let currency = config.shop.currency;
    if currency != currency.as_of_now() {
        tracing::warn!("{}", kept_decimals(currency));
    }
    Ok(shop)
}

/// [`open_store`] for commands that have nothing to do in a database that is not there yet.
///
/// # Errors
/// [`StartError`].
pub fn open_existing(config: &StoreConfig, gateway: Arc<dyn PaymentGateway>) -> Result<Shop, StartError> {
    if !config.database.exists() {
        return Err(StartError::NoDatabase { path: config.database.display().to_string() });
    }
    open_store(config, gateway)
}

/// What the catalogue that ships with the shop says by keys: what must be translated.
///
/// # Panics
/// Where that catalogue cannot be read, which a test would have told.
#[must_use]
pub fn catalogue_keys() -> Keys {
    let products =
        catalogue_file::products(CATALOGUE.as_bytes(), Currency::EUR).expect("the shipped catalogue can be read");
    catalogue_file::keys(&products)
}

/// The currency of a shop as its database counts it: with the decimals that were recorded when it was first used.
#[must_use]
pub fn as_recorded(database: &Path, currency: Currency) -> Currency {
    SqliteStore::recorded_currency(database).filter(|kept| kept.has_code_of(currency)).unwrap_or(currency)
}

fn check_currency(shop: &Shop) -> Result<(), StartError> {
    let first = ProductQuery { per_page: 1, ..ProductQuery::default() };
    let page = shop.products(&first).map_err(StartError::Store)?;
    let wanted = shop.config().currency;
    match page.products.first().map(|product| product.price.currency) {
        Some(stored) if stored != wanted => Err(StartError::OtherCurrency { stored, wanted }),
        _ => Ok(()),
    }
}

fn import_error(error: Error, currency: Currency) -> StartError {
    match error {
        Error::Refused(Refusal::CatalogueRejected(errors)) => {
            let reason = errors.errors.first().map(|e| format!("line {}, {}: {}", e.line, e.column, e.message));
            StartError::Catalogue { currency, reason: reason.unwrap_or_default() }
        }
        other => StartError::Store(other),
    }
}
