//! A database of schema 5, as `bank-core/tests/it/schema_5.rs` tells of it: a statement to keep, and the
//! operator's check.

use std::sync::Arc;

use bank_core::hashing::{Argon2Hasher, Cost, Pepper};
use bank_core::store::sqlite::SqliteStore;
use bank_core::{Bank, BankConfig, BankParts};
use bank_site::SiteConfig;
use kit_core::{Env, ManualClock, Timestamp};
use kit_web::testing::Watched;
use poem::EndpointExt;

use crate::bench::Bench;
use crate::cli::{ends, folder, run};

const DUMP: &str = include_str!("../../../bank-core/tests/fixtures/schema_5.sql");
const PEPPER: &str = "6c2c6d78ce2cc6f1c281cf87da82f56dcf0352694ae3f3ca22cb479a4f343147";
const EUROS: &str = "263191313374";

/// All that a PDF says, each run of blanks as one.
fn text_of_pdf(file: &[u8]) -> String {
    let document = lopdf::Document::load_mem(file).expect("a PDF");
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let text = document.extract_text(&pages).expect("text that can be copied");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_statement_of_a_bank_from_before_is_a_file_and_its_ledger_is_sound() {
    let folder = folder();
    let path = folder.path().join("bank.db");
    rusqlite::Connection::open(&path).expect("a fresh file").execute_batch(DUMP).expect("the dump is whole");
    let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_796_198_536_000_000)));
    let hasher = Arc::new(Argon2Hasher::new(Cost::default(), Pepper::parse(PEPPER).expect("the fixture's key")));
    let store = Arc::new(SqliteStore::open(&path).expect("it is brought up to date"));
    let env = Env::with(clock.clone(), 7);
    let bank = Bank::open(BankParts { store, hasher, env, config: BankConfig::default() }).expect("opens");
    let app = bank_site::app(bank.clone(), SiteConfig::default());
    let bench = Bench { app: Watched::new(app, bank_site::openapi_spec()).boxed(), bank, clock };
    let token = bench.log_in("ming@example.org", "a sentence of the old bank").await;
    let file = bench.get(&format!("/accounts/{EUROS}/statement.pdf?from=2026-12-01&to=2026-12-01"), &token).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"), "{}", file.text);
    let copied = text_of_pdf(&file.body);
    for part in ["Miete \"März\" & <more>", "O'Brien \"Bob\"", "Order MR3P-3QHA", "3,000.00", "120.25", "2,770.83"] {
        assert!(copied.contains(part), "{part}: {copied}");
    }
    let checked = ends(&run(folder.path(), &["check", "--database", "bank.db"], &[]), 0).0;
    assert!(checked.contains("checked 11 transfers, 11 accounts, 7 payments: 0 violations"), "{checked}");
    let twins = "one e-mail address, several customers: jose\u{301}@example.org, jos\u{e9}@example.org";
    assert!(checked.contains(twins), "{checked}");
}
