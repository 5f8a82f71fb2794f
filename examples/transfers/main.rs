//! A bank test over HTTP, in the manner of Jepsen's: many clients transfer money between a few hot accounts of the real
//! website, some of them badly behaved, while others read all balances; then everything that anyone was told is held
//! against the ledger.
//!
//!     cargo run --release -p examples --example transfers -- --clients 64 --transfers 100000 --seed 1
//!
//! `checker.rs` says what must hold. With `--sabotage torn-reads` or `--sabotage fresh-keys` the clients make a mistake
//! that it must find: then, too, the exit code is 1, as it is whenever anything is wrong.

mod checker;
mod client;
mod history;
mod load;
mod site;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use client::{Client, Fault};
use history::History;
use load::{OPENING_MINOR, Plan, Sabotage, Tally};
use site::{Site, euros};

/// Many clients transfer money over HTTP and read balances; nothing may be lost, made or done twice.
#[derive(Parser)]
#[command(name = "transfers")]
struct Settings {
    /// How many clients transfer money at once.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    clients: u64,
    /// How many transfers must be acknowledged; refused ones do not count.
    #[arg(long, default_value_t = 100_000)]
    transfers: u64,
    /// How many clients read all balances meanwhile, again and again.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(0..=100))]
    readers: u64,
    /// Between how many accounts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(2..=100))]
    accounts: u64,
    /// What the clients' choices follow from. Who comes first is the machine's choice.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Lets the clients make a mistake, which must be found.
    #[arg(long, value_enum)]
    sabotage: Option<Sabotage>,
}

/// The most lines that are printed of what is wrong.
const LINES: usize = 10;

fn main() -> ExitCode {
    let settings: Settings = match kit_web::config::parse_args() {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    match run(&settings) {
        Ok(run) => {
            run.print(&settings);
            if run.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(fault) => kit_web::config::fail_config("transfers", &fault.to_string()),
    }
}

/// What came of a run.
struct Run {
    history: History,
    tally: Tally,
    took: Duration,
    wrong: Vec<String>,
}

fn run(settings: &Settings) -> Result<Run, Fault> {
    let Settings { clients, readers, transfers, seed, sabotage, .. } = *settings;
    let accounts = usize::try_from(settings.accounts)?;
    let folder = tempfile::tempdir()?;
    let site = Site::start(folder.path(), accounts, euros(OPENING_MINOR))?;
    let first = Client::new(&site.base_url, site.token.clone(), Instant::now())?;

    let began = Instant::now();
    let (mut history, mut tally) = load::run(&first, Plan { clients, readers, transfers, seed, sabotage })?;
    let took = began.elapsed();

    history.opening = vec![OPENING_MINOR; accounts];
    history.reads.push(first.read()?);
    history.statements = (0..accounts).map(|account| first.statement(account)).collect::<Result<_, _>>()?;
    let (ledger, violations) = site.stop()?;
    history.ledger = ledger;
    let mut wrong = std::mem::take(&mut tally.wrong);
    wrong.extend(violations.into_iter().map(|violation| format!("the ledger's audit: {violation}")));
    wrong.extend(checker::judge(&history));
    Ok(Run { history, tally, took, wrong })
}

impl Run {
    fn print(&self, settings: &Settings) {
        let Self { history, tally, took, wrong } = self;
        let Settings { clients, readers, accounts, seed, .. } = settings;
        let rate = |count: usize| count as f64 / took.as_secs_f64();
        let (moved, reads) = (history.acknowledged.len(), history.reads.len());
        println!("{clients} clients and {readers} readers on {accounts} accounts, seed {seed}");
        println!("transfers    {moved} acknowledged in {:.1} s: {:.0} a second", took.as_secs_f64(), rate(moved));
        println!("in ledger    {}", history.ledger.len());
        println!("full reads   {reads}: {:.0} a second", rate(reads));
        for (code, count) in &tally.refusals {
            println!("refused      {count} {code}");
        }
        println!("replays      {} with the same answer", tally.replays);
        println!("in flight    {} told so", tally.in_flight);
        println!("other facts  {} under a used key, refused", tally.other_facts);
        println!("sent again   {} that had no decision", tally.again);
        println!("statements   {} lines", history.statements.iter().map(Vec::len).sum::<usize>());
        println!("violations   {}", wrong.len());
        for line in wrong.iter().take(LINES) {
            println!("  {line}");
        }
        if wrong.len() > LINES {
            println!("  and {} more", wrong.len() - LINES);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_run_is_exact() {
        let settings = Settings { clients: 8, transfers: 400, readers: 2, accounts: 3, seed: 7, sabotage: None };
        let run = run(&settings).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(run.wrong, Vec::<String>::new());
        assert_eq!(run.history.ledger.len(), 400);
        // What it is for did happen.
        assert!(run.tally.refusals.contains_key("insufficient-funds"), "nobody had too little money");
        assert!(run.tally.replays > 0 && run.tally.other_facts > 0 && run.history.reads.len() > 1);
    }

    #[test]
    fn a_key_of_its_own_for_the_second_call_is_found() {
        let sabotage = Some(Sabotage::FreshKeys);
        let run = run(&Settings { clients: 4, transfers: 200, readers: 0, accounts: 3, seed: 7, sabotage });
        assert_ne!(run.unwrap_or_else(|fault| panic!("{fault}")).wrong, Vec::<String>::new());
    }
}
