//! What statements are on the wire.

use bank_core::{BalanceHistory, Entry, Spending, Statement};
use kit_core::Calendar;
use kit_web::wire::{Amount, CurrencyCode, Date, Id, Time};
use kit_web::{Named, Text};
use poem_openapi::Object;

use super::super::names::{CounterpartyKindNames, TransferKindNames};

/// One entry of a statement.
#[derive(Object)]
#[oai(rename = "Entry", skip_serializing_if_is_none)]
pub(in crate::api) struct EntryBody {
    /// The transfer's id.
    id: Id,
    /// When it was posted.
    at: Time,
    /// What it was.
    kind: Named<TransferKindNames>,
    /// How much; negative if it left the account.
    amount: Amount,
    /// The currency.
    currency: CurrencyCode,
    /// The posted balance after it.
    balance_after: Amount,
    /// Who is on the other side: the name of a merchant, of the customer's own account or saved payee, or of the payer;
    /// the account number where money went to one that the customer has not saved.
    counterparty: Text,
    /// Their account: the number where money went to it, `****0183` where it came from somebody else. Absent for cash
    /// and merchants.
    counterparty_account: Option<Text>,
    /// What they are.
    counterparty_kind: Named<CounterpartyKindNames>,
    /// The reference of the transfer.
    reference: Text,
}

impl From<&Entry> for EntryBody {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id.to_string().into(),
            at: entry.at.rfc3339().into(),
            kind: Named::of(entry.kind),
            amount: entry.amount.decimal().into(),
            currency: entry.amount.currency.code().into(),
            balance_after: entry.balance_after.decimal().into(),
            counterparty: entry.counterparty.to_string().into(),
            counterparty_account: entry.counterparty.account_id().map(Text::from),
            counterparty_kind: Named::of(entry.counterparty.kind()),
            reference: entry.reference.as_str().into(),
        }
    }
}

/// A page of a statement.
#[derive(Object)]
#[oai(rename = "EntryPage", skip_serializing_if_is_none)]
pub(super) struct EntryPageBody {
    /// Newest first.
    entries: Vec<EntryBody>,
    /// The time zone whose days `from` and `to` are, by its IANA name.
    time_zone: Text,
    /// The `cursor` of the next page; absent on the last page.
    next_cursor: Option<Text>,
    /// What the search found on all pages; absent without a search.
    found: Option<FoundBody>,
}

impl EntryPageBody {
    pub(super) fn new(entries: &[Entry], calendar: Calendar, next: Option<u64>, found: Option<&Statement>) -> Self {
        Self {
            entries: entries.iter().map(EntryBody::from).collect(),
            time_zone: calendar.zone().name().into(),
            next_cursor: next.map(|seq| seq.to_string().into()),
            found: found.map(FoundBody::from),
        }
    }
}

/// What a search found, added up.
#[derive(Object)]
#[oai(rename = "EntriesFound")]
struct FoundBody {
    /// How many entries.
    count: u64,
    /// What came in by them.
    total_in: Amount,
    /// What left by them; not negative.
    total_out: Amount,
    /// The currency.
    currency: CurrencyCode,
}

impl From<&Statement> for FoundBody {
    fn from(found: &Statement) -> Self {
        Self {
            count: found.count,
            total_in: found.total_in.decimal().into(),
            total_out: found.total_out.decimal().into(),
            currency: found.total_in.currency.code().into(),
        }
    }
}

/// A balance over time.
#[derive(Object)]
#[oai(rename = "Balances")]
pub(super) struct BalancesBody {
    /// The currency.
    currency: CurrencyCode,
    /// The time zone whose days these are, by its IANA name.
    time_zone: Text,
    /// The balance before the first day.
    opening: Amount,
    /// Every day, oldest first.
    days: Vec<DayBalanceBody>,
}

/// The balance at the end of a day.
#[derive(Object)]
#[oai(rename = "DayBalance")]
struct DayBalanceBody {
    /// The day.
    day: Date,
    /// The posted balance at its end.
    balance: Amount,
}

impl BalancesBody {
    pub(super) fn new(history: &BalanceHistory, calendar: Calendar) -> Self {
        let day = |(day, balance): &(kit_core::Day, kit_core::Money)| DayBalanceBody {
            day: day.to_string().into(),
            balance: balance.decimal().into(),
        };
        Self {
            currency: history.opening.currency.code().into(),
            time_zone: calendar.zone().name().into(),
            opening: history.opening.decimal().into(),
            days: history.days.iter().map(day).collect(),
        }
    }
}

/// What was spent.
#[derive(Object)]
#[oai(rename = "Spending")]
pub(super) struct SpendingBody {
    /// The currency.
    currency: CurrencyCode,
    /// The sum of it.
    total: Amount,
    /// By counterparty, the largest first.
    with: Vec<SpendingWithBody>,
}

/// What was spent with one counterparty.
#[derive(Object)]
#[oai(rename = "SpendingWith")]
struct SpendingWithBody {
    /// Who, as statements name them.
    counterparty: Text,
    /// What left less what was refunded; negative if more came back in that time.
    amount: Amount,
    /// The number of entries.
    count: u64,
}

impl From<&Spending> for SpendingBody {
    fn from(spending: &Spending) -> Self {
        let with = spending.with.iter().map(|with| SpendingWithBody {
            counterparty: with.counterparty.to_string().into(),
            amount: with.amount.decimal().into(),
            count: with.count,
        });
        Self {
            currency: spending.total.currency.code().into(),
            total: spending.total.decimal().into(),
            with: with.collect(),
        }
    }
}
