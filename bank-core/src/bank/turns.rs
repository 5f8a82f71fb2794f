//! One PIN check at a time for each account.
//!
//! A try counts as failed until it is known to be right. Were two right PINs of one account checked side by side, the
//! second would see the first one's provisional failure, and a handful of them would be told to wait.

use std::collections::HashSet;
use std::sync::Arc;

use kit_core::AccountNumber;
use kit_core::gate::{Question, Wait};
use kit_core::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Whose turn it is.
#[derive(Default)]
pub(super) struct Turns {
    shared: Arc<Shared>,
    /// How to wait where a simulator says who goes on.
    wait: Option<Wait>,
}

#[derive(Default)]
struct Shared {
    busy: Mutex<HashSet<AccountNumber>>,
    freed: Condvar,
}

/// The account's turn, until dropped.
pub(super) struct Turn {
    shared: Arc<Shared>,
    account: AccountNumber,
}

impl Turns {
    pub(super) fn new(wait: Option<Wait>) -> Self {
        Self { shared: Arc::default(), wait }
    }

    /// Waits until no other PIN of this account, existing or not, is being checked. How many wait is bounded by the
    /// hashing queue, in which each of them has a place already.
    pub(super) fn take(&self, account: AccountNumber) -> Turn {
        let shared = &self.shared;
        let mut busy = shared.lock();
        while !busy.insert(account) {
            busy = match &self.wait {
                None => shared.freed.wait(busy).unwrap_or_else(PoisonError::into_inner),
                Some(wait) => {
                    drop(busy);
                    let asked = Arc::clone(shared);
                    let free: Question = Arc::new(move || !asked.lock().contains(&account));
                    wait(&free);
                    shared.lock()
                }
            };
        }
        drop(busy);
        Turn { shared: Arc::clone(shared), account }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, HashSet<AccountNumber>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.shared.lock().remove(&self.account);
        self.shared.freed.notify_all();
    }
}
