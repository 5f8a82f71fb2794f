//! The shop against its bank: agreement after everything that the shop does, and each way of not agreeing found.

use std::sync::{Arc, Mutex, PoisonError};

use kit_core::{IdempotencyKey, Money, Pin};
use shop_core::gateway::scripted::{CallKind, ScriptedGateway, Step};
use shop_core::gateway::{
    Answer, Capabilities, Expected, ListCursor, ListFailure, ListedPayment, PaymentGateway, PaymentPage, PaymentRef,
    PaymentRequest,
};
use shop_core::store::memory::MemoryStore;
use shop_core::store::{Store, StoreExt};
use shop_core::{ReconcileError, ReconcileNews, ReconcileReport, reconcile};

use crate::world::*;

/// Every difference and everything open, as it is printed, and the figures.
fn compare(store: &dyn Store, bank: &dyn PaymentGateway) -> (Vec<String>, Vec<String>, ReconcileReport) {
    let (mut differences, mut open) = (Vec::new(), Vec::new());
    let report = reconcile(store, bank, |news| match news {
        ReconcileNews::Difference(difference) => differences.push(difference.to_string()),
        ReconcileNews::Open(waiting) => open.push(waiting.to_string()),
        ReconcileNews::Progress(_) => {}
    })
    .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((report.differences, report.open), (differences.len() as u64, open.len() as u64));
    (differences, open, report)
}

/// Both sides agree, and so many things are open.
#[track_caller]
fn agrees(world: &World, open: usize) -> ReconcileReport {
    let (differences, waiting, report) = compare(&*world.store, &*world.bank);
    assert_eq!(differences, Vec::<String>::new());
    assert_eq!(waiting.len(), open, "{waiting:?}");
    report
}

/// Exactly one difference, of this kind.
#[track_caller]
fn differs(world: &World, kind: &str, words: &str) {
    let (differences, _, _) = compare(&*world.store, &*world.bank);
    assert_eq!(differences.len(), 1, "{differences:#?}");
    assert!(differences[0].starts_with(kind) && differences[0].contains(words), "{}", differences[0]);
}

/// A payment that no order of the shop asks for.
fn request(name: &str, minor: i64) -> PaymentRequest {
    let (pin, reference) = (Pin::parse(PIN).expect("a PIN"), "Order K7Q2-M4XD".to_owned());
    PaymentRequest { key: key(name), account: account(), pin, amount: eur(minor), reference }
}

#[test]
fn shop_and_bank_agree_whatever_was_lost_on_the_way() {
    for world in [World::new(), World::on_disk()] {
        world.shop.import(catalogue("100.00", 20, 1).as_bytes()).expect("more keyboards");
        assert_eq!(agrees(&world, 0), ReconcileReport::default());
        world.order_two("paid-0001");
        assert_eq!(agrees(&world, 0), ReconcileReport { payments: 1, orders: 1, ..ReconcileReport::default() });

        let cancelled = world.order_two("cancel-01");
        world.shop.cancel(&cancelled.token).expect("cancels");
        agrees(&world, 0);

        // The reply is lost, and before the sweep nobody knows; the request is lost, and the sweep fences the key.
        for (form_key, step) in [("reply-lost", Step::LoseReply), ("call-lost1", Step::LoseRequest)] {
            world.bank.then_on(CallKind::Purchase, step);
            world.order_two(form_key);
            agrees(&world, 1);
            world.advance(60);
            world.shop.sweep().expect("sweeps");
            agrees(&world, 0);
        }

        // A refund whose answer is lost, and sent again.
        let again = world.order_two("refund-02");
        world.bank.then_on(CallKind::Refund, Step::LoseReply);
        world.shop.cancel(&again.token).expect("cancels");
        agrees(&world, 1);
        world.advance(60);
        world.shop.sweep().expect("sweeps");
        let report = agrees(&world, 0);
        assert_eq!((report.payments, report.orders), (4, 5), "several pages of the bank's list");
    }
}

#[test]
fn a_payment_that_the_shop_does_not_know_is_told_with_what_the_bank_says_of_it() {
    let world = World::new();
    world.order_two("known-001");
    world.bank.purchase(&request("stranger1", 1_234));
    differs(&world, "unknown-payment", "the bank took 12.34 EUR");
    differs(&world, "unknown-payment", "Order K7Q2-M4XD");
    world.bank.authorize(&request("stranger2", 1_234));
    let (differences, _, _) = compare(&*world.store, &*world.bank);
    assert!(differences.len() == 2 && differences[0].contains("the bank has 12.34 EUR authorized"), "{differences:?}");
    // What never took anything is nobody's loss.
    world.bank.void(&Expected { key: key("stranger2"), amount: eur(1_234) });
    world.bank.void(&Expected { key: key("stranger3"), amount: eur(1_234) });
    differs(&world, "unknown-payment", "12.34");
}

#[test]
fn what_the_shop_has_forgotten_and_what_the_bank_has_forgotten_are_found() {
    let world = World::new();
    let first = world.order_two("before-01");
    world.shop.cancel(&first.token).expect("cancels");
    world.order_two("before-02");

    // The shop was restored from before its first order.
    let forgetful = MemoryStore::new();
    let (differences, open, _) = compare(&forgetful, &*world.bank);
    assert_eq!((differences.len(), open.len()), (1, 0), "of the first, all was given back: {differences:?}");
    assert!(differences[0].starts_with("unknown-payment") && differences[0].contains("took 200.00"), "{differences:?}");
    // Giving the money back settles it.
    let page = world.bank.list_payments(None).expect("a list");
    let forgotten = page.payments.iter().find(|payment| payment.refunded.minor == 0).expect("the second");
    world.bank.refund(&forgotten.id, &key("by-hand-1"), forgotten.captured);
    assert_eq!(compare(&forgetful, &*world.bank).0, Vec::<String>::new());

    // The bank was restored from before them: of a cancelled order, too, the shop says that it was paid.
    let (differences, _, report) = compare(&*world.store, &ScriptedGateway::bank());
    assert_eq!((differences.len(), report.payments, report.orders), (2, 0, 2));
    assert!(differences.iter().all(|line| line.starts_with("capture-missing")), "{differences:?}");
}

#[test]
fn a_payment_or_a_refund_of_another_sum_is_found() {
    let world = World::new();
    let placed = world.order_two("partly-01");
    let view = world.view(&placed);
    let payment = view.attempts[0].payment.clone().expect("paid");
    world.bank.refund(&payment, &key("by-hand-1"), eur(500));
    differs(&world, "refunded-differs", "the bank gave 5.00 EUR back");
    assert!(compare(&*world.store, &*world.bank).0[0].contains(&view.order.number.to_string()));

    // The bank captures after all what the shop was told to be voided.
    let world = World::new();
    world.bank.then_on(CallKind::Purchase, Step::LoseReply).then_on(CallKind::Void, Answer::Voided);
    world.order_two("voided-01");
    world.advance(60);
    world.shop.sweep().expect("sweeps");
    differs(&world, "captured-unpaid", "the bank took 200.00 EUR");
}

#[test]
fn an_order_that_contradicts_itself_is_found() {
    let world = World::new();
    let placed = world.order_two("bent-0001");
    let mut order = world.view(&placed).order;
    order.state = shop_core::OrderState::NotPaid;
    world.store.record(|tx| tx.update_order(&order)).expect("somebody edits the file");
    differs(&world, "order-paid", "the order is not-paid");
}

/// What happens while somebody compares: run once, at the call of this name.
type Meanwhile = Box<dyn FnOnce() + Send>;

/// A bank at which things happen between the readings.
struct Busy {
    bank: Arc<ScriptedGateway>,
    after_list: Mutex<Vec<Meanwhile>>,
    before_find: Mutex<Vec<Meanwhile>>,
    /// Whether the list leads back to its beginning.
    loops: bool,
    /// Whether a single payment can be found.
    finds: bool,
}

impl Busy {
    fn new(bank: &Arc<ScriptedGateway>) -> Self {
        let bank = Arc::clone(bank);
        Self { bank, after_list: Mutex::default(), before_find: Mutex::default(), loops: false, finds: true }
    }

    fn next(of: &Mutex<Vec<Meanwhile>>) {
        let next = of.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(happens) = next {
            happens();
        }
    }
}

impl PaymentGateway for Busy {
    fn purchase(&self, request: &PaymentRequest) -> Answer {
        self.bank.purchase(request)
    }

    fn authorize(&self, request: &PaymentRequest) -> Answer {
        self.bank.authorize(request)
    }

    fn capture(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money, last: bool) -> Answer {
        self.bank.capture(payment, key, amount, last)
    }

    fn void(&self, expected: &Expected) -> Answer {
        self.bank.void(expected)
    }

    fn refund(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money) -> Answer {
        self.bank.refund(payment, key, amount)
    }

    fn lookup(&self, expected: &Expected) -> Answer {
        self.bank.lookup(expected)
    }

    fn list_payments(&self, cursor: Option<&ListCursor>) -> Result<PaymentPage, ListFailure> {
        let mut page = self.bank.list_payments(cursor.filter(|_| !self.loops))?;
        if self.loops {
            page.next = page.payments.last().map(|payment| ListCursor(payment.id.0.clone()));
        }
        Self::next(&self.after_list);
        Ok(page)
    }

    fn find_payment(&self, key: &IdempotencyKey) -> Result<Option<ListedPayment>, ListFailure> {
        Self::next(&self.before_find);
        if self.finds { self.bank.find_payment(key) } else { Err(ListFailure::Unreadable) }
    }

    fn capabilities(&self) -> Capabilities {
        self.bank.capabilities()
    }
}

#[test]
fn what_moves_between_the_two_readings_is_no_difference() {
    let world = World::new();
    let first = world.order_two("first-001");
    let busy = Busy::new(&world.bank);
    let shop = world.again(None);
    // After the list was read, an order is cancelled (the list's payment has no refund yet) and another is paid (the
    // list does not have it).
    let token = first.token.clone();
    let cart = world.cart(&[(KEYBOARD, 2)]);
    busy.after_list.lock().expect("no panic").push(Box::new({
        let shop = shop.clone();
        move || {
            shop.cancel(&token).expect("cancels");
            shop.checkout(&cart, &form("second-01", eur(20_000))).expect("places");
        }
    }));
    let (differences, open, report) = compare(&*world.store, &busy);
    assert_eq!((differences, open), (Vec::new(), Vec::new()));
    assert_eq!((report.payments, report.orders), (1, 2));
    assert!(busy.after_list.lock().expect("no panic").is_empty(), "it did happen");
}

#[test]
fn what_moves_at_every_look_is_told_as_moving_and_a_difference_beside_it_as_one() {
    let world = World::new();
    let placed = world.order_two("moving-01");
    let payment = world.view(&placed).attempts[0].payment.clone().expect("paid");
    world.bank.refund(&payment, &key("by-hand-1"), eur(500));
    let order = world.view(&placed).order;
    let touch = |n: i64| -> Meanwhile {
        let (store, mut order) = (world.store.clone(), order.clone());
        order.changed_at = kit_core::Timestamp::from_micros(order.changed_at.micros() + n);
        Box::new(move || store.record(|tx| tx.update_order(&order)).expect("writes"))
    };
    let look = |touches: std::ops::RangeInclusive<i64>| {
        let busy = Busy::new(&world.bank);
        *busy.before_find.lock().expect("no panic") = touches.map(touch).collect();
        let (differences, open, _) = compare(&*world.store, &busy);
        (differences, open)
    };
    let (differences, open) = look(1..=3);
    assert_eq!(differences, Vec::<String>::new(), "nobody knows while it moves");
    assert!(open.len() == 1 && open[0].contains("was changed while it was compared"), "{open:?}");
    let (differences, open) = look(4..=5);
    assert_eq!((differences.len(), open.len()), (1, 0), "the third look found it standing still");
}

#[test]
fn a_bank_without_a_readable_list_is_told_and_nothing_presumed() {
    let world = World::new();
    world.order_two("listed-01");
    let failure = |bank: &dyn PaymentGateway| {
        let told = reconcile(&*world.store, bank, |news| assert!(!matches!(news, ReconcileNews::Difference(_))));
        told.expect_err("there is nothing to compare with")
    };
    let none = failure(&ScriptedGateway::always(Answer::Unknown));
    assert!(matches!(none, ReconcileError::Bank(ListFailure::NotSupported)), "{none}");
    assert!(matches!(failure(&Busy { loops: true, ..Busy::new(&world.bank) }), ReconcileError::EndlessList));
    // The list can be read, and the second look cannot: what seemed to differ is not told as if it did.
    world.bank.purchase(&request("stranger1", 1));
    let half = failure(&Busy { finds: false, ..Busy::new(&world.bank) });
    assert!(matches!(half, ReconcileError::Bank(ListFailure::Unreadable)), "{half}");
}
