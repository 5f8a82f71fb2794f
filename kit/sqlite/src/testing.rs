//! For proofs that must be able to fail: a file opened less safely than any program opens it, and SQLite's own check.

use std::path::Path;

use kit_core::StoreFailure;
use rusqlite::{Connection, OpenFlags};

use crate::{Database, OpenError, Schema};

/// What a proof may set otherwise. A program's files are always opened with [`Database::open`].
#[derive(Debug, Clone, Copy)]
pub struct Tuning {
    /// Whether a commit waits for the disk. `false` is SQLite's `synchronous=OFF`: a power cut may then lose what was
    /// acknowledged, which a proof about power cuts has to notice.
    pub durable: bool,
    /// Pages in the write-ahead log before they are moved into the file; few, so that a short run sees it happen often.
    pub checkpoint_pages: i64,
}

impl Database {
    /// [`Database::open`], and then as a proof wants it.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_tuned(path: &Path, schema: &Schema, tuning: Tuning) -> Result<Self, OpenError> {
        let database = Self::open(path, schema)?;
        let tuned = database.tune(tuning);
        tuned.map(|()| database).map_err(|error| OpenError::unusable(path, &error))
    }

    fn tune(&self, tuning: Tuning) -> rusqlite::Result<()> {
        let Some(writer) = &self.writer else { return Ok(()) };
        let writer = writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        writer.pragma_update(None, "synchronous", if tuning.durable { "FULL" } else { "OFF" })?;
        writer.pragma_update(None, "wal_autocheckpoint", tuning.checkpoint_pages)
    }
}

/// SQLite's own check of a whole file, its indexes included, for files that no program has open. Each problem in one
/// line.
///
/// # Errors
/// Where the file cannot be read.
pub fn integrity_problems(path: &Path) -> Result<Vec<String>, StoreFailure> {
    let failed = |error: rusqlite::Error| StoreFailure::not_committed(error);
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed)?;
    let mut statement = connection.prepare("PRAGMA integrity_check").map_err(failed)?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0)).map_err(failed)?;
    let lines = lines.collect::<rusqlite::Result<Vec<_>>>().map_err(failed)?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}
