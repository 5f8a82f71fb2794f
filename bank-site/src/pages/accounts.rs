//! A customer's accounts, and opening another one.

use askama::Template;
use bank_core::AccountView;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::{Response, Result, handler};

use super::attempt::Attempt;
use super::visitor::{Frame, Member};
use super::{go, page, page_with};
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

#[derive(Template)]
#[template(path = "account_new.html")]
struct NewAccountPage<'a> {
    frame: Frame,
    errors: &'a FormErrors,
    name: Field,
    pin: Field,
}

fn render_new(member: Member, attempt: &Attempt) -> Result<Response> {
    let field = |kind, name, label: &str| Field::new(kind, name, label).sent(&attempt.form).errors(&attempt.errors);
    let page = NewAccountPage {
        frame: member.frame,
        errors: &attempt.errors,
        name: field(Kind::Text, "name", "What to call it").hint("Such as “Savings” or “Holiday”.").max_length(40),
        pin: field(Kind::Pin, "pin", "Its PIN").hint("To pay and to withdraw. 6 to 12 digits; not a date, not 123456."),
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show_new(member: Member) -> Result<Response> {
    render_new(member, &Attempt::fresh())
}

#[handler]
pub(super) async fn send_new(member: Member, form: FormData) -> Result<Response> {
    let mut attempt = Attempt::of(form);
    if let Some(pin) = attempt.pin("pin") {
        let (customer, name) = (member.id(), attempt.form.text("name").to_owned());
        let currency = member.lanes.bank().config().currency;
        match member.lanes.hash(move |bank| bank.open_account(customer, &name, currency, &pin)).await {
            Ok(account) => return Ok(go(format!("/accounts/{}", account.number.digits()))),
            Err(error) => attempt.refused(&error, &["name", "pin"])?,
        }
    }
    render_new(member, &attempt)
}
