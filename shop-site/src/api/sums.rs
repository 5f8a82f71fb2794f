//! What carts, orders and invoices have in common: VAT by rate, ways of shipping, days of delivery.

use kit_core::Timestamp;
use kit_web::Text;
use poem_openapi::Object;
use shop_core::{DeliveryEstimate, OrderShipping, ShippingOffer, VatSum};

/// What one rate of VAT comes to.
#[derive(Object)]
#[oai(rename = "VatSum")]
pub(super) struct VatSumBody {
    /// The rate in percent, such as `19` or `5.5`.
    rate: Text,
    /// What is taxed at it, without the VAT.
    net: Text,
    /// The VAT.
    vat: Text,
    /// Both together.
    gross: Text,
    /// The currency of the amounts.
    currency: Text,
}

impl From<&VatSum> for VatSumBody {
    fn from(sum: &VatSum) -> Self {
        Self {
            rate: sum.rate.to_string().into(),
            net: sum.net().decimal().into(),
            vat: sum.vat.decimal().into(),
            gross: sum.gross.decimal().into(),
            currency: sum.gross.currency.code().into(),
        }
    }
}

/// When something arrives: working days, Monday to Friday.
#[derive(Object)]
#[oai(rename = "Delivery")]
pub(super) struct DeliveryBody {
    /// The first day on which it may arrive, such as `2026-11-25`.
    earliest: Text,
    /// The last one.
    latest: Text,
}

impl From<DeliveryEstimate> for DeliveryBody {
    fn from(estimate: DeliveryEstimate) -> Self {
        Self { earliest: day(estimate.earliest), latest: day(estimate.latest) }
    }
}

fn day(at: Timestamp) -> Text {
    let day = at.civil();
    format!("{:04}-{:02}-{:02}", day.year, day.month, day.day).into()
}

/// A way of shipping, offered for what is in a cart.
#[derive(Object)]
#[oai(rename = "ShippingOffer")]
pub(super) struct ShippingOfferBody {
    /// Its id: the `shipping` of an order.
    method: Text,
    /// Its name for people.
    name: Text,
    /// What it costs for this cart, VAT included.
    price: Text,
    /// What the order costs that is sent this way: its `expected_total`.
    total: Text,
    /// The VAT contained in that, the highest rate first.
    vat: Vec<VatSumBody>,
    /// The currency of the amounts.
    currency: Text,
    /// When it arrives if it is ordered now.
    delivery: DeliveryBody,
    /// Whether the customer fetches it.
    pickup: bool,
}

impl From<&ShippingOffer> for ShippingOfferBody {
    fn from(offer: &ShippingOffer) -> Self {
        Self {
            method: offer.method.id.as_str().into(),
            name: offer.method.name.as_str().into(),
            price: offer.price.decimal().into(),
            total: offer.total.decimal().into(),
            vat: offer.vat.iter().map(VatSumBody::from).collect(),
            currency: offer.total.currency.code().into(),
            delivery: offer.delivery.into(),
            pickup: offer.method.pickup,
        }
    }
}

/// How an order is sent.
#[derive(Object)]
#[oai(rename = "OrderShipping")]
pub(super) struct OrderShippingBody {
    /// The method's id.
    method: Text,
    /// Its name then.
    name: Text,
    /// What it costs, VAT included.
    price: Text,
    /// The rate of its VAT in percent.
    vat_rate: Text,
    /// The VAT contained in its price.
    vat: Text,
    /// The currency of the amounts.
    currency: Text,
    /// Whether the customer fetches it.
    pickup: bool,
}

impl From<&OrderShipping> for OrderShippingBody {
    fn from(shipping: &OrderShipping) -> Self {
        Self {
            method: shipping.method.as_str().into(),
            name: shipping.name.as_str().into(),
            price: shipping.price.decimal().into(),
            vat_rate: shipping.vat_rate.to_string().into(),
            vat: shipping.vat.decimal().into(),
            currency: shipping.price.currency.code().into(),
            pickup: shipping.pickup,
        }
    }
}

/// A discount that was taken off.
#[derive(Object)]
#[oai(rename = "Discount")]
pub(super) struct DiscountBody {
    /// Its code.
    pub(super) code: Text,
    /// What it took off all lines together.
    pub(super) amount: Text,
    /// The amount's currency.
    pub(super) currency: Text,
}
