//! The cart: quantities, removing, and what has changed since it was filled, line by line.

use askama::Template;
use kit_web::Words;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::http::StatusCode;
use poem::{Response, Result, handler};
use shop_core::{CartLineView, CartView, Error, Quantity, Refusal, Sku};

use super::notice::Notice;
use super::visitor::{Frame, Visitor, remember_cart};
use super::{go, page_with, told};
use crate::problem;

#[derive(Template)]
#[template(path = "cart.html")]
struct CartPage<'a> {
    frame: Frame,
    cart: &'a CartView,
    rows: Vec<Row<'a>>,
    notice: &'a Notice,
    /// Why the discount code takes nothing off.
    code: Option<String>,
    /// Whether every line can be delivered.
    may_order: bool,
}

/// A line and its form.
struct Row<'a> {
    line: &'a CartLineView,
    quantity: Field,
    availability: String,
    /// What changed since the line was set.
    price_change: Option<String>,
}

/// A form of the cart that came back: of which line, and why.
struct Returned {
    sku: Sku,
    form: FormData,
    errors: FormErrors,
}

/// Shows the cart with something to say about it.
pub(super) async fn render(visitor: Visitor, notice: &Notice, status: StatusCode) -> Result<Response> {
    render_with(visitor, None, notice, status).await
}

async fn render_with(
    visitor: Visitor,
    returned: Option<Returned>,
    notice: &Notice,
    status: StatusCode,
) -> Result<Response> {
    // A token that was never used opens an empty cart.
    let token = visitor.cart.unwrap_or_else(|| visitor.lanes.shop().new_cart_token());
    let cart = visitor.lanes.browse(move |shop| shop.cart(&token)).await.map_err(|error| problem::of(&error))?;
    let t = visitor.frame.t;
    let page = CartPage {
        frame: visitor.frame,
        rows: cart.lines.iter().map(|line| row(t, line, returned.as_ref())).collect(),
        may_order: !cart.lines.is_empty() && cart.shortages().is_empty(),
        code: cart.code.as_ref().and_then(|code| code.outcome.as_ref().err()).map(|problem| told::discount(t, problem)),
        cart: &cart,
        notice,
    };
    page_with(&page, status)
}

fn row<'a>(t: Words<'_>, line: &'a CartLineView, returned: Option<&Returned>) -> Row<'a> {
    let sku = &line.product.sku;
    let field = Field::new(Kind::Number, "quantity", t.say("cart-quantity"))
        .in_words(t)
        .id(format!("quantity-{sku}"))
        .max_length(2);
    let changed = line.price_seen != line.product.price;
    Row {
        quantity: match returned.filter(|returned| returned.sku == *sku) {
            Some(returned) => field.sent(&returned.form).errors(&returned.errors),
            None => field.value(line.quantity.to_string()),
        },
        availability: told::availability(t, line.availability),
        price_change: changed.then(|| {
            let now = t.money(line.product.price);
            t.say("cart-price-changed").with("now", now).with("seen", t.money(line.price_seen)).to_string()
        }),
        line,
    }
}

#[handler]
pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    render(visitor, &Notice::default(), StatusCode::default()).await
}

#[handler]
pub(super) async fn send(visitor: Visitor, form: FormData) -> Result<Response> {
    let sku = Sku::parse(form.text("sku")).ok_or_else(|| problem::of_refusal(&Refusal::ProductNotFound))?;
    let Some(token) = visitor.cart.clone() else {
        let refusal = Refusal::CartEmpty;
        let notice = Notice::of(visitor.frame.t, &refusal);
        return render(visitor, &notice, problem::of_refusal(&refusal).status).await;
    };
    let (cart, line) = (token.clone(), sku.clone());
    let changed = if form.text("action") == "remove" {
        visitor.lanes.cart(move |shop| shop.remove_line(&cart, &line)).await
    } else {
        match Quantity::parse(form.text("quantity")) {
            Ok(quantity) => visitor.lanes.cart(move |shop| shop.set_line(&cart, &line, quantity)).await,
            Err(refusal) => Err(refusal.into()),
        }
    };
    let refusal = match changed {
        Ok(_) => {
            let mut response = go("/cart");
            remember_cart(&visitor.lanes, &mut response, &token);
            return Ok(response);
        }
        Err(Error::Refused(refusal)) => refusal,
        Err(error) => return Err(problem::of(&error).into()),
    };
    let status = problem::of_refusal(&refusal).status;
    let mut errors = FormErrors::new();
    let notice = match refusal {
        Refusal::QuantityInvalid { .. } => {
            errors.add("quantity", refusal.to_string());
            Notice::default()
        }
        other => Notice::of(visitor.frame.t, &other),
    };
    render_with(visitor, Some(Returned { sku, form, errors }), &notice, status).await
}
