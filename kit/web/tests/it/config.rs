//! Settings: what is wrong is said in one line.

use std::net::SocketAddr;

use clap::Parser;
use kit_web::config::{Stop, check_listen, parse_from, parse_listen};

/// A site.
#[derive(Debug, Parser)]
#[command(name = "bank-site", version = "1.2.3")]
struct Args {
    /// Where to listen.
    #[arg(long, value_parser = parse_listen, default_value = "127.0.0.1:8080")]
    bank_listen: SocketAddr,
    /// The database.
    #[arg(long)]
    database: String,
}

fn parse(arguments: &[&str]) -> Result<Args, Stop> {
    parse_from(std::iter::once("bank-site").chain(arguments.iter().copied()).map(Into::into))
}

#[test]
fn good_arguments_are_read() {
    let args = parse(&["--database", "bank.db", "--bank-listen", "9000"]).unwrap();
    assert_eq!((args.bank_listen.to_string().as_str(), args.database.as_str()), ("127.0.0.1:9000", "bank.db"));
}

#[test]
fn bad_arguments_are_one_line() {
    for (arguments, words) in [
        (&["--database", "x", "--bank-listen", "here"][..], "--bank-listen"),
        (&[], "--database"),
        (&["--colour"], "--colour"),
    ] {
        let Err(Stop::Bad(line)) = parse(arguments) else { panic!("{arguments:?} was accepted") };
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(line.contains(words) && line.ends_with("; see --help"), "{line}");
        assert!(!line.starts_with("error:"), "{line}");
    }
}

#[test]
fn help_and_version_still_work() {
    let Err(Stop::Told(help)) = parse(&["--help"]) else { panic!("no help") };
    assert!(help.contains("Where to listen") && help.contains("--database"));
    let Err(Stop::Told(version)) = parse(&["--version"]) else { panic!("no version") };
    assert_eq!(version, "bank-site 1.2.3\n");
}

#[test]
fn listen_addresses() {
    for (text, address) in [
        ("127.0.0.1:8080", "127.0.0.1:8080"),
        ("8080", "127.0.0.1:8080"),
        ("localhost:8080", "127.0.0.1:8080"),
        ("[::1]:8080", "[::1]:8080"),
        ("0.0.0.0:80", "0.0.0.0:80"),
    ] {
        assert_eq!(parse_listen(text).unwrap().to_string(), address);
    }
    for text in ["", "localhost", "80800", "127.0.0.1", "bank.example:80", "-1"] {
        assert!(parse_listen(text).is_err(), "{text}");
    }
}

#[test]
fn plain_http_stays_on_this_machine() {
    for (address, proxied, fine) in [
        ("127.0.0.1:80", false, true),
        ("127.8.8.8:80", false, true),
        ("[::1]:80", false, true),
        ("0.0.0.0:80", false, false),
        ("[::]:80", false, false),
        ("192.0.2.1:80", false, false),
        ("0.0.0.0:80", true, true),
    ] {
        let outcome = check_listen(address.parse().unwrap(), proxied);
        assert_eq!(outcome.is_ok(), fine, "{address} {proxied}");
        if let Err(line) = outcome {
            assert!(line.contains("--behind-tls-proxy") && line.lines().count() == 1, "{line}");
        }
    }
}
