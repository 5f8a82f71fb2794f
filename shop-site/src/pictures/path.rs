//! Paths and the numbers in them, written as short as they can be.

/// At most two decimals below ten, one above, and no zero that says nothing. What is no number, or far outside of any
/// picture, is brought back: facts come from a catalogue that anybody may have written.
pub(super) fn number(value: f64) -> String {
    let value = if value.is_finite() { value.clamp(-9999.0, 9999.0) } else { 0.0 };
    let text = if value.abs() < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") };
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "" | "-0" | "-" => "0".to_owned(),
        _ if text.starts_with("0.") => text[1..].to_owned(),
        _ if text.starts_with("-0.") => format!("-{}", &text[2..]),
        _ => text.to_owned(),
    }
}

/// A path in the making.
#[derive(Default)]
pub(super) struct Path(String);

impl Path {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A closed shape with these corners.
    pub(super) fn corners(points: &[(f64, f64)]) -> Self {
        let mut path = Self::new();
        for (index, (x, y)) in points.iter().enumerate() {
            // Further pairs after a move are lines.
            path.step(if index == 0 { "M" } else { " " }, &[*x, *y]);
        }
        path.0.push('z');
        path
    }

    /// Lines from point to point.
    pub(super) fn through(points: &[(f64, f64)]) -> Self {
        let mut path = Self::corners(points);
        path.0.pop();
        path
    }

    /// One more closed shape: from a corner, steps of this size.
    pub(super) fn add_steps(&mut self, x: f64, y: f64, size: f64, steps: &[(f64, f64)]) {
        self.step("M", &[x, y]);
        for (dx, dy) in steps {
            match (*dx == 0.0, *dy == 0.0) {
                (_, true) => self.step("h", &[dx * size]),
                (true, _) => self.step("v", &[dy * size]),
                _ => self.step("l", &[dx * size, dy * size]),
            }
        }
        self.0.push('z');
    }

    /// One more rectangle.
    pub(super) fn add_box(&mut self, x: f64, y: f64, w: f64, h: f64) {
        self.step("M", &[x, y]);
        self.step("h", &[w]);
        self.step("v", &[h]);
        self.step("h", &[-w]);
        self.0.push('z');
    }

    /// One more rectangle, its place told from that of the one before: short where they stand side by side.
    pub(super) fn add_next_box(&mut self, dx: f64, dy: f64, w: f64, h: f64) {
        self.step(if self.0.is_empty() { "M" } else { "m" }, &[dx, dy]);
        self.step("h", &[w]);
        self.step("v", &[h]);
        self.step("h", &[-w]);
        self.0.push('z');
    }

    /// One more line.
    pub(super) fn add_line(&mut self, x1: f64, y1: f64, x2: f64, y2: f64) {
        self.step("M", &[x1, y1]);
        self.step("L", &[x2, y2]);
    }

    /// One more dot: where a line with round ends begins and ends.
    pub(super) fn add_dot(&mut self, x: f64, y: f64) {
        self.step("M", &[x, y]);
        self.0.push_str("h0");
    }

    /// One more circle.
    pub(super) fn add_circle(&mut self, x: f64, y: f64, r: f64) {
        self.step("M", &[x - r, y]);
        self.step("a", &[r, r, 0.0, 1.0, 0.0, r * 2.0, 0.0]);
        self.step("a", &[r, r, 0.0, 1.0, 0.0, -r * 2.0, 0.0]);
        self.0.push('z');
    }

    fn step(&mut self, command: &str, values: &[f64]) {
        let negative = values.first().is_some_and(|value| number(*value).starts_with('-'));
        if command != " " || !negative {
            self.0.push_str(command);
        }
        for (index, value) in values.iter().enumerate() {
            let text = number(*value);
            if index > 0 && !text.starts_with('-') {
                self.0.push(' ');
            }
            self.0.push_str(&text);
        }
    }
}

impl AsRef<str> for Path {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
