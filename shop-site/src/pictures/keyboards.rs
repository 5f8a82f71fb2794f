//! Keyboards: from above, from the side with the socket, and their keys from close by.

use super::View;
use super::canvas::{Canvas, Path, Toward, number, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::keys::{self, Caps, Key, Row};
use super::parts::{Port, badge, cable, lamp, plate, ports, rim, screw, shadow};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match view {
        View::Front => front(c, facts, palette),
        View::Back => back(c, facts, palette),
        View::Detail => detail(c, facts, palette),
    }
}

fn is_pad(facts: &Facts<'_>) -> bool {
    facts.count("keys", 105, 1..=150) < 40
}

fn is_split(facts: &Facts<'_>) -> bool {
    facts.named("split")
}

/// The rows of a keyboard with about as many keys as it says.
fn rows(facts: &Facts<'_>) -> Vec<Row> {
    let iso = !facts.says("layout", "ANSI");
    let count = facts.count("keys", 105, 1..=150);
    if count < 40 {
        let four = || vec![Key::Cap(1.0), Key::Cap(1.0), Key::Cap(1.0), Key::Dim(1.0)];
        let last = vec![Key::Cap(2.0), Key::Cap(1.0), Key::Accent(1.0)];
        return vec![
            vec![Key::Accent(1.0), Key::Dim(1.0), Key::Dim(1.0), Key::Dim(1.0)],
            four(),
            four(),
            four(),
            four(),
            last,
        ];
    }
    let mut rows = keys::block(iso);
    if count < 70 {
        return rows;
    }
    rows.insert(0, keys::functions(count > 86));
    if count <= 86 {
        for row in &mut rows {
            row.push(Key::Dim(1.0));
        }
        return rows;
    }
    let navigation: [&[Key]; 6] = [
        &[Key::Dim(1.0), Key::Dim(1.0), Key::Dim(1.0)],
        &[Key::Dim(1.0), Key::Dim(1.0), Key::Dim(1.0)],
        &[Key::Dim(1.0), Key::Dim(1.0), Key::Dim(1.0)],
        &[Key::Gap(3.0)],
        &[Key::Gap(1.0), Key::Dim(1.0), Key::Gap(1.0)],
        &[Key::Dim(1.0), Key::Dim(1.0), Key::Dim(1.0)],
    ];
    for (index, row) in rows.iter_mut().enumerate() {
        row.push(Key::Gap(0.25));
        row.extend(navigation[index]);
        if count >= 100 {
            row.push(Key::Gap(0.25));
            match index {
                0 if count < 108 => row.push(Key::Gap(4.0)),
                0 => row.extend([Key::Dim(1.0); 4]),
                5 => row.extend([Key::Cap(2.0), Key::Cap(1.0), Key::Accent(1.0)]),
                _ => row.extend([Key::Cap(1.0), Key::Cap(1.0), Key::Cap(1.0), Key::Dim(1.0)]),
            }
        }
    }
    rows
}

fn caps(facts: &Facts<'_>, palette: &Palette) -> Caps {
    let tone = match facts.pick(5, 3) {
        _ if palette.shell.is_dark() => palette.trim.light(0.1),
        0 => palette.trim.dark(0.4),
        1 => palette.shell.light(0.5),
        _ => palette.shell.light(0.75),
    };
    let light = facts.flag("backlight").then_some(palette.accent.mix(palette.shell, 0.25));
    let round = if facts.says("switch", "mechanical") || facts.says("switch", "Magnetic") { 0.7 } else { 0.4 };
    Caps { tone, accent: palette.accent, light, round }
}

fn front(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let rows = rows(facts);
    if is_split(facts) {
        return split(c, facts, palette);
    }
    let units = rows.iter().map(|row| row.len() as f64).fold(1.0, f64::max);
    let count = facts.count("keys", 105, 1..=150);
    let w: f64 = match count {
        0..40 => 132.0,
        40..70 => 276.0,
        70..87 => 306.0,
        87..100 => 340.0,
        _ => 376.0,
    };
    let pitch = if count < 40 { 31.0 } else { (w - 16.0) / units.clamp(15.4, 23.0) * 1.12 };
    let h = pitch * rows.len() as f64 + 18.0;
    let (x, y) = (200.0 - w / 2.0, 158.0 - h / 2.0);
    if !facts.flag("wireless") {
        let d = format!(
            "M{0} {1}V{2}Q{0} 12 {3} 12H404",
            number(x + w * 0.3),
            number(y + 4.0),
            number((y - 14.0).max(24.0)),
            number(x + w * 0.3 + 16.0)
        );
        cable(c, &d, 6.0, palette.trim);
    }
    shadow(c, 200.0, y + h + 7.0, w / 2.0);
    let side = c.blend(Toward::Bottom, &[palette.shell.dark(0.2), palette.shell.dark(0.5)]);
    c.rect(x, y + 12.0, w, h - 4.0, 9.0, side);
    plate(c, x, y, w, h, 9.0, palette.shell);
    keys::well(c, x + 6.0, y + 7.0, w - 12.0, h - 14.0, 5.0);
    keys::board(c, &rows, (x + 8.0, y + 9.0, w - 16.0, h - 18.0), &caps(facts, palette));
    if facts.flag("wireless") {
        lamp(c, x + w - 16.0, y + 4.0, 1.3, palette.accent);
    }
}

fn split(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    cable(c, "M150 84Q200 30 250 84", 5.0, palette.trim);
    let half: Vec<Row> = (0..5)
        .map(|row| match row {
            0 => vec![
                Key::Dim(1.0),
                Key::Cap(1.0),
                Key::Cap(1.0),
                Key::Cap(1.0),
                Key::Cap(1.0),
                Key::Cap(1.0),
                Key::Dim(1.0),
            ],
            4 => vec![Key::Gap(1.5), Key::Dim(1.0), Key::Dim(1.0), Key::Accent(1.5), Key::Cap(2.0)],
            _ => vec![
                Key::Dim(1.5),
                Key::Cap(1.0),
                Key::Cap(1.0),
                Key::Cap(1.0),
                Key::Cap(1.0),
                Key::Cap(1.0),
                Key::Dim(0.5),
            ],
        })
        .collect();
    for transform in ["rotate(9 110 160)", "translate(400) scale(-1 1) rotate(9 110 160)"] {
        c.moved(transform, |c| {
            shadow(c, 106.0, 236.0, 88.0);
            let side = palette.shell.dark(0.45);
            c.rect(20.0, 92.0, 172.0, 140.0, 14.0, side);
            plate(c, 20.0, 82.0, 172.0, 142.0, 14.0, palette.shell);
            keys::well(c, 27.0, 89.0, 158.0, 128.0, 8.0);
            keys::board(c, &half, (30.0, 92.0, 152.0, 122.0), &caps(facts, palette));
        });
    }
}

fn back(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    // Underneath, and the rear edge with its socket.
    let w = if is_pad(facts) { 150.0 } else { 250.0 + facts.count("keys", 105, 40..=110) as f64 * 1.1 };
    let (x, tone) = (200.0 - w / 2.0, palette.shell.dark(0.12));
    shadow(c, 200.0, 196.0, w / 2.0);
    plate(c, x, 44.0, w, 146.0, 11.0, tone);
    c.rect(x + 16.0, 56.0, 30.0, 34.0, 4.0, shade(60));
    c.rect(x + w - 46.0, 56.0, 30.0, 34.0, 4.0, shade(60));
    for fx in [x + 18.0, x + w - 44.0] {
        c.rect(fx, 170.0, 26.0, 9.0, 4.5, Rgb::VOID);
        c.rect(fx + 2.0, 60.0, 22.0, 8.0, 4.0, Rgb::VOID);
    }
    c.rect(200.0 - 26.0, 96.0, 52.0, 34.0, 4.0, shine(60));
    badge(c, 200.0, 115.0, 20.0, palette.accent);
    for (sx, sy) in [(x + 9.0, 53.0), (x + w - 9.0, 53.0), (x + 9.0, 181.0), (x + w - 9.0, 181.0)] {
        screw(c, sx, sy, 3.4);
    }
    shadow(c, 200.0, 256.0, w / 2.0);
    let tall = 16.0 + facts.number("weight", 0.8, 0.1..=1.8) * 8.0;
    let edge = c.tube(palette.shell);
    c.rect(x, 254.0 - tall, w, tall, 7.0, edge);
    rim(c, x, 254.0 - tall, w, tall, 7.0);
    let mut row =
        vec![if facts.says("connection", "USB-C") || facts.flag("wireless") { Port::UsbC } else { Port::UsbA }];
    if facts.has("battery_life") {
        row.push(Port::Lock);
    }
    ports(c, &row, 150.0, 254.0 - tall / 2.0, 100.0, 1.5);
    if facts.flag("wireless") {
        c.rect(x + 30.0, 251.0 - tall / 2.0, 20.0, 6.0, 3.0, Rgb::VOID);
        c.circle(x + 34.0, 254.0 - tall / 2.0, 2.4, palette.accent);
    }
}

fn detail(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let caps = caps(facts, palette);
    let tall = facts.says("switch", "mechanical") || facts.says("switch", "Magnetic");
    shadow(c, 200.0, 282.0, 176.0);
    plate(c, 22.0, 26.0, 356.0, 250.0, 22.0, palette.shell);
    keys::well(c, 40.0, 44.0, 320.0, 214.0, 12.0);
    let lift = if tall { 9.0 } else { 4.0 };
    let open = facts.says("switch", "hot-swap") || facts.says("switch", "Magnetic");
    for (index, (x, y)) in [(50.0, 56.0), (154.0, 56.0), (258.0, 56.0), (50.0, 158.0), (154.0, 158.0), (258.0, 158.0)]
        .into_iter()
        .enumerate()
    {
        if let Some(light) = caps.light {
            let glow = c.glow(light, 230);
            c.circle(x + 46.0, y + 46.0, 66.0, glow);
        }
        if open && index == 4 {
            switch(c, x, y, palette);
            continue;
        }
        let tone = if index == 0 { caps.accent } else { caps.tone };
        c.rect(x, y + lift - 3.0, 92.0, 90.0, 13.0, tone.dark(0.5));
        let top = c.lit(tone);
        c.rect(x, y - 3.0, 92.0, 88.0, 13.0, top);
        if tall {
            let dish = c.blend(Toward::Bottom, &[tone.dark(0.1), tone.light(0.22)]);
            c.rect(x + 10.0, y + 3.0, 72.0, 68.0, 10.0, dish);
        }
        c.rect(x + 20.0, y + 14.0, 14.0, 3.5, 1.7, if tone.is_dark() { shine(150) } else { shade(130) });
    }
}

/// A switch without its cap.
fn switch(c: &mut Canvas, x: f64, y: f64, palette: &Palette) {
    let body = c.lit(Rgb::hex(0x3a_3f47));
    c.rect(x + 10.0, y + 6.0, 72.0, 72.0, 9.0, body);
    c.rect(x + 22.0, y + 18.0, 48.0, 48.0, 6.0, shade(110));
    let stem = palette.accent;
    c.line(Path::through(&[(x + 46.0, y + 30.0), (x + 46.0, y + 54.0)]), 9.0, stem);
    c.line(Path::through(&[(x + 34.0, y + 42.0), (x + 58.0, y + 42.0)]), 9.0, stem.light(0.2));
}
