//! One account: balance, holds, and the statement with its search.

use askama::Template;
use bank_core::model::TransferId;
use bank_core::rules::export::csv::CsvFor;
use bank_core::{AccountView, Entry, HoldView, Overview, Receipt, Statement};
use kit_core::{AccountNumber, Money};
use kit_web::Words;
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, Result, handler};

use super::art::Art;
use super::lines::{DayOfLines, by_day};
use super::search::{Chip, Search};
use super::visitor::{Frame, Member};
use super::{go, page_with, path_number, told};
use crate::problem;

/// Entries on a page.
const ENTRIES: usize = 20;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    account: AccountView,
    holds: Vec<HoldView>,
    search: Search,
    chips: Vec<Chip>,
    days: Vec<DayOfLines>,
    /// What a search found; `None` where everything is shown, or the search cannot be done.
    found: Option<Found>,
    /// Where the older entries are.
    older: Option<String>,
    /// Where the newest ones are, if these are not those.
    newest: Option<String>,
    notice: Option<String>,
}

/// What all that a search found adds up to.
struct Found {
    count: u64,
    total_in: Money,
    total_out: Money,
}

impl AccountPage {
    /// Whether days, kinds or amounts are searched for or wrong: those fields are then unfolded.
    fn narrows(&self) -> bool {
        let folded = ["from", "to", "direction", "kind", "min", "max"];
        folded.into_iter().any(|name| !self.search.parameter(name).is_empty())
    }
}

#[handler]
pub(super) async fn show(member: Member, Path(number): Path<String>, request: &Request) -> Result<Response> {
    let (customer, number, t) = (member.id(), path_number(&number)?, member.frame.t);
    let mut search = Search::of(t, request.uri().query().unwrap_or_default())?;
    // Whatever is no place in the statement is its beginning.
    let cursor = search.parameter("cursor").parse().ok();
    let active = search.is_active();
    let limit = if active { 0 } else { ENTRIES };
    let overview = member.lanes.browse(move |bank| bank.overview(customer, number, cursor, limit)).await;
    let Overview { account, holds, page } = overview.map_err(|error| problem::of(&error))?;
    let (mut entries, mut next, mut found, mut chips) = (page.entries, page.next, None, Vec::new());
    if active && let Some(query) = search.query(account.currency) {
        chips = search.chips(number, &query, account.currency);
        match member.lanes.browse(move |bank| bank.statement(customer, number, &query, cursor, ENTRIES)).await {
            Ok(Statement { entries: taken, next: more, count, total_in, total_out, .. }) => {
                (entries, next) = (taken, more);
                found = Some(Found { count, total_in, total_out });
            }
            Err(error) => search.refused(&error)?,
        }
    }
    let done = TransferId::parse(search.parameter("done"));
    let status = if search.errors.is_empty() { StatusCode::OK } else { problem::INVALID_FORM };
    let page = AccountPage {
        days: by_day(t, number, &entries),
        notice: entries.iter().find(|entry| Some(entry.id) == done).map(|entry| notice(t, entry)),
        older: next.map(|next| search.page(number, next)),
        newest: cursor.map(|_: u64| search.address(number, "")),
        frame: member.frame,
        account,
        holds,
        search,
        chips,
        found,
    };
    page_with(&page, status)
}

/// Where a movement leads: the account's page, which finds the receipt by its id.
pub(super) fn after(receipt: &Receipt, number: AccountNumber) -> Response {
    go(format!("/accounts/{}?done={}", number.digits(), receipt.transfer.id))
}

fn notice(t: Words<'_>, entry: &Entry) -> String {
    let amount = Money::new(entry.amount.minor.saturating_abs(), entry.amount.currency);
    t.say("account-done")
        .with("kind", told::kind(t, entry.kind))
        .with("amount", t.money(amount))
        .with("balance", t.money(entry.balance_after))
        .to_string()
}
