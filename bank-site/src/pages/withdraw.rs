//! Withdrawing cash.

use std::sync::Arc;

use askama::Template;
use bank_core::AccountView;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::Path;
use poem::{Response, Result, handler};

use super::attempt::{Attempt, settled};
use super::visitor::{Frame, Member};
use super::{account, page_with};

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

fn render(member: Member, account: &AccountView, attempt: &Attempt) -> Result<Response> {
    let t = member.frame.t;
    let page = WithdrawPage {
        frame: member.frame,
        account,
        errors: &attempt.errors,
        key: attempt.key.as_str(),
        amount: attempt
            .field(Kind::Amount, "amount", t.say("amount-in").with("currency", account.currency.code()))
            .hint(t.say("amount-at-most").with("most", t.money(account.balance.available))),
        pin: attempt.field(Kind::Pin, "pin", t.say("pin-of-account")),
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show(member: Member, Path(number): Path<String>) -> Result<Response> {
    let account = member.account(&number).await?;
    let attempt = Attempt::fresh(member.frame.t);
    render(member, &account, &attempt)
}

#[handler]
pub(super) async fn send(member: Member, Path(number): Path<String>, form: FormData) -> Result<Response> {
    let (customer, from) = (member.id(), member.account(&number).await?);
    let mut attempt = Attempt::of_movement(member.frame.t, form);
    let amount = attempt.amount(from.currency);
    let pin = attempt.pin("pin").map(Arc::new);
    if let (Some(amount), Some(pin), true) = (amount, pin, attempt.is_good()) {
        let withdraw = || {
            let (key, pin) = (attempt.key.clone(), pin.clone());
            member.lanes.hash(move |bank| bank.withdraw(customer, &key, from.number, amount, &pin))
        };
        match settled(withdraw).await {
            Ok(receipt) => return Ok(account::after(&receipt, from.number)),
            Err(error) => attempt.refused(&error, &["amount", "pin"])?,
        }
    }
    render(member, &from, &attempt)
}
