//! A few runs of the simulation, and that a run repeats exactly. Thousands of runs: `examples/simulate.rs`.

use std::sync::Arc;

use shop_core::testing::simulation::{MakeStores, Options, Report, Wiring, run};

fn both() -> [Wiring; 2] {
    [Wiring::Apart, Wiring::OneProgram]
}

#[test]
fn no_promise_is_broken() {
    for wiring in both() {
        let options = Options { wiring, ..Options::default() };
        let mut total = Report::default();
        for seed in 1..=40 {
            total = total.and(run(seed, &options).unwrap_or_else(|violation| panic!("{violation}")));
        }
        // That nothing was broken says something only where enough happened.
        let counts = [total.orders, total.paid, total.not_paid, total.in_doubt, total.transfers, total.crashes];
        assert!(counts.iter().all(|count| *count > 20), "{total:?}");
        assert_eq!(total.steps, 40 * 200);
    }
}

#[test]
fn the_same_seed_is_the_same_run() {
    for wiring in both() {
        let options = Options { steps: 400, wiring, ..Options::default() };
        for seed in [5, 6, 7] {
            assert_eq!(run(seed, &options), run(seed, &options), "seed {seed}");
        }
    }
}

/// The stores of an embedder; here the SQLite ones.
#[test]
fn it_runs_on_other_stores() {
    let folders = std::sync::Mutex::new(Vec::new());
    let make: MakeStores = Arc::new(move || {
        let folder = tempfile::tempdir().expect("a folder");
        let bank = bank_core::store::sqlite::SqliteStore::open(&folder.path().join("bank.db")).expect("a fresh file");
        let shop = shop_core::store::sqlite::SqliteStore::open(&folder.path().join("shop.db")).expect("a fresh file");
        folders.lock().expect("no panic").push(folder);
        (Arc::new(bank) as _, Arc::new(shop) as _)
    });
    let options = Options { stores: Some(make), ..Options::default() };
    for seed in 1..=3 {
        run(seed, &options).unwrap_or_else(|violation| panic!("{violation}"));
    }
}
