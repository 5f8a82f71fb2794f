//! The fonts of a document: the two embedded ones, and those of the library that its letters need.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use unicode_segmentation::UnicodeSegmentation;

use crate::PaperError;
use crate::face::Face;
use crate::library::{FontLibrary, Region};
use crate::line::{self, Line};

const REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");

/// A document with more faces would be large and slow; what needs one more is a box.
const MOST_FACES: usize = 24;
/// No letter of any language has more marks; a longer cluster's font is chosen letter by letter.
const LONGEST_CLUSTER: usize = 16;

/// The fonts of a document that is being made.
pub(crate) struct Fonts<'l> {
    regular: &'static Embedded,
    bold: &'static Embedded,
    library: &'l FontLibrary,
    faces: RefCell<HashMap<usize, Option<Arc<Face>>>>,
    chosen: RefCell<HashMap<(String, bool, Region), Choice>>,
    widths: RefCell<HashMap<(String, bool), f32>>,
}

/// An embedded face, and how wide each of its letters is, in ems.
pub(crate) struct Embedded {
    pub(crate) face: Face,
    advances: HashMap<char, f32>,
}

/// What a cluster of letters is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    Embedded,
    /// A face of the library.
    Further(usize),
    /// Nothing has it: a box.
    Missing,
}

impl Embedded {
    fn open(bytes: &'static [u8]) -> Option<Self> {
        let face = Face::open(Arc::new(bytes), 0)?;
        let advances = face.letters().map(|letter| Some((letter, face.glyph(letter)?.1))).collect::<Option<_>>()?;
        Some(Self { face, advances })
    }

    fn has(&self, letter: char) -> bool {
        self.advances.contains_key(&letter)
    }
}

impl<'l> Fonts<'l> {
    pub(crate) fn load(library: &'l FontLibrary) -> Result<Self, PaperError> {
        static CUTS: OnceLock<Option<(Embedded, Embedded)>> = OnceLock::new();
        let cuts = CUTS.get_or_init(|| Some((Embedded::open(REGULAR)?, Embedded::open(BOLD)?)));
        let (regular, bold) = cuts.as_ref().ok_or(PaperError::Font)?;
        Ok(Self {
            regular,
            bold,
            library,
            faces: RefCell::default(),
            chosen: RefCell::default(),
            widths: RefCell::default(),
        })
    }

    pub(crate) fn embedded(&self, bold: bool) -> &'static Embedded {
        if bold { self.bold } else { self.regular }
    }

    /// Whether a text needs the embedded font alone, from left to right.
    pub(crate) fn is_plain(&self, text: &str, bold: bool) -> bool {
        text.chars().all(|c| self.embedded(bold).has(c) && !line::is_bidi_control(c))
    }

    /// What a cluster is drawn with.
    pub(crate) fn choose(&self, cluster: &str, bold: bool, region: Region) -> Choice {
        if cluster.chars().all(|c| self.embedded(bold).has(c) || line::is_invisible(c)) {
            return Choice::Embedded;
        }
        let key = (cluster.to_owned(), bold, region);
        if let Some(chosen) = self.chosen.borrow().get(&key) {
            return *chosen;
        }
        let letters: Vec<char> = cluster.chars().filter(|c| !line::is_invisible(*c)).collect();
        let found = if letters.len() > LONGEST_CLUSTER { None } else { self.library.find(&letters, bold, region) };
        let choice = found.filter(|face| self.face(*face).is_some()).map_or(Choice::Missing, Choice::Further);
        self.chosen.borrow_mut().insert(key, choice);
        choice
    }

    /// Whether a face that is in use also has a letter.
    pub(crate) fn also_has(&self, choice: Choice, letter: char) -> bool {
        matches!(choice, Choice::Further(face) if self.library.has(face, letter))
    }

    pub(crate) fn warn_of(&self, letter: char) {
        self.library.warn_of(letter);
    }

    /// A face of the library, opened once a document.
    pub(crate) fn face(&self, face: usize) -> Option<Arc<Face>> {
        let mut faces = self.faces.borrow_mut();
        if let Some(open) = faces.get(&face) {
            return open.clone();
        }
        let open = if faces.len() < MOST_FACES { self.library.open(face) } else { None };
        faces.insert(face, open.clone());
        open
    }

    /// The line's glyphs, in visual order.
    pub(crate) fn line(&self, text: &str, bold: bool) -> Line {
        line::shape(self, text, bold)
    }

    /// The width of a text in points. In the embedded fonts that is without kerning, which makes it a hair narrower.
    pub(crate) fn width(&self, text: &str, bold: bool, size: f32) -> f32 {
        if self.is_plain(text, bold) {
            let advances = &self.embedded(bold).advances;
            return text.chars().filter_map(|c| advances.get(&c)).sum::<f32>() * size;
        }
        let key = (text.to_owned(), bold);
        if let Some(ems) = self.widths.borrow().get(&key) {
            return ems * size;
        }
        let ems = self.line(text, bold).width;
        self.widths.borrow_mut().insert(key, ems);
        ems * size
    }

    /// A text in lines that are at most `width` wide. A word that is longer is torn apart rather than lost.
    pub(crate) fn wrap(&self, text: &str, bold: bool, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            if self.is_plain(paragraph, bold) {
                self.wrap_words(paragraph, bold, size, width, &mut lines);
            } else {
                self.wrap_any_script(paragraph, bold, size, width, &mut lines);
            }
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
        lines
    }

    /// Breaks at spaces alone.
    fn wrap_words(&self, paragraph: &str, bold: bool, size: f32, width: f32, lines: &mut Vec<String>) {
        let mut line = String::new();
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer, bold, size) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                let longer = format!("{line}{c}");
                if !line.is_empty() && self.width(&longer, bold, size) > width {
                    lines.push(std::mem::replace(&mut line, c.to_string()));
                } else {
                    line = longer;
                }
            }
        }
        lines.push(line);
    }

    /// Breaks where Unicode allows it (UAX #14): between Han letters, after spaces.
    fn wrap_any_script(&self, paragraph: &str, bold: bool, size: f32, width: f32, lines: &mut Vec<String>) {
        let (mut line, mut used, mut start) = (String::new(), 0.0, 0);
        let mut turn = |line: &mut String, used: &mut f32| {
            lines.push(line.trim_end().to_owned());
            line.clear();
            *used = 0.0;
        };
        for (end, _) in unicode_linebreak::linebreaks(paragraph) {
            let word = paragraph.get(start..end).unwrap_or_default();
            start = end;
            let needed = self.width(word.trim_end(), bold, size);
            if used + needed > width && !line.is_empty() {
                turn(&mut line, &mut used);
            }
            if needed <= width {
                line.push_str(word);
                used += self.width(word, bold, size);
                continue;
            }
            for cluster in word.graphemes(true) {
                let needed = self.width(cluster, bold, size);
                if used + needed > width && !line.is_empty() {
                    turn(&mut line, &mut used);
                }
                line.push_str(cluster);
                used += needed;
            }
        }
        turn(&mut line, &mut used);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_by_wrapping() {
        let library = FontLibrary::none();
        let fonts = Fonts::load(&library).expect("the fonts");
        for text in [
            "",
            "one",
            "two words",
            "a line\nand another",
            "Donaudampfschifffahrtsgesellschaftskapitänsmütze",
            "    ",
            "王小明住在台北市信義區市府路",
            "สมชายใจดีอยู่ที่กรุงเทพมหานคร",
            "محمد بن عبد الله, Tower 7",
            "👩‍👩‍👧‍👦👍🏽 and more",
        ] {
            for width in [1.0, 20.0, 60.0, 500.0] {
                let lines = fonts.wrap(text, false, 10.0, width);
                let without_spaces = |text: &str| text.split_whitespace().collect::<String>();
                assert_eq!(without_spaces(&lines.concat()), without_spaces(text), "{text:?} at {width}");
                let fits = |line: &String| fonts.width(line, false, 10.0) <= width || line.graphemes(true).count() == 1;
                assert!(lines.iter().all(fits), "{lines:?} at {width}");
            }
        }
    }

    #[test]
    fn thousands_of_different_letters_are_kept_and_fit() {
        let library = FontLibrary::none();
        let fonts = Fonts::load(&library).expect("the fonts");
        let text: String = ('\u{4e00}'..='\u{61a8}').chain('\u{10330}'..='\u{1034a}').collect();
        let lines = fonts.wrap(&text, false, 10.0, 100.0);
        assert_eq!(lines.concat(), text);
        assert!(lines.iter().all(|line| fonts.width(line, false, 10.0) <= 100.01));
        assert_eq!(
            fonts.line(&text, false).runs.iter().map(|run| run.boxes.len()).sum::<usize>(),
            text.chars().count()
        );
        // A letter with a thousand marks.
        let tower = format!("a{}", "\u{1ab0}".repeat(1_000));
        assert_eq!(fonts.wrap(&tower, false, 10.0, 100.0).concat(), tower);
    }

    #[test]
    fn every_letter_of_our_languages_is_drawn() {
        let library = FontLibrary::none();
        let fonts = Fonts::load(&library).expect("the fonts");
        let text = "ABCXYZabcxyz0189 äöüÄÖÜßéèñçøåłŁśžČđ €£$¥ „“‚‘–—…·×+%&@/()[]#*'\u{a0}";
        assert!(fonts.is_plain(text, false) && fonts.is_plain(text, true));
    }
}
