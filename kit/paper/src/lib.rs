//! Documents to keep: invoices, statements and receipts as PDF (A4), from plain data and words that are said already.
//!
//! A [`Paper`] is a list of [`Block`]s. [`render`] lays them out on as many pages as they need, repeats the heads of
//! tables, and numbers the pages; the same paper with the same fonts always gives the same bytes. Text in Latin, Greek
//! and Cyrillic letters is drawn in Noto Sans, any other in the fonts of a [`FontLibrary`]; the file carries the used
//! letters along. A letter that no font has is drawn as an empty box. All text can be copied out of the file.
//!
//! ```
//! use kit_core::{Language, Timestamp};
//! use kit_paper::{Block, FontLibrary, Paper, render};
//!
//! let paper = Paper {
//!     title: "Receipt".to_owned(),
//!     language: Language::English,
//!     created: Timestamp::EPOCH,
//!     footer: "Bank".to_owned(),
//!     blocks: vec![Block::Heading("Receipt".to_owned()), Block::Text("Thank you.".to_owned())],
//! };
//! assert!(render(&paper, &FontLibrary::system())?.starts_with(b"%PDF-1."));
//! # Ok::<(), kit_paper::PaperError>(())
//! ```

mod draw;
mod face;
mod font;
mod layout;
mod library;
mod line;

use kit_core::{Language, Timestamp};

pub use library::FontLibrary;

/// A document before it is laid out.
#[derive(Debug, Clone)]
pub struct Paper {
    /// What viewers show in the window's title.
    pub title: String,
    /// The language of its words.
    pub language: Language,
    /// The moment that the document tells about; kept in the file.
    pub created: Timestamp,
    /// Stands at the foot of every page, left of the page's number.
    pub footer: String,
    /// What it says, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Debug, Clone)]
pub enum Block {
    /// The document's heading.
    Heading(String),
    /// The heading of a part.
    Subheading(String),
    /// A paragraph; line breaks are kept.
    Text(String),
    /// Several texts side by side, each of several lines: addresses.
    Side(Vec<Vec<String>>),
    /// Names and values below each other.
    Facts(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// Sums at the right edge; the last one stands out.
    Sums(Vec<(String, String)>),
    /// Some room.
    Room,
}

/// A table. Cells wrap; a row is never torn apart.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell a column.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// What stands above it, on every page.
    pub heading: String,
    /// How wide it is, as a share of all columns together.
    pub share: u16,
    /// Whether its cells end at the right edge, as amounts do.
    pub right: bool,
}

impl Column {
    /// A column of texts.
    #[must_use]
    pub fn text(heading: impl Into<String>, share: u16) -> Self {
        Self { heading: heading.into(), share, right: false }
    }

    /// A column of amounts.
    #[must_use]
    pub fn amount(heading: impl Into<String>, share: u16) -> Self {
        Self { heading: heading.into(), share, right: true }
    }
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// A font that is part of the program cannot be read.
    #[error("the embedded font cannot be read")]
    Font,
    /// The PDF could not be written.
    #[error("the document could not be written: {0}")]
    Write(String),
}

/// Lays a paper out and writes it as PDF. Letters that the embedded fonts lack are drawn in the library's.
///
/// # Errors
/// [`PaperError`]: a defect of ours, whatever the paper says.
pub fn render(paper: &Paper, library: &FontLibrary) -> Result<Vec<u8>, PaperError> {
    let fonts = font::Fonts::load(library)?;
    let paper = &with_our_letters(paper.clone());
    let pages = layout::lay_out(paper, &fonts);
    draw::draw(paper, &pages, &fonts)
}

const ISOLATES: [char; 4] = ['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'];

/// The fonts have no minus sign, and an amount must never lose its own: a dash, which is as wide, stands for it.
/// Isolates (UAX #9) are for text that has letters written from right to left; other text is drawn as if it had none.
fn with_our_letters(mut paper: Paper) -> Paper {
    let ours = |text: &mut String| {
        if text.contains('\u{2212}') {
            *text = text.replace('\u{2212}', "\u{2013}");
        }
        if text.contains(ISOLATES) && !text.chars().any(line::is_right_to_left) {
            *text = text.replace(ISOLATES, "");
        }
    };
    ours(&mut paper.footer);
    for block in &mut paper.blocks {
        match block {
            Block::Heading(text) | Block::Subheading(text) | Block::Text(text) => ours(text),
            Block::Side(texts) => texts.iter_mut().flatten().for_each(ours),
            Block::Facts(pairs) | Block::Sums(pairs) => pairs.iter_mut().for_each(|(name, value)| {
                ours(name);
                ours(value);
            }),
            Block::Table(table) => {
                table.columns.iter_mut().for_each(|column| ours(&mut column.heading));
                table.rows.iter_mut().flatten().for_each(ours);
            }
            Block::Room => {}
        }
    }
    paper
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_amount_loses_its_minus() {
        let amount = || "\u{2212}89,00\u{a0}€".to_owned();
        let table = Table { columns: vec![Column::amount(amount(), 1)], rows: vec![vec![amount()]] };
        let pairs = || vec![(amount(), amount())];
        let blocks = vec![
            Block::Heading(amount()),
            Block::Text(amount()),
            Block::Side(vec![vec![amount()]]),
            Block::Facts(pairs()),
            Block::Sums(pairs()),
            Block::Table(table),
        ];
        let (title, footer) = (String::new(), amount());
        let paper = Paper { title, language: Language::German, created: Timestamp::EPOCH, footer, blocks };
        let drawn = format!("{:?}", with_our_letters(paper));
        assert_eq!(drawn.matches("\u{2013}89,00").count(), 10, "{drawn}");
        assert!(!drawn.contains('\u{2212}'), "{drawn}");
    }
}
