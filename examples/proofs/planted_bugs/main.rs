//! Plants known bugs into a copy of the code, one at a time, and asks the proofs whether they find them.
//!
//!     cargo run --release -p proofs --bin planted_bugs
//!
//! A proof that finds nothing says little unless it is known to find what is there. The bugs stand in `bugs.txt` beside
//! this file, each with the proofs that must find it. The copy and what is built of it stand under
//! `target/planted_bugs`: the code itself is never touched, and no planted bug can pass for the real thing.

mod bugs;
mod provers;
mod tree;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use bugs::Bug;
use provers::{Builds, Prover, Verdict};
use tree::Tree;

/// Plants known bugs and asks the proofs whether they find them.
#[derive(Parser)]
struct Arguments {
    /// Only bugs whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// Ask only this proof
    #[arg(long, value_enum)]
    by: Option<provers::Kind>,
    /// Only every so many-th of the bugs, such as 1/3: the second, the fifth, the eighth. All of them must fit the code
    #[arg(long, value_name = "PART", value_parser = part)]
    part: Option<(usize, usize)>,
    /// How many seeds the simulation may take for each bug
    #[arg(long, default_value_t = 20_000)]
    seeds: u64,
    /// Where the code stands
    #[arg(long, default_value = ".")]
    root: PathBuf,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn part(text: &str) -> std::result::Result<(usize, usize), String> {
    let read = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    read.filter(|(part, of)| part < of).ok_or_else(|| "expected a part such as 0/3, 1/3 or 2/3".to_owned())
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("planted_bugs: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether every bug was found by every proof that was asked.
fn run(arguments: &Arguments) -> Result<bool> {
    let mut bugs = bugs::read(&arguments.root)?;
    if let Some(part) = &arguments.only {
        bugs.retain(|bug| bug.name.contains(part));
    }
    if let Some(kind) = arguments.by {
        bugs.iter_mut().for_each(|bug| bug.by.retain(|prover| prover.kind() == kind));
        bugs.retain(|bug| !bug.by.is_empty());
    }
    let tree = Tree::copy(&arguments.root)?;
    bugs.iter().try_for_each(|bug| tree.fits(bug))?;
    if let Some((part, of)) = arguments.part {
        bugs = bugs.into_iter().skip(part).step_by(of).collect();
    }
    let builds = Builds::new(&tree, arguments.seeds);
    let mut kinds: Vec<provers::Kind> = bugs.iter().flat_map(|bug| &bug.by).map(Prover::kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        builds.passes_without_bugs(kind)?;
    }
    let (mut asked, mut found) = (0, 0);
    for bug in &bugs {
        let planted = tree.plant(bug)?;
        for prover in &bug.by {
            asked += 1;
            found += usize::from(ask(&builds, bug, prover)?);
        }
        drop(planted);
    }
    println!("{} bugs planted; {found} of {asked} times found", bugs.len());
    Ok(asked > 0 && found == asked)
}

fn ask(builds: &Builds<'_>, bug: &Bug, prover: &Prover) -> Result<bool> {
    let began = Instant::now();
    let verdict = builds.ask(prover).map_err(|error| format!("{}: {error}", bug.name))?;
    let seconds = began.elapsed().as_secs_f64();
    let (name, kind) = (&bug.name, prover.kind().name());
    match &verdict {
        Verdict::Found { how } => println!("found   {name:<33} {kind:<10} {seconds:>5.1} s  {how}"),
        Verdict::Missed => println!("MISSED  {name:<33} {kind:<10} {seconds:>5.1} s  {}", bug.what),
    }
    Ok(matches!(verdict, Verdict::Found { .. }))
}
