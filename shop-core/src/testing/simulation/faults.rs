//! What breaks in one run, and how often. Drawn anew for every seed: a run in which everything breaks all the time gets
//! nowhere, and a run in which one thing breaks often finds what the mixture hides.

use kit_core::testing::{Dice, Faults};

/// The weights of one run.
pub(super) struct Profile {
    pub(super) bank: Faults,
    pub(super) shop: Faults,
    pub(super) lose_request: u32,
    pub(super) lose_reply: u32,
    pub(super) repeat_request: u32,
    pub(super) refuse_request: u32,
    pub(super) partition: u32,
    pub(super) crash_bank: u32,
    pub(super) crash_shop: u32,
    pub(super) clock_error: u32,
    pub(super) jitter: bool,
    pub(super) long_wait: u32,
    /// How busy the bank's customers and its other merchant are.
    pub(super) movements: u32,
    pub(super) third_party: u32,
    /// In cases of a thousand.
    pub(super) wrong_pin: u32,
    /// In cases of a thousand: how often a caller does not hear its answer.
    pub(super) deaf: u32,
    /// In cases of a thousand: how often a caller sends again what it sent before.
    pub(super) impatient: u32,
}

impl Profile {
    pub(super) fn draw(dice: &mut Dice) -> Self {
        let mut rate = |rare: u32, often: u32| match dice.below(4) {
            0 | 1 => 0,
            2 => rare,
            _ => often,
        };
        let mut faults = || Faults {
            read_fails: rate(5, 30),
            conflict: rate(50, 400),
            not_committed: rate(10, 80),
            commit_unknown: rate(10, 60),
            stops_after_unknown: 700,
        };
        let (bank, shop) = (faults(), faults());
        Self {
            bank,
            shop,
            lose_request: rate(15, 100),
            lose_reply: rate(15, 100),
            repeat_request: rate(30, 150),
            refuse_request: rate(10, 50),
            partition: rate(3, 10),
            crash_bank: rate(4, 12),
            crash_shop: rate(4, 12),
            clock_error: rate(5, 20),
            jitter: rate(0, 1) == 1,
            long_wait: rate(4, 15),
            movements: 10 + rate(20, 90),
            third_party: 10 + rate(20, 120),
            wrong_pin: rate(20, 100),
            deaf: rate(30, 150),
            impatient: rate(100, 400),
        }
    }

    /// Whether the shop's clock never errs in this run.
    pub(super) fn true_clocks(&self) -> bool {
        self.clock_error == 0 && !self.jitter
    }
}
