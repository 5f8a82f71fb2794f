//! One product, and putting it into the cart.

use askama::Template;
use kit_core::Timestamp;
use kit_web::Words;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, Result, handler};
use shop_core::rules::shipping::estimate;
use shop_core::{Availability, Error, Pattern, Product, Quantity, Refusal, Related, ShippingMethod, Shop, Sku};

use super::card::{Card, cards, facts};
use super::notice::Notice;
use super::visitor::{Frame, Visitor, remember_cart};
use super::{compare, go, moved, page_with, told};
use crate::pictures::{View, picture_href};
use crate::problem;

/// How many products of a kind are shown beside one.
const RELATED: usize = 4;

/// A way to get it.
struct Delivery {
    name: String,
    /// What it costs with one unit.
    price: String,
    /// On which days it arrives.
    days: String,
}

impl Delivery {
    fn of(t: Words<'_>, method: &ShippingMethod, product: &Product, now: Timestamp) -> Self {
        let (price, arrives) = (method.price(product.price), estimate(now, method.days));
        Self {
            name: told::way(t, &method.name),
            price: if price.minor == 0 { t.say("sums-free").to_string() } else { t.money(price) },
            days: told::delivery(t, arrives, method.pickup, now),
        }
    }
}

#[derive(Template)]
#[template(path = "product.html")]
struct ProductPage<'a> {
    frame: Frame,
    product: &'a Product,
    /// From all sides: where each picture is, and what it shows.
    gallery: Vec<(String, String)>,
    category: String,
    /// In one line.
    facts: String,
    availability: String,
    /// Every way to get it; none where it is sold out.
    deliveries: Vec<Delivery>,
    /// Beside others.
    compare: String,
    /// What goes with it.
    accessories: Vec<Card<'a>>,
    similar: Vec<Card<'a>>,
    notice: &'a Notice,
    quantity: Field,
}

/// What came of the form: nothing yet, or why it came back.
#[derive(Default)]
struct Outcome {
    form: FormData,
    errors: FormErrors,
    notice: Notice,
    status: StatusCode,
}

fn path_sku(text: &str) -> Result<Sku, kit_web::Problem> {
    Sku::parse(text).ok_or_else(|| problem::of_refusal(&Refusal::ProductNotFound))
}

async fn render(visitor: Visitor, sku: Sku, outcome: &Outcome) -> Result<Response> {
    let load = move |shop: &Shop| Ok((shop.product(&sku)?, shop.related(&sku, RELATED)?));
    let loaded = visitor.lanes.browse(load).await.map_err(|error| problem::of(&error))?;
    let (product, Related { similar, accessories }) = loaded;
    let t = visitor.frame.t;
    let mut quantity =
        Field::new(Kind::Number, "quantity", t.say("cart-quantity")).in_words(t).max_length(2).errors(&outcome.errors);
    quantity = if outcome.form.has("quantity") { quantity.sent(&outcome.form) } else { quantity.value("1") };
    let methods = visitor.lanes.shop().config().shipping.iter().filter(|_| product.stock > 0);
    let nothing = Pattern::default();
    let page = ProductPage {
        frame: visitor.frame,
        product: &product,
        gallery: View::ALL.map(|view| (picture_href(&product, view), told::view(t, &product.name, view))).into(),
        category: told::category(t, &product.category),
        facts: facts(t, &product),
        deliveries: methods.map(|method| Delivery::of(t, method, &product, visitor.now)).collect(),
        compare: compare::href([&product.sku]),
        accessories: cards(t, &accessories, &nothing, 0),
        similar: cards(t, &similar, &nothing, 0),
        availability: told::availability(t, Availability::of(product.stock, 1)),
        notice: &outcome.notice,
        quantity,
    };
    page_with(&page, outcome.status)
}

#[handler]
pub(super) async fn show(visitor: Visitor, Path(sku): Path<String>, request: &Request) -> Result<Response> {
    let sku = path_sku(&sku)?;
    // People type addresses in small letters. One product has one address.
    let asked = sku.clone();
    let found = visitor.lanes.browse(move |shop| match shop.product(&asked) {
        Err(Error::Refused(Refusal::ProductNotFound)) => shop.sku_in_any_case(&asked).map(Some),
        known => known.map(|_| None),
    });
    match found.await.map_err(|error| problem::of(&error))? {
        Some(canonical) => Ok(moved(&format!("/products/{canonical}"), request)),
        None => render(visitor, sku, &Outcome::default()).await,
    }
}

#[handler]
pub(super) async fn send(visitor: Visitor, Path(sku): Path<String>, form: FormData) -> Result<Response> {
    let sku = path_sku(&sku)?;
    let cart = visitor.cart.clone().unwrap_or_else(|| visitor.lanes.shop().new_cart_token());
    let added = match Quantity::parse(form.text("quantity")) {
        Ok(quantity) => {
            let (cart, sku) = (cart.clone(), sku.clone());
            visitor.lanes.cart(move |shop| shop.add_line(&cart, &sku, quantity)).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let refusal = match added {
        Ok(_) => {
            let mut response = go("/cart");
            remember_cart(&visitor.lanes, &mut response, &cart);
            return Ok(response);
        }
        Err(Error::Refused(refusal)) if refusal != Refusal::ProductNotFound => refusal,
        Err(error) => return Err(problem::of(&error).into()),
    };
    let mut outcome = Outcome { form, status: problem::of_refusal(&refusal).status, ..Outcome::default() };
    match refusal {
        // Said of what was typed, or of what it comes to together with what the cart has already.
        Refusal::QuantityInvalid { max } => {
            outcome.errors.add("quantity", visitor.frame.t.say("field-quantity").with("max", max));
        }
        other => outcome.notice = Notice::of(visitor.frame.t, &other),
    }
    render(visitor, sku, &outcome).await
}
