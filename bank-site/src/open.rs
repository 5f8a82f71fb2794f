//! From a path to an open bank: the folder, the key, the database and the statements' index beside it, in this order. Each failure is one line for the
//! operator.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bank_core::hashing::key_file::{self, KeyFileError};
use bank_core::hashing::{Argon2Hasher, Cost, Pepper};
use bank_core::statements::SqliteStatements;
use bank_core::store::sqlite::{OpenError, SqliteStore};
use bank_core::{Bank, BankConfig, BankParts, OpenBankError};
use kit_core::{Currency, Env, kept_decimals};
use kit_sqlite::private;

/// Where the pepper comes from that PINs and passwords are hashed with.
#[derive(Default)]
pub enum KeySource {
    /// A key file beside the database: `data/bank.key` for `data/bank.db`. Made where neither exists.
    #[default]
    Beside,
    /// A key file elsewhere. Made where neither it nor the database exists.
    File(PathBuf),
    /// Given, from the environment or a vault.
    Given(Pepper),
}

/// Where a bank is kept, and how it is run.
pub struct StoreConfig {
    /// The SQLite file. It is made where it does not exist, and its folder too. Beside it stands the statements' index,
    /// `data/bank.statements.db` for `data/bank.db`: it holds nothing of its own, and may be deleted while no bank runs.
    pub database: PathBuf,
    /// The pepper.
    pub key: KeySource,
    /// What one hash costs.
    pub cost: Cost,
    /// What the bank's operator decides.
    pub bank: BankConfig,
}

impl StoreConfig {
    /// The usual settings: euros first, the key beside the database, and customers who deposit up to
    /// [10,000.00 EUR](usual_daily_deposits) a day.
    pub fn new(database: impl Into<PathBuf>) -> Self {
        let mut bank = BankConfig::default();
        bank.policy.daily_deposits = usual_daily_deposits(&bank);
        Self { database: database.into(), key: KeySource::Beside, cost: Cost::default(), bank }
    }
}

/// What customers may deposit a day where the operator does not say: 10,000 whole units of the main currency. Of any
/// other there is no limit, as no number suits all of them: 10,000 XOF are 15 EUR.
#[must_use]
pub fn usual_daily_deposits(config: &BankConfig) -> BTreeMap<Currency, i64> {
    [(config.currency, 10_000 * 10_i64.pow(config.currency.decimals()))].into()
}

/// Why a bank does not open. It prints as one line.
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
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The database file.
    #[error("{0}")]
    Database(Box<dyn std::error::Error + Send + Sync>),
    /// The bank itself.
    #[error(transparent)]
    Bank(#[from] OpenBankError),
}

/// Opens a bank on a SQLite file, with everything that it needs beside it.
///
/// # Errors
/// [`StartError`].
pub fn open_bank(config: StoreConfig) -> Result<Bank, StartError> {
    let StoreConfig { database, key, cost, bank } = config;
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private::make_folder(folder)
            .map_err(|cause| StartError::Folder { path: folder.display().to_string(), cause })?;
    }
    let env = Env::system();
    // The key comes first: it may only be made while there is no database yet.
    let pepper = match key {
        KeySource::Beside => read_key(&database.with_extension("key"), &database, &env)?,
        KeySource::File(path) => read_key(&path, &database, &env)?,
        KeySource::Given(pepper) => pepper,
    };
    let store = Arc::new(open(&database)?);
    let statements = SqliteStatements::open(&database.with_extension("statements.db"))
        .map_err(|error| StartError::Database(Box::new(error)))?;
    let hasher = Arc::new(Argon2Hasher::new(cost, pepper));
    let bank = Bank::open(BankParts { store, hasher, env, config: bank })?;
    for currency in bank.old_currencies() {
        tracing::warn!("{}", kept_decimals(currency));
    }
    Ok(bank.with_statements(Arc::new(statements)))
}

/// The key, after a file that others can read was corrected.
fn read_key(path: &Path, database: &Path, env: &Env) -> Result<Pepper, KeyFileError> {
    private::correct_file(path);
    key_file::read_or_make(path, database, env)
}

/// Opens an existing database without its key and to be read only, to prove what stands in it: also beside a bank that
/// serves it.
///
/// # Errors
/// [`StartError::NoDatabase`] or [`StartError::Database`].
pub fn open_store(database: &Path) -> Result<SqliteStore, StartError> {
    SqliteStore::open_read_only(database).map_err(|error| match error {
        OpenError::Missing { path } => StartError::NoDatabase { path },
        error => StartError::Database(Box::new(error)),
    })
}

fn open(database: &Path) -> Result<SqliteStore, StartError> {
    SqliteStore::open(database).map_err(|error| StartError::Database(Box::new(error)))
}
