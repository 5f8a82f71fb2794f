//! The checkout on one page: who and where to, how it is sent and paid, and what that costs.
//!
//! Every way of shipping has a total of its own. The choice that is sent carries the total that stood beside it, so that
//! an order never costs what its customer did not see; which of the totals is in sight the stylesheet decides by what
//! is ticked.

use askama::Template;
use kit_core::{IdempotencyKey, Money, Timestamp, Token};
use kit_web::Words;
use kit_web::forms::{Field, FormData, Kind};
use poem::{Response, Result, handler};
use shop_core::rules::order;
use shop_core::{CartLineView, CartView, Checkout, Error, Refusal, ShippingOffer, Slug};

use super::attempt::Attempt;
use super::sums::Sums;
use super::visitor::{Frame, Visitor};
use super::{cart, go, page_with, told};
use crate::pictures::{View, picture_href};
use crate::problem::{self, PayError};

/// The name of the choice of shipping: a method, a space, the total.
const SHIPPING: &str = "shipping";

#[derive(Template)]
#[template(path = "checkout.html")]
struct CheckoutPage<'a> {
    frame: Frame,
    lines: Vec<Line<'a>>,
    attempt: &'a Attempt,
    key: IdempotencyKey,
    delivery: Vec<Field>,
    /// Fields that few need, behind a line to open them.
    more: [Field; 2],
    /// Whether they are in sight from the beginning.
    more_open: bool,
    /// Where it goes unless another country is filled in.
    country: String,
    ways: Vec<Way>,
    /// Account number and PIN; none where every way costs nothing.
    payment: Vec<Field>,
    /// Whether every line can be delivered.
    may_order: bool,
}

/// A line of the summary.
struct Line<'a> {
    line: &'a CartLineView,
    picture: String,
}

/// A way of shipping to choose.
struct Way {
    /// What is sent: the method and the total that the customer saw.
    value: String,
    name: String,
    price: String,
    delivery: String,
    sums: Sums,
    chosen: bool,
}

impl Way {
    fn of(t: Words<'_>, cart: &CartView, offer: &ShippingOffer, now: Timestamp) -> Self {
        let sums = Sums::of_offer(t, cart, offer);
        Self {
            value: format!("{} {}", offer.method.id, offer.total.decimal()),
            name: told::way(t, &offer.method.name),
            price: if offer.price.minor == 0 { t.say("sums-free").to_string() } else { t.money(offer.price) },
            delivery: told::delivery(t, offer.delivery, offer.method.pickup, now),
            sums,
            chosen: false,
        }
    }
}

/// All ways, the one ticked that was sent, or else the first.
fn ways(t: Words<'_>, cart: &CartView, sent: &str, now: Timestamp) -> Vec<Way> {
    let mut ways: Vec<Way> = cart.shipping.iter().map(|offer| Way::of(t, cart, offer, now)).collect();
    // The total may be another one by now; the way is the same.
    let sent = sent.split(' ').next().unwrap_or_default();
    let chosen = cart.shipping.iter().position(|offer| offer.method.id.as_str() == sent).unwrap_or(0);
    if let Some(way) = ways.get_mut(chosen) {
        way.chosen = true;
    }
    ways
}

async fn render(visitor: Visitor, attempt: &Attempt) -> Result<Response> {
    let token = visitor.cart.clone().unwrap_or_else(|| visitor.lanes.shop().new_cart_token());
    let view = visitor.lanes.browse(move |shop| shop.cart(&token)).await.map_err(|error| problem::of(&error))?;
    if view.lines.is_empty() {
        return cart::render(visitor, &attempt.notice, attempt.status()).await;
    }
    let t = visitor.frame.t;
    let country = told::country(t, &visitor.lanes.shop().config().country);
    let page = CheckoutPage {
        frame: visitor.frame,
        key: attempt.key(visitor.lanes.shop()),
        delivery: delivery_fields(t, attempt),
        more: more_fields(t, attempt, &country),
        more_open: ["country", "note"].iter().any(|field| attempt.errors.of(field).is_some()),
        ways: ways(t, &view, attempt.form.text(SHIPPING), visitor.now),
        lines: view.lines.iter().map(|line| Line { line, picture: picture_href(&line.product, View::Front) }).collect(),
        country,
        payment: payment_fields(t, attempt, &view),
        may_order: view.shortages().is_empty(),
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

/// Account number and PIN: none where nothing is to be paid, optional where that depends on the way of sending.
fn payment_fields(t: Words<'_>, attempt: &Attempt, cart: &CartView) -> Vec<Field> {
    let free = cart.shipping.iter().filter(|offer| offer.total.minor == 0).count();
    let fields = attempt.payment_fields(t).into_iter();
    match free {
        0 => fields.collect(),
        free if free == cart.shipping.len() => Vec::new(),
        _ => fields.map(Field::optional).collect(),
    }
}

/// The country, filled in with the shop's own, and a note.
fn more_fields(t: Words<'_>, attempt: &Attempt, country: &str) -> [Field; 2] {
    let form = &attempt.form;
    let country = if form.has("country") { form.get("country") } else { country };
    [
        Field::new(Kind::Text, "country", t.say("checkout-country"))
            .in_words(t)
            .autocomplete("country-name")
            .max_length(60)
            .optional()
            .value(country)
            .errors(&attempt.errors),
        Field::new(Kind::TextArea, "note", t.say("checkout-note"))
            .in_words(t)
            .hint(t.say("checkout-note-hint"))
            .max_length(500)
            .optional()
            .sent(form)
            .errors(&attempt.errors),
    ]
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
    let (order, used_in) = (order::token(&cart, &key), cart.clone());
    let (sent, token) = (key.clone(), order.clone());
    let placed = visitor.lanes.pay(visitor.address, token, sent, move |shop| shop.checkout(&cart, &form));
    let error = match placed.await {
        Ok(placed) => {
            let mut response = go(order_page(&placed.token));
            visitor.orders.with(&placed.token).remember(&visitor.lanes, &mut response);
            return Ok(response);
        }
        Err(error) => error,
    };
    attempt.refused(visitor.frame.t, &error)?;
    // A page that does not know who orders would offer the lower price again, and be refused again, without an end.
    if matches!(&error, PayError::Shop(refused) if problem::is_of_used_code(refused)) {
        let dropped = visitor.lanes.cart(move |shop| shop.remove_code(&used_in)).await;
        dropped.map_err(|error| problem::of(&error))?;
    }
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
    let (method, total) = attempt.form.text(SHIPPING).split_once(' ').ok_or_else(problem::incomplete_form)?;
    let (method, expected_total) = (Slug::parse(method), Money::parse(total, currency));
    Ok(Checkout {
        name: typed("name"),
        street: typed("street"),
        postal_code: typed("postal_code"),
        city: typed("city"),
        country: typed("country"),
        email: typed("email"),
        shipping: Some(method.ok_or_else(problem::incomplete_form)?),
        note: typed("note"),
        language,
        expected_total: expected_total.map_err(|_| problem::incomplete_form())?,
        payment: attempt.payment(key),
    })
}
