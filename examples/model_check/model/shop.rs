//! The shop's side as facts: all rows that its decisions read, and the steps that may begin from them.
//!
//! Time is abstracted to what is due. The clock stands still; every lease, wait and reservation is far from over, but
//! for the one that a step says has just run out. So each may run out at any moment and in any order.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use kit_core::{IdempotencyKey, Token, TokenHash};
use shop_core::rules::cart::Cart;
use shop_core::rules::invoice::{Issued, LastNumbers};
use shop_core::rules::order::form_key;
use shop_core::store::memory::MemoryStore;
use shop_core::store::{Result as StoreResult, Store, StoreExt};
use shop_core::{
    Alert, Attempt, AttemptId, AttemptState, Benefit, Discount, DiscountCode, DiscountTerms, Order, OrderId,
    OrderSlice, OrderState, Product, Quantity, Refund, RefundId, RefundState, Sku,
};

use super::process;
use super::scenario::OrderBounds;
use super::{FAR, NOW, PRICE, eur};

/// How many orders the model has.
pub(crate) const ORDERS: usize = 2;
/// Which of them, 0 or 1.
pub(crate) type Who = u8;

/// A step that begins in the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    /// The customer sends the checkout form, for the first time or again.
    Submit(Who),
    /// The customer sends the order page's form, the n-th one.
    PayAgain(Who, u8),
    /// The customer cancels.
    Cancel(Who),
    /// The operator cancels once more.
    RetryRefund(Who),
    /// The operator ships.
    Ship(Who),
    /// The lease or wait of an attempt is over, and the sweep takes it up.
    SweepAttempt(AttemptId),
    /// The same, and the time in which it could be approved is over as well.
    SweepLateApproval(AttemptId),
    /// The lease or wait of a refund is over, and the sweep takes it up.
    SweepRefund(RefundId),
    /// The reservation of an order has run out, and the sweep takes it up.
    SweepReservation(OrderId),
    /// Both an attempt and another order's reservation are due when the sweep looks. It takes up the attempt first, and
    /// whatever happens while it waits, it comes to the reservation afterwards.
    SweepBoth(AttemptId, OrderId),
}

/// One reachable state of the shop: all rows that any decision reads. The orders' histories are not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    products: Vec<Product>,
    carts: Vec<Cart>,
    pub(crate) orders: Vec<Order>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) alerts: Vec<Alert>,
    /// The one discount code there is; the first order is placed with it, and so holds its only use.
    pub(crate) discounts: Vec<Discount>,
    pub(crate) numbers: LastNumbers,
}

/// What tells most states apart; equality compares every row.
impl Hash for Facts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.stock().hash(state);
        for order in &self.orders {
            (order.id, order.state, order.live_attempt, order.refund).hash(state);
        }
        for attempt in &self.attempts {
            (attempt.id, attempt.state, attempt.claims, attempt.due_at, &attempt.payment).hash(state);
            attempt.failure.as_ref().map(shop_core::Failure::code).hash(state);
        }
        for refund in &self.refunds {
            (refund.id, refund.state, refund.claims, refund.due_at).hash(state);
        }
        self.alerts.iter().for_each(|alert| (alert.subject, alert.kind).hash(state));
    }
}

fn sku() -> Sku {
    Sku::parse("KB-1").expect("a SKU")
}

pub(crate) fn cart_token(who: Who) -> Token {
    Token::from_bytes([who + 1; 32])
}

pub(crate) fn checkout_key(who: Who) -> IdempotencyKey {
    IdempotencyKey::parse(&format!("checkout-{who}")).expect("a key")
}

pub(crate) fn pay_again_key(who: Who, n: u8) -> IdempotencyKey {
    IdempotencyKey::parse(&format!("pay-again-{who}-{n}")).expect("a key")
}

pub(crate) fn order_token(who: Who) -> Token {
    shop_core::rules::order::token(&cart_token(who), &checkout_key(who))
}

/// The key under which the n-th form of an order is stored, counted from 0.
pub(crate) fn stored_form_key(who: Who, n: u8) -> IdempotencyKey {
    let key = if n == 0 { checkout_key(who) } else { pay_again_key(who, n) };
    form_key(&order_token(who).hash(), &key)
}

/// Two carts with one keyboard each, of which `stock` are on the shelf; and a discount code, which one order may hold.
///
/// Only the first cart has it: so whether its use is taken follows from that order's state, and it makes no more states
/// than there are without it.
pub(crate) fn new(stock: u32, taken_off: i64) -> Facts {
    let store = Arc::new(MemoryStore::new());
    let shop = process::over(store.clone());
    let price = eur(PRICE).decimal();
    let catalogue = format!(
        "sku,name,brand,category,price,stock,description,specifications\n\
         KB-1,Tern 87,Fjordlight,keyboards,{price},{stock},Quiet.,keys=87\n"
    );
    shop.import(catalogue.as_bytes()).expect("the catalogue is imported");
    for who in 0..ORDERS as Who {
        shop.set_line(&cart_token(who), &sku(), Quantity::new(1).expect("one")).expect("the line is set");
    }
    let code = DiscountCode::parse("ONE").expect("a code");
    let terms = DiscountTerms {
        code,
        benefit: Benefit::Fixed(eur(taken_off)),
        minimum: None,
        valid_from: None,
        valid_until: None,
        max_uses: Some(1),
        once_per_email: false,
        category: None,
    };
    shop.add_discount(terms).expect("a new code");
    shop.set_code(&cart_token(0), "one").expect("there is such a code");
    Facts::load(&store)
}

impl Facts {
    /// Reads back what a step left, with all that is not over yet as far away as everything else.
    pub(crate) fn load(store: &MemoryStore) -> Self {
        let facts = store.view(|tx| {
            let mut orders = tx.orders(&OrderSlice { limit: 100, ..OrderSlice::default() })?;
            let (mut attempts, mut refunds) = (Vec::new(), Vec::new());
            for order in &mut orders {
                order.reserved_until = FAR;
                attempts.extend(tx.attempts(order.id)?);
                refunds.extend(tx.refunds(order.id)?);
            }
            for attempt in &mut attempts {
                attempt.due_at = attempt.due_at.map(|_| FAR);
                if let Some(approval) = &mut attempt.approval {
                    approval.until = FAR;
                }
            }
            refunds.iter_mut().for_each(|refund| refund.due_at = refund.due_at.map(|_| FAR));
            renumber(&mut orders);
            let carts = (0..ORDERS as Who).filter_map(|who| tx.cart(&cart_token(who).hash()).transpose());
            let carts = carts.collect::<StoreResult<_>>()?;
            let (products, alerts) = (tx.all_products()?, tx.alerts(100)?);
            let (discounts, numbers) = (tx.discounts()?, tx.last_numbers()?);
            Ok(Self { products, carts, orders, attempts, refunds, alerts, discounts, numbers })
        });
        facts.expect("a store in memory is read")
    }

    /// A store with these facts.
    pub(crate) fn store(&self) -> MemoryStore {
        let store = MemoryStore::new();
        let built = store.write(&mut |tx| {
            tx.set_recorded_at(NOW)?;
            self.products.iter().try_for_each(|row| tx.put_product(row))?;
            self.carts.iter().try_for_each(|row| tx.put_cart(row))?;
            self.orders.iter().try_for_each(|row| tx.insert_order(row))?;
            self.attempts.iter().try_for_each(|row| tx.insert_attempt(row))?;
            self.refunds.iter().try_for_each(|row| tx.insert_refund(row))?;
            self.discounts.iter().try_for_each(|row| tx.put_discount(row))?;
            tx.set_last_numbers(self.numbers)?;
            self.alerts.iter().try_for_each(|row| tx.put_alert(row))
        });
        built.expect("what was read back is no contradiction");
        store
    }

    /// The same facts at the moment in which what `op` names is over.
    pub(crate) fn when_due(&self, op: Op) -> Self {
        let mut facts = self.clone();
        if let Op::SweepAttempt(id) | Op::SweepLateApproval(id) | Op::SweepBoth(id, _) = op {
            for attempt in facts.attempts.iter_mut().filter(|attempt| attempt.id == id) {
                attempt.due_at = attempt.due_at.map(|_| NOW);
                if let (Op::SweepLateApproval(_), Some(approval)) = (op, &mut attempt.approval) {
                    approval.until = NOW;
                }
            }
        }
        if let Op::SweepRefund(id) = op {
            let named = |refund: &&mut Refund| refund.id == id;
            facts.refunds.iter_mut().filter(named).for_each(|r| r.due_at = r.due_at.map(|_| NOW));
        }
        facts.with_reservation_over(op)
    }

    /// The same facts when the reservation that `op` names has run out: once it has, that stays so.
    pub(crate) fn with_reservation_over(mut self, op: Op) -> Self {
        if let Op::SweepReservation(id) | Op::SweepBoth(_, id) = op {
            self.orders.iter_mut().filter(|order| order.id == id).for_each(|order| order.reserved_until = NOW);
        }
        self
    }

    /// What an order costs, in cents. The first one has the discount.
    pub(crate) fn price(&self, who: Who) -> i64 {
        let taken_off = self.discounts.iter().filter(|_| who == 0).map(|discount| match discount.terms.benefit {
            Benefit::Fixed(amount) => amount.minor,
            _ => unreachable!("the only discount is an amount"),
        });
        PRICE - taken_off.sum::<i64>()
    }

    /// How many keyboards are on the shelf.
    pub(crate) fn stock(&self) -> u32 {
        self.products.iter().map(|product| product.stock).sum()
    }

    /// The order of this cart, once it is placed.
    pub(crate) fn order(&self, who: Who) -> Option<&Order> {
        static TOKENS: LazyLock<[TokenHash; ORDERS]> =
            LazyLock::new(|| std::array::from_fn(|who| order_token(who as Who).hash()));
        self.orders.iter().find(|order| order.token == TOKENS[usize::from(who)])
    }

    pub(crate) fn attempts(&self, order: OrderId) -> impl Iterator<Item = &Attempt> {
        self.attempts.iter().filter(move |attempt| attempt.order == order)
    }

    pub(crate) fn refunds(&self, order: OrderId) -> impl Iterator<Item = &Refund> {
        self.refunds.iter().filter(move |refund| refund.order == order)
    }

    /// Every step that the bounds let begin here, those that come to nothing among them.
    pub(crate) fn ops(&self, orders: &[OrderBounds; ORDERS]) -> Vec<Op> {
        let mut ops = Vec::new();
        for who in 0..ORDERS as Who {
            let bounds = &orders[usize::from(who)];
            ops.push(Op::Submit(who));
            let Some(order) = self.order(who) else { continue };
            // Every form that was sent before, and one that was not. The checkout's was sent, even where it had nothing
            // to pay and so made no attempt.
            let sent = u8::try_from(self.attempts(order.id).count()).unwrap_or(u8::MAX).max(1);
            ops.extend((1..bounds.attempts.min(sent + 1)).map(|n| Op::PayAgain(who, n)));
            if bounds.refunds || order.state != OrderState::Paid {
                ops.push(Op::Cancel(who));
            }
            let refused = |refund: &Refund| refund.state == RefundState::Refused && refund.claims < bounds.resends;
            if self.refunds(order.id).any(refused) {
                ops.push(Op::RetryRefund(who));
            }
            if bounds.ships {
                ops.push(Op::Ship(who));
            }
            for attempt in self.attempts(order.id).filter(|a| a.due_at.is_some() && a.claims < bounds.claims) {
                ops.push(Op::SweepAttempt(attempt.id));
                let unpaid = self.orders.iter().filter(|order| is_unpaid(order));
                ops.extend(unpaid.map(|order| Op::SweepBoth(attempt.id, order.id)));
                if attempt.state == AttemptState::AwaitingApproval {
                    ops.push(Op::SweepLateApproval(attempt.id));
                }
            }
            for refund in self.refunds(order.id).filter(|r| r.due_at.is_some() && r.claims < bounds.resends) {
                ops.push(Op::SweepRefund(refund.id));
            }
            ops.push(Op::SweepReservation(order.id));
        }
        ops
    }

    /// The ids of a step are drawn from who takes it and what there is already: new, and the same for the same situation.
    pub(crate) fn seed(&self, op: Op) -> u64 {
        let (Op::Submit(who) | Op::PayAgain(who, _) | Op::Cancel(who) | Op::RetryRefund(who) | Op::Ship(who)) = op
        else {
            return 2;
        };
        let (mut attempts, mut refunds) = (0, 0);
        if let Some(order) = self.order(who) {
            attempts = self.attempts(order.id).count() as u64 + 1;
            refunds = self.refunds(order.id).count() as u64;
        }
        1_000 + u64::from(who) * 10_000 + attempts * 100 + refunds
    }
}

/// Gives the invoices and credit notes to the orders that have them in the order of these: nothing that is decided
/// depends on who was first, so it makes no difference here either. Which numbers there are stays as it is: a gap stays a
/// gap, and a number that was taken twice stays there twice.
fn renumber(orders: &mut [Order]) {
    let give = |orders: &mut [Order], document: fn(&mut Order) -> &mut Option<Issued>| {
        let mut numbers: Vec<u64> = orders.iter_mut().filter_map(|o| document(o).map(|issued| issued.number)).collect();
        numbers.sort_unstable();
        let documents = orders.iter_mut().filter_map(|order| document(order).as_mut());
        documents.zip(numbers).for_each(|(issued, number)| issued.number = number);
    };
    give(orders, |order| &mut order.invoice);
    give(orders, |order| &mut order.credit_note);
}

/// Whether nobody has paid an order, and nobody is about to.
pub(crate) fn is_unpaid(order: &Order) -> bool {
    order.state == OrderState::AwaitingPayment && order.live_attempt.is_none()
}

/// Whether an order still keeps what it took from the shelf.
pub(crate) fn holds_stock(order: &Order) -> bool {
    !matches!(order.state, OrderState::Cancelled | OrderState::NotPaid)
}
