//! The sweep gives every order a final state, whatever was lost on the way.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use kit_core::{IdempotencyKey, Money};
use shop_core::gateway::scripted::{CallKind, ScriptedGateway, Step};
use shop_core::gateway::{Advice, Answer, Capabilities, Code, Expected, PaymentGateway, PaymentRef, PaymentRequest};
use shop_core::{AlertKind, AttemptState, EventKind, OrderSlice, OrderStatus};

use crate::world::{KEYBOARD, World, eur, form, payment};

#[test]
fn a_lost_answer_is_found_out() {
    for (lost, status) in [(Step::LoseReply, "paid"), (Step::LoseRequest, "not-paid")] {
        let world = World::new();
        world.bank.then(lost.clone());
        let placed = world.order_two("form-key-1");
        assert_eq!(world.status(&placed), "checking");
        assert_eq!(world.shop.sweep().expect("swept"), shop_core::SweepReport::default(), "not due yet");
        let due = world.shop.next_due().expect("read").expect("something is open");
        world.clock.set(due);
        let report = world.shop.sweep().expect("swept");
        assert_eq!((report.paid, report.not_paid), if status == "paid" { (1, 0) } else { (0, 1) });
        assert_eq!(world.status(&placed), status);
        assert_eq!(world.shop.next_due().expect("read"), None);
        world.check_books(5);
    }
}

/// The rows of doubt, seen from outside: what each answer to the void comes to.
#[test]
fn every_answer_to_a_void() {
    let captured = Answer::Captured { payment: PaymentRef("p-1".to_owned()) };
    let later = kit_core::Timestamp::from_micros(i64::MAX);
    let declined = Answer::Declined { code: Code::new("insufficient-funds"), advice: Advice::RetryLater };
    for (answer, status, alerts) in [
        (captured, "paid", 0),
        (declined, "not-paid", 0),
        (Answer::Voided, "not-paid", 0),
        (Answer::Expired, "not-paid", 0),
        (Answer::RequiresAction { url: "https://b".to_owned(), expires_at: later }, "checking", 0),
        (Answer::NotSent, "checking", 0),
        (Answer::Throttled { retry_after: Duration::from_secs(2) }, "checking", 0),
        (Answer::Rejected { code: Code::new("invalid") }, "checking", 1),
        (Answer::Unauthorized, "checking", 1),
        (Answer::NotFound, "checking", 0),
        (Answer::Unknown, "checking", 0),
        (Answer::Mismatch { field: "amount".to_owned() }, "checking", 1),
    ] {
        let world = World::new();
        world.bank.then(Answer::Unknown).then(answer.clone()).then(answer.clone());
        let placed = world.order_two("form-key-1");
        world.advance(5);
        world.shop.sweep().expect("swept");
        assert_eq!(world.status(&placed), status, "{answer:?}");
        assert_eq!(world.stock(KEYBOARD), if status == "not-paid" { 5 } else { 3 }, "{answer:?}");
        world.advance(60);
        world.shop.sweep().expect("swept");
        assert_eq!(world.status(&placed), status, "{answer:?}, the second time");
        assert_eq!(world.shop.alerts(10).expect("read").len(), alerts, "{answer:?}: an alert is raised once");
    }
}

#[test]
fn tries_become_rarer_but_never_rarer_than_30_seconds() {
    let world = World::new();
    let down = world.again(Some(Arc::new(ScriptedGateway::always(Answer::Unknown))));
    let cart = world.cart(&[(KEYBOARD, 1)]);
    let placed = down.checkout(&cart, &form("form-key-1", eur(10_000))).expect("placed");
    let waits: Vec<u64> = (0..8)
        .map(|_| {
            let due = down.next_due().expect("read").expect("open");
            let wait = due.since(world.clock.as_ref().now_for_test());
            world.clock.set(due);
            assert_eq!(down.sweep().expect("swept").still_open, 1);
            wait.as_secs()
        })
        .collect();
    assert_eq!(waits, [1, 1, 2, 4, 8, 16, 30, 30]);
    // The bank is back: the next sweep that is due settles it.
    world.clock.set(world.shop.next_due().expect("read").expect("open"));
    world.shop.sweep().expect("swept");
    assert_eq!(world.status(&placed), "not-paid");
    world.check_books(5);
}

/// What a clock shows, without naming the trait in every test.
trait NowForTest {
    fn now_for_test(&self) -> kit_core::Timestamp;
}

impl NowForTest for kit_core::ManualClock {
    fn now_for_test(&self) -> kit_core::Timestamp {
        kit_core::Clock::now(self)
    }
}

/// A gateway in whose calls the program dies: before the bank hears of it, or after.
struct Crash {
    bank: Arc<ScriptedGateway>,
    after: bool,
}

impl PaymentGateway for Crash {
    fn purchase(&self, request: &PaymentRequest) -> Answer {
        if self.after {
            self.bank.purchase(request);
        }
        panic!("the program dies here");
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
        self.bank.refund(payment, key, amount);
        panic!("the program dies here");
    }

    fn lookup(&self, expected: &Expected) -> Answer {
        self.bank.lookup(expected)
    }

    fn capabilities(&self) -> Capabilities {
        self.bank.capabilities()
    }
}

#[test]
fn a_crash_around_the_call_is_survived() {
    for after in [false, true] {
        let world = World::new();
        let crashing = world.again(Some(Arc::new(Crash { bank: world.bank.clone(), after })));
        let cart = world.cart(&[(KEYBOARD, 2)]);
        let died = catch_unwind(AssertUnwindSafe(|| crashing.checkout(&cart, &form("form-key-1", eur(20_000)))));
        assert!(died.is_err());
        drop(crashing);

        let shop = world.again(None);
        let replay = shop.checkout(&cart, &form("form-key-1", eur(20_000))).expect("the form is sent again");
        assert_eq!(replay.order.status, OrderStatus::Checking, "do not pay again");
        assert_eq!(shop.sweep().expect("swept"), shop_core::SweepReport::default(), "the lease keeps the sweep off");
        world.advance(11);
        shop.sweep().expect("swept");
        assert_eq!(world.status(&replay), if after { "paid" } else { "not-paid" });
        let events: Vec<_> = world.view(&replay).events.iter().map(|event| event.kind).collect();
        assert!(events.contains(&EventKind::PaymentUnknown), "{events:?}");
        world.check_books(5);
    }
}

#[test]
fn a_crash_while_refunding_is_survived() {
    let world = World::new();
    let placed = world.order_two("form-key-1");
    let crashing = world.again(Some(Arc::new(Crash { bank: world.bank.clone(), after: true })));
    assert!(catch_unwind(AssertUnwindSafe(|| crashing.cancel(&placed.token))).is_err());
    assert_eq!(world.status(&placed), "refunding");
    world.advance(11);
    assert_eq!(world.shop.sweep().expect("swept").refunded, 1);
    assert_eq!(world.status(&placed), "cancelled");
    assert_eq!(world.calls(CallKind::Refund).len(), 2, "sent twice under one key");
    world.check_books(5);
}

#[test]
fn many_sweeps_at_once_ask_once() {
    let world = World::new();
    let shop = world.again(None);
    for n in 0..2 {
        world.bank.then_on(CallKind::Purchase, if n == 0 { Step::LoseReply } else { Step::LoseRequest });
        world.order_two(&format!("form-key-{n}"));
    }
    world.advance(5);
    let start = Arc::new(Barrier::new(8));
    let sweeps: Vec<_> = (0..8)
        .map(|_| {
            let (shop, start) = (shop.clone(), start.clone());
            thread::spawn(move || {
                start.wait();
                shop.sweep().expect("swept")
            })
        })
        .collect();
    let reports: Vec<_> = sweeps.into_iter().map(|sweep| sweep.join().expect("no panic")).collect();
    assert_eq!(reports.iter().map(|report| report.paid).sum::<u32>(), 1);
    assert_eq!(reports.iter().map(|report| report.not_paid).sum::<u32>(), 1);
    assert_eq!(world.calls(CallKind::Void).len(), 2);
    world.check_books(5);
}

#[test]
fn an_approval_is_looked_up_until_its_time_and_then_voided() {
    for (ending, status) in
        [(Answer::Captured { payment: PaymentRef("p".to_owned()) }, "paid"), (Answer::Voided, "not-paid")]
    {
        let world = World::new();
        let until = kit_core::Clock::now(world.clock.as_ref()).plus(Duration::from_secs(100));
        let waiting = || Answer::RequiresAction { url: "https://bank.example/a".to_owned(), expires_at: until };
        world.bank.then_on(CallKind::Purchase, waiting());
        world.bank.then_on(CallKind::Lookup, waiting()).then_on(CallKind::Lookup, Answer::Unknown);
        let placed = world.order_two("form-key-1");
        assert!(matches!(world.view(&placed).status, OrderStatus::AwaitingApproval { until: u, .. } if u == until));
        for _ in 0..2 {
            world.clock.set(world.shop.next_due().expect("read").expect("open"));
            assert_eq!(world.shop.sweep().expect("swept").still_open, 1);
            assert_eq!(world.status(&placed), "awaiting-approval");
        }
        if status == "paid" {
            world.bank.then_on(CallKind::Lookup, ending);
            world.clock.set(world.shop.next_due().expect("read").expect("open"));
        } else {
            world.bank.then_on(CallKind::Void, ending);
            while world.calls(CallKind::Void).is_empty() {
                world.clock.set(world.shop.next_due().expect("read").expect("open"));
                world.shop.sweep().expect("swept");
            }
            assert_eq!(world.clock.now_for_test(), until, "voided at its time: the last wait is cut short");
        }
        world.shop.sweep().expect("swept");
        assert_eq!(world.status(&placed), status);
        assert_eq!(world.calls(CallKind::Void).len(), usize::from(status != "paid"));
        assert_eq!(world.shop.next_due().expect("read"), None);
    }
}

#[test]
fn a_mismatch_alerts_and_is_never_taken_for_a_payment() {
    let world = World::new();
    world.bank.then(Answer::Mismatch { field: "amount".to_owned() });
    let placed = world.order_two("form-key-1");
    let alerts = world.shop.alerts(10).expect("read");
    assert_eq!((alerts.len(), alerts[0].kind, alerts[0].detail.as_str()), (1, AlertKind::Mismatch, "amount"));
    assert_eq!(alerts[0].order, placed.order.order.id);
    assert_eq!(world.view(&placed).attempts[0].state, AttemptState::Unknown);
}

/// Every loss on the way, in both directions, ends in books that agree.
#[test]
fn lost_messages_never_cost_or_give_money() {
    let steps = [None, Some(Step::LoseRequest), Some(Step::LoseReply)];
    for purchase in &steps {
        for void in &steps {
            for (refund, on_disk) in steps.iter().flat_map(|refund| [(refund, false), (refund, true)]) {
                let world = if on_disk { World::on_disk() } else { World::new() };
                for (kind, step) in [(CallKind::Purchase, purchase), (CallKind::Void, void), (CallKind::Refund, refund)]
                {
                    if let Some(step) = step {
                        world.bank.then_on(kind, step.clone());
                    }
                }
                let placed = world.order_two("form-key-1");
                for _ in 0..4 {
                    world.advance(31);
                    world.shop.sweep().expect("swept");
                }
                assert!(matches!(world.status(&placed), "paid" | "not-paid"), "final after the bank is reachable");
                world.shop.cancel(&placed.token).expect("cancelled");
                for _ in 0..3 {
                    world.advance(31);
                    world.shop.sweep().expect("swept");
                }
                assert!(matches!(world.status(&placed), "cancelled" | "not-paid"));
                assert_eq!((world.charged(), world.stock(KEYBOARD)), (eur(0), 5), "{purchase:?} {void:?} {refund:?}");
                world.check_books(5);
            }
        }
    }
}

#[test]
fn time_never_runs_backwards() {
    let world = World::new();
    world.bank.then(Answer::NotSent);
    let placed = world.order_two("form-key-1");
    let before = world.view(&placed);
    world.clock.set(kit_core::Timestamp::EPOCH);
    let paid = world.shop.pay_again(&placed.token, &payment("form-key-2")).expect("paid").order;
    assert!(paid.events.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert!(paid.order.changed_at >= before.order.changed_at);
    assert_eq!(world.shop.orders(&OrderSlice { limit: 10, ..OrderSlice::default() }).expect("listed").len(), 1);
}
