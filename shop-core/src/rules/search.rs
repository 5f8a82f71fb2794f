//! From what a customer types to the words that are looked for. The index never sees anything but such words.

/// The most characters of a search text that are read; the rest is ignored.
pub const MAX_CHARS: usize = 200;
/// The most words of a search text that are looked for; the rest is ignored.
pub const MAX_WORDS: usize = 12;

/// The words of a search: a product must have all of them, the last one as the beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// Takes the letters and digits of `text` and leaves everything else, quotes and operators among it.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let head: String = text.chars().take(MAX_CHARS).collect();
        Self(tokens(&head).take(MAX_WORDS).collect())
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words that must stand there whole.
    #[must_use]
    pub fn whole(&self) -> &[String] {
        self.0.split_last().map_or(&[], |(_, whole)| whole)
    }

    /// The word that may still be typed: any word beginning with it matches.
    #[must_use]
    pub fn beginning(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }
}

/// The words of any text, in lower case.
pub fn tokens(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_and_digits_are_looked_for() {
        let words = Words::of(r#"  "USB-C" dock* NOT (name:x) ' OR 1=1 --"#);
        assert_eq!(words.whole(), ["usb", "c", "dock", "not", "name", "x", "or", "1"]);
        assert_eq!(words.beginning(), Some("1"));
        assert!(Words::of("  *\"'() ").is_empty());
        assert_eq!(Words::of(&"a ".repeat(500)).whole().len(), MAX_WORDS - 1);
        assert_eq!(Words::of(&"ä".repeat(500)).beginning().map(|w| w.chars().count()), Some(MAX_CHARS));
    }
}
