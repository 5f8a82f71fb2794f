//! The durable store: one SQLite file. SQL stands here and in the files below, nowhere else.
//!
//! Rows are looked up one primary key at a time through cached statements: inside one transaction that costs a
//! microsecond or two each, and no statement's text depends on how many there are.

mod codec;
mod outbox;
mod read;
mod schema;
mod statements;
mod write;

use std::path::Path;

use kit_core::StoreFailure;
use kit_sqlite::Database;
use rusqlite::{Connection, Params, Row};

use crate::error::{Error, Result};
use crate::store::{ReadTx, Store, Stored, WriteTx};

pub use kit_sqlite::{BackupError, Copied, OpenError};
pub use statements::SqliteStatements;

/// Keeps everything in one SQLite file.
pub struct SqliteStore {
    database: Database,
}

impl SqliteStore {
    /// Opens or creates `path` and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`], one line for the operator.
    pub fn open(path: &Path) -> std::result::Result<Self, OpenError> {
        Ok(Self { database: Database::open(path, &schema::SCHEMA)? })
    }

    /// Opens an existing `path` to be read only, beside a bank that serves it or on its own: nothing is created, migrated
    /// or written. See [`Database::open_read_only`].
    ///
    /// # Errors
    /// [`OpenError`], one line for the operator.
    pub fn open_read_only(path: &Path) -> std::result::Result<Self, OpenError> {
        Ok(Self { database: Database::open_read_only(path, &schema::SCHEMA)? })
    }

    /// Copies the bank in `database`, as of this moment, to a new file `copy`, beside a bank that serves it. See
    /// [`Database::backup_to`]. The key of its PINs and passwords is not in it: keep that as well.
    ///
    /// # Errors
    /// [`BackupError`], one line for the operator.
    pub fn backup(database: &Path, copy: &Path) -> std::result::Result<Copied, BackupError> {
        Database::backup(database, &schema::SCHEMA, copy)
    }

    /// Opens `path` with other settings than a bank ever has: for proofs about broken disks.
    ///
    /// # Errors
    /// [`OpenError`].
    #[cfg(feature = "testing")]
    pub fn open_tuned(path: &Path, tuning: kit_sqlite::testing::Tuning) -> std::result::Result<Self, OpenError> {
        Ok(Self { database: Database::open_tuned(path, &schema::SCHEMA, tuning)? })
    }
}

impl Store for SqliteStore {
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> Result<()>) -> Result<()> {
        self.database.read(|connection| work(&Tx { connection }))
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> Result<()>) -> Result<()> {
        self.database.write::<(), Error>(|connection| work(&mut Tx { connection }))
    }
}

struct Tx<'a> {
    connection: &'a Connection,
}

fn failed(error: rusqlite::Error) -> StoreFailure {
    StoreFailure::not_committed(error)
}

/// A sequence number or counter as SQLite's signed integer. None comes near 2^63.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl Tx<'_> {
    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Stored<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut found = statement.query(params).map_err(failed)?;
        found.next().map_err(failed)?.map(read).transpose().map_err(failed)
    }

    fn many<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Stored<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let found = statement.query_map(params, read).map_err(failed)?;
        found.collect::<rusqlite::Result<_>>().map_err(failed)
    }

    fn execute(&self, sql: &str, params: impl Params) -> Stored<usize> {
        self.connection.prepare_cached(sql).map_err(failed)?.execute(params).map_err(failed)
    }
}
