//! Statements: one transfer as a line of one account, which lines a search takes, and what lines add up to.
//!
//! A line holds what is searched and counted. What a customer reads is looked up from the ledger by its sequence number.

use std::collections::BTreeMap;

use kit_core::{AccountNumber, Day};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::{Transfer, TransferKind};

/// One transfer as a line of one of its two accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whose line.
    pub account: AccountNumber,
    /// The transfer's place in the ledger.
    pub seq: u64,
    /// When it was posted. In ledger order, days never run backwards.
    pub day: Day,
    /// What it was for.
    pub kind: TransferKind,
    /// How much, in minor units; negative where it left the account.
    pub amount: i64,
    /// The account's posted balance after it, in minor units.
    pub balance: i64,
    /// The account on the other side.
    pub other: AccountNumber,
    /// What never changes of the counterparty, and the reference, as [`searchable`] makes them.
    pub text: String,
}

impl Line {
    /// A transfer as a line of `account`, which is one of its two sides, on the bank's `day`. `text` is made searchable
    /// here.
    #[must_use]
    pub fn new(account: AccountNumber, transfer: &Transfer, day: Day, text: &str) -> Self {
        let out = transfer.debit == account;
        let (amount, balance, other) = if out {
            (-transfer.amount.minor, transfer.debit_balance, transfer.credit)
        } else {
            (transfer.amount.minor, transfer.credit_balance, transfer.debit)
        };
        let (seq, kind) = (transfer.seq, transfer.kind);
        Self { account, seq, day, kind, amount, balance, other, text: searchable(text) }
    }
}

/// The text without case, accents and ligatures: `"Café Größe"` becomes `"cafe grosse"`.
#[must_use]
pub fn searchable(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase).nfkd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'þ' => plain.push_str("th"),
            'ı' => plain.push('i'),
            // What the decomposition of a capital left over.
            letter => plain.extend(letter.to_lowercase()),
        }
    }
    plain
}

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: Day,
    /// The last.
    pub to: Day,
}

impl Days {
    /// Every day.
    pub const ALL: Self = Self { from: Day::FIRST, to: Day::LAST };

    /// Whether it is one of them.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// How many there are.
    #[must_use]
    pub fn count(self) -> i64 {
        (self.to.number() - self.from.number() + 1).max(0)
    }
}

/// Which way money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// It came in.
    In,
    /// It left.
    Out,
}

impl Direction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::In, Self::Out];

    /// The stable slug.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// Which lines a search takes: those that every part of it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Made by [`words`]: each must stand somewhere in counterparty or reference.
    words: Vec<String>,
    /// Posted on one of these days.
    pub days: Days,
    /// Which way the money went; both where not said.
    pub direction: Option<Direction>,
    /// What it was for; anything where empty.
    pub kinds: Vec<TransferKind>,
    /// At least so much, in minor units, whichever way it went.
    pub min_minor: Option<i64>,
    /// At most so much, in minor units, whichever way it went.
    pub max_minor: Option<i64>,
}

impl Filter {
    /// Every line of these days.
    #[must_use]
    pub fn of_days(days: Days) -> Self {
        Self { words: Vec::new(), days, direction: None, kinds: Vec::new(), min_minor: None, max_minor: None }
    }

    /// With what was typed into a search field: words or parts of words, each of which must be there.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        self.words = searchable(text).split_whitespace().map(str::to_owned).collect();
        self
    }

    /// Whether the search takes this line. `name` tells what the counterparty is called now, as [`searchable`] makes
    /// it; asked only where it matters.
    #[must_use]
    pub fn takes(&self, line: &Line, name: impl FnOnce() -> String) -> bool {
        let size = line.amount.saturating_abs();
        self.days.contains(line.day)
            && self.direction.is_none_or(|direction| (direction == Direction::In) == (line.amount > 0))
            && (self.kinds.is_empty() || self.kinds.contains(&line.kind))
            && self.min_minor.is_none_or(|min| size >= min)
            && self.max_minor.is_none_or(|max| size <= max)
            && self.says(line, name)
    }

    fn says(&self, line: &Line, name: impl FnOnce() -> String) -> bool {
        let mut missing = self.words.iter().filter(|word| !line.text.contains(word.as_str())).peekable();
        if missing.peek().is_none() {
            return true;
        }
        let name = name();
        missing.all(|word| name.contains(word.as_str()))
    }
}

/// A page of what a search took, and what all of it adds up to. Built from lines, newest first.
///
/// The sums cannot overflow: they are parts of what the ledger counts of the account in 64 bits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// The page's lines by sequence number, newest first.
    pub page: Vec<u64>,
    /// The first line of the next page.
    pub next: Option<u64>,
    /// How many lines the search took.
    pub count: u64,
    /// What came in by them, in minor units.
    pub total_in: i64,
    /// What left by them, in minor units; not negative.
    pub total_out: i64,
}

impl Matched {
    /// Adds the next older line that the search took. The page begins at `cursor` and holds at most `limit`.
    pub fn add(&mut self, line: &Line, cursor: Option<u64>, limit: usize) {
        self.count += 1;
        if line.amount > 0 {
            self.total_in += line.amount;
        } else {
            self.total_out -= line.amount;
        }
        if cursor.is_none_or(|cursor| line.seq <= cursor) {
            if self.page.len() < limit {
                self.page.push(line.seq);
            } else if self.next.is_none() {
                self.next = Some(line.seq);
            }
        }
    }
}

/// Each day's balance at its end. Built from lines, newest first, down to the first one before those days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closings {
    opening: i64,
    of_days: BTreeMap<Day, i64>,
}

impl Closings {
    /// Adds the next older line. `false` where no older one is needed.
    pub fn add(&mut self, line: &Line, days: Days) -> bool {
        if line.day < days.from {
            self.opening = line.balance;
            return false;
        }
        // The newest line of a day, which comes first, is its closing.
        if line.day <= days.to {
            self.of_days.entry(line.day).or_insert(line.balance);
        }
        true
    }

    /// The balance before the first of those days.
    #[must_use]
    pub fn opening(&self) -> i64 {
        self.opening
    }

    /// The balance after the last of them.
    #[must_use]
    pub fn closing(&self) -> i64 {
        self.of_days.last_key_value().map_or(self.opening, |(_, balance)| *balance)
    }

    /// Every day with its closing balance: a day without lines has the balance of the day before.
    pub fn each(&self, days: Days) -> impl Iterator<Item = (Day, i64)> + '_ {
        let mut balance = self.opening;
        (0..days.count()).map(move |n| {
            let day = days.from.plus(n);
            balance = self.of_days.get(&day).copied().unwrap_or(balance);
            (day, balance)
        })
    }
}

/// What was spent, by the account that it went to. Built from lines in any order.
///
/// Payments count, less what merchants gave back; so do cash and transfers that left. What came in otherwise does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spent {
    by_account: BTreeMap<AccountNumber, SpentAt>,
}

/// What was spent with one counterparty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpentAt {
    /// What left less what was given back, in minor units. Negative where more came back than left in those days.
    pub amount: i64,
    /// By how many lines.
    pub count: u64,
    /// One of these lines: it tells who the counterparty is.
    pub seq: u64,
}

impl Spent {
    /// Adds a line.
    pub fn add(&mut self, line: &Line) {
        let counts = match line.kind {
            TransferKind::Payment | TransferKind::Refund => true,
            TransferKind::Withdrawal | TransferKind::Transfer => line.amount < 0,
            TransferKind::Deposit => false,
        };
        if counts {
            let at = self.by_account.entry(line.other).or_insert(SpentAt { amount: 0, count: 0, seq: line.seq });
            at.amount -= line.amount;
            at.count += 1;
        }
    }

    /// By account, in no particular order.
    pub fn each(&self) -> impl Iterator<Item = (AccountNumber, SpentAt)> + '_ {
        self.by_account.iter().map(|(account, at)| (*account, *at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seq: u64, day: i64, kind: TransferKind, amount: i64, balance: i64, text: &str) -> Line {
        let (account, other) = (AccountNumber::from_payload(1), AccountNumber::from_payload(2));
        let (day, text) = (Day::from_number(day), searchable(text));
        Line { account, seq, day, kind, amount, balance, other, text }
    }

    #[test]
    fn searching_minds_neither_case_nor_accents() {
        let check = |text: &str, expected: &str| assert_eq!(searchable(text), expected);
        check("Café Größe", "cafe grosse");
        check("cafe\u{301}", "cafe");
        check("STRAẞE Łódź Ærø Œuvre İstanbul", "strasse lodz aero oeuvre istanbul");
        check("ﬁnance ２４", "finance 24");
        check("日本 ñ", "日本 n");
        let coffee = line(1, 0, TransferKind::Payment, -350, 0, "Café Zoë\nOrder 17");
        for (text, found) in [
            ("", true),
            ("cafe", true),
            ("ZOE", true),
            ("afé", true),
            ("17 café", true),
            ("  order   zoe ", true),
            ("cafe 18", false),
            ("tea", false),
        ] {
            assert_eq!(Filter::of_days(Days::ALL).with_text(text).takes(&coffee, String::new), found, "{text:?}");
        }
    }

    #[test]
    fn a_search_takes_what_every_part_of_it_takes() {
        let paid = line(1, 10, TransferKind::Payment, -500, 0, "shop");
        let check = |what: &str, change: &dyn Fn(&mut Filter), expected: bool| {
            let mut filter = Filter::of_days(Days { from: Day::from_number(9), to: Day::from_number(10) });
            change(&mut filter);
            assert_eq!(filter.takes(&paid, String::new), expected, "{what}");
        };
        check("everything", &|_| {}, true);
        check("days before", &|f| f.days.to = Day::from_number(9), false);
        check("days after", &|f| f.days.from = Day::from_number(11), false);
        check("out", &|f| f.direction = Some(Direction::Out), true);
        check("in", &|f| f.direction = Some(Direction::In), false);
        check("its kind", &|f| f.kinds = vec![TransferKind::Refund, TransferKind::Payment], true);
        check("another kind", &|f| f.kinds = vec![TransferKind::Refund], false);
        check("exactly so much", &|f| (f.min_minor, f.max_minor) = (Some(500), Some(500)), true);
        check("more", &|f| f.min_minor = Some(501), false);
        check("less", &|f| f.max_minor = Some(499), false);
    }

    #[test]
    fn days_without_lines_keep_the_balance() {
        let days = Days { from: Day::from_number(10), to: Day::from_number(13) };
        let mut closings = Closings::default();
        let lines = [(5, 14, 1), (4, 12, 700), (3, 12, 900), (2, 10, 400), (1, 7, 300)];
        let wanted: Vec<bool> = lines
            .iter()
            .map(|(seq, day, balance)| closings.add(&line(*seq, *day, TransferKind::Deposit, 1, *balance, ""), days))
            .collect();
        assert_eq!(wanted, [true, true, true, true, false]);
        assert_eq!((closings.opening(), closings.closing()), (300, 700));
        let each: Vec<_> = closings.each(days).map(|(day, balance)| (day.number(), balance)).collect();
        assert_eq!(each, [(10, 400), (11, 400), (12, 700), (13, 700)]);
    }

    #[test]
    fn what_came_back_is_not_spent() {
        let mut spent = Spent::default();
        for (kind, amount) in [
            (TransferKind::Payment, -1_000),
            (TransferKind::Refund, 300),
            (TransferKind::Withdrawal, -50),
            (TransferKind::Transfer, -20),
            (TransferKind::Transfer, 5_000),
            (TransferKind::Deposit, 5_000),
        ] {
            spent.add(&line(1, 0, kind, amount, 0, ""));
        }
        let (_, at) = spent.each().next().expect("one counterparty");
        assert_eq!((at.amount, at.count), (770, 4));
    }
}
