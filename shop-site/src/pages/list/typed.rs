//! The ends of spans as people type them into a list's form: by the page's language, and kept beside an error where
//! they cannot be read.

use std::collections::BTreeMap;

use form_urlencoded::Serializer;
use kit_core::{Currency, Language, Money};
use kit_web::words::number_marks;
use rust_decimal::Decimal;
use shop_core::rules::typed::plain;

/// More of what was typed is not shown again.
const MAX_SHOWN: usize = 40;

/// A span that was typed and means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unread {
    /// What was typed, and whether it cannot be read.
    pub(super) from: (String, bool),
    pub(super) to: (String, bool),
}

impl Unread {
    /// Both ends can be read, and the first is the larger one.
    pub(super) fn upside_down(&self) -> bool {
        !self.from.1 && !self.to.1
    }
}

/// An end as it was typed, and as programs write it.
#[derive(Default)]
struct End {
    typed: String,
    read: Option<String>,
}

impl End {
    fn is_unread(&self) -> bool {
        !self.typed.is_empty() && self.read.is_none()
    }
}

/// What stands behind the question mark, with every number as programs write it; and by key the spans that mean
/// nothing, which are not in it any more.
pub(super) fn read(asked: &str, language: Language, currency: Currency) -> (String, BTreeMap<String, Unread>) {
    let mut spans: BTreeMap<String, [End; 2]> = BTreeMap::new();
    let mut rest = Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(asked.as_bytes()) {
        let value = value.trim();
        let readable =
            |text: &str| read_number(text, language, (name.split('.').next() == Some("price")).then_some(currency));
        let mut end = |key: &str, at: usize, typed: &str, read: Option<String>| {
            let end = &mut spans.entry(key.to_owned()).or_default()[at];
            // The first who says where a span ends is right.
            if end.typed.is_empty() {
                *end = End { typed: typed.chars().take(MAX_SHOWN).collect(), read };
            }
        };
        if let Some(key) = name.strip_suffix(".min") {
            end(key, 0, value, readable(value));
        } else if let Some(key) = name.strip_suffix(".max") {
            end(key, 1, value, readable(value));
        } else if let Some((from, to)) = value.split_once("..").filter(|_| name != "q" && name != "brand") {
            // An address that somebody has edited: as programs write it, or as people do.
            for (at, typed) in [from, to].into_iter().enumerate() {
                let typed = typed.trim();
                let read =
                    Some(typed.replace(',', ".")).filter(|text| is_number(text, (name == "price").then_some(currency)));
                end(&name, at, typed, read.or_else(|| readable(typed)));
            }
        } else if name == "price" {
            end(&name, 0, value, None);
        } else {
            rest.append_pair(&name, value);
        }
    }
    let mut unread = BTreeMap::new();
    for (key, [from, to]) in spans {
        let number = |end: &End| end.read.as_ref().and_then(|text| Decimal::from_str_exact(text).ok());
        let upside_down = matches!((number(&from), number(&to)), (Some(from), Some(to)) if from > to);
        if from.is_unread() || to.is_unread() || upside_down {
            let shown = |end: End| (end.typed.clone(), end.is_unread());
            unread.insert(key, Unread { from: shown(from), to: shown(to) });
        } else if from.read.is_some() || to.read.is_some() {
            let span = format!("{}..{}", from.read.unwrap_or_default(), to.read.unwrap_or_default());
            rest.append_pair(&key, &span);
        }
    }
    (rest.finish(), unread)
}

/// A number as programs write it; for a price with no more decimals than its currency has.
fn is_number(text: &str, price_in: Option<Currency>) -> bool {
    match price_in {
        Some(currency) => Money::parse(text, currency).is_ok(),
        None => Decimal::from_str_exact(text).is_ok() && text.bytes().all(|b| b.is_ascii_digit() || b".-".contains(&b)),
    }
}

/// A number as people write it: `1.299,00` on a German page, `1,299.00` on an English one; blanks and apostrophes
/// between thousands, and with a price its currency. What has only one meaning is read in either language: `99,90`.
fn read_number(text: &str, language: Language, price_in: Option<Currency>) -> Option<String> {
    let text = plain(text)?;
    let mut text = text.trim();
    if let Some(currency) = price_in {
        for sign in [currency.code(), sign_of(currency)].into_iter().filter(|sign| !sign.is_empty()) {
            let without = |part: Option<&str>| part.is_some_and(|part| part.eq_ignore_ascii_case(sign));
            if without(text.get(..sign.len())) {
                text = text[sign.len()..].trim_start();
            } else if without(text.len().checked_sub(sign.len()).and_then(|at| text.get(at..))) {
                text = text[..text.len() - sign.len()].trim_end();
            }
        }
    }
    let (group, point) = number_marks(language);
    let read = by(text, point, group).or_else(|| by(text, group, point))?;
    is_number(&read, price_in).then_some(read)
}

/// Read with this point and this mark between thousands.
fn by(text: &str, point: char, group: char) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = match digits.split_once(point) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let is_mark = |c: char| c == group || matches!(c, ' ' | '\'' | '’');
    let mut groups = whole.split(is_mark);
    let first = groups.next().unwrap_or_default();
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let grouped = whole.contains(is_mark);
    let fits = plain(first)
        && (!grouped || first.len() <= 3)
        && groups.all(|group| group.len() == 3 && plain(group))
        && fraction.is_none_or(plain);
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    fits.then(|| fraction.map_or_else(|| format!("{sign}{whole}"), |fraction| format!("{sign}{whole}.{fraction}")))
}

fn sign_of(currency: Currency) -> &'static str {
    match currency.code() {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "JPY" => "¥",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_by_the_pages_language() {
        let check = |text: &str, english: Option<&str>, german: Option<&str>| {
            let read = |language| read_number(text, language, Some(Currency::EUR));
            assert_eq!(read(Language::English).as_deref(), english, "{text:?} in English");
            assert_eq!(read(Language::German).as_deref(), german, "{text:?} in German");
        };
        check("1.299,00", Some("1299.00"), Some("1299.00"));
        check("1,299.00", Some("1299.00"), Some("1299.00"));
        check("1.299", None, Some("1299"));
        check("1,299", Some("1299"), None);
        check("99,90", Some("99.90"), Some("99.90"));
        check("99.90", Some("99.90"), Some("99.90"));
        check("€100", Some("100"), Some("100"));
        check("100 €", Some("100"), Some("100"));
        check("eur 1'299.50", Some("1299.50"), Some("1299.50"));
        check("1\u{a0}299", Some("1299"), Some("1299"));
        check("１００\u{200b}", Some("100"), Some("100"));
        for text in ["cheap", "-5", "1.2.3", "12,34,56", "1.299.00", "€", "", "1e5", "$100", "1299.999", "..", "1,"] {
            check(text, None, None);
        }
    }

    #[test]
    fn what_means_nothing_is_kept_apart_and_the_rest_stays() {
        let check = |asked: &str, rest: &str, unread: &[(&str, &str, bool, &str, bool)]| {
            let (kept, found) = read(asked, Language::German, Currency::EUR);
            assert_eq!(kept, rest, "{asked}");
            let found: Vec<_> = found
                .iter()
                .map(|(key, of)| (key.as_str(), of.from.0.as_str(), of.from.1, of.to.0.as_str(), of.to.1))
                .collect();
            assert_eq!(found, unread, "{asked}");
        };
        check("brand=A&price.min=1.299&price.max=", "brand=A&price=1299..", &[]);
        check("brand=A..B&price.min=cheap&price.max=9", "brand=A..B", &[("price", "cheap", true, "9", false)]);
        check("price.min=9&price.max=1&sort=name", "sort=name", &[("price", "9", false, "1", false)]);
        check("price=1299.50..", "price=1299.50..", &[]);
        check("price=9..1", "", &[("price", "9", false, "1", false)]);
        check("price=cheap", "", &[("price", "cheap", true, "", false)]);
        check("weight.min=1,5&weight.max=-2", "", &[("weight", "1,5", false, "-2", false)]);
        check("weight.min=1,5&ram=much&ram=16", "ram=much&ram=16&weight=1.5..", &[]);
        check("price.min=&price.max=", "", &[]);
    }
}
