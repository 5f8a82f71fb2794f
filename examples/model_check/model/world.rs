//! Remembers every state and step of either side, so that each is run once: a state of the whole is then a few numbers.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;

use kit_core::IdempotencyKey;
use shop_core::gateway::{Answer, Code, PaymentRef};
use shop_core::rules::refund::Refund;
use shop_core::{Attempt, AttemptState, RefundState};

use super::bank::{self, How, Parties, Request, Stir};
use super::process::{self, Ran};
use super::scenario::Scenario;
use super::shop::{self, Op};

/// A map over small numbers. The standard hasher guards against keys chosen by an enemy; there is none here.
pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// Multiply and rotate, a word at a time, as rustc does for its own tables.
#[derive(Default)]
pub(crate) struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u8(&mut self, word: u8) {
        self.write_u64(u64::from(word));
    }

    fn write_u16(&mut self, word: u16) {
        self.write_u64(u64::from(word));
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517C_C1B7_2722_0A95);
    }

    fn write_isize(&mut self, word: isize) {
        self.write_u64(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

/// Everything of one kind, each once, by number.
struct Known<T> {
    all: Vec<Arc<T>>,
    numbers: HashMap<Arc<T>, u32>,
}

impl<T: Eq + Hash> Known<T> {
    fn new() -> Self {
        Self { all: Vec::new(), numbers: HashMap::new() }
    }

    fn number(&mut self, new: T) -> u32 {
        let new = Arc::new(new);
        if let Some(number) = self.numbers.get(&new) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).expect("fewer than four billion");
        self.all.push(new.clone());
        self.numbers.insert(new, number);
        number
    }
}

/// A use case that waits for the bank: how it began, what it asked, and the rows that it holds in its hands.
#[derive(PartialEq, Eq)]
struct Waiting {
    op: Op,
    request: u16,
    attempts: Vec<Attempt>,
    refunds: Vec<Refund>,
}

impl Hash for Waiting {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.op, self.request).hash(state);
    }
}

/// Where a step of the shop leads.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// The shop's next state.
    pub(crate) shop: u32,
    /// The call that is now under way.
    pub(crate) call: Option<u16>,
}

/// The answers that need no bank, by number; what the bank answers comes after them.
const SILENCE: u8 = 0;
const REFUSALS: [u8; 4] = [1, 2, 3, 4];
const FORGED: u8 = 5;

/// A use case that may begin, and where it leads.
type Begun = (Op, Result<Step, String>);

/// Both sides' known states and steps.
pub(crate) struct World {
    pub(crate) scenario: Scenario,
    pub(crate) parties: Parties,
    shops: Known<shop::Facts>,
    banks: Known<bank::Facts>,
    requests: Known<Request>,
    waiting: Known<Waiting>,
    /// From which state each waiting use case began: the first that was seen stands for all that left the same in hand.
    began: Vec<u32>,
    answers: Vec<Answer>,
    keys: BTreeSet<IdempotencyKey>,
    begun: HashMap<(u32, Op), Result<Step, String>>,
    from: Map<u32, Arc<[Begun]>>,
    finished: Map<(u32, u16, u8), Result<Step, String>>,
    asked: Map<(u32, u16, How), (u32, u8)>,
    met: Map<(u32, u16, u16), (u32, [u8; 2])>,
    stirs: Map<u32, Arc<[(Stir, u32)]>>,
}

impl World {
    /// A world with its first states, both numbered 0.
    pub(crate) fn new(scenario: Scenario) -> Self {
        let (parties, first) = bank::new(scenario.balance);
        let code = || Code::new("invalid-fields");
        let mut world = Self {
            parties,
            shops: Known::new(),
            banks: Known::new(),
            requests: Known::new(),
            waiting: Known::new(),
            began: Vec::new(),
            answers: vec![
                Answer::Unknown,
                Answer::NotSent,
                Answer::Throttled { retry_after: std::time::Duration::from_secs(1) },
                Answer::Rejected { code: code() },
                Answer::Unauthorized,
                Answer::Captured { payment: PaymentRef("forged".to_owned()) },
            ],
            keys: BTreeSet::new(),
            begun: HashMap::new(),
            from: Map::default(),
            finished: Map::default(),
            asked: Map::default(),
            met: Map::default(),
            stirs: Map::default(),
            scenario,
        };
        world.banks.number(first);
        world.shops.number(shop::new(world.scenario.stock, world.scenario.taken_off));
        world
    }

    pub(crate) const SILENCE: u8 = SILENCE;
    pub(crate) const REFUSALS: [u8; 4] = REFUSALS;
    pub(crate) const FORGED: u8 = FORGED;

    pub(crate) fn shop(&self, number: u32) -> &Arc<shop::Facts> {
        &self.shops.all[number as usize]
    }

    pub(crate) fn bank(&self, number: u32) -> &Arc<bank::Facts> {
        &self.banks.all[number as usize]
    }

    pub(crate) fn request(&self, number: u16) -> &Arc<Request> {
        &self.requests.all[usize::from(number)]
    }

    pub(crate) fn answer(&self, number: u8) -> &Answer {
        &self.answers[usize::from(number)]
    }

    /// What a call asked.
    pub(crate) fn request_of(&self, call: u16) -> u16 {
        self.waiting.all[usize::from(call)].request
    }

    /// How many states and steps of either side are known: shop, bank, steps.
    pub(crate) fn sizes(&self) -> (usize, usize, usize) {
        let steps = self.begun.len() + self.finished.len() + self.asked.len() + self.met.len();
        (self.shops.all.len(), self.banks.all.len(), steps)
    }

    /// Every use case that may begin in a state and does not leave everything as it is.
    pub(crate) fn steps_from(&mut self, shop: u32) -> Arc<[Begun]> {
        if let Some(steps) = self.from.get(&shop) {
            return steps.clone();
        }
        let ops = self.shop(shop).ops(&self.scenario.orders);
        let steps = ops.into_iter().map(|op| (op, self.begin(shop, op)));
        let idle = |step: &Step| step.call.is_none() && step.shop == shop;
        let steps: Arc<[Begun]> = steps.filter(|(_, step)| !step.as_ref().is_ok_and(idle)).collect();
        self.from.insert(shop, steps.clone());
        steps
    }

    /// A use case begins.
    ///
    /// # Errors
    /// The promise that it broke.
    pub(crate) fn begin(&mut self, shop: u32, op: Op) -> Result<Step, String> {
        if let Some(step) = self.begun.get(&(shop, op)) {
            return step.clone();
        }
        let before = self.shop(shop).clone();
        let step = self.learn(&before, process::begin(&before, op)).and_then(|(next, asked)| {
            let call = asked.map(|request| self.wait(shop, op, next, request)).transpose()?;
            Ok(Step { shop: next, call })
        });
        self.begun.insert((shop, op), step.clone());
        step
    }

    /// A waiting use case hears an answer.
    ///
    /// # Errors
    /// The promise that it broke.
    pub(crate) fn finish(&mut self, shop: u32, call: u16, answer: u8) -> Result<Step, String> {
        if let Some(step) = self.finished.get(&(shop, call, answer)) {
            return step.clone();
        }
        let (op, now) = (self.waiting.all[usize::from(call)].op, self.shop(shop).clone());
        let began = self.shop(self.began[usize::from(call)]).clone();
        let ran = process::finish(&began, op, &now, self.answer(answer));
        let step = self.learn(&now, ran).and_then(|(next, asked)| match asked {
            Some(request) => Err(format!("one use case asks the bank twice, the second time {request:?}")),
            None => Ok(Step { shop: next, call: None }),
        });
        self.finished.insert((shop, call, answer), step.clone());
        step
    }

    /// The bank hears a request: its next state, and its answer.
    pub(crate) fn ask(&mut self, bank: u32, request: u16, how: How) -> (u32, u8) {
        if let Some(known) = self.asked.get(&(bank, request, how)) {
            return *known;
        }
        let asked = self.request(request).clone();
        let known = self.bank(bank).payments().iter().any(|payment| payment.key == *asked.key());
        let step = if self.scenario.forgetful && !known && matches!(*asked, Request::Void { .. }) {
            (bank, self.number_of(Answer::Voided))
        } else {
            let (facts, answer) = self.bank(bank).clone().ask(&self.parties, &self.keys, &asked, how);
            (self.banks.number(facts), self.number_of(answer))
        };
        self.asked.insert((bank, request, how), step);
        step
    }

    /// The bank hears a request while it checks the PIN of a purchase under the same key: its next state, and the answers
    /// to the purchase and to the other.
    pub(crate) fn meet(&mut self, bank: u32, purchase: u16, other: u16) -> (u32, [u8; 2]) {
        if let Some(known) = self.met.get(&(bank, purchase, other)) {
            return *known;
        }
        let (first, second) = (self.request(purchase).clone(), self.request(other).clone());
        let (facts, answers) = self.bank(bank).clone().meet(&self.parties, &self.keys, &first, &second);
        let step = (self.banks.number(facts), answers.map(|answer| self.number_of(answer)));
        self.met.insert((bank, purchase, other), step);
        step
    }

    /// What may happen at the bank by itself: payments that wait are confirmed, or run out of time.
    pub(crate) fn stirs_from(&mut self, bank: u32) -> Arc<[(Stir, u32)]> {
        if let Some(stirs) = self.stirs.get(&bank) {
            return stirs.clone();
        }
        let facts = self.bank(bank).clone();
        let stirs = facts.waiting().map(|key| Stir::Confirmed(key.clone()));
        let stirs = stirs.chain(facts.waiting().next().map(|_| Stir::OutOfTime));
        let mut led = Vec::new();
        for stir in stirs {
            let after = facts.stirred(&self.parties, &self.keys, &stir);
            led.push((stir, self.banks.number(after)));
        }
        let stirs: Arc<[(Stir, u32)]> = led.into();
        self.stirs.insert(bank, stirs.clone());
        stirs
    }

    fn number_of(&mut self, answer: Answer) -> u8 {
        let place = self.answers.iter().position(|known| *known == answer).unwrap_or_else(|| {
            self.answers.push(answer);
            self.answers.len() - 1
        });
        u8::try_from(place).expect("few answers")
    }

    /// A request that is not part of any use case: what a probe asks.
    pub(crate) fn number_request(&mut self, request: Request) -> u16 {
        self.keys.insert(request.key().clone());
        u16::try_from(self.requests.number(request)).expect("few requests")
    }

    fn learn(&mut self, before: &shop::Facts, ran: Ran) -> Result<(u32, Option<Request>), String> {
        if let Some(failure) = ran.failed {
            return Err(format!("the shop tried to write what no rule may write: {failure}"));
        }
        stays_final(before, &ran.facts)?;
        Ok((self.shops.number(ran.facts), ran.asked))
    }

    fn wait(&mut self, began: u32, op: Op, cut: u32, request: Request) -> Result<u16, String> {
        let facts = self.shop(cut).clone();
        let attempts: Vec<_> = facts.attempts.iter().filter(|a| a.payment_key == *request.key()).cloned().collect();
        let refunds: Vec<_> = facts.refunds.iter().filter(|r| r.key == *request.key()).cloned().collect();
        if attempts.is_empty() && refunds.is_empty() {
            return Err(format!("the bank is asked under a key that is not recorded: {request:?}"));
        }
        let request = self.number_request(request);
        let call = self.waiting.number(Waiting { op, request, attempts, refunds });
        if call as usize == self.began.len() {
            self.began.push(began);
        }
        Ok(u16::try_from(call).expect("few calls"))
    }
}

/// What has ended stays as it ended.
fn stays_final(before: &shop::Facts, after: &shop::Facts) -> Result<(), String> {
    for old in &before.attempts {
        let new = after.attempts.iter().find(|new| new.id == old.id);
        let same = new.is_some_and(|new| new.state == old.state && new.payment == old.payment);
        if new.is_none() || (matches!(old.state, AttemptState::Succeeded | AttemptState::Failed) && !same) {
            return Err(format!("an attempt that was {} did not stay so", old.state.code()));
        }
    }
    for old in &before.refunds {
        let new = after.refunds.iter().find(|new| new.id == old.id);
        // A refused one may be taken up again by the operator.
        if new.is_none_or(|new| old.state == RefundState::Refunded && new.state != old.state) {
            return Err(format!("a refund that was {} did not stay so", old.state.code()));
        }
    }
    for old in &before.orders {
        let new = after.orders.iter().find(|new| new.id == old.id);
        let ended = !shop::holds_stock(old) || old.state == shop_core::OrderState::Shipped;
        if new.is_none_or(|new| ended && new.state != old.state) {
            return Err(format!("an order that was {} did not stay so", old.state.code()));
        }
    }
    Ok(())
}
