//! The languages that customers are spoken to in.

use std::fmt;

/// A language that every page and every message exists in.
///
/// ```
/// use kit_core::Language;
/// assert_eq!(Language::parse("de-CH"), Some(Language::German));
/// assert_eq!(Language::German.code(), "de");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// Every language, the one that is spoken where nothing else is asked for first.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The code of BCP 47, as in `lang="de"`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What its speakers call it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language that a tag of BCP 47 begins with; regions and the like do not matter.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_by_their_language() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.code()), Some(language));
        }
        assert_eq!(Language::parse("DE"), Some(Language::German));
        assert_eq!(Language::parse(" en_GB "), Some(Language::English));
        for other in ["", "fr", "deu", "*", "e"] {
            assert_eq!(Language::parse(other), None, "{other}");
        }
    }
}
