//! States and requests in the words of a trace.

use kit_core::{IdempotencyKey, Uuid};
use shop_core::Attempt;

use super::bank::Request;
use super::shop::{self, ORDERS, Who};
use super::world::World;

impl World {
    /// What an attempt, a refund or their key is called in a trace: `A2` is the first order's second attempt.
    pub(crate) fn name(&self, shop: u32, key: &IdempotencyKey) -> String {
        let facts = self.shop(shop);
        for who in 0..ORDERS as Who {
            let Some(order) = facts.order(who) else { continue };
            let letter = char::from(b'A' + who);
            let form = |n| shop::stored_form_key(who, n);
            let nth = |attempt: &Attempt| (0..9).position(|n| form(n) == attempt.form_key);
            if let Some(n) = facts.attempts(order.id).find(|a| a.payment_key == *key).and_then(nth) {
                return format!("{letter}{}", n + 1);
            }
            if let Some(n) = facts.refunds(order.id).position(|r| r.key == *key) {
                return format!("refund {letter}{}", n + 1);
            }
        }
        "an unrecorded key".to_owned()
    }

    pub(crate) fn name_of(&self, shop: u32, id: Uuid) -> String {
        let facts = self.shop(shop);
        let attempt = facts.attempts.iter().find(|a| a.id.uuid() == id).map(|a| &a.payment_key);
        let refund = facts.refunds.iter().find(|r| r.id.uuid() == id).map(|r| &r.key);
        attempt.or(refund).map_or_else(|| "something unknown".to_owned(), |key| self.name(shop, key))
    }

    pub(crate) fn describe(&self, shop: u32, request: u16) -> String {
        let request = self.request(request);
        let verb = match **request {
            Request::Purchase { .. } => "purchase",
            Request::Void { .. } => "void",
            Request::LookUp { .. } => "look-up",
            Request::Refund { .. } => "",
        };
        format!("{verb} {}", self.name(shop, request.key())).trim().to_owned()
    }

    /// Both sides in a few words.
    pub(crate) fn summary(&self, shop: u32, bank: u32) -> String {
        let (facts, bank) = (self.shop(shop), self.bank(bank));
        let mut words = vec![format!("stock {}", facts.stock())];
        for who in 0..ORDERS as Who {
            let Some(order) = facts.order(who) else { continue };
            words.push(format!("order {} {}", char::from(b'A' + who), order.state.code()));
            for attempt in facts.attempts(order.id) {
                words.push(format!("{} {}", self.name(shop, &attempt.payment_key), attempt.state.code()));
            }
            for refund in facts.refunds(order.id) {
                words.push(format!("{} {}", self.name(shop, &refund.key), refund.state.code()));
            }
        }
        for payment in bank.payments() {
            let (name, state) = (self.name(shop, &payment.key), payment.state.name());
            let back = if payment.refunded > 0 { ", given back" } else { "" };
            words.push(format!("the bank's {name} {state}{back}"));
        }
        words.extend(facts.alerts.iter().map(|alert| format!("alert {}", alert.kind.code())));
        words.join("; ")
    }
}
