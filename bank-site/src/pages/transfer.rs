//! Transferring money to another account, the customer's own or somebody else's.

use askama::Template;
use bank_core::rules::decide::MAX_REFERENCE;
use bank_core::{AccountView, Refusal, TransferOrder};
use kit_core::AccountNumber;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::Path;
use poem::{Response, Result, handler};

use super::attempt::Attempt;
use super::visitor::{Frame, Member};
use super::{account, page_with, path_number, refusals};
use crate::problem;

const FIELDS: &[&str] = &["to", "amount", "reference", "pin"];

#[derive(Template)]
#[template(path = "transfer.html")]
struct TransferPage<'a> {
    frame: Frame,
    account: &'a AccountView,
    /// The customer's other accounts, to copy a number from.
    others: Vec<&'a AccountView>,
    errors: &'a FormErrors,
    key: &'a str,
    to: Field,
    amount: Field,
    reference: Field,
    pin: Field,
}

async fn render(member: Member, number: &str, attempt: &Attempt) -> Result<Response> {
    let (customer, number) = (member.id(), path_number(number)?);
    let accounts = member.lanes.browse(move |bank| bank.accounts(customer)).await;
    let accounts = accounts.map_err(|error| problem::of(&error))?;
    let account = accounts.iter().find(|account| account.number == number);
    let account = account.ok_or_else(|| problem::of_refusal(&Refusal::AccountNotFound))?;
    let field = |kind, name, label: String| Field::new(kind, name, label).sent(&attempt.form).errors(&attempt.errors);
    let page = TransferPage {
        frame: member.frame,
        account,
        others: accounts.iter().filter(|other| other.number != number).collect(),
        errors: &attempt.errors,
        key: attempt.key.as_str(),
        to: field(Kind::Text, "to", "To account number".to_owned())
            .hint("12 digits; spaces are fine.")
            .autocomplete("off")
            .max_length(20),
        amount: field(Kind::Amount, "amount", format!("Amount in {}", account.currency))
            .hint(format!("At most {}", account.balance.available)),
        reference: field(Kind::Text, "reference", "Reference".to_owned())
            .hint("What both of you read on your statements.")
            .max_length(MAX_REFERENCE)
            .autocomplete("off")
            .optional(),
        pin: field(Kind::Pin, "pin", "PIN of this account".to_owned())
            .hint("Needed for somebody else's account; not between your own.")
            .optional(),
    };
    page_with(&page, attempt.status())
}

#[handler]
pub(super) async fn show(member: Member, Path(number): Path<String>) -> Result<Response> {
    render(member, &number, &Attempt::fresh()).await
}

#[handler]
pub(super) async fn send(member: Member, Path(number): Path<String>, form: FormData) -> Result<Response> {
    let (customer, from) = (member.id(), path_number(&number)?);
    let mut attempt = Attempt::of_movement(form);
    let to = AccountNumber::parse(attempt.form.text("to"));
    let to = to.map_err(|error| attempt.errors.add("to", refusals::sentence(error))).ok();
    let amount = attempt.amount(member.lanes.bank().config().currency);
    // An empty PIN is none: between own accounts it is not asked for.
    let pin = if attempt.form.get("pin").is_empty() { None } else { attempt.pin("pin") };
    if let (Some(to), Some(amount), true) = (to, amount, attempt.is_good()) {
        let (key, reference) = (attempt.key.clone(), attempt.form.text("reference").to_owned());
        let outcome = member.lanes.hash(move |bank| {
            let order = TransferOrder { from, to, amount, reference: &reference, pin: pin.as_ref() };
            bank.transfer(customer, &key, &order)
        });
        match outcome.await {
            Ok(receipt) => return Ok(account::after(&receipt, from)),
            Err(error) => attempt.refused(&error, FIELDS)?,
        }
    }
    render(member, &number, &attempt).await
}
