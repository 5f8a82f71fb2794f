//! Puts a layout on paper.

use kit_core::Zone;
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;

use crate::font::Fonts;
use crate::layout::{Mark, PAGE, Page};
use crate::{Paper, PaperError};

const INK: (u8, u8, u8) = (0x16, 0x18, 0x1d);
const SOFT: (u8, u8, u8) = (0x56, 0x5c, 0x69);
const LINE: (u8, u8, u8) = (0xc8, 0xc8, 0xc4);

fn colour((r, g, b): (u8, u8, u8)) -> rgb::Color {
    rgb::Color::new(r, g, b)
}

/// Empty boxes as high as capitals, at offsets in ems.
fn draw_boxes(surface: &mut Surface<'_>, boxes: &[(f32, f32)], (x, y): (f32, f32), size: f32, ink: (u8, u8, u8)) {
    for (offset, width) in boxes {
        let (left, right) = (x + (offset + 0.06) * size, x + (offset + width - 0.06) * size);
        let mut path = PathBuilder::new();
        path.move_to(left, y);
        path.line_to(right, y);
        path.line_to(right, y - 0.7 * size);
        path.line_to(left, y - 0.7 * size);
        path.close();
        if let Some(path) = path.finish() {
            surface.set_stroke(Some(Stroke { paint: colour(ink).into(), width: 0.06 * size, ..Stroke::default() }));
            let fill = surface.get_fill().cloned();
            surface.set_fill(None);
            surface.draw_path(&path);
            surface.set_fill(fill);
            surface.set_stroke(None);
        }
    }
}

pub(crate) fn draw(paper: &Paper, pages: &[Page], fonts: &Fonts<'_>) -> Result<Vec<u8>, PaperError> {
    let mut document = Document::new();
    let at = Zone::UTC.civil(paper.created);
    let created = DateTime::new(u16::try_from(at.year).unwrap_or(1970)).month(at.month).day(at.day);
    let created = created.hour(at.hour).minute(at.minute).second(0).utc_offset_hour(0).utc_offset_minute(0);
    let metadata = Metadata::new().title(paper.title.clone()).language(paper.language.code().to_owned());
    document.set_metadata(metadata.creation_date(created));
    for page in pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(PaperError::Font)?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        for mark in &page.marks {
            match mark {
                Mark::Text { x, y, size, bold, soft, text } => {
                    let paint = colour(if *soft { SOFT } else { INK }).into();
                    surface.set_fill(Some(Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::default() }));
                    surface.set_stroke(None);
                    let mut x = *x;
                    for run in fonts.line(text, *bold).runs {
                        let at = Point::from_xy(x, *y);
                        surface.draw_glyphs(at, &run.glyphs, run.font, &run.text, *size, false);
                        draw_boxes(&mut surface, &run.boxes, (x, *y), *size, if *soft { SOFT } else { INK });
                        x += run.width * size;
                    }
                }
                Mark::Rule { x, y, width, strong } => {
                    let mut path = PathBuilder::new();
                    path.move_to(*x, *y);
                    path.line_to(x + width, *y);
                    let paint = colour(if *strong { SOFT } else { LINE }).into();
                    surface.set_fill(None);
                    surface.set_stroke(Some(Stroke { paint, width: 0.6, ..Stroke::default() }));
                    if let Some(path) = path.finish() {
                        surface.draw_path(&path);
                    }
                }
            }
        }
        surface.finish();
        sheet.finish();
    }
    document.finish().map_err(|error| PaperError::Write(format!("{error:?}")))
}
