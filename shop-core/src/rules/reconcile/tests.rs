use kit_core::{Currency, Language, TokenHash, Uuid};

use super::*;
use crate::gateway::Code;
use crate::rules::attempt::{Approval, AttemptId};
use crate::rules::cart::Quantity;
use crate::rules::discount::{Discount, DiscountCode, DiscountTerms};
use crate::rules::invoice::{Issued, LastNumbers};
use crate::rules::order::{Contact, OrderDiscount, OrderId, OrderLine, OrderShipping};
use crate::rules::product::{Sku, Slug};
use crate::rules::refund::RefundId;
use crate::rules::shipping::WorkingDays;
use crate::rules::totals::{Benefit, VatRate};

const PRICE: i64 = 3_500;

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn key(name: &str) -> IdempotencyKey {
    IdempotencyKey::parse(&format!("{name:->12}")).expect("a key")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_795_363_620_000_000 + seconds * 1_000_000)
}

fn payment_id() -> PaymentRef {
    PaymentRef("payment-1".to_owned())
}

fn attempt(n: u8, state: AttemptState) -> Attempt {
    let succeeded = state == AttemptState::Succeeded;
    let approval = Approval { url: "https://bank.example".to_owned(), until: at(900) };
    Attempt {
        id: AttemptId::from_uuid(Uuid::from_bytes([n; 16])),
        order: OrderId::from_uuid(Uuid::from_bytes([1; 16])),
        form_key: key(&format!("form-{n}")),
        payment_key: key(&format!("pay-{n}")),
        amount: eur(PRICE),
        account_tail: "0183".to_owned(),
        state,
        claims: 0,
        due_at: (!state.is_final()).then(|| at(30)),
        approval: (state == AttemptState::AwaitingApproval).then_some(approval),
        payment: succeeded.then(payment_id),
        failure: None,
        started_at: at(0),
        ended_at: state.is_final().then(|| at(1)),
    }
}

fn refund(n: u8, state: RefundState) -> Refund {
    Refund {
        id: RefundId::from_uuid(Uuid::from_bytes([100 + n; 16])),
        order: OrderId::from_uuid(Uuid::from_bytes([1; 16])),
        key: key(&format!("refund-{n}")),
        payment: payment_id(),
        amount: eur(PRICE),
        state,
        claims: 0,
        due_at: (state == RefundState::Pending).then(|| at(60)),
        refusal: (state == RefundState::Refused).then(|| Code::new("settlement-short")),
        started_at: at(50),
        ended_at: (state != RefundState::Pending).then(|| at(51)),
    }
}

fn code() -> DiscountCode {
    DiscountCode::parse("SPRING-10").expect("a code")
}

/// An order in `state` with these attempts; the first undecided one is its live one, the last refund decides.
fn facts(state: OrderState, attempts: Vec<Attempt>, refunds: Vec<Refund>) -> OrderFacts {
    let live_attempt = attempts.iter().find(|attempt| !attempt.state.is_final()).map(|attempt| attempt.id);
    let text = String::new;
    let contact = Contact {
        name: text(),
        street: text(),
        postal_code: text(),
        city: text(),
        country: text(),
        email: text(),
        ..Contact::default()
    };
    let issued = |number, at| Issued { number, at };
    let given_back = refunds.last().is_some_and(|refund| refund.state == RefundState::Refunded);
    let shipping = OrderShipping {
        method: Slug::parse("standard").expect("a slug"),
        name: text(),
        price: eur(500),
        vat_rate: VatRate::STANDARD,
        vat: eur(80),
        rounding: eur(0),
        days: WorkingDays { min: 2, max: 3 },
        pickup: false,
    };
    let line = OrderLine {
        sku: Sku::parse("KB-1").expect("a SKU"),
        name: text(),
        unit_price: eur(PRICE),
        quantity: Quantity::new(1).expect("one"),
        total: eur(PRICE),
        discount: eur(500),
        vat_rate: VatRate::STANDARD,
        vat: eur(479),
        rounding: eur(0),
    };
    let order = Order {
        id: OrderId::from_uuid(Uuid::from_bytes([1; 16])),
        number: OrderNumber::parse("K7Q2-M4XD").expect("a number"),
        token: TokenHash([1; 32]),
        state,
        contact,
        lines: vec![line],
        discount: Some(OrderDiscount { code: code(), amount: eur(500) }),
        shipping,
        total: eur(PRICE),
        note: text(),
        language: Language::English,
        reserved_until: at(1_800),
        live_attempt,
        refund: refunds.last().map(|refund| refund.id),
        invoice: attempts.iter().any(|a| a.state == AttemptState::Succeeded).then(|| issued(1, at(1))),
        credit_note: (state == OrderState::Cancelled && given_back).then(|| issued(1, at(51))),
        placed_at: at(0),
        changed_at: at(1),
    };
    OrderFacts { order, attempts, refunds }
}

/// The bank's payment under the first attempt's key.
fn listed(state: PaymentState) -> ListedPayment {
    let captured = if state == PaymentState::Captured { PRICE } else { 0 };
    ListedPayment {
        id: payment_id(),
        key: key("pay-1"),
        state,
        amount: eur(PRICE),
        captured: eur(captured),
        refunded: eur(0),
        reference: "Order K7Q2-M4XD".to_owned(),
        created_at: at(0),
    }
}

fn kinds(differences: &[Difference]) -> Vec<DifferenceKind> {
    differences.iter().map(|difference| difference.kind).collect()
}

/// An order as it stands while its attempt is in this state.
fn order_of(state: AttemptState) -> OrderFacts {
    let order = match state {
        AttemptState::Succeeded => OrderState::Paid,
        _ => OrderState::AwaitingPayment,
    };
    facts(order, vec![attempt(1, state)], Vec::new())
}

#[test]
fn every_cell_of_one_key() {
    use DifferenceKind::{CaptureMissing, CapturedUnpaid, OpenAtBank, UnknownPayment};
    let check = |attempt: Option<AttemptState>, bank: Option<PaymentState>, expected: &[DifferenceKind]| {
        let facts = attempt.map(order_of);
        let shop = facts.as_ref().map(|facts| (facts, &facts.attempts[0]));
        let found = between(shop, bank.map(listed).as_ref());
        assert_eq!(kinds(&found), expected, "{attempt:?} and {bank:?}");
        for difference in &found {
            assert_eq!(difference.order.is_some(), attempt.is_some());
            let line = difference.to_string();
            assert!(line.starts_with(difference.kind.code()) && line.contains("payment-1"), "{line}");
        }
    };
    let over = [PaymentState::Voided, PaymentState::Cancelled, PaymentState::Expired, PaymentState::Declined];
    let open = [PaymentState::RequiresApproval, PaymentState::Authorized];
    assert!(PaymentState::ALL.iter().all(|s| over.contains(s) || open.contains(s) || *s == PaymentState::Captured));
    let row = |attempt, nothing: &[_], when_over: &[_], when_open: &[_], captured: &[_]| {
        check(attempt, None, nothing);
        over.iter().for_each(|state| check(attempt, Some(*state), when_over));
        open.iter().for_each(|state| check(attempt, Some(*state), when_open));
        check(attempt, Some(PaymentState::Captured), captured);
    };
    row(None, &[], &[], &[UnknownPayment], &[UnknownPayment]);
    for undecided in [AttemptState::Started, AttemptState::Unknown, AttemptState::AwaitingApproval] {
        row(Some(undecided), &[], &[], &[], &[]);
    }
    row(Some(AttemptState::Failed), &[], &[], &[OpenAtBank], &[CapturedUnpaid]);
    let missing = &[CaptureMissing][..];
    row(Some(AttemptState::Succeeded), missing, missing, missing, &[]);
}

#[test]
fn amounts_ids_and_refunds_are_compared() {
    use DifferenceKind::{
        AmountDiffers, CapturedDiffers, CapturedUnpaid, OpenAtBank, PaymentDiffers, RefundedDiffers, UnknownPayment,
    };
    use RefundState::{Pending, Refunded, Refused};
    let check =
        |attempt: AttemptState, refunds: &[RefundState], payment: ListedPayment, expected: &[DifferenceKind]| {
            let refunds = (1..).zip(refunds).map(|(n, state)| refund(n, *state)).collect();
            let facts = OrderFacts { refunds, ..order_of(attempt) };
            let found = between(Some((&facts, &facts.attempts[0])), Some(&payment));
            assert_eq!(kinds(&found), expected, "{attempt:?}, {payment:?}");
        };
    let succeeded = AttemptState::Succeeded;
    let captured = || listed(PaymentState::Captured);
    let given_back = |minor| ListedPayment { refunded: eur(minor), ..captured() };

    let (less, dollars) = (eur(PRICE - 1), Money::new(PRICE, Currency::USD));
    check(succeeded, &[], ListedPayment { amount: less, captured: less, ..captured() }, &[AmountDiffers]);
    check(succeeded, &[], ListedPayment { amount: dollars, captured: dollars, ..captured() }, &[AmountDiffers]);
    check(succeeded, &[], ListedPayment { captured: less, ..captured() }, &[CapturedDiffers]);
    let another = PaymentRef("payment-2".to_owned());
    check(succeeded, &[], ListedPayment { id: another, ..captured() }, &[PaymentDiffers]);
    // No answer ever decides an attempt of another amount, so it is told though the attempt is undecided.
    check(AttemptState::Unknown, &[], ListedPayment { amount: less, ..captured() }, &[AmountDiffers]);
    // A fence has no amount, and is none of another amount.
    let fence = ListedPayment { amount: eur(0), ..listed(PaymentState::Voided) };
    check(AttemptState::Failed, &[], fence.clone(), &[]);
    check(AttemptState::Unknown, &[], fence, &[]);
    // Part of a hold was captured, and the rest is still held.
    let part = ListedPayment { captured: eur(5), ..listed(PaymentState::Authorized) };
    check(AttemptState::Failed, &[], part.clone(), &[CapturedUnpaid]);
    assert_eq!(kinds(&between(None, Some(&part))), [UnknownPayment]);
    // What is given back is settled, all of it only; and not while more may be taken.
    check(AttemptState::Failed, &[], given_back(PRICE - 1), &[CapturedUnpaid]);
    check(AttemptState::Failed, &[], given_back(PRICE), &[]);
    assert_eq!(kinds(&between(None, Some(&given_back(PRICE - 1)))), [UnknownPayment]);
    assert_eq!(kinds(&between(None, Some(&given_back(PRICE)))), []);
    let part = ListedPayment { refunded: eur(5), ..part };
    check(AttemptState::Failed, &[], part.clone(), &[OpenAtBank]);
    assert_eq!(kinds(&between(None, Some(&part))), [UnknownPayment]);

    check(succeeded, &[], given_back(1), &[RefundedDiffers]);
    check(succeeded, &[Refunded], given_back(PRICE), &[]);
    check(succeeded, &[Refunded], given_back(0), &[RefundedDiffers]);
    check(succeeded, &[Refunded], given_back(PRICE - 1), &[RefundedDiffers]);
    check(succeeded, &[Refused], given_back(0), &[]);
    check(succeeded, &[Refused], given_back(PRICE), &[RefundedDiffers]);
    check(succeeded, &[Refused, Refunded], given_back(PRICE), &[]);
    // The bank may have given it back already, or not yet.
    check(succeeded, &[Pending], given_back(0), &[]);
    check(succeeded, &[Pending], given_back(PRICE), &[]);
}

#[test]
fn an_order_does_not_contradict_itself() {
    use AttemptState::{Failed, Started, Succeeded};
    use DifferenceKind::{LiveAttemptDiffers, OrderPaid, OrderUnpaid, PaidTwice, RefundMissing, TotalDiffers};
    use OrderState::{AwaitingPayment, Cancelled, Cancelling, NotPaid, Paid, Shipped};
    let check = |state, attempts: &[AttemptState], refunds: &[RefundState], expected: &[DifferenceKind]| {
        let attempts = (1..).zip(attempts).map(|(n, state)| attempt(n, *state)).collect();
        let refunds = (1..).zip(refunds).map(|(n, state)| refund(n, *state)).collect();
        let facts = facts(state, attempts, refunds);
        assert_eq!(kinds(&within(&facts)), expected, "{state:?}");
    };
    let (pending, refused, refunded) = (RefundState::Pending, RefundState::Refused, RefundState::Refunded);
    // What the shop's own rules write.
    check(AwaitingPayment, &[], &[], &[]);
    check(AwaitingPayment, &[Failed, Started], &[], &[]);
    check(NotPaid, &[Failed], &[], &[]);
    check(Paid, &[Failed, Succeeded], &[], &[]);
    check(Shipped, &[Succeeded], &[], &[]);
    check(Cancelling, &[Succeeded], &[pending], &[]);
    check(Cancelling, &[Succeeded], &[refused], &[]);
    check(Cancelled, &[Succeeded], &[refused, refunded], &[]);
    check(Cancelled, &[Failed], &[], &[]);
    // And what they never do.
    for state in [AwaitingPayment, NotPaid] {
        check(state, &[Succeeded], &[], &[OrderPaid]);
    }
    for state in [Paid, Shipped] {
        check(state, &[Failed], &[], &[OrderUnpaid]);
        check(state, &[], &[], &[OrderUnpaid]);
        check(state, &[Succeeded, Succeeded], &[], &[PaidTwice]);
    }
    check(Cancelling, &[Succeeded], &[], &[RefundMissing]);
    check(Cancelled, &[Succeeded], &[], &[RefundMissing]);
    check(Cancelled, &[Succeeded], &[pending], &[RefundMissing]);
    check(Cancelled, &[Succeeded], &[refused], &[RefundMissing]);
    check(Cancelled, &[Failed], &[refunded], &[OrderUnpaid]);
    check(AwaitingPayment, &[Started, Started], &[], &[LiveAttemptDiffers]);

    let mut forgotten = facts(AwaitingPayment, vec![attempt(1, Started)], Vec::new());
    forgotten.order.live_attempt = None;
    assert_eq!(kinds(&within(&forgotten)), [LiveAttemptDiffers]);
    let mut gone = facts(AwaitingPayment, vec![attempt(1, Failed)], Vec::new());
    gone.order.live_attempt = Some(gone.attempts[0].id);
    assert_eq!(kinds(&within(&gone)), [LiveAttemptDiffers]);
    let mut cheap = facts(Paid, vec![attempt(1, Succeeded)], Vec::new());
    cheap.attempts[0].amount = eur(1);
    assert_eq!(kinds(&within(&cheap)), [TotalDiffers]);
}

#[test]
fn an_order_adds_up_and_has_its_documents() {
    let paid = || facts(OrderState::Paid, vec![attempt(1, AttemptState::Succeeded)], Vec::new());
    let check = |change: fn(&mut Order), expected: &[DifferenceKind]| {
        let mut facts = paid();
        change(&mut facts.order);
        assert_eq!(kinds(&within(&facts)), expected);
    };
    let parts = [DifferenceKind::PartsDiffer];
    check(|_| {}, &[]);
    check(|order| order.shipping.price = eur(501), &parts);
    check(|order| order.lines.clear(), &parts);
    check(|order| order.discount = None, &parts);
    check(|order| order.lines[0].discount = eur(499), &parts);
    check(|order| order.invoice = None, &[DifferenceKind::DocumentsDiffer]);
    check(|order| order.credit_note = order.invoice, &[DifferenceKind::DocumentsDiffer]);
    let attempts = vec![attempt(1, AttemptState::Succeeded)];
    let mut given_back = facts(OrderState::Cancelled, attempts, vec![refund(1, RefundState::Refunded)]);
    assert_eq!(kinds(&within(&given_back)), []);
    given_back.order.credit_note = None;
    assert_eq!(kinds(&within(&given_back)), [DifferenceKind::DocumentsDiffer]);
}

#[test]
fn all_orders_together_come_to_what_is_written_down() {
    use DifferenceKind::{NumbersDiffer, UsesDiffer};
    let order = |state, invoice: Option<u64>| {
        let mut order = facts(state, Vec::new(), Vec::new()).order;
        order.invoice = invoice.map(|number| Issued { number, at: at(1) });
        order
    };
    let discount = |uses, max_uses| Discount {
        terms: DiscountTerms {
            code: code(),
            benefit: Benefit::Fixed(eur(500)),
            minimum: None,
            valid_from: None,
            valid_until: None,
            max_uses,
            once_per_email: false,
            category: None,
        },
        uses,
        created_at: at(0),
        ended_at: None,
    };
    let check = |orders: &[Order], discounts: &[Discount], invoice, expected: &[DifferenceKind]| {
        let mut tally = Tally::default();
        orders.iter().for_each(|order| tally.add(order));
        let last = LastNumbers { invoice, credit_note: 0 };
        assert_eq!(kinds(&tally.differences(discounts, last)), expected);
    };
    let (paid, waiting) = (order(OrderState::Paid, Some(2)), order(OrderState::AwaitingPayment, None));
    let (shipped, ended) = (order(OrderState::Shipped, Some(1)), order(OrderState::NotPaid, None));
    let all = [paid.clone(), waiting.clone(), shipped, ended];
    check(&all, &[discount(3, Some(3))], 2, &[]);
    check(&all, &[discount(4, None)], 2, &[UsesDiffer]);
    check(&all, &[discount(2, None)], 2, &[UsesDiffer]);
    check(&all, &[discount(3, Some(2))], 2, &[UsesDiffer]);
    check(&all, &[], 2, &[UsesDiffer]);
    check(&all, &[discount(3, None)], 3, &[NumbersDiffer]);
    check(&[paid.clone(), waiting.clone()], &[discount(2, None)], 1, &[NumbersDiffer]);
    check(&[paid.clone(), paid], &[discount(2, None)], 2, &[NumbersDiffer]);
    check(&[waiting], &[discount(1, None)], 0, &[]);
}

#[test]
fn what_is_not_decided_is_open_and_no_difference() {
    use OpenKind::{Approval, Payment, RefusedRefund};
    let check = |facts: OrderFacts, expected: &[OpenKind]| {
        assert_eq!(within(&facts), [], "an open order contradicts nothing");
        let found = open(&facts);
        assert_eq!(found.iter().map(|open| open.kind).collect::<Vec<_>>(), expected);
        for open in found {
            let line = open.to_string();
            assert!(line.starts_with("open ") && line.contains("K7Q2-M4XD") && line.contains("35.00 EUR"), "{line}");
        }
    };
    check(order_of(AttemptState::Started), &[Payment]);
    check(order_of(AttemptState::Unknown), &[Payment]);
    check(order_of(AttemptState::AwaitingApproval), &[Approval]);
    check(order_of(AttemptState::Failed), &[]);
    check(order_of(AttemptState::Succeeded), &[]);
    let paid = || vec![attempt(1, AttemptState::Succeeded)];
    let cancelling = |states: &[RefundState]| {
        facts(OrderState::Cancelling, paid(), (1..).zip(states).map(|(n, state)| refund(n, *state)).collect())
    };
    check(cancelling(&[RefundState::Pending]), &[OpenKind::Refund]);
    check(cancelling(&[RefundState::Refused]), &[RefusedRefund]);
    check(cancelling(&[RefundState::Refused, RefundState::Pending]), &[OpenKind::Refund]);
    check(facts(OrderState::Cancelled, paid(), vec![refund(1, RefundState::Refunded)]), &[]);
}
