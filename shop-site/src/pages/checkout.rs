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
use shop_core::rules::form::MAX_NOTE_CHARS;
use shop_core::rules::order;
use shop_core::{CartLineView, CartView, Checkout, Country, Destinations, Error, Refusal, ShippingOffer, Slug};

use super::attempt::Attempt;
use super::sums::Sums;
use super::visitor::{Frame, Visitor, remember_cart};
use super::{cart, go, page_with, told};
use crate::pictures::{View, picture_href};
use crate::problem::{self, PayError};

/// The name of the choice of shipping: a method, a space, the total.
const SHIPPING: &str = "shipping";

/// The fields behind the line to open them.
const MORE: [&str; 5] = ["company", "address_line_2", "vat_number", "phone", "note"];

#[derive(Template)]
#[template(path = "checkout.html")]
struct CheckoutPage<'a> {
    frame: Frame,
    lines: Vec<Line<'a>>,
    attempt: &'a Attempt,
    key: IdempotencyKey,
    /// What opens the cart, for a browser that loses its cookies before it sends the form.
    cart: String,
    delivery: Vec<Field>,
    /// Fields that few need, behind a line to open them.
    more: Vec<Field>,
    /// Whether they are in sight from the beginning.
    more_open: bool,
    /// Whose VAT the prices contain, where the goods may go abroad.
    vat_of: Option<&'static str>,
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
    /// What the button says: what is paid, if anything is.
    button: String,
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
            button: if offer.total.minor == 0 {
                t.say("checkout-order-free").to_string()
            } else {
                t.say("checkout-pay").with("total", t.money(offer.total)).to_string()
            },
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
    let opens = token.reveal();
    let view = visitor.lanes.browse(move |shop| shop.cart(&token)).await.map_err(|error| problem::of(&error))?;
    if view.lines.is_empty() {
        return cart::render(visitor, &attempt.notice, attempt.status()).await;
    }
    let t = visitor.frame.t;
    let to = visitor.lanes.shop().config().destinations.clone();
    let page = CheckoutPage {
        frame: visitor.frame,
        key: attempt.key(visitor.lanes.shop()),
        cart: opens,
        delivery: delivery_fields(t, attempt, &to),
        more: more_fields(t, attempt),
        more_open: MORE.iter().any(|field| attempt.errors.of(field).is_some() || !attempt.form.text(field).is_empty()),
        ways: ways(t, &view, attempt.form.text(SHIPPING), visitor.now),
        lines: view.lines.iter().map(|line| Line { line, picture: picture_href(&line.product, View::Front) }).collect(),
        vat_of: to.are_several().then(|| to.home.name(t.language())),
        payment: payment_fields(t, attempt, &view),
        may_order: view.shortages().is_empty(),
        attempt,
    };
    Ok(attempt.dress(page_with(&page, attempt.status())?))
}

fn delivery_fields(t: Words<'_>, attempt: &Attempt, to: &Destinations) -> Vec<Field> {
    let fields = [
        (Kind::Text, "name", "checkout-name", "name", 100),
        (Kind::Email, "email", "checkout-email", "email", 254),
        (Kind::Text, "street", "checkout-street", "address-line1", 200),
        (Kind::Text, "postal_code", "checkout-postal-code", "postal-code", 16),
        (Kind::Text, "city", "checkout-city", "address-level2", 100),
    ];
    let choices = to.choices(t.language());
    let needed = choices.iter().all(|country| country.needs_postal_code());
    let mut fields: Vec<Field> = fields
        .map(|(kind, name, label, autocomplete, max_length)| {
            let field = field(t, attempt, kind, name, label).autocomplete(autocomplete).max_length(max_length);
            if name == "postal_code" && !needed { field.needed_sometimes() } else { field }
        })
        .into();
    if to.are_several() {
        // Names are taken as well: an order may be typed by a program, or come from a page of an earlier version.
        let chosen = Country::parse(attempt.form.text("country")).unwrap_or(to.home);
        let select = field(t, attempt, Kind::Select, "country", "checkout-country").autocomplete("country");
        let option = |select: Field, country: &Country| select.named_choice(country.code(), country.name(t.language()));
        fields.push(choices.iter().fold(select, option).value(chosen.code()));
    }
    fields
}

fn field(t: Words<'_>, attempt: &Attempt, kind: Kind, name: &'static str, label: &str) -> Field {
    Field::new(kind, name, t.say(label)).in_words(t).sent(&attempt.form).errors(&attempt.errors)
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

/// What few customers fill in.
fn more_fields(t: Words<'_>, attempt: &Attempt) -> Vec<Field> {
    let lines = [
        (Kind::Text, "company", "checkout-company", "organization", 100),
        (Kind::Text, "address_line_2", "checkout-address-line-2", "address-line2", 200),
        (Kind::Text, "vat_number", "checkout-vat-number", "off", 30),
        (Kind::Tel, "phone", "checkout-phone", "tel", 40),
    ];
    let line = |(kind, name, label, autocomplete, max_length)| {
        field(t, attempt, kind, name, label).autocomplete(autocomplete).max_length(max_length).optional()
    };
    let note = field(t, attempt, Kind::TextArea, "note", "checkout-note").hint(t.say("checkout-note-hint"));
    lines.map(line).into_iter().chain([note.max_length(MAX_NOTE_CHARS).optional()]).collect()
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

/// The form once more, for a browser whose session had ended. The cart comes back as well, from the form itself.
#[handler]
pub(super) async fn again(mut visitor: Visitor, form: FormData) -> Result<Response> {
    let lost = visitor.cart.is_none();
    visitor.cart = visitor.cart.or_else(|| Token::parse(form.get("cart")));
    let found = visitor.cart.clone().filter(|_| lost);
    let lanes = visitor.lanes.clone();
    let attempt = Attempt::again(visitor.frame.t, form);
    let mut response = render(visitor, &attempt).await?;
    if let Some(token) = found {
        remember_cart(&lanes, &mut response, &token);
    }
    Ok(response)
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
        company: typed("company"),
        name: typed("name"),
        street: typed("street"),
        address_line_2: typed("address_line_2"),
        postal_code: typed("postal_code"),
        city: typed("city"),
        country: typed("country"),
        vat_number: typed("vat_number"),
        phone: typed("phone"),
        email: typed("email"),
        shipping: Some(method.ok_or_else(problem::incomplete_form)?),
        note: typed("note"),
        language,
        expected_total: expected_total.map_err(|_| problem::incomplete_form())?,
        payment: attempt.payment(key),
    })
}
