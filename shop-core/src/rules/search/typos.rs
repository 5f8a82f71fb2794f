//! Which words a mistyped one may stand for.
//!
//! A word of 4 to 7 letters may have one slip, a longer one two; shorter ones and those with digits (SKUs, sizes) none,
//! because there the neighbour is another thing. A slip is a letter too many, too few, another one, or two that changed
//! places (the distance called optimal string alignment).

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use super::Term;
use super::text::{Token, tokens};

/// The most words that one mistyped word may stand for, the nearest and most frequent ones.
pub const MAX_NEAR: usize = 16;

/// Every word of a catalogue that could have been meant.
#[derive(Debug, Default)]
pub struct Lexicon {
    words: BTreeMap<String, Use>,
    /// The words in which a slip can be made, by how many letters they have.
    by_length: BTreeMap<usize, Vec<Known>>,
}

#[derive(Debug, Default)]
struct Use {
    count: u32,
    /// As it is written where it was first seen, in lower case.
    shown: String,
}

/// A word of the catalogue.
#[derive(Debug)]
pub struct Known {
    /// As it is compared.
    pub word: String,
    count: u32,
    shown: String,
    chars: Vec<char>,
    letters: u64,
}

impl Known {
    /// The word as the catalogue writes it, in lower case.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

/// How many slips a word may have.
fn slips(chars: &[char]) -> usize {
    match chars.len() {
        _ if chars.iter().any(|c| c.is_numeric()) => 0,
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// A set of letters, some of which share a place. A slip takes at most one letter away and brings at most one, so words
/// whose sets differ by more need not be compared: most of them, for the price of two instructions.
fn letters(chars: &[char]) -> u64 {
    chars.iter().fold(0, |set, c| set | 1 << (u32::from(*c) % 64))
}

impl Lexicon {
    /// The words of these texts.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words: HashMap<String, Use> = HashMap::new();
        for text in texts {
            for Token { word, place } in tokens(text) {
                let shown = || text[place].to_lowercase();
                let seen = words.entry(word).or_insert_with(|| Use { count: 0, shown: shown() });
                seen.count = seen.count.saturating_add(1);
            }
        }
        let words: BTreeMap<String, Use> = words.into_iter().collect();
        let mut by_length: BTreeMap<usize, Vec<Known>> = BTreeMap::new();
        for (word, Use { count, shown }) in &words {
            let chars: Vec<char> = word.chars().collect();
            if chars.len() >= 3 && !chars.iter().any(|c| c.is_numeric()) {
                let letters = letters(&chars);
                let known = Known { word: word.clone(), count: *count, shown: shown.clone(), chars, letters };
                by_length.entry(known.chars.len()).or_default().push(known);
            }
        }
        Self { words, by_length }
    }

    /// Whether something has this word, or, for a beginning, a word that begins so.
    #[must_use]
    pub fn knows(&self, term: &Term) -> bool {
        let first = self.words.range::<str, _>((Bound::Included(term.word()), Bound::Unbounded)).next();
        first.is_some_and(|(word, _)| term.matches(word))
    }

    /// The words that this one may stand for, the nearest first, then the most frequent; at most [`MAX_NEAR`]. For a
    /// beginning also those that begin with something near to it.
    #[must_use]
    pub fn near(&self, term: &Term) -> Vec<&Known> {
        let typed: Vec<char> = term.word().chars().collect();
        let most = slips(&typed);
        if most == 0 {
            return Vec::new();
        }
        let set = letters(&typed);
        let shortest = typed.len() - most;
        let longest = if term.is_beginning() { usize::MAX } else { typed.len() + most };
        let differ = |one: u64, other: u64| (one & !other).count_ones() as usize > most;
        let mut near: Vec<(usize, bool, &Known)> = Vec::new();
        for known in self.by_length.range(shortest..=longest).flat_map(|(_, words)| words) {
            if differ(set, known.letters) || (!term.is_beginning() && differ(known.letters, set)) {
                continue;
            }
            if let Some(distance) = distance(&typed, &known.chars, most, term.is_beginning())
                && distance > 0
            {
                // Of two that are as near, the one that is whole is likelier than one that goes on.
                near.push((distance, known.chars.len() > typed.len() + most, known));
            }
        }
        near.sort_by(|a, b| {
            (a.0, a.1, std::cmp::Reverse(a.2.count), &a.2.word).cmp(&(
                b.0,
                b.1,
                std::cmp::Reverse(b.2.count),
                &b.2.word,
            ))
        });
        near.truncate(MAX_NEAR);
        near.into_iter().map(|(_, _, known)| known).collect()
    }
}

/// How many slips lie between `typed` and `word`, or, for a beginning, any beginning of `word`; `None` for more than
/// `most`.
fn distance(typed: &[char], word: &[char], most: usize, beginning: bool) -> Option<usize> {
    let word = if beginning { &word[..word.len().min(typed.len() + most)] } else { word };
    // Three rows of the table are enough: an exchange of neighbours looks two rows back.
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=word.len()).collect();
    for (i, a) in typed.iter().enumerate() {
        let mut row = Vec::with_capacity(word.len() + 1);
        row.push(i + 1);
        for (j, b) in word.iter().enumerate() {
            let mut best = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == word[j - 1] && typed[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        if row.iter().min().is_some_and(|least| *least > most) && last.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    let found = if beginning { last.into_iter().min() } else { last.into_iter().next_back() };
    found.filter(|found| *found <= most)
}

#[cfg(test)]
mod tests {
    use super::super::Words;
    use super::super::index::Index;
    use super::super::synonyms::Synonyms;
    use super::*;
    use proptest::prelude::*;

    fn near<'a>(lexicon: &'a Lexicon, text: &str) -> Vec<&'a str> {
        let pattern = Words::of(text).read(&Index::default(), &Synonyms::default());
        lexicon
            .near(&pattern.groups().last().expect("a word").alternatives()[0].terms()[0])
            .iter()
            .map(|known| known.word.as_str())
            .collect()
    }

    #[test]
    fn longer_words_may_have_more_slips() {
        let lexicon = Lexicon::of(["monitor keyboard dock mouse mice keyboards ddr5"]);
        assert_eq!(near(&lexicon, "keybaord"), ["keyboard", "keyboards"], "neighbours that changed places: one slip");
        assert_eq!(near(&lexicon, "moniotr "), ["monitor"]);
        assert_eq!(near(&lexicon, "keybard"), ["keyboard", "keyboards"]);
        assert_eq!(near(&lexicon, "kebordd"), Vec::<&str>::new(), "7 letters: one slip only");
        assert_eq!(near(&lexicon, "keyborrdd"), ["keyboard", "keyboards"]);
        assert_eq!(near(&lexicon, "doc"), Vec::<&str>::new(), "too short to be mistyped");
        assert_eq!(near(&lexicon, "ddr4"), Vec::<&str>::new(), "another thing");
        assert_eq!(near(&lexicon, "mnoi"), ["monitor"], "the beginning of a word");
        assert_eq!(near(&lexicon, "monitor"), Vec::<&str>::new(), "itself");
    }

    #[test]
    fn a_word_near_to_very_many_stands_for_few() {
        let text: String = ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("wor{a}{b} "))).collect();
        assert_eq!(near(&Lexicon::of([text.as_str()]), "wordz").len(), MAX_NEAR);
    }

    /// The textbook's definition, without a bound and without saving anything.
    fn plain(a: &[char], b: &[char]) -> usize {
        let (Some((x, a_rest)), Some((y, b_rest))) = (a.split_last(), b.split_last()) else { return a.len() + b.len() };
        let simple = (plain(a_rest, b_rest) + usize::from(x != y)).min(plain(a_rest, b) + 1).min(plain(a, b_rest) + 1);
        match (a_rest.split_last(), b_rest.split_last()) {
            (Some((x2, a2)), Some((y2, b2))) if x == y2 && y == x2 => simple.min(plain(a2, b2) + 1),
            _ => simple,
        }
    }

    proptest! {
        #[test]
        fn distances_are_those_of_the_definition(a in "[abcü]{1,6}", b in "[abcü]{1,6}", most in 1_usize..3) {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let within = |n: usize| Some(n).filter(|n| *n <= most);
            prop_assert_eq!(distance(&a, &b, most, false), within(plain(&a, &b)));
            let any = (0..=b.len()).map(|end| plain(&a, &b[..end])).min().unwrap_or(0);
            prop_assert_eq!(distance(&a, &b, most, true), within(any));
            // What the sets of letters leave out is never near.
            if plain(&a, &b) <= most {
                prop_assert!((letters(&a) & !letters(&b)).count_ones() as usize <= most);
            }
        }
    }
}
