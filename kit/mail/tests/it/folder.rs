//! Messages as files.

use std::fs;

use kit_mail::{EmlFolder, Mailer, Message};

use crate::support::{message, sender};

#[test]
fn a_file_is_a_message_that_mail_programs_open() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().join("data/mail");
    let mailer = EmlFolder::open(&folder, sender()).expect("made");
    let html = Some("<p>Grüße</p>".to_owned());
    let text = "Grüße,\nund eine Zeile, die länger ist als das, was eine Mail in einer Zeile verträgt: ".to_owned()
        + &"lang ".repeat(300);
    mailer
        .send(&Message { subject: "Ihr Passwort wurde geändert".to_owned(), text, html, ..message("a-1") })
        .expect("kept");
    let path = folder.join("20261122T160700Z-a-1.eml");
    let bytes = fs::read_to_string(&path).expect("a file");
    let (head, body) = bytes.split_once("\r\n\r\n").expect("headers and a body");
    for line in [
        "Message-ID: <a-1@bank.example>",
        "Date: Sun, 22 Nov 2026 16:07:00 +0000",
        "To: \"Ada Lovelace\" <ada@example.org>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ] {
        assert!(head.lines().any(|l| l == line), "{line}\n{head}");
    }
    assert!(head.contains("From: \"The bank\" <no-reply@bank.example>"), "{head}");
    assert!(head.contains("multipart/alternative"), "{head}");
    assert!(bytes.is_ascii(), "encoded");
    assert!(bytes.split("\r\n").all(|line| line.len() <= 998 && !line.contains('\n')), "lines as mail wants them");
    assert!(body.contains("text/plain") && body.contains("text/html"), "{body}");
}

#[test]
fn the_same_message_is_the_same_file() {
    let data = tempfile::tempdir().expect("a folder");
    let mailer = EmlFolder::open(data.path(), sender()).expect("opens");
    let html = Some("<p>Hello</p>".to_owned());
    let message = Message { html, ..message("a") };
    let read = || fs::read(data.path().join("20261122T160700Z-a.eml")).expect("a file");
    mailer.send(&message).expect("kept");
    let first = read();
    mailer.send(&message).expect("kept");
    assert_eq!(read(), first);
    assert_eq!(fs::read_dir(data.path()).expect("the folder").count(), 1);
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_it_also_where_a_half_file_was_left() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().join("mail");
    let mailer = EmlFolder::open(&folder, sender()).expect("opens");
    let mode = |path: &std::path::Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let half = folder.join(".20261122T160700Z-a.eml.half");
    fs::write(&half, "left by a program that died").expect("writes");
    mailer.send(&message("a")).expect("kept");
    assert_eq!(mode(&folder.join("20261122T160700Z-a.eml")), 0o600);
    assert!(!half.exists());
}

#[test]
fn a_folder_that_is_gone_is_no_end() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().join("mail");
    let mailer = EmlFolder::open(&folder, sender()).expect("opens");
    fs::remove_dir(&folder).expect("removed");
    assert!(matches!(mailer.send(&message("a")), Err(kit_mail::MailError::Transient(_))));
}

#[test]
fn an_id_is_no_path() {
    let data = tempfile::tempdir().expect("a folder");
    let mailer = EmlFolder::open(data.path(), sender()).expect("opens");
    mailer.send(&message("../../x\r\nBcc: eve@example.org")).expect("kept");
    assert!(data.path().join("20261122T160700Z-....xBcceveexample.org.eml").exists());
}
