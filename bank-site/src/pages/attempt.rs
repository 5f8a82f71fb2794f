//! A form that was sent: what was typed, under which key, and what is wrong with it.

use bank_core::{Error, Kind, Refusal};
use kit_core::{Currency, Env, IdempotencyKey, Money, Pin};
use kit_web::Problem;
use kit_web::forms::{FormData, FormErrors};
use poem::http::StatusCode;

use super::refusals;
use crate::problem;

/// The name of the hidden field that holds the pre-minted key.
pub(super) const KEY: &str = "key";

/// One round of a form. A form that has not been sent yet is an attempt without errors.
pub(super) struct Attempt {
    /// What was typed; empty before.
    pub(super) form: FormData,
    /// What is wrong with it.
    pub(super) errors: FormErrors,
    /// Under which it moves money, at most once.
    pub(super) key: IdempotencyKey,
    status: Option<StatusCode>,
}

impl Attempt {
    /// A form to be filled in, with a key of its own.
    pub(super) fn fresh() -> Self {
        Self { form: FormData::default(), errors: FormErrors::new(), key: new_key(), status: None }
    }

    /// A form as it was sent. One that moves money brings its key.
    pub(super) fn of(form: FormData) -> Self {
        let sent = IdempotencyKey::parse(form.get(KEY)).ok();
        Self { key: sent.unwrap_or_else(new_key), form, errors: FormErrors::new(), status: None }
    }

    /// A form that moves money, as it was sent. Without its key (which only a tampered form lacks) it is not done, for
    /// sending it twice would do it twice.
    pub(super) fn of_movement(form: FormData) -> Self {
        let missing = IdempotencyKey::parse(form.get(KEY)).is_err();
        let mut attempt = Self::of(form);
        if missing {
            attempt.errors.add_whole("This form was incomplete, so nothing was done. Please send it again.");
        }
        attempt
    }

    /// Whether nothing is wrong so far.
    pub(super) fn is_good(&self) -> bool {
        self.errors.is_empty()
    }

    /// The amount typed, or a note beside its field.
    pub(super) fn amount(&mut self, currency: Currency) -> Option<Money> {
        let read = Money::parse(self.form.text("amount"), currency);
        read.map_err(|error| self.errors.add("amount", refusals::sentence(error))).ok()
    }

    /// The PIN typed, or a note beside its field.
    pub(super) fn pin(&mut self, field: &'static str) -> Option<Pin> {
        let typed = self.form.take_secret(field);
        Pin::parse(typed.expose()).map_err(|error| self.errors.add(field, refusals::sentence(error))).ok()
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
        if let Error::Refused(Refusal::AccountNotFound | Refusal::NotLoggedIn | Refusal::SessionNotFound) = error {
            return Err(problem);
        }
        if !may_repeat(error) {
            self.key = new_key();
        }
        self.status = Some(problem.status);
        if let Error::Refused(Refusal::InvalidFields { fields: wrong }) = error {
            for about in wrong {
                self.note(Some(about.field), about.message(), fields);
            }
        } else {
            self.note(field_of(error), refusals::for_customer(error), fields);
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

fn new_key() -> IdempotencyKey {
    IdempotencyKey::from_uuid(Env::system().uuid())
}

/// Whether the key is still good: nothing was decided under it, or nobody knows what.
fn may_repeat(error: &Error) -> bool {
    match error {
        Error::Refused(Refusal::InFlight) => true,
        Error::Refused(refusal) => matches!(refusal.kind(), Kind::Invalid | Kind::Throttled),
        Error::Busy { .. } | Error::NotCommitted(_) | Error::CommitUnknown(_) => true,
    }
}

/// The field that a refusal is about, by its name in every form of ours.
fn field_of(error: &Error) -> Option<&'static str> {
    let Error::Refused(refusal) = error else { return None };
    match refusal {
        Refusal::AmountNotPositive
        | Refusal::AmountTooLarge
        | Refusal::InsufficientFunds { .. }
        | Refusal::DailyDepositLimit { .. } => Some("amount"),
        Refusal::SameAccount | Refusal::PayeeNotFound => Some("to"),
        Refusal::PinRequired | Refusal::IncorrectPin { .. } | Refusal::PinBlocked | Refusal::PinThrottled { .. } => {
            Some("pin")
        }
        Refusal::EmailTaken => Some("email"),
        Refusal::WrongPassword => Some("current_password"),
        _ => None,
    }
}
