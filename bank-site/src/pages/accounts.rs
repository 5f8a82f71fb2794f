//! A customer's accounts at one glance: balances, holds, latest entries, and where the money went.

use askama::Template;
use bank_core::{AccountHold, AccountView, BalanceHistory, Counterparty, Dashboard, Spending};
use kit_core::{AccountNumber, Day, Money};
use kit_web::Words;
use poem::web::Query;
use poem::{Response, Result, handler};
use serde::Deserialize;

use super::art::Art;
use super::charts::{BalanceChart, Bar, bars};
use super::lines::{Line, counterparty};
use super::page;
use super::visitor::{Frame, Member};
use crate::problem;

/// How many of the latest entries are shown.
const LATEST: usize = 8;
/// How many days the chart of a balance shows.
const DAYS: i64 = 90;
/// With how many something was spent is shown; the rest is in the sum.
const BARS: usize = 6;

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    frame: Frame,
    customer: String,
    accounts: Vec<AccountView>,
    /// What all accounts of a currency have together; of no interest for a single one.
    totals: Vec<Money>,
    holds: Vec<AccountHold>,
    latest: Vec<LatestLine>,
    charts: Option<Charts>,
}

/// An entry and the account that it is of.
struct LatestLine {
    line: Line,
    account: String,
}

/// What is drawn of one account.
struct Charts {
    account: AccountNumber,
    /// The accounts that may be chosen, this one among them.
    others: Vec<(AccountNumber, String)>,
    balance: Option<BalanceChart>,
    month: Day,
    spent: Money,
    bars: Vec<Bar>,
}

impl AccountsPage {
    /// Who something was spent with.
    fn with(t: Words<'_>, other: &Counterparty) -> String {
        counterparty(t, other)
    }

    /// What an account is called, for lines that stand outside of it.
    fn name_of(&self, number: &AccountNumber) -> &str {
        self.accounts.iter().find(|account| account.number == *number).map_or("", |account| &account.name)
    }
}

#[derive(Deserialize)]
struct Parameters {
    /// The account whose charts are shown; the first one without.
    account: Option<String>,
}

#[handler]
pub(super) async fn show(member: Member, Query(asked): Query<Parameters>) -> Result<Response> {
    let (customer, t) = (member.id(), member.frame.t);
    let asked = asked.account.and_then(|number| AccountNumber::parse(&number).ok());
    let found = member.lanes.browse(move |bank| {
        let seen = bank.dashboard(customer, LATEST)?;
        let open = || seen.accounts.iter().filter(|account| !account.closed);
        let chosen = open().find(|account| Some(account.number) == asked).or_else(|| open().next());
        let drawn = match chosen.map(|account| account.number) {
            Some(number) => {
                let today = bank.calendar().day(seen.at);
                let history = bank.balance_over_time(customer, number, today.plus(1 - DAYS), today)?;
                Some((number, history, bank.spending(customer, number, first_of_month(today), today)?))
            }
            None => None,
        };
        Ok((seen, drawn))
    });
    let (seen, drawn) = found.await.map_err(|error| problem::of(&error))?;
    let charts = drawn.map(|(number, history, spending)| charts(t, &seen, number, &history, spending));
    let Dashboard { accounts, totals, holds, latest, .. } = seen;
    let name = |number| accounts.iter().find(|account| account.number == number).map(|account| account.name.clone());
    let latest = latest.iter().map(|found| LatestLine {
        line: Line::new(t, found.account, &found.entry),
        account: name(found.account).unwrap_or_default(),
    });
    page(&AccountsPage {
        frame: member.frame,
        customer: member.signed_in.customer.name,
        latest: latest.collect(),
        totals: if accounts.len() > 1 { totals.iter().map(|total| total.available).collect() } else { Vec::new() },
        accounts,
        holds,
        charts,
    })
}

fn charts(
    t: Words<'_>,
    seen: &Dashboard,
    account: AccountNumber,
    history: &BalanceHistory,
    spending: Spending,
) -> Charts {
    let open = seen.accounts.iter().filter(|account| !account.closed);
    Charts {
        account,
        others: open.map(|account| (account.number, account.name.clone())).collect(),
        balance: BalanceChart::new(t, history),
        month: first_of_month(t.calendar().day(seen.at)),
        spent: spending.total,
        bars: bars(spending).into_iter().take(BARS).collect(),
    }
}

fn first_of_month(day: Day) -> Day {
    day.plus(1 - i64::from(day.civil().2))
}
