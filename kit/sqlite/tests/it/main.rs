//! Opening, migrating, reading, writing and copying one file.

mod backup;
mod derived;
mod private;
mod read_only;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use kit_core::StoreFailure;
use kit_sqlite::{Database, OpenError, Schema};

const ONE: Schema = Schema { application_id: 0x6b69_7431, migrations: &["CREATE TABLE t (n INTEGER NOT NULL) STRICT"] };
const TWO: Schema = Schema {
    application_id: 0x6b69_7431,
    migrations: &[
        "CREATE TABLE t (n INTEGER NOT NULL) STRICT",
        "ALTER TABLE t ADD COLUMN m INTEGER NOT NULL DEFAULT 7",
    ],
};
const OTHER: Schema = Schema { application_id: 0x6b69_7432, migrations: &["CREATE TABLE u (n INTEGER) STRICT"] };

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("test.db");
    (folder, path)
}

fn insert(db: &Database, n: i64) -> Result<(), StoreFailure> {
    db.write(|c| c.execute("INSERT INTO t (n) VALUES (?1)", [n]).map(drop).map_err(StoreFailure::not_committed))
}

fn sum(db: &Database, column: &str) -> i64 {
    let sql = format!("SELECT coalesce(sum({column}), 0) FROM t");
    db.read(|c| c.query_row(&sql, [], |row| row.get(0)).map_err(StoreFailure::not_committed)).expect("reads")
}

#[test]
fn keeps_what_was_written_and_migrates_it() {
    let (_folder, path) = file();
    insert(&Database::open(&path, &ONE).expect("fresh file"), 5).expect("writes");
    let db = Database::open(&path, &TWO).expect("older file");
    assert_eq!((sum(&db, "n"), sum(&db, "m")), (5, 7));
    drop(db);
    let refused = Database::open(&path, &ONE).err().map(|e| e.to_string()).expect("a newer file is refused");
    assert!(refused.contains("newer version (schema 2)") && refused.contains("knows schema 1"), "{refused}");
}

#[test]
fn refuses_what_is_not_its_own() {
    let (_folder, path) = file();
    drop(Database::open(&path, &ONE).expect("fresh file"));
    let before = std::fs::read(&path).expect("file");
    assert!(matches!(Database::open(&path, &OTHER), Err(OpenError::Foreign { .. })));
    assert_eq!(std::fs::read(&path).expect("file"), before, "a refused file is left as it was");

    std::fs::write(&path, b"this is not a database, only a text file of some length that says so").expect("writes");
    assert!(matches!(Database::open(&path, &ONE), Err(OpenError::Unusable { .. })));
    assert!(matches!(Database::open(&path.join("no/such/folder.db"), &ONE), Err(OpenError::Unusable { .. })));
}

#[test]
fn a_failed_migration_leaves_the_file_as_it_was() {
    const BROKEN: Schema = Schema { migrations: &["CREATE TABLE t (n INTEGER) STRICT", "NONSENSE"], ..ONE };
    let (_folder, path) = file();
    assert!(Database::open(&path, &BROKEN).is_err());
    insert(&Database::open(&path, &ONE).expect("still fresh"), 1).expect("writes");
}

#[test]
fn an_error_or_a_panic_rolls_back() {
    let (_folder, path) = file();
    let db = Database::open(&path, &ONE).expect("fresh file");
    let refused: Result<(), StoreFailure> = db.write(|c| {
        c.execute("INSERT INTO t VALUES (1)", []).map_err(StoreFailure::not_committed)?;
        Err(StoreFailure::not_committed("changed its mind"))
    });
    assert!(refused.is_err());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        db.write(|c| -> Result<(), StoreFailure> {
            c.execute("INSERT INTO t VALUES (2)", []).map_err(StoreFailure::not_committed)?;
            panic!("half way")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(sum(&db, "n"), 0);
    insert(&db, 4).expect("goes on");
    assert_eq!(sum(&db, "n"), 4);
}

#[test]
fn a_read_sees_one_snapshot_and_cannot_write() {
    let (_folder, path) = file();
    let db = Database::open(&path, &ONE).expect("fresh file");
    db.read(|c| {
        let count = || c.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0)).expect("reads");
        assert_eq!(count(), 0);
        insert(&db, 1).expect("the writer does not wait for readers");
        assert_eq!(count(), 0, "the same snapshot");
        assert!(c.execute("INSERT INTO t VALUES (9)", []).is_err());
        Ok::<_, StoreFailure>(())
    })
    .expect("reads");
    assert_eq!(sum(&db, "n"), 1);
}

#[test]
fn a_failed_commit_is_unknown_and_stops_writes() {
    // A deferred foreign key is checked by COMMIT itself: the nearest thing to a failing commit without a bad disk.
    const DEFERRED: Schema = Schema {
        application_id: 0x6b69_7433,
        migrations: &["CREATE TABLE p (id INTEGER PRIMARY KEY) STRICT;
             CREATE TABLE t (n INTEGER NOT NULL REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED) STRICT"],
    };
    let (_folder, path) = file();
    let db = Database::open(&path, &DEFERRED).expect("fresh file");
    assert!(matches!(insert(&db, 1), Err(StoreFailure::CommitUnknown(_))));
    let after = insert(&db, 1);
    assert!(matches!(&after, Err(StoreFailure::NotCommitted(c)) if c.to_string().contains("stopped taking writes")));
    assert_eq!(sum(&db, "n"), 0, "reads go on");
    drop(db);
    let db = Database::open(&path, &DEFERRED).expect("opened again");
    let written: Result<_, StoreFailure> =
        db.write(|c| c.execute_batch("INSERT INTO p VALUES (1)").map_err(StoreFailure::not_committed));
    written.expect("writes resume");
}

#[test]
fn opening_settles_the_log_beside_programs_that_read_and_write() {
    let (folder, path) = file();
    let db = Database::open(&path, &ONE).expect("fresh file");
    (0..400).for_each(|n| insert(&db, n).expect("writes"));
    let (copy, log) = (folder.path().join("copy.db"), |db: &str| folder.path().join(format!("{db}-wal")));
    let which = |db: &str| std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(log(db)).expect("a log"));
    // What a killed process leaves: its files as they are, and nobody who has them open.
    for (from, to) in [(path.clone(), copy.clone()), (log("test.db"), log("copy.db"))] {
        std::fs::copy(from, to).expect("copies");
    }
    let left_behind = which("copy.db");
    let opened = Database::open(&copy, &ONE).expect("opens");
    assert_ne!(which("copy.db"), left_behind, "the log is another file by now, and synced");
    assert_eq!(sum(&opened, "n"), (0..400).sum::<i64>());
    // Beside another thread that writes all the time, and a reader that keeps its snapshot.
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| (0..200).for_each(|_| insert(&opened, 1).expect("writes")));
        opened
            .read(|c| {
                let count = || c.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0)).expect("reads");
                let before = count();
                for _ in 0..20 {
                    insert(&Database::open(&copy, &ONE).expect("opens beside"), 1).expect("writes");
                }
                assert_eq!(count(), before);
                Ok::<_, StoreFailure>(())
            })
            .expect("reads");
        writing.join().expect("no panic");
    });
    assert_eq!(sum(&opened, "n"), (0..400).sum::<i64>() + 220);
    drop((opened, db));
    assert_eq!(sum(&Database::open(&copy, &ONE).expect("opens"), "n"), (0..400).sum::<i64>() + 220);
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).expect("folder").map(|e| e.expect("entry").file_name()).collect();
    assert_eq!(left.len(), 4, "closed properly, nothing but the locks is left beside the files: {left:?}");
}

/// A file as a killed process leaves it: its log holds what was committed.
fn left_behind() -> (tempfile::TempDir, std::path::PathBuf, std::path::PathBuf) {
    let (folder, path) = file();
    let db = Database::open(&path, &ONE).expect("fresh file");
    (0..10).for_each(|n| insert(&db, n).expect("writes"));
    let copy = folder.path().join("left.db");
    let log = folder.path().join("left.db-wal");
    std::fs::copy(&path, &copy).expect("copies");
    std::fs::copy(folder.path().join("test.db-wal"), &log).expect("copies");
    (folder, copy, log)
}

#[test]
fn a_log_that_cannot_be_settled_is_left_as_it_is() {
    let (folder, path, log) = left_behind();
    let contents = || (std::fs::read(&path).expect("reads"), std::fs::read(&log).expect("reads"));
    let before = contents();
    let in_the_way = folder.path().join("left.db-wal-copy");
    std::fs::create_dir(&in_the_way).expect("a folder");
    assert!(Database::open(&path, &ONE).is_err(), "the copy cannot be made");
    assert!(contents() == before, "nothing was moved into the file, and the log is still there");
    std::fs::remove_dir(&in_the_way).expect("removed");
    assert_eq!(sum(&Database::open(&path, &ONE).expect("opens"), "n"), 45);
}

#[test]
fn nobody_builds_on_a_log_that_a_reader_keeps_from_being_settled() {
    let (_folder, path, _) = left_behind();
    let reader = Database::open_read_only(&path, &ONE).expect("reads what was left");
    let refused = Database::open(&path, &ONE).err().expect("it cannot be settled now").to_string();
    assert!(refused.contains("while another one reads the file"), "{refused}");
    drop(reader);
    assert_eq!(sum(&Database::open(&path, &ONE).expect("opens"), "n"), 45);
}
