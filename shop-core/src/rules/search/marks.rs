//! Where a text has what was looked for, so that a page can mark it.

use std::ops::Range;

use super::Pattern;
use super::text::terms;

/// How much of a long text stands before the first word that was looked for, in characters.
const LEAD_CHARS: usize = 40;

/// The places of all words of `text` that were looked for: bytes, on the boundaries of characters, in order and apart.
#[must_use]
pub fn marks(text: &str, pattern: &Pattern) -> Vec<Range<usize>> {
    let found = terms(text).into_iter().filter(|token| pattern.matches(&token.word));
    let mut places: Vec<Range<usize>> = found.map(|token| token.place).collect();
    places.sort_by_key(|place| (place.start, place.end));
    // Who looks for "wifi" finds it in "Wi-Fi 6" twice: as a word, and as the beginning of a longer one.
    places.dedup_by_key(|place| place.start);
    let mut marks: Vec<Range<usize>> = Vec::new();
    for place in places {
        match marks.last_mut() {
            Some(last) if place.start < last.end => last.end = last.end.max(place.end),
            _ => marks.push(place),
        }
    }
    marks
}

/// A text and what is marked in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// The places to mark: bytes, on the boundaries of characters, in order and apart.
    pub marks: Vec<Range<usize>>,
}

impl Marked {
    /// The whole of `text`, with what was looked for.
    #[must_use]
    pub fn of(text: &str, pattern: &Pattern) -> Self {
        Self { text: text.to_owned(), marks: marks(text, pattern) }
    }

    /// A part of `text` of about `max_chars` characters around the first word that was looked for, cut between words;
    /// "…" stands for what was left out. A text that has none of them is shown from its beginning.
    #[must_use]
    pub fn snippet(text: &str, pattern: &Pattern, max_chars: usize) -> Self {
        let chars: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        if chars.len() <= max_chars {
            return Self::of(text, pattern);
        }
        let marks = marks(text, pattern);
        let first = marks.first().map_or(0, |mark| chars.partition_point(|at| *at < mark.start));
        // Near the end of the text, the part that still fills the space.
        let from = first.saturating_sub(LEAD_CHARS.min(max_chars / 3)).min(chars.len() - max_chars);
        let offset = |n: usize| chars.get(n).copied().unwrap_or(text.len());
        let after_blank = |n: usize| text[..offset(n)].chars().next_back().is_none_or(char::is_whitespace);
        let begin = (from..first).find(|n| after_blank(*n)).unwrap_or(first);
        let (start, limit) = (offset(begin), offset(begin + max_chars));
        let end = if limit == text.len() {
            limit
        } else {
            text[start..limit].rfind(char::is_whitespace).filter(|at| *at > 0).map_or(limit, |at| start + at)
        };
        let before = if start > 0 { "… " } else { "" };
        let after = if end < text.len() { " …" } else { "" };
        let shift = |at: usize| at - start + before.len();
        let inside = marks.into_iter().filter(|mark| mark.start >= start && mark.end <= end);
        Self {
            marks: inside.map(|mark| shift(mark.start)..shift(mark.end)).collect(),
            text: format!("{before}{}{after}", &text[start..end]),
        }
    }

    /// The text in pieces, each with whether it is marked.
    #[must_use]
    pub fn pieces(&self) -> Vec<(bool, &str)> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for mark in &self.marks {
            pieces.push((false, &self.text[at..mark.start]));
            pieces.push((true, &self.text[mark.clone()]));
            at = mark.end;
        }
        pieces.push((false, &self.text[at..]));
        pieces.retain(|(_, piece)| !piece.is_empty());
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::super::Words;
    use super::super::index::Index;
    use super::super::synonyms::Synonyms;
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Pattern {
        Words::of(text).read(&Index::default(), &Synonyms::default())
    }

    /// With brackets for marks.
    fn bracketed(marked: &Marked) -> String {
        let bracket = |(is, piece): (bool, &str)| if is { format!("[{piece}]") } else { piece.to_owned() };
        marked.pieces().into_iter().map(bracket).collect()
    }

    #[test]
    fn words_are_marked_as_they_are_found() {
        for (text, search, expected) in [
            ("Harbour Dock", "dock harb", "[Harbour] [Dock]"),
            ("Mit 32 GB für alle", "32gb", "Mit [32 GB] für alle"),
            ("Mit 32GB", "gb", "Mit [32GB]"),
            ("Größe, gro\u{308}sse", "grosse", "[Größe], [gro\u{308}sse]"),
            ("Wi-Fi 6E", "wifi", "[Wi-Fi] 6E"),
            ("<b>dock</b>", "b", "<[b]>dock</[b]>"),
            ("nothing", "dock", "nothing"),
        ] {
            assert_eq!(bracketed(&Marked::of(text, &read(search))), expected, "{text}");
        }
    }

    #[test]
    fn a_snippet_shows_what_was_found() {
        let text = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen";
        let snippet = |search: &str| bracketed(&Marked::snippet(text, &read(search), 50));
        assert_eq!(snippet("nothing"), "One two three four five six seven eight nine ten …");
        assert_eq!(snippet("two"), "One [two] three four five six seven eight nine ten …");
        assert_eq!(snippet("fifteen"), "… eleven twelve thirteen fourteen [fifteen] sixteen");
        assert_eq!(snippet("eleven"), "… eight nine ten [eleven] twelve thirteen fourteen …");
    }

    proptest! {
        #[test]
        fn marks_are_whole_characters_in_order(text in "(\\PC{0,8}( |-|dock|Dock|ö|o\u{308}|32 GB)){0,12}", max in 1_usize..60) {
            for search in ["dock", "3", "o", "gb"] {
                let pattern = read(search);
                for marked in [Marked::of(&text, &pattern), Marked::snippet(&text, &pattern, max)] {
                    let pieces: String = marked.pieces().into_iter().map(|(_, piece)| piece).collect();
                    prop_assert_eq!(&pieces, &marked.text);
                    prop_assert!(marked.marks.windows(2).all(|pair| pair[0].end <= pair[1].start));
                    prop_assert!(marked.text.chars().count() <= text.chars().count().max(max + 4));
                }
            }
        }
    }
}
