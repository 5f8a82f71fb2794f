//! Bulkheads: blocking work runs in lanes of bounded width, so that one kind of work cannot starve another.
//!
//! Cores are synchronous. A site gives hashing, checkouts and reading a [`Lane`] each; when hashing is swamped, the
//! catalogue still answers. A lane holds at most `width` running and `queue` waiting pieces of work; the next one is
//! told at once that the lane is busy, before anything happened.

use std::{sync::Arc, time::Duration};

use thiserror::Error;
use tokio::sync::Semaphore;

use crate::Problem;

/// A bounded lane for blocking work. Clones share the lane.
#[derive(Clone)]
pub struct Lane {
    name: &'static str,
    /// A place in the lane at all: running or waiting.
    places: Arc<Semaphore>,
    /// A thread to run on.
    threads: Arc<Semaphore>,
}

/// Why a lane gave no result.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum LaneError {
    /// The lane is full. Nothing happened.
    #[error("the lane is full")]
    Busy {
        /// When trying again makes sense.
        retry_after: Duration,
    },
    /// The work panicked; whether it took effect is unknown.
    #[error("the work in the lane panicked")]
    Panicked,
}

/// Work in our lanes takes milliseconds, so a full lane is drained within a second.
const RETRY_AFTER: Duration = Duration::from_secs(1);

impl Lane {
    /// A lane that runs `width` pieces of work at once and lets `queue` more wait.
    pub fn new(name: &'static str, width: usize, queue: usize) -> Self {
        Self {
            name,
            places: Arc::new(Semaphore::new(width.saturating_add(queue).min(Semaphore::MAX_PERMITS))),
            threads: Arc::new(Semaphore::new(width.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Runs `work` on a blocking thread.
    ///
    /// Dropping the returned future while the work runs does not free its place: the thread is busy until the work
    /// ends, and a caller who hangs up must not be able to make room for more.
    ///
    /// # Errors
    /// [`LaneError::Busy`] at once when the lane is full, [`LaneError::Panicked`] when the work panicked.
    pub async fn run<T, F>(&self, work: F) -> Result<T, LaneError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            tracing::warn!(lane = self.name, "lane is full");
            return Err(LaneError::Busy { retry_after: RETRY_AFTER });
        };
        let Ok(thread) = Arc::clone(&self.threads).acquire_owned().await else {
            return Err(LaneError::Busy { retry_after: RETRY_AFTER });
        };
        let span = tracing::Span::current();
        let running = tokio::task::spawn_blocking(move || {
            let _held = (place, thread);
            span.in_scope(work)
        });
        running.await.map_err(|_| {
            tracing::error!(lane = self.name, "work in a lane panicked");
            LaneError::Panicked
        })
    }
}

impl From<LaneError> for Problem {
    fn from(error: LaneError) -> Self {
        match error {
            LaneError::Busy { retry_after } => Problem::busy(retry_after),
            LaneError::Panicked => Problem::internal(),
        }
    }
}

impl From<LaneError> for poem::Error {
    fn from(error: LaneError) -> Self {
        Problem::from(error).into()
    }
}
