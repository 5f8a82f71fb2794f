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
    assert_eq!(VatRate::STANDARD.of_gross(eur(11_900)), eur(1_900));
    assert_eq!(VatRate::STANDARD.of_gross(eur(10_000)), eur(1_597));
    assert_eq!(rate(700).of_gross(eur(107)), eur(7));
    assert_eq!(rate(0).of_gross(eur(107)), eur(0));
    assert_eq!(rate(10_000).of_gross(eur(3)), eur(2), "one and a half, to the even one");
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
    assert_eq!(shares(10_000), [99, 100, 100], "one cent of the goods is left");
    assert_eq!(shares(0), [0, 0, 0]);
}

#[test]
fn one_cent_of_the_goods_is_left() {
    let sku = sku(1);
    let line = |minor| [Line { sku: &sku, gross: eur(minor), vat_rate: VatRate::STANDARD, discounted: true }];
    let discount = |minor, benefit| goods(&line(minor), Some(benefit), eur(0)).expect("small").discount.minor;
    assert_eq!(discount(500, Benefit::Percent(10_000)), 499);
    assert_eq!(discount(500, Benefit::Fixed(eur(500))), 499);
    assert_eq!(discount(1, Benefit::Percent(10_000)), 0);
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
        prop_assert!(totals.gross.minor - totals.discount.minor >= 1);
        for (line, total) in lines.iter().zip(&totals.lines) {
            prop_assert!((0..=line.gross.minor).contains(&total.discount.minor), "no line below nothing");
            prop_assert!(line.discounted || total.discount.minor == 0, "only lines that it is for");
            let left = line.gross.minor - total.discount.minor;
            prop_assert!((0..=left).contains(&total.vat.minor));
            // Exactly half a unit off at most: 2·|vat·(1+r) − left·r| ≤ (1+r).
            let (rate, one) = (i128::from(line.vat_rate.basis_points()), 10_000_i128);
            let off = i128::from(total.vat.minor) * (one + rate) - i128::from(left) * rate;
            prop_assert!(2 * off.abs() <= one + rate);
            // And a share is within the lines' number of what it would be by value: nobody bears another's part.
            if totals.discount.minor > 0 && line.discounted {
                let eligible: i128 = lines.iter().filter(|l| l.discounted).map(|l| i128::from(l.gross.minor)).sum();
                let exact = i128::from(totals.discount.minor) * i128::from(line.gross.minor);
                let off = i128::from(total.discount.minor) * eligible - exact;
                prop_assert!(off.abs() <= eligible * lines.len() as i128);
            }
        }
        let sums = vat_sums(lines.iter().zip(&totals.lines).map(|(line, total)| {
            (line.vat_rate, eur(line.gross.minor - total.discount.minor), total.vat)
        }));
        prop_assert_eq!(
            sums.iter().map(|sum| sum.gross.minor).sum::<i64>(), totals.gross.minor - totals.discount.minor
        );
        let vat: i64 = totals.lines.iter().map(|line| line.vat.minor).sum();
        prop_assert_eq!(sums.iter().map(|sum| sum.vat.minor).sum::<i64>(), vat);
        prop_assert!(sums.iter().all(|sum| sum.net().minor + sum.vat.minor == sum.gross.minor));

        // The same lines in another order are told the same.
        let mut turned = lines.clone();
        turned.reverse();
        let again = goods(&turned, Some(benefit), eur(0)).expect("as before");
        let back: Vec<LineTotal> = again.lines.into_iter().rev().collect();
        prop_assert_eq!((again.gross, again.discount, back), (totals.gross, totals.discount, totals.lines));
    }
}
