//! Laptops: open towards us, from behind with their sides, and the keyboard from above.

use super::View;
use super::canvas::{Canvas, Path, Toward, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::keys::{self, Caps};
use super::parts::{Port, badge, lamp, plate, ports, rim, shadow};
use super::scenes::{glare, scene};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match view {
        View::Front => front(c, facts, palette),
        View::Back => back(c, facts, palette),
        View::Detail => detail(c, facts, palette),
    }
}

/// Inches of the diagonal.
fn inches(facts: &Facts<'_>) -> f64 {
    facts.number("screen_size", 14.0, 11.0..=18.4)
}

/// How thick the base is drawn: its weight shows.
fn thickness(facts: &Facts<'_>) -> f64 {
    4.0 + (facts.number("weight", 1.4, 0.7..=4.0) - 0.7) * 3.2
}

fn front(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let lid = 244.0 + (inches(facts) - 13.0) * 11.0;
    let height = lid / facts.aspect() + 8.0;
    let (x, y, thick) = (200.0 - lid / 2.0, 222.0 - height, thickness(facts));
    let (deck_top, deck_bottom) = (222.0, 262.0);
    let reach = 26.0;
    shadow(c, 200.0, deck_bottom + thick, lid / 2.0 + reach);

    plate(c, x, y, lid, height, 8.0, palette.shell);
    c.rect(x + 2.5, y + 2.5, lid - 5.0, height - 3.0, 6.0, Rgb::VOID);
    let (sx, sy, sw, sh) = (x + 7.0, y + 8.0, lid - 14.0, height - 17.0);
    c.window(sx, sy, sw, sh, |c| scene(c, palette, f64::from(facts.pick(1, 100)) / 100.0));
    glare(c, sx, sy, sw, sh);
    c.circle(200.0, y + 5.2, 1.1, Rgb::hex(0x4a_5568));

    // The deck, seen from above, and its front edge.
    let deck = c.blend(Toward::Bottom, &[palette.shell.dark(0.14), palette.shell, palette.shell.light(0.25)]);
    let (left, right) = (x - reach, x + lid + reach);
    c.soft(
        Path::corners(&[
            (x + 3.0, deck_top),
            (x + lid - 3.0, deck_top),
            (right - 3.0, deck_bottom),
            (left + 3.0, deck_bottom),
        ]),
        1.5,
        deck,
    );
    c.rect(x + 20.0, deck_top - 2.5, lid - 40.0, 4.0, 2.0, palette.trim.dark(0.4));
    for row in 0..4 {
        let at = f64::from(row) / 4.0;
        let (ry, inset) = (deck_top + 6.5 + at * 20.0, 11.0 - at * 17.0);
        let keys = Path::through(&[(x + inset, ry), (x + lid - inset, ry)]);
        c.dashes(keys, 3.8, 11.4 + at * 1.5, 1.9, palette.trim.dark(0.25));
    }
    let (near, far) = (lid * 0.17, lid * 0.155);
    c.soft(
        Path::corners(&[(200.0 - far, 249.0), (200.0 + far, 249.0), (200.0 + near, 259.0), (200.0 - near, 259.0)]),
        1.0,
        shade(28),
    );
    let edge = c.blend(Toward::Bottom, &[palette.shell.light(0.45), palette.shell.dark(0.1), palette.shell.dark(0.5)]);
    c.rect(left, deck_bottom - 1.0, right - left, thick, thick.min(8.0) / 2.0, edge);
    c.rect(176.0, deck_bottom - 1.0, 48.0, 3.0, 1.5, shade(60));
    if facts.number("refresh_rate", 60.0, 0.0..=1000.0) > 130.0 {
        c.line(
            Path::through(&[(left + 14.0, deck_bottom + thick - 3.0), (right - 14.0, deck_bottom + thick - 3.0)]),
            1.6,
            palette.accent,
        );
    }
}

fn sockets(facts: &Facts<'_>) -> (Vec<Port>, Vec<Port>) {
    let usb_c = facts.count("usb_c_ports", 1 + facts.pick(3, 2), 0..=6);
    let mut left = vec![Port::UsbC; usb_c];
    let mut right = vec![Port::UsbA, Port::Jack];
    if thickness(facts) > 5.2 {
        left.push(Port::Hdmi);
    }
    if thickness(facts) > 6.6 {
        left.insert(0, Port::Power);
        right.push(Port::UsbA);
        right.push(Port::Ethernet);
    } else if facts.is_by("Brackwell") {
        right.push(Port::Lock);
    }
    if facts.number("storage", 0.0, 0.0..=9e9) >= 1000.0 {
        right.push(Port::Card);
    }
    (left, right)
}

fn back(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let lid = 226.0 + (inches(facts) - 13.0) * 10.0;
    let height = lid / facts.aspect();
    let (x, y) = (200.0 - lid / 2.0, 198.0 - height);
    shadow(c, 200.0, 204.0, lid / 2.0 + 6.0);
    plate(c, x, y, lid, height, 9.0, palette.shell);
    let sheen = c.fade(Toward::Right, Rgb::WHITE, 0, 70);
    c.path(
        Path::corners(&[
            (x + lid * 0.45, y + 1.0),
            (x + lid * 0.75, y + 1.0),
            (x + lid * 0.45, y + height),
            (x + lid * 0.1, y + height),
        ]),
        sheen,
    );
    let mark = if palette.shell.is_dark() { palette.accent } else { palette.trim };
    badge(c, 200.0, y + height * 0.48, 26.0, mark);
    let base = c.blend(Toward::Bottom, &[palette.shell.dark(0.1), palette.shell.dark(0.55)]);
    c.rect(x - 3.0, 195.0, lid + 6.0, 9.0, 4.0, base);
    c.dashes(Path::through(&[(x + 24.0, 199.5), (x + lid - 24.0, 199.5)]), 3.4, 2.0, 2.0, Rgb::VOID);

    // Both sides, closed.
    let (left, right) = sockets(facts);
    let thick = 22.0 + thickness(facts);
    for (sx, row) in [(18.0, left), (206.0, right)] {
        shadow(c, sx + 88.0, 236.0 + thick, 88.0);
        let case = c.blend(Toward::Bottom, &[palette.shell.light(0.3), palette.shell, palette.shell.dark(0.42)]);
        c.rect(sx, 236.0, 176.0, thick, 10.0, case);
        rim(c, sx, 236.0, 176.0, thick, 10.0);
        c.rect(sx + 3.0, 244.0, 170.0, 1.3, 0.6, shade(110));
        ports(c, &row, sx + 10.0, 244.0 + thick / 2.0 - 3.0, 156.0, 1.25);
    }
}

fn detail(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    shadow(c, 200.0, 282.0, 176.0);
    plate(c, 20.0, 22.0, 360.0, 256.0, 18.0, palette.shell);
    c.rect(120.0, 22.0, 160.0, 7.0, 3.0, palette.trim.dark(0.4));
    let pad = inches(facts) >= 15.5 && (facts.is_by("Brackwell") || facts.is_by("Plainford"));
    let (x, w) = if inches(facts) >= 15.5 && !pad { (58.0, 284.0) } else { (34.0, 332.0) };
    if x > 50.0 {
        let grille = c.holes(5.0, 0.8, shade(150));
        c.rect(34.0, 50.0, 14.0, 114.0, 3.0, grille);
        c.rect(352.0, 50.0, 14.0, 114.0, 3.0, grille);
    }
    c.rect(x - 4.0, 46.0, w + 8.0, 122.0, 7.0, shade(36));
    let gaming = facts.number("refresh_rate", 60.0, 0.0..=1000.0) > 130.0;
    let cap = palette.trim.dark(if palette.shell.is_dark() { 0.35 } else { 0.1 });
    let caps = Caps { tone: cap, accent: palette.accent, light: gaming.then_some(palette.accent), round: 0.4 };
    let rows = keys::laptop_rows(pad);
    keys::board(c, &rows, (x, 50.0, w, 114.0), &caps);
    let px = if pad { 120.0 } else { 140.0 };
    let touch = c.blend(Toward::Corner, &[palette.shell.light(0.22), palette.shell.dark(0.06)]);
    c.rect(px, 182.0, 120.0, 80.0, 7.0, touch);
    c.frame(px, 182.0, 120.0, 80.0, 7.0, 1.0, shade(60));
    if facts.is_by("Brackwell") {
        c.circle(200.0 - if pad { 34.0 } else { 0.0 }, 110.0, 4.0, Rgb::hex(0xd6_3b3b));
        c.rect(320.0, 186.0, 26.0, 26.0, 6.0, shade(70));
        c.frame(320.0, 186.0, 26.0, 26.0, 6.0, 1.0, palette.accent);
    } else {
        c.rect(336.0, 250.0, 26.0, 12.0, 2.5, palette.accent);
        c.rect(340.0, 254.0, 12.0, 1.5, 0.7, shine(190));
    }
    lamp(c, 44.0, 262.0, 1.6, Rgb::hex(0x6f_e08a));
}
