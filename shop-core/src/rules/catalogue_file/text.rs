//! From bytes to text: which encoding, which separator, which line.

use super::{COLUMNS, MAX_BYTES, OPTIONAL};

/// The text of a file, and how it is written.
#[derive(Debug)]
pub(super) struct Text<'a> {
    /// Without the byte order mark and the line `sep=;`.
    pub(super) bytes: &'a [u8],
    /// The line on which `bytes` begins, counted from 1.
    pub(super) first_line: u64,
    /// What stands between two fields.
    pub(super) separator: u8,
}

const SAVE_AS: &str = "in Excel save it as “CSV UTF-8”, in LibreOffice as “Text CSV” with the character set UTF-8";

/// Takes a file apart as far as this can be done without reading its records.
///
/// # Errors
/// The line, counted from 1, and why this is no CSV file in UTF-8, with what to do.
pub(super) fn open(bytes: &[u8]) -> Result<Text<'_>, (u64, String)> {
    if bytes.len() > MAX_BYTES {
        return Err((1, format!("the file is larger than {} MiB", MAX_BYTES >> 20)));
    }
    if let Some(kind) = foreign(bytes) {
        return Err((1, format!("the file is {kind}, not a CSV file in UTF-8; {SAVE_AS}")));
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        let line = 1 + line_breaks(&bytes[..error.valid_up_to()]);
        let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
        let message = format!(
            "the file is not UTF-8 from here on (byte 0x{byte:02X}), but perhaps Windows-1252 or Latin-1; {SAVE_AS}"
        );
        return Err((line, message));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (first, rest) = first_line(bytes);
    if let Some(separator) = announced(first) {
        let first_line = 1 + line_breaks(&bytes[..bytes.len() - rest.len()]);
        return Ok(Text { bytes: rest, first_line, separator });
    }
    Ok(Text { bytes, first_line: 1, separator: detected(first) })
}

/// Files that people take for CSV, by their first bytes.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let zeros = |odd: usize| bytes.iter().take(64).skip(odd).step_by(2).filter(|b| **b == 0).count();
    if bytes.starts_with(b"PK\x03\x04") {
        Some("a spreadsheet (.xlsx or .ods)")
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        Some("an old spreadsheet (.xls)")
    } else if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || zeros(0).max(zeros(1)) > 8 {
        Some("UTF-16 (“Unicode text”)")
    } else if bytes.iter().take(64).any(|b| *b == 0) {
        Some("no text")
    } else {
        None
    }
}

/// The first line that is not blank, without its end, and all after it.
fn first_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let is_break = |b: &u8| matches!(b, b'\r' | b'\n');
    let start = bytes.iter().take_while(|b| is_break(b)).count();
    let bytes = &bytes[start..];
    let end = bytes.iter().position(is_break).unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end);
    (line, rest.strip_prefix(b"\r\n").unwrap_or_else(|| rest.get(1..).unwrap_or_default()))
}

/// The separator of a line `sep=;`, which some spreadsheet programs read and write before the header. It is in quotes
/// where the separator is what it would be split at.
fn announced(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (name, rest) = line.split_at_checked(4)?;
    match rest {
        [separator @ (b',' | b';' | b'\t' | b'|')] if name.eq_ignore_ascii_case(b"sep=") => Some(*separator),
        _ => None,
    }
}

/// The separator by which the header has the most columns that are known; a comma where none has.
fn detected(header: &[u8]) -> u8 {
    let header = String::from_utf8_lossy(header);
    let known = |separator: u8| {
        let names = header.split(char::from(separator)).map(|name| name.trim().trim_matches('"').trim());
        names.filter(|name| COLUMNS.iter().chain(&OPTIONAL).any(|known| known.eq_ignore_ascii_case(name))).count()
    };
    // The last of equals wins.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|separator| known(*separator)).unwrap_or(b',')
}

/// Blank lines belong to no record: the reader skips them, and so must the count of lines.
pub(super) fn record_start(bytes: &[u8], from: u64) -> usize {
    let from = usize::try_from(from).unwrap_or(bytes.len()).min(bytes.len());
    from + bytes[from..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count()
}

/// How often a line ends: with LF, with CR LF, or with CR alone.
fn line_breaks(bytes: &[u8]) -> u64 {
    let ends = |at: usize| match bytes[at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    (0..bytes.len()).filter(|at| ends(*at)).count() as u64
}

/// Turns offsets, each larger than the one before, into lines.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn of_text(text: &Text<'a>) -> Self {
        Self { bytes: text.bytes, at: 0, line: text.first_line }
    }

    pub(super) fn of(&mut self, offset: usize) -> u64 {
        self.line += line_breaks(&self.bytes[self.at..offset]);
        self.at = offset;
        self.line
    }
}
