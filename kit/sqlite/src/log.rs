//! What a process that did not end properly left in the write-ahead log.
//!
//! After a failed sync the system goes on showing what was written, and may never write it: a log that is found at
//! opening can be whole to the eye and broken on the disk. What is committed behind the break would be lost with the
//! power, and a checkpoint of such a log would leave the file in pieces. So before anything builds on it, the log is
//! copied, the copy synced and put in the log's place. Nothing is moved into the file meanwhile; the ordinary opening
//! then reads the copy, with its checksums.
//!
//! Only whoever is alone may do so. Everyone who has the file open to be written holds a shared lock on a small file
//! beside it, and who can take that lock alone settles the log. That other lock is needed as SQLite's own do not tell
//! those who write from those who only read; beside a reader a log cannot be settled, and is not built upon either.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::private::owner_only;
use crate::{BUSY_TIMEOUT, OpenError, Schema, migrate};

/// That a file is open to be written. While it is held, nobody settles the log; dropping it ends that.
pub(crate) struct Presence(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

/// Settles the log of `path`, where there is one and nobody else has the file open to be written: whoever has, did so.
pub(crate) fn settle(path: &Path, schema: &Schema) -> Result<Presence, OpenError> {
    let unusable = |error: std::io::Error| OpenError::unusable(path, &error);
    let file = owner_only().open(beside(path, "-lock")).map_err(unusable)?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => {
                settle_alone(path, schema)?;
                // Whoever comes in between finds it settled.
                file.unlock().map_err(unusable)?;
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        match file.try_lock_shared() {
            Ok(()) => return Ok(Presence(file)),
            // Somebody settles it just now; whether that succeeds is not known yet.
            Err(TryLockError::WouldBlock) if began.elapsed() < BUSY_TIMEOUT => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(TryLockError::WouldBlock) => return Err(OpenError::unusable(path, &"another program is opening it")),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
    }
}

fn settle_alone(path: &Path, schema: &Schema) -> Result<(), OpenError> {
    let Some(log) = log_of(path) else { return Ok(()) };
    let unusable = |error: rusqlite::Error| OpenError::unusable(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let alone = Connection::open_with_flags(path, flags).map_err(unusable)?;
    // Whatever goes wrong here: a log that is not settled is not moved into the file.
    alone.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(unusable)?;
    // Nobody else can open the file from the first read until this connection is closed, or else that read fails.
    alone.busy_timeout(BUSY_TIMEOUT).map_err(unusable)?;
    alone.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(unusable)?;
    match alone.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            let reason = "an earlier program did not end properly, and what it left cannot be made safe while another one \
                          reads the file; try again when that has ended";
            return Err(OpenError::unusable(path, &reason));
        }
        read => read.map_err(unusable)?,
    }
    migrate::check(&alone, path, schema)?;
    rewrite(&log).map_err(|error| OpenError::unusable(path, &error))
}

/// The log, where there is something in it. SQLite follows links, and keeps the log beside the file itself.
fn log_of(path: &Path) -> Option<PathBuf> {
    let log = beside(path, "-wal");
    (fs::metadata(&log).ok()?.len() > 0).then_some(log)
}

/// The file itself, wherever links lead, with something added to its name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(suffix);
    PathBuf::from(name)
}

/// Puts a synced copy of the log in its place. A power cut leaves the one or the other.
fn rewrite(log: &Path) -> std::io::Result<()> {
    let mut from = match File::open(log) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let mut copy_name: OsString = log.as_os_str().to_owned();
    copy_name.push("-copy");
    let copy = PathBuf::from(copy_name);
    let mut to = owner_only().truncate(true).open(&copy)?;
    to.set_permissions(from.metadata()?.permissions())?;
    // Byte for byte through here: the system's own ways of copying may take what stands on the disk instead.
    let mut buffer = vec![0; 1 << 20];
    loop {
        match from.read(&mut buffer)? {
            0 => break,
            count => to.write_all(&buffer[..count])?,
        }
    }
    to.sync_all()?;
    fs::rename(&copy, log)?;
    sync_folder(log)
}

/// Makes a name in a folder outlive a power cut. A folder cannot be opened like a file everywhere.
pub(crate) fn sync_folder(of: &Path) -> std::io::Result<()> {
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
