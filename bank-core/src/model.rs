//! The bank's facts as plain data. Stores keep them, rules decide over them; neither hides anything in here.

mod counterparty;
mod field;
mod ledger;
mod mail;
mod payment;
mod payment_query;
mod people;
mod refusal;

use kit_core::uuid_ids;

pub use counterparty::Counterparty;
pub use field::{FieldProblem, Flaw};
pub(crate) use ledger::last_cash_account;
pub use ledger::{Account, Head, Owner, Transfer, TransferKind, cash_account};
pub use mail::{Mail, Notice, PasswordReset, ResetRequest};
pub use payment::{
    CaptureMode, KeyRecord, Merchant, Payment, PaymentState, PaymentThen, Recorded, RefusedPayment, Scope,
};
pub use payment_query::{PaymentQuery, Standing};
pub use people::{
    Bucket, Customer, EventKind, SavedPayee, SecurityEvent, Session, SessionKind, StoredHash, StoredPin, Tries,
};
pub use refusal::{Advice, Refusal};

uuid_ids! {
    /// A customer.
    pub struct CustomerId;
    /// A merchant: the shop, or any third party that takes payments.
    pub struct MerchantId;
    /// One transfer between two accounts.
    pub struct TransferId;
    /// One payment from a customer's account to a merchant.
    pub struct PaymentId;
    /// One payee that a customer saved.
    pub struct PayeeId;
    /// One session, as its customer sees it in a list. Not the token that opens it.
    pub struct SessionId;
    /// One mail to a customer.
    pub struct MailId;
    /// One request for a new password.
    pub struct RequestId;
    /// One way to a new password. Not the token that opens it.
    pub struct ResetId;
}
