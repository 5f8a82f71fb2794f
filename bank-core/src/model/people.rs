//! Customers, their secrets' hashes, sessions, counted tries, and security events.

use kit_core::{AccountNumber, Language, Timestamp, TokenHash, Uuid};

use super::{CustomerId, MerchantId, PayeeId, SessionId};

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Who.
    pub id: CustomerId,
    /// As they wish to be addressed.
    pub name: String,
    /// Lower-cased; unique.
    pub email: String,
    /// The stored hash, never the password.
    pub password: StoredHash,
    /// What they are spoken to in, by mail above all; a page may know better from the browser.
    pub language: Language,
    /// When they registered.
    pub created_at: Timestamp,
}

/// Somebody to whom a customer transfers money, by the name that the customer gave them. It says nothing about whose
/// account it is, or whether there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPayee {
    /// What its customer changes and removes it by.
    pub id: PayeeId,
    /// Whose it is.
    pub customer: CustomerId,
    /// What its customer calls them.
    pub name: String,
    /// Where the money goes.
    pub number: AccountNumber,
    /// When it was saved.
    pub saved_at: Timestamp,
}

/// A hash in the text form that a store keeps. Without `Display`: it has no business in a page.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredHash(pub String);

impl std::fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoredHash(…)")
    }
}

/// An account's PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPin {
    /// Which account.
    pub account: AccountNumber,
    /// The stored hash, never the PIN.
    pub hash: StoredHash,
}

/// What a counter of failed tries is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// PINs of an account, tried through a merchant that it has paid before.
    AtMerchant(AccountNumber, MerchantId),
    /// PINs of an account, tried through anyone else and through the bank's own pages.
    Strangers(AccountNumber),
    /// All PINs of an account in the last 24 hours.
    Account(AccountNumber),
    /// PINs of accounts that do not exist: a bounded table of slots, so that both look alike.
    Shadow(u16),
    /// Log-ins with an e-mail address from one place, by a keyed hash of both: known and unknown ones look alike.
    Login(u64),
    /// Requests for a new password, for an e-mail address or from a place, by a keyed hash.
    Reset(u64),
}

impl Bucket {
    /// The account whose PIN it counts; `None` for shadows, log-ins and resets.
    #[must_use]
    pub fn account(self) -> Option<AccountNumber> {
        match self {
            Self::AtMerchant(number, _) | Self::Strangers(number) | Self::Account(number) => Some(number),
            Self::Shadow(_) | Self::Login(_) | Self::Reset(_) => None,
        }
    }
}

/// A counter of failed tries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tries {
    /// Failures since the last success.
    pub failures: u32,
    /// No try before this.
    pub wait_until: Option<Timestamp>,
    /// Blocked until the customer resets it.
    pub blocked: bool,
    /// When the failures of the last 24 hours were (only kept for [`Bucket::Account`]; at most ten), or the requests of
    /// the last hour ([`Bucket::Reset`]).
    pub recent: Vec<Timestamp>,
    /// When the attempts began that are counted as failed and have no verdict yet.
    pub pending: Vec<Timestamp>,
    /// Which process began the pending ones. Another process finds them interrupted.
    pub boot: Option<Uuid>,
    /// Interrupted attempts in a row.
    pub interrupted: u32,
}

/// How a session is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionKind {
    /// By a browser's cookie: ends after some idle minutes.
    Browser,
    /// By a bearer token: ends after its hours.
    Api,
}

/// A customer's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What its token hashes to.
    pub token: TokenHash,
    /// What its customer ends it by.
    pub id: SessionId,
    /// Whose.
    pub customer: CustomerId,
    /// How it is carried.
    pub kind: SessionKind,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to within half a minute.
    pub seen_at: Timestamp,
}

/// Something about security that happened. Never changed, never deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Whose, where it is known.
    pub customer: Option<CustomerId>,
    /// Which account, where there is one.
    pub account: Option<AccountNumber>,
    /// Through which merchant, where there is one.
    pub merchant: Option<MerchantId>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// Registered.
    Registered,
    /// Logged in.
    LoggedIn,
    /// A log-in failed.
    LoginFailed,
    /// Logged out.
    LoggedOut,
    /// A PIN was wrong.
    PinFailed,
    /// PIN use was blocked.
    PinBlocked,
    /// The PIN was changed.
    PinChanged,
    /// The password was changed.
    PasswordChanged,
    /// The name was changed.
    NameChanged,
    /// A further account was opened.
    AccountOpened,
    /// The account was closed by its customer.
    AccountClosed,
    /// Somebody asked for a new password, as the old one was forgotten.
    PasswordResetAsked,
    /// A new password was set by the link of a mail.
    PasswordReset,
    /// The operator froze the account.
    AccountFrozen,
    /// The operator unfroze the account.
    AccountUnfrozen,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::Registered,
        Self::LoggedIn,
        Self::LoginFailed,
        Self::LoggedOut,
        Self::PinFailed,
        Self::PinBlocked,
        Self::PinChanged,
        Self::PasswordChanged,
        Self::NameChanged,
        Self::AccountOpened,
        Self::AccountClosed,
        Self::PasswordResetAsked,
        Self::PasswordReset,
        Self::AccountFrozen,
        Self::AccountUnfrozen,
    ];

    /// The stable slug.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::LoggedIn => "logged-in",
            Self::LoginFailed => "login-failed",
            Self::LoggedOut => "logged-out",
            Self::PinFailed => "pin-failed",
            Self::PinBlocked => "pin-blocked",
            Self::PinChanged => "pin-changed",
            Self::PasswordChanged => "password-changed",
            Self::NameChanged => "name-changed",
            Self::AccountOpened => "account-opened",
            Self::AccountClosed => "account-closed",
            Self::PasswordResetAsked => "password-reset-asked",
            Self::PasswordReset => "password-reset",
            Self::AccountFrozen => "account-frozen",
            Self::AccountUnfrozen => "account-unfrozen",
        }
    }
}
