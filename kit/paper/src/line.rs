//! One line of text: which font each run is drawn with, in which direction, and where.

use std::ops::Range;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

use crate::face::Face;
use crate::font::{Choice, Fonts};
use crate::library::Region;

/// A line's runs from left to right. Lengths are in ems.
pub(crate) struct Line {
    pub(crate) runs: Vec<Run>,
    pub(crate) width: f32,
}

/// Glyphs of one font that stand beside each other.
pub(crate) struct Run {
    pub(crate) font: Font,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    pub(crate) text: String,
    pub(crate) width: f32,
    /// Where boxes stand in for letters, and how wide they are. Their glyphs are blank, and carry the text.
    pub(crate) boxes: Vec<(f32, f32)>,
}

/// A part of the text that is drawn with one font, in one script.
struct Item {
    text: Range<usize>,
    choice: Choice,
    script: Script,
}

/// Controls of direction: obeyed, and not drawn.
pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a letter is written from right to left.
pub(crate) fn is_right_to_left(c: char) -> bool {
    matches!(bidi_class(c), BidiClass::R | BidiClass::AL)
}

/// Joiners, variation selectors, tags and controls of direction have no form of their own.
pub(crate) fn is_invisible(c: char) -> bool {
    is_bidi_control(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}' | '\u{180b}'..='\u{180f}')
}

pub(crate) fn shape(fonts: &Fonts<'_>, text: &str, bold: bool) -> Line {
    let mut line = Line { runs: Vec::new(), width: 0.0 };
    if fonts.is_plain(text, bold) {
        line.push(of_face(&fonts.embedded(bold).face, text, false));
        return line;
    }
    let region = Region::of(text);
    // Our documents are written from left to right.
    let bidi = BidiInfo::new(text, Some(Level::ltr()));
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let right_to_left = levels.get(run.start).is_some_and(Level::is_rtl);
            let mut items = itemize(fonts, text, run, bold, region);
            if right_to_left {
                items.reverse();
            }
            for item in items {
                let part = text.get(item.text).unwrap_or_default();
                let face = match item.choice {
                    Choice::Embedded => None,
                    Choice::Further(face) => fonts.face(face),
                    Choice::Missing => {
                        line.push(boxes(fonts, part, bold, right_to_left));
                        continue;
                    }
                };
                let face: &Face = face.as_deref().unwrap_or(&fonts.embedded(bold).face);
                line.push(of_face(face, part, right_to_left));
            }
        }
    }
    line
}

impl Line {
    fn push(&mut self, run: Run) {
        self.width += run.width;
        self.runs.push(run);
    }
}

fn itemize(fonts: &Fonts<'_>, text: &str, run: Range<usize>, bold: bool, region: Region) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let part = text.get(run.clone()).unwrap_or_default();
    for (at, cluster) in part.grapheme_indices(true) {
        if cluster.chars().all(is_bidi_control) {
            continue;
        }
        let choice = fonts.choose(cluster, bold, region);
        let start = run.start + at;
        if choice != Choice::Missing || cluster.chars().nth(1).is_none() {
            add(&mut items, fonts, start, cluster, choice);
            continue;
        }
        // No font has all of the cluster: perhaps some have its parts.
        for (at, c) in cluster.char_indices() {
            let letter = cluster.get(at..at + c.len_utf8()).unwrap_or_default();
            let choice = match items.last() {
                Some(last) if at > 0 && is_invisible(c) => last.choice,
                _ => fonts.choose(letter, bold, region),
            };
            add(&mut items, fonts, start + at, letter, choice);
        }
    }
    items
}

fn add(items: &mut Vec<Item>, fonts: &Fonts<'_>, start: usize, cluster: &str, mut choice: Choice) {
    let Some(first) = cluster.chars().next() else { return };
    let end = start + cluster.len();
    let script = first.script();
    let common = matches!(script, Script::Common | Script::Inherited | Script::Unknown);
    if choice == Choice::Missing && !is_invisible(first) {
        fonts.warn_of(first);
    }
    if let Some(last) = items.last_mut().filter(|last| last.text.end == start) {
        // Spaces and punctuation stay in the font of the word before them, where it has them.
        let one = cluster.chars().nth(1).is_none();
        if common && one && !first.is_alphanumeric() && fonts.also_has(last.choice, first) {
            choice = last.choice;
        }
        let last_common = matches!(last.script, Script::Common | Script::Inherited | Script::Unknown);
        // The embedded fonts' scripts need no shaping of their own.
        let same = common || last_common || last.script == script || choice == Choice::Embedded;
        if last.choice == choice && same {
            last.text.end = end;
            if last_common {
                last.script = script;
            }
            return;
        }
    }
    items.push(Item { text: start..end, choice, script });
}

fn of_face(face: &Face, text: &str, right_to_left: bool) -> Run {
    let mut glyphs = face.shape(text, right_to_left);
    if !right_to_left {
        keep_words_whole(&mut glyphs, text);
    }
    let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
    Run { font: face.font.clone(), glyphs, text: text.to_owned(), width, boxes: Vec::new() }
}

/// A word with clusters of several glyphs (Devanagari's vowel signs) is copied as a whole: readers would take the way
/// back to a mark for a space.
fn keep_words_whole(glyphs: &mut [KrillaGlyph], text: &str) {
    let space = |glyph: &KrillaGlyph| text.get(glyph.text_range.clone()) == Some(" ");
    for word in glyphs.split_mut(space) {
        let shared = word.windows(2).any(|two| matches!(two, [a, b] if a.text_range == b.text_range));
        let start = word.iter().map(|glyph| glyph.text_range.start).min();
        let end = word.iter().map(|glyph| glyph.text_range.end).max();
        if let (true, Some(start), Some(end)) = (shared, start, end) {
            word.iter_mut().for_each(|glyph| glyph.text_range = start..end);
        }
    }
}

/// A box for each cluster. A file cannot say which letter the glyph of a box stands for, since it is the same for all:
/// drawn twice in the same place, as glyphs of one cluster, each box is given its text by the writer (`/ActualText`).
fn boxes(fonts: &Fonts<'_>, text: &str, bold: bool, right_to_left: bool) -> Run {
    let face = &fonts.embedded(bold).face;
    let advance = face.advance(0);
    let glyph =
        |advance, range: &Range<usize>| KrillaGlyph::new(GlyphId::new(0), advance, 0.0, 0.0, 0.0, range.clone(), None);
    let mut clusters: Vec<Range<usize>> =
        text.grapheme_indices(true).map(|(at, cluster)| at..at + cluster.len()).collect();
    if right_to_left {
        clusters.reverse();
    }
    let glyphs: Vec<_> = clusters.iter().flat_map(|c| [glyph(0.0, c), glyph(advance, c)]).collect();
    let mut width = 0.0;
    let mut boxes = Vec::new();
    for _ in &clusters {
        boxes.push((width, advance));
        width += advance;
    }
    Run { font: face.font.clone(), glyphs, text: text.to_owned(), width, boxes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FontLibrary;

    #[test]
    fn without_a_font_each_letter_is_a_box_with_its_text() {
        let library = FontLibrary::none();
        let fonts = Fonts::load(&library).expect("the fonts");
        for (text, boxes, texts) in [
            ("王小明", 3, vec!["王", "小", "明"]),
            ("A王", 1, vec!["A", "王"]),
            ("דוד", 3, vec!["ד", "ו", "ד"]),
            ("👩‍👩‍👧", 1, vec!["👩‍👩‍👧"]),
        ] {
            let line = shape(&fonts, text, false);
            assert_eq!(line.runs.iter().map(|run| run.boxes.len()).sum::<usize>(), boxes, "{text}");
            assert!(line.width >= 0.4 * f32::from(u8::try_from(boxes).unwrap_or(0)), "{text}: {}", line.width);
            let parts = |run: &Run| -> Vec<String> {
                let mut ranges: Vec<_> = run.glyphs.iter().map(|glyph| glyph.text_range.clone()).collect();
                ranges.dedup();
                ranges.into_iter().map(|range| run.text[range].to_owned()).collect()
            };
            let all: Vec<String> = line.runs.iter().flat_map(parts).collect();
            assert_eq!(all.concat(), texts.concat(), "{text}");
        }
    }

    #[test]
    fn hebrew_within_english_keeps_the_order_of_runs() {
        let library = FontLibrary::none();
        let fonts = Fonts::load(&library).expect("the fonts");
        let line = shape(&fonts, "\u{2068}דוד\u{2069} · 12", false);
        let texts: Vec<&str> = line.runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(texts, ["דוד", " · 12"]);
    }
}
