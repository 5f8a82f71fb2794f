//! The contract's part about mails.

use kit_core::Timestamp;

use super::Result;
use crate::rules::mail::{Mail, MailKind};
use crate::rules::order::OrderId;

/// Reading mails.
pub trait ReadOutbox {
    /// An order's mail of this kind.
    fn mail(&self, order: OrderId, kind: MailKind) -> Result<Option<Mail>>;
    /// Mails that wait and are due by `now`, the longest due first.
    fn due_mails(&self, now: Timestamp, limit: u32) -> Result<Vec<Mail>>;
    /// Mails that were sent or given up before `before`, the oldest end first.
    fn mails_ended(&self, before: Timestamp, limit: u32) -> Result<Vec<(OrderId, MailKind)>>;
}

/// Writing mails.
pub trait WriteOutbox {
    /// Records a mail; one of its kind that the order has already stays as it is.
    fn insert_mail(&mut self, mail: &Mail) -> Result<()>;
    /// Updates what may change of a mail: its tries and its state.
    fn update_mail(&mut self, mail: &Mail) -> Result<()>;
    /// Removes a mail, if it is there.
    fn remove_mail(&mut self, order: OrderId, kind: MailKind) -> Result<()>;
}
