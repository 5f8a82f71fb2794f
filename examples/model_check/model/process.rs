//! The shop's side as a process: the real shop over a store rebuilt from one of its states, for one step at a time.
//!
//! A use case that asks the bank is cut there: what it has committed so far is a state of its own, the request is on its
//! way, and the process may die. When the answer comes, the use case is run again from where it began; at its call to
//! the bank it finds the store as it is *now*, and goes on with the answer. So every line of the real use case is run,
//! and nothing of it is copied into the model.
//!
//! One use case asks twice: a purchase that was refused is settled at once (`Shop::settle`), which is what the sweep does
//! with an attempt that is due. That second part is left to the sweep's step, which may begin at once, later or never.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kit_core::{Env, IdempotencyKey, ManualClock, Money, SecretText, StoreFailure};
use shop_core::gateway::{
    Answer, Capabilities, Expected, PaymentGateway, PaymentRef, PaymentRequest as GatewayRequest,
};
use shop_core::store::memory::MemoryStore;
use shop_core::store::{ReadWork, Result as StoreResult, Store, WriteWork};
use shop_core::{Checkout, Error, Payment, ShippingMethods, Shop, ShopConfig, ShopParts};

use super::bank::Request;
use super::shop::{Facts, Op, Who, cart_token, checkout_key, order_token, pay_again_key};
use super::{NOW, eur};

/// What a step of the shop came to.
pub(crate) struct Ran {
    /// The state that it left.
    pub(crate) facts: Facts,
    /// What it now waits for.
    pub(crate) asked: Option<Request>,
    /// A failure of the store, which never fails here: the code has tried to write a contradiction.
    pub(crate) failed: Option<String>,
}

/// Runs `op` from `facts` up to its end, or to its call to the bank.
pub(crate) fn begin(facts: &Facts, op: Op) -> Ran {
    run(facts, op, None)
}

/// Runs `op`, which began at `began` and asked the bank, from its answer to its end; meanwhile the facts became `now`.
pub(crate) fn finish(began: &Facts, op: Op, now: &Facts, answer: &Answer) -> Ran {
    let now = now.clone().with_reservation_over(op);
    run(began, op, Some((Arc::new(now.store()), answer.clone())))
}

fn run(began: &Facts, op: Op, resume: Option<(Arc<MemoryStore>, Answer)>) -> Ran {
    let due = began.when_due(op);
    let switch = Arc::new(Switch::new(Arc::new(due.store())));
    let line = Arc::new(Line { switch: Some(switch.clone()), ..Line::default() });
    if let Some(resume) = resume {
        line.resume.lock().unwrap_or_else(PoisonError::into_inner).replace(resume);
    }
    let shop = open(switch.clone(), line.clone(), began.seed(op));
    let ended = call(&shop, began, op);
    let asked = std::mem::take(&mut *line.asked.lock().unwrap_or_else(PoisonError::into_inner));
    if let Some(facts) = line.left_to_the_sweep.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Ran { facts, asked: None, failed: None };
    }
    match asked {
        Some((request, facts)) => Ran { facts, asked: Some(request), failed: None },
        None => {
            let failed = match ended {
                Ok(()) | Err(Error::Refused(_)) => None,
                Err(error) => Some(format!("{error:?}")),
            };
            Ran { facts: Facts::load(&switch.current()), asked: None, failed }
        }
    }
}

fn call(shop: &Shop, facts: &Facts, op: Op) -> Result<(), Error> {
    let number = |who| facts.order(who).map(|order| order.number).expect("the operator names an order");
    match op {
        Op::Submit(who) => shop.checkout(&cart_token(who), &form(who, facts.price(who))).map(drop),
        Op::PayAgain(who, n) => shop.pay_again(&order_token(who), &payment(pay_again_key(who, n))).map(drop),
        Op::Cancel(who) => shop.cancel(&order_token(who)).map(drop),
        Op::RetryRefund(who) => shop.cancel_by_number(number(who)).map(drop),
        Op::Ship(who) => shop.ship(number(who)).map(drop),
        Op::SweepAttempt(_)
        | Op::SweepLateApproval(_)
        | Op::SweepRefund(_)
        | Op::SweepReservation(_)
        | Op::SweepBoth(_, _) => shop.sweep().map(drop),
    }
}

fn payment(key: IdempotencyKey) -> Payment {
    // The bank's side puts the account and PIN of its one customer in their place.
    let account = kit_core::AccountNumber::from_payload(2_400_000_001).to_string();
    Payment { account, pin: SecretText::new("804917".to_owned()), key }
}

fn form(who: Who, price: i64) -> Checkout {
    let mut payment = payment(checkout_key(who));
    if price == 0 {
        payment.account.clear();
        payment.pin = SecretText::new(String::new());
    }
    Checkout {
        name: "Ada".to_owned(),
        street: "12 St James's Square".to_owned(),
        postal_code: "SW1Y 4JH".to_owned(),
        city: "London".to_owned(),
        country: "UK".to_owned(),
        company: String::new(),
        address_line_2: String::new(),
        vat_number: String::new(),
        phone: String::new(),
        email: "ada@example.org".to_owned(),
        shipping: None,
        note: String::new(),
        language: kit_core::Language::English,
        payment,
        expected_total: eur(price),
    }
}

/// A shop that asks no bank.
pub(crate) fn over(store: Arc<MemoryStore>) -> Shop {
    open(Arc::new(Switch::new(store)), Arc::new(Line::default()), 1)
}

fn open(store: Arc<Switch>, gateway: Arc<Line>, seed: u64) -> Shop {
    let env = Env::with(Arc::new(ManualClock::at(NOW)), seed);
    let config = ShopConfig { shipping: ShippingMethods::free(), ..ShopConfig::default() };
    let parts = ShopParts { store, gateway, env, config };
    Shop::open_without_thread(parts).expect("the shop opens")
}

/// The store of one process: another one takes its place when the process goes on later, none when it is cut off.
struct Switch {
    store: Mutex<Option<Arc<MemoryStore>>>,
    /// What stood there before the last write, once the process goes on with an answer.
    before: Mutex<Option<Facts>>,
    resumed: AtomicBool,
}

impl Switch {
    fn new(store: Arc<MemoryStore>) -> Self {
        Self { store: Mutex::new(Some(store)), before: Mutex::default(), resumed: AtomicBool::new(false) }
    }

    fn set(&self, store: Option<Arc<MemoryStore>>) {
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = store;
    }

    fn get(&self) -> StoreResult<Arc<MemoryStore>> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner).clone();
        store.ok_or_else(|| StoreFailure::not_committed("the process was cut off at its call to the bank"))
    }

    fn current(&self) -> Arc<MemoryStore> {
        self.get().expect("a process that was not cut off has its store")
    }
}

impl Store for Switch {
    fn read(&self, work: ReadWork<'_>) -> StoreResult<()> {
        self.get()?.read(work)
    }

    fn write(&self, work: WriteWork<'_>) -> StoreResult<()> {
        let store = self.get()?;
        if self.resumed.load(Ordering::SeqCst) {
            *self.before.lock().unwrap_or_else(PoisonError::into_inner) = Some(Facts::load(&store));
        }
        store.write(work)
    }
}

/// The shop's line to the bank: notes what is asked and cuts the process off, or lets it go on with an answer.
#[derive(Default)]
struct Line {
    switch: Option<Arc<Switch>>,
    resume: Mutex<Option<(Arc<MemoryStore>, Answer)>>,
    asked: Mutex<Option<(Request, Facts)>>,
    left_to_the_sweep: Mutex<Option<Facts>>,
}

impl Line {
    fn call(&self, request: Request) -> Answer {
        let switch = self.switch.as_ref().expect("only a shop that was prepared for a step asks the bank");
        if let Some((store, answer)) = self.resume.lock().unwrap_or_else(PoisonError::into_inner).take() {
            switch.set(Some(store));
            switch.resumed.store(true, Ordering::SeqCst);
            return answer;
        }
        if let Some(before) = switch.before.lock().unwrap_or_else(PoisonError::into_inner).take()
            && matches!(request, Request::Void { .. })
            && switch.get().is_ok()
        {
            // The last write was the claim.
            self.left_to_the_sweep.lock().unwrap_or_else(PoisonError::into_inner).replace(before);
            switch.set(None);
            return Answer::Unknown;
        }
        // Cut off once, a process has no store any more, and what it still asks is not asked.
        if let Ok(store) = switch.get() {
            let cut = (request, Facts::load(&store));
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).replace(cut);
            switch.set(None);
        }
        Answer::Unknown
    }
}

impl PaymentGateway for Line {
    fn purchase(&self, request: &GatewayRequest) -> Answer {
        let GatewayRequest { key, amount, reference, .. } = request;
        self.call(Request::Purchase { key: key.clone(), amount: *amount, reference: reference.clone() })
    }

    fn authorize(&self, _: &GatewayRequest) -> Answer {
        unreachable!("the shop purchases")
    }

    fn capture(&self, _: &PaymentRef, _: &IdempotencyKey, _: Money, _: bool) -> Answer {
        unreachable!("the shop purchases")
    }

    fn void(&self, expected: &Expected) -> Answer {
        self.call(Request::Void { key: expected.key.clone(), amount: expected.amount })
    }

    fn refund(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money) -> Answer {
        self.call(Request::Refund { payment: payment.clone(), key: key.clone(), amount })
    }

    fn lookup(&self, expected: &Expected) -> Answer {
        self.call(Request::LookUp { key: expected.key.clone(), amount: expected.amount })
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { pin: true, hosted_approval: true, deadline: Duration::from_secs(1) }
    }
}
