//! Graphics cards: as long and as thick as they say, with the sockets that they have.

use super::View;
use super::canvas::{Canvas, Path, Toward, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{Port, badge, fan, plate, ports, rim, screw, shadow};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match view {
        View::Front => front(c, facts, palette),
        View::Back => back(c, facts, palette),
        View::Detail => detail(c, facts, palette),
    }
}

/// Millimetres as drawn.
fn length(facts: &Facts<'_>) -> f64 {
    facts.number("length", 240.0, 140.0..=360.0) * 0.86 + 40.0
}

fn slots(facts: &Facts<'_>) -> f64 {
    facts.number("slots", 2.0, 1.0..=4.0)
}

fn is_pro(facts: &Facts<'_>) -> bool {
    facts.says("memory_type", "ECC")
}

fn fans(facts: &Facts<'_>) -> u32 {
    match facts.number("length", 240.0, 0.0..=1e4) {
        short if short < 180.0 => 1,
        middle if middle < 300.0 => 2,
        _ => 3,
    }
}

/// The body's place: x, y, width, height.
fn body(facts: &Facts<'_>) -> (f64, f64, f64, f64) {
    let low = facts.named("low");
    let (w, h) = (length(facts), if low { 78.0 } else { 108.0 + (slots(facts) - 1.0) * 8.0 });
    (206.0 - w / 2.0, 154.0 - h / 2.0, w, h)
}

/// The metal at the end, and the contacts below.
fn bracket(c: &mut Canvas, x: f64, y: f64, h: f64) {
    let steel = c.blend(Toward::Right, &[Rgb::STEEL.light(0.5), Rgb::STEEL.dark(0.25)]);
    c.rect(x - 12.0, y - 22.0, 9.0, h + 42.0, 2.0, steel);
    c.rect(x - 20.0, y - 22.0, 17.0, 7.0, 2.0, steel);
    c.rect(x + 34.0, y + h - 2.0, 118.0, 15.0, 1.5, Rgb::hex(0x1d_4a3a));
    c.dashes(Path::through(&[(x + 37.0, y + h + 8.0), (x + 150.0, y + h + 8.0)]), 9.0, 2.6, 1.4, Rgb::GOLD);
    c.rect(x + 60.0, y + h + 2.0, 5.0, 12.0, 0.0, Rgb::VOID);
}

fn front(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let (x, y, w, h) = body(facts);
    shadow(c, 206.0, y + h + 22.0, w / 2.0);
    bracket(c, x, y, h);
    // The fins of the cooler look out behind the shroud: the thicker the card, the more.
    let deep = 4.0 + slots(facts) * 4.0;
    c.rect(x + 4.0, y - deep + 6.0, w - 10.0, deep + 10.0, 3.0, palette.shell.dark(0.55));
    c.dashes(
        Path::through(&[(x + 8.0, y - deep / 2.0 + 4.0), (x + w - 10.0, y - deep / 2.0 + 4.0)]),
        deep - 2.0,
        1.6,
        2.4,
        Rgb::STEEL,
    );
    plate(c, x, y, w, h, 13.0, palette.shell);
    if is_pro(facts) {
        let stripe = c.blend(Toward::Right, &[palette.trim, palette.accent]);
        c.rect(x + 16.0, y + h * 0.42, w - h - 22.0, h * 0.16, 4.0, stripe);
        c.dashes(Path::through(&[(x + 18.0, y + 18.0), (x + w * 0.56, y + 18.0)]), 12.0, 2.0, 4.0, shade(120));
        fan(c, x + w - h * 0.5 - 6.0, y + h / 2.0, h * 0.4, palette.trim, None);
        badge(c, x + 32.0, y + h * 0.78, 20.0, palette.accent);
        return;
    }
    let (count, glows) = (fans(facts), facts.is_by("Emberholt"));
    let r = (w / f64::from(count) / 2.0 - 6.0).min(h / 2.0 - 8.0);
    let step = (w - 16.0) / f64::from(count);
    if glows {
        // Angles where the sober ones are plain.
        c.line(Path::through(&[(x + 14.0, y + h - 8.0), (x + w * 0.3, y + h - 8.0)]), 4.0, palette.accent);
        c.line(Path::through(&[(x + w - 14.0, y + 8.0), (x + w * 0.7, y + 8.0)]), 4.0, palette.accent);
    } else {
        c.rect(x + 7.0, y + 7.0, w - 14.0, h - 14.0, 9.0, palette.trim);
    }
    for index in 0..count {
        let tone = if palette.shell.is_dark() { palette.trim.light(0.12) } else { palette.shell };
        fan(c, x + 8.0 + step * (f64::from(index) + 0.5), y + h / 2.0, r, tone, glows.then_some(palette.accent));
    }
    if count == 1 {
        badge(c, x + 26.0, y + h - 24.0, 20.0, palette.accent);
        badge(c, x + w - 26.0, y + 26.0, 20.0, palette.accent);
    }
}

fn back(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let (x, y, w, h) = body(facts);
    shadow(c, 206.0, y + h + 22.0, w / 2.0);
    bracket(c, x, y, h);
    plate(c, x, y, w, h, 6.0, palette.trim.light(0.06));
    let slant = c.fade(Toward::Right, palette.accent, 0, 120);
    c.path(
        Path::corners(&[
            (x + w * 0.3, y + 1.0),
            (x + w * 0.54, y + 1.0),
            (x + w * 0.42, y + h - 1.0),
            (x + w * 0.18, y + h - 1.0),
        ]),
        slant,
    );
    badge(c, x + w * 0.2, y + h * 0.5, 30.0, palette.accent);
    if fans(facts) > 1 && !is_pro(facts) {
        // Air passes straight through at the end.
        let through = c.holes(8.0, 2.1, shade(170));
        c.rect(x + w * 0.72, y + 14.0, w * 0.24, h - 28.0, 6.0, through);
        c.frame(x + w * 0.72, y + 14.0, w * 0.24, h - 28.0, 6.0, 1.2, shine(60));
    }
    c.frame(x + w * 0.47, y + h / 2.0 - 24.0, 48.0, 48.0, 4.0, 2.0, shine(80));
    for (sx, sy) in [(-18.0, -18.0), (18.0, -18.0), (-18.0, 18.0), (18.0, 18.0)] {
        screw(c, x + w * 0.47 + 24.0 + sx, y + h / 2.0 + sy, 3.2);
    }
    let plugs = match facts.number("power_draw", 150.0, 0.0..=1e4) {
        none if none < 76.0 => 0,
        one if one < 200.0 => 1,
        _ => 2,
    };
    for plug in 0..plugs {
        c.rect(x + w * 0.55 + f64::from(plug) * 36.0, y - 6.0, 30.0, 11.0, 2.0, Rgb::VOID);
        c.dashes(
            Path::through(&[
                (x + w * 0.55 + f64::from(plug) * 36.0 + 3.0, y - 1.0),
                (x + w * 0.55 + f64::from(plug) * 36.0 + 28.0, y - 1.0),
            ]),
            4.0,
            3.0,
            3.0,
            Rgb::GOLD,
        );
    }
}

/// The sockets of `1 x HDMI 2.1, 3 x DisplayPort 2.1`.
fn outputs(facts: &Facts<'_>) -> Vec<Port> {
    let mut row = Vec::new();
    for part in facts.text("outputs").split(',') {
        let (count, kind) = part.trim().split_once(" x ").unwrap_or(("1", part));
        let port = if kind.contains("HDMI") {
            Port::Hdmi
        } else if kind.contains("Mini") {
            Port::MiniDisplay
        } else {
            Port::Display
        };
        row.extend(vec![port; count.trim().parse::<usize>().unwrap_or(1).min(4)]);
    }
    row.truncate(6);
    row
}

fn detail(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    // The bracket, straight on: a strip a slot.
    let strips = slots(facts).ceil();
    let tall = 62.0 * strips;
    let y = 150.0 - tall / 2.0;
    shadow(c, 204.0, y + tall + 8.0, 184.0);
    plate(c, 64.0, y - 6.0, 330.0, tall + 12.0, 8.0, palette.shell);
    let steel = c.blend(Toward::Corner, &[Rgb::STEEL.light(0.6), Rgb::STEEL, Rgb::STEEL.dark(0.25)]);
    c.rect(18.0, y, 350.0, tall, 5.0, steel);
    rim(c, 18.0, y, 350.0, tall, 5.0);
    ports(c, &outputs(facts), 40.0, y + 31.0, 316.0, 2.9);
    for strip in 1..strips as u32 {
        let top = y + 62.0 * f64::from(strip);
        c.rect(18.0, top - 0.8, 350.0, 1.6, 0.0, shade(60));
        let height = (62.0 * (slots(facts) - f64::from(strip))).clamp(20.0, 62.0);
        let slits = Path::through(&[(46.0, top + height / 2.0), (350.0, top + height / 2.0)]);
        c.dashes(slits, height - 20.0, 11.0, 9.0, Rgb::VOID);
    }
    screw(c, 29.0, y + 31.0, 6.0);
}
