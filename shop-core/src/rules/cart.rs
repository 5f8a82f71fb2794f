//! The cart: what may go into it, and what it costs today.

use std::fmt;

use kit_core::{Currency, Money, MoneyError, Timestamp, TokenHash};

use super::product::{Product, Sku};
use crate::error::{PriceChange, Refusal, Shortage};

/// The most lines of a cart.
pub const MAX_LINES: usize = 50;
/// The most units of one line.
pub const MAX_QUANTITY: u32 = 99;
/// Below this many units a customer is told how many are left.
const FEW_UNITS: u32 = 5;

/// How many units of a product: 1 to 99.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(u32);

impl Quantity {
    /// A quantity from a number of any size.
    ///
    /// # Errors
    /// [`Refusal::QuantityInvalid`] outside 1 to [`MAX_QUANTITY`]: a line is emptied by removing it.
    pub fn new(count: i64) -> Result<Self, Refusal> {
        match u32::try_from(count) {
            Ok(count) if (1..=MAX_QUANTITY).contains(&count) => Ok(Self(count)),
            _ => Err(Refusal::QuantityInvalid { max: MAX_QUANTITY }),
        }
    }

    /// A quantity from what was typed.
    ///
    /// # Errors
    /// [`Refusal::QuantityInvalid`] for anything but a whole number from 1 to [`MAX_QUANTITY`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let count = if plain { text.parse().ok() } else { None };
        Self::new(count.unwrap_or(0))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A cart as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// The hash of the token that opens it.
    pub token: TokenHash,
    /// In the order in which they were first put there.
    pub lines: Vec<CartLine>,
    /// When it was last changed.
    pub used_at: Timestamp,
}

/// One line of a stored cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// Which product.
    pub sku: Sku,
    /// How many of it.
    pub quantity: Quantity,
    /// The price of one unit when the line was last set.
    pub price_seen: Money,
}

/// How a line is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The line has this quantity afterwards.
    Set,
    /// The quantity is added to what the line has.
    Add,
}

/// The cart after `quantity` units of `product` were set or added.
///
/// # Errors
/// [`Refusal::QuantityInvalid`] where an addition passes the limit, [`Refusal::CartFull`], or
/// [`Refusal::OutOfStock`] where fewer units are left than the line would have.
pub fn put_line(mut cart: Cart, product: &Product, quantity: Quantity, change: Change) -> Result<Cart, Refusal> {
    let known = cart.lines.iter().position(|line| line.sku == product.sku);
    let before = known.map_or(0, |at| cart.lines[at].quantity.get());
    let quantity = match change {
        Change::Set => quantity,
        Change::Add => Quantity::new(i64::from(before) + i64::from(quantity.get()))?,
    };
    if quantity.get() > product.stock {
        return Err(Refusal::OutOfStock { lines: vec![shortage(&product.sku, Some(product), quantity)] });
    }
    let line = CartLine { sku: product.sku.clone(), quantity, price_seen: product.price };
    match known {
        Some(at) => cart.lines[at] = line,
        None if cart.lines.len() >= MAX_LINES => return Err(Refusal::CartFull { max: MAX_LINES }),
        None => cart.lines.push(line),
    }
    Ok(cart)
}

fn shortage(sku: &Sku, product: Option<&Product>, wanted: Quantity) -> Shortage {
    Shortage {
        sku: sku.clone(),
        name: product.map_or_else(|| sku.to_string(), |p| p.name.clone()),
        wanted: wanted.get(),
        available: product.map_or(0, |p| p.stock),
    }
}

/// Whether a line can be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// Enough for the line, and more.
    InStock,
    /// Enough for the line, but only this many units are left.
    FewLeft {
        /// How many.
        units: u32,
    },
    /// Fewer units than the line wants.
    TooFew {
        /// How many there are.
        units: u32,
    },
    /// None at all.
    OutOfStock,
}

impl Availability {
    /// Of a stock, for someone who wants `wanted` units. A product page asks for one.
    #[must_use]
    pub fn of(stock: u32, wanted: u32) -> Self {
        match stock {
            0 => Self::OutOfStock,
            units if units < wanted => Self::TooFew { units },
            units if units < FEW_UNITS => Self::FewLeft { units },
            _ => Self::InStock,
        }
    }
}

/// A cart as a customer sees it, at today's prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartView {
    /// Its lines; empty for a cart that was never filled.
    pub lines: Vec<CartLineView>,
    /// What all lines cost today: what a checkout must expect.
    pub total: Money,
}

/// One line as a customer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLineView {
    /// The product today.
    pub product: Product,
    /// How many of it.
    pub quantity: Quantity,
    /// The price of one unit when the line was last set; today's is the product's.
    pub price_seen: Money,
    /// What the line costs today.
    pub total: Money,
    /// Whether it can be delivered.
    pub availability: Availability,
}

impl CartView {
    /// The lines whose price is not what it was when they were set.
    #[must_use]
    pub fn price_changes(&self) -> Vec<PriceChange> {
        let changed = |line: &&CartLineView| line.price_seen != line.product.price;
        let change = |line: &CartLineView| PriceChange {
            sku: line.product.sku.clone(),
            name: line.product.name.clone(),
            seen: line.price_seen,
            now: line.product.price,
        };
        self.lines.iter().filter(changed).map(change).collect()
    }

    /// The lines that want more than there is.
    #[must_use]
    pub fn shortages(&self) -> Vec<Shortage> {
        let short = |line: &&CartLineView| line.quantity.get() > line.product.stock;
        let tell = |line: &CartLineView| shortage(&line.product.sku, Some(&line.product), line.quantity);
        self.lines.iter().filter(short).map(tell).collect()
    }

    /// How many units all lines have together.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity.get()).sum()
    }
}

/// Prices `lines` at today's `products`. A line whose product is no longer known is left out.
///
/// # Errors
/// [`MoneyError`] where a total is too large or prices are of different currencies; neither comes of a catalogue that
/// was imported by the rules.
pub fn price(lines: &[CartLine], products: &[Product], currency: Currency) -> Result<CartView, MoneyError> {
    let mut view = CartView { lines: Vec::with_capacity(lines.len()), total: Money::zero(currency) };
    for line in lines {
        let Some(product) = products.iter().find(|p| p.sku == line.sku) else { continue };
        let total = product.price.times(line.quantity.get())?;
        view.total = view.total.plus(total)?;
        view.lines.push(CartLineView {
            product: product.clone(),
            quantity: line.quantity,
            price_seen: line.price_seen,
            total,
            availability: Availability::of(product.stock, line.quantity.get()),
        });
    }
    Ok(view)
}

/// Whether a cart may become an order at exactly `expected_total`.
///
/// The checks, in order: something in it, every line in stock, the total as expected. Any difference is refused, a
/// lower total too: customers pay what they saw, and a page that asks again costs them a click.
///
/// # Errors
/// [`Refusal::CartEmpty`], [`Refusal::OutOfStock`] or [`Refusal::PriceChanged`] with every line concerned.
pub fn may_order(view: &CartView, expected_total: Money) -> Result<(), Refusal> {
    if view.lines.is_empty() {
        return Err(Refusal::CartEmpty);
    }
    let shortages = view.shortages();
    if !shortages.is_empty() {
        return Err(Refusal::OutOfStock { lines: shortages });
    }
    if view.total != expected_total {
        let lines = view.price_changes();
        return Err(Refusal::PriceChanged { lines, expected: expected_total, total: view.total });
    }
    Ok(())
}
