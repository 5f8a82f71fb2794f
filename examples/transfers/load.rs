//! The clients: who transfers, who reads, and how badly they behave.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kit_core::{Entropy, SeededEntropy};

use crate::client::{Answer, Client, Decided, Fault};
use crate::history::{Acknowledged, History, Order, Read, Refused, Window};

/// A mistake planted into the clients, which the checker must find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Sabotage {
    /// Balances are read one account a call, not from one snapshot.
    TornReads,
    /// A call that is sent twice goes under two keys.
    FreshKeys,
}

/// How much is to be done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) clients: u64,
    pub(crate) readers: u64,
    pub(crate) transfers: u64,
    pub(crate) seed: u64,
    pub(crate) sabotage: Option<Sabotage>,
}

/// What clients saw beside the history.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Refusals by code, each order's once.
    pub(crate) refusals: BTreeMap<String, u64>,
    /// Calls repeated under their key that gave the first answer again.
    pub(crate) replays: u64,
    /// Calls sent while the same one was being worked on, and told so.
    pub(crate) in_flight: u64,
    /// Calls with other facts under a used key, each refused.
    pub(crate) other_facts: u64,
    /// Calls without a decision, sent again.
    pub(crate) again: u64,
    /// What a call alone showed to be wrong.
    pub(crate) wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        for (code, count) in other.refusals {
            *self.refusals.entry(code).or_default() += count;
        }
        self.replays += other.replays;
        self.in_flight += other.in_flight;
        self.other_facts += other.other_facts;
        self.again += other.again;
        self.wrong.extend(other.wrong);
    }
}

/// Runs all clients at once, until all transfers have been acknowledged.
pub(crate) fn run(first: &Client, plan: Plan) -> Result<(History, Tally), Fault> {
    let left = AtomicU64::new(plan.transfers);
    let stop = AtomicBool::new(false);
    let mut history = History::default();
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..plan.readers)
            .map(|_| {
                let (client, stop) = (first.another(), &stop);
                scope.spawn(move || read(&client, plan.sabotage, stop))
            })
            .collect();
        let customers: Vec<_> = (0..plan.clients)
            .map(|number| {
                let mut customer = Customer::new(first.another(), plan, number);
                let left = &left;
                scope.spawn(move || customer.work(left).map(|()| customer))
            })
            .collect();
        let mut fault = None;
        for customer in customers {
            match joined(customer.join()) {
                Ok(customer) => {
                    history.acknowledged.extend(customer.acknowledged);
                    history.refused.extend(customer.refused);
                    tally.add(customer.tally);
                }
                Err(error) => fault = Some(error),
            }
        }
        stop.store(true, Ordering::Relaxed);
        for reader in readers {
            match joined(reader.join()) {
                Ok(reads) => history.reads.extend(reads),
                Err(error) => fault = Some(error),
            }
        }
        fault.map_or(Ok(()), Err)
    })?;
    Ok((history, tally))
}

fn joined<T>(ended: std::thread::Result<Result<T, Fault>>) -> Result<T, Fault> {
    ended.unwrap_or_else(|_| Err("a client panicked".into()))
}

fn read(client: &Client, sabotage: Option<Sabotage>, stop: &AtomicBool) -> Result<Vec<Read>, Fault> {
    let mut reads = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let torn = sabotage == Some(Sabotage::TornReads);
        reads.push(if torn { client.torn_read()? } else { client.read()? });
    }
    Ok(reads)
}

/// The most that one transfer moves, in minor units. Accounts open with [`OPENING_MINOR`], so some soon have too little.
const MOST_MINOR: u64 = 8_000;
/// A call takes milliseconds; whatever is undecided for so long will stay so.
const PATIENCE: Duration = Duration::from_secs(60);
/// What each account opens with, in minor units.
pub(crate) const OPENING_MINOR: i64 = 10_000;
/// One order in so many is sent twice at once.
const TWINS: u64 = 16;
/// After one order in so many, an earlier one of the same client is sent again.
const REPEATS: u64 = 16;
/// After one order in so many, the key of an earlier one is used for other facts.
const MISUSES: u64 = 32;

struct Customer {
    client: Client,
    twin: Client,
    entropy: SeededEntropy,
    name: String,
    sabotage: Option<Sabotage>,
    /// All that was decided, to be asked again at any later time.
    decided: Vec<(String, Order, Decided)>,
    acknowledged: Vec<Acknowledged>,
    refused: Vec<Refused>,
    tally: Tally,
}

impl Customer {
    fn new(client: Client, plan: Plan, number: u64) -> Self {
        Self {
            twin: client.another(),
            client,
            entropy: SeededEntropy::new(plan.seed.wrapping_mul(1_000_003).wrapping_add(number)),
            name: format!("client-{number}"),
            sabotage: plan.sabotage,
            decided: Vec::new(),
            acknowledged: Vec::new(),
            refused: Vec::new(),
            tally: Tally::default(),
        }
    }

    fn below(&self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.entropy.fill(&mut bytes);
        u64::from_le_bytes(bytes) % bound
    }

    fn work(&mut self, left: &AtomicU64) -> Result<(), Fault> {
        let claim = |left: u64| left.checked_sub(1);
        while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, claim).is_ok() {
            // What is refused moves nothing, so another order takes its place.
            while !self.order()? {}
        }
        Ok(())
    }

    /// One new order, decided. Whether money moved.
    fn order(&mut self) -> Result<bool, Fault> {
        let accounts = self.client.numbers.len() as u64;
        let from = self.below(accounts);
        let to = (from + 1 + self.below(accounts - 1)) % accounts;
        let minor = i64::try_from(1 + self.below(MOST_MINOR))?;
        let order = Order { from: usize::try_from(from)?, to: usize::try_from(to)?, minor };
        let key = format!("{}-order-{}", self.name, self.decided.len());
        let began = self.client.now();
        let decided =
            if self.below(TWINS) == 0 { self.twice(&key, order)? } else { self.until_decided(&key, order)?.0 };
        let window = Window { began, ended: self.client.now() };
        let moved = match &decided {
            Decided::Moved { id, balance_after } => {
                let (id, balance_after) = (id.clone(), *balance_after);
                self.acknowledged.push(Acknowledged { order, id, balance_after, window });
                true
            }
            Decided::Refused { code } => {
                *self.tally.refusals.entry(code.clone()).or_default() += 1;
                if code == "insufficient-funds" {
                    self.refused.push(Refused { order, window });
                } else {
                    self.tally.wrong.push(format!("{key} was refused as {code}, for which there was no reason"));
                }
                false
            }
        };
        self.decided.push((key, order, decided));
        if self.below(REPEATS) == 0 {
            self.repeat()?;
        }
        if self.below(MISUSES) == 0 {
            self.misuse()?;
        }
        Ok(moved)
    }

    /// Sends a call until it is decided. A program that gives up half-way would not know what happened; one that never
    /// gives up would hide a bank that decides nothing any more.
    fn until_decided(&mut self, key: &str, order: Order) -> Result<(Decided, bool), Fault> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            match self.client.transfer(key, order)? {
                Answer::Decided { decided, replayed } => return Ok((decided, replayed)),
                Answer::InFlight => self.tally.in_flight += 1,
                Answer::Again => self.tally.again += 1,
                Answer::OtherFacts => return Err(format!("{key} is said to have other facts").into()),
            }
        }
        Err(format!("{key} was not decided within {PATIENCE:?}").into())
    }

    /// The same call on two connections at once. Both must come to the same.
    fn twice(&mut self, key: &str, order: Order) -> Result<Decided, Fault> {
        let twin = self.twin.clone();
        let fresh = format!("{key}-twin");
        let twin_key = if self.sabotage == Some(Sabotage::FreshKeys) { &fresh } else { key };
        let (mine, its) = std::thread::scope(|scope| {
            let its = scope.spawn(|| twin.transfer(twin_key, order));
            (self.client.transfer(key, order), joined(its.join()))
        });
        let mut decisions = Vec::new();
        for answer in [mine?, its?] {
            match answer {
                Answer::Decided { decided, replayed } => decisions.push((decided, replayed)),
                Answer::InFlight => self.tally.in_flight += 1,
                Answer::Again => self.tally.again += 1,
                Answer::OtherFacts => return Err(format!("{key} is said to have other facts").into()),
            }
        }
        let first =
            decisions.iter().filter(|(decided, replayed)| matches!(decided, Decided::Moved { .. }) && !replayed);
        if first.count() > 1 {
            self.tally.wrong.push(format!("{key} moved money on both connections"));
        }
        // And once more, now that both have been answered.
        decisions.push(self.until_decided(key, order)?);
        let decided = decisions[0].0.clone();
        for (other, _) in &decisions[1..] {
            self.same(key, &decided, other);
        }
        Ok(decided)
    }

    /// Any earlier call again: the same answer, and no money.
    fn repeat(&mut self) -> Result<(), Fault> {
        let (key, order, before) = self.earlier()?;
        let (again, replayed) = self.until_decided(&key, order)?;
        if matches!(again, Decided::Moved { .. }) && !replayed {
            self.tally.wrong.push(format!("{key} was repeated and is not called a replay"));
        }
        self.same(&key, &before, &again);
        Ok(())
    }

    /// Any earlier key for another amount: refused, and no money.
    fn misuse(&mut self) -> Result<(), Fault> {
        let (key, order, _) = self.earlier()?;
        let other = Order { minor: order.minor + 1, ..order };
        loop {
            match self.client.transfer(&key, other)? {
                Answer::OtherFacts => break self.tally.other_facts += 1,
                Answer::Again => self.tally.again += 1,
                answer => {
                    break self.tally.wrong.push(format!("{key} was used for other facts and answered {answer:?}"));
                }
            }
        }
        Ok(())
    }

    fn earlier(&self) -> Result<(String, Order, Decided), Fault> {
        let place = usize::try_from(self.below(self.decided.len() as u64))?;
        Ok(self.decided[place].clone())
    }

    fn same(&mut self, key: &str, before: &Decided, again: &Decided) {
        if before == again {
            self.tally.replays += 1;
        } else {
            self.tally.wrong.push(format!("{key} was answered {before:?} and then {again:?}"));
        }
    }
}
