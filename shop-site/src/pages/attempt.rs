//! A form that pays and was sent: what was typed, under which key, and what is wrong with it.

use kit_core::{IdempotencyKey, SecretText};
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use kit_web::{Problem, Words};
use poem::Response;
use poem::http::StatusCode;
use shop_core::{Error, Payment, Refusal, Shop};

use super::notice::Notice;
use super::{retry_after, told};
use crate::problem::{self, PayError};

/// The name of the hidden field that holds the pre-minted key.
const KEY: &str = "key";

/// One round of a form. A form that has not been sent yet is an attempt without errors.
pub(super) struct Attempt {
    /// What was typed; empty before.
    pub(super) form: FormData,
    /// What is wrong with single fields.
    pub(super) errors: FormErrors,
    /// What is wrong with the whole.
    pub(super) notice: Notice,
    /// The key it was sent under, as long as the same form may be sent again.
    key: Option<IdempotencyKey>,
    status: StatusCode,
    retry_after_seconds: Option<u64>,
}

impl Attempt {
    /// A form to be filled in. Its key is minted when it is shown, see [`key`](Self::key).
    pub(super) fn fresh() -> Self {
        Self {
            form: FormData::default(),
            errors: FormErrors::new(),
            notice: Notice::default(),
            key: None,
            status: StatusCode::default(),
            retry_after_seconds: None,
        }
    }

    /// A form as it was sent, and the key under which it pays at most once.
    ///
    /// # Errors
    /// Without its key (which only a tampered form lacks) it is not done, for sending it twice would do it twice.
    pub(super) fn of(form: FormData) -> Result<(Self, IdempotencyKey), Problem> {
        let key = IdempotencyKey::parse(form.get(KEY)).map_err(|_| problem::incomplete_form())?;
        Ok((Self { form, key: Some(key.clone()), ..Self::fresh() }, key))
    }

    /// A form that was not accepted because the browser's session had ended: everything typed but the PIN.
    pub(super) fn again(t: Words<'_>, mut form: FormData) -> Self {
        drop(form.take_secret("pin"));
        let key = IdempotencyKey::parse(form.get(KEY)).ok();
        let notice = Notice::saying(t.say("form-again"));
        Self { form, key, notice, status: StatusCode::FORBIDDEN, ..Self::fresh() }
    }

    /// The key for the form on the next page: the one it was sent under, or one of its own. Asked for only where the
    /// page lets its reader pay.
    pub(super) fn key(&self, shop: &Shop) -> IdempotencyKey {
        self.key.clone().unwrap_or_else(|| shop.new_form_key())
    }

    /// How it pays under `key`. The PIN leaves the form with it.
    pub(super) fn payment(&mut self, key: IdempotencyKey) -> Payment {
        Payment {
            account: self.form.text("account_number").to_owned(),
            pin: SecretText::new(self.form.take_secret("pin").expose().to_owned()),
            key,
        }
    }

    /// The two fields of every form that pays.
    pub(super) fn payment_fields(&self, t: Words<'_>) -> [Field; 2] {
        let field = |kind, name, label: &str, hint: &str| {
            Field::new(kind, name, t.say(label)).in_words(t).hint(t.say(hint)).errors(&self.errors)
        };
        [
            field(Kind::Number, "account_number", "checkout-account", "checkout-account-hint")
                .max_length(32)
                .sent(&self.form),
            field(Kind::Pin, "pin", "checkout-pin", "checkout-pin-hint").max_length(12),
        ]
    }

    /// Notes what the shop said, beside the fields it is about.
    ///
    /// # Errors
    /// What belongs on a page of its own: there is no such order, or nobody knows what happened.
    pub(super) fn refused(&mut self, t: Words<'_>, error: &PayError) -> Result<(), Problem> {
        let problem = error.problem();
        match error {
            PayError::Shop(Error::Refused(Refusal::FieldsInvalid { fields })) => {
                for error in fields {
                    self.errors.add(error.field.name(), told::field(t, error.field, error.problem));
                }
            }
            PayError::Shop(Error::Refused(Refusal::OrderNotFound)) => return Err(problem),
            PayError::Shop(Error::Refused(refusal)) => {
                self.notice = Notice::of(t, refusal);
                // Something was decided under the key: what is sent next is another form.
                self.key = None;
            }
            // Nothing happened: the same form may be sent again as it is, but for the PIN.
            PayError::TooManyTries { retry_after } => {
                let wait = t.wait(*retry_after);
                self.notice = Notice::saying(t.say("refusal-too-many-tries").with("wait", wait));
            }
            PayError::Shop(Error::Busy { .. }) => self.notice = Notice::saying(t.say("refusal-busy")),
            PayError::Shop(Error::NotCommitted(_)) => self.notice = Notice::saying(t.say("refusal-unavailable")),
            // Sent again, the same form does nothing twice: the browser's own reload is the safe way on.
            PayError::Shop(Error::CommitUnknown(_)) => return Err(problem),
        }
        self.status = problem.status;
        self.retry_after_seconds = problem.retry_after_seconds();
        Ok(())
    }

    /// The status of the page that shows it.
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// Tells programs when to try again, as the page tells people.
    pub(super) fn dress(&self, response: Response) -> Response {
        retry_after(response, self.retry_after_seconds)
    }
}
