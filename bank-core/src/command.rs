//! Whatever moves or reserves money is a command; what came of it is an outcome. Both are plain data.
//!
//! A command carries everything that must be taken before a write begins: its ids, its idempotency key, and the proof
//! that the account's holder agreed.

use kit_core::{AccountNumber, IdempotencyKey, Money, Timestamp, TokenHash};

use crate::model::Refusal;
use crate::model::{
    Account, CaptureMode, Customer, CustomerId, MailId, Merchant, MerchantId, Payment, PaymentId, SecurityEvent,
    StoredPin, Transfer, TransferId,
};

/// One thing to be decided by the ledger.
#[derive(Debug, Clone)]
pub enum Command {
    /// Open an account; for a first account together with its customer, for a settlement account with its merchant.
    Open(Box<Open>),
    /// Freeze or unfreeze an account.
    SetFrozen {
        /// Which.
        account: AccountNumber,
        /// Frozen or not.
        frozen: bool,
    },
    /// Close an account for ever.
    Close(Close),
    /// Cash in.
    Deposit(Deposit),
    /// Cash out.
    Withdraw(Withdraw),
    /// From one customer's account to another.
    Transfer(Move),
    /// A payment to a merchant: at once, held for later, or awaiting approval.
    Pay(Pay),
    /// Confirm a payment that awaits approval.
    Approve(Approve),
    /// Take what was authorized.
    Capture(Capture),
    /// Void a payment by its id.
    Void {
        /// Whose payment.
        merchant: MerchantId,
        /// Which.
        payment: PaymentId,
    },
    /// Void whatever was or will be asked under a key.
    VoidKey {
        /// Whose key.
        merchant: MerchantId,
        /// Which.
        key: IdempotencyKey,
        /// The fence's id, should the key be new.
        fence: PaymentId,
    },
    /// Give back what was captured.
    Refund(Refund),
    /// Release holds and approvals whose time has ended; housekeeping, nothing waits for it.
    ReleaseDue {
        /// At most so many.
        limit: usize,
    },
}

/// See [`Command::Open`].
#[derive(Debug, Clone)]
pub struct Open {
    /// The account, with nothing in it.
    pub account: Account,
    /// Its PIN; none for a settlement account.
    pub pin: Option<StoredPin>,
    /// Its new customer, for a registration.
    pub customer: Option<Customer>,
    /// Its new merchant, and what the merchant's API key hashes to.
    pub merchant: Option<(Merchant, TokenHash)>,
    /// What to note about it.
    pub event: Option<SecurityEvent>,
}

/// See [`Command::Close`]. It needs no key: closing a closed account is no error and changes nothing.
#[derive(Debug, Clone)]
pub struct Close {
    /// Whose account.
    pub customer: CustomerId,
    /// Which.
    pub account: AccountNumber,
    /// That the holder agreed; [`Consent::Session`] where the password was asked for again.
    pub consent: Consent,
    /// The mail that tells the customer, where this closes the account.
    pub mail: MailId,
}

/// Who brings cash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepositBy {
    /// The account's own customer, within the bank's policy and daily limit.
    Customer(CustomerId),
    /// The bank's operator.
    Operator,
}

/// See [`Command::Deposit`].
#[derive(Debug, Clone)]
pub struct Deposit {
    /// The transfer's id.
    pub id: TransferId,
    /// Who brings it.
    pub by: DepositBy,
    /// At most once under this key.
    pub key: IdempotencyKey,
    /// To which account.
    pub account: AccountNumber,
    /// How much.
    pub amount: Money,
}

/// See [`Command::Withdraw`].
#[derive(Debug, Clone)]
pub struct Withdraw {
    /// The transfer's id.
    pub id: TransferId,
    /// Whose account.
    pub customer: CustomerId,
    /// At most once under this key.
    pub key: IdempotencyKey,
    /// From which account.
    pub account: AccountNumber,
    /// How much.
    pub amount: Money,
    /// That the holder agreed.
    pub consent: Consent,
}

/// See [`Command::Transfer`].
#[derive(Debug, Clone)]
pub struct Move {
    /// The transfer's id.
    pub id: TransferId,
    /// Whose account it leaves.
    pub customer: CustomerId,
    /// At most once under this key.
    pub key: IdempotencyKey,
    /// From which account.
    pub from: AccountNumber,
    /// To which account.
    pub to: AccountNumber,
    /// How much.
    pub amount: Money,
    /// What both read on their statements.
    pub reference: String,
    /// That the holder agreed. Between a customer's own accounts [`Consent::Session`] is enough.
    pub consent: Consent,
}

/// See [`Command::Pay`].
#[derive(Debug, Clone)]
pub struct Pay {
    /// The payment's id.
    pub id: PaymentId,
    /// The transfer's id, should it be captured at once.
    pub transfer: TransferId,
    /// To whom.
    pub merchant: MerchantId,
    /// At most once under this key.
    pub key: IdempotencyKey,
    /// Who pays; `None` where the approval will tell.
    pub payer: Option<AccountNumber>,
    /// How much.
    pub amount: Money,
    /// At once or later.
    pub capture: CaptureMode,
    /// What the payer reads on the statement.
    pub reference: String,
    /// When a hold or the wait for approval ends, counted from the time of posting, in whole seconds.
    pub expires_after_seconds: u64,
    /// That the holder agreed; `None` where the approval will tell.
    pub consent: Option<Consent>,
}

/// See [`Command::Approve`].
#[derive(Debug, Clone)]
pub struct Approve {
    /// Which payment.
    pub payment: PaymentId,
    /// The transfer's id, should it be captured at once.
    pub transfer: TransferId,
    /// Who pays.
    pub payer: AccountNumber,
    /// When a hold ends, counted from the time of posting, in whole seconds.
    pub expires_after_seconds: u64,
    /// That the holder agreed.
    pub consent: Consent,
}

/// See [`Command::Capture`].
#[derive(Debug, Clone)]
pub struct Capture {
    /// Whose payment.
    pub merchant: MerchantId,
    /// Which.
    pub payment: PaymentId,
    /// The transfer's id.
    pub transfer: TransferId,
    /// At most once under this key.
    pub key: IdempotencyKey,
    /// How much; all that is left where it is `None`.
    pub amount: Option<Money>,
    /// Whether the rest is released.
    pub last: bool,
}

/// See [`Command::Refund`].
#[derive(Debug, Clone)]
pub struct Refund {
    /// Whose payment.
    pub merchant: MerchantId,
    /// Which.
    pub payment: PaymentId,
    /// The transfer's id.
    pub transfer: TransferId,
    /// At most once under this key.
    pub key: IdempotencyKey,
    /// How much.
    pub amount: Money,
}

/// To whom a PIN was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payee {
    /// Cash out.
    Cash,
    /// Another account.
    Account(AccountNumber),
    /// A merchant.
    Merchant(MerchantId),
    /// Nobody: the account is to be closed.
    Closing,
}

/// How the account's holder agreed.
#[derive(Debug, Clone)]
pub enum Consent {
    /// Logged in. Enough between a customer's own accounts.
    Session,
    /// By PIN.
    Pin(PinProof),
    /// Asked for the PIN, and not convincing: the refusal is the outcome.
    Denied(Refusal),
}

/// That the right PIN was given, for this account, payee and amount. Only the PIN check can make one.
///
/// It is of no use elsewhere: posting compares everything it binds, and the account's PIN version as of that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinProof {
    account: AccountNumber,
    pin_version: u32,
    payee: Payee,
    amount: Money,
}

impl PinProof {
    /// For the PIN check alone.
    pub(crate) fn made_by_pin_check(account: AccountNumber, pin_version: u32, payee: Payee, amount: Money) -> Self {
        Self { account, pin_version, payee, amount }
    }

    /// Whether it speaks for this account, payee and amount, with the PIN that the account has now.
    #[must_use]
    pub fn covers(&self, account: &Account, payee: Payee, amount: Money) -> bool {
        self.account == account.number
            && self.pin_version == account.pin_version
            && self.payee == payee
            && self.amount == amount
    }
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Done, or why not.
    pub result: Result<Done, Refusal>,
    /// Whether this repeats what was decided under the same key before.
    pub replayed: bool,
    /// The payment that a refusal is about: the declined one, or the captured one that cannot be voided.
    pub payment: Option<Payment>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// The account was opened, frozen, unfrozen or closed.
    Account(Account),
    /// Money moved between accounts.
    Posted(Transfer),
    /// A payment was created or changed.
    Payment(Payment),
    /// So many holds and approvals were released.
    Released(usize),
}

/// When something that starts at `now` ends.
pub(crate) fn ends(now: Timestamp, after_seconds: u64) -> Timestamp {
    now.plus(std::time::Duration::from_secs(after_seconds))
}
