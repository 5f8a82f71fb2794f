//! The key under which a call that moves money happens at most once.

use std::fmt;

/// A client's name for one intended movement of money; repeating the call under the same key repeats nothing.
///
/// 8 to 64 visible ASCII characters without braces; a UUID is a good choice.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(String);

/// Why a text is not an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key has 8 to 64 visible ASCII characters and no braces; a UUID is a good choice")]
pub struct IdempotencyKeyError;

impl IdempotencyKey {
    /// Reads a key that a client sent.
    ///
    /// Braces are refused: a key with braces is a placeholder, such as `{idempotency-key}`, that nobody filled in.
    /// Everybody who copies the same example would share it.
    ///
    /// # Errors
    /// [`IdempotencyKeyError`] for a length outside 8 to 64, a brace, or a character that is not visible ASCII.
    pub fn parse(text: &str) -> Result<Self, IdempotencyKeyError> {
        if text.contains(['{', '}']) { Err(IdempotencyKeyError) } else { Self::from_stored(text) }
    }

    /// Reads a key that may have been used before, from a database or from somebody who looks for it: keys with braces
    /// were taken once, and what was done under them still has to be found.
    ///
    /// # Errors
    /// [`IdempotencyKeyError`] for a length outside 8 to 64 or a character that is not visible ASCII.
    pub fn from_stored(text: &str) -> Result<Self, IdempotencyKeyError> {
        let fits = (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(IdempotencyKeyError) }
    }

    /// A key that is a fresh UUID.
    #[must_use]
    pub fn from_uuid(uuid: crate::Uuid) -> Self {
        Self(uuid.to_string())
    }

    /// The key itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_visible_ascii_of_a_sane_length() {
        let check = |text: &str, good| assert_eq!(IdempotencyKey::parse(text).is_ok(), good, "{text:?}");
        check("12345678", true);
        check(&"k".repeat(64), true);
        check("1234567", false);
        check(&"k".repeat(65), false);
        check("with space", false);
        check("line\nbreak", false);
        check("schlüssel", false);
        check("{idempotency-key}", false);
        check("{12345678", false);
        check("12345678}", false);
    }

    #[test]
    fn stored_keys_with_braces_read_back() {
        let check = |text: &str, good| assert_eq!(IdempotencyKey::from_stored(text).is_ok(), good, "{text:?}");
        check("{idempotency-key}", true);
        check("12345678", true);
        check("1234567", false);
        check("with space", false);
        assert!(IdempotencyKeyError.to_string().contains("no braces"), "it says why");
    }
}
