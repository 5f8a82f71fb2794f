//! Logging in and out, and what a session token opens.

use kit_core::{SecretText, Timestamp, Token};

use super::Bank;
use crate::error::Result;
use crate::hashing::Verdict;
use crate::model::Refusal;
use crate::model::{
    Bucket, Customer, CustomerId, EventKind, SecurityEvent, Session, SessionId, SessionKind, StoredHash,
};
use crate::rules::{credentials, ladder};
use crate::store::{StoreExt, WriteTx, customer_of};

/// A session that has just begun. The token exists only here and with whoever receives it.
pub struct NewSession {
    /// What opens it.
    pub token: Token,
    /// What is kept of it.
    pub session: Session,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// Who a session token belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Whose.
    pub customer: Customer,
    /// Which.
    pub session: Session,
}

impl Bank {
    /// Logs a customer in. `from` is where the call comes from, such as the client's address: failures are counted by
    /// e-mail address and place together, so that strangers elsewhere cannot keep a customer waiting.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`] (the same for an unknown address), [`Refusal::LoginThrottled`], `Busy`, or the
    /// store's failure.
    pub fn log_in(&self, email: &str, password: &SecretText, kind: SessionKind, from: &str) -> Result<NewSession> {
        let _place = self.inner.hashing.enter()?;
        let tried_at = self.count_password_try(email, from)?;
        let found = self.view(|tx| Ok(customer_of(tx, email)?))?;
        let right = match &found {
            Some(customer) => self.password_is(customer, password),
            // The same work for an unknown address, so that the time tells nothing.
            None => {
                for form in credentials::password_forms(password) {
                    self.inner.hasher.verify(form.expose(), b"decoy", &self.inner.decoy);
                }
                false
            }
        };
        let (now, bucket) = (self.now(), self.login_bucket(email, from));
        let (Some(customer), true) = (&found, right) else {
            let customer = found.map(|c| c.id);
            let kind = EventKind::LoginFailed;
            let event = SecurityEvent { at: now, kind, customer, account: None, merchant: None };
            self.inner.store.update(|tx| {
                confirm_failure(tx, bucket, tried_at)?;
                Ok(tx.insert_event(&event)?)
            })?;
            return Err(Refusal::WrongCredentials.into());
        };
        let fresh = self.new_session(customer.id, kind, now);
        self.inner.store.update(|tx| {
            tx.clear_tries(bucket)?;
            tx.delete_sessions_before(now.minus(self.inner.config.session_length))?;
            tx.put_session(&fresh.session)?;
            Ok(tx.insert_event(&event(now, EventKind::LoggedIn, customer.id))?)
        })?;
        Ok(fresh)
    }

    /// Who a token belongs to. Notes, at most twice a minute, that the session is in use. A browser's token opens nothing
    /// as an API token, nor the other way round.
    ///
    /// # Errors
    /// [`Refusal::NotLoggedIn`] where there is no such session or its time has ended, or the store's failure.
    pub fn authenticate(&self, token: &Token, kind: SessionKind) -> Result<SignedIn> {
        let (now, hash, config) = (self.now(), token.hash(), &self.inner.config);
        let signed_in = self.view(|tx| {
            let session = tx.session(hash)?.filter(|s| s.kind == kind).ok_or(Refusal::NotLoggedIn)?;
            let customer = tx.customer(session.customer)?.ok_or(Refusal::NotLoggedIn)?;
            Ok(SignedIn { customer, session })
        })?;
        let session = &signed_in.session;
        let idle = session.kind == SessionKind::Browser && now.since(session.seen_at) >= config.session_idle;
        if idle || now.since(session.created_at) >= config.session_length {
            return Err(Refusal::NotLoggedIn.into());
        }
        if now.since(session.seen_at) >= SEEN_EVERY {
            let seen = Session { seen_at: now, ..session.clone() };
            self.inner.store.update(|tx| {
                // It may have been ended since it was read: then it stays ended.
                if tx.session(hash)?.is_some() { Ok(tx.put_session(&seen)?) } else { Ok(()) }
            })?;
        }
        Ok(signed_in)
    }

    /// Ends the session that a token opens; nothing happens where there is none.
    ///
    /// # Errors
    /// The store's failure.
    pub fn log_out(&self, token: &Token) -> Result<()> {
        let (now, hash) = (self.now(), token.hash());
        self.inner.store.update(|tx| {
            if let Some(session) = tx.session(hash)? {
                tx.delete_session(session.customer, session.id)?;
                tx.insert_event(&event(now, EventKind::LoggedOut, session.customer))?;
            }
            Ok(())
        })
    }

    /// A customer's sessions that have not ended, newest first.
    ///
    /// # Errors
    /// The store's failure.
    pub fn sessions(&self, customer: CustomerId) -> Result<Vec<Session>> {
        let (now, config) = (self.now(), &self.inner.config);
        let open = |s: &Session| {
            let idle = s.kind == SessionKind::Browser && now.since(s.seen_at) >= config.session_idle;
            !idle && now.since(s.created_at) < config.session_length
        };
        self.view(|tx| Ok(tx.sessions_of(customer)?.into_iter().filter(open).collect()))
    }

    /// Ends one of a customer's sessions.
    ///
    /// # Errors
    /// [`Refusal::SessionNotFound`], or the store's failure.
    pub fn end_session(&self, customer: CustomerId, id: SessionId) -> Result<()> {
        let ended = self.inner.store.update(|tx| Ok(tx.delete_session(customer, id)?))?;
        if ended { Ok(()) } else { Err(Refusal::SessionNotFound.into()) }
    }

    pub(super) fn new_session(&self, customer: CustomerId, kind: SessionKind, now: Timestamp) -> NewSession {
        let token = self.token();
        let id = SessionId::from_uuid(self.uuid());
        let session = Session { token: token.hash(), id, customer, kind, created_at: now, seen_at: now };
        NewSession { token, session, expires_at: now.plus(self.inner.config.session_length) }
    }

    /// Whether this is the customer's password. Hashes it anew where the cost has changed, or where its hash is one of
    /// the password as it was typed, from before passwords were prepared. Every form is hashed whatever the first one's
    /// verdict, so that the time tells nothing.
    pub(super) fn password_is(&self, customer: &Customer, password: &SecretText) -> bool {
        let owner = customer.id.uuid();
        let mut verdict = Verdict::Wrong;
        for (n, form) in credentials::password_forms(password).iter().enumerate() {
            match self.inner.hasher.verify(form.expose(), owner.as_bytes(), &customer.password) {
                Verdict::Wrong => {}
                Verdict::Right if n > 0 => verdict = Verdict::RightButOutdated,
                right => verdict = right,
            }
        }
        match verdict {
            Verdict::Wrong => false,
            Verdict::Right => true,
            Verdict::RightButOutdated => {
                let hash = self.hash_password(customer.id, password);
                // Losing this to a failing store costs nothing: it is tried again at the next log-in.
                let _ = self.inner.store.update(|tx| {
                    let current = tx.customer(customer.id)?.filter(|c| c.password == customer.password);
                    match current {
                        Some(current) => Ok(tx.put_customer(&Customer { password: hash.clone(), ..current })?),
                        None => Ok(()),
                    }
                });
                true
            }
        }
    }

    pub(super) fn hash_password(&self, customer: CustomerId, password: &SecretText) -> StoredHash {
        // One that cannot be prepared is an old one: it is kept as it was typed.
        let prepared = credentials::prepared_password(password.expose());
        let password = prepared.as_ref().unwrap_or(password);
        self.inner.hasher.hash(password.expose(), customer.uuid().as_bytes(), self.inner.env.random())
    }

    /// Counts a password try as failed before it is hashed, unless the ladder says to wait. Answers when it began.
    pub(super) fn count_password_try(&self, email: &str, from: &str) -> Result<Timestamp> {
        let (now, bucket) = (self.now(), self.login_bucket(email, from));
        self.inner.store.update(|tx| {
            let tries = tx.tries(bucket)?.unwrap_or_default();
            let counted = ladder::begin_login(&tries, self.inner.boot, now)
                .map_err(|retry_after| Refusal::LoginThrottled { retry_after })?;
            tx.put_tries(bucket, &counted)?;
            Ok(now)
        })
    }

    /// Takes the count back: the password was right.
    pub(super) fn forget_password_tries(&self, email: &str, from: &str) -> Result<()> {
        let bucket = self.login_bucket(email, from);
        self.inner.store.update(|tx| Ok(tx.clear_tries(bucket)?))
    }

    /// Tries are counted under a keyed hash of the e-mail address and the place, so that unknown ones look like known
    /// ones, and every spelling of an address like any other. The place comes last and the address holds no line break:
    /// no two pairs read the same.
    pub(super) fn login_bucket(&self, email: &str, from: &str) -> Bucket {
        let email = kit_core::email::key(email).replace(char::is_control, "");
        let hash = self.inner.hasher.pepper().mac("login", format!("{email}\n{from}").as_bytes());
        // 20 bits: a bounded table, whatever strangers make up, in which customers hardly ever meet.
        Bucket::Login(u64::from(u32::from_le_bytes([hash[0], hash[1], hash[2], 0]) >> 4))
    }
}

/// The verdict on a password try: it was wrong. A right one beside it may have cleared the counter.
pub(super) fn confirm_failure(tx: &mut dyn WriteTx, bucket: Bucket, tried_at: Timestamp) -> Result<()> {
    if let Some(counter) = tx.tries(bucket)? {
        tx.put_tries(bucket, &ladder::confirm(&counter, tried_at))?;
    }
    Ok(())
}

/// How often a session's last use is written down.
const SEEN_EVERY: std::time::Duration = std::time::Duration::from_secs(30);

pub(super) fn event(at: Timestamp, kind: EventKind, customer: CustomerId) -> SecurityEvent {
    SecurityEvent { at, kind, customer: Some(customer), account: None, merchant: None }
}
