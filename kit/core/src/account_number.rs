//! Account numbers: ten digits and two check digits, so that a typo is told from an unknown account.

use std::fmt;

/// The number of a bank account: 12 digits, the last two of them check digits (ISO 7064 MOD 97-10, as in an IBAN).
///
/// MOD 97-10 finds every single wrong digit and every swap of two neighbours.
///
/// ```
/// use kit_core::AccountNumber;
/// let number = AccountNumber::parse("2400 0000 0183").unwrap();
/// assert_eq!(number.digits(), "240000000183");
/// assert!(AccountNumber::parse("2400 0000 0138").is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountNumber(u64);

/// Why a text is not an account number. Neither says anything about whether an account exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountNumberError {
    /// Not twelve digits.
    #[error("an account number has 12 digits")]
    Format,
    /// The check digits do not match: mistyped.
    #[error("the check digits of this account number do not match; please compare it digit by digit")]
    CheckDigits,
}

/// Ten digits stand before the check digits.
const PAYLOADS: u64 = 10_000_000_000;

/// Longer texts are not read. Twelve digits with a separator of three bytes around each of them have 51.
const MAX_BYTES: usize = 64;

/// What may stand between the digits: white space (tabs, line ends and no-break spaces are), hyphens and dashes, and
/// what cannot be seen: word processors, mails and chats leave it in what is copied from them.
fn separates(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
        )
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl AccountNumber {
    /// The number with this payload (the ten digits before the check digits).
    ///
    /// # Panics
    /// When `payload` has more than ten digits: payloads are made, not read.
    #[must_use]
    pub fn from_payload(payload: u64) -> Self {
        assert!(payload < PAYLOADS, "an account number's payload has at most ten digits");
        let check = 98 - (payload % 97) * (100 % 97) % 97;
        Self(payload * 100 + check)
    }

    /// Reads twelve digits, as people type and paste them: blanks of every kind, dashes and invisible characters
    /// between and around them do not count.
    ///
    /// # Errors
    /// [`AccountNumberError::Format`] or [`AccountNumberError::CheckDigits`].
    pub fn parse(text: &str) -> Result<Self, AccountNumberError> {
        if text.len() > MAX_BYTES {
            return Err(AccountNumberError::Format);
        }
        let digits: String = text.chars().filter(|c| !separates(*c)).collect();
        if digits.len() != 12 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AccountNumberError::Format);
        }
        let value: u64 = digits.parse().map_err(|_| AccountNumberError::Format)?;
        Self::from_value(value).ok_or(AccountNumberError::CheckDigits)
    }

    /// From the twelve digits as a number, as stores keep it; `None` where the check digits do not match.
    #[must_use]
    pub fn from_value(value: u64) -> Option<Self> {
        let number = Self(value);
        (value / 100 < PAYLOADS && Self::from_payload(value / 100) == number).then_some(number)
    }

    /// The twelve digits as a number.
    #[must_use]
    pub fn value(self) -> u64 {
        self.0
    }

    /// The twelve digits without spaces, as the APIs write it.
    #[must_use]
    pub fn digits(self) -> String {
        format!("{:012}", self.0)
    }

    /// Its last four digits behind dots: enough to recognise one's own account in a log or an order.
    #[must_use]
    pub fn masked(self) -> String {
        self.tail().masked()
    }

    /// Its last four digits.
    #[must_use]
    pub fn tail(self) -> AccountTail {
        // A remainder of 10,000 fits.
        AccountTail(u16::try_from(self.0 % 10_000).unwrap_or_default())
    }
}

/// The last four digits of an account number, for readers who may not see all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountTail(u16);

impl AccountTail {
    /// The four digits: `0183`.
    #[must_use]
    pub fn digits(self) -> String {
        format!("{:04}", self.0)
    }

    /// For people: `•••• •••• 0183`.
    #[must_use]
    pub fn masked(self) -> String {
        format!("•••• •••• {:04}", self.0)
    }

    /// For files and programs, in ASCII: `****0183`.
    #[must_use]
    pub fn masked_ascii(self) -> String {
        format!("****{:04}", self.0)
    }
}

/// For people, in groups of four: `2400 0000 0183`.
impl fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let d = self.digits();
        write!(f, "{} {} {}", &d[..4], &d[4..8], &d[8..])
    }
}

impl fmt::Debug for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formats_are_told_from_typos() {
        let good = AccountNumber::from_payload(2_400_000_001);
        assert_eq!(AccountNumber::parse(&good.to_string()), Ok(good));
        assert_eq!((good.masked(), good.tail().masked_ascii()), ("•••• •••• 0183".into(), "****0183".into()));
        for text in
            ["", "12", "2400000001837", "24000000015a", "2400.0000.0183", "２４００００００００１５", &" ".repeat(65)]
        {
            assert_eq!(AccountNumber::parse(text), Err(AccountNumberError::Format), "{text:?}");
        }
        // 98 and 01 are the same remainder: only one of them may be taken, or an account would have two spellings.
        let check_98 = AccountNumber::from_payload(97).digits();
        assert!(check_98.ends_with("98"));
        let check_01 = check_98.replace("98", "01");
        assert_eq!(AccountNumber::parse(&check_01), Err(AccountNumberError::CheckDigits), "one spelling a number");
    }

    #[test]
    fn what_is_pasted_with_separators_is_read() {
        let good = AccountNumber::from_payload(2_400_000_001);
        for text in [
            "2400-0000-0183",
            "2400\u{a0}0000\u{a0}0183",
            "2400\t0000\t0183",
            "240000000183\n",
            "240000000183\r\n",
            "2400\u{202f}0000\u{2009}0183",
            "2400\u{2011}0000\u{2013}0183",
            "\u{feff}2400\u{200b}0000\u{2060}0183\u{200e}",
            " - 2400 - 0000 - 0183 - ",
        ] {
            assert_eq!(AccountNumber::parse(text), Ok(good), "{text:?}");
        }
        assert_eq!(AccountNumber::parse("2400-0000-0138"), Err(AccountNumberError::CheckDigits));
    }

    proptest! {
        #[test]
        fn every_number_reads_back(payload in 0..PAYLOADS) {
            let number = AccountNumber::from_payload(payload);
            prop_assert_eq!(AccountNumber::parse(&number.digits()), Ok(number));
            prop_assert_eq!(number.value() % 97, 1, "ISO 7064");
        }

        #[test]
        fn one_wrong_digit_or_swap_is_found(payload in 0..PAYLOADS, at in 0_usize..12, by in 1_u8..10) {
            let digits = AccountNumber::from_payload(payload).digits().into_bytes();
            let mut wrong = digits.clone();
            wrong[at] = b'0' + (wrong[at] - b'0' + by) % 10;
            prop_assert!(AccountNumber::parse(&String::from_utf8_lossy(&wrong)).is_err());
            let mut swapped = digits.clone();
            swapped.swap(at, (at + 1).min(11));
            if swapped != digits {
                prop_assert!(AccountNumber::parse(&String::from_utf8_lossy(&swapped)).is_err());
            }
        }
    }
}
