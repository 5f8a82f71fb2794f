//! From blocks to pages: where every line of text stands. Pure; `draw.rs` puts it on paper.

use crate::font::Fonts;
use crate::{Block, Paper, Table};

/// A4 in points.
pub(crate) const PAGE: (f32, f32) = (595.28, 841.89);
/// 20 mm, as letters have.
const MARGIN: f32 = 56.7;
const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// Below this nothing but the foot stands.
const BOTTOM: f32 = PAGE.1 - MARGIN - 20.0;
const TEXT: f32 = 9.5;
const SMALL: f32 = 8.0;
const LEADING: f32 = 1.4;
const GAP: f32 = 8.0;

/// One page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) marks: Vec<Mark>,
}

/// Something on a page. `y` is a text's base line.
#[derive(Debug)]
pub(crate) enum Mark {
    Text { x: f32, y: f32, size: f32, bold: bool, soft: bool, text: String },
    Rule { x: f32, y: f32, width: f32, strong: bool },
}

pub(crate) fn lay_out(paper: &Paper, fonts: &Fonts<'_>) -> Vec<Page> {
    let mut pen = Pen { fonts, pages: vec![Page::default()], y: MARGIN };
    for block in &paper.blocks {
        pen.block(block);
    }
    let Pen { mut pages, .. } = pen;
    let all = pages.len();
    for (index, page) in pages.iter_mut().enumerate() {
        let y = PAGE.1 - MARGIN;
        page.marks.push(Mark::Rule { x: MARGIN, y: y - 14.0, width: WIDTH, strong: false });
        page.marks.push(text(MARGIN, y, SMALL, false, true, paper.footer.clone()));
        let number = format!("{} / {all}", index + 1);
        let x = PAGE.0 - MARGIN - fonts.width(&number, false, SMALL);
        page.marks.push(text(x, y, SMALL, false, true, number));
    }
    pages
}

fn text(x: f32, y: f32, size: f32, bold: bool, soft: bool, text: String) -> Mark {
    Mark::Text { x, y, size, bold, soft, text }
}

struct Pen<'f> {
    fonts: &'f Fonts<'f>,
    pages: Vec<Page>,
    /// Where the next line begins.
    y: f32,
}

/// How a text is set.
#[derive(Clone, Copy)]
struct Style {
    size: f32,
    bold: bool,
    soft: bool,
}

const PLAIN: Style = Style { size: TEXT, bold: false, soft: false };
const NAME: Style = Style { soft: true, ..PLAIN };
const STRONG: Style = Style { bold: true, ..PLAIN };

impl Style {
    fn line(self) -> f32 {
        self.size * LEADING
    }
}

impl Pen<'_> {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(words) => {
                self.paragraph(words, Style { size: 20.0, ..STRONG });
                self.y += GAP;
            }
            Block::Subheading(words) => {
                // Never alone at the foot of a page.
                self.need(60.0);
                self.y += GAP;
                self.paragraph(words, Style { size: 12.0, ..STRONG });
                self.y += GAP / 2.0;
            }
            Block::Text(words) => {
                self.paragraph(words, PLAIN);
                self.y += GAP;
            }
            Block::Side(texts) => self.side(texts),
            Block::Facts(facts) => self.facts(facts),
            Block::Table(table) => self.table(table),
            Block::Sums(sums) => self.sums(sums),
            Block::Room => self.y += 2.0 * GAP,
        }
    }

    /// Turns the page where there is less room than this.
    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > MARGIN {
            self.pages.push(Page::default());
            self.y = MARGIN;
        }
    }

    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.marks.push(mark);
        }
    }

    /// One line in a column; `y` is where it begins.
    fn line(&mut self, x: f32, y: f32, width: f32, right: bool, style: Style, words: &str) {
        let x = if right { x + width - self.fonts.width(words, style.bold, style.size) } else { x };
        self.put(text(x, y + style.size, style.size, style.bold, style.soft, words.to_owned()));
    }

    fn paragraph(&mut self, words: &str, style: Style) {
        for line in self.fonts.wrap(words, style.bold, style.size, WIDTH) {
            self.need(style.line());
            self.line(MARGIN, self.y, WIDTH, false, style, &line);
            self.y += style.line();
        }
    }

    fn side(&mut self, texts: &[Vec<String>]) {
        #[expect(clippy::cast_precision_loss, reason = "a handful of addresses")]
        let width = (WIDTH - GAP) / texts.len().max(1) as f32;
        let wrapped: Vec<Vec<String>> = texts
            .iter()
            .map(|lines| lines.iter().flat_map(|line| self.fonts.wrap(line, false, TEXT, width - GAP)).collect())
            .collect();
        let lines = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        let height = PLAIN.line() * f32::from(u16::try_from(lines).unwrap_or(u16::MAX));
        self.need(height);
        let top = self.y;
        let mut x = MARGIN;
        for lines in &wrapped {
            self.y = top;
            for line in lines {
                self.line(x, self.y, width, false, PLAIN, line);
                self.y += PLAIN.line();
            }
            x += width;
        }
        self.y = top + height + GAP;
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        let name = WIDTH * 0.3;
        for (fact, value) in facts {
            self.row(&[(name, false, NAME, fact), (WIDTH - name, false, PLAIN, value)]);
        }
        self.y += GAP;
    }

    fn sums(&mut self, sums: &[(String, String)]) {
        let (left, name) = (WIDTH * 0.4, WIDTH * 0.35);
        self.need(PLAIN.line() * 2.0 + GAP);
        for (index, (sum, value)) in sums.iter().enumerate() {
            let style = if index + 1 == sums.len() { STRONG } else { PLAIN };
            self.row(&[(left, false, PLAIN, ""), (name, false, style, sum), (WIDTH - left - name, true, style, value)]);
        }
        self.y += GAP;
    }

    fn table(&mut self, table: &Table) {
        let all: f32 = table.columns.iter().map(|column| f32::from(column.share)).sum();
        let widths: Vec<f32> =
            table.columns.iter().map(|column| WIDTH * f32::from(column.share) / all.max(1.0)).collect();
        let head = |pen: &mut Self| {
            let style = Style { size: SMALL, bold: true, soft: true };
            let cells: Vec<_> = table
                .columns
                .iter()
                .zip(&widths)
                .map(|(c, width)| (*width, c.right, style, c.heading.as_str()))
                .collect();
            pen.row(&cells);
            pen.put(Mark::Rule { x: MARGIN, y: pen.y, width: WIDTH, strong: true });
            pen.y += 4.0;
        };
        self.need(60.0);
        head(self);
        for row in &table.rows {
            let cells: Vec<_> = table
                .columns
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(i, (column, width))| (*width, column.right, PLAIN, row.get(i).map_or("", String::as_str)))
                .collect();
            let pages = self.pages.len();
            self.need(self.height(&cells) + 4.0);
            if self.pages.len() > pages {
                head(self);
            }
            self.row(&cells);
            self.put(Mark::Rule { x: MARGIN, y: self.y, width: WIDTH, strong: false });
            self.y += 4.0;
        }
        self.y += GAP;
    }

    fn height(&self, cells: &[(f32, bool, Style, &str)]) -> f32 {
        let lines = |(width, _, style, words): &(f32, bool, Style, &str)| {
            let lines = self.fonts.wrap(words, style.bold, style.size, width - GAP).len();
            style.line() * f32::from(u16::try_from(lines).unwrap_or(u16::MAX))
        };
        cells.iter().map(lines).fold(0.0, f32::max) + 2.0
    }

    /// Cells side by side. A row that is taller than a page goes on, on the next ones.
    fn row(&mut self, cells: &[(f32, bool, Style, &str)]) {
        let height = self.height(cells);
        self.need(height.min(BOTTOM - MARGIN));
        let (top, first) = (self.y, self.pages.len());
        let (mut lowest, mut x) = ((first, top), MARGIN);
        for (width, right, style, words) in cells {
            let (mut page, mut y) = (first, top);
            for line in self.fonts.wrap(words, style.bold, style.size, width - GAP) {
                if y + style.line() > BOTTOM + 2.0 {
                    (page, y) = (page + 1, MARGIN);
                    if self.pages.len() < page {
                        self.pages.push(Page::default());
                    }
                }
                let x = if *right { x + width - self.fonts.width(&line, style.bold, style.size) } else { x };
                if let Some(page) = self.pages.get_mut(page - 1) {
                    page.marks.push(text(x, y + style.size, style.size, style.bold, style.soft, line));
                }
                y += style.line();
            }
            if (page, y) > lowest {
                lowest = (page, y);
            }
            x += width;
        }
        self.y = lowest.1 + 2.0;
    }
}

#[cfg(test)]
mod tests {
    use kit_core::{Language, Timestamp};

    use super::*;
    use crate::{Column, FontLibrary};

    fn paper(blocks: Vec<Block>) -> Paper {
        Paper {
            title: String::new(),
            language: Language::English,
            created: Timestamp::EPOCH,
            footer: String::new(),
            blocks,
        }
    }

    #[test]
    fn every_row_stands_on_a_page_once_below_a_head() {
        let library = FontLibrary::none();
        let fonts = Fonts::load(&library).expect("the fonts");
        let rows = (0..200).map(|n| vec![format!("row {n}."), "words ".repeat(n % 40), format!("{n}.00")]).collect();
        let columns = vec![Column::text("What", 2), Column::text("Words", 3), Column::amount("Amount", 1)];
        let pages = lay_out(&paper(vec![Block::Table(Table { columns, rows })]), &fonts);
        assert!(pages.len() > 5, "{}", pages.len());
        let texts = |page: &Page| -> Vec<String> {
            page.marks
                .iter()
                .filter_map(|m| if let Mark::Text { text, .. } = m { Some(text.clone()) } else { None })
                .collect()
        };
        let all: Vec<String> = pages.iter().flat_map(texts).collect();
        for n in 0..200 {
            assert_eq!(all.iter().filter(|text| **text == format!("row {n}.")).count(), 1, "row {n}");
        }
        for page in &pages {
            assert_eq!(texts(page)[0], "What");
            for mark in &page.marks {
                let (Mark::Text { y, .. } | Mark::Rule { y, .. }) = mark;
                assert!((MARGIN..=PAGE.1 - MARGIN + 1.0).contains(y), "{mark:?}");
            }
        }
    }

    #[test]
    fn a_cell_longer_than_a_page_goes_on() {
        let library = FontLibrary::none();
        let fonts = Fonts::load(&library).expect("the fonts");
        let columns = vec![Column::text("What", 1), Column::amount("Amount", 1)];
        let rows = vec![vec!["word ".repeat(3_000), "1.00".to_owned()], vec!["after".to_owned(), "2.00".to_owned()]];
        let pages = lay_out(&paper(vec![Block::Table(Table { columns, rows })]), &fonts);
        let words: usize = pages
            .iter()
            .flat_map(|page| &page.marks)
            .map(|m| if let Mark::Text { text, .. } = m { text.matches("word").count() } else { 0 })
            .sum();
        assert_eq!(words, 3_000);
    }
}
