//! Transferring money to another account, the customer's own or somebody else's, in two steps: what is to be done, and
//! a look at all of it before it is.

use std::sync::Arc;

use askama::Template;
use bank_core::model::PayeeId;
use bank_core::rules::decide::MAX_REFERENCE;
use bank_core::{AccountView, Error, PreviewPayee, Refusal, TransferOrder, TransferPreview};
use kit_core::{AccountNumber, Money};
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::{Path, Query};
use poem::{Response, Result, handler};
use serde::Deserialize;

use super::account_new::NAME_CHARACTERS;
use super::attempt::{Attempt, settled};
use super::visitor::{Frame, Member};
use super::{account, go, page_with, path_number};
use crate::problem;

/// The fields of the first step, and of the second.
const ASKED: &[&str] = &["to", "amount", "reference"];
const CONFIRMED: &[&str] = &["pin", "save_as"];

/// Somewhere that money can go without a number being typed.
struct Target {
    name: String,
    number: AccountNumber,
    /// Whether it is the customer's own account.
    own: bool,
}

#[derive(Template)]
#[template(path = "transfer.html")]
struct TransferPage<'a> {
    frame: Frame,
    account: &'a AccountView,
    targets: Vec<Target>,
    /// The number of the target that is marked; empty for one that is typed.
    chosen: &'a str,
    errors: &'a FormErrors,
    key: &'a str,
    to: Field,
    amount: Field,
    reference: Field,
}

#[derive(Template)]
#[template(path = "transfer_check.html")]
struct CheckPage<'a> {
    frame: Frame,
    account: &'a AccountView,
    seen: &'a TransferPreview,
    chosen: &'a str,
    /// The amount as it was typed, to be sent again.
    amount: &'a str,
    errors: &'a FormErrors,
    key: &'a str,
    pin: Option<Field>,
    /// Offered where the payee is a mere number.
    save_as: Option<Field>,
}

/// What is to be transferred.
#[derive(Clone)]
struct Order {
    to: AccountNumber,
    amount: Money,
    reference: String,
}

impl Order {
    /// Reads it, or notes what is wrong with it.
    fn read(attempt: &mut Attempt, from: &AccountView) -> Option<Self> {
        let chosen = attempt.form.text("payee");
        let typed = if chosen.is_empty() { attempt.form.text("to") } else { chosen }.to_owned();
        let to = attempt.account_number(&typed, "to");
        let amount = attempt.amount(from.currency);
        let reference = attempt.form.text("reference").to_owned();
        to.zip(amount).map(|(to, amount)| Self { to, amount, reference })
    }

    async fn preview(&self, member: &Member, from: AccountNumber) -> Result<TransferPreview, Error> {
        let (customer, Self { to, amount, reference }) = (member.id(), self.clone());
        let prepare = move |bank: &bank_core::Bank| {
            let order = TransferOrder { from, to, amount, reference: &reference, pin: None };
            bank.prepare_transfer(customer, &order)
        };
        member.lanes.browse(prepare).await
    }
}

/// The first step: to whom, and how much. `preset` is a payee that a link has chosen.
async fn ask(member: Member, number: &str, attempt: &Attempt, preset: Option<PayeeId>) -> Result<Response> {
    let (customer, number) = (member.id(), path_number(number)?);
    let found = member.lanes.browse(move |bank| Ok((bank.accounts(customer)?, bank.payees(customer)?))).await;
    let (accounts, payees) = found.map_err(|error| problem::of(&error))?;
    let account = accounts.iter().find(|account| account.number == number);
    let account = account.ok_or_else(|| problem::of_refusal(&Refusal::AccountNotFound))?;
    let reachable =
        |other: &&AccountView| other.number != number && !other.closed && other.currency == account.currency;
    let own = accounts.iter().filter(reachable).map(|a| Target { name: a.name.clone(), number: a.number, own: true });
    let preset = payees.iter().find(|payee| Some(payee.id) == preset).map(|payee| payee.number.digits());
    let chosen = preset.unwrap_or_else(|| attempt.form.text("payee").to_owned());
    let saved = payees.into_iter().map(|payee| Target { name: payee.name, number: payee.number, own: false });
    let t = member.frame.t;
    let page = TransferPage {
        frame: member.frame,
        account,
        targets: own.chain(saved).collect(),
        chosen: &chosen,
        errors: &attempt.errors,
        key: attempt.key.as_str(),
        to: attempt
            .field(Kind::Text, "to", t.say("transfer-to"))
            .hint(t.say("transfer-to-hint"))
            .autocomplete("off")
            .max_length(20)
            // Not where a payee is chosen above it; an empty one is told when it is sent.
            .optional(),
        amount: attempt
            .field(Kind::Amount, "amount", t.say("amount-in").with("currency", account.currency.code()))
            .hint(t.say("amount-at-most").with("most", t.money(account.balance.available))),
        reference: attempt
            .field(Kind::Text, "reference", t.say("transfer-reference"))
            .hint(t.say("transfer-reference-hint"))
            .max_length(MAX_REFERENCE)
            .autocomplete("off")
            .optional(),
    };
    page_with(&page, attempt.status())
}

/// The second step: all of it, and the PIN.
fn check(member: Member, account: &AccountView, seen: &TransferPreview, attempt: &Attempt) -> Result<Response> {
    let t = member.frame.t;
    let save_as = attempt
        .field(Kind::Text, "save_as", t.say("check-save-as"))
        .hint(t.say("check-save-as-hint"))
        .max_length(NAME_CHARACTERS)
        .autocomplete("off")
        .optional();
    let page = CheckPage {
        frame: member.frame,
        account,
        seen,
        chosen: attempt.form.text("payee"),
        amount: attempt.form.text("amount"),
        errors: &attempt.errors,
        key: attempt.key.as_str(),
        pin: seen.pin_needed.then(|| attempt.field(Kind::Pin, "pin", t.say("pin-of-account"))),
        save_as: matches!(seen.payee, PreviewPayee::Number).then_some(save_as),
    };
    page_with(&page, attempt.status())
}

#[derive(Deserialize)]
struct Parameters {
    /// The payee that a link has chosen.
    payee: Option<String>,
}

#[handler]
pub(super) async fn show(
    member: Member,
    Path(number): Path<String>,
    Query(Parameters { payee }): Query<Parameters>,
) -> Result<Response> {
    let attempt = Attempt::fresh(member.frame.t);
    ask(member, &number, &attempt, payee.as_deref().and_then(PayeeId::parse)).await
}

/// Shows all of it once more, or what is wrong with it. Nothing moves.
#[handler]
pub(super) async fn send(member: Member, Path(number): Path<String>, form: FormData) -> Result<Response> {
    let from = member.account(&number).await?;
    let mut attempt = Attempt::of_movement(member.frame.t, form);
    // Back from the second step, to change something.
    if attempt.form.has("edit") {
        return ask(member, &number, &attempt, None).await;
    }
    let order = Order::read(&mut attempt, &from);
    if let (Some(order), true) = (order, attempt.is_good()) {
        match order.preview(&member, from.number).await {
            Ok(seen) => match seen.refusals.first() {
                None => return check(member, &from, &seen, &attempt),
                Some(refusal) => attempt.refused(&refusal.clone().into(), ASKED)?,
            },
            Err(error) => attempt.refused(&error, ASKED)?,
        }
    }
    ask(member, &number, &attempt, None).await
}

/// The second step cannot be opened by its address: there is nothing to confirm.
#[handler]
pub(super) async fn restart(member: Member, Path(number): Path<String>) -> Result<Response> {
    let account = member.account(&number).await?;
    Ok(go(format!("/accounts/{}/transfer", account.number.digits())))
}

/// Does it.
#[handler]
pub(super) async fn confirm(member: Member, Path(number): Path<String>, form: FormData) -> Result<Response> {
    let (customer, from) = (member.id(), member.account(&number).await?);
    let mut attempt = Attempt::of_movement(member.frame.t, form);
    let Some(order) = Order::read(&mut attempt, &from) else { return ask(member, &number, &attempt, None).await };
    // An empty PIN is none: between own accounts it is not asked for.
    let pin = attempt.optional_pin("pin").map(Arc::new);
    if attempt.is_good() {
        let save_as = attempt.form.text("save_as").to_owned();
        let transfer = || {
            let (key, pin, save_as) = (attempt.key.clone(), pin.clone(), save_as.clone());
            let (Order { to, amount, reference }, from) = (order.clone(), from.number);
            member.lanes.hash(move |bank| {
                save(bank, customer, &save_as, to)?;
                let order = TransferOrder { from, to, amount, reference: &reference, pin: pin.as_deref() };
                bank.transfer(customer, &key, &order)
            })
        };
        match settled(transfer).await {
            Ok(receipt) => return Ok(account::after(&receipt, from.number)),
            Err(error) => attempt.refused(&error, CONFIRMED)?,
        }
    }
    match order.preview(&member, from.number).await {
        Ok(seen) => check(member, &from, &seen, &attempt),
        Err(error) => {
            attempt.refused(&error, ASKED)?;
            ask(member, &number, &attempt, None).await
        }
    }
}

/// Saves the payee before the transfer, so that a name that cannot be taken is told while nothing has moved. One that is
/// saved already (by the first of two sendings) is all right.
fn save(
    bank: &bank_core::Bank,
    customer: bank_core::model::CustomerId,
    name: &str,
    number: AccountNumber,
) -> Result<(), Error> {
    if name.is_empty() {
        return Ok(());
    }
    match bank.save_payee(customer, name, number) {
        Ok(_) | Err(Error::Refused { refusal: Refusal::PayeeSavedAlready { .. }, .. }) => Ok(()),
        Err(Error::Refused { refusal: Refusal::InvalidFields { fields }, .. }) => {
            let flaw = fields.into_iter().next().map(|about| about.flaw);
            Err(flaw.map_or(Refusal::PayeeNotFound, |flaw| Refusal::field("save_as", flaw)).into())
        }
        Err(error) => Err(error),
    }
}
