//! Cookies named `__Host-…`, and the random tokens that go into them.
//!
//! Browsers share cookies between all ports of a host, and the bank and the shop may well run on one host: so every
//! name carries its site. The `__Host-` prefix makes the browser insist on `Secure`, `Path=/` and no `Domain`, so a
//! neighbouring subdomain cannot plant one. A deletion must repeat these attributes or the browser ignores it; poem's
//! cookie jar does not, which is why headers are written directly here.
//!
//! Set cookies on an `Ok` response: what a handler put on a response is lost when it returns `Err`.

use std::time::Duration;

use poem::{
    Request, Response,
    http::{HeaderValue, header},
};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A cookie of one site, bound to its host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostCookie {
    name: String,
}

impl HostCookie {
    /// `__Host-<site>-<what>`. Both parts are constants of ours: ASCII letters, digits and hyphens.
    pub fn new(site: &str, what: &str) -> Self {
        let name = format!("__Host-{site}-{what}");
        debug_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        Self { name }
    }

    /// The cookie that holds the id of a logged-in session.
    pub fn session(site: &str) -> Self {
        Self::new(site, "session")
    }

    /// The cookie that tells one browser from another before anybody logs in.
    pub fn visitor(site: &str) -> Self {
        Self::new(site, "visitor")
    }

    /// The whole name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value that the browser sent. Absent when it sent none, an empty one, or two that differ.
    pub fn read<'r>(&self, request: &'r Request) -> Option<&'r str> {
        let mut values = request
            .headers()
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.name)
            .map(|(_, value)| value);
        let first = values.next()?;
        (!first.is_empty() && values.all(|other| other == first)).then_some(first)
    }

    /// The token that the browser sent, if it is one.
    pub fn token(&self, request: &Request) -> Option<Token> {
        self.read(request).and_then(Token::parse)
    }

    /// Sets the cookie to a token; without `max_age` until the browser closes.
    pub fn set(&self, response: &mut Response, token: &Token, max_age: Option<Duration>) {
        let max_age = max_age.map(|age| format!("; Max-Age={}", age.as_secs())).unwrap_or_default();
        self.append(response, &token.text(), &max_age);
    }

    /// Keeps a value of our own making, such as a language or a list of tokens: letters, digits, hyphens and dots.
    pub fn keep(&self, response: &mut Response, value: &str, max_age: Duration) {
        debug_assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)));
        self.append(response, value, &format!("; Max-Age={}", max_age.as_secs()));
    }

    /// Makes the browser forget the cookie.
    pub fn delete(&self, response: &mut Response) {
        self.append(response, "", "; Max-Age=0");
    }

    fn append(&self, response: &mut Response, value: &str, max_age: &str) {
        let line = format!("{}={value}; Path=/{max_age}; Secure; HttpOnly; SameSite=Lax", self.name);
        // Name and value are ASCII of our own making, so the conversion cannot fail.
        if let Ok(mut line) = HeaderValue::try_from(line) {
            line.set_sensitive(true);
            response.headers_mut().append(header::SET_COOKIE, line);
        }
    }
}

/// 256 random bits: a session id, an API key, an unguessable link.
///
/// The value appears in no log: there is no `Debug` and no `Display`, [`Token::text`] is asked for by name. Store
/// [`Token::sha256`] and look up by it: who reads the database then holds no session.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; 32]);

impl Token {
    /// A fresh token.
    ///
    /// # Panics
    /// When the operating system has no randomness to give; nothing can be secured then.
    #[expect(clippy::new_without_default, reason = "a default that differs each time would surprise")]
    pub fn new() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system provides randomness");
        Self(bytes)
    }

    /// Reads the text back. Only the one canonical spelling is accepted.
    pub fn parse(text: &str) -> Option<Self> {
        bytes(text).map(Self)
    }

    /// 64 lower-case hexadecimal digits.
    pub fn text(&self) -> String {
        hex(&self.0)
    }

    /// What to store. The token is random, so a plain hash is enough: there is nothing to guess.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

/// 64 lower-case hexadecimal digits as bytes.
pub(crate) fn bytes(text: &str) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
