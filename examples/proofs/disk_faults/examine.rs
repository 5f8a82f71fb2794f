//! What a bank finds on a disk, against what its callers had been told.
//!
//! - The file opens by the program's own way, and SQLite finds it whole.
//! - `check` proves the ledger.
//! - Every acknowledged movement is there once, with its parties and amount; its key gives the first answer again.
//! - What was answered with "not committed" is not there; what was not answered, or with "unknown", is there once or not
//!   at all, and asking again under the same key settles it.
//! - Nothing is there that was never asked.

use std::collections::HashMap;
use std::path::Path;

use bank_core::store::StoreExt;
use bank_core::store::sqlite::SqliteStore;
use bank_core::{Bank, check};

use crate::script::{Movement, Row};
use crate::story::{Known, Story};
use crate::workload::{customers, open};

/// What was found wrong.
#[derive(Debug, Default, Clone)]
pub(crate) struct Findings {
    /// What was acknowledged is not there, or not as acknowledged.
    pub(crate) lost: Vec<String>,
    /// Anything else.
    pub(crate) wrong: Vec<String>,
}

impl Findings {
    pub(crate) fn is_clean(&self) -> bool {
        self.lost.is_empty() && self.wrong.is_empty()
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = &String> {
        self.lost.iter().chain(&self.wrong)
    }
}

/// How many acknowledged movements are asked again, counted from the newest.
pub(crate) enum Replays {
    All,
    Newest(usize),
}

/// Examines a database that no program has open. Afterwards everything asked is settled in it.
pub(crate) fn examine(database: &Path, story: &Story, seed: u64, replays: Replays) -> Findings {
    let mut findings = Findings::default();
    if let Err(problem) = try_to(database, story, seed, &replays, &mut findings) {
        findings.wrong.push(problem);
    }
    findings
}

fn try_to(database: &Path, story: &Story, seed: u64, replays: &Replays, findings: &mut Findings) -> Result<(), String> {
    {
        let store = SqliteStore::open(database).map_err(|e| format!("does not open: {e}"))?;
        compare(&store, story, findings).map_err(|e| format!("does not read: {e}"))?;
    }
    {
        let bank = open(database, 1_000_000 + seed, None, 1).map_err(|e| format!("does not open: {e}"))?;
        let settled = ask_again(&bank, story, replays, findings);
        drop(bank);
        let store = SqliteStore::open(database).map_err(|e| format!("does not open again: {e}"))?;
        compare(&store, &settled, findings).map_err(|e| format!("does not read again: {e}"))?;
    }
    let problems = kit_sqlite::testing::integrity_problems(database).map_err(|e| format!("cannot be checked: {e}"))?;
    findings.wrong.extend(problems);
    Ok(())
}

fn compare(store: &SqliteStore, story: &Story, findings: &mut Findings) -> bank_core::Result<()> {
    findings.wrong.extend(check(store, |_| {})?.violations);
    let transfers = store.view(|tx| Ok(tx.transfers_after(0, usize::MAX)?))?;
    let mut found: HashMap<Row, usize> = HashMap::new();
    for t in &transfers {
        let row = Row { kind: t.kind, debit: t.debit, credit: t.credit, minor: t.amount.minor };
        *found.entry(row).or_default() += 1;
    }
    for (n, known) in &story.movements {
        let Some(row) = Movement::nth(*n, customers()).row(&story.world) else { continue };
        let count = found.remove(&row).unwrap_or_default();
        match known {
            Known::Acknowledged(_) if count != 1 => {
                findings.lost.push(format!("movement {n} was acknowledged, and is there {count} times"));
            }
            Known::NotCommitted(_) if count != 0 => {
                findings.wrong.push(format!("movement {n} did not happen, and is there {count} times"));
            }
            Known::Asked | Known::Unknown(_) if count > 1 => {
                findings.wrong.push(format!("movement {n} is there {count} times"));
            }
            _ => {}
        }
    }
    findings.wrong.extend(found.keys().map(|row| format!("nobody asked for {row:?}")));
    for (_, account) in &story.world.customers {
        if store.view(|tx| Ok(tx.account(*account)?))?.is_none() {
            findings.lost.push(format!("account {account:?} was opened, and is not there"));
        }
    }
    Ok(())
}

/// Asks for everything unsettled, and for some of what is settled, under the same keys; returns what is known then.
fn ask_again(bank: &Bank, story: &Story, replays: &Replays, findings: &mut Findings) -> Story {
    let mut settled = story.clone();
    let acknowledged = story.movements.values().filter(|known| matches!(known, Known::Acknowledged(_))).count();
    let skipped = if let Replays::Newest(count) = replays { acknowledged.saturating_sub(*count) } else { 0 };
    let mut seen = 0;
    for (n, known) in &story.movements {
        let before = if let Known::Acknowledged(id) = known {
            seen += 1;
            Some(id)
        } else {
            None
        };
        if before.is_some() && seen <= skipped {
            continue;
        }
        let answer = Movement::nth(*n, customers()).ask(bank, &story.world);
        match (answer, before) {
            (Ok(done), Some(id)) if !done.replayed || done.id != *id => {
                findings.lost.push(format!("movement {n} was acknowledged, and its key does not know it"));
            }
            (Ok(done), _) => {
                settled.movements.insert(*n, Known::Acknowledged(done.id));
            }
            (Err(error), Some(_)) => findings.lost.push(format!("movement {n} was acknowledged, and its key: {error}")),
            (Err(error), None) => findings.wrong.push(format!("movement {n} cannot be settled: {error}")),
        }
    }
    settled
}
