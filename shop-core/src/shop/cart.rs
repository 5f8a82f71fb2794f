//! The cart: opened by a token, kept until it is ordered or forgotten.

use kit_core::{Timestamp, Token, TokenHash};

use super::post::{Command, Decided, Outcome};
use super::{Error, Shop, discounts};
use crate::error::Refusal;
use crate::rules::cart::{self, Cart, CartView, Change, Quantity, Redemption, Tariff};
use crate::rules::discount::{Discount, DiscountCode};
use crate::rules::product::{Product, Sku};
use crate::rules::shipping::{self, DeliveryEstimate, ShippingOffer};
use crate::store::{ReadTx, Result as StoreResult, WriteTx};

impl Shop {
    /// The cart that `token` opens, at today's prices. A token that was never used opens an empty cart.
    ///
    /// # Errors
    /// The store's failure.
    pub fn cart(&self, token: &Token) -> Result<CartView, Error> {
        let hash = token.hash();
        let config = &self.inner.config;
        let (cart, products, discount, now) = self.view(|tx| {
            let cart = tx.cart(&hash)?.unwrap_or_else(|| Cart::empty(hash, Timestamp::EPOCH));
            let products = products_of(tx, &cart.lines)?;
            let discount = cart.code.as_ref().map(|code| tx.discount(code)).transpose()?.flatten();
            Ok((cart, products, discount, self.now(tx)?))
        })?;
        let (currency, vat_rate, today) = (config.currency, config.vat_rate, self.calendar().day(now));
        let tariff = Tariff { currency, vat_rate, shipping: &config.shipping, now, today };
        // Who orders is not known yet: whether an address used the code before is said at the checkout.
        let redemption = redemption(&cart, discount.as_ref(), false);
        Ok(cart::price(&cart.lines, &products, redemption, tariff).map_err(Refusal::from)?)
    }

    /// Every way to send what is in the cart: what it costs, and when it arrives. Empty for an empty cart.
    ///
    /// # Errors
    /// The store's failure.
    pub fn shipping_methods(&self, token: &Token) -> Result<Vec<ShippingOffer>, Error> {
        Ok(self.cart(token)?.shipping)
    }

    /// When something arrives that is ordered now and sent the first way: for a product's page.
    ///
    /// # Errors
    /// The store's failure.
    pub fn delivery_estimate(&self) -> Result<DeliveryEstimate, Error> {
        let now = self.view(|tx| self.now(tx))?;
        Ok(shipping::estimate(self.calendar().day(now), self.inner.config.shipping.first().days))
    }

    /// Keeps a discount code with the cart. The view says what it takes off, or why it takes off nothing now.
    ///
    /// # Errors
    /// [`Refusal::DiscountNotFound`], or the store's failure.
    pub fn set_code(&self, token: &Token, code: &str) -> Result<CartView, Error> {
        let code = DiscountCode::parse(code).ok_or(Refusal::DiscountNotFound)?;
        self.submit(Command::SetCode { cart: token.hash(), code })?;
        self.cart(token)
    }

    /// Takes the discount code out of the cart. A cart without one is no error.
    ///
    /// # Errors
    /// The store's failure.
    pub fn remove_code(&self, token: &Token) -> Result<CartView, Error> {
        self.submit(Command::RemoveCode { cart: token.hash() })?;
        self.cart(token)
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
    let Some(product) = tx.product(sku)?.filter(|product| !product.retired) else {
        return Ok(Err(Refusal::ProductNotFound));
    };
    let cart = tx.cart(&token)?.unwrap_or_else(|| Cart::empty(token, now));
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

/// A cart's code with what is known of it.
pub(super) fn redemption<'a>(
    cart: &'a Cart,
    discount: Option<&'a Discount>,
    used_before: bool,
) -> Option<Redemption<'a>> {
    cart.code.as_ref().map(|code| Redemption { code, discount, used_before })
}

pub(super) fn set_code(tx: &mut dyn WriteTx, now: Timestamp, token: TokenHash, code: &DiscountCode) -> Decided {
    // One that has ended is kept: the view says so, and that is no secret to who knows the code.
    let Some(discount) = discounts::find(tx, code)? else { return Ok(Err(Refusal::DiscountNotFound)) };
    let cart = tx.cart(&token)?.unwrap_or_else(|| Cart::empty(token, now));
    tx.put_cart(&Cart { code: Some(discount.terms.code), used_at: now, ..cart })?;
    Ok(Ok(Outcome::Done))
}

pub(super) fn remove_code(tx: &mut dyn WriteTx, now: Timestamp, token: TokenHash) -> Decided {
    if let Some(cart) = tx.cart(&token)? {
        tx.put_cart(&Cart { code: None, used_at: now, ..cart })?;
    }
    Ok(Ok(Outcome::Done))
}
