//! What is known after a write failed.

use std::fmt;
use std::sync::Arc;

/// Why something failed: for the log, never for a customer. Clonable, as one failed batch answers many callers.
#[derive(Clone)]
pub struct Cause(Arc<dyn std::error::Error + Send + Sync>);

impl Cause {
    /// Wraps an error or a message.
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(Arc::from(error.into()))
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(inner) = source {
            write!(f, ": {inner}")?;
            source = inner.source();
        }
        Ok(())
    }
}

/// A store's failure, told by what is known of the write.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreFailure {
    /// Nothing happened: the write was rolled back or never began.
    #[error("not committed: {0}")]
    NotCommitted(Cause),
    /// COMMIT or its sync failed: it may or may not have happened. Look up before doing it again.
    #[error("commit unknown: {0}")]
    CommitUnknown(Cause),
}

impl StoreFailure {
    /// A failure before anything happened.
    pub fn not_committed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::NotCommitted(Cause::new(error))
    }

    /// A failure of the commit itself.
    pub fn commit_unknown(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::CommitUnknown(Cause::new(error))
    }
}
