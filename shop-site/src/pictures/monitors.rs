//! Monitors: their picture, what is behind it, and a corner from close by.

use super::View;
use super::canvas::{Canvas, Path, Toward, number, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{Port, badge, lamp, plate, ports, rim, shadow};
use super::scenes::{glare, scene};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match view {
        View::Front => front(c, facts, palette),
        View::Back => back(c, facts, palette),
        View::Detail => detail(c, facts, palette),
    }
}

/// Width and height of the panel, drawn: the diagonal is true to the others'.
fn panel(facts: &Facts<'_>) -> (f64, f64) {
    let (inches, aspect) = (facts.number("screen_size", 27.0, 14.0..=40.0), facts.aspect());
    let width = inches * aspect / aspect.hypot(1.0);
    let drawn = (130.0 + width * 6.8).min(376.0);
    (drawn, drawn / aspect)
}

fn is_portable(facts: &Facts<'_>) -> bool {
    facts.number("screen_size", 27.0, 0.0..=99.0) < 19.0
}

fn is_curved(facts: &Facts<'_>) -> bool {
    facts.aspect() > 2.2
}

fn stand(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, top: f64) {
    let floor = 276.0;
    shadow(c, 200.0, floor, 76.0);
    let metal = c.blend(Toward::Right, &[palette.shell.light(0.2), palette.shell.dark(0.15), palette.shell.dark(0.4)]);
    if facts.flag("height_adjustable") {
        c.rect(186.0, top, 28.0, floor - top - 4.0, 2.0, metal);
        c.rect(197.0, top + 8.0, 6.0, 26.0, 3.0, shade(110));
    } else {
        c.path(Path::corners(&[(188.0, top), (212.0, top), (218.0, floor), (182.0, floor)]), metal);
    }
    let foot = c.tube(palette.shell);
    let half = if facts.flag("height_adjustable") { 66.0 } else { 52.0 };
    if facts.pick(4, 2) == 0 || facts.is_by("Claremarsh") {
        c.rect(200.0 - half, floor - 6.0, half * 2.0, 8.0, 4.0, foot);
    } else {
        c.line(Path::through(&[(200.0 - half, floor), (200.0, floor - 7.0), (200.0 + half, floor)]), 7.0, foot);
    }
}

/// The outline of the panel: a curved one is taller at its sides, which are nearer.
fn outline(x: f64, y: f64, w: f64, h: f64, bow: f64) -> String {
    let [left, right, middle] = [x, x + w, x + w / 2.0].map(number);
    let [top, top_mid, bottom, bottom_mid] = [y, y + bow * 2.0, y + h, y + h - bow * 2.0].map(number);
    format!("M{left} {top}Q{middle} {top_mid} {right} {top}V{bottom}Q{middle} {bottom_mid} {left} {bottom}z")
}

fn front(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let (w, h) = panel(facts);
    let shift = f64::from(facts.pick(1, 100)) / 100.0;
    let x = 200.0 - w / 2.0;
    if is_portable(facts) {
        let y = 252.0 - h;
        shadow(c, 200.0, 270.0, w / 2.0 + 10.0);
        let cover = c.blend(Toward::Bottom, &[palette.trim, palette.trim.dark(0.4)]);
        c.soft(
            Path::corners(&[(x + 4.0, 252.0), (x + w - 4.0, 252.0), (x + w + 14.0, 268.0), (x - 14.0, 268.0)]),
            3.0,
            cover,
        );
        plate(c, x, y, w, h, 7.0, palette.shell);
        c.rect(x + 3.0, y + 3.0, w - 6.0, h - 6.0, 5.0, Rgb::VOID);
        c.window(x + 9.0, y + 9.0, w - 18.0, h - 22.0, |c| scene(c, palette, shift));
        glare(c, x + 9.0, y + 9.0, w - 18.0, h - 22.0);
        return;
    }
    let y = (238.0 - h).clamp(14.0, 80.0);
    let low = if facts.flag("height_adjustable") { 0.0 } else { 14.0 };
    stand(c, facts, palette, y + h - 10.0);
    let y = y + low;
    let bow = if is_curved(facts) { h * 0.045 } else { 0.0 };
    let edge = c.lit(palette.shell);
    c.soft(outline(x + 3.0, y + 3.0, w - 6.0, h - 2.0, bow), 3.0, edge);
    c.soft(outline(x + 4.0, y + 4.0, w - 8.0, h - 6.0, bow), 2.5, Rgb::VOID);
    let (sx, sy, sw, sh) = (x + 6.0, y + 6.0, w - 12.0, h - 14.0);
    if bow > 0.0 {
        c.within(outline(sx, sy, sw, sh, bow), |c| c.window(sx, sy, sw, sh, |c| scene(c, palette, shift)));
    } else {
        c.window(sx, sy, sw, sh, |c| scene(c, palette, shift));
        glare(c, sx, sy, sw, sh);
    }
    if facts.says("panel", "OLED") || facts.says("panel", "mini-LED") {
        let deep = c.fade(Toward::Bottom, Rgb::BLACK, 0, 110);
        c.rect(sx, sy + sh * 0.6, sw, sh * 0.4, 0.0, deep);
    }
    c.circle(x + w - 14.0, y + h - 3.4, 1.2, palette.accent);
}

fn sockets(facts: &Facts<'_>) -> Vec<Port> {
    let mut row = vec![Port::Hdmi];
    if is_portable(facts) {
        return vec![Port::UsbC, Port::UsbC, Port::Hdmi];
    }
    row.push(if facts.number("screen_size", 24.0, 0.0..=99.0) > 25.0 { Port::Display } else { Port::Hdmi });
    if facts.has("usb_c_power") {
        row.extend([Port::UsbC, Port::UsbA, Port::UsbA]);
    }
    if facts.is_by("Brackwell") {
        row.push(Port::Ethernet);
    }
    row.push(Port::Jack);
    row
}

fn back(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let (w, h) = panel(facts);
    let x = 200.0 - w / 2.0;
    let y = (238.0 - h).clamp(14.0, 80.0);
    if is_portable(facts) {
        shadow(c, 200.0, y + h + 4.0, w / 2.0);
    }
    plate(c, x, y, w, h, 9.0, palette.shell);
    let (bx, by, bw, bh) = (x + w * 0.16, y + h * 0.2, w * 0.68, h * 0.66);
    let bulge = c.blend(Toward::Corner, &[palette.shell.light(0.12), palette.shell.dark(0.32)]);
    c.rect(bx, by, bw, bh, 12.0, bulge);
    rim(c, bx, by, bw, bh, 12.0);
    c.dashes(Path::through(&[(bx + 14.0, by + 10.0), (bx + bw - 14.0, by + 10.0)]), 7.0, 1.6, 2.6, shade(130));
    if is_portable(facts) {
        badge(c, 200.0, y + h * 0.46, 24.0, palette.accent);
    } else {
        let (px, py) = (200.0 - 25.0, y + h * 0.46 - 25.0);
        if facts.number("refresh_rate", 60.0, 0.0..=999.0) > 150.0 {
            c.ring(200.0, py + 25.0, 41.0, 5.0, palette.accent);
        }
        c.rect(px, py, 50.0, 50.0, 7.0, palette.trim.dark(0.3));
        for (sx, sy) in [(8.0, 8.0), (42.0, 8.0), (8.0, 42.0), (42.0, 42.0)] {
            c.circle(px + sx, py + sy, 2.6, shine(110));
        }
        stand(c, facts, palette, py + 12.0);
    }
    let row = sockets(facts);
    let half = row.len().div_ceil(2);
    let gap = if is_portable(facts) { 0.0 } else { 22.0 };
    ports(c, &row[..half], bx + 10.0, by + bh - 11.0, bw / 2.0 - 10.0 - gap, 0.9);
    ports(c, &row[half..], 200.0 + gap, by + bh - 11.0, bw / 2.0 - 10.0 - gap, 0.9);
}

fn detail(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    // The lower right corner, cut out.
    let chin = if facts.says("panel", "OLED") { 15.0 } else { 24.0 };
    let radius = if is_curved(facts) { 26.0 } else { 16.0 };
    let (right, bottom) = (352.0, 236.0);
    c.within("M16 28Q16 12 32 12H400V300H16z", |c| {
        plate(c, -40.0, -40.0, right + 40.0, bottom + 40.0, radius, palette.shell);
        c.rect(-40.0, -40.0, right + 34.0, bottom + 33.0, radius - 4.0, Rgb::VOID);
        let (w, h) = (right - 34.0, bottom - 20.0 - chin);
        c.window(16.0, 12.0, w, h, |c| scene(c, palette, f64::from(facts.pick(1, 100)) / 100.0));
        let fine = facts.number("refresh_rate", 60.0, 0.0..=999.0) <= 100.0;
        let pixels = c.holes(if fine { 4.0 } else { 5.0 }, 0.7, shade(60));
        c.rect(16.0, 12.0, w, h, 0.0, pixels);
        glare(c, 16.0, 12.0, w, h);
    });
    lamp(c, 322.0, bottom - chin / 2.0 - 5.0, 2.2, palette.accent);
    badge(c, 60.0, bottom - chin / 2.0 - 4.0, 13.0, palette.accent);
    let bar = c.tube(palette.shell);
    c.rect(16.0, 252.0, 368.0, 38.0, 9.0, bar);
    rim(c, 16.0, 252.0, 368.0, 38.0, 9.0);
    ports(c, &sockets(facts), 24.0, 271.0, 352.0, 1.7);
}
