//! Logging in and out.

use askama::Template;
use bank_core::model::SessionKind;
use kit_core::AccountNumber;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::Query;
use poem::{Response, Result, handler};
use serde::Deserialize;

use super::attempt::Attempt;
use super::visitor::{Frame, Visitor, forget, remember};
use super::{go, page_with};
use crate::problem;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    frame: Frame,
    errors: &'a FormErrors,
    next: String,
    email: Field,
    password: Field,
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(default)]
    next: String,
}

fn render(visitor: Visitor, attempt: &Attempt, next: &str) -> Result<Response> {
    let t = visitor.frame.t;
    let page = LoginPage {
        frame: visitor.frame,
        errors: &attempt.errors,
        next: safe_next(next).unwrap_or_default(),
        email: attempt.field(Kind::Email, "email", t.say("login-email")).autocomplete("username"),
        password: attempt.field(Kind::Password, "password", t.say("login-password")).autocomplete("current-password"),
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show(visitor: Visitor, Query(Parameters { next }): Query<Parameters>) -> Result<Response> {
    match visitor.signed_in {
        Some(_) => Ok(go(safe_next(&next).as_deref().unwrap_or("/accounts"))),
        None => {
            let attempt = Attempt::fresh(visitor.frame.t);
            render(visitor, &attempt, &next)
        }
    }
}

/// The form once more, for a browser whose session had ended.
#[handler]
pub(super) async fn again(visitor: Visitor, form: FormData) -> Result<Response> {
    let attempt = Attempt::again(visitor.frame.t, form);
    let next = attempt.form.get("next").to_owned();
    render(visitor, &attempt, &next)
}

#[handler]
pub(super) async fn send(visitor: Visitor, form: FormData) -> Result<Response> {
    let mut attempt = Attempt::of(visitor.frame.t, form);
    let password = attempt.password("password");
    let (email, next) = (attempt.form.text("email").to_owned(), attempt.form.get("next").to_owned());
    let (old, place) = (visitor.token.clone(), visitor.place.clone());
    let outcome = visitor.lanes.hash(move |bank| {
        let fresh = bank.log_in(&email, &password, SessionKind::Browser, &place)?;
        // The session that this browser had before ends with this log-in.
        if let Some(old) = old {
            bank.log_out(&old)?;
        }
        Ok(fresh)
    });
    match outcome.await {
        Ok(fresh) => {
            let mut response = go(safe_next(&next).as_deref().unwrap_or("/accounts"));
            remember(&mut response, &fresh.token);
            Ok(response)
        }
        Err(error) => {
            attempt.refused(&error, &["email", "password"])?;
            render(visitor, &attempt, &next)
        }
    }
}

/// Ends the session on the server before the browser is told to forget it. Where the server cannot, the browser keeps
/// it and is told: a customer who reads "logged out" is logged out.
#[handler]
pub(super) async fn log_out(visitor: Visitor) -> Result<Response> {
    if let Some(token) = visitor.token {
        visitor.lanes.money(move |bank| bank.log_out(&token)).await.map_err(|error| problem::of(&error))?;
    }
    let mut response = go("/");
    forget(&mut response);
    Ok(response)
}

/// Where to go after logging in: one of our own pages, built anew from what it was recognised as. `None` for anything
/// else.
pub(super) fn safe_next(path: &str) -> Option<String> {
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    match segments[..] {
        ["accounts"] => Some("/accounts".to_owned()),
        ["accounts", "new"] => Some("/accounts/new".to_owned()),
        ["security", ..] => Some("/security".to_owned()),
        ["payees", ..] => Some("/payees".to_owned()),
        ["profile"] => Some("/profile".to_owned()),
        ["accounts", number] => AccountNumber::parse(number).ok().map(|n| format!("/accounts/{}", n.digits())),
        ["accounts", number, form @ ("deposit" | "withdraw" | "transfer" | "pin" | "settings" | "close")] => {
            AccountNumber::parse(number).ok().map(|n| format!("/accounts/{}/{form}", n.digits()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_come_next() {
        let check = |path: &str, expected: Option<&str>| assert_eq!(safe_next(path).as_deref(), expected, "{path}");
        check("/accounts", Some("/accounts"));
        check("/accounts/240000000183/pin", Some("/accounts/240000000183/pin"));
        check("/accounts/2400 0000 0183", Some("/accounts/240000000183"));
        check("/accounts/240000000183/close", Some("/accounts/240000000183/close"));
        check("/security/sessions/7/end", Some("/security"));
        check("/payees/7/remove", Some("/payees"));
        for bad in [
            "",
            "/",
            "accounts",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/accounts",
            "//evil.example/accounts",
            "/accounts/240000000138",
            "/accounts/240000000183/transfer/confirm",
            "/accounts/",
            "/logout",
        ] {
            check(bad, None);
        }
    }
}
