//! A mailer in memory that fails as it is told.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::{MailError, Mailer, Message};

/// Keeps what was sent; fails as often as it was told to.
#[derive(Debug, Default)]
pub struct MemoryMailer {
    sent: Mutex<Vec<Message>>,
    came: Condvar,
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

    /// What was sent, once that is `count` messages at least, or once `patience` has ended.
    #[must_use]
    pub fn wait_for(&self, count: usize, patience: Duration) -> Vec<Message> {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let few = |sent: &mut Vec<Message>| sent.len() < count;
        self.came.wait_timeout_while(sent, patience, few).unwrap_or_else(PoisonError::into_inner).0.clone()
    }
}

impl Mailer for MemoryMailer {
    fn send(&self, message: &Message) -> Result<(), MailError> {
        if let Some(error) = self.failures.lock().unwrap_or_else(PoisonError::into_inner).pop_front() {
            return Err(error);
        }
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(message.clone());
        self.came.notify_all();
        Ok(())
    }
}
