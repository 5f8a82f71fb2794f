//! A form that was sent: what was typed, under which key, and what is wrong with it.

use std::future::Future;
use std::time::Duration;

use bank_core::model::{FieldProblem, Flaw};
use bank_core::rules::credentials;
use bank_core::{Error, Refusal};
use kit_core::{AccountNumber, Currency, Env, ErrorKind, IdempotencyKey, Language, Money, Pin};
use kit_web::forms::{Field, FormData, FormErrors, Kind as FieldKind};
use kit_web::words::number_marks;
use kit_web::{Problem, Words};
use poem::http::StatusCode;
use tokio::time::{Instant, sleep};

use super::told;
use crate::problem;

/// The name of the hidden field that holds the pre-minted key.
pub(super) const KEY: &str = "key";

/// How long a form waits for its twin, which was sent at the same moment.
const PATIENCE: Duration = Duration::from_secs(3);

/// How often it looks meanwhile. A look takes microseconds; a PIN's hash, which the twin waits for, some 20 ms.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// One round of a form. A form that has not been sent yet is an attempt without errors.
pub(super) struct Attempt {
    /// What was typed; empty before.
    pub(super) form: FormData,
    /// What is wrong with it.
    pub(super) errors: FormErrors,
    /// Under which it moves money, at most once.
    pub(super) key: IdempotencyKey,
    t: Words<'static>,
    status: Option<StatusCode>,
}

impl Attempt {
    /// A form to be filled in, with a key of its own.
    pub(super) fn fresh(t: Words<'static>) -> Self {
        Self { form: FormData::default(), errors: FormErrors::new(), key: new_key(), t, status: None }
    }

    /// A form as it was sent. One that moves money brings its key.
    pub(super) fn of(t: Words<'static>, form: FormData) -> Self {
        let sent = IdempotencyKey::parse(form.get(KEY)).ok();
        Self { key: sent.unwrap_or_else(new_key), form, errors: FormErrors::new(), t, status: None }
    }

    /// A form that moves money, as it was sent. Without its key (which only a tampered form lacks) it is not done, for
    /// sending it twice would do it twice.
    pub(super) fn of_movement(t: Words<'static>, form: FormData) -> Self {
        let missing = IdempotencyKey::parse(form.get(KEY)).is_err();
        let mut attempt = Self::of(t, form);
        if missing {
            attempt.errors.add_whole(t.say("refusal-form-incomplete"));
        }
        attempt
    }

    /// A form that was not accepted because the browser's session had ended: everything typed but the secrets.
    pub(super) fn again(t: Words<'static>, mut form: FormData) -> Self {
        for secret in ["password", "pin"] {
            drop(form.take_secret(secret));
        }
        let mut attempt = Self::of(t, form);
        attempt.errors.add_whole(t.say("form-again"));
        attempt.status = Some(StatusCode::FORBIDDEN);
        attempt
    }

    /// Whether nothing is wrong so far.
    pub(super) fn is_good(&self) -> bool {
        self.errors.is_empty()
    }

    /// A field of this form, with what was typed (no secret) and what is wrong with it.
    pub(super) fn field(&self, kind: FieldKind, name: &'static str, label: impl Into<String>) -> Field {
        Field::new(kind, name, label).in_words(self.t).sent(&self.form).errors(&self.errors)
    }

    /// Notes what is wrong with a field.
    pub(super) fn flaw(&mut self, field: &'static str, flaw: impl Into<Flaw>) {
        self.errors.add(field, told::about(self.t, field, &flaw.into()));
    }

    /// The amount typed, or a note beside its field.
    pub(super) fn amount(&mut self, currency: Currency) -> Option<Money> {
        let typed = plain_amount(self.form.text("amount"), self.t.language());
        Money::parse(&typed, currency).map_err(|error| self.flaw("amount", error)).ok()
    }

    /// The account number typed, or a note beside its field.
    pub(super) fn account_number(&mut self, typed: &str, field: &'static str) -> Option<AccountNumber> {
        AccountNumber::parse(typed).map_err(|error| self.flaw(field, error)).ok()
    }

    /// The PIN typed, or a note beside its field.
    pub(super) fn pin(&mut self, field: &'static str) -> Option<Pin> {
        let typed = self.form.take_secret(field);
        Pin::parse(typed.expose()).map_err(|error| self.flaw(field, error)).ok()
    }

    /// A new PIN typed, or a note beside its field.
    pub(super) fn new_pin(&mut self, field: &'static str) -> Option<Pin> {
        let pin = self.pin(field)?;
        credentials::strong_pin(&pin).map_err(|flaw| self.flaw(field, flaw)).ok().map(|()| pin)
    }

    /// Notes what rules of the bank found, beside the fields.
    pub(super) fn flaws(&mut self, found: Vec<FieldProblem>) {
        for FieldProblem { field, flaw } in found {
            self.flaw(field, flaw);
        }
    }

    /// The PIN typed, where one was.
    pub(super) fn optional_pin(&mut self, field: &'static str) -> Option<Pin> {
        if self.form.get(field).is_empty() { None } else { self.pin(field) }
    }

    /// A password typed.
    pub(super) fn password(&mut self, field: &'static str) -> kit_core::SecretText {
        kit_core::SecretText::new(self.form.take_secret(field).expose().to_owned())
    }

    /// Notes what the bank said, beside the field it is about where the form has it.
    ///
    /// # Errors
    /// What belongs on a page of its own: the account is not there, or the session has ended.
    pub(super) fn refused(&mut self, error: &Error, fields: &[&'static str]) -> Result<(), Problem> {
        let problem = problem::of(error);
        if let Some(
            Refusal::AccountNotFound | Refusal::NotLoggedIn | Refusal::SessionNotFound | Refusal::SavedPayeeNotFound,
        ) = error.refusal()
        {
            return Err(problem);
        }
        if !may_repeat(error) {
            self.key = new_key();
        }
        self.status = Some(problem.status);
        if let Some(Refusal::InvalidFields { fields: wrong }) = error.refusal() {
            for about in wrong {
                self.note(Some(about.field), told::about(self.t, about.field, &about.flaw), fields);
            }
        } else {
            self.note(field_of(error), told::error(self.t, error), fields);
        }
        Ok(())
    }

    fn note(&mut self, field: Option<&'static str>, message: String, fields: &[&'static str]) {
        match field.filter(|field| fields.contains(field)) {
            Some(field) => self.errors.add(field, message),
            None => self.errors.add_whole(message),
        }
    }

    /// The status of the page that shows it.
    pub(super) fn status(&self) -> StatusCode {
        match self.status {
            Some(status) => status,
            None if self.is_good() => StatusCode::default(),
            None => problem::INVALID_FORM,
        }
    }
}

/// Asks the bank, and where the very same form is being worked on at this moment (a double click), asks again until it
/// is known what became of that: both of them are then answered alike.
pub(super) async fn settled<T, F>(mut ask: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let until = Instant::now() + PATIENCE;
    loop {
        match ask().await {
            Err(Error::Refused { refusal: Refusal::InFlight, .. }) if Instant::now() < until => sleep(LOOK_AGAIN).await,
            outcome => return outcome,
        }
    }
}

/// An amount as people write it in their language, as [`Money::parse`] reads it: `1.234,50` in German is `1234.50`, and
/// so is `1,234.50` in English. Whatever is not plainly so stays as it is, and is refused rather than guessed at.
pub(super) fn plain_amount(typed: &str, language: Language) -> String {
    let (group, point) = number_marks(language);
    let (whole, fraction) = match typed.split_once(point) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (typed, None),
    };
    let groups: Vec<&str> = whole.split(group).collect();
    let thousands = (1..=3).contains(&groups[0].len()) && !groups[0].starts_with('0');
    if groups.len() > 1 && !(thousands && groups[1..].iter().all(|digits| digits.len() == 3)) {
        return typed.to_owned();
    }
    match fraction {
        Some(fraction) => format!("{}.{fraction}", groups.concat()),
        None => groups.concat(),
    }
}

fn new_key() -> IdempotencyKey {
    IdempotencyKey::from_uuid(Env::system().uuid())
}

/// Whether the key is still good: nothing was decided under it, or nobody knows what.
fn may_repeat(error: &Error) -> bool {
    match error {
        Error::Refused { refusal: Refusal::InFlight, .. } => true,
        Error::Refused { refusal, .. } => matches!(refusal.kind(), ErrorKind::Invalid | ErrorKind::Throttled),
        Error::Busy { .. } | Error::NotCommitted(_) | Error::CommitUnknown(_) => true,
    }
}

/// The field that a refusal is about, by its name in every form of ours.
fn field_of(error: &Error) -> Option<&'static str> {
    match error.refusal()? {
        Refusal::AmountNotPositive
        | Refusal::AmountTooLarge
        | Refusal::InsufficientFunds { .. }
        | Refusal::DailyDepositLimit { .. } => Some("amount"),
        Refusal::SameAccount | Refusal::PayeeNotFound | Refusal::CurrencyMismatch { .. } => Some("to"),
        Refusal::PinRequired | Refusal::IncorrectPin { .. } | Refusal::PinBlocked | Refusal::PinThrottled { .. } => {
            Some("pin")
        }
        Refusal::EmailTaken => Some("email"),
        Refusal::WrongPassword => Some("current_password"),
        Refusal::PayeeSavedAlready { .. } => Some("account_number"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_the_language_writes_them() {
        let check = |language, typed: &str, minor: Option<i64>| {
            let read = Money::parse(&plain_amount(typed, language), Currency::EUR).ok();
            assert_eq!(read.map(|money| money.minor), minor, "{typed} in {language}");
        };
        for (typed, english, german) in [
            ("250", Some(25_000), Some(25_000)),
            ("250.00", Some(25_000), Some(25_000)),
            ("250,00", None, Some(25_000)),
            ("0,5", None, Some(50)),
            ("1,234.50", Some(123_450), None),
            ("1.234,50", None, Some(123_450)),
            ("1.234.567,89", None, Some(123_456_789)),
            ("1,000", Some(100_000), None),
            ("1.000", None, Some(100_000)),
            ("1.5", Some(150), Some(150)),
            ("12.34,5", None, None),
            ("1234.567,89", None, None),
            ("1,,5", None, None),
            (",5", None, None),
            (".123", None, None),
            ("0.123", None, None),
            ("0,123", None, None),
            (".", None, None),
            ("", None, None),
            ("-1", None, None),
            ("1e3", None, None),
        ] {
            check(Language::English, typed, english);
            check(Language::German, typed, german);
        }
    }
}
