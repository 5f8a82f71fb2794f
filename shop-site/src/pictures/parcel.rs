//! What we have no picture of: a parcel, in the brand's colours.

use super::View;
use super::canvas::{Canvas, Path, Toward, shade, shine};
use super::colour::{Palette, Rgb};
use super::facts::Facts;
use super::parts::{badge, plate, shadow};

pub(super) fn draw(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, view: View) {
    let card = Rgb::hex([0xd9_b98a, 0xcf_ad7c, 0xe2_c9a2][facts.pick(1, 3) as usize]);
    match view {
        View::Front => {
            let tall = 84.0 + f64::from(facts.pick(2, 5)) * 9.0;
            parcel(c, facts, palette, card, tall);
        }
        View::Back => parcel(c, facts, palette, card.dark(0.1), 96.0),
        View::Detail => {
            shadow(c, 200.0, 272.0, 156.0);
            plate(c, 48.0, 34.0, 304.0, 232.0, 8.0, card);
            c.rect(176.0, 34.0, 48.0, 232.0, 0.0, palette.accent);
            c.rect(178.0, 34.0, 5.0, 232.0, 0.0, shine(80));
            plate(c, 70.0, 152.0, 150.0, 90.0, 5.0, Rgb::hex(0xf6_f5f1));
            c.dashes("M84 214H160", 34.0, 2.5, 2.5, Rgb::VOID);
            c.line("M84 172H150M84 184H132", 4.0, shade(90));
            badge(c, 192.0, 178.0, 26.0, palette.accent);
        }
    }
}

fn parcel(c: &mut Canvas, facts: &Facts<'_>, palette: &Palette, card: Rgb, tall: f64) {
    // Three faces around the near corner.
    let (top, near) = (176.0 - tall, 206.0 - tall + 22.0);
    shadow(c, 200.0, 254.0, 134.0);
    let left = c.blend(Toward::Corner, &[card.light(0.12), card.dark(0.12)]);
    let right = c.blend(Toward::Bottom, &[card.dark(0.22), card.dark(0.42)]);
    let lid = c.blend(Toward::Right, &[card.light(0.45), card.light(0.15)]);
    c.soft(Path::corners(&[(72.0, top + 18.0), (196.0, near + 12.0), (196.0, 258.0), (72.0, 222.0)]), 2.0, left);
    c.soft(Path::corners(&[(196.0, near + 12.0), (330.0, top + 14.0), (330.0, 216.0), (196.0, 258.0)]), 2.0, right);
    c.soft(
        Path::corners(&[(72.0, top + 18.0), (208.0, top - 14.0), (330.0, top + 14.0), (196.0, near + 12.0)]),
        2.0,
        lid,
    );
    // The tape, over the lid and down.
    c.path(
        Path::corners(&[(127.0, top + 31.0), (262.0, top - 2.0), (283.0, top + 3.0), (147.0, near - 1.0)]),
        palette.accent,
    );
    c.path(
        Path::corners(&[(127.0, top + 32.0), (147.0, near), (147.0, near + 34.0), (127.0, top + 66.0)]),
        palette.accent.dark(0.2),
    );
    badge(c, 264.0, 186.0 - tall * 0.2, 36.0, palette.accent);
    if facts.pick(3, 2) == 0 {
        c.line("M92 206 116 213M92 196 108 200", 4.0, shade(80));
    } else {
        c.dashes("M90 206 118 214", 16.0, 2.0, 2.0, shade(140));
    }
}
