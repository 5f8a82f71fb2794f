//! Mails.

use kit_core::{Delivery, Timestamp};

use super::{State, contradiction};
use crate::rules::mail::{Mail, MailKind};
use crate::rules::order::OrderId;
use crate::store::Result;
use crate::store::outbox::{ReadOutbox, WriteOutbox};

impl State {
    /// The mails of which `moment` knows one, by that.
    fn mails_by(&self, moment: impl Fn(Delivery) -> Option<Timestamp>, limit: u32) -> Vec<Mail> {
        let found = self
            .mails
            .values()
            .filter_map(|mail| moment(mail.state).map(|at| ((at, mail.order, mail.kind.code()), mail)));
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|(key, _)| *key);
        found.into_iter().take(limit as usize).map(|(_, mail)| mail.clone()).collect()
    }
}

impl ReadOutbox for State {
    fn mail(&self, order: OrderId, kind: MailKind) -> Result<Option<Mail>> {
        Ok(self.mails.get(&(order, kind)).cloned())
    }

    fn due_mails(&self, now: Timestamp, limit: u32) -> Result<Vec<Mail>> {
        Ok(self.mails_by(|state| state.due_by(now), limit))
    }

    fn mails_ended(&self, before: Timestamp, limit: u32) -> Result<Vec<(OrderId, MailKind)>> {
        let ended = self.mails_by(|state| state.ended_before(before), limit);
        Ok(ended.into_iter().map(|mail| (mail.order, mail.kind)).collect())
    }
}

impl WriteOutbox for State {
    fn insert_mail(&mut self, mail: &Mail) -> Result<()> {
        if !self.mails.contains_key(&(mail.order, mail.kind)) {
            self.mails.put((mail.order, mail.kind), mail.clone());
        }
        Ok(())
    }

    fn update_mail(&mut self, mail: &Mail) -> Result<()> {
        let key = (mail.order, mail.kind);
        let old = self.mails.get(&key).cloned().ok_or_else(|| contradiction("an update of an unknown mail"))?;
        self.mails.put(key, Mail { tries: mail.tries, state: mail.state, ..old });
        Ok(())
    }

    fn remove_mail(&mut self, order: OrderId, kind: MailKind) -> Result<()> {
        self.mails.remove(&(order, kind));
        Ok(())
    }
}
