//! The cart: opened by a token, kept until it is ordered or forgotten.

use kit_core::{Timestamp, Token, TokenHash};

use super::post::{Command, Decided, Outcome};
use super::{Error, Shop};
use crate::error::Refusal;
use crate::rules::cart::{self, Cart, CartView, Change, Quantity};
use crate::rules::product::{Product, Sku};
use crate::store::{ReadTx, Result as StoreResult, WriteTx};

impl Shop {
    /// The cart that `token` opens, at today's prices. A token that was never used opens an empty cart.
    ///
    /// # Errors
    /// The store's failure.
    pub fn cart(&self, token: &Token) -> Result<CartView, Error> {
        let hash = token.hash();
        let (lines, products) = self.view(|tx| {
            let lines = tx.cart(&hash)?.map_or_else(Vec::new, |cart| cart.lines);
            let products = products_of(tx, &lines)?;
            Ok((lines, products))
        })?;
        let view = cart::price(&lines, &products, self.inner.config.currency).map_err(Refusal::from)?;
        Ok(view)
    }

    /// Sets a line to `quantity` units, putting it into the cart where it is not there yet.
    ///
    /// # Errors
    /// [`Refusal::ProductNotFound`], [`Refusal::OutOfStock`], [`Refusal::CartFull`], or the store's failure.
    pub fn set_line(&self, token: &Token, sku: &Sku, quantity: Quantity) -> Result<CartView, Error> {
        self.put_line(token, sku, quantity, Change::Set)
    }

    /// Adds `quantity` units to what the cart has of a product.
    ///
    /// # Errors
    /// As [`Shop::set_line`], and [`Refusal::QuantityInvalid`] where the line would pass its limit.
    pub fn add_line(&self, token: &Token, sku: &Sku, quantity: Quantity) -> Result<CartView, Error> {
        self.put_line(token, sku, quantity, Change::Add)
    }

    fn put_line(&self, token: &Token, sku: &Sku, quantity: Quantity, change: Change) -> Result<CartView, Error> {
        self.submit(Command::PutLine { cart: token.hash(), sku: sku.clone(), quantity, change })?;
        self.cart(token)
    }

    /// Takes a line out of the cart. A line that is not there is no error.
    ///
    /// # Errors
    /// The store's failure.
    pub fn remove_line(&self, token: &Token, sku: &Sku) -> Result<CartView, Error> {
        self.submit(Command::RemoveLine { cart: token.hash(), sku: sku.clone() })?;
        self.cart(token)
    }
}

/// The products that a cart's lines name.
pub(super) fn products_of(tx: &dyn ReadTx, lines: &[cart::CartLine]) -> StoreResult<Vec<Product>> {
    let skus: Vec<Sku> = lines.iter().map(|line| line.sku.clone()).collect();
    tx.products(&skus)
}

pub(super) fn put(
    tx: &mut dyn WriteTx,
    now: Timestamp,
    token: TokenHash,
    sku: &Sku,
    quantity: Quantity,
    change: Change,
) -> Decided {
    let Some(product) = tx.product(sku)? else { return Ok(Err(Refusal::ProductNotFound)) };
    let cart = tx.cart(&token)?.unwrap_or(Cart { token, lines: Vec::new(), used_at: now });
    let cart = match cart::put_line(cart, &product, quantity, change) {
        Ok(cart) => cart,
        Err(refusal) => return Ok(Err(refusal)),
    };
    tx.put_cart(&Cart { used_at: now, ..cart })?;
    Ok(Ok(Outcome::Done))
}

pub(super) fn remove(tx: &mut dyn WriteTx, now: Timestamp, token: TokenHash, sku: &Sku) -> Decided {
    if let Some(mut cart) = tx.cart(&token)? {
        cart.lines.retain(|line| line.sku != *sku);
        tx.put_cart(&Cart { used_at: now, ..cart })?;
    }
    Ok(Ok(Outcome::Done))
}
