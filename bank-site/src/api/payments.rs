//! Payments: what merchants charge.

use bank_core::error::Flaw;
use bank_core::model::{CaptureMode, Payment, PaymentId, PaymentState};
use bank_core::{Error, PaymentAnswer, PaymentFilter, PaymentRequest, Refusal};
use kit_core::{IdempotencyKey, Money, Timestamp};
use kit_web::idempotency::Key;
use kit_web::{SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{Enum, Object, OpenApi};

use super::Tag;
use super::auth::MerchantKey;
use super::fields::{self, Fields};
use super::replies::{Changed, Posted, replay};
use crate::lanes::Lanes;
use crate::problem::{self, ApiError};

/// When a payment's money is taken.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[oai(rename = "CaptureMode", rename_all = "snake_case")]
enum CaptureBody {
    /// At once: a purchase.
    Immediate,
    /// Later, by a capture: an authorization.
    Manual,
}

impl From<CaptureMode> for CaptureBody {
    fn from(mode: CaptureMode) -> Self {
        match mode {
            CaptureMode::Immediate => Self::Immediate,
            CaptureMode::Manual => Self::Manual,
        }
    }
}

/// A payment to be made by account number and PIN.
#[derive(Object)]
#[oai(rename = "NewPayment", deny_unknown_fields)]
struct NewPaymentBody {
    /// Who pays.
    account_number: Text,
    /// The payer's PIN. Never keep it.
    #[oai(write_only)]
    pin: SecretText,
    /// How much, such as `129.90`.
    amount: Text,
    /// The currency, such as `EUR`.
    currency: Text,
    /// At once (the default) or later.
    capture: Option<CaptureBody>,
    /// What the payer reads on the statement: at most 140 characters.
    reference: Option<Text>,
}

/// How much of an authorization is taken.
#[derive(Object)]
#[oai(rename = "NewCapture", deny_unknown_fields)]
struct NewCaptureBody {
    /// How much; all that is left where it is absent.
    amount: Option<Text>,
    /// The currency; the payment's where it is absent.
    currency: Option<Text>,
    /// Whether the rest is released: true by default.
    #[oai(rename = "final")]
    last: Option<bool>,
}

/// How much is given back.
#[derive(Object)]
#[oai(rename = "NewRefund", deny_unknown_fields)]
struct NewRefundBody {
    /// How much.
    amount: Text,
    /// The currency; the payment's where it is absent.
    currency: Option<Text>,
}

/// Which payment is voided, whether or not it has arrived.
#[derive(Object)]
#[oai(rename = "VoidByKey", deny_unknown_fields)]
struct VoidBody {
    /// The `Idempotency-Key` under which the payment was, or would have been, asked for.
    idempotency_key: Text,
}

/// Why a payment was declined.
#[derive(Object)]
#[oai(rename = "Decline")]
struct DeclineBody {
    /// The code, such as `insufficient-funds`.
    code: Text,
    /// What the payer can do: `do-not-retry`, `retry-with-new-pin`, `retry-later` or `use-hosted-approval`.
    advice: Text,
}

/// A payment from a customer's account to a merchant.
#[derive(Object)]
#[oai(rename = "Payment")]
struct PaymentBody {
    /// Its id.
    id: Text,
    /// The key under which the merchant asked for it.
    idempotency_key: Text,
    /// Where it stands: `requires-approval`, `authorized`, `captured`, `voided`, `cancelled`, `expired` or `declined`.
    status: Text,
    /// What was asked. `0.00` where the key was voided before a payment arrived.
    amount: Text,
    /// The currency of all its amounts.
    currency: Text,
    /// What was taken.
    captured: Text,
    /// What was given back of it.
    refunded: Text,
    /// What the payer reads on the statement.
    reference: Text,
    /// When it was asked for.
    created_at: Text,
    /// When a hold or a wait for approval ends by itself.
    expires_at: Option<Text>,
    /// Whether it is taken at once or later.
    capture: CaptureBody,
    /// Why it was declined.
    decline: Option<DeclineBody>,
}

impl From<&Payment> for PaymentBody {
    fn from(payment: &Payment) -> Self {
        let currency = payment.amount.currency;
        let decimal = |minor| Text::from(Money::new(minor, currency).decimal());
        Self {
            id: payment.id.to_string().into(),
            idempotency_key: payment.key.as_str().into(),
            status: payment.state.name().into(),
            amount: payment.amount.decimal().into(),
            currency: currency.code().into(),
            captured: decimal(payment.captured),
            refunded: decimal(payment.refunded),
            reference: payment.reference.as_str().into(),
            created_at: payment.created_at.rfc3339().into(),
            expires_at: payment.expires_at.map(|end| end.rfc3339().into()),
            capture: payment.capture.into(),
            decline: payment.decline.as_ref().map(DeclineBody::from),
        }
    }
}

impl From<&Refusal> for DeclineBody {
    fn from(refusal: &Refusal) -> Self {
        let advice = refusal.advice().unwrap_or(bank_core::error::Advice::DoNotRetry);
        Self { code: refusal.code().into(), advice: advice.name().into() }
    }
}

/// A page of a merchant's payments, the newest first.
#[derive(Object)]
#[oai(rename = "PaymentPage")]
struct PaymentPageBody {
    /// The payments.
    payments: Vec<PaymentBody>,
    /// What to send as `cursor` for the next page; absent on the last.
    #[oai(skip_serializing_if_is_none)]
    next_cursor: Option<Text>,
}

/// How many payments stand on a page unless asked otherwise.
const PAYMENTS: u16 = 50;

/// The payment as asked, or why it is not.
fn judge(answer: bank_core::Result<PaymentAnswer>) -> Result<(Json<PaymentBody>, Option<bool>), ApiError> {
    kit_core::fail_point!("bank-api.payment-decided");
    match answer {
        Ok(PaymentAnswer { payment, refusal: None, replayed }) => Ok((Json((&payment).into()), replay(replayed))),
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

pub(crate) struct Payments;

#[OpenApi(tag = "Tag::Payments")]
impl Payments {
    /// Charge an account
    ///
    /// Takes or holds money by account number and PIN. A decline is a 402 with `code`, `advice` and the declined
    /// `payment`; it is final for its key.
    #[oai(path = "/payments", method = "post", operation_id = "createPayment")]
    async fn create(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// A name of your own for this payment: it happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<NewPaymentBody>,
    ) -> Result<Posted<PaymentBody>, ApiError> {
        let mut fields = Fields::default();
        let account = fields.account("account_number", &body.account_number);
        let pin = fields.pin("pin", &body.pin);
        let amount = fields.money(&body.amount, &body.currency);
        let (Some(account), Some(pin), Some(amount)) = (account, pin, amount) else { return Err(fields.refusal()) };
        let NewPaymentBody { capture, reference, .. } = body.0;
        let capture = match capture {
            None | Some(CaptureBody::Immediate) => CaptureMode::Immediate,
            Some(CaptureBody::Manual) => CaptureMode::Manual,
        };
        let reference = reference.unwrap_or_default().into_inner();
        let request = PaymentRequest { account, pin, amount, capture, reference };
        let merchant = caller.0.id;
        let answer = lanes.charge(move |bank| bank.create_payment(merchant, &key.0, &request)).await;
        judge(answer).map(|(payment, replayed)| Posted::Posted(payment, replayed))
    }

    /// One payment
    #[oai(path = "/payments/:id", method = "get", operation_id = "getPayment")]
    async fn get(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// The payment's id.
        id: Path<Text>,
    ) -> Result<Json<PaymentBody>, ApiError> {
        let (merchant, id) = (caller.0.id, path_payment(&id.0)?);
        let payment = lanes.browse(move |bank| bank.payment(merchant, id)).await?;
        Ok(Json((&payment).into()))
    }

    /// List payments
    ///
    /// The payments of the calling merchant, whatever became of them, the newest first: page by page, or those that fit
    /// every filter. After a call without an answer, ask for its `idempotency_key`: an empty list says that nothing has
    /// arrived under it yet.
    #[oai(path = "/payments", method = "get", operation_id = "listPayments")]
    #[expect(clippy::too_many_arguments, reason = "one for each query parameter")]
    async fn list(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// Only the payment that was asked for under this `Idempotency-Key`.
        idempotency_key: Query<Option<Text>>,
        /// Only payments with this status.
        status: Query<Option<Text>>,
        /// Only payments made at this time or later, such as `2026-11-22T16:07:00Z`.
        created_from: Query<Option<Text>>,
        /// Only payments made before this time.
        created_to: Query<Option<Text>>,
        /// Only payments with exactly this reference.
        reference: Query<Option<Text>>,
        /// The `next_cursor` of the page before; the newest payments without it.
        cursor: Query<Option<Text>>,
        /// How many payments: 1 to 200, 50 by default.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u16>>,
    ) -> Result<Json<PaymentPageBody>, ApiError> {
        let mut fields = Fields::default();
        let time = |text: Text| Timestamp::parse_rfc3339(&text).ok_or(Flaw::NotATime);
        let place = |text: Text| PaymentId::parse(&text).ok_or(Flaw::NotACursor { parameter: "next_cursor" });
        let filter = PaymentFilter {
            idempotency_key: idempotency_key
                .0
                .and_then(|key| fields.take("idempotency_key", IdempotencyKey::parse(&key))),
            status: status.0.and_then(|word| fields.one_of("status", &word, &PaymentState::ALL, PaymentState::name)),
            created_from: created_from.0.and_then(|text| fields.take("created_from", time(text))),
            created_to: created_to.0.and_then(|text| fields.take("created_to", time(text))),
            reference: reference.0.map(Text::into_inner),
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
    /// Takes part or all of what was authorized. `final` (the default) releases the rest.
    #[oai(path = "/payments/:id/capture", method = "post", operation_id = "capturePayment")]
    async fn capture(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// The payment's id.
        id: Path<Text>,
        /// A name of your own for this capture: it happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<NewCaptureBody>,
    ) -> Result<Changed<PaymentBody>, ApiError> {
        let (merchant, id) = (caller.0.id, path_payment(&id.0)?);
        let mut fields = Fields::default();
        let currency = body.currency.as_deref().unwrap_or(lanes.bank().config().currency.code());
        let amount = match &body.amount {
            Some(amount) => Some(fields.money(amount, currency).ok_or_else(|| fields.refusal())?),
            None => None,
        };
        let last = body.last.unwrap_or(true);
        let answer = lanes.money(move |bank| bank.capture_payment(merchant, &key.0, id, amount, last)).await;
        judge(answer).map(|(payment, replayed)| Changed::Changed(payment, replayed))
    }

    /// Void a payment
    ///
    /// Makes sure that nothing more is taken by it. Voiding twice is no error; a captured payment is answered 409
    /// `already-captured` with the `payment`.
    #[oai(path = "/payments/:id/void", method = "post", operation_id = "voidPayment")]
    async fn void(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// The payment's id.
        id: Path<Text>,
    ) -> Result<Changed<PaymentBody>, ApiError> {
        let (merchant, id) = (caller.0.id, path_payment(&id.0)?);
        let answer = lanes.money(move |bank| bank.void_payment(merchant, id)).await;
        judge(answer).map(|(payment, replayed)| Changed::Changed(payment, replayed))
    }

    /// Void by key
    ///
    /// Makes sure that nothing is, or ever will be, taken under a key. A payment that arrives later under it is
    /// declined `voided`. A payment captured already is answered 409 `already-captured` with the `payment`.
    #[oai(path = "/payments/void", method = "post", operation_id = "voidPaymentByKey")]
    async fn void_by_key(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        body: StrictJson<VoidBody>,
    ) -> Result<Changed<PaymentBody>, ApiError> {
        let (merchant, key) = (caller.0.id, fields::key(&body.idempotency_key)?);
        let answer = lanes.money(move |bank| bank.void_key(merchant, &key)).await;
        judge(answer).map(|(payment, replayed)| Changed::Changed(payment, replayed))
    }

    /// Refund a payment
    ///
    /// Gives captured money back, all of it or part.
    #[oai(path = "/payments/:id/refund", method = "post", operation_id = "refundPayment")]
    async fn refund(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: MerchantKey,
        /// The payment's id.
        id: Path<Text>,
        /// A name of your own for this refund: it happens at most once under it.
        #[oai(name = "Idempotency-Key")]
        key: Key,
        body: StrictJson<NewRefundBody>,
    ) -> Result<Changed<PaymentBody>, ApiError> {
        let (merchant, id) = (caller.0.id, path_payment(&id.0)?);
        let mut fields = Fields::default();
        let currency = body.currency.as_deref().unwrap_or(lanes.bank().config().currency.code());
        let Some(amount) = fields.money(&body.amount, currency) else { return Err(fields.refusal()) };
        let answer = lanes.money(move |bank| bank.refund_payment(merchant, &key.0, id, amount)).await;
        judge(answer).map(|(payment, replayed)| Changed::Changed(payment, replayed))
    }
}
