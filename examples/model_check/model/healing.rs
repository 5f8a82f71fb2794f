//! What must be reached from every state: once nothing goes wrong any more, every order ends, and what arrives after
//! that changes nothing.

use std::collections::HashSet;

use shop_core::{AttemptState, OrderState, RefundState};

use super::bank::How;
use super::safety::{self, Promise};
use super::shop::{ORDERS, Op, Who, is_unpaid};
use super::state::State;
use super::world::{Map, Step, World};

/// More steps than any order needs that is on its way to its end.
const MANY: usize = 40;

/// A broken promise, and what led to it after the state in which it was looked for.
pub(crate) struct Broken {
    pub(crate) promise: String,
    pub(crate) then: Vec<String>,
}

/// Judges states, and remembers the verdicts.
#[derive(Default)]
pub(crate) struct Judge {
    shops: HashSet<u32>,
    banks: HashSet<u32>,
    pairs: Map<(u32, u32), ()>,
    forged: Map<(u32, u16), ()>,
    ends: Map<(u32, u32), (u32, u32)>,
    late: Map<State, ()>,
}

impl Judge {
    /// How many pairs of either side's states were judged, and how many of them were followed to their end.
    pub(crate) fn sizes(&self) -> (usize, usize) {
        (self.pairs.len(), self.ends.len())
    }

    /// All promises, for one state.
    ///
    /// # Errors
    /// The first that is broken.
    pub(crate) fn state(&mut self, world: &mut World, state: &State) -> Result<(), Broken> {
        let here = |promise| Broken { promise, then: Vec::new() };
        self.pair(world, state.shop, state.bank).map_err(here)?;
        for (call, _) in state.calls() {
            if self.forged.insert((state.shop, call), ()).is_none() {
                safety::contradiction(world, state.shop, call).map_err(here)?;
            }
        }
        let end = self.heal(world, (state.shop, state.bank))?;
        if self.late.insert(state.between(end), ()).is_none() { self.arrive_late(world, end, state) } else { Ok(()) }
    }

    fn pair(&mut self, world: &mut World, shop: u32, bank: u32) -> Promise {
        if self.pairs.insert((shop, bank), ()).is_some() {
            return Ok(());
        }
        if self.shops.insert(shop) {
            safety::of_shop(world, &world.shop(shop).clone())?;
        }
        if self.banks.insert(bank) {
            safety::of_bank(world, &world.bank(bank).clone())?;
            safety::another_amount(world, bank)?;
        }
        safety::of_both(world, shop, bank)
    }

    /// Both processes are started anew, every message that is still on its way is lost, and from now on each call is
    /// answered: what is due is taken up until nothing is.
    fn heal(&mut self, world: &mut World, from: (u32, u32)) -> Result<(u32, u32), Broken> {
        if let Some(end) = self.ends.get(&from) {
            return Ok(*end);
        }
        let (mut path, mut at, mut then, mut retried) = (Vec::new(), from, Vec::new(), 0);
        while let Some(op) = due(world, at.0, &mut retried) {
            if let Some(end) = self.ends.get(&at) {
                at = *end;
                break;
            }
            path.push(at);
            let step = if path.len() > MANY {
                Err("an order never ends, however often it is taken up".to_owned())
            } else {
                self.settle(world, at, op, &mut then)
            };
            at = step.map_err(|promise| Broken { promise, then: then.clone() })?;
        }
        safety::of_the_end(world, at.0, at.1).map_err(|promise| Broken { promise, then })?;
        path.push(at);
        self.ends.extend(path.into_iter().map(|pair| (pair, at)));
        Ok(at)
    }

    /// One use case from its beginning to its end, with a bank that answers.
    fn settle(
        &mut self,
        world: &mut World,
        at: (u32, u32),
        op: Op,
        then: &mut Vec<String>,
    ) -> Result<(u32, u32), String> {
        let (mut shop, mut bank) = at;
        let Step { shop: cut, call } = world.begin(shop, op)?;
        shop = cut;
        if let Some(call) = call {
            let request = world.request_of(call);
            let (heard, answer) = world.ask(bank, request, How::Usual);
            bank = heard;
            shop = world.finish(shop, call, answer)?.shop;
            let (asked, answer) = (world.describe(shop, request), world.answer(answer));
            then.push(format!("once all is well again, {asked} is taken up and answered {answer:?}"));
        } else {
            then.push("once all is well again, a reservation runs out".to_owned());
        }
        then.push(format!("    {}", world.summary(shop, bank)));
        self.pair(world, shop, bank)?;
        Ok((shop, bank))
    }

    /// After the end, what was on its way arrives, and those who still wait hear their answers.
    fn arrive_late(&mut self, world: &mut World, end: (u32, u32), state: &State) -> Result<(), Broken> {
        let (mut shop, mut bank) = end;
        let mut late = Vec::new();
        let told = |late: &[Late], world: &World, promise| {
            let ended = format!("all is well again, and every order ends: {}", world.summary(end.0, end.1));
            let late = late.iter().map(|late| match late {
                Late::Request(request) => format!("only now the bank hears {}", world.describe(end.0, *request)),
                Late::Answer(answer) => format!("only now the shop hears {:?}", world.answer(*answer)),
            });
            Broken { promise, then: std::iter::once(ended).chain(late).collect() }
        };
        for request in state.on_their_way(world) {
            late.push(Late::Request(request));
            bank = world.ask(bank, request, How::Usual).0;
            let kept = self.pair(world, shop, bank).and_then(|()| safety::of_the_end(world, shop, bank));
            kept.map_err(|promise| told(&late, world, promise))?;
        }
        for (call, answer) in state.calls() {
            let answer = answer.unwrap_or(World::SILENCE);
            late.push(Late::Answer(answer));
            let kept = world.finish(shop, call, answer).and_then(|step| {
                shop = step.shop;
                self.pair(world, shop, bank)?;
                safety::of_the_end(world, shop, bank)
            });
            kept.map_err(|promise| told(&late, world, promise))?;
        }
        Ok(())
    }
}

/// What comes when all is over.
enum Late {
    Request(u16),
    Answer(u8),
}

/// What the sweep takes up next, or else the operator, who tries a refused refund once more.
fn due(world: &World, shop: u32, retried: &mut u8) -> Option<Op> {
    let facts = world.shop(shop);
    if let Some(attempt) = facts.attempts.iter().find(|attempt| attempt.due_at.is_some()) {
        let waits = attempt.state == AttemptState::AwaitingApproval;
        return Some(if waits { Op::SweepLateApproval(attempt.id) } else { Op::SweepAttempt(attempt.id) });
    }
    if let Some(refund) = facts.refunds.iter().find(|refund| refund.due_at.is_some()) {
        return Some(Op::SweepRefund(refund.id));
    }
    if let Some(order) = facts.orders.iter().find(|order| is_unpaid(order)) {
        return Some(Op::SweepReservation(order.id));
    }
    let who = (0..ORDERS as Who).find(|who| {
        let Some(order) = facts.order(*who) else { return false };
        let refund = facts.refunds(order.id).find(|refund| Some(refund.id) == order.refund);
        order.state == OrderState::Cancelling && refund.is_some_and(|refund| refund.state == RefundState::Refused)
    })?;
    *retried += 1;
    (*retried <= 2).then_some(Op::RetryRefund(who))
}
