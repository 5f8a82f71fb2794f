//! Mails to customers: the bank's outbox for the courier, and what its mails say.

use bank_core::model::Notice;
use bank_core::{Bank, Error, Letter};
use kit_core::{Delivery, Timestamp};
use kit_mail::{MailError, Mailbox, Message, Outbox, Waiting};

use crate::words::words;

/// The page that the mail about a forgotten password leads to; its form sends the token and the new password. The token
/// stands in the query, which no log holds.
pub(crate) const NEW_PASSWORD: &str = "/password/new";

/// The bank, as the courier sees it.
pub(crate) struct BankOutbox(pub(crate) Bank);

impl Outbox for BankOutbox {
    type Mail = Letter;
    type Error = Error;

    fn now(&self) -> Timestamp {
        self.0.time()
    }

    fn due(&self, limit: usize) -> Result<Vec<Waiting<Letter>>, Error> {
        let letters = self.0.letters(limit)?;
        Ok(letters.into_iter().map(|letter| Waiting { tries: letter.mail.tries, mail: letter }).collect())
    }

    fn settle(&self, letter: &Letter, delivery: Delivery) -> Result<(), Error> {
        self.0.settle_mail(letter.mail.id, delivery)
    }

    fn forget_old(&self) -> Result<(), Error> {
        self.0.forget_old_mails().map(drop)
    }
}

/// A letter as a message, with links below `origin`.
///
/// # Errors
/// Where its address is none: such a mail can never be sent.
pub(crate) fn render(letter: &Letter, origin: &str) -> Result<Message, MailError> {
    let (mail, t) = (&letter.mail, words(letter.language));
    let to = Mailbox::new(&letter.name, &mail.to).map_err(|error| MailError::Permanent(error.to_string()))?;
    let when = t.date_time(mail.at);
    // By its key: the subject, and with `-text` what it says.
    let (key, account) = match mail.notice {
        Notice::PasswordChanged => ("mail-password-changed", None),
        Notice::PinChanged(account) => ("mail-pin-changed", Some(account)),
        Notice::PinBlocked(account) => ("mail-pin-blocked", Some(account)),
        Notice::ResetAsked(_) => ("mail-reset-asked", None),
        Notice::PasswordReset => ("mail-password-reset", None),
    };
    let text_key = format!("{key}-text");
    let text = t.say(&text_key).with("when", when);
    let text = text.with("account", account.map(|number| number.masked()).unwrap_or_default()).to_string();
    let (link, rest) = match &letter.reset {
        Some(reset) => {
            let until = t.date_time(reset.expires_at);
            let link = format!("{origin}{NEW_PASSWORD}?token={}", reset.token.reveal());
            (link, Some(t.say("mail-reset-asked-until").with("until", until).to_string()))
        }
        None => (format!("{origin}/security"), None),
    };
    let mut paragraphs = vec![t.say("mail-greeting").with("name", &letter.name).to_string(), text];
    if letter.reset.is_none() {
        paragraphs.push(t.say("mail-not-you").to_string());
    }
    paragraphs.push(link);
    paragraphs.extend(rest);
    paragraphs.push(t.say("mail-sign-off").to_string());
    Ok(Message {
        id: mail.id.to_string(),
        at: mail.at,
        to,
        subject: t.say(key).to_string(),
        text: paragraphs.join("\n\n") + "\n",
        html: None,
    })
}
