//! One run: the state of everything, and the loop that decides what happens next.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bank_core::{PaymentAnswer, Receipt};
use kit_core::testing::{Dice, Ended, Progress, SimulatedClock, TaskId, Tasks};
use kit_core::{Clock, ManualClock, Timestamp};

use super::faults::Profile;
use super::invariants::Books;
use super::movements::Movement;
use super::network::{Network, Server, lock};
use super::purchases::{Purchase, Seen};
use super::setup::{Setting, prepare};
use super::sides::{BankLife, ShopLife, Side};
use super::third_party::Hold;
use super::told::Slot;
use super::{Options, Report, Violation};
use crate::store::Store;
use crate::store::memory::MemoryStore;

/// When every run begins: 2026-11-22T16:07:00Z.
const START: Timestamp = Timestamp::from_micros(1_795_363_620_000_000);

/// The most tasks at a time: enough to meet, few enough to get somewhere.
const TASKS: usize = 14;

/// What a task is for, and where its result is found.
pub(super) enum Work {
    /// A gate's batch.
    Post(Side),
    /// A request that arrived at the bank; `reset` tells its caller that nothing will come.
    Serve {
        reset: Arc<dyn Fn() + Send + Sync>,
    },
    Sweep,
    /// Nobody waits for what comes of it.
    Quiet,
    Order {
        at: usize,
        slot: Slot<Seen>,
    },
    Look {
        at: usize,
        slot: Slot<Seen>,
    },
    Move {
        at: usize,
        minor: i64,
        slot: Slot<bank_core::Result<Receipt>>,
    },
    Hold {
        at: usize,
        slot: Slot<bank_core::Result<PaymentAnswer>>,
    },
}

pub(super) struct Owner {
    pub(super) side: Side,
    pub(super) what: String,
    pub(super) work: Work,
}

pub(super) struct World {
    seed: u64,
    pub(super) options: Options,
    pub(super) dice: Dice,
    pub(super) profile: Profile,
    pub(super) truth: Arc<ManualClock>,
    pub(super) bank_clock: Arc<SimulatedClock>,
    pub(super) shop_clock: Arc<SimulatedClock>,
    pub(super) tasks: Tasks,
    pub(super) owners: BTreeMap<TaskId, Owner>,
    pub(super) network: Arc<Mutex<Network>>,
    pub(super) cut: bool,
    pub(super) bank_store: Arc<dyn bank_core::store::Store>,
    pub(super) shop_store: Arc<dyn Store>,
    pub(super) commits: Arc<AtomicU64>,
    checked: u64,
    pub(super) bank: Option<BankLife>,
    pub(super) shop: Option<ShopLife>,
    pub(super) lives: u64,
    pub(super) setting: Setting,
    pub(super) purchases: Vec<Purchase>,
    pub(super) movements: Vec<Movement>,
    pub(super) holds: Vec<Hold>,
    pub(super) books: Books,
    /// Which orders had which invoice and which credit note at the last check.
    pub(super) numbers: [Vec<crate::OrderId>; 2],
    pub(super) ending: bool,
    pub(super) report: Report,
    step: u64,
}

/// What can happen next.
#[derive(Clone, Copy)]
enum Event {
    GoOn,
    Post(Side),
    Customer,
    Movement,
    ThirdParty,
    Housekeeping,
    Sweep,
    Deliver,
    LoseRequest,
    RepeatRequest,
    RefuseRequest,
    Reply,
    LoseReply,
    Wait,
    WaitLong,
    ClockError,
    Cut,
    Crash(Side),
    Start,
}

impl World {
    pub(super) fn new(seed: u64, options: &Options) -> Self {
        let mut dice = Dice::new(seed);
        let profile = Profile::draw(&mut dice);
        let truth = Arc::new(ManualClock::at(START));
        let clock = || Arc::new(SimulatedClock::new(Arc::clone(&truth)));
        let (bank_clock, shop_clock) = (clock(), clock());
        if profile.jitter {
            bank_clock.set_jitter(Duration::from_millis(300));
            shop_clock.set_jitter(Duration::from_millis(300));
        }
        let (bank_store, shop_store) = match &options.stores {
            Some(make) => make(),
            None => (
                Arc::new(bank_core::store::memory::MemoryStore::new()) as Arc<dyn bank_core::store::Store>,
                Arc::new(MemoryStore::new()) as Arc<dyn Store>,
            ),
        };
        let true_clock: Arc<dyn Clock> = Arc::clone(&truth) as _;
        let setting = prepare(&mut dice, &true_clock, &bank_store, &shop_store);
        let mut world = Self {
            seed,
            options: options.clone(),
            dice,
            profile,
            truth,
            bank_clock,
            shop_clock,
            tasks: Tasks::new(),
            owners: BTreeMap::new(),
            network: Arc::default(),
            cut: false,
            bank_store,
            shop_store,
            commits: Arc::default(),
            checked: u64::MAX,
            bank: None,
            shop: None,
            lives: 0,
            setting,
            purchases: Vec::new(),
            movements: Vec::new(),
            holds: Vec::new(),
            books: Books::default(),
            numbers: Default::default(),
            ending: false,
            report: Report::default(),
            step: 0,
        };
        world.start_bank();
        world.start_shop();
        world
    }

    pub(super) fn run(mut self) -> Result<Report, Violation> {
        let result = self.all_steps();
        let (seed, step) = (self.seed, self.step);
        result.map_err(|what| Violation { seed, step, what })?;
        self.report.steps = u64::from(self.options.steps);
        Ok(self.report)
    }

    fn all_steps(&mut self) -> Result<(), String> {
        for _ in 0..self.options.steps {
            let event = self.decide();
            self.happen(event)?;
            self.check()?;
        }
        self.end_well()
    }

    /// Checks the invariants where anything was committed since they were checked last.
    pub(super) fn check(&mut self) -> Result<(), String> {
        self.step += 1;
        self.check_voids()?;
        let commits = self.commits.load(Ordering::SeqCst);
        if commits == self.checked {
            return Ok(());
        }
        self.checked = commits;
        self.report.checks += 1;
        self.check_facts()
    }

    /// Draws what happens next by weight.
    fn decide(&mut self) -> Event {
        let p = &self.profile;
        let room = self.tasks.len() < TASKS;
        let both = self.bank.is_some() && self.shop.is_some();
        let (requests, replies) = {
            let network = lock(&self.network);
            (!network.requests.is_empty(), !network.replies.is_empty())
        };
        let if_some = |possible: bool, weight: u32| if possible { weight } else { 0 };
        let events = [
            (Event::GoOn, if_some(!self.tasks.ready().is_empty(), 900)),
            (Event::Post(Side::Bank), if_some(self.may_post(Side::Bank), 200)),
            (Event::Post(Side::Shop), if_some(self.may_post(Side::Shop), 200)),
            (Event::Customer, if_some(room && self.shop.is_some(), 70)),
            (Event::Movement, if_some(room && self.bank.is_some(), p.movements)),
            (Event::ThirdParty, if_some(room && self.bank.is_some(), p.third_party)),
            (Event::Housekeeping, if_some(room && self.bank.is_some(), 5)),
            (Event::Sweep, if_some(room && self.shop.is_some(), 25)),
            (Event::Deliver, if_some(requests && self.bank.is_some(), 250)),
            (Event::LoseRequest, if_some(requests, p.lose_request)),
            (Event::RepeatRequest, if_some(requests && self.bank.is_some(), p.repeat_request)),
            (Event::RefuseRequest, if_some(requests, p.refuse_request)),
            (Event::Reply, if_some(replies, 250)),
            (Event::LoseReply, if_some(replies, p.lose_reply)),
            (Event::Wait, 30),
            (Event::WaitLong, p.long_wait),
            (Event::ClockError, p.clock_error),
            (Event::Cut, p.partition),
            (Event::Crash(Side::Bank), if_some(self.bank.is_some(), p.crash_bank)),
            (Event::Crash(Side::Shop), if_some(self.shop.is_some(), p.crash_shop)),
            (Event::Start, if_some(!both, 80)),
        ];
        let weights = events.map(|(_, weight)| weight);
        self.dice.weighted(&weights).map_or(Event::Wait, |at| events[at].0)
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::GoOn => {
                let ready = self.tasks.ready();
                let Some(id) = self.dice.pick(&ready).copied() else { return Ok(()) };
                return self.go_on(id);
            }
            Event::Post(side) => self.post(side),
            Event::Customer => self.customer_acts(),
            Event::Movement => self.begin_movement(),
            Event::ThirdParty => self.third_party_acts(),
            Event::Housekeeping => self.keep_house(),
            Event::Sweep => self.sweep(),
            Event::Deliver => self.deliver(false),
            Event::RepeatRequest => self.deliver(true),
            Event::LoseRequest => {
                if let Some(letter) = self.take_request() {
                    self.report.lost += 1;
                    self.say(|| format!("lost: {}", letter.what));
                }
            }
            Event::RefuseRequest => {
                if let Some(letter) = self.take_request() {
                    self.say(|| format!("refused on the way: {}", letter.what));
                    (letter.refuse)();
                }
            }
            Event::Reply => self.reply(),
            Event::LoseReply => {
                if self.take_reply().is_some() {
                    self.report.lost += 1;
                    self.say(|| "lost: a reply".to_owned());
                }
            }
            Event::Wait => {
                let millis = if self.dice.permille(600) { self.dice.below(1_000) } else { self.dice.below(12_000) };
                self.pass(Duration::from_millis(millis));
            }
            Event::WaitLong => {
                let seconds = *self.dice.pick(&[25, 60, 31 * 60, 25 * 3_600, 8 * 24 * 3_600]).unwrap_or(&60);
                self.pass(Duration::from_secs(seconds));
            }
            Event::ClockError => {
                let seconds = *self.dice.pick(&[0, 1, -1, 15, -15, 40, -40, 3_600, -3_600]).unwrap_or(&0);
                let clock = if self.dice.permille(500) { &self.bank_clock } else { &self.shop_clock };
                clock.set_error(seconds * 1_000_000);
                self.say(|| format!("a clock is {seconds} s off"));
            }
            Event::Cut => {
                self.cut = !self.cut;
                self.connect();
                self.say(|| "the line is cut or mended".to_owned());
            }
            Event::Crash(side) => self.crash(side),
            Event::Start => self.start_what_is_down(),
        }
        Ok(())
    }

    pub(super) fn start_what_is_down(&mut self) {
        if self.bank.is_none() {
            self.start_bank();
        }
        if self.shop.is_none() {
            self.start_shop();
        }
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.truth.advance(time);
        self.say(|| format!("{time:?} pass"));
    }

    pub(super) fn keep_house(&mut self) {
        let Some(life) = &self.bank else { return };
        let bank = life.bank.clone();
        self.spawn(Side::Bank, "housekeeping".to_owned(), Work::Quiet, move || {
            let _ = bank.release_due();
        });
    }

    pub(super) fn spawn(
        &mut self,
        side: Side,
        what: String,
        work: Work,
        job: impl FnOnce() + Send + 'static,
    ) -> TaskId {
        self.say(|| format!("begins: {what}"));
        let id = self.tasks.spawn(job);
        self.owners.insert(id, Owner { side, what, work });
        id
    }

    /// Runs a task to its next pause and, where that is its end, hears what came of it.
    pub(super) fn go_on(&mut self, id: TaskId) -> Result<(), String> {
        if let Some(owner) = self.owners.get(&id) {
            self.say(|| format!("goes on: {}", owner.what));
        }
        let Progress::Ended(ended) = self.tasks.step(id) else { return Ok(()) };
        let Some(owner) = self.owners.remove(&id) else { return Ok(()) };
        if let Ended::Panicked(message) = ended {
            return Err(format!("{} panicked: {message}", owner.what));
        }
        let deaf = !self.ending && self.dice.permille(self.profile.deaf);
        match owner.work {
            Work::Post(side) => self.posted(side),
            Work::Serve { .. } | Work::Sweep | Work::Quiet => {}
            Work::Order { at, slot } => {
                let heard = slot.take().filter(|_| !deaf);
                self.say(|| format!("order {at} hears {heard:?}"));
                self.heard_of_order(at, heard)?;
            }
            Work::Look { at, slot } => self.heard_of_status(at, slot.take().filter(|_| !deaf))?,
            Work::Move { at, minor, slot } => self.heard_of_movement(at, minor, slot.take().filter(|_| !deaf))?,
            Work::Hold { at, slot } => self.heard_of_hold(at, slot.take().filter(|_| !deaf))?,
        }
        Ok(())
    }

    /// One request arrives at the bank; where it is repeated, it stays on its way as well.
    pub(super) fn deliver(&mut self, stays: bool) {
        let Some(life) = &self.bank else { return };
        let server = Server { bank: life.bank.clone(), life: life.life };
        let (what, serve, reset) = {
            let mut network = lock(&self.network);
            let at = self.dice.index(network.requests.len());
            let Some(letter) = network.requests.get(at) else { return };
            let parts = (letter.what.clone(), Arc::clone(&letter.serve), Arc::clone(&letter.reset));
            if !stays {
                network.requests.remove(at);
            }
            parts
        };
        self.report.repeated += u64::from(stays);
        let (network, of_reply) = (Arc::clone(&self.network), format!("the reply to: {what}"));
        self.spawn(Side::Bank, format!("at the bank: {what}"), Work::Serve { reset }, move || {
            let reply = serve(&server);
            lock(&network).replies.push((of_reply, reply));
        });
    }

    pub(super) fn reply(&mut self) {
        if let Some((what, put)) = self.take_reply() {
            self.say(|| format!("arrives: {what}"));
            put();
        }
    }

    fn take_request(&mut self) -> Option<super::network::Letter> {
        let mut network = lock(&self.network);
        let at = self.dice.index(network.requests.len());
        (at < network.requests.len()).then(|| network.requests.remove(at))
    }

    fn take_reply(&mut self) -> Option<(String, super::network::Reply)> {
        let mut network = lock(&self.network);
        let at = self.dice.index(network.replies.len());
        (at < network.replies.len()).then(|| network.replies.remove(at))
    }

    pub(super) fn say(&self, what: impl FnOnce() -> String) {
        if self.options.trace {
            println!("{:>5}  {:?}  {}", self.step, self.truth.now(), what());
        }
    }
}
