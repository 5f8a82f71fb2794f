//! Payees: whom a customer sends money to, under names of their own.

use askama::Template;
use bank_core::model::{PayeeId, SavedPayee};
use bank_core::{AccountView, Refusal};
use kit_core::AccountNumber;
use kit_web::Problem;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::Path;
use poem::{Response, Result, handler};

use super::account_new::NAME_CHARACTERS;
use super::art::Art;
use super::attempt::Attempt;
use super::visitor::{Frame, Member};
use super::{go, page_with};
use crate::problem;

#[derive(Template)]
#[template(path = "payees.html")]
struct PayeesPage<'a> {
    frame: Frame,
    payees: Vec<SavedPayee>,
    /// The account that a transfer from here leaves; there is none where all are closed.
    from: Option<AccountNumber>,
    errors: &'a FormErrors,
    name: Field,
    account_number: Field,
}

impl PayeesPage<'_> {
    /// What stands in the circle before a name.
    fn initial(name: &str) -> String {
        name.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default()
    }
}

async fn render(member: Member, attempt: &Attempt) -> Result<Response> {
    let (customer, t) = (member.id(), member.frame.t);
    let found = member.lanes.browse(move |bank| Ok((bank.payees(customer)?, bank.accounts(customer)?))).await;
    let (payees, accounts) = found.map_err(|error| problem::of(&error))?;
    let usable = |account: &&AccountView| !account.closed && !account.frozen;
    let page = PayeesPage {
        frame: member.frame,
        payees,
        from: accounts.iter().find(usable).map(|account| account.number),
        errors: &attempt.errors,
        name: attempt
            .field(Kind::Text, "name", t.say("payees-name"))
            .hint(t.say("payees-name-hint"))
            .max_length(NAME_CHARACTERS)
            .autocomplete("off"),
        account_number: attempt
            .field(Kind::Text, "account_number", t.say("payees-number"))
            .hint(t.say("payees-number-hint"))
            .max_length(20)
            .autocomplete("off"),
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show(member: Member) -> Result<Response> {
    let attempt = Attempt::fresh(member.frame.t);
    render(member, &attempt).await
}

#[handler]
pub(super) async fn send(member: Member, form: FormData) -> Result<Response> {
    let mut attempt = Attempt::of(member.frame.t, form);
    let typed = attempt.form.text("account_number").to_owned();
    if let Some(number) = attempt.account_number(&typed, "account_number") {
        let (customer, name) = (member.id(), attempt.form.text("name").to_owned());
        match member.lanes.money(move |bank| bank.save_payee(customer, &name, number)).await {
            Ok(_) => return Ok(go("/payees")),
            Err(error) => attempt.refused(&error, &["name", "account_number"])?,
        }
    }
    render(member, &attempt).await
}

#[derive(Template)]
#[template(path = "payee.html")]
struct PayeePage<'a> {
    frame: Frame,
    payee: &'a SavedPayee,
    errors: &'a FormErrors,
    name: Field,
}

fn render_one(member: Member, payee: &SavedPayee, attempt: &Attempt, name: &str) -> Result<Response> {
    let t = member.frame.t;
    let field = attempt.field(Kind::Text, "name", t.say("payees-name")).value(name);
    let page = PayeePage {
        frame: member.frame,
        payee,
        errors: &attempt.errors,
        name: field.max_length(NAME_CHARACTERS).autocomplete("off"),
    };
    page_with(&page, attempt.status())
}

/// The id in a path. One that cannot be one is nobody's.
fn path_id(text: &str) -> Result<PayeeId, Problem> {
    PayeeId::parse(text).ok_or_else(|| problem::of_refusal(&Refusal::SavedPayeeNotFound))
}

async fn payee(member: &Member, id: PayeeId) -> Result<SavedPayee, Problem> {
    let customer = member.id();
    member.lanes.browse(move |bank| bank.payee(customer, id)).await.map_err(|error| problem::of(&error))
}

#[handler]
pub(super) async fn show_one(member: Member, Path(id): Path<String>) -> Result<Response> {
    let payee = payee(&member, path_id(&id)?).await?;
    let attempt = Attempt::fresh(member.frame.t);
    render_one(member, &payee, &attempt, &payee.name)
}

#[handler]
pub(super) async fn rename(member: Member, Path(id): Path<String>, form: FormData) -> Result<Response> {
    let payee = payee(&member, path_id(&id)?).await?;
    let mut attempt = Attempt::of(member.frame.t, form);
    let (customer, id, name) = (member.id(), payee.id, attempt.form.text("name").to_owned());
    let new = name.clone();
    match member.lanes.money(move |bank| bank.rename_payee(customer, id, &new)).await {
        Ok(_) => Ok(go("/payees")),
        Err(error) => {
            attempt.refused(&error, &["name"])?;
            render_one(member, &payee, &attempt, &name)
        }
    }
}

#[handler]
pub(super) async fn remove(member: Member, Path(id): Path<String>) -> Result<Response> {
    let (customer, id) = (member.id(), path_id(&id)?);
    member.lanes.money(move |bank| bank.remove_payee(customer, id)).await.map_err(|error| problem::of(&error))?;
    Ok(go("/payees"))
}
