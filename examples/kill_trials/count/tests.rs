use super::*;

fn entry(kind: &str, id: &str, cents: i64, reference: &str) -> Entry {
    Entry { id: id.to_owned(), kind: kind.to_owned(), cents, reference: reference.to_owned() }
}

fn statement(entries: Vec<Entry>) -> Statement {
    let posted = entries.iter().map(|entry| entry.cents).sum();
    Statement { entries, posted }
}

#[test]
fn a_movement_is_on_the_statement_as_often_as_its_customer_was_told() {
    let done = || Told::Done("a".to_owned());
    let cases: [(Told, &[&str], &str); 9] = [
        (done(), &["a"], ""),
        (done(), &[], "lost"),
        (done(), &["b"], "doubled"),
        (done(), &["a", "b"], "doubled"),
        (Told::Refused, &[], ""),
        (Told::Refused, &["a"], "refused"),
        (Told::Nothing, &[], ""),
        (Told::Nothing, &["a"], ""),
        (Told::Nothing, &["a", "b"], "doubled"),
    ];
    for (told, ids, expected) in cases {
        let entries = ids.iter().map(|id| entry("deposit", id, 500, "")).collect();
        let statements = BTreeMap::from([(0, statement(entries))]);
        let movement = Movement { customer: 0, kind: MovementKind::Deposit, cents: 500, to: None, told };
        let judged = judge_movement(&movement, &statements).unwrap_or_default();
        assert_eq!(judged.is_empty(), expected.is_empty(), "{movement:?} {ids:?}: {judged}");
        assert!(judged.contains(expected), "{movement:?} {ids:?}: {judged}");
    }
}

#[test]
fn a_transfer_comes_to_whom_it_was_sent() {
    let told = Told::Done("a".to_owned());
    let movement = Movement { customer: 0, kind: MovementKind::Transfer, cents: 500, to: Some(1), told };
    let of = |sent: i64, came: i64| {
        let sent = statement(vec![entry("transfer", "a", -sent, "")]);
        let came = statement(vec![entry("transfer", "a", came, "")]);
        judge_movement(&movement, &BTreeMap::from([(0, sent), (1, came)]))
    };
    assert_eq!(of(500, 500), None);
    assert!(of(500, 400).is_some_and(|judged| judged.contains("did not come")));
    assert!(of(400, 500).is_some_and(|judged| judged.contains("did not come")));
}

#[test]
fn an_order_is_what_its_customer_was_told_and_has_paid() {
    let told_nothing = || Purchase::asked(0, String::new(), 500);
    let told_paid = || Purchase { told_placed: true, told_paid: true, ..told_nothing() };
    let told_unpaid = || Purchase { told_placed: true, told_unpaid: true, ..told_nothing() };
    let cancelled = || Purchase { asked_to_cancel: true, told_cancelled: true, ..told_paid() };
    let cases: [(Purchase, &str, u8, u8, &str); 17] = [
        (told_paid(), "paid", 1, 0, ""),
        (told_paid(), "paid", 0, 0, "lost: paid"),
        (told_paid(), "paid", 2, 0, "doubled: paid"),
        (told_paid(), "paid", 1, 1, "given back"),
        (told_paid(), "not-paid", 0, 0, "lost: acknowledged as paid"),
        (told_paid(), "not-paid", 1, 0, "lost: not paid"),
        (told_paid(), "cancelled", 1, 1, "by nobody"),
        (told_paid(), "", 0, 0, "is not there"),
        (told_unpaid(), "not-paid", 0, 0, ""),
        (told_unpaid(), "paid", 1, 0, "not charged"),
        (told_nothing(), "", 0, 0, ""),
        (told_nothing(), "paid", 1, 0, ""),
        (told_nothing(), "checking", 0, 0, "no final state"),
        (cancelled(), "cancelled", 1, 1, ""),
        (cancelled(), "cancelled", 1, 0, "lost: cancelled"),
        (cancelled(), "cancelled", 1, 2, "doubled: more"),
        (cancelled(), "paid", 1, 0, "acknowledged as cancelled"),
    ];
    for (purchase, status, paid, refunded, expected) in cases {
        let body = serde_json::json!({ "number": "AAAA-BBBB", "status": status, "total": "5.00" });
        let order = Reply { status: if status.is_empty() { 404 } else { 200 }, body };
        let payments = (0..paid).map(|_| entry("payment", "p", -500, "Order AAAA-BBBB"));
        let refunds = (0..refunded).map(|_| entry("refund", "r", 500, "Order AAAA-BBBB"));
        let judged = judge_purchase(&purchase, &order, &statement(payments.chain(refunds).collect())).join("; ");
        assert_eq!(judged.is_empty(), expected.is_empty(), "{purchase:?} {status}: {judged}");
        assert!(judged.contains(expected), "{purchase:?} {status}: {judged}");
    }
}

#[test]
fn amounts_are_read_as_they_are_written() {
    for (text, minor) in [("0.00", 0), ("12.34", 1_234), ("-0.05", -5), ("-1000.50", -100_050)] {
        assert_eq!(cents(text), Some(minor), "{text}");
        assert_eq!(decimal(minor), text);
    }
    for bad in ["", "1", "1.5", "1.500", "x.00", "1.0x"] {
        assert_eq!(cents(bad), None, "{bad}");
    }
}
