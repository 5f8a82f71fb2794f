//! Copies taken while others write, and everything that must not become one.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use kit_sqlite::BackupError;

use super::*;

fn refused(result: Result<kit_sqlite::Copied, BackupError>, path: &Path) -> BackupError {
    let error = result.expect_err("it is refused");
    assert_eq!(error.to_string().lines().count(), 1, "{error}");
    let folder = path.parent().filter(|folder| folder.exists()).into_iter().flat_map(|f| f.read_dir().expect("reads"));
    let left: Vec<_> = folder.map(|entry| entry.expect("reads").file_name()).collect();
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    assert!(!left.iter().any(|file| file.to_str().is_some_and(|file| file.starts_with(name))), "left: {left:?}");
    error
}

#[test]
fn a_copy_taken_beside_a_busy_writer_is_one_moment_of_it() {
    let (folder, path) = file();
    let db = Database::open(&path, &ONE).expect("fresh file");
    // Each write adds a number and its negative: whole writes add up to nothing.
    let pair = |n: i64| -> Result<(), StoreFailure> {
        db.write(|c| {
            for n in [n, -n] {
                c.execute("INSERT INTO t (n) VALUES (?1)", [n]).map_err(StoreFailure::not_committed)?;
            }
            Ok(())
        })
    };
    let pairs = |db: &Database| -> (i64, i64, i64) {
        let sql = "SELECT count(*), coalesce(sum(n), 0), coalesce(max(n), 0) FROM t";
        db.read(|c| {
            c.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).map_err(StoreFailure::not_committed)
        })
        .expect("reads")
    };
    (1..=500).for_each(|n| pair(n).expect("writes"));
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut n = 500;
            while !stop.load(Ordering::Relaxed) {
                n += 1;
                pair(n).expect("a backup stops no writer");
            }
            n
        });
        for number in 0..5 {
            let path = folder.path().join(format!("{number}.copy"));
            let (before, _, _) = pairs(&db);
            // As another process does it, and as the owner of the open file does it.
            let copied = if number % 2 == 0 {
                Database::backup(db.path(), &ONE, &path).expect("copied")
            } else {
                db.backup_to(&path).expect("copied")
            };
            assert_eq!(copied.bytes, std::fs::metadata(&path).expect("file").len());
            let copy = Database::open_read_only(&path, &ONE).expect("it is one of ours");
            let (rows, total, newest) = pairs(&copy);
            assert!(rows >= before, "what was committed before the backup is in it");
            assert_eq!((total, rows), (0, 2 * newest), "whole writes, and none missing before the last");
        }
        stop.store(true, Ordering::Relaxed);
        let newest = writer.join().expect("no panic");
        assert_eq!(pairs(&db), (2 * newest, 0, newest));
    });
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join("0.copy")).expect("file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "readable by its owner alone");
    }
    let restored = Database::open(&folder.path().join("0.copy"), &ONE).expect("opens for writing");
    insert(&restored, 1).expect("and takes writes");
}

#[test]
fn nothing_is_overwritten_and_half_a_backup_is_none() {
    let (folder, path) = file();
    let db = Database::open(&path, &ONE).expect("fresh file");
    let copy = folder.path().join("bank.copy");
    std::fs::write(&copy, b"something dear").expect("writes");
    assert!(matches!(db.backup_to(&copy), Err(BackupError::Exists { .. })));
    assert_eq!(std::fs::read(&copy).expect("file"), b"something dear");
    assert!(matches!(db.backup_to(&path), Err(BackupError::Exists { .. })), "not even itself");
    std::fs::remove_file(&copy).expect("removes");

    // What a backup that was cut off leaves, or one that is running.
    let partial = folder.path().join("bank.copy.partial");
    std::fs::write(&partial, b"half").expect("writes");
    let error = db.backup_to(&copy).expect_err("refused");
    assert!(matches!(error, BackupError::Unfinished { .. }) && error.to_string().contains("delete it"), "{error}");
    assert!(!copy.exists() && partial.exists());
    std::fs::remove_file(&partial).expect("removes");
    // Its journal, which nobody remembered, is not taken for the next one's.
    let journal = folder.path().join("bank.copy.partial-journal");
    std::fs::write(&journal, [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7].repeat(128)).expect("writes");

    let nowhere = folder.path().join("no/such/folder/bank.copy");
    assert!(matches!(refused(db.backup_to(&nowhere), &nowhere), BackupError::Unwritable { .. }));
    db.backup_to(&copy).expect("copied at last");
    assert!(!journal.exists());
}

#[test]
fn only_a_database_of_its_own_is_copied_an_older_one_too() {
    let (folder, path) = file();
    let copy = folder.path().join("bank.copy");
    let backup = |schema| Database::backup(&path, schema, &copy);
    let missing = refused(backup(&ONE), &copy);
    assert!(matches!(missing, BackupError::Original(OpenError::Missing { .. })), "{missing}");
    std::fs::write(&path, b"").expect("writes");
    let empty = refused(backup(&ONE), &copy);
    assert!(matches!(empty, BackupError::Original(OpenError::Foreign { .. })), "{empty}");
    std::fs::remove_file(&path).expect("removes");

    insert(&Database::open(&path, &ONE).expect("fresh file"), 5).expect("writes");
    let foreign = refused(backup(&OTHER), &copy);
    assert!(matches!(foreign, BackupError::Original(OpenError::Foreign { .. })), "{foreign}");
    backup(&TWO).expect("before it is migrated");
    assert_eq!(sum(&Database::open_read_only(&copy, &ONE).expect("still the older version"), "n"), 5);
}

#[test]
fn a_damaged_original_gives_no_backup() {
    let (folder, path) = file();
    let db = Database::open(&path, &ONE).expect("fresh file");
    let filled: Result<(), StoreFailure> = db.write(|c| {
        let sql = "WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < 5000)
                   INSERT INTO t SELECT n FROM n";
        c.execute_batch(sql).map_err(StoreFailure::not_committed)
    });
    filled.expect("writes");
    drop(db);
    let mut bytes = std::fs::read(&path).expect("file");
    assert!(bytes.len() > 4 * 4_096, "the table has pages of its own");
    // The head of a page in the middle of the table.
    bytes[2 * 4_096..2 * 4_096 + 100].fill(0xff);
    std::fs::write(&path, bytes).expect("writes");
    let copy = folder.path().join("bank.copy");
    refused(Database::backup(&path, &ONE, &copy), &copy);
}

#[test]
fn a_copy_that_breaks_its_own_constraints_is_thrown_away() {
    const CHECKED: Schema =
        Schema { migrations: &["CREATE TABLE t (n INTEGER NOT NULL CHECK (n < 10)) STRICT"], ..ONE };
    let (folder, path) = file();
    let db = Database::open(&path, &CHECKED).expect("fresh file");
    let smuggled: Result<(), StoreFailure> = db.write(|c| {
        c.execute_batch("PRAGMA ignore_check_constraints = ON; INSERT INTO t VALUES (11)")
            .map_err(StoreFailure::not_committed)
    });
    smuggled.expect("SQLite lets its owner do that");
    let copy = folder.path().join("bank.copy");
    let error = refused(db.backup_to(&copy), &copy);
    assert!(matches!(error, BackupError::Unsound { .. }) && error.to_string().contains("CHECK"), "{error}");
}
