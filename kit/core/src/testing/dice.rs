//! Decisions drawn from a seed.

use crate::{Entropy, SeededEntropy};

/// Draws decisions from a seed: the same seed, the same decisions in the same order.
pub struct Dice(SeededEntropy);

impl Dice {
    /// Dice that fall as `seed` says.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// Any number: a seed for something else.
    pub fn draw(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A number from 0 to `end - 1`; 0 where `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        // The bias of a remainder is below end / 2^64: no simulation notices.
        if end == 0 { 0 } else { self.draw() % end }
    }

    /// An index into a list of this length; 0 for an empty one.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// Yes, in so many of a thousand cases.
    pub fn permille(&mut self, cases: u32) -> bool {
        self.below(1_000) < u64::from(cases)
    }

    /// One of these; `None` where there is none.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        among.get(self.index(among.len()))
    }

    /// An index drawn by weight; `None` where every weight is 0.
    pub fn weighted(&mut self, weights: &[u32]) -> Option<usize> {
        let total: u64 = weights.iter().copied().map(u64::from).sum();
        if total == 0 {
            return None;
        }
        let mut at = self.below(total);
        weights.iter().position(|weight| {
            let weight = u64::from(*weight);
            let here = at < weight;
            at = at.saturating_sub(weight);
            here
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_falls_the_same_way_and_every_choice_is_reached() {
        let fall = |seed| {
            let mut dice = Dice::new(seed);
            (0..200).map(|_| dice.below(6)).collect::<Vec<_>>()
        };
        assert_eq!(fall(1), fall(1));
        assert_ne!(fall(1), fall(2));
        assert!((0..6).all(|face| fall(3).contains(&face)));
    }

    #[test]
    fn weights_are_minded() {
        let mut dice = Dice::new(9);
        let mut counts = [0_u32; 4];
        for _ in 0..6_000 {
            counts[dice.weighted(&[1, 0, 2, 3]).expect("some weight")] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((800..1_200).contains(&counts[0]) && (2_700..3_300).contains(&counts[3]), "{counts:?}");
        assert_eq!(dice.weighted(&[0, 0]), None);
        assert_eq!(dice.pick::<u8>(&[]), None);
    }
}
