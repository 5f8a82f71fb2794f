//! A customer's accounts.

use askama::Template;
use bank_core::AccountView;
use poem::{Response, Result, handler};

use super::page;
use super::visitor::{Frame, Member};
use crate::problem;

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    frame: Frame,
    customer: String,
    accounts: Vec<AccountView>,
}

#[handler]
pub(super) async fn show(member: Member) -> Result<Response> {
    let customer = member.id();
    let accounts = member.lanes.browse(move |bank| bank.accounts(customer)).await;
    let accounts = accounts.map_err(|error| problem::of(&error))?;
    page(&AccountsPage { frame: member.frame, customer: member.signed_in.customer.name, accounts })
}
