//! The contract's part about mails and forgotten passwords.

use kit_core::{Delivery, Timestamp, TokenHash};

use super::{Stored, WriteTx};
use crate::model::{CustomerId, Mail, MailId, Notice, PasswordReset, RequestId, ResetRequest};

/// What can be looked up of mails and resets.
pub trait ReadOutbox {
    /// A mail by id.
    fn mail(&self, id: MailId) -> Stored<Option<Mail>>;
    /// Mails that wait and are due by `now`, the longest due first, at most `limit`.
    fn due_mails(&self, now: Timestamp, limit: usize) -> Stored<Vec<Mail>>;
    /// Mails that were sent or given up before `before`, the oldest end first, at most `limit`.
    fn mails_ended(&self, before: Timestamp, limit: usize) -> Stored<Vec<MailId>>;
    /// Mails that were given up and are still remembered, the newest end first, at most `limit`.
    fn mails_given_up(&self, limit: usize) -> Stored<Vec<Mail>>;
    /// Requests for a new password, oldest first, at most `limit`.
    fn reset_requests(&self, limit: usize) -> Stored<Vec<ResetRequest>>;
    /// A customer's way to a new password.
    fn password_reset(&self, customer: CustomerId) -> Stored<Option<PasswordReset>>;
    /// The way to a new password that a token opens.
    fn password_reset_by_token(&self, token: TokenHash) -> Stored<Option<PasswordReset>>;
}

/// What can be recorded of mails and resets.
pub trait WriteOutbox {
    /// Inserts or replaces a mail.
    fn put_mail(&mut self, mail: &Mail) -> Stored<()>;
    /// Removes a mail.
    fn delete_mail(&mut self, id: MailId) -> Stored<()>;
    /// Appends a request for a new password.
    fn insert_reset_request(&mut self, request: &ResetRequest) -> Stored<()>;
    /// Removes a request for a new password.
    fn delete_reset_request(&mut self, id: RequestId) -> Stored<()>;
    /// Inserts a customer's way to a new password, in place of the one before.
    fn put_password_reset(&mut self, reset: &PasswordReset) -> Stored<()>;
    /// Removes a customer's way to a new password.
    fn delete_password_reset(&mut self, customer: CustomerId) -> Stored<()>;
}

/// Records a mail to a customer, in the write that records what it tells about.
pub(crate) fn tell(
    tx: &mut dyn WriteTx,
    id: MailId,
    at: Timestamp,
    customer: CustomerId,
    notice: Notice,
) -> Stored<()> {
    let Some(customer) = tx.customer(customer)? else { return Ok(()) };
    let state = Delivery::Waiting { due_at: at };
    tx.put_mail(&Mail { id, at, customer: customer.id, to: customer.email, notice, tries: 0, state, failure: None })
}
