//! What simulators of a bank, of a shop, or of both are made of (feature `testing`).
//!
//! A simulation replays from one number: [`Dice`] draws every decision from a seed, [`Tasks`] runs many callers one at
//! a time in the order that the dice say, [`Process`] makes a program fail and die at any moment, and [`SimulatedClock`]
//! shows a time that may jump, also backwards.

mod clock;
mod dice;
mod process;
mod tasks;

pub use clock::SimulatedClock;
pub use dice::Dice;
pub use process::{Faults, Process, WriteFate};
pub use tasks::{Acting, Ended, Progress, TaskId, Tasks, pause, wait};
