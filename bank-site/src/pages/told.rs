//! What the core says by codes and facts, in words for customers.

use std::time::Duration;

use bank_core::model::Flaw;
use bank_core::model::{EventKind, TransferKind};
use bank_core::{Error, EventView, Refusal};
use kit_core::Fact;
use kit_web::Words;

/// What went wrong with a form, and what to do next.
pub(super) fn error(t: Words<'_>, error: &Error) -> String {
    match error {
        Error::Refused { refusal: no, .. } => refusal(t, no),
        Error::Busy { .. } => t.say("refusal-busy").to_string(),
        Error::NotCommitted(_) => t.say("refusal-not-committed").to_string(),
        Error::CommitUnknown(_) => t.say("refusal-commit-unknown").to_string(),
    }
}

/// What the bank says no to. A rule without words of its own keeps the core's: they are better than none.
pub(super) fn refusal(t: Words<'_>, refusal: &Refusal) -> String {
    if let Refusal::InvalidFields { fields } = refusal
        && let Some(first) = fields.first()
    {
        return field(t, &first.flaw);
    }
    let unnamed =
        matches!(refusal, Refusal::AccountFrozen { account: None } | Refusal::AccountClosed { account: None });
    let key = format!("refusal-{}{}", refusal.code(), if unnamed { "-unnamed" } else { "" });
    if t.has(&key) { filled(t, &key, refusal.facts()) } else { refusal.to_string() }
}

/// What is wrong with a field.
pub(super) fn field(t: Words<'_>, flaw: &Flaw) -> String {
    let key = format!("field-{}", flaw.code());
    if t.has(&key) { filled(t, &key, flaw.facts()) } else { flaw.to_string() }
}

/// What is wrong with a field, by its name where there are words about that one.
pub(super) fn about(t: Words<'_>, name: &str, flaw: &Flaw) -> String {
    let key = format!("field-{}-{name}", flaw.code());
    if t.has(&key) { filled(t, &key, flaw.facts()) } else { field(t, flaw) }
}

/// A text with the facts that it is about, each under its own name; a time to wait is `$wait`.
fn filled(t: Words<'_>, key: &str, facts: Vec<(&'static str, Fact)>) -> String {
    facts
        .into_iter()
        .fold(t.say(key), |said, (name, fact)| match fact {
            Fact::Number(seconds) if name == "retry_after_seconds" => {
                said.with("wait", t.wait(Duration::from_secs(seconds.unsigned_abs())))
            }
            Fact::Number(number) => said.with(name, number),
            Fact::Money(money) => said.with(name, t.money(money)),
            Fact::Account(number) => said.with(name, number.to_string()),
            Fact::Text(text) => said.with(name, text),
        })
        .to_string()
}

/// What sort of movement a line of a statement is.
pub(super) fn kind(t: Words<'_>, kind: TransferKind) -> String {
    t.say(&format!("kind-{}", kind.name())).to_string()
}

/// A security event, with the account and the merchant that it is about.
pub(super) fn event(t: Words<'_>, event: &EventView) -> String {
    let what = t.say(&format!("event-{}", event.kind.name())).to_string();
    let account = match (&event.account_name, event.account) {
        (Some(name), Some(number)) => format!("{name} {}", number.masked()),
        (None, Some(number)) => number.masked(),
        (_, None) => return what,
    };
    match &event.merchant {
        Some(merchant) => t.say("event-about-merchant").with("merchant", merchant),
        None => t.say("event-about"),
    }
    .with("what", what)
    .with("account", account)
    .to_string()
}

/// Whether a customer should look twice at an event.
pub(super) fn is_alarming(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::LoginFailed
            | EventKind::PinFailed
            | EventKind::PinBlocked
            | EventKind::PasswordResetAsked
            | EventKind::AccountFrozen
    )
}

#[cfg(test)]
mod tests {
    use bank_core::model::EventKind;
    use kit_core::{AccountNumber, Calendar, Currency, Language, Money};

    use super::*;
    use crate::words::words;

    /// Every refusal that a form of ours may meet: all but those of merchants, of statements to take away, and of what
    /// has a page of its own.
    fn met_by_customers() -> Vec<Refusal> {
        let elsewhere = |refusal: &Refusal| match refusal {
            Refusal::InvalidFields { .. }
            | Refusal::NotLoggedIn
            | Refusal::UnknownApiKey
            | Refusal::AccountNotFound
            | Refusal::PaymentNotFound
            | Refusal::EntryNotFound
            | Refusal::SessionNotFound
            | Refusal::TooManyEntries { .. }
            | Refusal::DaysNotEnded { .. } => true,
            other => MERCHANTS.contains(&other.code()),
        };
        let all = Refusal::samples().into_iter().filter(|refusal| !elsewhere(refusal));
        let unnamed = [Refusal::AccountFrozen { account: None }, Refusal::AccountClosed { account: None }];
        all.chain(unnamed).chain([0, 1, 4].map(|tries_left| Refusal::IncorrectPin { tries_left })).collect()
    }

    const MERCHANTS: [&str; 9] = [
        "use-hosted-approval",
        "voided",
        "not-authorized",
        "already-captured",
        "not-captured",
        "wrong-state",
        "exceeds-remaining",
        "exceeds-captured",
        "settlement-short",
    ];

    fn flaws_of_forms() -> Vec<Flaw> {
        vec![
            Flaw::Missing,
            Flaw::TooLong { max_chars: 40 },
            Flaw::NotPlain,
            Flaw::NotAnEmail,
            Flaw::PasswordTooShort { min_chars: 12 },
            Flaw::PasswordGuessable,
            Flaw::NotAPin,
            Flaw::PinRepeats,
            Flaw::PinCounts,
            Flaw::PinIsDate,
            Flaw::PinInAccountNumber,
            Flaw::NotAnAmount,
            Flaw::TooManyDecimals { allowed: 2 },
            Flaw::TooManyDecimals { allowed: 0 },
            Flaw::AmountTooLarge,
            Flaw::NotACurrency,
            Flaw::CurrencyNotOffered { offered: "EUR, USD".to_owned() },
            Flaw::NotAnAccountNumber,
            Flaw::CheckDigits,
            Flaw::OwnAccount,
            Flaw::NotALanguage,
            Flaw::NotADay,
            Flaw::NoSuchDay,
            Flaw::RangeReversed,
        ]
    }

    #[test]
    fn every_refusal_of_a_form_has_words_of_its_own_in_every_language() {
        for language in Language::ALL {
            let t = words(language, Calendar::UTC);
            let refusals = met_by_customers();
            let flaws = flaws_of_forms();
            for no in &refusals {
                assert!(t.has(&format!("refusal-{}", no.code())), "{} in {language}", no.code());
            }
            for flaw in &flaws {
                assert!(t.has(&format!("field-{}", flaw.code())), "{} in {language}", flaw.code());
            }
            let told = refusals.iter().map(|no| refusal(t, no)).chain(flaws.iter().map(|flaw| field(t, flaw)));
            for told in told {
                // Said in a whole sentence, with every fact filled in.
                assert!(told.ends_with('.') && !told.contains('$') && !told.contains('{'), "{told}");
            }
        }
    }

    #[test]
    fn facts_are_said_as_the_language_writes_them() {
        let check =
            |language, no: Refusal, expected: &str| assert_eq!(refusal(words(language, Calendar::UTC), &no), expected);
        let shortfall = Money::new(123_450, Currency::EUR);
        check(
            Language::English,
            Refusal::InsufficientFunds { shortfall },
            "There is not enough money in the account: €1,234.50 more would be needed. Enter a smaller amount, or deposit \
             something first.",
        );
        check(
            Language::German,
            Refusal::InsufficientFunds { shortfall },
            "Auf dem Konto ist nicht genug Geld: Es fehlen 1.234,50\u{a0}€. Gib einen kleineren Betrag ein, oder zahle erst \
             etwas ein.",
        );
        check(
            Language::German,
            Refusal::PinThrottled { retry_after: Duration::from_secs(300) },
            "Zu viele falsche PINs. Bitte versuche es in 5 Minuten noch einmal.",
        );
        let closed = Refusal::AccountClosed { account: Some(AccountNumber::from_payload(2_400_000_001)) };
        check(Language::English, closed.clone(), "Account 2400 0000 0183 is closed. Please choose another one.");
        check(Language::German, closed, "Das Konto 2400 0000 0183 ist geschlossen. Bitte wähle ein anderes.");
        check(Language::English, Refusal::IncorrectPin { tries_left: 1 }, "That PIN is not right. One try is left.");
    }

    #[test]
    fn every_event_and_movement_has_a_name() {
        for language in Language::ALL {
            let t = words(language, Calendar::UTC);
            for kind in EventKind::ALL {
                assert!(t.has(&format!("event-{}", kind.name())), "{} in {language}", kind.name());
            }
            for kind in TransferKind::ALL {
                assert!(t.has(&format!("kind-{}", kind.name())), "{} in {language}", kind.name());
            }
        }
    }
}
