//! An order: how far it has come, in plain words; paying it again; cancelling it.
//!
//! `order/told.rs` holds the words of each state. `assets/order.js` checks again by itself where scripts run.

mod told;

use askama::Template;
use kit_core::{IdempotencyKey, Token};
use kit_web::forms::{Field, FormData};
use kit_web::{Problem, Words};
use poem::web::Path;
use poem::{Response, Result, handler};
use shop_core::{DocumentKind, DocumentNumber, Issued, Order, OrderStatus, Refusal};

use self::told::{Entry, Told};
use super::attempt::Attempt;
use super::sums::Sums;
use super::visitor::{Frame, Visitor};
use super::{go, page_with};
use crate::{api, problem};

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    frame: Frame,
    order: &'a Order,
    path: &'a str,
    told: Told,
    as_of: String,
    /// Where the customer confirms the payment.
    approval: Option<&'a str>,
    /// What the script needs, in a state that changes by itself.
    poll: Option<Poll>,
    /// The form that pays, where paying is possible.
    pay: Option<PayForm>,
    may_cancel: bool,
    /// Whether cancelling gives money back.
    paid: bool,
    attempt: &'a Attempt,
    history: Vec<Entry>,
    /// What is still to come.
    ahead: Vec<String>,
    sums: Sums,
    /// How it is sent, and when it arrives as long as it may.
    way: String,
    delivery: Option<String>,
    /// Its documents: where each is, and what it is called.
    documents: Vec<(String, String)>,
}

/// Where the script is, what it asks, and which answer is no news.
struct Poll {
    path: String,
    status: &'static str,
}

struct PayForm {
    key: IdempotencyKey,
    fields: [Field; 2],
}

pub(super) fn path_token(text: &str) -> Result<Token, Problem> {
    Token::parse(text).ok_or_else(|| problem::of_refusal(&Refusal::OrderNotFound))
}

async fn render(visitor: Visitor, token: Token, attempt: &Attempt) -> Result<Response> {
    let path = format!("/orders/{}", token.reveal());
    let view = visitor.lanes.browse(move |shop| shop.order(&token)).await.map_err(|error| problem::of(&error))?;
    let t = visitor.frame.t;
    let told = Told::of(t, &view);
    let poll = told.open.then(|| Poll { path: format!("{}{path}", api::PREFIX), status: view.status.code() });
    let pay = view
        .may_pay_again()
        .then(|| PayForm { key: attempt.key(visitor.lanes.shop()), fields: attempt.payment_fields(t) });
    let page = OrderPage {
        frame: visitor.frame,
        order: &view.order,
        path: &path,
        told,
        as_of: told::as_of(t, &view),
        approval: told::approval(&view),
        poll,
        pay,
        may_cancel: view.may_cancel(),
        paid: view.status == OrderStatus::Paid && !view.order.is_free(),
        attempt,
        history: told::history(t, &view),
        ahead: told::ahead(t, &view),
        sums: Sums::of_order(t, &view.order),
        way: super::told::way(t, &view.order.shipping.name),
        delivery: told::delivery(t, &view),
        documents: documents(t, &view.order, &path),
    };
    Ok(attempt.dress(page_with(&page, attempt.status())?))
}

/// The documents that there are of an order.
fn documents(t: Words<'_>, order: &Order, path: &str) -> Vec<(String, String)> {
    let invoice = order.invoice.map(|issued| (DocumentKind::Invoice, "invoice-invoice", issued));
    let credit_note = order.credit_note.map(|issued| (DocumentKind::CreditNote, "invoice-credit-note", issued));
    let link = |(kind, called, issued): (DocumentKind, &str, Issued)| {
        let number = DocumentNumber { kind, number: issued.number };
        (format!("{path}/{}", kind.code()), t.say(called).with("number", number.to_string()).to_string())
    };
    invoice.into_iter().chain(credit_note).map(link).collect()
}

#[handler]
pub(super) async fn show(visitor: Visitor, Path(token): Path<String>) -> Result<Response> {
    render(visitor, path_token(&token)?, &Attempt::fresh()).await
}

/// The page once more, with the form that pays, for a browser whose session had ended.
#[handler]
pub(super) async fn again(visitor: Visitor, Path(token): Path<String>, form: FormData) -> Result<Response> {
    let attempt = Attempt::again(visitor.frame.t, form);
    render(visitor, path_token(&token)?, &attempt).await
}

#[handler]
pub(super) async fn send(visitor: Visitor, Path(token): Path<String>, form: FormData) -> Result<Response> {
    let token = path_token(&token)?;
    let order = token.clone();
    let (mut attempt, outcome) = if form.text("action") == "cancel" {
        let cancelled = visitor.lanes.checkout(move |shop| shop.cancel(&order)).await;
        (Attempt::fresh(), cancelled.map(drop).map_err(problem::PayError::from))
    } else {
        let (mut attempt, key) = Attempt::of(form)?;
        let payment = attempt.payment(key.clone());
        let paid = visitor.lanes.pay(visitor.address, token.clone(), key, move |shop| shop.pay_again(&order, &payment));
        let paid = paid.await;
        (attempt, paid.map(drop))
    };
    match outcome {
        Ok(()) => Ok(go(format!("/orders/{}", token.reveal()))),
        Err(error) => {
            attempt.refused(visitor.frame.t, &error)?;
            render(visitor, token, &attempt).await
        }
    }
}
