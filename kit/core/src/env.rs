//! Clock and randomness, bundled: what a use case takes *before* a write begins.

use std::sync::{Arc, Mutex, PoisonError};

use uuid::{Builder, Uuid};

use crate::{Clock, SystemClock, Timestamp};

/// Where randomness comes from.
pub trait Entropy: Send + Sync {
    /// Fills `buffer` with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        // Without randomness no id, salt or token may be made: there is no sensible way to go on.
        getrandom::fill(buffer).expect("the operating system provides randomness");
    }
}

/// A repeatable generator for tests and simulators. Never for secrets: SplitMix64 is not cryptographic.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<u64>);

impl SeededEntropy {
    /// The same seed gives the same bytes.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in buffer.chunks_mut(8) {
            // SplitMix64 (Steele, Lea, Flood 2014).
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// The clock and the randomness of one bank or shop.
#[derive(Clone)]
pub struct Env {
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
}

impl Env {
    /// The machine's clock and the operating system's randomness.
    #[must_use]
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }
    }

    /// A clock and a seed under the caller's control.
    #[must_use]
    pub fn with(clock: Arc<dyn Clock>, seed: u64) -> Self {
        Self { clock, entropy: Arc::new(SeededEntropy::new(seed)) }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A time-ordered UUID (version 7, RFC 9562): an index over such ids grows at its end, which keeps inserts cheap.
    ///
    /// The 12 bits after the millisecond hold its fraction (RFC 9562, method 3), so ids are ordered to about 0.25 µs.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        let micros = u64::try_from(self.now().micros()).unwrap_or(0);
        let (millis, fraction) = (micros / 1_000, micros % 1_000 * 4_096 / 1_000);
        let mut tail: [u8; 10] = self.random();
        // The builder keeps the low 4 bits of byte 0 and all of byte 1 as the 12 bits behind the version.
        tail[0] = (fraction >> 8) as u8;
        tail[1] = (fraction & 0xFF) as u8;
        Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ManualClock;
    use std::time::Duration;

    #[test]
    fn ids_are_version_7_ordered_by_time_and_repeatable() {
        let run = |seed| {
            let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_795_363_620_000_000)));
            let env = Env::with(clock.clone(), seed);
            (0..2_000)
                .map(|_| {
                    clock.advance(Duration::from_micros(1));
                    env.uuid()
                })
                .collect::<Vec<_>>()
        };
        let ids = run(7);
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(ids, run(7));
        assert_ne!(ids, run(8));
    }
}
