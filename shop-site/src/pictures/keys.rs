//! Keys in rows: of keyboards and of laptops.

use super::canvas::{Canvas, Path, number, shade, shine};
use super::colour::Rgb;

/// A row: keys and gaps in units of one key's width.
pub(super) type Row = Vec<Key>;

/// One place in a row.
#[derive(Clone, Copy)]
pub(super) enum Key {
    /// A key this wide.
    Cap(f64),
    /// A key in the accent colour.
    Accent(f64),
    /// A key in the colour of keys that do not write.
    Dim(f64),
    /// No key.
    Gap(f64),
}

impl Key {
    fn width(self) -> f64 {
        match self {
            Self::Cap(w) | Self::Accent(w) | Self::Dim(w) | Self::Gap(w) => w,
        }
    }
}

/// What the caps look like.
pub(super) struct Caps {
    pub(super) tone: Rgb,
    pub(super) accent: Rgb,
    /// Shines between the caps.
    pub(super) light: Option<Rgb>,
    /// Of the corners, in eighths of a key.
    pub(super) round: f64,
}

/// The width of one key as it is written: with eight, nearly all numbers of a board are whole and short.
const UNIT: f64 = 8.0;

/// Draws rows into a box; the widest fills it.
pub(super) fn board(c: &mut Canvas, rows: &[Row], (x, y, w, h): (f64, f64, f64, f64), caps: &Caps) {
    let units = rows.iter().map(|row| row.iter().map(|key| key.width()).sum::<f64>()).fold(1.0, f64::max);
    let (across, down) = (w / (units * UNIT), h / (rows.len().max(1) as f64 * UNIT));
    // Of the plain keys, of those that do not write, and of the bright ones: the path, and where it is.
    let mut sorts = [(); 3].map(|()| (Path::new(), (0.0, 0.0)));
    for (index, row) in rows.iter().enumerate() {
        let (mut at, top) = (1.0, UNIT * index as f64 + 1.0);
        for key in row {
            let width = key.width() * UNIT;
            let sort = match key {
                Key::Cap(_) => Some(0),
                Key::Dim(_) => Some(1),
                Key::Accent(_) => Some(2),
                Key::Gap(_) => None,
            };
            if let Some(sort) = sort {
                let (path, before) = &mut sorts[sort];
                path.add_next_box(at - before.0, top - before.1, width - 2.0, UNIT - 2.0);
                *before = (at, top);
            }
            at += width;
        }
    }
    let transform = format!("matrix({} 0 0 {} {} {})", number(across), number(down), number(x), number(y));
    c.moved(&transform, |c| {
        for ((path, _), tone) in sorts.into_iter().zip([caps.tone, dim_tone(caps.tone), caps.accent]) {
            if !path.as_ref().is_empty() {
                let top = c.lit(tone);
                c.dished(path, caps.round, 0.8, caps.light, (tone.dark(0.5).into(), top));
            }
        }
    });
}

fn dim_tone(tone: Rgb) -> Rgb {
    if tone.is_dark() { tone.light(0.16) } else { tone.dark(0.2) }
}

fn many(count: usize) -> impl Iterator<Item = Key> {
    std::iter::repeat_n(Key::Cap(1.0), count)
}

fn row(parts: &[(f64, usize)], left: Key, right: Key) -> Row {
    let mut row = vec![left];
    for (width, count) in parts {
        row.extend(std::iter::repeat_n(Key::Cap(*width), *count));
    }
    row.push(right);
    row
}

/// The five rows that every keyboard has, 15 units wide. `iso`: a second small key beside the left shift.
pub(super) fn block(iso: bool) -> Vec<Row> {
    let shift = if iso {
        row(&[(1.0, 11)], Key::Dim(1.25), Key::Dim(2.75))
    } else {
        row(&[(1.0, 10)], Key::Dim(2.25), Key::Dim(2.75))
    };
    let enter = if iso { Key::Accent(1.25) } else { Key::Accent(2.25) };
    let home = if iso { 12 } else { 11 };
    vec![
        row(&[(1.0, 12)], Key::Dim(1.0), Key::Dim(2.0)),
        row(&[(1.0, 12)], Key::Dim(1.5), if iso { Key::Accent(1.5) } else { Key::Cap(1.5) }),
        row(&[(1.0, home)], Key::Dim(1.75), enter),
        shift,
        vec![
            Key::Dim(1.25),
            Key::Dim(1.25),
            Key::Dim(1.25),
            Key::Cap(6.25),
            Key::Dim(1.25),
            Key::Dim(1.25),
            Key::Dim(1.25),
            Key::Dim(1.25),
        ],
    ]
}

/// Escape, twelve function keys and what stands beside them, 15 units wide.
pub(super) fn functions(gaps: bool) -> Row {
    let mut row = vec![Key::Accent(1.0)];
    if gaps {
        for _ in 0..3 {
            row.push(Key::Gap(0.625));
            row.extend(many(4));
        }
    } else {
        row.extend(many(12));
        row.push(Key::Dim(2.0));
    }
    row
}

/// Of a laptop, with or without a number pad.
pub(super) fn laptop_rows(pad: bool) -> Vec<Row> {
    let mut rows = vec![functions(false)];
    rows.extend(block(true));
    if pad {
        for row in &mut rows {
            row.push(Key::Gap(0.4));
            row.extend(std::iter::repeat_n(Key::Dim(1.0), 3));
        }
    }
    rows
}

/// The dark well that caps stand in.
pub(super) fn well(c: &mut Canvas, x: f64, y: f64, w: f64, h: f64, r: f64) {
    c.rect(x, y, w, h, r, shade(120));
    c.frame(x, y, w, h, r, 1.0, shine(30));
}
