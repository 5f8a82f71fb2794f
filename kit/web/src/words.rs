//! The words of the pages, in every language of [`Language`].
//!
//! Texts stand in Fluent files, one folder a language: `locales/en/…ftl`. A page asks for one by its key, which is the
//! same in all languages, and names what goes into it:
//!
//! ```
//! use kit_core::{Calendar, Language};
//! use kit_web::words::Vocabulary;
//!
//! let vocabulary = Vocabulary::new(|language| match language {
//!     Language::English => &["cart-lines = { $count ->\n    [one] one product\n   *[other] { $count } products\n}"],
//!     Language::German => &["cart-lines = { $count ->\n    [one] ein Produkt\n   *[other] { $count } Produkte\n}"],
//! });
//! let t = vocabulary.words(Language::German, Calendar::UTC);
//! assert_eq!(t.say("cart-lines").with("count", 3).to_string(), "3 Produkte");
//! assert_eq!(t.money(kit_core::Money::new(123_450, kit_core::Currency::EUR)), "1.234,50\u{a0}€");
//! ```
//!
//! In a template: `{{ t.say("cart-lines").with("count", lines.len()) }}`. Texts hold no HTML and are escaped like any
//! value. What a text has in common for both sites, [`Vocabulary::new`] adds by itself (`kit/web/locales`).
//!
//! A key that is missing is a defect of ours: it is logged, and the key itself shown. The sites' tests walk all keys.

mod choice;
mod numbers;

use std::borrow::Borrow;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use kit_core::{Calendar, Day, Language, Timestamp, Zone};
use unic_langid::LanguageIdentifier;

use crate::Problem;

pub use choice::{chosen, switch_language};
pub use numbers::number_marks;

/// The texts of one site in every language.
pub struct Vocabulary {
    english: Texts,
    german: Texts,
}

type Texts = FluentBundle<FluentResource>;

/// What both sites say alike.
fn shared(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../locales/en.ftl"),
        Language::German => include_str!("../locales/de.ftl"),
    }
}

impl Vocabulary {
    /// The vocabulary of these files, with what both sites have in common.
    ///
    /// # Panics
    /// When a file is not Fluent, or a key stands twice: the files are part of the program.
    pub fn new(files: impl Fn(Language) -> &'static [&'static str]) -> Self {
        let texts = |language: Language| {
            let tag: LanguageIdentifier = language.code().parse().expect("our codes are language tags");
            let mut texts = Texts::new_concurrent(vec![tag]);
            // The marks around what is filled in would end up in copied amounts; nothing here is written right to left.
            texts.set_use_isolating(false);
            for file in [shared(language)].iter().chain(files(language)) {
                let resource = FluentResource::try_new((*file).to_owned());
                let resource = resource.unwrap_or_else(|(_, errors)| panic!("{language}: {errors:?}"));
                texts.add_resource(resource).unwrap_or_else(|errors| panic!("{language}: {errors:?}"));
            }
            texts
        };
        Self { english: texts(Language::English), german: texts(Language::German) }
    }

    /// The words of one language; days and times are told by `calendar`.
    pub fn words(&self, language: Language, calendar: Calendar) -> Words<'_> {
        Words { vocabulary: self, language, calendar, marked: false }
    }

    fn texts(&self, language: Language) -> &Texts {
        match language {
            Language::English => &self.english,
            Language::German => &self.german,
        }
    }

    /// What both sites say alike, for pages that belong to neither.
    pub fn of_the_kit() -> &'static Self {
        static KIT: OnceLock<Vocabulary> = OnceLock::new();
        KIT.get_or_init(|| Self::new(|_| &[]))
    }
}

/// A vocabulary spoken in one language.
#[derive(Clone, Copy)]
pub struct Words<'v> {
    vocabulary: &'v Vocabulary,
    language: Language,
    calendar: Calendar,
    marked: bool,
}

impl<'v> Words<'v> {
    /// The language.
    pub fn language(self) -> Language {
        self.language
    }

    /// The days that are told.
    pub fn calendar(self) -> Calendar {
        self.calendar
    }

    /// Which time zone days and times are told in: "Time zone: Europe/Berlin".
    pub fn zone(self) -> String {
        self.zone_of(self.calendar.zone())
    }

    /// The same for a document of that moment: a zone that came later changes none.
    pub fn zone_at(self, moment: Timestamp) -> String {
        self.zone_of(self.calendar.zone_at(moment))
    }

    fn zone_of(self, zone: Zone) -> String {
        self.say("foot-zone").with("zone", zone.name()).to_string()
    }

    /// Puts marks around everything said: what has none on a page was forgotten. For tests and for translators.
    #[must_use]
    pub fn marked(mut self, marked: bool) -> Self {
        self.marked = marked;
        self
    }

    /// The text with this key.
    pub fn say<'k>(self, key: &'k str) -> Text<'k>
    where
        'v: 'k,
    {
        Text { words: self, key, args: FluentArgs::new() }
    }

    /// Whether there is a text with this key: for texts by a code that may be an operator's own.
    pub fn has(self, key: &str) -> bool {
        self.vocabulary.texts(self.language).has_message(key)
    }

    /// The text with this key, or `otherwise` where there is none.
    pub fn say_or(self, key: &str, otherwise: &str) -> String {
        if self.has(key) { self.say(key).to_string() } else { otherwise.to_owned() }
    }

    /// What went wrong, for a page: a heading, and what to do next. By the problem's code; a code without words of its
    /// own keeps the API's.
    pub fn problem(self, problem: &Problem) -> (String, String) {
        let key = format!("problem-{}", problem.code);
        let next = self.say_or(&format!("{key}-next"), &problem.detail);
        let wait = problem.retry_after_seconds().filter(|seconds| *seconds > 1);
        let wait = wait.map(|seconds| self.wait(Duration::from_secs(seconds)));
        let again = wait.map(|wait| format!(" {}", self.say("problem-try-again").with("wait", wait)));
        (self.say_or(&key, &problem.title), next + &again.unwrap_or_default())
    }

    /// A time to wait, rounded up to what people say: "in 5 minutes", "in einem Tag".
    pub fn wait(self, time: Duration) -> String {
        let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
        let (key, count) = match seconds {
            0..=90 => ("wait-seconds", seconds.max(1)),
            91..=5_400 => ("wait-minutes", seconds.div_ceil(60)),
            5_401..=172_800 => ("wait-hours", seconds.div_ceil(3_600)),
            _ => ("wait-days", seconds.div_ceil(86_400)),
        };
        self.say(key).with("count", count).to_string()
    }

    /// The day that a moment falls on: `22 November 2026`.
    pub fn date(self, at: impl Borrow<Timestamp>) -> String {
        self.day(self.calendar.day(*at.borrow()))
    }

    /// A day: `22 November 2026`.
    pub fn day(self, day: impl Borrow<Day>) -> String {
        let (year, month, day) = day.borrow().civil();
        self.date_of(year, month, day)
    }

    /// A day's month: `November 2026`.
    pub fn month(self, day: impl Borrow<Day>) -> String {
        let (year, month, _) = day.borrow().civil();
        self.say("date-month").with("month", self.month_name(month)).with("year", year.to_string()).to_string()
    }

    /// A day and a time, as clocks showed them: `22 November 2026, 16:07 UTC`, or `17:07 UTC+1`.
    pub fn date_time(self, at: impl Borrow<Timestamp>) -> String {
        let shown = self.calendar.civil(*at.borrow());
        let time = format!("{:02}:{:02} {}", shown.hour, shown.minute, shown.offset());
        let date = self.date_of(shown.year, shown.month, shown.day);
        self.say("date-time").with("date", date).with("time", time).to_string()
    }

    fn date_of(self, year: i32, month: u8, day: u8) -> String {
        let text = self.say("date-long").with("day", day.to_string()).with("month", self.month_name(month));
        text.with("year", year.to_string()).to_string()
    }

    fn month_name(self, month: u8) -> String {
        self.say(MONTHS[usize::from(month.clamp(1, 12)) - 1]).to_string()
    }

    fn format(self, key: &str, args: &FluentArgs<'_>) -> Option<String> {
        let texts = self.vocabulary.texts(self.language);
        let pattern = texts.get_message(key)?.value()?;
        let mut errors: Vec<FluentError> = Vec::new();
        let text = texts.format_pattern(pattern, Some(args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(key, language = %self.language, ?errors, "a text is not filled in");
            debug_assert!(errors.is_empty(), "{key} in {}: {errors:?}", self.language);
        }
        Some(text)
    }
}

const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10",
    "month-11", "month-12",
];

/// The marks of [`Words::marked`].
pub const MARKS: (char, char) = ('⟦', '⟧');

/// A text that is about to be shown.
#[must_use]
pub struct Text<'k> {
    words: Words<'k>,
    key: &'k str,
    args: FluentArgs<'k>,
}

impl<'k> Text<'k> {
    /// Fills in a value: a text as it is, a number by the language's rules and with its plural.
    pub fn with(mut self, name: &'k str, value: impl Into<Value>) -> Self {
        let value = match value.into().0 {
            Filled::Text(text) => FluentValue::from(text),
            Filled::Count(count) => FluentValue::from(count),
        };
        self.args.set(name, value);
        self
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.words.format(self.key, &self.args).unwrap_or_else(|| {
            tracing::error!(key = self.key, language = %self.words.language, "a text is missing");
            debug_assert!(false, "no text {} in {}", self.key, self.words.language);
            self.key.to_owned()
        });
        if self.words.marked { write!(f, "{}{text}{}", MARKS.0, MARKS.1) } else { f.write_str(&text) }
    }
}

impl From<Text<'_>> for String {
    fn from(text: Text<'_>) -> Self {
        text.to_string()
    }
}

/// What may be filled into a text.
pub struct Value(Filled);

enum Filled {
    Text(String),
    Count(i64),
}

macro_rules! texts {
    ($($kind:ty),*) => { $(impl From<$kind> for Value {
        fn from(text: $kind) -> Self { Self(Filled::Text(text.to_string())) }
    })* };
}
macro_rules! counts {
    ($($kind:ty),*) => { $(
        impl From<$kind> for Value {
            fn from(count: $kind) -> Self { Self(Filled::Count(i64::try_from(count).unwrap_or(i64::MAX))) }
        }
        impl From<&$kind> for Value {
            fn from(count: &$kind) -> Self { Self::from(*count) }
        }
    )* };
}
texts!(&str, String, &String, &&str, &&String, char, Text<'_>);
counts!(u8, u16, u32, u64, usize, i32, i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_the_same_keys() {
        let keys = |language| -> Vec<&str> {
            shared(language).lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect()
        };
        assert_eq!(keys(Language::English), keys(Language::German));
    }

    #[test]
    fn dates_and_times_to_wait() {
        let at = Timestamp::from_micros(1_795_363_620_000_000);
        let kathmandu = Calendar::of(Zone::parse("Asia/Kathmandu").expect("a zone"));
        let check = |language, calendar, time: &str, days: [&str; 3], wait: &str| {
            let t = Vocabulary::of_the_kit().words(language, calendar);
            assert_eq!(t.date_time(at), time);
            let day = calendar.day(at.plus(Duration::from_secs(3 * 3_600)));
            assert_eq!([t.date(at.plus(Duration::from_secs(3 * 3_600))), t.month(day), t.zone()], days);
            assert_eq!(t.wait(Duration::from_secs(300)), wait);
        };
        let (english, german) = (Language::English, Language::German);
        let days = ["22 November 2026", "November 2026", "Time zone: UTC"];
        check(english, Calendar::UTC, "22 November 2026, 16:07 UTC", days, "5 minutes");
        let days = ["22. November 2026", "November 2026", "Zeitzone: UTC"];
        check(german, Calendar::UTC, "22. November 2026, 16:07 UTC", days, "5 Minuten");
        let days = ["23 November 2026", "November 2026", "Time zone: Asia/Kathmandu"];
        check(english, kathmandu, "22 November 2026, 21:52 UTC+5:45", days, "5 minutes");
        let t = Vocabulary::of_the_kit().words(Language::English, Calendar::UTC);
        let wait = |time, words| assert_eq!(t.wait(time), words);
        wait(Duration::ZERO, "a second");
        wait(Duration::from_millis(89_001), "90 seconds");
        wait(Duration::from_millis(90_001), "2 minutes");
        wait(Duration::from_secs(86_400), "24 hours");
        wait(Duration::from_secs(172_801), "3 days");
    }

    #[test]
    fn marks_show_what_is_said() {
        let t = Vocabulary::of_the_kit().words(Language::German, Calendar::UTC).marked(true);
        assert_eq!(t.say("close").to_string(), "⟦Schließen⟧");
        assert_eq!(t.say_or("no-such-key", "data"), "data");
    }
}
