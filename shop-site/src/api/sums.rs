//! What carts, orders and invoices have in common: VAT by rate, ways of shipping, days of delivery.

use kit_web::Text;
use kit_web::wire::{Amount, CurrencyCode, Date, Percent, SlugText};
use poem_openapi::Object;
use shop_core::{DeliveryEstimate, OrderShipping, ShippingOffer, VatSum};

/// The VAT of one rate.
#[derive(Object)]
#[oai(rename = "VatSum")]
pub(super) struct VatSumBody {
    /// The rate in percent.
    rate: Percent,
    /// The net amount taxed at it.
    net: Amount,
    /// The VAT: the net times the rate, rounded half to even.
    vat: Amount,
    /// What is charged beyond both where no net and its VAT add up to the gross: 0, or one minor unit.
    rounding: Amount,
    /// Net, VAT and rounding together.
    gross: Amount,
    /// The currency of the amounts.
    currency: CurrencyCode,
}

impl From<&VatSum> for VatSumBody {
    fn from(sum: &VatSum) -> Self {
        Self {
            rate: sum.rate.to_string().into(),
            net: sum.net().decimal().into(),
            vat: sum.vat.decimal().into(),
            rounding: sum.rounding.decimal().into(),
            gross: sum.gross.decimal().into(),
            currency: sum.gross.currency.code().into(),
        }
    }
}

/// When a delivery arrives: working days, Monday to Friday, in the shop's time zone.
#[derive(Object)]
#[oai(rename = "Delivery")]
pub(super) struct DeliveryBody {
    /// The first day on which it may arrive.
    earliest: Date,
    /// The last day.
    latest: Date,
}

impl From<DeliveryEstimate> for DeliveryBody {
    fn from(estimate: DeliveryEstimate) -> Self {
        Self { earliest: estimate.earliest.to_string().into(), latest: estimate.latest.to_string().into() }
    }
}

/// A delivery method for what is in a cart.
#[derive(Object)]
#[oai(rename = "ShippingOffer")]
pub(super) struct ShippingOfferBody {
    /// Its id: send it as the `shipping` of an order.
    method: SlugText,
    /// Its name for people.
    name: Text,
    /// Its price for this cart, VAT included.
    price: Amount,
    /// The order total with this method: send it as `expected_total`.
    total: Amount,
    /// The VAT included in the total, the highest rate first.
    vat: Vec<VatSumBody>,
    /// The currency of the amounts.
    currency: CurrencyCode,
    /// When it arrives if it is ordered now.
    delivery: DeliveryBody,
    /// Whether the customer picks it up.
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

/// How an order is delivered.
#[derive(Object)]
#[oai(rename = "OrderShipping")]
pub(super) struct OrderShippingBody {
    /// The delivery method's id.
    method: SlugText,
    /// Its name when the order was placed.
    name: Text,
    /// Its price, VAT included.
    price: Amount,
    /// Its VAT rate in percent.
    vat_rate: Percent,
    /// The VAT included in its price.
    vat: Amount,
    /// The currency of the amounts.
    currency: CurrencyCode,
    /// Whether the customer picks it up.
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

/// A discount on an order.
#[derive(Object)]
#[oai(rename = "Discount")]
pub(super) struct DiscountBody {
    /// Its code.
    pub(super) code: Text,
    /// What it took off all lines together.
    pub(super) amount: Amount,
    /// The amount's currency.
    pub(super) currency: CurrencyCode,
}
