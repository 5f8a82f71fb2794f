//! Who may use the files: their owner alone.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use kit_sqlite::{Derived, DerivedSchema, private};

use super::*;

const INDEX: DerivedSchema =
    DerivedSchema { application_id: 0x6b69_7434, version: 1, sql: "CREATE TABLE t (n INTEGER) STRICT" };

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode() & 0o777
}

fn widen(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("chmod");
}

/// The mode of everything in a folder.
fn modes(folder: &Path) -> Vec<(String, u32)> {
    let entry = |entry: std::io::Result<fs::DirEntry>| entry.expect("entry").path();
    let mut modes: Vec<_> = fs::read_dir(folder)
        .expect("folder")
        .map(entry)
        .map(|path| (path.file_name().expect("name").to_string_lossy().into_owned(), mode(&path)))
        .collect();
    modes.sort();
    modes
}

fn all_private(folder: &Path, names: &[&str]) {
    let expected: Vec<_> = names.iter().map(|name| ((*name).to_owned(), 0o600)).collect();
    assert_eq!(modes(folder), expected);
}

#[test]
fn files_are_made_for_their_owner_alone() {
    let (folder, path) = file();
    let db = Database::open(&path, &ONE).expect("fresh file");
    insert(&db, 1).expect("writes");
    let index = Derived::open(&folder.path().join("index.db"), INDEX).expect("opens");
    index.write(|c| c.execute("INSERT INTO t VALUES (1)", [])).expect("writes");
    let names = ["index.db", "index.db-shm", "index.db-wal", "test.db", "test.db-lock", "test.db-shm", "test.db-wal"];
    all_private(folder.path(), &names);
}

#[test]
fn wider_files_are_corrected_a_log_that_was_left_too() {
    let (folder, path, _) = left_behind();
    let index = folder.path().join("index.db");
    drop(Derived::open(&index, INDEX).expect("opens"));
    for (name, _) in modes(folder.path()) {
        widen(&folder.path().join(name), 0o664);
    }
    let db = Database::open(&path, &ONE).expect("opens");
    let index = Derived::open(&index, INDEX).expect("opens");
    index.read(|c| c.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0))).expect("reads");
    insert(&db, 1).expect("writes");
    let ours = modes(folder.path()).into_iter().filter(|(name, _)| !name.starts_with("test"));
    for (name, mode) in ours {
        assert_eq!(mode, 0o600, "{name}");
    }
}

#[test]
fn a_file_of_another_program_is_left_as_it_is() {
    let (_folder, path) = file();
    drop(Database::open(&path, &OTHER).expect("fresh file"));
    widen(&path, 0o644);
    assert!(matches!(Database::open(&path, &ONE), Err(OpenError::Foreign { .. })));
    assert_eq!(mode(&path), 0o644);
}

#[test]
fn a_folder_is_made_for_its_owner_alone_and_corrected_where_it_is_ours() {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("new/data");
    private::make_folder(&data).expect("makes it");
    assert_eq!((mode(&data), mode(data.parent().expect("above"))), (0o700, 0o700));
    for name in ["shop.db", "shop.db-wal", "bank.statements.db", "shop-at-bank.key"] {
        fs::write(data.join(name), "").expect("writes");
    }
    fs::create_dir(data.join("mail")).expect("a folder");
    widen(&data, 0o755);
    private::make_folder(&data).expect("is there");
    assert_eq!(mode(&data), 0o700);

    widen(&data, 0o755);
    fs::write(data.join("index.html"), "").expect("writes");
    private::make_folder(&data).expect("is there");
    assert_eq!(mode(&data), 0o755, "it holds what is not ours");
}

#[test]
fn a_key_is_corrected_and_what_is_missing_is_no_error() {
    let folder = tempfile::tempdir().expect("folder");
    let key = folder.path().join("shop-at-bank.key");
    private::correct_file(&key);
    for (was, now) in [(0o644, 0o600), (0o440, 0o400), (0o600, 0o600), (0o400, 0o400)] {
        fs::write(&key, "").or_else(|_| fs::remove_file(&key).and_then(|()| fs::write(&key, ""))).expect("writes");
        widen(&key, was);
        private::correct_file(&key);
        assert_eq!(mode(&key), now, "{was:o}");
    }
}
