//! Opening an account for the first time.

use askama::Template;
use bank_core::Registration;
use bank_core::model::SessionKind;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::{Response, Result, handler};

use super::attempt::Attempt;
use super::visitor::{Frame, Visitor, remember};
use super::{go, page_with};

const FIELDS: &[&str] = &["name", "email", "password", "pin"];

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage<'a> {
    frame: Frame,
    errors: &'a FormErrors,
    name: Field,
    email: Field,
    password: Field,
    pin: Field,
}

fn render(visitor: Visitor, attempt: &Attempt) -> Result<Response> {
    let least = visitor.lanes.bank().config().password_characters;
    let t = visitor.frame.t;
    let page = RegisterPage {
        frame: visitor.frame,
        errors: &attempt.errors,
        name: attempt.field(Kind::Text, "name", t.say("register-name")).autocomplete("name").max_length(100),
        email: attempt
            .field(Kind::Email, "email", t.say("register-email"))
            .hint(t.say("register-email-hint"))
            .autocomplete("username"),
        password: attempt
            .field(Kind::Password, "password", t.say("register-password"))
            .hint(t.say("register-password-hint").with("least", least))
            .autocomplete("new-password"),
        pin: attempt.field(Kind::Pin, "pin", t.say("register-pin")).hint(t.say("register-pin-hint")),
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    match visitor.signed_in {
        Some(_) => Ok(go("/accounts")),
        None => {
            let attempt = Attempt::fresh(visitor.frame.t);
            render(visitor, &attempt)
        }
    }
}

/// The form once more, for a browser whose session had ended.
#[handler]
pub(super) async fn again(visitor: Visitor, form: FormData) -> Result<Response> {
    let attempt = Attempt::again(visitor.frame.t, form);
    render(visitor, &attempt)
}

#[handler]
pub(super) async fn send(visitor: Visitor, form: FormData) -> Result<Response> {
    let mut attempt = Attempt::of(visitor.frame.t, form);
    let password = attempt.password("password");
    let (name, email) = (attempt.form.text("name").to_owned(), attempt.form.text("email").to_owned());
    attempt.flaws(visitor.lanes.bank().check_registration(&name, &email, &password));
    let pin = attempt.new_pin("pin");
    if let (Some(pin), true) = (pin, attempt.is_good()) {
        let new = Registration {
            name,
            email,
            password,
            pin,
            language: visitor.frame.t.language(),
            log_in: Some(SessionKind::Browser),
        };
        match visitor.lanes.hash(move |bank| bank.register(&new)).await {
            Ok(made) => {
                let mut response = go("/accounts");
                if let Some(session) = made.session {
                    remember(&mut response, &session.token);
                }
                return Ok(response);
            }
            Err(error) => attempt.refused(&error, FIELDS)?,
        }
    }
    render(visitor, &attempt)
}
