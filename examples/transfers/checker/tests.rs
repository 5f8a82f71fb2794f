//! The checker can fail: each history here but the first is wrong in one way, and is told so.

use super::*;
use crate::history::{Acknowledged, Order, Refused};

const OPENING: [i64; 3] = [100, 100, 100];

fn window(began: u64, ended: u64) -> Window {
    Window { began, ended }
}

fn read(window: Window, posted: [i64; 3]) -> Read {
    Read { posted: posted.to_vec(), available: posted.to_vec(), window }
}

/// Three transfers one after the other, each between the tens, and a read in every gap.
fn history() -> History {
    let mut history = History { opening: OPENING.to_vec(), statements: vec![Vec::new(); 3], ..History::default() };
    let mut now = OPENING;
    for (n, (from, to, minor)) in [(0, 1, 60), (1, 2, 30), (2, 0, 10)].into_iter().enumerate() {
        let (order, id) = (Order { from, to, minor }, format!("transfer {n}"));
        now[from] -= minor;
        now[to] += minor;
        let window = window(10 * n as u64 + 10, 10 * n as u64 + 15);
        history.acknowledged.push(Acknowledged { order, id: id.clone(), balance_after: now[from], window });
        history.statements[from].push(Line { id: id.clone(), minor: -minor, balance_after: now[from] });
        history.statements[to].push(Line { id: id.clone(), minor, balance_after: now[to] });
        history.ledger.push(Posted { order, id, from_balance: now[from], to_balance: now[to] });
    }
    history.reads = vec![
        read(window(1, 9), [100, 100, 100]),
        read(window(16, 19), [40, 160, 100]),
        // While the second transfer ran, either state is right.
        read(window(20, 25), [40, 160, 100]),
        read(window(26, 29), [40, 130, 130]),
        read(window(36, 39), [50, 130, 120]),
    ];
    history.refused = vec![Refused { order: Order { from: 0, to: 2, minor: 41 }, window: window(17, 18) }];
    history
}

fn check(expected: &str, spoil: impl FnOnce(&mut History)) {
    let mut spoilt = history();
    spoil(&mut spoilt);
    let wrong = judge(&spoilt);
    assert!(wrong.iter().any(|line| line.contains(expected)), "expected \"{expected}\" among {wrong:#?}");
}

#[test]
fn a_right_history_is_right() {
    assert_eq!(judge(&history()), Vec::<String>::new());
}

#[test]
fn money_that_is_made_or_lost_is_seen() {
    check("a read's total was 299", |h| h.reads[1].posted = vec![40, 160, 99]);
    check("a read's total was 360", |h| h.reads[1].posted = vec![100, 160, 100]);
    check("negative balance", |h| h.reads[1].posted = vec![-40, 160, 180]);
    check("negative balance", |h| h.reads[1].available = vec![40, -1, 100]);
}

#[test]
fn a_torn_read_with_a_right_total_is_seen() {
    check("what never was", |h| h.reads[1].posted = vec![60, 140, 100]);
}

#[test]
fn a_read_of_another_time_is_seen() {
    // Stale: a transfer was acknowledged before it was asked for.
    check("another time's", |h| h.reads[3].posted = vec![40, 160, 100]);
    // From the future: the third transfer had not been sent.
    check("another time's", |h| h.reads[3].posted = vec![50, 130, 120]);
    // Backwards: both fit the second transfer's window, but the later read shows the earlier state.
    check("another time's", |h| {
        h.reads = vec![read(window(21, 22), [40, 130, 130]), read(window(23, 24), [40, 160, 100])];
    });
}

#[test]
fn transfers_count_exactly_once() {
    check("is not in the ledger", |h| h.ledger.truncate(2));
    check("was never acknowledged", |h| h.acknowledged.truncate(2));
    check("twice", |h| h.ledger.push(h.ledger[2].clone()));
    check("posted as", |h| h.acknowledged[0].order.minor = 61);
    check("told a balance of 41", |h| h.acknowledged[0].balance_after = 41);
}

#[test]
fn arithmetic_and_statements_are_checked() {
    check("other balances", |h| h.ledger[1].to_balance += 1);
    check("left a negative balance", |h| h.ledger[0].order.minor = 101);
    check("statement of account 1 differs from the ledger at line 1", |h| h.statements[1].truncate(1));
    check("not every account's statement", |h| h.statements.truncate(2));
}

#[test]
fn the_ledgers_order_respects_real_time() {
    check("answered before it was sent", |h| h.ledger.swap(0, 1));
}

#[test]
fn a_refusal_without_a_reason_is_seen() {
    check("money that was there", |h| h.refused[0].order.minor = 40);
    // There was too little later, but not while the call ran.
    check("money that was there", |h| h.refused[0].window = window(2, 3));
}
