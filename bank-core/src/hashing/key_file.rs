//! The pepper's key file: made once, readable by its owner alone, and never beside a database that already exists.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use kit_core::Env;

use super::{Pepper, to_hex};

/// Why there is no pepper. One line for the operator each.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The database is there, its key file is not: a new one would make every PIN and password wrong.
    #[error("the key file {path} is missing beside an existing database; restore it, every PIN and password needs it")]
    Missing {
        /// Where it should be.
        path: String,
    },
    /// The file is not 64 hexadecimal digits.
    #[error("the key file {path} does not hold 64 hexadecimal digits")]
    Damaged {
        /// The file.
        path: String,
    },
    /// Others on this machine can read it.
    #[error("the key file {path} can be read by others; run: chmod 600 {path}")]
    Exposed {
        /// The file.
        path: String,
    },
    /// It cannot be read or written.
    #[error("cannot use the key file {path}: {cause}")]
    Unusable {
        /// The file.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
}

/// Reads the key file, or makes it (mode 0600) where the database does not exist yet.
///
/// # Errors
/// [`KeyFileError`].
pub fn read_or_make(key_file: &Path, database: &Path, env: &Env) -> Result<Pepper, KeyFileError> {
    let path = || key_file.display().to_string();
    let unusable = |cause| KeyFileError::Unusable { path: path(), cause };
    match fs::read_to_string(key_file) {
        Ok(text) => {
            if exposed(key_file).map_err(unusable)? {
                return Err(KeyFileError::Exposed { path: path() });
            }
            Pepper::parse(text.trim_end()).ok_or_else(|| KeyFileError::Damaged { path: path() })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if database.exists() {
                return Err(KeyFileError::Missing { path: path() });
            }
            let bytes = env.random::<32>();
            write_new(key_file, &to_hex(&bytes)).map_err(unusable)?;
            Ok(Pepper::from_bytes(bytes))
        }
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Err(KeyFileError::Damaged { path: path() }),
        Err(error) => Err(unusable(error)),
    }
}

/// Writes a new file that only its owner can read, durably: for keys of any kind. It is there whole or not at all.
///
/// # Errors
/// Where the file exists already or cannot be written.
pub fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    // First under another name: a program that dies here must not leave half a key under the real one, as nothing would
    // start with it any more. The name is drawn, so that no two programs share it, wherever they run.
    let mut drawn = [0; 8];
    getrandom::fill(&mut drawn).map_err(std::io::Error::other)?;
    let draft = path.with_added_extension(format!("{:016x}.new", u64::from_le_bytes(drawn)));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    writeln!(file, "{text}")?;
    // It must outlive a power cut that the database outlives: the file, then its name in the folder.
    file.sync_all()?;
    kit_core::fail_point!("key-file.written");
    // Linked, not renamed: that fails where the file is there, so two programs starting at once do not each make one.
    let named = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    named?;
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(unix)]
fn exposed(path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn exposed(_path: &Path) -> std::io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("folder");
        let key = folder.path().join("bank.key");
        write_new(&key, "first").expect("a new key");
        assert_eq!(fs::read_to_string(&key).expect("reads"), "first\n");
        let taken = write_new(&key, "second").expect_err("it is there already");
        assert_eq!(taken.kind(), std::io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&key).expect("reads"), "first\n");
        let left: Vec<_> = fs::read_dir(folder.path()).expect("folder").map(|f| f.expect("file").file_name()).collect();
        assert_eq!(left, ["bank.key"]);
    }

    #[test]
    fn made_once_kept_private_and_never_beside_an_existing_database() {
        let folder = tempfile::tempdir().expect("folder");
        let (key, db) = (folder.path().join("bank.key"), folder.path().join("bank.db"));
        let env = Env::system();
        let first = read_or_make(&key, &db, &env).unwrap_or_else(|e| panic!("{e}"));
        fs::write(&db, b"").expect("writes");
        let again = read_or_make(&key, &db, &env).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(first.mac("t", b""), again.mac("t", b""));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&key).expect("file").permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("chmod");
            assert!(matches!(read_or_make(&key, &db, &env), Err(KeyFileError::Exposed { .. })));
            fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("chmod");
        }
        fs::write(&key, "not a key").expect("writes");
        assert!(matches!(read_or_make(&key, &db, &env), Err(KeyFileError::Damaged { .. })));
        fs::remove_file(&key).expect("removes");
        assert!(matches!(read_or_make(&key, &db, &env), Err(KeyFileError::Missing { .. })));
        assert!(!key.exists());
    }
}
