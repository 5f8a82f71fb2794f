//! A shop's store that fails and dies with its program: for simulations.

use std::sync::Arc;

use kit_core::StoreFailure;
use kit_core::testing::Process;

use crate::store::{ReadWork, Result, Store, WriteWork};

/// A store as one life of a simulated shop sees it: it fails as [`Process`] says, and what it committed outlives the
/// crash.
pub struct FaultyStore {
    store: Arc<dyn Store>,
    process: Arc<Process>,
}

impl FaultyStore {
    /// `store`, seen from `process`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, process: Arc<Process>) -> Self {
        Self { store, process }
    }
}

impl Store for FaultyStore {
    fn read(&self, work: ReadWork<'_>) -> Result<()> {
        self.process.before_read()?;
        self.store.read(work)
    }

    fn write(&self, work: WriteWork<'_>) -> Result<()> {
        self.process.write(|commit| {
            self.store.write(&mut |tx| {
                work(tx)?;
                if commit { Ok(()) } else { Err(StoreFailure::not_committed("rolled back")) }
            })
        })
    }
}
