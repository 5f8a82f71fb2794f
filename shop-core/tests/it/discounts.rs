//! Discount codes: what they take off, and that a use is taken and given back exactly once.

use std::sync::{Arc, Barrier};
use std::thread;

use kit_core::{Timestamp, Token};
use shop_core::gateway::Answer;
use shop_core::{
    Benefit, ChangeReason, Checkout, DiscountCode, DiscountProblem, DiscountTerms, Error, PlacedOrder, Refusal, Slug,
};

use crate::world::{KEYBOARD, MOUSE, World, catalogue, eur, form, payment, refusal};

fn code(text: &str) -> DiscountCode {
    DiscountCode::parse(text).expect("a code")
}

/// Ten percent off, for everybody and for ever.
fn terms(text: &str) -> DiscountTerms {
    DiscountTerms {
        code: code(text),
        benefit: Benefit::Percent(1_000),
        minimum: None,
        valid_from: None,
        valid_until: None,
        max_uses: None,
        once_per_email: false,
        category: None,
    }
}

fn add(world: &World, terms: DiscountTerms) {
    world.shop.add_discount(terms).expect("a new code");
}

fn uses(world: &World, text: &str) -> u32 {
    let discounts = world.shop.discounts().expect("read");
    discounts.iter().find(|discount| discount.terms.code == code(text)).expect("there is one").uses
}

/// A cart with one keyboard and a code.
fn cart(world: &World, text: &str) -> Token {
    let cart = world.cart(&[(KEYBOARD, 1)]);
    world.shop.set_code(&cart, text).expect("there is such a code");
    cart
}

fn order(world: &World, text: &str, form_key: &str) -> Result<PlacedOrder, Error> {
    world.shop.checkout(&cart(world, text), &form(form_key, eur(9_000)))
}

#[test]
fn a_code_takes_its_part_off_and_the_order_keeps_it() {
    for world in [World::new(), World::on_disk()] {
        add(&world, terms("SPRING-10"));
        let cart = world.cart(&[(KEYBOARD, 1), (MOUSE, 1)]);
        let view = world.shop.set_code(&cart, "spring-10").expect("there is such a code");
        assert_eq!((view.goods, view.discount(), view.total), (eur(12_000), eur(1_200), eur(10_800)));
        assert_eq!(view.lines.iter().map(|line| line.discount.minor).collect::<Vec<_>>(), [1_000, 200]);
        let placed = world.shop.checkout(&cart, &form("form-key-1", view.total)).expect("placed");
        let order = &placed.order.order;
        assert_eq!(
            order.discount.as_ref().map(|held| (held.code.as_str(), held.amount)),
            Some(("SPRING-10", eur(1_200)))
        );
        assert_eq!((order.total, world.charged(), uses(&world, "SPRING-10")), (eur(10_800), eur(10_800), 1));
        let empty = world.shop.cart(&cart).expect("the cart");
        assert_eq!((empty.code, empty.total), (None, eur(0)), "a code is ordered with its cart");
        let again = world.shop.checkout(&cart, &form("form-key-1", view.total)).expect("the same form");
        assert!(again.replayed);
        assert_eq!(uses(&world, "SPRING-10"), 1, "a form that is sent twice uses it once");
        world.shop.cancel(&placed.token).expect("cancelled");
        assert_eq!((uses(&world, "SPRING-10"), world.charged()), (0, eur(0)), "what was paid is given back, no more");
        world.shop.cancel(&placed.token).expect("cancelled before");
        assert_eq!(uses(&world, "SPRING-10"), 0);
    }
}

#[test]
fn a_cart_says_why_its_code_does_not_apply() {
    let world = World::new();
    let now = Timestamp::from_micros(1_795_363_620_000_000);
    let later = now.plus(std::time::Duration::from_secs(60));
    add(&world, DiscountTerms { minimum: Some(eur(15_000)), ..terms("MINIMUM") });
    add(&world, DiscountTerms { valid_from: Some(later), ..terms("LATER") });
    let over = DiscountTerms { valid_until: Some(now), ..terms("OVER") };
    assert_eq!(refusal(world.shop.add_discount(over.clone())), Refusal::DiscountInvalid { problem: "until" });
    let soon = now.plus(std::time::Duration::from_secs(1));
    add(&world, DiscountTerms { valid_until: Some(soon), ..over });
    world.advance(1);
    add(&world, DiscountTerms { category: Slug::parse("mice"), ..terms("MICE") });
    add(&world, terms("ENDED"));
    world.shop.end_discount(&code("ended")).expect("ended");
    let cart = world.cart(&[(KEYBOARD, 1)]);
    let problem = |text| {
        let view = world.shop.set_code(&cart, text).expect("there is such a code");
        assert_eq!(view.total, eur(10_000), "{text}");
        view.code.expect("it is kept").outcome.expect_err("it does not apply")
    };
    let missing = DiscountProblem::MinimumNotReached { minimum: eur(15_000), missing: eur(5_000) };
    assert_eq!(problem("minimum"), missing);
    assert_eq!(problem("later"), DiscountProblem::NotYetValid { from: later });
    assert_eq!(problem("over"), DiscountProblem::Expired { until: soon });
    assert_eq!(problem("mice"), DiscountProblem::NothingEligible);
    assert_eq!(problem("ended"), DiscountProblem::Ended);
    assert_eq!(refusal(world.shop.set_code(&cart, "NEVER")), Refusal::DiscountNotFound);
    assert_eq!(refusal(world.shop.set_code(&cart, "'; --")), Refusal::DiscountNotFound);
    // A code that does not apply now is no hindrance: its customer saw the price without it.
    world.shop.checkout(&cart, &form("form-key-1", eur(10_000))).expect("placed");
    assert_eq!(uses(&world, "ENDED"), 0);
}

#[test]
fn a_code_for_a_category_is_borne_by_its_lines() {
    let world = World::new();
    add(&world, DiscountTerms { category: Slug::parse("mice"), benefit: Benefit::Fixed(eur(500)), ..terms("MICE") });
    assert_eq!(refusal(world.shop.add_discount(terms("MICE"))), Refusal::DiscountExists);
    let nowhere = DiscountTerms { category: Slug::parse("docks"), ..terms("DOCKS") };
    assert_eq!(refusal(world.shop.add_discount(nowhere)), Refusal::CategoryNotFound);
    let cart = world.cart(&[(KEYBOARD, 1), (MOUSE, 1)]);
    let view = world.shop.set_code(&cart, "mice").expect("there is such a code");
    assert_eq!(view.lines.iter().map(|line| line.discount.minor).collect::<Vec<_>>(), [0, 500]);
    assert_eq!(world.shop.remove_code(&cart).expect("removed").total, eur(12_000));
}

#[test]
fn the_last_use_goes_to_one_order_and_comes_back_when_that_ends() {
    let world = World::new();
    add(&world, DiscountTerms { max_uses: Some(1), ..terms("ONE") });
    world.bank.then(Answer::NotSent);
    let first = order(&world, "ONE", "form-key-1").expect("placed");
    assert_eq!(first.order.status.code(), "awaiting-payment");
    let Refusal::PriceChanged(change) = refusal(order(&world, "ONE", "form-key-2")) else { panic!("another refusal") };
    assert_eq!((change.reasons, change.total), (vec![ChangeReason::Discount], eur(10_000)));
    assert_eq!(change.discount_problem, Some(DiscountProblem::UsedUp));
    world.advance(30 * 60);
    assert_eq!(world.shop.sweep().expect("swept").expired, 1);
    assert_eq!(uses(&world, "ONE"), 0, "it ended unpaid");
    assert_eq!(refusal(world.shop.pay_again(&first.token, &payment("form-key-3"))).code(), "not-payable");
    order(&world, "ONE", "form-key-4").expect("there is a use again");
    assert_eq!(uses(&world, "ONE"), 1);
}

#[test]
fn an_address_uses_a_code_once() {
    let world = World::new();
    add(&world, DiscountTerms { once_per_email: true, ..terms("ONCE") });
    let placed = order(&world, "ONCE", "form-key-1").expect("placed");
    let by = |email: &str, key: &str, total| {
        let form = Checkout { email: email.to_owned(), ..form(key, eur(total)) };
        world.shop.checkout(&cart(&world, "ONCE"), &form)
    };
    let Refusal::PriceChanged(change) = refusal(by("Ada@Example.org", "form-key-2", 9_000)) else { panic!("another") };
    assert_eq!(change.discount_problem, Some(DiscountProblem::UsedBefore));
    let full = by("ada@example.org", "form-key-3", 10_000).expect("for the full price");
    assert_eq!(full.order.order.discount, None);
    by("bob@example.org", "form-key-4", 9_000).expect("somebody else");
    world.shop.cancel(&placed.token).expect("cancelled");
    by("ada@example.org", "form-key-5", 9_000).expect("the use was given back");
}

#[test]
fn sixteen_want_the_last_use() {
    for world in [World::new(), World::on_disk()] {
        world.shop.import(catalogue("100.00", 16, 1).as_bytes()).expect("imported");
        add(&world, DiscountTerms { max_uses: Some(3), ..terms("THREE") });
        let shop = world.again(None);
        let carts: Vec<_> = (0..16).map(|_| cart(&world, "THREE")).collect();
        let start = Arc::new(Barrier::new(carts.len()));
        let buyers = carts.into_iter().enumerate().map(|(n, cart)| {
            let (shop, start) = (shop.clone(), start.clone());
            thread::spawn(move || {
                start.wait();
                shop.checkout(&cart, &form(&format!("form-key-{n}"), eur(9_000)))
            })
        });
        let buyers: Vec<_> = buyers.collect();
        let results: Vec<_> = buyers.into_iter().map(|buyer| buyer.join().expect("no panic")).collect();
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 3);
        for refused in results.into_iter().filter(Result::is_err) {
            assert_eq!(refusal(refused).code(), "price-changed");
        }
        assert_eq!(uses(&world, "THREE"), 3);
        world.check_books(16);
    }
}

#[test]
fn a_code_is_found_however_it_is_typed_and_made_once() {
    for world in [World::new(), World::on_disk()] {
        add(&world, terms("TEN-OFF"));
        let cart = world.cart(&[(KEYBOARD, 1)]);
        for typed in ["ten off", "TENOFF", "Ten\u{200B}-Off", " T E N O F F "] {
            let view = world.shop.set_code(&cart, typed).expect(typed);
            assert_eq!(view.code.expect("kept").code, code("TEN-OFF"), "{typed:?}");
        }
        assert_eq!(refusal(world.shop.add_discount(terms("tenoff"))), Refusal::DiscountExists);
        assert!(world.shop.end_discount(&code("ten off")).expect("ended").ended_at.is_some());
    }
}

#[test]
fn generated_codes_are_for_one_order_each() {
    for world in [World::new(), World::on_disk()] {
        let codes = world.shop.generate_discounts(&terms("IGNORED"), 20).expect("made");
        let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!((distinct.len(), world.shop.discounts().expect("read").len()), (20, 20));
        let first = codes[0].as_str();
        order(&world, first, "form-key-1").expect("placed");
        let again = world.shop.set_code(&world.cart(&[(KEYBOARD, 1)]), first).expect("it is there");
        assert_eq!(again.code.expect("kept").outcome, Err(DiscountProblem::UsedUp));
        order(&world, codes[1].as_str(), "form-key-2").expect("placed");
        let docks = DiscountTerms { category: Slug::parse("docks"), ..terms("IGNORED") };
        assert_eq!(refusal(world.shop.generate_discounts(&docks, 2)), Refusal::CategoryNotFound);
    }
}

#[test]
fn a_code_that_is_over_can_be_made_again_and_counts_anew() {
    for world in [World::new(), World::on_disk()] {
        let once = DiscountTerms { max_uses: Some(1), once_per_email: true, ..terms("AUTUMN-5") };
        add(&world, once.clone());
        let before = order(&world, "AUTUMN-5", "form-key-1").expect("placed");
        assert_eq!(refusal(world.shop.add_discount(once.clone())), Refusal::DiscountExists, "it goes on");
        world.shop.end_discount(&code("AUTUMN-5")).expect("ended");
        assert_eq!(refusal(world.shop.add_discount(once.clone())), Refusal::DiscountExists, "at the same moment");
        world.advance(1);
        let until = world.shop.time().plus(std::time::Duration::from_secs(60));
        let again = DiscountTerms { valid_until: Some(until), code: code("autumn5"), ..once.clone() };
        let made = world.shop.add_discount(again).expect("made again");
        assert_eq!((made.terms.code.as_str(), made.uses, made.ended_at), ("AUTUMN-5", 0, None), "written as before");
        assert_eq!(world.shop.discounts().expect("read").len(), 1);

        // The same address may use it again, once; and what becomes of the order from before does not count.
        let after = order(&world, "AUTUMN-5", "form-key-2").expect("placed");
        assert_eq!(uses(&world, "AUTUMN-5"), 1);
        world.shop.cancel(&before.token).expect("cancelled");
        assert_eq!(uses(&world, "AUTUMN-5"), 1);
        let full = world.shop.set_code(&world.cart(&[(KEYBOARD, 1)]), "AUTUMN-5").expect("it is there");
        assert_eq!(full.code.expect("kept").outcome, Err(DiscountProblem::UsedUp));
        world.shop.cancel(&after.token).expect("cancelled");
        assert_eq!(uses(&world, "AUTUMN-5"), 0);

        // One that has expired is over as well.
        world.advance(60);
        add(&world, once);
    }
}

/// A code of 100 %: the order costs its shipping, and nothing where that is free.
#[test]
fn an_order_of_nothing_is_paid_when_it_is_placed() {
    for world in [World::new(), World::on_disk()] {
        let config = shop_core::ShopConfig { notify_operator: true, ..world.shop.config().clone() };
        let world = world.configured(config);
        add(&world, DiscountTerms { benefit: Benefit::Percent(10_000), ..terms("GIFT") });
        let (mice, pickup) = (world.cart(&[(MOUSE, 1)]), Slug::parse("pickup"));
        let view = world.shop.set_code(&mice, "gift").expect("there is such a code");
        let totals: Vec<i64> = view.shipping.iter().map(|offer| offer.total.minor).collect();
        assert_eq!(totals, [490, 1_290, 0], "the shipping, to the cent");
        let free = |key| {
            let mut form = Checkout { shipping: pickup.clone(), ..form(key, eur(0)) };
            form.payment.account.clear();
            form.payment.pin = kit_core::SecretText::new(String::new());
            form
        };
        let placed = world.shop.checkout(&mice, &free("form-key-1")).expect("placed");
        assert_eq!((placed.order.status.code(), placed.order.attempts.len(), placed.replayed), ("paid", 0, false));
        assert!(placed.attempt.is_none());
        assert!(world.bank.calls().is_empty(), "no bank is asked");
        assert!(world.shop.was_sent(&placed.token, &form("form-key-1", eur(0)).payment.key).expect("read"));
        let again = world.shop.checkout(&mice, &free("form-key-1")).expect("the same form");
        assert!(again.replayed && again.order.order.id == placed.order.order.id);
        assert_eq!(uses(&world, "GIFT"), 1);
        let invoice = world.shop.invoice(&placed.token).expect("it has an invoice");
        assert_eq!((invoice.total, invoice.paid.is_none(), invoice.rounding), (eur(0), true, eur(0)));
        let mails = world.shop.letters(10).expect("read").into_iter().map(|letter| letter.mail.kind.code());
        let mut mails: Vec<&str> = mails.collect();
        mails.sort_unstable();
        assert_eq!(mails, ["new-order", "paid"]);
        assert_eq!(world.shop.reconcile(|_| {}).expect("compared").differences, 0);
        let cancelled = world.shop.cancel(&placed.token).expect("cancelled");
        assert_eq!((cancelled.status.code(), cancelled.refunds.len(), uses(&world, "GIFT")), ("cancelled", 0, 0));
        assert_eq!(world.shop.credit_note(&placed.token).expect("one").cancels, Some(invoice.number));
        assert_eq!(world.shop.reconcile(|_| {}).expect("compared").differences, 0);
        assert!(world.shop.checkout(&mice, &free("form-key-1")).expect("the same form").replayed);

        let paid = world.cart(&[(MOUSE, 1)]);
        world.shop.set_code(&paid, "gift").expect("there is such a code");
        let placed = world.shop.checkout(&paid, &form("form-key-2", eur(490))).expect("placed");
        assert_eq!((placed.order.order.total, world.charged()), (eur(490), eur(490)));
    }
}
