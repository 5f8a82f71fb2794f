//! A bounded waiting room before the hashing: overload is told at once, before a try is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::error::{Error, Result};

/// The room.
pub(super) struct HashQueue {
    waiting: Arc<AtomicUsize>,
    most: usize,
}

/// A place in it, until dropped.
pub(super) struct Place(Arc<AtomicUsize>);

impl HashQueue {
    pub(super) fn new(most: usize) -> Self {
        Self { waiting: Arc::default(), most }
    }

    /// Takes a place, or says that there is none.
    pub(super) fn enter(&self) -> Result<Place> {
        let place = Place(Arc::clone(&self.waiting));
        if self.waiting.fetch_add(1, Ordering::SeqCst) < self.most {
            Ok(place)
        } else {
            // Dropping the place gives it back.
            Err(Error::Busy { retry_after: Duration::from_secs(1) })
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
