//! Proving to be an account's holder, where a form asks for it: by the PIN, or by the password.

use bank_core::HolderProof;
use kit_core::{Pin, SecretText};
use kit_web::Words;
use kit_web::forms::{Field, Kind};

use super::attempt::Attempt;

/// The present PIN is called `pin`, as in every form of ours that asks for it.
pub(super) const PIN: &str = "pin";
/// The password.
pub(super) const PASSWORD: &str = "current_password";

/// What was typed to prove it. Wiped when it is dropped.
pub(super) enum Proof {
    Pin(Pin),
    Password(SecretText),
}

impl Proof {
    /// Reads it, or notes that it is missing.
    pub(super) fn read(attempt: &mut Attempt, t: Words<'_>) -> Option<Self> {
        let password = attempt.password(PASSWORD);
        if !attempt.form.get(PIN).is_empty() {
            return attempt.pin(PIN).map(Self::Pin);
        }
        if password.expose().is_empty() {
            attempt.errors.add(PIN, t.say("proof-missing"));
            return None;
        }
        Some(Self::Password(password))
    }

    /// As the bank takes it.
    pub(super) fn given(&self) -> HolderProof<'_> {
        match self {
            Self::Pin(pin) => HolderProof::WithPin(pin),
            Self::Password(password) => HolderProof::WithPassword(password),
        }
    }
}

/// The two fields, the password folded away while nothing speaks for it.
pub(super) struct ProofFields {
    pub(super) pin: Field,
    pub(super) password: Field,
    pub(super) open: bool,
}

impl ProofFields {
    /// The fields of a form.
    pub(super) fn of(attempt: &Attempt, t: Words<'_>, blocked: bool) -> Self {
        Self {
            pin: attempt.field(Kind::Pin, PIN, t.say("proof-pin")).optional(),
            password: attempt
                .field(Kind::Password, PASSWORD, t.say("proof-password"))
                .hint(t.say("proof-password-hint"))
                .autocomplete("current-password")
                .optional(),
            open: blocked || !attempt.is_good(),
        }
    }
}
