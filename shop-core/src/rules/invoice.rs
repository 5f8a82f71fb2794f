//! Invoices and credit notes: what the tax office wants to see, as plain data.
//!
//! Invoices are numbered without a gap, and so are credit notes, each in its own sequence: the number is taken in the
//! write in which an order becomes paid, or in which its cancellation becomes final. An order that was never paid has
//! neither. Everything on an invoice comes from the order, which keeps what was bought as it was bought; only the seller
//! is today's.

use std::fmt;

use kit_core::{Calendar, Language, Money, Timestamp};

use super::attempt::{Attempt, AttemptState};
use super::discount::DiscountCode;
use super::order::{Contact, Order, OrderLine, OrderNumber, OrderShipping};
use super::shipping::DeliveryEstimate;
use super::totals::{self, VatSum};
use crate::codes::codes;

/// A number that was taken, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Issued {
    /// Counted from 1, without a gap.
    pub number: u64,
    /// When it was taken.
    pub at: Timestamp,
}

/// The last numbers that were taken; 0 before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct LastNumbers {
    /// Of invoices.
    pub invoice: u64,
    /// Of credit notes.
    pub credit_note: u64,
}

impl LastNumbers {
    /// Takes the next number.
    pub fn issue(&mut self, kind: DocumentKind, at: Timestamp) -> Issued {
        let last = match kind {
            DocumentKind::Invoice => &mut self.invoice,
            DocumentKind::CreditNote => &mut self.credit_note,
        };
        *last += 1;
        Issued { number: *last, at }
    }
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// For an order that was paid.
    Invoice,
    /// For one that was paid, cancelled and given back.
    CreditNote,
}

codes!(DocumentKind {
    Invoice => "invoice",
    CreditNote => "credit-note",
});

/// A document's name for people: `INV-000042`, `CRN-000007`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentNumber {
    /// Of which sequence.
    pub kind: DocumentKind,
    /// Counted from 1.
    pub number: u64,
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = match self.kind {
            DocumentKind::Invoice => "INV",
            DocumentKind::CreditNote => "CRN",
        };
        write!(f, "{letters}-{:06}", self.number)
    }
}

/// Who sells, as it stands on an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seller {
    /// Its legal name.
    pub name: String,
    /// Its address, one line each.
    pub address: Vec<String>,
    /// Its VAT identification number; empty where it has none.
    pub vat_id: String,
    /// Where customers write to; empty where they cannot.
    pub email: String,
}

/// How an order was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidBy {
    /// The last four digits of the payer's account.
    pub account_tail: String,
    /// The bank's id of the payment.
    pub payment: String,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

/// An invoice, or the credit note that takes one back. Amounts are those of the sale in both: a credit note says that
/// they were given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its number.
    pub number: DocumentNumber,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The invoice that a credit note takes back.
    pub cancels: Option<DocumentNumber>,
    /// Of which order.
    pub order: OrderNumber,
    /// When that was placed.
    pub placed_at: Timestamp,
    /// Who sold.
    pub seller: Seller,
    /// Who bought.
    pub buyer: Contact,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// What all lines cost before the discount, VAT included.
    pub goods: Money,
    /// The discount that the lines bear, and its code.
    pub discount: Option<(DiscountCode, Money)>,
    /// How it was sent.
    pub shipping: OrderShipping,
    /// When it was promised to arrive, or to be there to be fetched.
    pub delivery: DeliveryEstimate,
    /// The VAT by rate, the highest first: what is net, and round(net × rate) of it. An order from before this rule
    /// keeps the VAT that was found line by line.
    pub vat: Vec<VatSum>,
    /// What is paid beyond all net and VAT (EN 16931, BT-114): net, VAT and this add up to the total.
    pub rounding: Money,
    /// What was paid, VAT included.
    pub total: Money,
    /// How it was paid; `None` where nothing was to be paid.
    pub paid: Option<PaidBy>,
    /// The language of the order.
    pub language: Language,
}

/// The document of this kind for an order, by the shop's days; `None` where it has none.
#[must_use]
pub fn document(
    kind: DocumentKind,
    order: &Order,
    attempts: &[Attempt],
    seller: &Seller,
    calendar: Calendar,
) -> Option<Invoice> {
    let number = |issued: Issued, kind| DocumentNumber { kind, number: issued.number };
    let (issued, cancels) = match kind {
        DocumentKind::Invoice => (order.invoice?, None),
        DocumentKind::CreditNote => (order.credit_note?, Some(number(order.invoice?, DocumentKind::Invoice))),
    };
    let paid_by = |attempt: &Attempt| {
        Some(PaidBy {
            account_tail: attempt.account_tail.clone(),
            payment: attempt.payment.as_ref()?.0.clone(),
            amount: attempt.amount,
            at: attempt.ended_at.unwrap_or(issued.at),
        })
    };
    let succeeded = attempts.iter().find(|attempt| attempt.state == AttemptState::Succeeded);
    let paid = if order.is_free() { None } else { Some(paid_by(succeeded?)?) };
    let vat = order.vat();
    Some(Invoice {
        number: number(issued, kind),
        issued_at: issued.at,
        cancels,
        order: order.number,
        placed_at: order.placed_at,
        seller: seller.clone(),
        buyer: order.contact.clone(),
        lines: order.lines.clone(),
        goods: order.goods(),
        discount: order.discount.as_ref().map(|discount| (discount.code.clone(), discount.amount)),
        shipping: order.shipping.clone(),
        delivery: order.delivery(calendar),
        rounding: totals::rounding(&vat, Money::zero(order.total.currency)),
        vat,
        total: order.total,
        paid,
        language: order.language,
    })
}
