//! Judges a run. Pure: whatever is wrong is a line of text, and no line means that the history is strictly serializable.
//!
//! The ledger's order is the claim; everything that clients were told is held against it:
//!
//! 1. **Exactly once.** Acknowledged transfers and the ledger's are the same ones, with the same facts and balances.
//! 2. **Arithmetic.** The ledger replayed from the opening balances gives the balances that it wrote down; none is ever
//!    negative. Each statement is the ledger as seen from its account.
//! 3. **Real time.** A transfer answered before another was sent stands before it.
//! 4. **Reads.** Each is the state after some transfer, in real time's bounds, and a later read never shows an earlier
//!    state. That the total is exact and nothing is negative follows; it is checked first by itself, as that is what a
//!    bank's customer would notice.
//! 5. **Refusals.** While the call ran, there was a moment with too little money.

use std::collections::HashMap;

use crate::history::{History, Line, Posted, Read, Window};

/// Everything that is wrong with a run.
pub(crate) fn judge(history: &History) -> Vec<String> {
    let mut wrong = Vec::new();
    exactly_once(history, &mut wrong);
    let states = States::replay(history, &mut wrong);
    statements(history, &mut wrong);
    let Some(bounds) = Bounds::of(history) else {
        // Without knowing which call made which transfer, nothing can be said about time.
        wrong.push("the ledger's transfers are not the acknowledged ones: times were not judged".to_owned());
        return wrong;
    };
    bounds.real_time(history, &mut wrong);
    reads(history, &states, &bounds, &mut wrong);
    refusals(history, &states, &bounds, &mut wrong);
    wrong
}

/// What is wrong with one read alone: money made or lost, or a balance below zero.
pub(crate) fn judge_read(read: &Read, total: i64) -> Option<String> {
    let sum: i64 = read.posted.iter().sum();
    if sum != total {
        return Some(format!("a read's total was {sum}, not {total}: {:?}", read.posted));
    }
    let negative = read.posted.iter().chain(&read.available).any(|balance| *balance < 0);
    negative.then(|| format!("a read showed a negative balance: {:?}, available {:?}", read.posted, read.available))
}

fn exactly_once(history: &History, wrong: &mut Vec<String>) {
    let mut posted: HashMap<&str, &Posted> = HashMap::with_capacity(history.ledger.len());
    for transfer in &history.ledger {
        if posted.insert(&transfer.id, transfer).is_some() {
            wrong.push(format!("{} stands in the ledger twice", transfer.id));
        }
    }
    for told in &history.acknowledged {
        match posted.remove(told.id.as_str()) {
            None => wrong.push(format!("{} was acknowledged, but is not in the ledger, or not once", told.id)),
            Some(found) if found.order != told.order => {
                wrong.push(format!("{} was ordered as {:?} and posted as {:?}", told.id, told.order, found.order));
            }
            Some(found) if found.from_balance != told.balance_after => {
                let (told_balance, kept) = (told.balance_after, found.from_balance);
                wrong.push(format!("{} told a balance of {told_balance}; the ledger says {kept}", told.id));
            }
            Some(_) => {}
        }
    }
    wrong.extend(posted.keys().map(|id| format!("{id} was never acknowledged, yet money moved")));
}

/// The balances after each of the ledger's transfers; the opening ones come first.
struct States {
    accounts: usize,
    balances: Vec<i64>,
}

impl States {
    fn replay(history: &History, wrong: &mut Vec<String>) -> Self {
        let accounts = history.opening.len();
        let mut now = history.opening.clone();
        let mut balances = now.clone();
        for Posted { order, id, from_balance, to_balance } in &history.ledger {
            now[order.from] -= order.minor;
            now[order.to] += order.minor;
            if (now[order.from], now[order.to]) != (*from_balance, *to_balance) {
                wrong.push(format!("{id} wrote down other balances than the transfers before it give"));
            }
            if now[order.from] < 0 {
                wrong.push(format!("{id} left a negative balance of {}", now[order.from]));
            }
            balances.extend_from_slice(&now);
        }
        Self { accounts, balances }
    }

    fn iter(&self) -> impl Iterator<Item = &[i64]> {
        self.balances.chunks(self.accounts.max(1))
    }

    fn balance(&self, position: usize, account: usize) -> i64 {
        self.balances[position * self.accounts + account]
    }
}

fn statements(history: &History, wrong: &mut Vec<String>) {
    let mut expected: Vec<Vec<Line>> = vec![Vec::new(); history.opening.len()];
    for Posted { order, id, from_balance, to_balance } in &history.ledger {
        let line = |minor, balance: &i64| Line { id: id.clone(), minor, balance_after: *balance };
        expected[order.from].push(line(-order.minor, from_balance));
        expected[order.to].push(line(order.minor, to_balance));
    }
    for (account, (expected, read)) in expected.iter().zip(&history.statements).enumerate() {
        if expected != read {
            let at = expected.iter().zip(read).take_while(|(a, b)| a == b).count();
            wrong.push(format!("the statement of account {account} differs from the ledger at line {at}"));
        }
    }
    if history.statements.len() != history.opening.len() {
        wrong.push("not every account's statement was read".to_owned());
    }
}

/// What real time allows: which of the ledger's positions a call may have seen. Position n is the state after n transfers.
struct Bounds {
    /// The window of each of the ledger's transfers, in its order.
    windows: Vec<Window>,
    /// By the end of transfers' windows: at least how many stood in the ledger by then.
    least: Vec<(u64, usize)>,
    /// By the beginning of transfers' windows: at most how many stood there before.
    most: Vec<(u64, usize)>,
}

impl Bounds {
    fn of(history: &History) -> Option<Self> {
        let told: HashMap<&str, Window> = history.acknowledged.iter().map(|t| (t.id.as_str(), t.window)).collect();
        let windows = history.ledger.iter().map(|t| told.get(t.id.as_str()).copied());
        let windows: Vec<Window> = windows.collect::<Option<_>>()?;
        let mut least: Vec<(u64, usize)> = windows.iter().enumerate().map(|(n, w)| (w.ended, n + 1)).collect();
        least.sort_unstable();
        let mut highest = 0;
        for (_, position) in &mut least {
            highest = highest.max(*position);
            *position = highest;
        }
        let mut most: Vec<(u64, usize)> = windows.iter().enumerate().map(|(n, w)| (w.began, n)).collect();
        most.sort_unstable();
        let mut lowest = windows.len();
        for (_, position) in most.iter_mut().rev() {
            lowest = lowest.min(*position);
            *position = lowest;
        }
        Some(Self { windows, least, most })
    }

    /// The first and the last position that a call with this window may have seen.
    fn around(&self, window: Window) -> (usize, usize) {
        let answered = self.least.partition_point(|(ended, _)| *ended < window.began);
        let unsent = self.most.partition_point(|(began, _)| *began <= window.ended);
        let first = if answered == 0 { 0 } else { self.least[answered - 1].1 };
        let last = self.most.get(unsent).map_or(self.windows.len(), |(_, position)| *position);
        (first, last)
    }

    fn real_time(&self, history: &History, wrong: &mut Vec<String>) {
        let mut earliest_end = u64::MAX;
        for (window, transfer) in self.windows.iter().zip(&history.ledger).rev() {
            if earliest_end < window.began {
                wrong.push(format!("{} stands before one that was answered before it was sent", transfer.id));
            }
            earliest_end = earliest_end.min(window.ended);
        }
    }
}

fn reads(history: &History, states: &States, bounds: &Bounds, wrong: &mut Vec<String>) {
    let total: i64 = history.opening.iter().sum();
    let mut positions: HashMap<&[i64], Vec<usize>> = HashMap::new();
    for (position, state) in states.iter().enumerate() {
        positions.entry(state).or_default().push(position);
    }
    let mut by_beginning: Vec<&Read> = history.reads.iter().collect();
    by_beginning.sort_by_key(|read| read.window.began);
    // Each read takes the earliest position that it may: that leaves the later ones the most room. Those that have
    // ended when the next one begins are a heap's work; at a handful of readers a list does.
    let (mut open, mut shown): (Vec<(u64, usize)>, usize) = (Vec::new(), 0);
    for read in by_beginning {
        if let Some(line) = judge_read(read, total) {
            wrong.push(line);
            continue;
        }
        let Window { began, ended } = read.window;
        shown = open.iter().filter(|(end, _)| *end < began).fold(shown, |most, (_, position)| most.max(*position));
        open.retain(|(end, _)| *end >= began);
        let (first, last) = bounds.around(read.window);
        let first = first.max(shown);
        let known = positions.get(read.posted.as_slice()).map_or(&[][..], Vec::as_slice);
        match known.get(known.partition_point(|position| *position < first)) {
            Some(position) if *position <= last => open.push((ended, *position)),
            _ if known.is_empty() => wrong.push(format!("a read showed what never was: {:?}", read.posted)),
            _ => wrong.push(format!("a read showed another time's balances: {:?}", read.posted)),
        }
    }
}

fn refusals(history: &History, states: &States, bounds: &Bounds, wrong: &mut Vec<String>) {
    for refused in &history.refused {
        let (first, last) = bounds.around(refused.window);
        let order = refused.order;
        if !(first..=last).any(|position| states.balance(position, order.from) < order.minor) {
            wrong.push(format!("{order:?} was refused for want of money that was there all the time"));
        }
    }
}

#[cfg(test)]
mod tests;
