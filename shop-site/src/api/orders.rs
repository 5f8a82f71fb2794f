//! Orders: placing them, paying them, looking at them, cancelling them.

use kit_core::{Language, Money, Token};
use kit_web::idempotency::Key;
use kit_web::replies::{Created, replay};
use kit_web::wire::{
    AccountTail, Amount, CurrencyCode, OrderNumberText, Percent, SecretId, SentAccountDigits, SentAmount, SkuText,
    SlugText, Time, Url,
};
use kit_web::{ClientIp, Named, SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{Object, OpenApi};
use shop_core::rules::form;
use shop_core::rules::order;
use shop_core::{Attempt, AttemptState, Checkout, Contact, OrderLine, OrderStatus, OrderView, Payment, PlacedOrder};

use super::Tag;
use super::fields::{self, Fields};
use super::names::{
    AdviceNames, FailureCodeNames, LanguageNames, OrderEventNames, OrderStatusNames, PaymentStatusNames,
};
use super::replies::{Placed, created, location};
use super::sums::{DeliveryBody, DiscountBody, OrderShippingBody, VatSumBody};
use crate::lanes::Lanes;
use crate::pages::told;
use crate::problem::{self, ApiError};

/// An order for everything in a cart, paid immediately.
#[derive(Object)]
#[oai(rename = "NewOrder", deny_unknown_fields)]
struct NewOrderBody {
    /// The cart's id.
    cart: SecretId,
    /// The recipient's company: at most 100 characters.
    company: Option<Text>,
    /// The recipient's name: at most 100 characters.
    name: Text,
    /// The e-mail address for the confirmation.
    email: Text,
    /// Street and house number: at most 200 characters.
    street: Text,
    /// The building, the floor or the district: at most 200 characters.
    address_line_2: Option<Text>,
    /// Postal code, in the form of its country. An empty text where the country has none.
    postal_code: Text,
    /// Town: at most 100 characters.
    city: Text,
    /// Country: its code (ISO 3166-1 alpha-2), or its name in English or German; by default the shop's own.
    country: Option<Text>,
    /// The company's VAT identification number: 4 to 20 letters and digits. The order's VAT does not depend on it.
    vat_number: Option<Text>,
    /// A telephone number for the carrier: 5 to 20 digits.
    phone: Option<Text>,
    /// The delivery method: the `method` of one of the cart's `shipping`; by default the first.
    shipping: Option<SlugText>,
    /// A note to the shop: plain text of one or several lines, at most 500 characters.
    note: Option<Text>,
    /// The language to write to the customer in; `en` by default.
    language: Option<Named<LanguageNames>>,
    /// The payer's account number; not needed if the total is 0.
    account_number: Option<SentAccountDigits>,
    /// The account's PIN: 6 to 12 digits; not needed if the total is 0.
    #[oai(write_only)]
    pin: Option<SecretText>,
    /// The total that the customer saw: that of the cart or of the chosen delivery method. If it has changed, nothing
    /// is ordered.
    expected_total: SentAmount,
    /// The currency of that total.
    currency: CurrencyCode,
}

/// A further payment of an order that is not paid yet.
#[derive(Object)]
#[oai(rename = "NewOrderPayment", deny_unknown_fields)]
struct NewOrderPaymentBody {
    /// The payer's account number.
    account_number: SentAccountDigits,
    /// The account's PIN: 6 to 12 digits.
    #[oai(write_only)]
    pin: SecretText,
}

/// One line of an order, as it was bought.
#[derive(Object)]
#[oai(rename = "OrderLine")]
pub(super) struct OrderLineBody {
    /// The product's SKU.
    sku: SkuText,
    /// Its name when it was bought.
    name: Text,
    /// How many units.
    quantity: u32,
    /// The price of one unit when it was bought, VAT included.
    unit_price: Amount,
    /// The line's total, before the discount.
    total: Amount,
    /// Its share of the discount.
    discount: Amount,
    /// Its VAT rate in percent.
    vat_rate: Percent,
    /// The VAT included in its total after the discount.
    vat: Amount,
    /// The currency of the amounts.
    currency: CurrencyCode,
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

/// The recipient of an order.
#[derive(Object)]
#[oai(rename = "Contact", skip_serializing_if_is_none)]
pub(super) struct ContactBody {
    /// The recipient's company.
    company: Option<Text>,
    /// The recipient's name.
    name: Text,
    /// The e-mail address for the confirmation.
    email: Text,
    /// Street and house number.
    street: Text,
    /// The building, the floor or the district.
    address_line_2: Option<Text>,
    /// Postal code; empty where the country has none.
    postal_code: Text,
    /// Town.
    city: Text,
    /// The country's English name.
    country: Text,
    /// The country's code (ISO 3166-1 alpha-2). Absent for an order of an earlier version whose country is not known.
    #[oai(validator(pattern = "^[A-Z]{2}$"))]
    country_code: Option<String>,
    /// The company's VAT identification number.
    vat_number: Option<Text>,
    /// A telephone number for the carrier.
    phone: Option<Text>,
}

impl From<&Contact> for ContactBody {
    fn from(contact: &Contact) -> Self {
        let optional = |text: &str| Some(text).filter(|text| !text.is_empty()).map(Text::from);
        Self {
            company: optional(&contact.company),
            address_line_2: optional(&contact.address_line_2),
            country_code: contact.country().map(|country| country.code().to_owned()),
            vat_number: optional(&contact.vat_number),
            phone: optional(&contact.phone),
            name: contact.name.as_str().into(),
            email: contact.email.as_str().into(),
            street: contact.street.as_str().into(),
            postal_code: contact.postal_code.as_str().into(),
            city: contact.city.as_str().into(),
            country: contact.country_name(Language::English).into(),
        }
    }
}

/// An attempt to pay an order.
#[derive(Object)]
#[oai(rename = "OrderPayment", skip_serializing_if_is_none)]
struct OrderPaymentBody {
    /// The status.
    status: Named<PaymentStatusNames>,
    /// The last four digits of the payer's account.
    account_tail: AccountTail,
    /// The amount.
    amount: Amount,
    /// The currency.
    currency: CurrencyCode,
    /// When it began.
    started_at: Time,
    /// Why it failed; absent unless it did. Nothing was charged.
    code: Option<Named<FailureCodeNames>>,
    /// What the payer can do; absent unless it failed.
    advice: Option<Named<AdviceNames>>,
}

impl From<&Attempt> for OrderPaymentBody {
    fn from(attempt: &Attempt) -> Self {
        // Before that it is only how the bank refused the call, and a copy of it may still be taken.
        let failure = attempt.failure.as_ref().filter(|_| attempt.state == AttemptState::Failed);
        Self {
            status: Named::of(attempt.state),
            account_tail: attempt.account_tail.as_str().into(),
            amount: attempt.amount.decimal().into(),
            currency: attempt.amount.currency.code().into(),
            started_at: attempt.started_at.rfc3339().into(),
            code: failure.map(|failure| Named::of(told::failure_code(Some(failure)))),
            advice: failure.map(|failure| Named::of(told::advice_code(Some(failure)))),
        }
    }
}

/// One entry of an order's history.
#[derive(Object)]
#[oai(rename = "OrderEvent")]
struct OrderEventBody {
    /// When it happened.
    at: Time,
    /// What happened.
    kind: Named<OrderEventNames>,
}

/// An order.
#[derive(Object)]
#[oai(rename = "Order", skip_serializing_if_is_none)]
struct OrderBody {
    /// A secret that gives access to the order, also to its page at `/orders/{token}`.
    token: SecretId,
    /// Its number for people.
    number: OrderNumberText,
    /// The status.
    status: Named<OrderStatusNames>,
    /// The status as a sentence for the customer.
    message: Text,
    /// What was bought.
    lines: Vec<OrderLineBody>,
    /// The total of all lines, before the discount.
    goods: Amount,
    /// The discount; absent if there is none.
    discount: Option<DiscountBody>,
    /// How it is delivered.
    shipping: OrderShippingBody,
    /// The order total: goods less discount plus delivery, VAT included.
    total: Amount,
    /// The VAT included in it, the highest rate first.
    vat: Vec<VatSumBody>,
    /// The currency of the amounts.
    currency: CurrencyCode,
    /// The estimated delivery.
    delivery: DeliveryBody,
    /// The customer's note; empty if there is none.
    note: Text,
    /// The language in which it was ordered.
    language: Named<LanguageNames>,
    /// The recipient.
    contact: ContactBody,
    /// All attempts to pay it, oldest first.
    payments: Vec<OrderPaymentBody>,
    /// Until when its stock is reserved; absent unless it awaits payment.
    reserved_until: Option<Time>,
    /// Where the customer confirms the payment; absent unless it awaits approval.
    approval_url: Option<Url>,
    /// Whether it has an invoice: from when it is paid.
    has_invoice: bool,
    /// Whether it has a credit note: from when it is refunded.
    has_credit_note: bool,
    /// What happened to it, oldest first.
    events: Vec<OrderEventBody>,
    /// Whether it can be paid again now.
    may_pay: bool,
    /// Whether it can be cancelled now.
    may_cancel: bool,
    /// When it was placed.
    placed_at: Time,
    /// When it last changed.
    changed_at: Time,
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
            status: Named::of(view.status.code()),
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
            delivery: view.delivery.into(),
            note: order.note.as_str().into(),
            language: Named::of(order.language),
            contact: (&order.contact).into(),
            payments: view.attempts.iter().map(OrderPaymentBody::from).collect(),
            reserved_until,
            approval_url,
            has_invoice: order.invoice.is_some(),
            has_credit_note: order.credit_note.is_some(),
            events: view
                .events
                .iter()
                .map(|event| OrderEventBody { at: event.at.rfc3339().into(), kind: Named::of(event.kind) })
                .collect(),
            may_pay: view.may_pay_again(),
            may_cancel: view.may_cancel(),
            placed_at: order.placed_at.rfc3339().into(),
            changed_at: order.changed_at.rfc3339().into(),
        }
    }
}

/// An order's number and e-mail address.
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
    /// A further secret token that gives access to the order.
    token: SecretId,
    /// When the token expires.
    expires_at: Time,
}

/// What to answer to a call that was to pay an order.
fn answer(placed: &PlacedOrder) -> Result<Placed<OrderBody>, ApiError> {
    let PlacedOrder { order: view, attempt, replayed, .. } = placed;
    let replayed = *replayed;
    let order = OrderBody::new(&placed.token, view);
    let address = location(&format!("/orders/{}", &*order.token));
    // What became of this call, whatever became of the order since.
    match attempt.as_ref().map(|attempt| (attempt.state, &attempt.failure)) {
        Some((AttemptState::Failed, failure)) => {
            let order = order.to_json().unwrap_or_default();
            Err(problem::of_unpaid(failure.as_ref(), order, replayed).into())
        }
        // An order of nothing is paid without an attempt.
        None | Some((AttemptState::Succeeded, _)) => Ok(Placed::Paid(Json(order), address, replay(replayed))),
        _ => Ok(Placed::Open(Json(order), address, replay(replayed))),
    }
}

pub(crate) struct Orders;

#[OpenApi(tag = "Tag::Orders")]
impl Orders {
    /// Place an order
    ///
    /// Orders everything in the cart and pays it. 201: it is paid. 202: not known yet whether the bank took the money.
    /// 402: nothing was charged; its `order` can be paid again with `payOrderAgain`. Repeating the call under its key
    /// answers with the same order as it is then. An order of 0 is paid when it is placed, without the bank: it needs
    /// neither account number nor PIN, and has no payments.
    #[oai(path = "/orders", method = "post", operation_id = "placeOrder")]
    async fn place_order(
        &self,
        Data(lanes): Data<&Lanes>,
        visitor: ClientIp,
        /// A key of your choice: the cart is ordered and paid at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<NewOrderBody>,
    ) -> Result<Placed<OrderBody>, ApiError> {
        let StrictJson(body) = body;
        let cart = fields::cart(&body.cart)?;
        let config = lanes.shop().config();
        let mut fields = Fields::default();
        let shipping = fields.shipping(body.shipping.as_deref(), &config.shipping);
        let language = fields.language(body.language.as_ref());
        let expected_total = fields.expected_total(&body.expected_total, &body.currency, config.currency);
        let form = Checkout {
            // Whatever stands in for a field that is not valid: such a form is refused below.
            expected_total: expected_total.unwrap_or(Money::new(1, config.currency)),
            company: body.company.map(Text::into_inner).unwrap_or_default(),
            name: body.name.into_inner(),
            street: body.street.into_inner(),
            address_line_2: body.address_line_2.map(Text::into_inner).unwrap_or_default(),
            postal_code: body.postal_code.into_inner(),
            city: body.city.into_inner(),
            country: body.country.map(Text::into_inner).unwrap_or_default(),
            vat_number: body.vat_number.map(Text::into_inner).unwrap_or_default(),
            phone: body.phone.map(Text::into_inner).unwrap_or_default(),
            email: body.email.into_inner(),
            shipping: shipping.flatten(),
            note: body.note.map(Text::into_inner).unwrap_or_default(),
            language: language.unwrap_or_default(),
            payment: Payment {
                account: body.account_number.map(SentAccountDigits::into_inner).unwrap_or_default(),
                pin: body.pin.map_or_else(|| kit_core::SecretText::new(String::new()), |pin| pin.to_core()),
                key: key.0,
            },
        };
        if let Err(errors) = form::check(&form, &config.destinations) {
            fields.all(&errors);
        }
        fields.valid()?;
        let key = form.payment.key.clone();
        let placed = lanes.pay(visitor, order::token(&cart, &key), key, move |shop| shop.checkout(&cart, &form));
        answer(&placed.await?)
    }

    /// Get an order
    ///
    /// While its status is `checking`, get it again: it becomes final without a further call.
    #[oai(path = "/orders/:token", method = "get", operation_id = "getOrder")]
    async fn get_order(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The order's token.
        token: Path<SecretId>,
    ) -> Result<Json<OrderBody>, ApiError> {
        let token = fields::order(&token.0)?;
        let asked = token.clone();
        let view = lanes.browse(move |shop| shop.order(&asked)).await?;
        Ok(Json(OrderBody::new(&token, &view)))
    }

    /// Pay an order again
    ///
    /// For an order whose last payment failed, under a new key. The answers are those of `placeOrder`.
    #[oai(path = "/orders/:token/payments", method = "post", operation_id = "payOrderAgain")]
    async fn pay_order_again(
        &self,
        Data(lanes): Data<&Lanes>,
        visitor: ClientIp,
        /// The order's token.
        token: Path<SecretId>,
        /// A key of your choice: the payment is made at most once under it.
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
    /// Possible until it is shipped. A paid order is refunded first: its status is `refunding` until the bank has done
    /// so, or `refund-delayed` if the bank refused and the shop's operator has to act. Cancelling again is not an
    /// error.
    #[oai(path = "/orders/:token/cancel", method = "post", operation_id = "cancelOrder")]
    async fn cancel_order(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The order's token.
        token: Path<SecretId>,
    ) -> Result<Json<OrderBody>, ApiError> {
        let token = fields::order(&token.0)?;
        let asked = token.clone();
        let view = lanes.checkout(move |shop| shop.cancel(&asked)).await?;
        Ok(Json(OrderBody::new(&token, &view)))
    }

    /// Find an order
    ///
    /// By its number and the e-mail address that it was placed with, for customers who lost the link. Answers with a
    /// token that is valid for 30 days. An unknown number and a wrong address get the same answer; such attempts are
    /// limited by client address.
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
        let token = found.token.reveal();
        let address = format!("/orders/{token}");
        let body = FoundOrderBody { token: token.into(), expires_at: found.expires_at.rfc3339().into() };
        Ok(created(Json(body), &address))
    }
}
