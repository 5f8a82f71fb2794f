//! What callers were told.

use std::sync::{Arc, Mutex, PoisonError};

/// Where a task leaves its result.
pub(super) struct Slot<T>(Arc<Mutex<Option<T>>>);

impl<T> Slot<T> {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    pub(super) fn other_end(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    pub(super) fn put(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    pub(super) fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The calls under one key.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Calls {
    /// How often it was sent.
    pub(super) sent: u32,
    /// How often the answer was "nothing happened".
    pub(super) told_nothing: u32,
}

impl Calls {
    /// Whether all that was ever sent under the key has been answered, and always with "nothing happened".
    pub(super) fn did_nothing(self) -> bool {
        self.sent == self.told_nothing
    }
}
