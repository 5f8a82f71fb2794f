//! A state of the whole, and every step that may come next.

use std::hash::{Hash, Hasher};

use super::bank::{How, Request, Stir};
use super::shop::{ORDERS, Op, Who};
use super::world::World;

/// More calls or stray messages at a time than any bounds in use lead to; more would be told, not lost.
const ROOM: usize = 8;

/// A call under way. Zeroes where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Call {
    /// Its number and one.
    call: u16,
    /// The answer on its way back and one.
    answer: u8,
    /// Where its request is.
    request: u8,
}

const ARRIVED: u8 = 0;
const ON_ITS_WAY: u8 = 1;
const ON_ITS_WAY_AND_COPIED: u8 = 2;

/// A state of the whole: either side's facts, what is under way between them, and how much went wrong already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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

/// In few words: a search spends most of its time here.
impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(u64::from(self.shop) << 32 | u64::from(self.bank));
        for [one, two] in self.calls.as_chunks().0 {
            let word = |c: &Call| u64::from(c.call) << 16 | u64::from(c.answer) << 8 | u64::from(c.request);
            hasher.write_u64(word(one) << 32 | word(two));
        }
        for four in self.strays.as_chunks::<4>().0 {
            hasher.write_u64(four.iter().fold(0, |word, stray| word << 16 | u64::from(*stray)));
        }
        hasher.write_u64(u64::from(u32::from_le_bytes([self.copies, self.refusals, self.shorts, 0])));
    }
}

/// One step.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Begin(Op, Option<u16>),
    Arrive { call: u16, how: How, answer: u8 },
    Copy { call: u16 },
    Refuse { call: u16, answer: u8 },
    Answer { call: u16, answer: u8 },
    Silence { call: u16 },
    Die { call: u16 },
    ArriveLate { request: u16, how: How },
    Meet { purchase: u16, other: u16, answers: [u8; 2] },
    Stir(Stir),
}

/// A step and where it leads, or the promise that it breaks.
pub(crate) type Next = (Action, Result<State, String>);

impl State {
    /// The calls under way: number, and the answer on its way back.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (u16, Option<u8>)> {
        self.calls.iter().filter(|call| call.call > 0).map(|call| (call.call - 1, call.answer.checked_sub(1)))
    }

    /// The same calls and messages between other states of either side.
    pub(crate) fn between(&self, (shop, bank): (u32, u32)) -> Self {
        Self { shop, bank, copies: 0, refusals: 0, shorts: 0, ..*self }
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
        self.meet(world, &mut next);
        let stirs = world.stirs_from(self.bank);
        next.extend(stirs.iter().map(|(stir, bank)| (Action::Stir(stir.clone()), Ok(State { bank: *bank, ..*self }))));
        next
    }

    /// Steps that begin in the shop.
    fn begin(&self, world: &mut World, next: &mut Vec<Next>) {
        for (op, step) in world.steps_from(self.shop).iter() {
            let (call, led) = match step {
                Ok(step) => {
                    let state = State { shop: step.shop, ..*self };
                    (step.call, Ok(step.call.map_or(state, |call| state.with_call(call))))
                }
                Err(broken) => (None, Err(broken.clone())),
            };
            next.push((Action::Begin(*op, call), led));
        }
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

    /// Requests under one key that meet at the bank, in the middle of a purchase.
    fn meet(&self, world: &mut World, next: &mut Vec<Next>) {
        let awaited = self.calls.iter().enumerate().filter(|(_, call)| call.call > 0 && call.request != ARRIVED);
        let awaited = awaited.map(|(at, call)| (at, world.request_of(call.call - 1)));
        let strays = self.strays.iter().enumerate().filter_map(|(at, stray)| Some((ROOM + at, stray.checked_sub(1)?)));
        let places: Vec<_> = awaited.chain(strays).collect();
        for &(slow, purchase) in &places {
            let asks_for_pin = matches!(**world.request(purchase), Request::Purchase { .. })
                && self.circumstances(world, purchase) == [How::Usual];
            for &(quick, other) in places.iter().filter(|(quick, _)| asks_for_pin && *quick != slow) {
                if world.request(purchase).key() != world.request(other).key() {
                    continue;
                }
                let (bank, answers) = world.meet(self.bank, purchase, other);
                let state = State { bank, ..*self }.heard([slow, quick], answers);
                next.push((Action::Meet { purchase, other, answers }, Ok(state)));
            }
        }
    }

    /// Requests have reached the bank; where somebody waits, the answer is on its way back.
    fn heard(mut self, places: [usize; 2], answers: [u8; 2]) -> Self {
        for (place, answer) in places.into_iter().zip(answers) {
            match place.checked_sub(ROOM) {
                None => self.calls[place] = Call { answer: answer + 1, request: ARRIVED, ..self.calls[place] },
                Some(stray) => self.strays[stray] = 0,
            }
        }
        self.calls.sort_unstable();
        self.strays.sort_unstable();
        self
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
        // Also where a copy of it may still arrive.
        if way != ARRIVED && self.refusals < world.scenario.refusals {
            // What was copied has been sent.
            let refusals = &World::REFUSALS[usize::from(way != ON_ITS_WAY)..];
            for answer in refusals.iter().copied() {
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
}

impl Action {
    /// The step in words; `after` is the shop's state in which everything named has a name.
    pub(crate) fn describe(&self, world: &World, after: u32) -> String {
        let asks = |call: u16| world.describe(after, world.request_of(call));
        let heard = |answer: u8| format!("{:?}", world.answer(answer));
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
                    Op::SweepBoth(id, _) => format!(
                        "the sweep finds a reservation that has run out, but first takes up {}",
                        world.name_of(after, id.uuid())
                    ),
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
            Self::Meet { purchase, other, answers: [first, second] } => format!(
                "while the bank checks the PIN of {}, it hears {} and answers {}; then it answers {}",
                world.describe(after, *purchase),
                world.describe(after, *other),
                heard(*second),
                heard(*first)
            ),
            Self::Stir(Stir::Confirmed(key)) => {
                format!("the customer confirms {} on the bank's page", world.name(after, key))
            }
            Self::Stir(Stir::OutOfTime) => "the time in which a payment could be confirmed is over".to_owned(),
        }
    }
}
