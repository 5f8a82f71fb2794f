//! A bounded waiting room before the hashing: overload is told at once, before a try is counted.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kit_core::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::model::MerchantId;

/// The most places that one merchant's payments may take. Twenty failing accounts end a merchant's charging by PIN, and
/// whoever sprays one PIN must be stopped within fifty hashes: so thirty may be under way. It also leaves room for
/// other merchants, and for the bank's own pages.
const OF_ONE_MERCHANT: usize = 30;

/// The room.
pub(super) struct HashQueue {
    taken: Arc<Mutex<Taken>>,
    most: usize,
}

#[derive(Default)]
struct Taken {
    all: usize,
    of_merchants: HashMap<MerchantId, usize>,
}

/// A place in it, until dropped.
pub(super) struct Place {
    taken: Arc<Mutex<Taken>>,
    merchant: Option<MerchantId>,
}

impl HashQueue {
    pub(super) fn new(most: usize) -> Self {
        Self { taken: Arc::default(), most }
    }

    /// Takes a place, or says that there is none.
    pub(super) fn enter(&self) -> Result<Place> {
        self.enter_for(None)
    }

    /// Takes a place on behalf of a merchant, or says that there is none.
    pub(super) fn enter_for(&self, merchant: Option<MerchantId>) -> Result<Place> {
        let mut taken = lock(&self.taken);
        let own = merchant.and_then(|id| taken.of_merchants.get(&id)).copied().unwrap_or(0);
        if taken.all >= self.most || own >= OF_ONE_MERCHANT {
            return Err(Error::Busy { retry_after: Duration::from_secs(1) });
        }
        taken.all += 1;
        if let Some(merchant) = merchant {
            taken.of_merchants.insert(merchant, own + 1);
        }
        Ok(Place { taken: Arc::clone(&self.taken), merchant })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.all -= 1;
        if let Some(merchant) = self.merchant
            && let Some(own) = taken.of_merchants.get_mut(&merchant)
        {
            *own -= 1;
            if *own == 0 {
                taken.of_merchants.remove(&merchant);
            }
        }
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}
