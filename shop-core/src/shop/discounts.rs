//! Discount codes: what the operator does with them, and their uses.

use kit_core::Timestamp;

use super::post::{Command, Decided, Outcome};
use super::{Error, Shop};
use crate::error::Refusal;
use crate::rules::discount::{Discount, DiscountCode, DiscountTerms, MAX_GENERATED};
use crate::rules::order::Order;
use crate::store::{ReadTx, Result as StoreResult, WriteTx};

impl Shop {
    /// Makes a discount code. One that is over may be made again; orders from before do not count for it.
    ///
    /// # Errors
    /// [`Refusal::DiscountInvalid`], [`Refusal::DiscountExists`], [`Refusal::CategoryNotFound`], or the store's failure.
    pub fn add_discount(&self, terms: DiscountTerms) -> Result<Discount, Error> {
        terms.check()?;
        let code = terms.code.clone();
        self.submit(Command::AddDiscounts { terms: vec![terms] })?;
        super::afterwards(self.find(Refusal::DiscountNotFound, |tx| find(tx, &code)))
    }

    /// Makes `count` codes that nobody guesses, each for one order, all in one write; at most [`MAX_GENERATED`]. Of
    /// `terms`, code and uses do not count.
    ///
    /// # Errors
    /// As [`Shop::add_discount`].
    pub fn generate_discounts(&self, terms: &DiscountTerms, count: usize) -> Result<Vec<DiscountCode>, Error> {
        terms.check()?;
        let code = || DiscountCode::from_random(self.inner.env.random());
        let codes: Vec<DiscountCode> = (0..count.min(MAX_GENERATED)).map(|_| code()).collect();
        let single = |code: &DiscountCode| DiscountTerms { code: code.clone(), max_uses: Some(1), ..terms.clone() };
        self.submit(Command::AddDiscounts { terms: codes.iter().map(single).collect() })?;
        Ok(codes)
    }

    /// Ends a discount code at once. Orders that hold it keep their price; ending it twice is no error.
    ///
    /// # Errors
    /// [`Refusal::DiscountNotFound`], or the store's failure.
    pub fn end_discount(&self, code: &DiscountCode) -> Result<Discount, Error> {
        self.submit(Command::EndDiscount { code: code.clone() })?;
        super::afterwards(self.find(Refusal::DiscountNotFound, |tx| find(tx, code)))
    }

    /// Every discount code there ever was, by code.
    ///
    /// # Errors
    /// The store's failure.
    pub fn discounts(&self) -> Result<Vec<Discount>, Error> {
        self.view(|tx| tx.discounts())
    }
}

/// The discount that somebody means by a code. Written with the same hyphens it is the one of two that older versions
/// took apart.
pub(super) fn find(tx: &dyn ReadTx, code: &DiscountCode) -> StoreResult<Option<Discount>> {
    match tx.discount(code)? {
        None => tx.discount_by_key(&code.key()),
        found => Ok(found),
    }
}

/// All of them, or none.
pub(super) fn add(tx: &mut dyn WriteTx, now: Timestamp, list: &[DiscountTerms]) -> Decided {
    for terms in list {
        if let Err(refusal) = add_one(tx, now, terms)? {
            return Ok(Err(refusal));
        }
    }
    Ok(Ok(Outcome::Done))
}

fn add_one(tx: &mut dyn WriteTx, now: Timestamp, terms: &DiscountTerms) -> Decided {
    if terms.valid_until.is_some_and(|until| until <= now) {
        return Ok(Err(Refusal::DiscountInvalid { problem: "until" }));
    }
    let mut terms = terms.clone();
    if let Some(old) = find(tx, &terms.code)? {
        if !old.is_over(now) {
            return Ok(Err(Refusal::DiscountExists));
        }
        // Written as before: carts and orders hold it so.
        terms.code = old.terms.code;
    }
    if let Some(category) = &terms.category
        && !tx.categories()?.iter().any(|(slug, _)| slug == category)
    {
        return Ok(Err(Refusal::CategoryNotFound));
    }
    tx.put_discount(&Discount { terms, uses: 0, created_at: now, ended_at: None })?;
    Ok(Ok(Outcome::Done))
}

pub(super) fn end(tx: &mut dyn WriteTx, now: Timestamp, code: &DiscountCode) -> Decided {
    let Some(discount) = find(tx, code)? else { return Ok(Err(Refusal::DiscountNotFound)) };
    if discount.ended_at.is_none() {
        tx.put_discount(&Discount { ended_at: Some(now), ..discount })?;
    }
    Ok(Ok(Outcome::Done))
}

/// Takes the use that an order is placed with. Whether there is one left was decided with its price.
pub(super) fn take_use(tx: &mut dyn WriteTx, order: &Order) -> StoreResult<()> {
    let Some(held) = &order.discount else { return Ok(()) };
    let Some(discount) = tx.discount(&held.code)? else { return Ok(()) };
    let uses = discount.uses.saturating_add(1);
    tx.put_discount(&Discount { uses, ..discount })
}

/// Gives back the use that an order held. Called exactly once an order, with its stock.
pub(super) fn return_use(tx: &mut dyn WriteTx, order: &Order) -> StoreResult<()> {
    let Some(held) = &order.discount else { return Ok(()) };
    let Some(discount) = tx.discount(&held.code)?.filter(|discount| discount.counts(order)) else { return Ok(()) };
    let uses = discount.uses.saturating_sub(1);
    tx.put_discount(&Discount { uses, ..discount })
}
