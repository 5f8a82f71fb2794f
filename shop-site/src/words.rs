//! The shop's words: one Fluent file a subject in `locales/`, one folder a language.

use std::sync::LazyLock;

use kit_core::Language;
use kit_web::{Vocabulary, Words};

/// One folder's files; a file that is missing in a language does not compile.
macro_rules! files {
    ($language:literal) => {
        &[
            include_str!(concat!("../locales/", $language, "/frame.ftl")),
            include_str!(concat!("../locales/", $language, "/home.ftl")),
            include_str!(concat!("../locales/", $language, "/mail.ftl")),
        ]
    };
}

/// The words in one language.
pub(crate) fn words(language: Language) -> Words<'static> {
    static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
        Vocabulary::new(|language| match language {
            Language::English => files!("en"),
            Language::German => files!("de"),
        })
    });
    VOCABULARY.words(language)
}
