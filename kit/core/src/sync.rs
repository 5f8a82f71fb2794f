//! The locks and threads that concurrent code is made of: the standard library's.
//!
//! Built with `--cfg shuttle` they are [shuttle](https://docs.rs/shuttle)'s instead: threads become tasks of a scheduler
//! that decides at each lock, wake-up and yield who goes on, so that a test can try orders by the thousand and repeat any
//! of them. The `permutations` package does that. It is a cfg and not a feature because features of one build are united:
//! no production build may ever contain it by accident.

#[cfg(not(shuttle))]
pub use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Instant,
};

#[cfg(shuttle)]
mod permuted;

#[cfg(shuttle)]
pub use {
    permuted::{Condvar, Instant, Mutex, MutexGuard, PoisonError, WaitTimeoutResult},
    shuttle::thread,
};
