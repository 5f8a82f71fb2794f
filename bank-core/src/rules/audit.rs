//! The invariants of a ledger, checked from its transfers up, in one pass and in memory that grows with accounts and with
//! payments that moved money, never with transfers.
//!
//! - Sequence numbers have no gaps; time never runs backwards; every amount is positive and moves between two accounts.
//! - Each account's figures are the sums of its transfers; each running balance and each link is what it must be.
//! - No account that may not go below zero is below zero, held money included.
//! - What is pending on accounts is what the authorized payments hold; what payments captured and refunded is what the
//!   transfers say.
//! - A closed account is empty, and nothing is reserved on it.
//! - All accounts of a currency add up to zero.

use std::collections::HashMap;

use kit_core::{AccountNumber, Currency, Timestamp};

use crate::model::{Account, Head, Merchant, MerchantId, Payment, PaymentId, PaymentState, Transfer, TransferKind};

/// The pass. Feed every transfer in ledger order, then merchants, payments and accounts in any order, then finish.
#[derive(Default)]
pub struct Audit {
    accounts: HashMap<AccountNumber, Seen>,
    payments: HashMap<PaymentId, Moved>,
    held: HashMap<AccountNumber, (i64, i64)>,
    settlements: HashMap<MerchantId, AccountNumber>,
    totals: HashMap<Currency, i128>,
    last: Option<(u64, Timestamp)>,
    report: Report,
}

/// What an audit found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Report {
    /// Transfers checked.
    pub transfers: u64,
    /// Accounts checked.
    pub accounts: u64,
    /// Payments checked.
    pub payments: u64,
    /// Each violation in one line.
    pub violations: Vec<String>,
}

#[derive(Default)]
struct Seen {
    debits: i128,
    credits: i128,
    last: u64,
    currency: Option<Currency>,
}

#[derive(Default)]
struct Moved {
    captured: i128,
    refunded: i128,
}

impl Audit {
    fn violated(&mut self, message: String) {
        self.report.violations.push(message);
    }

    /// The next transfer in ledger order.
    pub fn transfer(&mut self, t: &Transfer) {
        self.report.transfers += 1;
        let (expected, not_before) = self.last.map_or((1, t.at), |(seq, at)| (seq + 1, at));
        if t.seq != expected {
            self.violated(format!("transfer {} follows where {expected} should", t.seq));
        }
        if t.at < not_before {
            self.violated(format!("transfer {} is older than the one before it", t.seq));
        }
        self.last = Some((t.seq, t.at));
        if t.amount.minor <= 0 || t.debit == t.credit {
            self.violated(format!("transfer {} moves nothing", t.seq));
        }
        for (number, is_debit, balance, previous) in
            [(t.debit, true, t.debit_balance, t.debit_previous), (t.credit, false, t.credit_balance, t.credit_previous)]
        {
            let seen = self.accounts.entry(number).or_default();
            let figure = if is_debit { &mut seen.debits } else { &mut seen.credits };
            *figure += i128::from(t.amount.minor);
            let (posted, link) = (seen.credits - seen.debits, std::mem::replace(&mut seen.last, t.seq));
            let other_currency = *seen.currency.get_or_insert(t.amount.currency) != t.amount.currency;
            if posted != i128::from(balance) {
                self.violated(format!("transfer {}: running balance of {number:?} is {balance}, not {posted}", t.seq));
            }
            if link != previous {
                self.violated(format!("transfer {}: {number:?} links to {previous}, not {link}", t.seq));
            }
            if other_currency {
                self.violated(format!("transfer {}: {number:?} changed its currency", t.seq));
            }
        }
        match (t.payment, t.kind) {
            (Some(id), TransferKind::Payment) => {
                self.payments.entry(id).or_default().captured += i128::from(t.amount.minor);
            }
            (Some(id), TransferKind::Refund) => {
                self.payments.entry(id).or_default().refunded += i128::from(t.amount.minor);
            }
            (None, TransferKind::Deposit | TransferKind::Withdrawal | TransferKind::Transfer) => {}
            _ => self.violated(format!("transfer {} and its payment do not go together", t.seq)),
        }
    }

    /// One merchant; before the payments.
    pub fn merchant(&mut self, merchant: &Merchant) {
        self.settlements.insert(merchant.id, merchant.settlement);
    }

    /// One payment.
    pub fn payment(&mut self, p: &Payment) {
        self.report.payments += 1;
        let moved = self.payments.remove(&p.id).unwrap_or_default();
        if moved.captured != i128::from(p.captured) || moved.refunded != i128::from(p.refunded) {
            self.violated(format!("payment {}: captured or refunded is not what its transfers say", p.id));
        }
        let charged_state = matches!(p.state, PaymentState::Captured | PaymentState::Authorized);
        let in_order = 0 <= p.refunded && p.refunded <= p.captured && p.captured <= p.amount.minor;
        let captured_fits = match p.state {
            PaymentState::Captured => p.captured > 0,
            PaymentState::Authorized => p.captured < p.amount.minor,
            _ => p.captured == 0,
        };
        let rest = p.state == PaymentState::Captured && p.captured < p.amount.minor;
        let rest_fits = rest || !p.rest_voided;
        if !in_order || !captured_fits || !rest_fits || (charged_state && p.payer.is_none()) {
            self.violated(format!("payment {}: its figures do not fit its state", p.id));
        }
        if p.held() > 0 {
            match (p.payer, self.settlements.get(&p.merchant).copied()) {
                (Some(payer), Some(settlement)) => {
                    self.held.entry(payer).or_default().0 += p.held();
                    self.held.entry(settlement).or_default().1 += p.held();
                }
                _ => self.violated(format!("payment {}: holds money of nobody or for nobody", p.id)),
            }
        }
    }

    /// One account.
    pub fn account(&mut self, a: &Account) {
        self.report.accounts += 1;
        let seen = self.accounts.remove(&a.number).unwrap_or_default();
        if seen.debits != i128::from(a.debits_posted) || seen.credits != i128::from(a.credits_posted) {
            self.violated(format!("account {:?}: its figures are not the sums of its transfers", a.number));
        }
        if seen.last != a.last_transfer {
            self.violated(format!(
                "account {:?}: its newest transfer is {}, not {}",
                a.number, seen.last, a.last_transfer
            ));
        }
        if seen.currency.is_some_and(|c| c != a.currency) {
            self.violated(format!("account {:?}: its transfers are in another currency", a.number));
        }
        let held = self.held.remove(&a.number).unwrap_or_default();
        if held != (a.debits_pending, a.credits_pending) {
            self.violated(format!("account {:?}: what is pending is not what payments hold", a.number));
        }
        if a.closed && (a.posted() != 0 || a.debits_pending != 0) {
            self.violated(format!("account {:?}: closed with money in it", a.number));
        }
        if a.no_overdraft() && (a.available() < 0 || a.posted() < 0) {
            self.violated(format!("account {:?}: below zero", a.number));
        }
        *self.totals.entry(a.currency).or_default() += i128::from(a.posted());
    }

    /// The violations found since this was last asked; the report will not have them again.
    pub fn take_violations(&mut self) -> Vec<String> {
        std::mem::take(&mut self.report.violations)
    }

    /// What was found.
    #[must_use]
    pub fn finish(mut self, head: Head) -> Report {
        let last = self.last.map_or(0, |(seq, _)| seq);
        if head.last_seq != last || self.last.is_some_and(|(_, at)| at > head.last_time) {
            self.violated(format!("the ledger's head is at {}, its transfers end at {last}", head.last_seq));
        }
        let mut left: Vec<String> =
            self.accounts.keys().chain(self.held.keys()).map(|n| format!("account {n:?} does not exist")).collect();
        left.extend(self.payments.keys().map(|id| format!("payment {id} does not exist")));
        left.extend(self.totals.iter().filter(|(_, t)| **t != 0).map(|(c, t)| format!("{c} accounts add up to {t}")));
        left.sort();
        self.report.violations.extend(left);
        self.report
    }
}
