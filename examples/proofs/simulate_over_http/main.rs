//! Runs the simulation of a shop and its bank (`shop_core::testing::simulation`) with what stands between them in
//! production: the shop's HTTP adapter and the bank's whole site. The simulated network carries whole requests and
//! answers; it loses, delays, repeats and reorders them, and after every step no money and no order may be lost.
//!
//!     cargo run --release -p proofs --bin simulate_over_http -- --seeds 2000
//!
//! A broken promise is printed with the command that repeats its run, step by step.

mod line;
mod site;

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use clap::Parser;
use shop_core::testing::simulation::{Options, Report, Violation, Wiring, run};

/// Simulates a shop and its bank, with HTTP between them and everything broken that can break.
#[derive(Parser)]
struct Arguments {
    /// How many seeds to run
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Run this seed alone and print every step
    #[arg(long, conflicts_with_all = ["seeds", "first"])]
    seed: Option<u64>,
    /// Steps of each run: one step is one decision about who goes on, what arrives, what breaks
    #[arg(long, default_value_t = 200)]
    steps: u32,
    /// How many runs at a time [default: one a core]
    #[arg(long)]
    threads: Option<usize>,
}

/// How one run goes; what it keeps between two requests is its own.
fn options(steps: u32, trace: bool) -> Options {
    Options { steps, wiring: Wiring::Over(Arc::new(line::http_gateway())), trace, ..Options::default() }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.seed {
        return match run(seed, &options(arguments.steps, true)) {
            Ok(report) => {
                println!("{report:#?}");
                ExitCode::SUCCESS
            }
            Err(violation) => told(&violation, &arguments),
        };
    }
    let threads = arguments.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let began = Instant::now();
    let next = AtomicU64::new(arguments.first);
    let end = arguments.first.saturating_add(arguments.seeds);
    let (total, failed) = (Mutex::new(Report::default()), Mutex::new(None::<Violation>));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || failed.lock().is_ok_and(|failed| failed.is_some()) {
                        break;
                    }
                    match run(seed, &options(arguments.steps, false)) {
                        Ok(report) => {
                            let mut total = total.lock().expect("no thread panics with it");
                            *total = total.and(report);
                        }
                        Err(violation) => *failed.lock().expect("no thread panics with it") = Some(violation),
                    }
                }
            });
        }
    });
    if let Some(violation) = failed.into_inner().expect("no thread panics with it") {
        let done = next.into_inner().min(end) - arguments.first;
        println!("after {done} seeds and {:.1} s:", began.elapsed().as_secs_f64());
        return told(&violation, &arguments);
    }
    let (report, seconds) = (total.into_inner().expect("no thread panics with it"), began.elapsed().as_secs_f64());
    println!("{} seeds of {} steps: no promise broken", arguments.seeds, arguments.steps);
    println!("{report:#?}");
    println!("{seconds:.1} s; {:.0} steps/s", report.steps as f64 / seconds);
    ExitCode::SUCCESS
}

fn told(violation: &Violation, arguments: &Arguments) -> ExitCode {
    println!("BROKEN: {violation}");
    println!("again, step by step:");
    println!(
        "  cargo run --release -p proofs --bin simulate_over_http -- --seed {} --steps {}",
        violation.seed, arguments.steps
    );
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_promise_is_broken_over_http() {
        let mut total = Report::default();
        for seed in 1..=30 {
            let report = run(seed, &options(200, false)).unwrap_or_else(|violation| panic!("{violation}"));
            total = total.and(report);
        }
        // That nothing was broken says something only where enough happened.
        let counts = [total.orders, total.paid, total.not_paid, total.in_doubt, total.transfers, total.crashes];
        assert!(counts.iter().all(|count| *count > 15), "{total:?}");
    }

    #[test]
    fn the_same_seed_is_the_same_run_over_http() {
        for seed in [5, 6, 7] {
            assert_eq!(run(seed, &options(400, false)), run(seed, &options(400, false)), "seed {seed}");
        }
    }
}
