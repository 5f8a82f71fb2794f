//! Plants known bugs into a copy of the code, one at a time, and asks each proof whether it finds them.
//!
//!     cargo run --release -p proofs --bin planted_bugs
//!
//! A proof that finds nothing says little unless it is known to find what is there. The bugs stand in
//! `bugs.txt` beside this file; each must be found by the simulation. The copy and its build stand under
//! `target/planted_bugs`, so the code itself is never touched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};
use std::time::Instant;
use std::{fs, io};

use clap::Parser;

/// Plants known bugs and asks the proofs whether they find them.
#[derive(Parser)]
struct Arguments {
    /// How many seeds the simulation may take for each bug
    #[arg(long, default_value_t = 20_000)]
    seeds: u64,
    /// Only bugs whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// Where the code stands
    #[arg(long, default_value = ".")]
    root: PathBuf,
}

/// A bug: a name, what it does, and the edits that make it.
struct Bug {
    name: String,
    what: String,
    edits: Vec<Edit>,
}

struct Edit {
    file: String,
    old: String,
    new: String,
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

fn run(arguments: &Arguments) -> Result<bool, Box<dyn std::error::Error>> {
    let bugs = parse(&fs::read_to_string(arguments.root.join("examples/proofs/planted_bugs/bugs.txt"))?)?;
    let target = arguments.root.join("target/planted_bugs");
    let (tree, build) = (target.join("tree"), target.join("build"));
    let originals = copy(&arguments.root, &tree)?;
    let build = fs::canonicalize(&target)?.join(build.file_name().unwrap_or_default());

    let clean = simulate(&tree, &build, 200)?;
    if !clean.status.success() {
        return Err(format!("the simulation fails without any bug:\n{}", text(&clean)).into());
    }
    let (mut found, mut asked) = (0, 0);
    for bug in bugs.iter().filter(|bug| arguments.only.as_ref().is_none_or(|part| bug.name.contains(part))) {
        asked += 1;
        let planted = plant(bug, &originals)?;
        for (file, content) in &planted {
            fs::write(tree.join(file), content)?;
        }
        let began = Instant::now();
        let compiled = cargo(&tree, &build, &["build", "--quiet"])?;
        if !compiled.status.success() {
            return Err(format!("{} does not compile:\n{}", bug.name, text(&compiled)).into());
        }
        let built = began.elapsed().as_secs_f64();
        let output = simulate(&tree, &build, arguments.seeds)?;
        for file in planted.keys() {
            fs::write(tree.join(file), &originals[file])?;
        }
        let seconds = began.elapsed().as_secs_f64() - built;
        let report = text(&output);
        match (output.status.code(), report.lines().find(|line| line.starts_with("BROKEN"))) {
            (Some(1), Some(line)) => {
                found += 1;
                println!("found    {:<34} {seconds:>5.1} s (built in {built:.0} s)  {line}", bug.name);
            }
            (Some(0), _) => println!("MISSED   {:<34} {seconds:>5.1} s  {}", bug.name, bug.what),
            _ => return Err(format!("{}: the simulation itself failed:\n{report}", bug.name).into()),
        }
    }
    println!("{found} of {asked} planted bugs found");
    Ok(asked > 0 && found == asked)
}

/// Reads the list of bugs: `== name`, a line of words, then edits `-- file`, `<<<`, old, `===`, new, `>>>`.
fn parse(list: &str) -> Result<Vec<Bug>, String> {
    let mut bugs: Vec<Bug> = Vec::new();
    let mut lines = list.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("== ") {
            let what = lines.next().unwrap_or_default().to_owned();
            bugs.push(Bug { name: name.to_owned(), what, edits: Vec::new() });
        } else if let Some(file) = line.strip_prefix("-- ") {
            let bug = bugs.last_mut().ok_or("an edit before the first bug")?;
            if lines.next() != Some("<<<") {
                return Err(format!("{}: an edit of {file} does not begin with <<<", bug.name));
            }
            let mut until = |end: &str| {
                let mut part = String::new();
                for line in lines.by_ref() {
                    if line == end {
                        return Ok(part);
                    }
                    part.push_str(line);
                    part.push('\n');
                }
                Err(format!("{}: an edit of {file} lacks its {end}", bug.name))
            };
            let (old, new) = (until("===")?, until(">>>")?);
            bug.edits.push(Edit { file: file.to_owned(), old, new });
        }
    }
    Ok(bugs)
}

/// The files of a bug as they read with it. Each text to be replaced must stand in its file exactly once: the code has
/// moved on otherwise, and the bug must move with it.
fn plant(bug: &Bug, originals: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, String> {
    let mut planted = BTreeMap::new();
    for Edit { file, old, new } in &bug.edits {
        let original = originals.get(file).ok_or_else(|| format!("{}: there is no file {file}", bug.name))?;
        let content: &mut String = planted.entry(file.clone()).or_insert_with(|| original.clone());
        let count = content.matches(old.as_str()).count();
        if count != 1 {
            return Err(format!("{}: the text to be replaced stands {count} times in {file}:\n{old}", bug.name));
        }
        *content = content.replacen(old.as_str(), new, 1);
    }
    Ok(planted)
}

/// Copies the code into `tree` and returns the texts of its Rust files. What is there already with the same content is
/// left alone, so that it is not built anew.
fn copy(root: &Path, tree: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut originals = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        fs::create_dir_all(tree.join(&folder))?;
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = folder.join(&name);
            if entry.file_type()?.is_dir() {
                if name != "target" && name != "data" && !name.starts_with('.') {
                    folders.push(path);
                }
                continue;
            }
            let content = fs::read(entry.path())?;
            if fs::read(tree.join(&path)).ok().as_ref() != Some(&content) {
                fs::write(tree.join(&path), &content)?;
            }
            if let (true, Ok(content)) = (name.ends_with(".rs"), String::from_utf8(content)) {
                originals.insert(path.to_string_lossy().into_owned(), content);
            }
        }
    }
    Ok(originals)
}

fn simulate(tree: &Path, build: &Path, seeds: u64) -> io::Result<Output> {
    cargo(tree, build, &["run", "--quiet", "--", "--seeds", &seeds.to_string()])
}

/// Runs cargo on the simulation in the copy: slightly optimised, so that building and running take about as long.
fn cargo(tree: &Path, build: &Path, what: &[&str]) -> io::Result<Output> {
    let (command, rest) = what.split_first().expect("a command of cargo");
    Command::new("cargo")
        .arg(command)
        .args(["--locked", "-p", "shop-core", "--example", "simulate"])
        .args(rest)
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", build)
        .env("CARGO_INCREMENTAL", "1")
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .output()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
