//! A SQLite file that holds nothing of its own: an index or a read model, derived from what another file keeps.
//!
//! It may be thrown away at any time, so it is: one that is of another version, or turns out broken, is made anew and
//! empty. Whoever derives it fills it again. A file that another program made is set aside, not deleted.
//!
//! Commits do not wait for the disk (`synchronous=NORMAL`): a power cut takes the last of them, never their order, and
//! filling it never waits beside those who do need the disk.
//!
//! Locks: `open` is held shared while somebody works and alone while the file is made anew; `writer` for the length of
//! a write; `idle` only to take or return a connection.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use kit_core::StoreFailure;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::{BUSY_TIMEOUT, CACHE_KIB, CHECKPOINT_PAGES, IDLE_READERS, OpenError, STATEMENTS, private};

/// What stands in a derived file. Another version is another file: nothing is migrated.
#[derive(Debug, Clone, Copy)]
pub struct DerivedSchema {
    /// Marks the file as this index's, in SQLite's header.
    pub application_id: i32,
    /// Counts the changes of `sql`, and of what is derived.
    pub version: u32,
    /// Makes the tables.
    pub sql: &'static str,
}

/// An open derived file.
pub struct Derived {
    path: PathBuf,
    schema: DerivedSchema,
    /// `None` where it could not be made anew; the next [`reset`](Self::reset) tries again.
    open: RwLock<Option<Open>>,
}

struct Open {
    writer: Mutex<Connection>,
    idle: Mutex<Vec<Connection>>,
}

impl Derived {
    /// Opens `path`, or makes it anew where there is none that can be used.
    ///
    /// # Errors
    /// [`OpenError`] where no file can be made there.
    pub fn open(path: &Path, schema: DerivedSchema) -> Result<Self, OpenError> {
        match owner_and_version(path) {
            Ok(found) if found == (i64::from(schema.application_id), i64::from(schema.version)) => {}
            Ok((owner, _)) if owner == i64::from(schema.application_id) => remove(path)?,
            // Empty, or no file at all.
            Ok((0, 0)) => {}
            // Another program's, or nothing that SQLite can read.
            Ok(_) | Err(_) => set_aside(path)?,
        }
        parts(path).iter().for_each(|part| private::correct_file(part));
        let open = make(path, &schema).map_err(|error| OpenError::unusable(path, &error))?;
        Ok(Self { path: path.to_owned(), schema, open: RwLock::new(Some(open)) })
    }

    /// Runs `work` against one consistent snapshot.
    ///
    /// # Errors
    /// Where the file cannot be read. A broken one is made anew, and empty, before this returns.
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreFailure> {
        self.mend_after(self.with(|open| {
            let idle = open.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match idle {
                Some(connection) => connection,
                None => self.reader()?,
            };
            let transaction = connection.unchecked_transaction()?;
            let result = work(&connection);
            drop(transaction);
            let mut idle = open.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE_READERS {
                idle.push(connection);
            }
            result
        }))
    }

    /// Runs `work` in one write transaction and commits it.
    ///
    /// # Errors
    /// Where the file cannot be written; nothing of `work` stays. A broken one is made anew, and empty, before this
    /// returns.
    pub fn write<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreFailure> {
        self.mend_after(self.with(|open| {
            let mut writer = open.writer.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        }))
    }

    /// Throws everything away and makes the file anew, empty.
    ///
    /// # Errors
    /// Where that cannot be done; it can be tried again.
    pub fn reset(&self) -> Result<(), StoreFailure> {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        // The connections are closed before their file goes.
        *open = None;
        remove(&self.path).map_err(StoreFailure::not_committed)?;
        *open = Some(make(&self.path, &self.schema).map_err(StoreFailure::not_committed)?);
        Ok(())
    }

    fn with<T>(&self, work: impl FnOnce(&Open) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        // The code says "cannot open", as it could not when it was last tried.
        let closed = || rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN), None);
        work(open.as_ref().ok_or_else(closed)?)
    }

    /// The result, after throwing the file away where that showed that it is broken.
    fn mend_after<T>(&self, result: rusqlite::Result<T>) -> Result<T, StoreFailure> {
        result.map_err(|error| {
            let broken = [ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase, ErrorCode::CannotOpen];
            // What SQLite has no code for is a row that does not read back.
            if error.sqlite_error_code().is_none_or(|code| broken.contains(&code))
                && let Err(failed) = self.reset()
            {
                return failed;
            }
            StoreFailure::not_committed(error)
        })
    }

    fn reader(&self) -> rusqlite::Result<Connection> {
        let reader = connect(&self.path)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(reader)
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    Ok(connection)
}

/// A writer on the file, its tables made where it is empty.
fn make(path: &Path, schema: &DerivedSchema) -> rusqlite::Result<Open> {
    // Where it cannot be made, SQLite says so; it gives what it keeps beside the file the file's own mode.
    let _ = private::make_file(path);
    let mut writer = connect(path)?;
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        transaction.execute_batch(schema.sql)?;
        transaction.pragma_update(None, "application_id", schema.application_id)?;
        transaction.pragma_update(None, "user_version", schema.version)?;
    }
    transaction.commit()?;
    Ok(Open { writer: Mutex::new(writer), idle: Mutex::default() })
}

/// Whose the file is and of which version: zeros where there is none, or it is empty.
fn owner_and_version(path: &Path) -> rusqlite::Result<(i64, i64)> {
    if !path.exists() {
        return Ok((0, 0));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let read = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (owner, version) = (read("application_id")?, read("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    // Tables of somebody who marks nothing are somebody's all the same.
    Ok((if owner == 0 && tables > 0 { -1 } else { owner }, version))
}

/// The file and what SQLite keeps beside it.
fn parts(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|suffix| named(path, suffix))
}

fn named(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn remove(path: &Path) -> Result<(), OpenError> {
    for part in parts(path) {
        match fs::remove_file(&part) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(OpenError::unusable(path, &error)),
            _ => {}
        }
    }
    Ok(())
}

fn set_aside(path: &Path) -> Result<(), OpenError> {
    let aside = named(path, ".set-aside");
    fs::rename(path, aside).map_err(|error| OpenError::unusable(path, &error))?;
    remove(path)
}
