//! Webcams: their lens above all.

use super::View;
use super::canvas::{Canvas, Path, Toward, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{Port, badge, cable, lamp, plate, ports, rim, screw, shadow};
use super::scenes::scene;

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match view {
        View::Front => front(c, facts, palette),
        View::Back => back(c, facts, palette),
        View::Detail => detail(c, facts, palette),
    }
}

/// The shapes there are.
enum Form {
    /// As wide as a table.
    Bar,
    /// Turns after people.
    Globe,
    /// Hangs before the screen on an arm.
    Arm,
    /// Sits on the screen.
    Clip { width: f64, round: f64 },
}

fn form(facts: &Facts<'_>) -> Form {
    if facts.number("field_of_view", 78.0, 1.0..=360.0) > 100.0 {
        Form::Bar
    } else if facts.count("microphones", 0, 0..=32) >= 4 {
        Form::Globe
    } else if facts.named("sill") {
        Form::Arm
    } else {
        match facts.pick(2, 3) {
            _ if facts.is_by("Fjordlight") => Form::Clip { width: 214.0, round: 17.0 },
            _ if !facts.has("microphones") => Form::Clip { width: 112.0, round: 46.0 },
            0 => Form::Clip { width: 190.0, round: 38.0 },
            1 => Form::Clip { width: 226.0, round: 24.0 },
            _ => Form::Clip { width: 168.0, round: 30.0 },
        }
    }
}

/// Wider glass for more pixels.
fn lens_radius(facts: &Facts<'_>) -> f64 {
    if facts.says("resolution", "3840") {
        31.0
    } else if facts.says("resolution", "1280") {
        21.0
    } else {
        26.0
    }
}

fn lens(c: &mut Canvas, x: f64, y: f64, r: f64, tint: Rgb) {
    let barrel = c.blend(Toward::Corner, &[Rgb::hex(0x5a_616b), Rgb::hex(0x17_1a20)]);
    c.circle(x, y, r, barrel);
    c.circle(x, y, r * 0.86, Rgb::VOID);
    c.ring(x, y, r * 0.7, r * 0.05, shine(40));
    let glass = c.blend(Toward::Corner, &[tint.mix(Rgb::hex(0x5a_3bd0), 0.4), Rgb::hex(0x10_1828), tint.dark(0.55)]);
    c.circle(x, y, r * 0.6, glass);
    c.circle(x, y, r * 0.26, Rgb::hex(0x05_070c));
    c.ellipse(x - r * 0.24, y - r * 0.28, r * 0.17, r * 0.12, shine(200));
    c.circle(x + r * 0.24, y + r * 0.26, r * 0.07, shine(110));
}

fn dots(c: &mut Canvas, facts: &Facts<'_>, x: f64, y: f64, reach: f64) {
    let mics = facts.count("microphones", 0, 0..=8);
    let mut holes = Path::new();
    for mic in 0..mics {
        let side = if mic % 2 == 0 { -1.0 } else { 1.0 };
        holes.add_dot(x + side * (reach - (mic / 2) as f64 * 10.0), y);
    }
    c.line(holes, 4.0, shade(190));
}

fn front(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let r = lens_radius(facts);
    match form(facts) {
        Form::Bar => {
            shadow(c, 200.0, 238.0, 150.0);
            plate(c, 156.0, 176.0, 88.0, 58.0, 10.0, palette.trim);
            c.rect(28.0, 88.0, 344.0, 104.0, 50.0, palette.shell.dark(0.5));
            plate(c, 28.0, 80.0, 344.0, 104.0, 50.0, palette.shell);
            let cloth = c.holes(6.0, 1.3, shade(120));
            c.rect(48.0, 100.0, 104.0, 64.0, 30.0, cloth);
            c.rect(248.0, 100.0, 104.0, 64.0, 30.0, cloth);
            lens(c, 200.0, 132.0, r * 1.35, palette.accent);
            lamp(c, 254.0, 94.0, 2.4, palette.accent);
        }
        Form::Globe => {
            shadow(c, 200.0, 270.0, 82.0);
            plate(c, 138.0, 222.0, 124.0, 46.0, 20.0, palette.shell);
            let arm = c.lit(palette.trim);
            c.path("M112 130A88 88 0 0 0 288 130H272A72 72 0 0 1 128 130z", arm);
            c.rect(184.0, 208.0, 32.0, 20.0, 4.0, palette.trim);
            let ball = c.ball(palette.shell);
            c.circle(200.0, 122.0, 80.0, ball);
            c.path("M128 88A80 80 0 0 1 272 88Q200 60 128 88z", shine(90));
            lens(c, 200.0, 124.0, r * 1.5, palette.accent);
            lamp(c, 200.0, 186.0, 2.4, palette.accent);
            dots(c, facts, 200.0, 244.0, 40.0);
        }
        Form::Arm => {
            c.rect(40.0, 44.0, 320.0, 12.0, 4.0, palette.trim);
            c.window(44.0, 56.0, 312.0, 190.0, |c| scene(c, palette, 0.4));
            c.frame(44.0, 56.0, 312.0, 190.0, 3.0, 1.2, shine(60));
            let arm = c.lit(palette.shell);
            c.rect(190.0, 30.0, 20.0, 116.0, 8.0, arm);
            plate(c, 160.0, 22.0, 80.0, 30.0, 8.0, palette.shell);
            plate(c, 148.0, 132.0, 104.0, 74.0, 30.0, palette.shell);
            lens(c, 200.0, 169.0, r, palette.accent);
            lamp(c, 238.0, 158.0, 2.0, palette.accent);
            dots(c, facts, 200.0, 198.0, 20.0);
        }
        Form::Clip { width: w, round } => {
            let h = if round < 20.0 { 66.0 } else { 96.0 };
            let (x, y) = (200.0 - w / 2.0, 72.0);
            shadow(c, 200.0, 256.0, 66.0);
            // The foot that holds on to a screen.
            let leg = c.blend(Toward::Bottom, &[palette.trim.dark(0.35), palette.trim.light(0.1)]);
            c.rect(184.0, y + h - 6.0, 32.0, 40.0, 6.0, leg);
            c.soft(
                Path::corners(&[(140.0, y + h + 34.0), (260.0, y + h + 34.0), (252.0, 250.0), (148.0, 250.0)]),
                5.0,
                leg,
            );
            c.line(Path::through(&[(140.0, y + h + 34.0), (260.0, y + h + 34.0)]), 2.0, shine(90));
            c.rect(x, y + 7.0, w, h, round.min(h / 2.0), palette.shell.dark(0.5));
            plate(c, x, y, w, h, round.min(h / 2.0), palette.shell);
            let face = if palette.shell.is_dark() { Rgb::VOID } else { palette.trim.dark(0.35) };
            c.rect(x + 9.0, y + 9.0, w - 18.0, h - 18.0, (round - 6.0).clamp(8.0, h / 2.0 - 9.0), face);
            lens(c, 200.0, y + h / 2.0, r.min(h / 2.0 - 10.0), palette.accent);
            dots(c, facts, 200.0, y + h / 2.0, w / 2.0 - 24.0);
            lamp(c, 200.0 + r + 14.0, y + h / 2.0 - 10.0, 1.9, palette.accent);
            if facts.flag("privacy_shutter") {
                c.rect(200.0 - r - 16.0, y - 4.0, 26.0, 8.0, 3.0, palette.accent);
            }
            if facts.flag("autofocus") {
                c.ring(200.0, y + h / 2.0, r.min(h / 2.0 - 10.0), 1.6, palette.accent);
            }
        }
    }
}

fn back(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let (w, h, round) = match form(facts) {
        Form::Bar => (330.0, 100.0, 48.0),
        Form::Globe => (164.0, 160.0, 80.0),
        Form::Arm => (108.0, 150.0, 30.0),
        Form::Clip { width, round } => (width, if round < 20.0 { 68.0 } else { 98.0 }, round),
    };
    let (x, y) = (200.0 - w / 2.0, 150.0 - h * 0.62);
    cable(c, &format!("M200 {:.0}C200 272 250 268 404 276", y + h - 12.0), 7.0, palette.trim);
    shadow(c, 200.0, 256.0, 70.0);
    plate(c, 144.0, y + h - 6.0, 112.0, 252.0 - y - h, 9.0, palette.trim);
    c.dashes(Path::through(&[(156.0, y + h + 12.0), (244.0, y + h + 12.0)]), 6.0, 4.0, 4.0, shade(110));
    plate(c, x, y, w, h, round.min(h / 2.0), palette.shell);
    badge(c, 200.0, y + h * 0.34, 28.0, if palette.shell.is_dark() { palette.accent } else { palette.trim });
    let port = if facts.says("connection", "USB-A") { Port::UsbA } else { Port::UsbC };
    ports(c, &[port], 170.0, y + h * 0.76, 60.0, 1.9);
    screw(c, 200.0, 242.0, 6.0);
}

fn detail(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    shadow(c, 200.0, 286.0, 146.0);
    let r = if facts.says("resolution", "3840") { 116.0 } else { 102.0 };
    plate(c, 44.0, 16.0, 312.0, 266.0, 60.0, palette.shell);
    let edge = c.fade(Toward::Corner, Rgb::BLACK, 40, 150);
    c.circle(200.0, 148.0, r + 9.0, edge);
    lens(c, 200.0, 148.0, r, palette.accent);
    // A blade each ten degrees that it sees less than a half turn.
    let blades = ((180.0 - facts.number("field_of_view", 78.0, 1.0..=170.0)) / 10.0).round();
    let turn = std::f64::consts::TAU * r * 0.78;
    let around = {
        let mut path = Path::new();
        path.add_circle(200.0, 148.0, r * 0.78);
        path
    };
    c.dashes(around, 3.0, 4.0, (turn / blades.max(3.0) - 4.0).max(2.0), palette.accent);
    lamp(c, 322.0, 56.0, 5.0, palette.accent);
    if facts.flag("privacy_shutter") {
        plate(c, 66.0, 30.0, 62.0, 22.0, 11.0, palette.trim);
        c.circle(84.0, 41.0, 6.0, palette.accent);
    }
    rim(c, 44.0, 16.0, 312.0, 266.0, 60.0);
}
