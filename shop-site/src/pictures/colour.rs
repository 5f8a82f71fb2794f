//! Colours, and the few that each brand is known by.

use std::fmt;

/// A colour of the screen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Rgb(u8, u8, u8);

impl Rgb {
    pub(super) const WHITE: Self = Self::hex(0xff_ffff);
    pub(super) const BLACK: Self = Self::hex(0);
    /// The darkest thing in a picture: holes, glass that is off. Never quite black.
    pub(super) const VOID: Self = Self::hex(0x14_171c);
    /// Contacts.
    pub(super) const GOLD: Self = Self::hex(0xd9_b25f);
    /// Bare metal.
    pub(super) const STEEL: Self = Self::hex(0xb4_bac2);

    pub(super) const fn hex(value: u32) -> Self {
        let [_, red, green, blue] = value.to_be_bytes();
        Self(red, green, blue)
    }

    /// Between this (0) and another (1).
    pub(super) fn mix(self, other: Self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let between = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        Self(between(self.0, other.0), between(self.1, other.1), between(self.2, other.2))
    }

    pub(super) fn light(self, share: f64) -> Self {
        self.mix(Self::WHITE, share)
    }

    /// Shadows are a little blue.
    pub(super) fn dark(self, share: f64) -> Self {
        self.mix(Self::hex(0x0a_0d14), share)
    }

    /// Whether light things stand out on it.
    pub(super) fn is_dark(self) -> bool {
        u32::from(self.0) * 3 + u32::from(self.1) * 6 + u32::from(self.2) < 1250
    }

    /// As written with a transparency.
    pub(super) fn with_alpha(self, alpha: u8) -> String {
        // Sixteen steps are enough for a veil, and are written with one digit where the colour is, too.
        match self.short() {
            Some((r, g, b)) => format!("#{r:x}{g:x}{b:x}{:x}", alpha >> 4),
            None => format!("#{:02x}{:02x}{:02x}{alpha:02x}", self.0, self.1, self.2),
        }
    }

    fn short(self) -> Option<(u8, u8, u8)> {
        let half = |value: u8| (value >> 4 == value & 15).then_some(value & 15);
        Some((half(self.0)?, half(self.1)?, half(self.2)?))
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.short() {
            Some((r, g, b)) => write!(f, "#{r:x}{g:x}{b:x}"),
            None => write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2),
        }
    }
}

/// What a brand's things look like.
#[derive(Clone, Copy)]
pub(super) struct Palette {
    /// The case.
    pub(super) shell: Rgb,
    /// What is let into the case: keys, feet, frames.
    pub(super) trim: Rgb,
    /// The one colour that is seen across the room.
    pub(super) accent: Rgb,
    /// What its screens show.
    pub(super) scene: Scene,
}

/// A picture on a screen.
#[derive(Clone, Copy)]
pub(super) enum Scene {
    Fjord,
    Arcs,
    Embers,
    Fields,
    Reeds,
    Discs,
}

/// `shell`, `trim`, `accent`, scene.
const BRANDS: [(&str, u32, u32, u32, Scene); 15] = [
    ("Brackwell", 0x4a_525e, 0x2b_3038, 0xd8_ae62, Scene::Arcs),
    ("Claremarsh", 0x6b_6f75, 0x33_363b, 0xb9_c84e, Scene::Reeds),
    ("Emberholt", 0x45_3f40, 0x29_2527, 0xff_6b2c, Scene::Embers),
    ("Fjordlight", 0xd0_d9e1, 0x5c_6975, 0x2f_9fb0, Scene::Fjord),
    ("Hallmere", 0xb5_c3b3, 0x66_7767, 0x2c_6b52, Scene::Fields),
    ("Halvorn", 0x66_7a99, 0x2c_3a55, 0x3b_82f6, Scene::Discs),
    ("Irisbeck", 0xe3_dff0, 0x4c_4763, 0x80_6cf0, Scene::Discs),
    ("Keldrow", 0x2f_7078, 0x1c_454c, 0x7d_e3d2, Scene::Discs),
    ("Plainford", 0xed_e8dd, 0x8d_8a82, 0x3d_7bd9, Scene::Fields),
    ("Quaymark", 0x3d_4f70, 0x25_3149, 0xff_6f61, Scene::Arcs),
    ("Rambourne", 0x7a_8088, 0x3c_4148, 0xb8_3350, Scene::Discs),
    ("Skirrow", 0x3f_3c52, 0x26_2435, 0xc8_f03c, Scene::Embers),
    ("Sondermar", 0xdf_cdb4, 0x6d_5d4d, 0xb9_5a3c, Scene::Fjord),
    ("Tallowgate", 0xf3_eddf, 0x5a_5650, 0xf2_a41f, Scene::Fields),
    ("Vantrell", 0x4d_5456, 0x2a_2f31, 0x1f_b57f, Scene::Discs),
];

/// For brands that we do not know: each keeps the same one.
const OTHERS: [(u32, u32, u32); 6] = [
    (0xd9_dce1, 0x5b_6170, 0xe0_5a7a),
    (0x55_5c68, 0x30_3541, 0x5a_b8f0),
    (0xe9_e2d4, 0x6b_6558, 0xe0_8a2c),
    (0x4a_5a55, 0x2b_3633, 0x6f_d6a8),
    (0xd7_d3e4, 0x57_5170, 0x8a_62d8),
    (0x5e_5150, 0x36_2d2d, 0xf0_8f6a),
];

/// A brand's palette.
pub(super) fn palette(brand: &str) -> Palette {
    match BRANDS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(brand)) {
        Some(&(_, shell, trim, accent, scene)) => {
            Palette { shell: Rgb::hex(shell), trim: Rgb::hex(trim), accent: Rgb::hex(accent), scene }
        }
        None => {
            let (shell, trim, accent) = OTHERS[super::facts::hash(brand) as usize % OTHERS.len()];
            Palette { shell: Rgb::hex(shell), trim: Rgb::hex(trim), accent: Rgb::hex(accent), scene: Scene::Discs }
        }
    }
}
