//! Checks the payment protocol exhaustively within bounds: `cargo run --release -p shop-core --example model_check`.
//!
//! `model_check [quick|ci|long]` goes through every state of each scenario (see `model/mod.rs` for what is checked and
//! what is bounded), two scenarios at a time. It ends with 1 where a promise is broken, and tells the shortest way to it.

mod model;

use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use model::{scenario, search};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let bounds = match arguments.as_slice() {
        [] => "ci",
        [bounds] => bounds.as_str(),
        _ => "",
    };
    let Some(scenarios) = scenario::named(bounds) else {
        eprintln!("usage: model_check [quick|ci|long]");
        return ExitCode::from(2);
    };
    let began = Instant::now();
    let (waiting, total) = (Mutex::new(scenarios.into_iter()), Mutex::new(Some(0)));
    let work = || {
        loop {
            let Some(scenario) = waiting.lock().expect("no search panics").next() else { break };
            let began = Instant::now();
            let found = search::search(scenario);
            let seconds = began.elapsed().as_secs_f64();
            let mut total = total.lock().expect("no search panics");
            match found {
                Ok(report) => {
                    println!("{report}; {seconds:.1} s");
                    *total = total.map(|states| states + report.states);
                }
                Err(counterexample) => {
                    println!("{counterexample}  after {seconds:.1} s");
                    *total = None;
                }
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let total = *total.lock().expect("no search panics");
    match total {
        Some(states) => {
            println!("every promise is kept in {states} states ({bounds}), {:.1} s", began.elapsed().as_secs_f64());
            ExitCode::SUCCESS
        }
        None => ExitCode::FAILURE,
    }
}
