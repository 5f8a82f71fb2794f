//! What customers are told by mail about their orders: recorded with what it tells about, once.

use std::sync::Arc;

use kit_core::{Delivery, StoreFailure, Timestamp};
use shop_core::gateway::Answer;
use shop_core::store::memory::MemoryStore;
use shop_core::store::{ReadWork, Store, StoreExt, WriteWork};
use shop_core::{Alert, AlertKind, Error, MailKind};

use crate::world::{World, eur, form, payment};

const DAY: u64 = 24 * 60 * 60;

fn told(world: &World) -> Vec<MailKind> {
    world.shop.letters(100).expect("the outbox can be read").iter().map(|letter| letter.mail.kind).collect()
}

#[test]
fn a_paid_order_is_confirmed_once() {
    let world = World::new();
    let cart = world.cart(&[("KB-1", 2)]);
    let pay = || world.shop.checkout(&cart, &form("form-key-1", eur(20_000))).expect("placed");
    let placed = pay();
    assert!(pay().replayed);
    let letters = world.shop.letters(10).expect("the outbox can be read");
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].mail.kind, &letters[0].order), (MailKind::Paid, &placed.order.order));
}

#[test]
fn every_end_is_told() {
    let world = World::new();
    let shipped = world.order_two("form-key-1");
    world.advance(1);
    world.shop.ship(shipped.order.order.number).expect("shipped");
    assert_eq!(told(&world), [MailKind::Paid, MailKind::Shipped]);

    let world = World::new();
    let cancelled = world.order_two("form-key-1");
    world.advance(1);
    world.shop.cancel(&cancelled.token).expect("cancelled");
    world.shop.cancel(&cancelled.token).expect("cancelling twice is no error");
    assert_eq!(told(&world), [MailKind::Paid, MailKind::Cancelled]);

    let world = World::new();
    world.bank.then(Answer::NotSent);
    world.order_two("form-key-1");
    assert_eq!(told(&world), [], "it may still be paid");
    world.advance(30 * 60);
    world.shop.sweep().expect("swept");
    assert_eq!(told(&world), [MailKind::NotPaid]);
}

#[test]
fn a_payment_that_the_sweep_finds_is_confirmed_then() {
    let world = World::new();
    world.bank.then(Answer::Unknown);
    let placed = world.order_two("form-key-1");
    assert_eq!((world.status(&placed), told(&world)), ("checking", vec![]));
    world.advance(60);
    world.shop.sweep().expect("swept");
    let expected = match world.status(&placed) {
        "paid" => MailKind::Paid,
        "not-paid" => MailKind::NotPaid,
        other => panic!("no end: {other}"),
    };
    assert_eq!(told(&world), [expected]);
}

#[test]
fn a_declined_payment_is_no_news_and_the_next_one_is() {
    let world = World::new();
    world.bank.then(Answer::NotSent);
    let placed = world.order_two("form-key-1");
    world.shop.pay_again(&placed.token, &payment("form-key-2")).expect("paid");
    assert_eq!(told(&world), [MailKind::Paid]);
}

#[test]
fn a_mail_is_due_until_it_is_settled_and_forgotten_after_a_month() {
    let world = World::on_disk();
    let order = world.order_two("form-key-1").order.order.id;
    let settle = |state| world.shop.settle_mail(order, MailKind::Paid, state, None).expect("written");
    let later = world.shop.time().plus(std::time::Duration::from_secs(60));
    settle(Delivery::Waiting { due_at: later });
    assert_eq!(told(&world), []);
    world.advance(60);
    let again = world.shop.letters(1).expect("the outbox can be read");
    assert_eq!((again[0].mail.kind, again[0].mail.tries), (MailKind::Paid, 1));
    settle(Delivery::Sent { at: later });
    // A second courier that was slower.
    settle(Delivery::GaveUp { at: later });
    let kept = || world.store.view(|tx| tx.mail(order, MailKind::Paid)).expect("read").map(|mail| mail.state);
    assert_eq!((told(&world), kept()), (vec![], Some(Delivery::Sent { at: later })));
    world.advance(30 * DAY);
    assert_eq!(world.shop.forget_old_mails().expect("written"), 0);
    world.advance(1);
    assert_eq!(world.shop.forget_old_mails().expect("written"), 1);
    assert_eq!(kept(), None);
}

#[test]
fn a_mail_that_is_given_up_raises_an_alert_once() {
    for world in [World::new(), World::on_disk()] {
        let order = world.order_two("form-key-1").order.order.id;
        world.advance(1);
        let number = world.shop.order_by_id(order).expect("found").order.number;
        world.shop.ship(number).expect("shipped");
        let settle = |kind, state, why| world.shop.settle_mail(order, kind, state, Some(why)).expect("written");
        let alerts = || world.shop.alerts(10).expect("read");
        let at = world.shop.time();
        settle(MailKind::Paid, Delivery::Waiting { due_at: at }, "busy");
        assert_eq!(alerts(), [], "it may still be taken");
        settle(MailKind::Paid, Delivery::GaveUp { at }, "550 no such user");
        let expected = Alert {
            subject: order.uuid(),
            kind: AlertKind::MailGivenUp,
            order,
            at,
            detail: "paid: 550 no such user".to_owned(),
        };
        assert_eq!(alerts(), std::slice::from_ref(&expected));
        // A slower courier, and the next mail to the same address.
        let later = at.plus(std::time::Duration::from_secs(60));
        settle(MailKind::Paid, Delivery::GaveUp { at: later }, "again");
        settle(MailKind::Shipped, Delivery::GaveUp { at: later }, "550 no such user");
        assert_eq!(alerts(), [expected]);
    }
}

#[test]
fn a_mail_that_was_sent_raises_no_alert() {
    let world = World::new();
    let order = world.order_two("form-key-1").order.order.id;
    let at = world.shop.time();
    world.shop.settle_mail(order, MailKind::Paid, Delivery::Sent { at }, None).expect("written");
    world.shop.settle_mail(order, MailKind::Paid, Delivery::GaveUp { at }, Some("late")).expect("written");
    assert_eq!(world.shop.alerts(10).expect("read"), []);
}

#[test]
fn what_waits_is_there_after_a_restart() {
    let world = World::on_disk();
    let placed = world.order_two("form-key-1");
    let letters = world.again(None).letters(10).expect("the outbox can be read");
    assert_eq!(letters.iter().map(|letter| letter.order.id).collect::<Vec<_>>(), [placed.order.order.id]);
}

/// A store whose writes fail once they hold a mail: then what it tells about is not recorded either.
#[derive(Default)]
struct NoMail(MemoryStore);

impl Store for NoMail {
    fn read(&self, work: ReadWork<'_>) -> Result<(), StoreFailure> {
        self.0.read(work)
    }

    fn write(&self, work: WriteWork<'_>) -> Result<(), StoreFailure> {
        self.0.write(&mut |tx| {
            work(tx)?;
            match tx.due_mails(Timestamp::from_micros(i64::MAX), 1)?.is_empty() {
                true => Ok(()),
                false => Err(StoreFailure::not_committed("no room for the mail")),
            }
        })
    }
}

#[test]
fn nothing_is_recorded_without_its_mail() {
    let world = World::over(Arc::new(NoMail::default()));
    // The bank took the money, and that cannot be recorded: the order is being checked, and settled by a later sweep.
    let placed = world.order_two("form-key-1");
    assert_eq!(world.status(&placed), "checking");
    let refused = world.shop.ship(placed.order.order.number);
    assert!(matches!(refused, Err(Error::Refused(_))), "not paid as far as anybody knows");
    assert_eq!(told(&world), []);
}

#[test]
fn the_operator_is_told_of_each_paid_order_once_where_that_is_wanted() {
    let notify = shop_core::ShopConfig { notify_operator: true, ..Default::default() };
    for world in [World::new(), World::on_disk()] {
        let world = world.configured(notify.clone());
        world.bank.then(Answer::NotSent);
        let placed = world.order_two("form-key-1");
        assert_eq!(told(&world), [], "it is not paid yet");
        world.shop.pay_again(&placed.token, &payment("form-key-2")).expect("paid");
        assert!(world.shop.pay_again(&placed.token, &payment("form-key-2")).expect("the same again").replayed);
        assert_eq!(told(&world), [MailKind::NewOrder, MailKind::Paid]);
        let order = placed.order.order.id;
        let sent = Delivery::Sent { at: world.shop.time() };
        world.shop.settle_mail(order, MailKind::NewOrder, sent, None).expect("written");
        assert_eq!(told(&world), [MailKind::Paid], "each is sent by itself");
    }
}
