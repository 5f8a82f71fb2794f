//! Rows to write: told apart by a small number, and the same every time.

use std::time::Duration;

use kit_core::{Currency, IdempotencyKey, Language, Money, Timestamp, TokenHash, Uuid};

use crate::gateway::PaymentRef;
use crate::rules::attempt::{Attempt, AttemptId, AttemptState};
use crate::rules::cart::{Cart, CartLine, Quantity};
use crate::rules::discount::{Discount, DiscountCode, DiscountTerms};
use crate::rules::localized::Localized;
use crate::rules::order::{Contact, Order, OrderDiscount, OrderId, OrderLine, OrderNumber, OrderShipping, OrderState};
use crate::rules::product::{Product, Sku, Slug};
use crate::rules::refund::{Refund, RefundId, RefundState};
use crate::rules::shipping::WorkingDays;
use crate::rules::specification;
use crate::rules::totals::{Benefit, VatRate};

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn uuid(kind: u8, n: u8) -> Uuid {
    Uuid::from_bytes([kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n])
}

/// With braces, as keys once had: what is stored must read back, whether or not it would be taken today.
fn key(kind: &str, n: u8) -> IdempotencyKey {
    IdempotencyKey::from_stored(&format!("{{{kind}-key-{n}}}")).expect("a key")
}

pub(super) fn moment(seconds: u64) -> Timestamp {
    Timestamp::from_micros(1_795_363_620_000_000).plus(Duration::from_secs(seconds))
}

pub(super) fn slug(text: &str) -> Slug {
    Slug::parse(text).expect("a slug")
}

pub(super) fn product(sku: &str, name: &str, price_minor: i64) -> Product {
    Product {
        sku: Sku::parse(sku).expect("a SKU"),
        name: name.to_owned(),
        brand: "Fjordlight".to_owned(),
        category: slug("keyboards"),
        price: eur(price_minor),
        vat_rate: VatRate::from_basis_points(700),
        stock: 7,
        description: Localized::from("It's \"quiet\"; 100 % of it.")
            .with(Language::German, "„Leise“ ist sie; zu 100 %."),
        specifications: specification::parse_list("weight=0.90 kg;keys=87;wireless=no;layout=ISO").expect("a list"),
        retired: false,
    }
}

pub(super) fn cart(n: u8) -> Cart {
    Cart::empty(TokenHash([n; 32]), moment(u64::from(n)))
}

pub(super) fn cart_line(sku: &str, quantity: i64) -> CartLine {
    CartLine {
        sku: Sku::parse(sku).expect("a SKU"),
        quantity: Quantity::new(quantity).expect("a quantity"),
        price_seen: eur(1_290),
    }
}

pub(super) fn order(n: u8) -> Order {
    let line = |sku: &str, quantity: i64| OrderLine {
        sku: Sku::parse(sku).expect("a SKU"),
        name: format!("Product {sku}"),
        unit_price: eur(500),
        quantity: Quantity::new(quantity).expect("a quantity"),
        total: eur(500 * quantity),
        discount: eur(50 * quantity),
        vat_rate: VatRate::STANDARD,
        vat: eur(71 * quantity),
        rounding: eur(quantity - 1),
    };
    Order {
        id: OrderId::from_uuid(uuid(1, n)),
        number: OrderNumber::from_random([0, 0, 0, 0, n]),
        token: TokenHash([n; 32]),
        state: OrderState::AwaitingPayment,
        contact: Contact {
            name: "Ada Lovelace".to_owned(),
            street: "12 St James's Square".to_owned(),
            postal_code: "SW1Y 4JH".to_owned(),
            city: "London".to_owned(),
            country: "United Kingdom".to_owned(),
            email: "ada@example.org".to_owned(),
            company: "Analytical Engines Ltd".to_owned(),
            address_line_2: "Second floor".to_owned(),
            vat_number: "GB123456789".to_owned(),
            phone: "+44 20 7946 0958".to_owned(),
        },
        lines: vec![line("B-1", 2), line("A-1", 1)],
        discount: Some(OrderDiscount { code: code("SPRING-10"), amount: eur(150) }),
        shipping: OrderShipping {
            method: slug("express"),
            name: "Express".to_owned(),
            price: eur(1_290),
            vat_rate: VatRate::STANDARD,
            vat: eur(205),
            rounding: eur(1),
            days: WorkingDays { min: 1, max: 2 },
            pickup: n == 2,
        },
        total: eur(2_640),
        note: "Two\nlines, \"quoted\".".to_owned(),
        language: Language::German,
        reserved_until: moment(1_800),
        live_attempt: None,
        refund: None,
        invoice: None,
        credit_note: None,
        placed_at: moment(1),
        changed_at: moment(2),
    }
}

pub(super) fn code(text: &str) -> DiscountCode {
    DiscountCode::parse(text).expect("a code")
}

/// A discount with everything that it may have.
pub(super) fn discount(text: &str) -> Discount {
    Discount {
        terms: DiscountTerms {
            code: code(text),
            benefit: Benefit::Percent(1_050),
            minimum: Some(eur(5_000)),
            valid_from: Some(moment(1)),
            valid_until: Some(moment(90)),
            max_uses: Some(7),
            once_per_email: true,
            category: Some(slug("mice")),
        },
        uses: 3,
        created_at: moment(2),
        ended_at: Some(moment(80)),
    }
}

/// One with nothing but an amount.
pub(super) fn plain_discount(text: &str) -> Discount {
    Discount {
        terms: DiscountTerms {
            code: code(text),
            benefit: Benefit::Fixed(eur(500)),
            minimum: None,
            valid_from: None,
            valid_until: None,
            max_uses: None,
            once_per_email: false,
            category: None,
        },
        uses: 0,
        created_at: moment(2),
        ended_at: None,
    }
}

pub(super) fn attempt(order: u8, n: u8) -> Attempt {
    Attempt {
        id: AttemptId::from_uuid(uuid(2, n)),
        order: OrderId::from_uuid(uuid(1, order)),
        form_key: key("form", n),
        payment_key: key("payment", n),
        amount: eur(1_500),
        account_tail: "0183".to_owned(),
        state: AttemptState::Started,
        claims: 0,
        due_at: Some(moment(20)),
        approval: None,
        payment: None,
        failure: None,
        started_at: moment(1),
        ended_at: None,
    }
}

pub(super) fn refund(order: u8, n: u8) -> Refund {
    Refund {
        id: RefundId::from_uuid(uuid(3, n)),
        order: OrderId::from_uuid(uuid(1, order)),
        key: key("refund", n),
        payment: PaymentRef("p-1".to_owned()),
        amount: eur(1_500),
        state: RefundState::Pending,
        claims: 0,
        due_at: Some(moment(20)),
        refusal: None,
        started_at: moment(1),
        ended_at: None,
    }
}
