//! What the shop's operator does: orders by number, shipping, cancelling, and what needs a look.

use super::post::Command;
use super::{Error, OrderView, Shop, afterwards};
use crate::error::Refusal;
use crate::rules::order::{Order, OrderId, OrderNumber};
use crate::store::{Alert, OrderSlice};

impl Shop {
    /// Orders, newest first.
    ///
    /// # Errors
    /// The store's failure.
    pub fn orders(&self, slice: &OrderSlice) -> Result<Vec<Order>, Error> {
        self.view(|tx| tx.orders(slice))
    }

    /// The order with this number.
    ///
    /// # Errors
    /// [`Refusal::OrderNotFound`], or the store's failure.
    pub fn order_by_number(&self, number: OrderNumber) -> Result<OrderView, Error> {
        self.find(Refusal::OrderNotFound, |tx| {
            let now = self.now(tx)?;
            tx.order_by_number(number)?.map(|order| OrderView::load(tx, order, self.calendar(), now)).transpose()
        })
    }

    /// The order with this id, as an [`Alert`] names it.
    ///
    /// # Errors
    /// [`Refusal::OrderNotFound`], or the store's failure.
    pub fn order_by_id(&self, id: OrderId) -> Result<OrderView, Error> {
        self.find(Refusal::OrderNotFound, |tx| {
            let now = self.now(tx)?;
            tx.order(id)?.map(|order| OrderView::load(tx, order, self.calendar(), now)).transpose()
        })
    }

    /// Records that an order was sent off.
    ///
    /// # Errors
    /// [`Refusal::OrderNotFound`], [`Refusal::AlreadyShipped`], [`Refusal::NotShippable`], or the store's failure.
    pub fn ship(&self, number: OrderNumber) -> Result<OrderView, Error> {
        let order = self.order_by_number(number)?.order.id;
        self.submit(Command::Ship { order })?;
        afterwards(self.order_by_number(number))
    }

    /// Cancels an order. Where the bank refused its refund, that is sent again, under its own key.
    ///
    /// # Errors
    /// As [`Shop::cancel`].
    pub fn cancel_by_number(&self, number: OrderNumber) -> Result<OrderView, Error> {
        let order = self.order_by_number(number)?.order.id;
        self.cancel_order(order, true)?;
        afterwards(self.order_by_number(number))
    }

    /// What needs an operator's look, newest first, at most `limit` of it.
    ///
    /// # Errors
    /// The store's failure.
    pub fn alerts(&self, limit: u32) -> Result<Vec<Alert>, Error> {
        self.view(|tx| tx.alerts(limit))
    }
}
