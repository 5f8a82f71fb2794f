//! The durable store: one SQLite file, opened by [`kit_sqlite`].
//!
//! All SQL of the shop stands below this module. Money is kept as minor units beside its currency, times as
//! microseconds since the epoch, ids as 16 bytes. What cannot be read back as a value of the rules' types is a failure
//! of the store, never a guess.

mod catalogue;
mod discounts;
mod orders;
mod outbox;
mod payments;
mod row;
mod schema;
mod tx;

use std::path::Path;
use std::sync::Arc;

use kit_core::{Currency, StoreFailure};
use kit_sqlite::Database;
use rusqlite::{Connection, OpenFlags};

use super::{ReadWork, Result, Store, WriteWork};

pub use kit_sqlite::{BackupError, Copied, OpenError};

/// A store in a SQLite file.
#[derive(Clone)]
pub struct SqliteStore {
    database: Arc<Database>,
}

impl SqliteStore {
    /// Opens `path`, creating it where it does not exist, and brings it to the newest schema.
    ///
    /// # Errors
    /// [`OpenError`]: one line for the operator.
    pub fn open(path: &Path) -> std::result::Result<Self, OpenError> {
        Self::in_order(path, Database::open(path, &schema::SCHEMA)?)
    }

    /// Opens an existing `path` to be read only, beside a shop that serves it or on its own: nothing is created, migrated
    /// or written. See [`Database::open_read_only`].
    ///
    /// # Errors
    /// [`OpenError`]: one line for the operator.
    pub fn open_read_only(path: &Path) -> std::result::Result<Self, OpenError> {
        Ok(Self { database: Arc::new(Database::open_read_only(path, &schema::SCHEMA)?) })
    }

    /// Copies the shop in `database`, as of this moment, to a new file `copy`, beside a shop that serves it. See
    /// [`Database::backup_to`].
    ///
    /// # Errors
    /// [`BackupError`]: one line for the operator.
    pub fn backup(database: &Path, copy: &Path) -> std::result::Result<Copied, BackupError> {
        Database::backup(database, &schema::SCHEMA, copy)
    }

    /// Opens `path` with other settings than a shop ever has: for proofs about broken disks.
    ///
    /// # Errors
    /// [`OpenError`].
    #[cfg(feature = "testing")]
    pub fn open_tuned(path: &Path, tuning: kit_sqlite::testing::Tuning) -> std::result::Result<Self, OpenError> {
        Self::in_order(path, Database::open_tuned(path, &schema::SCHEMA, tuning)?)
    }

    /// What SQL cannot bring up to date: the keys that names are sorted by.
    fn in_order(path: &Path, database: Database) -> std::result::Result<Self, OpenError> {
        let unusable =
            |cause: StoreFailure| OpenError::Unusable { path: path.display().to_string(), cause: cause.to_string() };
        let in_order = |connection: &Connection| catalogue::names_in_order(&tx::Tx { connection });
        if !database.read(in_order).map_err(unusable)? {
            database.write(|connection| catalogue::order_names(&tx::Tx { connection })).map_err(unusable)?;
        }
        Ok(Self { database: Arc::new(database) })
    }

    /// The currency in which the shop of a database is kept, with its decimals as recorded; `None` where there is no
    /// database yet, nothing with a price in it, or it cannot be read, which opening it says better.
    #[must_use]
    pub fn recorded_currency(path: &Path) -> Option<Currency> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).ok()?;
        ["products", "orders"].iter().find_map(|table| {
            let sql = format!("SELECT currency FROM {table} LIMIT 1");
            let text: String = connection.query_row(&sql, [], |row| row.get(0)).ok()?;
            Currency::from_stored(&text).ok()
        })
    }
}

impl Store for SqliteStore {
    fn read(&self, work: ReadWork<'_>) -> Result<()> {
        self.database.read(|connection| work(&tx::Tx { connection }))
    }

    fn write(&self, work: WriteWork<'_>) -> Result<()> {
        self.database.write(|connection| work(&mut tx::Tx { connection }))
    }
}
