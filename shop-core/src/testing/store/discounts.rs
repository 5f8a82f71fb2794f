//! Discounts, the numbers of documents, and further tokens.

use super::samples::{cart, code, discount, moment, order, plain_discount};
use super::{contradiction, record, view};
use crate::rules::discount::Discount;
use crate::rules::invoice::{Issued, LastNumbers};
use crate::rules::order::{Order, OrderState};
use crate::store::{Access, Store};

/// With all that a discount may have, and with nothing; a second put replaces it.
pub fn discounts_are_kept_and_replaced(store: &dyn Store) {
    let (full, plain) = (discount("B-2"), plain_discount("A-1"));
    record(store, |tx| {
        tx.put_discount(&full)?;
        tx.put_discount(&plain)
    });
    view(store, |tx| {
        assert_eq!(tx.discount(&code("B-2"))?, Some(full.clone()));
        assert_eq!(tx.discount(&code("C-3"))?, None);
        assert_eq!(tx.discounts()?, [plain.clone(), full.clone()], "by code");
        Ok(())
    });
    let replaced = Discount { uses: 1, ended_at: None, ..full };
    record(store, |tx| tx.put_discount(&replaced));
    assert_eq!(view(store, |tx| tx.discount(&code("B-2"))), Some(replaced));
}

/// Hyphens do not count; codes that differ only by them may be there already, and are two.
pub fn discounts_are_found_as_typed(store: &dyn Store) {
    let codes = ["TEN-OFF", "TENOFF", "X"];
    record(store, |tx| codes.iter().try_for_each(|code| tx.put_discount(&plain_discount(code))));
    let found = |key: &str| view(store, |tx| tx.discount_by_key(key)).map(|found| found.terms.code.to_string());
    assert_eq!(found("TENOFF").as_deref(), Some("TEN-OFF"), "the first of them");
    assert_eq!(found("X").as_deref(), Some("X"));
    assert_eq!((found("TEN-OFF"), found("TEN")), (None, None), "a key has no hyphens, and is the whole code");
    assert_eq!(view(store, |tx| tx.discounts()).len(), 3);
}

/// And by the address of whoever placed them, however it is written; in whatever state they are.
pub fn orders_are_found_by_their_code(store: &dyn Store) {
    let by = |n: u8, email: &str| {
        let mut order = order(n);
        email.clone_into(&mut order.contact.email);
        order
    };
    let orders = [by(1, "Ada@example.org"), by(2, "bob@example.org"), by(3, " ada@EXAMPLE.org")];
    let without = Order { discount: None, ..order(4) };
    record(store, |tx| {
        orders.iter().try_for_each(|order| tx.insert_order(order))?;
        tx.insert_order(&without)?;
        tx.update_order(&Order { state: OrderState::Cancelled, ..orders[2].clone() })
    });
    view(store, |tx| {
        let found = tx.orders_with_code(&code("SPRING-10"), "ada@example.org")?;
        let cancelled = Order { state: OrderState::Cancelled, ..orders[2].clone() };
        assert_eq!(found, [orders[0].clone(), cancelled]);
        assert_eq!(tx.orders_with_code(&code("SPRING-1"), "ada@example.org")?, []);
        assert_eq!(tx.orders_with_code(&code("SPRING-10"), "ada@example.or")?, []);
        Ok(())
    });
}

/// Each number of an invoice belongs to one order, and so does each of a credit note.
pub fn document_numbers_are_given_once(store: &dyn Store) {
    let numbers = LastNumbers { invoice: 3, credit_note: 1 };
    record(store, |tx| {
        (1..=2).try_for_each(|n| tx.insert_order(&order(n)))?;
        tx.set_last_numbers(numbers)
    });
    assert_eq!(view(store, |tx| tx.last_numbers()), numbers);
    let issued = |number| Some(Issued { number, at: moment(5) });
    record(store, |tx| tx.update_order(&Order { invoice: issued(1), credit_note: issued(2), ..order(1) }));
    record(store, |tx| tx.update_order(&Order { invoice: issued(1), credit_note: issued(2), ..order(1) }));
    contradiction(store, |tx| tx.update_order(&Order { invoice: issued(1), ..order(2) }));
    contradiction(store, |tx| tx.update_order(&Order { credit_note: issued(2), ..order(2) }));
    contradiction(store, |tx| tx.insert_order(&Order { invoice: issued(1), ..order(3) }));
    record(store, |tx| tx.update_order(&Order { invoice: issued(2), credit_note: issued(1), ..order(2) }));
}

/// They are kept until they are removed, which those are that have expired.
pub fn further_tokens_open_orders_for_a_while(store: &dyn Store) {
    let access = |n: u8| Access { token: cart(n).token, order: order(1).id, expires_at: moment(u64::from(n)) };
    record(store, |tx| {
        tx.insert_order(&order(1))?;
        (5..=8).try_for_each(|n| tx.insert_access(&access(n)))
    });
    assert_eq!(view(store, |tx| tx.access(&access(5).token)), Some(access(5)));
    assert_eq!(view(store, |tx| tx.access(&cart(4).token)), None);
    contradiction(store, |tx| tx.insert_access(&access(5)));
    record(store, |tx| {
        assert_eq!(tx.remove_accesses(moment(4), 10)?, 0);
        assert_eq!(tx.remove_accesses(moment(7), 1)?, 1);
        assert_eq!(tx.remove_accesses(moment(7), 10)?, 2);
        Ok(())
    });
    assert_eq!(view(store, |tx| tx.access(&access(7).token)), None);
    assert_eq!(view(store, |tx| tx.access(&access(8).token)), Some(access(8)));
}
