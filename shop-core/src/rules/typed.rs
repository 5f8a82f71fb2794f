//! What people type or paste where a code or a number is asked for: full-width letters, blanks and hyphens of every
//! kind, and characters that nobody sees.

use unicode_normalization::UnicodeNormalization;

/// Longer texts are no code and no number.
const MAX_BYTES: usize = 512;

/// The text in its plain form (NFKC): without invisible characters, each blank as a space, each hyphen or dash as `-`.
/// `None` for what is too long to be looked at.
#[must_use]
pub fn plain(text: &str) -> Option<String> {
    let plain = |c: char| match c {
        c if c.is_whitespace() => ' ',
        '\u{58A}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{FE58}' => '-',
        c => c,
    };
    (text.len() <= MAX_BYTES).then(|| text.nfkc().filter(|c| !is_invisible(*c)).map(plain).collect())
}

/// Soft hyphens, zero-width characters, marks of direction, fillers, variation selectors, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_plain() {
        let check = |text: &str, read: &str| assert_eq!(plain(text).as_deref(), Some(read), "{text:?}");
        check("TEN\u{200B}OFF\u{FEFF}", "TENOFF");
        check("ＴＥＮ－ＯＦＦ", "TEN-OFF");
        check("TEN\u{A0}OFF\t", "TEN OFF ");
        check("TEN\u{2011}OFF \u{2013} 5", "TEN-OFF - 5");
        check("\u{202E}x\u{2066}\u{E0041}", "x");
        check("Käse", "Käse");
        assert_eq!(plain(&"A".repeat(600)), None);
    }
}
