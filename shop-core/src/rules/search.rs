//! From what a customer types to the words that are looked for. The index never sees anything but such words.
//!
//! [`text`] cuts texts into words, [`reading`] says what those of a search may stand for, [`synonyms`] knows what else
//! things are called, [`typos`] which words a mistyped one may stand for, [`index`] finds them, [`marks`] says where a
//! text has what was looked for.

pub mod index;
pub mod marks;
pub mod reading;
pub mod synonyms;
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

/// The words of a search: a product should have all of them, the last one as the beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    text: String,
    tokens: Vec<Token>,
}

impl Words {
    /// Takes the letters and digits of `text` and leaves everything else, quotes and operators among it; but a mark of
    /// inches behind a number is the word `in`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text: String = text.chars().take(MAX_CHARS).collect();
        let mut words = Vec::new();
        for token in tokens(&text) {
            let inches = reading::inches(&text, &token);
            words.push(token);
            words.extend(inches);
        }
        words.truncate(MAX_WORDS);
        Self { text, tokens: words }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The search text with every word of `pattern`, which was read from it, that is not known replaced by the nearest
    /// one that is; `None` where nothing was, or some such word is near to none.
    #[must_use]
    pub fn corrected(&self, pattern: &Pattern, lexicon: &Lexicon) -> Option<String> {
        let mut changes: Vec<(Range<usize>, &str)> = Vec::new();
        for group in pattern.groups() {
            let Some(term) = group.may_be_mistyped(lexicon) else { continue };
            let token = self.tokens.get(group.tokens.start)?;
            let nearest = lexicon.near(term).into_iter().next()?;
            changes.push((token.place.clone(), nearest.shown()));
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

    /// The word: letters and digits only.
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

/// One way to say what was typed: a product must have all its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    terms: Vec<Term>,
    together: bool,
}

impl Alternative {
    /// All of these.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether all must stand in one column: for what was typed as one word.
    #[must_use]
    pub fn is_together(&self) -> bool {
        self.together
    }
}

/// One or several words that were typed, and what they may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Which words of the search.
    tokens: Range<usize>,
    alternatives: Vec<Alternative>,
}

impl Group {
    /// One of these will do; the first is what was typed.
    #[must_use]
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// How many words of the search it is made of.
    #[must_use]
    pub fn typed(&self) -> u32 {
        u32::try_from(self.tokens.len()).unwrap_or(u32::MAX)
    }

    /// The one word that was typed, where it can be no other way of saying something.
    fn one_word(&self) -> Option<&Term> {
        match self.alternatives.as_slice() {
            [only] if self.tokens.len() == 1 => only.terms.first(),
            _ => None,
        }
    }

    fn may_be_mistyped(&self, lexicon: &Lexicon) -> Option<&Term> {
        self.one_word().filter(|term| !lexicon.knows(term))
    }
}

/// What the index looks for: a product should have an alternative of every group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pattern(Vec<Group>);

impl Pattern {
    /// Its groups; none matches nothing.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.0
    }

    /// Whether a word is one of those looked for.
    #[must_use]
    pub fn matches(&self, word: &str) -> bool {
        self.0.iter().flat_map(|group| &group.alternatives).flat_map(|one| &one.terms).any(|term| term.matches(word))
    }

    /// The same while somebody is still typing: every word may be a beginning.
    #[must_use]
    pub fn beginnings(mut self) -> Self {
        for typed in self.0.iter_mut().filter_map(|group| group.alternatives.first_mut()) {
            typed.terms.iter_mut().for_each(|term| term.beginning = true);
        }
        self
    }

    /// What is looked for where words may be mistyped: each word that nothing is found under, or, where there is no
    /// such word, every one, may also be one of those it is near to. `None` where no word is near to another one.
    #[must_use]
    pub fn forgiving(&self, lexicon: &Lexicon) -> Option<Self> {
        let all = self.0.iter().all(|group| group.may_be_mistyped(lexicon).is_none());
        let mut mistyped = 0;
        let mut pattern = self.clone();
        for group in &mut pattern.0 {
            let term = if all { group.one_word() } else { group.may_be_mistyped(lexicon) };
            let Some(term) = term.filter(|_| mistyped < MAX_MISTYPED) else { continue };
            let near: Vec<Alternative> =
                lexicon.near(term).into_iter().map(|known| one(Term::whole(&known.word))).collect();
            mistyped += usize::from(!near.is_empty());
            group.alternatives.extend(near);
        }
        (mistyped > 0).then_some(pattern)
    }
}

/// An alternative of one term.
fn one(term: Term) -> Alternative {
    Alternative { terms: vec![term], together: false }
}

#[cfg(test)]
mod tests {
    use super::index::Index;
    use super::synonyms::Synonyms;
    use super::*;

    fn typed(text: &str) -> Vec<String> {
        let star = |term: &Term| format!("{}{}", term.word(), if term.is_beginning() { "*" } else { "" });
        let pattern = Words::of(text).read(&Index::default(), &Synonyms::default());
        pattern.groups().iter().map(|group| star(&group.alternatives()[0].terms()[0])).collect()
    }

    #[test]
    fn only_letters_and_digits_are_looked_for() {
        let words = typed(r#"  "USB-C" dock* NOT (name:x) ' = 1=1 --"#);
        assert_eq!(words, ["usb", "c", "dock", "not", "name", "x", "1", "1*"]);
        assert!(Words::of("  *\"'() ").is_empty());
        assert_eq!(typed(&"b ".repeat(500)).len(), MAX_WORDS);
        assert_eq!(typed(&"ä".repeat(500))[0].chars().count(), text::MAX_WORD_CHARS + 1);
        assert_eq!(typed(&"\u{fdfa}".repeat(500)).len(), MAX_WORDS, "one character may stand for four words");
    }

    #[test]
    fn mistyped_words_stand_for_those_they_are_near_to() {
        let lexicon = Lexicon::of(["a quiet keyboard", "Büro", "keyring", "quiet as a mouse"]);
        let read = |text: &str| Words::of(text).read(&Index::default(), &Synonyms::default());
        let corrected = |text: &str| Words::of(text).corrected(&read(text), &lexicon);
        assert_eq!(corrected("quite, keybaord!"), Some("quiet, keyboard!".to_owned()));
        assert_eq!(corrected("büroo"), Some("büro".to_owned()), "as it is written");
        assert_eq!(corrected("quiet keyboard"), None, "nothing to correct");
        assert_eq!(corrected("quiet zzzzzz"), None, "near to nothing");
        let forgiving = read("quiet mousse").forgiving(&lexicon).expect("one word is mistyped");
        assert!(forgiving.matches("mouse") && forgiving.matches("mousse") && !forgiving.matches("keyring"));
        assert_eq!(forgiving.groups()[0].alternatives().len(), 1, "what is known stays");
        assert_eq!(read("zzzzzz").forgiving(&lexicon), None);
    }
}
