//! Mails to customers: the bank's outbox for the courier, and what its mails say.

use bank_core::model::Notice;
use bank_core::{Bank, Error, Letter};
use kit_core::{Calendar, Delivery, Timestamp};
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

    fn about(&self, letter: &Letter) -> String {
        format!("customer {}, mail {}", letter.mail.customer, letter.mail.id)
    }

    fn settle(&self, letter: &Letter, delivery: Delivery, failure: Option<&MailError>) -> Result<(), Error> {
        self.0.settle_mail(letter.mail.id, delivery, failure.map(MailError::line).as_deref())
    }

    fn forget_old(&self) -> Result<(), Error> {
        self.0.forget_old_mails().map(drop)
    }
}

/// A letter as a message, with links below `origin`.
///
/// # Errors
/// Where its address is none: such a mail can never be sent.
pub(crate) fn render(letter: &Letter, origin: &str, calendar: Calendar) -> Result<Message, MailError> {
    let (mail, t) = (&letter.mail, words(letter.language, calendar));
    let to = Mailbox::new(&letter.name, &mail.to).map_err(|error| MailError::Permanent(error.to_string()))?;
    let when = t.date_time(mail.at);
    // By its key: the subject, and with `-text` what it says.
    let (key, account) = match mail.notice {
        Notice::PasswordChanged => ("mail-password-changed", None),
        Notice::PinChanged(account) => ("mail-pin-changed", Some(account)),
        Notice::PinBlocked(account) => ("mail-pin-blocked", Some(account)),
        Notice::ResetAsked(_) => ("mail-reset-asked", None),
        Notice::PasswordReset => ("mail-password-reset", None),
        Notice::AccountClosed(account) => ("mail-account-closed", Some(account)),
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

#[cfg(test)]
mod tests {
    use bank_core::model::{CustomerId, Mail, MailId, ResetId};
    use bank_core::{RESET_LENGTH, ResetLink};
    use kit_core::{AccountNumber, Language, Token, Uuid};

    use super::*;

    fn letter(notice: Notice, language: Language) -> Letter {
        let at = Timestamp::from_micros(1_795_363_620_000_000);
        let mail = Mail {
            id: MailId::from_uuid(Uuid::nil()),
            at,
            customer: CustomerId::from_uuid(Uuid::nil()),
            to: "ada@example.org".to_owned(),
            notice,
            tries: 0,
            state: Delivery::Waiting { due_at: at },
            failure: None,
        };
        let link = || ResetLink { token: Token::from_bytes([7; 32]), expires_at: at.plus(RESET_LENGTH) };
        let reset = matches!(notice, Notice::ResetAsked(_)).then(link);
        Letter { mail, name: "Ada".to_owned(), language, reset }
    }

    #[test]
    fn every_notice_is_said_in_every_language() {
        let number = AccountNumber::from_payload(2_400_000_001);
        for language in Language::ALL {
            for notice in [
                Notice::PasswordChanged,
                Notice::PinChanged(number),
                Notice::PinBlocked(number),
                Notice::ResetAsked(ResetId::from_uuid(Uuid::nil())),
                Notice::PasswordReset,
                Notice::AccountClosed(number),
            ] {
                let letter = letter(notice, language);
                let message = render(&letter, "https://bank.example", Calendar::UTC).expect("an address");
                // A text that is missing would be shown by its key.
                assert!(!message.subject.contains("mail-") && !message.text.contains("mail-"), "{message:#?}");
                assert_eq!(message.text.matches("https://bank.example/").count(), 1, "{message:#?}");
                let token = Token::from_bytes([7; 32]).reveal();
                assert_eq!(message.text.contains(&token), letter.reset.is_some());
                assert!(!message.text.contains(&number.digits()), "no whole account number");
            }
        }
    }

    #[test]
    fn an_address_that_is_none_is_given_up() {
        let mut letter = letter(Notice::PasswordChanged, Language::English);
        letter.mail.to = "ada@example.org\r\nBcc: eve@example.org".to_owned();
        assert!(matches!(render(&letter, "https://bank.example", Calendar::UTC), Err(MailError::Permanent(_))));
    }
}
