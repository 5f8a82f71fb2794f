//! Calling the bank, and recording what it answered. No call is made inside a write.

use kit_core::{AccountNumber, Pin, Timestamp};

use super::mail::{note, note_new_order};
use super::post::{Command, Decided, Outcome, Terms};
use super::{Error, Shop, discounts, documents, orders};
use crate::gateway::{Answer, Expected, PaymentRequest};
use crate::rules::attempt::{self, AlertKind, Approval, Attempt, AttemptId, AttemptState, Question, Step};
use crate::rules::invoice::DocumentKind;
use crate::rules::order::{Order, OrderState};
use crate::rules::refund::{self, Refund, RefundId, RefundState};
use crate::rules::retry;
use crate::store::{Alert, Event, EventKind, Result as StoreResult, WriteTx};

/// Who pays. Lives only as long as the call.
pub(super) struct Payer<'a> {
    pub(super) account: AccountNumber,
    pub(super) pin: &'a Pin,
}

impl Shop {
    /// Makes a recorded attempt.
    pub(super) fn pay(&self, attempt: &Attempt, payer: Payer<'_>) {
        let reference = match self.view(|tx| tx.order(attempt.order)) {
            Ok(Some(order)) => format!("Order {}", order.number),
            // The reference is a courtesy; an order must not fail for want of it.
            _ => "Your order".to_owned(),
        };
        let answer = self.inner.gateway.purchase(&PaymentRequest {
            key: attempt.payment_key.clone(),
            account: payer.account,
            pin: payer.pin.clone(),
            amount: attempt.amount,
            reference,
        });
        kit_core::fail_point!("checkout.bank-answered");
        let fenced = matches!(attempt::next(attempt.state, &answer).step, Step::Fence { .. });
        // Where the answer cannot be recorded now, the attempt keeps its lease, and after that the sweep asks the bank.
        let recorded = self.submit(Command::RecordAnswer { attempt: attempt.id, claim: attempt.claims, answer });
        if fenced && recorded.is_ok() {
            // The customer still waits: most often the void is answered at once. Where it is not, the sweep goes on.
            let _ = self.settle(attempt.id);
        }
    }

    /// Takes an attempt up that is due: claims it, asks the bank, records the answer. `false` where it was not due.
    pub(super) fn settle(&self, attempt: AttemptId) -> Result<bool, Error> {
        let Outcome::Claimed(Some(claimed)) = self.submit(Command::ClaimAttempt { attempt })? else { return Ok(false) };
        let (held, question) = *claimed;
        kit_core::fail_point!("sweep.attempt-claimed");
        self.ask(&held, question)?;
        Ok(true)
    }

    /// Asks about an attempt that was claimed, and records the answer.
    fn ask(&self, attempt: &Attempt, question: Question) -> Result<(), Error> {
        let expected = Expected { key: attempt.payment_key.clone(), amount: attempt.amount };
        let answer = match question {
            Question::Void => self.inner.gateway.void(&expected),
            Question::LookUp => self.inner.gateway.lookup(&expected),
        };
        kit_core::fail_point!("sweep.bank-answered");
        self.submit(Command::RecordAnswer { attempt: attempt.id, claim: attempt.claims, answer })?;
        Ok(())
    }

    /// Sends a recorded refund and records the answer.
    pub(super) fn send_refund(&self, refund: &Refund) -> Result<(), Error> {
        let answer = self.inner.gateway.refund(&refund.payment, &refund.key, refund.amount);
        kit_core::fail_point!("refund.bank-answered");
        self.submit(Command::RecordRefund { refund: refund.id, claim: refund.claims, answer })?;
        Ok(())
    }
}

/// Compares and sets an attempt: what the answer means is decided by the state that the attempt has *now*.
pub(super) fn record_answer(
    tx: &mut dyn WriteTx,
    now: Timestamp,
    terms: &Terms,
    id: AttemptId,
    claim: u32,
    answer: &Answer,
) -> Decided {
    let Some(mut attempt) = tx.attempt(id)? else { return Ok(Ok(Outcome::Done)) };
    let Some(mut order) = tx.order(attempt.order)? else { return Ok(Ok(Outcome::Done)) };
    let cell = attempt::next(attempt.state, answer);
    if let Some(kind) = cell.alert {
        raise(tx, now, kind, attempt.id.uuid(), &order, answer)?;
    }
    let event = match cell.step {
        Step::Nothing => return Ok(Ok(Outcome::Done)),
        Step::Succeed { payment } => {
            end(&mut attempt, &mut order, now, AttemptState::Succeeded);
            attempt.payment = Some(payment);
            attempt.failure = None;
            order.state = OrderState::Paid;
            order.invoice = Some(documents::issue(tx, now, DocumentKind::Invoice)?);
            Some(EventKind::Paid)
        }
        Step::Fail { failure, release } => {
            end(&mut attempt, &mut order, now, AttemptState::Failed);
            attempt.failure = Some(failure);
            if release {
                order.state = OrderState::NotPaid;
                orders::return_stock(tx, &order)?;
                discounts::return_use(tx, &order)?;
            }
            Some(EventKind::PaymentFailed)
        }
        Step::Fence { failure } => {
            attempt.state = AttemptState::Refused;
            attempt.failure = Some(failure);
            attempt.due_at = Some(now);
            None
        }
        Step::FailAsRefused => {
            end(&mut attempt, &mut order, now, AttemptState::Failed);
            Some(EventKind::PaymentFailed)
        }
        Step::AwaitApproval { url, expires_at } => {
            attempt.state = AttemptState::AwaitingApproval;
            attempt.due_at = Some(now.plus(retry::wait(0, None)));
            attempt.approval = Some(Approval { url, until: expires_at.min(now.plus(terms.approval)) });
            Some(EventKind::ApprovalRequested)
        }
        Step::Doubt => {
            attempt.state = AttemptState::Unknown;
            attempt.due_at = Some(now.plus(retry::wait(0, None)));
            Some(EventKind::PaymentUnknown)
        }
        // Somebody else has taken the attempt up since: when it is asked again is theirs to say.
        Step::Stay { .. } if attempt.claims != claim => return Ok(Ok(Outcome::Done)),
        Step::Stay { retry_after } => {
            let again = now.plus(retry::wait(claim.saturating_sub(1), retry_after));
            // The moment at which the wait for an approval ends is not slept through.
            let until = attempt.approval.as_ref().map(|approval| approval.until).filter(|until| *until > now);
            attempt.due_at = Some(until.map_or(again, |until| again.min(until)));
            None
        }
    };
    if let Some(kind) = event {
        order.changed_at = now;
        note(tx, &Event { order: order.id, at: now, kind })?;
        if kind == EventKind::Paid {
            note_new_order(tx, terms, order.id, now)?;
        }
        if order.state == OrderState::NotPaid {
            note(tx, &Event { order: order.id, at: now, kind: EventKind::NotPaid })?;
        }
        tx.update_order(&order)?;
    }
    tx.update_attempt(&attempt)?;
    Ok(Ok(Outcome::Done))
}

fn end(attempt: &mut Attempt, order: &mut Order, now: Timestamp, state: AttemptState) {
    attempt.state = state;
    attempt.due_at = None;
    attempt.ended_at = Some(now);
    order.live_attempt = None;
}

/// Compares and sets a refund. The stock goes back when the cancellation is final.
pub(super) fn record_refund(
    tx: &mut dyn WriteTx,
    now: Timestamp,
    id: RefundId,
    claim: u32,
    answer: &Answer,
) -> Decided {
    let Some(mut refund) = tx.refund(id)? else { return Ok(Ok(Outcome::Done)) };
    let Some(mut order) = tx.order(refund.order)? else { return Ok(Ok(Outcome::Done)) };
    let (step, alert) = refund::next(refund.state, answer);
    if let Some(kind) = alert {
        raise(tx, now, kind, refund.id.uuid(), &order, answer)?;
    }
    match step {
        refund::Step::Nothing => return Ok(Ok(Outcome::Done)),
        refund::Step::Finish => {
            refund.state = RefundState::Refunded;
            refund.due_at = None;
            refund.ended_at = Some(now);
            order.state = OrderState::Cancelled;
            order.changed_at = now;
            order.credit_note = Some(documents::issue(tx, now, DocumentKind::CreditNote)?);
            orders::return_stock(tx, &order)?;
            discounts::return_use(tx, &order)?;
            tx.update_order(&order)?;
            for kind in [EventKind::Refunded, EventKind::Cancelled] {
                note(tx, &Event { order: order.id, at: now, kind })?;
            }
        }
        refund::Step::Stop { code } => {
            refund.state = RefundState::Refused;
            refund.due_at = None;
            refund.ended_at = Some(now);
            refund.refusal = Some(code);
            tx.insert_event(&Event { order: order.id, at: now, kind: EventKind::RefundRefused })?;
        }
        refund::Step::Stay { .. } if refund.claims != claim => return Ok(Ok(Outcome::Done)),
        refund::Step::Stay { retry_after } => refund.due_at = Some(now.plus(retry::wait(claim, retry_after))),
    }
    tx.update_refund(&refund)?;
    Ok(Ok(Outcome::Done))
}

fn raise(
    tx: &mut dyn WriteTx,
    now: Timestamp,
    kind: AlertKind,
    subject: kit_core::Uuid,
    order: &Order,
    answer: &Answer,
) -> StoreResult<()> {
    let detail = match answer {
        // A field's name comes from the gateway; a page must not depend on its manners.
        Answer::Mismatch { field } => field.chars().filter(|c| c.is_ascii_graphic()).take(64).collect(),
        Answer::Rejected { code } | Answer::Declined { code, .. } => code.as_str().to_owned(),
        Answer::Captured { .. } => "captured".to_owned(),
        Answer::Authorized { .. } => "authorized".to_owned(),
        Answer::Refunded => "refunded".to_owned(),
        Answer::Unauthorized => "unauthorized".to_owned(),
        _ => String::new(),
    };
    tx.put_alert(&Alert { subject, kind, order: order.id, at: now, detail })
}
