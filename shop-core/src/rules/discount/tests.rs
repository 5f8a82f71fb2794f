//! When a code can be used: as a table, in the order of the checks.

use kit_core::Currency;

use super::*;

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn discount() -> Discount {
    Discount {
        terms: DiscountTerms {
            code: DiscountCode::parse("spring-10").expect("a code"),
            benefit: Benefit::Percent(1_000),
            minimum: Some(eur(5_000)),
            valid_from: Some(at(100)),
            valid_until: Some(at(200)),
            max_uses: Some(2),
            once_per_email: true,
            category: None,
        },
        uses: 1,
        created_at: at(0),
        ended_at: None,
    }
}

#[test]
fn codes_are_read_as_people_type_them() {
    assert_eq!(discount().terms.code.as_str(), "SPRING-10");
    assert_eq!(DiscountCode::parse(" Spring-10 "), DiscountCode::parse("SPRING-10"));
    let typed = [
        "TEN OFF",
        "ten-off",
        " Ten\u{200B} Off\u{FEFF}",
        "TEN\u{2011}OFF",
        "TEN\u{A0}-\u{2013} OFF",
        "ｔｅｎ－ｏｆｆ",
    ];
    for text in typed {
        assert_eq!(DiscountCode::parse(text).expect(text).as_str(), "TEN-OFF", "{text:?}");
    }
    assert_eq!(DiscountCode::parse("tenoff").expect("a code").key(), "TENOFF");
    assert_eq!(DiscountCode::parse("TEN-OFF").expect("a code").key(), "TENOFF");
    for text in ["", "-", " \u{200B}", "ä", "x_y", "'", &"A".repeat(33), "T\u{0}N"] {
        assert_eq!(DiscountCode::parse(text), None, "{text:?}");
    }
}

#[test]
fn the_first_thing_that_is_wrong_is_told() {
    type Change = fn(&mut Discount);
    let ends: Change = |d| d.ended_at = Some(at(1));
    let used_up: Change = |d| d.uses = 2;
    let nothing: Change = |_| {};
    let cases: [(Change, i64, i64, bool, &str); 10] = [
        (nothing, 150, 5_000, false, "ok"),
        (ends, 99, 1, true, "discount-ended"),
        (used_up, 99, 1, true, "discount-not-yet-valid"),
        (used_up, 200, 1, true, "discount-expired"),
        (used_up, 199, 1, true, "discount-used-up"),
        (nothing, 100, 1, true, "discount-used-before"),
        (|d| d.terms.once_per_email = false, 100, 5_000, true, "ok"),
        (nothing, 100, 4_999, false, "discount-minimum-not-reached"),
        (|d| d.terms.minimum = None, 100, 1, false, "ok"),
        (|d| (d.uses, d.terms.max_uses) = (1_000, None), 100, 5_000, false, "ok"),
    ];
    for (change, now, goods, used_before, expected) in cases {
        let mut discount = discount();
        change(&mut discount);
        let told = discount.may_be_used(eur(goods), at(now), used_before);
        assert_eq!(told.map_or_else(|problem| problem.code(), |()| "ok"), expected, "{now} {goods}");
    }
    assert_eq!(
        discount().may_be_used(eur(4_000), at(150), false),
        Err(DiscountProblem::MinimumNotReached { minimum: eur(5_000), missing: eur(1_000) })
    );
}

#[test]
fn what_can_be_no_code_is_refused() {
    let check = |change: fn(&mut DiscountTerms)| {
        let mut terms = discount().terms;
        change(&mut terms);
        terms.check()
    };
    assert_eq!(check(|_| {}), Ok(()));
    type Case = (fn(&mut DiscountTerms), &'static str);
    let cases: [Case; 6] = [
        (|t| t.benefit = Benefit::Percent(0), "percent"),
        (|t| t.benefit = Benefit::Percent(10_001), "percent"),
        (|t| t.benefit = Benefit::Fixed(eur(0)), "amount"),
        (|t| t.minimum = Some(eur(0)), "minimum"),
        (|t| t.max_uses = Some(0), "max-uses"),
        (|t| t.valid_until = t.valid_from, "until"),
    ];
    for (change, problem) in cases {
        assert_eq!(check(change), Err(Refusal::DiscountInvalid { problem }));
    }
}

#[test]
fn what_was_stored_is_read_to_the_letter() {
    for text in ["SPRING-10", "A--B", "-A", "-"] {
        assert_eq!(DiscountCode::from_stored(text).expect(text).as_str(), text);
    }
    for text in ["", "spring", "A B", " A"] {
        assert_eq!(DiscountCode::from_stored(text), None, "{text:?}");
    }
}

#[test]
fn generated_codes_have_sixty_bits_in_groups() {
    assert_eq!(DiscountCode::from_random([0; 8]).as_str(), "0000-0000-0000");
    assert_eq!(DiscountCode::from_random([0xff; 8]).as_str(), "ZZZZ-ZZZZ-ZZZZ");
    let codes: std::collections::BTreeSet<_> =
        (0..60).map(|bit| DiscountCode::from_random((1_u64 << bit).to_be_bytes())).collect();
    assert_eq!(codes.len(), 60, "each bit counts");
    for code in codes {
        assert_eq!(DiscountCode::parse(&code.as_str().to_lowercase()), Some(code));
    }
}
