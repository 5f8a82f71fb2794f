//! A bank's store that fails and dies with its program, and a hasher during which others run: for simulations.

use std::sync::Arc;

use kit_core::StoreFailure;
use kit_core::testing::{Process, pause};

use super::PlainHasher;
use crate::error::{Error, Result};
use crate::hashing::{Pepper, SecretHasher, Verdict};
use crate::model::StoredHash;
use crate::store::{ReadTx, Store, WriteTx};

/// A store as one life of a simulated bank sees it: it fails as [`Process`] says, and what it committed outlives the
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
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> Result<()>) -> Result<()> {
        self.process.before_read()?;
        self.store.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> Result<()>) -> Result<()> {
        self.process.write(|commit| {
            self.store.write(&mut |tx| {
                work(tx)?;
                if commit { Ok(()) } else { Err(Error::from(StoreFailure::not_committed("rolled back"))) }
            })
        })
    }
}

/// A [`PlainHasher`] during which other tasks run, as they do while a real one computes.
#[derive(Default)]
pub struct PausingHasher(PlainHasher);

impl SecretHasher for PausingHasher {
    fn hash(&self, secret: &str, owner: &[u8], salt: [u8; 16]) -> StoredHash {
        pause();
        self.0.hash(secret, owner, salt)
    }

    fn verify(&self, secret: &str, owner: &[u8], stored: &StoredHash) -> Verdict {
        pause();
        self.0.verify(secret, owner, stored)
    }

    fn pepper(&self) -> &Pepper {
        self.0.pepper()
    }
}
