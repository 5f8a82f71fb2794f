//! Every state of an order against everything that may be asked of it.

use kit_core::Currency;

use super::*;
use crate::gateway::PaymentRef;
use crate::rules::attempt::Approval;

const END: Timestamp = Timestamp::from_micros(1_000);

fn order(state: OrderState, live: bool) -> Order {
    let text = String::new;
    Order {
        id: OrderId::from_uuid(Uuid::nil()),
        number: OrderNumber::from_random([0; 5]),
        token: TokenHash([0; 32]),
        state,
        contact: Contact {
            name: text(),
            street: text(),
            postal_code: text(),
            city: text(),
            country: text(),
            email: text(),
            ..Contact::default()
        },
        lines: Vec::new(),
        discount: None,
        shipping: OrderShipping {
            method: Slug::parse("standard").expect("a slug"),
            name: text(),
            price: Money::zero(Currency::EUR),
            vat_rate: VatRate::STANDARD,
            vat: Money::zero(Currency::EUR),
            rounding: Money::zero(Currency::EUR),
            days: WorkingDays { min: 2, max: 3 },
            pickup: false,
        },
        total: Money::new(100, Currency::EUR),
        note: text(),
        language: Language::English,
        reserved_until: END,
        live_attempt: live.then(|| AttemptId::from_uuid(Uuid::nil())),
        refund: (state == OrderState::Cancelled).then(|| RefundId::from_uuid(Uuid::nil())),
        invoice: None,
        credit_note: None,
        placed_at: Timestamp::EPOCH,
        changed_at: Timestamp::EPOCH,
    }
}

fn attempt(state: AttemptState) -> Attempt {
    Attempt {
        id: AttemptId::from_uuid(Uuid::nil()),
        order: OrderId::from_uuid(Uuid::nil()),
        form_key: IdempotencyKey::from_uuid(Uuid::nil()),
        payment_key: IdempotencyKey::from_uuid(Uuid::nil()),
        amount: Money::zero(Currency::EUR),
        account_tail: String::new(),
        state,
        claims: 0,
        due_at: None,
        approval: Some(Approval { url: "u".to_owned(), until: END }),
        payment: None,
        failure: None,
        started_at: Timestamp::EPOCH,
        ended_at: None,
    }
}

#[test]
fn who_may_do_what_when() {
    use OrderState::*;
    let before = Timestamp::from_micros(999);
    let code = |result: Result<&'static str, Refusal>| result.unwrap_or_else(|refusal| refusal.code());
    // State, live attempt: pay in time, pay too late, ship, cancel.
    let table = [
        (AwaitingPayment, false, ["yes", "not-payable", "not-shippable", "release"]),
        (AwaitingPayment, true, ["payment-in-progress", "payment-in-progress", "not-shippable", "payment-in-progress"]),
        (Paid, false, ["not-payable", "not-payable", "yes", "refund"]),
        (Shipped, false, ["not-payable", "not-payable", "already-shipped", "already-shipped"]),
        (Cancelling, false, ["not-payable", "not-payable", "not-shippable", "already"]),
        (Cancelled, false, ["not-payable", "not-payable", "not-shippable", "already"]),
        (NotPaid, false, ["not-payable", "not-payable", "not-shippable", "already"]),
    ];
    assert!(OrderState::ALL.iter().all(|state| table.iter().any(|(walked, ..)| walked == state)));
    for (state, live, expected) in table {
        let order = order(state, live);
        let cancelled = cancel(&order).map(|cancellation| match cancellation {
            Cancellation::Release => "release",
            Cancellation::Refund => "refund",
            Cancellation::Already => "already",
        });
        let found = [
            code(may_pay(&order, before).map(|()| "yes")),
            code(may_pay(&order, END).map(|()| "yes")),
            code(may_ship(&order).map(|()| "yes")),
            code(cancelled),
        ];
        assert_eq!(found, expected, "{state:?}, live: {live}");
        assert!(!is_abandoned(&order, before));
        assert_eq!(is_abandoned(&order, END), state == AwaitingPayment && !live, "{state:?}");
    }
}

#[test]
fn what_the_customer_is_told() {
    for (state, live, expected) in [
        (OrderState::AwaitingPayment, None, "awaiting-payment"),
        (OrderState::AwaitingPayment, Some(AttemptState::Started), "checking"),
        (OrderState::AwaitingPayment, Some(AttemptState::Refused), "checking"),
        (OrderState::AwaitingPayment, Some(AttemptState::Unknown), "checking"),
        (OrderState::AwaitingPayment, Some(AttemptState::AwaitingApproval), "awaiting-approval"),
        (OrderState::Paid, None, "paid"),
        (OrderState::Shipped, None, "shipped"),
        (OrderState::Cancelling, None, "refunding"),
        (OrderState::Cancelled, None, "cancelled"),
        (OrderState::NotPaid, None, "not-paid"),
    ] {
        let live = live.map(attempt);
        let status = status(&order(state, live.is_some()), live.as_ref(), None);
        assert_eq!(status.code(), expected, "{state:?}");
        assert!(status.to_string().ends_with('.'), "a sentence: {status}");
    }
}

#[test]
fn a_cancellation_is_told_by_its_refund() {
    let refund = |state| Refund {
        id: RefundId::from_uuid(Uuid::nil()),
        order: OrderId::from_uuid(Uuid::nil()),
        key: IdempotencyKey::from_uuid(Uuid::nil()),
        payment: PaymentRef("p-1".to_owned()),
        amount: Money::zero(Currency::EUR),
        state,
        claims: 0,
        due_at: None,
        refusal: None,
        started_at: Timestamp::EPOCH,
        ended_at: None,
    };
    let told = |order_state, state| status(&order(order_state, false), None, Some(&refund(state))).code();
    assert_eq!(told(OrderState::Cancelling, RefundState::Pending), "refunding");
    assert_eq!(told(OrderState::Cancelling, RefundState::Refused), "refund-delayed");
    assert_eq!(told(OrderState::Cancelled, RefundState::Refunded), "cancelled");
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let number = OrderNumber::from_random([0b0000_1000, 0b1000_0110, 0b0100_0010, 0b1001_1000, 0xFF]);
    assert_eq!(number.to_string().len(), 9);
    for text in [number.to_string(), number.as_str().to_owned(), number.to_string().to_lowercase()] {
        assert_eq!(OrderNumber::parse(&text), Some(number), "{text}");
    }
    for text in ["#GG96-EEFM", "# gg96 eefm", " GG96\u{2011}EEFM\n", "＃ＧＧ９６－ＥＥＦＭ", "\u{200B}#GG96EEFM\u{A0}"]
    {
        assert_eq!(OrderNumber::parse(text).expect(text).to_string(), "GG96-EEFM", "{text:?}");
    }
    assert_eq!(OrderNumber::parse("oOiI-lL10"), OrderNumber::parse("00111110"));
    for text in ["", "K7Q2-M4X", "K7Q2-M4XDD", "K7Q2-M4XU", "K7Q2-M4Xä", "##K7Q2-M4XD", "K7Q2#M4XD"] {
        assert_eq!(OrderNumber::parse(text), None, "{text:?}");
    }
    assert_ne!(OrderNumber::from_random([1; 5]), OrderNumber::from_random([2; 5]));
}

#[test]
fn order_tokens_depend_on_cart_and_key_alone() {
    let key = |text| IdempotencyKey::parse(text).expect("a key");
    let cart = |n| Token::from_bytes([n; 32]);
    let hash = |n, text| token(&cart(n), &key(text)).hash();
    assert_eq!(hash(1, "form-key-1"), hash(1, "form-key-1"));
    assert_ne!(hash(1, "form-key-1"), hash(2, "form-key-1"));
    assert_ne!(hash(1, "form-key-1"), hash(1, "form-key-2"));
    assert_ne!(hash(1, "form-key-1"), cart(1).hash());
}

#[test]
fn a_form_key_is_one_orders_own() {
    let key = |text| IdempotencyKey::parse(text).expect("a key");
    let (one, other) = (TokenHash([1; 32]), TokenHash([2; 32]));
    assert_eq!(form_key(&one, &key("form-key-1")), form_key(&one, &key("form-key-1")));
    assert_ne!(form_key(&one, &key("form-key-1")), form_key(&other, &key("form-key-1")));
    assert_ne!(form_key(&one, &key("form-key-1")), form_key(&one, &key("form-key-2")));
    let longest = form_key(&one, &key(&"k".repeat(64)));
    assert!(IdempotencyKey::parse(longest.as_str()).is_ok(), "it fits where keys fit");
}
