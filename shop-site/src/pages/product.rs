//! One product, and putting it into the cart.

use askama::Template;
use kit_core::{Language, Timestamp};
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use kit_web::{Problem, Words};
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, Result, handler};
use shop_core::rules::shipping::estimate;
use shop_core::{Availability, Error, Pattern, Product, Quantity, Refusal, Related, ShippingMethod, Shop, Sku};

use super::card::{Card, cards, facts};
use super::crawlers::{JsonLd, Shown};
use super::notice::Notice;
use super::visitor::{Frame, Visitor, absolute, remember_cart};
use super::{compare, crawlers, go, moved, page_with, told};
use crate::config::SiteConfig;
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
        let (price, arrives) = (method.price(product.price), estimate(t.calendar().day(now), method.days));
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
    /// For programs: the page's language with its country, its first picture, and its facts.
    locale: &'static str,
    picture: Option<(String, String)>,
    data: JsonLd,
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

async fn render(visitor: Visitor, sku: Sku, outcome: &Outcome, request: &Request) -> Result<Response> {
    let config = request.data::<SiteConfig>().ok_or_else(Problem::internal)?;
    let load = move |shop: &Shop| Ok((shop.product(&sku)?, shop.related(&sku, RELATED)?));
    let loaded = visitor.lanes.browse(load).await.map_err(|error| problem::of(&error))?;
    let (product, Related { similar, accessories }) = loaded;
    let t = visitor.frame.t;
    let mut quantity =
        Field::new(Kind::Number, "quantity", t.say("cart-quantity")).in_words(t).max_length(2).errors(&outcome.errors);
    quantity = if outcome.form.has("quantity") { quantity.sent(&outcome.form) } else { quantity.value("1") };
    let methods = visitor.lanes.shop().config().shipping.iter().filter(|_| product.stock > 0);
    let nothing = Pattern::default();
    let gallery = View::ALL.map(|view| (picture_href(&product, view), told::view(t, &product.name, view)));
    let category = told::category(t, &product.category);
    let shown = Shown {
        product: &product,
        description: product.description.in_language(t.language()),
        category: &category,
        pictures: gallery.iter().map(|(path, _)| path.as_str()).collect(),
    };
    let crumbs = [
        (t.say("nav-products").to_string(), "/products".to_owned()),
        (category.clone(), format!("/categories/{}", product.category)),
    ];
    let page = ProductPage {
        data: JsonLd::of_product(config, &shown, &crumbs),
        picture: gallery.first().map(|(path, shows)| (absolute(config, path), shows.clone())),
        locale: match t.language() {
            Language::English => "en_GB",
            Language::German => "de_DE",
        },
        frame: Frame { canonical: Some(absolute(config, &crawlers::path(&product.sku))), ..visitor.frame },
        product: &product,
        gallery: gallery.into(),
        category,
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

/// What is at a product's address.
enum Found {
    Here,
    /// Under the same SKU in another case.
    Elsewhere(Sku),
    /// A product with this name that is no longer sold.
    Retired(String),
}

#[derive(Template)]
#[template(path = "retired.html")]
struct RetiredPage<'a> {
    frame: Frame,
    name: &'a str,
}

/// What old links lead to.
fn no_longer_sold(visitor: Visitor, name: &str) -> Result<Response> {
    page_with(&RetiredPage { frame: visitor.frame, name }, StatusCode::GONE)
}

#[handler]
pub(super) async fn show(visitor: Visitor, Path(sku): Path<String>, request: &Request) -> Result<Response> {
    let sku = path_sku(&sku)?;
    // People type addresses in small letters. One product has one address.
    let asked = sku.clone();
    let found = visitor.lanes.browse(move |shop| match shop.product(&asked) {
        Err(Error::Refused(Refusal::ProductNotFound)) => match shop.retired_product(&asked)? {
            Some(retired) => Ok(Found::Retired(retired.name)),
            None => shop.sku_in_any_case(&asked).map(Found::Elsewhere),
        },
        known => known.map(|_| Found::Here),
    });
    match found.await.map_err(|error| problem::of(&error))? {
        Found::Retired(name) => no_longer_sold(visitor, &name),
        Found::Elsewhere(canonical) => Ok(moved(&format!("/products/{canonical}"), request)),
        Found::Here => render(visitor, sku, &Outcome::default(), request).await,
    }
}

#[handler]
pub(super) async fn send(
    visitor: Visitor,
    Path(sku): Path<String>,
    form: FormData,
    request: &Request,
) -> Result<Response> {
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
    render(visitor, sku, &outcome, request).await
}
