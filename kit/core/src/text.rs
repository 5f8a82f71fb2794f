//! Names and free texts that people type, in any script.
//!
//! A text is kept in the composed form (NFC) and reads as it is written: nothing in it reverses its neighbours, looks
//! like nothing, or hides a message. There are three kinds of invisible characters:
//!
//! - Kept where a script or an emoji needs them: the joiners where RFC 5892 (appendices A.1 and A.2) allows them and on
//!   either side of a virama (The Unicode Standard, chapter 12: Bengali and Kannada), variation selectors after a base,
//!   the Mongolian vowel separator between Mongolian letters. A joiner anywhere else has no effect and is removed.
//! - Removed without a word, because word processors and keyboards add them: soft hyphen, zero-width space, word
//!   joiner, byte order mark, and the marks of direction, which reverse nothing.
//! - Refused, because nobody types them by accident: overrides, embeddings and isolates of direction, tags, fillers,
//!   controls, and all else that is drawn as nothing.
//!
//! Characters that Unicode has not assigned yet are kept: the table grows faster than programs are updated.

use icu_properties::props::{
    BinaryProperty, CanonicalCombiningClass, DefaultIgnorableCodePoint, EmojiModifier, EnumeratedProperty,
    ExtendedPictographic, GeneralCategory, GeneralCategoryGroup, JoiningType, NoncharacterCodePoint, RegionalIndicator,
    Script, VariationSelector,
};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::UnicodeNormalization;

const ZWNJ: char = '\u{200C}';
const ZWJ: char = '\u{200D}';
const MONGOLIAN_VOWEL_SEPARATOR: char = '\u{180E}';

/// Why a text cannot be taken. Of the text it repeats at most one character, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing is left of it.
    #[error("must not be empty")]
    Empty,
    /// More characters (Unicode scalar values) than fit.
    #[error("has more than {max_chars} characters")]
    TooLong {
        /// How many fit.
        max_chars: usize,
    },
    /// A control character, such as a line break in a text of one line, or one that is invisible or reverses others.
    #[error("must be plain text, but has the character U+{:04X}", u32::from(*found))]
    NotPlain {
        /// The first such character.
        found: char,
    },
    /// A name without a letter, a digit or an emoji.
    #[error("must have a letter, a digit or an emoji")]
    NothingToRead,
}

/// A name on one line, without the blanks around it, with at least one letter, digit or emoji: of a person, a company,
/// an account, a product, a street.
///
/// # Errors
/// [`TextError`].
pub fn name(text: &str, max_chars: usize) -> Result<String, TextError> {
    let name = fitting(clean(text, false)?.trim(), max_chars)?;
    if name.is_empty() {
        Err(TextError::Empty)
    } else if !name.chars().any(is_readable) {
        Err(TextError::NothingToRead)
    } else {
        Ok(name)
    }
}

/// One line of text, which may be empty: a reference, a note. Blanks around it stay.
///
/// # Errors
/// [`TextError::TooLong`] or [`TextError::NotPlain`].
pub fn line(text: &str, max_chars: usize) -> Result<String, TextError> {
    fitting(&clean(text, false)?, max_chars)
}

/// Lines of text, which may be empty, without the blanks around them: line feeds and tabs are kept, and a carriage
/// return with a line feed becomes a line feed.
///
/// # Errors
/// [`TextError::TooLong`] or [`TextError::NotPlain`].
pub fn lines(text: &str, max_chars: usize) -> Result<String, TextError> {
    fitting(clean(&text.replace("\r\n", "\n"), true)?.trim(), max_chars)
}

fn fitting(text: &str, max_chars: usize) -> Result<String, TextError> {
    if text.chars().count() > max_chars { Err(TextError::TooLong { max_chars }) } else { Ok(text.to_owned()) }
}

/// The text as it is kept, see the module.
fn clean(text: &str, with_breaks: bool) -> Result<String, TextError> {
    // What nearly everybody types needs no table.
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return Ok(text.to_owned());
    }
    let typed: Vec<char> = text.chars().filter(|c| !is_removed(*c)).nfc().collect();
    let mut kept: Vec<char> = Vec::with_capacity(typed.len());
    for (at, &c) in typed.iter().enumerate() {
        let after = &typed[at + 1..];
        let fits = match c {
            ZWNJ | ZWJ => {
                if joins(&kept, c, after) {
                    kept.push(c);
                }
                continue;
            }
            '\n' | '\t' => with_breaks,
            MONGOLIAN_VOWEL_SEPARATOR => {
                kept.last().is_some_and(|c| is_mongolian(*c)) && after.first().is_some_and(|c| is_mongolian(*c))
            }
            c if has::<VariationSelector>(c) => kept.last().is_some_and(|c| is_base(*c)),
            c => !is_refused(c),
        };
        if !fits {
            return Err(TextError::NotPlain { found: c });
        }
        kept.push(c);
    }
    // Once more: a joiner that was removed may have stood between a letter and its accent.
    Ok(kept.into_iter().nfc().collect())
}

/// Whether a joiner has an effect there. Of several in a row the first counts.
fn joins(before: &[char], joiner: char, after: &[char]) -> bool {
    let mut after = after.iter().copied().filter(|c| !matches!(*c, ZWNJ | ZWJ)).peekable();
    let previous = before.last().copied();
    let follows_virama = previous.is_some_and(is_virama);
    let precedes_virama = previous.is_some_and(is_letter_or_mark) && after.peek().is_some_and(|c| is_virama(*c));
    if follows_virama || precedes_virama {
        return true;
    }
    if joiner == ZWJ {
        // The parts of one emoji, each of which may have a colour of skin and a variation selector.
        let whole = before.iter().rev().find(|c| !has::<VariationSelector>(**c) && !has::<EmojiModifier>(**c));
        return whole.is_some_and(|c| has::<ExtendedPictographic>(*c))
            && after.next().is_some_and(has::<ExtendedPictographic>);
    }
    // RFC 5892, A.1: (Joining_Type:{L,D})(Joining_Type:T)* ZWNJ (Joining_Type:T)*(Joining_Type:{R,D})
    let mut joining = before.iter().rev().map(|c| of::<JoiningType>(*c));
    let left = joining.find(|joining| *joining != JoiningType::Transparent);
    let right = after.map(of::<JoiningType>).find(|joining| *joining != JoiningType::Transparent);
    matches!(left, Some(JoiningType::LeftJoining | JoiningType::DualJoining))
        && matches!(right, Some(JoiningType::RightJoining | JoiningType::DualJoining))
}

/// What word processors and keyboards add. Without it the text reads the same.
fn is_removed(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

/// Controls, what separates lines or paragraphs, and what is drawn as nothing.
fn is_refused(c: char) -> bool {
    use GeneralCategory::{Control, LineSeparator, ParagraphSeparator};
    // Braille's blank pattern, a musical note without a head, and the marks around annotations.
    let blank = matches!(c, '\u{2800}' | '\u{1D159}' | '\u{FFF9}'..='\u{FFFB}');
    blank
        || matches!(of::<GeneralCategory>(c), Control | LineSeparator | ParagraphSeparator)
        || has::<DefaultIgnorableCodePoint>(c)
        || has::<NoncharacterCodePoint>(c)
}

/// A letter, a digit or an emoji.
fn is_readable(c: char) -> bool {
    let category = of::<GeneralCategory>(c);
    GeneralCategoryGroup::Letter.contains(category)
        || GeneralCategoryGroup::Number.contains(category)
        || has::<ExtendedPictographic>(c)
        || has::<RegionalIndicator>(c)
}

/// What a variation selector chooses the shape of.
fn is_base(c: char) -> bool {
    let category = of::<GeneralCategory>(c);
    is_readable(c)
        || GeneralCategoryGroup::Symbol.contains(category)
        || GeneralCategoryGroup::Punctuation.contains(category)
}

fn is_letter_or_mark(c: char) -> bool {
    let category = of::<GeneralCategory>(c);
    GeneralCategoryGroup::Letter.contains(category) || GeneralCategoryGroup::Mark.contains(category)
}

fn is_virama(c: char) -> bool {
    of::<CanonicalCombiningClass>(c) == CanonicalCombiningClass::Virama
}

/// A letter of the script, or the selector of a letter's shape.
fn is_mongolian(c: char) -> bool {
    of::<Script>(c) == Script::Mongolian && c != MONGOLIAN_VOWEL_SEPARATOR
}

fn has<P: BinaryProperty>(c: char) -> bool {
    CodePointSetData::new::<P>().contains(c)
}

fn of<P: EnumeratedProperty>(c: char) -> P {
    CodePointMapData::<P>::new().get(c)
}

#[cfg(test)]
mod tests;
