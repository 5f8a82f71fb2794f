//! The proofs, and how each of them is asked.

use std::path::Path;
use std::process::{Command, Output};

use clap::ValueEnum;

use crate::Result;
use crate::tree::Tree;

/// A proof that must find a bug.
pub(crate) enum Prover {
    /// `examples/simulate.rs`.
    Simulation,
    /// `examples/proofs/simulate_over_http`.
    OverHttp,
    /// `examples/model_check`.
    Model,
    /// A test of `examples/permutations`.
    Orders { test: String },
}

/// Which proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Kind {
    /// The simulation.
    Simulation,
    /// The simulation over HTTP.
    OverHttp,
    /// The model check.
    Model,
    /// The orders of threads.
    Orders,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Simulation => "simulation",
            Self::OverHttp => "over-http",
            Self::Model => "model",
            Self::Orders => "orders",
        }
    }
}

impl Prover {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        match text.split_once(' ') {
            None if text == "simulation" => Ok(Self::Simulation),
            None if text == "over-http" => Ok(Self::OverHttp),
            None if text == "model" => Ok(Self::Model),
            Some(("orders", test)) => Ok(Self::Orders { test: test.to_owned() }),
            _ => Err(format!("there is no proof {text:?}").into()),
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Simulation => Kind::Simulation,
            Self::OverHttp => Kind::OverHttp,
            Self::Model => Kind::Model,
            Self::Orders { .. } => Kind::Orders,
        }
    }
}

/// What a proof says.
pub(crate) enum Verdict {
    /// It breaks, and says so.
    Found { how: String },
    /// It notices nothing.
    Missed,
}

/// Builds and runs the proofs of one copy of the code.
pub(crate) struct Builds<'a> {
    tree: &'a Tree,
    seeds: String,
}

impl<'a> Builds<'a> {
    pub(crate) fn new(tree: &'a Tree, seeds: u64) -> Self {
        Self { tree, seeds: seeds.to_string() }
    }

    /// A proof that fails on the right code would find every bug.
    pub(crate) fn passes_without_bugs(&self, kind: Kind) -> Result<()> {
        let verdict = match kind {
            Kind::Simulation => self.example("simulate", &["--seeds", "300"])?,
            Kind::OverHttp => self.over_http("100")?,
            Kind::Model => self.example("model_check", &["quick"])?,
            Kind::Orders => self.orders(&[])?,
        };
        match verdict {
            Verdict::Missed => Ok(()),
            Verdict::Found { how } => Err(format!("the {} fails without any bug: {how}", kind.name()).into()),
        }
    }

    pub(crate) fn ask(&self, prover: &Prover) -> Result<Verdict> {
        match prover {
            Prover::Simulation => self.example("simulate", &["--seeds", &self.seeds]),
            Prover::OverHttp => self.over_http(&self.seeds),
            Prover::Model => match self.example("model_check", &["quick"])? {
                // Some bugs need more of an order's life than the smallest bounds hold.
                Verdict::Missed => self.example("model_check", &["ci"]),
                found @ Verdict::Found { .. } => Ok(found),
            },
            Prover::Orders { test } => self.orders(&["--exact", test]),
        }
    }

    /// Runs an example of the cores.
    fn example(&self, name: &str, arguments: &[&str]) -> Result<Verdict> {
        self.run(&["-p", "shop-core", "--example", name], arguments)
    }

    fn over_http(&self, seeds: &str) -> Result<Verdict> {
        self.run(&["-p", "proofs", "--bin", "simulate_over_http"], &["--seeds", seeds])
    }

    /// Builds and runs a program. Slightly optimised, so that building and running take about as long.
    fn run(&self, program: &[&str], arguments: &[&str]) -> Result<Verdict> {
        let output = self
            .command(Path::new("cargo"))
            .args(["run", "--quiet", "--locked"])
            .args(program)
            .arg("--")
            .args(arguments)
            .env("CARGO_TARGET_DIR", &self.tree.target)
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let broken = said.lines().find(|line| line.contains("BROKEN") || line.contains("a promise is broken"));
        match (output.status.code(), broken) {
            (Some(0), None) => Ok(Verdict::Missed),
            (Some(1), Some(line)) => Ok(Verdict::Found { how: line.trim_start_matches("BROKEN: ").to_owned() }),
            _ => Err(format!("{} itself failed:\n{}", program.join(" "), text(&output)).into()),
        }
    }

    /// Runs the orders of threads, all tests or some.
    fn orders(&self, arguments: &[&str]) -> Result<Verdict> {
        let script = self.tree.root.join(".ci/permutations");
        let output = self.command(&script).args(arguments).env("CARGO_TARGET_DIR", &self.tree.target).output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        // What does not build, or names no test, has neither line.
        if said.contains("test result: FAILED") {
            Ok(Verdict::Found { how: arguments.last().copied().unwrap_or_default().to_owned() })
        } else if said.contains("test result: ok") && !said.contains("test result: ok. 0 passed") {
            Ok(Verdict::Missed)
        } else {
            Err(format!("nothing was tested:\n{}", text(&output)).into())
        }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // A few lines change at a time.
        command.current_dir(&self.tree.root).env("CARGO_INCREMENTAL", "1");
        command
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
