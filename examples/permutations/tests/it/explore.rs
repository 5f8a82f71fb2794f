//! How orders are tried.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use shuttle::scheduler::{PctScheduler, RandomScheduler, ReplayScheduler, Scheduler};
use shuttle::{Config, Runner};

/// Where the dice begin unless `SHUTTLE_RANDOM_SEED` says otherwise: the same schedules on every machine.
const SEED: u64 = 1;

/// Bugs of concurrency mostly need one to three preemptions at the right places.
const DEPTHS: [usize; 3] = [1, 2, 3];

/// Tries `schedules` orders of a scenario at random, and as many again with few preemptions. Panics where one fails.
pub(crate) fn explore(schedules: usize, scenario: impl Fn() + Send + Sync + 'static) {
    let scenario = Arc::new(scenario);
    if let Ok(schedule) = std::env::var("REPLAY") {
        run(ReplayScheduler::new_from_encoded(schedule.trim()), &scenario);
        return;
    }
    let times = std::env::var("PERMUTATIONS").map_or(1, |times| times.parse().expect("PERMUTATIONS is a number"));
    let schedules = schedules * times;
    let began = Instant::now();
    let mut tried = run(RandomScheduler::new_from_seed(SEED, schedules), &scenario);
    for depth in DEPTHS {
        tried += run(PctScheduler::new_from_seed(SEED, depth, schedules / DEPTHS.len()), &scenario);
    }
    let name = std::thread::current().name().unwrap_or("a scenario").to_owned();
    println!("{name}: {tried} schedules in {:.1} s", began.elapsed().as_secs_f64());
}

/// That trying orders of a scenario with a planted bug finds it. What was found.
pub(crate) fn finds(schedules: usize, scenario: impl Fn() + Send + Sync + 'static) -> String {
    let found = catch_unwind(AssertUnwindSafe(|| explore(schedules, scenario))).expect_err("the bug was not found");
    found
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| found.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_default()
}

fn run<F: Fn() + Send + Sync + 'static>(scheduler: impl Scheduler + 'static, scenario: &Arc<F>) -> usize {
    let mut config = Config::new();
    // Deciding a batch takes more than the 32 KiB that a task has otherwise.
    config.stack_size = 256 * 1024;
    config.silence_warnings = true;
    let scenario = Arc::clone(scenario);
    Runner::new(scheduler, config).run(move || scenario())
}
