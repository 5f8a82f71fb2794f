//! Files and folders that only their owner may use: databases, what SQLite keeps beside them, and keys.
//!
//! They are made so. What is found wider (made by an older version, by hand, or with `>` in a shell) is corrected, with
//! a warning in the log: somebody else may have read it meanwhile. What cannot be corrected, as it belongs to another
//! user or to a file system without modes, is warned of and used.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

#[cfg(unix)]
const FILE: u32 = 0o600;
#[cfg(unix)]
const FOLDER: u32 = 0o700;

/// How to open a file so that it is made for its owner alone.
pub(crate) fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE);
    options
}

/// Makes an empty file for its owner alone, where there is none.
pub(crate) fn make_file(path: &Path) -> io::Result<()> {
    owner_only().open(path).map(drop)
}

/// Makes a folder for its owner alone, with those above it where they are missing, and corrects a wider one.
///
/// A folder is corrected only where it holds nothing but databases, keys and mails: `--database /srv/shop.db` must not
/// close `/srv`. Of others the log tells.
///
/// # Errors
/// Where there is no folder and none can be made.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut make = fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, FOLDER);
    make.create(folder)?;
    #[cfg(unix)]
    if let Some(mode) = wider(folder, FOLDER) {
        if holds_only_ours(folder) {
            correct(folder, FOLDER, mode);
        } else {
            let path = folder.display();
            // Who may list the names in it learns nothing: the files are their owner's alone.
            let mode = format!("{mode:04o}");
            tracing::info!(%path, mode, "other users can look into the database's folder");
        }
    }
    Ok(())
}

/// Corrects a file that others can read or write. Where there is none, nothing happens.
pub fn correct_file(path: &Path) {
    #[cfg(unix)]
    if let Some(mode) = wider(path, FILE) {
        correct(path, FILE, mode);
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// The mode of what is there, where it allows more than `most`.
#[cfg(unix)]
fn wider(path: &Path, most: u32) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & !most & 0o077 != 0).then_some(mode)
}

#[cfg(unix)]
fn correct(path: &Path, most: u32, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let corrected = fs::set_permissions(path, fs::Permissions::from_mode(mode & most));
    let (path, was, now) = (path.display(), format!("{mode:04o}"), format!("{:04o}", mode & most));
    match corrected {
        Ok(()) => tracing::warn!(%path, was, now, "other users could use this; corrected"),
        Err(error) => tracing::warn!(%path, was, %error, "other users can use this, and it cannot be corrected"),
    }
}

/// Whether everything in a folder is named like a database, a key, or the folder of mails.
#[cfg(unix)]
fn holds_only_ours(folder: &Path) -> bool {
    let ours = |name: &str| name.contains(".db") || name.ends_with(".key") || name == "mail";
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.into_iter().all(|entry| entry.is_ok_and(|entry| entry.file_name().to_str().is_some_and(ours)))
    })
}
