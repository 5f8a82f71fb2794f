//! What the words of a search may stand for.
//!
//! People write one thing in several ways: `wifi7` and `wifi 7`, `27 inch`, `27-inch` and `27"`, `gpu` and
//! `graphics card`, `keyboard` and `keyboards`. Which of them a catalogue has, its index knows:
//! so a way that no product has is not looked for. Words such as "for" and "für" say nothing about a product and are passed over.

use super::index::Index;
use super::synonyms::{MAX_PHRASE, Synonyms};
use super::text::{self, MAX_WORD_CHARS, Token};
use super::{Alternative, Group, Pattern, Term, Words, one};

/// The shortest word that is looked for with and without an s.
const MIN_PLURAL_CHARS: usize = 4;

/// A mark of inches right behind a number, as a word. A quotation mark that ends a quotation is none.
pub(super) fn inches(text: &str, token: &Token) -> Option<Token> {
    if !text::is_number(&token.word) {
        return None;
    }
    let (before, behind) = (text.get(..token.place.end)?, text.get(token.place.end..)?);
    let first = behind.chars().next()?;
    let length = match first {
        '″' => first.len_utf8(),
        '"' if before.matches('"').count() % 2 == 0 => 1,
        '”' if !before.contains(['“', '„', '”']) => first.len_utf8(),
        '\'' if behind.starts_with("''") => 2,
        _ => return None,
    };
    Some(Token { word: "in".to_owned(), place: token.place.end..token.place.end + length })
}

impl Words {
    /// What is looked for where everything was typed as it was meant.
    #[must_use]
    pub fn read(&self, index: &Index, synonyms: &Synonyms) -> Pattern {
        let words: Vec<String> = self.tokens.iter().map(|token| token.word.clone()).collect();
        let reader = Reader { words: &words, index, synonyms };
        let groups = reader.groups(true);
        // Where nothing but such words was typed, they are what is looked for.
        Pattern(if groups.is_empty() { reader.groups(false) } else { groups })
    }
}

struct Reader<'a> {
    words: &'a [String],
    index: &'a Index,
    synonyms: &'a Synonyms,
}

impl Reader<'_> {
    fn groups(&self, pass_over: bool) -> Vec<Group> {
        let mut groups = Vec::new();
        let mut at = 0;
        while at < self.words.len() {
            let (count, alternatives) =
                self.phrase(at).or_else(|| self.pair(at)).unwrap_or_else(|| (1, self.single(at)));
            if count > 1 || !pass_over || !text::says_nothing(&self.words[at]) {
                groups.push(Group { tokens: at..at + count, alternatives });
            }
            at += count;
        }
        groups
    }

    /// Whether nothing but words that say nothing follows: then a word is the one that is still being typed.
    fn is_last(&self, at: usize) -> bool {
        self.words[at + 1..].iter().all(|word| text::says_nothing(word))
    }

    fn term(&self, word: String, last: usize) -> Term {
        Term { word, beginning: self.is_last(last) }
    }

    /// Several words that have a synonym.
    fn phrase(&self, at: usize) -> Option<(usize, Vec<Alternative>)> {
        let longest = MAX_PHRASE.min(self.words.len() - at);
        let count = (2..=longest).rev().find(|count| !self.synonyms.of(&self.words[at..at + count]).is_empty())?;
        let phrase = &self.words[at..at + count];
        let typed = (at..).zip(phrase).map(|(at, word)| self.term(word.clone(), at)).collect();
        let typed = Alternative { terms: typed, together: false };
        Some((count, std::iter::once(typed).chain(self.others(phrase)).collect()))
    }

    /// The synonyms of what was typed.
    fn others(&self, phrase: &[String]) -> impl Iterator<Item = Alternative> {
        self.synonyms
            .of(phrase)
            .iter()
            .map(|words| Alternative { terms: words.iter().map(|word| Term::whole(word)).collect(), together: false })
    }

    /// Letters and digits that products have as one word: "wifi 7", "27 inch".
    fn pair(&self, at: usize) -> Option<(usize, Vec<Alternative>)> {
        let (first, second) = (self.words.get(at)?, self.words.get(at + 1)?);
        if !text::belong_together(first, second) {
            return None;
        }
        let alternatives = self.joined(first, second, at + 1);
        (!alternatives.is_empty()).then_some((2, alternatives))
    }

    /// Two words as one, each also by its synonyms, as far as products have it.
    fn joined(&self, first: &str, second: &str, last: usize) -> Vec<Alternative> {
        let ways = |word: &str| -> Vec<String> {
            let others = self.synonyms.of(&[word.to_owned()]).iter().filter(|other| other.len() == 1).flatten();
            std::iter::once(word.to_owned()).chain(others.cloned()).collect()
        };
        let (first, second) = (ways(first), ways(second));
        let pairs = first.iter().flat_map(|first| second.iter().map(move |second| format!("{first}{second}")));
        let words = pairs.map(|word| word.chars().take(MAX_WORD_CHARS).collect());
        words.map(|word| self.term(word, last)).filter(|term| self.index.knows(term)).map(one).collect()
    }

    fn single(&self, at: usize) -> Vec<Alternative> {
        let word = &self.words[at];
        let typed = self.term(word.clone(), at);
        let parts = text::letters_and_digits(word);
        let mut more: Vec<Alternative> = self.others(std::slice::from_ref(word)).collect();
        if let [first, second] = parts.as_slice() {
            more.extend(self.joined(first, second, at).into_iter().filter(|way| way.terms[0].word != *word));
        }
        if parts.len() > 1 && more.is_empty() && !self.index.knows(&typed) {
            let terms: Vec<Term> = parts.iter().map(|part| Term::whole(part)).collect();
            if terms.iter().all(|term| self.index.knows(term)) {
                more.push(Alternative { terms, together: true });
            }
        }
        if parts.len() == 1 && word.chars().count() >= MIN_PLURAL_CHARS {
            let other = word.strip_suffix('s').map_or_else(|| format!("{word}s"), str::to_owned);
            let other = Term::whole(&other);
            if !typed.matches(&other.word) && self.index.knows(&other) {
                more.push(one(other));
            }
        }
        std::iter::once(one(typed)).chain(more).collect()
    }
}
