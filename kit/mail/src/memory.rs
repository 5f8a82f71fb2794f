//! A mailer in memory that fails as it is told.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::{MailError, Mailer, Message};

/// Keeps what was sent; fails as often as it was told to.
#[derive(Debug, Default)]
pub struct MemoryMailer {
    sent: Mutex<Vec<Message>>,
    failures: Mutex<VecDeque<MailError>>,
}

impl MemoryMailer {
    /// The next message is not taken, for this reason. Several are told in the order in which they were given.
    pub fn fail_next(&self, error: MailError) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).push_back(error);
    }

    /// What was sent, oldest first.
    #[must_use]
    pub fn sent(&self) -> Vec<Message> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Mailer for MemoryMailer {
    fn send(&self, message: &Message) -> Result<(), MailError> {
        if let Some(error) = self.failures.lock().unwrap_or_else(PoisonError::into_inner).pop_front() {
            return Err(error);
        }
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(message.clone());
        Ok(())
    }
}
