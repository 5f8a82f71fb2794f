//! Orders: placing them, paying them, looking at them, cancelling them.

use kit_core::Token;
use kit_web::idempotency::Key;
use kit_web::{ClientIp, SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{Object, OpenApi};
use shop_core::rules::order;
use shop_core::{Attempt, AttemptState, Checkout, Contact, OrderLine, OrderStatus, OrderView, Payment, PlacedOrder};

use super::Tag;
use super::fields;
use super::replies::{Created, Placed, replay};
use super::sums::{DeliveryBody, DiscountBody, OrderShippingBody, VatSumBody};
use crate::lanes::Lanes;
use crate::pages::told;
use crate::problem::{self, ApiError};

/// An order for everything in a cart, paid at once.
#[derive(Object)]
#[oai(rename = "NewOrder", deny_unknown_fields)]
struct NewOrderBody {
    /// The cart's id.
    cart: Text,
    /// Who receives the parcel: at most 100 characters.
    name: Text,
    /// Where the confirmation goes.
    email: Text,
    /// Street and house number: at most 200 characters.
    street: Text,
    /// Postal code: at most 16 characters.
    postal_code: Text,
    /// Town: at most 100 characters.
    city: Text,
    /// Country: at most 60 characters; the shop's own where it is absent.
    country: Option<Text>,
    /// How it is sent: the `method` of one of the cart's `shipping`; the first where it is absent.
    shipping: Option<Text>,
    /// What the customer wants to say: plain text, also of several lines, at most 500 characters.
    note: Option<Text>,
    /// The language in which the customer is written to: `en`, the default, or `de`.
    language: Option<Text>,
    /// The payer's account number: 12 digits.
    account_number: Text,
    /// The account's PIN: 6 to 12 digits.
    #[oai(write_only)]
    pin: SecretText,
    /// The total as the customer saw it: the cart's, or that of the way of shipping that was chosen. Where it is another
    /// one by now, nothing is ordered.
    expected_total: Text,
    /// The currency of that total.
    currency: Text,
}

/// A further payment of an order that is not paid yet.
#[derive(Object)]
#[oai(rename = "NewOrderPayment", deny_unknown_fields)]
struct NewOrderPaymentBody {
    /// The payer's account number: 12 digits.
    account_number: Text,
    /// The account's PIN: 6 to 12 digits.
    #[oai(write_only)]
    pin: SecretText,
}

/// One line of an order, as it was bought.
#[derive(Object)]
#[oai(rename = "OrderLine")]
pub(super) struct OrderLineBody {
    /// Which product.
    sku: Text,
    /// Its name then.
    name: Text,
    /// How many units.
    quantity: u32,
    /// The price of one unit then, VAT included.
    unit_price: Text,
    /// What the line costs, before the discount.
    total: Text,
    /// Its share of the discount.
    discount: Text,
    /// The rate of its VAT in percent.
    vat_rate: Text,
    /// The VAT contained in what is left of it after the discount.
    vat: Text,
    /// The currency of the amounts.
    currency: Text,
}

impl From<&OrderLine> for OrderLineBody {
    fn from(line: &OrderLine) -> Self {
        Self {
            sku: line.sku.as_str().into(),
            name: line.name.as_str().into(),
            quantity: line.quantity.get(),
            unit_price: line.unit_price.decimal().into(),
            total: line.total.decimal().into(),
            discount: line.discount.decimal().into(),
            vat_rate: line.vat_rate.to_string().into(),
            vat: line.vat.decimal().into(),
            currency: line.total.currency.code().into(),
        }
    }
}

/// Who an order goes to.
#[derive(Object)]
#[oai(rename = "Contact")]
pub(super) struct ContactBody {
    /// Who receives the parcel.
    name: Text,
    /// Where the confirmation goes.
    email: Text,
    /// Street and house number.
    street: Text,
    /// Postal code.
    postal_code: Text,
    /// Town.
    city: Text,
    /// Country.
    country: Text,
}

impl From<&Contact> for ContactBody {
    fn from(contact: &Contact) -> Self {
        Self {
            name: contact.name.as_str().into(),
            email: contact.email.as_str().into(),
            street: contact.street.as_str().into(),
            postal_code: contact.postal_code.as_str().into(),
            city: contact.city.as_str().into(),
            country: contact.country.as_str().into(),
        }
    }
}

/// One try at paying an order.
#[derive(Object)]
#[oai(rename = "OrderPayment")]
struct OrderPaymentBody {
    /// `started`, `refused`, `unknown`, `awaiting-approval`, `succeeded` or `failed`.
    state: Text,
    /// The last four digits of the payer's account.
    account_tail: Text,
    /// How much.
    amount: Text,
    /// The currency.
    currency: Text,
    /// When it began.
    started_at: Text,
    /// Why it failed: a slug. In every case nothing was charged.
    #[oai(skip_serializing_if_is_none)]
    code: Option<Text>,
    /// What the payer can do: `retry-with-new-pin`, `retry-later`, `use-hosted-approval` or `do-not-retry`.
    #[oai(skip_serializing_if_is_none)]
    advice: Option<Text>,
}

impl From<&Attempt> for OrderPaymentBody {
    fn from(attempt: &Attempt) -> Self {
        let state = match attempt.state {
            AttemptState::Started => "started",
            AttemptState::Refused => "refused",
            AttemptState::Unknown => "unknown",
            AttemptState::AwaitingApproval => "awaiting-approval",
            AttemptState::Succeeded => "succeeded",
            AttemptState::Failed => "failed",
        };
        // Before that it is only how the bank refused the call, and a copy of it may still be taken.
        let failure = attempt.failure.as_ref().filter(|_| attempt.state == AttemptState::Failed);
        Self {
            state: state.into(),
            account_tail: attempt.account_tail.as_str().into(),
            amount: attempt.amount.decimal().into(),
            currency: attempt.amount.currency.code().into(),
            started_at: attempt.started_at.rfc3339().into(),
            code: failure.map(|failure| told::failure_code(Some(failure)).into()),
            advice: failure.map(|failure| told::advice_code(Some(failure)).into()),
        }
    }
}

/// One entry of an order's history.
#[derive(Object)]
#[oai(rename = "OrderEvent")]
struct OrderEventBody {
    /// When.
    at: Text,
    /// What happened: `placed`, `payment-started`, `payment-unknown`, `approval-requested`, `paid`, `payment-failed`,
    /// `not-paid`, `shipped`, `refund-started`, `refund-refused`, `refunded` or `cancelled`.
    code: Text,
}

/// An order.
#[derive(Object)]
#[oai(rename = "Order")]
struct OrderBody {
    /// Opens the order, also as a page at `/orders/{token}`: keep it secret.
    token: Text,
    /// Its name for people.
    number: Text,
    /// `awaiting-payment`, `checking`, `awaiting-approval`, `paid`, `shipped`, `refunding`, `refund-delayed`, `cancelled`
    /// or `not-paid`.
    status: Text,
    /// The status in words for the customer.
    message: Text,
    /// What was bought.
    lines: Vec<OrderLineBody>,
    /// What all lines cost, before the discount.
    goods: Text,
    /// The discount, where there is one.
    #[oai(skip_serializing_if_is_none)]
    discount: Option<DiscountBody>,
    /// How it is sent.
    shipping: OrderShippingBody,
    /// What is paid: goods less discount, and shipping; VAT included.
    total: Text,
    /// The VAT contained in that, the highest rate first.
    vat: Vec<VatSumBody>,
    /// The currency of the amounts.
    currency: Text,
    /// When it was promised to arrive.
    delivery: DeliveryBody,
    /// What the customer wrote beside it; empty for nothing.
    note: Text,
    /// The language in which it was ordered: `en` or `de`.
    language: Text,
    /// Who it goes to.
    contact: ContactBody,
    /// All tries at paying it, oldest first.
    payments: Vec<OrderPaymentBody>,
    /// Until when the goods are kept for it while it is not paid.
    #[oai(skip_serializing_if_is_none)]
    reserved_until: Option<Text>,
    /// Where the customer confirms the payment, while it waits for that.
    #[oai(skip_serializing_if_is_none)]
    approval_url: Option<Text>,
    /// Whether it has an invoice: since it was paid.
    has_invoice: bool,
    /// Whether it has a credit note: since its money was given back.
    has_credit_note: bool,
    /// What happened to it, oldest first.
    events: Vec<OrderEventBody>,
    /// Whether it may be paid again now.
    may_pay: bool,
    /// Whether it may be cancelled now.
    may_cancel: bool,
    /// When it was placed.
    placed_at: Text,
    /// When it last changed.
    changed_at: Text,
}

impl OrderBody {
    fn new(token: &Token, view: &OrderView) -> Self {
        let order = &view.order;
        let (reserved_until, approval_url) = match &view.status {
            OrderStatus::AwaitingPayment { reserved_until } => (Some(reserved_until.rfc3339().into()), None),
            OrderStatus::AwaitingApproval { url, .. } => (None, Some(url.as_str().into())),
            _ => (None, None),
        };
        Self {
            token: token.reveal().into(),
            number: order.number.to_string().into(),
            status: view.status.code().into(),
            message: view.status.to_string().into(),
            lines: order.lines.iter().map(OrderLineBody::from).collect(),
            goods: order.goods().decimal().into(),
            discount: order.discount.as_ref().map(|discount| DiscountBody {
                code: discount.code.as_str().into(),
                amount: discount.amount.decimal().into(),
                currency: discount.amount.currency.code().into(),
            }),
            shipping: (&order.shipping).into(),
            total: order.total.decimal().into(),
            vat: order.vat().iter().map(VatSumBody::from).collect(),
            currency: order.total.currency.code().into(),
            delivery: order.delivery().into(),
            note: order.note.as_str().into(),
            language: order.language.code().into(),
            contact: (&order.contact).into(),
            payments: view.attempts.iter().map(OrderPaymentBody::from).collect(),
            reserved_until,
            approval_url,
            has_invoice: order.invoice.is_some(),
            has_credit_note: order.credit_note.is_some(),
            events: view
                .events
                .iter()
                .map(|event| OrderEventBody { at: event.at.rfc3339().into(), code: event.kind.code().into() })
                .collect(),
            may_pay: view.may_pay_again(),
            may_cancel: view.may_cancel(),
            placed_at: order.placed_at.rfc3339().into(),
            changed_at: order.changed_at.rfc3339().into(),
        }
    }
}

/// What a customer still knows of an order.
#[derive(Object)]
#[oai(rename = "OrderSearch", deny_unknown_fields)]
struct OrderSearchBody {
    /// Its number, with or without the hyphen.
    number: Text,
    /// The e-mail address that it was placed with.
    email: Text,
}

/// An order that was found.
#[derive(Object)]
#[oai(rename = "FoundOrder")]
struct FoundOrderBody {
    /// A further token that opens the order: keep it secret.
    token: Text,
    /// Until when it does.
    expires_at: Text,
}

/// What to answer to a call that was to pay an order.
fn answer(placed: &PlacedOrder) -> Result<Placed<OrderBody>, ApiError> {
    let PlacedOrder { order: view, replayed, .. } = placed;
    let replayed = *replayed;
    let order = OrderBody::new(&placed.token, view);
    if let Some(problem) = problem::of_unpaid(view, order.to_json().unwrap_or_default(), replayed) {
        return Err(problem.into());
    }
    Ok(match view.status {
        OrderStatus::Checking | OrderStatus::AwaitingApproval { .. } => Placed::Open(Json(order), replay(replayed)),
        _ => Placed::Paid(Json(order), replay(replayed)),
    })
}

pub(crate) struct Orders;

#[OpenApi(tag = "Tag::Orders")]
impl Orders {
    /// Place an order
    ///
    /// Orders everything in the cart and pays it. 201 where it is paid; 202 where nobody knows yet whether the bank
    /// took the money; 402 where the order stands and nothing was charged: its `order` can be paid again with
    /// `payOrderAgain`. Repeating the call under its key leads to the same order.
    #[oai(path = "/orders", method = "post", operation_id = "placeOrder")]
    async fn place_order(
        &self,
        Data(lanes): Data<&Lanes>,
        visitor: ClientIp,
        /// A name of your own for this order: the cart is ordered and paid at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<NewOrderBody>,
    ) -> Result<Placed<OrderBody>, ApiError> {
        let StrictJson(body) = body;
        let cart = fields::cart(&body.cart)?;
        let ours = lanes.shop().config().currency;
        let form = Checkout {
            expected_total: fields::expected_total(&body.expected_total, &body.currency, ours)?,
            name: body.name.into_inner(),
            street: body.street.into_inner(),
            postal_code: body.postal_code.into_inner(),
            city: body.city.into_inner(),
            country: body.country.map(Text::into_inner).unwrap_or_default(),
            email: body.email.into_inner(),
            shipping: fields::shipping(body.shipping.as_deref())?,
            note: body.note.map(Text::into_inner).unwrap_or_default(),
            language: fields::language(body.language.as_deref())?,
            payment: Payment { account: body.account_number.into_inner(), pin: body.pin.to_core(), key: key.0 },
        };
        let key = form.payment.key.clone();
        let placed = lanes.pay(visitor, order::token(&cart, &key), key, move |shop| shop.checkout(&cart, &form));
        answer(&placed.await?)
    }

    /// One order
    ///
    /// Look again where its status is `checking`: it becomes final by itself.
    #[oai(path = "/orders/:token", method = "get", operation_id = "getOrder")]
    async fn get_order(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The order's token.
        token: Path<Text>,
    ) -> Result<Json<OrderBody>, ApiError> {
        let token = fields::order(&token.0)?;
        let asked = token.clone();
        let view = lanes.browse(move |shop| shop.order(&asked)).await?;
        Ok(Json(OrderBody::new(&token, &view)))
    }

    /// Pay an order again
    ///
    /// For an order whose last payment failed, under a new key. Answers as `placeOrder` does.
    #[oai(path = "/orders/:token/payments", method = "post", operation_id = "payOrderAgain")]
    async fn pay_order_again(
        &self,
        Data(lanes): Data<&Lanes>,
        visitor: ClientIp,
        /// The order's token.
        token: Path<Text>,
        /// A name of your own for this payment: it is made at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<NewOrderPaymentBody>,
    ) -> Result<Placed<OrderBody>, ApiError> {
        let StrictJson(body) = body;
        let token = fields::order(&token.0)?;
        let payment = Payment { account: body.account_number.into_inner(), pin: body.pin.to_core(), key: key.0 };
        let key = payment.key.clone();
        let placed = lanes.pay(visitor, token.clone(), key, move |shop| shop.pay_again(&token, &payment));
        answer(&placed.await?)
    }

    /// Cancel an order
    ///
    /// Possible until it is shipped. A paid order is given back first: its status is `refunding` until the bank has
    /// done so, or `refund-delayed` where the bank refused and the shop's operator has to act. Cancelling twice is no error.
    #[oai(path = "/orders/:token/cancel", method = "post", operation_id = "cancelOrder")]
    async fn cancel_order(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The order's token.
        token: Path<Text>,
    ) -> Result<Json<OrderBody>, ApiError> {
        let token = fields::order(&token.0)?;
        let asked = token.clone();
        let view = lanes.checkout(move |shop| shop.cancel(&asked)).await?;
        Ok(Json(OrderBody::new(&token, &view)))
    }

    /// Find an order
    ///
    /// By its number and the e-mail address that it was placed with, for customers who lost the link: they are given a
    /// token that opens it for 30 days. An unknown number and another address are answered alike, and counted against
    /// whoever tries them.
    #[oai(path = "/orders/find", method = "post", operation_id = "findOrder")]
    async fn find_order(
        &self,
        Data(lanes): Data<&Lanes>,
        visitor: ClientIp,
        body: StrictJson<OrderSearchBody>,
    ) -> Result<Created<FoundOrderBody>, ApiError> {
        let OrderSearchBody { number, email } = body.0;
        let number = fields::order_number(&number)?;
        let found = lanes.guess(visitor, move |shop| shop.find_order(number, &email)).await?;
        let (token, expires_at) = (found.token.reveal().into(), found.expires_at.rfc3339().into());
        Ok(Created::Created(Json(FoundOrderBody { token, expires_at })))
    }
}
