//! The checkout: who and where to, how it is paid, and once more what it costs.

use askama::Template;
use kit_core::{IdempotencyKey, Money, Token};
use kit_web::Words;
use kit_web::forms::{Field, FormData, Kind};
use poem::{Response, Result, handler};
use shop_core::rules::order;
use shop_core::{CartView, Checkout, Error, Refusal};

use super::attempt::Attempt;
use super::visitor::{Frame, Visitor};
use super::{cart, go, page_with};
use crate::problem::{self, PayError};

#[derive(Template)]
#[template(path = "checkout.html")]
struct CheckoutPage<'a> {
    frame: Frame,
    cart: &'a CartView,
    attempt: &'a Attempt,
    key: IdempotencyKey,
    delivery: Vec<Field>,
    payment: [Field; 2],
    /// Whether every line can be delivered.
    may_order: bool,
}

async fn render(visitor: Visitor, attempt: &Attempt) -> Result<Response> {
    let token = visitor.cart.clone().unwrap_or_else(|| visitor.lanes.shop().new_cart_token());
    let view = visitor.lanes.browse(move |shop| shop.cart(&token)).await.map_err(|error| problem::of(&error))?;
    if view.lines.is_empty() {
        return cart::render(visitor, &attempt.notice, attempt.status()).await;
    }
    let t = visitor.frame.t;
    let page = CheckoutPage {
        frame: visitor.frame,
        key: attempt.key(visitor.lanes.shop()),
        delivery: delivery_fields(t, attempt),
        payment: attempt.payment_fields(t),
        may_order: view.shortages().is_empty(),
        cart: &view,
        attempt,
    };
    Ok(attempt.dress(page_with(&page, attempt.status())?))
}

fn delivery_fields(t: Words<'_>, attempt: &Attempt) -> Vec<Field> {
    let fields = [
        (Kind::Text, "name", "checkout-name", "name", 100),
        (Kind::Email, "email", "checkout-email", "email", 254),
        (Kind::Text, "street", "checkout-street", "address-line1", 200),
        (Kind::Text, "postal_code", "checkout-postal-code", "postal-code", 16),
        (Kind::Text, "city", "checkout-city", "address-level2", 100),
        (Kind::Text, "country", "checkout-country", "country-name", 60),
    ];
    let field = |(kind, name, label, autocomplete, max_length)| {
        Field::new(kind, name, t.say(label))
            .in_words(t)
            .autocomplete(autocomplete)
            .max_length(max_length)
            .sent(&attempt.form)
            .errors(&attempt.errors)
    };
    fields.map(field).into()
}

#[handler]
pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    if visitor.frame.units == 0 {
        return Ok(go("/cart"));
    }
    render(visitor, &Attempt::fresh()).await
}

#[handler]
pub(super) async fn send(visitor: Visitor, form: FormData) -> Result<Response> {
    let shop = visitor.lanes.shop().clone();
    let (mut attempt, key) = Attempt::of(form)?;
    let cart = visitor.cart.clone().unwrap_or_else(|| shop.new_cart_token());
    let form = checkout(&mut attempt, key.clone(), shop.config().currency, visitor.frame.t.language())?;
    let order = order::token(&cart, &key);
    let (sent, token) = (key.clone(), order.clone());
    let placed = visitor.lanes.pay(visitor.address, token, sent, move |shop| shop.checkout(&cart, &form));
    let error = match placed.await {
        Ok(placed) => return Ok(go(format!("/orders/{}", placed.token.reveal()))),
        Err(error) => error,
    };
    attempt.refused(visitor.frame.t, &error)?;
    // The browser that sent the form before may see what came of it, also where the shop is too busy to say more.
    let path = order_page(&order);
    let sent_before = match error {
        PayError::Shop(Error::Refused(Refusal::KeyReused { .. })) => true,
        PayError::Shop(Error::Refused(_)) => false,
        _ => visitor.lanes.browse(move |shop| shop.was_sent(&order, &key)).await.unwrap_or(false),
    };
    attempt.notice.order = sent_before.then_some(path);
    render(visitor, &attempt).await
}

fn order_page(token: &Token) -> String {
    format!("/orders/{}", token.reveal())
}

fn checkout(
    attempt: &mut Attempt,
    key: IdempotencyKey,
    currency: kit_core::Currency,
    language: kit_core::Language,
) -> Result<Checkout, kit_web::Problem> {
    let typed = |name: &str| attempt.form.text(name).to_owned();
    Ok(Checkout {
        name: typed("name"),
        street: typed("street"),
        postal_code: typed("postal_code"),
        city: typed("city"),
        country: typed("country"),
        email: typed("email"),
        shipping: None,
        note: String::new(),
        language,
        expected_total: Money::parse(attempt.form.get("expected_total"), currency)
            .map_err(|_| problem::incomplete_form())?,
        payment: attempt.payment(key),
    })
}
