//! An account's name, and the ways to its PIN and its end.

use askama::Template;
use bank_core::AccountView;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::Path;
use poem::{Response, Result, handler};

use super::account_new::NAME_CHARACTERS;
use super::attempt::Attempt;
use super::visitor::{Frame, Member};
use super::{go, page_with};

#[derive(Template)]
#[template(path = "account_settings.html")]
struct SettingsPage<'a> {
    frame: Frame,
    account: &'a AccountView,
    errors: &'a FormErrors,
    name: Field,
}

fn render(member: Member, account: &AccountView, attempt: &Attempt, name: &str) -> Result<Response> {
    let t = member.frame.t;
    let page = SettingsPage {
        frame: member.frame,
        account,
        errors: &attempt.errors,
        name: attempt
            .field(Kind::Text, "name", t.say("settings-name"))
            .value(name)
            .hint(t.say("settings-name-hint"))
            .max_length(NAME_CHARACTERS)
            .autocomplete("off"),
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show(member: Member, Path(number): Path<String>) -> Result<Response> {
    let account = member.account(&number).await?;
    let attempt = Attempt::fresh(member.frame.t);
    render(member, &account, &attempt, &account.name)
}

#[handler]
pub(super) async fn send(member: Member, Path(number): Path<String>, form: FormData) -> Result<Response> {
    let account = member.account(&number).await?;
    let mut attempt = Attempt::of(member.frame.t, form);
    let (customer, number, name) = (member.id(), account.number, attempt.form.text("name").to_owned());
    let new = name.clone();
    match member.lanes.money(move |bank| bank.rename_account(customer, number, &new)).await {
        Ok(_) => Ok(go(format!("/accounts/{}", number.digits()))),
        Err(error) => {
            attempt.refused(&error, &["name"])?;
            render(member, &account, &attempt, &name)
        }
    }
}
