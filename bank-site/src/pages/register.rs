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
    let field = |kind, name, label: &str| Field::new(kind, name, label).sent(&attempt.form).errors(&attempt.errors);
    let page = RegisterPage {
        frame: visitor.frame,
        errors: &attempt.errors,
        name: field(Kind::Text, "name", "Your name").autocomplete("name").max_length(100),
        email: field(Kind::Email, "email", "E-mail address").autocomplete("username"),
        password: field(Kind::Password, "password", "Password")
            .hint(format!("To log in here. At least {least} characters; a short sentence is good."))
            .autocomplete("new-password"),
        pin: field(Kind::Pin, "pin", "PIN of your first account")
            .hint("To pay and to withdraw. 6 to 12 digits; not a date, not 123456."),
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    match visitor.signed_in {
        Some(_) => Ok(go("/accounts")),
        None => render(visitor, &Attempt::fresh()),
    }
}

#[handler]
pub(super) async fn send(visitor: Visitor, form: FormData) -> Result<Response> {
    let mut attempt = Attempt::of(form);
    let password = attempt.password("password");
    if let Some(pin) = attempt.pin("pin") {
        let (name, email) = (attempt.form.text("name").to_owned(), attempt.form.text("email").to_owned());
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
