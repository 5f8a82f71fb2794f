//! Registering, and changing the password.

use kit_core::{AccountNumber, Language, Pin, SecretText};

use super::Bank;
use super::pin::pin_owner;
use super::sessions::{NewSession, event};
use crate::command::{Command, Done, Open};
use crate::error::{Error, Result};
use crate::model::{Account, Customer, CustomerId, EventKind, Notice, Owner, Session, SessionKind, StoredPin};
use crate::model::{FieldProblem, Refusal};
use crate::rules::credentials;
use crate::store::outbox::tell;
use crate::store::{StoreExt, customer_of};

/// What someone enters to become a customer.
pub struct Registration {
    /// As they wish to be addressed.
    pub name: String,
    /// Where to reach them, and what they log in with.
    pub email: String,
    /// What they log in with.
    pub password: SecretText,
    /// The first account's PIN.
    pub pin: Pin,
    /// What to speak to them in.
    pub language: Language,
    /// Log them in at once, by this kind of session.
    pub log_in: Option<SessionKind>,
}

/// A new customer.
pub struct Registered {
    /// Who.
    pub customer: Customer,
    /// Their first account.
    pub account: Account,
    /// Their session, where one was asked for.
    pub session: Option<NewSession>,
}

impl Bank {
    /// Which of name, e-mail address and password cannot be taken, in the order of the form: for a caller that has
    /// noted other fields already and tells all of them together. For the PIN see [`credentials::strong_pin`].
    #[must_use]
    pub fn check_registration(&self, name: &str, email: &str, password: &SecretText) -> Vec<FieldProblem> {
        let address = credentials::email(email);
        let min_characters = self.inner.config.password_characters;
        let of_password =
            credentials::new_password(password.expose(), min_characters, address.as_deref().unwrap_or_default());
        let checked =
            [("name", credentials::name(name).err()), ("email", address.err()), ("password", of_password.err())];
        checked.into_iter().filter_map(|(field, flaw)| Some(FieldProblem { field, flaw: flaw? })).collect()
    }

    /// Registers a customer and opens a first account.
    ///
    /// # Errors
    /// [`Refusal::InvalidFields`] naming `name`, `email`, `password` or `pin`; [`Refusal::EmailTaken`]; `Busy`; or the
    /// store's failure.
    pub fn register(&self, new: &Registration) -> Result<Registered> {
        let number = self.draw_number(&new.pin);
        let mut fields = self.check_registration(&new.name, &new.email, &new.password);
        if let Err(flaw) = credentials::new_pin(&new.pin, number) {
            fields.push(FieldProblem { field: "pin", flaw });
        }
        let (Ok(name), Ok(email), true) =
            (credentials::name(&new.name), credentials::email(&new.email), fields.is_empty())
        else {
            return Err(Refusal::InvalidFields { fields }.into());
        };
        // Asked before hashing, to spare the work; judged again where it counts, in the gate.
        if self.view(|tx| Ok(customer_of(tx, &email)?))?.is_some() {
            return Err(Refusal::EmailTaken.into());
        }
        let now = self.now();
        let id = CustomerId::from_uuid(self.uuid());
        let place = self.inner.hashing.enter()?;
        let password = self.hash_password(id, &new.password);
        let customer = Customer { id, name, email, password, language: new.language, created_at: now };
        let pin = self.hash_pin(number, &new.pin);
        drop(place);
        let account_name = first_account_name(new.language).to_owned();
        let account = Account::new(number, Owner::Customer(id), self.inner.config.currency, account_name, now);
        let account = self.post_opening(Open {
            account,
            pin: Some(pin),
            customer: Some(customer.clone()),
            merchant: None,
            event: Some(event(now, EventKind::Registered, id)),
        })?;
        let session = new.log_in.map(|kind| self.new_session(id, kind, now));
        if let Some(fresh) = &session {
            let begun = self.inner.store.update(|tx| {
                tx.put_session(&fresh.session)?;
                Ok(tx.insert_event(&event(now, EventKind::LoggedIn, id))?)
            });
            // The customer exists by now, so it must not be told that nothing happened.
            begun.map_err(|error| match error {
                Error::NotCommitted(cause) => Error::CommitUnknown(cause),
                other => other,
            })?;
        }
        Ok(Registered { customer, account, session })
    }

    /// Changes the password and ends all other sessions.
    ///
    /// # Errors
    /// [`Refusal::WrongPassword`], [`Refusal::InvalidFields`] naming `new_password`, [`Refusal::LoginThrottled`],
    /// `Busy`, or the store's failure.
    pub fn change_password(&self, session: &Session, current: &SecretText, new: &SecretText) -> Result<()> {
        let customer = self.confirm_password(session.customer, current)?;
        credentials::new_password(new.expose(), self.inner.config.password_characters, &customer.email)
            .map_err(|flaw| Refusal::field("new_password", flaw))?;
        let _place = self.inner.hashing.enter()?;
        let (now, hash, mail) = (self.now(), self.hash_password(customer.id, new), self.mail_id());
        self.inner.store.update(|tx| {
            // Changed by another session in the meantime: that one asked for the password as well, and came first.
            let known = tx.customer(customer.id)?.filter(|c| c.password == customer.password);
            let known = known.ok_or(Refusal::WrongPassword)?;
            tx.put_customer(&Customer { password: hash.clone(), ..known })?;
            tx.delete_other_sessions(customer.id, Some(session.token))?;
            // A way to a new password that was asked for before must not outlive this one.
            tx.delete_password_reset(customer.id)?;
            tx.insert_event(&event(now, EventKind::PasswordChanged, customer.id))?;
            Ok(tell(tx, mail, now, customer.id, Notice::PasswordChanged)?)
        })
    }

    /// Asks a logged-in customer for the password again.
    ///
    /// # Errors
    /// [`Refusal::WrongPassword`], [`Refusal::LoginThrottled`], `Busy`, or the store's failure.
    pub(super) fn confirm_password(&self, customer: CustomerId, password: &SecretText) -> Result<Customer> {
        let customer = self.view(|tx| Ok(tx.customer(customer)?.ok_or(Refusal::NotLoggedIn)?))?;
        // Overload is told before a try is counted.
        let _place = self.inner.hashing.enter()?;
        // By way of a log-in that begins no session, so that guesses here climb the same ladder.
        let place = format!("customer {}", customer.id);
        let tried_at = self.count_password_try(&customer.email, &place)?;
        if self.password_is(&customer, password) {
            self.forget_password_tries(&customer.email, &place)?;
            Ok(self.view(|tx| Ok(tx.customer(customer.id)?.ok_or(Refusal::NotLoggedIn)?))?)
        } else {
            let event = event(self.now(), EventKind::LoginFailed, customer.id);
            let bucket = self.login_bucket(&customer.email, &place);
            self.inner.store.update(|tx| {
                super::sessions::confirm_failure(tx, bucket, tried_at)?;
                Ok(tx.insert_event(&event)?)
            })?;
            Err(Refusal::WrongPassword.into())
        }
    }

    /// Opens an account, drawing another number in the unlikely case that this one is taken.
    pub(super) fn post_opening(&self, open: Open) -> Result<Account> {
        match self.post(Command::Open(Box::new(open)))?.result {
            Ok(Done::Account(account)) => Ok(account),
            // One in nine billion for each existing account; the caller enters the form once more and draws anew.
            Err(Refusal::SameAccount) | Ok(_) => Err(Error::Busy { retry_after: std::time::Duration::from_secs(1) }),
            Err(refusal) => Err(refusal.into()),
        }
    }

    pub(super) fn hash_pin(&self, number: AccountNumber, pin: &Pin) -> StoredPin {
        let hash = self.inner.hasher.hash(pin.expose(), &pin_owner(number), self.inner.env.random());
        StoredPin { account: number, hash }
    }

    /// A customer's account number: ten random digits, the first not a zero. Not counted up, so that a number tells
    /// nothing about how many accounts there are and neighbours cannot be guessed. A number that happens to contain the
    /// PIN is drawn again.
    pub(super) fn draw_number(&self, pin: &Pin) -> AccountNumber {
        let draw = || u64::from_le_bytes(self.inner.env.random()) % 9_000_000_000;
        loop {
            let number = AccountNumber::from_payload(1_000_000_000 + draw());
            if !number.digits().contains(pin.expose()) {
                return number;
            }
        }
    }

    /// A merchant's settlement account number: a zero first, above the cash accounts.
    pub(super) fn draw_settlement_number(&self) -> AccountNumber {
        AccountNumber::from_payload(100_000_000 + u64::from_le_bytes(self.inner.env.random()) % 900_000_000)
    }
}

/// What a customer's first account is called until they rename it: it is theirs from then on, so it begins in their
/// language.
fn first_account_name(language: Language) -> &'static str {
    match language {
        Language::English => "Current account",
        Language::German => "Girokonto",
    }
}
