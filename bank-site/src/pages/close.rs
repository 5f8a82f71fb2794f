//! Closing an account for good.

use askama::Template;
use bank_core::AccountView;
use kit_web::forms::{FormData, FormErrors};
use poem::web::Path;
use poem::{Response, Result, handler};

use super::attempt::Attempt;
use super::proof::{self, Proof, ProofFields};
use super::visitor::{Frame, Member};
use super::{go, page_with};

#[derive(Template)]
#[template(path = "account_close.html")]
struct ClosePage<'a> {
    frame: Frame,
    account: &'a AccountView,
    errors: &'a FormErrors,
    proof: ProofFields,
}

fn render(member: Member, account: &AccountView, attempt: &Attempt) -> Result<Response> {
    let proof = ProofFields::of(attempt, member.frame.t, account.pin_blocked);
    let page = ClosePage { frame: member.frame, account, errors: &attempt.errors, proof };
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
    let mut account = member.account(&number).await?;
    let mut attempt = Attempt::of(member.frame.t, form);
    if let Some(proof) = Proof::read(&mut attempt, member.frame.t) {
        let (customer, closing) = (member.id(), account.number);
        match member.lanes.hash(move |bank| bank.close_account(customer, closing, &proof.given())).await {
            // To the page itself, which says so.
            Ok(_) => return Ok(go(format!("/accounts/{}/close", closing.digits()))),
            Err(error) => attempt.refused(&error, &[proof::PIN, proof::PASSWORD])?,
        }
        // What speaks against it may have come after the page was shown.
        account = member.account(&number).await?;
    }
    render(member, &account, &attempt)
}
