//! Another merchant of the bank, which holds money, takes some of it, gives some back and lets holds run out.

use std::collections::BTreeMap;

use bank_core::model::{CaptureMode, PaymentId, PaymentState, TransferKind};
use bank_core::{Bank, PaymentAnswer, PaymentRequest};
use kit_core::{IdempotencyKey, Timestamp};

use super::setup::{eur, key};
use super::sides::Side;
use super::told::Slot;
use super::world::{Work, World};

/// One payment of the third party's.
pub(super) struct Hold {
    key: IdempotencyKey,
    person: usize,
    amount: i64,
    id: Option<PaymentId>,
    /// When the bank said that the money would be held no longer.
    ends: Option<Timestamp>,
    /// What the bank said that it has taken and given back: so much at least.
    told: (i64, i64),
    /// Each capture's key and amount; each refund's.
    captures: Vec<(IdempotencyKey, i64)>,
    refunds: Vec<(IdempotencyKey, i64)>,
}

impl World {
    pub(super) fn third_party_acts(&mut self) {
        let Some(life) = &self.bank else { return };
        let bank = life.bank.clone();
        if self.holds.is_empty() || self.dice.permille(300) {
            return self.authorize(bank);
        }
        let at = self.dice.index(self.holds.len());
        let Some(id) = self.holds[at].id else { return self.void_by_key(bank, at) };
        match self.dice.below(7) {
            0 | 1 => self.capture(bank, at, id),
            2 | 6 => self.give_back(bank, at, id),
            3 => self.void_by_key(bank, at),
            4 => self.approve(bank, at, id),
            _ => {
                let merchant = self.setting.third_party;
                self.quietly(at, format!("void of hold {at}"), move || bank.void_payment(merchant, id));
            }
        }
    }

    fn authorize(&mut self, bank: Bank) {
        let (key, person) = (key(&mut self.dice), self.dice.index(self.setting.people.len()));
        let amount = 1 + i64::try_from(self.dice.below(3_000)).unwrap_or(0);
        let hosted = self.dice.permille(300);
        let (of_key, merchant) = (key.clone(), self.setting.third_party);
        let (account, pin) = (self.setting.people[person].account, self.setting.people[person].pin.clone());
        self.holds.push(Hold {
            key,
            person,
            amount,
            id: None,
            ends: None,
            told: (0, 0),
            captures: vec![],
            refunds: vec![],
        });
        let at = self.holds.len() - 1;
        self.quietly(at, format!("hold {at} of {amount}"), move || {
            let (amount, capture, reference) = (eur(amount), CaptureMode::Manual, "A hold".to_owned());
            if hosted {
                return bank.request_approval(merchant, &of_key, amount, capture, &reference);
            }
            bank.create_payment(merchant, &of_key, &PaymentRequest { account, pin, amount, capture, reference })
        });
    }

    fn capture(&mut self, bank: Bank, at: usize, id: PaymentId) {
        let fresh = key(&mut self.dice);
        let amount = 1 + i64::try_from(self.dice.below(u64::try_from(self.holds[at].amount).unwrap_or(1))).unwrap_or(0);
        let again = self.dice.permille(self.profile.impatient);
        let last = self.dice.permille(500);
        let captures = &mut self.holds[at].captures;
        let (key, amount) = match captures.last() {
            Some(before) if again => before.clone(),
            _ => (fresh, amount),
        };
        captures.push((key.clone(), amount));
        let merchant = self.setting.third_party;
        self.quietly(at, format!("capture of {amount} of hold {at}"), move || {
            bank.capture_payment(merchant, &key, id, Some(eur(amount)), last)
        });
    }

    fn give_back(&mut self, bank: Bank, at: usize, id: PaymentId) {
        let fresh = key(&mut self.dice);
        // All of it, or a part: two of all of it are too much.
        let part = 1 + i64::try_from(self.dice.below(500)).unwrap_or(0);
        let taken = self.holds[at].captures.last().map_or(part, |(_, amount)| *amount);
        let amount = if self.dice.permille(500) { taken } else { part };
        let again = self.dice.permille(300);
        let refunds = &mut self.holds[at].refunds;
        let (key, amount) = match refunds.last() {
            Some(before) if again => before.clone(),
            _ => (fresh, amount),
        };
        refunds.push((key.clone(), amount));
        let merchant = self.setting.third_party;
        self.quietly(at, format!("refund of {amount} of hold {at}"), move || {
            bank.refund_payment(merchant, &key, id, eur(amount))
        });
    }

    fn void_by_key(&mut self, bank: Bank, at: usize) {
        let (merchant, key) = (self.setting.third_party, self.holds[at].key.clone());
        self.quietly(at, format!("void of hold {at} by its key"), move || bank.void_key(merchant, &key));
    }

    fn approve(&mut self, bank: Bank, at: usize, id: PaymentId) {
        let person = &self.setting.people[self.holds[at].person];
        let (customer, account, pin) = (person.id, person.account, person.pin.clone());
        self.quietly(at, format!("approval of hold {at}"), move || bank.approve_payment(customer, id, account, &pin));
    }

    fn quietly(
        &mut self,
        at: usize,
        what: String,
        ask: impl FnOnce() -> bank_core::Result<PaymentAnswer> + Send + 'static,
    ) {
        let slot = Slot::new();
        let other_end = slot.other_end();
        self.spawn(Side::Bank, what, Work::Hold { at, slot }, move || other_end.put(ask()));
    }

    pub(super) fn heard_of_hold(
        &mut self,
        at: usize,
        heard: Option<bank_core::Result<PaymentAnswer>>,
    ) -> Result<(), String> {
        self.never_unknown_by_itself(Side::Bank, matches!(heard, Some(Err(bank_core::Error::CommitUnknown(_)))))?;
        if let Some(Ok(answer)) = heard {
            let hold = &mut self.holds[at];
            hold.id = Some(answer.payment.id);
            let (taken, given) = hold.told;
            hold.told = (taken.max(answer.payment.captured), given.max(answer.payment.refunded));
            // While it waits for its approval it has another, earlier end, which the approval moves.
            if answer.payment.state == PaymentState::Authorized {
                hold.ends = answer.payment.expires_at;
            }
        }
        Ok(())
    }

    /// No more was taken or given back than was asked for, no less than was told, each key counted once, and nothing after the hold's end.
    pub(super) fn check_holds(&self) -> Result<(), String> {
        let transfers = self.bank_facts(|tx| Ok(tx.transfers_after(0, usize::MAX)?))?;
        for (at, hold) in self.holds.iter().enumerate() {
            let Some(id) = hold.id else { continue };
            let sum = |kind| {
                let of_kind = transfers.iter().filter(|t| t.payment == Some(id) && t.kind == kind);
                of_kind.map(|t| t.amount.minor).sum::<i64>()
            };
            let asked = |calls: &[(IdempotencyKey, i64)]| {
                calls.iter().cloned().collect::<BTreeMap<_, _>>().into_values().sum::<i64>()
            };
            let (taken, given) = (sum(TransferKind::Payment), sum(TransferKind::Refund));
            if taken > asked(&hold.captures) || given > asked(&hold.refunds) {
                return Err(format!("hold {at}: took {taken} and gave {given} back, more than was asked for"));
            }
            if taken < hold.told.0 || given < hold.told.1 {
                let (told_taken, told_given) = hold.told;
                return Err(format!(
                    "hold {at}: took {taken} and gave {given} back, and said {told_taken} and {told_given}"
                ));
            }
            let late = |t: &&bank_core::model::Transfer| {
                t.payment == Some(id) && t.kind == TransferKind::Payment && hold.ends.is_some_and(|ends| t.at >= ends)
            };
            if let Some(transfer) = transfers.iter().find(late) {
                return Err(format!("hold {at} was captured at {:?}, after its end", transfer.at));
            }
        }
        Ok(())
    }
}
