//! What the screens of a brand show. Each fills a sheet of 160 × 100.

use super::canvas::{Canvas, Path, Toward, shade, shine};
use super::colour::{Palette, Rgb, Scene};

/// Draws a palette's scene; `shift` (0 to 1) makes each product's a little its own.
pub(super) fn scene(c: &mut Canvas, palette: &Palette, shift: f64) {
    let accent = palette.accent;
    match palette.scene {
        Scene::Fjord => {
            let sky = c.blend(Toward::Bottom, &[Rgb::hex(0xf7_d9b4), Rgb::hex(0xf2_b8a0), Rgb::hex(0x6f_a7b8)]);
            c.rect(0.0, 0.0, 160.0, 100.0, 0.0, sky);
            c.circle(50.0 + shift * 60.0, 44.0, 11.0, Rgb::hex(0xff_f3dc));
            c.path("M0 58 28 38 52 56 78 30 112 58 136 42 160 56V100H0z", accent.mix(Rgb::hex(0x9c_b9c9), 0.55));
            c.path("M0 74 22 60 48 76 84 54 118 78 144 62 160 70V100H0z", accent.dark(0.35));
            let water = c.blend(Toward::Bottom, &[accent.dark(0.5), accent.dark(0.75)]);
            c.path("M0 84Q40 76 80 83T160 80V100H0z", water);
        }
        Scene::Arcs => {
            let back = c.blend(Toward::Corner, &[palette.shell.mix(Rgb::hex(0x2c_4468), 0.6), Rgb::hex(0x12_1a2a)]);
            c.rect(0.0, 0.0, 160.0, 100.0, 0.0, back);
            let x = 96.0 + shift * 40.0;
            for (index, radius) in [84.0, 64.0, 45.0, 27.0].into_iter().enumerate() {
                let tone = accent.mix(Rgb::hex(0x24_3550), 0.75 - index as f64 * 0.22);
                c.circle(x, 104.0, radius, tone);
            }
        }
        Scene::Embers => {
            let back = c.blend(Toward::Bottom, &[Rgb::hex(0x1a_1420), accent.dark(0.62), accent]);
            c.rect(0.0, 0.0, 160.0, 100.0, 0.0, back);
            let sun = c.blend(Toward::Bottom, &[accent.light(0.65), accent]);
            c.circle(54.0 + shift * 50.0, 62.0, 21.0, sun);
            c.path("M0 80 24 52 40 68 66 40 92 74 116 56 138 72 160 50V100H0z", Rgb::hex(0x2b_1a24));
            c.path("M0 94 30 72 58 88 90 70 122 90 160 74V100H0z", Rgb::hex(0x15_0e16));
        }
        Scene::Fields => {
            let sky = c.blend(Toward::Bottom, &[accent.mix(Rgb::hex(0x6f_b4ee), 0.6), Rgb::hex(0xe8_f3f7)]);
            c.rect(0.0, 0.0, 160.0, 100.0, 0.0, sky);
            c.circle(36.0 + shift * 80.0, 30.0, 9.0, Rgb::hex(0xff_f6d0));
            c.path("M0 66Q40 46 86 60T160 52V100H0z", Rgb::hex(0xa9_c97c));
            c.path("M0 80Q52 58 98 74T160 68V100H0z", Rgb::hex(0x6f_a85c));
            c.path("M0 92Q60 76 110 88T160 84V100H0z", Rgb::hex(0x3f_7d50));
        }
        Scene::Reeds => {
            let colours = [0xe8_4a5f, 0xf2_a03d, 0xf4_d94e, 0x5f_b85a, 0x3d_8fd1, 0x7a_5cc0];
            c.rect(0.0, 0.0, 160.0, 100.0, 0.0, Rgb::hex(0x20_2327));
            for (index, colour) in colours.into_iter().enumerate() {
                let bar = c.blend(Toward::Bottom, &[Rgb::hex(colour), Rgb::hex(colour).dark(0.6)]);
                let lift = (index as f64 * 1.3 + shift * 5.0).sin() * 10.0;
                c.rect(14.0 + index as f64 * 22.6, 22.0 + lift, 19.0, 90.0, 9.5, bar);
            }
        }
        Scene::Discs => {
            let back = c.blend(Toward::Corner, &[accent.light(0.35), accent.dark(0.45)]);
            c.rect(0.0, 0.0, 160.0, 100.0, 0.0, back);
            c.circle(30.0 + shift * 40.0, 90.0, 52.0, shine(60));
            c.circle(124.0, 28.0, 30.0, shade(50));
        }
    }
}

/// Light that falls across a screen's glass.
pub(super) fn glare(c: &mut Canvas, x: f64, y: f64, w: f64, h: f64) {
    let light = c.fade(Toward::Corner, Rgb::WHITE, 60, 0);
    c.path(Path::corners(&[(x, y), (x + w * 0.52, y), (x + w * 0.26, y + h), (x, y + h)]), light);
}
