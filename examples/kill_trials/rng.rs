//! Repeatable choices: the same seed gives the same plan.

use std::ops::RangeInclusive;
use std::time::Duration;

use kit_core::{Entropy, SeededEntropy};

pub(crate) struct Rng(SeededEntropy);

impl Rng {
    /// Trials of one run choose independently of each other, so that one of them can be repeated alone.
    pub(crate) fn of_trial(seed: u64, trial: usize) -> Self {
        let rng = Self(SeededEntropy::new(seed));
        let mixed = rng.next() ^ (trial as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        Self(SeededEntropy::new(mixed))
    }

    fn next(&self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    pub(crate) fn between(&self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.next() % (range.end() - range.start() + 1)
    }

    pub(crate) fn millis(&self, range: RangeInclusive<u64>) -> Duration {
        Duration::from_micros(self.between(range.start() * 1_000..=range.end() * 1_000))
    }

    /// True once in `n` times.
    pub(crate) fn one_in(&self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }

    pub(crate) fn pick<T: Copy>(&self, from: &[T]) -> T {
        from[self.next() as usize % from.len()]
    }
}
