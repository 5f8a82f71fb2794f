//! Changing an account's PIN: with the present one, or with the password.

use askama::Template;
use bank_core::AccountView;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::Path;
use poem::{Response, Result, handler};

use super::attempt::Attempt;
use super::proof::{self, Proof, ProofFields};
use super::visitor::{Frame, Member};
use super::{go, page_with};

const FIELDS: &[&str] = &[proof::PIN, proof::PASSWORD, "new_pin"];

#[derive(Template)]
#[template(path = "pin.html")]
struct PinPage<'a> {
    frame: Frame,
    account: &'a AccountView,
    errors: &'a FormErrors,
    proof: ProofFields,
    new_pin: Field,
}

fn render(member: Member, account: &AccountView, attempt: &Attempt) -> Result<Response> {
    let t = member.frame.t;
    let page = PinPage {
        frame: member.frame,
        account,
        errors: &attempt.errors,
        proof: ProofFields::of(attempt, t, account.pin_blocked),
        new_pin: attempt.field(Kind::Pin, "new_pin", t.say("pin-new")).hint(t.say("pin-new-hint")),
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
    let account = member.account(&number).await?;
    let mut attempt = Attempt::of(member.frame.t, form);
    let proof = Proof::read(&mut attempt, member.frame.t);
    let new = attempt.pin("new_pin");
    if let (Some(proof), Some(new), true) = (proof, new, attempt.is_good()) {
        let (session, number) = (member.signed_in.session.clone(), account.number);
        match member.lanes.hash(move |bank| bank.change_pin(&session, number, &proof.given(), &new)).await {
            Ok(()) => return Ok(go("/security?done=pin-changed")),
            Err(error) => attempt.refused(&error, FIELDS)?,
        }
    }
    render(member, &account, &attempt)
}
