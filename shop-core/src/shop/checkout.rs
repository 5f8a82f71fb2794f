//! From a cart to an order: one write, the call to the bank, one write.
//!
//! 1. [`place`] checks the cart, takes the stock, records the order and its attempt, and empties the cart.
//! 2. The gateway is asked, outside any write.
//! 3. `payment::record_answer` compares and sets the attempt.
//!
//! A crash after 1 or 2 leaves an attempt with a lease. When the lease has run out, the sweep asks the bank.

use kit_core::{IdempotencyKey, Language, Money, Timestamp, Token, TokenHash};

use super::cart::{products_of, redemption};
use super::mail::{note, note_new_order};
use super::payment::Payer;
use super::post::{Command, Decided, Outcome, Terms, unexpected};
use super::{Error, OrderView, Shop, afterwards, discounts, documents, orders};
use crate::error::Refusal;
use crate::rules::attempt::{Attempt, AttemptId, AttemptState};
use crate::rules::cart::{self, Cart, CartView, Tariff};
use crate::rules::discount::{self, Discount};
use crate::rules::form::{self, Checkout, Field, Payment};
use crate::rules::invoice::DocumentKind;
use crate::rules::order::{
    self, Contact, Order, OrderDiscount, OrderId, OrderLine, OrderNumber, OrderShipping, OrderState,
};
use crate::rules::product::Slug;
use crate::rules::shipping::ShippingOffer;
use crate::rules::totals::{VatRate, VatShare};
use crate::store::{Event, EventKind, ReadTx, Result as StoreResult, WriteTx};

/// An order that a checkout placed, now or when the same form was sent before.
pub struct PlacedOrder {
    /// Opens the order's page: for the link that the customer is sent to. The shop keeps only its hash.
    pub token: Token,
    /// The order as it stands. Its status tells whether it is paid.
    pub order: OrderView,
    /// The attempt that was made under the form's key, as it stands. Another one may have paid the order since. `None`
    /// for an order of nothing, which is paid when it is placed.
    pub attempt: Option<Attempt>,
    /// Whether the same form was sent before, so that nothing was done now. Decided together with the rest, inside the
    /// write: of two equal forms sent at once exactly one is the first.
    pub replayed: bool,
}

/// A checkout, with everything that is drawn before the write.
pub(super) struct PlaceOrder {
    cart: TokenHash,
    order: OrderId,
    /// The first that is free is taken. With a million orders one draw in a million is taken already, so four in a
    /// row are not seen in a lifetime.
    numbers: [OrderNumber; 4],
    token: TokenHash,
    contact: Contact,
    shipping: Option<Slug>,
    note: String,
    language: Language,
    expected_total: Money,
    attempt: NewAttempt,
}

/// Paying an existing order once more.
pub(super) struct StartAttempt {
    token: TokenHash,
    attempt: NewAttempt,
}

struct NewAttempt {
    id: AttemptId,
    /// As the store keeps it: see [`order::form_key`].
    form_key: IdempotencyKey,
    payment_key: IdempotencyKey,
    account_tail: String,
}

impl Shop {
    /// Places an order for everything in the cart and pays it with account number and PIN.
    ///
    /// Sending the same form again, at once or later, gives the same order and pays nothing twice. A form whose
    /// payment was declined has done its work: the order's page offers [`Shop::pay_again`] with a new key. A key counts
    /// for its cart only: other customers may choose the same one.
    ///
    /// # Errors
    /// [`Refusal::FieldsInvalid`], [`Refusal::KeyReused`], [`Refusal::CartEmpty`], [`Refusal::OutOfStock`],
    /// [`Refusal::PriceChanged`], [`Refusal::AmountInvalid`], or the store's failure. A decline is no error: the order
    /// is placed, and its view tells.
    pub fn checkout(&self, cart: &Token, form: &Checkout) -> Result<PlacedOrder, Error> {
        let checked =
            form::check(form, &self.inner.config.destinations).map_err(|fields| Refusal::FieldsInvalid { fields })?;
        let token = order::token(cart, &form.payment.key);
        let env = &self.inner.env;
        let command = Command::PlaceOrder(Box::new(PlaceOrder {
            cart: cart.hash(),
            order: OrderId::from_uuid(env.uuid()),
            numbers: std::array::from_fn(|_| OrderNumber::from_random(env.random())),
            token: token.hash(),
            contact: checked.contact,
            shipping: form.shipping.clone(),
            note: checked.note,
            language: form.language,
            expected_total: form.expected_total,
            attempt: self.new_attempt(token.hash(), &form.payment.key, checked.payment.as_ref()),
        }));
        self.submit_and_pay(command, checked.payment.as_ref(), token)
    }

    /// Pays an order whose last attempt failed, under a new key. The key counts for this order only.
    ///
    /// # Errors
    /// [`Refusal::FieldsInvalid`], [`Refusal::OrderNotFound`], [`Refusal::KeyReused`],
    /// [`Refusal::PaymentInProgress`], [`Refusal::NotPayable`], or the store's failure.
    pub fn pay_again(&self, order: &Token, form: &Payment) -> Result<PlacedOrder, Error> {
        let checked = form::check_payment(form).map_err(|fields| Refusal::FieldsInvalid { fields })?;
        let own = self.own_token(order)?.ok_or(Refusal::OrderNotFound)?;
        let attempt = self.new_attempt(own, &form.key, Some(&checked));
        let command = Command::StartAttempt(Box::new(StartAttempt { token: own, attempt }));
        self.submit_and_pay(command, Some(&checked), order.clone())
    }

    /// Whether this order was paid, or tried to be, under this key. For a checkout the order's token is
    /// [`order::token`]. Once true it stays true, and sending the form again asks no bank.
    ///
    /// # Errors
    /// The store's failure.
    pub fn was_sent(&self, order: &Token, key: &IdempotencyKey) -> Result<bool, Error> {
        // Of an order that is not there yet it will be the own one.
        let own = self.own_token(order)?.unwrap_or_else(|| order.hash());
        let form_key = order::form_key(&own, key);
        // An order of nothing has no attempt; its own token is made of the key that placed it.
        let free = |order: Order| order.is_free();
        self.view(|tx| Ok(tx.attempt_by_form_key(&form_key)?.is_some() || tx.order_by_token(&own)?.is_some_and(free)))
    }

    /// The hash of the token under which an order was placed, whichever of its tokens is at hand: so a form counts once,
    /// however its customer came to it.
    fn own_token(&self, token: &Token) -> Result<Option<TokenHash>, Error> {
        let hash = token.hash();
        self.view(|tx| Ok(orders::opened_by(tx, &hash, self.now(tx)?)?.map(|order| order.token)))
    }

    /// `order` is the hash of the order's own token.
    fn new_attempt(
        &self,
        order: TokenHash,
        key: &IdempotencyKey,
        payment: Option<&form::CheckedPayment>,
    ) -> NewAttempt {
        NewAttempt {
            id: AttemptId::from_uuid(self.inner.env.uuid()),
            form_key: order::form_key(&order, key),
            payment_key: IdempotencyKey::from_uuid(self.inner.env.uuid()),
            account_tail: payment.map(|payment| payment.account.tail().digits()).unwrap_or_default(),
        }
    }

    fn submit_and_pay(
        &self,
        command: Command,
        payment: Option<&form::CheckedPayment>,
        token: Token,
    ) -> Result<PlacedOrder, Error> {
        let form_key = match &command {
            Command::PlaceOrder(new) => new.attempt.form_key.clone(),
            Command::StartAttempt(new) => new.attempt.form_key.clone(),
            _ => return Err(unexpected()),
        };
        let (replayed, started) = match self.submit(command)? {
            Outcome::Attempt(started) => (started.is_none(), started),
            Outcome::Free => (false, None),
            _ => return Err(unexpected()),
        };
        if let (Some(attempt), Some(payment)) = (started, payment) {
            kit_core::fail_point!("checkout.order-recorded");
            self.pay(&attempt, Payer { account: payment.account, pin: &payment.pin });
            kit_core::fail_point!("checkout.answer-recorded");
        }
        let order = afterwards(self.order(&token))?;
        let attempt = order.attempts.iter().find(|attempt| attempt.form_key == form_key).cloned();
        if attempt.is_none() && !order.order.is_free() {
            return Err(unexpected());
        }
        Ok(PlacedOrder { token, attempt, order, replayed })
    }
}

/// Decides and records a checkout: key → cart → stock → way of shipping → total.
pub(super) fn place(tx: &mut dyn WriteTx, now: Timestamp, terms: &Terms, new: &PlaceOrder) -> Decided {
    if let Some(earlier) = tx.attempt_by_form_key(&new.attempt.form_key)? {
        let Some(order) = tx.order(earlier.order)? else {
            return Err(kit_core::StoreFailure::not_committed("an attempt without its order"));
        };
        return Ok(replay(&order, Some(&earlier), new));
    }
    // An order of nothing has no attempt; but its token is made of its cart and its key.
    if let Some(order) = tx.order_by_token(&new.token)? {
        return Ok(replay(&order, None, new));
    }
    let cart = tx.cart(&new.cart)?.unwrap_or_else(|| Cart::empty(new.cart, now));
    let view = match today(tx, now, terms, &cart, &new.contact)? {
        Ok(view) => view,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let offer = match cart::may_order(&view, new.shipping.as_ref(), new.expected_total) {
        Ok(offer) => offer,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(number) = first_free(tx, &new.numbers)? else {
        return Err(kit_core::StoreFailure::not_committed("no free order number was drawn"));
    };
    let order = Order {
        id: new.order,
        number,
        token: new.token,
        state: OrderState::AwaitingPayment,
        contact: new.contact.clone(),
        lines: lines(&view, offer),
        discount: discount(&view),
        shipping: shipping(offer, terms.vat_rate),
        total: offer.total,
        note: new.note.clone(),
        language: new.language,
        reserved_until: now.plus(terms.reservation),
        live_attempt: None,
        refund: None,
        invoice: None,
        credit_note: None,
        placed_at: now,
        changed_at: now,
    };
    for line in &view.lines {
        tx.set_stock(&line.product.sku, line.product.stock - line.quantity.get())?;
    }
    discounts::take_use(tx, &order)?;
    tx.put_cart(&Cart::empty(new.cart, now))?;
    tx.insert_order(&order)?;
    tx.insert_event(&Event { order: order.id, at: now, kind: EventKind::Placed })?;
    if order.is_free() {
        return pay_nothing(tx, now, terms, order);
    }
    let attempt = begin(tx, now, terms, order, &new.attempt)?;
    Ok(Ok(Outcome::Attempt(Some(Box::new(attempt)))))
}

/// An order of nothing is paid when it is placed, in the same write: no bank has anything to say about it.
fn pay_nothing(tx: &mut dyn WriteTx, now: Timestamp, terms: &Terms, order: Order) -> Decided {
    let invoice = Some(documents::issue(tx, now, DocumentKind::Invoice)?);
    note(tx, &Event { order: order.id, at: now, kind: EventKind::Paid })?;
    note_new_order(tx, terms, order.id, now)?;
    tx.update_order(&Order { state: OrderState::Paid, invoice, ..order })?;
    Ok(Ok(Outcome::Free))
}

/// The cart at today's prices, for this customer.
fn today(
    tx: &dyn ReadTx,
    now: Timestamp,
    terms: &Terms,
    cart: &Cart,
    contact: &Contact,
) -> StoreResult<Result<CartView, Refusal>> {
    let products = products_of(tx, &cart.lines)?;
    let found = cart.code.as_ref().map(|code| tx.discount(code)).transpose()?.flatten();
    let used_before = match &found {
        Some(discount) if discount.terms.once_per_email => used_by(tx, discount, &contact.email)?,
        _ => false,
    };
    let (currency, vat_rate, today) = (terms.currency, terms.vat_rate, terms.calendar.day(now));
    let tariff = Tariff { currency, vat_rate, shipping: &terms.shipping, now, today };
    let redemption = redemption(cart, found.as_ref(), used_before);
    Ok(cart::price(&cart.lines, &products, redemption, tariff).map_err(Refusal::from))
}

/// Whether an order of this e-mail address, however it is spelled, holds a use.
fn used_by(tx: &dyn ReadTx, discount: &Discount, email: &str) -> StoreResult<bool> {
    for spelling in kit_core::email::spellings(email) {
        let earlier = tx.orders_with_code(&discount.terms.code, &spelling)?;
        if earlier.iter().any(|order| discount.counts(order) && discount::holds_use(order)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Decides and records a further attempt: key → order → state.
pub(super) fn start_attempt(tx: &mut dyn WriteTx, now: Timestamp, terms: &Terms, new: &StartAttempt) -> Decided {
    let Some(order) = tx.order_by_token(&new.token)? else { return Ok(Err(Refusal::OrderNotFound)) };
    if let Some(earlier) = tx.attempt_by_form_key(&new.attempt.form_key)? {
        let same_account = earlier.account_tail == new.attempt.account_tail;
        return Ok(replayed((!same_account).then(|| Field::Account.name())));
    }
    if let Err(refusal) = order::may_pay(&order, now) {
        return Ok(Err(refusal));
    }
    let attempt = begin(tx, now, terms, order, &new.attempt)?;
    Ok(Ok(Outcome::Attempt(Some(Box::new(attempt)))))
}

/// Records an attempt before the bank is called, leased to its caller.
fn begin(tx: &mut dyn WriteTx, now: Timestamp, terms: &Terms, order: Order, new: &NewAttempt) -> StoreResult<Attempt> {
    let attempt = Attempt {
        id: new.id,
        order: order.id,
        form_key: new.form_key.clone(),
        payment_key: new.payment_key.clone(),
        amount: order.total,
        account_tail: new.account_tail.clone(),
        state: AttemptState::Started,
        claims: 0,
        due_at: Some(now.plus(terms.lease)),
        approval: None,
        payment: None,
        failure: None,
        started_at: now,
        ended_at: None,
    };
    tx.insert_attempt(&attempt)?;
    tx.insert_event(&Event { order: order.id, at: now, kind: EventKind::PaymentStarted })?;
    tx.update_order(&Order { live_attempt: Some(attempt.id), changed_at: now, ..order })?;
    Ok(attempt)
}

/// The form was sent before: the same facts lead to the same order. The PIN is not among them.
fn replay(order: &Order, earlier: Option<&Attempt>, new: &PlaceOrder) -> Result<Outcome, Refusal> {
    let (was, is) = (&order.contact, &new.contact);
    let facts = [
        (Field::Company.name(), was.company == is.company),
        (Field::Name.name(), was.name == is.name),
        (Field::Street.name(), was.street == is.street),
        (Field::AddressLine2.name(), was.address_line_2 == is.address_line_2),
        (Field::PostalCode.name(), was.postal_code == is.postal_code),
        (Field::City.name(), was.city == is.city),
        // Before the shop knew countries, it kept what was typed.
        (Field::Country.name(), was.country() == is.country()),
        (Field::VatNumber.name(), was.vat_number == is.vat_number),
        (Field::Phone.name(), was.phone == is.phone),
        (Field::Email.name(), was.email == is.email),
        (Field::Shipping.name(), new.shipping.as_ref().is_none_or(|method| *method == order.shipping.method)),
        (Field::Note.name(), order.note == new.note),
        (Field::Account.name(), earlier.is_none_or(|earlier| earlier.account_tail == new.attempt.account_tail)),
        (Field::ExpectedTotal.name(), order.total == new.expected_total),
    ];
    replayed(facts.iter().find(|(_, same)| !same).map(|(field, _)| *field))
}

fn replayed(differs: Option<&'static str>) -> Result<Outcome, Refusal> {
    match differs {
        Some(field) => Err(Refusal::KeyReused { field }),
        None => Ok(Outcome::Attempt(None)),
    }
}

fn first_free(tx: &dyn ReadTx, numbers: &[OrderNumber]) -> StoreResult<Option<OrderNumber>> {
    for number in numbers {
        if tx.order_by_number(*number)?.is_none() {
            return Ok(Some(*number));
        }
    }
    Ok(None)
}

fn lines(view: &CartView, offer: &ShippingOffer) -> Vec<OrderLine> {
    let line = |(line, share): (&cart::CartLineView, &VatShare)| OrderLine {
        sku: line.product.sku.clone(),
        name: line.product.name.clone(),
        unit_price: line.product.price,
        quantity: line.quantity,
        total: line.total,
        discount: line.discount,
        vat_rate: line.vat_rate,
        vat: share.vat,
        rounding: share.rounding,
    };
    view.lines.iter().zip(&offer.line_vat).map(line).collect()
}

fn discount(view: &CartView) -> Option<OrderDiscount> {
    let code = view.code.as_ref()?;
    code.outcome.ok().map(|amount| OrderDiscount { code: code.code.clone(), amount })
}

fn shipping(offer: &ShippingOffer, vat_rate: VatRate) -> OrderShipping {
    let method = &offer.method;
    OrderShipping {
        method: method.id.clone(),
        name: method.name.clone(),
        price: offer.price,
        vat_rate,
        vat: offer.price_vat.vat,
        rounding: offer.price_vat.rounding,
        days: method.days,
        pickup: method.pickup,
    }
}
