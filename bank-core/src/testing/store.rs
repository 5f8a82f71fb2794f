//! The store conformance suite: what the bank relies on, as plain functions over `&dyn Store`.
//!
//! Memory and SQLite pass it; run it on a store of your own:
//!
//! ```
//! use bank_core::store::memory::MemoryStore;
//! bank_core::testing::store::run_all(&|| Box::new(MemoryStore::new()));
//! ```
//!
//! Each case wants a fresh store and panics where the store breaks its contract. The rows are made as the bank makes
//! them: what refers to something comes after it, so a store may enforce its references.

mod facts;
mod outbox;
mod people;
mod queries;
mod sample;
mod writes;

use crate::store::Store;

/// One case: its name and what it asks of a fresh store.
pub type Case = (&'static str, fn(&dyn Store));

/// Every case, the simplest first.
pub const CASES: &[Case] = &[
    ("head_and_pepper", facts::head_and_pepper),
    ("customers", people::customers),
    ("accounts", facts::accounts),
    ("transfers", facts::transfers),
    ("payments", facts::payments),
    ("keys", facts::keys),
    ("merchants", people::merchants),
    ("pins", people::pins),
    ("tries", people::tries),
    ("failing_accounts", people::failing_accounts),
    ("sessions", people::sessions),
    ("ending_sessions", people::ending_sessions),
    ("events", people::events),
    ("payees", people::payees),
    ("mails", outbox::mails),
    ("mails_that_ended", outbox::mails_that_ended),
    ("mails_that_nobody_received", outbox::mails_that_nobody_received),
    ("ways_to_a_new_password", outbox::ways_to_a_new_password),
    ("entries_follow_the_links", queries::entries_follow_the_links),
    ("holds_are_of_these_accounts", queries::holds_are_of_these_accounts),
    ("due_payments_oldest_end_first", queries::due_payments_oldest_end_first),
    ("has_paid_means_captured", queries::has_paid_means_captured),
    ("pages_go_through_everything_once", queries::pages_go_through_everything_once),
    ("a_merchants_payments_are_its_own", queries::a_merchants_payments_are_its_own),
    ("a_merchants_payments_are_found_by_what_they_are", queries::a_merchants_payments_are_found_by_what_they_are),
    ("a_write_reads_what_it_wrote", writes::a_write_reads_what_it_wrote),
    ("an_error_takes_everything_back", writes::an_error_takes_everything_back),
    ("a_panic_takes_everything_back", writes::a_panic_takes_everything_back),
    ("what_is_unique_stays_so", writes::what_is_unique_stays_so),
    ("a_read_sees_one_snapshot", writes::a_read_sees_one_snapshot),
    ("writes_come_one_after_the_other", writes::writes_come_one_after_the_other),
];

/// Runs every case, each on a store of its own.
///
/// # Panics
/// Where the store breaks its contract.
pub fn run_all(make: &dyn Fn() -> Box<dyn Store>) {
    for (_, case) in CASES {
        case(&*make());
    }
}
