//! Where the shop's blocking work runs: three lanes, so that one kind of work cannot starve another.
//!
//! | lane | takes | width, queue | why |
//! |---|---|---|---|
//! | browse | reads | 8, 256 | a read takes well under a millisecond |
//! | cart | writes that call nobody | 64, 256 | callers waiting together share one durable write |
//! | checkout | whatever calls the bank | 32, 32 | a call may take as long as its deadline; see `SiteConfig::request_time` |
//!
//! A checkout besides counts against its visitor; see `tries.rs`.

use kit_core::Cause;
use kit_web::{ClientIp, Lane, LaneError};
use shop_core::{AttemptState, Error, Failure, OrderView, PlacedOrder, Shop};

use crate::config::SiteConfig;
use crate::problem::PayError;
use crate::tries::Tries;

type Result<T> = std::result::Result<T, Error>;

/// The shop and the lanes to it. Clones share all of it.
#[derive(Clone)]
pub(crate) struct Lanes {
    shop: Shop,
    browse: Lane,
    cart: Lane,
    checkout: Lane,
    tries: Tries,
}

impl Lanes {
    pub(crate) fn new(shop: Shop, config: &SiteConfig) -> Self {
        Self {
            shop,
            browse: Lane::new("browse", 8, 256),
            cart: Lane::new("cart", 64, 256),
            checkout: Lane::new("checkout", 32, 32),
            tries: Tries::new(config.clock.clone()),
        }
    }

    /// The shop, for what does not block.
    pub(crate) fn shop(&self) -> &Shop {
        &self.shop
    }

    /// Reads.
    pub(crate) async fn browse<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shop) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run(&self.browse, work).await
    }

    /// Writes that call nobody.
    pub(crate) async fn cart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shop) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run(&self.cart, work).await
    }

    /// Calls the bank without a PIN.
    pub(crate) async fn checkout<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shop) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run(&self.checkout, work).await
    }

    /// Calls the bank with a PIN that `visitor` typed.
    pub(crate) async fn pay(
        &self,
        visitor: ClientIp,
        work: impl FnOnce(&Shop) -> Result<PlacedOrder> + Send + 'static,
    ) -> std::result::Result<PlacedOrder, PayError> {
        let taken = self.tries.take(visitor.0).map_err(|retry_after| PayError::TooManyTries { retry_after })?;
        // The try travels with the work: a visitor who hangs up does not get it back before the bank has spoken.
        let placed = self.checkout(move |shop| {
            let placed = work(shop);
            if placed.as_ref().is_ok_and(|placed| was_declined(&placed.order)) {
                taken.keep();
            }
            placed
        });
        Ok(placed.await?)
    }

    async fn run<T: Send + 'static>(
        &self,
        lane: &Lane,
        work: impl FnOnce(&Shop) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let shop = self.shop.clone();
        match lane.run(move || work(&shop)).await {
            Ok(outcome) => outcome,
            Err(LaneError::Busy { retry_after }) => Err(Error::Busy { retry_after }),
            // Nobody can say how far it came.
            Err(LaneError::Panicked) => Err(Error::CommitUnknown(Cause::new("a use case panicked"))),
        }
    }
}

fn was_declined(order: &OrderView) -> bool {
    order.last_attempt().is_some_and(|attempt| {
        attempt.state == AttemptState::Failed && matches!(attempt.failure, Some(Failure::Declined { .. }))
    })
}
