//! Docks and hubs: boxes with as many sockets as they say, and their cable.

use super::View;
use super::canvas::{Canvas, Path, Toward, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{Port, badge, block, cable, lamp, plate, ports, rim, shadow};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match view {
        View::Front => front(c, facts, palette),
        View::Back => back(c, facts, palette),
        View::Detail => detail(c, facts, palette),
    }
}

/// For the bag rather than for the desk: the cable is part of it.
fn is_hub(facts: &Facts<'_>) -> bool {
    facts.number("cable_length", 0.8, 0.0..=9.0) < 0.4
}

/// Front sockets and rear ones; together what the specification says.
fn sockets(facts: &Facts<'_>) -> (Vec<Port>, Vec<Port>) {
    let total = facts.count("ports", 8, 1..=18);
    let mut rear = Vec::new();
    for display in 0..facts.count("displays", 2, 0..=4) {
        rear.push(if display % 2 == 0 { Port::Hdmi } else { Port::Display });
    }
    if facts.has("ethernet") {
        rear.push(Port::Ethernet);
    }
    let hosts = if facts.says("host_connection", "2 x") { 2 } else { 1 };
    rear.extend(vec![Port::UsbC; hosts]);
    let mut front = vec![Port::Jack, Port::UsbC, Port::Card];
    let mut left = total.saturating_sub(rear.len() + front.len());
    while left > 0 {
        if left % 3 == 0 {
            front.push(Port::UsbA)
        } else {
            rear.push(Port::UsbA)
        }
        left -= 1;
    }
    front.truncate(total.saturating_sub(rear.len()).max(1));
    rear.truncate(total);
    (front, rear)
}

fn front(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let (front, rear) = sockets(facts);
    if is_hub(facts) {
        let w = 170.0 + facts.count("ports", 6, 1..=12) as f64 * 11.0;
        let x = 384.0 - w;
        cable(c, &format!("M{x:.0} 158C{:.0} 158 64 120 58 176S40 226 30 236", x - 50.0), 11.0, palette.trim);
        let metal = c.lit(Rgb::STEEL);
        c.moved("rotate(38 30 236)", |c| {
            c.rect(20.0, 230.0, 24.0, 34.0, 6.0, palette.trim.dark(0.2));
            c.rect(24.0, 262.0, 16.0, 17.0, 4.0, metal);
        });
        shadow(c, x + w / 2.0, 198.0, w / 2.0);
        c.rect(x, 124.0, w, 72.0, 14.0, palette.shell.dark(0.5));
        plate(c, x, 116.0, w, 72.0, 14.0, palette.shell);
        c.rect(x + 8.0, 152.0, w - 16.0, 28.0, 8.0, shade(80));
        let side: Vec<Port> = rear.into_iter().chain(front).filter(|port| *port != Port::Jack).collect();
        ports(c, &side, x + 10.0, 166.0, w - 20.0, 1.4);
        badge(c, x + 28.0, 134.0, 18.0, if palette.shell.is_dark() { palette.accent } else { palette.trim });
        return lamp(c, x + w - 22.0, 134.0, 2.2, palette.accent);
    }
    let power = facts.number("usb_c_power", 90.0, 10.0..=240.0);
    let (w, h) = (196.0 + facts.count("ports", 10, 1..=18) as f64 * 4.4, 50.0 + (power - 60.0).max(0.0) * 0.24);
    let (dx, dy) = (44.0, 48.0);
    let (x, y) = (196.0 - (w + dx) / 2.0, 226.0 - h);
    cable(
        c,
        &format!("M{:.0} {:.0}C{:.0} {:.0} 392 130 404 60", x + w + 20.0, y - 12.0, x + w + 60.0, y - 20.0),
        8.0,
        palette.trim,
    );
    shadow(c, 210.0, 228.0, w / 2.0 + 20.0);
    block(c, (x, y, w, h), (dx, dy), palette.shell);
    let top = c.fade(Toward::Right, palette.accent, 230, 200);
    c.path(
        Path::corners(&[
            (x + w * 0.72, y - 4.0),
            (x + w * 0.8, y - 4.0),
            (x + w * 0.8 + dx - 6.0, y - dy + 3.0),
            (x + w * 0.72 + dx - 6.0, y - dy + 3.0),
        ]),
        top,
    );
    if facts.named("duo") {
        c.ellipse(x + w * 0.4 + 20.0, y - dy / 2.0, 20.0, 9.0, palette.accent.dark(0.4));
        c.ellipse(x + w * 0.4 + 20.0, y - dy / 2.0 - 3.0, 20.0, 9.0, palette.accent);
    }
    badge(c, x + 24.0, y + h / 2.0, 20.0, palette.accent);
    ports(c, &front, x + 44.0, y + h / 2.0, w - 74.0, 1.7);
    lamp(c, x + w - 18.0, y + h / 2.0, 2.6, palette.accent);
}

fn back(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let (_, mut rear) = sockets(facts);
    if !is_hub(facts) {
        rear.insert(0, Port::Power);
        rear.push(Port::Lock);
    }
    let rows = if rear.len() > 8 { 2 } else { 1 };
    let h = 58.0 + 32.0 * rows as f64;
    shadow(c, 200.0, 206.0, 170.0);
    plate(c, 28.0, 202.0 - h, 344.0, h, 16.0, palette.shell);
    c.rect(40.0, 216.0 - h, 320.0, h - 28.0, 9.0, shade(70));
    c.frame(40.0, 216.0 - h, 320.0, h - 28.0, 9.0, 1.0, shine(40));
    for (index, part) in rear.chunks(rear.len().div_ceil(rows)).enumerate() {
        ports(c, part, 48.0, 202.0 - h * (index as f64 * 2.0 + 1.0) / (rows as f64 * 2.0), 304.0, 1.9);
    }
}

fn detail(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    // The plug, and the socket that it goes into.
    let fast = facts.says("host_connection", "USB4");
    shadow(c, 262.0, 262.0, 120.0);
    plate(c, 190.0, 48.0, 190.0, 206.0, 26.0, palette.shell);
    c.rect(204.0, 118.0, 20.0, 66.0, 10.0, Rgb::VOID);
    c.rect(211.0, 130.0, 5.0, 42.0, 2.5, Rgb::STEEL);
    badge(c, 300.0, 132.0, 66.0, palette.accent);
    // A bar for each thirty watts that it gives.
    let bars = (facts.number("usb_c_power", 90.0, 0.0..=240.0) / 30.0).round();
    c.dashes(Path::through(&[(262.0, 214.0), (262.0 + bars * 14.0, 214.0)]), 14.0, 8.0, 6.0, palette.accent);
    cable(c, "M66 150H14", 20.0, palette.trim);
    let sleeve = c.tube(palette.trim);
    c.rect(44.0, 116.0, 94.0, 68.0, 14.0, sleeve);
    rim(c, 44.0, 116.0, 94.0, 68.0, 14.0);
    let metal = c.tube(Rgb::STEEL.light(0.3));
    c.rect(134.0, 127.0, 46.0, 46.0, 12.0, metal);
    if fast {
        c.path("M96 132 80 154H92L86 170 104 146H92z", palette.accent);
    } else {
        lamp(c, 92.0, 150.0, 4.0, palette.accent);
    }
}
