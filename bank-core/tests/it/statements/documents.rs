//! Statements to take away: complete, and their balances and entries add up.

use bank_core::StatementQuery;
use bank_core::command::{Command, Deposit, DepositBy};
use bank_core::model::TransferId;
use bank_core::rules::export::{MAX_RECORDS, camt053::camt053, csv::for_programs, ofx::ofx};
use kit_core::{Day, Uuid};

use crate::support::{DAY, PIN, START, World, eur, key, refusal, told};

#[test]
fn opening_and_entries_are_the_closing_balance() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 10_000), w.person("Ben", 0));
    for (n, minor) in (0..).zip([100, 250, 375, 5]) {
        w.pass(DAY);
        w.transfer(&ada, &format!("to-ben-{n}"), &ben, minor, PIN).expect("transfers");
    }
    let today = Day::of(START);
    let document = |from: Option<i64>, to: Option<i64>| {
        let (from_day, to_day) = (from.map(|n| today.plus(n)), to.map(|n| today.plus(n)));
        let query = StatementQuery { from_day, to_day, ..StatementQuery::default() };
        let document = w.bank.statement_document(ada.id, ada.account, &query).expect("makes it");
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
    let found = w.bank.statement_document(ada.id, ada.account, &searched).expect("makes it");
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
    let full = w.bank.statement_document(ada.id, ada.account, &everything).expect("as many as it holds");
    assert_eq!(full.records.len(), MAX_RECORDS);
    assert_eq!(for_programs(&full).matches("\r\n").count(), MAX_RECORDS + 1);
    assert_eq!(ofx(&full).matches("<STMTTRN>").count(), MAX_RECORDS);
    assert_eq!(camt053(&full).matches("<Ntry>").count(), MAX_RECORDS);
    w.batch(vec![deposit(MAX_RECORDS)]);
    let refused = refusal(w.bank.statement_document(ada.id, ada.account, &everything));
    assert_eq!(refused, bank_core::Refusal::TooManyEntries { limit: MAX_RECORDS });
    assert_eq!(told(&w.bank.statement(ada.id, ada.account, &everything, None, 10)), "ok", "pages are another matter");
}
