//! Depositing cash.

use askama::Template;
use bank_core::AccountView;
use kit_core::Money;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::Path;
use poem::{Response, Result, handler};

use super::attempt::Attempt;
use super::visitor::{Frame, Member};
use super::{account, page_with, path_number};
use crate::problem;

#[derive(Template)]
#[template(path = "deposit.html")]
struct DepositPage<'a> {
    frame: Frame,
    account: &'a AccountView,
    errors: &'a FormErrors,
    key: &'a str,
    amount: Field,
    /// The most a day, where there is a limit.
    limit: Option<Money>,
    /// Whether customers deposit by themselves at all.
    self_service: bool,
}

async fn render(member: Member, number: &str, attempt: &Attempt) -> Result<Response> {
    let (customer, number) = (member.id(), path_number(number)?);
    let account = member.lanes.browse(move |bank| bank.account(customer, number)).await;
    let account = account.map_err(|error| problem::of(&error))?;
    let policy = &member.lanes.bank().config().policy;
    let page = DepositPage {
        frame: member.frame,
        account: &account,
        errors: &attempt.errors,
        key: attempt.key.as_str(),
        amount: Field::new(Kind::Amount, "amount", format!("Amount in {}", account.currency))
            .hint("Such as 250.00")
            .sent(&attempt.form)
            .errors(&attempt.errors),
        limit: policy.daily_deposit(account.currency),
        self_service: policy.self_service_deposits,
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show(member: Member, Path(number): Path<String>) -> Result<Response> {
    render(member, &number, &Attempt::fresh()).await
}

#[handler]
pub(super) async fn send(member: Member, Path(number): Path<String>, form: FormData) -> Result<Response> {
    let (customer, account) = (member.id(), path_number(&number)?);
    let mut attempt = Attempt::of_movement(form);
    let amount = attempt.amount(member.lanes.bank().config().currency);
    if let (Some(amount), true) = (amount, attempt.is_good()) {
        let key = attempt.key.clone();
        match member.lanes.money(move |bank| bank.deposit(customer, &key, account, amount)).await {
            Ok(receipt) => return Ok(account::after(&receipt, account)),
            Err(error) => attempt.refused(&error, &["amount"])?,
        }
    }
    render(member, &number, &attempt).await
}
