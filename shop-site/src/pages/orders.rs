//! The orders of this device, and finding one by its number and e-mail address.

use askama::Template;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::http::StatusCode;
use poem::web::Query;
use poem::{Response, Result, handler};
use serde::Deserialize;
use shop_core::{Error, OrderNumber, OrderView, Refusal};

use super::visitor::{Frame, Orders, Visitor};
use super::{go, page, page_with, retry_after, told};
use crate::problem::{self, GuessError};

#[derive(Template)]
#[template(path = "orders.html")]
struct OrdersPage {
    frame: Frame,
    rows: Vec<Row>,
}

/// An order in the list.
struct Row {
    path: String,
    view: OrderView,
    status: String,
}

#[handler]
pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    let tokens = visitor.orders.tokens().to_vec();
    let found = visitor.lanes.browse(move |shop| {
        let mut found: Vec<(String, OrderView)> = Vec::new();
        for token in &tokens {
            match shop.order(token) {
                // Found again, an order has a second link: it is one order all the same.
                Ok(view) if found.iter().any(|(_, other)| other.order.id == view.order.id) => {}
                Ok(view) => found.push((format!("/orders/{}", token.reveal()), view)),
                // The link of a found order has ended.
                Err(Error::Refused(Refusal::OrderNotFound)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    });
    let found = found.await.map_err(|error| problem::of(&error))?;
    let t = visitor.frame.t;
    let row = |(path, view): (String, OrderView)| Row { status: told::status(t, &view), path, view };
    page(&OrdersPage { frame: visitor.frame, rows: found.into_iter().map(row).collect() })
}

/// Forgets them: for computers that others use, too.
#[handler]
pub(super) async fn forget(_visitor: Visitor) -> Result<Response> {
    let mut response = go("/orders");
    Orders::forget(&mut response);
    Ok(response)
}

#[derive(Template)]
#[template(path = "find-order.html")]
struct FindPage {
    frame: Frame,
    errors: FormErrors,
    fields: [Field; 2],
}

fn find_page(visitor: Visitor, form: &FormData, number: Option<&str>, errors: FormErrors) -> FindPage {
    let t = visitor.frame.t;
    let field = |kind, name, label, hint| {
        Field::new(kind, name, t.say(label)).in_words(t).hint(t.say(hint)).sent(form).errors(&errors)
    };
    let typed = field(Kind::Text, "number", "find-order-number", "find-order-number-hint").max_length(40);
    let fields = [
        number.map_or(typed.clone(), |number| typed.value(number)).autocomplete("off"),
        field(Kind::Email, "email", "checkout-email", "find-order-email-hint").max_length(254).autocomplete("email"),
    ];
    FindPage { frame: visitor.frame, errors, fields }
}

/// What a link of ours fills in.
#[derive(Deserialize, Default)]
struct Known {
    number: Option<String>,
}

#[handler]
pub(super) async fn ask(visitor: Visitor, Query(known): Query<Known>) -> Result<Response> {
    let number = known.number.as_deref().and_then(OrderNumber::parse).map(|number| number.to_string());
    page(&find_page(visitor, &FormData::default(), number.as_deref(), FormErrors::new()))
}

#[handler]
pub(super) async fn find(visitor: Visitor, form: FormData) -> Result<Response> {
    let email = form.text("email").to_owned();
    let found = match OrderNumber::parse(form.text("number")) {
        Some(number) => visitor.lanes.guess(visitor.address, move |shop| shop.find_order(number, &email)).await,
        // What cannot be a number is no guess at one.
        None => Err(Error::Refused(Refusal::OrderNotFound).into()),
    };
    let error = match found {
        Ok(found) => {
            let mut response = go(format!("/orders/{}", found.token.reveal()));
            visitor.orders.with(&found.token).remember(&visitor.lanes, &mut response);
            return Ok(response);
        }
        Err(error) => error,
    };
    let t = visitor.frame.t;
    let problem = error.problem();
    let mut errors = FormErrors::new();
    match &error {
        GuessError::Shop(Error::Refused(_)) => errors.add("number", t.say("find-order-none")),
        GuessError::TooMany { retry_after } => {
            errors.add_whole(t.say("refusal-too-many-guesses").with("wait", t.wait(*retry_after)));
        }
        GuessError::Shop(_) => return Err(problem.into()),
    }
    let page = page_with(&find_page(visitor, &form, None, errors), problem.status)?;
    Ok(retry_after(page, problem.retry_after_seconds()))
}

/// The form once more, for a browser whose session had ended.
#[handler]
pub(super) async fn find_again(visitor: Visitor, form: FormData) -> Result<Response> {
    let mut errors = FormErrors::new();
    errors.add_whole(visitor.frame.t.say("form-again"));
    page_with(&find_page(visitor, &form, None, errors), StatusCode::FORBIDDEN)
}
