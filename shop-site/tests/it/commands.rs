//! The program: settings, starting and stopping, importing.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) const KEY: &str = "a-key-that-no-bank-has-given-out";

/// The program with no settings of ours in its environment.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop-site"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SHOP_")) {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    program(arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(crate) fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

/// Exit code 2 and one line that says `words`.
fn check_bad_setting(output: &Output, words: &str) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("shop-site: ") && said.contains(words), "expected {words:?}: {said}");
}

#[test]
fn a_bad_setting_is_one_line_and_exit_code_2() {
    let folder = TempDir::new().unwrap();
    let database = path(&folder, "data/shop.db");
    let file = path(&folder, "a-file");
    std::fs::write(&file, "").unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let below_a_file = format!("{file}/data/shop.db");
    let good = ["--bank-url", "http://127.0.0.1:9", "--database", &database, "--listen", "127.0.0.1:0"];
    let cases: [(&[&str], &str); 25] = [
        (&["--listen", "nowhere"], "an address and port such as"),
        (&["--listen", "0.0.0.0:8081"], "--behind-tls-proxy"),
        (&["--listen", &taken], "address already in use"),
        (&["--database", &below_a_file], "cannot create the folder"),
        (&["--database", "/"], "cannot open the database"),
        (&["--bank-url", "bank"], "must be a URL such as"),
        (&["--bank-url", "http://bank.example"], "must begin with https://"),
        (&["--bank-api-key-file", "/no/such/file"], "are both set"),
        (&["--bank-deadline-seconds", "0"], "--bank-deadline-seconds"),
        (&["--bank-lease-margin-seconds", "0"], "--bank-lease-margin-seconds"),
        (&["--reservation-seconds", "0"], "--reservation-seconds"),
        (&["--bank-pages-url", "javascript:alert(1)"], "an address such as"),
        (&["--time-zone", "Mars/Olympus"], "is no time zone"),
        (&["--fonts", "/no/such/folder"], "there is no folder"),
        (&["--synonyms", "/no/such/file"], "cannot read /no/such/file"),
        (&["--seller-name", "Shop \u{202e}ltd."], "has the character U+202E"),
        (&["--seller-name", "\u{3164}"], "--seller-name"),
        (&["--seller-name", "* *"], "must have a letter, a digit or an emoji"),
        (&["--seller-address", "Main Street 1; \u{2066}Berlin"], "--seller-address"),
        (&["--seller-vat-id", "DE\u{2800}"], "--seller-vat-id"),
        (&["--seller-email", "shop@-bad-.org"], "--seller-email"),
        (&["--currency", "euro"], "--currency"),
        (&["--currency", "JPY"], "cannot be sold in JPY"),
        (&["--log", "xml"], "text or json"),
        (&["--colour"], "--colour"),
    ];
    for (changed, words) in cases {
        let flags: Vec<&str> = good.chunks(2).filter(|pair| !changed.contains(&pair[0])).flatten().copied().collect();
        let output = program(&["serve"]).args(flags).args(changed).env("SHOP_BANK_API_KEY", KEY).output().unwrap();
        check_bad_setting(&output, words);
        assert!(!text(&output.stderr).contains(KEY));
    }
    let serve = |name: &str, value: &str| program(&["serve"]).args(good).env(name, value).output().unwrap();
    check_bad_setting(&serve("SHOP_NOTHING", ""), "the bank's API key is missing");
    check_bad_setting(&serve("SHOP_BANK_API_KEY", "two words"), "visible ASCII");
    check_bad_setting(&serve("SHOP_BANK_API_KEY_FILE", "/no/such/file"), "cannot read /no/such/file");
    check_bad_setting(&program(&["orders"]).env("SHOP_ORDERS_STATE", "lost").output().unwrap(), "expected one of");
    check_bad_setting(&run(&["ship", "not-a-number!"]), "K7Q2-M4XD");
    check_bad_setting(&run(&["orders", "--database", &path(&folder, "none.db")]), "there is no database at");
    assert!(!Path::new(&path(&folder, "none.db")).exists(), "a mistyped path makes no shop");
    check_bad_setting(&run(&["import", "/no/such.csv", "--database", &database]), "cannot read /no/such.csv");
}

#[test]
fn bad_synonyms_are_all_told_by_line() {
    let folder = TempDir::new().unwrap();
    let (file, database) = (path(&folder, "words.synonyms"), path(&folder, "shop.db"));
    std::fs::write(&file, "# ours\ngpu = graphics card\nalone\na = = b\n").unwrap();
    let output = program(&["serve", "--listen", "127.0.0.1:0", "--bank-url", "http://127.0.0.1:9"])
        .args(["--database", &database, "--synonyms", &file])
        .env("SHOP_BANK_API_KEY", KEY)
        .output()
        .unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[0].starts_with(&format!("{file}:3: ")) && lines[1].starts_with(&format!("{file}:4: ")), "{said}");
    assert!(lines[2].starts_with("shop-site: ") && lines[2].contains("2 error(s)"), "{said}");
    assert!(!Path::new(&database).exists(), "nothing was begun");
}

#[test]
fn the_shipped_synonyms_are_in_order() {
    let synonyms = shop_site::shipped_synonyms();
    assert!(!synonyms.of(&["gpu".to_owned()]).is_empty() && !synonyms.of(&["kopfhorer".to_owned()]).is_empty());
    assert_eq!(shop_site::StoreConfig::new("shop.db").shop.synonyms, synonyms, "and used where no file is named");
}

#[test]
fn it_serves_until_it_is_told_to_stop() {
    let folder = TempDir::new().unwrap();
    let key_file = path(&folder, "bank.key");
    std::fs::write(&key_file, format!("{KEY}\n")).unwrap();
    let mut serving = program(&["serve", "--listen", "0", "--bank-url", "http://127.0.0.1:9"])
        .args(["--database", &path(&folder, "new/folder/shop.db"), "--bank-api-key-file", &key_file])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("The shop is open at http://127.0.0.1:"), "{line}");
    let pid = serving.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let output = serving.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains(KEY));
    let again = run(&["orders", "--database", &path(&folder, "new/folder/shop.db")]);
    assert_eq!((again.status.code(), text(&again.stdout)), (Some(0), String::new()));
}

#[test]
fn a_catalogue_is_imported_whole() {
    let folder = TempDir::new().unwrap();
    let (database, file) = (path(&folder, "shop.db"), path(&folder, "catalogue.csv"));
    let header = "sku,name,brand,category,price,stock,description,specifications";
    let import = |rows: &str| {
        std::fs::write(&file, format!("{header}\n{rows}")).unwrap();
        run(&["import", &file, "--database", &database])
    };
    let first = import("A-1,One,Fjordlight,mice,1.00,1,Small.,\nA-2,Two,Fjordlight,mice,2.00,2,Small.,\n");
    assert_eq!(text(&first.stdout), "2 added, 0 updated, 0 unchanged\n", "{}", text(&first.stderr));
    let second = import(
        "A-2,Two,Fjordlight,mice,2.50,2,Small.,\nA-1,One,Fjordlight,mice,1.00,1,Small.,\nA-3,Three,Fjordlight,mice,3.00,3,Small.,\n",
    );
    assert_eq!(text(&second.stdout), "1 added, 1 updated, 1 unchanged\n");
}

#[test]
fn an_export_is_edited_and_imported_once() {
    let folder = TempDir::new().unwrap();
    let (database, file) = (path(&folder, "shop.db"), path(&folder, "catalogue.csv"));
    let header = "sku,name,brand,category,price,stock,description,specifications";
    std::fs::write(&file, format!("{header}\nA-1,One,Fjordlight,mice,1.00,1,Small.,\n")).unwrap();
    run(&["import", &file, "--database", &database]);
    let export = path(&folder, "export.csv");
    let first = run(&["export", &export, "--database", &database]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    check_bad_setting(&run(&["export", &export, "--database", &database]), "cannot write");
    check_bad_setting(&run(&["export", &file, "--database", &path(&folder, "none.db")]), "there is no database at");
    let import = || text(&run(&["import", &export, "--database", &database]).stdout);
    assert_eq!(import(), "0 added, 0 updated, 1 unchanged: 0 changes\n");
    std::fs::write(&export, std::fs::read_to_string(&export).unwrap().replace(",1.00,1,", ",1.00,4,")).unwrap();
    assert_eq!(import(), "0 added, 1 updated, 0 unchanged\n");
    assert_eq!(import(), "0 added, 0 updated, 1 unchanged: 0 changes\n");
}

#[test]
fn bad_rows_are_all_told_with_line_and_column_and_nothing_is_imported() {
    let folder = TempDir::new().unwrap();
    let (database, file) = (path(&folder, "shop.db"), path(&folder, "catalogue.csv"));
    let csv = "sku,name,brand,category,price,stock,description,specifications\n\
               A-1,One,Fjordlight,mice,1.00,1,Small.,weight=80 g\n\
               A 2,Two,Fjordlight,mice,1.00,1,Small.,\n\
               A-3,,Fjordlight,Mice,1.005,-1,Small.,weight=80 kg\n\
               A-1,Again,Fjordlight,mice,1.00,1,Small.,\n\
               A-5,Five,Fjordlight,mice\n";
    std::fs::write(&file, csv).unwrap();
    let output = run(&["import", &file, "--database", &database]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for place in ["3:sku", "4:name", "4:category", "4:price", "4:stock", "4:specifications", "5:sku", "6:row"] {
        assert!(said.contains(&format!("{file}:{place}: ")), "{place}: {said}");
    }
    assert!(said.contains("nothing was imported: 8 error(s)"), "{said}");
    std::fs::write(&file, csv.lines().take(2).collect::<Vec<_>>().join("\n")).unwrap();
    let good = run(&["import", &file, "--database", &database]);
    assert_eq!(text(&good.stdout), "1 added, 0 updated, 0 unchanged\n", "the good row had not been imported before");
}

#[test]
fn the_contract_is_printed() {
    assert_eq!(text(&run(&["openapi"]).stdout), shop_site::openapi_spec());
    assert!(text(&run(&["--help"]).stdout).contains("Cancel an order"));
}

#[test]
fn the_import_says_what_it_does_to_stock() {
    let help = run(&["import", "--help"]);
    assert!(help.status.success());
    let help = text(&help.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("In any other file the stock is a count: it is set to what the file says."), "{help}");
}

#[cfg(unix)]
#[test]
fn the_data_folder_and_the_key_are_for_their_owner_alone_and_wider_ones_are_corrected_with_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let (database, key) = (path(&folder, "data/shop.db"), path(&folder, "shop-at-bank.key"));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let widen = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    let data = folder.path().join("data");
    let files = || -> Vec<_> { std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).collect() };
    let catalogue = path(&folder, "catalogue.csv");
    std::fs::write(&catalogue, shop_site::CATALOGUE).unwrap();
    let import = || run(&["import", &catalogue, "--database", &database]);
    let made = import();
    assert!(made.status.success() && made.stderr.is_empty(), "{}", text(&made.stderr));
    assert_eq!(mode(&data), 0o700);
    for file in files() {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        widen(&file, 0o644);
    }
    widen(&data, 0o755);
    let again = text(&import().stderr);
    assert_eq!(mode(&data), 0o700);
    for file in files() {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    for name in ["data ", "data/shop.db "] {
        assert!(again.lines().any(|line| line.contains("WARN") && line.contains(name)), "{name}: {again}");
    }
    std::fs::write(&key, KEY).unwrap();
    widen(Path::new(&key), 0o644);
    let number = "ABCD-EFGH";
    let bank = ["--bank-url", "http://127.0.0.1:9", "--bank-api-key-file", &key, "--database", &database];
    let cancelled = run(&[&["cancel", number][..], &bank].concat());
    assert_eq!(mode(Path::new(&key)), 0o600);
    assert!(text(&cancelled.stderr).contains("shop-at-bank.key"), "{}", text(&cancelled.stderr));
}

#[test]
fn skus_that_differ_only_by_case_are_listed() {
    let folder = TempDir::new().unwrap();
    let (database, catalogue) = (path(&folder, "data/shop.db"), path(&folder, "catalogue.csv"));
    std::fs::write(&catalogue, shop_site::CATALOGUE).unwrap();
    assert!(run(&["import", &catalogue, "--database", &database]).status.success());
    let check = || {
        let output = run(&["check", "--database", &database]);
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    assert_eq!(check(), (Some(0), String::new(), String::new()));
    // As an older version left it.
    let columns = "name, sort_name, brand, category, price_minor, currency, stock, description, specifications";
    let twin = format!(
        "INSERT INTO products (sku, {columns}) SELECT lower(sku), {columns} FROM products WHERE sku = 'KB-0302'"
    );
    assert_eq!(rusqlite::Connection::open(&database).unwrap().execute(&twin, []).unwrap(), 1);
    assert_eq!(check(), (Some(1), "differ only by case: KB-0302, kb-0302\n".to_owned(), String::new()));
}
