//! What a disk may do to the bank, and must not: `cargo run --release -p proofs --bin disk_faults`.
mod crash { }
#[path = "disk_faults/crashes.rs"]
mod crashes;
#[path = "disk_faults/disk.rs"]
mod disk;
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
    for (threads, careless) in [(1, false), (3, false), (1, true)] {
        let ground = interposer::Ground::new().unwrap();
        let plan = workload::Workload {
            folder: ground.disk(), seed: 1, sessions: 2, blocks: 4, threads, careless, checkpoint_pages: 40, order: None, reopen: false, relieve: false, vanish: false };
        interposer.run(&ground, &plan).unwrap();
        let events = ground.events().unwrap();
        println!("{} events", events.len());
        for lies in [false, true] {
            let t = std::time::Instant::now();
            let tally = crashes::cut_power(&events, 0, lies, crashes::Density { at_syncs: 2, between_every: 10, seed: 1 }).unwrap();
            println!("threads {threads} careless {careless} lies {lies}: syncs {} images {} {:?} repeated {} loss {} fault {} in {:?}", tally.syncs, tally.total(), tally.images, tally.repeated, tally.with_loss, tally.with_fault, t.elapsed());
            for e in tally.examples.iter().take(5) { println!("   {e}"); }
        }
    }
}
