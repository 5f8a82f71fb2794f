//! From a text to its words as they are compared: without case, accents and punctuation, each with its place.
//!
//! The index and the marks on a page cut texts here and nowhere else, so that they cannot disagree.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The most characters of a word that count; words that differ later are the same word. Bounds what a text made of one
/// endless word costs.
pub const MAX_WORD_CHARS: usize = 40;
/// The longest unit that is read together with its number: "32 GB" and "32GB" are the same to whoever searches.
const MAX_UNIT_CHARS: usize = 5;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// As it is compared.
    pub word: String,
    /// Where it stands in the text, in bytes.
    pub place: Range<usize>,
}

/// The words of a text, in its order.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for place in runs(text) {
        // Most words are of a language without accents, or have none.
        if text[place.clone()].is_ascii() {
            let end = place.end.min(place.start + MAX_WORD_CHARS);
            tokens.push(Token { word: text[place.start..end].to_ascii_lowercase(), place });
            continue;
        }
        let folded = fold(&text[place.clone()]);
        // A character may become several with something between them, as "½" becomes "1⁄2".
        for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            tokens.push(Token { word: word.chars().take(MAX_WORD_CHARS).collect(), place: place.clone() });
        }
    }
    tokens
}

/// The words under which a text is found: its own, and those that people write in one or in two. "32 GB" is found as
/// `32gb`, "32GB" as `32` and `gb`, "Wi-Fi 7" as `wifi` and `wifi7`, "RTX 4070" as `rtx4070`.
#[must_use]
pub fn terms(text: &str) -> Vec<Token> {
    let own = tokens(text);
    let mut more = Vec::new();
    for token in &own {
        if let Some((number, unit)) = measure(&token.word) {
            more.extend([number, unit].map(|part| Token { word: part.to_owned(), place: token.place.clone() }));
        }
    }
    let mut before: Option<Token> = None;
    for pair in own.windows(2) {
        let [first, second] = pair else { continue };
        let between = text.get(first.place.end..second.place.start).unwrap_or_default();
        let one_blank = between.chars().count() == 1 && between.chars().all(char::is_whitespace);
        let apart = one_blank && belong_together(&first.word, &second.word) && !says_nothing(&first.word);
        let compound = before.take();
        if between == "-" || apart {
            let joined = join(first, second);
            before = (between == "-").then(|| joined.clone());
            more.push(joined);
        }
        // "Wi-Fi 7" is one thing: `wifi7`.
        if let Some(compound) =
            compound.filter(|it| (one_blank || between == "-") && belong_together(&it.word, &second.word))
        {
            more.push(join(&compound, second));
        }
    }
    let mut all = own;
    all.append(&mut more);
    all
}

/// Stretches of letters, digits and the marks upon them.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() && !is_combining_mark(c) {
            continue;
        }
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = end,
            _ => runs.push(at..end),
        }
    }
    runs
}

/// "Größe" becomes "grosse", "ＵＳＢ" becomes "usb".
fn fold(run: &str) -> String {
    // Lower case may bring marks of its own, and taking characters apart may bring capitals: so twice.
    let bare = |text: &str| text.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>();
    let lower: String = bare(run).chars().flat_map(char::to_lowercase).collect();
    bare(&lower).replace('ß', "ss")
}

fn join(first: &Token, second: &Token) -> Token {
    let word = first.word.chars().chain(second.word.chars()).take(MAX_WORD_CHARS).collect();
    Token { word, place: first.place.start..second.place.end }
}

/// Whether two words that follow each other are often written as one: a number and its unit, or letters and what begins
/// with a digit.
pub(super) fn belong_together(first: &str, second: &str) -> bool {
    let digit_first = second.starts_with(|c: char| c.is_ascii_digit());
    (is_number(first) && is_unit(second)) || (is_unit(first) && digit_first)
}

/// A word in its stretches of letters and of digits: `rtx4070ti` in three.
pub(super) fn letters_and_digits(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut digits) = (0, None);
    for (at, c) in word.char_indices() {
        if digits.is_some_and(|before| before != c.is_ascii_digit()) {
            parts.push(&word[from..at]);
            from = at;
        }
        digits = Some(c.is_ascii_digit());
    }
    parts.push(&word[from..]);
    parts
}

/// Words of English and German that stand in every other text and say nothing about a product, in alphabetical order.
const SAYING_NOTHING: [&str; 44] = [
    "a", "als", "am", "an", "and", "at", "auf", "aus", "bei", "by", "das", "dem", "den", "der", "des", "die", "ein",
    "eine", "einem", "einen", "einer", "for", "from", "fuer", "fur", "im", "in", "is", "ist", "mit", "my", "of", "on",
    "or", "oder", "the", "to", "und", "vom", "von", "with", "zu", "zum", "zur",
];

/// Whether a word says nothing about what is looked for.
pub(super) fn says_nothing(word: &str) -> bool {
    SAYING_NOTHING.contains(&word)
}

pub(super) fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

fn is_unit(word: &str) -> bool {
    word.chars().count() <= MAX_UNIT_CHARS && word.chars().all(char::is_alphabetic)
}

/// A number and its unit written as one word.
fn measure(word: &str) -> Option<(&str, &str)> {
    let split = word.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0)?;
    let (number, unit) = word.split_at(split);
    is_unit(unit).then_some((number, unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(tokens: &[Token]) -> Vec<&str> {
        tokens.iter().map(|token| token.word.as_str()).collect()
    }

    #[test]
    fn case_accents_and_forms_do_not_matter() {
        for (text, expected) in [
            ("Größe", "grosse"),
            ("GRO\u{308}SSE", "grosse"),
            ("ＵＳＢ", "usb"),
            ("ﬁne", "fine"),
            ("İstanbul", "istanbul"),
            ("Crème", "creme"),
        ] {
            assert_eq!(words(&tokens(text)), [expected], "{text}");
        }
        assert_eq!(words(&tokens("½ l")), ["1", "2", "l"]);
        assert_eq!(words(&tokens("\u{308}\u{308}")), Vec::<&str>::new(), "marks upon nothing");
        assert_eq!(tokens(&"ä".repeat(10_000))[0].word.chars().count(), MAX_WORD_CHARS);
    }

    #[test]
    fn numbers_and_units_are_found_together_and_apart() {
        assert_eq!(words(&terms("32 GB")), ["32", "gb", "32gb"]);
        assert_eq!(words(&terms("32GB")), ["32gb", "32", "gb"]);
        assert_eq!(words(&terms("Wi-Fi")), ["wi", "fi", "wifi"]);
        assert_eq!(words(&terms("DDR5")), ["ddr5"], "a name and no measure");
        assert_eq!(words(&terms("DDR 5")), ["ddr", "5", "ddr5"]);
        assert_eq!(words(&terms("Wi-Fi 6E")), ["wi", "fi", "6e", "6", "e", "wifi", "fi6e", "wifi6e"]);
        assert_eq!(words(&terms("with 8, für 9")), ["with", "8", "fur", "9"], "those say nothing");
        assert_eq!(letters_and_digits("rtx4070ti"), ["rtx", "4070", "ti"]);
        assert_eq!(letters_and_digits("größe"), ["größe"]);
        assert_eq!(words(&terms("8 memories, 5. Gang")), ["8", "memories", "5", "gang"]);
        let joined = &terms("mit 32 GB")[3];
        assert_eq!((joined.word.as_str(), joined.place.clone()), ("32gb", 4..9));
    }

    proptest! {
        #[test]
        fn places_are_slices_and_words_are_settled(text in "\\PC{0,40}") {
            for token in terms(&text) {
                prop_assert!(text.get(token.place.clone()).is_some());
                prop_assert!(!token.word.is_empty() && token.word.chars().all(char::is_alphanumeric), "{:?}", token);
                prop_assert!(token.word.chars().count() <= MAX_WORD_CHARS);
            }
        }
    }
}
