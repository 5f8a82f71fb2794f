//! The program itself: what it prints, and its exit codes.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// The program in `folder`, with nothing of this machine's settings.
pub(crate) fn program(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bank-site"));
    command.env_clear().current_dir(folder).args(arguments).envs(environment.iter().copied());
    command
}

pub(crate) fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    program(folder, arguments, environment).output().expect("the program runs")
}

#[track_caller]
pub(crate) fn ends(output: &Output, code: i32) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}{err}");
    (out, err)
}

/// It ends with `code` and one line on stderr that holds `words`.
#[track_caller]
pub(crate) fn fails(output: &Output, code: i32, words: &str) {
    let (_, err) = ends(output, code);
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(err.starts_with("bank-site: ") && err.contains(words), "{err}");
}

#[test]
fn a_bad_setting_is_one_clear_line_and_exit_code_2() {
    let folder = folder();
    let check = |arguments: &[&str], environment: &[(&str, &str)], words: &str| {
        let arguments = [&["serve"], arguments].concat();
        fails(&run(folder.path(), &arguments, environment), 2, words);
    };
    check(&["--listen", "nowhere"], &[], "--listen");
    check(&[], &[("BANK_LISTEN", "nowhere")], "--listen");
    check(&["--listen", "0.0.0.0:0"], &[], "--behind-tls-proxy");
    check(&["--currency", "euro"], &[], "three capital letters");
    check(&["--deposits", "everyone"], &[], "--deposits");
    check(&["--daily-deposit-limit", "1.234"], &[], "too many decimals");
    check(&["--daily-deposit-limit", "EUR=5,XOF=1"], &[], "no accounts are kept in XOF");
    check(&[], &[("BANK_DAILY_DEPOSIT_LIMIT", "lots")], "BANK_DAILY_DEPOSIT_LIMIT");
    check(&["--fonts", "/no/such/folder"], &[], "there is no folder");
    check(&["--time-zone", "Berlin"], &[], "is no time zone");
    check(&[], &[("BANK_TIME_ZONE", "+01:00")], "is no time zone");
    check(&["--session-idle-minutes", "0"], &[], "--session-idle-minutes");
    check(&["--shop-url", "javascript:alert(1)"], &[], "--shop-url");
    check(&["--log", "xml"], &[], "text or json");
    check(&["--log-filter", "info,=,=="], &[], "log filter");
    check(&["--no-such-flag"], &[], "--no-such-flag");
    check(&["--listen", "127.0.0.1:0"], &[("BANK_KEY", "secret-key-text")], "BANK_KEY must be 64 hexadecimal digits");
    check(&["--listen", "0", "--key-file", "k"], &[("BANK_KEY", &"0".repeat(64))], "use one");
    fails(&run(folder.path(), &["close-bank"], &[]), 2, "close-bank");
    assert_eq!(std::fs::read_dir(folder.path()).expect("reads").count(), 0, "nothing was made");
}

#[test]
fn a_bank_that_cannot_start_says_why() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = run(folder.path(), &["serve", "--listen", &address], &[]);
    fails(&output, 2, "address already in use");
    fails(&output, 2, "--listen");

    std::fs::write(folder.path().join("file"), "").expect("writes");
    let inside = ["serve", "--listen", "0", "--database", "file/bank.db"];
    fails(&run(folder.path(), &inside, &[]), 2, "cannot create the folder file");

    // The database without its key.
    ends(&run(folder.path(), &["create-merchant", "Shop"], &[]), 0);
    let key = folder.path().join("data/bank.key");
    std::fs::rename(&key, folder.path().join("kept.key")).expect("renames");
    let serve = ["serve", "--listen", "0"];
    fails(&run(folder.path(), &serve, &[]), 2, "the key file data/bank.key is missing beside an existing database");
    assert!(!key.exists());
    let other_key = [("BANK_KEY", &*"ab".repeat(32))];
    fails(&run(folder.path(), &serve, &other_key), 2, "the key does not belong to this database");
    ends(&run(folder.path(), &["create-merchant", "Shop", "--key-file", "kept.key"], &[]), 0);

    // The schema version of a newer program: bytes 60 to 63 of an SQLite file.
    let newer = folder.path().join("newer.db");
    let mut bytes = std::fs::read(folder.path().join("data/bank.db")).expect("reads");
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    std::fs::write(&newer, bytes).expect("writes");
    let newer = ["serve", "--listen", "0", "--database", "newer.db", "--key-file", "kept.key"];
    fails(&run(folder.path(), &newer, &[]), 2, "written by a newer version (schema 9999)");

    std::fs::write(folder.path().join("other.db"), "not a database, but long enough to look at it for a while")
        .expect("writes");
    let foreign = ["serve", "--listen", "0", "--database", "other.db", "--key-file", "kept.key"];
    fails(&run(folder.path(), &foreign, &[]), 2, "other.db");
}

#[test]
fn the_operators_commands() {
    let folder = folder();
    let (key, words) = ends(&run(folder.path(), &["create-merchant", "Shop"], &[]), 0);
    assert_eq!(key.trim_end().len(), 64, "{key}");
    assert!(kit_core::Token::parse(key.trim_end()).is_some());
    assert!(words.contains("shown only now") && !words.contains(key.trim_end()), "{words}");
    fails(&run(folder.path(), &["create-merchant", " "], &[]), 1, "name");

    let (out, _) = ends(&run(folder.path(), &["check"], &[]), 0);
    assert_eq!(out, "checked 0 transfers, 2 accounts, 0 payments: 0 violations\n");
    fails(&run(folder.path(), &["check", "--database", "none.db"], &[]), 2, "there is no database at none.db");
    assert!(!folder.path().join("none.db").exists());

    // A customer, as the website would make one.
    let bank = bank_site::open_bank(bank_site::StoreConfig::new(folder.path().join("data/bank.db"))).expect("opens");
    let ada = bank
        .register(&bank_core::Registration {
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            password: kit_core::SecretText::new("a short sentence is good".to_owned()),
            pin: kit_core::Pin::parse("804917").expect("a PIN"),
            language: kit_core::Language::English,
            log_in: None,
        })
        .unwrap_or_else(|error| panic!("{error}"));
    let number = ada.account.number.digits();
    let balance = || bank.account(ada.customer.id, ada.account.number).expect("an account");

    let deposit = ["deposit", &number, "250.00", "--key", "cash-desk-1"];
    let (out, _) = ends(&run(folder.path(), &deposit, &[]), 0);
    assert!(out.contains("250.00 EUR deposited"), "{out}");
    let (out, _) = ends(&run(folder.path(), &deposit, &[]), 0);
    assert!(out.contains("before"), "{out}");
    assert_eq!(balance().balance.posted.decimal(), "250.00");
    fails(&run(folder.path(), &["deposit", &number, "-5"], &[]), 2, "");
    fails(&run(folder.path(), &["deposit", &number, "1.234"], &[]), 2, "too many decimals");
    fails(&run(folder.path(), &["deposit", &number, "0"], &[]), 1, "more than zero");
    fails(&run(folder.path(), &["deposit", "240000000138", "1"], &[]), 2, "check digits");
    fails(&run(folder.path(), &["deposit", "240000000183", "1"], &[]), 1, "no such account");
    fails(&run(folder.path(), &["freeze", "240000000183"], &[]), 1, "no such account");
    fails(&run(folder.path(), &["deposit", &number, "1", "--database", "none.db"], &[]), 2, "there is no database");

    ends(&run(folder.path(), &["freeze", &number], &[]), 0);
    assert!(balance().frozen);
    ends(&run(folder.path(), &["unfreeze", &number], &[]), 0);
    assert!(!balance().frozen);
    let (out, _) = ends(&run(folder.path(), &["check"], &[]), 0);
    assert_eq!(out, "checked 1 transfers, 3 accounts, 0 payments: 0 violations\n");

    let (out, _) = ends(&run(folder.path(), &["openapi"], &[]), 0);
    assert_eq!(out, bank_site::openapi_spec());
}

#[cfg(unix)]
#[test]
fn it_serves_says_where_and_stops_when_told() {
    let folder = folder();
    for signal in ["-INT", "-TERM"] {
        let mut server = program(folder.path(), &["serve", "--listen", "127.0.0.1:0"], &[])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        let mut line = String::new();
        BufReader::new(server.stdout.take().expect("a pipe")).read_line(&mut line).expect("reads");
        let address = line.trim_end().strip_prefix("The bank is open at http://").expect("an address");
        let mut connection = std::net::TcpStream::connect(address).expect("connects");
        std::io::Write::write_all(&mut connection, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            .expect("writes");
        let answer = std::io::read_to_string(connection).expect("reads");
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"), "{answer}");
        let told = Command::new("kill").args([signal, &server.id().to_string()]).status().expect("kill runs");
        assert!(told.success());
        assert_eq!(server.wait().expect("ends").code(), Some(0), "{signal}");
    }
    assert!(folder.path().join("data/bank.key").exists());
}

#[cfg(unix)]
#[test]
fn the_data_folder_is_for_its_owner_alone_and_a_wider_one_is_corrected_with_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let data = folder.path().join("data");
    let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let files =
        || -> Vec<_> { std::fs::read_dir(&data).expect("folder").map(|entry| entry.expect("entry").path()).collect() };
    let (_, err) = ends(&run(folder.path(), &["create-merchant", "Shop"], &[]), 0);
    assert!(!err.contains("WARN"), "{err}");
    assert_eq!(mode(&data), 0o700);
    assert!(files().len() >= 3, "{:?}", files());
    for file in files() {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).expect("chmod");
    }
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).expect("chmod");
    let (_, err) = ends(&run(folder.path(), &["create-merchant", "Another"], &[]), 0);
    assert_eq!(mode(&data), 0o700);
    for file in files() {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    for name in ["data ", "data/bank.key ", "data/bank.db ", "data/bank.statements.db "] {
        assert!(err.lines().any(|line| line.contains("WARN") && line.contains(name)), "{name}: {err}");
    }
}
