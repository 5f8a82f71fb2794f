//! What a process that did not end properly left in the write-ahead log.
//!
//! After a failed sync the system goes on showing what was written, and may never write it: a log that is found at
//! opening can be whole to the eye and broken on the disk. What is committed behind the break would be lost with the
//! power, and a checkpoint of such a log would leave the file in pieces. So before anything builds on it, the log is
//! copied, the copy synced and put in the log's place, and only then moved into the file.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{OpenError, Schema, migrate};

/// Settles the log of `path`, where there is one and no other process has the file open: beside one that has, nothing
/// was left behind.
pub(crate) fn settle(path: &Path, schema: &Schema) -> Result<(), OpenError> {
    let Some(log) = log_of(path) else { return Ok(()) };
    let unusable = |error: rusqlite::Error| OpenError::unusable(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let alone = Connection::open_with_flags(path, flags).map_err(unusable)?;
    // Nobody else can open the file from the first read until this connection is closed, or else that read fails.
    alone.busy_timeout(Duration::ZERO).map_err(unusable)?;
    alone.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(unusable)?;
    match alone.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => return Ok(()),
        read => read.map_err(unusable)?,
    }
    migrate::check(&alone, path, schema)?;
    // Closing the connection moves the log, which is on the disk by then, into the file, and removes it.
    rewrite(&log).map_err(|error| OpenError::unusable(path, &error))
}

/// The log, where there is something in it. SQLite follows links, and keeps the log beside the file itself.
fn log_of(path: &Path) -> Option<PathBuf> {
    let log = PathBuf::from(with_suffix(fs::canonicalize(path).ok()?, "-wal"));
    (fs::metadata(&log).ok()?.len() > 0).then_some(log)
}

fn with_suffix(path: PathBuf, suffix: &str) -> OsString {
    let mut name = path.into_os_string();
    name.push(suffix);
    name
}

/// Puts a synced copy of the log in its place. A power cut leaves the one or the other.
fn rewrite(log: &Path) -> std::io::Result<()> {
    let content = match fs::read(log) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        read => read?,
    };
    let copy = PathBuf::from(with_suffix(log.to_owned(), "-copy"));
    let mut file = File::create(&copy)?;
    file.set_permissions(fs::metadata(log)?.permissions())?;
    file.write_all(&content)?;
    file.sync_all()?;
    fs::rename(&copy, log)?;
    match log.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
