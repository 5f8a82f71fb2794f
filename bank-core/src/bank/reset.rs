//! A forgotten password: asked for by anybody, sent to the customer, used once.
//!
//! Who asks is told the same in the same time, whether or not the address is a customer's: all that a request does is to
//! be written down. Whose address it is, is looked up afterwards, by whoever sends the mails.
//!
//! The link in the mail carries a token; the outbox holds no secret. So the token is derived, from the reset's id and the
//! bank's key: the sender computes it anew, and the database, which keeps the id and the token's hash, does not suffice.

use std::time::Duration;

use kit_core::email::EmailAddress;
use kit_core::{SecretText, Timestamp, Token};

use super::Bank;
use super::sessions::event;
use crate::error::Result;
use crate::model::{Bucket, Customer, CustomerId, EventKind, Notice, PasswordReset, RequestId, ResetId, ResetRequest};
use crate::model::{Flaw, Refusal};
use crate::rules::{credentials, ladder};
use crate::store::outbox::tell;
use crate::store::{ReadTx, StoreExt, WriteTx, customer_of};

/// How long a link to a new password works.
pub const RESET_LENGTH: Duration = Duration::from_secs(30 * 60);

/// How many security events are read at once.
const EVENTS: usize = 100;

/// For so long after a password was set by mail, it does not change a PIN without the present one. Whoever reads a
/// customer's mail can set a password and log in; without this they could set a PIN next, and pay. So the customer, whose
/// sessions have ended, has a day to notice, and to ask for a new password again, which begins the day anew. Nobody is
/// locked out for good: the present PIN is good at once, and the password suffices again after the wait.
pub const PIN_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// The way to a new password. The token exists only here and with whoever receives it.
pub struct ResetLink {
    /// What opens it.
    pub token: Token,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Whether the customer's password alone may change a PIN: not within [`PIN_WAIT`] of being set by mail.
pub(super) fn password_suffices(tx: &dyn ReadTx, customer: CustomerId, now: Timestamp) -> Result<()> {
    let (since, mut before) = (now.minus(PIN_WAIT), None);
    loop {
        let events = tx.events_of(customer, before, EVENTS)?;
        for (_, event) in events.iter().take_while(|(_, event)| event.at > since) {
            if event.kind == EventKind::PasswordReset {
                return Err(Refusal::PinAfterReset { retry_after: event.at.since(since) }.into());
            }
        }
        // A short page is the last one; what is older than the wait does not matter.
        match events.last() {
            Some((seq, oldest)) if events.len() == EVENTS && oldest.at > since => before = Some(*seq),
            _ => return Ok(()),
        }
    }
}

impl Bank {
    /// Asks for a new password for an address. The answer is the same whether or not it is a customer's. `from` is where
    /// the call comes from, such as the client's address.
    ///
    /// # Errors
    /// [`Refusal::InvalidFields`] naming `email`; [`Refusal::ResetThrottled`] where that was asked too often for this
    /// address or from this place; or the store's failure.
    pub fn request_password_reset(&self, email: &str, from: &str) -> Result<()> {
        EmailAddress::parse(email).map_err(|_| Refusal::field("email", Flaw::NotAnEmail))?;
        let email = email.trim().to_lowercase();
        let counted = [
            (self.reset_bucket("address", &kit_core::email::key(&email)), ladder::RESETS_AN_ADDRESS),
            (self.reset_bucket("place", from), ladder::RESETS_A_PLACE),
        ];
        let request = ResetRequest { id: RequestId::from_uuid(self.uuid()), email, at: self.now() };
        self.inner.store.update(|tx| {
            for (bucket, most) in counted {
                let tries = tx.tries(bucket)?.unwrap_or_default();
                let counted = ladder::begin_reset(&tries, most, request.at)
                    .map_err(|retry_after| Refusal::ResetThrottled { retry_after })?;
                tx.put_tries(bucket, &counted)?;
            }
            Ok(tx.insert_reset_request(&request)?)
        })
    }

    /// Whether [`reset_password`](Self::reset_password) would take this token now: who opens an old link hears of it before
    /// thinking of a password.
    ///
    /// # Errors
    /// The store's failure.
    pub fn reset_is_open(&self, token: &Token) -> Result<bool> {
        let (hash, now) = (token.hash(), self.now());
        self.view(|tx| Ok(tx.password_reset_by_token(hash)?.is_some_and(|reset| reset.is_open(now))))
    }

    /// Sets a new password by the token of a mail. Ends every session of the customer, and every wait of this place for
    /// its next log-in. The token works once.
    ///
    /// # Errors
    /// [`Refusal::ResetEnded`] where the token opens nothing (any more), [`Refusal::InvalidFields`] naming
    /// `new_password`, `Busy`, or the store's failure.
    pub fn reset_password(&self, token: &Token, new: &SecretText, from: &str) -> Result<()> {
        let (hash, asked_at) = (token.hash(), self.now());
        let live = |reset: &PasswordReset| reset.is_open(asked_at);
        let customer = self.view(|tx| {
            let reset = tx.password_reset_by_token(hash)?.filter(live).ok_or(Refusal::ResetEnded)?;
            Ok(tx.customer(reset.customer)?.ok_or(Refusal::ResetEnded)?)
        })?;
        credentials::new_password(new.expose(), self.inner.config.password_characters, &customer.email)
            .map_err(|message| Refusal::field("new_password", message))?;
        let place = self.inner.hashing.enter()?;
        let password = self.hash_password(customer.id, new);
        drop(place);
        let (now, mail, own) = (self.now(), self.mail_id(), format!("customer {}", customer.id));
        self.inner.store.update(|tx| {
            // Used, or asked for anew, while this one was hashed: then it is this one that has ended.
            let reset = tx.password_reset_by_token(hash)?.filter(live).ok_or(Refusal::ResetEnded)?;
            let known = tx.customer(reset.customer)?.ok_or(Refusal::ResetEnded)?;
            for place in [from, &own] {
                tx.clear_tries(self.login_bucket(&known.email, place))?;
            }
            tx.put_customer(&Customer { password: password.clone(), ..known })?;
            tx.delete_password_reset(customer.id)?;
            tx.delete_other_sessions(customer.id, None)?;
            tx.insert_event(&event(now, EventKind::PasswordReset, customer.id))?;
            Ok(tell(tx, mail, now, customer.id, Notice::PasswordReset)?)
        })
    }

    /// Looks into requests for a new password: a customer's becomes a mail, any other nothing.
    pub(super) fn take_up_resets(&self, limit: usize) -> Result<()> {
        for request in self.view(|tx| Ok(tx.reset_requests(limit)?))? {
            let (now, id, mail) = (self.now(), ResetId::from_uuid(self.uuid()), self.mail_id());
            let token = self.reset_token(id).hash();
            self.inner.store.update(|tx: &mut dyn WriteTx| {
                tx.delete_reset_request(request.id)?;
                let Some(customer) = customer_of(tx, &request.email)? else { return Ok(()) };
                let expires_at = now.plus(RESET_LENGTH);
                tx.put_password_reset(&PasswordReset { id, customer: customer.id, token, expires_at })?;
                tx.insert_event(&event(now, EventKind::PasswordResetAsked, customer.id))?;
                Ok(tell(tx, mail, now, customer.id, Notice::ResetAsked(id))?)
            })?;
        }
        Ok(())
    }

    pub(super) fn reset_link(&self, reset: &PasswordReset) -> ResetLink {
        ResetLink { token: self.reset_token(reset.id), expires_at: reset.expires_at }
    }

    fn reset_token(&self, id: ResetId) -> Token {
        Token::from_bytes(self.inner.hasher.pepper().mac("password reset", id.uuid().as_bytes()))
    }

    /// As for log-ins: a keyed hash, 20 bits of it, so that unknown addresses look like known ones and the table stays
    /// bounded.
    fn reset_bucket(&self, of: &str, subject: &str) -> Bucket {
        let hash = self.inner.hasher.pepper().mac("reset bucket", format!("{of}\n{subject}").as_bytes());
        Bucket::Reset(u64::from(u32::from_le_bytes([hash[0], hash[1], hash[2], 0]) >> 4))
    }
}
