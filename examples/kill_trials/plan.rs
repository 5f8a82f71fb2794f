//! What happens in one trial: who buys what, and who dies when. All of it follows from the seed and the trial's number.

use std::time::Duration;

use kit_core::failpoint;

use crate::rng::Rng;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Program {
    Bank,
    Shop,
}

impl Program {
    pub(crate) const BOTH: [Self; 2] = [Self::Bank, Self::Shop];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bank => "bank-site",
            Self::Shop => "shop-site",
        }
    }
}

/// The first death.
#[derive(Debug, Clone)]
pub(crate) enum Kill {
    /// kill -9, so long after the customers have sent so many requests.
    AtRequest { whom: Vec<Program>, request: usize, after: Duration },
    /// The program dies by itself, when it comes to a fail point for the so-many-th time.
    AtPoint { program: Program, point: &'static str, hit: u32 },
    /// The bank dies while its data is made, in its operator's first command.
    MakingBank { death: FirstDeath },
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum FirstDeath {
    After(Duration),
    AtPoint(&'static str),
}

/// Another death of a program that has just been started again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Again {
    pub(crate) program: Program,
    pub(crate) how: FirstDeath,
}

impl Kill {
    pub(crate) fn is_at(&self, whose: Program, place: &str) -> bool {
        matches!(self, Self::AtPoint { program, point, .. } if *program == whose && *point == place)
    }
}

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) kill: Kill,
    pub(crate) again: Option<Again>,
    /// How long a dead program stays down: bank, shop.
    pub(crate) down: [Duration; 2],
    /// With the programs' own settings a doubtful payment is settled after 20 seconds; most trials have shorter ones.
    pub(crate) own_settings: bool,
    /// A reservation of a few seconds, so that it runs out within the trial.
    pub(crate) short_reservation: bool,
    pub(crate) customers: Vec<Vec<Step>>,
}

/// What a customer does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) what: What,
    /// Whoever is not patient never comes back after a request without an answer.
    pub(crate) patient: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    Buy {
        product: usize,
        units: u32,
        cancel: bool,
    },
    /// More than there is in the account.
    BuyTooMuch {
        then: Then,
    },
    Withdraw {
        euros: i64,
    },
    /// To the so-many-th other customer.
    Transfer {
        euros: i64,
        to: usize,
    },
}

/// What a customer does about a declined order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    Leave,
    Cancel,
    DepositAndPay,
}

/// Every fail point in every program that has it.
pub(crate) fn targets() -> Vec<(Program, &'static str)> {
    let mut targets = Vec::new();
    for name in failpoint::NAMES {
        match name.split('.').next() {
            Some("gate" | "sqlite") => targets.extend(Program::BOTH.map(|program| (program, *name))),
            Some("ledger" | "pin" | "bank-api" | "key-file") => targets.push((Program::Bank, *name)),
            _ => targets.push((Program::Shop, *name)),
        }
    }
    targets
}

/// Of five trials three are about a fail point, each in turn, and two about a random moment.
pub(crate) fn target_of(trial: usize) -> Option<(Program, &'static str)> {
    let targets = targets();
    (trial % 5 < 3).then(|| targets[(trial / 5 * 3 + trial % 5) % targets.len()])
}

impl Plan {
    pub(crate) fn new(seed: u64, trial: usize) -> Self {
        let rng = Rng::of_trial(seed, trial);
        let customers: Vec<Vec<Step>> = {
            let count = rng.between(2..=4) as usize;
            (0..count).map(|me| steps(&rng, me, count)).collect()
        };
        let (kill, again) = match target_of(trial) {
            Some((program, point)) => at_point(&rng, program, point),
            None => (at_random(&rng, trial, &customers), None),
        };
        let again = again.or_else(|| one_more(&rng, &kill));
        Self {
            short_reservation: kill.is_at(Program::Shop, "sweep.reservation-due") || rng.one_in(4),
            down: [bank_down(&rng, &kill), rng.millis(0..=300)],
            kill,
            again,
            own_settings: trial % 20 == 19,
            customers,
        }
    }
}

fn steps(rng: &Rng, me: usize, customers: usize) -> Vec<Step> {
    let mut steps: Vec<What> = (0..rng.between(3..=5))
        .map(|_| What::Buy {
            product: rng.between(0..=3) as usize,
            units: rng.between(1..=2) as u32,
            cancel: rng.one_in(4),
        })
        .collect();
    // One cancels and one goes without money in every trial, so that their fail points are met in each.
    if me == 0 {
        steps[0] = What::Buy { product: 0, units: 1, cancel: true };
        steps[1] = What::Buy { product: 1, units: 1, cancel: true };
    }
    let mut insert = |what| {
        let at = rng.between(0..=steps.len() as u64) as usize;
        steps.insert(at, what);
    };
    insert(What::Withdraw { euros: rng.between(1..=20) as i64 });
    let to = (me + 1 + rng.between(0..=(customers as u64 - 2)) as usize) % customers;
    insert(What::Transfer { euros: rng.between(1..=20) as i64, to });
    let then = if me == 1 { Then::Leave } else { rng.pick(&[Then::Leave, Then::Cancel, Then::DepositAndPay]) };
    insert(What::BuyTooMuch { then });
    // The first two steps of the first customer are those that must happen, so nobody walks away from them.
    steps.into_iter().map(|what| Step { what, patient: !rng.one_in(8) }).collect()
}

/// Roughly how many requests the customers send in all.
fn requests(customers: &[Vec<Step>]) -> u64 {
    let of = |step: &Step| match step.what {
        What::Buy { cancel, .. } => 3 + u64::from(cancel),
        What::BuyTooMuch { .. } => 4,
        What::Withdraw { .. } | What::Transfer { .. } => 1,
    };
    customers.iter().map(|steps| 3 + steps.iter().map(of).sum::<u64>()).sum()
}

fn at_random(rng: &Rng, trial: usize, customers: &[Vec<Step>]) -> Kill {
    if rng.one_in(10) {
        return Kill::MakingBank { death: FirstDeath::After(rng.millis(0..=60)) };
    }
    let whom = match trial / 5 % 3 {
        0 => vec![Program::Bank],
        1 => vec![Program::Shop],
        _ => Program::BOTH.to_vec(),
    };
    Kill::AtRequest { whom, request: rng.between(1..=requests(customers)) as usize, after: rng.millis(0..=40) }
}

/// The death at a fail point, and what has to come before it where it lies in the recovery from another death.
fn at_point(rng: &Rng, program: Program, point: &'static str) -> (Kill, Option<Again>) {
    let here = |most| Kill::AtPoint { program, point, hit: rng.between(1..=most) as u32 };
    let after = |firsts: &[&'static str], most| {
        let first = Kill::AtPoint { program, point: rng.pick(firsts), hit: rng.between(1..=most) as u32 };
        (first, Some(Again { program, how: FirstDeath::AtPoint(point) }))
    };
    match point {
        "key-file.written" => (Kill::MakingBank { death: FirstDeath::AtPoint(point) }, None),
        // At the first start, or at the one after a death.
        "sqlite.migrating" | "sqlite.opened" => match (rng.one_in(2), program) {
            (true, Program::Bank) => (Kill::MakingBank { death: FirstDeath::AtPoint(point) }, None),
            (true, Program::Shop) => (here(1), None),
            (false, _) => after(&["sqlite.before-commit", "sqlite.committed"], 20),
        },
        "sweep.attempt-claimed" | "sweep.bank-answered" => {
            after(&["checkout.order-recorded", "checkout.bank-answered"], 4)
        }
        "sweep.refund-claimed" => after(&["refund.recorded", "refund.bank-answered"], 2),
        "sweep.reservation-due" => (here(1), None),
        "refund.recorded" | "refund.bank-answered" => (here(2), None),
        "mail.handed-over" => (here(2), None),
        "bank-api.movement-decided" => (here(4), None),
        "bank-api.payment-decided" | "pin.try-committed" | "pin.hashed" => (here(6), None),
        _ if point.starts_with("checkout.") => (here(6), None),
        // From the first registration to the last payments: each takes one turn of the gate and up to three commits.
        _ if program == Program::Bank && point.starts_with("sqlite.") => (here(40), None),
        _ if program == Program::Bank => (here(16), None),
        _ => (here(20), None),
    }
}

/// How long a dead bank stays down. The shop's sweep asks about a doubtful payment within four seconds, and must sometimes
/// find nobody there: above all where the bank has just taken the money and not said so.
fn bank_down(rng: &Rng, kill: &Kill) -> Duration {
    let unsaid = ["gate.posted", "sqlite.committed", "bank-api.payment-decided"];
    let one_in = if unsaid.iter().any(|point| kill.is_at(Program::Bank, point)) { 2 } else { 8 };
    if rng.one_in(one_in) { rng.millis(4_000..=6_000) } else { rng.millis(0..=300) }
}

/// In one of three trials somebody dies again while recovering.
fn one_more(rng: &Rng, kill: &Kill) -> Option<Again> {
    let program = match kill {
        Kill::AtRequest { whom, .. } => rng.pick(whom),
        Kill::AtPoint { program, .. } => *program,
        Kill::MakingBank { .. } => return None,
    };
    rng.one_in(3).then(|| Again { program, how: FirstDeath::After(rng.millis(0..=250)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_trials_are_about_every_fail_point() {
        let mut left = targets();
        assert!(left.len() >= failpoint::NAMES.len());
        for trial in 0..60 {
            left.retain(|target| target_of(trial) != Some(*target));
        }
        assert_eq!(left, []);
    }

    #[test]
    fn the_same_seed_gives_the_same_plans() {
        let run = |seed| (0..20).map(|trial| format!("{:?}", Plan::new(seed, trial))).collect::<Vec<_>>();
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
    }
}
