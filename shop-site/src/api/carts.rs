//! Carts.

use kit_core::Token;
use kit_web::{StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use shop_core::{CartLineView, CartView, Quantity};

use super::replies::Created;
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
    /// What the line costs today.
    total: Text,
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
            currency: line.total.currency.code().into(),
            stock: line.product.stock,
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
    /// What all lines cost today: the `expected_total` of an order.
    total: Text,
    /// The total's currency.
    currency: Text,
}

impl CartBody {
    fn new(id: &Token, cart: &CartView) -> Self {
        Self {
            id: id.reveal().into(),
            lines: cart.lines.iter().map(CartLineBody::from).collect(),
            units: cart.units(),
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
}
