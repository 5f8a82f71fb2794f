//! What a disk may do to the bank, and must not: `cargo run --release -p proofs --bin disk_faults`.
//!
//! The real bank runs on its real store in a process of its own. A small interposer, built with the machine's C compiler
//! and preloaded, writes down every call that reaches the disk, and fails those that it is told to fail.
//!
//! 1. **Power cuts.** At every sync of recorded runs, just before and just after, and at moments between, everything
//!    that a power cut may leave is rebuilt from the record, opened and examined ([`disk`], [`examine`]).
//! 2. **Negative controls.** The same must find lost money where commits do not wait for the disk (`synchronous=OFF`),
//!    and where the disk lies about its syncs. If it does not, the proof proves nothing, and fails.
//! 3. **Failed calls.** Every write and every sync fails in turn, once or from then on; opening included ([`errors`]).
//! 4. **No room.** Files may grow by n bytes and no more; and, where we may mount one, a real file system is filled.
//! 5. **Both.** After a failed sync and a restart, or a full disk and none, the power fails ([`aftermath`]).
//!
//! Ends with exit code 1 on any violation.

mod aftermath;
mod crashes;
mod disk;
mod errors;
mod examine;
mod interposer;
mod random;
mod record;
mod script;
mod story;
mod workload;

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use crashes::{Density, Tally, cut_power};
use disk::Cut;
use errors::{Answers, During, EIO, ENOSPC, Fault};
use interposer::{Ground, Interposer};
use workload::Workload;

/// Breaks disks under the bank and looks for lost money.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Every position, longer runs and more images: about half an hour instead of a minute or two.
    #[arg(long)]
    long: bool,
    /// Chooses what power cuts leave.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(clap::Subcommand)]
enum Command {
    /// The program under test; started by the proof itself.
    #[command(hide = true)]
    Workload(Workload),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = match arguments.command {
        Some(Command::Workload(plan)) => workload::run(plan).map(|()| true).map_err(|e| e.to_string()),
        None => prove(arguments.long, arguments.seed),
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs every part, prints what each came to, and says whether all held.
fn prove(long: bool, seed: u64) -> Result<bool, String> {
    let began = Instant::now();
    let tools = tempfile::tempdir().map_err(|e| e.to_string())?;
    let interposer = Interposer::build(tools.path())?;
    let density = Density { at_syncs: if long { 12 } else { 2 }, between_every: if long { 2 } else { 10 }, seed };
    let mut proof = Proof { interposer, long, density, holds: true, images: 0, faults: 0 };
    proof.power_cuts()?;
    proof.negative_controls()?;
    proof.failed_calls()?;
    proof.no_room()?;
    proof.aftermath()?;
    let verdict = if proof.holds { "nothing acknowledged was lost" } else { "VIOLATED" };
    let (images, faults, seconds) = (proof.images, proof.faults, began.elapsed().as_secs());
    println!("\n{verdict}: {images} crash images, {faults} injected faults, in {seconds} s");
    Ok(proof.holds)
}

struct Proof {
    interposer: Interposer,
    long: bool,
    density: Density,
    holds: bool,
    images: usize,
    faults: usize,
}

impl Proof {
    fn record(&self, plan: &Workload) -> Result<Vec<record::Event>, String> {
        let ground = Ground::new().map_err(|e| e.to_string())?;
        self.interposer.run(&ground, plan)?;
        ground.events()
    }

    /// Reports violations, the first few in words.
    fn must_be_none(&mut self, count: usize, examples: &[String]) {
        if count > 0 {
            self.holds = false;
            println!("    VIOLATED {count} times, such as:");
            examples.iter().take(10).for_each(|line| println!("      {line}"));
        }
    }

    fn must_hold(&mut self, what: &str, tally: &Tally) {
        self.images += tally.total();
        println!("  {what}: {}", in_words(tally));
        self.must_be_none(tally.with_fault, &tally.examples);
    }

    fn power_cuts(&mut self) -> Result<(), String> {
        println!("power cuts at and between the syncs of a recorded run");
        let blocks = if self.long { 12 } else { 4 };
        for (threads, what) in [(1, "one caller"), (4, "four callers, who share commits")] {
            let events = self.record(&Workload { sessions: 2, blocks, threads, ..Workload::new() })?;
            let tally = cut_power(&events, 0, false, self.density)?;
            self.must_hold(what, &tally);
            // Names are seldom waiting for a sync, so what loses them may well be equal to another image.
            let missing = Cut::ALL.iter().any(|cut| *cut != Cut::Nameless && !tally.images.contains_key(cut));
            self.must_be_none(usize::from(missing), &["a kind of image was never built".to_owned()]);
        }
        Ok(())
    }

    fn negative_controls(&mut self) -> Result<(), String> {
        println!("negative controls: here acknowledged money must be found missing");
        let density = Density { at_syncs: 1, between_every: 10, ..self.density };
        // Broken ledgers make the bank panic, as they should; what it says then is no news here.
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        for (what, careless, lies) in [("synchronous=OFF", true, false), ("a disk that lies about syncs", false, true)]
        {
            let plan = Workload { sessions: 2, blocks: 2, careless, ..Workload::new() };
            let tally = cut_power(&self.record(&plan)?, 0, lies, density)?;
            let (loss, total) = (tally.with_loss, tally.total());
            println!("  {what}: acknowledged money missing in {loss} of {total} images, {} damaged", tally.with_fault);
            if loss == 0 {
                self.holds = false;
                println!("    VIOLATED: the proof cannot see lost money");
            }
        }
        std::panic::set_hook(hook);
        Ok(())
    }

    fn failed_calls(&mut self) -> Result<(), String> {
        println!("failed calls, each position in a run of its own");
        for during in [During::Work, During::Opening, During::Recovery] {
            for (sync, errno) in [(false, EIO), (false, ENOSPC), (true, EIO), (true, ENOSPC)] {
                for lasts in [false, true] {
                    let fault = Fault::Call { sync, errno, lasts, during };
                    let all = errors::positions(&self.interposer, fault)?;
                    let step = match (during, sync) {
                        _ if self.long => 1,
                        (During::Work, false) => 9,
                        (During::Work, true) => 3,
                        _ => 2,
                    };
                    self.inject(fault, &(1..=all).step_by(step).collect::<Vec<_>>(), &format!(" of {all}"));
                }
            }
        }
        Ok(())
    }

    fn no_room(&mut self) -> Result<(), String> {
        println!("a disk without room");
        let growth = errors::growth(&self.interposer)?;
        let step = if self.long { growth / 400 } else { growth / 40 };
        self.inject(Fault::Room, &(0..growth).step_by(step).collect::<Vec<_>>(), "");
        match Ground::small(1 << 20) {
            Ok(ground) => {
                drop(ground);
                self.inject(Fault::Full, &[1_000_000, 1_250_000, 1_500_000], "");
            }
            Err(reason) => println!("  no file system of our own to fill here: {reason}"),
        }
        Ok(())
    }

    fn inject(&mut self, fault: Fault, positions: &[usize], of: &str) {
        let Answers { positions, acknowledged, not_committed, unknown, closed, unnoticed, problems } =
            errors::inject(&self.interposer, fault, positions);
        self.faults += positions;
        println!(
            "  {}: {positions}{of} positions; answers: {acknowledged} acknowledged, {not_committed} not committed, \
             {unknown} unknown; {closed} did not open; {unnoticed} unnoticed",
            fault.words()
        );
        self.must_be_none(problems.len(), &problems);
    }

    fn aftermath(&mut self) -> Result<(), String> {
        println!("power cuts after a failed call: the bank goes on or is started again, and acknowledges more");
        let density = Density { at_syncs: 2, between_every: 20, ..self.density };
        for fault in aftermath::FAULTS {
            let count = if self.long { 60 } else { 4 };
            let (positions, tally) = aftermath::cut_after(&self.interposer, fault, count, density)?;
            self.faults += positions;
            self.must_hold(&format!("{}, {positions} positions", fault.words()), &tally);
        }
        Ok(())
    }
}

fn in_words(tally: &Tally) -> String {
    let kinds: Vec<String> = tally.images.iter().map(|(cut, count)| format!("{} {count}", cut.name())).collect();
    let (total, syncs, repeated) = (tally.total(), tally.syncs, tally.repeated);
    format!(
        "{total} images at {syncs} syncs and between ({}; {repeated} more were equal to one of them)",
        kinds.join(", ")
    )
}
