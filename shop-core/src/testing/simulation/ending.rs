//! How a run ends: nothing breaks any more, and everything must come to its end.

use std::time::Duration;

use kit_core::Clock;

use super::network::lock;
use super::sides::Side;
use super::world::World;
use crate::gateway::in_process::InProcessGateway;
use crate::{OrderState, ReconcileNews, RefundState, reconcile};

/// Once the bank can be reached, every order has its end within this.
const PROMISE: Duration = Duration::from_secs(60);

/// How often a shop's website sweeps.
const SWEEP_EVERY: Duration = Duration::from_secs(3);

/// Far more than any ending takes: whoever comes here runs in a circle.
const TURNS: u32 = 100_000;

impl World {
    pub(super) fn end_well(&mut self) -> Result<(), String> {
        self.heal()?;
        let began = self.truth.now();
        self.finish_tasks()?;
        loop {
            self.right_clocks()?;
            self.sweep();
            self.finish_tasks()?;
            if self.is_settled()? {
                break;
            }
            if self.truth.now().since(began) > PROMISE {
                return Err(format!("an order is undecided {PROMISE:?} after everything works again"));
            }
            self.pass(SWEEP_EVERY);
        }
        self.report.settled_after_seconds = self.truth.now().since(began).as_secs();
        // Nobody pays what is left; and what was delayed for very long arrives at last.
        self.pass(Duration::from_secs(31 * 60));
        self.sweep();
        self.finish_tasks()?;
        self.deliver_everything()?;
        self.pass(Duration::from_secs(9 * 24 * 3_600));
        self.keep_house();
        self.sweep();
        self.finish_tasks()?;
        if let Some(open) = self.orders()?.iter().find(|facts| facts.order.state == OrderState::AwaitingPayment) {
            return Err(format!("order {} awaits its payment for ever", open.order.number));
        }
        self.check_facts()?;
        self.check_for_pins()?;
        self.reconcile()?;
        self.count()
    }

    /// What the operator's own comparison says: no difference, and nothing open.
    fn reconcile(&self) -> Result<(), String> {
        let bank = self.bank.as_ref().ok_or("the bank is down")?;
        let gateway = InProcessGateway::new(bank.bank.clone(), self.setting.shop.id);
        let mut first = None;
        let report = reconcile(&*self.shop_store, &gateway, |news| {
            if let ReconcileNews::Difference(difference) = news {
                first.get_or_insert_with(|| difference.to_string());
            }
        });
        let report = report.map_err(|error| format!("the books cannot be compared: {error}"))?;
        match first {
            Some(difference) => Err(format!("the books differ: {difference}")),
            None if report.open > 0 => Err(format!("{} payments are still open in the books", report.open)),
            None => Ok(()),
        }
    }

    /// Both programs run, the line stands, stores and clocks work. Some letters stay on their way.
    fn heal(&mut self) -> Result<(), String> {
        self.say(|| "nothing breaks from here on".to_owned());
        self.ending = true;
        self.cut = false;
        if self.bank.as_ref().is_some_and(|life| life.process.is_stopped()) {
            self.crash(Side::Bank);
        }
        if self.shop.as_ref().is_some_and(|life| life.process.is_stopped()) {
            self.crash(Side::Shop);
        }
        self.bank.iter().for_each(|life| life.process.heal());
        self.shop.iter().for_each(|life| life.process.heal());
        self.start_what_is_down();
        self.connect();
        if self.bank.is_some() && self.shop.is_some() { Ok(()) } else { Err("a program does not start".to_owned()) }
    }

    /// A clock that was set back lets time stand still until it has caught up, and nobody promises an end meanwhile. So
    /// a clock that is behind what was recorded last is set to that, and from then on it goes right.
    fn right_clocks(&self) -> Result<(), String> {
        let recorded = [self.bank_facts(|tx| Ok(tx.head()?.last_time))?, self.shop_facts(|tx| tx.recorded_at())?];
        for (clock, recorded) in [&self.bank_clock, &self.shop_clock].into_iter().zip(recorded) {
            clock.set_jitter(Duration::ZERO);
            if clock.now() < recorded {
                let ahead = recorded.since(self.truth.now()).as_micros();
                clock.set_error(i64::try_from(ahead).unwrap_or(0));
            }
        }
        Ok(())
    }

    /// Runs every task to its end. Requests that they make are delivered; older ones stay on their way where the dice say
    /// so.
    fn finish_tasks(&mut self) -> Result<(), String> {
        for _ in 0..TURNS {
            for side in [Side::Bank, Side::Shop] {
                if self.may_post(side) {
                    self.post(side);
                }
            }
            let ready = self.tasks.ready();
            if let Some(id) = self.dice.pick(&ready).copied() {
                self.go_on(id)?;
                self.check()?;
                continue;
            }
            let (requests, replies) = {
                let network = lock(&self.network);
                (network.requests.len(), network.replies.len())
            };
            if replies > 0 {
                self.reply();
            } else if self.tasks.is_empty() {
                return Ok(());
            } else if requests > 0 {
                self.deliver(false);
            } else {
                // Somebody waits for a reply that was lost.
                self.pass(Duration::from_secs(1));
            }
        }
        Err("the tasks come to no end".to_owned())
    }

    fn deliver_everything(&mut self) -> Result<(), String> {
        while !lock(&self.network).requests.is_empty() {
            self.deliver(false);
            self.finish_tasks()?;
        }
        Ok(())
    }

    /// Whether nobody waits for an answer of the bank any more.
    fn is_settled(&self) -> Result<bool, String> {
        let open = |facts: &super::invariants::Facts| {
            let attempts = facts.attempts.iter().any(|attempt| !attempt.state.is_final());
            attempts || facts.refunds.iter().any(|refund| refund.state == RefundState::Pending)
        };
        Ok(!self.orders()?.iter().any(open))
    }
}
