//! The bank's words: one Fluent file a subject in `locales/`, one folder a language.

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
                files!("en": "account", "frame", "home", "login", "mail", "manage", "movements", "password", "refusals", "security")
            }
            Language::German => {
                files!("de": "account", "frame", "home", "login", "mail", "manage", "movements", "password", "refusals", "security")
            }
        })
    });
    VOCABULARY.words(language, calendar)
}
