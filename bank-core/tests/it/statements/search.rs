//! The read model and the ledger's newest end together, against a look at every entry.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bank_core::model::{MerchantId, PaymentId, TransferKind};
use bank_core::rules::statement::Direction;
use bank_core::statements::StatementIndex;
use bank_core::testing::pin;
use bank_core::{Bank, Coverage, Entry, ProfileChange, StatementQuery, TransferOrder};
use kit_core::testing::Dice;
use kit_core::{AccountNumber, Day, Money, Zone};

use super::indexes;
use crate::support::{DAY, PIN, Person, World, eur, key, told};

/// Two customers, the first with two accounts, and two merchants, of whom one has accents.
struct Scene {
    w: World,
    ada: Person,
    ben: Person,
    savings: AccountNumber,
    merchants: Vec<MerchantId>,
    payments: Vec<(MerchantId, PaymentId)>,
    moved: u32,
}

impl Scene {
    fn new() -> Self {
        let w = World::new();
        let (ada, ben) = (w.person("Ada", 100_000), w.person("Ben", 100_000));
        let savings =
            w.bank.open_account(ada.id, "Spärbuch", kit_core::Currency::EUR, &pin("1357924")).expect("opens").number;
        let merchants = vec![w.merchant("Café Zoë"), w.merchant("Hardware")];
        Self { w, ada, ben, savings, merchants, payments: Vec::new(), moved: 0 }
    }

    /// One movement of some kind, or some time passes.
    fn step(&mut self, dice: &mut Dice) {
        self.moved += 1;
        let name = format!("step-{}", self.moved);
        let amount = eur(1 + i64::try_from(dice.below(2_000)).expect("small"));
        let bank = &self.w.bank;
        match dice.below(9) {
            // What people and accounts are called changes, and the index does not hold it.
            8 => self.rename(dice),
            0 => self.w.pass(DAY),
            1 => self.w.pass(Duration::from_secs(dice.below(100_000))),
            2 => drop(bank.deposit_by_operator(&key(&name), self.ada.account, amount)),
            3 => drop(self.w.withdraw(&self.ada, &name, amount.minor, PIN)),
            4 => drop(self.w.transfer(&self.ben, &name, &self.ada, amount.minor, PIN)),
            5 => drop(self.transfer(&name, amount, dice)),
            6 => {
                let merchant = *dice.pick(&self.merchants).expect("merchants");
                let paid = self.w.pay(merchant, &name, self.ada.account, amount.minor, PIN);
                self.payments.extend(paid.ok().map(|answer| (merchant, answer.payment.id)));
            }
            _ => {
                if let Some((merchant, payment)) = dice.pick(&self.payments).copied() {
                    drop(bank.refund_payment(merchant, &key(&name), payment, amount));
                }
            }
        }
    }

    fn rename(&self, dice: &mut Dice) {
        let bank = &self.w.bank;
        let name = *dice.pick(&["Ben", "Bob", "Spärbuch", "Renner"]).expect("names");
        match dice.below(3) {
            0 => drop(bank.change_profile(self.ben.id, ProfileChange { name: Some(name), language: None })),
            1 => drop(bank.rename_account(self.ada.id, self.savings, name)),
            _ => match bank.payees(self.ada.id).expect("lists").first() {
                None => drop(bank.save_payee(self.ada.id, name, self.ben.account)),
                Some(saved) if dice.permille(300) => drop(bank.remove_payee(self.ada.id, saved.id)),
                Some(saved) => drop(bank.rename_payee(self.ada.id, saved.id, name)),
            },
        }
    }

    fn transfer(&self, name: &str, amount: Money, dice: &mut Dice) -> bank_core::Result<bank_core::Receipt> {
        let pin = pin(PIN);
        let to = *dice.pick(&[self.ben.account, self.savings]).expect("accounts");
        let reference = *dice.pick(&["Miete Dezember", "rent", "MIETE", "order 17"]).expect("references");
        let order = TransferOrder { from: self.ada.account, to, amount, reference, pin: Some(&pin) };
        self.w.bank.transfer(self.ada.id, &key(name), &order)
    }

    /// Every entry of Ada's account, newest first, read page by page along the ledger's own links.
    fn every_entry(&self) -> Vec<Entry> {
        let (mut all, mut from) = (Vec::new(), None);
        loop {
            let page = self.w.bank.overview(self.ada.id, self.ada.account, from, 7).expect("reads").page;
            all.extend(page.entries);
            match page.next {
                Some(next) => from = Some(next),
                None => return all,
            }
        }
    }
}

fn draw_query(dice: &mut Dice, entries: &[Entry]) -> StatementQuery {
    let mut query = StatementQuery::default();
    let day = |dice: &mut Dice| dice.pick(entries).map(|entry| Zone::UTC.day(entry.at));
    if dice.permille(400) {
        let texts =
            ["MIETE", "cafe", "ZOË order", "sparbuch", "cash", "e", "nobody", "order 17", "é", "ben rent", "Bob"];
        query.text = (*dice.pick(&texts).expect("texts")).to_owned();
    }
    if dice.permille(400) {
        query.from_day = day(dice);
    }
    if dice.permille(400) {
        query.to_day = day(dice).map(|to| query.from_day.map_or(to, |from| from.max(to)));
    }
    if dice.permille(300) {
        query.direction = dice.pick(&Direction::ALL).copied();
    }
    if dice.permille(300) {
        query.kinds = TransferKind::ALL.into_iter().filter(|_| dice.permille(500)).collect();
    }
    if dice.permille(300) {
        query.min_minor = Some(i64::try_from(dice.below(1_500)).expect("small"));
    }
    if dice.permille(300) {
        let least = query.min_minor.unwrap_or(0);
        query.max_minor = Some(least + i64::try_from(dice.below(1_500)).expect("small"));
    }
    query
}

/// What the texts above are without case and accents, written down by hand.
fn plain(text: &str) -> String {
    text.to_lowercase().replace(['é', 'ë'], "e").replace('ä', "a")
}

fn takes(query: &StatementQuery, entry: &Entry) -> bool {
    let (day, size) = (Zone::UTC.day(entry.at), entry.amount.minor.abs());
    let other = &entry.counterparty;
    let texts =
        [other.to_string(), other.account().unwrap_or_default(), entry.reference.clone()].map(|text| plain(&text));
    plain(&query.text).split(' ').all(|word| texts.iter().any(|text| text.contains(word)))
        && query.from_day.is_none_or(|from| day >= from)
        && query.to_day.is_none_or(|to| day <= to)
        && query.direction.is_none_or(|direction| match direction {
            Direction::In => entry.amount.minor > 0,
            Direction::Out => entry.amount.minor < 0,
        })
        && (query.kinds.is_empty() || query.kinds.contains(&entry.kind))
        && query.min_minor.is_none_or(|min| size >= min)
        && query.max_minor.is_none_or(|max| size <= max)
}

/// Every page of a search, and its sums, as a look at every entry has them.
fn assert_search(bank: &Bank, scene: &Scene, query: &StatementQuery, limit: usize, entries: &[Entry], what: &str) {
    let expected: Vec<&Entry> = entries.iter().filter(|entry| takes(query, entry)).collect();
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = bank.statement(scene.ada.id, scene.ada.account, query, cursor, limit).expect("searches");
        let sum =
            |side: &dyn Fn(i64) -> bool| expected.iter().map(|e| e.amount.minor).filter(|a| side(*a)).sum::<i64>();
        assert_eq!(page.count, expected.len() as u64, "{what}: {query:?}");
        assert_eq!((page.total_in, page.total_out), (eur(sum(&|a| a > 0)), eur(-sum(&|a| a < 0))), "{what}: {query:?}");
        assert!(page.entries.len() <= limit);
        assert_eq!(page.next.is_some(), found.len() + page.entries.len() < expected.len(), "{what}: {query:?}");
        found.extend(page.entries);
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert!(found.iter().eq(expected.iter().copied()), "{what}: {query:?}\n{found:?}\n{expected:?}");
}

fn assert_charts(bank: &Bank, scene: &Scene, entries: &[Entry], dice: &mut Dice, what: &str) {
    let (ada, number) = (scene.ada.id, scene.ada.account);
    let days = [dice.pick(entries), dice.pick(entries)].map(|entry| Zone::UTC.day(entry.expect("entries").at));
    let (from, to) = (days[0].min(days[1]).plus(-1), days[0].max(days[1]).plus(1));

    let before = |day: Day| entries.iter().find(|e| Zone::UTC.day(e.at) < day).map_or(0, |e| e.balance_after.minor);
    let history = bank.balance_over_time(ada, number, from, to).expect("draws");
    assert_eq!(history.opening, eur(before(from)), "{what}");
    let expected: Vec<(Day, Money)> =
        (0..=to.number() - from.number()).map(|n| from.plus(n)).map(|day| (day, eur(before(day.plus(1))))).collect();
    assert_eq!(history.days, expected, "{what}");

    let mut spent: BTreeMap<String, (i64, u64)> = BTreeMap::new();
    for entry in entries.iter().filter(|e| from <= Zone::UTC.day(e.at) && Zone::UTC.day(e.at) <= to) {
        let (back, counterparty) = (entry.kind == TransferKind::Refund, entry.counterparty.to_string());
        if (back || entry.amount.minor < 0) && entry.counterparty.kind() != "own-account" {
            let with = spent.entry(counterparty).or_default();
            *with = (with.0 - entry.amount.minor, with.1 + 1);
        }
    }
    let spending = bank.spending(ada, number, from, to).expect("adds up");
    assert_eq!(spending.total, eur(spent.values().map(|with| with.0).sum()), "{what}");
    assert!(spending.with.is_sorted_by_key(|with| -with.amount.minor), "{what}");
    let told: BTreeMap<String, (i64, u64)> =
        spending.with.iter().map(|w| (w.counterparty.to_string(), (w.amount.minor, w.count))).collect();
    assert_eq!(told, spent, "{what}");
}

#[test]
fn whatever_was_fed_a_search_finds_what_a_look_at_every_entry_finds() {
    for seed in 0..30 {
        let mut dice = Dice::new(seed);
        let mut scene = Scene::new();
        let (_folder, indexes) = indexes();
        let banks = indexes.map(|(name, index)| (name, scene.w.bank.clone().with_statements(index)));
        for _ in 0..4 {
            for _ in 0..dice.below(40) {
                scene.step(&mut dice);
            }
            let entries = scene.every_entry();
            for (name, bank) in &banks {
                // Fed to here, or left as it is: each index stands somewhere else.
                if dice.permille(500) {
                    while bank.feed_statements().expect("feeds") > 0 {}
                }
                let what = format!("seed {seed}, {name}");
                for _ in 0..4 {
                    let limit = 1 + dice.index(9);
                    assert_search(bank, &scene, &draw_query(&mut dice, &entries), limit, &entries, &what);
                }
                assert_charts(bank, &scene, &entries, &mut dice, &what);
                let entry = dice.pick(&entries).expect("entries");
                assert_eq!(bank.entry(scene.ada.id, scene.ada.account, entry.id).as_ref().ok(), Some(entry));
            }
        }
    }
}

#[test]
fn another_customers_account_is_unknown() {
    let scene = Scene::new();
    let (w, number, today) = (&scene.w, scene.ada.account, Zone::UTC.day(crate::support::START));
    let entry = scene.every_entry().pop().expect("the deposit");
    let of_ben = w.bank.overview(scene.ben.id, scene.ben.account, None, 1).expect("reads").page.entries[0].id;
    let query = StatementQuery::default();
    for (who, expected) in [(&scene.ada, "ok"), (&scene.ben, "account-not-found")] {
        assert_eq!(told(&w.bank.statement(who.id, number, &query, None, 10)), expected);
        assert_eq!(told(&w.bank.statement_document(who.id, number, &query, Coverage::Everything)), expected);
        assert_eq!(told(&w.bank.entry(who.id, number, entry.id)), expected);
        assert_eq!(told(&w.bank.balance_over_time(who.id, number, today, today)), expected);
        assert_eq!(told(&w.bank.spending(who.id, number, today, today)), expected);
    }
    assert_eq!(told(&w.bank.entry(scene.ada.id, number, of_ben)), "entry-not-found", "another account's transfer");
}

#[test]
fn who_receives_money_does_not_find_it_by_the_senders_number() {
    let scene = Scene::new();
    scene.w.transfer(&scene.ada, "to-ben", &scene.ben, 500, PIN).expect("transfers");
    let count = |who: &Person, text: &str| {
        let query = StatementQuery { text: text.into(), ..StatementQuery::default() };
        scene.w.bank.statement(who.id, who.account, &query, None, 10).expect("searches").count
    };
    let digits = scene.ada.account.digits();
    assert_eq!(count(&scene.ben, &digits[2..8]), 0, "the middle of the sender's number");
    assert_eq!(count(&scene.ben, &digits[8..]), 1, "its end, which the statement shows");
    assert_eq!(count(&scene.ada, &scene.ben.account.to_string()[..4]), 1, "who sent it knows where it went");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let scene = Scene::new();
    let (ada, number, today) = (scene.ada.id, scene.ada.account, Zone::UTC.day(crate::support::START));
    let refused = |change: &dyn Fn(&mut StatementQuery)| {
        let mut query = StatementQuery::default();
        change(&mut query);
        let of_page = told(&scene.w.bank.statement(ada, number, &query, None, 10));
        assert_eq!(told(&scene.w.bank.statement_document(ada, number, &query, Coverage::Everything)), of_page);
        of_page
    };
    assert_eq!(refused(&|q| q.text = "x".repeat(100)), "ok");
    assert_eq!(refused(&|q| q.text = "x".repeat(101)), "invalid-fields");
    assert_eq!(refused(&|q| (q.from_day, q.to_day) = (Some(today), Some(today.plus(-1)))), "invalid-fields");
    assert_eq!(refused(&|q| (q.min_minor, q.max_minor) = (Some(2), Some(1))), "invalid-fields");
    let bank = &scene.w.bank;
    assert_eq!(told(&bank.balance_over_time(ada, number, today, today.plus(-1))), "invalid-fields");
    assert_eq!(told(&bank.balance_over_time(ada, number, today.plus(-3_659), today)), "ok");
    assert_eq!(told(&bank.balance_over_time(ada, number, today.plus(-3_660), today)), "invalid-fields");
}

/// An index that lies about how far it is, breaks in the middle, or belongs to another ledger.
#[test]
fn an_index_that_fails_costs_no_answer() {
    let mut dice = Dice::new(7);
    let mut scene = Scene::new();
    for _ in 0..60 {
        scene.step(&mut dice);
    }
    let entries = scene.every_entry();
    let everything = StatementQuery::default();

    let (_folder, [(_, memory), (_, sqlite)]) = indexes();
    for index in [memory, sqlite] {
        // Another bank's index: as after the ledger was restored from a backup and went on otherwise.
        let mut other = Scene::new();
        for _ in 0..100 {
            other.step(&mut dice);
        }
        let fed = other.w.bank.clone().with_statements(index.clone()).feed_statements().expect("feeds");
        assert!(fed > 0);
        let bank = scene.w.bank.clone().with_statements(index.clone());
        assert_search(&bank, &scene, &everything, 9, &entries, "another ledger's index");
        while bank.feed_statements().expect("feeds") > 0 {}
        assert_search(&bank, &scene, &everything, 9, &entries, "fed anew");
        let seq = index.position().expect("answers").seq;
        assert!(seq > 0 && entries.iter().any(|e| e.id == last(&scene, seq)), "it stands at this ledger's end");
    }

    let broken = Arc::new(Broken(bank_core::statements::MemoryStatements::default()));
    let bank = scene.w.bank.clone().with_statements(broken);
    while bank.feed_statements().expect("feeds") > 0 {}
    assert_search(&bank, &scene, &everything, 9, &entries, "an index that breaks in the middle");
    assert_charts(&bank, &scene, &entries, &mut dice, "an index that breaks in the middle");
}

fn last(scene: &Scene, seq: u64) -> bank_core::model::TransferId {
    use bank_core::store::StoreExt;
    scene.w.store.view(|tx| Ok(tx.transfers(&[seq])?)).expect("reads")[0].id
}

/// Shows two lines and breaks.
struct Broken(bank_core::statements::MemoryStatements);

impl StatementIndex for Broken {
    fn position(&self) -> bank_core::store::Stored<bank_core::statements::Position> {
        self.0.position()
    }

    fn feed(
        &self,
        from: bank_core::statements::Position,
        lines: &[bank_core::rules::statement::Line],
        to: bank_core::statements::Position,
    ) -> bank_core::store::Stored<bool> {
        self.0.feed(from, lines, to)
    }

    fn clear(&self) -> bank_core::store::Stored<()> {
        self.0.clear()
    }

    fn visit(
        &self,
        account: AccountNumber,
        days: bank_core::rules::statement::Days,
        newest: u64,
        visitor: &mut dyn FnMut(&bank_core::rules::statement::Line) -> std::ops::ControlFlow<()>,
    ) -> bank_core::store::Stored<bool> {
        let mut shown = 0;
        self.0.visit(account, days, newest, &mut |line| {
            shown += 1;
            if shown > 2 { std::ops::ControlFlow::Break(()) } else { visitor(line) }
        })?;
        Err(kit_core::StoreFailure::not_committed("broken"))
    }
}
