//! The two programs as processes: started, killed, started again on the same port and files.

use std::fs::{File, OpenOptions};
use std::io;
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::plan::Program;

/// How a program that met its fail point has died.
const SIGABRT: i32 = 6;
/// How long a program may take to end when it is asked to.
const ENDING: Duration = Duration::from_secs(20);

/// Where the programs are, and what they are given beside their own flags.
pub(crate) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Finds them, and makes sure that they can be killed at fail points.
    pub(crate) fn find(folder: Option<PathBuf>) -> Result<Self, String> {
        let folder = match folder {
            // The programs run in folders of their own, so a relative path would lead elsewhere.
            Some(folder) => folder.canonicalize().map_err(|error| format!("{}: {error}", folder.display()))?,
            // target/release/examples/kill_trials stands below target/release/bank-site.
            None => {
                let own = std::env::current_exe().map_err(|error| format!("where am I? {error}"))?;
                own.ancestors().nth(2).map(Path::to_owned).ok_or("where am I?")?
            }
        };
        let programs = Self { folder };
        let scratch = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
        for program in Program::BOTH {
            let path = programs.path(program);
            let mut command = programs.command(program, scratch.path());
            match program {
                Program::Bank => command.args(["create-merchant", "Probe", "--database", "probe-bank.db"]),
                Program::Shop => command.args(["orders", "--database", "probe-shop.db"]),
            };
            if program == Program::Shop {
                // It wants a file; an empty one is a fresh database.
                File::create(scratch.path().join("probe-shop.db")).map_err(|error| error.to_string())?;
            }
            let run = command.env("FAIL_POINT", "sqlite.opened:1").stdout(Stdio::null()).stderr(Stdio::null()).status();
            let status = run.map_err(|error| format!("cannot start {}: {error}", path.display()))?;
            if !is_fail_point(status) {
                let build = "cargo build --release -p bank-site -p shop-site --features failpoints";
                return Err(format!("{} was built without fail points; build it with: {build}", path.display()));
            }
        }
        Ok(programs)
    }

    fn path(&self, program: Program) -> PathBuf {
        self.folder.join(program.name())
    }

    /// A program with nothing of this environment's settings, at home in `folder`.
    pub(crate) fn command(&self, program: Program, folder: &Path) -> Command {
        let mut command = Command::new(self.path(program));
        for (name, _) in std::env::vars_os() {
            let ours = name.to_str().is_some_and(|name| {
                ["BANK_", "SHOP_"].iter().any(|prefix| name.starts_with(prefix)) || name == "FAIL_POINT"
            });
            if ours {
                command.env_remove(name);
            }
        }
        command.current_dir(folder).stdin(Stdio::null());
        command
    }
}

/// Whether it died at its fail point.
pub(crate) fn is_fail_point(status: ExitStatus) -> bool {
    status.signal() == Some(SIGABRT)
}

/// A program, running or not. Killed and waited for when dropped.
pub(crate) struct Site {
    program: Program,
    folder: PathBuf,
    arguments: Vec<String>,
    api_key: Option<String>,
    child: Option<Child>,
    /// The fail point that it was started with, and has not met yet.
    pub(crate) armed: Option<(&'static str, u32)>,
    health: Client,
}

impl Site {
    pub(crate) fn new(program: Program, port: u16, folder: &Path, arguments: Vec<String>) -> Self {
        let health = Client::new(port, Duration::from_secs(1));
        let folder = folder.to_owned();
        Self { program, folder, arguments, api_key: None, child: None, armed: None, health }
    }

    /// With the shop's key for the bank's API in its environment.
    pub(crate) fn with_api_key(mut self, key: String) -> Self {
        self.api_key = Some(key);
        self
    }

    pub(crate) fn start(&mut self, programs: &Programs, armed: Option<(&'static str, u32)>) -> io::Result<()> {
        let log = self.log()?;
        let mut command = programs.command(self.program, &self.folder);
        command.args(&self.arguments).stdout(log.try_clone()?).stderr(log);
        if let Some(key) = &self.api_key {
            command.env("SHOP_BANK_API_KEY", key);
        }
        if let Some((point, hit)) = armed {
            command.env("FAIL_POINT", format!("{point}:{hit}"));
        }
        self.armed = armed;
        self.child = Some(command.spawn()?);
        Ok(())
    }

    fn log(&self) -> io::Result<File> {
        OpenOptions::new().create(true).append(true).open(self.log_path())
    }

    fn log_path(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.program.name()))
    }

    /// The fail point that it has died at, where that is how it died: it says so with its last breath.
    pub(crate) fn take_fail_point(&mut self, status: ExitStatus) -> Option<&'static str> {
        let (point, _) = self.armed.take()?;
        let log = std::fs::read_to_string(self.log_path()).ok()?;
        // Other threads may have got a word in before the end.
        let said = log.lines().rev().take(8).any(|line| line == format!("dying at fail point {point}"));
        (is_fail_point(status) && said).then_some(point)
    }

    /// How it died, where it has died by itself since it was last asked.
    pub(crate) fn died(&mut self) -> io::Result<Option<ExitStatus>> {
        let Some(child) = &mut self.child else { return Ok(None) };
        let status = child.try_wait()?;
        if status.is_some() {
            self.child = None;
        }
        Ok(status)
    }

    /// kill -9. What it had not made durable is gone.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Both fail only for a process that is gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Ends it as an operator does.
    pub(crate) fn stop(&mut self) -> Result<(), String> {
        let name = self.program.name();
        let Some(child) = &mut self.child else { return Err(format!("{name} is not there to be stopped")) };
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        told.map_err(|error| format!("cannot run kill: {error}"))?;
        let began = Instant::now();
        while began.elapsed() < ENDING {
            match child.try_wait().map_err(|error| error.to_string())? {
                Some(status) => {
                    self.child = None;
                    return if status.success() { Ok(()) } else { Err(format!("{name} ended with {status}")) };
                }
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
        Err(format!("{name} did not end within {ENDING:?}"))
    }

    pub(crate) fn is_healthy(&self) -> bool {
        self.health.is_healthy()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Below the ports that systems hand out by themselves (from 32768 on Linux, 49152 elsewhere): a port of a dead site must
/// still be free when it is started again.
const PORTS: std::ops::Range<u16> = 10_240..32_000;

/// A port that nobody listens on and no other trial of this run has.
pub(crate) fn free_port() -> Result<u16, String> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = std::process::id() as u16 % 21_000;
    for _ in PORTS {
        let nth = first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = PORTS.start + nth % (PORTS.end - PORTS.start);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err("no port is free".to_owned())
}
