//! What many pictures share: light and shadow, fans, chips, cables, sockets.

use super::canvas::{Canvas, Paint, Path, Toward, number, shade, shine};
use super::colour::Rgb;

/// The soft shadow under a thing that stands on `y`.
pub(super) fn shadow(c: &mut Canvas, x: f64, y: f64, half_width: f64) {
    let dark = c.glow(Rgb::BLACK, 110);
    c.ellipse(x, y, half_width * 1.12, 11.0, dark);
}

/// Light along an edge, strongest at the top left. It also keeps dark things apart from a dark page.
pub(super) fn rim(c: &mut Canvas, x: f64, y: f64, w: f64, h: f64, r: f64) {
    let light = c.fade(Toward::Corner, Rgb::WHITE, 190, 50);
    c.frame(x, y, w, h, r, 1.2, light);
}

/// A plate in our light, with its rim.
pub(super) fn plate(c: &mut Canvas, x: f64, y: f64, w: f64, h: f64, r: f64, tone: Rgb) {
    let lit = c.lit(tone);
    c.rect(x, y, w, h, r, lit);
    rim(c, x, y, w, h, r);
}

/// A box seen a little from above and from the right: its front stands at (x, y), the rest goes back by (dx, -dy).
pub(super) fn block(c: &mut Canvas, (x, y, w, h): (f64, f64, f64, f64), (dx, dy): (f64, f64), tone: Rgb) {
    let (right, bottom) = (x + w, y + h);
    let top = c.blend(Toward::Right, &[tone.light(0.5), tone.light(0.18)]);
    c.soft(
        Path::corners(&[(x + 3.0, y + 2.0), (x + dx, y - dy), (right + dx - 2.0, y - dy), (right - 3.0, y + 2.0)]),
        2.0,
        top,
    );
    let side = c.blend(Toward::Bottom, &[tone.dark(0.2), tone.dark(0.48)]);
    let far = [
        (right - 3.0, y + 3.0),
        (right + dx - 2.0, y - dy + 1.0),
        (right + dx - 2.0, bottom - dy - 2.0),
        (right - 3.0, bottom - 2.0),
    ];
    c.soft(Path::corners(&far), 2.0, side);
    plate(c, x, y, w, h, 5.0, tone);
}

/// A fan in its ring.
pub(super) fn fan(c: &mut Canvas, x: f64, y: f64, r: f64, tone: Rgb, light: Option<Rgb>) {
    c.circle(x, y, r, tone.dark(0.55));
    if let Some(colour) = light {
        let halo = c.glow(colour, 200);
        c.circle(x, y, r, halo);
    }
    let mut blades = Path::new();
    let count = 9;
    for blade in 0..count {
        let angle = f64::from(blade) * std::f64::consts::TAU / f64::from(count);
        let out = angle + 0.55;
        blades.add_line(
            x + angle.cos() * r * 0.34,
            y + angle.sin() * r * 0.34,
            x + out.cos() * r * 0.84,
            y + out.sin() * r * 0.84,
        );
    }
    c.line(&blades, r * 0.2, tone.dark(0.15));
    c.line(blades, r * 0.07, shine(60));
    let hub = c.ball(tone);
    c.circle(x, y, r * 0.3, hub);
    c.ring(x, y, r * 0.96, r * 0.07, light.unwrap_or(tone.light(0.3)));
}

/// A black chip with a marked corner.
pub(super) fn chip(c: &mut Canvas, x: f64, y: f64, w: f64, h: f64) {
    let lit = c.blend(Toward::Corner, &[Rgb::hex(0x4a_4f57), Rgb::hex(0x22_252b)]);
    c.rect(x, y, w, h, 1.5, lit);
    c.frame(x, y, w, h, 1.5, 0.8, shine(50));
    if w > 30.0 {
        c.circle(x + 3.5, y + 3.5, 1.0, shine(110));
    }
}

/// A small lamp that is on.
pub(super) fn lamp(c: &mut Canvas, x: f64, y: f64, r: f64, colour: Rgb) {
    c.circle(x, y, r * 2.1, Paint::Veil(colour, 80));
    c.circle(x, y, r, colour.light(0.35));
}

/// A screw's head.
pub(super) fn screw(c: &mut Canvas, x: f64, y: f64, r: f64) {
    let steel = c.ball(Rgb::STEEL);
    c.circle(x, y, r, steel);
    c.line(Path::through(&[(x - r * 0.45, y - r * 0.45), (x + r * 0.45, y + r * 0.45)]), r * 0.28, shade(150));
}

/// A cable along `d`.
pub(super) fn cable(c: &mut Canvas, d: &str, width: f64, tone: Rgb) {
    c.line(d, width, tone.dark(0.35));
    c.line(d, width * 0.6, tone);
    c.line(d, width * 0.18, shine(90));
}

/// The mark of a brand: three bars, never its name. Drawn where a badge would be.
pub(super) fn badge(c: &mut Canvas, x: f64, y: f64, size: f64, paint: impl Into<Paint>) {
    let paint = paint.into();
    let mut bars = Path::new();
    for (step, height) in [(-0.34, 0.2), (0.0, 0.4), (0.34, 0.3)] {
        bars.add_line(x + size * step, y - size * height, x + size * step, y + size * (height * 0.6));
    }
    c.line(bars, size * 0.17, paint);
}

/// A socket.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Port {
    UsbC,
    UsbA,
    Hdmi,
    Display,
    MiniDisplay,
    Ethernet,
    Sfp,
    Jack,
    Card,
    Lock,
    Power,
}

impl Port {
    /// Its width at scale 1.
    fn width(self) -> f64 {
        match self {
            Self::UsbC => 11.0,
            Self::UsbA => 15.0,
            Self::Hdmi => 17.0,
            Self::Display => 18.0,
            Self::MiniDisplay => 11.0,
            Self::Ethernet => 14.0,
            Self::Sfp => 16.0,
            Self::Card => 24.0,
            Self::Jack | Self::Power => 9.0,
            Self::Lock => 8.0,
        }
    }
}

/// Sockets side by side, their middles on `y`, spread evenly from `x` over `w`; smaller where they do not fit.
pub(super) fn ports(c: &mut Canvas, row: &[Port], x: f64, y: f64, w: f64, scale: f64) {
    let mut sockets = Sockets::default();
    sockets.add(row, x, y, w, scale);
    sockets.draw(c);
}

/// Rows of sockets that are drawn at once: all holes are one path, and so on, for a switch has 26.
#[derive(Default)]
pub(super) struct Sockets {
    holes: Path,
    slots: Path,
    tongues: Path,
    contacts: Path,
    scale: f64,
}

impl Sockets {
    /// One more row.
    pub(super) fn add(&mut self, row: &[Port], x: f64, y: f64, w: f64, scale: f64) {
        let wanted: f64 = row.iter().map(|port| port.width()).sum();
        let s = scale.min(w / (wanted * 1.15).max(1.0));
        self.scale = self.scale.max(s);
        let gap = (w - wanted * s) / row.len().max(1) as f64;
        let mut at = x + gap / 2.0;
        for port in row {
            let width = port.width() * s;
            self.socket(*port, at, y, width, s);
            at += width + gap;
        }
    }

    fn socket(&mut self, port: Port, at: f64, y: f64, width: f64, s: f64) {
        match port {
            Port::UsbC => {
                self.slots.add_line(at + 2.5 * s, y, at + width - 2.5 * s, y);
                self.tongues.add_box(at + 3.0 * s, y - 0.5 * s, width - 6.0 * s, s);
            }
            Port::UsbA => {
                self.holes.add_box(at, y - 3.2 * s, width, 6.4 * s);
                self.tongues.add_box(at + 1.5 * s, y - 2.0 * s, width - 3.0 * s, 2.2 * s);
            }
            Port::Hdmi => {
                self.holes.add_steps(
                    at,
                    y - 3.2 * s,
                    s,
                    &[(17.0, 0.0), (0.0, 4.0), (-2.0, 2.4), (-13.0, 0.0), (-2.0, -2.4)],
                );
                self.tongues.add_box(at + 3.5 * s, y - 0.9 * s, width - 7.0 * s, 1.5 * s);
            }
            Port::Display | Port::MiniDisplay => {
                let wide = width / s;
                self.holes.add_steps(at, y - 3.2 * s, s, &[(wide, 0.0), (0.0, 4.2), (-2.2, 2.2), (2.2 - wide, 0.0)]);
                self.tongues.add_box(at + 3.0 * s, y - 0.7 * s, width - 6.0 * s, 1.5 * s);
            }
            Port::Ethernet => {
                let clip = [
                    (3.0, 0.0),
                    (0.0, -1.3),
                    (1.8, 0.0),
                    (0.0, -1.2),
                    (4.4, 0.0),
                    (0.0, 1.2),
                    (1.8, 0.0),
                    (0.0, 1.3),
                    (3.0, 0.0),
                    (0.0, 9.5),
                    (-14.0, 0.0),
                ];
                self.holes.add_steps(at, y - 3.5 * s, s, &clip);
                self.contacts.add_line(at + 2.6 * s, y + 4.4 * s, at + 11.4 * s, y + 4.4 * s);
            }
            Port::Sfp => {
                self.holes.add_box(at, y - 5.0 * s, width, 10.0 * s);
                self.tongues.add_box(at + 1.2 * s, y - 3.8 * s, width - 2.4 * s, 5.0 * s);
            }
            Port::Card => self.holes.add_box(at, y - 1.1 * s, width, 2.2 * s),
            Port::Lock => self.holes.add_box(at + s, y - 1.7 * s, width - 2.0 * s, 3.4 * s),
            Port::Jack | Port::Power => {
                self.holes.add_circle(at + width / 2.0, y, 3.6 * s);
                self.tongues.add_circle(at + width / 2.0, y, if port == Port::Jack { 0.4 } else { 1.5 } * s);
            }
        }
    }

    /// Draws them all.
    pub(super) fn draw(self, c: &mut Canvas) {
        let s = self.scale;
        // A lighter lip below each hole: the light reaches its lower edge.
        if !self.holes.as_ref().is_empty() {
            c.moved(&format!("translate(0 {})", number(0.9 * s)), |c| {
                c.dished(self.holes, 0.7 * s, 0.9 * s, None, (shine(90), Rgb::VOID.into()));
            });
        }
        if !self.slots.as_ref().is_empty() {
            c.line(&self.slots, 5.6 * s, shine(80));
            c.line(self.slots, 4.6 * s, Rgb::VOID);
        }
        if !self.tongues.as_ref().is_empty() {
            c.path(self.tongues, Rgb::hex(0x6d_7683));
        }
        if !self.contacts.as_ref().is_empty() {
            c.dashes(self.contacts, 2.2 * s, 0.6 * s, 0.5 * s, Rgb::GOLD);
        }
    }
}
