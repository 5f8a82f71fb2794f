//! What a picture is drawn from: a product's typed facts, brought within what can be drawn.

use std::ops::RangeInclusive;

use shop_core::{Product, SpecificationValue};

/// A product, read by the one who draws it.
pub(super) struct Facts<'a>(pub(super) &'a Product);

impl Facts<'_> {
    fn value(&self, key: &str) -> Option<&SpecificationValue> {
        self.0.specifications.iter().find(|specification| specification.key == key).map(|found| &found.value)
    }

    /// A number, or `usual` where there is none; never outside of `range`.
    pub(super) fn number(&self, key: &str, usual: f64, range: RangeInclusive<f64>) -> f64 {
        let told = match self.value(key) {
            Some(SpecificationValue::Number { number, .. }) => number.to_string().parse().ok(),
            _ => None,
        };
        let number: f64 = told.unwrap_or(usual);
        number.clamp(*range.start(), *range.end())
    }

    /// A number of things.
    pub(super) fn count(&self, key: &str, usual: u32, range: RangeInclusive<u32>) -> usize {
        self.number(key, f64::from(usual), f64::from(*range.start())..=f64::from(*range.end())) as usize
    }

    /// Words; empty where there are none.
    pub(super) fn text(&self, key: &str) -> &str {
        match self.value(key) {
            Some(SpecificationValue::Text(text)) => text,
            _ => "",
        }
    }

    pub(super) fn says(&self, key: &str, word: &str) -> bool {
        self.text(key).contains(word)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        matches!(self.value(key), Some(SpecificationValue::Flag(true)))
    }

    /// Whether the name has this word.
    pub(super) fn named(&self, word: &str) -> bool {
        self.0.name.split_whitespace().any(|part| part.eq_ignore_ascii_case(word))
    }

    pub(super) fn is_by(&self, brand: &str) -> bool {
        self.0.brand.eq_ignore_ascii_case(brand)
    }

    /// Width by height of `resolution=1920 x 1080`.
    pub(super) fn aspect(&self) -> f64 {
        let parsed = self.text("resolution").split_once(" x ").and_then(|(width, height)| {
            let (width, height): (f64, f64) = (width.trim().parse().ok()?, height.trim().parse().ok()?);
            (height > 0.0).then(|| width / height)
        });
        parsed.unwrap_or(1.6).clamp(1.2, 3.6)
    }

    /// A number that stays with the product, for what no fact decides: from 0, below `of`.
    pub(super) fn pick(&self, salt: u32, of: u32) -> u32 {
        // The SKUs of one category are much alike: what tells them apart has to reach every bit.
        let mut mixed = hash(self.0.sku.as_str()) ^ salt.wrapping_mul(0x9e37_79b9);
        for factor in [0x85eb_ca6b, 0xc2b2_ae35] {
            mixed = (mixed ^ (mixed >> 15)).wrapping_mul(factor);
        }
        (mixed ^ (mixed >> 16)) % of.max(1)
    }
}

/// FNV-1a: the same on every machine and in every version.
pub(super) fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
