//! Files that hold nothing of their own.

use std::sync::atomic::{AtomicBool, Ordering};

use kit_sqlite::{Derived, DerivedSchema};

const SCHEMA: DerivedSchema =
    DerivedSchema { application_id: 77, version: 3, sql: "CREATE TABLE n (n INTEGER NOT NULL) STRICT" };

fn insert(derived: &Derived, n: i64) {
    derived.write(|c| c.execute("INSERT INTO n VALUES (?1)", [n])).expect("writes");
}

fn sum(derived: &Derived) -> i64 {
    derived.read(|c| c.query_row("SELECT coalesce(sum(n), 0) FROM n", [], |row| row.get(0))).expect("reads")
}

#[test]
fn commits_do_not_wait_for_the_disk_and_are_there_after_reopening() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("derived.db");
    let derived = Derived::open(&path, SCHEMA).expect("fresh file");
    insert(&derived, 4);
    let pragma = |c: &rusqlite::Connection, name| c.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    assert_eq!(derived.write(|c| pragma(c, "synchronous")).expect("reads"), 1, "NORMAL");
    let smuggled = derived.read(|c| c.execute("INSERT INTO n VALUES (1)", []));
    assert!(smuggled.is_err(), "a reader writes nothing");
    let undone = derived.write(|c| {
        c.execute("INSERT INTO n VALUES (8)", [])?;
        c.execute("INSERT INTO n VALUES ('text')", [])
    });
    assert!(undone.is_err());
    drop(derived);
    assert_eq!(sum(&Derived::open(&path, SCHEMA).expect("opens")), 4);
    let other = DerivedSchema { version: 4, ..SCHEMA };
    assert_eq!(sum(&Derived::open(&path, other).expect("opens")), 0, "another version begins anew");
    assert!(!folder.path().join("derived.db.set-aside").exists(), "our own are not kept");
}

#[test]
fn it_is_made_anew_while_others_read_and_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let derived = Derived::open(&folder.path().join("derived.db"), SCHEMA).expect("fresh file");
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    while !ended.load(Ordering::Relaxed) {
                        assert!(sum(&derived) >= 0);
                    }
                })
            })
            .collect();
        for n in 0..20 {
            insert(&derived, n);
            derived.reset().expect("made anew");
            assert_eq!(sum(&derived), 0);
        }
        ended.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().expect("every read had an answer");
        }
    });
    insert(&derived, 5);
    assert_eq!(sum(&derived), 5);
}
