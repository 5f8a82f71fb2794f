//! The two fonts, and how wide a text is in them.

use krilla::text::Font;
use ttf_parser::Face;

use crate::PaperError;

const REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");

/// Both fonts, ready to measure with and to draw with.
pub(crate) struct Fonts {
    pub(crate) regular: Cut,
    pub(crate) bold: Cut,
}

/// One font.
pub(crate) struct Cut {
    face: Face<'static>,
    pub(crate) font: Font,
}

impl Fonts {
    pub(crate) fn load() -> Result<Self, PaperError> {
        Ok(Self { regular: Cut::load(REGULAR)?, bold: Cut::load(BOLD)? })
    }

    pub(crate) fn cut(&self, bold: bool) -> &Cut {
        if bold { &self.bold } else { &self.regular }
    }
}

impl Cut {
    fn load(bytes: &'static [u8]) -> Result<Self, PaperError> {
        let face = Face::parse(bytes, 0).map_err(|_| PaperError::Font)?;
        Ok(Self { face, font: Font::new(bytes.into(), 0).ok_or(PaperError::Font)? })
    }

    /// The width of a text in points, without kerning, which makes it a hair narrower.
    pub(crate) fn width(&self, text: &str, size: f32) -> f32 {
        let em = f32::from(self.face.units_per_em());
        let advance = |c: char| {
            let glyph = self.face.glyph_index(c).unwrap_or_default();
            f32::from(self.face.glyph_hor_advance(glyph).unwrap_or(self.face.units_per_em() / 2))
        };
        text.chars().map(advance).sum::<f32>() * size / em
    }

    /// A text in lines that are at most `width` wide. A word that is longer is torn apart rather than lost.
    pub(crate) fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if self.width(&longer, size) <= width {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                for c in word.chars() {
                    let longer = format!("{line}{c}");
                    if !line.is_empty() && self.width(&longer, size) > width {
                        lines.push(std::mem::replace(&mut line, c.to_string()));
                    } else {
                        line = longer;
                    }
                }
            }
            lines.push(line);
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_by_wrapping() {
        let fonts = Fonts::load().expect("the fonts");
        for text in
            ["", "one", "two words", "a line\nand another", "Donaudampfschifffahrtsgesellschaftskapitänsmütze", "    "]
        {
            for width in [1.0, 20.0, 60.0, 500.0] {
                let lines = fonts.regular.wrap(text, 10.0, width);
                let without_spaces = |text: &str| text.split_whitespace().collect::<String>();
                assert_eq!(without_spaces(&lines.concat()), without_spaces(text), "{text:?} at {width}");
                let fits = |line: &String| fonts.regular.width(line, 10.0) <= width || line.chars().count() == 1;
                assert!(lines.iter().all(fits), "{lines:?} at {width}");
            }
        }
    }

    #[test]
    fn every_letter_of_our_languages_is_drawn() {
        let fonts = Fonts::load().expect("the fonts");
        for c in "ABCXYZabcxyz0189 äöüÄÖÜßéèñçøåłŁśžČđ €£$¥ „“‚‘–—…·×+%&@/()[]#*'\u{a0}".chars()
        {
            for cut in [&fonts.regular, &fonts.bold] {
                assert!(cut.face.glyph_index(c).is_some(), "{c:?}");
            }
        }
    }
}
