//! Depositing cash.

use askama::Template;
use bank_core::AccountView;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::Path;
use poem::{Response, Result, handler};

use super::attempt::{Attempt, settled};
use super::visitor::{Frame, Member};
use super::{account, page_with};

#[derive(Template)]
#[template(path = "deposit.html")]
struct DepositPage<'a> {
    frame: Frame,
    account: &'a AccountView,
    errors: &'a FormErrors,
    key: &'a str,
    amount: Field,
    /// Whether customers deposit by themselves at all.
    self_service: bool,
}

fn render(member: Member, account: &AccountView, attempt: &Attempt) -> Result<Response> {
    let t = member.frame.t;
    let policy = &member.lanes.bank().config().policy;
    let hint = match policy.daily_deposit(account.currency) {
        Some(limit) => t.say("deposit-limit").with("limit", t.money(limit)),
        None => t.say("amount-such-as"),
    };
    let page = DepositPage {
        self_service: policy.self_service_deposits,
        frame: member.frame,
        account,
        errors: &attempt.errors,
        key: attempt.key.as_str(),
        amount: attempt
            .field(Kind::Amount, "amount", t.say("amount-in").with("currency", account.currency.code()))
            .hint(hint),
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
    let (customer, into) = (member.id(), member.account(&number).await?);
    let mut attempt = Attempt::of_movement(member.frame.t, form);
    let amount = attempt.amount(into.currency);
    if let (Some(amount), true) = (amount, attempt.is_good()) {
        let deposit = || {
            let key = attempt.key.clone();
            member.lanes.money(move |bank| bank.deposit(customer, &key, into.number, amount))
        };
        match settled(deposit).await {
            Ok(receipt) => return Ok(account::after(&receipt, into.number)),
            Err(error) => attempt.refused(&error, &["amount"])?,
        }
    }
    render(member, &into, &attempt)
}
