//! The shelf that lists and suggestions are read from: made once a version of the catalogue, and shared.
//!
//! Every caller asks the store for the catalogue's version and for what is sold out *now*, in one read: so prices are
//! those of the version, and availability is never older than the question. Locks: the mark of the current shelf is
//! held for a moment only; who makes a new one keeps the others waiting, so that it is made once.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::catalogue::all_on_sale;
use super::{Error, Shop};
use crate::rules::product::Sku;
use crate::rules::search::index::Index;
use crate::rules::search::typos::Lexicon;
use crate::rules::shelf::{Shelf, lexicon};

/// One version of the catalogue, ready to be searched and narrowed.
pub(super) struct Arranged {
    pub(super) shelf: Shelf,
    pub(super) index: Index,
    pub(super) lexicon: Lexicon,
}

/// The shelf of the latest version that anybody asked for.
#[derive(Default)]
pub(super) struct Shelves {
    current: RwLock<Option<Arc<Arranged>>>,
    making: Mutex<()>,
}

impl Shelves {
    fn of_version(&self, version: u64) -> Option<Arc<Arranged>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|arranged| arranged.shelf.version() == version).map(Arc::clone)
    }
}

impl Shop {
    /// Arranges the catalogue to be listed and searched, as the first caller would have to: for a program that starts
    /// to serve customers.
    ///
    /// # Errors
    /// The store's failure.
    pub fn prepare(&self) -> Result<(), Error> {
        self.shelf().map(drop)
    }

    /// The catalogue as it is now, and what of it is sold out.
    pub(super) fn shelf(&self) -> Result<(Arc<Arranged>, Vec<Sku>), Error> {
        let shelves = &self.inner.shelves;
        let (version, sold_out) = self.view(|tx| Ok((tx.catalogue_version()?, tx.sold_out()?)))?;
        if let Some(arranged) = shelves.of_version(version) {
            return Ok((arranged, sold_out));
        }
        let _alone = shelves.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(arranged) = shelves.of_version(version) {
            return Ok((arranged, sold_out));
        }
        // Read together, so that the version is that of exactly these products.
        let (version, products, sold_out) =
            self.view(|tx| Ok((tx.catalogue_version()?, all_on_sale(tx)?, tx.sold_out()?)))?;
        let currency = self.inner.config.currency;
        // Of a hundred thousand products each takes more than a second: so they are made side by side.
        let arranged = std::thread::scope(|threads| {
            let index = threads.spawn(|| Index::of(&products));
            let (shelf, lexicon) = (Shelf::new(version, currency, &products), lexicon(&products));
            let index = index.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Arc::new(Arranged { shelf, index, lexicon })
        });
        *shelves.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&arranged));
        Ok((arranged, sold_out))
    }
}
