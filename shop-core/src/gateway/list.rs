//! The bank's own list of the merchant's payments: what [reconciliation](crate::rules::reconcile) compares the shop with.
//!
//! Unlike an [`Answer`](super::Answer), which says what a payment means to whoever asked for it, the list says what the
//! bank has, in full and without judging it.

use std::time::Duration;

use kit_core::{IdempotencyKey, Money, Timestamp};

use super::{Code, PaymentRef};
use crate::codes::codes;

/// A payment as the bank has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPayment {
    /// The bank's id of it.
    pub id: PaymentRef,
    /// The key under which it was asked for.
    pub key: IdempotencyKey,
    /// Where it stands.
    pub state: PaymentState,
    /// What was asked; nothing where the key was voided before a payment arrived.
    pub amount: Money,
    /// What was taken.
    pub captured: Money,
    /// What was given back of it.
    pub refunded: Money,
    /// What the payer reads on the statement. It comes from outside: make it one line before printing it.
    pub reference: String,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// Where a payment stands at the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentState {
    /// Waits for the account's holder to confirm it.
    RequiresApproval,
    /// The amount is held.
    Authorized,
    /// The money was taken.
    Captured,
    /// Nothing was taken, and nothing will be.
    Voided,
    /// Taken back before it was approved.
    Cancelled,
    /// Nothing was taken before its time ended.
    Expired,
    /// The bank refused it.
    Declined,
}

codes!(PaymentState {
    RequiresApproval => "requires-approval",
    Authorized => "authorized",
    Captured => "captured",
    Voided => "voided",
    Cancelled => "cancelled",
    Expired => "expired",
    Declined => "declined",
});

impl PaymentState {
    /// Whether money may still be taken by it.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::RequiresApproval | Self::Authorized)
    }
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentPage {
    /// The payments, in the bank's order, which never changes.
    pub payments: Vec<ListedPayment>,
    /// What to ask the next page with; `None` after the last.
    pub next: Option<ListCursor>,
}

/// Where a page of the list begins, as the bank gave it with the page before. Only the bank reads anything in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListCursor(pub String);

/// Why there is no list, in a sentence for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListFailure {
    /// This gateway, or its bank, has no list.
    #[error("this way to pay cannot list its payments")]
    NotSupported,
    /// The bank does not accept the merchant's key.
    #[error("the bank does not accept the shop's API key")]
    Unauthorized,
    /// The bank is busy or limits this caller.
    #[error("the bank is busy; try again in {} s", retry_after.as_secs().max(1))]
    Throttled {
        /// When to try again.
        retry_after: Duration,
    },
    /// The bank refused the call.
    #[error("the bank refused to list its payments: {}", code.as_str())]
    Rejected {
        /// Why.
        code: Code,
    },
    /// Not a byte left.
    #[error("the bank cannot be reached")]
    NotSent,
    /// No answer in time, or one that cannot be understood.
    #[error("the bank gave no readable answer")]
    Unreadable,
}
