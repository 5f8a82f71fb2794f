//! An exhaustive model check of the payment protocol, over the real code of the shop and of the bank.
//!
//! - [`shop`] and [`process`], [`bank`]: one step of either side, run by the real use cases over a rebuilt store.
//! - [`world`]: remembers every state and step of either side, so that each is run once. [`words`] tells of them.
//! - [`state`]: both sides, the calls under way and the stray messages, and every step that may come next.
//! - [`safety`]: what must be true of every state. [`healing`]: what must be reached from every state.
//! - [`search`]: breadth first through all states; a broken promise is told as the shortest way to it.
//! - [`scenario`]: the bounds.
//!
//! What is bounded: the orders (two), attempts an order, calls of the sweep an attempt and a refund, copies of messages,
//! refused calls. What is not: every call may stay unanswered, every message may arrive at any later time or never,
//! either side may die at any point, a customer may send a form again at any time, and every lease, wait and reservation
//! may run out at any moment.
//!
//! What it rests on: that a call which was not sent, throttled or rejected has no copy on its way (the bounds `what-if`
//! show what comes of one), and that either side's writes happen wholly or not at all, one after the other, which other
//! tests prove. Not in it: what HTTP makes of an answer, wrong PINs, and holds.
//!
//! The search is our own: `stateright` does not build without its web server, keeps 64-bit fingerprints of states
//! rather than the states, and does not vouch for "eventually" where paths join. Here a state is compared whole, and
//! "eventually" is walked to its end from each.

mod bank;
mod healing;
mod process;
mod safety;
pub(crate) mod scenario;
pub(crate) mod search;
mod shop;
mod state;
mod words;
mod world;

use kit_core::{Currency, Money, Timestamp};

/// The one moment at which everything happens.
const NOW: Timestamp = Timestamp::from_micros(1_795_363_620_000_000);
/// When everything ends that has not ended yet: a thousand years later.
const FAR: Timestamp = Timestamp::from_micros(NOW.micros() + 1_000 * 31_557_600_000_000);
/// What each order costs before a discount, in cents.
const PRICE: i64 = 5_000;

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}
