//! One account: balance, holds, statement.

use askama::Template;
use bank_core::model::TransferId;
use bank_core::{AccountView, Counterparty, Entry, HoldView, Overview, Receipt};
use poem::web::{Path, Query};
use poem::{Response, Result, handler};
use serde::Deserialize;

use super::visitor::{Frame, Member};
use super::{go, page, path_number, told};
use crate::problem;

/// Entries on a page.
const ENTRIES: usize = 20;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    account: AccountView,
    holds: Vec<HoldView>,
    entries: Vec<Entry>,
    /// Where the older entries begin.
    older: Option<u64>,
    /// Whether these are not the newest.
    older_page: bool,
    notice: Option<String>,
}

#[derive(Deserialize)]
struct Parameters {
    /// Where the page begins.
    from: Option<String>,
    /// The movement that was just made.
    done: Option<String>,
}

#[handler]
pub(super) async fn show(
    member: Member,
    Path(number): Path<String>,
    Query(Parameters { from, done }): Query<Parameters>,
) -> Result<Response> {
    let (customer, number) = (member.id(), path_number(&number)?);
    // Whatever is no place in the statement is its beginning.
    let from = from.and_then(|from| from.parse().ok());
    let overview = member.lanes.browse(move |bank| bank.overview(customer, number, from, ENTRIES)).await;
    let Overview { account, holds, page: statement } = overview.map_err(|error| problem::of(&error))?;
    let done = done.as_deref().and_then(TransferId::parse);
    let notice =
        statement.entries.iter().find(|entry| Some(entry.id) == done).map(|entry| notice(member.frame.t, entry));
    page(&AccountPage {
        frame: member.frame,
        account,
        holds,
        entries: statement.entries,
        older: statement.next,
        older_page: from.is_some(),
        notice,
    })
}

/// Where a movement leads: the account's page, which finds the receipt by its id.
pub(super) fn after(receipt: &Receipt, number: kit_core::AccountNumber) -> Response {
    go(format!("/accounts/{}?done={}", number.digits(), receipt.transfer.id))
}

fn notice(t: kit_web::Words<'_>, entry: &Entry) -> String {
    let kind = told::kind(t, entry.kind);
    format!("Done: {kind} of {}. The balance after it is {}.", unsigned(entry), entry.balance_after)
}

fn unsigned(entry: &Entry) -> kit_core::Money {
    kit_core::Money::new(entry.amount.minor.abs(), entry.amount.currency)
}
