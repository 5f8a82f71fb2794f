//! A merchant's list of its payments.

use bank_core::model::{CaptureMode, PaymentState};

use super::{AMOUNT, shop};
use crate::support::{DAY, PIN, WRONG, eur, key, paid};

#[test]
fn it_has_every_payment_of_the_merchant_once_and_nobody_elses() {
    let s = shop();
    let other = s.w.merchant("Other");
    let mut expected = Vec::new();
    for n in 0..7 {
        expected.push(s.pay(&format!("order-{n}"), 10, CaptureMode::Immediate).expect("pays").payment.id);
        assert_eq!(paid(&s.w.pay(other, &format!("order-{n}"), s.ada.account, 1, PIN)), "ok");
    }
    s.refund("refund", expected[1], 4).expect("refunds");
    expected.push(s.w.charge(s.shop, "declined", s.ada.account, 5, WRONG, CaptureMode::Immediate).unwrap().payment.id);
    expected.push(s.w.bank.void_key(s.shop, &key("fenced")).expect("fences").payment.id);
    expected.push(s.ask("asked", CaptureMode::Immediate));
    // Ids made in the same millisecond are in no order that anybody knows.
    expected.sort();

    for limit in [1, 3, 10, 1_000] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = s.w.bank.payments(s.shop, after, limit).expect("lists");
            assert!(page.payments.len() <= limit.min(200) && page.payments.iter().all(|p| p.merchant == s.shop));
            seen.extend(page.payments);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen.iter().map(|p| p.id).collect::<Vec<_>>(), expected, "pages of {limit}");
        assert_eq!(seen.iter().filter(|p| p.state == PaymentState::Captured).count(), 7);
        assert_eq!(seen.iter().map(|p| p.refunded).sum::<i64>(), 4);
    }
    assert_eq!(s.w.bank.payments(other, None, 100).expect("lists").payments.len(), 7);
    let idle = s.w.merchant("Idle");
    let nothing = s.w.bank.payments(idle, None, 100).expect("lists");
    assert_eq!((nothing.payments, nothing.next), (Vec::new(), None));
}

#[test]
fn it_tells_payments_as_they_stand_now() {
    let s = shop();
    s.pay("hold", AMOUNT, CaptureMode::Manual).expect("authorizes");
    let list = || s.w.bank.payments(s.shop, None, 10).expect("lists").payments;
    assert_eq!((list()[0].state, list()[0].amount), (PaymentState::Authorized, eur(AMOUNT)));
    s.w.pass(8 * DAY);
    assert_eq!(list()[0].state, PaymentState::Expired, "whether or not anybody has released it yet");
    assert_eq!(list(), [s.find("hold")]);
}
