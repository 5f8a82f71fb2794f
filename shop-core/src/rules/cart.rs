//! The cart: what may go into it, and what it costs today.

use std::fmt;

use kit_core::{Currency, Day, Money, MoneyError, Timestamp, TokenHash};

use super::discount::{Discount, DiscountCode, DiscountProblem};
use super::form::{Field, FieldError, FieldProblem};
use super::product::{Product, Sku, Slug};
use super::shipping::{self, ShippingMethods, ShippingOffer};
use super::totals::{self, Line, LineTotal, VatRate, VatShare};
use crate::error::{ChangeReason, PriceChange, Refusal, Shortage, TotalChange};

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
    /// The discount code that was typed, whether or not it takes anything off now.
    pub code: Option<DiscountCode>,
    /// When it was last changed.
    pub used_at: Timestamp,
}

impl Cart {
    /// A cart with nothing in it.
    #[must_use]
    pub fn empty(token: TokenHash, used_at: Timestamp) -> Self {
        Self { token, lines: Vec::new(), code: None, used_at }
    }
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
    if quantity.get() > product.sellable() {
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
        available: product.map_or(0, Product::sellable),
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
    /// What all lines cost today, before the discount.
    pub goods: Money,
    /// The discount code that was typed, and what it takes off or why it does not.
    pub code: Option<CartCode>,
    /// Every way to send it, with what the order then costs; the one that is taken where none is chosen comes first. Empty
    /// for an empty cart.
    pub shipping: Vec<ShippingOffer>,
    /// What the order costs today if it is sent the first way: what such a checkout must expect.
    pub total: Money,
}

/// A discount code in a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartCode {
    /// As it is stored.
    pub code: DiscountCode,
    /// What it takes off all lines together, or why it takes off nothing now.
    pub outcome: Result<Money, DiscountProblem>,
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
    /// What the line costs today, before the discount.
    pub total: Money,
    /// Its share of the discount.
    pub discount: Money,
    /// The rate of its VAT.
    pub vat_rate: VatRate,
    /// The VAT contained in what is left of it after the discount.
    pub vat: Money,
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
        let short = |line: &&CartLineView| line.quantity.get() > line.product.sellable();
        let tell = |line: &CartLineView| shortage(&line.product.sku, Some(&line.product), line.quantity);
        self.lines.iter().filter(short).map(tell).collect()
    }

    /// What the discount takes off; nothing where there is none.
    #[must_use]
    pub fn discount(&self) -> Money {
        let taken_off = self.code.as_ref().and_then(|code| code.outcome.ok());
        taken_off.unwrap_or(Money::zero(self.total.currency))
    }

    /// How many units all lines have together.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity.get()).sum()
    }
}

/// What a price depends on beside the lines and the products.
#[derive(Debug, Clone, Copy)]
pub struct Tariff<'a> {
    /// The shop's one currency.
    pub currency: Currency,
    /// The usual rate of VAT, also of shipping.
    pub vat_rate: VatRate,
    /// How orders can be sent.
    pub shipping: &'a ShippingMethods,
    /// Now: what decides whether a code holds.
    pub now: Timestamp,
    /// The shop's day that this is: what deliveries are counted from.
    pub today: Day,
}

/// A code, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Redemption<'a> {
    /// As it was typed.
    pub code: &'a DiscountCode,
    /// What the shop knows by it.
    pub discount: Option<&'a Discount>,
    /// Whether the customer's e-mail address holds a use of it: known at the checkout only.
    pub used_before: bool,
}

/// Prices `lines` at today's `products`. A line whose product is no longer known is left out.
///
/// # Errors
/// [`MoneyError`] where a total is too large or prices are of different currencies; neither comes of a catalogue that
/// was imported by the rules.
pub fn price(
    lines: &[CartLine],
    products: &[Product],
    redemption: Option<Redemption<'_>>,
    tariff: Tariff<'_>,
) -> Result<CartView, MoneyError> {
    let known = |line: &CartLine| Some((line.clone(), products.iter().find(|product| product.sku == line.sku)?));
    let known: Vec<(CartLine, &Product)> = lines.iter().filter_map(known).collect();
    let discount = redemption.and_then(|redemption| redemption.discount);
    let mut rows = Vec::with_capacity(known.len());
    for (line, product) in &known {
        rows.push(Line {
            sku: &product.sku,
            gross: product.price.times(line.quantity.get())?,
            vat_rate: product.vat_rate.unwrap_or(tariff.vat_rate),
            discounted: discount.is_some_and(|discount| discount.is_for(product)),
        });
    }
    let zero = Money::zero(tariff.currency);
    let before = totals::goods(&rows, None, zero)?;
    let refused = redemption.map(|redemption| match redemption.discount {
        None => Err(DiscountProblem::Ended),
        Some(discount) => discount.may_be_used(before.gross, tariff.now, redemption.used_before),
    });
    let benefit = discount.filter(|_| refused == Some(Ok(()))).map(|discount| discount.terms.benefit);
    let goods = totals::goods(&rows, benefit, zero)?;
    let code = redemption.zip(refused).map(|(redemption, refused)| {
        let outcome = match refused {
            Ok(()) if goods.discount.minor == 0 => Err(DiscountProblem::NothingEligible),
            refused => refused.map(|()| goods.discount),
        };
        CartCode { code: redemption.code.clone(), outcome }
    });
    let shipping = if rows.is_empty() { Vec::new() } else { offers(&rows, &goods, tariff)? };
    let shares = shipping.first().map_or(&[][..], |offer| &offer.line_vat);
    type Part<'a> = ((&'a Line<'a>, &'a LineTotal), &'a VatShare);
    let view = |((line, product), ((row, part), share)): ((&CartLine, &Product), Part<'_>)| CartLineView {
        product: product.clone(),
        quantity: line.quantity,
        price_seen: line.price_seen,
        total: row.gross,
        discount: part.discount,
        vat_rate: row.vat_rate,
        vat: share.vat,
        availability: Availability::of(product.sellable(), line.quantity.get()),
    };
    let pairs = known.iter().map(|(line, product)| (line, *product)).zip(rows.iter().zip(&goods.lines).zip(shares));
    Ok(CartView {
        lines: pairs.map(view).collect(),
        goods: goods.gross,
        code,
        total: shipping.first().map_or(zero, |offer| offer.total),
        shipping,
    })
}

/// What the order costs for each way of sending it.
fn offers(rows: &[Line<'_>], goods: &totals::Goods, tariff: Tariff<'_>) -> Result<Vec<ShippingOffer>, MoneyError> {
    let (left, zero) = (goods.gross.minus(goods.discount)?, Money::zero(goods.gross.currency));
    let lines = || {
        let parts = rows.iter().zip(&goods.lines);
        parts.map(|(row, part)| (row.vat_rate, Money::new(row.gross.minor - part.discount.minor, row.gross.currency)))
    };
    let offer = |method: &shipping::ShippingMethod| {
        let price = method.price(goods.gross);
        let mut parts: Vec<(VatRate, Money)> = lines().collect();
        parts.push((tariff.vat_rate, price));
        let mut line_vat = totals::vat_shares(&parts);
        let all = parts.iter().zip(&line_vat).map(|((rate, gross), share)| (*rate, *gross, *share));
        // What is sent for nothing is taxed at no rate.
        let vat = totals::vat_sums(all.take(if price.minor > 0 { parts.len() } else { rows.len() }));
        let price_vat = line_vat.pop().unwrap_or(VatShare { vat: zero, rounding: zero });
        Ok(ShippingOffer {
            method: method.clone(),
            price,
            total: left.plus(price)?,
            vat,
            line_vat,
            price_vat,
            delivery: shipping::estimate(tariff.today, method.days),
        })
    };
    tariff.shipping.iter().map(offer).collect()
}

/// Whether a cart may become an order that is sent this way, at exactly `expected_total`; returns how it is sent.
///
/// The checks, in order: something in it, every line in stock, a way to send it, the total as expected. Any difference
/// is refused, a lower total too: customers pay what they saw, and a page that asks again costs them a click.
///
/// # Errors
/// [`Refusal::CartEmpty`], [`Refusal::OutOfStock`] with every line concerned, [`Refusal::FieldsInvalid`] for a way that
/// the shop does not have, or [`Refusal::PriceChanged`] with all that may be the reason.
pub fn may_order<'a>(
    view: &'a CartView,
    shipping: Option<&Slug>,
    expected_total: Money,
) -> Result<&'a ShippingOffer, Refusal> {
    if view.lines.is_empty() {
        return Err(Refusal::CartEmpty);
    }
    let shortages = view.shortages();
    if !shortages.is_empty() {
        return Err(Refusal::OutOfStock { lines: shortages });
    }
    let chosen = match shipping {
        None => view.shipping.first(),
        Some(id) => view.shipping.iter().find(|offer| offer.method.id == *id),
    };
    let Some(offer) = chosen else {
        let unknown = FieldError { field: Field::Shipping, problem: FieldProblem::UnknownChoice };
        return Err(Refusal::FieldsInvalid { fields: vec![unknown] });
    };
    if offer.total != expected_total {
        return Err(price_changed(view, offer, expected_total));
    }
    Ok(offer)
}

/// Why the total is another one. What the customer saw is kept for prices only; for the rest, whatever could be it is
/// told.
fn price_changed(view: &CartView, offer: &ShippingOffer, expected: Money) -> Refusal {
    let lines = view.price_changes();
    let discount_problem = view.code.as_ref().and_then(|code| code.outcome.err());
    let mut reasons = Vec::new();
    if !lines.is_empty() {
        reasons.push(ChangeReason::Price);
    }
    if view.shipping.iter().any(|other| other.total == expected) {
        reasons.push(ChangeReason::Shipping);
    }
    if discount_problem.is_some() {
        reasons.push(ChangeReason::Discount);
    }
    if reasons.is_empty() {
        reasons.push(ChangeReason::Cart);
    }
    Refusal::PriceChanged(Box::new(TotalChange {
        reasons,
        lines,
        shipping: offer.price,
        discount: view.discount(),
        discount_problem,
        expected,
        total: offer.total,
    }))
}
