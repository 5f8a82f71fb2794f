//! Processors: the lid, the contacts, and the silicon with as many cores as there are.

use super::View;
use super::canvas::{Canvas, Path, Toward, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{badge, plate, rim, shadow};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match view {
        View::Front => front(c, facts, palette),
        View::Back => back(c, facts, palette),
        View::Detail => die(c, facts, palette),
    }
}

/// The package: width, height, and its board's colour.
fn package(facts: &Facts<'_>) -> (f64, f64, Rgb) {
    match facts.text("socket") {
        "VW1" => (304.0, 232.0, Rgb::hex(0x1d_4a44)),
        "V5" => (206.0, 206.0, Rgb::hex(0x2d_6a45)),
        "H3" => (190.0, 226.0, Rgb::hex(0x22_5a78)),
        _ => (216.0, 216.0, Rgb::hex(0x20_5a49)),
    }
}

fn board(c: &mut Canvas, facts: &Facts<'_>) -> (f64, f64, f64, f64) {
    let (w, h, tone) = package(facts);
    let (x, y) = (200.0 - w / 2.0, 148.0 - h / 2.0);
    shadow(c, 204.0, y + h + 12.0, w / 2.0);
    c.rect(x, y + 9.0, w, h, 7.0, tone.dark(0.6));
    plate(c, x, y, w, h, 7.0, tone);
    (x, y, w, h)
}

fn front(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let (x, y, w, h) = board(c, facts);
    c.path(Path::corners(&[(x + 7.0, y + h - 20.0), (x + 20.0, y + h - 7.0), (x + 7.0, y + h - 7.0)]), Rgb::GOLD);
    let metal =
        c.blend(Toward::Corner, &[Rgb::hex(0xf4_f6f8), Rgb::hex(0xb9_c0c8), Rgb::hex(0xdd_e1e6), Rgb::hex(0x9d_a5ae)]);
    let (lx, ly, lw, lh) = (x + 22.0, y + 22.0, w - 44.0, h - 44.0);
    c.rect(lx - 2.0, ly + 4.0, lw + 4.0, lh + 2.0, 9.0, shade(110));
    c.rect(lx, ly, lw, lh, 9.0, metal);
    rim(c, lx, ly, lw, lh, 9.0);
    if facts.says("socket", "V6") {
        // The lid leaves room for small parts between its legs.
        let mut gaps = Path::new();
        for at in [0.22, 0.5, 0.78] {
            gaps.add_line(lx + lw * at, ly - 1.0, lx + lw * at, ly + 5.0);
            gaps.add_line(lx + lw * at, ly + lh + 1.0, lx + lw * at, ly + lh - 5.0);
            gaps.add_line(lx - 1.0, ly + lh * at, lx + 5.0, ly + lh * at);
            gaps.add_line(lx + lw + 1.0, ly + lh * at, lx + lw - 5.0, ly + lh * at);
        }
        c.line(gaps, 12.0, package(facts).2);
    } else {
        c.frame(lx + 9.0, ly + 9.0, lw - 18.0, lh - 18.0, 5.0, 1.2, shade(50));
    }
    badge(c, 200.0, ly + lh * 0.34, lh * 0.24, palette.accent.dark(0.12));
    // A dot a core, engraved.
    let cores = facts.count("cores", 8, 1..=64);
    let columns = if cores > 16 { 8 } else { cores.div_ceil(2).max(2) };
    let mut dots = Path::new();
    for core in 0..cores {
        let (column, row) = ((core % columns) as f64, (core / columns) as f64);
        let dx = 200.0 + (column - (columns as f64 - 1.0) / 2.0) * 11.0;
        dots.add_dot(dx, ly + lh * 0.62 + row * 11.0);
    }
    c.line(dots, 5.0, Rgb::hex(0x5d_6670));
    // And a line as long as the cache is large.
    let cache = facts.number("cache", 16.0, 1.0..=1024.0).log2() * 5.5;
    c.line(
        Path::through(&[(200.0 - cache, ly + lh * 0.91), (200.0 + cache, ly + lh * 0.91)]),
        3.0,
        palette.accent.dark(0.12),
    );
}

fn back(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let (x, y, w, h) = board(c, facts);
    let pads = c.blend(Toward::Corner, &[Rgb::GOLD.light(0.5), Rgb::GOLD]);
    let pitch = 8.0;
    let mut rows = Path::new();
    let (mut at, hole) = (y + 14.0, if facts.has("cores") { 26.0 } else { 20.0 });
    while at < y + h - 10.0 {
        if (at - 148.0).abs() < hole {
            rows.add_line(x + 12.0, at, 200.0 - hole * 1.2, at);
            rows.add_line(200.0 + hole * 1.2, at, x + w - 12.0, at);
        } else {
            rows.add_line(x + 12.0, at, x + w - 12.0, at);
        }
        at += pitch;
    }
    c.dashes(rows, 4.6, 4.6, 3.4, pads);
    c.rect(200.0 - hole, 148.0 - hole * 0.9, hole * 2.0, hole * 1.8, 3.0, shade(90));
    c.dashes("M182 138H218M182 148H218M182 158H218", 5.0, 4.0, 6.0, Rgb::STEEL);
    c.path(Path::corners(&[(x + 4.0, y + 14.0), (x + 14.0, y + 4.0), (x + 4.0, y + 4.0)]), palette.accent);
}

fn die(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    shadow(c, 200.0, 286.0, 160.0);
    c.rect(36.0, 22.0, 328.0, 262.0, 8.0, Rgb::hex(0x0e_1420));
    let silicon = c.blend(
        Toward::Corner,
        &[
            palette.accent.mix(Rgb::hex(0x2b_2f6a), 0.55),
            Rgb::hex(0x1b_2138),
            palette.accent.mix(Rgb::hex(0x5a_2b6a), 0.6).dark(0.35),
        ],
    );
    c.rect(36.0, 16.0, 328.0, 262.0, 8.0, silicon);
    rim(c, 36.0, 16.0, 328.0, 262.0, 8.0);
    let graphics = if facts.flag("integrated_graphics") { 66.0 } else { 0.0 };
    let (x, y, w, h) = (50.0, 30.0, 300.0 - graphics, 234.0);
    let cores = facts.count("cores", 8, 1..=64);
    // As near to a square as leaves no corner empty.
    let ideal = (cores as f64 * 1.2).sqrt();
    let even = (2..=8).filter(|columns| cores.is_multiple_of(*columns));
    let columns = even.min_by(|a, b| (*a as f64 - ideal).abs().total_cmp(&(*b as f64 - ideal).abs())).unwrap_or(4);
    let rows = cores.div_ceil(columns).max(1);
    // What the cache takes is missing from the cores.
    let cache = (facts.number("cache", 32.0, 1.0..=512.0).log2() * 11.0).clamp(12.0, 90.0);
    let (cell_w, cell_h) = (w / columns as f64, (h - cache) / rows as f64);
    let (mut tiles, mut units, mut wires) = (Path::new(), Path::new(), Path::new());
    for core in 0..cores {
        let (cx, cy) = (x + (core % columns) as f64 * cell_w, y + (core / columns) as f64 * cell_h);
        tiles.add_box(cx + 2.5, cy + 2.5, cell_w - 7.0, cell_h - 7.0);
        units.add_box(cx + 5.0, cy + 5.0, cell_w * 0.4, cell_h * 0.34);
        wires.add_line(cx + cell_w * 0.2, cy + cell_h * 0.62, cx + cell_w * 0.8, cy + cell_h * 0.62);
    }
    let warm = c.blend(Toward::Corner, &[palette.accent.light(0.55), palette.accent.dark(0.25)]);
    c.soft(tiles, 1.5, warm);
    c.path(units, shade(90));
    c.line(wires, (cell_h * 0.1).min(3.0), shine(150));
    let bank = Path::through(&[(x + 1.0, y + h - cache / 2.0 + 2.0), (x + w - 3.0, y + h - cache / 2.0 + 2.0)]);
    c.dashes(bank, cache - 6.0, 7.0, 2.4, palette.accent.mix(Rgb::hex(0xf0_c66a), 0.6).dark(0.1));
    if graphics > 0.0 {
        c.rect(x + w + 6.0, y + 2.0, graphics - 8.0, h - 4.0, 3.0, palette.accent.mix(Rgb::hex(0x8a_5cf0), 0.75));
        let grid = c.holes(9.0, 1.8, shine(110));
        c.rect(x + w + 10.0, y + 8.0, graphics - 16.0, h - 16.0, 2.0, grid);
    }
    let light = c.fade(Toward::Corner, Rgb::WHITE, 110, 0);
    c.path("M40 16H230L120 278H40z", light);
}
