//! Fonts for scripts that the embedded ones lack: found in folders, indexed by their letters, opened when needed.
//!
//! Nothing is read before the first letter that the embedded fonts lack. Then each font file's letters are indexed
//! once, from its tables alone. Opened files are kept up to [`KEPT_BYTES`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider};
use unicode_script::UnicodeScript;

use crate::face::{Bytes, Face};

const DEEPEST_FOLDER: usize = 8;
const MOST_FILES: usize = 5_000;
const MOST_FACES_OF_A_FILE: usize = 64;
const LARGEST_TABLE: u64 = 8 << 20;
const LARGEST_FILE: u64 = 64 << 20;
/// A CJK collection has 20 MB; several are needed at a time where customers write several scripts.
const KEPT_BYTES: usize = 64 << 20;

/// Where fonts for further scripts are looked for. Cheap to clone; clones share what was found.
#[derive(Clone)]
pub struct FontLibrary(Arc<Shared>);

struct Shared {
    folders: Vec<PathBuf>,
    index: OnceLock<Vec<Entry>>,
    opened: Mutex<Vec<(usize, Arc<Face>)>>,
    warned: Mutex<BTreeSet<&'static str>>,
}

/// A face of a font file, and which letters it has.
struct Entry {
    path: PathBuf,
    index: u32,
    letters: Arc<[(u32, u32)]>,
    family: String,
    bold: bool,
    /// How far it is from plain upright text.
    distance: u32,
}

/// Whose forms of Han letters a text wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Region {
    Japan,
    Korea,
    Taiwan,
    China,
}

impl Region {
    /// Kana and Hangul tell; Han letters alone are taken for Chinese.
    pub(crate) fn of(text: &str) -> Self {
        let has = |first: char, last: char| text.chars().any(|c| (first..=last).contains(&c));
        if has('\u{3040}', '\u{30ff}') {
            Self::Japan
        } else if has('\u{ac00}', '\u{d7a3}') || has('\u{1100}', '\u{11ff}') {
            Self::Korea
        } else if has('\u{3100}', '\u{312f}') {
            Self::Taiwan
        } else {
            Self::China
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Japan => " JP",
            Self::Korea => " KR",
            Self::Taiwan => " TC",
            Self::China => " SC",
        }
    }
}

impl FontLibrary {
    /// The fonts below these folders. A folder that cannot be read has none.
    #[must_use]
    pub fn of_folders(folders: Vec<PathBuf>) -> Self {
        Self(Arc::new(Shared { folders, index: OnceLock::new(), opened: Mutex::default(), warned: Mutex::default() }))
    }

    /// The fonts of this machine: those of all users and of this one, on Linux, macOS and Windows.
    #[must_use]
    pub fn system() -> Self {
        let mut folders: Vec<PathBuf> =
            ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts"]
                .map(PathBuf::from)
                .into();
        let below = |variable: &str, path: &str| std::env::var_os(variable).map(|home| Path::new(&home).join(path));
        folders.extend(
            [
                below("XDG_DATA_HOME", "fonts"),
                below("HOME", ".local/share/fonts"),
                below("HOME", ".fonts"),
                below("HOME", "Library/Fonts"),
                below("WINDIR", "Fonts"),
                below("LOCALAPPDATA", "Microsoft/Windows/Fonts"),
            ]
            .into_iter()
            .flatten(),
        );
        Self::of_folders(folders)
    }

    /// No further fonts: each letter that the embedded ones lack is a box.
    #[must_use]
    pub fn none() -> Self {
        Self::of_folders(Vec::new())
    }

    fn index(&self) -> &[Entry] {
        self.0.index.get_or_init(|| scan(&self.0.folders))
    }

    /// The best face with all of these letters.
    pub(crate) fn find(&self, letters: &[char], bold: bool, region: Region) -> Option<usize> {
        let distance = |entry: &Entry| {
            let other_region = entry.family.contains("CJK") && !entry.family.ends_with(region.suffix());
            entry.distance * 4 + u32::from(other_region) * 2 + u32::from(entry.bold != bold)
        };
        let has_all = |entry: &Entry| letters.iter().all(|c| has(&entry.letters, *c));
        let fits = self.index().iter().enumerate().filter(|(_, entry)| has_all(entry));
        fits.min_by_key(|(_, entry)| distance(entry)).map(|(index, _)| index)
    }

    /// Whether a face has a letter.
    pub(crate) fn has(&self, face: usize, letter: char) -> bool {
        self.index().get(face).is_some_and(|entry| has(&entry.letters, letter))
    }

    /// A face, ready to draw with. `None` where its file is gone or cannot be read.
    pub(crate) fn open(&self, face: usize) -> Option<Arc<Face>> {
        let entry = self.index().get(face)?;
        let mut opened = self.0.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = opened.iter().position(|(index, _)| *index == face) {
            let found = opened.remove(at);
            let open = found.1.clone();
            opened.push(found);
            return Some(open);
        }
        let same_file = opened.iter().find(|(other, _)| self.index().get(*other).is_some_and(|e| e.path == entry.path));
        let bytes: Bytes = match same_file {
            Some((_, face)) => face.bytes.clone(),
            None if std::fs::metadata(&entry.path).ok()?.len() > LARGEST_FILE => return None,
            None => Arc::new(std::fs::read(&entry.path).ok()?),
        };
        let open = Arc::new(Face::open(bytes, entry.index)?);
        opened.push((face, open.clone()));
        let size = |opened: &[(usize, Arc<Face>)]| opened.iter().map(|(_, face)| face.size()).sum::<usize>();
        while opened.len() > 1 && size(&opened) > KEPT_BYTES {
            opened.remove(0);
        }
        Some(open)
    }

    /// Logs that a letter is drawn as a box: once for each script.
    pub(crate) fn warn_of(&self, letter: char) {
        let script = letter.script().full_name();
        if self.0.warned.lock().unwrap_or_else(PoisonError::into_inner).insert(script) {
            tracing::warn!(
                script,
                letter = %letter.escape_unicode(),
                "no font has this letter, so documents show a box: install a font for its script, or name a folder \
                 that has one with --fonts"
            );
        }
    }
}

impl Default for FontLibrary {
    fn default() -> Self {
        Self::system()
    }
}

fn has(letters: &[(u32, u32)], letter: char) -> bool {
    let letter = u32::from(letter);
    let after = letters.partition_point(|(first, _)| *first <= letter);
    after.checked_sub(1).and_then(|at| letters.get(at)).is_some_and(|(_, last)| letter <= *last)
}

fn scan(folders: &[PathBuf]) -> Vec<Entry> {
    let mut files = BTreeSet::new();
    for folder in folders {
        find_files(folder, DEEPEST_FOLDER, &mut files);
    }
    let faces: Vec<_> = files.iter().filter_map(|path| faces_of(path).ok()).flatten().collect();
    tracing::info!(files = files.len(), faces = faces.len(), "indexed the fonts for further scripts");
    faces
}

fn find_files(folder: &Path, depth: usize, files: &mut BTreeSet<PathBuf>) {
    let Ok(inside) = std::fs::read_dir(folder) else { return };
    for path in inside.filter_map(|entry| Some(entry.ok()?.path())) {
        if files.len() >= MOST_FILES {
            return;
        }
        let suffix = path.extension().map(|suffix| suffix.to_string_lossy().to_ascii_lowercase());
        if suffix.is_some_and(|suffix| ["ttf", "otf", "ttc", "otc"].contains(&suffix.as_str())) {
            if path.is_file() {
                files.insert(path);
            }
        } else if depth > 0 && path.is_dir() {
            find_files(&path, depth - 1, files);
        }
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes)
}

fn read(file: &mut File, from: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(from))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The faces of a file that have outlines: bitmaps alone cannot be drawn.
fn faces_of(path: &Path) -> io::Result<Vec<Entry>> {
    let mut file = File::open(path)?;
    let head = read(&mut file, 0, 12)?;
    let starts = if head.starts_with(b"ttcf") {
        let count = usize::try_from(number(&head, 8)).unwrap_or(0).min(MOST_FACES_OF_A_FILE);
        let starts = read(&mut file, 12, 4 * count)?;
        (0..count).map(|at| number(&starts, 4 * at)).collect()
    } else {
        vec![0]
    };
    let mut entries = Vec::new();
    // Faces of a collection share tables.
    let mut seen = BTreeMap::new();
    for (index, start) in (0..).zip(starts) {
        let Some((small, letters_at)) = small_font(&mut file, start.into())? else { continue };
        let Ok(font) = FontRef::new(&small) else { continue };
        let letters = seen.entry(letters_at).or_insert_with(|| letters_of(&font)).clone();
        let family = |id| font.localized_strings(id).english_or_first().map(|name| name.to_string());
        let family = family(StringId::TYPOGRAPHIC_FAMILY_NAME).or_else(|| family(StringId::FAMILY_NAME));
        let family = family.unwrap_or_default();
        let style = font.attributes();
        let (weight, upright) = (style.weight.value(), style.style == skrifa::attribute::Style::Normal);
        let distance = distance_of(&family, weight, upright);
        entries.push(Entry { path: path.to_owned(), index, letters, family, bold: weight >= 600.0, distance });
    }
    Ok(entries)
}

fn distance_of(family: &str, weight: f32, upright: bool) -> u32 {
    const OTHER_WAYS: [&str; 11] =
        ["Serif", "Mono", "Kufi", "Nastaliq", "Looped", "Display", "Rashi", "Naskh", "Math", "Unjoined", "Condensed"];
    let other_way = OTHER_WAYS.iter().any(|way| family.contains(way));
    let other_weight = !((350.0..=500.0).contains(&weight) || (600.0..=750.0).contains(&weight));
    u32::from(!family.starts_with("Noto Sans"))
        + 2 * u32::from(other_way)
        + 2 * u32::from(other_weight)
        + 8 * u32::from(!upright)
}

/// A font of the tables that tell its letters and its name, and where its letters stand in the file.
fn small_font(file: &mut File, start: u64) -> io::Result<Option<(Vec<u8>, u32)>> {
    let head = read(file, start, 12)?;
    let count = usize::from(u16::from_be_bytes([head[4], head[5]]));
    let records = read(file, start + 12, 16 * count)?;
    let records: Vec<&[u8]> = records.chunks_exact(16).collect();
    let is = |record: &[u8], names: &[&[u8; 4]]| names.iter().any(|name| record.starts_with(*name));
    if !records.iter().any(|record| is(record, &[b"glyf", b"CFF ", b"CFF2"])) {
        return Ok(None);
    }
    let Some(letters) = records.iter().find(|record| is(record, &[b"cmap"])) else { return Ok(None) };
    let wanted: Vec<_> =
        records.iter().filter(|r| is(r, &[b"cmap", b"head", b"OS/2", b"name", b"maxp", b"post"])).collect();
    let mut font = head[..4].to_vec();
    font.extend(u16::try_from(wanted.len()).unwrap_or(0).to_be_bytes());
    font.extend([0; 6]);
    let mut tables = Vec::new();
    for record in &wanted {
        let (from, length) = (number(record, 8), number(record, 12));
        if u64::from(length) > LARGEST_TABLE {
            return Ok(None);
        }
        let at = 12 + 16 * wanted.len() + tables.len();
        font.extend(&record[..8]);
        font.extend(u32::try_from(at).unwrap_or(0).to_be_bytes());
        font.extend(length.to_be_bytes());
        tables.extend(read(file, from.into(), usize::try_from(length).unwrap_or(0))?);
    }
    font.extend(tables);
    Ok(Some((font, number(letters, 8))))
}

fn letters_of(font: &FontRef<'_>) -> Arc<[(u32, u32)]> {
    let mut all: Vec<u32> =
        font.charmap().mappings().filter(|(_, glyph)| glyph.to_u32() != 0).map(|(letter, _)| letter).collect();
    all.sort_unstable();
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for letter in all {
        match ranges.last_mut() {
            Some((_, last)) if letter <= last.saturating_add(1) => *last = letter,
            _ => ranges.push((letter, letter)),
        }
    }
    ranges.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folders_fonts_are_found_by_their_letters() {
        let folder = tempfile::tempdir().expect("a folder");
        let below = folder.path().join("a/b");
        std::fs::create_dir_all(&below).expect("folders");
        for name in ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts").join(name);
            std::fs::copy(from, below.join(name)).expect("a font");
        }
        for (name, bytes) in
            [("empty.ttf", &b""[..]), ("short.otf", b"OTTO\xff\xff"), ("many.ttc", b"ttcf\0\0\0\0\xff\xff\xff\xff")]
        {
            std::fs::write(folder.path().join(name), bytes).expect("a broken font");
        }
        let library = FontLibrary::of_folders(vec![folder.path().to_owned()]);
        let path = |bold| {
            let face = library.find(&['A', 'ß'], bold, Region::China).expect("a face");
            assert!(library.open(face).expect("it opens").shape("A", false).iter().all(|glyph| glyph.x_advance > 0.0));
            library.index()[face].path.file_name().map(|name| name.to_string_lossy().into_owned())
        };
        assert_eq!(path(false).as_deref(), Some("NotoSans-Regular.ttf"));
        assert_eq!(path(true).as_deref(), Some("NotoSans-Bold.ttf"));
        assert_eq!(library.find(&['A', '王'], false, Region::China), None);
    }

    #[test]
    fn ranges_hold_their_ends_alone() {
        let letters = [(65, 67), (70, 70)];
        for (letter, expected) in [('@', false), ('A', true), ('C', true), ('D', false), ('F', true), ('G', false)] {
            assert_eq!(has(&letters, letter), expected, "{letter}");
        }
    }

    #[test]
    fn the_forms_of_han_letters_follow_the_text() {
        assert_eq!(Region::of("王さくら"), Region::Japan);
        assert_eq!(Region::of("金 김민수"), Region::Korea);
        assert_eq!(Region::of("王小明"), Region::China);
    }
}
