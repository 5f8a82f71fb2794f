//! What a cart, a way of shipping or an order comes to, row by row, as every page and document shows it.

use kit_core::Money;
use kit_web::Words;
use shop_core::{CartView, Order, ShippingOffer, VatSum};

use super::told;

/// The sums below the lines. Rows that say nothing (no discount) are left out.
pub(super) struct Sums {
    /// What it is, and how much.
    pub(super) rows: Vec<(String, String)>,
    /// What is paid, VAT included.
    pub(super) total: String,
    /// The VAT contained in that, by rate: which, and how much.
    pub(super) vat: Vec<(String, String)>,
}

impl Sums {
    /// Of a cart that is sent this way.
    pub(super) fn of_offer(t: Words<'_>, cart: &CartView, offer: &ShippingOffer) -> Self {
        let discount = cart.code.as_ref().and_then(|code| Some((code.code.to_string(), code.outcome.ok()?)));
        let way = told::way(t, &offer.method.name);
        Self::of(t, cart.goods, discount, (way, offer.price), offer.total, &offer.vat)
    }

    /// Of an order.
    pub(super) fn of_order(t: Words<'_>, order: &Order) -> Self {
        let discount = order.discount.as_ref().map(|discount| (discount.code.to_string(), discount.amount));
        let way = told::way(t, &order.shipping.name);
        Self::of(t, order.goods(), discount, (way, order.shipping.price), order.total, &order.vat())
    }

    /// Of what was found out already.
    pub(super) fn of(
        t: Words<'_>,
        goods: Money,
        discount: Option<(String, Money)>,
        (way, shipping): (String, Money),
        total: Money,
        vat: &[VatSum],
    ) -> Self {
        let mut rows = vec![(t.say("cart-goods").to_string(), t.money(goods))];
        if let Some((code, amount)) = discount.filter(|(_, amount)| amount.minor > 0) {
            let less = Money::new(-amount.minor, amount.currency);
            rows.push((format!("{} {code}", t.say("cart-discount")), t.money(less)));
        }
        let price = if shipping.minor == 0 { t.say("sums-free").to_string() } else { t.money(shipping) };
        rows.push((format!("{}: {way}", t.say("cart-shipping")), price));
        let of_rate = |sum: &VatSum| {
            let rate = t.decimal(&sum.rate.to_string());
            (t.say("sums-vat").with("rate", rate).to_string(), t.money(sum.vat))
        };
        Self { rows, total: t.money(total), vat: vat.iter().map(of_rate).collect() }
    }
}
