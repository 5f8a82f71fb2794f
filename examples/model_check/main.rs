//! Checks the payment protocol exhaustively within bounds: `cargo run --release -p shop-core --example model_check`.
//!
//! `model_check [quick|ci|long|what-if] [scenario]` goes through every state of each scenario (see `model/mod.rs` for
//! what is checked and what is bounded), two scenarios at a time. It ends with 1 where a promise is broken, and tells the
//! shortest way there: `what-if` shows how that reads. `long` needs some gigabytes of memory.

mod model;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use model::scenario::{self, Scenario};
use model::search;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let bounds = arguments.first().map_or("ci", String::as_str);
    let named = |scenario: &Scenario| arguments.get(1).is_none_or(|name| name == scenario.name);
    let scenarios = scenario::named(bounds).unwrap_or_default();
    let scenarios: Vec<_> = scenarios.into_iter().filter(named).collect();
    if scenarios.is_empty() || arguments.len() > 2 {
        eprintln!("usage: model_check [quick|ci|long|what-if] [a scenario's name]");
        return ExitCode::from(2);
    }
    let began = Instant::now();
    let (waiting, states) = (Mutex::new(scenarios.into_iter()), AtomicUsize::new(0));
    let work = || {
        loop {
            let Some(scenario) = waiting.lock().expect("no search panics").next() else { break };
            let began = Instant::now();
            let found = search::search(scenario);
            let seconds = began.elapsed().as_secs_f64();
            match found {
                Ok(report) => {
                    println!("{report}; {seconds:.1} s");
                    states.fetch_add(report.states, Ordering::Relaxed);
                }
                Err(counterexample) => {
                    println!("{counterexample}  after {seconds:.1} s");
                    // One is enough: the other search would only delay it.
                    std::process::exit(1);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let searches = [scope.spawn(work), scope.spawn(work)];
        searches.into_iter().for_each(|search| search.join().expect("a search that panics has found a defect"));
    });
    let (states, seconds) = (states.into_inner(), began.elapsed().as_secs_f64());
    println!("every promise is kept in {states} states ({bounds}), {seconds:.1} s");
    ExitCode::SUCCESS
}
