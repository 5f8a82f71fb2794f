//! Where the shop's blocking work runs: three lanes, so that one kind of work cannot starve another.
//!
//! | lane | takes | width, queue | why |
//! |---|---|---|---|
//! | browse | reads | 8, 256 | a read takes well under a millisecond |
//! | cart | writes that call nobody | 64, 256 | callers waiting together share one durable write |
//! | checkout | whatever calls the bank | 24, 24 | a call may take as long as its deadline; see `SiteConfig::request_time` |
//!
//! A declined payment besides counts against its visitor, and so does a wrong guess at somebody's order; see
//! `tries.rs`.

use kit_core::{Cause, IdempotencyKey, Token};
use kit_web::{ClientIp, Lane, LaneError};
use shop_core::{AttemptState, Error, Failure, OrderView, PlacedOrder, Refusal, Shop};

use crate::config::SiteConfig;
use crate::problem::{self, GuessError, PayError};
use crate::tries::Tries;

/// How many calls to the bank are under way at once. Our bank checks at most 30 PINs of one merchant at a time and turns
/// the next one away; 24 leaves room for calls that we have given up waiting for and that the bank still works on.
const CALLS: usize = 24;

type Result<T> = std::result::Result<T, Error>;

/// The shop and the lanes to it. Clones share all of it.
#[derive(Clone)]
pub(crate) struct Lanes {
    shop: Shop,
    browse: Lane,
    cart: Lane,
    checkout: Lane,
    tries: Tries,
    guesses: Tries,
}

impl Lanes {
    pub(crate) fn new(shop: Shop, config: &SiteConfig) -> Self {
        Self {
            shop,
            browse: Lane::new("browse", 8, 256),
            cart: Lane::new("cart", 64, 256),
            checkout: Lane::new("checkout", CALLS, CALLS),
            tries: Tries::new(config.clock.clone()),
            guesses: Tries::new(config.clock.clone()),
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

    /// Calls the bank with a PIN that `visitor` typed, to pay `order` under `key`.
    ///
    /// What was sent before is answered whatever the visitor's tries are: it asks no bank. Of the rest only declines
    /// count, once the bank has spoken, and what tells that an e-mail address has used a code before; how many guesses at
    /// once can slip through together is bounded by the lane.
    pub(crate) async fn pay(
        &self,
        visitor: ClientIp,
        order: Token,
        key: IdempotencyKey,
        work: impl FnOnce(&Shop) -> Result<PlacedOrder> + Send + 'static,
    ) -> std::result::Result<PlacedOrder, PayError> {
        let tries = self.tries.clone();
        // All of it runs in the lane: a visitor who hangs up is counted all the same, and one whose guesses wait there
        // meets the declines of those before.
        let paid = self.run(&self.checkout, move |shop| {
            if let Err(retry_after) = tries.check(visitor.0)
                && !shop.was_sent(&order, &key)?
            {
                return Err(PayError::TooManyTries { retry_after });
            }
            let placed = work(shop).inspect_err(|error| {
                if problem::is_of_used_code(error) {
                    tries.count(visitor.0);
                }
            })?;
            if !placed.replayed && was_declined(&placed.order) {
                tries.count(visitor.0);
            }
            Ok(placed)
        });
        paid.await
    }

    /// Writes for a `visitor` who names what few should know: an order's number and address. What there is not counts
    /// against the visitor. A discount code is no such thing: people are meant to know it, or it has 60 random bits.
    pub(crate) async fn guess<T: Send + 'static>(
        &self,
        visitor: ClientIp,
        work: impl FnOnce(&Shop) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, GuessError> {
        let guesses = self.guesses.clone();
        self.run(&self.cart, move |shop| {
            guesses.check(visitor.0).map_err(|retry_after| GuessError::TooMany { retry_after })?;
            work(shop).map_err(|error| {
                if matches!(error, Error::Refused(Refusal::OrderNotFound)) {
                    guesses.count(visitor.0);
                }
                error.into()
            })
        })
        .await
    }

    async fn run<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        lane: &Lane,
        work: impl FnOnce(&Shop) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E> {
        let shop = self.shop.clone();
        match lane.run(move || work(&shop)).await {
            Ok(outcome) => outcome,
            Err(LaneError::Busy { retry_after }) => Err(Error::Busy { retry_after }.into()),
            // Nobody can say how far it came.
            Err(LaneError::Panicked) => Err(Error::CommitUnknown(Cause::new("a use case panicked")).into()),
        }
    }
}

fn was_declined(order: &OrderView) -> bool {
    order.last_attempt().is_some_and(|attempt| {
        attempt.state == AttemptState::Failed && matches!(attempt.failure, Some(Failure::Declined { .. }))
    })
}
