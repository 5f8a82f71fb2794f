//! Who is on the other side of an account's movements, looked up once each.

use std::collections::BTreeMap;

use kit_core::AccountNumber;

use super::accounts::merchant_name;
use crate::model::{Account, Counterparty, Owner};
use crate::store::{ReadTx, Stored};

/// The counterparties of one customer's accounts within one snapshot.
pub(super) struct Counterparties<'a> {
    tx: &'a dyn ReadTx,
    owner: Owner,
    /// Under which names the customer saved whom; read when it is needed.
    saved: Option<BTreeMap<AccountNumber, String>>,
    /// By account, and whether money went to it.
    known: BTreeMap<(AccountNumber, bool), Counterparty>,
}

impl<'a> Counterparties<'a> {
    pub(super) fn of(tx: &'a dyn ReadTx, account: &Account) -> Self {
        Self { tx, owner: account.owner, saved: None, known: BTreeMap::new() }
    }

    /// Whose account `other` is, as the customer may see it after money went to it (`out`) or came from it.
    pub(super) fn at(&mut self, other: AccountNumber, out: bool) -> Stored<Counterparty> {
        if let Some(known) = self.known.get(&(other, out)) {
            return Ok(known.clone());
        }
        let found = self.look_up(other, out)?;
        self.known.insert((other, out), found.clone());
        Ok(found)
    }

    fn look_up(&mut self, other: AccountNumber, out: bool) -> Stored<Counterparty> {
        let Some(account) = self.tx.account(other)? else { return Ok(Counterparty::Unknown) };
        Ok(match account.owner {
            Owner::Bank => Counterparty::Cash,
            Owner::Merchant(id) => Counterparty::Merchant(merchant_name(self.tx, id)?),
            owner if owner == self.owner => Counterparty::Own { name: account.name, number: other },
            Owner::Customer(_) if out => Counterparty::Payee { name: self.saved_as(other)?, number: other },
            Owner::Customer(payer) => {
                let name = self.tx.customer(payer)?.map(|customer| customer.name).unwrap_or_default();
                Counterparty::Payer { name, tail: other.tail() }
            }
        })
    }

    fn saved_as(&mut self, number: AccountNumber) -> Stored<Option<String>> {
        if self.saved.is_none() {
            let saved = match self.owner {
                Owner::Customer(customer) => self.tx.payees_of(customer)?,
                Owner::Merchant(_) | Owner::Bank => Vec::new(),
            };
            self.saved = Some(saved.into_iter().map(|payee| (payee.number, payee.name)).collect());
        }
        Ok(self.saved.as_ref().and_then(|saved| saved.get(&number)).cloned())
    }
}
