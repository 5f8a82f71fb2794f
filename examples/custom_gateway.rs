//! A payment gateway of one's own: a company's hardware desk where every employee has a yearly budget.
//! `cargo run --example custom_gateway`.
//!
//! What makes a gateway trustworthy is small: each key is decided once and for ever, and a void of a key that was never
//! seen fences it. `shop_core::testing::gateway` holds the conformance suite to run against a real one.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, Money, SecretText};
use shop_core::gateway::{Advice, Answer, Capabilities, Code, Expected, PaymentGateway, PaymentRef, PaymentRequest};
use shop_core::{Checkout, Payment, Quantity, Shop, ShopConfig, ShopParts, Sku};

/// Budgets by account number, and what was decided under each key.
struct BudgetDesk {
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    left: HashMap<AccountNumber, Money>,
    decided: HashMap<IdempotencyKey, (Money, Answer)>,
    refunded: HashMap<IdempotencyKey, Money>,
    paid_by: HashMap<PaymentRef, AccountNumber>,
}

impl BudgetDesk {
    fn with<T>(&self, work: impl FnOnce(&mut Books) -> T) -> T {
        work(&mut self.books.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Books {
    fn decide(&mut self, request: &PaymentRequest) -> Answer {
        let Some(left) = self.left.get_mut(&request.account) else {
            return Answer::Declined { code: Code::new("incorrect-pin"), advice: Advice::RetryWithNewPin };
        };
        match left.minus(request.amount) {
            Ok(rest) if rest.minor >= 0 => {
                *left = rest;
                let payment = PaymentRef(request.key.as_str().to_owned());
                self.paid_by.insert(payment.clone(), request.account);
                Answer::Captured { payment }
            }
            Ok(_) => Answer::Declined { code: Code::new("insufficient-funds"), advice: Advice::DoNotRetry },
            Err(_) => Answer::Declined { code: Code::new("currency-mismatch"), advice: Advice::DoNotRetry },
        }
    }
}

impl PaymentGateway for BudgetDesk {
    fn purchase(&self, request: &PaymentRequest) -> Answer {
        self.with(|books| match books.decided.get(&request.key) {
            Some((amount, answer)) if *amount == request.amount || *answer == Answer::Voided => answer.clone(),
            Some(_) => Answer::Mismatch { field: "amount".into() },
            None => {
                let answer = books.decide(request);
                books.decided.insert(request.key.clone(), (request.amount, answer.clone()));
                answer
            }
        })
    }

    fn authorize(&self, _: &PaymentRequest) -> Answer {
        Answer::Rejected { code: Code::new("not-supported") }
    }

    fn capture(&self, _: &PaymentRef, _: &IdempotencyKey, _: Money, _: bool) -> Answer {
        Answer::Rejected { code: Code::new("not-supported") }
    }

    fn void(&self, expected: &Expected) -> Answer {
        // Not seen yet: from now on it never will be charged.
        let fence = (expected.amount, Answer::Voided);
        self.with(|books| books.decided.entry(expected.key.clone()).or_insert(fence).1.clone())
    }

    fn refund(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money) -> Answer {
        self.with(|books| {
            let Some(account) = books.paid_by.get(payment).copied() else {
                return Answer::Rejected { code: Code::new("payment-not-found") };
            };
            if books.refunded.insert(key.clone(), amount).is_none()
                && let Some(left) = books.left.get_mut(&account)
                && let Ok(more) = left.plus(amount)
            {
                *left = more;
            }
            Answer::Refunded
        })
    }

    fn lookup(&self, expected: &Expected) -> Answer {
        self.with(|books| books.decided.get(&expected.key).map_or(Answer::NotFound, |(_, answer)| answer.clone()))
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { pin: true, hosted_approval: false, deadline: Duration::from_secs(1) }
    }
}

const CATALOGUE: &[u8] = b"sku,name,brand,category,price,stock,description,specifications\n\
    MS-1,Wren,Hallmere,mice,49.00,20,A light mouse for long days.,buttons=5 buttons;wireless=yes\n";

fn main() -> Result<(), Box<dyn Error>> {
    let employee = AccountNumber::from_payload(1_000_000_001);
    let budget = Money::parse("120.00", Currency::EUR)?;
    let desk = Arc::new(BudgetDesk {
        books: Mutex::new(Books { left: HashMap::from([(employee, budget)]), ..Books::default() }),
    });
    let shop = Shop::open(ShopParts {
        store: Arc::new(shop_core::store::memory::MemoryStore::new()),
        gateway: desk.clone(),
        env: Env::system(),
        config: ShopConfig::default(),
    })?;
    shop.import(CATALOGUE)?;

    for quantity in [2, 1] {
        let cart = shop.new_cart_token();
        let view = shop.set_line(&cart, &Sku::parse("MS-1").ok_or("a SKU")?, Quantity::new(quantity)?)?;
        let placed = shop.checkout(
            &cart,
            &Checkout {
                name: "Grace Hopper".into(),
                street: "Main Street 1".into(),
                postal_code: "10115".into(),
                city: "Berlin".into(),
                country: "Germany".into(),
                company: String::new(),
                address_line_2: String::new(),
                vat_number: String::new(),
                phone: String::new(),
                email: "grace@example.org".into(),
                shipping: None,
                note: String::new(),
                language: kit_core::Language::English,
                payment: Payment {
                    account: employee.to_string(),
                    pin: SecretText::new("000000".into()),
                    key: shop.new_form_key(),
                },
                expected_total: view.total,
            },
        )?;
        println!("{} for {}: {:?}", placed.order.order.number, view.total, placed.order.status);
    }
    let left = desk.with(|books| books.left.get(&employee).copied()).ok_or("the employee has a budget")?;
    println!("left of the budget: {left}");
    if left != Money::parse("17.10", Currency::EUR)? {
        return Err("the second order must have been declined".into());
    }
    Ok(())
}
