//! What a run of trials came to, in figures.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::count::Counted;
use crate::customer::decimal;
use crate::plan::{self, Program};
use crate::trial::Outcome;
use crate::trial::RECOVERY;

#[derive(Default)]
pub(crate) struct Report {
    trials: u32,
    failed: u32,
    violations: usize,
    kills: [u32; 2],
    hits: BTreeMap<(Program, &'static str), u32>,
    /// Fail points that some trial was about.
    aimed: BTreeMap<(Program, &'static str), u32>,
    recoveries: Vec<Duration>,
    agreements: Vec<Duration>,
    requests: usize,
    unanswered: usize,
    counted: Counted,
}

impl Report {
    pub(crate) fn add(&mut self, aim: Option<(Program, &'static str)>, outcome: &Outcome) {
        self.trials += 1;
        self.failed += u32::from(!outcome.violations.is_empty());
        self.violations += outcome.violations.len();
        for (sum, kills) in self.kills.iter_mut().zip(outcome.kills) {
            *sum += kills;
        }
        for hit in &outcome.hits {
            *self.hits.entry(*hit).or_default() += 1;
        }
        if let Some(aim) = aim {
            *self.aimed.entry(aim).or_default() += 1;
        }
        self.recoveries.extend(&outcome.recoveries);
        self.agreements.extend(outcome.agreement);
        self.requests += outcome.requests;
        self.unanswered += outcome.unanswered;
        let (sum, one) = (&mut self.counted, &outcome.counted);
        sum.acknowledged += one.acknowledged;
        sum.orders += one.orders;
        sum.payments += one.payments;
        sum.refunds += one.refunds;
        sum.movements += one.movements;
        sum.moved += one.moved;
    }

    /// Fail points that trials were about and that none has met: nobody comes there any more, or too late.
    pub(crate) fn never_met(&self) -> Vec<String> {
        let missed = self.aimed.keys().filter(|aim| !self.hits.contains_key(aim));
        missed.map(|(program, point)| format!("{point} in {}", program.name())).collect()
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.violations == 0 && self.never_met().is_empty()
    }

    /// How many starts took longer than is promised. A machine that does much else may be the reason.
    pub(crate) fn slow_recoveries(&self) -> usize {
        self.recoveries.iter().filter(|took| **took > RECOVERY).count()
    }

    pub(crate) fn text(mut self) -> String {
        let mut text = String::new();
        let mut line = |words: String| {
            let _ = writeln!(text, "{words}");
        };
        let never_met = self.never_met();
        let hits: u32 = self.hits.values().sum();
        line(format!("trials: {}, of which failed: {}", self.trials, self.failed));
        let [bank, shop] = self.kills;
        line(format!("deaths: bank-site killed {bank}, shop-site killed {shop}, at fail points {hits}:"));
        for (program, point) in plan::targets() {
            let (hits, aimed) = (self.hits.get(&(program, point)), self.aimed.get(&(program, point)));
            let (hits, aimed) = (hits.copied().unwrap_or(0), aimed.copied().unwrap_or(0));
            if hits == 0 && aimed == 0 {
                continue;
            }
            line(format!("  {point:<26} {:<9} {hits:>5} deaths in {aimed:>4} trials about it", program.name()));
        }
        line(format!("requests: {}, without an answer: {}", self.requests, self.unanswered));
        let Counted { acknowledged, orders, payments, refunds, movements, moved } = self.counted;
        line(format!("orders: {orders}, acknowledged as paid: {acknowledged}"));
        line(format!(
            "payments captured: {payments}, given back: {refunds}, other movements acknowledged: {movements}"
        ));
        line(format!("money moved: {} EUR", decimal(moved)));
        line(format!("recovery, from start to the first healthy answer: {}", percentiles(&mut self.recoveries)));
        let slow = self.slow_recoveries();
        line(format!("  of these longer than {RECOVERY:?}: {slow}"));
        line(format!("agreement, from start to all orders decided: {}", percentiles(&mut self.agreements)));
        for missed in never_met {
            line(format!("no trial has met the fail point {missed}"));
        }
        line(format!("violations: {}", self.violations));
        text
    }
}

fn percentiles(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let Some(last) = times.len().checked_sub(1) else { return "none measured".to_owned() };
    // The nearest rank: the smallest time that so many percent of all do not exceed.
    let at = |percent: usize| times[(times.len() * percent).div_ceil(100).saturating_sub(1)].as_secs_f64();
    let (half, most, all) = (at(50), at(99), times[last].as_secs_f64());
    format!("p50 {half:.3} s, p99 {most:.3} s, max {all:.3} s ({} measured)", times.len())
}
