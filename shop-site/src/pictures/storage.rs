//! Drives: sticks, boxes and cards.

use super::View;
use super::canvas::{Canvas, Path, Toward, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{Port, badge, cable, chip, lamp, plate, ports, rim, screw, shadow};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match facts.text("kind") {
        "HDD" => disk(c, facts, palette, view),
        "SATA SSD" => sata(c, facts, palette, view),
        "Portable SSD" => portable(c, facts, palette, view),
        "microSD" => card(c, facts, palette, view),
        _ => stick(c, facts, palette, view),
    }
}

/// How many marks tell the capacity: one a doubling.
fn marks(facts: &Facts<'_>) -> usize {
    let steps = (facts.number("capacity", 500.0, 64.0..=64_000.0) / 125.0).log2();
    (steps.round().clamp(1.0, 8.0)) as usize
}

/// A row of marks, as on a fuel gauge.
fn gauge(c: &mut Canvas, facts: &Facts<'_>, x: f64, y: f64, size: f64, colour: Rgb) {
    let mut path = Path::new();
    for mark in 0..marks(facts) {
        path.add_line(x + mark as f64 * size * 0.8, y, x + mark as f64 * size * 0.8, y - size);
    }
    c.line(path, size * 0.34, colour);
}

fn fingers(c: &mut Canvas, x: f64, y: f64, w: f64, h: f64) {
    let gold = c.blend(Toward::Right, &[Rgb::GOLD.light(0.4), Rgb::GOLD]);
    c.rect(x, y, w, h, 1.0, gold);
    c.dashes(Path::through(&[(x + w / 2.0, y + 3.0), (x + w / 2.0, y + h - 3.0)]), w, 1.3, 3.4, shade(140));
}

fn stick(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    let board = palette.trim.mix(Rgb::hex(0x16_3a30), 0.45).dark(0.15);
    if view == View::Detail {
        return connector(c, board, palette);
    }
    let hot = facts.number("read_speed", 3000.0, 0.0..=1e6) > 10_000.0;
    shadow(c, 206.0, 196.0, 176.0);
    c.soft("M20 106H372V190H20V158H28V146H20z", 4.0, board.dark(0.5));
    plate(c, 22.0, 98.0, 356.0, 88.0, 4.0, board);
    fingers(c, 16.0, 102.0, 12.0, 34.0);
    fingers(c, 16.0, 148.0, 12.0, 34.0);
    c.circle(378.0, 142.0, 10.0, Rgb::GOLD.dark(0.1));
    c.circle(380.0, 142.0, 6.0, Rgb::VOID);
    match view {
        View::Front if hot => {
            plate(c, 42.0, 92.0, 318.0, 94.0, 6.0, palette.shell);
            c.dashes("M54 139H350", 82.0, 6.0, 7.0, palette.shell.dark(0.5));
            c.dashes("M59 139H350", 82.0, 1.5, 11.5, shine(120));
            plate(c, 260.0, 100.0, 84.0, 78.0, 5.0, palette.trim);
            badge(c, 286.0, 139.0, 24.0, palette.accent);
            gauge(c, facts, 308.0, 145.0, 12.0, palette.accent);
        }
        View::Front => {
            chip(c, 48.0, 112.0, 56.0, 60.0);
            plate(c, 116.0, 104.0, 244.0, 76.0, 4.0, palette.shell);
            c.rect(116.0, 104.0, 10.0, 76.0, 3.0, palette.accent);
            badge(c, 158.0, 142.0, 30.0, palette.accent);
            gauge(c, facts, 200.0, 154.0, 24.0, palette.shell.light(0.75));
        }
        _ => {
            let chips = marks(facts).clamp(1, 5);
            for index in 0..5 {
                if index < chips {
                    chip(c, 56.0 + index as f64 * 60.0, 110.0, 50.0, 64.0);
                } else {
                    c.frame(56.0 + index as f64 * 60.0, 110.0, 50.0, 64.0, 2.0, 1.0, shine(90));
                }
            }
            c.dashes("M46 104H350M46 180H350", 2.4, 4.0, 7.0, Rgb::GOLD.dark(0.2));
        }
    }
}

/// The contacts of a stick from close by.
fn connector(c: &mut Canvas, board: Rgb, palette: &Palette) {
    shadow(c, 210.0, 274.0, 164.0);
    plate(c, 84.0, 26.0, 290.0, 244.0, 9.0, board);
    for (y, h) in [(34.0, 122.0), (184.0, 78.0)] {
        c.rect(34.0, y, 56.0, h, 3.0, board.dark(0.3));
        c.dashes(Path::through(&[(62.0, y + 5.0), (62.0, y + h - 4.0)]), 52.0, 6.0, 4.0, Rgb::GOLD);
    }
    chip(c, 128.0, 56.0, 104.0, 112.0);
    badge(c, 180.0, 112.0, 40.0, palette.accent);
    chip(c, 256.0, 48.0, 100.0, 200.0);
    c.dashes("M132 196H232M132 214H232M132 232H200", 8.0, 5.0, 7.0, Rgb::STEEL);
    c.dashes("M98 50V250M106 60V240", 1.0, 22.0, 6.0, shine(70));
}

fn sata(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    if view == View::Back {
        shadow(c, 200.0, 206.0, 158.0);
        let edge = c.tube(palette.shell);
        c.rect(40.0, 148.0, 320.0, 56.0, 8.0, edge);
        rim(c, 40.0, 148.0, 320.0, 56.0, 8.0);
        return sata_sockets(c, 96.0, 166.0);
    }
    let (x, y, w, h) = if view == View::Front { (62.0, 50.0, 276.0, 196.0) } else { (42.0, 54.0, 290.0, 190.0) };
    c.moved(if view == View::Front { "" } else { "rotate(-8 200 150)" }, |c| {
        shadow(c, x + w / 2.0, y + h + 5.0, w / 2.0);
        c.rect(x, y + 8.0, w, h, 12.0, palette.shell.dark(0.55));
        plate(c, x, y, w, h, 12.0, palette.shell);
        c.rect(x + w * 0.07, y + h * 0.1, w * 0.86, h * 0.8, 6.0, palette.trim);
        c.rect(x + w * 0.07, y + h * 0.1, w * 0.86, 7.0, 3.0, palette.accent);
        badge(c, x + w * 0.22, y + h * 0.42, 40.0, palette.accent);
        gauge(c, facts, x + w * 0.17, y + h * 0.78, 26.0, palette.shell.light(0.7));
        for (sx, sy) in [(12.0, 12.0), (w - 12.0, 12.0), (12.0, h - 12.0), (w - 12.0, h - 12.0)] {
            screw(c, x + sx, y + sy, 4.0);
        }
        if view == View::Detail {
            c.rect(x + w - 3.0, y + 50.0, 22.0, 118.0, 3.0, Rgb::VOID);
            fingers(c, x + w + 2.0, y + 56.0, 12.0, 40.0);
            fingers(c, x + w + 2.0, y + 104.0, 12.0, 58.0);
        }
    });
}

fn sata_sockets(c: &mut Canvas, x: f64, y: f64) {
    c.soft(Path::corners(&[(x, y), (x + 208.0, y), (x + 208.0, y + 22.0), (x, y + 22.0)]), 2.0, Rgb::VOID);
    for (at, w) in [(10.0, 62.0), (92.0, 106.0)] {
        c.rect(x + at, y + 9.0, w, 5.0, 1.0, Rgb::hex(0x3a_4049));
        c.dashes(Path::through(&[(x + at + 4.0, y + 9.0), (x + at + w - 4.0, y + 9.0)]), 5.0, 4.0, 4.0, Rgb::GOLD);
    }
}

fn disk(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    let steel = Rgb::hex(0xc3_c8ce);
    match view {
        View::Front => {
            shadow(c, 200.0, 284.0, 108.0);
            c.rect(102.0, 24.0, 196.0, 258.0, 10.0, steel.dark(0.55));
            plate(c, 102.0, 16.0, 196.0, 258.0, 10.0, steel);
            let dish = c.blend(Toward::Corner, &[steel.light(0.5), steel.dark(0.18)]);
            c.circle(200.0, 106.0, 82.0, dish);
            c.ring(200.0, 106.0, 80.0, 1.6, shade(50));
            plate(c, 118.0, 132.0, 164.0, 126.0, 5.0, palette.shell);
            c.rect(118.0, 132.0, 164.0, 9.0, 4.0, palette.accent);
            badge(c, 150.0, 176.0, 36.0, palette.accent);
            gauge(c, facts, 140.0, 240.0, 24.0, palette.shell.light(0.75));
            for (x, y) in [(113.0, 27.0), (287.0, 27.0), (113.0, 263.0), (287.0, 263.0), (200.0, 44.0)] {
                screw(c, x, y, 4.4);
            }
        }
        View::Back => {
            shadow(c, 200.0, 214.0, 158.0);
            let side = c.tube(steel.dark(0.1));
            c.rect(40.0, 118.0, 320.0, 92.0, 6.0, side);
            rim(c, 40.0, 118.0, 320.0, 92.0, 6.0);
            c.rect(40.0, 178.0, 320.0, 32.0, 5.0, Rgb::hex(0x20_4a3c));
            sata_sockets(c, 96.0, 180.0);
            c.circle(70.0, 146.0, 9.0, Rgb::VOID);
            c.circle(330.0, 146.0, 9.0, Rgb::VOID);
        }
        View::Detail => {
            // The platters, with the lid taken off.
            shadow(c, 200.0, 286.0, 150.0);
            plate(c, 46.0, 14.0, 308.0, 270.0, 14.0, steel.dark(0.12));
            c.rect(58.0, 26.0, 284.0, 246.0, 10.0, Rgb::hex(0x2b_3037));
            let mirror =
                c.blend(Toward::Corner, &[Rgb::WHITE, Rgb::hex(0x9a_a3ae), Rgb::hex(0xe4_e8ec), Rgb::hex(0x7d_8794)]);
            c.circle(188.0, 138.0, 108.0, mirror);
            c.ring(188.0, 138.0, 106.0, 2.0, palette.accent);
            for r in [92.0, 74.0, 56.0] {
                c.ring(188.0, 138.0, r, 0.7, shade(50));
            }
            let hub = c.ball(steel);
            c.circle(188.0, 138.0, 32.0, hub);
            for (x, y) in [(188.0, 118.0), (205.0, 148.0), (171.0, 148.0)] {
                screw(c, x, y, 4.0);
            }
            let arm = c.lit(palette.trim.light(0.35));
            c.soft("M300 236 318 216 226 130 222 134z", 7.0, arm);
            c.circle(306.0, 228.0, 20.0, arm);
            screw(c, 306.0, 228.0, 7.0);
        }
    }
}

fn portable(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    let rugged = facts.is_by("Keldrow");
    let r = if rugged { 30.0 } else { 14.0 };
    match view {
        View::Front => {
            cable(c, "M200 236V262Q200 284 222 284H404", 8.0, palette.trim);
            shadow(c, 206.0, 250.0, 100.0);
            let (x, y, w, h) = if rugged { (108.0, 36.0, 184.0, 208.0) } else { (128.0, 30.0, 144.0, 212.0) };
            c.rect(x, y + 8.0, w, h, r, palette.shell.dark(0.55));
            plate(c, x, y, w, h, r, palette.shell);
            if rugged {
                c.frame(x + 12.0, y + 12.0, w - 24.0, h - 24.0, r - 8.0, 7.0, palette.trim);
                c.dashes("M134 110H266M134 130H266M134 150H266M134 170H266", 7.0, 500.0, 1.0, shade(50));
                c.line("M252 62A12 12 0 0 1 274 62", 5.0, palette.accent);
            }
            badge(c, 200.0, y + h * 0.34, 44.0, if palette.shell.is_dark() { palette.accent } else { palette.trim });
            gauge(c, facts, 184.0, y + h * 0.78, 18.0, palette.accent);
            lamp(c, 200.0, y + h - 18.0, 2.4, palette.accent);
        }
        View::Back => {
            shadow(c, 200.0, 196.0, 130.0);
            let edge = c.tube(palette.shell);
            let h = if rugged { 62.0 } else { 40.0 };
            c.rect(76.0, 192.0 - h, 248.0, h, h * 0.42, edge);
            rim(c, 76.0, 192.0 - h, 248.0, h, h * 0.42);
            ports(c, &[Port::UsbC], 150.0, 192.0 - h / 2.0, 100.0, 3.4);
            lamp(c, 278.0, 192.0 - h / 2.0, 2.6, palette.accent);
        }
        View::Detail => {
            shadow(c, 262.0, 272.0, 124.0);
            plate(c, 150.0, 34.0, 236.0, 232.0, r * 1.5, palette.shell);
            cable(c, "M66 151H14", 22.0, palette.trim);
            let sleeve = c.tube(palette.trim);
            c.rect(40.0, 122.0, 90.0, 58.0, 12.0, sleeve);
            rim(c, 40.0, 122.0, 90.0, 58.0, 12.0);
            let metal = c.tube(Rgb::STEEL);
            c.rect(110.0, 132.0, 50.0, 38.0, 16.0, metal);
            badge(c, 274.0, 146.0, 80.0, if palette.shell.is_dark() { palette.accent } else { palette.trim });
            lamp(c, 180.0, 150.0, 4.0, palette.accent);
        }
    }
}

fn card(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    let shape = "M20 0H118Q126 0 126 8V160Q126 168 118 168H8Q0 168 0 160V62L14 48V30L8 24V8Q8 0 20 0z";
    let near = view == View::Detail;
    shadow(c, 200.0, 268.0, if near { 120.0 } else { 150.0 });
    if !near {
        c.moved("translate(52 34)", |c| {
            c.path("M8 0H128L150 26V220Q150 228 142 228H8Q0 228 0 220V8Q0 0 8 0z", palette.trim.dark(0.3));
            c.path("M8-5H128L150 21V214Q150 222 142 222H8Q0 222 0 214V3Q0-5 8-5z", palette.trim.light(0.08));
            c.rect(18.0, 84.0, 114.0, 104.0, 6.0, shade(60));
            badge(c, 40.0, 110.0, 22.0, palette.accent);
            c.dashes("M20 18H120", 24.0, 8.0, 5.0, if view == View::Back { Rgb::GOLD } else { palette.trim.dark(0.2) });
        });
    }
    c.moved(if near { "translate(106 20) scale(1.5)" } else { "translate(228 88)" }, |c| {
        c.moved("translate(0 5)", |c| c.path(shape, palette.shell.dark(0.6)));
        let body = c.lit(palette.shell.dark(0.15));
        c.path(shape, body);
        let edge = c.fade(Toward::Corner, Rgb::WHITE, 190, 40);
        c.line(shape, 1.0, edge);
        if view == View::Front {
            c.rect(14.0, 76.0, 98.0, 34.0, 3.0, palette.accent);
            badge(c, 34.0, 93.0, 22.0, palette.trim);
            gauge(c, facts, 22.0, 144.0, 16.0, palette.shell.light(0.8));
        } else {
            c.dashes("M24 26H118", 32.0, 8.0, 4.0, Rgb::GOLD);
            c.dashes("M24 14H118", 3.0, 8.0, 4.0, shine(110));
            c.line("M24 70H100M24 82H80", 2.0, shine(50));
        }
    });
}
