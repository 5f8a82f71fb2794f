//! The cart: quantities, removing, the discount code, and what has changed since it was filled, line by line.

use askama::Template;
use kit_web::Words;
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::http::StatusCode;
use poem::{Response, Result, handler};
use shop_core::{CartLineView, CartView, Error, MAX_QUANTITY, Quantity, Refusal, Sku};

use super::notice::Notice;
use super::sums::Sums;
use super::visitor::{Frame, Visitor, remember_cart};
use super::{go, page_with, told};
use crate::pictures::{View, picture_href};
use crate::problem;

#[derive(Template)]
#[template(path = "cart.html")]
struct CartPage<'a> {
    frame: Frame,
    rows: Vec<Row<'a>>,
    notice: &'a Notice,
    code: Code,
    /// None for an empty cart.
    sums: Option<Sums>,
    /// When it arrives if it is sent the first way.
    delivery: Option<String>,
    /// Whether every line can be delivered.
    may_order: bool,
    /// What changed, for whoever reads by ear.
    news: String,
}

/// A line and its form.
struct Row<'a> {
    line: &'a CartLineView,
    quantity: Field,
    /// What one press on "less" and on "more" makes of it; none at the ends.
    less: Option<u32>,
    more: Option<u32>,
    availability: String,
    /// What changed since the line was set.
    price_change: Option<String>,
}

impl Row<'_> {
    fn picture(&self) -> String {
        picture_href(&self.line.product, View::Front)
    }
}

/// The discount code: the one that is kept, or the field for one.
struct Code {
    field: Field,
    /// Whether the field is in sight from the beginning.
    open: bool,
    kept: Option<KeptCode>,
}

struct KeptCode {
    code: String,
    /// What it takes off, or why nothing now.
    says: String,
    works: bool,
}

/// A form of the cart that came back, and why. The line it is about, where it is about one.
#[derive(Default)]
struct Returned {
    sku: Option<Sku>,
    form: FormData,
    errors: FormErrors,
}

/// Shows the cart with something to say about it.
pub(super) async fn render(visitor: Visitor, notice: &Notice, status: StatusCode) -> Result<Response> {
    render_with(visitor, &Returned::default(), notice, status).await
}

async fn render_with(visitor: Visitor, returned: &Returned, notice: &Notice, status: StatusCode) -> Result<Response> {
    // A token that was never used opens an empty cart.
    let token = visitor.cart.unwrap_or_else(|| visitor.lanes.shop().new_cart_token());
    let cart = visitor.lanes.browse(move |shop| shop.cart(&token)).await.map_err(|error| problem::of(&error))?;
    let t = visitor.frame.t;
    let offer = cart.shipping.first();
    let units = t.say("cart-units").with("count", cart.units()).to_string();
    let page = CartPage {
        frame: visitor.frame,
        rows: cart.lines.iter().map(|line| row(t, line, returned)).collect(),
        may_order: !cart.lines.is_empty() && cart.shortages().is_empty(),
        code: code(t, &cart, returned),
        sums: offer.map(|offer| Sums::of_offer(t, &cart, offer)),
        delivery: offer.map(|offer| told::delivery(t, offer.delivery, offer.method.pickup, visitor.now)),
        news: t.say("cart-news").with("units", units).with("total", t.money(cart.total)).to_string(),
        notice,
    };
    page_with(&page, status)
}

fn row<'a>(t: Words<'_>, line: &'a CartLineView, returned: &Returned) -> Row<'a> {
    let sku = &line.product.sku;
    let field = Field::new(Kind::Number, "quantity", t.say("cart-quantity"))
        .in_words(t)
        .id(format!("quantity-{sku}"))
        .max_length(2);
    let changed = line.price_seen != line.product.price;
    let units = line.quantity.get();
    Row {
        quantity: if returned.sku.as_ref() == Some(sku) {
            field.sent(&returned.form).errors(&returned.errors)
        } else {
            field.value(units.to_string())
        },
        less: (units > 1).then(|| units - 1),
        more: (units < line.product.sellable().min(MAX_QUANTITY)).then(|| units + 1),
        availability: if line.product.retired {
            t.say("cart-retired").to_string()
        } else {
            told::availability(t, line.availability)
        },
        price_change: changed.then(|| {
            let now = t.money(line.product.price);
            t.say("cart-price-changed").with("now", now).with("seen", t.money(line.price_seen)).to_string()
        }),
        line,
    }
}

fn code(t: Words<'_>, cart: &CartView, returned: &Returned) -> Code {
    let kept = cart.code.as_ref().map(|kept| KeptCode {
        code: kept.code.to_string(),
        says: match &kept.outcome {
            Ok(amount) => {
                let said = t.say("cart-code-applied").with("code", kept.code.to_string());
                said.with("amount", t.money(*amount)).to_string()
            }
            Err(problem) => told::discount(t, problem),
        },
        works: kept.outcome.is_ok(),
    });
    let field = Field::new(Kind::Text, "code", t.say("cart-code")).in_words(t).max_length(100).errors(&returned.errors);
    Code { field: field.sent(&returned.form), open: returned.errors.of("code").is_some(), kept }
}

#[handler]
pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    render(visitor, &Notice::default(), StatusCode::default()).await
}

#[handler]
pub(super) async fn send(visitor: Visitor, form: FormData) -> Result<Response> {
    let sku = Sku::parse(form.text("sku"));
    let about_code = matches!(form.text("action"), "code" | "remove-code");
    if sku.is_none() && !about_code {
        return Err(problem::of_refusal(&Refusal::ProductNotFound).into());
    }
    let Some(token) = visitor.cart.clone() else {
        let refusal = Refusal::CartEmpty;
        let notice = Notice::of(visitor.frame.t, &refusal);
        return render(visitor, &notice, problem::of_refusal(&refusal).status).await;
    };
    let error = match change(&visitor, &token, sku.as_ref(), &form).await {
        Ok(_) => {
            let mut response = go("/cart");
            remember_cart(&visitor.lanes, &mut response, &token);
            return Ok(response);
        }
        Err(error) => error,
    };
    let t = visitor.frame.t;
    let problem = problem::of(&error);
    let mut errors = FormErrors::new();
    let notice = match error {
        Error::Refused(Refusal::QuantityInvalid { max }) => {
            errors.add("quantity", t.say("field-quantity").with("max", max));
            Notice::default()
        }
        Error::Refused(refusal @ Refusal::DiscountNotFound) => {
            errors.add("code", told::refusal(t, &refusal));
            Notice::default()
        }
        Error::Refused(refusal) => Notice::of(t, &refusal),
        _ => return Err(problem.into()),
    };
    render_with(visitor, &Returned { sku, form, errors }, &notice, problem.status).await
}

/// Does what the form asks for.
async fn change(
    visitor: &Visitor,
    token: &kit_core::Token,
    sku: Option<&Sku>,
    form: &FormData,
) -> Result<CartView, Error> {
    let (cart, lanes) = (token.clone(), &visitor.lanes);
    match (form.text("action"), sku.cloned()) {
        ("code", _) => {
            let typed = form.text("code").to_owned();
            lanes.cart(move |shop| shop.set_code(&cart, &typed)).await
        }
        ("remove-code", _) => lanes.cart(move |shop| shop.remove_code(&cart)).await,
        ("remove", Some(sku)) => lanes.cart(move |shop| shop.remove_line(&cart, &sku)).await,
        (_, Some(sku)) => match Quantity::parse(form.text("quantity")) {
            Ok(quantity) => lanes.cart(move |shop| shop.set_line(&cart, &sku, quantity)).await,
            Err(refusal) => Err(refusal.into()),
        },
        (_, None) => Err(Refusal::ProductNotFound.into()),
    }
}
