//! Which names, addresses, passwords and PINs are taken.

use kit_core::email::EmailAddress;
use kit_core::{AccountNumber, Pin, SecretText, text};
use precis_profiles::OpaqueString;
use precis_profiles::precis_core::profile::PrecisFastInvocation as _;
use unicode_normalization::UnicodeNormalization as _;

use crate::model::Flaw;

/// The most characters a password may have: enough for any passphrase, bounded for the hashing's sake.
pub const MAX_PASSWORD: usize = 128;

/// Passwords of twelve characters and more that stand at the top of every published list of leaked ones, and the first
/// ideas of people who are asked for twelve. Compared without case.
const COMMON: [&str; 48] = [
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789123",
    "1234567890qwerty",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiop1234",
    "qwertyuiop[]",
    "1q2w3e4r5t6y",
    "1q2w3e4r5t6y7u",
    "q1w2e3r4t5y6",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "zaq12wsxcde3",
    "asdfghjkl123",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "password1password",
    "mypassword123",
    "mypassword1234",
    "passw0rd1234",
    "p@ssw0rd1234",
    "p@ssword1234",
    "administrator",
    "administrator1",
    "letmein12345",
    "letmeinplease",
    "welcome12345",
    "welcome123456",
    "iloveyou1234",
    "iloveyouforever",
    "iloveyou12345",
    "abcdefghijkl",
    "abcdefghijklm",
    "abcdefghijklmnop",
    "abcd12345678",
    "abc123456789",
    "qwerty123456",
    "qwerty1234567",
    "qwertyqwerty",
    "correcthorsebatterystaple",
    "changeme1234",
    "changemeplease",
    "trustno1trustno1",
    "monkeymonkey",
];

/// A name as people wish to be addressed: 1 to 100 characters on one line, see [`text::name`].
///
/// # Errors
/// What is wrong.
pub fn name(text: &str) -> Result<String, Flaw> {
    Ok(text::name(text, 100)?)
}

/// A name for an account or a payee: 1 to 40 characters on one line, see [`text::name`].
///
/// # Errors
/// What is wrong.
pub fn short_name(text: &str) -> Result<String, Flaw> {
    Ok(text::name(text, 40)?)
}

/// An e-mail address in small letters, see [`EmailAddress::of_customer`]. Whether it reaches anyone is for a mail to
/// find out.
///
/// # Errors
/// What is wrong.
pub fn email(text: &str) -> Result<String, Flaw> {
    EmailAddress::of_customer(text).map(|address| address.in_small_letters()).map_err(|_| Flaw::NotAnEmail)
}

/// A password as it is hashed and compared: the OpaqueString of RFC 8265, in which it does not matter how a keyboard
/// composes an accent (NFC) or which kind of space it types (U+0020).
///
/// # Errors
/// [`Flaw::NotPlain`] for characters that no password may have, such as controls and ones that cannot be seen.
pub fn prepared_password(text: &str) -> Result<SecretText, Flaw> {
    // An empty one is too short, which is another rule's to say.
    if text.is_empty() {
        return Ok(SecretText::new(String::new()));
    }
    // Composed first: OpaqueString refuses the single letters (jamo) that some keyboards type Korean syllables in.
    let composed: String = text.nfc().collect();
    let prepared = OpaqueString::enforce(composed).map_err(|_| Flaw::NotPlain)?;
    Ok(SecretText::new(prepared.into_owned()))
}

/// What a typed password may have been hashed as, each no longer than [`MAX_PASSWORD`]: its prepared form, and as it
/// was typed where that differs, as earlier versions hashed it. How many there are tells of the typed text alone.
#[must_use]
pub fn password_forms(typed: &SecretText) -> Vec<SecretText> {
    let mut forms: Vec<SecretText> = prepared_password(typed.expose()).into_iter().collect();
    if forms.first().is_none_or(|prepared| prepared.expose() != typed.expose()) {
        forms.push(typed.clone());
    }
    // Longer ones were never set: hashing them would only cost.
    forms.retain(|form| form.expose().chars().count() <= MAX_PASSWORD);
    forms
}

/// A new password, in its prepared form: long enough, not a common one, not made of the customer's own name or address.
///
/// # Errors
/// What is wrong.
pub fn new_password(text: &str, min_characters: usize, email: &str) -> Result<(), Flaw> {
    let prepared = prepared_password(text)?;
    let text = prepared.expose();
    let characters = text.chars().count();
    if characters < min_characters {
        return Err(Flaw::PasswordTooShort { min_chars: min_characters });
    }
    if characters > MAX_PASSWORD {
        return Err(Flaw::TooLong { max_chars: MAX_PASSWORD });
    }
    let lower = text.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    let one_character = lower.chars().all(|c| lower.starts_with(c));
    let of_address = lower == email || (local.len() >= 4 && lower.replace(local, "").chars().count() < 4);
    if one_character || of_address || is_run(lower.as_bytes()) || COMMON.contains(&lower.as_str()) {
        return Err(Flaw::PasswordGuessable);
    }
    Ok(())
}

/// A new PIN: not one of those that are tried first.
///
/// # Errors
/// What is wrong. It does not repeat the PIN.
pub fn new_pin(pin: &Pin, account: AccountNumber) -> Result<(), Flaw> {
    strong_pin(pin)?;
    if account.digits().contains(pin.expose()) { Err(Flaw::PinInAccountNumber) } else { Ok(()) }
}

/// The part of [`new_pin`] that needs no account number.
///
/// # Errors
/// What is wrong. It does not repeat the PIN.
pub fn strong_pin(pin: &Pin) -> Result<(), Flaw> {
    let digits = pin.expose().as_bytes();
    if repeats(digits) {
        Err(Flaw::PinRepeats)
    } else if is_run(digits) {
        Err(Flaw::PinCounts)
    } else if is_date(digits) {
        Err(Flaw::PinIsDate)
    } else {
        Ok(())
    }
}

/// One, two or three digits over and over: 111111, 121212, 123123.
fn repeats(digits: &[u8]) -> bool {
    (1..=3).any(|n| digits.len() >= 2 * n && digits.iter().zip(&digits[n..]).all(|(a, b)| a == b))
}

/// Counting up or down by one, wrapping from 9 to 0 and back.
fn is_run(digits: &[u8]) -> bool {
    let step = |by: i16| {
        digits.len() > 1
            && digits.windows(2).all(|pair| {
                let next = i16::from(pair[0]) + by;
                next == i16::from(pair[1])
                    || (pair[0] == b'9' && pair[1] == b'0' && by == 1)
                    || (pair[0] == b'0' && pair[1] == b'9' && by == -1)
            })
    };
    step(1) || step(-1)
}

/// A date of six (two-digit year) or eight digits, in any of the usual orders, from 1900 to 2099.
fn is_date(digits: &[u8]) -> bool {
    let number = |range: std::ops::Range<usize>| digits[range].iter().fold(0_u32, |n, d| n * 10 + u32::from(d - b'0'));
    let day_month = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    let either = |a, b| day_month(a, b) || day_month(b, a);
    match digits.len() {
        6 => either(number(0..2), number(2..4)) || either(number(2..4), number(4..6)),
        8 => {
            let year = |y: u32| (1900..2100).contains(&y);
            (year(number(4..8)) && either(number(0..2), number(2..4)))
                || (year(number(0..4)) && either(number(4..6), number(6..8)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_that_are_guessed_first_are_refused() {
        let account = AccountNumber::from_payload(2_718_281_828);
        let check = |pin: &str, taken: bool| {
            let parsed = Pin::parse(pin).expect("6 to 12 digits");
            assert_eq!(new_pin(&parsed, account).is_ok(), taken, "{pin}");
        };
        for pin in [
            "111111",
            "000000",
            "999999999999",
            "121212",
            "123123",
            "12341234123",
            "123456",
            "654321",
            "567890",
            "098765",
            "345678901234",
            "010190",
            "311299",
            "123199",
            "991231",
            "901231",
            "01011990",
            "19900101",
            "12312024",
            "271828",
            "718281",
        ] {
            let expected_taken = pin == "12341234123";
            check(pin, expected_taken);
        }
        for pin in ["804917", "993846", "1357924", "7048823", "80491733", "314159265358"] {
            check(pin, true);
        }
    }

    #[test]
    fn passwords_are_long_and_not_common() {
        let check = |password: &str, taken: bool| {
            assert_eq!(new_password(password, 12, "ada@example.org").is_ok(), taken, "{password}");
        };
        check("correct horse battery", true);
        check("ünïcödé pässphräse", true);
        check("short", false);
        check("elevenchars", false);
        check("Password1234", false);
        check("aaaaaaaaaaaa", false);
        check("abcdefghijklmnop", false);
        check("ada@example.org", false);
        check(&"long ".repeat(30), false);
        let check = |password: &str| new_password(password, 12, "grace.hopper@example.org").is_ok();
        assert!(!check("Grace.Hopper12"));
        assert!(check("Grace.Hopper has a longer one"));
    }

    #[test]
    fn passwords_are_prepared_as_opaque_strings() {
        // RFC 8265, section 4.3, and what keyboards of other systems type.
        for (typed, prepared) in [
            ("correct horse battery staple", "correct horse battery staple"),
            ("Correct Horse Battery Staple", "Correct Horse Battery Staple"),
            ("\u{3C0}\u{DF}\u{E5}", "\u{3C0}\u{DF}\u{E5}"),
            ("Jack of \u{2666}s", "Jack of \u{2666}s"),
            ("foo\u{1680}bar", "foo bar"),
            ("a\u{A0}b\u{3000}c\u{2009}d", "a b c d"),
            ("pa\u{308}ssphra\u{308}se", "p\u{E4}ssphr\u{E4}se"),
            ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}"),
            (" two  blanks ", " two  blanks "),
            // Not the compatible form: a full-width letter is another letter.
            ("\u{FF21}", "\u{FF21}"),
            ("\u{1F510}", "\u{1F510}"),
        ] {
            let kept = prepared_password(typed).expect("a password");
            assert_eq!(kept.expose(), prepared, "{typed:?}");
        }
        for refused in ["my cat is a \u{9}by", "line\nbreak", "zero\u{200B}width", "soft\u{AD}hyphen", "\u{202E}abc"] {
            assert_eq!(prepared_password(refused).err(), Some(Flaw::NotPlain), "{refused:?}");
        }
    }

    #[test]
    fn new_passwords_are_judged_in_their_prepared_form() {
        let check = |text: &str| new_password(text, 12, "ada@example.org");
        // Twelve code points as typed, six characters when composed.
        assert_eq!(check(&"a\u{308}".repeat(6)), Err(Flaw::PasswordTooShort { min_chars: 12 }));
        assert_eq!(check("e\u{301}lan du printemps"), Ok(()));
        assert_eq!(check(&"ae\u{308}".repeat(64)), Ok(()), "128 characters when composed");
        assert_eq!(check("zero\u{200B}width space"), Err(Flaw::NotPlain));
        assert_eq!(check(""), Err(Flaw::PasswordTooShort { min_chars: 12 }));
    }

    #[test]
    fn names_and_addresses() {
        assert_eq!(name("  Ada Lovelace "), Ok("Ada Lovelace".to_owned()));
        for hidden in ["\u{200B}", "\u{FEFF}", "\u{3164}", "\u{AD}", "---", "\u{202E}abc", "a\u{2066}b", "a\u{2028}b"] {
            assert!(name(hidden).is_err() && short_name(hidden).is_err(), "{hidden:?}");
        }
        assert!(name("نگار").is_ok() && name("می\u{200C}خواهم").is_ok(), "the joiners that scripts need stay");
        assert!(name(" ").is_err() && name("a\nb").is_err() && name(&"x".repeat(101)).is_err());
        assert_eq!(email(" Ada@Example.ORG "), Ok("ada@example.org".to_owned()));
        for bad in
            ["", "ada", "@", "ada@", "@example.org", "a b@example.org", "a@b@c", "<a@b.c>", "a..b@c.org", "a@-c-.org"]
        {
            assert!(email(bad).is_err(), "{bad}");
        }
        assert!(short_name("Holiday").is_ok() && short_name("").is_err() && short_name(&"x".repeat(41)).is_err());
    }
}
