//! Headsets and earbuds.

use super::View;
use super::canvas::{Canvas, Toward, number, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{Port, badge, cable, lamp, plate, ports, rim, shadow};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match (facts.text("kind"), view) {
        ("In-ear", _) => buds(c, palette, view),
        (_, View::Front) => front(c, facts, palette),
        (_, View::Back) => side(c, facts, palette),
        (_, View::Detail) => detail(c, facts, palette),
    }
}

/// Made for talking or for playing: a microphone on a boom.
fn has_boom(facts: &Facts<'_>) -> bool {
    !facts.is_by("Sondermar")
}

/// Half the width and height of a cup as seen from the front.
fn cup(facts: &Facts<'_>) -> (f64, f64) {
    let weight = facts.number("weight", 0.2, 0.03..=0.5);
    let size = (weight / 0.3).clamp(0.3, 1.2);
    if facts.text("kind") == "Over-ear" {
        (25.0 + 6.0 * size, 52.0 + 8.0 * size)
    } else {
        (19.0 + 6.0 * size, 38.0 + 10.0 * size)
    }
}

fn cushion(palette: &Palette) -> Rgb {
    if palette.shell.is_dark() { palette.trim.dark(0.3) } else { palette.trim }
}

fn front(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let (half, tall) = cup(facts);
    let (mid, left, right) = (186.0, 106.0, 294.0);
    shadow(c, 200.0, 272.0, 118.0);
    // The band, its padding, and the arms that hold the cups.
    let band = c.blend(Toward::Right, &[palette.shell.light(0.4), palette.shell, palette.shell.dark(0.35)]);
    let thick = if facts.text("kind") == "Over-ear" { 16.0 } else { 11.0 };
    let arc = "M106 170C96 4 304 4 294 170";
    c.line(arc, thick + 3.0, palette.trim.dark(0.3));
    c.line(arc, thick, band);
    c.line("M114 128C122 44 278 44 286 128", thick * 0.6, cushion(palette));
    c.line("M120 88C132 60 162 43 200 41", 2.0, shine(130));
    let mono = facts.text("kind") == "Mono";
    for (x, inward) in [(left, 1.0), (right, -1.0)] {
        if mono && inward < 0.0 {
            let pad = c.lit(cushion(palette));
            c.rect(right - 12.0, 150.0, 20.0, 58.0, 10.0, pad);
            continue;
        }
        c.rect(x - 3.0, 118.0, 6.0, 60.0, 3.0, Rgb::STEEL);
        let soft = c.blend(Toward::Right, &[cushion(palette).light(0.18), cushion(palette).dark(0.3)]);
        let shell = c.lit(palette.shell);
        let pad = if inward > 0.0 { x } else { x - half * 0.9 };
        c.rect(pad, mid - tall, half * 0.9, tall * 2.0, half * 0.44, soft);
        let hard = if inward > 0.0 { x - half * 0.9 } else { x };
        c.rect(hard, mid - tall * 0.88, half * 0.9, tall * 1.76, half * 0.5, shell);
        rim(c, hard, mid - tall * 0.88, half * 0.9, tall * 1.76, half * 0.5);
        c.rect(x - 2.0, mid - tall * 0.86, 4.0, tall * 1.72, 2.0, palette.accent);
    }
    if has_boom(facts) {
        let foot = mid + tall * 0.5;
        cable(c, &format!("M98 {}C104 270 150 268 176 256", number(foot)), 5.0, palette.trim);
        c.moved("rotate(-14 184 253)", |c| plate(c, 170.0, 245.0, 32.0, 15.0, 7.5, palette.trim));
        lamp(c, 176.0, 256.0, 1.6, palette.accent);
    }
    if !facts.flag("wireless") {
        cable(c, &format!("M106 {}C106 288 130 290 200 286S330 292 404 284", number(mid + tall)), 4.5, palette.trim);
    }
}

fn side(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let (half, tall) = cup(facts);
    let wide = half + tall * 0.42;
    shadow(c, 200.0, 276.0, 76.0);
    let band = c.blend(Toward::Corner, &[palette.shell.light(0.4), palette.shell.dark(0.3)]);
    c.line("M200 150V52Q200 24 196 18", 24.0, palette.trim.dark(0.3));
    c.line("M200 150V52Q200 24 196 18", 20.0, band);
    c.rect(193.0, 84.0, 14.0, 56.0, 5.0, Rgb::STEEL);
    let (cy, tall) = (184.0, tall * 1.18);
    c.rect(200.0 - wide - 5.0, cy - tall - 5.0, wide * 2.0 + 10.0, tall * 2.0 + 10.0, wide, cushion(palette));
    plate(c, 200.0 - wide, cy - tall, wide * 2.0, tall * 2.0, wide, palette.shell);
    if facts.named("open") {
        let mesh = c.holes(6.0, 1.5, shade(190));
        c.ellipse(200.0, cy, wide * 0.78, tall * 0.8, mesh);
    } else {
        let dish = c.blend(Toward::Corner, &[palette.shell.dark(0.2), palette.shell.light(0.25)]);
        c.ellipse(200.0, cy, wide * 0.74, tall * 0.76, dish);
    }
    c.ring(200.0, cy, wide * 0.5, 3.5, palette.accent);
    badge(c, 200.0, cy, wide * 0.44, if palette.shell.is_dark() { palette.accent } else { palette.trim });
    if has_boom(facts) {
        let from = number(cy + tall * 0.5);
        cable(c, &format!("M200 {from}C180 270 130 274 96 262"), 6.0, palette.trim);
        c.moved("rotate(12 86 260)", |c| plate(c, 64.0, 250.0, 42.0, 20.0, 10.0, palette.trim));
    }
    if facts.flag("noise_cancelling") {
        c.line("M196 152H204", 3.0, Rgb::VOID);
    }
}

fn detail(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    // A cup from within, and its lower edge with what it has.
    let over = facts.text("kind") == "Over-ear";
    let (rx, ry) = if over { (92.0, 104.0) } else { (88.0, 88.0) };
    let ring = c.blend(Toward::Corner, &[cushion(palette).light(0.3), cushion(palette).dark(0.35)]);
    c.ellipse(200.0, 116.0, rx + 7.0, ry + 5.0, palette.shell);
    c.ellipse(200.0, 116.0, rx, ry, ring);
    c.ellipse(200.0, 116.0, rx * 0.62, ry * 0.64, Rgb::VOID);
    let cloth = c.holes(6.0, 1.2, shine(70));
    c.ellipse(200.0, 116.0, rx * 0.6, ry * 0.62, cloth);
    badge(c, 200.0, 116.0, 40.0, palette.accent);
    let light = c.fade(Toward::Corner, Rgb::WHITE, 120, 0);
    c.line("M128 84C140 44 176 26 212 26", 8.0, light);
    let edge = c.tube(palette.shell);
    shadow(c, 200.0, 282.0, 150.0);
    c.rect(56.0, 236.0, 288.0, 44.0, 22.0, edge);
    rim(c, 56.0, 236.0, 288.0, 44.0, 22.0);
    let mut row = Vec::new();
    if facts.says("connection", "USB-C") || facts.flag("wireless") {
        row.push(Port::UsbC);
    }
    if facts.says("connection", "jack") || facts.text("kind") == "Over-ear" {
        row.push(Port::Jack);
    }
    if facts.flag("noise_cancelling") {
        row.push(Port::Lock);
    }
    ports(c, &row, 80.0, 258.0, 150.0, 2.0);
    c.rect(250.0, 251.0, 34.0, 14.0, 7.0, palette.trim);
    c.rect(292.0, 251.0, 22.0, 14.0, 7.0, palette.accent);
}

fn buds(c: &mut Canvas, palette: &Palette, view: View) {
    if view == View::Back {
        shadow(c, 200.0, 236.0, 110.0);
        plate(c, 92.0, 92.0, 216.0, 142.0, 56.0, palette.shell);
        c.rect(92.0, 140.0, 216.0, 2.0, 0.0, shade(90));
        c.rect(164.0, 132.0, 72.0, 15.0, 7.0, palette.trim);
        return ports(c, &[Port::UsbC], 150.0, 196.0, 100.0, 2.2);
    }
    let front = view == View::Front;
    if front {
        shadow(c, 200.0, 266.0, 104.0);
        plate(c, 96.0, 96.0, 208.0, 72.0, 36.0, palette.shell.dark(0.12));
        c.rect(108.0, 108.0, 184.0, 60.0, 26.0, palette.trim.dark(0.2));
        plate(c, 92.0, 160.0, 216.0, 104.0, 46.0, palette.shell);
        lamp(c, 200.0, 214.0, 3.0, palette.accent);
        c.rect(96.0, 158.0, 208.0, 5.0, 2.0, palette.trim);
    } else {
        shadow(c, 200.0, 276.0, 120.0);
    }
    for flip in [false, true] {
        let place = match (front, flip) {
            (true, false) => "translate(116 26) scale(.8)",
            (true, true) => "translate(284 26) scale(-.8 .8)",
            (false, false) => "translate(26 34) scale(1.5)",
            (false, true) => "translate(374 34) scale(-1.5 1.5)",
        };
        c.moved(place, |c| {
            let tone = c.blend(Toward::Corner, &[palette.shell.light(0.5), palette.shell, palette.shell.dark(0.35)]);
            c.rect(40.0, 40.0, 24.0, 116.0, 12.0, tone);
            rim(c, 40.0, 40.0, 24.0, 116.0, 12.0);
            let ball = c.ball(palette.shell);
            c.ellipse(58.0, 42.0, 32.0, 36.0, ball);
            let tip = c.ball(cushion(palette));
            c.ellipse(86.0, 34.0, 16.0, 21.0, tip);
            c.ellipse(90.0, 33.0, 7.0, 11.0, shade(110));
            c.rect(46.0, 128.0, 12.0, 18.0, 6.0, palette.accent);
            c.circle(48.0, 30.0, 4.0, Rgb::VOID);
        });
    }
}
