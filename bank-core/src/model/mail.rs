//! Mails that wait to be sent, and resets of forgotten passwords. Facts only: what a mail says is decided when it is
//! sent, and nothing that opens anything is kept.

use kit_core::{AccountNumber, Delivery, Timestamp, TokenHash};

use super::{CustomerId, MailId, RequestId, ResetId};

/// A mail to a customer: recorded in the same write as what it tells about, sent afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Stays the same however often it is tried: its `Message-ID` is made of it.
    pub id: MailId,
    /// When what it tells about happened.
    pub at: Timestamp,
    /// Whom it tells.
    pub customer: CustomerId,
    /// Where they were to be reached then.
    pub to: String,
    /// What it tells.
    pub notice: Notice,
    /// How often it was not taken.
    pub tries: u32,
    /// How far it has come.
    pub state: Delivery,
    /// Why it was not taken the last time, for the operator: one short line.
    pub failure: Option<String>,
}

/// What a mail tells. Each is about something that a customer must be able to notice when it was not they who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// The password was changed.
    PasswordChanged,
    /// An account's PIN was changed.
    PinChanged(AccountNumber),
    /// An account's PIN was blocked after too many wrong tries.
    PinBlocked(AccountNumber),
    /// Somebody said that they had forgotten the password; the mail carries the way to a new one.
    ResetAsked(ResetId),
    /// A new password was set by that way.
    PasswordReset,
    /// An account was closed.
    AccountClosed(AccountNumber),
}

impl Notice {
    /// The stable slug, without what it is about.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PasswordChanged => "password-changed",
            Self::PinChanged(_) => "pin-changed",
            Self::PinBlocked(_) => "pin-blocked",
            Self::ResetAsked(_) => "reset-asked",
            Self::PasswordReset => "password-reset",
            Self::AccountClosed(_) => "account-closed",
        }
    }
}

/// That somebody asked for a new password for an address. Recorded alike for addresses that are a customer's and for
/// those that are not; which it is, is looked up afterwards, when nobody measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetRequest {
    /// Which.
    pub id: RequestId,
    /// As it was typed, lower-cased.
    pub email: String,
    /// When.
    pub at: Timestamp,
}

/// A customer's way to a new password. Each customer has one at most: asking again ends the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordReset {
    /// Which. The token is derived from it with a key that no database contains.
    pub id: ResetId,
    /// Whose.
    pub customer: CustomerId,
    /// What its token hashes to.
    pub token: TokenHash,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl PasswordReset {
    /// Whether it can still be used.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}
