//! Memory: modules side by side, their backs, and their contacts.

use super::View;
use super::canvas::{Canvas, Path, Toward, number, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{badge, chip, plate, shadow};

/// What a module looks like.
struct Module {
    width: f64,
    height: f64,
    /// Of metal, over the chips.
    spreader: bool,
    /// Shines along the top.
    lit: bool,
    /// Chips on one side.
    chips: usize,
    /// Where the notch is, as a share of the width: each generation has its own, so that none fits the wrong board.
    notch: f64,
    board: Rgb,
}

fn module(facts: &Facts<'_>) -> Module {
    let small = facts.named("sodimm");
    let fast = facts.number("speed", 5600.0, 0.0..=1e6);
    let spreader = facts.number("voltage", 1.1, 0.0..=9.0) > 1.25;
    let lit = facts.is_by("Emberholt");
    let tall = if lit { 108.0 } else { 78.0 + ((fast - 3000.0) / 5000.0).clamp(0.0, 1.0) * 20.0 };
    Module {
        width: if small { 208.0 } else { 330.0 },
        height: if spreader { tall } else { 76.0 },
        spreader,
        lit,
        chips: if facts.flag("ecc") {
            9
        } else if small {
            4
        } else {
            8
        },
        notch: if facts.says("generation", "DDR4") { 0.54 } else { 0.48 },
        board: if facts.says("generation", "DDR4") { Rgb::hex(0x25_6b48) } else { Rgb::hex(0x1f_5560) },
    }
}

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    let module = module(facts);
    match view {
        View::Front => {
            let count = facts.count("modules", 2, 1..=4);
            let step = if count > 2 { 46.0 } else { 74.0 };
            let first = 150.0 - (module.height + step * (count - 1) as f64) / 2.0;
            for index in 0..count {
                let shift = (index as f64 - (count - 1) as f64 / 2.0) * 14.0;
                one(
                    c,
                    facts,
                    palette,
                    &module,
                    (200.0 - module.width / 2.0 + shift, first + step * index as f64),
                    true,
                );
            }
        }
        View::Back => one(c, facts, palette, &module, (200.0 - module.width / 2.0, 150.0 - module.height / 2.0), false),
        View::Detail => contacts(c, palette, &module),
    }
}

fn one(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, module: &Module, (x, y): (f64, f64), front: bool) {
    let Module { width: w, height: h, .. } = *module;
    shadow(c, x + w / 2.0 + 4.0, y + h + 12.0, w / 2.0);
    // The board, with its notch, and the contacts below.
    let bottom = y + h + 9.0;
    let notch = x + w * module.notch;
    let board = c.lit(module.board);
    let [left, right, n0, n1, top, low] = [x, x + w, notch, notch + 6.0, y + 3.0, bottom].map(number);
    c.path(format!("M{left} {top}H{right}V{low}H{n1}v-8H{n0}v8H{left}z"), board);
    let row = Path::through(&[(x + 6.0, bottom - 4.5), (notch - 3.0, bottom - 4.5)]);
    c.dashes(row, 8.0, 2.6, 1.3, Rgb::GOLD);
    c.dashes(Path::through(&[(notch + 9.0, bottom - 4.5), (x + w - 6.0, bottom - 4.5)]), 8.0, 2.6, 1.3, Rgb::GOLD);
    if !module.spreader {
        let step = (w - 20.0) / module.chips as f64;
        let row = |y: f64| Path::through(&[(x + 10.0 + step * 0.1, y), (x + w - 10.0, y)]);
        c.dashes(row(y + h / 2.0), h - 32.0, step * 0.8, step * 0.2, Rgb::hex(0x2b_2f36));
        c.dashes(row(y + h / 2.0 - 5.0), h - 44.0, step * 0.8, step * 0.2, shine(30));
        c.dashes(row(y + 16.8), 1.6, step * 0.8, step * 0.2, shine(70));
        c.dashes(Path::through(&[(x + 12.0, y + 9.0), (x + w - 12.0, y + 9.0)]), 2.5, 4.0, 6.0, Rgb::STEEL);
        if !front {
            c.rect(x + w * 0.3, y + 18.0, w * 0.4, h - 36.0, 3.0, Rgb::hex(0xf3_f4f6));
            c.dashes(
                Path::through(&[(x + w * 0.34, y + h / 2.0), (x + w * 0.54, y + h / 2.0)]),
                h - 52.0,
                1.5,
                1.4,
                Rgb::VOID,
            );
            badge(c, x + w * 0.62, y + h / 2.0, 20.0, palette.accent);
        }
        return;
    }
    if module.lit {
        let glow = c.blend(Toward::Right, &[palette.accent, palette.accent.light(0.6), palette.accent]);
        c.rect(x + 6.0, y - 8.0, w - 12.0, 26.0, 8.0, glow);
    }
    plate(c, x - 2.0, y, w + 4.0, h - 6.0, 5.0, palette.shell);
    let fins = facts.number("speed", 0.0, 0.0..=1e6) > 7000.0;
    if fins {
        c.dashes(
            Path::through(&[(x + 12.0, y + 5.0), (x + w - 12.0, y + 5.0)]),
            12.0,
            10.0,
            6.0,
            palette.shell.dark(0.5),
        );
    }
    let slope = h * 0.5;
    let band = [
        (x + w * 0.56 + slope, y + 1.0),
        (x + w - 8.0, y + 1.0),
        (x + w - 8.0, y + h - 7.0),
        (x + w * 0.56, y + h - 7.0),
    ];
    c.path(Path::corners(&band), palette.trim);
    c.line(Path::through(&[(x + w * 0.54 + slope, y + 4.0), (x + w * 0.54, y + h - 10.0)]), 5.0, palette.accent);
    if front {
        badge(c, x + 34.0, y + h / 2.0 - 2.0, 28.0, palette.accent);
        // A bar a doubling of the capacity.
        let bars = facts.number("capacity", 16.0, 4.0..=512.0).log2().round();
        let reach = x + w * 0.8;
        c.dashes(
            Path::through(&[(reach, y + h / 2.0 - 2.0), (reach + bars * 6.0, y + h / 2.0 - 2.0)]),
            16.0,
            3.0,
            3.0,
            shine(150),
        );
    } else {
        c.rect(x + 24.0, y + h * 0.24, w * 0.34, h * 0.44, 3.0, Rgb::hex(0xf3_f4f6));
        c.dashes(
            Path::through(&[(x + 32.0, y + h * 0.46), (x + 32.0 + w * 0.2, y + h * 0.46)]),
            h * 0.28,
            1.6,
            1.5,
            Rgb::VOID,
        );
    }
}

fn contacts(c: &mut Canvas, palette: &Palette, module: &Module) {
    shadow(c, 200.0, 280.0, 170.0);
    let board = c.lit(module.board);
    let notch = number(400.0 * module.notch - 8.0);
    c.path(format!("M22 96H378V272H{notch}v-34q-10-12-20 0v34H22z"), board);
    let middle = 400.0 * module.notch;
    c.dashes(Path::through(&[(32.0, 246.0), (middle - 34.0, 246.0)]), 46.0, 9.0, 5.0, Rgb::GOLD);
    c.dashes(Path::through(&[(middle, 246.0), (372.0, 246.0)]), 46.0, 9.0, 5.0, Rgb::GOLD);
    c.dashes("M34 208H370", 10.0, 6.0, 12.0, Rgb::STEEL);
    c.dashes("M30 196H372M30 190H372", 1.0, 30.0, 8.0, shine(70));
    if module.spreader {
        if module.lit {
            let glow = c.blend(Toward::Right, &[palette.accent, palette.accent.light(0.6), palette.accent]);
            c.rect(24.0, 20.0, 352.0, 40.0, 12.0, glow);
        }
        plate(c, 16.0, 36.0, 368.0, 146.0, 10.0, palette.shell);
        c.line("M236 46 190 172", 12.0, palette.accent);
        badge(c, 92.0, 108.0, 58.0, palette.accent);
    } else {
        for index in 0..3 {
            chip(c, 40.0 + f64::from(index) * 112.0, 62.0, 96.0, 112.0);
        }
        if module.chips == 9 {
            badge(c, 88.0, 118.0, 34.0, palette.accent);
        }
    }
}
