//! From what a customer types to the words that are looked for. An index never sees anything but such words.
//!
//! [`text`] cuts texts into words, [`typos`] knows which words a mistyped one may stand for, [`marks`] says where a
//! text has what was looked for.

pub mod marks;
pub mod text;
pub mod typos;

use std::ops::Range;

use text::{Token, tokens};
use typos::Lexicon;

/// The most characters of a search text that are read; the rest is ignored.
pub const MAX_CHARS: usize = 200;
/// The most words of a search text that are looked for; the rest is ignored.
pub const MAX_WORDS: usize = 12;
/// The most words of a search text that are taken for mistyped ones.
const MAX_MISTYPED: usize = 4;

/// The words of a search: a product must have all of them, the last one as the beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    text: String,
    tokens: Vec<Token>,
}

impl Words {
    /// Takes the letters and digits of `text` and leaves everything else, quotes and operators among it.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text: String = text.chars().take(MAX_CHARS).collect();
        let mut tokens = tokens(&text);
        tokens.truncate(MAX_WORDS);
        Self { text, tokens }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// What is looked for where everything was typed as it was meant.
    #[must_use]
    pub fn pattern(&self) -> Pattern {
        Pattern(self.terms().map(|term| vec![term]).collect())
    }

    /// What is looked for while somebody is still typing: every word may be a beginning.
    #[must_use]
    pub fn beginnings(&self) -> Pattern {
        Pattern(self.terms().map(|term| vec![Term { beginning: true, ..term }]).collect())
    }

    /// What is looked for where words may be mistyped: each word that nothing is found under, or, where there is no
    /// such word, every one, may also be one of those it is near to. `None` where no word is near to another one.
    #[must_use]
    pub fn forgiving(&self, lexicon: &Lexicon) -> Option<Pattern> {
        let all = self.terms().all(|term| lexicon.knows(&term));
        let mut mistyped = 0;
        let mut pattern = Vec::new();
        for term in self.terms() {
            let mut alternatives = vec![term.clone()];
            if mistyped < MAX_MISTYPED && (all || !lexicon.knows(&term)) {
                let near = lexicon.near(&term).into_iter().map(|known| Term::whole(&known.word));
                alternatives.extend(near);
                mistyped += usize::from(alternatives.len() > 1);
            }
            pattern.push(alternatives);
        }
        (mistyped > 0).then_some(Pattern(pattern))
    }

    /// The search text with every word that is not known replaced by the nearest one that is; `None` where nothing
    /// was, or some such word is near to none.
    #[must_use]
    pub fn corrected(&self, lexicon: &Lexicon) -> Option<String> {
        let mut changes: Vec<(Range<usize>, &str)> = Vec::new();
        for (term, token) in self.terms().zip(&self.tokens) {
            if !lexicon.knows(&term) {
                let nearest = lexicon.near(&term).into_iter().next()?;
                changes.push((token.place.clone(), nearest.shown()));
            }
        }
        // Two words of one character, such as "½", cannot both be replaced.
        let apart = changes.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start);
        if changes.is_empty() || changes.len() > MAX_MISTYPED || !apart {
            return None;
        }
        let mut corrected = self.text.clone();
        for (place, word) in changes.into_iter().rev() {
            corrected.replace_range(place, word);
        }
        Some(corrected.trim().to_owned())
    }

    fn terms(&self) -> impl Iterator<Item = Term> {
        let last = self.tokens.len().saturating_sub(1);
        self.tokens.iter().enumerate().map(move |(at, token)| Term { word: token.word.clone(), beginning: at == last })
    }
}

/// A word that a product may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The word, of letters and digits only: it cannot be made otherwise.
    word: String,
    beginning: bool,
}

impl Term {
    fn whole(word: &str) -> Self {
        Self { word: word.to_owned(), beginning: false }
    }

    /// The word: letters and digits only, so it can be quoted without care.
    #[must_use]
    pub fn word(&self) -> &str {
        &self.word
    }

    /// Whether any word that begins with it will do.
    #[must_use]
    pub fn is_beginning(&self) -> bool {
        self.beginning
    }

    /// Whether this is such a word.
    #[must_use]
    pub fn matches(&self, word: &str) -> bool {
        if self.beginning { word.starts_with(&self.word) } else { word == self.word }
    }
}

/// What an index looks for: a product must have one term of every group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pattern(Vec<Vec<Term>>);

impl Pattern {
    /// Its groups, one for each word that was typed; none matches nothing.
    #[must_use]
    pub fn groups(&self) -> &[Vec<Term>] {
        &self.0
    }

    /// Whether a word is one of those looked for.
    #[must_use]
    pub fn matches(&self, word: &str) -> bool {
        self.0.iter().flatten().any(|term| term.matches(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Vec<String> {
        let star = |term: &Term| format!("{}{}", term.word(), if term.is_beginning() { "*" } else { "" });
        Words::of(text).pattern().groups().iter().map(|group| star(&group[0])).collect()
    }

    #[test]
    fn only_letters_and_digits_are_looked_for() {
        let words = typed(r#"  "USB-C" dock* NOT (name:x) ' OR 1=1 --"#);
        assert_eq!(words, ["usb", "c", "dock", "not", "name", "x", "or", "1", "1*"]);
        assert!(Words::of("  *\"'() ").is_empty());
        assert_eq!(typed(&"a ".repeat(500)).len(), MAX_WORDS);
        assert_eq!(typed(&"ä".repeat(500))[0].chars().count(), text::MAX_WORD_CHARS + 1);
        assert_eq!(typed(&"\u{fdfa}".repeat(500)).len(), MAX_WORDS, "one character may stand for four words");
    }

    #[test]
    fn mistyped_words_stand_for_those_they_are_near_to() {
        let lexicon = Lexicon::of(["a quiet keyboard", "Büro", "keyring", "quiet as a mouse"]);
        let corrected = |text: &str| Words::of(text).corrected(&lexicon);
        assert_eq!(corrected("quite, keybaord!"), Some("quiet, keyboard!".to_owned()));
        assert_eq!(corrected("büroo"), Some("büro".to_owned()), "as it is written");
        assert_eq!(corrected("quiet keyboard"), None, "nothing to correct");
        assert_eq!(corrected("quiet zzzzzz"), None, "near to nothing");
        let forgiving = Words::of("quiet mousse").forgiving(&lexicon).expect("one word is mistyped");
        assert!(forgiving.matches("mouse") && forgiving.matches("mousse") && !forgiving.matches("keyring"));
        assert_eq!(forgiving.groups()[0].len(), 1, "what is known stays");
        assert_eq!(Words::of("zzzzzz").forgiving(&lexicon), None);
    }
}
