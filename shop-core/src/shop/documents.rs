//! Invoices and credit notes: when their numbers are taken, and how they are read.

use kit_core::{Timestamp, Token};

use super::{Error, Shop, orders};
use crate::error::Refusal;
use crate::rules::invoice::{self, DocumentKind, Invoice, Issued};
use crate::store::{Result as StoreResult, WriteTx};

impl Shop {
    /// The invoice of the order whose page `token` opens.
    ///
    /// # Errors
    /// [`Refusal::OrderNotFound`], [`Refusal::NotInvoiced`] for one that was never paid, or the store's failure.
    pub fn invoice(&self, token: &Token) -> Result<Invoice, Error> {
        self.document(token, DocumentKind::Invoice)
    }

    /// The credit note of the order whose page `token` opens: it takes the invoice back.
    ///
    /// # Errors
    /// [`Refusal::OrderNotFound`], [`Refusal::NotInvoiced`] for one whose money was not given back, or the store's failure.
    pub fn credit_note(&self, token: &Token) -> Result<Invoice, Error> {
        self.document(token, DocumentKind::CreditNote)
    }

    fn document(&self, token: &Token, kind: DocumentKind) -> Result<Invoice, Error> {
        let hash = token.hash();
        let (order, attempts) = self.find(Refusal::OrderNotFound, |tx| {
            let Some(order) = orders::opened_by(tx, &hash, self.now(tx)?)? else { return Ok(None) };
            let attempts = tx.attempts(order.id)?;
            Ok(Some((order, attempts)))
        })?;
        let document = invoice::document(kind, &order, &attempts, &self.inner.config.seller, self.calendar());
        Ok(document.ok_or(Refusal::NotInvoiced)?)
    }
}

/// Takes the next number of a sequence, in the write that gives the order its reason for it.
pub(super) fn issue(tx: &mut dyn WriteTx, now: Timestamp, kind: DocumentKind) -> StoreResult<Issued> {
    let mut numbers = tx.last_numbers()?;
    let issued = numbers.issue(kind, now);
    tx.set_last_numbers(numbers)?;
    Ok(issued)
}
