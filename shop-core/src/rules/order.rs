//! Orders: their states, who may do what in which state, and what the customer is told.

use std::fmt;

use kit_core::{Calendar, IdempotencyKey, Language, Money, Timestamp, Token, TokenHash, Uuid};
use sha2::{Digest, Sha256};

use super::attempt::{Attempt, AttemptId, AttemptState};
use super::cart::Quantity;
use super::country::Country;
use super::discount::DiscountCode;
use super::invoice::Issued;
use super::product::{Sku, Slug};
use super::refund::{Refund, RefundId, RefundState};
use super::shipping::{self, DeliveryEstimate, WorkingDays};
use super::totals::{self, VatRate, VatShare, VatSum};
use super::typed;
use crate::codes::codes;
use crate::error::Refusal;

kit_core::uuid_ids! {
    /// One order's id.
    pub struct OrderId;
}

/// An order's name for people: eight characters without I, L, O and U, random so that they tell nobody how many
/// orders there are. Written `K7Q2-M4XD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderNumber([u8; 8]);

/// Crockford's base 32.
pub(super) const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl OrderNumber {
    /// From 40 random bits.
    #[must_use]
    pub fn from_random(bytes: [u8; 5]) -> Self {
        let bits = bytes.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        Self(std::array::from_fn(|at| DIGITS[(bits >> (35 - 5 * at) & 31) as usize]))
    }

    /// Reads a number as people write it: small letters, with or without the hyphen, O for 0, I and L for 1; and as
    /// they copy it: with a `#` before it, blanks, invisible characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let read = |byte: u8| match byte.to_ascii_uppercase() {
            b'O' => Some(b'0'),
            b'I' | b'L' => Some(b'1'),
            byte => DIGITS.contains(&byte).then_some(byte),
        };
        let plain = typed::plain(text)?;
        let plain = plain.trim();
        let digits = plain.strip_prefix('#').unwrap_or(plain).bytes().filter(|byte| !b"- ".contains(byte));
        let digits: Option<Vec<u8>> = digits.map(read).collect();
        digits?.try_into().ok().map(Self)
    }

    /// The eight characters without the hyphen, as stores keep them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = self.as_str().split_at(4);
        write!(f, "{head}-{tail}")
    }
}

/// Who an order goes to. A blank text stands for what the customer left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// The company.
    pub company: String,
    /// Who receives the parcel.
    pub name: String,
    /// Street and house number.
    pub street: String,
    /// What else the carrier has to know: the building, the floor, the district.
    pub address_line_2: String,
    /// Postal code, which not every country has.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// The country's code (ISO 3166-1). Orders of earlier versions have what the customer typed.
    pub country: String,
    /// The company's VAT identification number.
    pub vat_number: String,
    /// Where the carrier can call.
    pub phone: String,
    /// Where the confirmation goes.
    pub email: String,
}

impl Contact {
    /// The country; `None` where an order of an earlier version has a text that names none.
    #[must_use]
    pub fn country(&self) -> Option<Country> {
        Country::parse(&self.country)
    }

    /// The country's name in a language, or what the customer typed.
    #[must_use]
    pub fn country_name(&self, language: Language) -> &str {
        self.country().map_or(&self.country, |country| country.name(language))
    }

    /// The address as it is written, line by line.
    #[must_use]
    pub fn lines(&self, language: Language) -> Vec<String> {
        let town = format!("{} {}", self.postal_code, self.city);
        let country = self.country_name(language);
        [&self.company, &self.name, &self.street, &self.address_line_2, town.trim(), country]
            .into_iter()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// An order. Its lines keep what was bought as it was when it was bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Its name for people.
    pub number: OrderNumber,
    /// The hash of the token that opens its page.
    pub token: TokenHash,
    /// How far it has come.
    pub state: OrderState,
    /// Who it goes to.
    pub contact: Contact,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// The code that made it cheaper. The order holds a use of it as long as it holds its stock.
    pub discount: Option<OrderDiscount>,
    /// How it reaches its customer.
    pub shipping: OrderShipping,
    /// What is paid: all lines less their discounts, and the shipping; VAT included.
    pub total: Money,
    /// What the customer wrote beside it: plain text, maybe of several lines.
    pub note: String,
    /// The language in which the customer ordered, and is written to.
    pub language: Language,
    /// Until when the stock is kept for it while nobody pays.
    pub reserved_until: Timestamp,
    /// The attempt at paying it that has no final state yet: never more than one.
    pub live_attempt: Option<AttemptId>,
    /// The refund that decides its cancellation.
    pub refund: Option<RefundId>,
    /// Its invoice, once it was paid.
    pub invoice: Option<Issued>,
    /// The credit note that takes the invoice back, once the money was given back.
    pub credit_note: Option<Issued>,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When its state last changed.
    pub changed_at: Timestamp,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Which product.
    pub sku: Sku,
    /// Its name then.
    pub name: String,
    /// The price of one unit then, VAT included.
    pub unit_price: Money,
    /// How many.
    pub quantity: Quantity,
    /// What the line costs before the discount.
    pub total: Money,
    /// Its share of the discount.
    pub discount: Money,
    /// The rate of its VAT.
    pub vat_rate: VatRate,
    /// The VAT contained in what is left of it after the discount: its share of its rate's.
    pub vat: Money,
    /// What is charged for it beyond net and VAT: nothing, or one minor unit on one line of a rate.
    pub rounding: Money,
}

impl OrderLine {
    /// What is paid for it, VAT included.
    #[must_use]
    pub fn gross(&self) -> Money {
        Money::new(self.total.minor - self.discount.minor, self.total.currency)
    }

    /// The same without VAT and rounding.
    #[must_use]
    pub fn net(&self) -> Money {
        Money::new(self.gross().minor - self.vat.minor - self.rounding.minor, self.total.currency)
    }
}

impl OrderLine {
    fn share(&self) -> VatShare {
        VatShare { vat: self.vat, rounding: self.rounding }
    }
}

impl OrderShipping {
    fn share(&self) -> VatShare {
        VatShare { vat: self.vat, rounding: self.rounding }
    }
}

/// A discount as an order keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderDiscount {
    /// Its code.
    pub code: DiscountCode,
    /// What it took off all lines together.
    pub amount: Money,
}

/// How an order reaches its customer, as it was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderShipping {
    /// The method's id.
    pub method: Slug,
    /// Its name then.
    pub name: String,
    /// What it costs, VAT included.
    pub price: Money,
    /// The rate of its VAT.
    pub vat_rate: VatRate,
    /// The VAT contained in its price.
    pub vat: Money,
    /// What its price is beyond net and VAT: nothing or one minor unit.
    pub rounding: Money,
    /// How long it takes.
    pub days: WorkingDays,
    /// Whether the customer fetches it.
    pub pickup: bool,
}

impl Order {
    /// Whether it costs nothing: it is paid when it is placed, by no attempt.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.total.minor == 0
    }

    /// What all lines cost before the discount.
    #[must_use]
    pub fn goods(&self) -> Money {
        Money::new(self.lines.iter().map(|line| line.total.minor).sum(), self.total.currency)
    }

    /// The VAT contained in the total, by rate, the highest first.
    #[must_use]
    pub fn vat(&self) -> Vec<VatSum> {
        let lines = self.lines.iter().map(|line| (line.vat_rate, line.gross(), line.share()));
        // What costs nothing is taxed at no rate.
        let shipping = Some(&self.shipping).filter(|shipping| shipping.price.minor > 0);
        totals::vat_sums(lines.chain(shipping.map(|shipping| (shipping.vat_rate, shipping.price, shipping.share()))))
    }

    /// When it was promised to arrive, by the shop's days.
    #[must_use]
    pub fn delivery(&self, calendar: Calendar) -> DeliveryEstimate {
        shipping::estimate(calendar.day(self.placed_at), self.shipping.days)
    }
}

/// How far an order has come. Stock is taken in every state but the last two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderState {
    /// Not paid yet; an attempt may be under way.
    AwaitingPayment,
    /// Paid exactly once.
    Paid,
    /// On its way to the customer.
    Shipped,
    /// Paid, cancelled, and the money not yet given back.
    Cancelling,
    /// Cancelled, and all money given back that was taken.
    Cancelled,
    /// Ended without a payment.
    NotPaid,
}

codes!(OrderState {
    AwaitingPayment => "awaiting-payment",
    Paid => "paid",
    Shipped => "shipped",
    Cancelling => "cancelling",
    Cancelled => "cancelled",
    NotPaid => "not-paid",
});

/// What the customer is told about an order: its state and, while it is being paid, its attempt's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderStatus {
    /// It may be paid, again or for the first time.
    AwaitingPayment {
        /// Until when the stock is kept.
        reserved_until: Timestamp,
    },
    /// Nobody knows yet whether the bank took the money. The customer must not pay again.
    Checking,
    /// The customer has to confirm on the bank's own page.
    AwaitingApproval {
        /// Where.
        url: String,
        /// Until when.
        until: Timestamp,
    },
    /// Paid; will be shipped.
    Paid,
    /// On its way.
    Shipped,
    /// Cancelled; the money is on its way back.
    Refunding,
    /// Cancelled; the bank refused to give the money back, and an operator has to act.
    RefundDelayed,
    /// Cancelled.
    Cancelled {
        /// Whether money was given back: an order may be cancelled before it was paid.
        refunded: bool,
    },
    /// Ended without a payment.
    NotPaid,
}

impl OrderStatus {
    /// A stable slug.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AwaitingPayment { .. } => "awaiting-payment",
            Self::Checking => "checking",
            Self::AwaitingApproval { .. } => "awaiting-approval",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Refunding => "refunding",
            Self::RefundDelayed => "refund-delayed",
            Self::Cancelled { .. } => "cancelled",
            Self::NotPaid => "not-paid",
        }
    }
}

/// A sentence for the customer.
impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AwaitingPayment { reserved_until } => {
                write!(f, "Not paid yet. We keep the goods for you until {}.", reserved_until.for_people())
            }
            Self::Checking => f.write_str(
                "Your bank has not told us yet whether the payment went through. We ask again until it does; the goods \
                 are kept for you meanwhile. Please do not pay again.",
            ),
            Self::AwaitingApproval { until, .. } => {
                write!(f, "Please confirm the payment on your bank's page until {}.", until.for_people())
            }
            Self::Paid => f.write_str("Paid. We are preparing your order."),
            Self::Shipped => f.write_str("Your order has left our warehouse."),
            Self::Refunding => f.write_str(
                "Cancelled. Your money is on its way back: we have asked your bank and are waiting for its answer.",
            ),
            Self::RefundDelayed => f.write_str(
                "Cancelled. Your bank's answer needs our attention; we will get back to you. Your money is owed to you \
                 until it is back in your account.",
            ),
            Self::Cancelled { refunded: true } => f.write_str("Cancelled. Your money was given back."),
            Self::Cancelled { refunded: false } => f.write_str("Cancelled. Nothing was charged."),
            Self::NotPaid => f.write_str(
                "This order was not paid and has ended; the goods are back on the shelf. Nothing was charged. You are \
                 welcome to order again.",
            ),
        }
    }
}

/// What the customer is told, from the order, its live attempt and the refund that decides its cancellation.
#[must_use]
pub fn status(order: &Order, live_attempt: Option<&Attempt>, refund: Option<&Refund>) -> OrderStatus {
    match (order.state, live_attempt) {
        (OrderState::AwaitingPayment, None) => OrderStatus::AwaitingPayment { reserved_until: order.reserved_until },
        (OrderState::AwaitingPayment, Some(attempt)) => match (attempt.state, &attempt.approval) {
            (AttemptState::AwaitingApproval, Some(approval)) => {
                OrderStatus::AwaitingApproval { url: approval.url.clone(), until: approval.until }
            }
            _ => OrderStatus::Checking,
        },
        (OrderState::Paid, _) => OrderStatus::Paid,
        (OrderState::Shipped, _) => OrderStatus::Shipped,
        (OrderState::Cancelling, _) => match refund.map(|refund| refund.state) {
            Some(RefundState::Refused) => OrderStatus::RefundDelayed,
            _ => OrderStatus::Refunding,
        },
        (OrderState::Cancelled, _) => OrderStatus::Cancelled { refunded: order.refund.is_some() },
        (OrderState::NotPaid, _) => OrderStatus::NotPaid,
    }
}

/// Whether a new attempt at paying may begin.
///
/// # Errors
/// [`Refusal::PaymentInProgress`] while another attempt has no final state, else [`Refusal::NotPayable`].
pub fn may_pay(order: &Order, now: Timestamp) -> Result<(), Refusal> {
    match order.state {
        OrderState::AwaitingPayment if order.live_attempt.is_some() => Err(Refusal::PaymentInProgress),
        OrderState::AwaitingPayment if now < order.reserved_until => Ok(()),
        state => Err(Refusal::NotPayable { state }),
    }
}

/// Whether the reservation has run out: nobody is paying, and its time has passed.
#[must_use]
pub fn is_abandoned(order: &Order, now: Timestamp) -> bool {
    order.state == OrderState::AwaitingPayment && order.live_attempt.is_none() && order.reserved_until <= now
}

/// Whether an order may be shipped.
///
/// # Errors
/// [`Refusal::AlreadyShipped`], or [`Refusal::NotShippable`] for one that is not paid.
pub fn may_ship(order: &Order) -> Result<(), Refusal> {
    match order.state {
        OrderState::Paid => Ok(()),
        OrderState::Shipped => Err(Refusal::AlreadyShipped),
        state => Err(Refusal::NotShippable { state }),
    }
}

/// What cancelling an order comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancellation {
    /// Nothing was charged: the stock goes back at once.
    Release,
    /// It was paid: the money goes back first.
    Refund,
    /// It is cancelled already, or ended by itself: nothing is left to do.
    Already,
}

/// What cancelling an order comes to, in its present state.
///
/// # Errors
/// [`Refusal::PaymentInProgress`] while nobody knows whether it is paid, [`Refusal::AlreadyShipped`] afterwards.
pub fn cancel(order: &Order) -> Result<Cancellation, Refusal> {
    match order.state {
        OrderState::AwaitingPayment if order.live_attempt.is_some() => Err(Refusal::PaymentInProgress),
        OrderState::AwaitingPayment => Ok(Cancellation::Release),
        OrderState::Paid if order.is_free() => Ok(Cancellation::Release),
        OrderState::Paid => Ok(Cancellation::Refund),
        OrderState::Shipped => Err(Refusal::AlreadyShipped),
        OrderState::Cancelling | OrderState::Cancelled | OrderState::NotPaid => Ok(Cancellation::Already),
    }
}

/// The token that opens the page of the order which `cart` places with the form `key`.
///
/// It is derived rather than drawn, so that a form sent twice is answered with the same link although the shop stores
/// only the token's hash. Whoever lacks the cart's token cannot compute it; the secret stands last, so that knowing
/// one hash does not help to extend it to another key.
#[must_use]
pub fn token(cart: &Token, key: &IdempotencyKey) -> Token {
    let mut hash = Sha256::new();
    hash.update(b"shop-core: order token\0");
    hash.update(key.as_str());
    hash.update(b"\0");
    hash.update(zeroize::Zeroizing::new(cart.reveal()).as_bytes());
    Token::from_bytes(hash.finalize().into())
}

/// The key under which an attempt is stored: the customer's key within this order.
///
/// Customers choose keys without asking each other, so a key counts for one order only. A checkout's order is named by
/// its cart and the key, see [`token`]: so `my-first-order` of two carts are two orders, and of one cart the same one.
#[must_use]
pub fn form_key(order: &TokenHash, key: &IdempotencyKey) -> IdempotencyKey {
    let mut hash = Sha256::new();
    hash.update(b"shop-core: form key\0");
    hash.update(order.0);
    hash.update(key.as_str());
    let digest = hash.finalize();
    // 128 of its bits, for their handy form: nobody finds a second text for them.
    IdempotencyKey::from_uuid(Uuid::from_bytes(std::array::from_fn(|at| digest[at])))
}

#[cfg(test)]
#[path = "order/tests.rs"]
mod tests;
