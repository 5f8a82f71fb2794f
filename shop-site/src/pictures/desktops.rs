//! Desktop computers, from a litre to a tower: as large as their volume says.

use super::View;
use super::canvas::{Canvas, Path, Toward, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{Port, Sockets, badge, block, chip, fan, lamp, plate, ports, rim, screw, shadow};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match view {
        View::Front => front(c, facts, palette),
        View::Back => back(c, facts, palette),
        View::Detail => detail(c, facts, palette),
    }
}

/// The sizes that there are.
enum Form {
    /// Lies flat on the desk.
    Mini,
    /// Stands on the desk, not much taller than wide.
    Compact,
    Tower,
}

fn litres(facts: &Facts<'_>) -> f64 {
    facts.number("volume", 15.0, 0.5..=70.0)
}

fn form(facts: &Facts<'_>) -> Form {
    match litres(facts) {
        small if small < 5.0 => Form::Mini,
        compact if compact < 11.0 => Form::Compact,
        _ => Form::Tower,
    }
}

/// Has a graphics card worth cooling.
fn is_fast(facts: &Facts<'_>) -> bool {
    facts.number("power_supply", 300.0, 0.0..=1e4) >= 500.0
}

fn is_for_games(facts: &Facts<'_>) -> bool {
    is_fast(facts) && !facts.says("graphics", "Pro")
}

fn front(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let size = litres(facts).cbrt();
    match form(facts) {
        Form::Mini => mini(c, facts, palette, size),
        Form::Compact => {
            let (w, h) = (118.0, 190.0);
            shadow(c, 218.0, 268.0, 96.0);
            block(c, (128.0, 268.0 - h, w, h), (44.0, 20.0), palette.shell);
            let slots = c.holes(7.0, 1.5, shade(150));
            c.rect(140.0, 92.0, w - 24.0, 108.0, 8.0, slots);
            ports(c, &[Port::Card], 140.0, 218.0, w - 24.0, 1.7);
            ports(c, &[Port::UsbC, Port::UsbC, Port::UsbA, Port::Jack], 134.0, 240.0, w - 12.0, 1.5);
            lamp(c, 187.0, 257.0, 2.0, palette.accent);
        }
        Form::Tower => tower(c, facts, palette, size),
    }
}

fn mini(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, size: f64) {
    let (w, h) = (120.0 + size * 80.0, 34.0 + size * 22.0);
    let (x, y) = (184.0 - w / 2.0, 234.0 - h);
    shadow(c, 210.0, 236.0, w / 2.0 + 24.0);
    block(c, (x, y, w, h), (52.0, 44.0), palette.shell);
    if facts.is_by("Fjordlight") {
        // Without a fan the case is the cooler.
        let mut fins = Path::new();
        for fin in 0..14 {
            let at = x + 12.0 + f64::from(fin) * (w - 20.0) / 14.0;
            fins.add_line(at, y - 1.0, at + 46.0, y - 40.0);
        }
        c.line(&fins, 4.0, palette.shell.dark(0.32));
        c.line(fins, 1.4, shine(170));
    } else {
        let grille = c.holes(6.0, 1.2, shade(120));
        c.path(
            Path::corners(&[
                (x + w * 0.3, y - 12.0),
                (x + w * 0.8, y - 12.0),
                (x + w * 0.8 + 24.0, y - 33.0),
                (x + w * 0.3 + 24.0, y - 33.0),
            ]),
            grille,
        );
    }
    c.ring(x + 22.0, y + h / 2.0, 8.0, 2.0, palette.accent);
    c.circle(x + 22.0, y + h / 2.0, 5.5, palette.trim);
    ports(c, &[Port::UsbC, Port::UsbA, Port::UsbA, Port::Jack], x + 44.0, y + h / 2.0, w - 56.0, 1.6);
}

fn tower(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, size: f64) {
    let (w, h) = (44.0 + size * 15.0, 84.0 + size * 38.0);
    let (dx, dy) = (70.0 + size * 13.0, 16.0 + size * 3.0);
    let (x, y) = (200.0 - (w + dx) / 2.0, 272.0 - h);
    shadow(c, 208.0, 272.0, (w + dx) / 2.0 + 6.0);
    block(c, (x, y, w, h), (dx, dy), palette.shell);
    let right = x + w;
    if is_for_games(facts) && size > 2.6 {
        // A side of glass.
        let glass = [
            (right + 6.0, y + 7.0),
            (right + dx - 8.0, y - dy + 10.0),
            (right + dx - 8.0, y + h - dy - 10.0),
            (right + 6.0, y + h - 9.0),
        ];
        c.soft(Path::corners(&glass), 2.0, Rgb::hex(0x17_1a20));
        let inside = c.glow(palette.accent, 150);
        let (mx, my) = (right + dx * 0.48, y + h * 0.42 - dy * 0.5);
        c.ellipse(mx, my, dx * 0.44, h * 0.36, inside);
        c.moved(&format!("translate({} {}) skewY(-12)", mx.round(), my.round()), |c| {
            fan(c, -4.0, -h * 0.16, dx * 0.2, palette.trim, Some(palette.accent));
            c.rect(-dx * 0.4, h * 0.09, dx * 0.76, h * 0.1, 3.0, palette.trim.light(0.15));
            c.rect(-dx * 0.4, h * 0.09, dx * 0.76, 3.0, 1.0, palette.accent);
        });
        let shine = c.fade(Toward::Corner, Rgb::WHITE, 70, 0);
        c.path(
            Path::corners(&[
                glass[0],
                (right + dx * 0.6, y - dy * 0.6 + 9.0),
                (right + dx * 0.2, y + h - 22.0),
                glass[3],
            ]),
            shine,
        );
    } else {
        badge(c, right + dx * 0.5, y + h * 0.5 - dy * 0.5, 18.0, palette.accent);
    }
    if is_fast(facts) {
        let mesh = c.holes(5.0, 1.3, shade(190));
        let (mx, my, mw, mh) = (x + 7.0, y + 9.0, w - 14.0, h - 36.0);
        if is_for_games(facts) {
            let fans = if size > 3.3 { 3 } else { 2 };
            let r = (mh / f64::from(fans) / 2.0 - 2.0).min(mw / 2.0 - 2.0);
            for index in 0..fans {
                let fy = my + mh * (f64::from(index) + 0.5) / f64::from(fans);
                c.circle(x + w / 2.0, fy, r, Rgb::hex(0x17_1a20));
                c.ring(x + w / 2.0, fy, r - 3.0, 3.5, palette.accent);
            }
        } else {
            // A handle and bays for drives.
            for bay in 0..4 {
                plate(c, mx, y + h * 0.5 + f64::from(bay) * 15.0, mw, 12.0, 2.0, palette.trim);
            }
            c.rect(x + 10.0, y + 8.0, w - 20.0, 9.0, 4.5, Rgb::VOID);
        }
        c.rect(mx, my, mw, mh, 4.0, mesh);
    } else {
        c.rect(x + 8.0, y + 12.0, w - 16.0, 15.0, 2.5, palette.trim);
        c.rect(x + 12.0, y + 18.0, w - 24.0, 2.0, 1.0, shade(140));
        c.dashes(
            Path::through(&[(x + w / 2.0, y + h * 0.48), (x + w / 2.0, y + h - 34.0)]),
            w - 26.0,
            3.0,
            4.0,
            shade(90),
        );
    }
    ports(c, &[Port::UsbA, Port::UsbC, Port::Jack], x + 6.0, y + h - 18.0, w - 26.0, 1.1);
    lamp(c, x + w - 12.0, y + h - 18.0, 2.6, palette.accent);
}

fn back(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let wired = if facts.says("ethernet", "2 x") { 2 } else { 1 };
    let mut row = vec![Port::Hdmi, Port::Display];
    row.extend(vec![Port::Ethernet; wired]);
    let usb = [Port::UsbA, Port::UsbA, Port::UsbA, Port::UsbA, Port::UsbC];
    if let Form::Mini = form(facts) {
        shadow(c, 200.0, 206.0, 150.0);
        let h = 60.0 + litres(facts) * 9.0;
        plate(c, 56.0, 204.0 - h, 288.0, h, 14.0, palette.shell);
        c.dashes(Path::through(&[(76.0, 204.0 - h + 16.0), (324.0, 204.0 - h + 16.0)]), 8.0, 3.0, 4.0, shade(150));
        row.insert(0, Port::Power);
        row.extend(&usb[1..]);
        return ports(c, &row, 66.0, 204.0 - h * 0.36, 268.0, 1.4);
    }
    let size = litres(facts).cbrt();
    let (w, h) = (96.0 + size * 16.0, 130.0 + size * 30.0);
    let (x, y) = (200.0 - w / 2.0, 274.0 - h);
    shadow(c, 200.0, 276.0, w / 2.0);
    plate(c, x, y, w, h, 7.0, palette.shell);
    // What the board offers, the fan beside it, the slots, the supply.
    let unit = h / 10.0;
    c.rect(x + 9.0, y + unit * 0.7, w * 0.4, unit * 3.6, 3.0, Rgb::STEEL.dark(0.1));
    let mut sockets = Sockets::default();
    for (index, part) in [&row[..2], &row[2..], &usb[..2], &usb[3..]].into_iter().enumerate() {
        sockets.add(part, x + 11.0, y + unit * (1.25 + 0.85 * index as f64), w * 0.4 - 4.0, 1.0);
    }
    let r = (w * 0.21).min(unit * 1.75);
    fan(c, x + w * 0.73, y + unit * 2.5, r, palette.trim, is_for_games(facts).then_some(palette.accent));
    let slots = if size > 2.8 { 7 } else { 4 };
    let pitch = unit * 2.6 / f64::from(slots);
    let stack = Path::through(&[(x + 9.0 + w * 0.26, y + unit * 4.8), (x + 9.0 + w * 0.26, y + unit * 7.4)]);
    c.dashes(stack, w * 0.52, pitch * 0.72, pitch * 0.28, Rgb::STEEL);
    if is_fast(facts) {
        let card = [Port::Hdmi, Port::Display, Port::Display];
        sockets.add(&card, x + 12.0, y + unit * 4.8 + pitch * 0.36, w * 0.46, pitch * 0.09);
    }
    sockets.draw(c);
    c.rect(x + 9.0, y + unit * 7.7, w - 18.0, unit * 1.8, 3.0, palette.trim.dark(0.2));
    let grille = c.holes(5.0, 1.2, shade(200));
    c.rect(x + 14.0, y + unit * 7.95, w * 0.5, unit * 1.3, 2.0, grille);
    c.rect(x + w * 0.66, y + unit * 8.0, w * 0.2, unit * 1.2, 2.0, Rgb::VOID);
    for (sx, sy) in [(x + 6.0, y + 6.0), (x + w - 6.0, y + 6.0), (x + w - 6.0, y + h - 6.0)] {
        screw(c, sx, sy, 2.6);
    }
}

fn detail(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    // The board, as it lies open.
    shadow(c, 200.0, 284.0, 168.0);
    plate(c, 28.0, 18.0, 344.0, 262.0, 14.0, palette.shell);
    c.rect(40.0, 30.0, 320.0, 238.0, 6.0, Rgb::hex(0x1c_2420));
    rim(c, 40.0, 30.0, 320.0, 238.0, 6.0);
    c.dashes("M60 210H340M60 222H340M300 44V200M312 44V200", 1.0, 14.0, 5.0, Rgb::hex(0x4a_7a5c));
    if is_fast(facts) || litres(facts) > 10.0 {
        fan(c, 132.0, 112.0, 58.0, palette.trim.light(0.15), is_for_games(facts).then_some(palette.accent));
    } else {
        let metal = c.lit(Rgb::STEEL);
        c.rect(78.0, 58.0, 108.0, 108.0, 8.0, metal);
        c.dashes("M82 112H182", 104.0, 4.0, 5.0, shade(80));
    }
    let sticks = if facts.number("ram", 16.0, 0.0..=9e9) >= 64.0 { 4 } else { 2 };
    for stick in 0..4 {
        let at = 218.0 + f64::from(stick) * 17.0;
        c.rect(at, 52.0, 9.0, 120.0, 2.0, if stick < sticks { palette.accent } else { Rgb::VOID });
        c.rect(at + 1.5, 58.0, 2.0, 108.0, 1.0, shine(80));
    }
    chip(c, 304.0, 66.0, 38.0, 38.0);
    chip(c, 304.0, 124.0, 38.0, 20.0);
    if facts.says("graphics", "Integrated") {
        c.rect(66.0, 196.0, 210.0, 9.0, 2.0, Rgb::VOID);
    } else {
        plate(c, 58.0, 186.0, 250.0, 34.0, 5.0, palette.trim.light(0.08));
        c.rect(58.0, 186.0, 250.0, 4.0, 2.0, palette.accent);
    }
    c.rect(66.0, 236.0, 120.0, 16.0, 2.0, Rgb::hex(0x2e_5a46));
    for index in 0..3 {
        chip(c, 74.0 + f64::from(index) * 34.0, 239.0, 24.0, 10.0);
    }
    for (x, y) in [(48.0, 38.0), (352.0, 38.0), (48.0, 260.0), (352.0, 260.0)] {
        screw(c, x, y, 3.6);
    }
}
