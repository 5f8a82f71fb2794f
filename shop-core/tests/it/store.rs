//! Both stores pass the conformance suite, and broken stores fail it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use shop_core::store::memory::MemoryStore;
use shop_core::store::sqlite::SqliteStore;
use shop_core::store::{ReadWork, Result, Store, WriteWork};
use shop_core::testing::store::{CASES, run_all};

#[test]
fn the_memory_store_conforms() {
    run_all(MemoryStore::new);
}

#[test]
fn the_sqlite_store_conforms() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = 0;
    run_all(|| {
        files += 1;
        SqliteStore::open(&folder.path().join(format!("{files}.db"))).expect("a fresh file")
    });
}

/// Which cases a store fails.
fn failures<S: Store>(fresh: impl Fn() -> S) -> Vec<&'static str> {
    let fails = |case: &fn(&dyn Store)| catch_unwind(AssertUnwindSafe(|| case(&fresh()))).is_err();
    CASES.iter().filter(|(_, case)| fails(case)).map(|(name, _)| *name).collect()
}

/// The canary: a store that says "done" and keeps nothing.
#[derive(Default)]
struct Forgetful(MemoryStore);

impl Store for Forgetful {
    fn read(&self, work: ReadWork<'_>) -> Result<()> {
        self.0.read(work)
    }

    fn write(&self, work: WriteWork<'_>) -> Result<()> {
        let mut outcome = Ok(());
        let _ = self.0.write(&mut |tx| {
            outcome = work(tx);
            Err(kit_core::StoreFailure::not_committed("kept nothing"))
        });
        outcome
    }
}

/// A store that keeps what a failed write had written.
#[derive(Default)]
struct Sticky(MemoryStore);

impl Store for Sticky {
    fn read(&self, work: ReadWork<'_>) -> Result<()> {
        self.0.read(work)
    }

    fn write(&self, work: WriteWork<'_>) -> Result<()> {
        let mut outcome = Ok(());
        self.0.write(&mut |tx| {
            outcome = work(tx);
            Ok(())
        })?;
        outcome
    }
}

/// A store that does nothing at all and says "done".
struct Idle;

impl Store for Idle {
    fn read(&self, _: ReadWork<'_>) -> Result<()> {
        Ok(())
    }

    fn write(&self, _: WriteWork<'_>) -> Result<()> {
        Ok(())
    }
}

#[test]
fn a_store_that_runs_nothing_is_not_believed() {
    use kit_core::StoreFailure;
    use shop_core::store::StoreExt;
    assert!(matches!(Idle.record(|_| Ok(())), Err(StoreFailure::CommitUnknown(_))));
    assert!(matches!(Idle.view(|_| Ok(())), Err(StoreFailure::NotCommitted(_))));
}

#[test]
fn broken_stores_fail_the_suite() {
    let forgotten = failures(Forgetful::default);
    assert!(forgotten.len() > CASES.len() / 2, "{forgotten:?}");
    assert_eq!(failures(Sticky::default), ["a_failed_write_leaves_nothing"]);
}
