//! Where the bank's blocking work runs: four lanes, so that one kind of work cannot starve another.
//!
//! | lane | takes | width, queue | why |
//! |---|---|---|---|
//! | browse | reads, and who is asking | 8, 256 | a read takes well under a millisecond |
//! | money | writes without a hash | 64, 256 | callers waiting together share one durable write |
//! | hash | customers' PINs and passwords | twice the cores, 64 | a hash takes a core for 20 ms; the rest waits for the disk |
//! | charge | PINs that merchants send | twice the cores, 64 | merchants must not keep customers from logging in |
//!
//! At 20 ms each, the last one in both full queues waits 128 / 2 × 20 ms = 1.3 s on two cores: far below the deadline of
//! a request.

use bank_core::{Bank, Error, Result};
use kit_core::Cause;
use kit_web::{Lane, LaneError};

/// The bank and the lanes to it. Clones share both.
#[derive(Clone)]
pub(crate) struct Lanes {
    bank: Bank,
    browse: Lane,
    money: Lane,
    hash: Lane,
    charge: Lane,
}

impl Lanes {
    pub(crate) fn new(bank: Bank) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            bank,
            browse: Lane::new("browse", 8, 256),
            money: Lane::new("money", 64, 256),
            hash: Lane::new("hash", 2 * cores, 64),
            charge: Lane::new("charge", 2 * cores, 64),
        }
    }

    /// The bank, for what does not block.
    pub(crate) fn bank(&self) -> &Bank {
        &self.bank
    }

    /// Reads.
    pub(crate) async fn browse<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Bank) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run(&self.browse, work).await
    }

    /// Writes without hashing.
    pub(crate) async fn money<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Bank) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run(&self.money, work).await
    }

    /// Hashes a PIN or a password, whatever else it does.
    pub(crate) async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Bank) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run(&self.hash, work).await
    }

    /// Checks a PIN that a merchant sent, and charges.
    pub(crate) async fn charge<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Bank) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run(&self.charge, work).await
    }

    async fn run<T: Send + 'static>(
        &self,
        lane: &Lane,
        work: impl FnOnce(&Bank) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let bank = self.bank.clone();
        match lane.run(move || work(&bank)).await {
            Ok(outcome) => outcome,
            Err(LaneError::Busy { retry_after }) => Err(Error::Busy { retry_after }),
            // Nobody can say how far it came.
            Err(LaneError::Panicked) => Err(Error::CommitUnknown(Cause::new("a use case panicked"))),
        }
    }
}
