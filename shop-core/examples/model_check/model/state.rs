//! A state of the whole, and every step that may come next.

use kit_core::IdempotencyKey;
use shop_core::{AttemptState, OrderState, RefundState};

use super::bank::{How, Request};
use super::shop::{ORDERS, Op, Who};
use super::world::World;

/// More calls or stray messages at a time than any bounds in use lead to; more would be told, not lost.
const ROOM: usize = 8;

/// A call under way. Zeroes where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
struct Call {
    /// Its number and one.
    call: u16,
    /// The answer on its way back and one.
    answer: u16,
    /// Where its request is.
    request: u8,
}

const ARRIVED: u8 = 0;
const ON_ITS_WAY: u8 = 1;
const ON_ITS_WAY_AND_COPIED: u8 = 2;

/// A state of the whole: either side's facts, what is under way between them, and how much went wrong already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct State {
    pub(crate) shop: u32,
    pub(crate) bank: u32,
    calls: [Call; ROOM],
    /// Requests that nobody waits for any more, or copies, each with one added.
    strays: [u16; ROOM],
    copies: u8,
    refusals: u8,
    shorts: u8,
}

/// One step.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Begin(Op, Option<u16>),
    Arrive { call: u16, how: How, answer: u16 },
    Copy { call: u16 },
    Refuse { call: u16, answer: u16 },
    Answer { call: u16, answer: u16 },
    Silence { call: u16 },
    Die { call: u16 },
    ArriveLate { request: u16, how: How },
    Approve(IdempotencyKey),
}

/// A step and where it leads, or the promise that it breaks.
pub(crate) type Next = (Action, Result<State, String>);

impl State {
    /// The calls under way: number, and the answer on its way back.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (u16, Option<u16>)> {
        self.calls.iter().filter(|call| call.call > 0).map(|call| (call.call - 1, call.answer.checked_sub(1)))
    }

    /// The requests that are on their way, awaited or not.
    pub(crate) fn on_their_way(&self, world: &World) -> Vec<u16> {
        let awaited = self.calls.iter().filter(|call| call.call > 0 && call.request != ARRIVED);
        let awaited = awaited.map(|call| world.request_of(call.call - 1));
        self.strays.iter().filter_map(|stray| stray.checked_sub(1)).chain(awaited).collect()
    }

    fn with_call(mut self, call: u16) -> Self {
        let free =
            self.calls.iter_mut().find(|place| place.call == 0).expect("more calls at a time than there is room");
        *free = Call { call: call + 1, answer: 0, request: ON_ITS_WAY };
        self.calls.sort_unstable();
        self
    }

    fn with_stray(mut self, world: &World, request: u16) -> Self {
        // A look-up changes nothing and nobody waits for its answer.
        if !matches!(**world.request(request), Request::LookUp { .. }) {
            let free = self.strays.iter_mut().find(|place| **place == 0);
            *free.expect("more strays at a time than there is room") = request + 1;
            self.strays.sort_unstable();
        }
        self
    }

    fn without_call(mut self, at: usize) -> Self {
        self.calls[at] = Call::default();
        self.calls.sort_unstable();
        self
    }

    /// The call is given up by its caller; its request may still be on its way.
    fn given_up(self, world: &World, at: usize) -> Self {
        let call = self.calls[at];
        let left = self.without_call(at);
        if call.request == ARRIVED { left } else { left.with_stray(world, world.request_of(call.call - 1)) }
    }

    /// Every step that may come next.
    pub(crate) fn next(&self, world: &mut World) -> Vec<Next> {
        let mut next = Vec::new();
        self.begin(world, &mut next);
        for at in 0..ROOM {
            if self.calls[at].call > 0 {
                self.go_on(world, at, &mut next);
            }
        }
        for at in 0..ROOM {
            if let Some(request) = self.strays[at].checked_sub(1) {
                let mut left = *self;
                left.strays[at] = 0;
                left.strays.sort_unstable();
                for how in self.circumstances(world, request) {
                    let bank = world.ask(self.bank, request, how).0;
                    let shorts = self.shorts + u8::from(how == How::Short);
                    next.push((Action::ArriveLate { request, how }, Ok(State { bank, shorts, ..left })));
                }
            }
        }
        self.approve(world, &mut next);
        next
    }

    /// Steps that begin in the shop, those that change nothing left out.
    fn begin(&self, world: &mut World, next: &mut Vec<Next>) {
        for op in self.ops(world) {
            match world.begin(self.shop, op) {
                Ok(step) => {
                    let state = State { shop: step.shop, ..*self };
                    match step.call {
                        Some(call) => next.push((Action::Begin(op, Some(call)), Ok(state.with_call(call)))),
                        None if step.shop != self.shop => next.push((Action::Begin(op, None), Ok(state))),
                        None => {}
                    }
                }
                Err(broken) => next.push((Action::Begin(op, None), Err(broken))),
            }
        }
    }

    fn ops(&self, world: &World) -> Vec<Op> {
        let facts = world.shop(self.shop);
        let mut ops = Vec::new();
        for who in 0..ORDERS as Who {
            let bounds = &world.scenario.orders[usize::from(who)];
            ops.push(Op::Submit(who));
            let Some(order) = facts.order(who) else { continue };
            // Every form that was sent before, and one that was not.
            let sent = u8::try_from(facts.attempts(order.id).count()).unwrap_or(u8::MAX);
            ops.extend((1..bounds.attempts.min(sent + 1)).map(|n| Op::PayAgain(who, n)));
            let refunds = facts.refunds(order.id).count();
            if refunds < usize::from(bounds.refunds) || order.state != OrderState::Paid {
                ops.push(Op::Cancel(who));
            }
            let refused = facts.refunds(order.id).any(|refund| refund.state == RefundState::Refused);
            if refused && refunds < usize::from(bounds.refunds) {
                ops.push(Op::RetryRefund(who));
            }
            if bounds.ships {
                ops.push(Op::Ship(who));
            }
            for attempt in facts.attempts(order.id).filter(|a| a.due_at.is_some() && a.claims < bounds.claims) {
                ops.push(Op::SweepAttempt(attempt.id));
                if attempt.state == AttemptState::AwaitingApproval {
                    ops.push(Op::SweepLateApproval(attempt.id));
                }
            }
            for refund in facts.refunds(order.id).filter(|r| r.due_at.is_some() && r.claims < bounds.resends) {
                ops.push(Op::SweepRefund(refund.id));
            }
            ops.push(Op::SweepReservation(order.id));
        }
        ops
    }

    /// In which circumstances a request may meet the bank.
    fn circumstances(&self, world: &World, request: u16) -> Vec<How> {
        match &**world.request(request) {
            Request::Purchase { key, .. } => {
                let facts = world.shop(self.shop);
                let order = facts.attempts.iter().find(|a| a.payment_key == *key).map(|a| a.order);
                let hosted = (0..ORDERS as Who).any(|who| {
                    world.scenario.orders[usize::from(who)].hosted && facts.order(who).map(|o| o.id) == order
                });
                vec![if hosted { How::Hosted } else { How::Usual }]
            }
            Request::Refund { .. } if self.shorts < world.scenario.shorts => vec![How::Usual, How::Short],
            _ => vec![How::Usual],
        }
    }

    /// What may become of a call under way.
    fn go_on(&self, world: &mut World, at: usize, next: &mut Vec<Next>) {
        let Call { call, answer, request: way } = self.calls[at];
        let call = call - 1;
        let request = world.request_of(call);
        if way != ARRIVED {
            for how in self.circumstances(world, request) {
                let (bank, answer) = world.ask(self.bank, request, how);
                let mut state = State { bank, shorts: self.shorts + u8::from(how == How::Short), ..*self };
                state.calls[at] = Call { answer: answer + 1, request: ARRIVED, ..self.calls[at] };
                state.calls.sort_unstable();
                next.push((Action::Arrive { call, how, answer }, Ok(state)));
            }
        }
        if way == ON_ITS_WAY && self.copies < world.scenario.copies {
            let mut state = State { copies: self.copies + 1, ..*self }.with_stray(world, request);
            state.calls[at].request = ON_ITS_WAY_AND_COPIED;
            state.calls.sort_unstable();
            next.push((Action::Copy { call }, Ok(state)));
        }
        // A copy may still arrive after this one was refused; then a refusal would say nothing. See `scenario`.
        if way == ON_ITS_WAY && self.refusals < world.scenario.refusals {
            for answer in World::REFUSALS {
                let mut state = State { refusals: self.refusals + 1, ..*self };
                state.calls[at] = Call { answer: answer + 1, request: ARRIVED, ..self.calls[at] };
                state.calls.sort_unstable();
                next.push((Action::Refuse { call, answer }, Ok(state)));
            }
        }
        if let Some(answer) = answer.checked_sub(1) {
            let heard = world.finish(self.shop, call, answer);
            let heard = heard.map(|step| State { shop: step.shop, ..self.without_call(at) });
            next.push((Action::Answer { call, answer }, heard));
        }
        let silence = world.finish(self.shop, call, World::SILENCE);
        let silence = silence.map(|step| State { shop: step.shop, ..self.given_up(world, at) });
        next.push((Action::Silence { call }, silence));
        next.push((Action::Die { call }, Ok(self.given_up(world, at))));
    }

    fn approve(&self, world: &mut World, next: &mut Vec<Next>) {
        if !world.scenario.orders.iter().any(|order| order.hosted) {
            return;
        }
        let keys: Vec<_> = world.bank(self.bank).payments().iter().map(|payment| payment.key.clone()).collect();
        for key in keys {
            if let Some(bank) = world.approve(self.bank, &key) {
                next.push((Action::Approve(key), Ok(State { bank, ..*self })));
            }
        }
    }
}

impl Action {
    /// The step in words; `after` is the shop's state in which everything named has a name.
    pub(crate) fn describe(&self, world: &World, after: u32) -> String {
        let asks = |call: u16| world.describe(after, world.request_of(call));
        let heard = |answer: u16| format!("{:?}", world.answer(answer));
        let order = |who: Who| char::from(b'A' + who);
        let met = |how: How| match how {
            How::Usual => "",
            How::Hosted => ", to be confirmed on the bank's page",
            How::Short => ", while the settlement account is empty",
        };
        match self {
            Self::Begin(op, call) => {
                let op = match *op {
                    Op::Submit(who) => format!("the customer sends the checkout of order {}", order(who)),
                    Op::PayAgain(who, n) => format!("the customer pays order {} again, form {n}", order(who)),
                    Op::Cancel(who) => format!("the customer cancels order {}", order(who)),
                    Op::RetryRefund(who) => format!("the operator cancels order {} once more", order(who)),
                    Op::Ship(who) => format!("the operator ships order {}", order(who)),
                    Op::SweepAttempt(id) => format!("the sweep takes up {}", world.name_of(after, id.uuid())),
                    Op::SweepLateApproval(id) => {
                        format!("the sweep takes up {}, too late to approve it", world.name_of(after, id.uuid()))
                    }
                    Op::SweepRefund(id) => format!("the sweep takes up {}", world.name_of(after, id.uuid())),
                    Op::SweepReservation(_) => "a reservation runs out, and the sweep takes it up".to_owned(),
                };
                call.map_or_else(|| op.clone(), |call| format!("{op} and asks the bank: {}", asks(call)))
            }
            Self::Arrive { call, how, answer } => {
                format!("the bank hears {}{}, and answers {}", asks(*call), met(*how), heard(*answer))
            }
            Self::Copy { call } => format!("the network copies {}", asks(*call)),
            Self::Refuse { call, answer } => format!("{} is refused: {}", asks(*call), heard(*answer)),
            Self::Answer { call, answer } => format!("the shop hears {} to {}", heard(*answer), asks(*call)),
            Self::Silence { call } => format!("the shop hears nothing to {}, and gives up waiting", asks(*call)),
            Self::Die { call } => format!("the shop's process dies while it waits for {}", asks(*call)),
            Self::ArriveLate { request, how } => {
                let request = world.describe(after, *request);
                format!("the bank hears a late or copied {request}{}; nobody hears its answer", met(*how))
            }
            Self::Approve(key) => format!("the customer confirms {} on the bank's page", world.name(after, key)),
        }
    }
}
