//! Statements: searching entries, charts of balances and spending, single entries, and documents to take away.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use kit_core::{AccountNumber, Calendar, Day, Money, Timestamp};

use super::Bank;
use super::accounts::{AccountView, Entry, entry, own_account, view};
use super::counterparties::Counterparties;
use crate::error::Result;
use crate::model::{Account, Counterparty, CustomerId, TransferId, TransferKind};
use crate::model::{FieldProblem, Flaw, Refusal};
use crate::rules::export::{MAX_RECORDS, Record, StatementDocument};
use crate::rules::statement::{Closings, Days, Direction, Filter, Line, Matched, Spent, searchable};
use crate::store::{ReadTx, Stored};

/// What a customer looks for in a statement. The default is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatementQuery {
    /// Words or parts of words of counterparty and reference, all of which must be there, whatever their case and
    /// accents; at most 100 characters.
    pub text: String,
    /// The first day.
    pub from_day: Option<Day>,
    /// The last day.
    pub to_day: Option<Day>,
    /// Which way the money went.
    pub direction: Option<Direction>,
    /// What it was for; anything where empty.
    pub kinds: Vec<TransferKind>,
    /// At least so much, in minor units, whichever way it went.
    pub min_minor: Option<i64>,
    /// At most so much, in minor units, whichever way it went.
    pub max_minor: Option<i64>,
}

/// Which days a statement to take away covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// Any. Without days, everything up to today.
    Everything,
    /// Days that have ended: nothing is added to them any more. Without days, all of those.
    EndedDays,
    /// Any. Without days, today alone.
    Today,
}

/// A page of what a search found, newest first, with the account from the same snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The account.
    pub account: AccountView,
    /// The page's entries.
    pub entries: Vec<Entry>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<u64>,
    /// How many entries the search found on all pages.
    pub count: u64,
    /// What came in by all of them.
    pub total_in: Money,
    /// What left by all of them; not negative.
    pub total_out: Money,
}

/// An account's balance at the end of each day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceHistory {
    /// The balance before the first day.
    pub opening: Money,
    /// Every day with the posted balance at its end, oldest first.
    pub days: Vec<(Day, Money)>,
}

/// What was spent from an account: payments less refunds, transfers to others, cash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spending {
    /// All of it.
    pub total: Money,
    /// By counterparty, the largest first.
    pub with: Vec<SpendingWith>,
}

/// What was spent with one counterparty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendingWith {
    /// Who, as statements name them.
    pub counterparty: Counterparty,
    /// What left less what was given back; negative where more came back than left in that time.
    pub amount: Money,
    /// By how many entries.
    pub count: u64,
}

/// The most entries on one page.
const PAGE: usize = 200;
/// The most days of a chart: ten years.
const CHART_DAYS: i64 = 3_660;
/// The most characters of a search.
const TEXT_CHARACTERS: usize = 100;
/// A day has ended for good a minute after its end: a batch takes its time before it commits, and what was posted in
/// the last moment of a day may still be on its way to the disk.
const SETTLING: Duration = Duration::from_secs(60);
/// The formats that have today, for a request that wants it as camt.053.
const FORMATS_OF_TODAY: &str = "camt.052, CSV, OFX, PDF";

impl Bank {
    /// Searches one of a customer's accounts: a page of entries from `cursor` (the `next` of the page before) on, at most
    /// `limit` (and 200) of them.
    ///
    /// # Errors
    /// [`Refusal::AccountNotFound`]; [`Refusal::InvalidFields`] naming `text`, `from` or `min_amount`; or the store's
    /// failure.
    pub fn statement(
        &self,
        customer: CustomerId,
        number: AccountNumber,
        query: &StatementQuery,
        cursor: Option<u64>,
        limit: usize,
    ) -> Result<Statement> {
        let (filter, limit, clock) = (filter(query)?, limit.min(PAGE), self.now());
        self.view(|tx| {
            let account = own_account(tx, customer, number)?;
            let found = self.fold_found(tx, &account, &filter, Matched::default, |matched, line| {
                matched.add(line, cursor, limit);
                ControlFlow::Continue(())
            })?;
            let money = |minor| Money::new(minor, account.currency);
            Ok(Statement {
                account: view(tx, &account, clock.max(tx.head()?.last_time))?.0,
                entries: entries(tx, &account, &found.page)?,
                next: found.next,
                count: found.count,
                total_in: money(found.total_in),
                total_out: money(found.total_out),
            })
        })
    }

    /// One entry of one of a customer's accounts: for a receipt.
    ///
    /// # Errors
    /// [`Refusal::AccountNotFound`], [`Refusal::EntryNotFound`] also for other accounts' transfers, or the store's failure.
    pub fn entry(&self, customer: CustomerId, number: AccountNumber, id: TransferId) -> Result<Entry> {
        self.view(|tx| {
            let account = own_account(tx, customer, number)?;
            let found = tx.transfer_by_id(id)?.filter(|t| t.debit == number || t.credit == number);
            let found = found.ok_or(Refusal::EntryNotFound)?;
            Ok(entry(&mut Counterparties::of(tx, &account), &account, &found)?)
        })
    }

    /// The posted balance of one of a customer's accounts at the end of each day, ten years at most.
    ///
    /// # Errors
    /// [`Refusal::AccountNotFound`], [`Refusal::InvalidFields`] naming `from`, or the store's failure.
    pub fn balance_over_time(
        &self,
        customer: CustomerId,
        number: AccountNumber,
        from: Day,
        to: Day,
    ) -> Result<BalanceHistory> {
        let days = days(Some(from), Some(to))?;
        if days.count() > CHART_DAYS {
            return Err(Refusal::field("from", Flaw::PeriodTooLong { years: 10 }).into());
        }
        self.view(|tx| {
            let account = own_account(tx, customer, number)?;
            let closings = self.closings(tx, &account, days)?;
            let money = |minor| Money::new(minor, account.currency);
            let each = closings.each(days).map(|(day, minor)| (day, money(minor))).collect();
            Ok(BalanceHistory { opening: money(closings.opening()), days: each })
        })
    }

    /// What was spent from one of a customer's accounts, by counterparty. Moving money to an account of one's own is not
    /// spending.
    ///
    /// # Errors
    /// As [`Bank::balance_over_time`].
    pub fn spending(&self, customer: CustomerId, number: AccountNumber, from: Day, to: Day) -> Result<Spending> {
        let days = days(Some(from), Some(to))?;
        self.view(|tx| {
            let account = own_account(tx, customer, number)?;
            let spent = self.fold_lines(tx, &account, days, Spent::default, |spent, line| {
                spent.add(line);
                ControlFlow::Continue(())
            })?;
            let others: Vec<AccountNumber> = spent.each().map(|(other, _)| other).collect();
            let own: Vec<_> = tx.accounts(&others)?.into_iter().filter(|a| a.owner == account.owner).collect();
            let money = |minor| Money::new(minor, account.currency);
            let (mut with, mut total) = (Vec::new(), 0);
            for (_, at) in spent.each().filter(|(other, _)| own.iter().all(|a| a.number != *other)) {
                let Some(seen) = entries(tx, &account, &[at.seq])?.pop() else { continue };
                total += at.amount;
                with.push(SpendingWith { counterparty: seen.counterparty, amount: money(at.amount), count: at.count });
            }
            with.sort_by_key(|w| (std::cmp::Reverse(w.amount.minor), w.counterparty.to_string()));
            Ok(Spending { total: money(total), with })
        })
    }

    /// A statement to take away, oldest entry first, with the balances before and after: what [`crate::rules::export`]
    /// writes as CSV, OFX, camt.053 or camt.052. What is searched for chooses among the entries, and changes no
    /// balance.
    ///
    /// # Errors
    /// As [`Bank::statement`]; [`Refusal::TooManyEntries`] rather than half a statement; [`Refusal::DaysNotEnded`]
    /// where only ended days are to be in it.
    pub fn statement_document(
        &self,
        customer: CustomerId,
        number: AccountNumber,
        query: &StatementQuery,
        coverage: Coverage,
    ) -> Result<StatementDocument> {
        let (mut filter, clock, calendar) = (filter(query)?, self.now(), self.calendar());
        self.view(|tx| {
            let account = own_account(tx, customer, number)?;
            let made_at = clock.max(tx.head()?.last_time);
            filter.days = covered(calendar, query, coverage, made_at, account.opened_at)?;
            let closings = self.closings(tx, &account, filter.days)?;
            let mut found = self.fold_found(tx, &account, &filter, Vec::new, |found, line| {
                found.push(line.seq);
                if found.len() > MAX_RECORDS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })?;
            if found.len() > MAX_RECORDS {
                return Err(Refusal::TooManyEntries { limit: MAX_RECORDS }.into());
            }
            found.reverse();
            let money = |minor| Money::new(minor, account.currency);
            Ok(StatementDocument {
                account: number,
                account_name: account.name.clone(),
                owner: tx.customer(customer)?.map(|c| c.name).unwrap_or_default(),
                days: filter.days,
                made_at,
                calendar,
                opening: money(closings.opening()),
                closing: money(closings.closing()),
                balance: money(account.posted()),
                records: entries(tx, &account, &found)?.into_iter().map(record).collect(),
            })
        })
    }

    /// Folds the lines that a search takes, newest first. Names are those of this moment: what people and accounts are
    /// called changes, and the index does not hold it.
    fn fold_found<T>(
        &self,
        tx: &dyn ReadTx,
        account: &Account,
        filter: &Filter,
        start: impl Fn() -> T,
        mut step: impl FnMut(&mut T, &Line) -> ControlFlow<()>,
    ) -> Stored<T> {
        let (mut others, mut names, mut failed) = (Counterparties::of(tx, account), BTreeMap::new(), None);
        let mut name = |line: &Line| -> String {
            let key = (line.other, line.amount < 0);
            let name = names.entry(key).or_insert_with(|| match others.at(key.0, key.1) {
                Ok(other) => searchable(other.name().unwrap_or_default()),
                Err(failure) => {
                    failed = Some(failure);
                    String::new()
                }
            });
            name.clone()
        };
        let found = self.fold_lines(tx, account, filter.days, start, |found, line| {
            if filter.takes(line, || name(line)) { step(found, line) } else { ControlFlow::Continue(()) }
        })?;
        failed.map_or(Ok(found), Err)
    }

    fn closings(&self, tx: &dyn ReadTx, account: &Account, days: Days) -> Stored<Closings> {
        let to_the_beginning = Days { from: Day::FIRST, to: days.to };
        self.fold_lines(tx, account, to_the_beginning, Closings::default, |closings, line| {
            if closings.add(line, days) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
    }
}

/// What was asked, checked.
fn filter(query: &StatementQuery) -> Result<Filter> {
    let fields = check_query(query);
    if !fields.is_empty() {
        return Err(Refusal::InvalidFields { fields }.into());
    }
    let mut filter = Filter::of_days(days(query.from_day, query.to_day)?).with_text(&query.text);
    filter.direction = query.direction;
    filter.kinds.clone_from(&query.kinds);
    filter.min_minor = query.min_minor;
    filter.max_minor = query.max_minor;
    Ok(filter)
}

/// Which parts of a query cannot be looked for: for a caller that has noted other fields already and tells all
/// together.
#[must_use]
pub fn check_query(query: &StatementQuery) -> Vec<FieldProblem> {
    let reversed = |reversed: bool| reversed.then_some(Flaw::RangeReversed);
    let long = query.text.chars().count() > TEXT_CHARACTERS;
    let checked = [
        ("text", long.then_some(Flaw::TooLong { max_chars: TEXT_CHARACTERS })),
        ("from", reversed(query.from_day.zip(query.to_day).is_some_and(|(from, to)| from > to))),
        ("min_amount", reversed(query.min_minor.zip(query.max_minor).is_some_and(|(min, max)| min > max))),
    ];
    checked.into_iter().filter_map(|(field, flaw)| Some(FieldProblem { field, flaw: flaw? })).collect()
}

fn days(from: Option<Day>, to: Option<Day>) -> Result<Days> {
    let days = Days { from: from.unwrap_or(Day::FIRST), to: to.unwrap_or(Day::LAST) };
    if days.from > days.to {
        return Err(Refusal::field("from", Flaw::RangeReversed).into());
    }
    Ok(days)
}

/// The days that a statement made at this moment covers.
fn covered(
    calendar: Calendar,
    query: &StatementQuery,
    coverage: Coverage,
    made_at: Timestamp,
    opened_at: Timestamp,
) -> Result<Days> {
    let today = calendar.day(made_at);
    let to = match coverage {
        Coverage::Everything | Coverage::Today => query.to_day.unwrap_or(today),
        Coverage::EndedDays => {
            let last_day = calendar.day(made_at.minus(SETTLING)).plus(-1);
            if query.to_day.max(query.from_day).is_some_and(|day| day > last_day) {
                return Err(Refusal::DaysNotEnded { last_day, formats: FORMATS_OF_TODAY.to_owned() }.into());
            }
            query.to_day.unwrap_or(last_day)
        }
    };
    let first = match (coverage, query.to_day) {
        (Coverage::Today, None) => today,
        _ => calendar.day(opened_at),
    };
    let from = query.from_day.unwrap_or(first.min(to));
    Ok(Days { from, to: to.max(from) })
}

/// These transfers as the account's customer sees them, in the order in which they are named.
fn entries(tx: &dyn ReadTx, account: &Account, seqs: &[u64]) -> Stored<Vec<Entry>> {
    let mut found = tx.transfers(seqs)?;
    found.sort_unstable_by_key(|transfer| transfer.seq);
    let of = |seq: &u64| found.binary_search_by_key(seq, |transfer| transfer.seq).ok().map(|at| &found[at]);
    let mut others = Counterparties::of(tx, account);
    seqs.iter().filter_map(of).map(|transfer| entry(&mut others, account, transfer)).collect()
}

fn record(entry: Entry) -> Record {
    Record {
        id: entry.id,
        at: entry.at,
        kind: entry.kind,
        amount: entry.amount,
        balance_after: entry.balance_after,
        counterparty: entry.counterparty,
        reference: entry.reference,
    }
}
