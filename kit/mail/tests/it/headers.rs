//! Whatever is typed into a name, a subject or an address, no header comes of it.

use kit_mail::{EmlFolder, Mailbox, Mailer, Message};

use crate::support::{message, sender};

/// The headers of a message, each with its name in small letters; continued lines belong to theirs.
fn headers(message: &Message) -> Vec<(String, String)> {
    let data = tempfile::tempdir().expect("a folder");
    let mailer = EmlFolder::open(data.path(), sender()).expect("opens");
    mailer.send(message).expect("kept");
    let file = std::fs::read_dir(data.path()).expect("the folder").next().expect("a file").expect("a file");
    let bytes = std::fs::read_to_string(file.path()).expect("text");
    let head = bytes.split_once("\r\n\r\n").expect("headers and a body").0;
    assert!(!head.replace("\r\n", "").contains(['\r', '\n']), "no bare line break: {head:?}");
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        match line.split_once(": ") {
            Some((name, value)) if !line.starts_with([' ', '\t']) => {
                headers.push((name.to_lowercase(), value.to_owned()))
            }
            _ => headers.last_mut().expect("a header to continue").1.push_str(line),
        }
    }
    headers
}

const NAMES: [&str; 9] = [
    "message-id",
    "date",
    "from",
    "to",
    "subject",
    "auto-submitted",
    "content-type",
    "content-transfer-encoding",
    "mime-version",
];

#[test]
fn no_name_and_no_subject_adds_a_header() {
    for hostile in [
        "Ada\r\nBcc: eve@example.org",
        "Ada\nBcc: eve@example.org",
        "Ada\rBcc: eve@example.org",
        "Ada\r\n\r\n<script>alert(1)</script>",
        "Ada\u{2028}Bcc: eve@example.org",
        "Ada\u{85}Bcc: eve@example.org",
        "Ada\0\u{b}\u{c}Bcc: eve@example.org",
        "\" <eve@example.org>, \"",
        "eve@example.org>, <mallory@example.org",
        "=?utf-8?Q?=0D=0ABcc:_eve@example.org?=",
        &format!("{}\r\nBcc: eve@example.org", "a".repeat(2_000)),
        &format!("{}\r\nBcc: eve@example.org", "ä ".repeat(500)),
    ] {
        let to = Mailbox::new(hostile, "ada@example.org").expect("an address");
        let found = headers(&Message { to, subject: hostile.to_owned(), ..message("a") });
        for (name, _) in &found {
            assert!(NAMES.contains(&name.as_str()), "{name} of {hostile:?}");
        }
        for name in NAMES {
            assert_eq!(found.iter().filter(|(found, _)| found == name).count(), 1, "{name} of {hostile:?}");
        }
        let to = &found.iter().find(|(name, _)| name == "to").expect("a recipient").1;
        let to: lettre::message::Mailboxes = to.parse().expect("mailboxes");
        let addresses: Vec<String> = to.iter().map(|mailbox| mailbox.email.to_string()).collect();
        assert_eq!(addresses, ["ada@example.org"], "of {hostile:?}");
    }
}

#[test]
fn no_text_ends_the_message() {
    // A lone dot ends a message in SMTP; a header in a body is a line like any other.
    let text = "Hello\r\n.\r\nMAIL FROM:<eve@example.org>\r\n\r\nBcc: eve@example.org\r\n";
    let found = headers(&Message { text: text.to_owned(), ..message("a") });
    assert!(found.iter().all(|(name, _)| NAMES.contains(&name.as_str())), "{found:?}");
}

#[test]
fn what_is_no_address_is_refused() {
    for bad in [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org, eve@example.org",
        "ada@example.org> RCPT TO:<eve@example.org",
        "ada @example.org",
    ] {
        assert!(Mailbox::new("Ada", bad).is_err(), "{bad:?}");
    }
    for good in ["ada@example.org", "ada+shop@xn--bcher-kva.example", "no-reply@localhost"] {
        assert_eq!(Mailbox::new("", good).map(|to| to.address()).as_deref(), Ok(good));
    }
    assert_eq!(Mailbox::parse("\"The bank\" <a@b.example>"), Mailbox::new("The bank", "a@b.example"));
}
