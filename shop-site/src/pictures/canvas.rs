//! Writes SVG: short numbers, shared gradients, and nothing that an image may not have: no scripts, no styles, no
//! addresses of elsewhere, no text.

use std::fmt::Write as _;

use super::colour::Rgb;
pub(super) use super::path::{Path, number};

/// The width of every picture, in its own units.
pub(super) const WIDTH: u32 = 400;
/// The height of every picture.
pub(super) const HEIGHT: u32 = 300;

/// What a shape is filled or drawn with.
#[derive(Clone, Copy)]
pub(super) enum Paint {
    /// One opaque colour.
    Flat(Rgb),
    /// A colour that lets through what is beneath: 0 is invisible, 255 opaque.
    Veil(Rgb, u8),
    /// A gradient or pattern of this canvas.
    Shared(usize),
}

impl From<Rgb> for Paint {
    fn from(colour: Rgb) -> Self {
        Self::Flat(colour)
    }
}

/// White that lets through: what light does to a surface.
pub(super) fn shine(alpha: u8) -> Paint {
    Paint::Veil(Rgb::WHITE, alpha)
}

/// Black that lets through: what the lack of light does.
pub(super) fn shade(alpha: u8) -> Paint {
    Paint::Veil(Rgb::BLACK, alpha)
}

/// Where a gradient runs to.
#[derive(Clone, Copy)]
pub(super) enum Toward {
    Bottom,
    Right,
    /// Away from the light, which comes from the top left.
    Corner,
}

/// A picture in the making.
pub(super) struct Canvas {
    prefix: String,
    shared: Vec<String>,
    body: String,
}

impl Canvas {
    /// An empty one. `prefix` keeps the names of its gradients apart from those of other pictures on the same page.
    pub(super) fn new(prefix: String) -> Self {
        Self { prefix, shared: Vec::new(), body: String::with_capacity(4096) }
    }

    /// The whole image.
    pub(super) fn finish(self) -> String {
        let mut image = String::with_capacity(self.body.len() + 1024);
        let _ = write!(
            image,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\">"
        );
        if !self.shared.is_empty() {
            image.push_str("<defs>");
            for (index, definition) in self.shared.iter().enumerate() {
                image.push_str(&definition.replacen('>', &format!(" id=\"{}{index}\">", self.prefix), 1));
            }
            image.push_str("</defs>");
        }
        image.push_str(&self.body);
        image.push_str("</svg>");
        image
    }

    /// The same definition is written once.
    fn share(&mut self, definition: String) -> usize {
        if let Some(known) = self.shared.iter().position(|other| *other == definition) {
            return known;
        }
        self.shared.push(definition);
        self.shared.len() - 1
    }

    fn gradient(&mut self, toward: Toward, stops: &[(f64, Paint)]) -> Paint {
        let mut definition = match toward {
            Toward::Bottom => "<linearGradient x2=\"0\" y2=\"1\">",
            Toward::Right => "<linearGradient>",
            Toward::Corner => "<linearGradient x2=\".6\" y2=\"1\">",
        }
        .to_owned();
        write_stops(&mut definition, stops);
        definition.push_str("</linearGradient>");
        Paint::Shared(self.share(definition))
    }

    /// Colours at even distances.
    pub(super) fn blend(&mut self, toward: Toward, colours: &[Rgb]) -> Paint {
        let last = colours.len().saturating_sub(1).max(1) as f64;
        let stops: Vec<_> = colours.iter().enumerate().map(|(i, c)| (i as f64 / last, Paint::Flat(*c))).collect();
        self.gradient(toward, &stops)
    }

    /// A surface of this colour in our light.
    pub(super) fn lit(&mut self, tone: Rgb) -> Paint {
        self.blend(Toward::Corner, &[tone.light(0.3), tone.dark(0.2)])
    }

    /// A round thing of this colour, lying on its side.
    pub(super) fn tube(&mut self, tone: Rgb) -> Paint {
        self.blend(Toward::Bottom, &[tone.light(0.4), tone, tone.dark(0.45)])
    }

    /// From one transparency to another.
    pub(super) fn fade(&mut self, toward: Toward, colour: Rgb, from: u8, to: u8) -> Paint {
        self.gradient(toward, &[(0.0, Paint::Veil(colour, from)), (1.0, Paint::Veil(colour, to))])
    }

    /// Strongest in the middle, nothing at the edge.
    pub(super) fn glow(&mut self, colour: Rgb, alpha: u8) -> Paint {
        let mut definition = "<radialGradient>".to_owned();
        write_stops(&mut definition, &[(0.0, Paint::Veil(colour, alpha)), (1.0, Paint::Veil(colour, 0))]);
        definition.push_str("</radialGradient>");
        Paint::Shared(self.share(definition))
    }

    /// A ball of this colour in our light.
    pub(super) fn ball(&mut self, tone: Rgb) -> Paint {
        let mut definition = "<radialGradient cx=\".36\" cy=\".3\" r=\".75\">".to_owned();
        let stops = [(0.0, tone.light(0.5)), (0.45, tone), (1.0, tone.dark(0.5))];
        write_stops(&mut definition, &stops.map(|(at, colour)| (at, Paint::Flat(colour))));
        definition.push_str("</radialGradient>");
        Paint::Shared(self.share(definition))
    }

    /// Small round holes, close together: meshes and grilles.
    pub(super) fn holes(&mut self, pitch: f64, radius: f64, paint: Paint) -> Paint {
        let half = pitch / 2.0;
        let mut definition = "<pattern patternUnits=\"userSpaceOnUse\"".to_owned();
        attribute(&mut definition, "width", pitch);
        attribute(&mut definition, "height", pitch);
        definition.push('>');
        for at in [half / 2.0, half * 1.5] {
            definition.push_str("<circle");
            attribute(&mut definition, "cx", at);
            attribute(&mut definition, "cy", at);
            attribute(&mut definition, "r", radius);
            self.paint_into(&mut definition, "fill", paint);
            definition.push_str("/>");
        }
        definition.push_str("</pattern>");
        Paint::Shared(self.share(definition))
    }

    pub(super) fn rect(&mut self, x: f64, y: f64, w: f64, h: f64, r: f64, fill: impl Into<Paint>) {
        self.rectangle(x, y, w, h, r);
        self.filled(fill.into());
    }

    /// A rectangle's line, within it.
    #[expect(clippy::too_many_arguments, reason = "the same seven numbers as SVG's own rect, in the same order")]
    pub(super) fn frame(&mut self, x: f64, y: f64, w: f64, h: f64, r: f64, width: f64, line: impl Into<Paint>) {
        let half = width / 2.0;
        self.rectangle(x + half, y + half, w - width, h - width, (r - half).max(0.0));
        self.drawn(width, line.into());
    }

    fn rectangle(&mut self, x: f64, y: f64, w: f64, h: f64, r: f64) {
        self.body.push_str("<rect");
        for (name, value) in [("x", x), ("y", y)] {
            if value != 0.0 {
                attribute(&mut self.body, name, value);
            }
        }
        attribute(&mut self.body, "width", w.max(0.0));
        attribute(&mut self.body, "height", h.max(0.0));
        if r > 0.0 {
            attribute(&mut self.body, "rx", r);
        }
    }

    pub(super) fn circle(&mut self, x: f64, y: f64, r: f64, fill: impl Into<Paint>) {
        self.round(x, y, r);
        self.filled(fill.into());
    }

    /// A circle's line.
    pub(super) fn ring(&mut self, x: f64, y: f64, r: f64, width: f64, line: impl Into<Paint>) {
        self.round(x, y, r);
        self.drawn(width, line.into());
    }

    fn round(&mut self, x: f64, y: f64, r: f64) {
        self.body.push_str("<circle");
        for (name, value) in [("cx", x), ("cy", y), ("r", r.max(0.0))] {
            attribute(&mut self.body, name, value);
        }
    }

    pub(super) fn ellipse(&mut self, x: f64, y: f64, rx: f64, ry: f64, fill: impl Into<Paint>) {
        self.body.push_str("<ellipse");
        for (name, value) in [("cx", x), ("cy", y), ("rx", rx), ("ry", ry)] {
            attribute(&mut self.body, name, value);
        }
        self.filled(fill.into());
    }

    pub(super) fn path(&mut self, d: impl AsRef<str>, fill: impl Into<Paint>) {
        let _ = write!(self.body, "<path d=\"{}\"", d.as_ref());
        self.filled(fill.into());
    }

    /// A path whose corners are rounded by `r`, without being written as curves.
    pub(super) fn soft(&mut self, d: impl AsRef<str>, r: f64, fill: impl Into<Paint>) {
        let fill = fill.into();
        let _ = write!(self.body, "<path d=\"{}\"", d.as_ref());
        attribute(&mut self.body, "stroke-width", r * 2.0);
        let mut text = String::new();
        self.paint_into(&mut text, "stroke", fill);
        self.body.push_str(&text);
        self.filled(fill);
    }

    /// Soft shapes that stand `lift` above the ground: their light, their bodies, and their tops higher up. Written
    /// once, used two or three times.
    pub(super) fn dished(
        &mut self,
        d: impl AsRef<str>,
        r: f64,
        lift: f64,
        light: Option<Rgb>,
        (body, top): (Paint, Paint),
    ) {
        let shape = self.share(format!("<path d=\"{}\"></path>", d.as_ref()));
        let light = light.map(|light| (0.0, r * 2.0 + lift * 2.0, Paint::Flat(light)));
        for (up, width, fill) in light.into_iter().chain([(0.0, r * 2.0, body), (lift, r * 2.0, top)]) {
            let mut used = format!("<use href=\"#{}{shape}\"", self.prefix);
            if up > 0.0 {
                attribute(&mut used, "y", -up);
            }
            attribute(&mut used, "stroke-width", width);
            self.paint_into(&mut used, "fill", fill);
            self.paint_into(&mut used, "stroke", fill);
            used.push_str("/>");
            self.body.push_str(&used);
        }
    }

    /// A line with round ends.
    pub(super) fn line(&mut self, d: impl AsRef<str>, width: f64, line: impl Into<Paint>) {
        let _ = write!(self.body, "<path d=\"{}\"", d.as_ref());
        self.drawn(width, line.into());
    }

    /// A line in pieces: `on` drawn, `off` left out.
    pub(super) fn dashes(&mut self, d: impl AsRef<str>, width: f64, on: f64, off: f64, line: impl Into<Paint>) {
        let _ = write!(
            self.body,
            "<path d=\"{}\" stroke-linecap=\"butt\" stroke-dasharray=\"{} {}\"",
            d.as_ref(),
            number(on),
            number(off)
        );
        self.drawn(width, line.into());
    }

    /// What `draw` draws, moved, turned or scaled as `transform` says.
    pub(super) fn moved(&mut self, transform: &str, draw: impl FnOnce(&mut Self)) {
        let _ = write!(self.body, "<g transform=\"{transform}\">");
        draw(self);
        self.body.push_str("</g>");
    }

    /// What `draw` draws on a sheet of 160 × 100, filling this rectangle and cut off at its edges.
    pub(super) fn window(&mut self, x: f64, y: f64, w: f64, h: f64, draw: impl FnOnce(&mut Self)) {
        self.body.push_str("<svg");
        for (name, value) in [("x", x), ("y", y), ("width", w), ("height", h)] {
            attribute(&mut self.body, name, value);
        }
        self.body.push_str(" viewBox=\"0 0 160 100\" preserveAspectRatio=\"xMidYMid slice\">");
        draw(self);
        self.body.push_str("</svg>");
    }

    /// What `draw` draws, cut off at the edges of a path.
    pub(super) fn within(&mut self, d: impl AsRef<str>, draw: impl FnOnce(&mut Self)) {
        let clip = self.share(format!("<clipPath><path d=\"{}\"/></clipPath>", d.as_ref()));
        let _ = write!(self.body, "<g clip-path=\"url(#{}{clip})\">", self.prefix);
        draw(self);
        self.body.push_str("</g>");
    }

    fn filled(&mut self, fill: Paint) {
        let mut text = String::new();
        self.paint_into(&mut text, "fill", fill);
        self.body.push_str(&text);
        self.body.push_str("/>");
    }

    fn drawn(&mut self, width: f64, line: Paint) {
        let mut text = String::new();
        self.paint_into(&mut text, "stroke", line);
        attribute(&mut text, "stroke-width", width);
        self.body.push_str(&text);
        self.body.push_str("/>");
    }

    fn paint_into(&self, text: &mut String, name: &str, paint: Paint) {
        let _ = match paint {
            Paint::Flat(colour) => write!(text, " {name}=\"{colour}\""),
            Paint::Veil(colour, alpha) => write!(text, " {name}=\"{}\"", colour.with_alpha(alpha)),
            Paint::Shared(index) => write!(text, " {name}=\"url(#{}{index})\"", self.prefix),
        };
    }
}

fn write_stops(definition: &mut String, stops: &[(f64, Paint)]) {
    for (at, paint) in stops {
        definition.push_str("<stop");
        if *at > 0.0 {
            let _ = write!(definition, " offset=\"{}\"", number(*at));
        }
        match paint {
            Paint::Flat(colour) => {
                let _ = write!(definition, " stop-color=\"{colour}\"/>");
            }
            Paint::Veil(colour, alpha) => {
                let _ = write!(definition, " stop-color=\"{}\"/>", colour.with_alpha(*alpha));
            }
            Paint::Shared(_) => definition.push_str("/>"),
        }
    }
}

fn attribute(text: &mut String, name: &str, value: f64) {
    let _ = write!(text, " {name}=\"{}\"", number(value));
}
