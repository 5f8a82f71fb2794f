//! Discount codes: what the operator does with them, and their uses.

use kit_core::Timestamp;

use super::post::{Command, Decided, Outcome};
use super::{Error, Shop};
use crate::error::Refusal;
use crate::rules::discount::{Discount, DiscountCode, DiscountTerms};
use crate::rules::order::Order;
use crate::store::{Result as StoreResult, WriteTx};

impl Shop {
    /// Makes a discount code.
    ///
    /// # Errors
    /// [`Refusal::DiscountInvalid`], [`Refusal::DiscountExists`], [`Refusal::CategoryNotFound`], or the store's failure.
    pub fn add_discount(&self, terms: DiscountTerms) -> Result<Discount, Error> {
        terms.check()?;
        let code = terms.code.clone();
        self.submit(Command::AddDiscount { terms: Box::new(terms) })?;
        super::afterwards(self.find(Refusal::DiscountNotFound, |tx| tx.discount(&code)))
    }

    /// Ends a discount code at once. Orders that hold it keep their price; ending it twice is no error.
    ///
    /// # Errors
    /// [`Refusal::DiscountNotFound`], or the store's failure.
    pub fn end_discount(&self, code: &DiscountCode) -> Result<Discount, Error> {
        self.submit(Command::EndDiscount { code: code.clone() })?;
        super::afterwards(self.find(Refusal::DiscountNotFound, |tx| tx.discount(code)))
    }

    /// Every discount code there ever was, by code.
    ///
    /// # Errors
    /// The store's failure.
    pub fn discounts(&self) -> Result<Vec<Discount>, Error> {
        self.view(|tx| tx.discounts())
    }
}

pub(super) fn add(tx: &mut dyn WriteTx, now: Timestamp, terms: &DiscountTerms) -> Decided {
    if tx.discount(&terms.code)?.is_some() {
        return Ok(Err(Refusal::DiscountExists));
    }
    if let Some(category) = &terms.category
        && !tx.categories()?.iter().any(|(slug, _)| slug == category)
    {
        return Ok(Err(Refusal::CategoryNotFound));
    }
    tx.put_discount(&Discount { terms: terms.clone(), uses: 0, created_at: now, ended_at: None })?;
    Ok(Ok(Outcome::Done))
}

pub(super) fn end(tx: &mut dyn WriteTx, now: Timestamp, code: &DiscountCode) -> Decided {
    let Some(discount) = tx.discount(code)? else { return Ok(Err(Refusal::DiscountNotFound)) };
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
    let Some(discount) = tx.discount(&held.code)? else { return Ok(()) };
    let uses = discount.uses.saturating_sub(1);
    tx.put_discount(&Discount { uses, ..discount })
}
