//! The indexes by themselves: what they promise whoever feeds and reads them, and what becomes of a file.

use std::ops::ControlFlow;
use std::path::Path;

use bank_core::model::{TransferId, TransferKind};
use bank_core::rules::statement::{Days, Line};
use bank_core::statements::{Position, SqliteStatements, StatementIndex};
use kit_core::{AccountNumber, Day, Uuid};

use super::indexes;
use crate::support::World;

fn number(n: u64) -> AccountNumber {
    AccountNumber::from_payload(n)
}

fn position(seq: u64) -> Position {
    Position { seq, last: (seq > 0).then(|| TransferId::from_uuid(Uuid::from_u128(seq.into()))), days: seq.min(1) * 7 }
}

fn line(account: u64, seq: u64, day: i64) -> Line {
    Line {
        account: number(account),
        seq,
        day: Day::from_number(day),
        kind: TransferKind::Payment,
        amount: -5,
        balance: i64::MAX,
        other: number(9),
        text: format!("café {seq}\nĳ"),
    }
}

fn shown(index: &dyn StatementIndex, account: u64, days: (i64, i64), newest: u64, most: usize) -> Option<Vec<Line>> {
    let days = Days { from: Day::from_number(days.0), to: Day::from_number(days.1) };
    let mut lines = Vec::new();
    let known = index.visit(number(account), days, newest, &mut |line| {
        lines.push(line.clone());
        if lines.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    known.expect("answers").then_some(lines)
}

#[test]
fn every_index_keeps_the_contract() {
    let (_folder, indexes) = indexes();
    for (name, index) in indexes {
        let index = &*index;
        assert_eq!(index.position().expect("answers"), position(0), "{name}: empty");
        assert_eq!(shown(index, 1, (0, 99), 0, 9), Some(Vec::new()));
        assert_eq!(shown(index, 1, (0, 99), 1, 9), None, "{name}: not fed that far");
        let lines = [line(1, 1, 3), line(2, 1, 3), line(1, 2, 3), line(1, 3, 5)];
        assert!(index.feed(position(0), &lines, position(3)).expect("feeds"));
        assert!(!index.feed(position(0), &lines, position(3)).expect("answers"), "{name}: fed by somebody else");
        let other = Position { last: position(9).last, ..position(3) };
        assert!(!index.feed(other, &[line(1, 4, 5)], position(4)).expect("answers"), "{name}: another ledger's");
        let other = Position { days: 8, ..position(3) };
        assert!(!index.feed(other, &[line(1, 4, 5)], position(4)).expect("answers"), "{name}: another calendar's");
        assert_eq!(index.position().expect("answers"), position(3));
        let [a, b, c, d] = lines;
        assert_eq!(shown(index, 1, (0, 99), 3, 9), Some(vec![d.clone(), c.clone(), a.clone()]), "{name}: newest first");
        assert_eq!(shown(index, 1, (0, 99), 2, 9), Some(vec![c.clone(), a.clone()]), "{name}: up to the second");
        assert_eq!(shown(index, 1, (0, 99), 3, 2), Some(vec![d.clone(), c.clone()]), "{name}: until told to stop");
        assert_eq!(shown(index, 1, (3, 3), 3, 9), Some(vec![c, a]), "{name}: one day");
        assert_eq!(shown(index, 1, (4, 5), 3, 9), Some(vec![d]));
        assert_eq!(shown(index, 2, (0, 99), 3, 9), Some(vec![b]), "{name}: each account its own");
        assert_eq!(shown(index, 1, (0, 99), 4, 9), None);
        index.clear().expect("clears");
        assert_eq!(
            (index.position().expect("answers"), shown(index, 1, (0, 99), 0, 9)),
            (position(0), Some(Vec::new()))
        );
        assert!(index.feed(position(0), &[line(1, 1, 3)], position(1)).expect("feeds again"));
    }
}

#[test]
fn a_file_goes_on_where_it_was_and_one_that_cannot_be_used_is_made_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("statements.db");
    let fill = |path: &Path| {
        let index = SqliteStatements::open(path).expect("opens");
        assert!(index.feed(position(0), &[line(1, 1, 3)], position(1)).expect("feeds"));
    };
    let opened = |path: &Path| SqliteStatements::open(path).expect("opens").position().expect("answers").seq;
    fill(&path);
    assert_eq!(opened(&path), 1, "what was fed stays");

    let set = |path: &Path, sql: &str| {
        rusqlite::Connection::open(path).and_then(|c| c.execute_batch(sql)).expect("changes the file");
    };
    set(&path, "PRAGMA user_version = 99");
    assert_eq!(opened(&path), 0, "another version's");
    fill(&path);
    std::fs::write(&path, "not a database, but somebody may want it").expect("writes");
    assert_eq!(opened(&path), 0, "no database");
    let aside = folder.path().join("statements.db.set-aside");
    assert_eq!(std::fs::read_to_string(&aside).expect("set aside"), "not a database, but somebody may want it");
    let foreign = folder.path().join("foreign.db");
    set(&foreign, "CREATE TABLE recipes (cake TEXT); INSERT INTO recipes VALUES ('Sacher')");
    assert_eq!(opened(&foreign), 0, "another program's");
    let kept = rusqlite::Connection::open(folder.path().join("foreign.db.set-aside")).expect("opens");
    assert_eq!(kept.query_row("SELECT cake FROM recipes", [], |row| row.get::<_, String>(0)).expect("kept"), "Sacher");
}

#[test]
fn a_file_that_turns_out_broken_is_fed_anew_while_the_bank_serves() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("statements.db");
    let w = World::new();
    let ada = w.person("Ada", 1_000);
    for n in 0..500 {
        let name = format!("cash-{n}");
        w.bank.deposit_by_operator(&crate::support::key(&name), ada.account, crate::support::eur(1)).expect("deposits");
    }
    let bank = w.bank.clone().with_statements(std::sync::Arc::new(SqliteStatements::open(&path).expect("opens")));
    while bank.feed_statements().expect("feeds") > 0 {}
    drop(bank);
    // Every page but the first, which says whose file it is.
    let mut bytes = std::fs::read(&path).expect("reads");
    assert!(bytes.len() > 3 * 4_096 && !path.with_extension("db-wal").exists(), "all of it stands in the file");
    bytes[4_096..].fill(0xa5);
    std::fs::write(&path, bytes).expect("writes");

    let bank = w.bank.clone().with_statements(std::sync::Arc::new(SqliteStatements::open(&path).expect("opens")));
    let search = || bank.statement(ada.id, ada.account, &bank_core::StatementQuery::default(), None, 5);
    assert_eq!(search().expect("answers").count, 501, "the ledger answers by itself");
    let mut fed = 0;
    for _ in 0..3 {
        fed += bank.feed_statements().unwrap_or(0);
    }
    assert_eq!(fed, 501, "thrown away and fed anew");
    assert_eq!(search().expect("answers").count, 501);
}
