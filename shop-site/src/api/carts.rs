//! Carts.

use kit_core::Token;
use kit_web::{ClientIp, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use shop_core::{CartCode, CartLineView, CartView, DiscountProblem, Quantity};

use super::replies::Created;
use super::sums::ShippingOfferBody;
use super::{Tag, fields};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// A new, empty cart.
#[derive(Object)]
#[oai(rename = "NewCart")]
struct NewCartBody {
    /// Opens the cart: keep it secret.
    id: Text,
}

/// One line of a cart, at today's price.
#[derive(Object)]
#[oai(rename = "CartLine")]
struct CartLineBody {
    /// Which product.
    sku: Text,
    /// Its name.
    name: Text,
    /// How many units.
    quantity: u32,
    /// The price of one unit today, VAT included.
    unit_price: Text,
    /// The price of one unit when the line was last set.
    price_seen: Text,
    /// What the line costs today, before the discount.
    total: Text,
    /// Its share of the discount.
    discount: Text,
    /// The rate of its VAT in percent.
    vat_rate: Text,
    /// The VAT contained in what is left of it after the discount.
    vat: Text,
    /// The currency of the amounts.
    currency: Text,
    /// Units that can be ordered now.
    stock: u32,
}

impl From<&CartLineView> for CartLineBody {
    fn from(line: &CartLineView) -> Self {
        Self {
            sku: line.product.sku.as_str().into(),
            name: line.product.name.as_str().into(),
            quantity: line.quantity.get(),
            unit_price: line.product.price.decimal().into(),
            price_seen: line.price_seen.decimal().into(),
            total: line.total.decimal().into(),
            discount: line.discount.decimal().into(),
            vat_rate: line.vat_rate.to_string().into(),
            vat: line.vat.decimal().into(),
            currency: line.total.currency.code().into(),
            stock: line.product.stock,
        }
    }
}

/// A discount code in a cart: what it takes off, or why it takes off nothing now.
#[derive(Object)]
#[oai(rename = "CartCode")]
struct CartCodeBody {
    /// The code.
    code: Text,
    /// What it takes off all lines together; absent where it takes off nothing.
    #[oai(skip_serializing_if_is_none)]
    amount: Option<Text>,
    /// Why not: `discount-ended`, `discount-not-yet-valid`, `discount-expired`, `discount-used-up`,
    /// `discount-minimum-not-reached` or `discount-nothing-eligible`. That an address has used it before
    /// (`discount-used-before`) is said when the order is placed.
    #[oai(skip_serializing_if_is_none)]
    problem: Option<Text>,
    /// What the goods must be worth more, where that is the reason.
    #[oai(skip_serializing_if_is_none)]
    missing: Option<Text>,
    /// From when it can be used, where that is the reason.
    #[oai(skip_serializing_if_is_none)]
    valid_from: Option<Text>,
    /// Until when it could be used, where that is the reason.
    #[oai(skip_serializing_if_is_none)]
    valid_until: Option<Text>,
}

impl From<&CartCode> for CartCodeBody {
    fn from(cart: &CartCode) -> Self {
        let problem = cart.outcome.err();
        let (mut missing, mut valid_from, mut valid_until) = (None, None, None);
        match problem {
            Some(DiscountProblem::MinimumNotReached { missing: amount, .. }) => {
                missing = Some(amount.decimal().into());
            }
            Some(DiscountProblem::NotYetValid { from }) => valid_from = Some(from.rfc3339().into()),
            Some(DiscountProblem::Expired { until }) => valid_until = Some(until.rfc3339().into()),
            _ => {}
        }
        Self {
            code: cart.code.as_str().into(),
            amount: cart.outcome.ok().map(|amount| amount.decimal().into()),
            problem: problem.map(|problem| problem.code().into()),
            missing,
            valid_from,
            valid_until,
        }
    }
}

/// A cart at today's prices.
#[derive(Object)]
#[oai(rename = "Cart")]
pub(super) struct CartBody {
    /// Opens the cart: keep it secret.
    id: Text,
    /// In the order in which they were put there.
    lines: Vec<CartLineBody>,
    /// How many units all lines have together.
    units: u32,
    /// What all lines cost today, before the discount.
    goods: Text,
    /// The discount code, where there is one.
    #[oai(skip_serializing_if_is_none)]
    code: Option<CartCodeBody>,
    /// Every way to send it; the one that is taken where none is chosen comes first. Empty for an empty cart.
    shipping: Vec<ShippingOfferBody>,
    /// What the order costs today, sent the first way, VAT included: its `expected_total`.
    total: Text,
    /// The currency of the amounts.
    currency: Text,
}

impl CartBody {
    fn new(id: &Token, cart: &CartView) -> Self {
        Self {
            id: id.reveal().into(),
            lines: cart.lines.iter().map(CartLineBody::from).collect(),
            units: cart.units(),
            goods: cart.goods.decimal().into(),
            code: cart.code.as_ref().map(CartCodeBody::from),
            shipping: cart.shipping.iter().map(ShippingOfferBody::from).collect(),
            total: cart.total.decimal().into(),
            currency: cart.total.currency.code().into(),
        }
    }
}

/// How many units a line has.
#[derive(Object)]
#[oai(rename = "LineQuantity", deny_unknown_fields)]
struct LineQuantityBody {
    /// A whole number of units. To take a line out, remove it.
    #[oai(validator(minimum(value = "1"), maximum(value = "99")))]
    quantity: u32,
}

/// A discount code.
#[derive(Object)]
#[oai(rename = "NewCartCode", deny_unknown_fields)]
struct NewCartCodeBody {
    /// As it was typed: small letters are as good as capitals.
    code: Text,
}

/// The ways of shipping for a cart.
#[derive(Object)]
#[oai(rename = "ShippingOffers")]
struct ShippingOffersBody {
    /// The one that is taken where none is chosen comes first.
    shipping: Vec<ShippingOfferBody>,
}

pub(crate) struct Carts;

#[OpenApi(tag = "Tag::Carts")]
impl Carts {
    /// Begin a cart
    ///
    /// Nothing is stored until something is put into it.
    #[oai(path = "/carts", method = "post", operation_id = "createCart")]
    async fn create_cart(&self, Data(lanes): Data<&Lanes>) -> Created<NewCartBody> {
        Created::Created(Json(NewCartBody { id: lanes.shop().new_cart_token().reveal().into() }))
    }

    /// One cart
    ///
    /// At today's prices and stock. A cart that was never filled, or was ordered, is empty.
    #[oai(path = "/carts/:cart", method = "get", operation_id = "getCart")]
    async fn get_cart(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The cart's id.
        cart: Path<Text>,
    ) -> Result<Json<CartBody>, ApiError> {
        let id = fields::cart(&cart.0)?;
        let token = id.clone();
        let view = lanes.browse(move |shop| shop.cart(&token)).await?;
        Ok(Json(CartBody::new(&id, &view)))
    }

    /// Set a line
    ///
    /// Puts the product into the cart where it is not there yet.
    #[oai(path = "/carts/:cart/lines/:sku", method = "put", operation_id = "setCartLine")]
    async fn set_cart_line(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The cart's id.
        cart: Path<Text>,
        /// The product's SKU.
        sku: Path<Text>,
        body: StrictJson<LineQuantityBody>,
    ) -> Result<Json<CartBody>, ApiError> {
        let (id, sku) = (fields::cart(&cart.0)?, fields::sku(&sku.0)?);
        let quantity = Quantity::new(body.quantity.into())?;
        let token = id.clone();
        let view = lanes.cart(move |shop| shop.set_line(&token, &sku, quantity)).await?;
        Ok(Json(CartBody::new(&id, &view)))
    }

    /// Remove a line
    ///
    /// A line that is not there is no error.
    #[oai(path = "/carts/:cart/lines/:sku", method = "delete", operation_id = "removeCartLine")]
    async fn remove_cart_line(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The cart's id.
        cart: Path<Text>,
        /// The product's SKU.
        sku: Path<Text>,
    ) -> Result<Json<CartBody>, ApiError> {
        let (id, sku) = (fields::cart(&cart.0)?, fields::sku(&sku.0)?);
        let token = id.clone();
        let view = lanes.cart(move |shop| shop.remove_line(&token, &sku)).await?;
        Ok(Json(CartBody::new(&id, &view)))
    }

    /// Set the discount code
    ///
    /// A cart keeps one code; another one takes its place. The cart says what it takes off, or why nothing now. Codes that
    /// there never were are counted against whoever tries them.
    #[oai(path = "/carts/:cart/code", method = "put", operation_id = "setCartCode")]
    async fn set_cart_code(
        &self,
        Data(lanes): Data<&Lanes>,
        visitor: ClientIp,
        /// The cart's id.
        cart: Path<Text>,
        body: StrictJson<NewCartCodeBody>,
    ) -> Result<Json<CartBody>, ApiError> {
        let id = fields::cart(&cart.0)?;
        let (token, code) = (id.clone(), body.0.code);
        let view = lanes.guess(visitor, move |shop| shop.set_code(&token, &code)).await?;
        Ok(Json(CartBody::new(&id, &view)))
    }

    /// Remove the discount code
    ///
    /// A cart without one is no error.
    #[oai(path = "/carts/:cart/code", method = "delete", operation_id = "removeCartCode")]
    async fn remove_cart_code(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The cart's id.
        cart: Path<Text>,
    ) -> Result<Json<CartBody>, ApiError> {
        let id = fields::cart(&cart.0)?;
        let token = id.clone();
        let view = lanes.cart(move |shop| shop.remove_code(&token)).await?;
        Ok(Json(CartBody::new(&id, &view)))
    }

    /// List ways of shipping
    ///
    /// For what is in the cart, with what the order then costs. None for an empty cart.
    #[oai(path = "/carts/:cart/shipping", method = "get", operation_id = "listShippingOffers")]
    async fn list_shipping_offers(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The cart's id.
        cart: Path<Text>,
    ) -> Result<Json<ShippingOffersBody>, ApiError> {
        let id = fields::cart(&cart.0)?;
        let offers = lanes.browse(move |shop| shop.shipping_methods(&id)).await?;
        Ok(Json(ShippingOffersBody { shipping: offers.iter().map(ShippingOfferBody::from).collect() }))
    }
}
