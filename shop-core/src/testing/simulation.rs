//! A whole shop and a whole bank, run from one seed, with everything broken that can break.
//!
//! The code under test is the real one: [`Shop`](crate::Shop) and [`bank_core::Bank`] over stores that fail, joined by a
//! network that loses, delays, repeats and reorders. One seed decides the clocks (which err and go backwards), every id,
//! who of many customers goes on next, which message arrives, which commit is of unknown outcome, which write runs twice,
//! and when either program dies, between any two steps of any of its callers. After every step that changed something
//! the [invariants](self#invariants) are checked, and at the end, when nothing breaks any more, that every order comes to
//! its end within a minute.
//!
//! ```
//! use shop_core::testing::simulation::{Options, run};
//!
//! let report = run(7, &Options { steps: 100, ..Options::default() }).expect("no promise is broken");
//! assert_eq!(report.steps, 100);
//! ```
//!
//! The same seed and options give the same run, so a failure is repeated by its seed alone. Run it on a store or on a
//! gateway of your own by [`Options::stores`] and [`Options::wiring`].
//!
//! # Invariants
//!
//! - The ledger is proved anew: every transfer balanced, every balance the sum of its transfers, none below its floor,
//!   holds consistent (`bank_core::check`).
//! - An order is paid ⇔ exactly one of its attempts was captured, with its total, and not given back. An attempt that
//!   ended without money never has any; a charge without an attempt on record does not exist.
//! - Stock is what was there, less what the orders hold that hold stock. What is final stays as it is.
//! - The uses taken of a discount code are those of the orders that hold it, never more than there may be. An order costs
//!   what its customer saw, and its parts add up to that.
//! - Invoices are numbered without a gap, one for each order that was ever paid; credit notes likewise.
//! - What a caller was told is true and stays true: a receipt, an order, what another merchant's payment took and gave
//!   back; and where a movement or a checkout was answered with "nothing happened", nothing did.
//! - The sweep leaves a payment alone whose customer still waits for it.
//! - What the shop keeps contains no PIN.

mod ending;
mod faults;
mod invariants;
mod movements;
mod network;
mod purchases;
mod setup;
mod sides;
mod sums;
mod third_party;
mod told;
mod world;

use std::sync::Arc;

use crate::store::Store;

pub use network::{Heard, Line, Server};
pub use setup::Merchant;

/// Makes the shop's gateway from the line to the bank and what the bank knows the shop by.
pub type MakeGateway = Arc<dyn Fn(Line, &Merchant) -> Arc<dyn crate::gateway::PaymentGateway> + Send + Sync>;

/// How the shop reaches the bank.
#[derive(Clone, Default)]
pub enum Wiring {
    /// Two programs and a network between them, with the in-process adapter at the bank's end.
    #[default]
    Apart,
    /// One program: the in-process adapter, and both sides die together.
    OneProgram,
    /// Two programs, with another adapter on the line between them. Where its far end calls the bank on other threads,
    /// these must [act](kit_core::testing::Acting) for the task that the request arrived in.
    Over(MakeGateway),
}

/// Makes the two stores of a run, both empty. They are what outlives a crash.
pub type MakeStores = Arc<dyn Fn() -> (Arc<dyn bank_core::store::Store>, Arc<dyn Store>) + Send + Sync>;

/// How a simulation is run.
#[derive(Clone)]
pub struct Options {
    /// How many steps. One step is one decision: who goes on, what arrives, what breaks.
    pub steps: u32,
    /// How the shop reaches the bank.
    pub wiring: Wiring,
    /// The stores; in memory by default.
    pub stores: Option<MakeStores>,
    /// Print each step as it is taken.
    pub trace: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { steps: 200, wiring: Wiring::default(), stores: None, trace: false }
    }
}

/// What happened in a run: so that one can see that something did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Steps taken, without the ending.
    pub steps: u64,
    /// How often the invariants were checked.
    pub checks: u64,
    /// Orders placed.
    pub orders: u64,
    /// Orders placed with a discount code.
    pub discounted: u64,
    /// Orders that were paid.
    pub paid: u64,
    /// Paid orders whose money was given back.
    pub refunded: u64,
    /// Orders that ended without a payment.
    pub not_paid: u64,
    /// Attempts of which nobody knew for a while whether they were paid.
    pub in_doubt: u64,
    /// Deposits, withdrawals, transfers, captures and refunds in the ledger.
    pub transfers: u64,
    /// Messages that arrived twice.
    pub repeated: u64,
    /// Requests and replies that were lost.
    pub lost: u64,
    /// Times that a program died.
    pub crashes: u64,
    /// The longest that an order took to its end once nothing broke any more, in seconds of simulated time.
    pub settled_after_seconds: u64,
}

impl Report {
    /// Adds up two reports; the longest time stays the longest.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            steps: self.steps + other.steps,
            checks: self.checks + other.checks,
            orders: self.orders + other.orders,
            discounted: self.discounted + other.discounted,
            paid: self.paid + other.paid,
            refunded: self.refunded + other.refunded,
            not_paid: self.not_paid + other.not_paid,
            in_doubt: self.in_doubt + other.in_doubt,
            transfers: self.transfers + other.transfers,
            repeated: self.repeated + other.repeated,
            lost: self.lost + other.lost,
            crashes: self.crashes + other.crashes,
            settled_after_seconds: self.settled_after_seconds.max(other.settled_after_seconds),
        }
    }
}

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// In which run.
    pub seed: u64,
    /// At which step; the ending's steps count on.
    pub step: u64,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "seed {}, step {}: {}", self.seed, self.step, self.what)
    }
}

impl std::error::Error for Violation {}

/// Runs one simulation from its seed.
///
/// # Errors
/// The first broken promise.
pub fn run(seed: u64, options: &Options) -> Result<Report, Violation> {
    world::World::new(seed, options).run()
}
