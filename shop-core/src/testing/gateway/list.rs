//! The bank's list of the merchant's payments.

use super::bench::{Bench, check_declined, expected, held, paid};
use super::{Fixture, PRICE_MINOR};
use crate::gateway::{Answer, ListFailure, ListedPayment, PaymentRef, PaymentRequest, PaymentState};

/// The most pages of a list that are read: nobody has made that many payments.
const PAGES: usize = 1_000;

/// What took or holds money is on the list once, with what was taken and given back; what took nothing may be, and then
/// has taken nothing. A gateway that has no list says so in both ways of asking.
pub fn the_list_has_every_payment_once(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let never = fixture.fresh_key();
    if let Err(ListFailure::NotSupported) = bench.gateway.list_payments(None) {
        assert_eq!(bench.gateway.find_payment(&never), Err(ListFailure::NotSupported), "no list, and a look into it");
        return;
    }
    let [taken, back, held_, freed, poor, fenced] = std::array::from_fn(|_| bench.request(400));
    let kept = paid(&bench.gateway.purchase(&taken));
    let given = paid(&bench.gateway.purchase(&back));
    assert_eq!(bench.gateway.refund(&given, &fixture.fresh_key(), bench.money(150)), Answer::Refunded);
    let hold = held(&bench.gateway.authorize(&held_));
    held(&bench.gateway.authorize(&freed));
    bench.gateway.void(&expected(&freed));
    let (account, pin) = fixture.poor();
    let poor = PaymentRequest { account, pin, amount: bench.money(PRICE_MINOR), ..poor };
    check_declined(&bench.gateway.purchase(&poor), "insufficient-funds", None);
    bench.gateway.void(&expected(&fenced));

    let mut list = Vec::new();
    let mut cursor = None;
    for page in 0.. {
        assert!(page < PAGES, "the list comes to an end");
        let page = bench.gateway.list_payments(cursor.as_ref()).unwrap_or_else(|failure| panic!("the list: {failure}"));
        list.extend(page.payments);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let listed = |request: &PaymentRequest| {
        let all: Vec<_> = list.iter().filter(|payment| payment.key == request.key).collect();
        assert!(all.len() <= 1, "on the list more than once: {all:?}");
        let found = bench.gateway.find_payment(&request.key).unwrap_or_else(|failure| panic!("a look: {failure}"));
        assert_eq!(found.as_ref(), all.first().copied(), "found by its key and found on the list");
        found
    };
    let check = |request: &PaymentRequest, id: &PaymentRef, state, captured, refunded| {
        let payment = listed(request).unwrap_or_else(|| panic!("{state:?} and not on the list"));
        assert_eq!((&payment.id, payment.state, payment.amount), (id, state, request.amount));
        assert_eq!((payment.captured, payment.refunded), (bench.money(captured), bench.money(refunded)), "{state:?}");
        assert_eq!(payment.reference, request.reference);
    };
    check(&taken, &kept, PaymentState::Captured, 400, 0);
    check(&back, &given, PaymentState::Captured, 400, 150);
    check(&held_, &hold, PaymentState::Authorized, 0, 0);
    for request in [&freed, &poor, &fenced] {
        let nothing = |payment: &ListedPayment| payment.captured.minor == 0 && !payment.state.is_open();
        assert!(listed(request).as_ref().is_none_or(nothing), "nothing was taken, and nothing will be");
    }
    assert_eq!(bench.gateway.find_payment(&never), Ok(None), "a key that was never used");
    bench.gateway.void(&expected(&held_));
}
