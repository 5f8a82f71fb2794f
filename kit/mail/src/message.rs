//! Messages and mailboxes, and how a message is written down (RFC 5322, MIME).

use std::time::{Duration, SystemTime};

use kit_core::Timestamp;
use kit_core::email::EmailAddress;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};

use crate::MailError;

/// A message that a program sends to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What makes it the same message however often it is sent: the left part of its `Message-ID`. Characters other than
    /// ASCII letters, digits, dots and hyphens are left out.
    pub id: String,
    /// When what it tells about happened: its `Date`.
    pub at: Timestamp,
    /// Who receives it.
    pub to: Mailbox,
    /// What it is about, on one line.
    pub subject: String,
    /// What it says, in plain text.
    pub text: String,
    /// The same in HTML, for programs that prefer it.
    pub html: Option<String>,
}

/// A person's or a program's address, with the name that is shown for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox(lettre::message::Mailbox);

/// Why a text is no address. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an e-mail address such as no-reply@bank.example, or a name and an address in <>")]
pub struct AddressError;

impl Mailbox {
    /// A mailbox with a name, which may be empty. Names come from strangers: what would break the line is made a blank.
    ///
    /// # Errors
    /// [`AddressError`] where `address` is none that mail can be sent to.
    pub fn new(name: &str, address: &str) -> Result<Self, AddressError> {
        let address = sendable(address)?;
        let name = one_line(name);
        Ok(Self(lettre::message::Mailbox::new((!name.is_empty()).then_some(name), address)))
    }

    /// Reads `ada@example.org` or `Ada Lovelace <ada@example.org>`, as an operator writes it.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => Self::new(name.trim().trim_matches('"'), address),
            None => Self::new("", text),
        }
    }

    /// Who mails come from that never leave this machine.
    #[cfg(feature = "smtp")]
    pub(crate) fn of_nobody() -> Self {
        let address = lettre::Address::new("no-reply", "localhost").expect("an address");
        Self(lettre::message::Mailbox::new(None, address))
    }

    /// The address without the name.
    #[must_use]
    pub fn address(&self) -> String {
        self.0.email.to_string()
    }

    fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

/// The address as envelopes and headers have it. Operators may also use what customers may not, such as the address of
/// a machine in brackets; then the library judges alone, and of ASCII only.
fn sendable(address: &str) -> Result<lettre::Address, AddressError> {
    let address = match EmailAddress::parse(address) {
        Ok(address) => address.for_sending(),
        Err(_) if address.is_ascii() => address.to_owned(),
        Err(_) => return Err(AddressError),
    };
    address.parse().map_err(|_| AddressError)
}

/// The text on one line and without control characters: in a header a line break would begin another header.
fn one_line(text: &str) -> String {
    let blank = |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
    text.chars().map(blank).collect::<String>().trim().to_owned()
}

/// What a name of a file or the left part of a `Message-ID` may hold.
pub(crate) fn plain_id(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).collect()
}

/// Nobody needs to answer a message that a program sent, and other programs must not (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The message as it goes over the wire and into a file. The same message gives the same bytes.
pub(crate) fn written(message: &Message, from: &Mailbox) -> Result<lettre::Message, MailError> {
    let id = plain_id(&message.id);
    let since_epoch = Duration::from_micros(u64::try_from(message.at.micros()).unwrap_or(0));
    let head = lettre::Message::builder()
        .message_id(Some(format!("<{id}@{}>", from.domain())))
        .date(SystemTime::UNIX_EPOCH + since_epoch)
        .from(from.0.clone())
        .to(message.to.0.clone())
        .subject(one_line(&message.subject))
        .header(AutoSubmitted);
    let text = SinglePart::plain(message.text.clone());
    let whole = match &message.html {
        None => head.singlepart(text),
        Some(html) => {
            // No line of a text begins with this by chance, and texts are encoded line by line.
            let both = MultiPart::alternative().boundary(format!("=_{id}_=")).build();
            head.multipart(both.singlepart(text).singlepart(SinglePart::html(html.clone())))
        }
    };
    whole.map_err(|error| MailError::Permanent(format!("it cannot be written down: {error}")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message_to(address: &str) -> Message {
        Message {
            id: "1".to_owned(),
            at: Timestamp::EPOCH,
            to: Mailbox::new("Ada", address).expect("an accepted address"),
            subject: "Hello".to_owned(),
            text: "Hello".to_owned(),
            html: None,
        }
    }

    #[test]
    fn domains_are_sent_in_a_labels() {
        let from = Mailbox::parse("no-reply@bank.example").expect("an address");
        let message = written(&message_to("ada@bücher.example"), &from).expect("is written");
        let to = message.envelope().to().first().map(ToString::to_string);
        assert_eq!(to.as_deref(), Some("ada@xn--bcher-kva.example"));
        let bytes = String::from_utf8(message.formatted()).expect("text");
        assert!(bytes.contains("To: Ada <ada@xn--bcher-kva.example>\r\n"), "{bytes}");
        assert!(!bytes.contains("bücher"));
    }

    /// Texts that look like addresses, many of which are none.
    fn typed() -> impl Strategy<Value = String> {
        let label = prop_oneof![3 => "[a-zA-Z0-9-]{0,5}", 1 => "[aü例\u{301}ñ\u{5D0}\u{AD}xn-]{1,5}", 1 => "\\PC{0,3}"];
        let atom =
            prop_oneof![3 => "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{0,6}", 1 => "[éßİΣ用\u{301}😀ﬀ]{1,4}", 1 => "\\PC{0,3}"];
        let parts = (proptest::collection::vec(atom, 1..4), proptest::collection::vec(label, 1..4));
        parts.prop_map(|(local, domain)| format!("{}@{}", local.join("."), domain.join(".")))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_accepted_address_can_be_written_to(text in typed()) {
            if let Ok(address) = EmailAddress::parse(&text) {
                let sent = address.for_sending();
                prop_assert!(sent.parse::<lettre::Address>().is_ok(), "{:?}", sent);
                let from = Mailbox::parse("no-reply@bank.example").expect("an address");
                let message = written(&message_to(&text), &from);
                prop_assert!(message.is_ok(), "{:?}", message);
                // What is kept of it is accepted again, and is the same address.
                prop_assert_eq!(EmailAddress::parse(&address.to_string()), Ok(address.clone()));
                for same in [sent, address.in_small_letters()] {
                    prop_assert_eq!(EmailAddress::parse(&same).map(|same| same.key()), Ok(address.key()));
                }
            }
        }
    }
}
