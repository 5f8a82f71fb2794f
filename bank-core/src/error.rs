//! What can go wrong, told by what is known.

use std::time::Duration;

use kit_core::gate::SubmitError;
use kit_core::{Cause, StoreFailure};

use crate::model::Refusal;

/// The result of everything the bank does.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the bank did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A rule said no. Nothing moved.
    #[error("{refusal}")]
    Refused {
        /// Which rule.
        refusal: Refusal,
        /// Whether this repeats what was decided under the same key before.
        replayed: bool,
    },
    /// The store failed before anything happened.
    #[error("nothing happened: {0}")]
    NotCommitted(Cause),
    /// The commit failed: it may or may not have happened. Repeat under the same key, or look up.
    #[error("the outcome is not known: {0}")]
    CommitUnknown(Cause),
    /// Too much is waiting already. Nothing happened.
    #[error("busy; try again in {} s", retry_after.as_secs())]
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
}

impl Error {
    /// The rule that said no, if one did.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal),
            Self::NotCommitted(_) | Self::CommitUnknown(_) | Self::Busy { .. } => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal, replayed: false }
    }
}

impl From<StoreFailure> for Error {
    fn from(failure: StoreFailure) -> Self {
        match failure {
            StoreFailure::NotCommitted(cause) => Self::NotCommitted(cause),
            StoreFailure::CommitUnknown(cause) => Self::CommitUnknown(cause),
        }
    }
}

impl From<SubmitError> for Error {
    fn from(_: SubmitError) -> Self {
        Self::Busy { retry_after: Duration::from_secs(1) }
    }
}
