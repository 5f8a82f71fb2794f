//! Customers who deposit, withdraw and transfer, and who send the same again when they hear nothing.

use bank_core::model::{Recorded, TransferId, TransferKind};
use bank_core::store::StoreExt;
use bank_core::{Error, Receipt, TransferOrder};
use kit_core::IdempotencyKey;

use super::setup::{eur, key, pin};
use super::sides::Side;
use super::told::{Calls, Slot};
use super::world::{Work, World};

/// What a customer wants of the bank, under one key.
pub(super) struct Movement {
    person: usize,
    key: IdempotencyKey,
    kind: Kind,
    /// Every amount that was ever asked for under the key.
    amounts: Vec<i64>,
    calls: Calls,
    told: Option<TransferId>,
}

#[derive(Clone, Copy)]
enum Kind {
    Deposit,
    Withdraw,
    Transfer { to: usize },
}

impl World {
    pub(super) fn begin_movement(&mut self) {
        let again = !self.movements.is_empty() && self.dice.permille(self.profile.impatient);
        let (at, amount) = if again {
            let at = self.dice.index(self.movements.len());
            let asked = self.movements[at].amounts[0];
            // Once in a while a confused program sends another amount under a used key.
            (at, if self.dice.permille(100) { asked + 1 } else { asked })
        } else {
            (self.new_movement(), 1 + i64::try_from(self.dice.below(9_000)).unwrap_or(0))
        };
        self.send_movement(at, amount);
    }

    fn new_movement(&mut self) -> usize {
        let person = self.dice.index(self.setting.people.len());
        let kind = match self.dice.below(3) {
            0 => Kind::Deposit,
            1 => Kind::Withdraw,
            _ => Kind::Transfer { to: (person + 1) % self.setting.people.len() },
        };
        let key = key(&mut self.dice);
        self.movements.push(Movement { person, key, kind, amounts: vec![], calls: Calls::default(), told: None });
        self.movements.len() - 1
    }

    fn send_movement(&mut self, at: usize, minor: i64) {
        let Some(life) = &self.bank else { return };
        let bank = life.bank.clone();
        let wrong = self.dice.permille(self.profile.wrong_pin);
        let other_pin = pin(&mut self.dice);
        let movement = &mut self.movements[at];
        let person = &self.setting.people[movement.person];
        movement.amounts.push(minor);
        movement.calls.sent += 1;
        let (id, account, key, kind) = (person.id, person.account, movement.key.clone(), movement.kind);
        let pin = if wrong { other_pin } else { person.pin.clone() };
        let to = if let Kind::Transfer { to } = kind { self.setting.people[to].account } else { account };
        let slot = Slot::new();
        let other_end = slot.other_end();
        let what = format!("movement {at} of {minor} under {key:?}");
        self.spawn(Side::Bank, what, Work::Move { at, minor, slot }, move || {
            other_end.put(match kind {
                Kind::Deposit => bank.deposit(id, &key, account, eur(minor)),
                Kind::Withdraw => bank.withdraw(id, &key, account, eur(minor), &pin),
                Kind::Transfer { .. } => {
                    let reference = "Between friends";
                    let order = TransferOrder { from: account, to, amount: eur(minor), reference, pin: Some(&pin) };
                    bank.transfer(id, &key, &order)
                }
            });
        });
    }

    pub(super) fn heard_of_movement(
        &mut self,
        at: usize,
        minor: i64,
        heard: Option<bank_core::Result<Receipt>>,
    ) -> Result<(), String> {
        self.never_unknown_by_itself(Side::Bank, matches!(heard, Some(Err(Error::CommitUnknown(_)))))?;
        let movement = &mut self.movements[at];
        match heard {
            None | Some(Err(Error::CommitUnknown(_))) => {}
            Some(Err(_)) => movement.calls.told_nothing += 1,
            Some(Ok(receipt)) => {
                let transfer = receipt.transfer;
                if transfer.amount.minor != minor {
                    return Err(format!("{:?}: asked for {minor}, told {}", movement.key, transfer.amount));
                }
                if *movement.told.get_or_insert(transfer.id) != transfer.id {
                    return Err(format!("{:?}: told two different transfers", movement.key));
                }
            }
        }
        Ok(())
    }

    /// Every receipt stands for one transfer, every "nothing happened" for none, and there are no other transfers.
    pub(super) fn check_movements(&self) -> Result<(), String> {
        let mut done = self.setting.deposits;
        for movement in &self.movements {
            let scope = self.setting.people[movement.person].id.into();
            let record = self.bank_facts(|tx| Ok(tx.keys(&[(scope, movement.key.clone())])?.pop()))?;
            let key = &movement.key;
            if let Some(record) = &record
                && self.setting.people.iter().any(|person| format!("{record:?}").contains(person.pin.expose()))
            {
                return Err(format!("{key:?}: the bank keeps a PIN with what was asked"));
            }
            let Some(Recorded::Transfer { seq }) = record.map(|record| record.outcome) else {
                if let Some(id) = movement.told {
                    return Err(format!("{key:?}: told transfer {id}, and the bank knows of none"));
                }
                continue;
            };
            let Some(transfer) = self.bank_facts(|tx| Ok(tx.transfers(&[seq])?.pop()))? else {
                return Err(format!("{key:?}: leads to transfer {seq}, which does not exist"));
            };
            done += 1;
            if movement.told.is_some_and(|told| told != transfer.id) {
                return Err(format!("{key:?}: told another transfer than the bank keeps"));
            }
            if movement.told.is_none() && movement.calls.did_nothing() {
                return Err(format!("{key:?}: told that nothing happened, and money moved"));
            }
            if !movement.amounts.contains(&transfer.amount.minor) {
                return Err(format!("{key:?}: moved {}, which nobody asked for", transfer.amount));
            }
        }
        let of_customers = [TransferKind::Deposit, TransferKind::Withdrawal, TransferKind::Transfer];
        let kept = self.bank_facts(|tx| Ok(tx.transfers_after(0, usize::MAX)?))?;
        let kept = kept.iter().filter(|transfer| of_customers.contains(&transfer.kind)).count() as u64;
        if kept != done {
            return Err(format!("{kept} movements are in the ledger, {done} were asked for"));
        }
        Ok(())
    }

    pub(super) fn bank_facts<T>(
        &self,
        read: impl FnMut(&dyn bank_core::store::ReadTx) -> bank_core::Result<T>,
    ) -> Result<T, String> {
        self.bank_store.view(read).map_err(|error| format!("the bank's facts cannot be read: {error}"))
    }
}
