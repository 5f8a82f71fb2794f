//! Bugs planted into what the gate rests on: trying orders finds them. Bugs in the gate's and the bank's own lines are
//! planted by this package's program; see `src/main.rs`.

use std::sync::Arc;

use kit_core::sync::{Condvar, Mutex, PoisonError, thread};

use crate::explore::finds;
use crate::gate::{Journal, callers};

#[test]
fn an_answer_before_its_commit_is_found() {
    let found = finds(100, || callers(&Arc::new(Journal { answers_too_early: true, ..Journal::default() })));
    assert!(found.contains("answered before it was committed"), "found {found}");
}

#[test]
fn a_lost_wake_up_is_found() {
    let found = finds(1_000, || {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let other = Arc::clone(&shared);
        let setting = thread::spawn(move || {
            *other.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
            other.1.notify_one();
        });
        // The flag is read under one lock and waited for under another: it may be set in between.
        let set = *shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !set {
            let guard = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
            drop(shared.1.wait(guard).unwrap_or_else(PoisonError::into_inner));
        }
        setting.join().expect("ends");
    });
    assert!(found.contains("deadlock"), "found {found}");
}
