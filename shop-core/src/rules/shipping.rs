//! How an order reaches its customer: the methods that the operator configured, what each costs, and when it arrives.

use std::fmt;

use kit_core::{Currency, Day, Money};

use super::product::{MAX_PRICE_MINOR, Slug};
use super::totals::{VatShare, VatSum};

/// The latest that anything may be promised for.
pub const MAX_WORKING_DAYS: u8 = 60;
/// The most ways of shipping: customers compare them at one glance, each with what the order then costs.
pub const MAX_METHODS: usize = 8;

/// One way to reach a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippingMethod {
    /// Its name in addresses, forms and JSON.
    pub id: Slug,
    /// Its name for people.
    pub name: String,
    /// What it costs, VAT included, in minor units of the shop's currency.
    pub price_minor: i64,
    /// From this value of goods on it costs nothing; in minor units.
    pub free_from_minor: Option<i64>,
    /// How long it takes.
    pub days: WorkingDays,
    /// Whether the customer comes to fetch it.
    pub pickup: bool,
}

impl ShippingMethod {
    /// What it costs with goods of this value.
    ///
    /// Their value before any discount decides: a code that makes the goods cheaper must not make their way dearer.
    #[must_use]
    pub fn price(&self, goods: Money) -> Money {
        let free = self.free_from_minor.is_some_and(|from| goods.minor >= from);
        Money::new(if free { 0 } else { self.price_minor }, goods.currency)
    }
}

/// How long something takes, in working days after the day on which it is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WorkingDays {
    /// At the earliest; 0 is the same day.
    pub min: u8,
    /// At the latest.
    pub max: u8,
}

/// When something arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryEstimate {
    /// The first day on which it may arrive.
    pub earliest: Day,
    /// The last one.
    pub latest: Day,
}

/// When what is ordered `today` arrives. A working day is Monday to Friday; holidays differ too much from place to place
/// to be promised by rule, and are what the later of the two days leaves room for.
#[must_use]
pub fn estimate(today: Day, days: WorkingDays) -> DeliveryEstimate {
    DeliveryEstimate { earliest: working_day(today, days.min), latest: working_day(today, days.max) }
}

/// The `count`-th working day after `day`; `day` itself, or the next working day, where `count` is 0.
fn working_day(day: Day, count: u8) -> Day {
    let mut day = day;
    let mut left = count;
    while left > 0 || !is_working_day(day) {
        day = day.plus(1);
        left = left.saturating_sub(u8::from(is_working_day(day)));
    }
    day
}

/// 1970-01-01 was a Thursday.
fn is_working_day(day: Day) -> bool {
    (day.number() + 3).rem_euclid(7) < 5
}

/// A method as it is offered for certain goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippingOffer {
    /// Which.
    pub method: ShippingMethod,
    /// What it costs with these goods.
    pub price: Money,
    /// What the order costs that goes this way: what its checkout must expect.
    pub total: Money,
    /// The VAT contained in that, by rate.
    pub vat: Vec<VatSum>,
    /// Each line's share of it, in the order of the cart.
    pub line_vat: Vec<VatShare>,
    /// The share of the price of sending it.
    pub price_vat: VatShare,
    /// When it arrives if it is ordered now.
    pub delivery: DeliveryEstimate,
}

/// All methods of a shop: at least one, each under a name of its own. The first is the one that is taken where none is
/// chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippingMethods(Vec<ShippingMethod>);

/// Why methods cannot be used together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShippingError {
    /// There are none.
    #[error("a shop needs at least one way of shipping")]
    Empty,
    /// There are more than anybody compares.
    #[error("a shop has at most {MAX_METHODS} ways of shipping")]
    TooMany,
    /// Two have the same id.
    #[error("two ways of shipping have the same id")]
    Twice,
    /// A price or a threshold is below zero or absurdly high.
    #[error("a price of shipping must be from 0 to a million")]
    Price,
    /// The latest day comes before the earliest, or is too far.
    #[error("working days go from the earliest to the latest, at most {MAX_WORKING_DAYS}")]
    Days,
    /// A text is not one method.
    #[error(
        "a way of shipping is written id:name:price:free-from:days, such as standard:Standard:4.90:100.00:2-3, with \
         nothing for free-from where it is never free, and :pickup at the end where the customer fetches it"
    )]
    Text,
}

impl ShippingMethods {
    /// Checks that they can be used together.
    ///
    /// # Errors
    /// [`ShippingError`].
    pub fn new(methods: Vec<ShippingMethod>) -> Result<Self, ShippingError> {
        if methods.is_empty() {
            return Err(ShippingError::Empty);
        }
        if methods.len() > MAX_METHODS {
            return Err(ShippingError::TooMany);
        }
        for (at, method) in methods.iter().enumerate() {
            if methods[..at].iter().any(|other| other.id == method.id) {
                return Err(ShippingError::Twice);
            }
            let fits = |minor: i64| (0..=MAX_PRICE_MINOR).contains(&minor);
            if !fits(method.price_minor) || !method.free_from_minor.is_none_or(fits) {
                return Err(ShippingError::Price);
            }
            if method.days.min > method.days.max || method.days.max > MAX_WORKING_DAYS {
                return Err(ShippingError::Days);
            }
        }
        Ok(Self(methods))
    }

    /// One way that costs nothing: for shops that do not ship, and for tests.
    #[must_use]
    pub fn free() -> Self {
        Self([method("standard", "Standard", 0, None, (2, 3), false)].into_iter().flatten().collect())
    }

    /// Reads methods as an operator writes them, separated by `;`.
    ///
    /// # Errors
    /// [`ShippingError`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, ShippingError> {
        let methods: Option<Vec<_>> = text.split(';').map(|part| parse_one(part.trim(), currency)).collect();
        Self::new(methods.ok_or(ShippingError::Text)?)
    }

    /// The method that is taken where none is chosen.
    #[must_use]
    pub fn first(&self) -> &ShippingMethod {
        // At least one, by `new`.
        &self.0[0]
    }

    /// The method with this id.
    #[must_use]
    pub fn find(&self, id: &Slug) -> Option<&ShippingMethod> {
        self.0.iter().find(|method| method.id == *id)
    }

    /// All of them, in the operator's order.
    pub fn iter(&self) -> std::slice::Iter<'_, ShippingMethod> {
        self.0.iter()
    }
}

/// Standard for 4.90 (free from 100.00, 2 to 3 working days), express for 12.90 (one), and pickup on the same day.
impl Default for ShippingMethods {
    fn default() -> Self {
        let methods = [
            method("standard", "Standard", 490, Some(10_000), (2, 3), false),
            method("express", "Express", 1_290, None, (1, 1), false),
            method("pickup", "Pickup", 0, None, (0, 0), true),
        ];
        Self(methods.into_iter().flatten().collect())
    }
}

fn method(
    id: &str,
    name: &str,
    price_minor: i64,
    free_from_minor: Option<i64>,
    (min, max): (u8, u8),
    pickup: bool,
) -> Option<ShippingMethod> {
    let (id, days) = (Slug::parse(id)?, WorkingDays { min, max });
    Some(ShippingMethod { id, name: name.to_owned(), price_minor, free_from_minor, days, pickup })
}

fn parse_one(text: &str, currency: Currency) -> Option<ShippingMethod> {
    let parts: Vec<&str> = text.split(':').map(str::trim).collect();
    let (parts, pickup) = match parts.as_slice() {
        [parts @ .., "pickup"] if parts.len() == 5 => (parts, true),
        parts => (parts, false),
    };
    let [id, name, price, free_from, days] = parts else { return None };
    let minor = |text: &str| Money::parse(text, currency).ok().map(|money| money.minor);
    let free_from_minor = if free_from.is_empty() { None } else { Some(minor(free_from)?) };
    let (min, max) = days.split_once('-').unwrap_or((days, days));
    let name = &kit_core::text::name(name, 60).ok()?;
    let days = (min.parse().ok()?, max.parse().ok()?);
    method(id, name, minor(price)?, free_from_minor, days, pickup)
}

impl fmt::Display for WorkingDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { min, max } = self;
        if min == max { write!(f, "{min}") } else { write!(f, "{min}-{max}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    #[test]
    fn weekends_are_no_working_days() {
        // 22 November 2026 is a Sunday.
        let sunday = Day::parse("2026-11-22").expect("a day");
        let on = |days_later: i64, min, max| {
            let found = estimate(sunday.plus(days_later), WorkingDays { min, max });
            [found.earliest, found.latest].map(|day| day.civil().2)
        };
        assert_eq!(on(0, 0, 1), [23, 23], "what is ordered on a Sunday is begun on Monday");
        assert_eq!(on(1, 0, 1), [23, 24]);
        assert_eq!(on(1, 2, 3), [25, 26]);
        assert_eq!(on(4, 1, 2), [27, 30], "Thursday: Friday, or Monday");
        assert_eq!(on(5, 0, 1), [27, 30]);
        assert_eq!(on(6, 0, 5), [30, 4], "Saturday: Monday, or the Friday after");
    }

    #[test]
    fn shipping_is_free_from_a_value_on() {
        let methods = ShippingMethods::default();
        let standard = methods.first();
        assert_eq!(standard.price(eur(9_999)), eur(490));
        assert_eq!(standard.price(eur(10_000)), eur(0));
        let express = methods.find(&Slug::parse("express").expect("a slug")).expect("there is one");
        assert_eq!(express.price(eur(1_000_000)), eur(1_290));
    }

    #[test]
    fn methods_are_read_from_text() {
        let text = "standard:Standard:4.90:100.00:2-3; express:Express:12.90::1;pickup:Pickup:0::0:pickup";
        assert_eq!(ShippingMethods::parse(text, Currency::EUR), Ok(ShippingMethods::default()));
        let cases = [
            ("", ShippingError::Text),
            ("a:A:1:1", ShippingError::Text),
            ("a:A:1,50::1", ShippingError::Text),
            ("a::1::1", ShippingError::Text),
            ("A b:A:1::1", ShippingError::Text),
            ("a:A:1::1;a:B:1::1", ShippingError::Twice),
            ("a:A:1000000.01::1", ShippingError::Price),
            ("a:A:1::3-2", ShippingError::Days),
            ("a:A:1::1-61", ShippingError::Days),
        ];
        for (text, error) in cases {
            assert_eq!(ShippingMethods::parse(text, Currency::EUR), Err(error), "{text:?}");
        }
        assert_eq!(ShippingMethods::new(Vec::new()), Err(ShippingError::Empty));
        let ways = |count: usize| (0..count).map(|way| format!("way-{way}:Way:1::1")).collect::<Vec<_>>().join(";");
        assert!(ShippingMethods::parse(&ways(MAX_METHODS), Currency::EUR).is_ok());
        assert_eq!(ShippingMethods::parse(&ways(MAX_METHODS + 1), Currency::EUR), Err(ShippingError::TooMany));
    }
}
