//! Carts.

use kit_core::Token;
use kit_web::replies::Created;
use kit_web::wire::{Amount, CurrencyCode, Percent, SecretId, SkuText, Time};
use kit_web::{Named, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use shop_core::{CartCode, CartLineView, CartView, DiscountProblem, Quantity};

use super::names::DiscountProblemNames;
use super::replies::created;
use super::sums::ShippingOfferBody;
use super::{Tag, fields};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// A new, empty cart.
#[derive(Object)]
#[oai(rename = "NewCart")]
struct NewCartBody {
    /// The cart's id: a secret that gives access to the cart.
    id: SecretId,
}

/// One line of a cart, at today's price.
#[derive(Object)]
#[oai(rename = "CartLine")]
struct CartLineBody {
    /// The product's SKU.
    sku: SkuText,
    /// Its name.
    name: Text,
    /// How many units.
    quantity: u32,
    /// The price of one unit today, VAT included.
    unit_price: Amount,
    /// The price of one unit when the line was last set.
    price_seen: Amount,
    /// The line's total today, before the discount.
    total: Amount,
    /// Its share of the discount.
    discount: Amount,
    /// Its VAT rate in percent.
    vat_rate: Percent,
    /// The VAT included in its total after the discount.
    vat: Amount,
    /// The currency of the amounts.
    currency: CurrencyCode,
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
            stock: line.product.sellable(),
        }
    }
}

/// A discount code in a cart: what it takes off, or why it takes nothing off now.
#[derive(Object)]
#[oai(rename = "CartCode", skip_serializing_if_is_none)]
struct CartCodeBody {
    /// The code.
    code: Text,
    /// What it takes off all lines together; absent if it takes nothing off.
    amount: Option<Amount>,
    /// Why it takes nothing off. `discount-used-before` is only answered when the order is placed.
    problem: Option<Named<DiscountProblemNames>>,
    /// By how much the goods are below the code's minimum.
    missing: Option<Amount>,
    /// When the code becomes valid.
    valid_from: Option<Time>,
    /// When the code expired.
    valid_until: Option<Time>,
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
            problem: problem.map(|problem| Named::of(problem.code())),
            missing,
            valid_from,
            valid_until,
        }
    }
}

/// A cart at today's prices.
#[derive(Object)]
#[oai(rename = "Cart", skip_serializing_if_is_none)]
pub(super) struct CartBody {
    /// The cart's id: a secret that gives access to the cart.
    id: SecretId,
    /// In the order in which they were added.
    lines: Vec<CartLineBody>,
    /// The number of units in all lines.
    units: u32,
    /// The total of all lines today, before the discount.
    goods: Amount,
    /// The discount code; absent if there is none.
    code: Option<CartCodeBody>,
    /// The delivery methods; the default comes first. Empty for an empty cart.
    shipping: Vec<ShippingOfferBody>,
    /// The order total today with the default delivery method, VAT included: send it as `expected_total`.
    total: Amount,
    /// The currency of the amounts.
    currency: CurrencyCode,
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

/// The quantity of a line.
#[derive(Object)]
#[oai(rename = "LineQuantity", deny_unknown_fields)]
struct LineQuantityBody {
    /// A whole number of units. To remove the line, delete it.
    #[oai(validator(minimum(value = "1"), maximum(value = "99")))]
    quantity: u32,
}

/// A discount code.
#[derive(Object)]
#[oai(rename = "NewCartCode", deny_unknown_fields)]
struct NewCartCodeBody {
    /// The code; case, blanks and hyphens do not matter.
    code: Text,
}

/// The delivery methods for a cart.
#[derive(Object)]
#[oai(rename = "ShippingOffers")]
struct ShippingOffersBody {
    /// The default comes first.
    shipping: Vec<ShippingOfferBody>,
}

pub(crate) struct Carts;

#[OpenApi(tag = "Tag::Carts")]
impl Carts {
    /// Create a cart
    ///
    /// Nothing is stored until something is added.
    #[oai(path = "/carts", method = "post", operation_id = "createCart")]
    async fn create_cart(&self, Data(lanes): Data<&Lanes>) -> Result<Created<NewCartBody>, ApiError> {
        let id = lanes.shop().new_cart_token().reveal();
        let address = format!("/carts/{id}");
        Ok(created(Json(NewCartBody { id: id.into() }), &address))
    }

    /// Get a cart
    ///
    /// At today's prices and stock. A cart that was never filled, or was ordered, is empty.
    #[oai(path = "/carts/:cart", method = "get", operation_id = "getCart")]
    async fn get_cart(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The cart's id.
        cart: Path<SecretId>,
    ) -> Result<Json<CartBody>, ApiError> {
        let id = fields::cart(&cart.0)?;
        let token = id.clone();
        let view = lanes.browse(move |shop| shop.cart(&token)).await?;
        Ok(Json(CartBody::new(&id, &view)))
    }

    /// Set a cart line
    ///
    /// Sets the quantity of a product; adds it to the cart if it is not there yet.
    #[oai(path = "/carts/:cart/lines/:sku", method = "put", operation_id = "setCartLine")]
    async fn set_cart_line(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The cart's id.
        cart: Path<SecretId>,
        /// The product's SKU.
        sku: Path<SkuText>,
        body: StrictJson<LineQuantityBody>,
    ) -> Result<Json<CartBody>, ApiError> {
        let (id, sku) = (fields::cart(&cart.0)?, fields::sku(&sku.0)?);
        let quantity = Quantity::new(body.quantity.into())?;
        let token = id.clone();
        let view = lanes.cart(move |shop| shop.set_line(&token, &sku, quantity)).await?;
        Ok(Json(CartBody::new(&id, &view)))
    }

    /// Remove a cart line
    ///
    /// Removing a line that is not there is not an error.
    #[oai(path = "/carts/:cart/lines/:sku", method = "delete", operation_id = "removeCartLine")]
    async fn remove_cart_line(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The cart's id.
        cart: Path<SecretId>,
        /// The product's SKU.
        sku: Path<SkuText>,
    ) -> Result<Json<CartBody>, ApiError> {
        let (id, sku) = (fields::cart(&cart.0)?, fields::sku(&sku.0)?);
        let token = id.clone();
        let view = lanes.cart(move |shop| shop.remove_line(&token, &sku)).await?;
        Ok(Json(CartBody::new(&id, &view)))
    }

    /// Set the discount code
    ///
    /// A cart has one code; setting another one replaces it. The cart says what it takes off, or why nothing.
    #[oai(path = "/carts/:cart/code", method = "put", operation_id = "setCartCode")]
    async fn set_cart_code(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The cart's id.
        cart: Path<SecretId>,
        body: StrictJson<NewCartCodeBody>,
    ) -> Result<Json<CartBody>, ApiError> {
        let id = fields::cart(&cart.0)?;
        let (token, code) = (id.clone(), body.0.code);
        let view = lanes.cart(move |shop| shop.set_code(&token, &code)).await?;
        Ok(Json(CartBody::new(&id, &view)))
    }

    /// Remove the discount code
    ///
    /// Removing it from a cart without one is not an error.
    #[oai(path = "/carts/:cart/code", method = "delete", operation_id = "removeCartCode")]
    async fn remove_cart_code(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The cart's id.
        cart: Path<SecretId>,
    ) -> Result<Json<CartBody>, ApiError> {
        let id = fields::cart(&cart.0)?;
        let token = id.clone();
        let view = lanes.cart(move |shop| shop.remove_code(&token)).await?;
        Ok(Json(CartBody::new(&id, &view)))
    }

    /// List delivery methods
    ///
    /// For what is in the cart, each with its order total. None for an empty cart.
    #[oai(path = "/carts/:cart/shipping", method = "get", operation_id = "listShippingOffers")]
    async fn list_shipping_offers(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The cart's id.
        cart: Path<SecretId>,
    ) -> Result<Json<ShippingOffersBody>, ApiError> {
        let id = fields::cart(&cart.0)?;
        let offers = lanes.browse(move |shop| shop.shipping_methods(&id)).await?;
        Ok(Json(ShippingOffersBody { shipping: offers.iter().map(ShippingOfferBody::from).collect() }))
    }
}
