//! The conformance suite of [`PaymentGateway`]s: plain functions, one a promise, that panic where it is broken.
//!
//! Give it a [`Fixture`] and call [`run_all`], or single functions, or walk [`CASES`]. What may cost money to get wrong
//! is checked by the account's balance, not only by the answers. The scripted bank, the HTTP gateway and the in-process
//! gateway pass the same suite; a gateway to another bank should as well.

mod bench;
mod list;

use kit_core::{AccountNumber, Currency, IdempotencyKey, Money, Pin};

use self::bench::{Bench, check_declined, check_rejected, copy, expected, held, other_pin, paid};
pub use self::list::the_list_has_every_payment_once;
use crate::gateway::{Advice, Answer, Expected, PaymentGateway, PaymentRef, PaymentRequest};

/// A gateway and what its bank was given for the test.
///
/// The payer needs [`PAYER_NEEDS_MINOR`] and never meets more than one wrong PIN in a row. Merchants that settle
/// elsewhere need enough there for refunds of what was captured in the same case.
pub trait Fixture {
    /// The gateway under test.
    fn gateway(&self) -> &dyn PaymentGateway;

    /// An account that can pay, and its PIN.
    fn payer(&self) -> (AccountNumber, Pin);

    /// An account with less than [`POOR_HAS_LESS_THAN_MINOR`] in it, and its PIN.
    fn poor(&self) -> (AccountNumber, Pin);

    /// A well-formed number that no account has.
    fn unknown_account(&self) -> AccountNumber {
        AccountNumber::from_payload(9_999_999_999)
    }

    /// What both accounts are kept in.
    fn currency(&self) -> Currency;

    /// A key that was never given out before.
    fn fresh_key(&self) -> IdempotencyKey;

    /// What the account has left to spend, holds taken off; `None` where the test cannot know. Without it the suite
    /// checks answers only, and a gateway that charges twice may pass.
    fn balance(&self, account: AccountNumber) -> Option<Money>;
}

/// One case: its name, and the function that panics where the promise is broken.
pub type Case = (&'static str, fn(&dyn Fixture));

/// What the payer must be able to spend for one run of all cases, in minor units: each of the 21 cases takes or holds
/// no more than twice the price at a time, which makes 54,180.
pub const PAYER_NEEDS_MINOR: i64 = 60_000;

/// The poor account has less than this, in minor units.
pub const POOR_HAS_LESS_THAN_MINOR: i64 = PRICE_MINOR;

/// What most cases pay, in minor units.
const PRICE_MINOR: i64 = 1_290;

/// How many callers use one key at the same time.
const CALLERS: usize = 8;

macro_rules! cases {
    ($($case:ident,)*) => {
        /// Every case, in the order of [`run_all`].
        pub const CASES: &[Case] = &[$((stringify!($case), $case),)*];
    };
}

cases! {
    purchase_captures_once,
    same_key_other_amount_is_a_mismatch,
    same_key_other_account_is_a_mismatch,
    too_little_money_is_declined_for_good,
    a_wrong_pin_is_declined_for_good,
    an_unknown_account_looks_like_a_wrong_pin,
    another_currency_is_declined,
    void_fences_an_unseen_key,
    void_after_capture_says_captured,
    void_releases_a_hold,
    void_of_the_rest_never_says_voided,
    authorize_holds,
    last_capture_releases_the_rest,
    captures_in_parts_add_up,
    capture_takes_no_more_than_was_held,
    capture_after_void_is_rejected,
    refund_gives_back_once,
    refund_gives_back_no_more_than_was_captured,
    lookup_tells_what_became_of_a_key,
    one_key_used_by_many_at_once_charges_once,
    the_list_has_every_payment_once,
}

/// Runs every case, one after the other.
///
/// # Panics
/// At the first broken promise, with its name and what was answered.
pub fn run_all(fixture: &dyn Fixture) {
    for (_, case) in CASES {
        case(fixture);
    }
}

/// A purchase takes the money once; repeated, it gives the same answer and takes nothing.
pub fn purchase_captures_once(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    let first = bench.gateway.purchase(&request);
    paid(&first);
    bench.check_spent(PRICE_MINOR, "one purchase");
    assert_eq!(bench.gateway.purchase(&request), first, "a repeated purchase has the first one's outcome");
    bench.check_spent(PRICE_MINOR, "a purchase and its repetition");
}

/// A key stands for one amount.
pub fn same_key_other_amount_is_a_mismatch(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    paid(&bench.gateway.purchase(&request));
    let other = PaymentRequest { amount: bench.money(PRICE_MINOR + 1), ..copy(&request) };
    assert_eq!(bench.gateway.purchase(&other), Answer::Mismatch { field: "amount".to_owned() });
    let expected = Expected { key: request.key, amount: other.amount };
    assert_eq!(bench.gateway.lookup(&expected), Answer::Mismatch { field: "amount".to_owned() });
    assert_eq!(bench.gateway.void(&expected), Answer::Mismatch { field: "amount".to_owned() });
    bench.check_spent(PRICE_MINOR, "a purchase and one of another amount under its key");
}

/// A key stands for one payer.
pub fn same_key_other_account_is_a_mismatch(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    paid(&bench.gateway.purchase(&request));
    let (account, pin) = fixture.poor();
    let answer = bench.gateway.purchase(&PaymentRequest { account, pin, ..copy(&request) });
    assert!(matches!(answer, Answer::Mismatch { .. }), "another payer under the same key: {answer:?}");
    bench.check_spent(PRICE_MINOR, "a purchase and one of another payer under its key");
}

/// Too little money declines the payment, and the key with it.
pub fn too_little_money_is_declined_for_good(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let (account, pin) = fixture.poor();
    let before = fixture.balance(account);
    let request = PaymentRequest { account, pin, ..bench.request(PRICE_MINOR) };
    let first = bench.gateway.purchase(&request);
    check_declined(&first, "insufficient-funds", None);
    assert_eq!(bench.gateway.purchase(&request), first, "a decline is final for its key");
    assert_eq!(bench.gateway.void(&expected(&request)), first, "a void of a declined key tells the decline");
    check_declined(
        &bench.gateway.authorize(&PaymentRequest { key: fixture.fresh_key(), ..request }),
        "insufficient-funds",
        None,
    );
    assert_eq!(fixture.balance(account), before, "declined payments move nothing");
}

/// A wrong PIN declines the payment, and the key with it, even when the right PIN follows: facts hold no PIN.
pub fn a_wrong_pin_is_declined_for_good(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let right = bench.request(PRICE_MINOR);
    let first = bench.gateway.purchase(&PaymentRequest { pin: other_pin(&right.pin), ..copy(&right) });
    check_declined(&first, "incorrect-pin", Some(Advice::RetryWithNewPin));
    assert_eq!(bench.gateway.purchase(&right), first, "a decline is final for its key");
    bench.check_spent(0, "a wrong PIN");
    paid(&bench.gateway.purchase(&PaymentRequest { key: fixture.fresh_key(), ..right }));
    bench.check_spent(PRICE_MINOR, "the right PIN under a new key");
}

/// Nobody can find out by paying whether an account exists.
pub fn an_unknown_account_looks_like_a_wrong_pin(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    let unknown = PaymentRequest { account: fixture.unknown_account(), key: fixture.fresh_key(), ..copy(&request) };
    let wrong = PaymentRequest { pin: other_pin(&request.pin), ..copy(&request) };
    let answers = (bench.gateway.purchase(&unknown), bench.gateway.purchase(&wrong));
    check_declined(&answers.0, "incorrect-pin", Some(Advice::RetryWithNewPin));
    assert_eq!(answers.0, answers.1, "an unknown account and a wrong PIN");
    // Ends the row of wrong PINs for whatever case comes next.
    paid(&bench.gateway.purchase(&PaymentRequest { key: fixture.fresh_key(), ..request }));
}

/// An account pays in its own currency.
pub fn another_currency_is_declined(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let other = if fixture.currency() == Currency::EUR { Currency::USD } else { Currency::EUR };
    let request = PaymentRequest { amount: Money::new(PRICE_MINOR, other), ..bench.request(PRICE_MINOR) };
    check_declined(&bench.gateway.purchase(&request), "currency-mismatch", None);
    bench.check_spent(0, "a purchase in another currency");
}

/// A void reaches the bank before the payment does: the payment is refused when it arrives.
pub fn void_fences_an_unseen_key(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    assert_eq!(bench.gateway.void(&expected(&request)), Answer::Voided, "a void of an unseen key");
    assert_eq!(bench.gateway.void(&expected(&request)), Answer::Voided, "once more");
    assert_eq!(bench.gateway.purchase(&request), Answer::Voided, "a purchase behind the fence");
    assert_eq!(bench.gateway.authorize(&request), Answer::Voided, "an authorization behind the fence");
    assert_eq!(bench.gateway.lookup(&expected(&request)), Answer::Voided, "a look-up of a fenced key");
    bench.check_spent(0, "payments behind a fence");
}

/// A void does not take back what was captured, and says so every time.
pub fn void_after_capture_says_captured(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    let answer = bench.gateway.purchase(&request);
    paid(&answer);
    assert_eq!(bench.gateway.void(&expected(&request)), answer, "a void after the capture");
    assert_eq!(bench.gateway.void(&expected(&request)), answer, "once more");
    bench.check_spent(PRICE_MINOR, "a purchase that came before its void");
}

/// A void ends a hold, and says the same when repeated.
pub fn void_releases_a_hold(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    held(&bench.gateway.authorize(&request));
    assert_eq!(bench.gateway.void(&expected(&request)), Answer::Voided, "a void of a hold");
    assert_eq!(bench.gateway.void(&expected(&request)), Answer::Voided, "once more");
    bench.check_spent(0, "a voided hold");
}

/// A void after a partial capture releases the rest; the answer must not say that nothing was charged.
pub fn void_of_the_rest_never_says_voided(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    let payment = held(&bench.gateway.authorize(&request));
    bench.gateway.capture(&payment, &fixture.fresh_key(), bench.money(400), false);
    let answer = bench.gateway.void(&expected(&request));
    let honest = matches!(answer, Answer::Captured { .. } | Answer::Mismatch { .. });
    assert!(honest, "a void after a partial capture: {answer:?}");
    bench.check_spent(400, "a partial capture, the rest of it voided");
}

/// An authorization reserves the amount once.
pub fn authorize_holds(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    let answer = bench.gateway.authorize(&request);
    held(&answer);
    bench.check_spent(PRICE_MINOR, "a hold");
    assert_eq!(bench.gateway.authorize(&request), answer, "a repeated authorization has the first one's outcome");
    assert_eq!(bench.gateway.lookup(&expected(&request)), answer, "a look-up of a hold");
    bench.check_spent(PRICE_MINOR, "a hold and its repetition");
    bench.gateway.void(&expected(&request));
}

/// The last capture takes its amount and releases what is left, once.
pub fn last_capture_releases_the_rest(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let payment = held(&bench.gateway.authorize(&bench.request(PRICE_MINOR)));
    let key = fixture.fresh_key();
    for time in ["once", "repeated"] {
        let answer = bench.gateway.capture(&payment, &key, bench.money(400), true);
        assert_eq!(answer, Answer::Captured { payment: payment.clone() }, "the last capture, {time}");
        bench.check_spent(400, "a last capture of less than was held");
    }
    let more = bench.gateway.capture(&payment, &fixture.fresh_key(), bench.money(1), true);
    check_rejected(&more, "a capture after the last one");
    bench.check_spent(400, "a capture after the last one");
}

/// Captures that are not the last leave the rest held, until nothing is left.
pub fn captures_in_parts_add_up(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let payment = held(&bench.gateway.authorize(&bench.request(PRICE_MINOR)));
    let first_key = fixture.fresh_key();
    for time in ["once", "repeated"] {
        let answer = bench.gateway.capture(&payment, &first_key, bench.money(400), false);
        assert!(matches!(answer, Answer::Authorized { .. }), "a first part, {time}: {answer:?}");
    }
    bench.check_spent(PRICE_MINOR, "a part captured and the rest held");
    let rest = bench.gateway.capture(&payment, &fixture.fresh_key(), bench.money(PRICE_MINOR - 400), false);
    assert_eq!(rest, Answer::Captured { payment }, "a capture that leaves nothing");
    bench.check_spent(PRICE_MINOR, "both parts");
}

/// A capture cannot take more than is left of the hold.
pub fn capture_takes_no_more_than_was_held(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    let payment = held(&bench.gateway.authorize(&request));
    let answer = bench.gateway.capture(&payment, &fixture.fresh_key(), bench.money(PRICE_MINOR + 1), true);
    check_rejected(&answer, "a capture of more than was held");
    bench.gateway.capture(&payment, &fixture.fresh_key(), bench.money(400), false);
    let answer = bench.gateway.capture(&payment, &fixture.fresh_key(), bench.money(PRICE_MINOR - 399), true);
    check_rejected(&answer, "a capture of more than is left");
    bench.gateway.void(&expected(&request));
    bench.check_spent(400, "captures of too much");
}

/// Nothing can be captured of a voided hold.
pub fn capture_after_void_is_rejected(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    let payment = held(&bench.gateway.authorize(&request));
    bench.gateway.void(&expected(&request));
    let answer = bench.gateway.capture(&payment, &fixture.fresh_key(), request.amount, true);
    check_rejected(&answer, "a capture after the void");
    bench.check_spent(0, "a capture after the void");
}

/// A refund gives the money back once, however often it is repeated.
pub fn refund_gives_back_once(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let payment = paid(&bench.gateway.purchase(&bench.request(PRICE_MINOR)));
    let key = fixture.fresh_key();
    for time in ["once", "repeated"] {
        assert_eq!(bench.gateway.refund(&payment, &key, bench.money(400)), Answer::Refunded, "a refund, {time}");
        bench.check_spent(PRICE_MINOR - 400, "a purchase and one refund");
    }
    let other = bench.gateway.refund(&payment, &key, bench.money(401));
    assert_eq!(other, Answer::Mismatch { field: "amount".to_owned() }, "another refund under the same key");
    bench.check_spent(PRICE_MINOR - 400, "another refund under the same key");
}

/// All refunds of a payment together give back no more than was captured; a hold has nothing to give back.
pub fn refund_gives_back_no_more_than_was_captured(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let refused = |payment: &PaymentRef, minor, what: &str| {
        let answer = bench.gateway.refund(payment, &fixture.fresh_key(), bench.money(minor));
        assert!(matches!(answer, Answer::Rejected { .. } | Answer::Declined { .. }), "{what}: {answer:?}");
    };
    let request = bench.request(PRICE_MINOR);
    let payment = paid(&bench.gateway.purchase(&request));
    refused(&payment, PRICE_MINOR + 1, "a refund of more than was captured");
    assert_eq!(bench.gateway.refund(&payment, &fixture.fresh_key(), request.amount), Answer::Refunded);
    refused(&payment, 1, "a refund after everything was given back");
    bench.check_spent(0, "everything given back, and no more");

    let on_hold = PaymentRequest { key: fixture.fresh_key(), ..request };
    refused(&held(&bench.gateway.authorize(&on_hold)), 1, "a refund of a hold");
    bench.gateway.void(&expected(&on_hold));
}

/// A look-up tells what became of a key and changes nothing; above all it is no fence.
pub fn lookup_tells_what_became_of_a_key(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    assert_eq!(bench.gateway.lookup(&expected(&request)), Answer::NotFound, "a look-up of an unseen key");
    let answer = bench.gateway.purchase(&request);
    paid(&answer);
    assert_eq!(bench.gateway.lookup(&expected(&request)), answer, "a look-up after the purchase");
    let in_other = Expected { amount: Money::new(PRICE_MINOR, Currency::USD), key: request.key };
    if fixture.currency() != Currency::USD {
        assert_eq!(bench.gateway.lookup(&in_other), Answer::Mismatch { field: "currency".to_owned() });
    }
    bench.check_spent(PRICE_MINOR, "a purchase that was looked up");
}

/// Callers that race under one key charge once; each hears that it was captured, or (in flight) nothing.
pub fn one_key_used_by_many_at_once_charges_once(fixture: &dyn Fixture) {
    let bench = Bench::new(fixture);
    let request = bench.request(PRICE_MINOR);
    let (gateway, start) = (bench.gateway, std::sync::Barrier::new(CALLERS));
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (request, start) = (copy(&request), &start);
                scope.spawn(move || {
                    start.wait();
                    gateway.purchase(&request)
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().expect("a gateway does not panic")).collect()
    });
    let outcome = gateway.purchase(&request);
    paid(&outcome);
    for answer in answers {
        assert!(answer == outcome || answer == Answer::Unknown, "one of {CALLERS} callers under one key: {answer:?}");
    }
    bench.check_spent(PRICE_MINOR, "many purchases under one key");
}
