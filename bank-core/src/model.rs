//! The bank's facts as plain data. Stores keep them, rules decide over them; neither hides anything in here.

use kit_core::{AccountNumber, Currency, IdempotencyKey, Money, Timestamp, TokenHash, Uuid, uuid_ids};

use crate::error::Refusal;

uuid_ids! {
    /// A customer.
    pub struct CustomerId;
    /// A merchant: the shop, or any third party that takes payments.
    pub struct MerchantId;
    /// One transfer between two accounts.
    pub struct TransferId;
    /// One payment from a customer's account to a merchant.
    pub struct PaymentId;
    /// One session, as its customer sees it in a list. Not the token that opens it.
    pub struct SessionId;
}

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
    /// When they registered.
    pub created_at: Timestamp,
}

/// A hash in the text form that a store keeps. Without `Display`: it has no business in a page.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredHash(pub String);

impl std::fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoredHash(…)")
    }
}

/// Whose account it is; with it goes whether it may go below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A customer's account. Never below zero.
    Customer(CustomerId),
    /// A merchant's settlement account. Never below zero.
    Merchant(MerchantId),
    /// The bank's cash account: what came in from outside stands here as a debit.
    Bank,
}

/// A ledger account. Amounts are minor units of `currency`; the words are TigerBeetle's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub number: AccountNumber,
    /// Whose it is.
    pub owner: Owner,
    /// What it is kept in.
    pub currency: Currency,
    /// What its owner calls it.
    pub name: String,
    /// Everything that left it.
    pub debits_posted: i64,
    /// Everything that came in.
    pub credits_posted: i64,
    /// What is reserved by holds.
    pub debits_pending: i64,
    /// What holds will bring in; not available before they are captured.
    pub credits_pending: i64,
    /// Frozen by the operator: money may come in, not leave.
    pub frozen: bool,
    /// Closed: nothing moves.
    pub closed: bool,
    /// Counts changes of the PIN, so that a proof made with an old PIN is worth nothing.
    pub pin_version: u32,
    /// Its newest transfer (a sequence number; 0 where there is none).
    pub last_transfer: u64,
    /// The UTC day of its last self-service deposit, counted from the epoch.
    pub deposit_day: i64,
    /// What was deposited by self-service on that day.
    pub deposited_that_day: i64,
    /// When it was opened.
    pub opened_at: Timestamp,
}

impl Account {
    /// A new account with nothing in it.
    #[must_use]
    pub fn new(number: AccountNumber, owner: Owner, currency: Currency, name: String, opened_at: Timestamp) -> Self {
        Self {
            number,
            owner,
            currency,
            name,
            debits_posted: 0,
            credits_posted: 0,
            debits_pending: 0,
            credits_pending: 0,
            frozen: false,
            closed: false,
            pin_version: 1,
            last_transfer: 0,
            deposit_day: 0,
            deposited_that_day: 0,
            opened_at,
        }
    }

    /// What came in less what left, in minor units.
    #[must_use]
    pub fn posted(&self) -> i64 {
        self.credits_posted - self.debits_posted
    }

    /// What may be spent: posted less what is held, in minor units.
    #[must_use]
    pub fn available(&self) -> i64 {
        self.posted() - self.debits_pending
    }

    /// Whether posting keeps it at or above zero.
    #[must_use]
    pub fn no_overdraft(&self) -> bool {
        self.owner != Owner::Bank
    }

    /// The customer it belongs to, if any.
    #[must_use]
    pub fn customer(&self) -> Option<CustomerId> {
        if let Owner::Customer(id) = self.owner { Some(id) } else { None }
    }
}

/// The bank's cash account for a currency: what came in from outside stands there as a debit.
///
/// Its number is computed, not looked up: the three letters as a number in base 26, below every customer's number.
#[must_use]
pub fn cash_account(currency: Currency) -> AccountNumber {
    let letters = currency.code().bytes().fold(0, |n, letter| n * 26 + u64::from(letter - b'A'));
    AccountNumber::from_payload(letters)
}

/// What a transfer was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferKind {
    /// Cash in.
    Deposit,
    /// Cash out.
    Withdrawal,
    /// Between two customers' accounts.
    Transfer,
    /// To a merchant.
    Payment,
    /// Back from a merchant.
    Refund,
}

impl TransferKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Deposit, Self::Withdrawal, Self::Transfer, Self::Payment, Self::Refund];

    /// The stable slug.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Withdrawal => "withdrawal",
            Self::Transfer => "transfer",
            Self::Payment => "payment",
            Self::Refund => "refund",
        }
    }
}

/// One movement of money: it debits one account and credits another by the same amount. Never changed, never deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Its place in the ledger, from 1 without gaps.
    pub seq: u64,
    /// Its id.
    pub id: TransferId,
    /// What it was for.
    pub kind: TransferKind,
    /// The account that it left.
    pub debit: AccountNumber,
    /// The account that it went to.
    pub credit: AccountNumber,
    /// How much; always more than zero.
    pub amount: Money,
    /// The debited account's posted balance after it, in minor units.
    pub debit_balance: i64,
    /// The credited account's posted balance after it, in minor units.
    pub credit_balance: i64,
    /// The debited account's transfer before this one (0: none). Statements follow these links.
    pub debit_previous: u64,
    /// The credited account's transfer before this one (0: none).
    pub credit_previous: u64,
    /// The payment it belongs to, for payments and refunds.
    pub payment: Option<PaymentId>,
    /// What the parties read on their statements.
    pub reference: String,
    /// When it was posted.
    pub at: Timestamp,
}

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
    Canceled,
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
        Self::Canceled,
        Self::Expired,
        Self::Declined,
    ];

    /// The stable slug.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RequiresApproval => "requires_approval",
            Self::Authorized => "authorized",
            Self::Captured => "captured",
            Self::Voided => "voided",
            Self::Canceled => "canceled",
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
        match self.outcome {
            Recorded::Payment { id, .. } | Recorded::Refused { payment: Some(id), .. } if of_payment => Some(id),
            _ => None,
        }
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
        /// Its state then.
        state: PaymentState,
        /// What was captured then, in minor units.
        captured: i64,
        /// What was refunded then, in minor units.
        refunded: i64,
    },
    /// Refused. A declined payment is kept as well.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The declined payment, where there is one.
        payment: Option<PaymentId>,
    },
}

/// The ledger's own memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The newest transfer's sequence number; 0 before the first.
    pub last_seq: u64,
    /// The time of the newest batch: time in the ledger never runs backwards.
    pub last_time: Timestamp,
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
}

impl Bucket {
    /// The account whose PIN it counts; `None` for shadows and log-ins.
    #[must_use]
    pub fn account(self) -> Option<AccountNumber> {
        match self {
            Self::AtMerchant(number, _) | Self::Strangers(number) | Self::Account(number) => Some(number),
            Self::Shadow(_) | Self::Login(_) => None,
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
    /// When the failures of the last 24 hours were (only kept for [`Bucket::Account`]; at most ten).
    pub recent: Vec<Timestamp>,
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
    /// The operator froze the account.
    AccountFrozen,
    /// The operator unfroze the account.
    AccountUnfrozen,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Registered,
        Self::LoggedIn,
        Self::LoginFailed,
        Self::LoggedOut,
        Self::PinFailed,
        Self::PinBlocked,
        Self::PinChanged,
        Self::PasswordChanged,
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
            Self::AccountFrozen => "account-frozen",
            Self::AccountUnfrozen => "account-unfrozen",
        }
    }
}
