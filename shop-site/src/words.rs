//! The shop's words: one Fluent file a subject in `locales/`, one folder a language.

use std::sync::LazyLock;

use kit_core::{Calendar, Language};
use kit_web::{Vocabulary, Words};

/// The file of a subject in both languages; one that is missing does not compile.
macro_rules! files {
    ($language:literal: $($subject:literal),+) => {
        &[$(include_str!(concat!("../locales/", $language, "/", $subject, ".ftl"))),+]
    };
}

/// The words in one language, with the site's days.
pub(crate) fn words(language: Language, calendar: Calendar) -> Words<'static> {
    static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
        Vocabulary::new(|language| match language {
            Language::English => {
                files!(
                    "en": "cart", "catalogue", "checkout", "compare", "frame", "home", "list", "mail", "order", "orders", "refusals"
                )
            }
            Language::German => {
                files!(
                    "de": "cart", "catalogue", "checkout", "compare", "frame", "home", "list", "mail", "order", "orders", "refusals"
                )
            }
        })
    });
    VOCABULARY.words(language, calendar)
}
