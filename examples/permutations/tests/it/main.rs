//! Orders of threads, by the thousand: what must hold whoever comes first.
//!
//!     .ci/permutations
//!
//! Each test runs one small scenario again and again on kit-core's and bank-core's own code, while shuttle decides at each
//! lock, wake-up and yield which thread goes on: at random, and with few but well-placed preemptions (PCT). A deadlock is
//! found like any failure. What fails prints its schedule; `REPLAY=<schedule>` with that test's name repeats it exactly.
//! `PERMUTATIONS=20` tries twenty times as many, and `SHUTTLE_RANDOM_SEED` others.

#![cfg(shuttle)]

mod explore;
mod gate;
mod hashing;
mod keys;
mod money;
mod planted;
mod world;
