//! Feeding the statements' index, and reading an account's lines from it and from the ledger's newest end together.
//!
//! A read asks the index how far it was fed, takes the newer lines from the ledger by the links between an account's
//! transfers, and the older ones from the index. Nothing in it waits for the feeding, and reading feeds nothing.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use kit_core::{AccountNumber, Calendar};

use super::Bank;
use super::accounts::entry;
use super::counterparties::Counterparties;
use crate::error::Result;
use crate::model::{Account, Transfer};
use crate::rules::statement::{Days, Line};
use crate::statements::Position;
use crate::store::{ReadTx, Stored};

/// Transfers fed at a time: some tens of milliseconds of work, in one commit of the index.
const BATCH: usize = 4_096;

impl Bank {
    /// Feeds the statements' index the next transfers, in ledger order; how many they were, 0 once it is up to date.
    /// Housekeeping: what was not fed yet is found all the same, only more slowly.
    ///
    /// # Errors
    /// The store's failure or the index's. An index that fails is thrown away, and fed anew from the next call on.
    pub fn feed_statements(&self) -> Result<usize> {
        let position = match self.statements.position() {
            Ok(position) if self.view(|tx| Ok(self.is_of_ledger(tx, position)?))? => position,
            Ok(_) => {
                self.statements.clear()?;
                Position::default()
            }
            Err(failure) => return Err(self.throw_away(failure)),
        };
        let mut fed = 0;
        let (lines, to) = self.view(|tx| {
            let transfers = tx.transfers_after(position.seq, BATCH)?;
            fed = transfers.len();
            let days = self.calendar().mark();
            let last = transfers.last().map_or(position, |t| Position { seq: t.seq, last: Some(t.id), days });
            Ok((lines_of(tx, self.calendar(), &transfers)?, last))
        })?;
        if fed == 0 {
            return Ok(0);
        }
        // Where somebody else fed it meanwhile, that is as good.
        self.statements.feed(position, &lines, to).map_err(|failure| self.throw_away(failure))?;
        Ok(fed)
    }

    fn throw_away(&self, failure: kit_core::StoreFailure) -> crate::Error {
        // Whether that succeeds or not, the first failure is the one to tell.
        let _ = self.statements.clear();
        failure.into()
    }

    /// Folds an account's lines of `days`, newest first, until `step` says stop.
    ///
    /// `start` may be asked for again: an index that breaks half-way is left alone, and the ledger answers by itself.
    pub(super) fn fold_lines<T>(
        &self,
        tx: &dyn ReadTx,
        account: &Account,
        days: Days,
        start: impl Fn() -> T,
        mut step: impl FnMut(&mut T, &Line) -> ControlFlow<()>,
    ) -> Stored<T> {
        if let Ok(position) = self.statements.position()
            && self.is_of_ledger(tx, position)?
        {
            let mut folded = start();
            if walk_links(tx, account, self.calendar(), days, position.seq, |line| step(&mut folded, line))?.is_break()
            {
                return Ok(folded);
            }
            let visited =
                self.statements.visit(account.number, days, position.seq, &mut |line| step(&mut folded, line));
            if let Ok(true) = visited {
                return Ok(folded);
            }
        }
        let mut folded = start();
        let _ = walk_links(tx, account, self.calendar(), days, 0, |line| step(&mut folded, line))?;
        Ok(folded)
    }

    /// Whether an index that stands there was fed from this ledger, and not from one that a backup took the place of, and
    /// by the days that the bank has now.
    fn is_of_ledger(&self, tx: &dyn ReadTx, position: Position) -> Stored<bool> {
        if position.seq == 0 {
            return Ok(true);
        }
        let known = tx.transfers(&[position.seq])?.pop().map(|transfer| transfer.id);
        Ok(known == position.last && position.days == self.calendar().mark())
    }
}

/// An account's lines of `days` after the transfer `fed`, newest first, along the links.
fn walk_links(
    tx: &dyn ReadTx,
    account: &Account,
    calendar: Calendar,
    days: Days,
    fed: u64,
    mut step: impl FnMut(&Line) -> ControlFlow<()>,
) -> Stored<ControlFlow<()>> {
    let (mut next, mut others) = (account.last_transfer, Counterparties::of(tx, account));
    while next > fed {
        let Some(transfer) = tx.transfers(&[next])?.pop() else { break };
        let day = calendar.day(transfer.at);
        if day < days.from {
            break;
        }
        next = if transfer.debit == account.number { transfer.debit_previous } else { transfer.credit_previous };
        if day <= days.to && step(&line(&mut others, account, calendar, &transfer)?).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The lines of customers' accounts: nobody asks for the statements of the bank's or a merchant's here.
fn lines_of(tx: &dyn ReadTx, calendar: Calendar, transfers: &[Transfer]) -> Stored<Vec<Line>> {
    let mut numbers: Vec<AccountNumber> = transfers.iter().flat_map(|t| [t.debit, t.credit]).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let own = tx.accounts(&numbers)?.into_iter().filter(|account| account.customer().is_some());
    let accounts: BTreeMap<AccountNumber, Account> = own.map(|account| (account.number, account)).collect();
    let sides = transfers.iter().flat_map(|t| [(t.debit, t), (t.credit, t)]);
    let of_side =
        |(side, t)| accounts.get(&side).map(|account| line(&mut Counterparties::of(tx, account), account, calendar, t));
    sides.filter_map(of_side).collect()
}

fn line(others: &mut Counterparties<'_>, account: &Account, calendar: Calendar, transfer: &Transfer) -> Stored<Line> {
    let seen = entry(others, account, transfer)?;
    // A line's end keeps a word from being found across the two.
    let text = format!("{}\n{}", seen.counterparty.lasting(), seen.reference);
    Ok(Line::new(account.number, transfer, calendar.day(transfer.at), &text))
}
