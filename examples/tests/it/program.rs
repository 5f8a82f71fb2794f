//! The quickstart as a program of its own, on free ports and a folder of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running quickstart. Killed when dropped; [`Quickstart::stop`] ends it as an operator does.
pub(crate) struct Quickstart {
    child: Child,
    pub(crate) bank: String,
    pub(crate) shop: String,
}

impl Quickstart {
    /// Starts it and waits until it says where both sites are.
    pub(crate) fn start(data: &Path, gateway: &str) -> Self {
        let mut child = command(data)
            .args(["--bank-listen", "127.0.0.1:0", "--shop-listen", "127.0.0.1:0", "--gateway", gateway])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the quickstart starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut url = |site: &str| loop {
            let line = lines.next().expect("the quickstart says where its sites are").expect("text");
            if let Some(url) = line.strip_prefix(site) {
                return url.trim().to_owned();
            }
        };
        let (bank, shop) = (url("bank:"), url("shop:"));
        Self { child, bank, shop }
    }

    /// SIGTERM, and waits for a clean end.
    pub(crate) fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "ended with {status}");
    }
}

impl Drop for Quickstart {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The quickstart's command line, with nothing of this environment's settings.
pub(crate) fn command(data: &Path) -> Command {
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_quickstart")));
    command.arg("--data-dir").arg(data);
    command
}
