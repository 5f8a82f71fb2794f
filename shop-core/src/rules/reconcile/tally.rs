//! What all orders together must come to: the uses of discount codes, and the numbers of invoices and credit notes.

use std::collections::BTreeMap;

use kit_core::Timestamp;

use super::{Difference, DifferenceKind};
use crate::rules::discount::{Discount, DiscountCode, holds_use};
use crate::rules::invoice::{DocumentKind, DocumentNumber, LastNumbers};
use crate::rules::order::Order;

/// Counts over all orders of one snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// When each order was placed that holds a code.
    uses: BTreeMap<DiscountCode, Vec<Timestamp>>,
    invoices: Vec<u64>,
    credit_notes: Vec<u64>,
}

impl Tally {
    /// Counts one order.
    pub fn add(&mut self, order: &Order) {
        if let Some(discount) = order.discount.as_ref().filter(|_| holds_use(order)) {
            self.uses.entry(discount.code.clone()).or_default().push(order.placed_at);
        }
        self.invoices.extend(order.invoice.map(|issued| issued.number));
        self.credit_notes.extend(order.credit_note.map(|issued| issued.number));
    }

    /// Holds the counts against what is written down of codes and numbers.
    #[must_use]
    pub fn differences(mut self, discounts: &[Discount], last: LastNumbers) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut differs = |kind, detail| found.push(Difference { kind, order: None, payment: None, detail });
        for discount in discounts {
            let (code, uses) = (&discount.terms.code, discount.uses);
            let orders = self.uses.remove(code).unwrap_or_default();
            let held = orders.into_iter().filter(|placed_at| discount.counts_from(*placed_at)).count();
            let held = u32::try_from(held).unwrap_or(u32::MAX);
            if held != uses {
                differs(
                    DifferenceKind::UsesDiffer,
                    format!("{uses} uses of {code} are taken, and {held} orders hold it"),
                );
            }
            if let Some(most) = discount.terms.max_uses.filter(|most| held > *most) {
                differs(DifferenceKind::UsesDiffer, format!("{held} orders hold {code}, which {most} may"));
            }
        }
        for (code, orders) in &self.uses {
            let held = orders.len();
            differs(DifferenceKind::UsesDiffer, format!("{held} orders hold {code}, which there never was"));
        }
        let sequences = [
            (DocumentKind::Invoice, &mut self.invoices, last.invoice),
            (DocumentKind::CreditNote, &mut self.credit_notes, last.credit_note),
        ];
        for (kind, numbers, last) in sequences {
            numbers.sort_unstable();
            let name = |number| DocumentNumber { kind, number };
            let wrong = numbers.iter().zip(1..).find(|(number, expected)| *number != expected);
            if let Some((number, expected)) = wrong {
                let (number, expected) = (name(*number), name(expected));
                differs(DifferenceKind::NumbersDiffer, format!("{number} stands where {expected} should be"));
            } else if numbers.len() as u64 != last {
                let (count, last) = (numbers.len(), name(last));
                differs(DifferenceKind::NumbersDiffer, format!("the last number is {last}, and {count} are in use"));
            }
        }
        found
    }
}
