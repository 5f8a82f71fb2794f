//! Customers of the shop: they order, send the form twice, pay again, look, cancel; and the operator, who ships.

use std::collections::BTreeSet;

use kit_core::{AccountNumber, IdempotencyKey, Pin, SecretText, Token};

use super::setup::{eur, key, pin, token};
use super::sides::Side;
use super::told::{Calls, Slot};
use super::world::{Work, World};
use crate::rules::order;
use crate::{Checkout, DiscountCode, Error, OrderView, Payment, Quantity, Shop, Sku, Slug};

/// One order that a customer wants.
pub(super) struct Purchase {
    person: usize,
    cart: Token,
    pub(super) token: Token,
    key: IdempotencyKey,
    lines: Vec<(Sku, i64)>,
    /// The discount code that the customer wants it with, and the way of shipping.
    pub(super) code: Option<DiscountCode>,
    pub(super) shipping: Slug,
    /// The total that the customer agreed to, in minor units.
    pub(super) agreed: i64,
    /// Whoever was named as payer in any of its forms.
    pub(super) payers: BTreeSet<AccountNumber>,
    pub(super) calls: Calls,
    /// Whether the customer was told that the order stands.
    pub(super) placed: bool,
    /// The last form that paid it again.
    again: Option<(IdempotencyKey, usize)>,
    /// What the customer saw last, and may not turn into its opposite.
    pub(super) seen: Option<&'static str>,
}

/// What a call at the shop came to, in short.
pub(super) type Seen = Result<&'static str, Error>;

fn status(view: &OrderView) -> &'static str {
    view.status.code()
}

impl World {
    pub(super) fn customer_acts(&mut self) {
        if self.purchases.is_empty() || self.dice.permille(400) {
            let at = self.new_purchase();
            return self.order(at);
        }
        let at = self.dice.index(self.purchases.len());
        if self.dice.permille(self.profile.impatient) {
            return self.order(at);
        }
        match self.dice.below(10) {
            0..=2 => self.pay_again(at),
            3..=5 => self.at_the_shop(at, "cancels", |shop, token| shop.cancel(token)),
            6 => self.at_the_shop(at, "is shipped", |shop, token| shop.ship(shop.order(token)?.order.number)),
            7 => self.at_the_shop(at, "is cancelled by the operator", |shop, token| {
                shop.cancel_by_number(shop.order(token)?.order.number)
            }),
            _ => self.at_the_shop(at, "looks", |shop, token| shop.order(token)),
        }
    }

    fn new_purchase(&mut self) -> usize {
        let person = self.dice.index(self.setting.people.len());
        let (cart, key) = (token(&mut self.dice), key(&mut self.dice));
        let mut lines = Vec::new();
        let mut goods = 0;
        let from = self.dice.index(self.setting.goods.len());
        for good in self.setting.goods.iter().cycle().skip(from).take(self.setting.goods.len()) {
            if lines.is_empty() || self.dice.permille(300) {
                let count = 1 + i64::try_from(self.dice.below(2)).unwrap_or(0);
                goods += good.price * count;
                lines.push((good.sku.clone(), count));
            }
        }
        let wanted = self.dice.permille(400).then(|| self.dice.index(self.setting.codes.len()));
        let code = wanted.map(|at| &self.setting.codes[at]);
        let taken_off = code.map_or(0, |code| code.takes_off(goods));
        let code = code.map(|code| code.code.clone());
        let (shipping, price, free_from) =
            *self.dice.pick(&self.setting.shipping).unwrap_or(&("standard", 490, 10_000));
        let shipping = Slug::parse(shipping).expect("a slug");
        let mut agreed = goods - taken_off + if goods >= free_from { 0 } else { price };
        // Some customers saw an older price.
        if self.dice.permille(50) {
            agreed -= 1;
        }
        let token = order::token(&cart, &key);
        let (payers, calls) = (BTreeSet::new(), Calls::default());
        self.purchases.push(Purchase {
            person,
            cart,
            token,
            key,
            lines,
            code,
            shipping,
            agreed,
            payers,
            calls,
            placed: false,
            again: None,
            seen: None,
        });
        self.purchases.len() - 1
    }

    /// Sends the checkout form, for the first time or once more.
    fn order(&mut self, at: usize) {
        let Some(life) = &self.shop else { return };
        let shop = life.shop.clone();
        let person = self.purchases[at].person;
        let payment = self.payment(person, self.purchases[at].key.clone());
        let purchase = &mut self.purchases[at];
        purchase.payers.insert(self.setting.people[person].account);
        purchase.calls.sent += 1;
        let (cart, lines, code) = (purchase.cart.clone(), purchase.lines.clone(), purchase.code.clone());
        // Whoever does not know of an order fills the cart once more.
        let fills = !purchase.placed;
        let form = Checkout {
            name: "Ada Lovelace".to_owned(),
            street: "12 St James's Square".to_owned(),
            postal_code: "SW1Y 4JH".to_owned(),
            city: "London".to_owned(),
            country: "United Kingdom".to_owned(),
            company: String::new(),
            address_line_2: String::new(),
            vat_number: String::new(),
            phone: String::new(),
            email: self.setting.people[person].email.clone(),
            shipping: Some(purchase.shipping.clone()),
            note: String::new(),
            language: kit_core::Language::English,
            payment,
            expected_total: eur(purchase.agreed),
        };
        let slot = Slot::new();
        let other_end = slot.other_end();
        self.spawn(Side::Shop, format!("order {at}"), Work::Order { at, slot }, move || {
            other_end.put(
                fill(&shop, &cart, if fills { &lines } else { &[] }, code.as_ref().filter(|_| fills))
                    .and_then(|()| shop.checkout(&cart, &form).map(|placed| status(&placed.order))),
            );
        });
    }

    fn pay_again(&mut self, at: usize) {
        let Some(life) = &self.shop else { return };
        let shop = life.shop.clone();
        let fresh = (key(&mut self.dice), self.dice.index(self.setting.people.len()));
        let (key, person) = match self.purchases[at].again.clone() {
            Some(before) if self.dice.permille(self.profile.impatient) => before,
            _ => fresh,
        };
        let payment = self.payment(person, key.clone());
        let purchase = &mut self.purchases[at];
        purchase.again = Some((key, person));
        purchase.payers.insert(self.setting.people[person].account);
        let token = purchase.token.clone();
        let slot = Slot::new();
        let other_end = slot.other_end();
        self.spawn(Side::Shop, format!("order {at} is paid again"), Work::Look { at, slot }, move || {
            other_end.put(shop.pay_again(&token, &payment).map(|placed| status(&placed.order)));
        });
    }

    fn at_the_shop(
        &mut self,
        at: usize,
        what: &str,
        ask: impl FnOnce(&Shop, &Token) -> Result<OrderView, Error> + Send + 'static,
    ) {
        let Some(life) = &self.shop else { return };
        let (shop, token) = (life.shop.clone(), self.purchases[at].token.clone());
        let slot = Slot::new();
        let other_end = slot.other_end();
        self.spawn(Side::Shop, format!("order {at} {what}"), Work::Look { at, slot }, move || {
            other_end.put(ask(&shop, &token).map(|view| status(&view)));
        });
    }

    fn payment(&mut self, person: usize, key: IdempotencyKey) -> Payment {
        let wrong: Option<Pin> = self.dice.permille(self.profile.wrong_pin).then(|| pin(&mut self.dice));
        let person = &self.setting.people[person];
        let pin = wrong.as_ref().unwrap_or(&person.pin);
        Payment { account: person.account.to_string(), pin: SecretText::new(pin.expose().to_owned()), key }
    }

    pub(super) fn heard_of_order(&mut self, at: usize, heard: Option<Seen>) -> Result<(), String> {
        match &heard {
            None | Some(Err(Error::CommitUnknown(_))) => {}
            Some(Err(_)) => self.purchases[at].calls.told_nothing += 1,
            Some(Ok(_)) => self.purchases[at].placed = true,
        }
        self.heard_of_status(at, heard)
    }

    /// An order that was seen to have ended is never seen otherwise.
    pub(super) fn heard_of_status(&mut self, at: usize, heard: Option<Seen>) -> Result<(), String> {
        self.never_unknown_by_itself(Side::Shop, matches!(heard, Some(Err(Error::CommitUnknown(_)))))?;
        let Some(Ok(now)) = heard else { return Ok(()) };
        let purchase = &mut self.purchases[at];
        let ended = |status: &str| matches!(status, "cancelled" | "not-paid");
        // Answers may overtake each other; but an end seen once is contradicted by nothing that began later, and what
        // began earlier is compared with the facts after every step.
        if let Some(before) = purchase.seen.filter(|before| ended(before) && ended(now))
            && before != now
        {
            return Err(format!("order {at} was seen {before} and then {now}"));
        }
        if !purchase.seen.is_some_and(ended) {
            purchase.seen = Some(now);
        }
        Ok(())
    }

    pub(super) fn sweep(&mut self) {
        let Some(life) = &self.shop else { return };
        let shop = life.shop.clone();
        self.spawn(Side::Shop, "the sweep".to_owned(), Work::Sweep, move || {
            let _ = shop.sweep();
        });
    }
}

fn fill(shop: &Shop, cart: &Token, lines: &[(Sku, i64)], code: Option<&DiscountCode>) -> Result<(), Error> {
    if let Some(code) = code {
        shop.set_code(cart, code.as_str())?;
    }
    for (sku, count) in lines {
        shop.set_line(cart, sku, Quantity::new(*count)?)?;
    }
    Ok(())
}
