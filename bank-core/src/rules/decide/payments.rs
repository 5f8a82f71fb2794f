//! Payments to merchants: created, approved, captured, voided, refunded.

use kit_core::{AccountNumber, IdempotencyKey, Money};

use super::movements::{agreed, may_leave};
use super::{Facts, kept_reference, keyed, plain, positive, recorded, replay};
use crate::command::{Approve, Capture, Consent, Done, Outcome, Pay, Payee, Refund, ends};
use crate::model::{CaptureMode, KeyRecord, MerchantId, Payment, PaymentId, PaymentState, TransferId, TransferKind};
use crate::model::{Flaw, Refusal};
use crate::rules::payment::{self, VoidStep};
use crate::rules::staged::{Movement, Staged};

/// A payment is asked for. Whatever comes of it, a decline included, is kept as a payment.
pub(super) fn pay(staged: &mut Staged, pay: &Pay) -> Outcome {
    if let Err(refusal) = shape(pay.amount, &pay.reference) {
        return plain(Err(refusal));
    }
    if staged.merchant(pay.merchant).is_none() {
        return plain(Err(Refusal::UnknownApiKey));
    }
    let facts = pay_facts(pay.payer, pay.amount, pay.capture, &pay.reference);
    keyed(staged, pay.merchant.into(), &pay.key, &facts, |staged| {
        let mut payment = Payment {
            id: pay.id,
            merchant: pay.merchant,
            key: pay.key.clone(),
            payer: pay.payer,
            amount: pay.amount,
            captured: 0,
            refunded: 0,
            state: PaymentState::RequiresApproval,
            capture: pay.capture,
            decline: None,
            reference: pay.reference.clone(),
            created_at: staged.now,
            expires_at: Some(ends(staged.now, pay.expires_after_seconds)),
            rest_voided: false,
        };
        let done = match (pay.payer, &pay.consent) {
            (Some(payer), Some(consent)) => charge(staged, &mut payment, payer, consent, pay.transfer),
            // Nobody has agreed yet: the payment waits for its approval.
            _ => Ok(()),
        };
        match done {
            Ok(()) => {
                staged.put_payment(payment.clone());
                let record = recorded(&payment);
                Ok((Done::Payment(payment), record))
            }
            Err(refusal) => {
                decline(staged, payment, refusal.clone());
                Err((refusal, Some(pay.id)))
            }
        }
    })
}

/// Whether a payment can be asked for at all, and its reference as it is kept. Asked before the PIN is, so that a typo
/// costs no try.
pub(crate) fn shape(amount: Money, reference: &str) -> Result<String, Refusal> {
    positive(amount).and_then(|()| kept_reference(reference))
}

/// The holder confirms a waiting payment.
pub(super) fn approve(staged: &mut Staged, approve: &Approve) -> Outcome {
    let Some(mut payment) = staged.payment(approve.payment).cloned() else {
        return plain(Err(Refusal::PaymentNotFound));
    };
    if let Err(refusal) = payment::approve(&payment) {
        return Outcome { result: Err(refusal), replayed: false, payment: Some(payment) };
    }
    payment.payer = Some(approve.payer);
    payment.expires_at = Some(ends(staged.now, approve.expires_after_seconds));
    match charge(staged, &mut payment, approve.payer, &approve.consent, approve.transfer) {
        Ok(()) => {
            staged.put_payment(payment.clone());
            plain(Ok(Done::Payment(payment)))
        }
        // A mistyped PIN is no reason to end the payment: the holder may try again until its time ends.
        Err(refusal @ Refusal::IncorrectPin { .. }) => plain(Err(refusal)),
        Err(refusal) => {
            let declined = decline(staged, payment, refusal.clone());
            Outcome { result: Err(refusal), replayed: false, payment: Some(declined) }
        }
    }
}

/// Takes part or all of an authorization.
pub(super) fn capture(staged: &mut Staged, capture: &Capture) -> Outcome {
    if let Some(Err(refusal)) = capture.amount.map(positive) {
        return plain(Err(refusal));
    }
    let facts = capture_facts(capture.payment, capture.amount, capture.last);
    let scope = capture.merchant.into();
    if let Some(record) = staged.key(scope, &capture.key) {
        return replay(staged, &record.clone(), facts.text());
    }
    if let Some(refusal) =
        capture.amount.and_then(|amount| in_other_currency(staged, capture.merchant, capture.payment, amount))
    {
        return plain(Err(refusal));
    }
    keyed(staged, scope, &capture.key, &facts, |staged| {
        let mut payment = own_payment(staged, capture.merchant, capture.payment).map_err(|r| (r, None))?.clone();
        let refused = |refusal| (refusal, Some(capture.payment));
        let amount = payment::capture(&payment, capture.amount).map_err(refused)?;
        let payer = payment.payer.ok_or(refused(Refusal::NotAuthorized))?;
        let settlement = settlement(staged, payment.merchant);
        // Release, then post the same money: what was held is available for exactly this.
        staged.release(payer, settlement, amount.minor);
        if let Err(refusal) = staged.post(payment_movement(&payment, capture.transfer, payer, settlement, amount)) {
            staged.hold(payer, settlement, amount).expect("what was released can be held again");
            return Err(refused(refusal));
        }
        payment.captured += amount.minor;
        staged.put_payment(payment.clone());
        if capture.last || payment.held() == 0 {
            payment = staged.end_payment(payment.id, PaymentState::Captured);
        }
        let record = recorded(&payment);
        Ok((Done::Payment(payment), record))
    })
}

/// Makes sure that nothing more is taken by a payment.
pub(super) fn void(staged: &mut Staged, merchant: MerchantId, id: PaymentId) -> Outcome {
    let payment = match own_payment(staged, merchant, id) {
        Ok(payment) => payment.clone(),
        Err(refusal) => return plain(Err(refusal)),
    };
    match payment::void(&payment) {
        Ok(VoidStep::End(state)) => plain(Ok(Done::Payment(staged.end_payment(id, state)))),
        Ok(VoidStep::ReleaseRest) => {
            let ended = staged.end_payment(id, PaymentState::Captured);
            let noted = Payment { rest_voided: true, ..ended };
            staged.put_payment(noted.clone());
            plain(Ok(Done::Payment(noted)))
        }
        Ok(VoidStep::AsItIs) => plain(Ok(Done::Payment(payment))),
        Err(refusal) => Outcome { result: Err(refusal), replayed: false, payment: Some(payment) },
    }
}

/// Makes sure that nothing is, or ever will be, taken under a key that was not captured already.
pub(super) fn void_key(staged: &mut Staged, merchant: MerchantId, key: &IdempotencyKey, fence: PaymentId) -> Outcome {
    if staged.merchant(merchant).is_none() {
        return plain(Err(Refusal::UnknownApiKey));
    }
    match staged.key(merchant.into(), key).map(KeyRecord::payment) {
        Some(Some(id)) => void(staged, merchant, id),
        // The key was used for something else, such as a capture: there is nothing to void and nothing to fence.
        Some(None) => plain(Err(Refusal::PaymentNotFound)),
        None => {
            let currency = staged.account(settlement(staged, merchant)).expect("loaded with its merchant").currency;
            let payment = Payment {
                id: fence,
                merchant,
                key: key.clone(),
                payer: None,
                amount: Money::zero(currency),
                captured: 0,
                refunded: 0,
                state: PaymentState::Voided,
                capture: CaptureMode::Immediate,
                decline: None,
                reference: String::new(),
                created_at: staged.now,
                expires_at: None,
                rest_voided: false,
            };
            staged.put_payment(payment.clone());
            let outcome = recorded(&payment);
            // Without facts: it matches whatever arrives under this key later.
            staged.put_key(KeyRecord { scope: merchant.into(), key: key.clone(), facts: String::new(), outcome });
            plain(Ok(Done::Payment(payment)))
        }
    }
}

/// Gives captured money back.
pub(super) fn refund(staged: &mut Staged, refund: &Refund) -> Outcome {
    if let Err(refusal) = positive(refund.amount) {
        return plain(Err(refusal));
    }
    let facts = refund_facts(refund.payment, refund.amount);
    // A refund short of settlement funds must be possible later under the same key (it is re-sent until it has an
    // answer), so that one refusal is not kept.
    let scope = refund.merchant.into();
    if let Some(record) = staged.key(scope, &refund.key) {
        return replay(staged, &record.clone(), facts.text());
    }
    if let Some(refusal) = in_other_currency(staged, refund.merchant, refund.payment, refund.amount) {
        return plain(Err(refusal));
    }
    if let Some(shortfall) = settlement_shortfall(staged, refund) {
        return plain(Err(Refusal::SettlementShort { shortfall }));
    }
    keyed(staged, scope, &refund.key, &facts, |staged| {
        let mut payment = own_payment(staged, refund.merchant, refund.payment).map_err(|r| (r, None))?.clone();
        let refused = |refusal| (refusal, Some(refund.payment));
        payment::refund(&payment, refund.amount).map_err(refused)?;
        let payer = payment.payer.ok_or(refused(Refusal::NotCaptured))?;
        // Nothing goes to a closed account: the merchant finds another way to the customer, and the bank says so for good.
        if staged.account(payer).is_some_and(|account| account.closed) {
            return Err(refused(Refusal::AccountClosed { account: Some(payer) }));
        }
        staged
            .post(Movement {
                id: refund.transfer,
                kind: TransferKind::Refund,
                debit: settlement(staged, payment.merchant),
                credit: payer,
                amount: refund.amount,
                payment: Some(payment.id),
                reference: payment.reference.clone(),
            })
            .map_err(refused)?;
        payment.refunded += refund.amount.minor;
        staged.put_payment(payment.clone());
        let record = recorded(&payment);
        Ok((Done::Payment(payment), record))
    })
}

/// The facts of a payment. Never the PIN, not even hashed.
pub(crate) fn pay_facts(payer: Option<AccountNumber>, amount: Money, capture: CaptureMode, reference: &str) -> Facts {
    let payer = payer.map(AccountNumber::digits).unwrap_or_default();
    Facts::of("payment")
        .with("account_number", payer)
        .money(amount)
        .with("capture", capture.name())
        .with("reference", reference)
}

/// The facts of a capture.
pub(crate) fn capture_facts(payment: PaymentId, amount: Option<Money>, last: bool) -> Facts {
    let facts = Facts::of("capture").with("payment", payment);
    match amount {
        Some(amount) => facts.money(amount),
        None => facts.with("amount", "rest"),
    }
    .with("final", last)
}

/// The facts of a refund.
pub(crate) fn refund_facts(payment: PaymentId, amount: Money) -> Facts {
    Facts::of("refund").with("payment", payment).money(amount)
}

/// Takes or holds the money as asked; on success the payment's state says which.
fn charge(
    staged: &mut Staged,
    payment: &mut Payment,
    payer: AccountNumber,
    consent: &Consent,
    transfer: TransferId,
) -> Result<(), Refusal> {
    if let Consent::Denied(refusal) = consent {
        return Err(refusal.clone());
    }
    let wrong = Refusal::IncorrectPin { tries_left: crate::rules::ladder::TRIES };
    let account = staged.account(payer).filter(|a| a.customer().is_some()).ok_or(wrong)?;
    agreed(account, consent, Payee::Merchant(payment.merchant), payment.amount)?;
    may_leave(account)?;
    let settlement = settlement(staged, payment.merchant);
    match payment.capture {
        CaptureMode::Immediate => {
            staged.post(payment_movement(payment, transfer, payer, settlement, payment.amount))?;
            payment.captured = payment.amount.minor;
            payment.state = PaymentState::Captured;
            payment.expires_at = None;
        }
        CaptureMode::Manual => {
            staged.hold(payer, settlement, payment.amount)?;
            payment.state = PaymentState::Authorized;
        }
    }
    Ok(())
}

fn payment_movement(
    payment: &Payment,
    id: TransferId,
    payer: AccountNumber,
    settlement: AccountNumber,
    amount: Money,
) -> Movement {
    Movement {
        id,
        kind: TransferKind::Payment,
        debit: payer,
        credit: settlement,
        amount,
        payment: Some(payment.id),
        reference: payment.reference.clone(),
    }
}

fn decline(staged: &mut Staged, mut payment: Payment, refusal: Refusal) -> Payment {
    payment.state = PaymentState::Declined;
    payment.decline = Some(refusal);
    payment.expires_at = None;
    staged.put_payment(payment.clone());
    payment
}

/// An amount about a payment in another currency than the payment's is the merchant's mistake, not a decline of the
/// payer: part of the call's shape, it leaves the key unused.
fn in_other_currency(staged: &Staged, merchant: MerchantId, id: PaymentId, amount: Money) -> Option<Refusal> {
    let payment = own_payment(staged, merchant, id).ok()?.amount.currency;
    (amount.currency != payment).then(|| Refusal::field("currency", Flaw::OtherCurrency { payment }))
}

/// The merchant's own payment: another's is as unknown as one that does not exist.
fn own_payment(staged: &Staged, merchant: MerchantId, id: PaymentId) -> Result<&Payment, Refusal> {
    staged.payment(id).filter(|p| p.merchant == merchant).ok_or(Refusal::PaymentNotFound)
}

fn settlement(staged: &Staged, merchant: MerchantId) -> AccountNumber {
    staged.merchant(merchant).expect("a merchant is loaded with its payments").settlement
}

/// How much the merchant's account lacks for a refund that would otherwise be allowed.
fn settlement_shortfall(staged: &Staged, refund: &Refund) -> Option<Money> {
    let payment = own_payment(staged, refund.merchant, refund.payment).ok()?;
    payment::refund(payment, refund.amount).ok()?;
    if staged.account(payment.payer?)?.closed {
        return None;
    }
    let available = staged.account(settlement(staged, refund.merchant))?.available();
    let short = refund.amount.minor.saturating_sub(available);
    (short > 0).then(|| Money::new(short, refund.amount.currency))
}
