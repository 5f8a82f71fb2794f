//! Sums that add up, whatever is bought.

use kit_core::Currency;
use proptest::prelude::*;

use super::*;

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn sku(n: usize) -> Sku {
    Sku::parse(&format!("P-{n}")).expect("a SKU")
}

fn rate(basis_points: u32) -> VatRate {
    VatRate::from_basis_points(basis_points).expect("a rate")
}

#[test]
fn halves_go_to_the_even_neighbour() {
    let cases = [(5, 10, 0), (15, 10, 2), (25, 10, 2), (14, 10, 1), (16, 10, 2), (-5, 10, 0), (-15, 10, -2), (0, 7, 0)];
    for (dividend, divisor, expected) in cases {
        assert_eq!(half_even(dividend, divisor), expected, "{dividend}/{divisor}");
    }
}

#[test]
fn vat_is_what_the_price_contains() {
    let parts = |bp, gross| {
        let Split { net, vat, rounding } = rate(bp).split(gross);
        (net, vat, rounding)
    };
    assert_eq!(parts(1_900, 11_900), (10_000, 1_900, 0));
    assert_eq!(parts(1_900, 10_000), (8_403, 1_597, 0));
    assert_eq!(parts(700, 107), (100, 7, 0));
    assert_eq!(parts(0, 107), (107, 0, 0));
    assert_eq!(parts(1_900, 0), (0, 0, 0));
    assert_eq!(parts(10_000, 3), (1, 1, 1), "one and one are two, two and two are four");
    assert_eq!(parts(1_900, 3), (2, 0, 1), "19 % of 3 is 0.57 and of 2 is 0.38");
}

#[test]
fn many_lines_have_the_vat_of_their_sum() {
    // Line by line 25 times 0.89 contain 25 times 0.14; but 19 % of the net of all is 3.55.
    let shares = vat_shares(&vec![(VatRate::STANDARD, eur(89)); 25]);
    assert_eq!(shares.iter().map(|share| share.vat.minor).sum::<i64>(), 355);
    assert!(shares.iter().all(|share| share.rounding.minor == 0 && (14..=15).contains(&share.vat.minor)));
}

#[test]
fn percentages_are_read_and_written() {
    for (text, basis_points) in [("19", 1_900), ("5.5", 550), ("0", 0), ("100", 10_000), ("7.25", 725), ("0.05", 5)] {
        assert_eq!(VatRate::parse(text).map(VatRate::basis_points), Some(basis_points), "{text}");
        assert_eq!(rate(basis_points).to_string(), text);
    }
    for text in ["", "-1", "19.", ".5", "100.01", "1e1", "19 %", "1.234", "1000", "+5"] {
        assert_eq!(VatRate::parse(text), None, "{text:?}");
    }
}

#[test]
fn what_rounding_leaves_over_goes_to_the_largest_lines() {
    let skus = [sku(1), sku(2), sku(3)];
    let lines: Vec<Line<'_>> = skus
        .iter()
        .zip([100, 100, 100])
        .map(|(sku, minor)| Line { sku, gross: eur(minor), vat_rate: VatRate::STANDARD, discounted: true })
        .collect();
    let shares = |minor| -> Vec<i64> {
        let totals = goods(&lines, Some(Benefit::Fixed(eur(minor))), eur(0)).expect("small");
        totals.lines.iter().map(|line| line.discount.minor).collect()
    };
    assert_eq!(shares(100), [34, 33, 33], "equals by SKU");
    assert_eq!(shares(101), [33, 34, 34], "too much was given: the first gives it back");
    assert_eq!(shares(10_000), [100, 100, 100], "nothing of the goods is left");
    assert_eq!(shares(0), [0, 0, 0]);
}

#[test]
fn a_discount_takes_at_most_the_goods() {
    let sku = sku(1);
    let line = |minor| [Line { sku: &sku, gross: eur(minor), vat_rate: VatRate::STANDARD, discounted: true }];
    let discount = |minor, benefit| goods(&line(minor), Some(benefit), eur(0)).expect("small").discount.minor;
    assert_eq!(discount(500, Benefit::Percent(10_000)), 500);
    assert_eq!(discount(500, Benefit::Fixed(eur(501))), 500);
    assert_eq!(discount(1, Benefit::Percent(10_000)), 1);
    assert_eq!(discount(500, Benefit::Percent(1_000)), 50);
}

prop_compose! {
    fn rows()(
        rows in proptest::collection::vec(
            (1_i64..=9_900_000_000, prop_oneof![Just(1_900_u32), Just(700), Just(0), 0_u32..=10_000], any::<bool>()), 1..12,
        )
    ) -> Vec<(i64, u32, bool)> { rows }
}

prop_compose! {
    fn benefits()(percent in any::<bool>(), basis_points in 0_u32..=10_000, minor in 0_i64..50_000_000_000) -> Benefit {
        if percent { Benefit::Percent(basis_points) } else { Benefit::Fixed(eur(minor)) }
    }
}

proptest! {
    #[test]
    fn everything_adds_up(rows in rows(), benefit in benefits()) {
        let skus: Vec<Sku> = (0..rows.len()).map(sku).collect();
        let lines: Vec<Line<'_>> = skus.iter().zip(&rows)
            .map(|(sku, (minor, bp, discounted))| {
                Line { sku, gross: eur(*minor), vat_rate: rate(*bp), discounted: *discounted }
            })
            .collect();
        let totals = goods(&lines, Some(benefit), eur(0)).expect("small enough");
        let shares: i64 = totals.lines.iter().map(|line| line.discount.minor).sum();
        prop_assert_eq!(shares, totals.discount.minor, "shares add up to the discount");
        prop_assert_eq!(totals.gross.minor, rows.iter().map(|row| row.0).sum::<i64>());
        prop_assert!(totals.gross.minor >= totals.discount.minor);
        for (line, total) in lines.iter().zip(&totals.lines) {
            prop_assert!((0..=line.gross.minor).contains(&total.discount.minor), "no line below nothing");
            prop_assert!(line.discounted || total.discount.minor == 0, "only lines that it is for");
            // And a share is within the lines' number of what it would be by value: nobody bears another's part.
            if totals.discount.minor > 0 && line.discounted {
                let eligible: i128 = lines.iter().filter(|l| l.discounted).map(|l| i128::from(l.gross.minor)).sum();
                let exact = i128::from(totals.discount.minor) * i128::from(line.gross.minor);
                let off = i128::from(total.discount.minor) * eligible - exact;
                prop_assert!(off.abs() <= eligible * lines.len() as i128);
            }
        }
        // The same lines in another order are told the same.
        let mut turned = lines.clone();
        turned.reverse();
        let again = goods(&turned, Some(benefit), eur(0)).expect("as before");
        let back: Vec<LineTotal> = again.lines.into_iter().rev().collect();
        prop_assert_eq!((again.gross, again.discount, back), (totals.gross, totals.discount, totals.lines));
    }

    /// Of every rate of every order: VAT = round(net × rate); a rounding only where no such pair adds up; shares that
    /// add up. Amounts are whole minor units, so currencies of no and of three decimals are no different.
    #[test]
    fn vat_is_that_of_the_net(parts in proptest::collection::vec(
        (prop_oneof![0_i64..=40, 0_i64..=9_900_000_000],
         prop_oneof![Just(1_900_u32), Just(700), Just(0), Just(2_500), 0_u32..=10_000]), 1..40,
    )) {
        let parts: Vec<(VatRate, Money)> = parts.into_iter().map(|(minor, bp)| (rate(bp), eur(minor))).collect();
        let shares = vat_shares(&parts);
        for ((_, gross), share) in parts.iter().zip(&shares) {
            let net = gross.minor - share.vat.minor - share.rounding.minor;
            prop_assert!(net >= 0 && share.vat.minor >= 0 && (0..=1).contains(&share.rounding.minor));
        }
        let sums = vat_sums(parts.iter().zip(&shares).map(|((rate, gross), share)| (*rate, *gross, *share)));
        let total: i64 = parts.iter().map(|(_, gross)| gross.minor).sum();
        prop_assert_eq!(sums.iter().map(|sum| sum.gross.minor).sum::<i64>(), total);
        let vat_of = |net: i128, bp: u32| {
            let (whole, rest) = (net * i128::from(bp) / 10_000, net * i128::from(bp) % 10_000);
            whole + i128::from(rest > 5_000 || (rest == 5_000 && whole % 2 == 1))
        };
        for sum in &sums {
            let (net, bp) = (i128::from(sum.net().minor), sum.rate.basis_points());
            let gross = i128::from(sum.gross.minor);
            prop_assert_eq!(i128::from(sum.vat.minor), vat_of(net, bp), "{} at {}", gross, sum.rate);
            let exists = (-3..=3).any(|off| net + off >= 0 && net + off + vat_of(net + off, bp) == gross);
            prop_assert_eq!(sum.rounding.minor, i64::from(!exists));
        }
    }
}
