//! Mice and a trackball: from above, from the side, and underneath.

use super::View;
use super::canvas::{Canvas, Path, Toward, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{badge, cable, lamp, rim, screw, shadow};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    match view {
        View::Front => front(c, facts, palette),
        View::Back => side(c, facts, palette),
        View::Detail => underneath(c, facts, palette),
    }
}

/// The shapes there are, seen from above within 120 × 190.
fn outline(facts: &Facts<'_>) -> &'static str {
    if facts.named("upright") {
        "M34 10C70-4 104 8 110 46C118 96 118 150 104 176C84 194 38 194 24 176C2 140 6 40 34 10z"
    } else if facts.named("trackball") {
        "M40 8C76-4 112 10 116 52C120 100 118 152 98 178C78 192 44 190 26 172C-8 130-6 34 40 8z"
    } else if facts.named("mini") {
        "M60 26C94 26 102 46 103 84V126C102 158 88 176 60 176S18 158 17 126V84C18 46 26 26 60 26z"
    } else if facts.count("buttons", 3, 1..=24) == 8 {
        "M60 4C96 4 106 24 105 56C100 84 100 104 106 132C110 168 92 190 60 190S10 168 14 132C20 104 20 84 15 56C14 24 24 4 60 4z"
    } else if facts.number("weight", 0.09, 0.0..=1.0) > 0.11 {
        "M66 4C104 4 114 26 114 60C114 90 118 104 119 130C118 170 96 190 62 190S6 172 4 134C2 108 12 92 12 62C12 26 26 4 66 4z"
    } else {
        "M62 4C98 4 108 26 107 60C104 90 108 104 109 134C110 170 92 190 60 190S12 170 12 134C12 106 17 92 16 60C15 26 26 4 62 4z"
    }
}

fn front(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let buttons = facts.count("buttons", 3, 1..=24);
    shadow(c, 208.0, 268.0, 76.0);
    if !facts.flag("wireless") {
        cable(c, "M200 66C200 30 214 26 250 24S330 30 404 14", 6.0, palette.trim);
    }
    let shape = outline(facts);
    c.moved("translate(124 40) scale(1.25 1.2)", |c| {
        c.moved("translate(2 5)", |c| c.path(shape, palette.shell.dark(0.6)));
        let body = c.blend(Toward::Corner, &[palette.shell.light(0.42), palette.shell, palette.shell.dark(0.35)]);
        c.path(shape, body);
        c.within(shape, |c| {
            // The buttons meet in the middle; the flanks are held.
            let grip = palette.trim;
            c.path("M0 60Q22 108 8 190H-9V60zM120 60Q98 108 112 190h9V60z", grip);
            c.line("M8 84Q60 98 112 84", 1.6, shade(120));
            c.line("M60 0V92", 1.6, shade(140));
            let light = c.fade(Toward::Bottom, Rgb::WHITE, 90, 0);
            c.path("M26 18Q40 8 54 10V84Q36 84 24 78z", light);
            if buttons > 9 {
                keypad(c, buttons - 5, palette);
            } else if buttons > 3 {
                flank(c, buttons, palette);
            }
        });
        let edge = c.fade(Toward::Corner, Rgb::WHITE, 170, 30);
        c.line(shape, 1.0, edge);
        wheel(c, palette);
        if facts.named("trackball") {
            c.circle(24.0, 92.0, 25.0, shade(150));
            let ball = c.ball(palette.accent);
            c.circle(24.0, 92.0, 22.0, ball);
            c.ellipse(16.0, 82.0, 6.0, 4.0, shine(150));
        }
        badge(c, 60.0, 158.0, 15.0, if palette.shell.is_dark() { palette.accent } else { palette.trim });
    });
    if facts.number("sensor", 1000.0, 0.0..=1e6) > 19_000.0 {
        lamp(c, 199.0, 158.0, 2.4, palette.accent);
    }
}

fn wheel(c: &mut Canvas, palette: &Palette) {
    c.rect(51.0, 22.0, 18.0, 44.0, 9.0, Rgb::VOID);
    let rubber =
        c.blend(Toward::Bottom, &[Rgb::VOID, palette.accent, palette.accent.light(0.35), palette.accent, Rgb::VOID]);
    c.rect(54.5, 24.0, 11.0, 40.0, 5.5, rubber);
    c.dashes("M60 27V62", 9.0, 1.0, 2.6, shade(90));
}

/// Buttons for the thumb, and for the other one where there are enough.
fn flank(c: &mut Canvas, buttons: usize, palette: &Palette) {
    let tone = palette.accent.mix(palette.trim, 0.25);
    c.line("M17 92Q20 104 18.5 112M18 119Q17.5 128 15 138", 5.0, tone);
    if buttons == 8 {
        c.line("M103 92Q100 104 101.5 112M102 119Q102.5 128 105 138", 5.0, tone);
    }
    if buttons > 5 {
        c.rect(53.0, 76.0, 14.0, 7.0, 3.5, palette.trim.dark(0.3));
    }
}

fn keypad(c: &mut Canvas, count: usize, palette: &Palette) {
    let mut keys = Path::new();
    for index in 0..count.min(15) {
        keys.add_box(8.0 + (index % 3) as f64 * 10.0, 92.0 + (index / 3) as f64 * 14.0, 6.0, 9.0);
    }
    c.soft(&keys, 1.5, Rgb::VOID);
    c.path(keys, palette.accent);
}

fn side(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let buttons = facts.count("buttons", 3, 1..=24);
    shadow(c, 200.0, 236.0, 150.0);
    if !facts.flag("wireless") {
        cable(c, "M64 212C36 212 24 206-4 214", 7.0, palette.trim);
    }
    let shape = if facts.named("upright") {
        "M60 232C56 190 84 120 140 92C190 66 250 58 290 90C330 124 346 190 344 232z"
    } else if facts.named("mini") {
        "M70 232C64 206 92 178 146 164C212 148 296 158 324 196C334 212 334 224 332 232z"
    } else {
        "M54 232C46 200 80 166 134 146C206 118 292 122 332 174C350 200 350 220 348 232z"
    };
    let body = c.blend(Toward::Corner, &[palette.shell.light(0.45), palette.shell, palette.shell.dark(0.4)]);
    // Of the wheel only its top is seen.
    let wheel = c.ball(palette.accent);
    c.circle(128.0, if facts.named("upright") { 102.0 } else { 160.0 }, 15.0, wheel);
    c.path(shape, body);
    c.within(shape, |c| {
        c.path("M40 240Q120 196 210 206T360 196V240z", palette.trim);
        let grip = c.holes(7.0, 1.0, shade(110));
        c.path("M40 240Q120 196 210 206T360 196V240z", grip);
        c.line("M52 214Q110 182 190 180", 1.6, shade(140));
    });
    let edge = c.fade(Toward::Corner, Rgb::WHITE, 200, 30);
    c.line(shape, 1.4, edge);
    let thumb = if buttons > 9 { buttons - 5 } else { (buttons.saturating_sub(3)).min(2) };
    if facts.named("trackball") {
        let ball = c.ball(palette.accent);
        c.circle(196.0, 176.0, 30.0, shade(140));
        c.circle(196.0, 176.0, 26.0, ball);
    } else if thumb > 2 {
        let mut keys = Path::new();
        for index in 0..thumb.min(15) {
            keys.add_box(152.0 + (index / 3) as f64 * 22.0, 168.0 + (index % 3) as f64 * 14.0, 16.0, 8.0);
        }
        c.soft(&keys, 2.0, Rgb::VOID);
        c.path(keys, palette.accent);
    } else if thumb > 0 {
        let tone = c.lit(palette.trim.mix(palette.accent, 0.5));
        c.soft("M158 182Q184 170 206 170L204 178Q182 180 164 190z", 2.5, tone);
        if thumb > 1 {
            c.soft("M216 169.5Q240 168 262 173L258 181Q238 177 214 177.5z", 2.5, tone);
        }
    }
    badge(c, 290.0, 176.0, 18.0, if palette.shell.is_dark() { palette.accent } else { palette.trim });
}

fn underneath(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette) {
    let shape = outline(facts);
    shadow(c, 206.0, 270.0, 78.0);
    c.moved("translate(276 36) scale(-1.28 1.2)", |c| {
        let body = c.lit(palette.trim.dark(0.1));
        c.path(shape, body);
        let edge = c.fade(Toward::Corner, Rgb::WHITE, 150, 30);
        c.line(shape, 1.0, edge);
    });
    let foot = c.blend(Toward::Corner, &[Rgb::hex(0xf2_f3f5), Rgb::hex(0xc4_c8ce)]);
    c.line("M168 66Q200 56 232 66M160 246Q200 262 240 246", 9.0, foot);
    let glass =
        c.ball(if facts.number("sensor", 1000.0, 0.0..=1e6) > 10_000.0 { palette.accent } else { Rgb::hex(0xc0_3030) });
    c.rect(174.0, 128.0, 52.0, 46.0, 12.0, foot);
    c.rect(179.0, 133.0, 42.0, 36.0, 9.0, Rgb::VOID);
    c.circle(200.0, 151.0, 11.0, glass);
    c.circle(196.0, 147.0, 3.0, shine(180));
    if facts.flag("wireless") {
        c.rect(186.0, 92.0, 28.0, 12.0, 6.0, Rgb::VOID);
        c.circle(207.0, 98.0, 4.6, palette.accent);
    }
    if facts.number("battery_life", 0.0, 0.0..=1e5) > 200.0 {
        c.rect(170.0, 190.0, 60.0, 44.0, 7.0, shade(70));
        rim(c, 170.0, 190.0, 60.0, 44.0, 7.0);
        c.line("M194 197H206", 2.5, shine(120));
    } else {
        badge(c, 200.0, 212.0, 18.0, shine(120));
    }
    screw(c, 164.0, 116.0, 3.6);
    screw(c, 236.0, 116.0, 3.6);
}
