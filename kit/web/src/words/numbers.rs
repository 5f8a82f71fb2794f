//! Numbers and money as a language writes them.

use kit_core::{Language, Money};

use super::{Filled, Value, Words};

/// Keeps an amount and its currency on one line.
const NO_BREAK: char = '\u{a0}';
/// Stands as high as a plus and is read as "minus"; a hyphen is neither.
const MINUS: char = '\u{2212}';

/// What stands between thousands in a language, and its decimal point.
#[must_use]
pub fn number_marks(language: Language) -> (char, char) {
    match language {
        Language::English => (',', '.'),
        Language::German => ('.', ','),
    }
}

impl Words<'_> {
    /// An amount: `€1,234.50`, `1.234,50 €`; what is less than nothing has a minus.
    pub fn money(self, amount: impl std::borrow::Borrow<Money>) -> String {
        let amount = *amount.borrow();
        let plain = amount.decimal();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("\u{2212}", digits));
        let digits = self.grouped(digits);
        let code = amount.currency.to_string();
        let symbol = symbol(&code);
        match self.language() {
            // A symbol stands before the amount, a code with a space.
            Language::English if symbol.chars().count() == 1 => format!("{sign}{symbol}{digits}"),
            Language::English => format!("{sign}{symbol}{NO_BREAK}{digits}"),
            Language::German => format!("{sign}{digits}{NO_BREAK}{symbol}"),
        }
    }

    /// An amount that came in or went out: with its plus or minus.
    pub fn movement(self, amount: impl std::borrow::Borrow<Money>) -> String {
        let amount = *amount.borrow();
        let plus = if amount.minor > 0 { "+" } else { "" };
        format!("{plus}{}", self.money(amount))
    }

    /// A whole number: `12,345`.
    pub fn number(self, number: impl Into<Value>) -> String {
        match number.into().0 {
            Filled::Count(number) => self.decimal(&number.to_string()),
            Filled::Text(number) => self.decimal(&number),
        }
    }

    /// A decimal number as programs write it (`1234.5`), as people do.
    pub fn decimal(self, number: &str) -> String {
        match number.strip_prefix('-') {
            Some(digits) => format!("{MINUS}{}", self.grouped(digits)),
            None => self.grouped(number),
        }
    }

    /// Groups of three before the point, and the language's point.
    fn grouped(self, digits: &str) -> String {
        let (separator, point) = number_marks(self.language());
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        if let Some(fraction) = fraction {
            text.push(point);
            text.push_str(fraction);
        }
        text
    }
}

/// The sign by which a currency is known everywhere; of others the code, which nobody can take for another one.
fn symbol(code: &str) -> &str {
    match code {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "JPY" => "¥",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use kit_core::Currency;

    use super::super::Vocabulary;
    use super::*;

    #[test]
    fn money_is_written_as_people_do() {
        let check = |minor, code: &str, english: &str, german: &str| {
            let amount = Money::new(minor, Currency::parse(code).expect("a code"));
            let said = |language| {
                Vocabulary::of_the_kit().words(language, kit_core::Calendar::UTC).money(amount).replace(NO_BREAK, " ")
            };
            assert_eq!(said(Language::English), english);
            assert_eq!(said(Language::German), german);
        };
        check(0, "EUR", "€0.00", "0,00 €");
        check(-305, "EUR", "−€3.05", "−3,05 €");
        check(123_456_789, "EUR", "€1,234,567.89", "1.234.567,89 €");
        check(150_000, "JPY", "¥150,000", "150.000 ¥");
        check(99_999, "CHF", "CHF 999.99", "999,99 CHF");
    }

    #[test]
    fn numbers_are_grouped() {
        let t = Vocabulary::of_the_kit().words(Language::German, kit_core::Calendar::UTC);
        assert_eq!(t.number(1_234_567), "1.234.567");
        assert_eq!(t.number(-12), "−12");
        assert_eq!(t.decimal("13.4"), "13,4");
        assert_eq!(t.decimal("1000"), "1.000");
        assert_eq!(t.movement(Money::new(500, Currency::EUR)).replace(NO_BREAK, " "), "+5,00 €");
    }
}
