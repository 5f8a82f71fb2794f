//! An order: how far it has come, in plain words; paying it again; cancelling it.

use askama::Template;
use kit_core::Token;
use kit_web::Problem;
use kit_web::forms::{Field, FormData};
use poem::web::Path;
use poem::{Response, Result, handler};
use shop_core::{Order, OrderStatus, OrderView, Refusal};

use super::attempt::Attempt;
use super::visitor::{Frame, Visitor};
use super::{go, page_with, words};
use crate::problem;

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    frame: Frame,
    order: &'a Order,
    path: &'a str,
    heading: &'static str,
    message: String,
    /// Whether to look again makes sense: the state changes by itself.
    open: bool,
    /// Where the customer confirms the payment.
    approval: Option<&'a str>,
    /// Why the last payment failed.
    failure: Option<&'static str>,
    may_pay: bool,
    may_cancel: bool,
    /// Whether cancelling gives money back.
    paid: bool,
    attempt: &'a Attempt,
    payment: [Field; 2],
}

fn path_token(text: &str) -> Result<Token, Problem> {
    Token::parse(text).ok_or_else(|| problem::of_refusal(&Refusal::OrderNotFound))
}

async fn render(visitor: Visitor, token: Token, attempt: &Attempt) -> Result<Response> {
    let path = format!("/orders/{}", token.reveal());
    let view = visitor.lanes.browse(move |shop| shop.order(&token)).await.map_err(|error| problem::of(&error))?;
    let page = OrderPage {
        frame: visitor.frame,
        order: &view.order,
        path: &path,
        heading: words::heading(&view.status),
        message: view.status.to_string(),
        open: matches!(
            view.status,
            OrderStatus::Checking | OrderStatus::AwaitingApproval { .. } | OrderStatus::Refunding
        ),
        approval: approval(&view),
        failure: failure(&view),
        may_pay: view.may_pay_again(),
        may_cancel: view.may_cancel(),
        paid: view.status == OrderStatus::Paid,
        attempt,
        payment: attempt.payment_fields(),
    };
    Ok(attempt.dress(page_with(&page, attempt.status())?))
}

/// The bank's page. An address that is not the web's becomes no link: it comes from outside.
fn approval(view: &OrderView) -> Option<&str> {
    match &view.status {
        OrderStatus::AwaitingApproval { url, .. } if url.starts_with("https://") || url.starts_with("http://") => {
            Some(url)
        }
        _ => None,
    }
}

fn failure(view: &OrderView) -> Option<&'static str> {
    let unpaid = matches!(view.status, OrderStatus::AwaitingPayment { .. } | OrderStatus::NotPaid);
    let failure = view.last_attempt()?.failure.as_ref();
    (unpaid && failure.is_some()).then(|| words::failure(failure))
}

#[handler]
pub(super) async fn show(visitor: Visitor, Path(token): Path<String>) -> Result<Response> {
    let token = path_token(&token)?;
    let attempt = Attempt::fresh(visitor.lanes.shop());
    render(visitor, token, &attempt).await
}

#[handler]
pub(super) async fn send(visitor: Visitor, Path(token): Path<String>, form: FormData) -> Result<Response> {
    let token = path_token(&token)?;
    let shop = visitor.lanes.shop().clone();
    let order = token.clone();
    let (mut attempt, outcome) = if form.text("action") == "cancel" {
        let cancelled = visitor.lanes.checkout(move |shop| shop.cancel(&order)).await;
        (Attempt::fresh(&shop), cancelled.map(drop).map_err(problem::PayError::from))
    } else {
        let mut attempt = Attempt::of(&shop, form)?;
        let (payment, key) = (attempt.payment(), attempt.key.clone());
        let paid = visitor.lanes.pay(visitor.address, token.clone(), key, move |shop| shop.pay_again(&order, &payment));
        let paid = paid.await;
        (attempt, paid.map(drop))
    };
    match outcome {
        Ok(()) => Ok(go(format!("/orders/{}", token.reveal()))),
        Err(error) => {
            attempt.refused(&shop, &error)?;
            render(visitor, token, &attempt).await
        }
    }
}
