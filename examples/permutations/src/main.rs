//! Plants bugs of concurrency into a copy of the sources, one after the other, and demands that the permutation tests find
//! each of them: `cargo run -p permutations`, from the workspace's root.
//!
//! A test that cannot fail proves nothing; this proves that they can. The copy stands in `target/planted` and has a
//! target folder of its own: cargo names what it builds by paths within a workspace, so in a shared folder a planted bug
//! would pass for the real thing.

mod bugs;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use bugs::{BUGS, Bug};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match run(std::env::args().nth(1).as_deref()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("permutations: {error}");
            ExitCode::from(2)
        }
    }
}

/// Plants each bug, or those whose name contains `only`. Whether all were found.
fn run(only: Option<&str>) -> Result<bool> {
    let root = std::env::current_dir()?;
    let copy = root.join("target/planted");
    copy_workspace(&root, &copy)?;
    let targets = copy.join("target");
    if !matches!(tested(&copy, &targets, &[])?, Tested::Passed) {
        return Err("the tests fail without any bug; see .ci/permutations".into());
    }
    let chosen: Vec<&Bug> = BUGS.iter().filter(|bug| only.is_none_or(|part| bug.name.contains(part))).collect();
    let mut found = 0;
    for bug in &chosen {
        let began = Instant::now();
        let file = copy.join(bug.file);
        let right = fs::read_to_string(&file)?;
        if right.matches(bug.right).count() != 1 {
            return Err(format!("\"{}\" must stand in {} exactly once", bug.right, bug.file).into());
        }
        fs::write(&file, right.replace(bug.right, bug.wrong))?;
        let outcome = tested(&copy, &targets, &["--exact", bug.found_by])?;
        fs::write(&file, &right)?;
        let seconds = began.elapsed().as_secs();
        match outcome {
            Tested::Failed => {
                found += 1;
                println!("found  {} ({}, {seconds} s)", bug.name, bug.found_by);
            }
            Tested::Passed => println!("MISSED {} ({}, {seconds} s)", bug.name, bug.found_by),
        }
    }
    println!("{found} of {} planted bugs found", chosen.len());
    Ok(found == chosen.len())
}

enum Tested {
    Passed,
    Failed,
}

/// Runs the permutation tests of the workspace in `copy`.
fn tested(copy: &Path, targets: &Path, arguments: &[&str]) -> Result<Tested> {
    let mut command = Command::new(copy.join(".ci/permutations"));
    // One line changes at a time.
    command.args(arguments).env("CARGO_TARGET_DIR", targets).env("CARGO_INCREMENTAL", "1");
    let output = command.output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    // What does not build, or names no test, has no such line.
    if told.contains("test result: FAILED") {
        Ok(Tested::Failed)
    } else if told.contains("test result: ok") && !told.contains("test result: ok. 0 passed") {
        Ok(Tested::Passed)
    } else {
        Err(format!("nothing was tested: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}

/// Copies whatever cargo needs. What is the same already is left alone, so that it is not built again.
fn copy_workspace(root: &Path, copy: &Path) -> Result<()> {
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        fs::create_dir_all(copy.join(&folder))?;
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                if ![Path::new("target"), Path::new(".git"), Path::new("data")].contains(&path.as_path()) {
                    folders.push(path);
                }
                continue;
            }
            let (from, to) = (entry.path(), copy.join(&path));
            if fs::read(&to).ok() != Some(fs::read(&from)?) {
                fs::copy(&from, &to)?;
            }
        }
    }
    Ok(())
}
