//! Reading without a trace: beside a process that serves the file, and on files that nobody serves.

use std::path::Path;

use super::*;

/// The files of a process that was killed: what it had committed stands in its log alone.
fn crashed(folder: &Path) -> PathBuf {
    let (served, left) = (folder.join("served.db"), folder.join("left.db"));
    let db = Database::open(&served, &ONE).expect("fresh file");
    for n in 1..=3 {
        insert(&db, n).expect("writes");
    }
    std::fs::copy(&served, &left).expect("copies");
    std::fs::copy(served.with_extension("db-wal"), left.with_extension("db-wal")).expect("copies");
    left
}

#[test]
fn beside_a_writer_it_sees_every_commit_and_writes_nothing() {
    let (_folder, path) = file();
    let db = Database::open(&path, &ONE).expect("fresh file");
    insert(&db, 5).expect("writes");
    let reader = Database::open_read_only(&path, &ONE).expect("opens");
    assert_eq!(sum(&reader, "n"), 5);
    insert(&db, 6).expect("writes");
    assert_eq!(sum(&reader, "n"), 11, "a later read sees what was committed since");
    let refused = insert(&reader, 7);
    assert!(matches!(&refused, Err(StoreFailure::NotCommitted(c)) if c.to_string().contains("read only")));
    let smuggled = reader.read(|c| c.execute("INSERT INTO t VALUES (7)", []).map_err(StoreFailure::not_committed));
    assert!(smuggled.is_err());
    let before = std::fs::read(&path).expect("file");
    drop(reader);
    assert_eq!(std::fs::read(&path).expect("file"), before);
    insert(&db, 8).expect("the writer goes on");
}

#[test]
fn what_a_crash_left_in_the_log_is_read_and_the_file_keeps_every_byte() {
    let (folder, _) = file();
    let path = crashed(folder.path());
    let log = path.with_extension("db-wal");
    let before = (std::fs::read(&path).expect("file"), std::fs::read(&log).expect("log"));
    for _ in 0..2 {
        let reader = Database::open_read_only(&path, &ONE).expect("opens");
        assert_eq!(sum(&reader, "n"), 6);
        drop(reader);
        let after = (std::fs::read(&path).expect("file"), std::fs::read(&log).expect("log"));
        assert!(after == before, "the file or its log was changed");
    }
    let copy = folder.path().join("left.copy");
    Database::backup(&path, &ONE, &copy).expect("copied");
    assert_eq!(sum(&Database::open_read_only(&copy, &ONE).expect("opens"), "n"), 6, "a copy has what is in the log");
    assert!(before.0 == std::fs::read(&path).expect("file"), "copying changed the file");
    let db = Database::open(&path, &ONE).expect("opens for writing");
    assert_eq!(sum(&db, "n"), 6, "the next process finds every commit");
}

#[test]
fn a_file_that_was_closed_keeps_every_byte() {
    let (_folder, path) = file();
    insert(&Database::open(&path, &ONE).expect("fresh file"), 5).expect("writes");
    assert!(!path.with_extension("db-wal").exists(), "whoever closes it last moves the log into it");
    let before = std::fs::read(&path).expect("file");
    let reader = Database::open_read_only(&path, &ONE).expect("opens");
    assert_eq!(sum(&reader, "n"), 5);
    drop(reader);
    assert_eq!(std::fs::read(&path).expect("file"), before);
    let left = std::fs::metadata(path.with_extension("db-wal")).map_or(0, |log| log.len());
    assert_eq!(left, 0, "at most an empty log is left beside it");
}

#[test]
fn nothing_is_made_migrated_or_taken_for_its_own() {
    let (folder, path) = file();
    let refused = |path: &Path, schema: &Schema| {
        let error = Database::open_read_only(path, schema).err().expect("it is refused");
        assert_eq!(error.to_string().lines().count(), 1);
        error
    };
    assert!(matches!(refused(&path, &ONE), OpenError::Missing { .. }));
    assert!(!path.exists());

    drop(Database::open(&path, &ONE).expect("fresh file"));
    let before = std::fs::read(&path).expect("file");
    assert!(matches!(refused(&path, &TWO), OpenError::Older { found: 1, known: 2, .. }));
    assert!(matches!(refused(&path, &OTHER), OpenError::Foreign { .. }));
    assert_eq!(std::fs::read(&path).expect("file"), before);

    let newer = folder.path().join("newer.db");
    drop(Database::open(&newer, &TWO).expect("fresh file"));
    assert!(matches!(refused(&newer, &ONE), OpenError::Newer { found: 2, known: 1, .. }));

    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, b"").expect("writes");
    assert!(matches!(refused(&empty, &ONE), OpenError::Foreign { .. }));
    assert_eq!(std::fs::read(&empty).expect("file"), b"");
    let text = folder.path().join("text.db");
    std::fs::write(&text, b"this is not a database, only a text file of some length that says so").expect("writes");
    assert!(matches!(refused(&text, &ONE), OpenError::Unusable { .. }));
    assert!(matches!(refused(folder.path(), &ONE), OpenError::Unusable { .. }));
}
