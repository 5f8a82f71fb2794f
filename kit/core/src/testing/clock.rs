//! A clock that may be wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use crate::{Clock, ManualClock, Timestamp};

/// The clock of one simulated machine: the true time, an error that can be set, and a jitter at each look.
pub struct SimulatedClock {
    truth: Arc<ManualClock>,
    error_micros: AtomicI64,
    jitter_micros: AtomicU64,
    looks: AtomicU64,
}

impl SimulatedClock {
    /// A clock that shows the true time.
    #[must_use]
    pub fn new(truth: Arc<ManualClock>) -> Self {
        Self { truth, error_micros: AtomicI64::new(0), jitter_micros: AtomicU64::new(0), looks: AtomicU64::new(0) }
    }

    /// Sets how far the clock is ahead (or, below zero, behind).
    pub fn set_error(&self, micros: i64) {
        self.error_micros.store(micros, Ordering::SeqCst);
    }

    /// Makes two looks in a row differ by up to so much, in either direction.
    pub fn set_jitter(&self, most: Duration) {
        self.jitter_micros.store(u64::try_from(most.as_micros()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        let jitter = self.jitter_micros.load(Ordering::SeqCst);
        let wobble = if jitter == 0 {
            0
        } else {
            // Spread by the golden ratio: neighbouring looks fall far apart.
            let look = self.looks.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            i64::try_from(look % jitter).unwrap_or(0)
        };
        let error = self.error_micros.load(Ordering::SeqCst);
        Timestamp::from_micros(self.truth.now().micros().saturating_add(error).saturating_add(wobble))
    }
}
