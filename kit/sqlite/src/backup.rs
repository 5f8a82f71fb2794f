//! A copy of the whole file as of one moment, while others write.
//!
//! `VACUUM INTO` reads one snapshot and writes a fresh file from it. Writers go on meanwhile: what they commit goes to
//! the write-ahead log, which only cannot be moved into the file until the copy is done. SQLite's online backup copies
//! pages instead, and begins again whenever another process commits: beside a busy bank it would never end. What was
//! deleted (ended sessions, replaced hashes) still stands in the free pages of the original; a fresh file has none.
//!
//! Phases: the folder and the name are claimed (`FILE.partial`, owner-only) → copied → read back and verified → synced
//! → given its name → the folder synced. Until the last two, no file has the backup's name: half a backup is never
//! taken for one.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::{BUSY_TIMEOUT, CACHE_KIB, Database, OpenError, Schema, migrate, open_without_writing};

/// A backup that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// How long the file is.
    pub bytes: u64,
}

/// Why there is no backup. One line for the operator each; the database is as it was in every case.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is a file of that name, and a backup overwrites nothing.
    #[error("{path} is there already; a backup overwrites nothing")]
    Exists {
        /// The file.
        path: String,
    },
    /// Another backup to the same name is running, or one was cut off.
    #[error("{path} is there: another backup is writing it, or one was cut off; if none is running, delete it")]
    Unfinished {
        /// The file.
        path: String,
    },
    /// The copy cannot be written where it was asked for.
    #[error("cannot write the backup {path}: {cause}")]
    Unwritable {
        /// The file.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The original cannot be opened.
    #[error(transparent)]
    Original(#[from] OpenError),
    /// SQLite could not copy: the original cannot be read, or the disk is full.
    #[error("the copy to {path} failed: {cause}")]
    Failed {
        /// The file.
        path: String,
        /// What SQLite said.
        cause: rusqlite::Error,
    },
    /// The copy was written, and does not hold what it should.
    #[error("the copy to {path} was thrown away, it is not sound: {found}")]
    Unsound {
        /// The file.
        path: String,
        /// The first thing that is wrong.
        found: String,
    },
}

impl Database {
    /// Copies everything that is committed now to a new file at `path`, beside writers that go on.
    ///
    /// The copy has this file's owner and schema version, is readable by its owner alone, and was read back whole
    /// (`PRAGMA integrity_check`). On success it and its name are on the disk.
    ///
    /// # Errors
    /// [`BackupError`]. Nothing of the copy is left then, neither under `path` nor beside it.
    pub fn backup_to(&self, path: &Path) -> Result<Copied, BackupError> {
        copy(&open_without_writing(&self.path)?, path)
    }

    /// [`backup_to`](Self::backup_to) for a file that another process may be serving. An older version's file is copied
    /// as it is: before it is brought up to date is a good moment for a backup.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn backup(database: &Path, schema: &Schema, path: &Path) -> Result<Copied, BackupError> {
        if !database.exists() {
            return Err(OpenError::Missing { path: database.display().to_string() }.into());
        }
        let source = open_without_writing(database)?;
        if migrate::check(&source, database, schema)? == 0 {
            return Err(OpenError::Foreign { path: database.display().to_string() }.into());
        }
        copy(&source, path)
    }
}

fn copy(source: &Connection, path: &Path) -> Result<Copied, BackupError> {
    let name = || path.display().to_string();
    let failed = |cause| BackupError::Failed { path: name(), cause };
    if path.symlink_metadata().is_ok() {
        return Err(BackupError::Exists { path: name() });
    }
    let partial = Partial::claim(path)?;
    // `VACUUM INTO` writes to another file only, but counts as writing.
    source.pragma_update(None, "query_only", false).map_err(failed)?;
    source.execute("VACUUM INTO ?1", [partial.text()?]).map_err(failed)?;
    if let Some(found) = open_copy(&partial.path).and_then(|copy| unsound(source, &copy)).map_err(failed)? {
        return Err(BackupError::Unsound { path: name(), found });
    }
    let bytes = partial.keep_as(path).map_err(|cause| BackupError::Unwritable { path: name(), cause })?;
    Ok(Copied { bytes })
}

/// Opened as if to be written: of a file opened read-only SQLite does not even parse the CHECK constraints.
fn open_copy(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(path, flags)?;
    copy.pragma_update(None, "query_only", true)?;
    copy.busy_timeout(BUSY_TIMEOUT)?;
    copy.pragma_update(None, "cache_size", -CACHE_KIB)?;
    Ok(copy)
}

/// The first thing that is wrong with the copy; `None` where it can be relied upon.
fn unsound(source: &Connection, copy: &Connection) -> rusqlite::Result<Option<String>> {
    for name in ["application_id", "user_version"] {
        let read = |of: &Connection| of.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let (asked, found) = (read(source)?, read(copy)?);
        if asked != found {
            return Ok(Some(format!("{name} is {found}, not {asked}")));
        }
    }
    let verdict: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((verdict != "ok").then_some(verdict))
}

/// A file that is no backup yet; deleted when dropped before it is one.
struct Partial {
    path: PathBuf,
    kept: bool,
}

impl Partial {
    /// Claims `FILE.partial` for the backup `FILE`: made by nobody else, and readable by its owner alone from its first
    /// byte.
    fn claim(backup: &Path) -> Result<Self, BackupError> {
        let mut path = backup.to_owned().into_os_string();
        path.push(".partial");
        let path = PathBuf::from(path);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(_) => {
                let partial = Self { path, kept: false };
                // SQLite would take the journal of a copy that was cut off for this one's, and roll it back into it.
                remove(&partial.journal())
                    .map_err(|cause| BackupError::Unwritable { path: backup.display().to_string(), cause })?;
                Ok(partial)
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(BackupError::Unfinished { path: path.display().to_string() })
            }
            Err(cause) => Err(BackupError::Unwritable { path: backup.display().to_string(), cause }),
        }
    }

    /// What SQLite may put beside it.
    fn journal(&self) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push("-journal");
        PathBuf::from(path)
    }

    /// The path as SQLite takes it.
    fn text(&self) -> Result<&str, BackupError> {
        self.path.to_str().ok_or_else(|| BackupError::Unwritable {
            path: self.path.display().to_string(),
            cause: std::io::Error::other("the path is not UTF-8"),
        })
    }

    /// Syncs the file, gives it its name, and syncs the folder. Only then does it outlive a power cut.
    fn keep_as(mut self, name: &Path) -> std::io::Result<u64> {
        let file = File::open(&self.path)?;
        file.sync_all()?;
        // Two backups to one name cannot meet here, as both would have claimed the same `.partial`.
        if name.symlink_metadata().is_ok() {
            return Err(std::io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(&self.path, name)?;
        // From here on it is taken back under its own name.
        self.path = name.to_owned();
        crate::log::sync_folder(name)?;
        self.kept = true;
        Ok(file.metadata()?.len())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.kept {
            // What cannot be deleted is refused by name at the next backup.
            let _ = remove(&self.journal());
            let _ = remove(&self.path);
        }
    }
}

/// Removes a file, if it is there.
fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
