//! E-mail addresses: which can be written to, and when two of them are the same.
//!
//! An address is `local@domain`: a local part of atoms and single dots (RFC 5321, 4.1.2; other scripts by RFC 6531),
//! and a domain by UTS #46. Quoted local parts and addresses of machines are refused: mail servers hardly take them.
//!
//! A domain has two spellings, `bücher.example` and `xn--bcher-kva.example` (its A-labels), and an accented letter two
//! encodings (NFC and NFD). Addresses are compared by [`key`], under which these are one, and whatever the case of the
//! letters. The local part's case is kept for sending, as RFC 5321 asks.

use std::fmt;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization;

use crate::text;

/// The longest address that mail can carry, in bytes (RFC 5321, erratum 1690).
pub const MAX_BYTES: usize = 254;
/// The longest local part, in bytes (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

/// An address that mail can be sent to. Whether anybody reads it is for a mail to find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress {
    /// In NFC.
    local: String,
    /// In A-labels.
    domain: String,
}

/// A text is no address that mail can be sent to. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an e-mail address such as ada@example.org")]
pub struct EmailError;

impl EmailAddress {
    /// Reads an address. Blanks around it and the invisible characters that come with pasted texts are left out.
    ///
    /// # Errors
    /// [`EmailError`].
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text::line(text, 4 * MAX_BYTES).map_err(|_| EmailError)?;
        let (local, domain) = text.trim().rsplit_once('@').ok_or(EmailError)?;
        let written = local.len() <= MAX_LOCAL_BYTES && local.split('.').all(is_atom);
        let domain = Uts46::new()
            .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
            .map_err(|_| EmailError)?;
        if !written || local.len() + 1 + domain.len() > MAX_BYTES {
            return Err(EmailError);
        }
        Ok(Self { local: local.to_owned(), domain: domain.into_owned() })
    }

    /// Reads an address as customers have them: of a domain with a dot, which is no IP address.
    ///
    /// # Errors
    /// [`EmailError`].
    pub fn of_customer(text: &str) -> Result<Self, EmailError> {
        let address = Self::parse(text)?;
        let last = address.domain.rsplit_once('.').map(|(_, last)| last);
        let public = last.is_some_and(|last| !last.bytes().all(|b| b.is_ascii_digit()));
        if public { Ok(address) } else { Err(EmailError) }
    }

    /// As envelopes and headers have it: the domain in A-labels.
    #[must_use]
    pub fn for_sending(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    /// As people read it, in small letters: as a bank keeps it.
    #[must_use]
    pub fn in_small_letters(&self) -> String {
        small(&self.to_string())
    }

    /// What is compared: small letters, the domain in A-labels.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}@{}", small(&self.local), self.domain)
    }
}

/// As people read it: the domain in its own script.
impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (domain, read) =
            Uts46::new().to_unicode(self.domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast);
        let domain = if read.is_ok() { &domain } else { self.domain.as_str() };
        write!(f, "{}@{domain}", self.local)
    }
}

/// By what addresses are compared, also ones that were stored before they had to be [`EmailAddress`]es: those are
/// compared by their small letters.
#[must_use]
pub fn key(text: &str) -> String {
    EmailAddress::parse(text).map_or_else(|_| text.trim().to_lowercase(), |address| address.key())
}

/// Every way in which an address may have been stored in small letters before there was one spelling, each once: first
/// as it is typed, by which addresses were compared then, and then what else has the same [`key`]. The key is among
/// them.
#[must_use]
pub fn spellings(text: &str) -> Vec<String> {
    let mut all = vec![text.trim().to_lowercase()];
    if let Ok(address) = EmailAddress::parse(text) {
        let shown = address.in_small_letters();
        let (local, domain) = shown.rsplit_once('@').unwrap_or((&shown, ""));
        let decomposed = |text: &str| text.nfd().collect::<String>();
        for local in [local.to_owned(), decomposed(local)] {
            for domain in [domain, &address.domain, &decomposed(domain)] {
                let spelling = format!("{local}@{domain}");
                if !all.contains(&spelling) {
                    all.push(spelling);
                }
            }
        }
    }
    all
}

/// In small letters and NFC. `İ` stays: its small form is two characters, the second of which no address may have.
fn small(text: &str) -> String {
    let parts: Vec<String> = text.split('İ').map(str::to_lowercase).collect();
    parts.join("İ").nfc().collect()
}

/// RFC 5322's `atext`, and the letters and digits of other scripts. RFC 6531 has more, but mail libraries do not take
/// it.
fn is_atom(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &str) -> Result<String, EmailError> {
        EmailAddress::parse(text).map(|address| address.for_sending())
    }

    #[test]
    fn addresses_that_can_be_written_to() {
        for text in
            ["ada@example.org", "Ada.Lovelace+shop@mail.example.org", "o'brien@a-b.example", "a@x", "用户@例.example"]
        {
            assert!(sent(text).is_ok(), "{text}");
        }
        assert_eq!(sent(" \u{FEFF}Ada@Example.ORG\u{200B} ").as_deref(), Ok("Ada@example.org"));
        assert_eq!(sent("ada@bücher.example").as_deref(), Ok("ada@xn--bcher-kva.example"));
        assert_eq!(sent("jose\u{301}@example.org").as_deref(), Ok("josé@example.org"));
    }

    #[test]
    fn addresses_that_nobody_can_write_to() {
        let long = format!("{}@example.org", "a".repeat(65));
        let far = format!("a@{}.org", "b.".repeat(126));
        for text in [
            "",
            "@",
            "ada",
            "ada@",
            "@example.org",
            "a..b@example.org",
            "ada.@example.org",
            ".ada@example.org",
            "a@-bad-.org",
            "a@bad-.org",
            "a@x..org",
            "a@.org",
            "a@example.org.",
            "<a@b.c>",
            "Ada <a@b.c>",
            "a@b@c.org",
            "a b@example.org",
            "a@exa mple.org",
            "\"a b\"@example.org",
            "a,b@example.org",
            "a@b.c, d@e.f",
            "a(b)@c.org",
            "a\u{202E}b@example.org",
            "a@exam\u{202E}ple.org",
            "a\u{3164}@example.org",
            "a\nb@example.org",
            "a@b_c.org",
            "a\u{A0}b@example.org",
            "😀@example.org",
            "x\u{301}@example.org",
            "a@[127.0.0.1]",
            "a@xn--a.org",
            &long,
            &far,
        ] {
            assert_eq!(sent(text), Err(EmailError), "{text:?}");
        }
        for text in ["ada@example", "ada@127.0.0.1"] {
            assert!(EmailAddress::parse(text).is_ok() && EmailAddress::of_customer(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn one_address_has_one_key() {
        for (one, other) in [
            ("Ada@Example.org", " ada@example.org"),
            ("josé@example.org", "jose\u{301}@example.org"),
            ("JOSE\u{301}@example.org", "josé@EXAMPLE.org"),
            ("İ@example.org", "I\u{307}@example.org"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("ada@BU\u{308}CHER.example", "ada@bücher.example"),
        ] {
            assert_eq!(key(one), key(other), "{one:?} {other:?}");
            assert!(spellings(one).contains(&key(one)), "{one:?}");
            assert!(spellings(one).contains(&other.trim().to_lowercase()), "{other:?} in {:?}", spellings(one));
        }
        assert_ne!(key("jose@example.org"), key("josé@example.org"));
        assert_ne!(key("ada@bucher.example"), key("ada@bücher.example"));
        // What was stored in former times is found by its small letters.
        assert_eq!(key(" A..B@example.org"), "a..b@example.org");
        assert_eq!(spellings(" A..B@example.org"), ["a..b@example.org"]);
        assert_eq!(spellings("Ada@example.org"), ["ada@example.org"]);
    }

    #[test]
    fn people_read_the_domain_in_its_own_script() {
        let shown = EmailAddress::parse("ada@xn--bcher-kva.example").map(|address| address.to_string());
        assert_eq!(shown.as_deref(), Ok("ada@bücher.example"));
    }
}
