//! A face of a font: shapes a run of text into glyphs, and is embedded by the PDF's writer.

use std::sync::Arc;

use harfrust::{Direction, ShapeOptions, ShaperData, UnicodeBuffer};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{FontRef, MetadataProvider};

pub(crate) type Bytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

pub(crate) struct Face {
    pub(crate) bytes: Bytes,
    index: u32,
    shaping: ShaperData,
    pub(crate) font: Font,
}

impl Face {
    pub(crate) fn open(bytes: Bytes, index: u32) -> Option<Self> {
        let shaping = ShaperData::new(&FontRef::from_index((*bytes).as_ref(), index).ok()?);
        let font = Font::new(bytes.clone().into(), index)?;
        Some(Self { bytes, index, shaping, font })
    }

    pub(crate) fn size(&self) -> usize {
        (*self.bytes).as_ref().len()
    }

    fn reader(&self) -> Option<FontRef<'_>> {
        FontRef::from_index((*self.bytes).as_ref(), self.index).ok()
    }

    /// All letters that it has.
    pub(crate) fn letters(&self) -> impl Iterator<Item = char> {
        let letters = self.reader().map(|font| font.charmap().mappings());
        letters.into_iter().flatten().filter_map(|(letter, _)| char::from_u32(letter))
    }

    /// The glyph of a letter, and its advance in ems.
    pub(crate) fn glyph(&self, letter: char) -> Option<(u32, f32)> {
        let glyph = self.reader()?.charmap().map(letter)?;
        Some((glyph.to_u32(), self.advance(glyph.to_u32())))
    }

    /// How wide a glyph is, in ems.
    pub(crate) fn advance(&self, glyph: u32) -> f32 {
        let metrics = |font: FontRef<'_>| {
            let size = skrifa::instance::Size::unscaled();
            font.glyph_metrics(size, skrifa::instance::LocationRef::default()).advance_width(glyph.into())
        };
        self.reader().and_then(metrics).map_or(0.5, |units| units / self.font.units_per_em())
    }

    /// Glyphs in visual order; lengths are in ems.
    #[expect(clippy::cast_precision_loss, reason = "units of an em are far below 2^24")]
    pub(crate) fn shape(&self, text: &str, right_to_left: bool) -> Vec<KrillaGlyph> {
        let Some(font) = self.reader() else { return Vec::new() };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight });
        let shaped = self.shaping.shaper(&font).build().shape(buffer, ShapeOptions::new());
        let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        starts.sort_unstable();
        let ems = |units: i32| units as f32 / self.font.units_per_em();
        let glyphs = shaped.glyph_infos().iter().zip(shaped.glyph_positions()).map(|(info, position)| {
            let start = info.cluster as usize;
            let end = starts.get(starts.partition_point(|other| *other <= start)).copied().unwrap_or(text.len());
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                ems(position.x_advance),
                ems(position.x_offset),
                ems(position.y_offset),
                ems(position.y_advance),
                start..end,
                None,
            )
        });
        glyphs.collect()
    }
}
