//! Handing messages to a mail server.

use std::net::IpAddr;
use std::time::Duration;

use kit_core::SecretText;
use lettre::transport::smtp::{Error, SmtpTransport};
use lettre::{Transport, address::Envelope};

use crate::message::written;
use crate::{MailError, Mailbox, Mailer, Message};

/// How long the server may take to answer. The courier hands over one message after the other, so that a server which
/// does not answer at all costs this once a round.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hands messages to a mail server, one connection each.
pub struct SmtpMailer {
    transport: SmtpTransport,
    from: Mailbox,
}

/// Why an address is no mail server's. It does not repeat the address: a password may stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected smtps://user:password@host:465, or smtp://user:password@host:587 (which asks for STARTTLS)")]
pub struct SmtpUrlError;

impl SmtpMailer {
    /// A mailer for the server at `url`. `smtps://` speaks TLS from the beginning; `smtp://` insists on STARTTLS, but for
    /// a server on this machine (`localhost` or a loopback address), which is spoken to in the clear. Nothing is sent
    /// yet.
    ///
    /// # Errors
    /// [`SmtpUrlError`].
    pub fn new(url: &SecretText, from: Mailbox) -> Result<Self, SmtpUrlError> {
        let url = url.expose().trim();
        // What follows a `?` would change how the connection is secured.
        let (scheme, rest) =
            url.split_once("://").filter(|(_, rest)| !rest.contains(['?', '#'])).ok_or(SmtpUrlError)?;
        let builder = match scheme {
            "smtps" => SmtpTransport::from_url(url),
            "smtp" if is_loopback(rest) => SmtpTransport::from_url(url),
            "smtp" => SmtpTransport::from_url(SecretText::new(format!("{url}?tls=required")).expose()),
            _ => return Err(SmtpUrlError),
        };
        let transport = builder.map_err(|_| SmtpUrlError)?.timeout(Some(PATIENCE)).build();
        Ok(Self { transport, from })
    }
}

/// Whether the authority of an address names this machine.
fn is_loopback(rest: &str) -> bool {
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Mailer for SmtpMailer {
    fn send(&self, message: &Message) -> Result<(), MailError> {
        let written = written(message, &self.from)?;
        let envelope: &Envelope = written.envelope();
        // A domain goes out in A-labels; but a local part beyond ASCII only to a server that takes it (RFC 6531).
        let needs_utf8 = envelope.to().iter().any(|address| !AsRef::<str>::as_ref(address).is_ascii());
        self.transport.send_raw(envelope, &written.formatted()).map(drop).map_err(|error| match judge(&error) {
            MailError::Transient(text) if needs_utf8 && error.is_client() => MailError::Permanent(text),
            judged => judged,
        })
    }
}

/// Only what the server says of this message is final. That it does not know us, or not now, is for the operator to mend
/// meanwhile.
fn judge(error: &Error) -> MailError {
    let code = error.status().map(u16::from);
    let text = error.to_string();
    match code {
        // RFC 5321, 4.2.3: no such mailbox, not local, too much, not allowed, failed, parameters not known.
        Some(550..=556) => MailError::Permanent(text),
        _ => MailError::Transient(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        let check = |rest, loopback| assert_eq!(is_loopback(rest), loopback, "{rest}");
        check("localhost:25", true);
        check("127.0.0.1", true);
        check("user:pass@127.0.0.1:2525/", true);
        check("[::1]:25", true);
        check("mail.example:587", false);
        check("localhost.example", false);
        check("localhost@mail.example", false);
        check("127.0.0.1@mail.example:25", false);
        check("10.0.0.1", false);
    }

    #[test]
    fn addresses_of_servers() {
        let from = Mailbox::parse("no-reply@bank.example").expect("an address");
        let check = |url: &str, good| {
            assert_eq!(SmtpMailer::new(&SecretText::new(url.to_owned()), from.clone()).is_ok(), good, "{url}");
        };
        check("smtps://ada:secret@mail.example:465", true);
        check("smtp://mail.example", true);
        check("smtp://127.0.0.1:2525\n", true);
        for bad in ["", "mail.example", "https://mail.example", "smtp://", "smtp://mail.example?tls=opportunistic"] {
            check(bad, false);
        }
    }
}
