//! What orders cost, the uses of discount codes, and the numbers of invoices: reckoned anew from the facts.

use std::collections::BTreeMap;

use super::invariants::Facts;
use super::world::World;
use crate::rules::discount::email_key;
use crate::rules::invoice::LastNumbers;
use crate::{AttemptState, Order, OrderState, RefundState};

/// An order costs what its lines cost, less what each bears of the discount, and its shipping.
pub(super) fn check_sums(order: &Order) -> Result<(), String> {
    let mut left = order.shipping.price.minor;
    let mut taken_off = 0;
    for line in &order.lines {
        let (total, discount) = (line.total.minor, line.discount.minor);
        if line.unit_price.minor * i64::from(line.quantity.get()) != total || !(0..=total).contains(&discount) {
            return Err(format!("a line of {} x {} costs {total} less {discount}", line.quantity, line.unit_price));
        }
        left += total - discount;
        taken_off += discount;
    }
    let discount = order.discount.as_ref().map_or(0, |discount| discount.amount.minor);
    if left != order.total.minor || taken_off != discount {
        let total = order.total.minor;
        return Err(format!("its parts cost {left}, its total is {total}; its lines bear {taken_off} of {discount}"));
    }
    let sums = order.vat();
    let gross: i64 = sums.iter().map(|sum| sum.gross.minor).sum();
    // 19 % of the net, rounded by half a unit at most, and no more than a unit a rate beyond both.
    for sum in &sums {
        let (net, rate) = (sum.net().minor, i64::from(sum.rate.basis_points()));
        let off = (sum.vat.minor * 10_000 - net * rate).abs();
        if 2 * off > 10_000 || !(0..=1).contains(&sum.rounding.minor) {
            return Err(format!("its VAT at {} is {} of {net}, rounded by {}", sum.rate, sum.vat, sum.rounding));
        }
    }
    if gross != order.total.minor {
        return Err(format!("its rates add up to {gross}, its total is {}", order.total.minor));
    }
    Ok(())
}

/// An order has an invoice if and only if it was ever paid, and a credit note if and only if that was given back.
pub(super) fn check_documents(facts: &Facts) -> Result<(), String> {
    let Facts { order, attempts, refunds, .. } = facts;
    let paid = order.is_free() || attempts.iter().any(|attempt| attempt.state == AttemptState::Succeeded);
    let taken_back = order.is_free() && order.state == OrderState::Cancelled;
    let given_back = taken_back || refunds.iter().any(|refund| refund.state == RefundState::Refunded);
    if (order.invoice.is_some(), order.credit_note.is_some()) == (paid, given_back) {
        Ok(())
    } else {
        let (invoice, note) = (order.invoice, order.credit_note);
        Err(format!("{:?}, its invoice is {invoice:?}, its credit note {note:?}", order.state))
    }
}

impl World {
    /// The uses that are taken are those of the orders that hold a code, and never more than there may be.
    pub(super) fn check_codes(&self, orders: &[Facts]) -> Result<(), String> {
        for code in &self.setting.codes {
            let holds = |order: &&Order| {
                let live = !matches!(order.state, OrderState::Cancelled | OrderState::NotPaid);
                live && order.discount.as_ref().is_some_and(|discount| discount.code == code.code)
            };
            let holding: Vec<&Order> = orders.iter().map(|facts| &facts.order).filter(holds).collect();
            let name = &code.code;
            let found = self.shop_facts(|tx| tx.discount(name))?.ok_or_else(|| format!("{name} has disappeared"))?;
            let held = holding.len();
            if found.uses as usize != held {
                return Err(format!("{} uses of {name} are taken, and {held} orders hold it", found.uses));
            }
            if code.most.is_some_and(|most| held > most as usize) {
                return Err(format!("{held} orders hold {name}, which {:?} may", code.most));
            }
            let mut addresses = BTreeMap::new();
            for order in holding {
                let count = addresses.entry(email_key(&order.contact.email)).or_insert(0);
                *count += 1;
                if code.once && *count > 1 {
                    return Err(format!("{} holds {name} twice", order.contact.email));
                }
            }
        }
        Ok(())
    }

    /// Invoices and credit notes are numbered from 1 without a gap, and their numbers never change.
    pub(super) fn check_numbers(&mut self, orders: &[Facts]) -> Result<(), String> {
        let LastNumbers { invoice, credit_note } = self.shop_facts(|tx| tx.last_numbers())?;
        let invoices = orders.iter().filter_map(|facts| Some((facts.order.invoice?.number, facts.order.id)));
        let invoices = numbered("invoice", invoices.collect(), invoice)?;
        let notes = orders.iter().filter_map(|facts| Some((facts.order.credit_note?.number, facts.order.id)));
        let notes = numbered("credit note", notes.collect(), credit_note)?;
        let kept = |before: &[crate::OrderId], now: &[crate::OrderId]| now.starts_with(before);
        if !kept(&self.numbers[0], &invoices) || !kept(&self.numbers[1], &notes) {
            return Err("a number of an invoice or credit note went to another order".to_owned());
        }
        self.numbers = [invoices, notes];
        Ok(())
    }
}

/// The orders by their numbers, which go from 1 to the last without a gap.
fn numbered(what: &str, mut numbers: Vec<(u64, crate::OrderId)>, last: u64) -> Result<Vec<crate::OrderId>, String> {
    numbers.sort_unstable();
    if !numbers.iter().map(|(number, _)| *number).eq(1..=last) {
        return Err(format!("the numbers of {what}s are {numbers:?}, the last one {last}"));
    }
    Ok(numbers.into_iter().map(|(_, order)| order).collect())
}
