//! Breadth first through every state that the bounds allow. The first broken promise ends it, with a shortest way there.

use std::collections::hash_map::Entry;
use std::fmt;

use super::healing::{Broken, Judge};
use super::scenario::Scenario;
use super::state::State;
use super::world::{Map, World};

/// What a search went through.
pub(crate) struct Report {
    scenario: &'static str,
    /// Distinct states of the whole.
    pub(crate) states: usize,
    steps: usize,
    depth: usize,
    shop: usize,
    bank: usize,
    real: usize,
    pairs: usize,
    ends: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scenario, states, steps, depth, shop, bank, real, pairs, ends } = self;
        write!(
            f,
            "{scenario}: {states} states, {steps} steps, {depth} deep; {shop} states of the shop, {bank} of the bank, \
             {pairs} pairs judged, {ends} of them followed to their end; {real} steps of the real code"
        )
    }
}

/// A broken promise and the way to it.
pub(crate) struct Counterexample {
    scenario: &'static str,
    states: usize,
    promise: String,
    way: Vec<String>,
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: a promise is broken, found among the first {} states:", self.scenario, self.states)?;
        writeln!(f, "  {}", self.promise)?;
        self.way.iter().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

/// Goes through every state of a scenario.
///
/// # Errors
/// The first broken promise.
pub(crate) fn search(scenario: Scenario) -> Result<Report, Counterexample> {
    let mut world = World::new(scenario);
    let mut judge = Judge::default();
    let mut known = Ways { states: vec![State::default()], from: vec![0], depth: vec![0], index: Map::default() };
    known.index.insert(State::default(), 0);
    let (mut at, mut steps) = (0, 0);
    while at < known.states.len() {
        let state = known.states[at];
        if let Err(broken) = judge.state(&mut world, &state) {
            return Err(known.way(&mut world, at, None, broken));
        }
        for (action, next) in state.next(&mut world) {
            steps += 1;
            match next {
                Ok(next) => known.add(next, at),
                Err(promise) => {
                    let last = Some(action.describe(&world, state.shop));
                    return Err(known.way(&mut world, at, last, Broken { promise, then: Vec::new() }));
                }
            }
        }
        at += 1;
    }
    let (shop, bank, real) = world.sizes();
    let (pairs, ends) = judge.sizes();
    let depth = known.depth.last().map_or(0, |depth| usize::from(*depth));
    let scenario = world.scenario.name;
    Ok(Report { scenario, states: known.states.len(), steps, depth, shop, bank, real, pairs, ends })
}

/// All known states, and from where each was reached first.
struct Ways {
    states: Vec<State>,
    from: Vec<u32>,
    depth: Vec<u16>,
    index: Map<State, u32>,
}

impl Ways {
    fn add(&mut self, state: State, from: usize) {
        let number = u32::try_from(self.states.len()).expect("fewer than four billion states");
        if let Entry::Vacant(place) = self.index.entry(state) {
            place.insert(number);
            self.states.push(state);
            self.from.push(u32::try_from(from).expect("fewer than four billion states"));
            self.depth.push(self.depth[from] + 1);
        }
    }

    /// The way to a state, found again step by step.
    fn way(&self, world: &mut World, to: usize, last: Option<String>, broken: Broken) -> Counterexample {
        let mut places = vec![to];
        while let Some(place) = places.last().copied().filter(|place| *place > 0) {
            places.push(self.from[place] as usize);
        }
        places.reverse();
        let mut way = Vec::new();
        for pair in places.windows(2) {
            let (before, after) = (self.states[pair[0]], self.states[pair[1]]);
            let mut steps = before.next(world).into_iter();
            let step = steps.find(|(_, next)| next.as_ref().is_ok_and(|next| *next == after));
            let words = step.map_or_else(|| "?".to_owned(), |(action, _)| action.describe(world, after.shop));
            way.push(format!("{}. {words}", way.len() / 2 + 1));
            way.push(format!("    {}", world.summary(after.shop, after.bank)));
        }
        way.extend(last.map(|words| format!("then {words}")));
        way.extend(broken.then);
        Counterexample { scenario: world.scenario.name, states: self.states.len(), promise: broken.promise, way }
    }
}
