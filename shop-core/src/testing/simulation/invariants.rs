//! What must hold after every step, checked against the facts of both stores.

use std::collections::BTreeMap;

use bank_core::model::{Payment, PaymentState};
use kit_core::{Clock, IdempotencyKey};

use super::network::lock;
use super::sides::Side;
use super::world::World;
use crate::store::{OrderSlice, ReadTx, StoreExt};
use crate::{
    Attempt, AttemptId, AttemptState, EventKind, MailKind, Order, OrderId, OrderState, Refund, RefundId, RefundState,
    ShopConfig,
};

/// What was seen at the last check: what was final then is so now.
#[derive(Default)]
pub(super) struct Books {
    orders: BTreeMap<OrderId, OrderState>,
    attempts: BTreeMap<AttemptId, AttemptState>,
    refunds: BTreeMap<RefundId, RefundState>,
}

/// An order and all that belongs to it.
pub(super) struct Facts {
    pub(super) order: Order,
    pub(super) attempts: Vec<Attempt>,
    pub(super) refunds: Vec<Refund>,
    mails: Vec<MailKind>,
}

/// What the bank took and gave back under the keys of one order.
#[derive(Default)]
struct Money {
    captures: u32,
    captured: i64,
    refunded: i64,
}

impl World {
    pub(super) fn check_facts(&mut self) -> Result<(), String> {
        let report =
            bank_core::check(&*self.bank_store, |_| {}).map_err(|e| format!("the ledger is unreadable: {e}"))?;
        if let Some(violation) = report.violations.first() {
            return Err(format!("the ledger: {violation}"));
        }
        let payments = self.payments_of_the_shop()?;
        let orders = self.orders()?;
        let mut known = 0;
        for facts in &orders {
            let attempts = facts.attempts.iter();
            known += attempts.filter(|a| payments.get(&a.payment_key).is_some_and(|p| p.captured > 0)).count();
            self.check_order(facts, &payments).map_err(|what| format!("order {}: {what}", facts.order.number))?;
        }
        if known != payments.values().filter(|payment| payment.captured > 0).count() {
            return Err("the bank took money for the shop without an attempt on record".to_owned());
        }
        self.check_finality(&orders)?;
        self.check_stock(&orders)?;
        self.check_codes(&orders)?;
        self.check_numbers(&orders)?;
        self.check_purchases()?;
        self.check_movements()?;
        self.check_holds()
    }

    /// The payments that the shop asked for, by key, fences among them.
    fn payments_of_the_shop(&self) -> Result<BTreeMap<IdempotencyKey, Payment>, String> {
        let merchant = self.setting.shop.id;
        let all = self.bank_facts(|tx| Ok(tx.payments_after(None, usize::MAX)?))?;
        let own: Vec<Payment> = all.into_iter().filter(|payment| payment.merchant == merchant).collect();
        let count = own.len();
        let by_key: BTreeMap<_, _> = own.into_iter().map(|payment| (payment.key.clone(), payment)).collect();
        if by_key.len() == count { Ok(by_key) } else { Err("two payments stand under one key".to_owned()) }
    }

    pub(super) fn shop_facts<T>(&self, read: impl FnMut(&dyn ReadTx) -> crate::store::Result<T>) -> Result<T, String> {
        self.shop_store.view(read).map_err(|error| format!("the shop's facts cannot be read: {error}"))
    }

    pub(super) fn orders(&self) -> Result<Vec<Facts>, String> {
        self.shop_facts(|tx| {
            let orders = tx.orders(&OrderSlice { limit: u32::MAX, ..OrderSlice::default() })?;
            let facts = |order: Order| {
                let mut mails = Vec::new();
                for kind in MailKind::ALL {
                    mails.extend(tx.mail(order.id, *kind)?.map(|mail| mail.kind));
                }
                Ok(Facts { attempts: tx.attempts(order.id)?, refunds: tx.refunds(order.id)?, order, mails })
            };
            orders.into_iter().map(facts).collect()
        })
    }

    fn check_order(&self, facts: &Facts, payments: &BTreeMap<IdempotencyKey, Payment>) -> Result<(), String> {
        let Facts { order, attempts, refunds, mails } = facts;
        let mut money = Money::default();
        for attempt in attempts {
            let payment = payments.get(&attempt.payment_key);
            check_attempt(order, attempt, payment)?;
            let (captured, refunded) = payment.map_or((0, 0), |payment| (payment.captured, payment.refunded));
            money.captures += u32::from(captured > 0);
            money.captured += captured;
            money.refunded += refunded;
            if let Some(payer) = payment.and_then(|payment| payment.payer)
                && !self.purchases.iter().any(|p| p.token.hash() == order.token && p.payers.contains(&payer))
            {
                return Err(format!("{payer:?} paid it, whom nobody named"));
            }
        }
        if money.captures > 1 {
            return Err(format!("paid {} times", money.captures));
        }
        let total = order.total.minor;
        let open: Vec<AttemptId> = attempts.iter().filter(|a| !a.state.is_final()).map(|a| a.id).collect();
        if open.len() > 1 || open.first().copied() != order.live_attempt {
            return Err("its open attempt is not the one that it names".to_owned());
        }
        let succeeded = attempts.iter().filter(|a| a.state == AttemptState::Succeeded).count();
        // An order of nothing is paid by no attempt, and nothing goes back.
        let right = match order.state {
            _ if order.is_free() => {
                attempts.is_empty()
                    && refunds.is_empty()
                    && matches!(order.state, OrderState::Paid | OrderState::Shipped | OrderState::Cancelled)
            }
            OrderState::AwaitingPayment => succeeded == 0 && (money.captured == 0 || order.live_attempt.is_some()),
            OrderState::NotPaid => succeeded == 0 && money.captured == 0,
            OrderState::Paid | OrderState::Shipped => succeeded == 1 && money.captured == total && money.refunded == 0,
            OrderState::Cancelling => {
                succeeded == 1 && money.captured == total && (money.refunded == 0 || money.refunded == total)
            }
            OrderState::Cancelled if order.refund.is_some() => succeeded == 1 && money.refunded == total,
            OrderState::Cancelled => succeeded == 0 && money.captured == 0,
        };
        if !right || (money.refunded != 0 && money.refunded != money.captured) {
            let Money { captured, refunded, .. } = money;
            return Err(format!(
                "{:?} with {succeeded} successful payments; the bank took {captured} of {total} and gave {refunded} back",
                order.state
            ));
        }
        let pending = refunds.iter().filter(|refund| refund.state == RefundState::Pending);
        if pending.clone().any(|refund| refund.due_at.is_none() || order.state != OrderState::Cancelling) {
            return Err("a refund is forgotten".to_owned());
        }
        if pending.count() > 1 {
            return Err("two refunds are under way".to_owned());
        }
        check_mails(order, succeeded == 1 || order.is_free(), mails)?;
        super::sums::check_sums(order)?;
        super::sums::check_documents(facts)
    }

    /// What is final stays as it is, and no order disappears.
    fn check_finality(&mut self, orders: &[Facts]) -> Result<(), String> {
        let mut books = Books::default();
        for Facts { order, attempts, refunds, .. } in orders {
            books.orders.insert(order.id, order.state);
            books.attempts.extend(attempts.iter().map(|attempt| (attempt.id, attempt.state)));
            books.refunds.extend(refunds.iter().map(|refund| (refund.id, refund.state)));
        }
        for (id, before) in &self.books.orders {
            let now = books.orders.get(id).ok_or_else(|| format!("order {id} has disappeared"))?;
            let allowed = match before {
                // Between two checks lies one commit; but one batch may take an order several steps on.
                OrderState::AwaitingPayment => true,
                OrderState::Paid => !matches!(now, OrderState::AwaitingPayment | OrderState::NotPaid),
                OrderState::Cancelling => matches!(now, OrderState::Cancelling | OrderState::Cancelled),
                OrderState::Shipped | OrderState::Cancelled | OrderState::NotPaid => now == before,
            };
            if !allowed {
                return Err(format!("order {id} went from {before:?} to {now:?}"));
            }
        }
        for (id, before) in &self.books.attempts {
            let now = books.attempts.get(id).ok_or_else(|| format!("attempt {id} has disappeared"))?;
            if before.is_final() && before != now || *before != AttemptState::Started && *now == AttemptState::Started {
                return Err(format!("attempt {id} went from {before:?} to {now:?}"));
            }
        }
        for (id, before) in &self.books.refunds {
            let now = books.refunds.get(id).ok_or_else(|| format!("refund {id} has disappeared"))?;
            // A refused one is taken up again where the operator says so.
            if *before == RefundState::Refunded && before != now {
                return Err(format!("refund {id} went from {before:?} to {now:?}"));
            }
        }
        self.books = books;
        Ok(())
    }

    fn check_stock(&self, orders: &[Facts]) -> Result<(), String> {
        for good in &self.setting.goods {
            let product = self.shop_facts(|tx| tx.product(&good.sku))?;
            let stock = product.ok_or_else(|| format!("{} has disappeared", good.sku.as_str()))?.stock;
            let holding =
                orders.iter().filter(|f| !matches!(f.order.state, OrderState::Cancelled | OrderState::NotPaid));
            let lines = holding.flat_map(|facts| &facts.order.lines).filter(|line| line.sku == good.sku);
            let taken: u32 = lines.map(|line| line.quantity.get()).sum();
            if stock + taken != good.stock {
                let (sku, first) = (good.sku.as_str(), good.stock);
                return Err(format!("{sku}: {stock} on the shelf and {taken} sold, of {first}"));
            }
        }
        Ok(())
    }

    /// What customers were told of their orders is so.
    fn check_purchases(&self) -> Result<(), String> {
        for (at, purchase) in self.purchases.iter().enumerate() {
            let order = self.shop_facts(|tx| tx.order_by_token(&purchase.token.hash()))?;
            let Some(order) = order else {
                if purchase.placed {
                    return Err(format!("order {at} was confirmed, and the shop knows of none"));
                }
                continue;
            };
            if !purchase.placed && purchase.calls.did_nothing() {
                return Err(format!("order {at}: told that nothing happened, and it was placed"));
            }
            if order.total.minor != purchase.agreed {
                return Err(format!("order {at}: agreed to {}, ordered for {}", purchase.agreed, order.total));
            }
            let taken = order.discount.as_ref().map(|discount| &discount.code);
            // A code that the goods are not worth enough for takes nothing off, and none of its uses.
            if order.shipping.method != purchase.shipping
                || taken.is_some_and(|code| Some(code) != purchase.code.as_ref())
            {
                return Err(format!("order {at}: {taken:?}, by {}, is not what was asked for", order.shipping.name));
            }
            let paid = matches!(purchase.seen, Some("paid" | "shipped" | "refunding" | "refund-delayed"));
            let now = order.state;
            if paid && matches!(now, OrderState::AwaitingPayment | OrderState::NotPaid) {
                return Err(format!("order {at} was seen paid, and is {now:?}"));
            }
        }
        Ok(())
    }

    /// The sweep keeps off a payment whose customer still waits for it. Only where clocks are right: one that jumps ahead
    /// ends leases, and the void that follows is safe all the same.
    pub(super) fn check_voids(&mut self) -> Result<(), String> {
        let voided = std::mem::take(&mut lock(&self.network).voided_live);
        if voided.is_empty() || !self.profile.true_clocks() {
            return Ok(());
        }
        let lease = super::network::DEADLINE + ShopConfig::default().lease_margin;
        let now = self.shop_clock.now();
        for facts in self.orders()? {
            for attempt in facts.attempts {
                if voided.contains(&attempt.payment_key) && now < attempt.started_at.plus(lease) {
                    return Err(format!("order {}: voided while its customer was paying", facts.order.number));
                }
            }
        }
        Ok(())
    }

    /// A caller is told that nobody knows only where a commit failed, or where what was committed could not be read
    /// afterwards. A write that is run again is no reason.
    pub(super) fn never_unknown_by_itself(&self, side: Side, told_unknown: bool) -> Result<(), String> {
        let faults = if side == Side::Bank { self.profile.bank } else { self.profile.shop };
        if told_unknown && faults.commit_unknown == 0 && faults.read_fails == 0 {
            return Err(format!("{side:?} says that nobody knows, and no commit failed"));
        }
        Ok(())
    }

    /// Nothing that the shop keeps contains a PIN.
    pub(super) fn check_for_pins(&self) -> Result<(), String> {
        let orders = self.orders()?;
        let kept = self.shop_facts(|tx| {
            let mut kept = format!("{:?}{:?}", tx.alerts(u32::MAX)?, tx.all_products()?);
            for Facts { order, attempts, refunds, .. } in &orders {
                kept.push_str(&format!("{order:?}{attempts:?}{refunds:?}{:?}", tx.events(order.id)?));
            }
            Ok(kept)
        })?;
        if self.setting.people.iter().any(|person| kept.contains(person.pin.expose())) {
            return Err("the shop keeps a PIN".to_owned());
        }
        Ok(())
    }

    /// Counts what came of everything.
    pub(super) fn count(&mut self) -> Result<(), String> {
        let orders = self.orders()?;
        let report = &mut self.report;
        report.orders = orders.len() as u64;
        for Facts { order, attempts, .. } in &orders {
            report.discounted += u64::from(order.discount.is_some());
            report.paid += u64::from(order.is_free() || attempts.iter().any(|a| a.state == AttemptState::Succeeded));
            report.refunded += u64::from(order.state == OrderState::Cancelled && order.refund.is_some());
            report.not_paid += u64::from(order.state == OrderState::NotPaid);
        }
        let doubts = self.shop_facts(|tx| {
            let mut doubts = 0;
            for Facts { order, .. } in &orders {
                let unknown = |event: &&crate::Event| event.kind == EventKind::PaymentUnknown;
                doubts += tx.events(order.id)?.iter().filter(unknown).count() as u64;
            }
            Ok(doubts)
        })?;
        self.report.in_doubt = doubts;
        self.report.transfers = self.bank_facts(|tx| Ok(tx.head()?.last_seq))?;
        Ok(())
    }
}

/// The mails to the customer and the operator name everything that happened, and nothing that did not.
fn check_mails(order: &Order, was_paid: bool, mails: &[MailKind]) -> Result<(), String> {
    let happened = |kind: &&MailKind| match kind {
        MailKind::Paid | MailKind::NewOrder => was_paid,
        MailKind::Shipped => order.state == OrderState::Shipped,
        MailKind::Cancelled => order.state == OrderState::Cancelled,
        MailKind::NotPaid => order.state == OrderState::NotPaid,
    };
    let expected: Vec<MailKind> = MailKind::ALL.iter().filter(happened).copied().collect();
    if expected == mails { Ok(()) } else { Err(format!("{:?}, and mails tell of {mails:?}", order.state)) }
}

fn check_attempt(order: &Order, attempt: &Attempt, payment: Option<&Payment>) -> Result<(), String> {
    let captured = payment.map_or(0, |payment| payment.captured);
    let right = match attempt.state {
        AttemptState::Failed => captured == 0,
        AttemptState::Succeeded => {
            captured == order.total.minor && payment.is_some_and(|payment| payment.state == PaymentState::Captured)
        }
        _ => (captured == 0 || captured == order.total.minor) && attempt.due_at.is_some(),
    };
    if right && attempt.amount == order.total {
        Ok(())
    } else {
        Err(format!("a payment of {} is {:?}, and the bank took {captured}", attempt.amount, attempt.state))
    }
}
