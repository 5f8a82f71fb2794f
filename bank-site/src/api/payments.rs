//! Payments: what merchants charge.

use bank_core::model::Flaw;
use bank_core::model::{CaptureMode, MerchantId, Payment, PaymentId};
use bank_core::{Error, PaymentAnswer, PaymentFilter, PaymentRequest, Refusal};
use kit_core::{Money, Timestamp};
use kit_web::idempotency::Key;
use kit_web::replies::replay;
use kit_web::wire::{Amount, CurrencyCode, Id, KeyText, SentAccountDigits, SentAmount, SentTime, Time};
use kit_web::{Named, OptionalJson, SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::auth::MerchantKey;
use super::fields::Fields;
use super::names::{AdviceNames, CaptureModeNames, DeclineCodeNames, PaymentStatusNames};
use super::replies::{Changed, Posted, location};
use crate::lanes::Lanes;
use crate::problem::{self, ApiError};

/// A payment by account number and PIN.
#[derive(Object)]
#[oai(rename = "NewPayment", deny_unknown_fields)]
struct NewPaymentBody {
    /// The payer's account number.
    account_number: SentAccountDigits,
    /// The payer's PIN. Never store it.
    #[oai(write_only)]
    pin: SecretText,
    /// The amount.
    amount: SentAmount,
    /// The currency.
    currency: CurrencyCode,
    /// When the money is taken: `immediate` by default.
    capture: Option<Named<CaptureModeNames>>,
    /// What the payer reads on the statement: at most 140 characters.
    reference: Option<Text>,
}

/// How much of an authorization is captured.
#[derive(Object)]
#[oai(rename = "NewCapture", deny_unknown_fields)]
struct NewCaptureBody {
    /// How much; by default all that is left.
    amount: Option<SentAmount>,
    /// The currency; by default the payment's.
    currency: Option<CurrencyCode>,
    /// Whether the rest of the hold is released: true by default.
    #[oai(rename = "final")]
    last: Option<bool>,
}

/// How much is refunded.
#[derive(Object)]
#[oai(rename = "NewRefund", deny_unknown_fields)]
struct NewRefundBody {
    /// How much.
    amount: SentAmount,
    /// The currency; by default the payment's.
    currency: Option<CurrencyCode>,
}

/// The payment to void, whether or not it has arrived.
#[derive(Object)]
#[oai(rename = "VoidByKey", deny_unknown_fields)]
struct VoidBody {
    /// The `Idempotency-Key` of the `createPayment` call.
    idempotency_key: KeyText,
}

/// Why a payment was declined.
#[derive(Object)]
#[oai(rename = "Decline")]
struct DeclineBody {
    /// Why.
    code: Named<DeclineCodeNames>,
    /// What the payer can do.
    advice: Named<AdviceNames>,
}

/// A payment from a customer's account to a merchant.
#[derive(Object)]
#[oai(rename = "Payment", skip_serializing_if_is_none)]
struct PaymentBody {
    /// The payment's id.
    id: Id,
    /// The key of the `createPayment` call.
    idempotency_key: KeyText,
    /// The status.
    status: Named<PaymentStatusNames>,
    /// The amount requested; `0.00` if the key was voided before the payment arrived.
    amount: Amount,
    /// The currency of all its amounts.
    currency: CurrencyCode,
    /// The amount captured.
    captured: Amount,
    /// The amount refunded of it.
    refunded: Amount,
    /// What the payer reads on the statement.
    reference: Text,
    /// When it was created.
    created_at: Time,
    /// When the hold, or the wait for approval, expires; absent if there is neither.
    expires_at: Option<Time>,
    /// When the money is taken.
    capture: Named<CaptureModeNames>,
    /// Why it was declined; absent unless it was.
    decline: Option<DeclineBody>,
}

impl From<&Payment> for PaymentBody {
    fn from(payment: &Payment) -> Self {
        let currency = payment.amount.currency;
        let decimal = |minor| Amount::from(Money::new(minor, currency).decimal());
        Self {
            id: payment.id.to_string().into(),
            idempotency_key: payment.key.as_str().into(),
            status: Named::of(payment.state),
            amount: payment.amount.decimal().into(),
            currency: currency.code().into(),
            captured: decimal(payment.captured),
            refunded: decimal(payment.refunded),
            reference: payment.reference.as_str().into(),
            created_at: payment.created_at.rfc3339().into(),
            expires_at: payment.expires_at.map(|end| end.rfc3339().into()),
            capture: Named::of(payment.capture),
            decline: payment.decline.as_ref().map(DeclineBody::from),
        }
    }
}

impl From<&Refusal> for DeclineBody {
    fn from(refusal: &Refusal) -> Self {
        let advice = refusal.advice().unwrap_or(bank_core::model::Advice::DoNotRetry);
        Self { code: Named::of(refusal.code()), advice: Named::of(advice) }
    }
}

/// A page of a merchant's payments, newest first.
#[derive(Object)]
#[oai(rename = "PaymentPage", skip_serializing_if_is_none)]
struct PaymentPageBody {
    /// The payments.
    payments: Vec<PaymentBody>,
    /// The `cursor` of the next page; absent on the last page.
    next_cursor: Option<Text>,
}

/// How many payments stand on a page unless asked otherwise.
const PAYMENTS: u16 = 50;

/// The payment as asked, or why it is not.
fn judge(answer: bank_core::Result<PaymentAnswer>) -> Result<(PaymentBody, Option<bool>), ApiError> {
    kit_core::fail_point!("bank-api.payment-decided");
    match answer {
        Ok(PaymentAnswer { payment, refusal: None, replayed }) => Ok(((&payment).into(), replay(replayed))),
        Ok(PaymentAnswer { payment, refusal: Some(refusal), replayed }) => {
            Err(problem::of_payment(&refusal, PaymentBody::from(&payment).to_json(), replayed).into())
        }
        Err(Error::Refused { refusal, replayed }) => Err(problem::of_payment(&refusal, None, replayed).into()),
        Err(other) => Err(other.into()),
    }
}

/// What cannot be an id is the id of no payment.
fn path_payment(id: &str) -> Result<PaymentId, ApiError> {
    PaymentId::parse(id).ok_or_else(|| Refusal::PaymentNotFound.into())
}

/// The currency that was sent, or else the payment's.
async fn currency_or_the_payments(
    lanes: &Lanes,
    merchant: MerchantId,
    id: PaymentId,
    sent: Option<CurrencyCode>,
) -> Result<CurrencyCode, ApiError> {
    match sent {
        Some(sent) => Ok(sent),
        None => {
            let payment = lanes.browse(move |bank| bank.payment(merchant, id)).await?;
            Ok(payment.amount.currency.code().into())
        }
    }
}

pub(crate) struct Payments;

#[OpenApi(tag = "Tag::Payments")]
impl Payments {
    /// Create a payment
    ///
    /// Takes money from an account, or holds it, by account number and PIN. A decline is a 402 with `code`, `advice`
    /// and the declined `payment`; it is final for its key.
    #[oai(path = "/payments", method = "post", operation_id = "createPayment")]
    async fn create(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// A key of your choice: the payment happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<NewPaymentBody>,
    ) -> Result<Posted<PaymentBody>, ApiError> {
        let mut fields = Fields::default();
        let account = fields.account("account_number", &body.account_number);
        let pin = fields.pin("pin", &body.pin);
        let amount = fields.money(lanes.bank(), &body.amount, &body.currency);
        let NewPaymentBody { capture, reference, .. } = body.0;
        let capture = match &capture {
            Some(mode) => fields.named("capture", mode),
            None => Some(CaptureMode::Immediate),
        };
        let reference = fields.reference(reference);
        let (Some(account), Some(pin), Some(amount), Some(capture), Some(reference)) =
            (account, pin, amount, capture, reference)
        else {
            return Err(fields.refusal());
        };
        let request = PaymentRequest { account, pin, amount, capture, reference };
        let merchant = caller.0.id;
        let answer = lanes.charge(move |bank| bank.create_payment(merchant, &key.0, &request)).await;
        judge(answer).map(|(payment, replayed)| {
            let address = location(&format!("/payments/{}", &*payment.id));
            Posted::Posted(Json(payment), address, replayed)
        })
    }

    /// Get a payment
    ///
    /// One of the calling merchant's, as of now.
    #[oai(path = "/payments/:id", method = "get", operation_id = "getPayment")]
    async fn get(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// The payment's id.
        id: Path<Id>,
    ) -> Result<Json<PaymentBody>, ApiError> {
        let (merchant, id) = (caller.0.id, path_payment(&id.0)?);
        let payment = lanes.browse(move |bank| bank.payment(merchant, id)).await?;
        Ok(Json((&payment).into()))
    }

    /// List payments
    ///
    /// The payments of the calling merchant, newest first; with filters, those that match all of them. After a
    /// `createPayment` call without an answer, filter by its `idempotency_key`: an empty list says that nothing has
    /// arrived under it yet, but it still may.
    #[oai(path = "/payments", method = "get", operation_id = "listPayments")]
    #[expect(clippy::too_many_arguments, reason = "one for each query parameter")]
    async fn list(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// Only the payment created under this `Idempotency-Key`.
        idempotency_key: Query<Option<KeyText>>,
        /// Only payments with this status.
        status: Query<Option<Named<PaymentStatusNames>>>,
        /// Only payments created at this time or later.
        created_from: Query<Option<SentTime>>,
        /// Only payments created before this time.
        created_to: Query<Option<SentTime>>,
        /// Only payments with exactly this reference.
        reference: Query<Option<Text>>,
        /// The `next_cursor` of the page before; the newest payments without it.
        cursor: Query<Option<Text>>,
        /// How many payments: 1 to 200, 50 by default.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u16>>,
    ) -> Result<Json<PaymentPageBody>, ApiError> {
        let mut fields = Fields::default();
        let time = |text: SentTime| Timestamp::parse_rfc3339(&text).ok_or_else(|| Flaw::of_time(&text));
        let place = |text: Text| PaymentId::parse(&text).ok_or(Flaw::NotACursor { parameter: "next_cursor" });
        let filter = PaymentFilter {
            idempotency_key: idempotency_key.0.and_then(|key| fields.used_key(&key)),
            status: status.0.and_then(|status| fields.named("status", &status)),
            created_from: created_from.0.and_then(|text| fields.take("created_from", time(text))),
            created_to: created_to.0.and_then(|text| fields.take("created_to", time(text))),
            reference: reference.0.and_then(|text| fields.reference(Some(text))),
        };
        let cursor = cursor.0.and_then(|text| fields.take("cursor", place(text)));
        fields.valid()?;
        let (merchant, limit) = (caller.0.id, usize::from(limit.0.unwrap_or(PAYMENTS)));
        let page = lanes.browse(move |bank| bank.payments(merchant, &filter, cursor, limit)).await?;
        let next_cursor = page.next.map(|id| id.to_string().into());
        Ok(Json(PaymentPageBody { payments: page.payments.iter().map(PaymentBody::from).collect(), next_cursor }))
    }

    /// Capture an authorization
    ///
    /// Takes all or part of an authorization. `final` (the default) releases the rest. Without a body it takes all that
    /// is left. A refused capture uses its key: try again under a new one.
    #[oai(path = "/payments/:id/capture", method = "post", operation_id = "capturePayment")]
    async fn capture(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// The payment's id.
        id: Path<Id>,
        /// A key of your choice: the capture happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: OptionalJson<NewCaptureBody>,
    ) -> Result<Changed<PaymentBody>, ApiError> {
        let (merchant, id) = (caller.0.id, path_payment(&id.0)?);
        let body = body.0.unwrap_or(NewCaptureBody { amount: None, currency: None, last: None });
        let mut fields = Fields::default();
        let amount = match &body.amount {
            Some(amount) => {
                let currency = currency_or_the_payments(lanes, merchant, id, body.currency).await?;
                Some(fields.money(lanes.bank(), amount, &currency).ok_or_else(|| fields.refusal())?)
            }
            None => None,
        };
        let last = body.last.unwrap_or(true);
        let answer = lanes.money(move |bank| bank.capture_payment(merchant, &key.0, id, amount, last)).await;
        judge(answer).map(|(payment, replayed)| Changed::Changed(Json(payment), replayed))
    }

    /// Void a payment
    ///
    /// Releases what is held: nothing more is taken. Of a payment captured in part it releases the rest. Voiding again
    /// gives the same answer. A captured payment is answered 409 `already-captured` with the `payment`: refund it
    /// instead.
    #[oai(path = "/payments/:id/void", method = "post", operation_id = "voidPayment")]
    async fn void(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// The payment's id.
        id: Path<Id>,
    ) -> Result<Json<PaymentBody>, ApiError> {
        let (merchant, id) = (caller.0.id, path_payment(&id.0)?);
        let answer = lanes.money(move |bank| bank.void_payment(merchant, id)).await;
        judge(answer).map(|(payment, _)| Json(payment))
    }

    /// Void by key
    ///
    /// Makes sure that nothing more is taken under a key, now or ever: use it when a `createPayment` call ended without
    /// an answer. A payment that arrives later under the key is declined as `voided`. A payment that was captured is
    /// answered 409 `already-captured` with the `payment`.
    #[oai(path = "/payments/void", method = "post", operation_id = "voidPaymentByKey")]
    async fn void_by_key(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        body: StrictJson<VoidBody>,
    ) -> Result<Json<PaymentBody>, ApiError> {
        let mut fields = Fields::default();
        let Some(key) = fields.used_key(&body.idempotency_key) else { return Err(fields.refusal()) };
        let merchant = caller.0.id;
        let answer = lanes.money(move |bank| bank.void_key(merchant, &key)).await;
        judge(answer).map(|(payment, _)| Json(payment))
    }

    /// Refund a payment
    ///
    /// Gives captured money back, all or part of it.
    #[oai(path = "/payments/:id/refund", method = "post", operation_id = "refundPayment")]
    async fn refund(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// The payment's id.
        id: Path<Id>,
        /// A key of your choice: the refund happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<NewRefundBody>,
    ) -> Result<Changed<PaymentBody>, ApiError> {
        let (merchant, id) = (caller.0.id, path_payment(&id.0)?);
        let mut fields = Fields::default();
        let currency = currency_or_the_payments(lanes, merchant, id, body.0.currency).await?;
        let Some(amount) = fields.money(lanes.bank(), &body.0.amount, &currency) else { return Err(fields.refusal()) };
        let answer = lanes.money(move |bank| bank.refund_payment(merchant, &key.0, id, amount)).await;
        judge(answer).map(|(payment, replayed)| Changed::Changed(Json(payment), replayed))
    }
}
