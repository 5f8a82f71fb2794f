//! Money as whole minor units. Decimals appear only at the edge: [`Money::parse`] and [`Money::decimal`].

use std::fmt;

use rust_decimal::Decimal;

use crate::iso4217;

/// The largest amount, in minor units, of any single movement or price: 10 billion euros.
///
/// Far above what a closed circle of money holds, and far enough below `i64::MAX` (9.2 × 10^18) that nine million
/// maximal amounts can be added before a checked addition has to refuse.
pub const MAX_MINOR: i64 = 1_000_000_000_000;

/// An ISO 4217 style currency code, three capital letters, and how many decimals its minor unit has.
///
/// The decimals are a part of the value: francs with two decimals, as a database of an earlier version may keep them,
/// are another currency than francs without, and no sum mixes the two. They come from [`Currency::parse`] for what is
/// new and from [`Currency::from_stored`] for what was recorded.
///
/// Codes that ISO 4217 does not know (a campus token, a game's coin) are welcome and have two decimals.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: [u8; 3],
    decimals: u8,
}

/// Why a text is not a currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a currency is three capital letters, such as EUR")]
pub struct CurrencyError;

/// The decimals of a code that ISO 4217 does not know.
const UNKNOWN: u8 = 2;

/// What a stored code without a digit means, and meant before ISO's list was complete here: these have no decimals or
/// three, every other code two. Never changed: the amounts of old databases are counted by it.
const BARE_NONE: &str = "BIF CLP DJF GNF ISK JPY KRW PYG UGX VND";
const BARE_THREE: &str = "BHD IQD JOD KWD LYD OMR TND";

impl Currency {
    /// The euro.
    pub const EUR: Self = Self::of(*b"EUR");
    /// The United States dollar.
    pub const USD: Self = Self::of(*b"USD");
    /// The pound sterling.
    pub const GBP: Self = Self::of(*b"GBP");
    /// The Swiss franc.
    pub const CHF: Self = Self::of(*b"CHF");
    /// The Japanese yen, which has no smaller unit.
    pub const JPY: Self = Self::of(*b"JPY");

    /// Reads a currency code; its decimals are those of ISO 4217.
    ///
    /// # Errors
    /// [`CurrencyError`] unless `text` is exactly three ASCII capital letters.
    pub fn parse(text: &str) -> Result<Self, CurrencyError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self::of(code)),
            _ => Err(CurrencyError),
        }
    }

    const fn of(code: [u8; 3]) -> Self {
        let decimals = match iso4217::decimals(code) {
            Some(decimals) => decimals,
            None => UNKNOWN,
        };
        Self { code, decimals }
    }

    /// Reads what [`Currency::to_stored`] wrote, and the bare codes of earlier versions.
    ///
    /// # Errors
    /// [`CurrencyError`] unless `text` is a code, with one digit behind it or none.
    pub fn from_stored(text: &str) -> Result<Self, CurrencyError> {
        let (code, digit) = text.split_at_checked(3).ok_or(CurrencyError)?;
        let bare = Self::parse(code)?.bare();
        match digit.as_bytes() {
            [] => Ok(bare),
            [digit @ b'0'..=b'4'] => Ok(Self { decimals: digit - b'0', ..bare }),
            _ => Err(CurrencyError),
        }
    }

    /// For a database: the code, and its decimals where they are not what a bare code always meant there: `EUR`, `JPY`,
    /// `XAF0`. So an amount keeps its decimals, whatever later versions know of its currency.
    #[must_use]
    pub fn to_stored(self) -> String {
        if self == self.bare() { self.code().to_owned() } else { format!("{}{}", self.code(), self.decimals) }
    }

    fn bare(self) -> Self {
        let decimals = match self.code {
            code if iso4217::lists(BARE_NONE, code) => 0,
            code if iso4217::lists(BARE_THREE, code) => 3,
            _ => 2,
        };
        Self { decimals, ..self }
    }

    /// Whether its code is the same, whatever its decimals are.
    #[must_use]
    pub fn has_code_of(self, other: Self) -> bool {
        self.code == other.code
    }

    /// The same currency as ISO 4217 has it now: another one where a database has recorded other decimals.
    #[must_use]
    pub fn as_of_now(self) -> Self {
        Self::of(self.code)
    }

    /// The code, such as `"EUR"`.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("XXX")
    }

    /// How many decimals its minor unit has: 2 for the euro's cent, 0 for the yen, 4 at most.
    #[must_use]
    pub fn decimals(self) -> u32 {
        u32::from(self.decimals)
    }
}

/// One line for an operator whose database counts a currency with other decimals than ISO 4217 has now.
#[must_use]
pub fn kept_decimals(recorded: Currency) -> String {
    let (kept, now) = (recorded.decimals(), recorded.as_of_now().decimals());
    format!("this database keeps {recorded} with {kept} decimals, as it was first used; ISO 4217 has {now}")
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

    /// The same amount in the same currency counted with other decimals; `None` where the code differs, the amount has
    /// more decimals than that, or it is too large.
    ///
    /// ```
    /// use kit_core::{Currency, Money};
    /// let (old, new) = (Currency::from_stored("XAF").unwrap(), Currency::parse("XAF").unwrap());
    /// assert_eq!(Money::new(150_000, old).counted_in(new), Some(Money::new(1_500, new)));
    /// assert_eq!(Money::new(150_050, old).counted_in(new), None);
    /// ```
    #[must_use]
    pub fn counted_in(self, currency: Currency) -> Option<Self> {
        let (from, to) = (self.currency.decimals(), currency.decimals());
        let finer = self.minor.checked_mul(10_i64.pow(to.saturating_sub(from)))?;
        let divisor = 10_i64.pow(from.saturating_sub(to));
        let exact = self.currency.has_code_of(currency) && finer % divisor == 0;
        exact.then(|| Self::new(finer / divisor, currency))
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

    #[test]
    fn decimals_are_those_of_iso_4217() {
        let check = |codes: &str, decimals| {
            for code in codes.split(' ') {
                assert_eq!(Currency::parse(code).expect("a code").decimals(), decimals, "{code}");
            }
        };
        check("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0);
        check("EUR USD GBP CHF MGA MRU HUF IDR XCG ZWG", 2);
        check("BHD IQD JOD KWD LYD OMR TND", 3);
        check("CLF UYW", 4);
        check("XTS XAU ZZZ", 2);
        let xaf = Currency::parse("XAF").expect("a code");
        assert_eq!(Money::parse("1500.50", xaf), Err(MoneyError::TooManyDecimals { allowed: 0 }));
        let kmf = Currency::parse("KMF").expect("a code");
        assert_eq!(Money::parse("0.01", kmf), Err(MoneyError::TooManyDecimals { allowed: 0 }));
    }

    #[test]
    fn what_is_stored_keeps_its_decimals() {
        let check = |text: &str, decimals| {
            let currency = Currency::from_stored(text).expect("a stored currency");
            assert_eq!((currency.decimals(), currency.to_stored().as_str()), (decimals, text));
        };
        // Bare codes, as databases had them before: today's meaning may differ, theirs does not.
        check("EUR", 2);
        check("JPY", 0);
        check("KWD", 3);
        check("XAF", 2);
        check("CLF", 2);
        check("XAF0", 0);
        check("CLF4", 4);
        for text in ["", "XA", "XAF9", "XAF00", "XAF-", "xaf", "XÄF", "XAF0 "] {
            assert_eq!(Currency::from_stored(text), Err(CurrencyError), "{text:?}");
        }
        let new = Currency::parse("XAF").expect("a code");
        assert_eq!(new.to_stored(), "XAF0");
        let old = Currency::from_stored("XAF").expect("a stored currency");
        assert_eq!((old.as_of_now(), old.has_code_of(new)), (new, true));
        assert_eq!(Money::new(1, old).plus(Money::new(1, new)), Err(MoneyError::CurrencyMismatch));
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
