//! How the shop asks a bank for money: one small, object-safe, synchronous trait, and what its answers mean.
//!
//! The shop knows banks only through [`PaymentGateway`]. Three implementations ship with the crate: `http` (feature
//! `http`) calls a bank's API, `in_process` (feature `in-process`) calls a bank in the same process, and `scripted`
//! (feature `testing`) answers what a test wrote down. An embedder writes a fourth by implementing the trait and
//! running the conformance suite in `testing::gateway` against it.
//!
//! An answer says what is *known* after the call, not what the transport did:
//!
//! | the call ended with | answer | what is known |
//! |---|---|---|
//! | success, facts equal | `Captured`, `Authorized`, `RequiresAction`, `Voided`, `Expired`, `Refunded` | it happened |
//! | success, facts differ; or "same key, other facts" | `Mismatch` | stop, alert; money may have moved |
//! | the bank's own problem: a decline | `Declined` | final for this key |
//! | the bank's own problem: invalid, unauthorized | `Rejected`, `Unauthorized` | not by this call |
//! | the bank's own problem: throttled, busy | `Throttled` | not by this call |
//! | connection refused, name not found, before any byte was sent | `NotSent` | not by this call |
//! | a look-up found nothing under the key | `NotFound` | nothing had arrived by then; it still may |
//! | anything else: timeout, reset, in flight, 5xx without the bank's code, unreadable body | `Unknown` | nothing |

use std::time::Duration;

use kit_core::{AccountNumber, IdempotencyKey, Money, Pin, Timestamp};

#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "in-process")]
pub mod in_process;
mod list;
#[cfg(any(test, feature = "testing"))]
pub mod scripted;
#[cfg(any(feature = "http", feature = "in-process"))]
mod standing;

pub use list::{ListCursor, ListFailure, ListedPayment, PaymentPage, PaymentState};

/// A bank, seen from a merchant.
///
/// Every call blocks for at most its deadline and never panics on what a bank answers. Calls may be repeated under
/// the same key: the bank does each of them at most once.
pub trait PaymentGateway: Send + Sync {
    /// Authorizes and captures at once.
    fn purchase(&self, request: &PaymentRequest) -> Answer;

    /// Reserves the amount on the payer's account, to be captured or voided later.
    fn authorize(&self, request: &PaymentRequest) -> Answer;

    /// Takes `amount` of what was authorized; `last` releases the rest.
    fn capture(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money, last: bool) -> Answer;

    /// Makes sure that nothing is, or ever will be, charged under the key that was not captured already.
    ///
    /// A key the bank has never seen is fenced: a payment arriving late under it is refused. So the answer to a void
    /// decides an attempt of unknown outcome: `Captured` (it was paid), `Voided`, `Expired` or `Declined` (it was not
    /// and never will be).
    fn void(&self, expected: &Expected) -> Answer;

    /// Gives `amount` of a captured payment back, under a key of its own.
    fn refund(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money) -> Answer;

    /// What the bank knows of the payment made under a key. Never decides an unknown attempt: a `NotFound` request may
    /// still be on its way. [`void`](PaymentGateway::void) decides.
    fn lookup(&self, expected: &Expected) -> Answer;

    /// Begins a payment that the account's holder confirms on the bank's own page.
    fn start_approval(&self, _request: &ApprovalRequest) -> Answer {
        Answer::Rejected { code: Code::new("not-supported") }
    }

    /// Reads a bank's notification: at most a hint which key to look up. `None` for what is not authentic or not known.
    fn parse_notification(&self, _headers: &[(String, String)], _body: &[u8]) -> Option<IdempotencyKey> {
        None
    }

    /// A page of the bank's list of this merchant's payments; `cursor` is the [`next`](PaymentPage::next) of the page
    /// before.
    ///
    /// Every payment that took, holds or may take money is on it once; what is asked for while the pages are read may be
    /// missing.
    ///
    /// # Errors
    /// [`ListFailure`].
    fn list_payments(&self, _cursor: Option<&ListCursor>) -> Result<PaymentPage, ListFailure> {
        Err(ListFailure::NotSupported)
    }

    /// The one payment under a key, as [`list_payments`](Self::list_payments) would list it now.
    ///
    /// # Errors
    /// [`ListFailure`].
    fn find_payment(&self, _key: &IdempotencyKey) -> Result<Option<ListedPayment>, ListFailure> {
        Err(ListFailure::NotSupported)
    }

    /// What this gateway can do, and how long its calls may take.
    fn capabilities(&self) -> Capabilities;
}

/// A payment to be made now, by account number and PIN.
pub struct PaymentRequest {
    /// Under which the bank does it at most once.
    pub key: IdempotencyKey,
    /// The payer's account.
    pub account: AccountNumber,
    /// The payer's proof. It lives only as long as the call.
    pub pin: Pin,
    /// What is to be paid.
    pub amount: Money,
    /// What the payer will read on the statement, at most 140 characters.
    pub reference: String,
}

/// A payment to be confirmed on the bank's own page.
#[derive(Debug, Clone)]
pub struct ApprovalRequest {
    /// Under which the bank does it at most once.
    pub key: IdempotencyKey,
    /// What is to be paid.
    pub amount: Money,
    /// What the payer will read on the statement.
    pub reference: String,
    /// Where the bank sends the payer afterwards.
    pub return_url: String,
}

/// A key and the amount that was asked under it: an answer about another amount is a mismatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The key of the original request.
    pub key: IdempotencyKey,
    /// The amount of the original request.
    pub amount: Money,
}

/// The bank's own id of a payment, as it gave it in an answer. Opaque to the shop; at most 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaymentRef(pub String);

/// A bank's slug for a decline or a problem, such as `insufficient-funds`: lower-case letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Code(String);

impl Code {
    /// Keeps what a slug may hold of `text` (at most 64 characters): a code comes from outside and lands in pages.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let fits = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-';
        Self(text.chars().map(|c| if c == '_' { '-' } else { c }).filter(fits).take(64).collect())
    }

    /// The slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a payer can do about a decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    /// Trying again will not help.
    DoNotRetry,
    /// The PIN was wrong: try again with the right one.
    RetryWithNewPin,
    /// Try again later, or after a deposit.
    RetryLater,
    /// Confirm on the bank's own page instead.
    UseHostedApproval,
}

/// What is known after a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The money was taken.
    Captured {
        /// The bank's id of the payment.
        payment: PaymentRef,
    },
    /// The amount is reserved.
    Authorized {
        /// The bank's id of the payment.
        payment: PaymentRef,
        /// When the reservation ends by itself.
        expires_at: Timestamp,
    },
    /// The payer must confirm on the bank's own page.
    RequiresAction {
        /// Where.
        url: String,
        /// Until when.
        expires_at: Timestamp,
    },
    /// Nothing was charged, and nothing will be under this key.
    Voided,
    /// The reservation or the wait for approval ended by itself; nothing was charged.
    Expired,
    /// The amount was given back.
    Refunded,
    /// The bank did, or holds under this key, something else than was asked. Money may have moved.
    Mismatch {
        /// Which fact differs, such as `amount`.
        field: String,
    },
    /// The bank refused; final for this key.
    Declined {
        /// Why.
        code: Code,
        /// What the payer can do about it.
        advice: Advice,
    },
    /// The bank did not accept the call as such; it did nothing by it.
    Rejected {
        /// Why.
        code: Code,
    },
    /// The bank does not accept the merchant's key; it did nothing by the call.
    Unauthorized,
    /// The bank is busy or limits this caller; it did nothing by the call.
    Throttled {
        /// When to try again.
        retry_after: Duration,
    },
    /// Not a byte left: the bank cannot have seen the call.
    NotSent,
    /// The bank knows nothing under this key (only a look-up answers this).
    NotFound,
    /// Nothing is known: it may or may not have happened.
    Unknown,
}

/// What a gateway can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Account number and PIN are accepted.
    pub pin: bool,
    /// Confirmation on the bank's own page is available.
    pub hosted_approval: bool,
    /// No call takes longer than this. An attempt's lease is longer still.
    pub deadline: Duration,
}
