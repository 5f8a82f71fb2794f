//! The bank's days in its time zone, and what becomes of them when the zone is changed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bank_core::hashing::SecretHasher;
use bank_core::model::CustomerId;
use bank_core::rules::decide::Policy;
use bank_core::rules::export::camt::camt053;
use bank_core::rules::export::csv::for_programs;
use bank_core::rules::export::ofx::ofx;
use bank_core::statements::{MemoryStatements, SqliteStatements, StatementIndex};
use bank_core::store::Store;
use bank_core::store::memory::MemoryStore;
use bank_core::store::sqlite::SqliteStore;
use bank_core::testing::PlainHasher;
use bank_core::{Bank, BankConfig, BankParts, Coverage, Refusal, StatementQuery};
use kit_core::{AccountNumber, Clock, Currency, Day, Env, ManualClock, Timestamp, Zone};

use crate::support::{Person, Setup, World, eur, key, refusal, told};

fn zone(name: &str) -> Zone {
    Zone::parse(name).expect("a zone")
}

fn moment(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect("a time")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// A bank that can be closed and opened again.
struct House {
    store: Arc<dyn Store>,
    hasher: Arc<dyn SecretHasher>,
    clock: Arc<ManualClock>,
    index: Arc<dyn StatementIndex>,
    policy: Policy,
}

impl House {
    fn all(folder: &Path, at: &str) -> [Self; 2] {
        let sqlite = SqliteStore::open(&folder.join("bank.db")).expect("a fresh file");
        let index = SqliteStatements::open(&folder.join("statements.db")).expect("a fresh file");
        let house = |store: Arc<dyn Store>, index: Arc<dyn StatementIndex>| Self {
            store,
            hasher: Arc::new(PlainHasher::default()),
            clock: Arc::new(ManualClock::at(moment(at))),
            index,
            policy: Policy { daily_deposits: [(Currency::EUR, 1_000)].into(), ..Policy::default() },
        };
        [
            house(Arc::new(MemoryStore::new()), Arc::new(MemoryStatements::default())),
            house(Arc::new(sqlite), Arc::new(index)),
        ]
    }

    fn open(&self, time_zone: Option<&str>) -> World {
        let config =
            BankConfig { time_zone: time_zone.map(zone), policy: self.policy.clone(), ..BankConfig::default() };
        let env = Env::with(self.clock.clone(), self.clock.now().micros().unsigned_abs());
        let parts = BankParts { store: Arc::clone(&self.store), hasher: Arc::clone(&self.hasher), env, config };
        let bank = Bank::open_manual(parts).expect("the bank opens").with_statements(Arc::clone(&self.index));
        World { bank, clock: Arc::clone(&self.clock), store: Arc::clone(&self.store) }
    }

    fn at(&self, time: &str) {
        self.clock.set(moment(time));
    }
}

/// The days of all entries, newest first, as charts count them.
fn changes(w: &World, who: &Person, from: &str, to: &str) -> Vec<(String, i64)> {
    let history = w.bank.balance_over_time(who.id, who.account, day(from), day(to)).expect("reads");
    history.days.into_iter().map(|(day, balance)| (day.to_string(), balance.minor)).collect()
}

fn on(w: &World, (customer, account): (CustomerId, AccountNumber), from: &str, to: &str) -> u64 {
    let (from_day, to_day) = (Some(day(from)), Some(day(to)));
    let query = StatementQuery { from_day, to_day, ..StatementQuery::default() };
    w.bank.statement(customer, account, &query, None, 10).expect("searches").count
}

fn feed(w: &World) -> usize {
    std::iter::from_fn(|| Some(w.bank.feed_statements().expect("feeds")).filter(|fed| *fed > 0)).sum()
}

#[test]
fn a_day_of_the_zone_may_have_23_or_25_hours() {
    let folder = tempfile::tempdir().expect("a folder");
    for house in House::all(folder.path(), "2026-03-28T22:59:00Z") {
        let w = house.open(Some("Europe/Berlin"));
        let ada = w.person("Ada", 100);
        let deposit = |name: &str, at: &str| {
            house.at(at);
            w.bank.deposit_by_operator(&key(name), ada.account, eur(1)).expect("deposits");
        };
        for (n, at) in (0..).zip([
            // 23 hours: from 23:00 UTC to 22:00 UTC.
            "2026-03-28T23:00:00Z",
            "2026-03-29T21:59:59Z",
            "2026-03-29T22:00:00Z",
            // 25 hours: from 22:00 UTC to 23:00 UTC.
            "2026-10-24T22:00:00Z",
            "2026-10-25T22:59:59Z",
            "2026-10-25T23:00:00Z",
        ]) {
            deposit(&format!("n{n}"), at);
        }
        // The same where the index has the entries, and where it has none yet.
        for fed in [0, 7] {
            assert_eq!(if fed > 0 { feed(&w) } else { 0 }, fed);
            let own = (ada.id, ada.account);
            assert_eq!(on(&w, own, "2026-03-28", "2026-03-28"), 1);
            assert_eq!(on(&w, own, "2026-03-29", "2026-03-29"), 2);
            assert_eq!(on(&w, own, "2026-03-30", "2026-10-24"), 1);
            assert_eq!(on(&w, own, "2026-10-25", "2026-10-25"), 2);
            assert_eq!(on(&w, own, "2026-10-26", "2026-10-26"), 1);
            let balances = changes(&w, &ada, "2026-10-24", "2026-10-26");
            let expected = [("2026-10-24", 103), ("2026-10-25", 105), ("2026-10-26", 106)];
            assert_eq!(balances, expected.map(|(day, minor)| (day.to_owned(), minor)));
        }
        let (from_day, to_day) = (Some(day("2026-10-25")), Some(day("2026-10-25")));
        let query = StatementQuery { from_day, to_day, ..StatementQuery::default() };
        let document = w.bank.statement_document(ada.id, ada.account, &query, Coverage::Everything).expect("makes it");
        let files = [camt053(&document), ofx(&document), for_programs(&document)];
        for (file, expected) in files.iter().zip([
            [
                "<FrDtTm>2026-10-25T00:00:00.000000+02:00</FrDtTm>",
                "<BookgDt><Dt>2026-10-25</Dt></BookgDt>",
                "<TxDtTm>2026-10-25T23:59:59.000000+01:00</TxDtTm>",
            ],
            [
                "<DTSTART>20261025000000.000[2:UTC+2]</DTSTART>",
                "<DTPOSTED>20261025000000.000[2:UTC+2]</DTPOSTED>",
                "<DTPOSTED>20261025235959.000[1:UTC+1]</DTPOSTED>",
            ],
            ["time,", "\n2026-10-25T00:00:00.000000+02:00,", "\n2026-10-25T23:59:59.000000+01:00,"],
        ]) {
            let flat: String = file.lines().map(|line| format!("{}\n", line.trim_start())).collect();
            let flat = if file.starts_with('<') { flat.replace('\n', "") } else { flat };
            for text in expected {
                assert!(flat.contains(text), "{text} in {flat}");
            }
        }
        w.audit();
    }
}

#[test]
fn a_day_may_begin_after_midnight() {
    let folder = tempfile::tempdir().expect("a folder");
    for house in House::all(folder.path(), "2026-09-06T03:59:59Z") {
        let w = house.open(Some("America/Santiago"));
        // A second before the clock goes from 24:00 to 01:00.
        let ada = w.person("Ada", 100);
        house.at("2026-09-06T04:00:00Z");
        w.bank.deposit_by_operator(&key("first"), ada.account, eur(1)).expect("deposits");
        for fed in [0, 2] {
            assert_eq!(if fed > 0 { feed(&w) } else { 0 }, fed);
            assert_eq!(on(&w, (ada.id, ada.account), "2026-09-05", "2026-09-05"), 1);
            assert_eq!(on(&w, (ada.id, ada.account), "2026-09-06", "2026-09-06"), 1);
        }
        let ended = w.bank.statement_document(ada.id, ada.account, &StatementQuery::default(), Coverage::EndedDays);
        assert_eq!(ended.expect("makes it").days.to, day("2026-09-04"), "not settled yet");
    }
}

#[test]
fn the_daily_limit_is_that_of_the_zones_day() {
    let folder = tempfile::tempdir().expect("a folder");
    for house in House::all(folder.path(), "2026-11-22T14:59:59Z") {
        let w = house.open(Some("Asia/Tokyo"));
        let ada = w.person("Ada", 0);
        let deposit = |w: &World, name: &str, minor| w.bank.deposit(ada.id, &key(name), ada.account, eur(minor));
        let left = |minor| Refusal::DailyDepositLimit { left: eur(minor) };
        assert_eq!(told(&deposit(&w, "a", 1_000)), "ok");
        assert_eq!(refusal(deposit(&w, "b", 1)), left(0));
        house.at("2026-11-22T15:00:00Z");
        assert_eq!(told(&deposit(&w, "c", 900)), "ok", "it is midnight in Tokyo");
        // In another zone it may be yesterday still: nobody gets a second limit, and the day goes on until it ends there.
        drop(w);
        let w = house.open(Some("America/New_York"));
        assert_eq!(refusal(deposit(&w, "d", 101)), left(100));
        house.at("2026-11-24T04:59:59Z");
        assert_eq!(refusal(deposit(&w, "e", 101)), left(100), "a second to midnight in New York");
        house.at("2026-11-24T05:00:00Z");
        assert_eq!(told(&deposit(&w, "f", 1_000)), "ok");
        w.audit();
    }
}

#[test]
fn changing_the_zone_makes_the_index_anew_and_keeps_ended_days() {
    let folder = tempfile::tempdir().expect("a folder");
    for house in House::all(folder.path(), "2026-11-19T23:30:00Z") {
        let w = house.open(None);
        let ada = w.person("Ada", 100);
        for (n, at) in (0..).zip(["2026-11-20T23:30:00Z", "2026-11-21T23:30:00Z", "2026-11-22T12:00:00Z"]) {
            house.at(at);
            w.bank.deposit_by_operator(&key(&format!("n{n}")), ada.account, eur(1)).expect("deposits");
        }
        assert_eq!(feed(&w), 4);
        let ended = |w: &World| {
            let query = StatementQuery { to_day: Some(day("2026-11-21")), ..StatementQuery::default() };
            let made = w.bank.statement_document(ada.id, ada.account, &query, Coverage::EndedDays);
            let made = made.expect("has ended");
            let id =
                camt053(&made).split("<Stmt>").nth(1).and_then(|rest| Some(rest.split_once("</Id>")?.0.to_owned()));
            (made.records, made.opening, made.closing, made.days, id)
        };
        let before = ended(&w);
        let position = house.index.position().expect("answers");
        drop(w);

        let w = house.open(Some("Europe/Berlin"));
        assert_eq!(w.bank.calendar().zone(), zone("Europe/Berlin"));
        assert_eq!(ended(&w), before, "ended days are those that they were");
        house.at("2026-11-22T22:59:59Z");
        w.bank.deposit_by_operator(&key("today"), ada.account, eur(1)).expect("deposits");
        house.at("2026-11-22T23:00:00Z");
        w.bank.deposit_by_operator(&key("tomorrow"), ada.account, eur(1)).expect("deposits");
        for fed in [0, 6] {
            assert_eq!(if fed > 0 { feed(&w) } else { 0 }, fed, "from the beginning");
            assert_eq!(on(&w, (ada.id, ada.account), "2026-11-20", "2026-11-21"), 2);
            assert_eq!(on(&w, (ada.id, ada.account), "2026-11-22", "2026-11-22"), 2);
            assert_eq!(on(&w, (ada.id, ada.account), "2026-11-23", "2026-11-23"), 1);
            assert_eq!(ended(&w), before);
        }
        assert_ne!(house.index.position().expect("answers").days, position.days);
        drop(w);
        // Whoever names no zone changes none: commands of the operator, beside or after the program that serves.
        let w = house.open(None);
        assert_eq!(w.bank.calendar().zone(), zone("Europe/Berlin"));
        assert_eq!(feed(&w), 0, "the index is as it should be");
        w.audit();
    }
}

#[test]
fn a_new_bank_was_always_in_its_zone() {
    let w = Setup {
        config: BankConfig { time_zone: Some(zone("Pacific/Kiritimati")), ..BankConfig::default() },
        ..Setup::default()
    }
    .open();
    let before = w.clock.now().minus(Duration::from_secs(100 * 86_400));
    assert_eq!(w.bank.calendar().zone_at(before), zone("Pacific/Kiritimati"));
}
