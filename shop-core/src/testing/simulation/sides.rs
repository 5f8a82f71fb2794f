//! The lives of the two programs: how they start, post their batches, and die.

use std::sync::Arc;

use bank_core::testing::{FaultyStore as FaultyBankStore, PausingHasher};
use bank_core::{Bank, BankConfig, BankParts};
use kit_core::gate::Wait;
use kit_core::testing::{Process, TaskId, wait};
use kit_core::{Clock, Env};

use super::Wiring;
use super::network::{Line, Remote, Watched, lock};
use super::world::{Work, World};
use crate::gateway::PaymentGateway;
use crate::gateway::in_process::InProcessGateway;
use crate::testing::FaultyStore;
use crate::{Shop, ShopParts};

/// One of the two programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Bank,
    Shop,
}

/// The bank from a start to a crash.
pub(super) struct BankLife {
    pub(super) bank: Bank,
    pub(super) process: Arc<Process>,
    pub(super) life: u64,
    pub(super) poster: Option<TaskId>,
}

/// The shop from a start to a crash.
pub(super) struct ShopLife {
    pub(super) shop: Shop,
    pub(super) process: Arc<Process>,
    pub(super) poster: Option<TaskId>,
}

impl World {
    pub(super) fn one_program(&self) -> bool {
        matches!(self.options.wiring, Wiring::OneProgram)
    }

    /// Starts the bank; where its store fails at that moment, it stays down.
    pub(super) fn start_bank(&mut self) {
        let process = Arc::new(Process::start(self.dice.draw(), self.profile.bank, Arc::clone(&self.commits)));
        if self.ending {
            process.heal();
        }
        let clock: Arc<dyn Clock> = Arc::clone(&self.bank_clock) as _;
        let parts = BankParts {
            store: Arc::new(FaultyBankStore::new(Arc::clone(&self.bank_store), Arc::clone(&process))),
            hasher: Arc::new(PausingHasher::default()),
            env: Env::with(clock, self.dice.draw()),
            config: BankConfig::default(),
        };
        self.lives += 1;
        self.say(|| "the bank starts".to_owned());
        let opened = Bank::open_driven(parts, by_the_scheduler());
        self.bank = opened.ok().map(|bank| BankLife { bank, process, life: self.lives, poster: None });
        self.connect();
    }

    /// Starts the shop; where its store fails at that moment, it stays down.
    pub(super) fn start_shop(&mut self) {
        let process = Arc::new(Process::start(self.dice.draw(), self.profile.shop, Arc::clone(&self.commits)));
        if self.ending {
            process.heal();
        }
        let clock: Arc<dyn Clock> = Arc::clone(&self.shop_clock) as _;
        let line = Line { network: Arc::clone(&self.network), truth: Arc::clone(&self.truth) };
        let merchant = &self.setting.shop;
        let gateway: Arc<dyn PaymentGateway> = match (&self.options.wiring, &self.bank) {
            (Wiring::Apart, _) => Arc::new(Remote::new(line, merchant.id)),
            (Wiring::Over(make), _) => make(line, merchant),
            (Wiring::OneProgram, Some(life)) => Arc::new(InProcessGateway::new(life.bank.clone(), merchant.id)),
            (Wiring::OneProgram, None) => return,
        };
        let parts = ShopParts {
            store: Arc::new(FaultyStore::new(Arc::clone(&self.shop_store), Arc::clone(&process))),
            gateway: Arc::new(Watched { gateway, network: Arc::clone(&self.network) }),
            env: Env::with(clock, self.dice.draw()),
            config: super::setup::config(),
        };
        self.say(|| "the shop starts".to_owned());
        self.shop =
            Shop::open_driven(parts, by_the_scheduler()).ok().map(|shop| ShopLife { shop, process, poster: None });
    }

    /// Kills a program between two steps of all that runs in it.
    pub(super) fn crash(&mut self, side: Side) {
        self.report.crashes += 1;
        self.say(|| format!("{side:?} dies"));
        if self.one_program() {
            self.end(Side::Shop);
            self.end(Side::Bank);
        } else {
            self.end(side);
        }
        self.connect();
    }

    fn end(&mut self, side: Side) {
        match side {
            Side::Bank => self.bank.iter().for_each(|life| life.process.die()),
            Side::Shop => self.shop.iter().for_each(|life| life.process.die()),
        }
        let of_side: Vec<TaskId> =
            self.owners.iter().filter(|(_, owner)| owner.side == side).map(|(id, _)| *id).collect();
        for id in of_side {
            self.tasks.kill(id);
            if let Some(owner) = self.owners.remove(&id)
                && let Work::Serve { reset } = owner.work
                && self.dice.permille(500)
            {
                reset();
            }
        }
        match side {
            Side::Bank => self.bank = None,
            Side::Shop => self.shop = None,
        }
    }

    /// The line is up while the bank is, unless it is cut.
    pub(super) fn connect(&mut self) {
        lock(&self.network).up = self.bank.is_some() && !self.cut;
    }

    /// Posts what waits at a side's gate, unless that is being done.
    pub(super) fn post(&mut self, side: Side) {
        match side {
            Side::Bank => {
                let Some(life) = &self.bank else { return };
                let bank = life.bank.clone();
                let task = self.spawn(side, "the bank posts".to_owned(), Work::Post(side), move || {
                    bank.gate().step();
                });
                self.bank.iter_mut().for_each(|life| life.poster = Some(task));
            }
            Side::Shop => {
                let Some(life) = &self.shop else { return };
                let shop = life.shop.clone();
                let task = self.spawn(side, "the shop posts".to_owned(), Work::Post(side), move || {
                    let _ = shop.step();
                });
                self.shop.iter_mut().for_each(|life| life.poster = Some(task));
            }
        }
    }

    pub(super) fn posted(&mut self, side: Side) {
        match side {
            Side::Bank => self.bank.iter_mut().for_each(|life| life.poster = None),
            Side::Shop => self.shop.iter_mut().for_each(|life| life.poster = None),
        }
    }

    /// Whether something waits at a side's gate and nobody posts.
    pub(super) fn may_post(&self, side: Side) -> bool {
        match side {
            Side::Bank => self.bank.as_ref().is_some_and(|l| l.poster.is_none() && l.bank.gate().waiting() > 0),
            Side::Shop => self.shop.as_ref().is_some_and(|l| l.poster.is_none() && l.shop.waiting() > 0),
        }
    }
}

fn by_the_scheduler() -> Wait {
    Arc::new(wait)
}
