//! The order of names in lists: as people look for them, and the same in every store.
//!
//! A name is sorted by a key, a text that any database compares byte by byte. In it
//! - letters are without case and accents ("Ä" beside "A", "ß" as "ss"), which is right for English and German
//!   (DIN 5007-1, the order of dictionaries),
//! - a number counts by its size ("Mouse 9" before "Mouse 10"): its digits follow how many they are,
//! - everything else is a blank ("Wi-Fi" beside "Wi Fi"), and blanks come before digits, digits before letters.
//!
//! Names that are the same so far are told apart by their lower case. A collation library would know more languages;
//! it costs a megabyte of tables, and the sites speak two.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Which edition of [`name_key`] this is. A store that keeps keys makes them again where it has those of another one.
pub const NAME_ORDER: u32 = 1;

/// Ends what is compared first. It sorts before everything that can stand there.
const END: char = '\u{1}';

/// What names are sorted by. Compare it as bytes.
#[must_use]
pub fn name_key(name: &str) -> String {
    let mut key = String::with_capacity(2 * name.len() + 1);
    let mut digits = String::new();
    for c in letters(name) {
        if let Some(digit) = c.to_digit(10) {
            digits.extend(char::from_digit(digit, 10));
            continue;
        }
        number(&mut key, &mut digits);
        match c {
            c if c.is_alphanumeric() => key.push(c),
            _ if key.is_empty() || key.ends_with(' ') => {}
            _ => key.push(' '),
        }
    }
    number(&mut key, &mut digits);
    key.truncate(key.trim_end().len());
    key.push(END);
    if name.is_ascii() {
        key.extend(name.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        key.extend(name.nfc().flat_map(char::to_lowercase));
    }
    key
}

/// The letters of a name without case and accents, and everything between them.
fn letters(name: &str) -> impl Iterator<Item = char> {
    // Lower case may bring marks of its own, as for "İ": so they are taken away last.
    let lower = name.nfkd().flat_map(char::to_lowercase).nfkd().filter(|c| !is_combining_mark(*c));
    lower.flat_map(|c| {
        let (first, second) = match c {
            'ß' => ('s', Some('s')),
            'æ' => ('a', Some('e')),
            'œ' => ('o', Some('e')),
            'ø' => ('o', None),
            'đ' => ('d', None),
            'ł' => ('l', None),
            other => (other, None),
        };
        std::iter::once(first).chain(second)
    })
}

/// Writes a number so that texts compare as numbers do: by how many digits, then by the digits.
fn number(key: &mut String, digits: &mut String) {
    if digits.is_empty() {
        return;
    }
    let significant = digits.trim_start_matches('0');
    // Up to eight digits are counted by one, up to 999 by a nine and three more; longer ones are compared as texts.
    match significant.len() {
        count @ 0..=8 => key.push_str(&count.to_string()),
        count => key.push_str(&format!("9{:03}", count.min(999))),
    }
    key.push_str(significant);
    digits.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_stand_where_people_look_for_them() {
        let expected = [
            "",
            "7 days",
            "10 days",
            "Älpler",
            "Alpler 2",
            "Apfel",
            "Äpfel",
            "Apfelbaum",
            "Mouse",
            "mouse 2",
            "Mouse 9",
            "Mouse 09 b",
            "MOUSE 10",
            "Mouse 10 Pro",
            "Mouse 123456789",
            "Mouse 1000000000",
            "mousepad",
            "Øre",
            "Ost",
            "Straße",
            "Strasse 1",
            "Wi-Fi 6",
            "Wi Fi 7",
            "Zebra",
            "電源",
        ];
        let mut sorted = expected;
        sorted.reverse();
        sorted.sort_by_key(|name| name_key(name));
        assert_eq!(sorted, expected);
        assert_eq!(name_key("A\u{308}PFEL"), name_key("äpfel"), "case and form do not matter");
    }

    proptest! {
        #[test]
        fn numbers_compare_by_size(a in any::<u64>(), b in any::<u64>(), word in "[a-zä ]{0,4}") {
            let key = |n: u64| name_key(&format!("{word}{n}{word}"));
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
        }

        #[test]
        fn keys_are_clean(name in "\\PC{0,20}") {
            let key = name_key(&name);
            prop_assert!(key.split(END).next().is_some_and(|first| first.trim() == first));
        }
    }
}
