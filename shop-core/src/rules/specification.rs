//! Typed specifications: `ram=16 GB` is a number with a unit, `ecc=yes` a flag, `panel=IPS` a text.
//!
//! A key means the same thing everywhere: one type and one unit across the whole catalogue, so that products can be
//! compared and filtered by it. [`Vocabulary`] keeps that promise while a catalogue is read.

use std::collections::BTreeMap;
use std::fmt;

use kit_core::text::{self, TextError};
use rust_decimal::Decimal;

use super::product::humanise;

/// The most specifications one product may have.
pub const MAX_SPECIFICATIONS: usize = 40;
const MAX_KEY_CHARS: usize = 40;
const MAX_VALUE_CHARS: usize = 200;
const MAX_UNIT_CHARS: usize = 12;

/// One fact about a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specification {
    /// The same for the same fact everywhere, such as `refresh_rate`.
    pub key: String,
    /// What it comes to for this product.
    pub value: SpecificationValue,
}

/// A fact's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecificationValue {
    /// A number and its unit.
    Number {
        /// As written: `14.0` keeps its decimal.
        number: Decimal,
        /// Such as `GB`; empty for a plain count.
        unit: String,
    },
    /// Words.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

/// As in the catalogue file, and for people: `16 GB`, `IPS`, `yes`.
impl fmt::Display for SpecificationValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { number, unit } if unit.is_empty() => write!(f, "{number}"),
            Self::Number { number, unit } => write!(f, "{number} {unit}"),
            Self::Text(text) => f.write_str(text),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
        }
    }
}

impl Specification {
    /// The key's name for people: "Refresh rate".
    #[must_use]
    pub fn label(&self) -> String {
        label(&self.key)
    }

    /// Its kind: what must be the same wherever the key is used.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.value {
            SpecificationValue::Number { unit, .. } => Kind::Number { unit: unit.clone() },
            SpecificationValue::Text(_) => Kind::Text,
            SpecificationValue::Flag(_) => Kind::Flag,
        }
    }
}

/// Keys whose name for people is not simply the key with spaces.
const LABELS: [(&str, &str); 15] = [
    ("ecc", "ECC memory"),
    ("gpu", "Graphics chip"),
    ("graphics", "Graphics"),
    ("height_adjustable", "Height adjustable"),
    ("kind", "Type"),
    ("max_clock", "Highest clock"),
    ("os", "Operating system"),
    ("poe_budget", "PoE budget"),
    ("ram", "Memory"),
    ("rgb", "RGB lighting"),
    ("ssd", "SSD"),
    ("usb_c_ports", "USB-C ports"),
    ("usb_c_power", "USB-C power"),
    ("video_memory", "Video memory"),
    ("wifi", "Wi-Fi"),
];

/// A key's name for people: "Memory" for `ram`, and for keys that nobody named the key itself in words.
#[must_use]
pub fn label(key: &str) -> String {
    match LABELS.iter().find(|(known, _)| *known == key) {
        Some((_, label)) => (*label).to_owned(),
        None => humanise(key),
    }
}

/// Type and unit of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A number with this unit.
    Number {
        /// Empty for a plain count.
        unit: String,
    },
    /// Words.
    Text,
    /// Yes or no.
    Flag,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { unit } if unit.is_empty() => f.write_str("a number without a unit"),
            Self::Number { unit } => write!(f, "a number in {unit}"),
            Self::Text => f.write_str("a text"),
            Self::Flag => f.write_str("yes or no"),
        }
    }
}

/// Reads `key=value;key=value`, as the catalogue file and the stores write it.
///
/// # Errors
/// What is wrong with the first pair that cannot be read, in words for the person who wrote the file.
pub fn parse_list(text: &str) -> Result<Vec<Specification>, String> {
    let mut list: Vec<Specification> = Vec::new();
    if text.trim().is_empty() {
        return Ok(list);
    }
    for pair in text.split(';') {
        let Some((key, value)) = pair.split_once('=') else {
            return Err("each specification is written key=value, separated by semicolons".to_owned());
        };
        let (key, value) = (key.trim(), value.trim());
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if key.is_empty() || key.len() > MAX_KEY_CHARS || !key.bytes().all(plain) {
            return Err(format!(
                "a specification's key has 1 to {MAX_KEY_CHARS} lower-case letters, digits and underscores"
            ));
        }
        let value = text::line(value, MAX_VALUE_CHARS).map_err(|error| match error {
            TextError::NotPlain { found } if found.is_control() => {
                format!("the value of `{key}` must be one line of plain text")
            }
            TextError::NotPlain { .. } => format!("the value of `{key}` {error}"),
            _ => format!("the value of `{key}` must have 1 to {MAX_VALUE_CHARS} characters"),
        })?;
        let value = value.trim();
        if value.is_empty() {
            return Err(format!("the value of `{key}` must have 1 to {MAX_VALUE_CHARS} characters"));
        }
        if list.iter().any(|other| other.key == key) {
            return Err(format!("`{key}` stands there twice"));
        }
        list.push(Specification { key: key.to_owned(), value: parse_value(value) });
    }
    if list.len() > MAX_SPECIFICATIONS {
        return Err(format!("a product has at most {MAX_SPECIFICATIONS} specifications"));
    }
    Ok(list)
}

/// The list in the form that [`parse_list`] reads.
#[must_use]
pub fn write_list(list: &[Specification]) -> String {
    list.iter().map(|s| format!("{}={}", s.key, s.value)).collect::<Vec<_>>().join(";")
}

/// Any text is a value: what is neither yes, no nor a number with at most one unit word is a text ("1920 x 1200").
fn parse_value(text: &str) -> SpecificationValue {
    match text {
        "yes" => return SpecificationValue::Flag(true),
        "no" => return SpecificationValue::Flag(false),
        _ => {}
    }
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    let digits = number.strip_prefix('-').unwrap_or(number);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit());
    let one_word = !unit.contains(' ') && unit.chars().count() <= MAX_UNIT_CHARS;
    match Decimal::from_str_exact(number) {
        Ok(number) if plain && one_word => SpecificationValue::Number { number, unit: unit.to_owned() },
        _ => SpecificationValue::Text(text.to_owned()),
    }
}

/// `text` with a point for its decimal comma, where it is a number with one and at most one unit word: `1.5 kg` for
/// `1,5 kg`. `None` for any other text.
#[must_use]
pub fn with_point(text: &str) -> Option<String> {
    let (number, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
    if number.matches(',').count() != 1 || number.contains('.') {
        return None;
    }
    let point = format!("{}{rest}", number.replace(',', "."));
    matches!(parse_value(&point), SpecificationValue::Number { .. }).then_some(point)
}

/// Which kind each key of a catalogue has, and where that was first seen.
#[derive(Debug, Default)]
pub struct Vocabulary {
    kinds: BTreeMap<String, (Kind, String)>,
}

impl Vocabulary {
    /// Learns the key's kind from its first use, at `place` (such as "line 7").
    ///
    /// # Errors
    /// Where an earlier use had another kind: what differs, in words.
    pub fn learn(&mut self, specification: &Specification, place: &str) -> Result<(), String> {
        let kind = specification.kind();
        match self.kinds.get(&specification.key) {
            Some((known, _)) if *known == kind => Ok(()),
            Some((known, first)) => {
                Err(format!("`{}` is {kind} here but {known} in {first}: one key has one unit", specification.key))
            }
            None => {
                self.kinds.insert(specification.key.clone(), (kind, place.to_owned()));
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_have_types() {
        let kind = |text: &str| match parse_value(text) {
            SpecificationValue::Number { number, unit } => format!("{number}|{unit}"),
            SpecificationValue::Text(text) => text,
            SpecificationValue::Flag(flag) => format!("flag {flag}"),
        };
        assert_eq!(kind("16 GB"), "16|GB");
        assert_eq!(kind("14.0 in"), "14.0|in");
        assert_eq!(kind("250 cd/m²"), "250|cd/m²");
        assert_eq!(kind("-5 °C"), "-5|°C");
        assert_eq!(kind("8"), "8|");
        assert_eq!(kind("yes"), "flag true");
        assert_eq!(kind("no"), "flag false");
        for text in
            ["1920 x 1200", "2 x 10GBASE-T", "2.5GBASE-T", "Wi-Fi 6E", ". in", "1. in", "1_000 GB", "-", "+1 GB"]
        {
            assert_eq!(kind(text), text);
        }
    }

    #[test]
    fn lists_are_read_or_explained() {
        let list = parse_list("ram=16 GB;panel=IPS;ecc=no").expect("well formed");
        assert_eq!(write_list(&list), "ram=16 GB;panel=IPS;ecc=no");
        assert_eq!(list.iter().map(Specification::label).collect::<Vec<_>>(), ["Memory", "Panel", "ECC memory"]);
        assert_eq!(parse_list(""), Ok(Vec::new()));
        for (text, part) in [
            ("ram", "key=value"),
            ("ram=16 GB;", "key=value"),
            ("=1", "key has"),
            ("RAM=16 GB", "key has"),
            ("ram=", "`ram`"),
            ("ram=1 GB;ram=2 GB", "twice"),
        ] {
            let error = parse_list(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn one_key_has_one_kind() {
        let mut vocabulary = Vocabulary::default();
        let mut learn = |text: &str, place: &str| vocabulary.learn(&parse_list(text).expect("well formed")[0], place);
        assert_eq!(learn("ram=16 GB", "line 2"), Ok(()));
        assert_eq!(learn("ram=32 GB", "line 3"), Ok(()));
        let error = learn("ram=512 MB", "line 4").expect_err("another unit");
        assert!(error.contains("a number in MB") && error.contains("line 2"), "{error}");
        assert!(learn("ram=plenty", "line 5").is_err());
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_back(text in "[a-z_]{1,8}=[0-9a-zA-Z. ]{1,12}(;[A-Z]?[a-z0-9_]{1,8}=[^;=]{0,12}){0,3}") {
            if let Ok(list) = parse_list(&text) {
                prop_assert_eq!(parse_list(&write_list(&list)), Ok(list));
            }
        }
    }
}
