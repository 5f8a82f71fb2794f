//! Statements to take away: complete, and their balances and entries add up.

use bank_core::command::{Command, Deposit, DepositBy};
use bank_core::model::TransferId;
use bank_core::rules::export::{MAX_RECORDS, StatementDocument, camt::camt053, csv::for_programs, ofx::ofx};
use bank_core::{Coverage, Refusal, StatementQuery};
use kit_core::{Clock, Uuid, Zone};

use crate::support::{DAY, MINUTE, PIN, START, World, eur, key, refusal, told};

#[test]
fn opening_and_entries_are_the_closing_balance() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 10_000), w.person("Ben", 0));
    for (n, minor) in (0..).zip([100, 250, 375, 5]) {
        w.pass(DAY);
        w.transfer(&ada, &format!("to-ben-{n}"), &ben, minor, PIN).expect("transfers");
    }
    let today = Zone::UTC.day(START);
    let document = |from: Option<i64>, to: Option<i64>| {
        let (from_day, to_day) = (from.map(|n| today.plus(n)), to.map(|n| today.plus(n)));
        let query = StatementQuery { from_day, to_day, ..StatementQuery::default() };
        let document = w.bank.statement_document(ada.id, ada.account, &query, Coverage::Everything).expect("makes it");
        let sum: i64 = document.records.iter().map(|record| record.amount.minor).sum();
        assert_eq!(document.opening.minor + sum, document.closing.minor, "{from:?} to {to:?}");
        assert!(document.records.is_sorted_by_key(|record| record.at), "oldest first");
        (document.opening.minor, document.closing.minor, document.records.len(), document.days)
    };
    let days = |from: i64, to: i64| bank_core::rules::statement::Days { from: today.plus(from), to: today.plus(to) };
    assert_eq!(document(None, None), (0, 9_270, 5, days(0, 4)));
    assert_eq!(document(Some(2), Some(3)), (9_900, 9_275, 2, days(2, 3)));
    assert_eq!(document(Some(-9), Some(-1)), (0, 0, 0, days(-9, -1)));
    assert_eq!(document(Some(9), Some(10)), (9_270, 9_270, 0, days(9, 10)));
    let searched = StatementQuery { min_minor: Some(250), max_minor: Some(400), ..StatementQuery::default() };
    let found = w.bank.statement_document(ada.id, ada.account, &searched, Coverage::Everything).expect("makes it");
    assert_eq!((found.records.len(), found.opening, found.closing), (2, eur(0), eur(9_270)));
    assert_eq!((found.owner.as_str(), found.account), ("Ada", ada.account));
}

#[test]
fn more_than_one_document_holds_is_refused_not_cut() {
    let w = World::new();
    let ada = w.person("Ada", 0);
    let deposit = |n: usize| {
        Command::Deposit(Deposit {
            id: TransferId::from_uuid(Uuid::from_u128(n as u128 + 1)),
            by: DepositBy::Operator,
            key: key(&format!("deposit-{n}")),
            account: ada.account,
            amount: eur(1),
        })
    };
    for chunk in (0..MAX_RECORDS).collect::<Vec<_>>().chunks(1_000) {
        w.batch(chunk.iter().map(|n| deposit(*n)).collect());
    }
    let everything = StatementQuery::default();
    let full =
        w.bank.statement_document(ada.id, ada.account, &everything, Coverage::Everything).expect("as many as it holds");
    assert_eq!(full.records.len(), MAX_RECORDS);
    assert_eq!(for_programs(&full).matches("\r\n").count(), MAX_RECORDS + 1);
    assert_eq!(ofx(&full).matches("<STMTTRN>").count(), MAX_RECORDS);
    assert_eq!(camt053(&full).matches("<Ntry>").count(), MAX_RECORDS);
    w.batch(vec![deposit(MAX_RECORDS)]);
    let refused = refusal(w.bank.statement_document(ada.id, ada.account, &everything, Coverage::Everything));
    assert_eq!(refused, bank_core::Refusal::TooManyEntries { limit: MAX_RECORDS });
    assert_eq!(told(&w.bank.statement(ada.id, ada.account, &everything, None, 10)), "ok", "pages are another matter");
}

#[test]
fn a_final_statement_covers_days_that_have_ended() {
    let w = World::new();
    let ada = w.person("Ada", 10_000);
    let first = Zone::UTC.day(START);
    let made = |coverage, from: Option<i64>, to: Option<i64>| {
        let (from_day, to_day) = (from.map(|n| first.plus(n)), to.map(|n| first.plus(n)));
        let query = StatementQuery { from_day, to_day, ..StatementQuery::default() };
        w.bank.statement_document(ada.id, ada.account, &query, coverage)
    };
    let days = |document: bank_core::Result<StatementDocument>| {
        let document = document.expect("makes it");
        (
            document.days.from.number() - first.number(),
            document.days.to.number() - first.number(),
            document.records.len(),
        )
    };
    let not_ended =
        |last: i64| Refusal::DaysNotEnded { last_day: first.plus(last), formats: "camt.052, CSV, OFX, PDF".to_owned() };
    // Ended days and today are together everything, and no entry is in both.
    assert_eq!(days(made(Coverage::EndedDays, None, None)), (-1, -1, 0), "nothing has ended yet");
    assert_eq!(days(made(Coverage::Today, None, None)), (0, 0, 1));
    w.pass(DAY);
    w.withdraw(&ada, "cash", 100, PIN).expect("withdraws");
    assert_eq!(days(made(Coverage::EndedDays, None, None)), (0, 0, 1));
    assert_eq!(days(made(Coverage::Today, None, None)), (1, 1, 1));
    assert_eq!(days(made(Coverage::Today, Some(0), None)), (0, 1, 2), "any days that are asked for");
    assert_eq!(days(made(Coverage::Everything, None, None)), (0, 1, 2));
    assert_eq!(days(made(Coverage::EndedDays, Some(-3), Some(0))), (-3, 0, 1));
    for (from, to) in [(Some(0), Some(1)), (Some(1), None), (None, Some(1)), (Some(-3), Some(9)), (Some(5), Some(9))] {
        assert_eq!(refusal(made(Coverage::EndedDays, from, to)), not_ended(0), "{from:?} to {to:?}");
    }
    // What was posted in a day's last moment may still be on its way to the disk.
    let midnight = Zone::UTC.start(first.plus(2));
    w.pass(midnight.since(w.clock.now()));
    assert_eq!(refusal(made(Coverage::EndedDays, None, Some(1))), not_ended(0));
    w.pass(MINUTE);
    let ended = made(Coverage::EndedDays, None, Some(1)).expect("has ended");
    assert_eq!(ended.records.len(), 2);
    // The same again later, whatever has happened since.
    w.withdraw(&ada, "more-cash", 100, PIN).expect("withdraws");
    let again = made(Coverage::EndedDays, None, Some(1)).expect("has ended");
    let id = |document: &StatementDocument| {
        let text = camt053(document);
        text.split("<Id>").nth(1).and_then(|rest| rest.split_once('<')).expect("an id").0.to_owned()
    };
    assert_eq!((id(&again), again.closing), (id(&ended), ended.closing));
    assert_eq!((again.balance, again.closing), (eur(9_800), eur(9_900)), "OFX has the balance of now");
}
