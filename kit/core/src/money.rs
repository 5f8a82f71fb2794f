//! Money as whole minor units. Decimals appear only at the edge: [`Money::parse`] and [`Money::decimal`].

use std::fmt;

use rust_decimal::Decimal;

/// The largest amount, in minor units, of any single movement or price: 10 billion euros.
///
/// Far above what a closed circle of money holds, and far enough below `i64::MAX` (9.2 × 10^18) that nine million
/// maximal amounts can be added before a checked addition has to refuse.
pub const MAX_MINOR: i64 = 1_000_000_000_000;

/// An ISO 4217 style currency code: three capital letters, and how many decimals its minor unit has.
///
/// Codes that ISO 4217 does not know (a campus token, a game's coin) are welcome and have two decimals.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// Why a text is not a currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a currency is three capital letters, such as EUR")]
pub struct CurrencyError;

/// ISO 4217 currencies whose minor unit is not a hundredth.
const NO_DECIMALS: [&[u8; 3]; 10] = [b"BIF", b"CLP", b"DJF", b"GNF", b"ISK", b"JPY", b"KRW", b"PYG", b"UGX", b"VND"];
const THREE_DECIMALS: [&[u8; 3]; 7] = [b"BHD", b"IQD", b"JOD", b"KWD", b"LYD", b"OMR", b"TND"];

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");
    /// The United States dollar.
    pub const USD: Self = Self(*b"USD");
    /// The pound sterling.
    pub const GBP: Self = Self(*b"GBP");
    /// The Swiss franc.
    pub const CHF: Self = Self(*b"CHF");
    /// The Japanese yen, which has no smaller unit.
    pub const JPY: Self = Self(*b"JPY");

    /// Reads a currency code.
    ///
    /// # Errors
    /// [`CurrencyError`] unless `text` is exactly three ASCII capital letters.
    pub fn parse(text: &str) -> Result<Self, CurrencyError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(CurrencyError),
        }
    }

    /// The code, such as `"EUR"`.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimals its minor unit has: 2 for the euro's cent, 0 for the yen.
    #[must_use]
    pub fn decimals(self) -> u32 {
        if NO_DECIMALS.contains(&&self.0) {
            0
        } else if THREE_DECIMALS.contains(&&self.0) {
            3
        } else {
            2
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount of money: minor units (cents) and their currency.
///
/// ```
/// use kit_core::{Currency, Money};
/// let price = Money::parse("129.90", Currency::EUR).unwrap();
/// assert_eq!(price.minor, 12_990);
/// assert_eq!(price.decimal(), "129.90");
/// assert!(Money::parse("0.001", Currency::EUR).is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units: cents for EUR, whole yen for JPY. May be negative in a difference.
    pub minor: i64,
    /// The currency of those units.
    pub currency: Currency,
}

/// Why a text is not an amount, or two amounts do not add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Empty, letters, a comma, an exponent, a sign.
    #[error("an amount is written with digits and a decimal point, such as 129.90")]
    NotANumber,
    /// More decimals than the currency has.
    #[error("too many decimals: this currency has {allowed}")]
    TooManyDecimals {
        /// How many decimals the currency has.
        allowed: u32,
    },
    /// Above [`MAX_MINOR`], or the result of an addition or multiplication would be.
    #[error("the amount is too large")]
    TooLarge,
    /// The two amounts are of different currencies.
    #[error("the amounts are of different currencies")]
    CurrencyMismatch,
}

impl Money {
    /// An amount of `minor` units.
    #[must_use]
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Reads an unsigned decimal such as `"129.90"`, `"129.9"` or `"129"`.
    ///
    /// Zero is a number: whether it may be deposited is a rule's business, not the parser's.
    ///
    /// # Errors
    /// [`MoneyError::NotANumber`], [`MoneyError::TooManyDecimals`] or [`MoneyError::TooLarge`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        // Decimal's own parser also takes signs, underscores and exponents: people's amounts have none of them.
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        if !plain || whole.is_empty() || fraction.is_empty() || fraction.contains('.') {
            return Err(MoneyError::NotANumber);
        }
        let allowed = currency.decimals();
        if text.contains('.') && fraction.len() > allowed as usize {
            return Err(MoneyError::TooManyDecimals { allowed });
        }
        if whole.len() > 20 {
            return Err(MoneyError::TooLarge);
        }
        let value = Decimal::from_str_exact(text).map_err(|_| MoneyError::TooLarge)?;
        let scaled = value.checked_mul(Decimal::from(10_i64.pow(allowed))).ok_or(MoneyError::TooLarge)?;
        let minor = i64::try_from(scaled).map_err(|_| MoneyError::TooLarge)?;
        if minor > MAX_MINOR { Err(MoneyError::TooLarge) } else { Ok(Self { minor, currency }) }
    }

    /// The plain decimal, as the APIs write it: `"129.90"`, `"-3.05"`, `"500"` for a currency without decimals.
    #[must_use]
    pub fn decimal(&self) -> String {
        Decimal::new(self.minor, self.currency.decimals()).to_string()
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], or [`MoneyError::TooLarge`] on overflow of `i64`.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self::new(minor, self.currency))
    }

    /// The difference, which may be negative.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], or [`MoneyError::TooLarge`] on overflow of `i64`.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self::new(minor, self.currency))
    }

    /// This amount `count` times, as a cart line needs it.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] above [`MAX_MINOR`].
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        match self.minor.checked_mul(i64::from(count)) {
            Some(minor) if minor.abs() <= MAX_MINOR => Ok(Self::new(minor, self.currency)),
            _ => Err(MoneyError::TooLarge),
        }
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::CurrencyMismatch) }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// For people: thousands grouped with a thin comma, then the currency: `"1,299.00 EUR"`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.decimal();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        f.write_str(sign)?;
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if let Some(fraction) = fraction {
            write!(f, ".{fraction}")?;
        }
        write!(f, " {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parses_what_people_write_and_refuses_the_rest() {
        let check = |text: &str, currency: &str, expected: Result<i64, MoneyError>| {
            let currency = Currency::parse(currency).expect("test currency");
            assert_eq!(Money::parse(text, currency).map(|m| m.minor), expected, "{text:?} {currency}");
        };
        check("129.90", "EUR", Ok(12_990));
        check("129.9", "EUR", Ok(12_990));
        check("129", "EUR", Ok(12_900));
        check("0", "EUR", Ok(0));
        check("0.01", "EUR", Ok(1));
        check("007", "EUR", Ok(700));
        check("500", "JPY", Ok(500));
        check("1.234", "KWD", Ok(1_234));
        check("10000000000.00", "EUR", Ok(MAX_MINOR));
        check("10000000000.01", "EUR", Err(MoneyError::TooLarge));
        check("99999999999999999999", "EUR", Err(MoneyError::TooLarge));
        check("9999999999999999999999999999999999999", "EUR", Err(MoneyError::TooLarge));
        check("0.001", "EUR", Err(MoneyError::TooManyDecimals { allowed: 2 }));
        check("0.000", "EUR", Err(MoneyError::TooManyDecimals { allowed: 2 }));
        check("1.5", "JPY", Err(MoneyError::TooManyDecimals { allowed: 0 }));
        for text in
            ["", " ", ".", "1.", ".5", "-1", "+1", "1,50", "1e3", "1_000", "abc", "1.2.3", "NaN", "１２", "0x10"]
        {
            check(text, "EUR", Err(MoneyError::NotANumber));
        }
    }

    #[test]
    fn prints_for_people() {
        let check = |minor, code: &str, shown| {
            assert_eq!(Money::new(minor, Currency::parse(code).expect("code")).to_string(), shown);
        };
        check(0, "EUR", "0.00 EUR");
        check(-305, "EUR", "-3.05 EUR");
        check(99_999, "EUR", "999.99 EUR");
        check(123_456_789, "EUR", "1,234,567.89 EUR");
        check(1_500, "JPY", "1,500 JPY");
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(minor in 0..=MAX_MINOR, code in "EUR|JPY|KWD|XTS") {
            let money = Money::new(minor, Currency::parse(&code).expect("code"));
            prop_assert_eq!(Money::parse(&money.decimal(), money.currency), Ok(money));
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,40}") {
            let _ = Money::parse(&text, Currency::EUR);
        }
    }
}
