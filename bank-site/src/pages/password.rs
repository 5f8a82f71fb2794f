//! A forgotten password: asking for a link, and setting a new one by it.

use askama::Template;
use bank_core::Refusal;
use kit_core::Token;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::Query;
use poem::{Response, Result, handler};
use serde::Deserialize;

use super::attempt::Attempt;
use super::visitor::{Frame, Visitor};
use super::{go, page_with};
use crate::problem;

#[derive(Template)]
#[template(path = "password_forgotten.html")]
struct ForgottenPage<'a> {
    frame: Frame,
    errors: &'a FormErrors,
    email: Field,
    /// Whether it was asked for.
    asked: bool,
}

#[derive(Default, Deserialize)]
struct Asked {
    done: Option<String>,
}

fn render_forgotten(visitor: Visitor, attempt: &Attempt, asked: bool) -> Result<Response> {
    let email = attempt.field(Kind::Email, "email", visitor.frame.t.say("login-email")).autocomplete("username");
    page_with(&ForgottenPage { frame: visitor.frame, errors: &attempt.errors, email, asked }, attempt.status())
}

#[handler]
pub(super) async fn show_forgotten(visitor: Visitor, Query(Asked { done }): Query<Asked>) -> Result<Response> {
    let attempt = Attempt::fresh(visitor.frame.t);
    render_forgotten(visitor, &attempt, done.as_deref() == Some("asked"))
}

/// Answers alike whether or not the address is a customer's.
#[handler]
pub(super) async fn send_forgotten(visitor: Visitor, form: FormData) -> Result<Response> {
    let mut attempt = Attempt::of(visitor.frame.t, form);
    let (email, place) = (attempt.form.text("email").to_owned(), visitor.place.clone());
    match visitor.lanes.money(move |bank| bank.request_password_reset(&email, &place)).await {
        Ok(()) => Ok(go("/password/forgotten?done=asked")),
        Err(error) => {
            attempt.refused(&error, &["email"])?;
            render_forgotten(visitor, &attempt, false)
        }
    }
}

#[derive(Template)]
#[template(path = "password_new.html")]
struct NewPasswordPage<'a> {
    frame: Frame,
    errors: &'a FormErrors,
    /// What opens it; nothing where the link cannot be one, or has ended.
    token: Option<&'a str>,
    new_password: Field,
    /// Whether the password was set.
    done: bool,
}

#[derive(Default, Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
    done: Option<String>,
}

fn render_new(visitor: Visitor, attempt: &Attempt, token: Option<&str>, done: bool) -> Result<Response> {
    let (t, least) = (visitor.frame.t, visitor.lanes.bank().config().password_characters);
    // The page's own address holds the token; to come back to it after another language was chosen, the link is there.
    let page = NewPasswordPage {
        frame: visitor.frame,
        errors: &attempt.errors,
        token,
        new_password: attempt
            .field(Kind::Password, "new_password", t.say("reset-password"))
            .hint(t.say("password-new-hint").with("least", least))
            .autocomplete("new-password"),
        done,
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show_new(visitor: Visitor, Query(Link { token, done }): Query<Link>) -> Result<Response> {
    let attempt = Attempt::fresh(visitor.frame.t);
    let open = match Token::parse(&token) {
        Some(token) => {
            visitor.lanes.browse(move |bank| bank.reset_is_open(&token)).await.map_err(|error| problem::of(&error))?
        }
        None => false,
    };
    render_new(visitor, &attempt, open.then_some(token.as_str()), done.as_deref() == Some("set"))
}

#[handler]
pub(super) async fn send_new(visitor: Visitor, form: FormData) -> Result<Response> {
    let mut attempt = Attempt::of(visitor.frame.t, form);
    let (typed, new) = (attempt.form.text("token").to_owned(), attempt.password("new_password"));
    let Some(token) = Token::parse(&typed) else { return render_new(visitor, &attempt, None, false) };
    let place = visitor.place.clone();
    match visitor.lanes.hash(move |bank| bank.reset_password(&token, &new, &place)).await {
        Ok(()) => Ok(go("/password/new?done=set")),
        Err(error) => {
            let ended = matches!(error.refusal(), Some(Refusal::ResetEnded));
            attempt.refused(&error, &["new_password"])?;
            render_new(visitor, &attempt, (!ended).then_some(typed.as_str()), false)
        }
    }
}
