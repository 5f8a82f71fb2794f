//! The bank against a naïve model: random sequences of commands, on memory, on SQLite and in plain maps, agree at every
//! step on what the caller is told and on all the money.
//!
//! - [`commands`]: what can happen, as it is drawn and as it is carried out; [`choosing`] leads from one to the other.
//! - [`reference`]: the model. Written from design/payments.md, without a look at `rules`: holds are summed up each
//!   time, and what is due ends at once.
//! - [`driver`]: carries the same commands out at a bank, one by one or as batches, and compares.
//! - [`forgetful`]: a store that does not keep what it should, to see that the test can fail.
//!
//! Not covered here: wrong PINs (the ladder has its own tests), other currencies, closed accounts, and refunds beyond
//! what the merchant has, which these commands cannot bring about.

mod choosing;
mod commands;
mod driver;
mod forgetful;
mod reference;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::support::Setup;
use commands::{Draw, Foreign, Op, draws};
use driver::Driver;
use forgetful::{FAULTS, Forgetful};
use reference::{Model, Told};

/// At most so many commands in a sequence: half of them on average, and as few as show a difference when one is found.
const STEPS: usize = 100;
/// At most so many batches, of up to a dozen commands each.
const BATCHES: usize = 20;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// The commands so far, one a line, and what each came to by the model.
#[derive(Default)]
struct Log(Vec<String>);

impl Log {
    fn add(&mut self, op: &Op, told: &Told) {
        self.0.push(format!("{:>3}. {op:?}\n       -> {told:?}", self.0.len() + 1));
    }

    fn but(&self, bank: &str, difference: &str) -> String {
        format!("{}\n     but {bank}: {difference}", self.0.join("\n"))
    }
}

/// Carries the sequence out in the model and at each bank. The error is the list of commands up to a difference.
fn one_by_one(draws: &[Draw], banks: &mut [Driver]) -> Result<(), String> {
    let (mut model, mut log) = (Model::new(), Log::default());
    for (n, draw) in draws.iter().enumerate() {
        for op in model.resolve(n, draw) {
            let expected = model.run(&op);
            log.add(&op, &expected);
            for bank in &mut *banks {
                let told = bank.run(&op);
                if told != expected {
                    return Err(log.but(bank.name, &format!("told {told:?}")));
                }
                bank.agrees_with(&model).map_err(|difference| log.but(bank.name, &difference))?;
            }
        }
    }
    Ok(())
}

/// The same with each chunk submitted to the gate at once; moving the clock ends a chunk early.
fn in_batches(chunks: &[Vec<Draw>], bank: &mut Driver) -> Result<(), String> {
    let (mut model, mut log, mut n) = (Model::new(), Log::default(), 0);
    for chunk in chunks {
        let mut batch: Vec<(Op, Told)> = Vec::new();
        for draw in chunk {
            for op in model.resolve(n, draw) {
                if let Op::Clock { .. } = op {
                    submit(&mut batch, &model, bank, &log)?;
                    bank.run(&op);
                }
                let expected = model.run(&op);
                log.add(&op, &expected);
                if !matches!(op, Op::Clock { .. }) {
                    batch.push((op, expected));
                }
            }
            n += 1;
        }
        submit(&mut batch, &model, bank, &log)?;
        bank.agrees_with(&model).map_err(|difference| log.but(bank.name, &difference))?;
    }
    Ok(())
}

fn submit(batch: &mut Vec<(Op, Told)>, model: &Model, bank: &mut Driver, log: &Log) -> Result<(), String> {
    let told = bank.run_together(batch, model);
    let size = batch.len();
    for (i, ((op, expected), told)) in batch.drain(..).zip(told).enumerate() {
        if told != expected {
            return Err(log.but(bank.name, &format!("told {told:?} by {op:?}, number {} of {size} at once", i + 1)));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn memory_agrees(draws in prop::collection::vec(draws(Foreign::Too), 1..=STEPS)) {
        let mut banks = [Driver::new("memory", Setup::default())];
        one_by_one(&draws, &mut banks).map_err(TestCaseError::fail)?;
    }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn batches_agree(
        chunks in prop::collection::vec(prop::collection::vec(draws(Foreign::Never), 1..=12), 1..=BATCHES)
    ) {
        in_batches(&chunks, &mut Driver::new("memory, in batches", Setup::default())).map_err(TestCaseError::fail)?;
        let each: Vec<Draw> = chunks.concat();
        one_by_one(&each, &mut [Driver::new("memory", Setup::default())]).map_err(TestCaseError::fail)?;
    }
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn sqlite_agrees(draws in prop::collection::vec(draws(Foreign::Too), 1..=STEPS)) {
        let dir = tempfile::tempdir().expect("a directory");
        let sqlite = Driver::new("sqlite", Setup::sqlite(&dir.path().join("bank.db")));
        one_by_one(&draws, &mut [Driver::new("memory", Setup::default()), sqlite]).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn sqlite_batches_agree(
        chunks in prop::collection::vec(prop::collection::vec(draws(Foreign::Never), 1..=12), 1..=BATCHES)
    ) {
        let dir = tempfile::tempdir().expect("a directory");
        let sqlite = Setup::sqlite(&dir.path().join("bank.db"));
        in_batches(&chunks, &mut Driver::new("sqlite, in batches", sqlite)).map_err(TestCaseError::fail)?;
    }
}

// ── Whether the tests above can fail ─────────────────────────────────────────────────────────────────────────────────

/// Sequences that are the same at every run.
fn fixed_sequences(count: usize) -> Vec<Vec<Draw>> {
    let mut runner = TestRunner::deterministic();
    let strategy = prop::collection::vec(draws(Foreign::Too), 1..=STEPS);
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("draws").current()).collect()
}

/// What is drawn gets into every state and meets every refusal that it can, first and again.
#[test]
fn sequences_go_everywhere() {
    let mut seen = BTreeSet::new();
    for draws in fixed_sequences(128) {
        let mut model = Model::new();
        for (n, draw) in draws.iter().enumerate() {
            for op in model.resolve(n, draw) {
                let (word, again) = match model.run(&op) {
                    Told::Receipt { again, .. } => ("posted", again),
                    Told::Refused(code) => (code, false),
                    Told::Payment { refusal: Some(code), again, .. } => (code, again),
                    Told::Payment { state, again, .. } => (state.name(), again),
                    Told::Account { .. } | Told::Done | Told::Failed(_) => continue,
                };
                seen.insert(if again { format!("{word} again") } else { word.to_owned() });
            }
        }
        seen.extend(model.payments.iter().map(|payment| payment.state.name().to_owned()));
    }
    let expected = [
        "account-frozen",
        "account-frozen again",
        "account-not-found",
        "already-captured",
        "already-captured again",
        "amount-not-positive",
        "authorized",
        "authorized again",
        "cancelled",
        "captured",
        "captured again",
        "daily-deposit-limit",
        "declined",
        "exceeds-captured",
        "exceeds-captured again",
        "exceeds-remaining",
        "exceeds-remaining again",
        "expired",
        "idempotency-key-reuse",
        "insufficient-funds",
        "insufficient-funds again",
        "not-authorized",
        "not-captured",
        "not-captured again",
        "payee-not-found",
        "payment-not-found",
        "posted",
        "posted again",
        "requires-approval",
        "requires-approval again",
        "same-account",
        "voided",
        "voided again",
        "wrong-state",
        "wrong-state again",
    ];
    let missing: Vec<&str> = expected.into_iter().filter(|word| !seen.contains(*word)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "of {seen:?}");
}

/// A bank whose store forgets something is found out, and the finding lists the commands.
#[test]
fn a_forgetful_store_is_noticed() {
    let sequences = fixed_sequences(32);
    for (what, fault) in FAULTS {
        let noticed = sequences.iter().find_map(|draws| {
            let setup = Setup { store: Forgetful::new(fault), ..Setup::default() };
            one_by_one(draws, &mut [Driver::new(what, setup)]).err()
        });
        let report = noticed.unwrap_or_else(|| panic!("a store that {what} went unnoticed"));
        assert!(report.starts_with("  1. ") && report.contains(&format!("but {what}: ")), "{report}");
    }
}
