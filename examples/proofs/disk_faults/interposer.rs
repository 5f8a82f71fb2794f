//! Building the interposer and starting programs under it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::record::{self, Event};
use crate::story;
use crate::workload::Workload;

const SOURCE: &str = include_str!("interpose.c");

/// A built interposer.
pub(crate) struct Interposer {
    library: PathBuf,
}

/// A folder that programs run in, and the record of what they did to it.
pub(crate) struct Ground {
    folder: tempfile::TempDir,
    mounted: bool,
}

impl Drop for Ground {
    fn drop(&mut self) {
        if self.mounted {
            // Lazily: a process being started beside us may hold our descriptors for a moment.
            let _ = Command::new("umount").arg("--lazy").arg(self.disk()).status();
        }
    }
}

impl Ground {
    /// In memory where the machine has such a place: what a power cut leaves is computed, not tried.
    pub(crate) fn new() -> std::io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("disk-faults-").tempdir_in(roomy())?;
        std::fs::create_dir(folder.path().join("disk"))?;
        Ok(Self { folder, mounted: false })
    }

    /// What is watched.
    pub(crate) fn disk(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// A disk of its own, of so many bytes; an error where this machine does not let us mount one.
    pub(crate) fn small(bytes: usize) -> Result<Self, String> {
        let mut ground = Self::new().map_err(|e| e.to_string())?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o"]).arg(format!("size={bytes}")).arg("tmpfs").arg(ground.disk());
        let output = mount.output().map_err(|e| format!("mount: {e}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        ground.mounted = true;
        // What the program is told must be written down on a full disk, too.
        let told = ground.folder.path().join(story::FILE);
        std::fs::write(&told, "").map_err(|e| e.to_string())?;
        std::os::unix::fs::symlink(told, ground.disk().join(story::FILE)).map_err(|e| e.to_string())?;
        Ok(ground)
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// What was done to it so far.
    pub(crate) fn events(&self) -> Result<Vec<Event>, String> {
        let bytes = std::fs::read(self.log()).map_err(|e| format!("no record was made: {e}"))?;
        record::parse(&bytes, &self.disk())
    }
}

/// The folder for temporary files.
pub(crate) fn roomy() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

impl Interposer {
    /// Builds it with the machine's C compiler.
    pub(crate) fn build(into: &Path) -> Result<Self, String> {
        let (source, library) = (into.join("interpose.c"), into.join("interpose.so"));
        std::fs::write(&source, SOURCE).map_err(|e| e.to_string())?;
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O2", "-pthread", "-o"]).arg(&library).arg(&source);
        match cc.status() {
            Ok(status) if status.success() => Ok(Self { library }),
            Ok(status) => Err(format!("cc ended with {status}")),
            Err(error) => Err(format!("a C compiler is needed: cc: {error}")),
        }
    }

    /// Runs this very program as the program under test, to its end.
    pub(crate) fn run(&self, ground: &Ground, plan: &Workload) -> Result<(), String> {
        let program = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut command = Command::new(program);
        command.arg("workload").arg(ground.disk());
        let mut flag = |name: &str, value: String| {
            command.arg(format!("--{name}={value}"));
        };
        flag("seed", plan.seed.to_string());
        flag("sessions", plan.sessions.to_string());
        flag("blocks", plan.blocks.to_string());
        flag("threads", plan.threads.to_string());
        flag("checkpoint-pages", plan.checkpoint_pages.to_string());
        if let Some(order) = &plan.order {
            flag("order", order.clone());
        }
        let switches = [
            ("--careless", plan.careless),
            ("--reopen", plan.reopen),
            ("--relieve", plan.relieve),
            ("--vanish", plan.vanish),
        ];
        command.args(switches.iter().filter(|s| s.1).map(|s| s.0));
        command.env_remove("DISK_FAULTS_ORDER").envs(plan.first_order.iter().map(|order| ("DISK_FAULTS_ORDER", order)));
        command.env("LD_PRELOAD", &self.library);
        command.env("DISK_FAULTS_FOLDER", ground.disk()).env("DISK_FAULTS_LOG", ground.log());
        let output = command.output().map_err(|e| e.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("the program under test ended with {}: {}", output.status, said.trim()))
    }
}
