//! Payments, as merchants ask for them and account holders approve them.

use kit_core::{AccountNumber, IdempotencyKey, Money, Pin, Timestamp};

use super::{Bank, Keyed};
use crate::command::{Approve, Capture, Command, Done, Outcome, Pay, Payee, Refund};
use crate::error::{Error, Result};
use crate::model::{CaptureMode, CustomerId, MerchantId, Payment, PaymentId, PaymentQuery, PaymentState, TransferId};
use crate::model::{Flaw, Refusal};
use crate::rules::decide::kept_reference;
use crate::rules::decide::payments::{pay_facts, shape};
use crate::rules::payment::{as_of, reads_as};
use crate::store::{ReadTx, Stored};

/// What a merchant asks for.
pub struct PaymentRequest {
    /// Who pays.
    pub account: AccountNumber,
    /// The payer's PIN.
    pub pin: Pin,
    /// How much.
    pub amount: Money,
    /// At once or later.
    pub capture: CaptureMode,
    /// What the payer reads on the statement, at most 140 characters.
    pub reference: String,
}

/// A payment, and why it is not as asked, if it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentAnswer {
    /// The payment as it stands: declined, voided or captured already where there is a refusal.
    pub payment: Payment,
    /// Why the call was refused.
    pub refusal: Option<Refusal>,
    /// Whether this repeats what was decided under the same key before.
    pub replayed: bool,
}

/// Which of a merchant's payments are listed: those that fit every part that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentFilter {
    /// The one that was asked for, or fenced, under this key.
    pub idempotency_key: Option<IdempotencyKey>,
    /// Those that read so now.
    pub status: Option<PaymentState>,
    /// Those asked for at this moment or later.
    pub created_from: Option<Timestamp>,
    /// Those asked for before this moment.
    pub created_to: Option<Timestamp>,
    /// Those with exactly this reference.
    pub reference: Option<String>,
}

/// A page of a merchant's payments, the highest id first: the order in which they were asked for, backwards, but for
/// those made at the same moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentPage {
    /// The payments, fences among them.
    pub payments: Vec<Payment>,
    /// Below which payment the next page begins; `None` after the last.
    pub next: Option<PaymentId>,
}

/// The most payments on one page.
const PAGE: usize = 200;

impl Bank {
    /// Takes or holds money for a merchant, by account number and PIN.
    ///
    /// A declined payment is an `Ok` with a refusal: it is kept under the key, and asking again gives the same answer.
    ///
    /// # Errors
    /// [`Refusal::AmountNotPositive`], [`Refusal::AmountTooLarge`], [`Refusal::InvalidFields`] naming `reference`,
    /// [`Refusal::KeyReused`], [`Refusal::InFlight`], [`Refusal::PinThrottled`], `Busy`, or the store's failure.
    pub fn create_payment(
        &self,
        merchant: MerchantId,
        key: &IdempotencyKey,
        request: &PaymentRequest,
    ) -> Result<PaymentAnswer> {
        let PaymentRequest { account, pin, amount, capture, reference } = request;
        let reference = shape(*amount, reference)?;
        let facts = pay_facts(Some(*account), *amount, *capture, &reference);
        let _mark = match self.begin_keyed(merchant.into(), key, facts.text())? {
            Keyed::Decided(before) => return answer(*before),
            Keyed::Begun(mark) => mark,
        };
        let consent = self.consent_by_pin(*account, Some(merchant), pin, Payee::Merchant(merchant), *amount)?;
        answer(self.post(Command::Pay(Pay {
            id: PaymentId::from_uuid(self.uuid()),
            transfer: TransferId::from_uuid(self.uuid()),
            merchant,
            key: key.clone(),
            payer: Some(*account),
            amount: *amount,
            capture: *capture,
            reference,
            expires_after_seconds: self.inner.config.hold_length.as_secs(),
            consent: Some(consent),
        }))?)
    }

    /// Asks for a payment that the account's holder approves at the bank; until then it waits.
    ///
    /// # Errors
    /// As [`Bank::create_payment`], without what a PIN leads to.
    pub fn request_approval(
        &self,
        merchant: MerchantId,
        key: &IdempotencyKey,
        amount: Money,
        capture: CaptureMode,
        reference: &str,
    ) -> Result<PaymentAnswer> {
        let reference = shape(amount, reference)?;
        answer(self.post(Command::Pay(Pay {
            id: PaymentId::from_uuid(self.uuid()),
            transfer: TransferId::from_uuid(self.uuid()),
            merchant,
            key: key.clone(),
            payer: None,
            amount,
            capture,
            reference,
            expires_after_seconds: self.inner.config.approval_length.as_secs(),
            consent: None,
        }))?)
    }

    /// The account's holder approves a waiting payment.
    ///
    /// # Errors
    /// [`Refusal::AccountNotFound`], [`Refusal::PaymentNotFound`], what a wrong PIN leads to, `Busy`, or the store's
    /// failure.
    pub fn approve_payment(
        &self,
        customer: CustomerId,
        id: PaymentId,
        account: AccountNumber,
        pin: &Pin,
    ) -> Result<PaymentAnswer> {
        let payment = self.view(|tx| {
            super::accounts::own_account(tx, customer, account)?;
            Ok(tx.payments(&[id])?.pop().ok_or(Refusal::PaymentNotFound)?)
        })?;
        let payee = Payee::Merchant(payment.merchant);
        let consent = self.consent_by_pin(account, None, pin, payee, payment.amount)?;
        answer(self.post(Command::Approve(Approve {
            payment: id,
            transfer: TransferId::from_uuid(self.uuid()),
            payer: account,
            expires_after_seconds: self.inner.config.hold_length.as_secs(),
            consent,
        }))?)
    }

    /// Takes part or all of what was authorized; `last` releases the rest.
    ///
    /// # Errors
    /// [`Refusal::PaymentNotFound`], [`Refusal::KeyReused`], `Busy`, or the store's failure. Other refusals come with
    /// the payment, inside the answer.
    pub fn capture_payment(
        &self,
        merchant: MerchantId,
        key: &IdempotencyKey,
        payment: PaymentId,
        amount: Option<Money>,
        last: bool,
    ) -> Result<PaymentAnswer> {
        let transfer = TransferId::from_uuid(self.uuid());
        answer(self.post(Command::Capture(Capture { merchant, payment, transfer, key: key.clone(), amount, last }))?)
    }

    /// Makes sure that nothing more is taken by a payment. Voiding twice is no error.
    ///
    /// # Errors
    /// [`Refusal::PaymentNotFound`], `Busy`, or the store's failure. [`Refusal::AlreadyCaptured`] comes with the
    /// payment, inside the answer.
    pub fn void_payment(&self, merchant: MerchantId, payment: PaymentId) -> Result<PaymentAnswer> {
        answer(self.post(Command::Void { merchant, payment })?)
    }

    /// Makes sure that nothing is, or ever will be, taken under a key that was not captured already. A key never seen
    /// is fenced: what arrives under it later is refused.
    ///
    /// # Errors
    /// As [`Bank::void_payment`].
    pub fn void_key(&self, merchant: MerchantId, key: &IdempotencyKey) -> Result<PaymentAnswer> {
        let fence = PaymentId::from_uuid(self.uuid());
        answer(self.post(Command::VoidKey { merchant, key: key.clone(), fence })?)
    }

    /// Gives captured money back.
    ///
    /// # Errors
    /// [`Refusal::AmountNotPositive`], [`Refusal::PaymentNotFound`], [`Refusal::KeyReused`],
    /// [`Refusal::SettlementShort`] (not kept: the same key may be tried again), `Busy`, or the store's failure. Other
    /// refusals come with the payment, inside the answer.
    pub fn refund_payment(
        &self,
        merchant: MerchantId,
        key: &IdempotencyKey,
        payment: PaymentId,
        amount: Money,
    ) -> Result<PaymentAnswer> {
        let transfer = TransferId::from_uuid(self.uuid());
        answer(self.post(Command::Refund(Refund { merchant, payment, transfer, key: key.clone(), amount }))?)
    }

    /// A merchant's payment as of this moment.
    ///
    /// # Errors
    /// [`Refusal::PaymentNotFound`] (also where it is another merchant's), or the store's failure.
    pub fn payment(&self, merchant: MerchantId, id: PaymentId) -> Result<Payment> {
        let clock = self.now();
        self.view(|tx| {
            let found = tx.payments(&[id])?.pop().filter(|p| p.merchant == merchant);
            let payment = found.ok_or(Refusal::PaymentNotFound)?;
            Ok(as_of(&payment, clock.max(tx.head()?.last_time)))
        })
    }

    /// A merchant's payments that fit `filter`, the newest first (by id), as of this moment, at most `limit` (200 at
    /// most) of them. `cursor` is the [`next`](PaymentPage::next) of the page before; what is not the merchant's own is
    /// never shown, whatever it is.
    ///
    /// # Errors
    /// [`Refusal::InvalidFields`] naming `reference` where no payment can have that one, or `created_from` where it is
    /// after `created_to`; or the store's failure.
    pub fn payments(
        &self,
        merchant: MerchantId,
        filter: &PaymentFilter,
        cursor: Option<PaymentId>,
        limit: usize,
    ) -> Result<PaymentPage> {
        let PaymentFilter { idempotency_key, status, created_from, created_to, reference } = filter;
        let reference = reference.as_deref().map(kept_reference).transpose()?;
        if created_from.zip(*created_to).is_some_and(|(from, to)| from > to) {
            return Err(Refusal::field("created_from", Flaw::RangeReversed).into());
        }
        let (clock, limit) = (self.now(), limit.clamp(1, PAGE));
        self.view(|tx| {
            let now = clock.max(tx.head()?.last_time);
            let query = PaymentQuery {
                reference: reference.clone(),
                created_from: *created_from,
                created_to: *created_to,
                standing: status.map(|status| reads_as(status, now)),
            };
            // One more than the page holds tells whether there is another page.
            let found = match idempotency_key {
                None => tx.payments_of(merchant, &query, cursor, limit + 1)?,
                Some(key) => {
                    let fits =
                        |payment: &Payment| cursor.is_none_or(|cursor| payment.id < cursor) && query.takes(payment);
                    under_key(tx, merchant, key)?.into_iter().filter(fits).collect()
                }
            };
            let payments: Vec<_> = found.iter().take(limit).map(|payment| as_of(payment, now)).collect();
            let next = (found.len() > limit).then(|| payments.last().map(|p| p.id)).flatten();
            Ok(PaymentPage { payments, next })
        })
    }

    /// The payment that a merchant asked for under a key, as of this moment; for a fence, the voided one.
    ///
    /// # Errors
    /// [`Refusal::PaymentNotFound`], or the store's failure.
    pub fn find_payment(&self, merchant: MerchantId, key: &IdempotencyKey) -> Result<Payment> {
        let clock = self.now();
        self.view(|tx| {
            let payment = under_key(tx, merchant, key)?.ok_or(Refusal::PaymentNotFound)?;
            Ok(as_of(&payment, clock.max(tx.head()?.last_time)))
        })
    }
}

/// The payment that a merchant asked for, or fenced, under a key.
fn under_key(tx: &dyn ReadTx, merchant: MerchantId, key: &IdempotencyKey) -> Stored<Option<Payment>> {
    let record = tx.keys(&[(merchant.into(), key.clone())])?.pop();
    match record.and_then(|record| record.payment()) {
        Some(id) => Ok(tx.payments(&[id])?.pop()),
        None => Ok(None),
    }
}

fn answer(outcome: Outcome) -> Result<PaymentAnswer> {
    let replayed = outcome.replayed;
    match (outcome.result, outcome.payment) {
        (Ok(Done::Payment(payment)), _) => Ok(PaymentAnswer { payment, refusal: None, replayed }),
        (Err(refusal), Some(payment)) => Ok(PaymentAnswer { payment, refusal: Some(refusal), replayed }),
        (Err(refusal), None) => Err(Error::Refused { refusal, replayed }),
        // A key of this scope never records anything else under these facts: the operation is the first of them.
        (Ok(_), _) => Err(Refusal::KeyReused { field: "operation".to_owned() }.into()),
    }
}
