//! What an order costs: lines → discount → shipping → total, and the VAT that all of it contains.
//!
//! - Prices include VAT. Per rate, what is charged is split into net and VAT so that VAT = round(net × rate), half to
//!   even, in minor units of the currency. Where no such pair adds up to what is charged, the pair that is one minor
//!   unit lower is taken, and the unit is the rate's rounding (EN 16931, BT-114). Lines and shipping bear shares of the
//!   net by largest remainder, so that lines, rates and the total add up as they are read.
//! - A discount is one amount, and each line bears its share of it by value, rounded half-even. What rounding leaves over
//!   goes to the largest lines, equals by SKU: so the shares add up, whatever the order of the lines, and no line falls
//!   below nothing.
//! - A discount takes at most what the goods cost that it is for. An order of nothing is paid when it is placed.

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

    /// The VAT on `net` minor units, rounded half to even.
    #[must_use]
    pub fn of_net(self, net: i64) -> i64 {
        // At a rate of at most 100 % no larger than the net itself.
        i64::try_from(half_even(i128::from(net) * i128::from(self.0), 10_000)).unwrap_or(net)
    }

    /// Splits `gross` minor units into net, VAT and rounding; see the module.
    #[must_use]
    pub fn split(self, gross: i64) -> Split {
        let whole = 10_000 + i128::from(self.0);
        let near = i64::try_from(i128::from(gross) * 10_000 / whole).unwrap_or(gross);
        // Net and VAT together grow with the net, by one or two units a step: one of the two sums is met near by.
        let with = |rounding: i64| {
            let fits = move |net: &i64| *net >= 0 && net + self.of_net(*net) == gross - rounding;
            (near - 2..=near + 2).find(fits).map(|net| Split { net, vat: gross - rounding - net, rounding })
        };
        with(0).or_else(|| with(1)).unwrap_or(Split { net: gross, vat: 0, rounding: 0 })
    }
}

/// What a sum consists of, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Without VAT.
    pub net: i64,
    /// The VAT on it.
    pub vat: i64,
    /// What is charged beyond both: 0 or 1.
    pub rounding: i64,
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
}

/// What one rate of VAT comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VatSum {
    /// The rate.
    pub rate: VatRate,
    /// What is taxed at it, VAT included.
    pub gross: Money,
    /// The VAT on its net.
    pub vat: Money,
    /// What is charged beyond net and VAT: nothing or one minor unit.
    pub rounding: Money,
}

impl VatSum {
    /// Without VAT and rounding.
    #[must_use]
    pub fn net(&self) -> Money {
        Money::new(self.gross.minor - self.vat.minor - self.rounding.minor, self.gross.currency)
    }
}

/// What all rates together charge beyond net and VAT: the line "Rounding" of a document.
#[must_use]
pub fn rounding(sums: &[VatSum], zero: Money) -> Money {
    Money::new(sums.iter().map(|sum| sum.rounding.minor).sum(), zero.currency)
}

/// A line's, or the shipping's, share of the VAT of its rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VatShare {
    /// The VAT.
    pub vat: Money,
    /// The rounding: one part of a rate bears it.
    pub rounding: Money,
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

/// Totals the lines: takes the discount off.
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
    let most = eligible.minor.max(0);
    let discount = Money::new(discount.minor.clamp(0, most), zero.currency);
    let shares = shares(discount.minor, lines);
    let total = |share| LineTotal { discount: Money::new(share, zero.currency) };
    Ok(Goods { lines: shares.into_iter().map(total).collect(), gross, discount })
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

/// Splits each rate's sum, and gives each part its share, in the order of the parts: what is charged for it, VAT
/// included and after the discount.
#[must_use]
pub fn vat_shares(parts: &[(VatRate, Money)]) -> Vec<VatShare> {
    let mut shares: Vec<VatShare> = parts
        .iter()
        .map(|(_, gross)| VatShare { vat: Money::zero(gross.currency), rounding: Money::zero(gross.currency) })
        .collect();
    let mut rates: Vec<VatRate> = parts.iter().map(|(rate, _)| *rate).collect();
    rates.sort_unstable();
    rates.dedup();
    for rate in rates {
        let own: Vec<usize> = (0..parts.len()).filter(|at| parts[*at].0 == rate && parts[*at].1.minor > 0).collect();
        let grosses: Vec<i64> = own.iter().map(|at| parts[*at].1.minor).collect();
        for (at, (vat, rounding)) in own.into_iter().zip(fit(rate, &grosses)) {
            shares[at].vat.minor = vat;
            shares[at].rounding.minor = rounding;
        }
    }
    shares
}

/// VAT and rounding of parts of one rate, each of which costs something. Each part's net is its exact one rounded down;
/// what is left of the rate's net goes to the largest remainders, and where too much was given, the smallest give back.
fn fit(rate: VatRate, grosses: &[i64]) -> Vec<(i64, i64)> {
    let split = rate.split(grosses.iter().sum());
    let whole = 10_000 + i128::from(rate.0);
    let exact = |gross: i64| i128::from(gross) * 10_000;
    let down = |gross: i64| i64::try_from(exact(gross) / whole).unwrap_or(gross);
    let mut nets: Vec<i64> = grosses.iter().map(|gross| down(*gross)).collect();
    let mut by_rest: Vec<usize> = (0..grosses.len()).collect();
    by_rest.sort_by_key(|at| std::cmp::Reverse((exact(grosses[*at]) % whole, grosses[*at])));
    let mut left = split.net - nets.iter().sum::<i64>();
    if left < 0 {
        by_rest.reverse();
    }
    for at in by_rest.iter().cycle().take(3 * by_rest.len()) {
        let next = nets[*at] + left.signum();
        if left != 0 && (0..=grosses[*at]).contains(&next) {
            nets[*at] = next;
            left -= left.signum();
        }
    }
    let mut shares: Vec<(i64, i64)> = grosses.iter().zip(&nets).map(|(gross, net)| (gross - net, 0)).collect();
    // The part with the most VAT bears the rounding: the others' VAT stays nearest to their own.
    if split.rounding != 0
        && let Some((vat, rounding)) = shares.iter_mut().max_by_key(|(vat, _)| *vat)
    {
        *vat -= split.rounding;
        *rounding = split.rounding;
    }
    shares
}

/// Sums of VAT by rate, the highest first.
#[must_use]
pub fn vat_sums(parts: impl IntoIterator<Item = (VatRate, Money, VatShare)>) -> Vec<VatSum> {
    let mut sums: Vec<VatSum> = Vec::new();
    for (rate, gross, VatShare { vat, rounding }) in parts {
        match sums.iter_mut().find(|sum| sum.rate == rate) {
            Some(sum) => {
                sum.gross.minor += gross.minor;
                sum.vat.minor += vat.minor;
                sum.rounding.minor += rounding.minor;
            }
            None => sums.push(VatSum { rate, gross, vat, rounding }),
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
