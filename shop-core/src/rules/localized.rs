//! A text that may exist in several languages.

use kit_core::Language;

/// A text for people, in the catalogue's own language and perhaps in others.
///
/// ```
/// use kit_core::Language;
/// use shop_core::Localized;
///
/// let plain = Localized::from("A quiet keyboard.");
/// assert_eq!(plain.in_language(Language::German), "A quiet keyboard.");
/// let both = plain.with(Language::German, "Eine leise Tastatur.");
/// assert_eq!(both.in_language(Language::German), "Eine leise Tastatur.");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Localized {
    first: String,
    german: Option<String>,
}

impl Localized {
    /// The same text, said in `language` as well; a blank text takes a translation back.
    ///
    /// What is said in the first language replaces the text that every other language falls back to.
    #[must_use]
    pub fn with(self, language: Language, text: &str) -> Self {
        match language {
            Language::English => Self { first: text.to_owned(), ..self },
            Language::German => Self { german: (!text.is_empty()).then(|| text.to_owned()), ..self },
        }
    }

    /// The text in `language`, or in the first language where it was not translated.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        self.translation(language).unwrap_or(&self.first)
    }

    /// The text in `language`, where somebody wrote it in that language.
    #[must_use]
    pub fn translation(&self, language: Language) -> Option<&str> {
        match language {
            Language::English => Some(&self.first),
            Language::German => self.german.as_deref(),
        }
    }

    /// The text in every language that it was written in: what a search reads.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        Language::ALL.into_iter().filter_map(|language| self.translation(language))
    }
}

impl From<&str> for Localized {
    fn from(first: &str) -> Self {
        first.to_owned().into()
    }
}

impl From<String> for Localized {
    fn from(first: String) -> Self {
        Self { first, german: None }
    }
}
