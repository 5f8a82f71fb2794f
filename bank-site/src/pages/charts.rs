//! Charts as plain SVG, drawn on the server: pure functions from figures to paths and labels.
//!
//! What is drawn is stretched to its place, lines as thick as ever; labels are HTML around it, as large as other text at
//! every width. A chart has no place for styles, so that the pages' Content Security Policy holds.

use bank_core::{BalanceHistory, Spending, SpendingWith};
use kit_core::{Day, Money};
use kit_web::Words;

/// How wide a drawing is, in units of its own.
const WIDTH: i64 = 1_000;
/// How high it is.
const HEIGHT: i64 = 300;
/// Into about how many parts an axis is divided.
const PARTS: i128 = 4;

/// The balance over some days, as steps over an area.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BalanceChart {
    /// The steps.
    pub(super) line: String,
    /// What is below them.
    pub(super) area: String,
    /// Where the last day's balance is.
    pub(super) now: (i64, i64),
    /// Where lines go across, from top to bottom.
    pub(super) levels: Vec<i64>,
    /// What stands at them, from top to bottom.
    pub(super) amounts: Vec<String>,
    /// The first day, one in the middle, and the last.
    pub(super) days: Vec<Day>,
    /// What somebody hears who does not see it.
    pub(super) told: String,
    /// The first day, and every one on which the balance changed, newest first.
    pub(super) changes: Vec<(Day, Money)>,
}

impl BalanceChart {
    /// The chart; `None` where there is nothing to see: no day, or never any money.
    pub(super) fn new(t: Words<'_>, history: &BalanceHistory) -> Option<Self> {
        let (first, last) = (history.days.first()?, history.days.last()?);
        let currency = history.opening.currency;
        let money = |minor| Money::new(minor, currency);
        let minors = || history.days.iter().map(|(_, balance)| balance.minor);
        let (low, high) = (minors().min()?, minors().max()?);
        if low == 0 && high == 0 {
            return None;
        }
        let marks = marks(low.min(0), high.max(0), subunits(currency.decimals()));
        let (bottom, top) = (*marks.first()?, *marks.last()?);
        let count = i64::try_from(history.days.len()).ok()?;
        let x = |index: usize| i64::try_from(index).unwrap_or(count) * WIDTH / count;
        let y = |minor: i64| scaled(top, minor, top, bottom);
        let mut line = format!("M0 {}", y(first.1.minor));
        let mut changes = vec![*first];
        for (index, (day, balance)) in history.days.iter().enumerate().skip(1) {
            if changes.last().is_some_and(|(_, before)| before != balance) {
                line.push_str(&format!("H{}V{}", x(index), y(balance.minor)));
                changes.push((*day, *balance));
            }
        }
        line.push_str(&format!("H{WIDTH}"));
        changes.reverse();
        let ground = y(0);
        let middle = history.days.get(history.days.len() / 2).map_or(last.0, |(day, _)| *day);
        let told = t
            .say("chart-told")
            .with("from", t.day(first.0))
            .with("to", t.day(last.0))
            .with("first", t.money(first.1))
            .with("last", t.money(last.1))
            .with("lowest", t.money(money(low)))
            .with("highest", t.money(money(high)))
            .to_string();
        Some(Self {
            area: format!("{line}V{ground}H0Z"),
            line,
            now: (WIDTH, y(last.1.minor)),
            levels: marks.iter().rev().map(|mark| y(*mark)).collect(),
            amounts: marks.iter().rev().map(|mark| t.money(money(*mark))).collect(),
            days: vec![first.0, middle, last.0],
            told,
            changes,
        })
    }
}

/// What was spent with somebody, and how long its bar is, of 100.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) with: SpendingWith,
    pub(super) length: i64,
}

/// A bar for everybody that something was spent with, the longest as long as can be. More back than out has none.
pub(super) fn bars(spending: Spending) -> Vec<Bar> {
    let most = spending.with.iter().map(|with| with.amount.minor).max().unwrap_or(0);
    let length = |minor: i64| if minor <= 0 { 0 } else { ratio(minor, most, 100).max(1) };
    spending.with.into_iter().map(|with| Bar { length: length(with.amount.minor), with }).collect()
}

/// Where `value` is on an axis from 0 (`top`) to [`HEIGHT`] (`bottom`).
fn scaled(from: i64, value: i64, top: i64, bottom: i64) -> i64 {
    let (way, whole) = (i128::from(from) - i128::from(value), (i128::from(top) - i128::from(bottom)).max(1));
    i64::try_from(way * i128::from(HEIGHT) / whole).unwrap_or(0)
}

fn ratio(part: i64, whole: i64, of: i64) -> i64 {
    i64::try_from(i128::from(part) * i128::from(of) / i128::from(whole.max(1))).unwrap_or(0)
}

fn subunits(decimals: u32) -> i128 {
    10_i128.pow(decimals)
}

/// Round amounts at equal distances, the first at or below `low` and the last at or above `high`: steps of 1, 2 or 5 times
/// a power of ten, of whole `units`.
fn marks(low: i64, high: i64, units: i128) -> Vec<i64> {
    let (low, high) = (i128::from(low), i128::from(high));
    let least = ((high - low + PARTS - 1) / PARTS).max(1);
    let mut power = units;
    let step = loop {
        if let Some(step) = [1, 2, 5].into_iter().map(|n| n * power).find(|step| *step >= least) {
            break step;
        }
        power *= 10;
    };
    let (first, last) = (low.div_euclid(step), -(-high).div_euclid(step));
    (first..=last).filter_map(|n| i64::try_from(n * step).ok()).collect()
}

#[cfg(test)]
mod tests {
    use bank_core::Counterparty;
    use kit_core::{Currency, Language};

    use super::*;
    use crate::words::words;

    fn history(balances: &[i64]) -> BalanceHistory {
        let day = |index: usize| Day::parse("2026-11-01").expect("a day").plus(i64::try_from(index).expect("small"));
        let days = balances.iter().enumerate().map(|(n, minor)| (day(n), Money::new(*minor, Currency::EUR)));
        BalanceHistory { opening: Money::new(0, Currency::EUR), days: days.collect() }
    }

    #[test]
    fn axes_have_round_amounts() {
        let check = |low, high, expected: &[i64]| assert_eq!(marks(low, high, 100), expected, "{low} to {high}");
        check(0, 1, &[0, 100]);
        check(0, 400, &[0, 100, 200, 300, 400]);
        check(0, 123_456, &[0, 50_000, 100_000, 150_000]);
        check(-5_000, 12_000, &[-5_000, 0, 5_000, 10_000, 15_000]);
        assert_eq!(marks(0, 7, 1), [0, 2, 4, 6, 8]);
        for high in [i64::MAX, i64::MAX - 1, 1 << 53] {
            assert!(marks(0, high, 1).len() >= 2, "{high}");
        }
    }

    #[test]
    fn a_balance_is_drawn_as_steps() {
        let t = words(Language::English, kit_core::Calendar::UTC);
        let chart = BalanceChart::new(t, &history(&[0, 20_000, 20_000, 10_000])).expect("there is money");
        assert_eq!(chart.line, "M0 300H250V0H750V150H1000");
        assert_eq!(chart.area, "M0 300H250V0H750V150H1000V300H0Z");
        assert_eq!(chart.now, (1_000, 150));
        assert_eq!(chart.amounts, ["€200.00", "€150.00", "€100.00", "€50.00", "€0.00"]);
        assert_eq!(chart.levels, [0, 75, 150, 225, 300]);
        let changes: Vec<String> = chart.changes.iter().map(|(day, money)| format!("{day} {money}")).collect();
        assert_eq!(changes, ["2026-11-04 100.00 EUR", "2026-11-02 200.00 EUR", "2026-11-01 0.00 EUR"]);
        assert!(chart.told.contains("highest €200.00"), "{}", chart.told);
    }

    #[test]
    fn where_there_was_never_money_there_is_no_chart() {
        let t = words(Language::German, kit_core::Calendar::UTC);
        assert_eq!(BalanceChart::new(t, &history(&[])), None);
        assert_eq!(BalanceChart::new(t, &history(&[0, 0])), None);
        assert!(BalanceChart::new(t, &history(&[i64::MAX, 1])).is_some());
    }

    #[test]
    fn bars_are_as_long_as_what_was_spent() {
        let with = |minor| SpendingWith {
            counterparty: Counterparty::Cash,
            amount: Money::new(minor, Currency::EUR),
            count: 1,
        };
        let spending =
            Spending { total: Money::new(0, Currency::EUR), with: vec![with(800), with(200), with(1), with(-50)] };
        let lengths: Vec<i64> = bars(spending).iter().map(|bar| bar.length).collect();
        assert_eq!(lengths, [100, 25, 1, 0]);
    }
}
