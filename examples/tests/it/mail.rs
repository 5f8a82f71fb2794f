//! Mails of real programs: in their folder, private, each once, also where a program is killed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::Quickstart;

/// Longer than any of it takes.
const PATIENCE: Duration = Duration::from_secs(60);

fn post(url: &str, body: &Value) -> u16 {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    agent.post(url).send_json(body).expect("the site answers").status().as_u16()
}

/// The messages in the folder by their `Message-ID`.
fn messages(data: &Path) -> BTreeMap<String, String> {
    let Ok(folder) = fs::read_dir(data.join("mail")) else { return BTreeMap::new() };
    let paths = folder.map(|file| file.expect("a file").path());
    let whole = paths.filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
    whole
        .map(|path| {
            let text = fs::read_to_string(&path).expect("text");
            let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).expect("an id").to_owned();
            (id, text)
        })
        .collect()
}

/// Waits until as many messages are there.
fn wait_for(data: &Path, count: usize) -> BTreeMap<String, String> {
    let begun = Instant::now();
    loop {
        let found = messages(data);
        if found.len() >= count || begun.elapsed() > PATIENCE {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_was_asked_for_before_a_kill_is_sent_after_it() {
    let data = tempfile::tempdir().expect("a folder");
    let running = Quickstart::start(data.path(), "in-process");
    let new = json!({
        "name": "Ada Lovelace", "email": "ada@example.org", "password": "a short sentence is good", "pin": "804917",
    });
    assert_eq!(post(&format!("{}/api/v1/customers", running.bank), &new), 201);
    let ask = json!({ "email": "ada@example.org" });
    assert_eq!(post(&format!("{}/api/v1/password-resets", running.bank), &ask), 202);
    // Killed at once: most likely before the courier's next round, and else after it. Nothing depends on which.
    drop(running);

    let running = Quickstart::start(data.path(), "in-process");
    let sent = wait_for(data.path(), 1);
    assert_eq!(sent.len(), 1, "{sent:#?}");
    let (id, text) = sent.iter().next().expect("one");
    assert!(text.contains("Subject: Set a new password"), "{text}");
    #[cfg(unix)]
    for file in fs::read_dir(data.path().join("mail")).expect("the folder") {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.expect("a file").metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    drop(running);

    // Not once more after another start: what comes next is what was asked for next.
    let running = Quickstart::start(data.path(), "in-process");
    assert_eq!(post(&format!("{}/api/v1/password-resets", running.bank), &ask), 202);
    let sent = wait_for(data.path(), 2);
    assert_eq!((sent.len(), sent.contains_key(id)), (2, true), "{sent:#?}");
    let files = fs::read_dir(data.path().join("mail")).expect("the folder").count();
    assert_eq!(files, 2, "one file a message, and nothing half");
    running.stop();
}
