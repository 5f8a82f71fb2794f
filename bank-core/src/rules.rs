//! The rules: pure functions over plain data. No store, clock, randomness, thread or HTTP in here.
//!
//! - [`staged`]: the ledger's loaded state, and the one place where money moves.
//! - [`decide`]: each command against that state, in one order: shape, idempotency, look-ups, state, limits.
//! - [`payment`]: the table of a payment's life.
//! - [`ladder`]: what failed tries lead to.
//! - [`credentials`]: which passwords, PINs, names and addresses are taken.
//! - [`statement`]: which lines a search takes, and what lines add up to.
//! - [`export`]: statements as CSV, OFX, camt.053 and camt.052.
//! - [`audit`]: the invariants of a ledger, checked from its transfers up.

pub mod audit;
pub mod credentials;
pub mod decide;
pub mod export;
pub mod ladder;
pub mod payment;
pub mod staged;
pub mod statement;
