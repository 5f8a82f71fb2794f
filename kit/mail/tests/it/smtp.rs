//! Against a mail server that answers as it is scripted, on a port of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use kit_core::SecretText;
use kit_mail::{MailError, Mailbox, Mailer, Message, SmtpMailer};

use crate::support::{message, sender};

/// What the server answers where it does not simply agree: to the first command that begins so.
type Script = &'static [(&'static str, &'static str)];

/// A server for one connection; it returns what it was told.
fn server(script: Script) -> (SmtpMailer, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let heard = std::thread::spawn(move || converse(listener.accept().expect("a client").0, script));
    let mailer = mailer(&format!("smtp://127.0.0.1:{port}"));
    (mailer, heard)
}

fn mailer(url: &str) -> SmtpMailer {
    SmtpMailer::new(&SecretText::new(url.to_owned()), sender()).expect("an address of a server")
}

fn converse(stream: TcpStream, script: Script) -> Vec<String> {
    let (mut out, mut heard, mut in_data) = (stream.try_clone().expect("a stream"), Vec::new(), false);
    let mut say = |line: &str| out.write_all(format!("{line}\r\n").as_bytes());
    let answer = |line: &str, usual: &'static str| {
        script.iter().find(|(command, _)| line.starts_with(command)).map_or(usual, |(_, answer)| *answer)
    };
    let _ = say(answer("CONNECT", "220 ready"));
    for line in BufReader::new(stream).split(b'\n') {
        let Ok(line) = line else { break };
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        heard.push(line.clone());
        if in_data {
            if line == "." {
                in_data = false;
                let _ = say(answer("MESSAGE", "250 taken"));
            }
            continue;
        }
        let usual = if line.starts_with("DATA") { "354 go on" } else { "250 fine" };
        let answered = answer(&line, usual);
        in_data = answered.starts_with("354");
        // The client may be gone already: it has nothing to hear any more.
        let _ = say(answered);
        if line.starts_with("QUIT") {
            break;
        }
    }
    heard
}

#[test]
fn a_message_is_handed_over_whole() {
    let (mailer, heard) = server(&[]);
    let text = "First\n.\n..second\n".to_owned();
    mailer.send(&Message { text, ..message("a") }).expect("taken");
    drop(mailer);
    let heard = heard.join().expect("the server ends");
    for line in ["MAIL FROM:<no-reply@bank.example>", "RCPT TO:<ada@example.org>", "Message-ID: <a@bank.example>"] {
        assert!(heard.iter().any(|l| l.starts_with(line)), "{line}\n{heard:#?}");
    }
    let end = heard.iter().position(|line| line == ".").expect("the message ends");
    assert_eq!(heard[..end].iter().filter(|line| line.starts_with("..")).count(), 2, "dots are doubled: {heard:#?}");
}

#[test]
fn a_server_without_smtputf8_takes_every_domain_and_refuses_other_local_parts_for_good() {
    let (mailer, heard) = server(&[]);
    let to = |address| Mailbox::new("Ada", address).expect("an address");
    mailer.send(&Message { to: to("ada@bücher.example"), ..message("a") }).expect("taken");
    drop(mailer);
    let heard = heard.join().expect("the server ends");
    assert!(heard.iter().any(|line| line.starts_with("RCPT TO:<ada@xn--bcher-kva.example>")), "{heard:#?}");

    let (mailer, heard) = server(&[]);
    let error = mailer.send(&Message { to: to("josé@example.org"), ..message("b") }).expect_err("not taken");
    assert!(matches!(&error, MailError::Permanent(why) if why.contains("SMTPUTF8")), "{error}");
    drop(mailer);
    heard.join().expect("the server ends");

    let (mailer, heard) = server(&[("EHLO", "250-here\r\n250-8BITMIME\r\n250 SMTPUTF8")]);
    mailer.send(&Message { to: to("josé@example.org"), ..message("c") }).expect("taken");
    drop(mailer);
    let heard = heard.join().expect("the server ends");
    assert!(heard.iter().any(|line| line.starts_with("RCPT TO:<josé@example.org>")), "{heard:#?}");
}

#[test]
fn what_the_server_says_decides_whether_it_is_tried_again() {
    let check = |script: Script, permanent: bool| {
        let (mailer, heard) = server(script);
        let error = mailer.send(&message("a")).expect_err("not taken");
        assert_eq!(matches!(error, MailError::Permanent(_)), permanent, "{script:?}: {error}");
        drop(mailer);
        heard.join().expect("the server ends");
    };
    check(&[("RCPT TO", "550 no such mailbox")], true);
    check(&[("MESSAGE", "554 refused")], true);
    check(&[("RCPT TO", "451 busy")], false);
    check(&[("MESSAGE", "452 full")], false);
    check(&[("CONNECT", "421 not now")], false);
    // That the server does not know us says nothing of the message.
    check(&[("MAIL FROM", "530 log in first")], false);
}

/// Where nobody listens.
fn nobody() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("bound").port()
}

#[test]
fn a_server_that_is_gone_is_asked_again() {
    let error = mailer(&format!("smtp://127.0.0.1:{}", nobody())).send(&message("a")).expect_err("nobody there");
    assert!(matches!(error, MailError::Transient(_)), "{error}");
}

#[test]
fn passwords_are_in_no_error() {
    let url = format!("smtp://ada:hunter2@127.0.0.1:{}", nobody());
    let error = mailer(&url).send(&message("a")).expect_err("nobody there");
    assert!(!format!("{error:?}").contains("hunter2"));
    let bad = SmtpMailer::new(&SecretText::new("smtp:/ada:hunter2@mail".to_owned()), sender());
    assert!(!bad.map(drop).expect_err("no address").to_string().contains("hunter2"));
}
