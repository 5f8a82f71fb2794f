//! Withdrawing cash.

use askama::Template;
use bank_core::AccountView;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::Path;
use poem::{Response, Result, handler};

use super::attempt::Attempt;
use super::visitor::{Frame, Member};
use super::{account, page_with, path_number};
use crate::problem;

#[derive(Template)]
#[template(path = "withdraw.html")]
struct WithdrawPage<'a> {
    frame: Frame,
    account: &'a AccountView,
    errors: &'a FormErrors,
    key: &'a str,
    amount: Field,
    pin: Field,
}

async fn render(member: Member, number: &str, attempt: &Attempt) -> Result<Response> {
    let (customer, number) = (member.id(), path_number(number)?);
    let account = member.lanes.browse(move |bank| bank.account(customer, number)).await;
    let account = account.map_err(|error| problem::of(&error))?;
    let page = WithdrawPage {
        frame: member.frame,
        account: &account,
        errors: &attempt.errors,
        key: attempt.key.as_str(),
        amount: Field::new(Kind::Amount, "amount", format!("Amount in {}", account.currency))
            .hint(format!("At most {}", account.balance.available))
            .sent(&attempt.form)
            .errors(&attempt.errors),
        pin: Field::new(Kind::Pin, "pin", "PIN of this account").errors(&attempt.errors),
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
    let pin = attempt.pin("pin");
    if let (Some(amount), Some(pin), true) = (amount, pin, attempt.is_good()) {
        let key = attempt.key.clone();
        match member.lanes.hash(move |bank| bank.withdraw(customer, &key, account, amount, &pin)).await {
            Ok(receipt) => return Ok(account::after(&receipt, account)),
            Err(error) => attempt.refused(&error, &["amount", "pin"])?,
        }
    }
    render(member, &number, &attempt).await
}
