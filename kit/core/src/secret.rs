//! Secrets: wiped when dropped, and without `Debug`, `Display` or any serialization, so that the compiler keeps them
//! out of logs, pages and databases.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A text that must not be seen: a password, an API key. Read it only where it is hashed or sent.
///
/// It cannot be printed:
/// ```compile_fail
/// let secret = kit_core::SecretText::new("correct horse".to_owned());
/// println!("{secret:?}");
/// ```
/// ```compile_fail
/// let secret = kit_core::SecretText::new("correct horse".to_owned());
/// println!("{secret}");
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself: to hash it or to send it, never to keep it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A PIN: 6 to 12 digits. Which of those are too easily guessed is a bank's rule, asked when a PIN is *chosen*.
///
/// It cannot be printed:
/// ```compile_fail
/// let pin = kit_core::Pin::parse("271828").unwrap();
/// println!("{pin:?}");
/// ```
/// ```compile_fail
/// let pin = kit_core::Pin::parse("271828").unwrap();
/// println!("{pin}");
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Pin(String);

/// Why a text is not a PIN. It does not hold the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a PIN has 6 to 12 digits")]
pub struct PinFormatError;

impl Pin {
    /// Reads a PIN.
    ///
    /// # Errors
    /// [`PinFormatError`] unless `text` is 6 to 12 ASCII digits.
    pub fn parse(text: &str) -> Result<Self, PinFormatError> {
        let fits = (6..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if fits { Ok(Self(text.to_owned())) } else { Err(PinFormatError) }
    }

    /// The digits themselves: to hash them or to send them to the bank, never to keep them.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// 256 random bits that open something: a session, a merchant's API, a cart, an order page.
///
/// Stores keep only its hash ([`TokenHash`]). It cannot be printed by accident:
/// ```compile_fail
/// let token = kit_core::Token::from_bytes([7; 32]);
/// println!("{token:?}");
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; 32]);

/// The SHA-256 hash of a [`Token`]. A plain hash is enough: 256 random bits cannot be guessed offline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02x}{:02x}…", self.0[0], self.0[1])
    }
}

impl Token {
    /// From 32 random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the 64 lower-case hexadecimal digits that [`Token::reveal`] writes; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0_u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
        }
        Some(Self(bytes))
    }

    /// The token as 64 hexadecimal digits: for the cookie, the link or the one print-out that hands it over.
    #[must_use]
    pub fn reveal(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What a store keeps in its place.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        use sha2::Digest;
        TokenHash(sha2::Sha256::digest(self.0).into())
    }
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_6_to_12_digits() {
        let check = |text: &str, good| assert_eq!(Pin::parse(text).is_ok(), good, "{text:?}");
        check("271828", true);
        check("123456789012", true);
        check("27182", false);
        check("1234567890123", false);
        check("27182a", false);
        // Digits of other scripts are no digits of a PIN: nothing is guessed about what was meant.
        check("２７１８２８", false);
        check("٢٧١٨٢٨", false);
        check("२७१८२८", false);
        check(" 271828", false);
    }

    #[test]
    fn tokens_read_back_in_one_spelling_only() {
        let token = Token::from_bytes(std::array::from_fn(|i| i as u8 * 7));
        let text = token.reveal();
        assert_eq!(Token::parse(&text).map(|t| t.hash()), Some(token.hash()));
        assert!(Token::parse(&text.to_uppercase()).is_none());
        assert!(Token::parse(&text[1..]).is_none());
        assert!(Token::parse(&"g".repeat(64)).is_none());
        assert_ne!(token.hash().0.to_vec(), (0..32).map(|i| i as u8 * 7).collect::<Vec<_>>());
    }
}
