//! What a disk may do to the bank, and must not: `cargo run --release -p proofs --bin disk_faults`.
#[path = "disk_faults/crashes.rs"]
mod crashes;
#[path = "disk_faults/disk.rs"]
mod disk;
#[path = "disk_faults/errors.rs"]
mod errors;
#[path = "disk_faults/examine.rs"]
mod examine;
#[path = "disk_faults/interposer.rs"]
mod interposer;
#[path = "disk_faults/random.rs"]
mod random;
#[path = "disk_faults/record.rs"]
mod record;
#[path = "disk_faults/script.rs"]
mod script;
#[path = "disk_faults/story.rs"]
mod story;
#[path = "disk_faults/workload.rs"]
mod workload;

use clap::Parser;
use errors::*;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Subcommand)]
enum Command {
    #[command(hide = true)]
    Workload(workload::Workload),
}

fn main() {
    let arguments = Arguments::parse();
    if let Some(Command::Workload(plan)) = arguments.command {
        workload::run(plan).unwrap();
        return;
    }
    let tools = tempfile::tempdir().unwrap();
    let interposer = interposer::Interposer::build(tools.path()).unwrap();
    for (sync, errno, lasts, opening) in [(false,5,false,false),(false,5,true,false),(true,5,false,false),(true,5,true,false),(false,28,false,false),(false,28,true,false),(true,28,false,false),(true,28,true,false),
        (false,5,false,true),(false,5,true,true),(true,5,false,true),(true,5,true,true),(false,28,false,true),(false,28,true,true)] {
        let fault = Fault::Call { sync, errno, lasts, opening };
        let n = positions(&interposer, fault).unwrap();
        let t = std::time::Instant::now();
        let step = if opening {1} else {7};
        let list: Vec<usize> = (1..=n).step_by(step).collect();
        let mut a = inject(&interposer, fault, &list);
        let p = std::mem::take(&mut a.problems);
        println!("{} of {n}: {a:?} {:?}", fault.words(), t.elapsed());
        println!("  problems {}", p.len());
        for p in p.iter().take(8) { println!("   {p}"); }
    }
    for (fault, list) in [(Fault::Room, vec![0, 1, 100, 4000, 8000, 10000, 20000, 50000, 80000,100000,150000]), (Fault::Full, vec![800_000, 1_000_000])] {
        let t = std::time::Instant::now();
        let mut a = inject(&interposer, fault, &list);
        let p = std::mem::take(&mut a.problems);
        println!("{}: {a:?} {:?}", fault.words(), t.elapsed());
        println!("  problems {}", p.len());
        for p in p.iter().take(8) { println!("   {p}"); }
    }
    // failed syncs, restart, power cut
    let fault = Fault::Call { sync: true, errno: 5, lasts: false, opening: false };
    let n = positions(&interposer, fault).unwrap();
    for position in (1..=n).step_by((n/8).max(1)) {
        let ground = interposer::Ground::new().unwrap();
        interposer.run(&ground, &workload::Workload { relieve: false, ..plan(fault, position) }).unwrap();
        interposer.run(&ground, &workload::Workload { seed: 2, blocks: 1, vanish: true, ..workload::Workload::new() }).unwrap();
        let events = ground.events().unwrap();
        let Some(first) = events.iter().position(|e| matches!(e, record::Event::Fired(_))) else { println!("{position} not fired"); continue };
        let record::Event::Fired(what) = &events[first] else { continue };
        let tally = crashes::cut_power(&events, first, false, crashes::Density { at_syncs: 1, between_every: 20, seed: 1 }).unwrap();
        println!("failed sync {position} {what}: images {} loss {} fault {}", tally.total(), tally.with_loss, tally.with_fault);
        for e in tally.examples.iter().take(5) { println!("   {e}"); }
    }
}
