//! Runs a whole shop and a whole bank from one seed each, breaks whatever can break, and checks after every step that
//! no money and no order was lost.
//!
//!     cargo run --release -p shop-core --example simulate -- --seeds 10000
//!
//! A broken promise is printed with the command that repeats its run, step by step.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use clap::{Parser, ValueEnum};
use shop_core::testing::simulation::{Options, Report, Violation, Wiring, run};

/// Simulates a shop and its bank, with everything broken that can break.
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
    /// How the shop reaches the bank
    #[arg(long, value_enum, default_value_t = Between::Turns)]
    between: Between,
    /// How many runs at a time [default: one a core]
    #[arg(long)]
    threads: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Between {
    /// Two programs and a network
    Apart,
    /// One program
    OneProgram,
    /// Every fourth seed in one program, the others apart
    Turns,
}

impl Between {
    fn of(self, seed: u64) -> Wiring {
        match self {
            Self::OneProgram => Wiring::OneProgram,
            Self::Turns if seed.is_multiple_of(4) => Wiring::OneProgram,
            Self::Apart | Self::Turns => Wiring::Apart,
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let options = |seed, trace| Options {
        steps: arguments.steps,
        wiring: arguments.between.of(seed),
        trace,
        ..Options::default()
    };
    if let Some(seed) = arguments.seed {
        return match run(seed, &options(seed, true)) {
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
                    match run(seed, &options(seed, false)) {
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
    let between = arguments.between.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
    println!("BROKEN: {violation}");
    println!("again, step by step:");
    println!(
        "  cargo run --release -p shop-core --example simulate -- --seed {} --steps {} --between {between}",
        violation.seed, arguments.steps
    );
    ExitCode::FAILURE
}
