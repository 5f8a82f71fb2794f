//! What a customer says about themselves.

use askama::Template;
use bank_core::ProfileChange;
use bank_core::model::Flaw;
use kit_core::Language;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::{Response, Result, handler};

use super::attempt::Attempt;
use super::visitor::{Frame, Member};
use super::{go, page_with};

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage<'a> {
    frame: Frame,
    errors: &'a FormErrors,
    name: Field,
    language: Field,
}

fn render(member: Member, attempt: &Attempt, name: &str, language: Language) -> Result<Response> {
    let t = member.frame.t;
    let field = attempt.field(Kind::Select, "language", t.say("profile-language")).value(language.code());
    let field = field.hint(t.say("profile-language-hint"));
    let page = ProfilePage {
        frame: member.frame,
        errors: &attempt.errors,
        name: attempt.field(Kind::Text, "name", t.say("profile-name")).value(name).max_length(100).autocomplete("name"),
        language: Language::ALL.into_iter().fold(field, |field, one| field.choice(one.code(), one.own_name())),
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show(member: Member) -> Result<Response> {
    let attempt = Attempt::fresh(member.frame.t);
    let (name, language) = (member.signed_in.customer.name.clone(), member.signed_in.customer.language);
    render(member, &attempt, &name, language)
}

#[handler]
pub(super) async fn send(member: Member, form: FormData) -> Result<Response> {
    let mut attempt = Attempt::of(member.frame.t, form);
    let (customer, name) = (member.id(), attempt.form.text("name").to_owned());
    let language = Language::parse(attempt.form.text("language"));
    if language.is_none() {
        attempt.flaw("language", Flaw::NotALanguage);
    }
    if let Some(language) = language {
        let new = name.clone();
        let change = member.lanes.money(move |bank| {
            bank.change_profile(customer, ProfileChange { name: Some(&new), language: Some(language) })
        });
        match change.await {
            Ok(_) => return Ok(go("/security?done=name-changed")),
            Err(error) => attempt.refused(&error, &["name", "language"])?,
        }
    }
    render(member, &attempt, &name, language.unwrap_or_default())
}
