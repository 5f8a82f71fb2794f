//! Mails and resets, in memory.

use kit_core::{Delivery, Timestamp, TokenHash};

use super::{State, taken};
use crate::model::{CustomerId, Mail, MailId, PasswordReset, RequestId, ResetRequest};
use crate::store::Stored;
use crate::store::outbox::{ReadOutbox, WriteOutbox};

impl ReadOutbox for State {
    fn mail(&self, id: MailId) -> Stored<Option<Mail>> {
        Ok(self.mails.get(&id).cloned())
    }

    fn due_mails(&self, now: Timestamp, limit: usize) -> Stored<Vec<Mail>> {
        let due = self.mails.values().filter_map(|mail| mail.state.due_by(now).map(|at| ((at, mail.id), mail)));
        Ok(first(due.collect(), limit).into_iter().cloned().collect())
    }

    fn mails_ended(&self, before: Timestamp, limit: usize) -> Stored<Vec<MailId>> {
        let ended =
            self.mails.values().filter_map(|mail| mail.state.ended_before(before).map(|at| ((at, mail.id), mail.id)));
        Ok(first(ended.collect(), limit))
    }

    fn mails_given_up(&self, limit: usize) -> Stored<Vec<Mail>> {
        let given_up = self.mails.values().filter_map(|mail| match mail.state {
            Delivery::GaveUp { at } => Some((std::cmp::Reverse((at, mail.id)), mail)),
            Delivery::Waiting { .. } | Delivery::Sent { .. } => None,
        });
        Ok(first(given_up.collect(), limit).into_iter().cloned().collect())
    }

    fn reset_requests(&self, limit: usize) -> Stored<Vec<ResetRequest>> {
        Ok(self.reset_requests.values().take(limit).cloned().collect())
    }

    fn password_reset(&self, customer: CustomerId) -> Stored<Option<PasswordReset>> {
        Ok(self.password_resets.get(&customer).cloned())
    }

    fn password_reset_by_token(&self, token: TokenHash) -> Stored<Option<PasswordReset>> {
        Ok(self.password_resets.values().find(|reset| reset.token == token).cloned())
    }
}

/// The first rows by their order.
fn first<K: Ord, V>(mut rows: Vec<(K, V)>, limit: usize) -> Vec<V> {
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows.into_iter().take(limit).map(|(_, row)| row).collect()
}

impl WriteOutbox for State {
    fn put_mail(&mut self, mail: &Mail) -> Stored<()> {
        self.mails.put(mail.id, mail.clone());
        Ok(())
    }

    fn delete_mail(&mut self, id: MailId) -> Stored<()> {
        self.mails.remove(&id);
        Ok(())
    }

    fn insert_reset_request(&mut self, request: &ResetRequest) -> Stored<()> {
        if self.reset_requests.contains_key(&request.id) {
            return Err(taken("the request"));
        }
        self.reset_requests.put(request.id, request.clone());
        Ok(())
    }

    fn delete_reset_request(&mut self, id: RequestId) -> Stored<()> {
        self.reset_requests.remove(&id);
        Ok(())
    }

    fn put_password_reset(&mut self, reset: &PasswordReset) -> Stored<()> {
        self.password_resets.put(reset.customer, reset.clone());
        Ok(())
    }

    fn delete_password_reset(&mut self, customer: CustomerId) -> Stored<()> {
        self.password_resets.remove(&customer);
        Ok(())
    }
}
