//! Changing an account's PIN: with the present one, or with the password.

use askama::Template;
use bank_core::{AccountView, HolderProof};
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::Path;
use poem::{Response, Result, handler};

use super::attempt::Attempt;
use super::visitor::{Frame, Member};
use super::{go, page_with, path_number};
use crate::problem;

/// The present PIN is called `pin`, as in every form of ours that asks for it.
const FIELDS: &[&str] = &["pin", "current_password", "new_pin"];

#[derive(Template)]
#[template(path = "pin.html")]
struct PinPage<'a> {
    frame: Frame,
    account: &'a AccountView,
    errors: &'a FormErrors,
    pin: Field,
    current_password: Field,
    new_pin: Field,
}

async fn render(member: Member, number: &str, attempt: &Attempt) -> Result<Response> {
    let (customer, number) = (member.id(), path_number(number)?);
    let account = member.lanes.browse(move |bank| bank.account(customer, number)).await;
    let account = account.map_err(|error| problem::of(&error))?;
    let field = |kind, name, label: &str| Field::new(kind, name, label).errors(&attempt.errors);
    let page = PinPage {
        frame: member.frame,
        account: &account,
        errors: &attempt.errors,
        pin: field(Kind::Pin, "pin", "Present PIN").optional(),
        current_password: field(Kind::Password, "current_password", "Or your password")
            .hint("If you have forgotten the PIN, or it is blocked.")
            .autocomplete("current-password")
            .optional(),
        new_pin: field(Kind::Pin, "new_pin", "New PIN").hint("6 to 12 digits; not a date, not 123456."),
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show(member: Member, Path(number): Path<String>) -> Result<Response> {
    render(member, &number, &Attempt::fresh()).await
}

#[handler]
pub(super) async fn send(member: Member, Path(number): Path<String>, form: FormData) -> Result<Response> {
    let account = path_number(&number)?;
    let mut attempt = Attempt::of(form);
    let by_password = attempt.form.get("pin").is_empty();
    let pin = if by_password { None } else { attempt.pin("pin") };
    let password = attempt.password("current_password");
    if by_password && password.expose().is_empty() {
        attempt.errors.add("pin", "Please enter the present PIN, or your password below.");
    }
    let new = attempt.pin("new_pin");
    if let (Some(new), true) = (new, attempt.is_good()) {
        let session = member.signed_in.session.clone();
        let outcome = member.lanes.hash(move |bank| {
            let proof = match &pin {
                Some(pin) => HolderProof::WithPin(pin),
                None => HolderProof::WithPassword(&password),
            };
            bank.change_pin(&session, account, &proof, &new)
        });
        match outcome.await {
            Ok(()) => return Ok(go("/security?done=pin-changed")),
            Err(error) => attempt.refused(&error, FIELDS)?,
        }
    }
    render(member, &number, &attempt).await
}
