//! Networks: routers, stations, access points, switches and cards.

use super::View;
use super::canvas::{Canvas, Path, Toward, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{Port, Sockets, badge, block, cable, chip, lamp, plate, ports, rim, screw, shadow};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match (facts.text("kind"), view) {
        ("Switch", View::Detail) => lamps(c, facts, palette),
        ("Switch", _) => switch(c, facts, palette, view),
        ("Network card", _) => card(c, facts, palette, view),
        ("Access point", View::Front) => disc(c, facts, palette),
        ("Mesh system", View::Front) => stations(c, facts, palette),
        (_, View::Front) => router(c, facts, palette),
        (_, View::Back) => sockets(c, facts, palette),
        (_, View::Detail) => lamps(c, facts, palette),
    }
}

/// The sockets of `8 x 2.5GBASE-T, 2 x SFP+`.
fn row(facts: &Facts<'_>) -> Vec<Port> {
    let mut row = Vec::new();
    for part in facts.text("ethernet").split(',') {
        let (count, kind) = part.trim().split_once(" x ").unwrap_or(("1", part));
        let port = if kind.contains("SFP") { Port::Sfp } else { Port::Ethernet };
        row.extend(vec![port; count.trim().parse::<usize>().unwrap_or(1).min(24)]);
    }
    row.truncate(28);
    row
}

fn router(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let fast = facts.number("throughput", 1000.0, 0.0..=1e6) > 5000.0;
    if facts.is_by("Tallowgate") {
        // A lantern: it stands, and its light is within.
        let (w, h) = if fast { (140.0, 218.0) } else { (116.0, 184.0) };
        let (x, y) = (200.0 - w / 2.0, 268.0 - h);
        shadow(c, 200.0, 268.0, w / 2.0 + 8.0);
        let body = c.blend(Toward::Right, &[palette.shell.light(0.4), palette.shell, palette.shell.dark(0.3)]);
        c.rect(x, y, w, h, w * 0.3, body);
        rim(c, x, y, w, h, w * 0.3);
        c.dashes(Path::through(&[(x + w / 2.0, y + 34.0), (x + w / 2.0, y + h * 0.56)]), w - 44.0, 3.0, 6.0, shade(50));
        let light = c.blend(Toward::Right, &[palette.accent.light(0.35), palette.accent]);
        let halo = c.glow(palette.accent, 150);
        c.ellipse(200.0, y + h * 0.72, w * 0.7, 34.0, halo);
        c.rect(x, y + h * 0.7, w, 9.0, 0.0, light);
        badge(c, 200.0, y + h * 0.86, 18.0, palette.trim);
        if fast {
            c.rect(x + 22.0, y + 12.0, w - 44.0, 5.0, 2.5, palette.accent);
        }
        return;
    }
    let aerials = facts.count("ports", 4, 2..=8).min(4);
    shadow(c, 200.0, 250.0, 150.0);
    for index in 0..aerials {
        let at = 82.0 + index as f64 * 236.0 / (aerials - 1) as f64;
        let lean = (at - 200.0) * 0.12;
        cable(c, &format!("M{at:.0} 196L{:.0} 58", at + lean), 13.0, palette.shell.dark(0.1));
    }
    block(c, (50.0, 200.0, 272.0, 46.0), (32.0, 26.0), palette.shell);
    for index in 0..6 {
        lamp(
            c,
            78.0 + f64::from(index) * 18.0,
            224.0,
            2.2,
            if index < 4 { palette.accent } else { Rgb::hex(0x6f_d08a) },
        );
    }
    badge(c, 294.0, 223.0, 18.0, palette.accent);
}

fn stations(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let count = (facts.count("ports", 6, 2..=8) / 2).clamp(1, 3);
    for index in [2, 0, 1].into_iter().filter(|index| *index < count) {
        let (x, y, scale) = [(112.0, 246.0, 0.94), (214.0, 270.0, 1.1), (304.0, 238.0, 0.84)][index];
        let (w, h) = (104.0 * scale, 146.0 * scale);
        shadow(c, x, y, w / 2.0 + 4.0);
        let body = c.blend(Toward::Right, &[palette.shell.light(0.5), palette.shell, palette.shell.dark(0.3)]);
        c.rect(x - w / 2.0, y - h, w, h, w * 0.34, body);
        rim(c, x - w / 2.0, y - h, w, h, w * 0.34);
        c.ellipse(x, y - h + w * 0.2, w * 0.3, w * 0.11, shade(36));
        c.line(Path::through(&[(x - w * 0.16, y - h * 0.2), (x + w * 0.16, y - h * 0.2)]), 4.0 * scale, palette.accent);
    }
}

fn disc(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    if facts.named("outdoor") {
        shadow(c, 200.0, 276.0, 60.0);
        for at in [154.0, 246.0] {
            cable(c, &format!("M{at} 70V20"), 12.0, palette.shell.dark(0.1));
        }
        plate(c, 138.0, 58.0, 124.0, 214.0, 26.0, palette.shell);
        let front = c.blend(Toward::Corner, &[palette.shell.light(0.6), palette.shell.dark(0.12)]);
        c.rect(150.0, 72.0, 100.0, 186.0, 18.0, front);
        badge(c, 200.0, 144.0, 34.0, palette.accent);
        return c.line("M184 232H216", 5.0, palette.accent);
    }
    let dark = c.glow(Rgb::BLACK, 120);
    c.ellipse(206.0, 166.0, 140.0, 132.0, dark);
    let body = c.lit(palette.shell);
    c.circle(200.0, 146.0, 124.0, body);
    let dome = c.ball(palette.shell.light(0.2));
    c.circle(200.0, 146.0, 104.0, dome);
    let edge = c.fade(Toward::Corner, Rgb::WHITE, 220, 40);
    c.ring(200.0, 146.0, 123.0, 1.6, edge);
    let halo = c.glow(palette.accent, 150);
    c.circle(200.0, 146.0, 62.0, halo);
    c.ring(200.0, 146.0, 42.0, 6.0, palette.accent);
    badge(c, 200.0, 146.0, 32.0, palette.trim);
}

/// From behind: what is plugged in where.
fn sockets(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let mut row = row(facts);
    let each = if facts.says("kind", "Mesh") { 2 } else { 6 };
    row.truncate(each);
    shadow(c, 200.0, 218.0, 158.0);
    plate(c, 40.0, 92.0, 320.0, 122.0, 28.0, palette.shell);
    c.rect(56.0, 124.0, 288.0, 62.0, 12.0, palette.trim);
    c.frame(56.0, 124.0, 288.0, 62.0, 12.0, 1.0, shade(90));
    if facts.text("kind") != "Access point" {
        row.insert(0, Port::Power);
        row.push(Port::UsbA);
    }
    ports(c, &row, 68.0, 157.0, 264.0, 2.5);
    c.dashes("M92 108H308", 5.0, 3.0, 5.0, shade(90));
}

fn switch(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    let row = row(facts);
    let rack = row.len() > 12;
    let (w, h) = if rack { (348.0, 62.0) } else { (168.0 + row.len() as f64 * 11.0, 52.0) };
    let (dx, dy) = if rack { (14.0, 44.0) } else { (30.0, 56.0) };
    let (x, y) = (196.0 - (w + dx) / 2.0, 214.0 - h);
    let tone = if rack || facts.flag("managed") { palette.trim } else { palette.shell };
    shadow(c, 204.0, 216.0, w / 2.0 + 12.0);
    block(c, (x, y, w, h), (dx, dy), tone);
    if view == View::Back {
        c.dashes(Path::through(&[(x + 24.0, y + h / 2.0), (x + w * 0.6, y + h / 2.0)]), h * 0.5, 3.0, 5.0, shade(150));
        if facts.has("poe_budget") {
            c.circle(x + w * 0.5, y + h / 2.0, h * 0.3, Rgb::VOID);
        }
        return ports(c, &[Port::Lock, Port::Power], x + w * 0.66, y + h / 2.0, w * 0.3, 2.0);
    }
    badge(c, x + 17.0, y + h / 2.0, 15.0, palette.accent);
    if rack {
        let (first, second) = row.split_at(row.len().div_ceil(2));
        let mut sockets = Sockets::default();
        sockets.add(first, x + 32.0, y + h * 0.3, w - 44.0, 1.5);
        sockets.add(second, x + 32.0, y + h * 0.72, w - 44.0, 1.5);
        sockets.draw(c);
    } else {
        ports(c, &row, x + 30.0, y + h * 0.6, w - 40.0, 1.5);
        let lamps = Path::through(&[(x + 38.0, y + 9.0), (x + w - 18.0, y + 9.0)]);
        c.dashes(lamps, 3.0, 3.0, (w - 56.0) / row.len() as f64 - 3.0, palette.accent);
    }
}

fn card(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    let fast = facts.number("throughput", 1000.0, 0.0..=1e6) > 5000.0;
    if view == View::Detail {
        shadow(c, 200.0, 218.0, 168.0);
        let steel = c.blend(Toward::Corner, &[Rgb::STEEL.light(0.6), Rgb::STEEL, Rgb::STEEL.dark(0.25)]);
        c.rect(30.0, 98.0, 340.0, 112.0, 8.0, steel);
        rim(c, 30.0, 98.0, 340.0, 112.0, 8.0);
        ports(c, &[Port::Ethernet], 66.0, 156.0, 120.0, 6.4);
        c.dashes("M214 154H340", 54.0, 10.0, 9.0, Rgb::VOID);
        lamp(c, 196.0, 126.0, 4.0, palette.accent);
        return screw(c, 48.0, 154.0, 7.0);
    }
    shadow(c, 208.0, 250.0, 136.0);
    let steel = c.blend(Toward::Right, &[Rgb::STEEL.light(0.5), Rgb::STEEL.dark(0.25)]);
    let board = palette.trim.mix(Rgb::hex(0x1d_5a40), 0.6);
    plate(c, 76.0, 66.0, 262.0, 152.0, 5.0, board);
    c.rect(116.0, 214.0, if fast { 120.0 } else { 62.0 }, 20.0, 2.0, board.dark(0.3));
    c.dashes(if fast { "M119 227H234" } else { "M119 227H176" }, 12.0, 3.4, 2.0, Rgb::GOLD);
    c.rect(60.0, 44.0, 11.0, 196.0, 2.0, steel);
    c.rect(48.0, 44.0, 20.0, 9.0, 2.0, steel);
    c.rect(72.0, 92.0, 62.0, 56.0, 3.0, steel);
    if view == View::Front {
        if fast {
            plate(c, 172.0, 80.0, 116.0, 116.0, 5.0, palette.trim);
            c.dashes("M180 138H282", 108.0, 5.0, 6.0, shade(140));
            c.dashes("M180 138H282", 108.0, 1.2, 9.8, shine(90));
        } else {
            chip(c, 186.0, 100.0, 66.0, 66.0);
        }
        badge(c, 312.0, 200.0, 20.0, palette.accent);
    } else {
        c.dashes("M150 90H320M150 104H320M150 118H300M150 190H320", 3.0, 3.0, 5.0, Rgb::GOLD.dark(0.2));
        c.rect(180.0, 132.0, 100.0, 44.0, 3.0, Rgb::hex(0xf3_f4f6));
        c.dashes("M190 154H250", 26.0, 2.0, 2.0, Rgb::VOID);
    }
    for (x, y) in [(328.0, 76.0), (328.0, 208.0)] {
        screw(c, x, y, 4.0);
    }
}

/// Lamps and sockets from close by.
fn lamps(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let row = row(facts);
    let tone = if facts.text("kind") == "Switch" && facts.flag("managed") { palette.trim } else { palette.shell };
    shadow(c, 200.0, 256.0, 176.0);
    plate(c, 22.0, 44.0, 356.0, 206.0, 20.0, tone);
    let close: Vec<Port> = row.iter().rev().take(3).rev().copied().collect();
    c.rect(38.0, 106.0, 324.0, 126.0, 10.0, shade(70));
    ports(c, &close, 50.0, 170.0, 300.0, 6.4);
    for index in 0..close.len() {
        let at = 50.0 + 300.0 * (index as f64 + 0.5) / close.len() as f64;
        lamp(c, at - 20.0, 76.0, 5.0, palette.accent);
        lamp(c, at + 20.0, 76.0, 5.0, Rgb::hex(0x6f_e08a));
    }
}
