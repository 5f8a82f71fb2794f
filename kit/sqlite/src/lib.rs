//! One durable SQLite file, opened the same careful way by the bank and the shop.
//!
//! - **Durable:** WAL with `synchronous=FULL`, asserted on every connection. [`Database::write`] returns success only
//!   after the commit and its sync.
//! - **One writer, several readers:** writes take one connection in turn and begin IMMEDIATE; reads each run in a
//!   snapshot of their own and never wait for the writer.
//! - **Honest failures:** what failed before the commit is [`StoreFailure::NotCommitted`]; a failed commit is
//!   [`StoreFailure::CommitUnknown`], after which the file takes no more writes until it is opened again. A full disk is
//!   the one fault after which writes may resume by themselves.
//! - **Restarted:** what an earlier process left in the log is written and synced anew before anything builds on it.
//! - **Versioned:** numbered migrations run at opening inside one transaction; a newer file, or another program's, is
//!   refused with one clear line.
//! - **Read without a trace:** [`Database::open_read_only`] neither makes, migrates nor changes the file, beside a serving
//!   process as well as on a file that a crash left behind.
//! - **Private:** the file and what SQLite keeps beside it are for their owner alone; wider ones are corrected.
//! - **Backed up while it serves:** [`Database::backup_to`] copies one snapshot, verified, whole or not at all.
//!
//! What is derived from such a file and may be lost has a file of another kind: [`Derived`].
//!
//! Locks: `writer` is held for the length of a write; `idle_readers` only to take or return a connection.

mod backup;
mod derived;
mod log;
mod migrate;
pub mod private;
#[cfg(feature = "testing")]
pub mod testing;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kit_core::{StoreFailure, fail_point};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

pub use backup::{BackupError, Copied};
pub use derived::{Derived, DerivedSchema};
pub use migrate::Schema;

/// How long a connection waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Readers kept open while idle. More may be open at a time: the site's lanes bound them.
const IDLE_READERS: usize = 8;
/// Page cache per connection, in KiB. SQLite's own 2 MiB would read the upper levels of a large index again and again.
const CACHE_KIB: i64 = 32 * 1024;
/// Pages in the write-ahead log before they are moved into the file: 16 MiB. Moving costs two syncs, whatever it moves.
const CHECKPOINT_PAGES: i64 = 4_096;
/// Prepared statements kept per connection: each core has fewer kinds of statement than that.
const STATEMENTS: usize = 128;

/// An open database file.
pub struct Database {
    path: PathBuf,
    /// `None` where the file was opened to be read only.
    writer: Option<Mutex<Connection>>,
    idle_readers: Mutex<Vec<Connection>>,
    stopped: AtomicBool,
    /// Keeps others from settling the log. Given up with the last write: what follows must be settled first.
    presence: Mutex<Option<log::Presence>>,
}

/// Why a file could not be opened. One line for the operator each.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file or its folder cannot be read or written.
    #[error("cannot open the database {path}: {cause}")]
    Unusable {
        /// The file.
        path: String,
        /// What SQLite or the system said.
        cause: String,
    },
    /// The file belongs to another program.
    #[error("{path} is not a database of this program")]
    Foreign {
        /// The file.
        path: String,
    },
    /// A newer version of the program wrote the file.
    #[error("{path} was written by a newer version (schema {found}); this program knows schema {known}")]
    Newer {
        /// The file.
        path: String,
        /// The schema version in the file.
        found: u32,
        /// The newest schema version this program knows.
        known: u32,
    },
    /// An older version of the program wrote the file, and it was opened to be read only.
    #[error(
        "{path} was written by an older version (schema {found}, this program reads schema {known}); \
         serve it once with this program, which brings it up to date"
    )]
    Older {
        /// The file.
        path: String,
        /// The schema version in the file.
        found: u32,
        /// The schema version this program reads.
        known: u32,
    },
    /// There is no file, and reading makes none.
    #[error("there is no database at {path}")]
    Missing {
        /// Where it should be.
        path: String,
    },
}

impl OpenError {
    fn unusable(path: &Path, cause: &dyn std::fmt::Display) -> Self {
        Self::Unusable { path: path.display().to_string(), cause: cause.to_string() }
    }
}

impl Database {
    /// Opens `path`, creating it where it does not exist, and brings it to the newest schema.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(path: &Path, schema: &Schema) -> Result<Self, OpenError> {
        let unusable = |error: rusqlite::Error| OpenError::unusable(path, &error);
        // SQLite gives what it keeps beside the file the file's own mode.
        private::make_file(path).map_err(|error| OpenError::unusable(path, &error))?;
        let presence = log::settle(path, schema)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut writer = Connection::open_with_flags(path, flags).map_err(unusable)?;
        writer.busy_timeout(BUSY_TIMEOUT).map_err(unusable)?;
        // Who owns the file is asked before anything, even the journal mode, is changed in it.
        migrate::check(&writer, path, schema)?;
        ["", "-wal", "-shm", "-lock"].iter().for_each(|suffix| private::correct_file(&log::beside(path, suffix)));
        configure(&writer, path)?;
        migrate::run(&mut writer, path, schema)?;
        fail_point!("sqlite.opened");
        Ok(Self {
            path: path.to_owned(),
            writer: Some(Mutex::new(writer)),
            idle_readers: Mutex::new(Vec::new()),
            stopped: AtomicBool::new(false),
            presence: Mutex::new(Some(presence)),
        })
    }

    /// Opens an existing `path` to be read only: nothing is created, migrated or written, and [`write`](Self::write)
    /// is refused.
    ///
    /// It works beside a process that serves the file, sharing its write-ahead log, and on a file that a crash left
    /// behind: commits that stand in the log are read from there, and the file itself keeps every byte, as the log is
    /// not moved into it. What SQLite does need is the log's index: where nobody serves a file that was served before,
    /// it puts `-shm` and an empty `-wal` beside it, so the folder must be writable. The next opening takes them over.
    ///
    /// # Errors
    /// [`OpenError`]; [`OpenError::Missing`] and [`OpenError::Older`] come from here alone.
    pub fn open_read_only(path: &Path, schema: &Schema) -> Result<Self, OpenError> {
        if !path.exists() {
            return Err(OpenError::Missing { path: path.display().to_string() });
        }
        let reader = open_without_writing(path)?;
        migrate::check_current(&reader, path, schema)?;
        Ok(Self {
            path: path.to_owned(),
            writer: None,
            idle_readers: Mutex::new(vec![reader]),
            stopped: AtomicBool::new(false),
            presence: Mutex::new(None),
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `work` against one consistent snapshot.
    ///
    /// # Errors
    /// What `work` returns, or [`StoreFailure::NotCommitted`] where the snapshot cannot be taken.
    pub fn read<T, E: From<StoreFailure>>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let idle = self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open_reader().map_err(StoreFailure::not_committed)?,
        };
        let transaction = connection.unchecked_transaction().map_err(StoreFailure::not_committed)?;
        let result = work(&connection);
        drop(transaction);
        let mut idle = self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
        result
    }

    /// Runs `work` in one write transaction and commits it durably. An `Err` or a panic rolls everything back.
    ///
    /// # Errors
    /// What `work` returns, [`StoreFailure::NotCommitted`] where nothing was committed, or
    /// [`StoreFailure::CommitUnknown`] where the commit itself failed.
    pub fn write<T, E: From<StoreFailure>>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let Some(writer) = &self.writer else { return Err(StoreFailure::not_committed(ReadOnly).into()) };
        // A panic inside an earlier `work` poisons the lock; its transaction was rolled back while unwinding.
        let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        if self.stopped.load(Ordering::Acquire) {
            return Err(StoreFailure::not_committed(Stopped).into());
        }
        let transaction = writer
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .map_err(StoreFailure::not_committed)?;
        let value = work(&transaction)?;
        fail_point!("sqlite.before-commit");
        match transaction.execute_batch("COMMIT") {
            Ok(()) => {
                fail_point!("sqlite.committed");
                Ok(value)
            }
            // Another process holds the file: the transaction still stands, and dropping it rolls it back.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                Err(StoreFailure::not_committed(error).into())
            }
            Err(error) => {
                // After a failed sync nobody knows what is on the disk (the kernel may have dropped the pages), so
                // the file is left alone until it is opened again. A full disk writes nothing it does not report.
                if error.sqlite_error_code() != Some(ErrorCode::DiskFull) {
                    self.stopped.store(true, Ordering::Release);
                    self.presence.lock().unwrap_or_else(PoisonError::into_inner).take();
                }
                Err(StoreFailure::commit_unknown(error).into())
            }
        }
    }

    fn open_reader(&self) -> Result<Connection, OpenError> {
        if self.writer.is_none() {
            return open_without_writing(&self.path);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = Connection::open_with_flags(&self.path, flags).map_err(|e| OpenError::unusable(&self.path, &e))?;
        reader.busy_timeout(BUSY_TIMEOUT).map_err(|e| OpenError::unusable(&self.path, &e))?;
        configure(&reader, &self.path)?;
        reader.pragma_update(None, "query_only", true).map_err(|e| OpenError::unusable(&self.path, &e))?;
        Ok(reader)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the database stopped taking writes after a failed commit; restart to resume")]
struct Stopped;

#[derive(Debug, thiserror::Error)]
#[error("the database was opened to be read only")]
struct ReadOnly;

/// A connection that cannot change the file: SQLite holds it to that by three means, of which any one would do.
fn open_without_writing(path: &Path) -> Result<Connection, OpenError> {
    let unusable = |error: rusqlite::Error| OpenError::unusable(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(path, flags).map_err(unusable)?;
    reader.busy_timeout(BUSY_TIMEOUT).map_err(unusable)?;
    // Whoever closes a file last moves the log into it; this connection leaves that to those who write.
    reader.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(unusable)?;
    reader.pragma_update(None, "query_only", true).map_err(unusable)?;
    reader.pragma_update(None, "cache_size", -CACHE_KIB).map_err(unusable)?;
    reader.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(reader)
}

/// Sets the durability pragmas and asserts that they took: SQLite ignores what it cannot do without a word.
fn configure(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let unusable = |error: rusqlite::Error| OpenError::unusable(path, &error);
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "journal_mode", "WAL").map_err(unusable)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(unusable)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(unusable)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB).map_err(unusable)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES).map_err(unusable)?;
    let read = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(unusable);
    let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(unusable)?;
    if journal != "wal" || read("synchronous")? != 2 || read("foreign_keys")? != 1 {
        return Err(OpenError::unusable(path, &"the file system does not allow write-ahead logging"));
    }
    Ok(())
}
