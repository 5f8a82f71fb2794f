//! Look-ups that go along an order: statements, holds, due payments, pages.

use kit_core::{AccountNumber, Timestamp, Uuid};

use super::sample::{Sample, World, later, number, read, sorted, write};
use crate::model::{Account, MerchantId, Owner, Payment, PaymentId, PaymentQuery, PaymentState, Transfer};
use crate::rules::payment::{as_of, reads_as};
use crate::store::Store;

pub(super) fn entries_follow_the_links(store: &dyn Store) {
    let sample = Sample::new();
    let (a, b, c) = (number(1), number(2), number(3));
    let link = |seq, debit, credit, debit_previous, credit_previous| Transfer {
        debit_previous,
        credit_previous,
        ..sample.transfer(seq, debit, credit)
    };
    let rows =
        [link(1, a, b, 0, 0), link(2, c, b, 0, 1), link(3, b, a, 2, 1), link(4, c, a, 2, 3), link(5, c, b, 4, 3)];
    write(store, |tx| Ok(tx.insert_transfers(&rows)?));
    let check = |account: AccountNumber, newest: u64, limit: usize, expected: &[u64]| {
        let found = read(store, |tx| Ok(tx.entries(account, newest, limit)?));
        let seqs: Vec<u64> = found.iter().map(|t| t.seq).collect();
        assert_eq!(seqs, expected, "{account:?} from {newest}, at most {limit}");
        assert!(found.iter().all(|t| rows.contains(t)));
    };
    for row in &rows {
        assert_eq!(read(store, |tx| Ok(tx.transfer_by_id(row.id)?)).as_ref(), Some(row), "a transfer by its id");
    }
    let unknown = sample.transfer(6, a, b).id;
    assert_eq!(read(store, |tx| Ok(tx.transfer_by_id(unknown)?)), None);
    check(a, 4, 10, &[4, 3, 1]);
    check(b, 5, 10, &[5, 3, 2, 1]);
    check(c, 5, 10, &[5, 4, 2]);
    check(b, 5, 2, &[5, 3]);
    check(b, 2, 10, &[2, 1]);
    check(a, 0, 10, &[]);
    check(a, 4, 0, &[]);
    // A cursor from outside: another account's transfer, and one that does not exist.
    check(a, 5, 10, &[]);
    check(a, 2, 10, &[]);
    check(a, 99, 10, &[]);
    check(a, u64::MAX, 10, &[]);
}

/// Payers with one payment in every state each.
fn payers(sample: &Sample, w: &World, store: &dyn Store) -> (Vec<AccountNumber>, Vec<Payment>) {
    let payers: Vec<Account> = (1..=3).map(|n| sample.account(2_000_000_000 + n, w.account.owner)).collect();
    let mut payments = Vec::new();
    for payer in &payers {
        for (n, state) in (0..).zip(PaymentState::ALL) {
            let mut payment = sample.payment(w, state);
            payment.payer = Some(payer.number);
            // The later payer's ends earlier, and two end at the same moment.
            payment.expires_at = Some(later(1_000 - (payer.number.value() / 100 % 10) * 100 + n));
            payments.push(payment);
        }
    }
    write(store, |tx| {
        w.put(tx)?;
        tx.put_accounts(&payers.iter().collect::<Vec<_>>())?;
        Ok(tx.put_payments(&payments.iter().collect::<Vec<_>>())?)
    });
    (payers.iter().map(|a| a.number).collect(), payments)
}

pub(super) fn holds_are_of_these_accounts(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let (payers, mut payments) = payers(&sample, &w, store);
    let holds = |accounts: &[AccountNumber]| sorted(read(store, |tx| Ok(tx.holds(accounts)?)), |p| p.id);
    let expected = |payments: &[Payment], accounts: &[AccountNumber]| {
        let of = |p: &&Payment| p.state == PaymentState::Authorized && p.payer.is_some_and(|n| accounts.contains(&n));
        sorted(payments.iter().filter(of).cloned().collect(), |p: &Payment| p.id)
    };
    for accounts in [&payers[..1], &payers[1..], &payers[..], &[w.account.number], &[]] {
        assert_eq!(holds(accounts), expected(&payments, accounts));
    }
    assert_eq!(holds(&payers).len(), 3);
    // A hold begins when a waiting payment is authorized, and ends with its state.
    payments[0].state = PaymentState::Authorized;
    payments[1].state = PaymentState::Captured;
    write(store, |tx| Ok(tx.put_payments(&[&payments[0], &payments[1]])?));
    assert_eq!(holds(&payers), expected(&payments, &payers));
}

pub(super) fn due_payments_oldest_end_first(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let (_, payments) = payers(&sample, &w, store);
    let open = |p: &&Payment| matches!(p.state, PaymentState::RequiresApproval | PaymentState::Authorized);
    let mut expected: Vec<Payment> = payments.iter().filter(open).cloned().collect();
    expected.sort_by_key(|p| (p.expires_at, p.id));
    let due = |now, limit| read(store, |tx| Ok(tx.due_payments(now, limit)?));
    assert_eq!(due(later(5_000), 100), expected);
    assert_eq!(due(later(5_000), 4), expected[..4]);
    assert_eq!(due(later(5_000), 0), []);
    let third = expected[2].expires_at.expect("each has its end");
    assert_eq!(due(third, 100), expected[..3], "at the moment itself, it is due");
    assert_eq!(due(Timestamp::from_micros(third.micros() - 1), 100), expected[..2]);
    let endless = Payment { expires_at: None, ..sample.payment(&w, PaymentState::Authorized) };
    write(store, |tx| Ok(tx.put_payments(&[&endless])?));
    assert_eq!(due(later(5_000), 100), expected);
}

pub(super) fn has_paid_means_captured(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let stranger = sample.merchant(w.settlement.number);
    let (payers, mut payments) = payers(&sample, &w, store);
    write(store, |tx| Ok(tx.insert_merchant(&stranger)?));
    let has_paid = |payer, merchant| read(store, |tx| Ok(tx.has_paid(payer, merchant)?));
    assert!(!has_paid(payers[0], w.merchant.id), "no state means it, captured money does");
    let captured = payments.iter_mut().find(|p| p.payer == Some(payers[0])).expect("the first payer's");
    (captured.captured, captured.refunded) = (100, 100);
    write(store, |tx| Ok(tx.put_payments(&[&*captured])?));
    assert!(has_paid(payers[0], w.merchant.id), "given back or not");
    assert!(!has_paid(payers[1], w.merchant.id) && !has_paid(payers[0], stranger.id));
}

pub(super) fn pages_go_through_everything_once(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let (_, payments) = payers(&sample, &w, store);
    let bank = sample.account(0, Owner::Bank);
    let transfers: Vec<Transfer> = (1..=10).map(|seq| sample.transfer(seq, bank.number, w.account.number)).collect();
    write(store, |tx| {
        tx.put_accounts(&[&bank])?;
        Ok(tx.insert_transfers(&transfers)?)
    });
    for limit in [1, 3, 1_000] {
        let mut numbers = Vec::new();
        while let page = read(store, |tx| Ok(tx.accounts_after(numbers.last().copied(), limit)?))
            && !page.is_empty()
        {
            assert!(page.len() <= limit);
            numbers.extend(page.iter().map(|a| a.number));
        }
        assert!(numbers.is_sorted() && numbers.len() == 6, "{numbers:?}");
        assert_eq!(numbers[0], bank.number, "the smallest number there is comes first");
        let mut seen: Vec<Payment> = Vec::new();
        while let page = read(store, |tx| Ok(tx.payments_after(seen.last().map(|p| p.id), limit)?))
            && !page.is_empty()
        {
            seen.extend(page);
        }
        assert_eq!(seen, sorted(payments.clone(), |p| p.id));
        let mut posted: Vec<Transfer> = Vec::new();
        while let page = read(store, |tx| Ok(tx.transfers_after(posted.last().map_or(0, |t| t.seq), limit)?))
            && !page.is_empty()
        {
            posted.extend(page);
        }
        assert_eq!(posted, transfers);
    }
}

pub(super) fn a_merchants_payments_are_its_own(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let (other, idle) = (sample.merchant(w.settlement.number), sample.merchant(w.settlement.number));
    let (_, mut payments) = payers(&sample, &w, store);
    // Every third is the other merchant's, and fences without a payer are among them.
    payments.extend((0..5).map(|_| Payment { payer: None, ..sample.payment(&w, PaymentState::Voided) }));
    payments.iter_mut().step_by(3).for_each(|payment| {
        *payment = Payment { id: sample.payment_id(), merchant: other.id, ..payment.clone() };
    });
    let before = payments.iter().filter(|p| p.merchant == w.merchant.id).cloned().collect::<Vec<_>>();
    write(store, |tx| {
        tx.insert_merchant(&other)?;
        tx.insert_merchant(&idle)?;
        Ok(tx.put_payments(&payments.iter().collect::<Vec<_>>())?)
    });
    // What `payers` wrote under the old ids is still there, and is the first merchant's.
    let all = read(store, |tx| Ok(tx.payments_after(None, 1_000)?));
    assert!(all.len() > payments.len() && before.iter().all(|p| all.contains(p)));
    for (merchant, least) in [(w.merchant.id, before.len()), (other.id, payments.len().div_ceil(3)), (idle.id, 0)] {
        let own: Vec<Payment> = all.iter().rev().filter(|p| p.merchant == merchant).cloned().collect();
        assert!(own.len() >= least && (least == 0) == own.is_empty());
        listed(store, merchant, &PaymentQuery::default(), &own);
        // A cursor may be anybody's id: it opens nothing.
        let list =
            |before, limit| read(store, |tx| Ok(tx.payments_of(merchant, &PaymentQuery::default(), before, limit)?));
        let strangers = all.iter().find(|p| p.merchant != merchant).expect("two merchants have some").id;
        let rest: Vec<Payment> = own.iter().filter(|p| p.id < strangers).cloned().collect();
        assert_eq!(list(Some(strangers), 1_000), rest);
        assert_eq!(list(None, 0), []);
        let (least, most) = (PaymentId::from_uuid(Uuid::nil()), PaymentId::from_uuid(Uuid::max()));
        assert_eq!((list(Some(least), 1_000), list(Some(most), 1_000)), (Vec::new(), own));
    }
}

/// Whether the list is `expected`, whatever the size of its pages.
fn listed(store: &dyn Store, merchant: MerchantId, query: &PaymentQuery, expected: &[Payment]) {
    for limit in [1, 4, 1_000] {
        let mut seen: Vec<Payment> = Vec::new();
        while let page = read(store, |tx| Ok(tx.payments_of(merchant, query, seen.last().map(|p| p.id), limit)?))
            && !page.is_empty()
        {
            assert!(page.len() <= limit);
            seen.extend(page);
        }
        assert_eq!(seen, expected, "the highest id first, each once, and none of another merchant: {query:?}");
    }
}

pub(super) fn a_merchants_payments_are_found_by_what_they_are(store: &dyn Store) {
    let sample = Sample::new();
    let w = sample.world();
    let other = sample.merchant(w.settlement.number);
    // Every state with and without something captured, with an end before, at and after the moment asked about, and
    // without one: interleaved with the like of another merchant.
    let mut payments = Vec::new();
    for state in PaymentState::ALL {
        for captured in [0, 5] {
            for (n, end) in [Some(9), Some(10), Some(11), None].into_iter().enumerate() {
                let expires_at = end.map(later);
                let created_at = later(n as u64);
                let reference = if n % 2 == 0 { "Order 17" } else { "Order 17 " }.to_owned();
                let row = |merchant| Payment {
                    merchant,
                    captured,
                    expires_at,
                    created_at,
                    reference: reference.clone(),
                    ..sample.payment(&w, state)
                };
                payments.extend([row(w.merchant.id), row(other.id)]);
            }
        }
    }
    write(store, |tx| {
        w.put(tx)?;
        tx.insert_merchant(&other)?;
        Ok(tx.put_payments(&payments.iter().collect::<Vec<_>>())?)
    });
    payments.sort_by_key(|payment| std::cmp::Reverse(payment.id));
    let check = |query: PaymentQuery, fits: &dyn Fn(&Payment) -> bool| {
        let own = |p: &&Payment| p.merchant == w.merchant.id && fits(p);
        let expected: Vec<Payment> = payments.iter().filter(own).cloned().collect();
        assert!(!expected.is_empty() && expected.len() < payments.len() / 2, "{query:?} takes some and leaves some");
        listed(store, w.merchant.id, &query, &expected);
    };
    let at = later(10);
    for status in PaymentState::ALL {
        let query = PaymentQuery { standing: Some(reads_as(status, at)), ..PaymentQuery::default() };
        check(query, &|p| as_of(p, at).state == status);
    }
    let from = PaymentQuery { created_from: Some(later(2)), ..PaymentQuery::default() };
    check(from.clone(), &|p| p.created_at >= later(2));
    let to = PaymentQuery { created_to: Some(later(2)), ..PaymentQuery::default() };
    check(to, &|p| p.created_at < later(2));
    let reference = PaymentQuery { reference: Some("Order 17".to_owned()), ..PaymentQuery::default() };
    check(reference.clone(), &|p| p.reference == "Order 17");
    let standing = Some(reads_as(PaymentState::Expired, at));
    let all = PaymentQuery { created_to: Some(later(3)), standing, ..from };
    let all = PaymentQuery { reference: reference.reference, ..all };
    check(all, &|p| {
        let expired = as_of(p, at).state == PaymentState::Expired;
        expired && p.created_at == later(2) && p.reference == "Order 17"
    });
    let none = PaymentQuery { reference: Some("order 17".to_owned()), ..PaymentQuery::default() };
    listed(store, w.merchant.id, &none, &[]);
}
