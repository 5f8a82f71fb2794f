//! Merchants' payments, and what was decided under idempotency keys.

use kit_core::{AccountNumber, Fact, IdempotencyKey, IsFact, Money, Timestamp, Uuid};

use super::{CustomerId, MerchantId, PaymentId, Refusal};

/// Where a payment stands. The table of allowed steps is in `rules::payment`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentState {
    /// Waits for the account's holder to confirm it at the bank.
    RequiresApproval,
    /// The amount is held.
    Authorized,
    /// The money was taken.
    Captured,
    /// Nothing was taken, and nothing will be.
    Voided,
    /// Taken back by the merchant before it was approved.
    Cancelled,
    /// Nothing was taken before its time ended.
    Expired,
    /// The bank refused it.
    Declined,
}

impl PaymentState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::RequiresApproval,
        Self::Authorized,
        Self::Captured,
        Self::Voided,
        Self::Cancelled,
        Self::Expired,
        Self::Declined,
    ];

    /// The stable slug.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RequiresApproval => "requires-approval",
            Self::Authorized => "authorized",
            Self::Captured => "captured",
            Self::Voided => "voided",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Declined => "declined",
        }
    }
}

/// When a payment's money is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaptureMode {
    /// At once: a purchase.
    Immediate,
    /// Later, by a capture: an authorization.
    Manual,
}

impl CaptureMode {
    /// The stable slug.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Immediate => "immediate",
            Self::Manual => "manual",
        }
    }
}

/// A payment from a customer's account to a merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// Under which the merchant asked for it.
    pub key: IdempotencyKey,
    /// Who pays. `None` for a fence, which was recorded without facts, and before an approval names it.
    pub payer: Option<AccountNumber>,
    /// What was asked. Zero for a fence.
    pub amount: Money,
    /// What was taken, in minor units.
    pub captured: i64,
    /// What was given back of it, in minor units.
    pub refunded: i64,
    /// Where it stands.
    pub state: PaymentState,
    /// Whether it is taken at once or later.
    pub capture: CaptureMode,
    /// Why it was declined.
    pub decline: Option<Refusal>,
    /// What the payer reads on the statement.
    pub reference: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When a hold or a wait for approval ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Whether a void released what was not captured of it: the same void again is answered alike.
    pub rest_voided: bool,
}

impl Payment {
    /// What it holds on the payer's account, in minor units.
    #[must_use]
    pub fn held(&self) -> i64 {
        if self.state == PaymentState::Authorized { self.amount.minor - self.captured } else { 0 }
    }
}

/// A merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant {
    /// Who.
    pub id: MerchantId,
    /// What payers read.
    pub name: String,
    /// Where captured money goes.
    pub settlement: AccountNumber,
    /// When the operator created it.
    pub created_at: Timestamp,
}

impl IsFact for PaymentState {
    fn fact(&self) -> Option<Fact> {
        Some(Fact::Text(self.name().to_owned()))
    }

    fn of_stored(text: Option<&str>) -> Option<Self> {
        Self::ALL.into_iter().find(|state| Some(state.name()) == text)
    }

    fn sample() -> Self {
        Self::Voided
    }
}

/// Who used an idempotency key: keys of different customers and merchants never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(pub Uuid);

impl Scope {
    /// The bank's operator.
    pub const OPERATOR: Self = Self(Uuid::nil());
}

impl From<CustomerId> for Scope {
    fn from(id: CustomerId) -> Self {
        Self(id.uuid())
    }
}

impl From<MerchantId> for Scope {
    fn from(id: MerchantId) -> Self {
        Self(id.uuid())
    }
}

/// What was decided under an idempotency key. Kept for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// Who.
    pub scope: Scope,
    /// Which key.
    pub key: IdempotencyKey,
    /// What was asked, without any secret: `name=value` lines, the operation first. Empty for a fence.
    pub facts: String,
    /// What came of it.
    pub outcome: Recorded,
}

impl KeyRecord {
    /// The payment that was asked for, declined or fenced under this key; `None` where the key was for something else,
    /// such as a capture.
    #[must_use]
    pub fn payment(&self) -> Option<PaymentId> {
        let of_payment = self.facts.is_empty() || self.facts.lines().next() == Some("operation=payment");
        self.outcome.payment().filter(|_| of_payment)
    }
}

/// What changes over a payment's life, as it was when something was decided: a repeated answer repeats this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentThen {
    /// Its state.
    pub state: PaymentState,
    /// What had been captured, in minor units.
    pub captured: i64,
    /// What had been refunded, in minor units.
    pub refunded: i64,
    /// When its hold or its wait for approval would expire.
    pub expires_at: Option<Timestamp>,
}

impl From<&Payment> for PaymentThen {
    fn from(payment: &Payment) -> Self {
        let Payment { state, captured, refunded, expires_at, .. } = *payment;
        Self { state, captured, refunded, expires_at }
    }
}

/// The small row that brings an original outcome back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// A transfer was posted.
    Transfer {
        /// Which.
        seq: u64,
    },
    /// A payment was created or changed, to this.
    Payment {
        /// Which.
        id: PaymentId,
        /// As it was then.
        then: PaymentThen,
    },
    /// Refused. A declined payment is kept as well.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The payment that it is about, where there is one.
        payment: Option<RefusedPayment>,
    },
}

/// The payment that a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedPayment {
    /// Which.
    pub id: PaymentId,
    /// As it was then. `None` where it was refused before schema 5, which began to keep that.
    pub then: Option<PaymentThen>,
}

impl Recorded {
    /// The payment that it is about.
    #[must_use]
    pub fn payment(&self) -> Option<PaymentId> {
        match self {
            Self::Transfer { .. } => None,
            Self::Payment { id, .. } => Some(*id),
            Self::Refused { payment, .. } => payment.map(|refused| refused.id),
        }
    }
}
