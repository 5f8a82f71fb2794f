//! A program that can fail and die at any moment.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Dice, pause};
use crate::StoreFailure;

/// How often a store fails, in cases of a thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// A read fails.
    pub read_fails: u32,
    /// A write is rolled back and run again from scratch, with other writes in between.
    pub conflict: u32,
    /// A write is rolled back and fails.
    pub not_committed: u32,
    /// A commit fails, and nobody knows whether it happened. Half of them did.
    pub commit_unknown: u32,
    /// Of these, how many make the store refuse writes until the program is started again, as SQLite's does.
    pub stops_after_unknown: u32,
}

/// What becomes of one write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteFate {
    /// It is committed.
    Committed,
    /// It is rolled back, and the caller is told so.
    NotCommitted,
    /// It is committed, and the caller is told that nobody knows.
    UnknownKept,
    /// It is lost, and the caller is told that nobody knows.
    UnknownLost,
}

/// One life of a simulated program, from its start to its crash, as its store sees it.
///
/// A store wrapper asks it before and after each access. It pauses there, so that other tasks run in between and a crash
/// can fall there; it refuses everything once the program is dead.
pub struct Process {
    dice: Mutex<Dice>,
    faults: Faults,
    alive: AtomicBool,
    stopped: AtomicBool,
    healed: AtomicBool,
    commits: Arc<AtomicU64>,
}

impl Process {
    /// A program that was just started. `commits` counts what its store commits, beyond its death.
    #[must_use]
    pub fn start(seed: u64, faults: Faults, commits: Arc<AtomicU64>) -> Self {
        let (alive, stopped, healed) = (AtomicBool::new(true), AtomicBool::new(false), AtomicBool::new(false));
        Self { dice: Mutex::new(Dice::new(seed)), faults, alive, stopped, healed, commits }
    }

    /// Ends it: its store does nothing more.
    pub fn die(&self) {
        self.alive.store(false, Ordering::SeqCst);
    }

    /// Nothing fails from now on. A store that has stopped stays so until the program is started again.
    pub fn heal(&self) {
        self.healed.store(true, Ordering::SeqCst);
    }

    fn faults(&self) -> Faults {
        if self.healed.load(Ordering::SeqCst) { Faults::default() } else { self.faults }
    }

    /// Whether its store refuses writes until it is started again.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Before a read.
    ///
    /// # Errors
    /// The failure that the read is to have.
    pub fn before_read(&self) -> Result<(), StoreFailure> {
        pause();
        if !self.alive.load(Ordering::SeqCst) || self.dice().permille(self.faults().read_fails) {
            return Err(StoreFailure::not_committed("the disk cannot be read"));
        }
        Ok(())
    }

    /// Before a write: whether it is to run once in vain, and what becomes of it.
    ///
    /// # Errors
    /// The failure of a store that takes no writes.
    pub fn before_write(&self) -> Result<(bool, WriteFate), StoreFailure> {
        pause();
        if !self.alive.load(Ordering::SeqCst) || self.is_stopped() {
            return Err(StoreFailure::not_committed("the store takes no writes"));
        }
        let faults = self.faults();
        let mut dice = self.dice();
        let conflict = dice.permille(faults.conflict);
        let fate = if dice.permille(faults.not_committed) {
            WriteFate::NotCommitted
        } else if dice.permille(faults.commit_unknown) {
            if dice.permille(faults.stops_after_unknown) {
                self.stopped.store(true, Ordering::SeqCst);
            }
            if dice.permille(500) { WriteFate::UnknownKept } else { WriteFate::UnknownLost }
        } else {
            WriteFate::Committed
        };
        Ok((conflict, fate))
    }

    /// After a commit: the place where a crash leaves a write done and its caller without an answer.
    pub fn after_commit(&self) {
        self.commits.fetch_add(1, Ordering::SeqCst);
        pause();
    }

    fn dice(&self) -> std::sync::MutexGuard<'_, Dice> {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Process {
    /// Carries one write through its fate. `attempt(true)` runs the work and commits it, `attempt(false)` runs it and
    /// rolls it back.
    ///
    /// # Errors
    /// What the work failed with, or the failure that the write is to have.
    pub fn write<E: From<StoreFailure>>(&self, mut attempt: impl FnMut(bool) -> Result<(), E>) -> Result<(), E> {
        let (conflict, fate) = self.before_write()?;
        if conflict {
            let _ = attempt(false);
            pause();
        }
        match fate {
            WriteFate::Committed | WriteFate::UnknownKept => {
                attempt(true)?;
                self.after_commit();
            }
            WriteFate::NotCommitted | WriteFate::UnknownLost => {
                let _ = attempt(false);
            }
        }
        match fate {
            WriteFate::Committed => Ok(()),
            WriteFate::NotCommitted => Err(StoreFailure::not_committed("the write was rolled back").into()),
            WriteFate::UnknownKept | WriteFate::UnknownLost => {
                Err(StoreFailure::commit_unknown("the sync failed").into())
            }
        }
    }
}
