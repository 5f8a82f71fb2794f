//! Mail: what a message is, where it is handed to, and the courier that empties an outbox.
//!
//! A site never sends mail inside a request. What is to be told is recorded as data in the same transaction as what it
//! tells about; the courier finds it there afterwards, has it rendered, and hands it to a [`Mailer`]. So a mail is never
//! sent for something that did not happen, never lost by a crash, and no customer waits for a mail server.
//!
//! # Reading order
//!
//! 1. [`Message`] and [`Mailbox`]: what is sent, and to whom. No text that a stranger typed can add a header.
//! 2. [`Mailer`]: where it is handed to. [`EmlFolder`] keeps one file a message, which any mail program opens;
//!    `SmtpMailer` (feature `smtp`) hands it to a mail server; `MemoryMailer` (feature `testing`) is for tests.
//! 3. [`courier`]: [`deliver_due`] and the [`Outbox`] it empties, one failure at a time.
//!
//! `MailSettings` (feature `smtp`) are what an operator decides of it. Everything here blocks and knows no runtime.
//!
//! ```
//! use kit_core::Timestamp;
//! use kit_mail::{EmlFolder, Mailbox, Mailer, Message};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let data = tempfile::tempdir()?;
//! # let folder = data.path().join("mail");
//! let mailer = EmlFolder::open(&folder, Mailbox::parse("The bank <no-reply@bank.example>")?)?;
//! mailer.send(&Message {
//!     id: "0193-password-changed".to_owned(),
//!     at: Timestamp::EPOCH,
//!     to: Mailbox::new("Ada Lovelace", "ada@example.org")?,
//!     subject: "Your password was changed".to_owned(),
//!     text: "If it was not you, please call us.".to_owned(),
//!     html: None,
//! })?;
//! let file = folder.join("19700101T000000Z-0193-password-changed.eml");
//! assert!(std::fs::read_to_string(file)?.contains("Subject: Your password was changed\r\n"));
//! # Ok(())
//! # }
//! ```

pub mod courier;
mod folder;
#[cfg(feature = "testing")]
mod memory;
mod message;
#[cfg(feature = "smtp")]
mod settings;
#[cfg(feature = "smtp")]
mod smtp;

pub use courier::{Delivered, Outbox, Waiting, deliver_due};
pub use folder::EmlFolder;
#[cfg(feature = "testing")]
pub use memory::MemoryMailer;
pub use message::{AddressError, Mailbox, Message};
#[cfg(feature = "smtp")]
pub use settings::{MailSettings, SettingsError};
#[cfg(feature = "smtp")]
pub use smtp::{SmtpMailer, SmtpUrlError};

/// Takes messages off our hands.
pub trait Mailer: Send + Sync {
    /// Hands over one message. `Ok` means that it is in safe hands: it is not sent again. Called again for a message
    /// that may have been taken already, it sends it under the same `Message-ID`, by which mail programs see that it is
    /// the same.
    ///
    /// # Errors
    /// [`MailError`], which says whether it is worth trying again.
    fn send(&self, message: &Message) -> Result<(), MailError>;
}

impl<M: Mailer + ?Sized> Mailer for std::sync::Arc<M> {
    fn send(&self, message: &Message) -> Result<(), MailError> {
        (**self).send(message)
    }
}

/// Why a message was not taken. For the log; it holds nothing of the message's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It may be taken later: nobody answered, or not now.
    #[error("not now: {0}")]
    Transient(String),
    /// It will never be taken: there is no such recipient, or it is no message.
    #[error("not at all: {0}")]
    Permanent(String),
}

impl MailError {
    /// What an operator's list keeps of it: one line of at most 200 characters. A mail server may answer with many
    /// lines and any character.
    #[must_use]
    pub fn line(&self) -> String {
        let (Self::Transient(text) | Self::Permanent(text)) = self;
        let words: Vec<&str> = text.split(|c: char| c.is_control() || c.is_whitespace()).collect();
        let words = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        words.chars().take(200).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::MailError;

    #[test]
    fn an_operators_line_of_an_error_is_one_short_line() {
        let error = MailError::Permanent("550 5.1.1\r\n no such\u{1b}[2J user \n".to_owned());
        assert_eq!(error.line(), "550 5.1.1 no such [2J user");
        assert_eq!(MailError::Transient("é".repeat(500)).line(), "é".repeat(200));
    }
}
