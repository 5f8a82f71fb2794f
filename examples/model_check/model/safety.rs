//! What must be true of every state, whatever went wrong on the way there.

use bank_core::model::{Payment, PaymentState};
use kit_core::IdempotencyKey;
use shop_core::rules::order::status;
use shop_core::{AlertKind, AttemptState, Order, OrderState, OrderStatus, RefundState};

use super::bank::{self, How, Request};
use super::shop::{self, ORDERS, Who, holds_stock};
use super::world::World;
use super::{PRICE, eur};

/// A promise, or the sentence that says how it is broken.
pub(crate) type Promise = Result<(), String>;

fn must(holds: bool, broken: impl FnOnce() -> String) -> Promise {
    if holds { Ok(()) } else { Err(broken()) }
}

/// The promises about one side's states.
pub(crate) fn of_shop(world: &World, facts: &shop::Facts) -> Promise {
    let taken = facts.orders.iter().filter(|order| holds_stock(order)).count();
    let (shelf, all) = (facts.stock() as usize, world.scenario.stock as usize);
    must(shelf + taken == all, || format!("{shelf} on the shelf and {taken} in orders, of {all}"))?;
    let with_code = facts.orders.iter().filter(|order| order.discount.is_some());
    let held = with_code.filter(|order| holds_stock(order)).count();
    let uses: u32 = facts.discounts.iter().map(|discount| discount.uses).sum();
    must(held == uses as usize && uses <= 1, || format!("{uses} uses of the code are taken, {held} orders hold it"))?;
    let mut invoices: Vec<u64> = facts.orders.iter().filter_map(|o| o.invoice.map(|issued| issued.number)).collect();
    let mut notes: Vec<u64> = facts.orders.iter().filter_map(|o| o.credit_note.map(|issued| issued.number)).collect();
    invoices.sort_unstable();
    notes.sort_unstable();
    let gapless = |numbers: &[u64], last: u64| numbers.iter().copied().eq(1..=last);
    must(gapless(&invoices, facts.numbers.invoice) && gapless(&notes, facts.numbers.credit_note), || {
        format!("invoices {invoices:?} and credit notes {notes:?}, the last of them {:?}", facts.numbers)
    })?;
    for who in 0..ORDERS as Who {
        let Some(order) = facts.order(who) else { continue };
        let letter = char::from(b'A' + who);
        must(order.total == eur(facts.price(who)), || format!("order {letter} costs {}", order.total))?;
        let open: Vec<_> = facts.attempts(order.id).filter(|a| !a.state.is_final()).collect();
        must(open.len() <= 1, || format!("order {letter} has two open attempts"))?;
        must(order.live_attempt == open.first().map(|a| a.id), || {
            format!("order {letter} does not name its open attempt")
        })?;
        must(open.is_empty() || order.state == OrderState::AwaitingPayment, || {
            format!("order {letter} is {} with an open attempt", order.state.code())
        })?;
        must(open.iter().all(|a| a.due_at.is_some()), || {
            format!("an open attempt of order {letter} will never be taken up")
        })?;
        let succeeded = facts.attempts(order.id).filter(|a| a.state == AttemptState::Succeeded).count();
        let was_paid = match order.state {
            OrderState::Paid | OrderState::Shipped | OrderState::Cancelling => true,
            OrderState::Cancelled => order.is_free() || order.refund.is_some(),
            OrderState::AwaitingPayment | OrderState::NotPaid => false,
        };
        must(succeeded == usize::from(was_paid && !order.is_free()), || {
            format!("order {letter} is {} with {succeeded} attempts that succeeded", order.state.code())
        })?;
        if order.is_free() {
            nothing_to_pay(facts, order).map_err(|broken| format!("order {letter} costs nothing, and {broken}"))?;
        }
        let taken_back = was_paid && order.state == OrderState::Cancelled;
        must((order.invoice.is_some(), order.credit_note.is_some()) == (was_paid, taken_back), || {
            let (invoice, note) = (order.invoice, order.credit_note);
            format!("order {letter} is {} with invoice {invoice:?}, credit note {note:?}", order.state.code())
        })?;
    }
    Ok(())
}

/// An order of nothing is paid from the beginning; no bank hears of it, neither of a payment nor of a refund.
fn nothing_to_pay(facts: &shop::Facts, order: &Order) -> Promise {
    let paid = matches!(order.state, OrderState::Paid | OrderState::Shipped | OrderState::Cancelled);
    must(paid, || format!("it is {}", order.state.code()))?;
    let (attempts, refunds) = (facts.attempts(order.id).count(), facts.refunds(order.id).count());
    must((attempts, refunds, order.refund) == (0, 0, None), || format!("it has {attempts} attempts, {refunds} refunds"))
}

/// The promises about the bank's states: its own proof of its ledger, and that no money is made or lost.
pub(crate) fn of_bank(world: &World, facts: &bank::Facts) -> Promise {
    if let Some(refused) = facts.contradiction() {
        return Err(format!("the bank tried to write what no rule may write: {refused}"));
    }
    let violations = facts.audit();
    must(violations.is_empty(), || format!("the bank's proof of its ledger fails: {violations:?}"))?;
    let [customer, merchant] = facts.balances();
    must(customer >= 0 && merchant >= 0, || format!("balances of {customer} and {merchant}"))?;
    let all = world.scenario.balance;
    must(customer + merchant == all, || format!("{customer} and {merchant} are not the {all} that were there"))
}

/// The promises about both sides together.
pub(crate) fn of_both(world: &World, shop: u32, bank: u32) -> Promise {
    let (facts, bank) = (world.shop(shop).clone(), world.bank(bank).clone());
    for payment in bank.payments() {
        let known = facts.attempts.iter().any(|attempt| attempt.payment_key == payment.key);
        must(known, || "the bank has a payment for which the shop recorded no attempt".to_owned())?;
    }
    for who in 0..ORDERS as Who {
        let Some(order) = facts.order(who) else { continue };
        of_order(world, shop, &facts, &bank, order)
            .map_err(|broken| format!("order {}: {broken}", char::from(b'A' + who)))?;
    }
    Ok(())
}

fn of_order(world: &World, shop: u32, facts: &shop::Facts, bank: &bank::Facts, order: &Order) -> Promise {
    let under = |key: &IdempotencyKey| bank.payments().iter().find(|payment| payment.key == *key);
    let payments: Vec<&Payment> = facts.attempts(order.id).filter_map(|a| under(&a.payment_key)).collect();
    let captures = payments.iter().filter(|payment| payment.captured > 0).count();
    let captured: i64 = payments.iter().map(|payment| payment.captured).sum();
    let returned: i64 = payments.iter().map(|payment| payment.refunded).sum();
    must(captures <= 1 && captured <= order.total.minor, || format!("charged {captures} times, {captured} in all"))?;
    must(returned <= captured, || format!("{returned} given back of {captured}"))?;
    for attempt in facts.attempts(order.id) {
        let payment = under(&attempt.payment_key);
        let charged = payment.is_some_and(|payment| payment.captured > 0);
        let name = || world.name(shop, &attempt.payment_key);
        match attempt.state {
            AttemptState::Failed => {
                must(!charged, || format!("{} failed, so nothing was charged, and yet it was", name()))?;
            }
            AttemptState::Succeeded => {
                let id = payment.map(|payment| payment.id.to_string());
                must(charged && id == attempt.payment.as_ref().map(|payment| payment.0.clone()), || {
                    format!("{} succeeded, and the bank has no such capture", name())
                })?;
            }
            AttemptState::Started | AttemptState::Refused | AttemptState::Unknown | AttemptState::AwaitingApproval => {}
        }
    }
    let (total, refund) = (order.total.minor, order.refund);
    let live = facts.attempts(order.id).find(|attempt| Some(attempt.id) == order.live_attempt);
    let deciding = facts.refunds(order.id).find(|r| Some(r.id) == refund);
    let told = status(order, live, deciding);
    match told {
        OrderStatus::Paid | OrderStatus::Shipped => must((captured, returned) == (total, 0), || {
            format!("{}, with {captured} charged and {returned} given back, of {total}", told.code())
        }),
        OrderStatus::Refunding | OrderStatus::RefundDelayed => {
            must(captured == total, || format!("being given back, with {captured} charged of {total}"))
        }
        OrderStatus::Cancelled { refunded } => must(captured == returned && refunded == (returned > 0), || {
            format!("cancelled, with {captured} charged and {returned} given back")
        }),
        OrderStatus::NotPaid => must(captured == 0, || "ended as not paid, and was charged".to_owned()),
        OrderStatus::AwaitingPayment { .. } => {
            must(captured == 0, || "may be paid again, and was charged already".to_owned())
        }
        OrderStatus::Checking | OrderStatus::AwaitingApproval { .. } => {
            must(returned == 0, || "given back before it was known to be paid".to_owned())
        }
    }
}

/// What must be true once nothing goes wrong any more and nothing is due: every order has its end, and both sides agree.
pub(crate) fn of_the_end(world: &World, shop: u32, bank: u32) -> Promise {
    let (facts, bank) = (world.shop(shop), world.bank(bank));
    for order in &facts.orders {
        let ended = !matches!(order.state, OrderState::AwaitingPayment | OrderState::Cancelling);
        must(ended, || format!("an order never ends: it stays {}", order.state.code()))?;
    }
    let pending = facts.refunds.iter().any(|refund| refund.state == RefundState::Pending);
    must(!pending, || "a refund stays pending".to_owned())?;
    let open = |payment: &Payment| matches!(payment.state, PaymentState::Authorized | PaymentState::RequiresApproval);
    must(!bank.payments().iter().any(open), || "a payment stays open at the bank".to_owned())?;
    let sold = |order: &&Order| matches!(order.state, OrderState::Paid | OrderState::Shipped);
    let sold: i64 = facts.orders.iter().filter(sold).map(|order| order.total.minor).sum();
    let [_, merchant] = bank.balances();
    must(merchant == sold, || format!("the merchant has {merchant}, and sold for {sold}"))
}

/// The bank is asked once more under each of its keys, for another amount: it must say so and do nothing.
pub(crate) fn another_amount(world: &mut World, bank: u32) -> Promise {
    let facts = world.bank(bank).clone();
    for payment in facts.payments().iter().filter(|payment| payment.amount.minor > 0) {
        let reference = payment.reference.clone();
        let request = Request::Purchase { key: payment.key.clone(), amount: eur(PRICE + 1), reference };
        let request = world.number_request(request);
        let (after, answer) = world.ask(bank, request, How::Usual);
        let told = matches!(world.answer(answer), shop_core::gateway::Answer::Mismatch { .. });
        must(after == bank && told, || {
            format!("a key used again for another amount was answered {:?}", world.answer(answer))
        })?;
    }
    Ok(())
}

/// A bank that contradicts itself is reported: the late answer to a purchase that had failed is a forged "captured".
pub(crate) fn contradiction(world: &mut World, shop: u32, call: u16) -> Promise {
    let request = world.request(world.request_of(call)).clone();
    let facts = world.shop(shop).clone();
    let failed = |a: &&shop_core::Attempt| a.payment_key == *request.key() && a.state == AttemptState::Failed;
    let (Request::Purchase { .. }, Some(attempt)) = (&*request, facts.attempts.iter().find(failed)) else {
        return Ok(());
    };
    let after = world.finish(shop, call, World::FORGED)?.shop;
    let after = world.shop(after);
    let told = after
        .alerts
        .iter()
        .any(|alert| (alert.subject, alert.kind) == (attempt.id.uuid(), AlertKind::CapturedAfterFailure));
    let same = (&after.orders, &after.attempts, after.stock()) == (&facts.orders, &facts.attempts, facts.stock());
    must(told && same, || "a capture that contradicts a failure is not reported".to_owned())
}
