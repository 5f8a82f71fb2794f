//! Kill trials: the real programs on real SQLite files, killed again and again while customers buy over HTTP.
//!
//!     cargo build --release -p bank-site -p shop-site --features failpoints
//!     cargo run --release -p examples --example kill_trials -- --trials 200 --seed 1
//!
//! Each trial starts a bank and a shop on a fresh folder. Customers register, deposit, buy, cancel, withdraw and
//! transfer; bank, shop or both die by `kill -9` at a random moment or at a fail point (kit/core/src/failpoint.rs), some
//! of them once more while they recover, and are started again. When every order is decided, what the customers were
//! told is counted against their statements, the ledger and the shop's orders.
//!
//! - `plan`: who does what and who dies when, from the seed.
//! - `trial`: one trial; `scene`: who is up and who dies; `site`: a process.
//! - `customer`, `client`: what customers do; `book`: what they were told.
//! - `count`: the judgement; `report`: the figures.
//!
//! The same seed gives the same plans. The moment of a kill is a number of requests and a delay, and at which
//! instruction it meets a program is up to the machine: a trial that is repeated is alike, not the same.
//!
//! Exit codes: 0 nothing lost, nothing doubled, all in time; 1 a violation; 2 it could not be tried.

mod book;
mod client;
mod count;
mod customer;
mod plan;
mod report;
mod rng;
mod scene;
mod site;
mod trial;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use clap::Parser;
use plan::Plan;
use report::Report;
use site::Programs;

/// Kills a bank and a shop again and again, and counts the money.
#[derive(Parser)]
#[command(name = "kill_trials")]
struct Settings {
    /// How many trials
    #[arg(long, default_value_t = 200)]
    trials: usize,
    /// From what everything is chosen
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only the trial with this number, from 0
    #[arg(long)]
    only: Option<usize>,
    /// How many trials run at a time: most of a trial is waiting [default: three for each core]
    #[arg(long)]
    at_once: Option<usize>,
    /// The folder of bank-site and shop-site, built with the feature failpoints [default: above this program's]
    #[arg(long)]
    programs: Option<PathBuf>,
    /// End with 1 also where a program took longer than 2 s to start again: for a machine that does nothing else
    #[arg(long)]
    hold_to_times: bool,
    /// Cuts acknowledged commits off the bank's log after its kill, as a disk does that lies: must be found out
    #[arg(long)]
    sabotage: bool,
}

fn main() -> ExitCode {
    match run(Settings::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(line) => {
            eprintln!("kill_trials: {line}");
            ExitCode::from(2)
        }
    }
}

fn run(settings: Settings) -> Result<bool, String> {
    let programs = Programs::find(settings.programs.clone())?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let trials = match settings.only {
        Some(only) => only..only + 1,
        None => 0..settings.trials,
    };
    let next = AtomicUsize::new(trials.start);
    let report = Mutex::new(Report::default());
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..settings.at_once.unwrap_or(3 * cores).clamp(1, trials.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let trial = next.fetch_add(1, Ordering::Relaxed);
                    if trial >= trials.end {
                        break;
                    }
                    one(trial, &settings, &programs, &report);
                }
            });
        }
    });
    let report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    let clean = report.is_clean() && !(settings.hold_to_times && report.slow_recoveries() > 0);
    print!("{}", report.text());
    println!("{} trials with seed {} took {:.0} s", trials.len(), settings.seed, began.elapsed().as_secs_f64());
    Ok(clean)
}

/// A trial, told in full where it failed. Its folder is kept then.
fn one(trial: usize, settings: &Settings, programs: &Programs, report: &Mutex<Report>) {
    let mut outcome = trial::Outcome::default();
    let folder = tempfile::Builder::new().prefix(&format!("kill-trial-{trial}-")).tempdir();
    let plan = Plan::new(settings.seed, trial);
    let mut kept = None;
    match folder {
        Ok(folder) => {
            outcome = run_guarded(&plan, programs, folder.path(), settings.sabotage);
            if !outcome.violations.is_empty() {
                kept = Some(folder.keep());
            }
        }
        Err(error) => outcome.violations.push(format!("cannot make a folder: {error}")),
    }
    let aim = if settings.sabotage { None } else { plan::target_of(trial) };
    report.lock().unwrap_or_else(PoisonError::into_inner).add(aim, &outcome);
    if outcome.violations.is_empty() {
        return;
    }
    let mut told =
        format!("trial {trial} with seed {} failed: {:?}, then {:?}\n", settings.seed, plan.kill, plan.again);
    for violation in &outcome.violations {
        told += &format!("  {violation}\n");
    }
    if let Some(folder) = kept {
        told += &format!("  its files: {}\n", folder.display());
    }
    let sabotage = if settings.sabotage { " --sabotage" } else { "" };
    let repeat = format!("--seed {} --only {trial}{sabotage}", settings.seed);
    told += &format!("  again (the same plan): cargo run --release -p examples --example kill_trials -- {repeat}\n");
    // Whole, so that trials at a time do not mix their words. A closed pipe is no reason to stop.
    let _ = std::io::stdout().write_all(told.as_bytes());
}

/// A panic is a failure of that trial; the programs that it started are killed on the way.
fn run_guarded(plan: &Plan, programs: &Programs, folder: &Path, sabotage: bool) -> trial::Outcome {
    let caught =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| trial::run(plan, programs, folder, sabotage)));
    caught.unwrap_or_else(|_| trial::Outcome {
        violations: vec!["the trial itself panicked".to_owned()],
        ..trial::Outcome::default()
    })
}
