//! What an order costs: lines → discount → shipping → total, and the VAT that all of it contains.
//!
//! - Prices include VAT. What is shown is the VAT *contained* in a line after its discount, rounded half-even to the
//!   minor unit; sums of VAT are sums of these, so that an invoice adds up as it is read.
//! - A discount is one amount, and each line bears its share of it by value, rounded half-even. What rounding leaves over
//!   goes to the largest lines, equals by SKU: so the shares add up, whatever the order of the lines, and no line falls
//!   below nothing.
//! - What is left of the goods is never less than one minor unit. An order of nothing would be paid by asking no bank, a
//!   second way to "paid" beside the one that every proof is about; a cent that was shown before is the smaller evil.

use std::fmt;

use kit_core::{Money, MoneyError};

use super::product::Sku;

/// A rate of value-added tax, in hundredths of a percent: 1,900 is 19 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VatRate(u16);

impl VatRate {
    /// Germany's standard rate.
    pub const STANDARD: Self = Self(1_900);

    /// From hundredths of a percent, at most 100 %.
    #[must_use]
    pub fn from_basis_points(basis_points: u32) -> Option<Self> {
        u16::try_from(basis_points).ok().filter(|basis_points| *basis_points <= 10_000).map(Self)
    }

    /// In hundredths of a percent.
    #[must_use]
    pub fn basis_points(self) -> u32 {
        self.0.into()
    }

    /// Reads a percentage with at most two decimals, such as `19` or `5.5`; `None` for anything else and above 100.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_basis_points(parse_percent(text)?)
    }

    /// The VAT that `gross` contains.
    #[must_use]
    pub fn of_gross(self, gross: Money) -> Money {
        let rate = i128::from(self.0);
        let contained = half_even(i128::from(gross.minor) * rate, 10_000 + rate);
        // No larger than the amount itself.
        Money::new(i64::try_from(contained).unwrap_or(gross.minor), gross.currency)
    }
}

/// The percentage without needless zeros: `19`, `5.5`.
impl fmt::Display for VatRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&percent(self.basis_points()))
    }
}

/// Hundredths of a percent as a percentage without needless zeros.
#[must_use]
pub fn percent(basis_points: u32) -> String {
    let (whole, part) = (basis_points / 100, basis_points % 100);
    match (part, part % 10) {
        (0, _) => whole.to_string(),
        (_, 0) => format!("{whole}.{}", part / 10),
        _ => format!("{whole}.{part:02}"),
    }
}

/// Reads a percentage with at most two decimals as hundredths of a percent; `None` for anything else and above 100.
#[must_use]
pub fn parse_percent(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let plain = |digits: &str, most| (1..=most).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole, 3) || !plain(part, 2) {
        return None;
    }
    let hundredths = if part.len() == 1 { part.parse::<u32>().ok()? * 10 } else { part.parse().ok()? };
    let basis_points = whole.parse::<u32>().ok()? * 100 + hundredths;
    (basis_points <= 10_000).then_some(basis_points)
}

/// A line to be totalled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// What tells equally dear lines apart.
    pub sku: &'a Sku,
    /// What it costs, VAT included.
    pub gross: Money,
    /// At what rate.
    pub vat_rate: VatRate,
    /// Whether the discount, if there is one, is for it.
    pub discounted: bool,
}

/// How much a discount takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Benefit {
    /// A part of what the goods cost that it is for, in hundredths of a percent.
    Percent(u32),
    /// So much, at most what the goods cost that it is for.
    Fixed(Money),
}

/// One line's part of the totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineTotal {
    /// Its share of the discount.
    pub discount: Money,
    /// The VAT contained in what is left of it.
    pub vat: Money,
}

/// What one rate of VAT comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VatSum {
    /// The rate.
    pub rate: VatRate,
    /// What is taxed at it, VAT included.
    pub gross: Money,
    /// The VAT contained in it.
    pub vat: Money,
}

impl VatSum {
    /// Without the VAT.
    #[must_use]
    pub fn net(&self) -> Money {
        Money::new(self.gross.minor - self.vat.minor, self.gross.currency)
    }
}

/// What lines cost after a discount, before shipping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    /// In the order of the lines.
    pub lines: Vec<LineTotal>,
    /// What all lines cost before the discount.
    pub gross: Money,
    /// What the discount takes off all lines together.
    pub discount: Money,
}

/// Totals the lines: takes the discount off and finds the VAT.
///
/// # Errors
/// [`MoneyError`] where the sum is too large or the amounts are of different currencies.
pub fn goods(lines: &[Line<'_>], benefit: Option<Benefit>, zero: Money) -> Result<Goods, MoneyError> {
    let gross = lines.iter().try_fold(zero, |sum, line| sum.plus(line.gross))?;
    let mut discounted = lines.iter().filter(|line| line.discounted);
    let eligible = discounted.try_fold(zero, |sum, line| sum.plus(line.gross))?;
    let discount = match benefit {
        None => zero,
        Some(Benefit::Percent(basis_points)) => {
            let part = half_even(i128::from(eligible.minor) * i128::from(basis_points.min(10_000)), 10_000);
            Money::new(i64::try_from(part).unwrap_or(eligible.minor), zero.currency)
        }
        Some(Benefit::Fixed(amount)) => zero.plus(amount)?,
    };
    let most = eligible.minor.min(gross.minor - 1).max(0);
    let discount = Money::new(discount.minor.clamp(0, most), zero.currency);
    let shares = shares(discount.minor, lines);
    let total = |(line, share): (&Line<'_>, i64)| {
        let left = Money::new(line.gross.minor - share, zero.currency);
        LineTotal { discount: Money::new(share, zero.currency), vat: line.vat_rate.of_gross(left) }
    };
    Ok(Goods { lines: lines.iter().zip(shares).map(total).collect(), gross, discount })
}

/// Each line's share of `discount`, which is at most what the discounted lines cost.
fn shares(discount: i64, lines: &[Line<'_>]) -> Vec<i64> {
    let value = |line: &Line<'_>| if line.discounted { line.gross.minor } else { 0 };
    let all: i128 = lines.iter().map(|line| i128::from(value(line))).sum();
    if all == 0 {
        return vec![0; lines.len()];
    }
    let share = |line| half_even(i128::from(discount) * i128::from(value(line)), all);
    let mut shares: Vec<i64> = lines.iter().map(|line| i64::try_from(share(line)).unwrap_or(0)).collect();
    let mut largest: Vec<usize> = (0..lines.len()).collect();
    largest.sort_by(|a, b| value(&lines[*b]).cmp(&value(&lines[*a])).then_with(|| lines[*a].sku.cmp(lines[*b].sku)));
    let mut left = discount - shares.iter().sum::<i64>();
    // At most half a unit a line is left over, and there is room for it: each turn places some of it.
    while left != 0 {
        for at in &largest {
            let next = shares[*at] + left.signum();
            if left != 0 && (0..=value(&lines[*at])).contains(&next) {
                shares[*at] = next;
                left -= left.signum();
            }
        }
    }
    shares
}

/// Sums of VAT by rate, the highest first.
#[must_use]
pub fn vat_sums(parts: impl IntoIterator<Item = (VatRate, Money, Money)>) -> Vec<VatSum> {
    let mut sums: Vec<VatSum> = Vec::new();
    for (rate, gross, vat) in parts {
        match sums.iter_mut().find(|sum| sum.rate == rate) {
            Some(sum) => {
                sum.gross.minor += gross.minor;
                sum.vat.minor += vat.minor;
            }
            None => sums.push(VatSum { rate, gross, vat }),
        }
    }
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.rate));
    sums
}

/// `dividend` / `divisor`, rounded to the nearest whole number, and where two are as near, to the even one.
fn half_even(dividend: i128, divisor: i128) -> i128 {
    let (whole, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    match (rest * 2).cmp(&divisor) {
        std::cmp::Ordering::Less => whole,
        std::cmp::Ordering::Greater => whole + 1,
        std::cmp::Ordering::Equal => whole + (whole & 1),
    }
}

#[cfg(test)]
#[path = "totals/tests.rs"]
mod tests;
