//! `reconcile` and `backup`: what they print, their exit codes, and that they leave the shop as it is.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;

use tempfile::TempDir;

use crate::commands::{KEY, path, program, run, text};

const PAYMENT: &str = r#"{"id":"0199-1","idempotency_key":"key-00001","status":"captured","amount":"35.00",
    "currency":"EUR","captured":"35.00","refunded":"0.00","reference":"Order\nK7Q2-M4XD",
    "created_at":"2026-11-15T16:07:00.000000Z","capture":"immediate"}"#;

/// A bank that answers each call for a list with `list`, and each for one payment with [`PAYMENT`]; its URL. It ends
/// with the test.
fn bank(status: &'static str, media: &'static str, list: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let found = page(PAYMENT);
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            assert!(lines.by_ref().map(Result::unwrap).take_while(|line| !line.is_empty()).any(|l| l.contains(KEY)));
            let (status, media, body) = match !first.contains("idempotency_key=") {
                true => (status, media, list.as_str()),
                false => ("200 OK", "application/json", found.as_str()),
            };
            let length = body.len();
            write!(stream, "HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {length}\r\n\r\n{body}")
                .unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    url
}

fn page(payments: &str) -> String {
    format!(r#"{{"payments":[{payments}]}}"#)
}

/// A shop without orders; its database's path.
fn shop(folder: &TempDir) -> String {
    let database = path(folder, "shop.db");
    let csv = path(folder, "catalogue.csv");
    let header = "sku,name,brand,category,price,stock,description,specifications";
    std::fs::write(&csv, format!("{header}\nA-1,One,Fjordlight,mice,1.00,1,Small.,\n")).unwrap();
    assert!(run(&["import", &csv, "--database", &database]).status.success());
    database
}

fn reconcile(database: &str, url: &str) -> (Option<i32>, String, String) {
    let arguments = ["reconcile", "--database", database, "--bank-url", url];
    let output = program(&arguments).env("SHOP_BANK_API_KEY", KEY).output().unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn agreement_is_0_and_each_difference_a_line_and_1() {
    let folder = TempDir::new().unwrap();
    let database = shop(&folder);
    let before = std::fs::read(&database).unwrap();
    let ended = reconcile(&database, &bank("200 OK", "application/json", page("")));
    let agreed = "compared 0 payments at the bank, 0 orders: 0 differences, 0 open\n";
    assert_eq!(ended, (Some(0), agreed.to_owned(), String::new()));

    let (code, out, err) = reconcile(&database, &bank("200 OK", "application/json", page(PAYMENT)));
    assert_eq!((code, err.as_str()), (Some(1), ""), "{out}");
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines.len(), 2, "what a bank says never makes a second line: {out}");
    assert!(lines[0].starts_with("unknown-payment") && lines[0].contains("payment 0199-1"), "{out}");
    assert!(lines[0].contains("took 35.00 EUR") && lines[0].contains("K7Q2-M4XD"), "{out}");
    assert_eq!(lines[1], "compared 1 payments at the bank, 0 orders: 1 differences, 0 open");
    assert_eq!(std::fs::read(&database).unwrap(), before, "it reads only");
}

#[test]
fn what_cannot_be_compared_is_one_line_and_2() {
    let folder = TempDir::new().unwrap();
    let database = shop(&folder);
    let check = |database: &str, url: &str, words: &str| {
        let (code, out, err) = reconcile(database, url);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
        assert!(err.lines().count() == 1 && err.starts_with("shop-site: ") && err.contains(words), "{words}: {err}");
        assert!(!err.contains(KEY));
    };
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    check(&database, &format!("http://{nobody}"), "the bank cannot be reached");
    check(&database, "http://bank.example", "https://");
    check(&path(&folder, "none.db"), "http://127.0.0.1:9", "there is no database at");
    let problem = |status, code: &str| bank(status, "application/problem+json", format!(r#"{{"code":"{code}"}}"#));
    check(&database, &problem("401 No", "unauthenticated"), "does not accept the shop's API key");
    check(&database, &problem("503 No", "busy"), "the bank is busy");
    check(&database, &problem("404 No", "not-found"), "cannot list its payments");
    check(&database, &bank("200 OK", "application/json", "{}".to_owned()), "no readable answer");
    let output = run(&["reconcile", "--database", &database, "--bank-url", "http://127.0.0.1:9"]);
    assert!(output.status.code() == Some(2) && text(&output.stderr).contains("API key is missing"));
}

#[test]
fn a_backup_is_a_shop_of_its_own() {
    let folder = TempDir::new().unwrap();
    let database = shop(&folder);
    let copy = path(&folder, "copy.db");
    let output = run(&["backup", &copy, "--database", &database]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("is a verified backup of"), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("API key"), "what is not in it is spoken of");
    let listed = run(&["orders", "--database", &copy]);
    assert_eq!((listed.status.code(), text(&listed.stdout)), (Some(0), String::new()));

    for (from, to, words) in [
        (database.as_str(), copy.as_str(), "is there already"),
        (&path(&folder, "none.db"), &path(&folder, "other.db"), "there is no database at"),
        (&database, &path(&folder, "no/such/copy.db"), "cannot write the backup"),
    ] {
        let output = run(&["backup", to, "--database", from]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.lines().count() == 1 && said.contains(words), "{words}: {said}");
    }
}
