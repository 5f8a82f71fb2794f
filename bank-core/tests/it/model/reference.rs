//! The naïve model of a bank: plain maps, no batches, no releases, nothing kept that can be added up.

use std::collections::BTreeMap;
use std::time::Duration;

use bank_core::model::{CaptureMode, PaymentState};
use kit_core::{Timestamp, Zone};

use super::commands::{DAILY_DEPOSIT, FUNDS, MERCHANTS, OWNERS, Op, Who};
use crate::support::START;

const HOLD: Duration = Duration::from_secs(7 * 86_400);
const APPROVAL: Duration = Duration::from_secs(15 * 60);

/// What the caller of a command is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// Money moved; the caller's posted balance after it.
    Receipt { balance_after: i64, again: bool },
    /// The payment with this number, and why it is not as asked, if it is not.
    Payment {
        number: usize,
        state: PaymentState,
        captured: i64,
        refunded: i64,
        expires_at: Option<Timestamp>,
        refusal: Option<&'static str>,
        again: bool,
    },
    /// The account as it is now.
    Account { posted: i64, frozen: bool },
    /// A refusal's code.
    Refused(&'static str),
    /// Nothing to tell.
    Done,
    /// Neither a success nor a refusal; the model never says so.
    Failed(String),
}

#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) posted: i64,
    pub(super) frozen: bool,
    /// By day, what its customer deposited.
    deposited: BTreeMap<i64, i64>,
}

#[derive(Debug, Clone)]
pub(super) struct Payment {
    pub(super) merchant: usize,
    pub(super) payer: Option<usize>,
    pub(super) state: PaymentState,
    pub(super) amount: i64,
    pub(super) captured: i64,
    pub(super) refunded: i64,
    capture: CaptureMode,
    ends: Timestamp,
    rest_voided: bool,
}

/// What came under a key, and what was told then.
pub(super) struct Kept {
    op: Op,
    told: Told,
}

pub(super) struct Model {
    pub(super) accounts: Vec<Account>,
    pub(super) settled: Vec<i64>,
    pub(super) payments: Vec<Payment>,
    pub(super) keys: BTreeMap<(Who, String), Kept>,
    /// What came under keys, in order, for repetitions.
    pub(super) history: Vec<Op>,
    clock: Timestamp,
    /// Never runs backwards.
    now: Timestamp,
}

impl Model {
    pub(super) fn new() -> Self {
        let account = Account { posted: FUNDS, frozen: false, deposited: BTreeMap::new() };
        Self {
            accounts: vec![account; OWNERS.len()],
            settled: vec![0; MERCHANTS],
            payments: Vec::new(),
            keys: BTreeMap::new(),
            history: Vec::new(),
            clock: START,
            now: START,
        }
    }

    /// What authorized payments reserve on an account.
    pub(super) fn held(&self, account: usize) -> i64 {
        let holds = |p: &&Payment| p.state == PaymentState::Authorized && p.payer == Some(account);
        self.payments.iter().filter(holds).map(|p| p.amount - p.captured).sum()
    }

    /// Each merchant's keys, with the number of the payment that was asked for or fenced under it.
    pub(super) fn merchants_keys(&self) -> impl Iterator<Item = (usize, &str, Option<usize>)> {
        self.keys.iter().filter_map(|((who, key), kept)| {
            if let Who::Merchant(merchant) = who { Some((*merchant, key.as_str(), kept.payment())) } else { None }
        })
    }

    /// Carries a step out, and says what its caller is told.
    pub(super) fn run(&mut self, op: &Op) -> Told {
        let Some(name) = op.key() else { return self.decide(op) };
        self.history.push(op.clone());
        if let Some(refusal) = malformed(op) {
            return Told::Refused(refusal);
        }
        if let Some(kept) = self.keys.get(&name) {
            return self.again(kept, op);
        }
        let told = self.decide(op);
        // Whose account it is, is asked before a PIN is and not kept; deposits take no PIN.
        let asks_for_pin = matches!(op, Op::Withdraw { .. } | Op::Transfer { .. });
        if !(asks_for_pin && told == Told::Refused("account-not-found")) {
            self.keys.insert(name, Kept { op: op.clone(), told: told.clone() });
        }
        told
    }

    fn again(&self, kept: &Kept, op: &Op) -> Told {
        match &kept.told {
            Told::Payment { number, .. } if matches!(kept.op, Op::VoidKey { .. }) => {
                self.payment(*number, Some("voided"), true)
            }
            _ if kept.op != *op => Told::Refused("idempotency-key-reuse"),
            Told::Receipt { balance_after, .. } => Told::Receipt { balance_after: *balance_after, again: true },
            told => {
                let mut told = told.clone();
                if let Told::Payment { again, .. } = &mut told {
                    *again = true;
                }
                told
            }
        }
    }

    fn payment(&self, number: usize, refusal: Option<&'static str>, again: bool) -> Told {
        let Payment { state, captured, refunded, ends, .. } = self.payments[number];
        let open = matches!(state, PaymentState::Authorized | PaymentState::RequiresApproval);
        Told::Payment { number, state, captured, refunded, expires_at: open.then_some(ends), refusal, again }
    }

    fn decide(&mut self, op: &Op) -> Told {
        match *op {
            Op::Deposit { by, account, minor, .. } => self.deposit(by, account, minor),
            Op::Withdraw { by, account, minor, .. } => match self.leaves(by, account, minor) {
                Some(refusal) => Told::Refused(refusal),
                None => self.receipt(account, -minor),
            },
            Op::Transfer { by, from, to, minor, .. } => match (to, self.leaves(by, from, minor)) {
                (_, Some("account-not-found")) => Told::Refused("account-not-found"),
                (None, _) => Told::Refused("payee-not-found"),
                (_, Some(refusal)) => Told::Refused(refusal),
                (Some(to), None) => {
                    self.accounts[to].posted += minor;
                    self.receipt(from, -minor)
                }
            },
            Op::Pay { merchant, account, minor, capture, .. } => {
                let number = self.ask(merchant, minor, capture);
                self.charge(number, account)
            }
            Op::Ask { merchant, minor, capture, .. } => {
                let number = self.ask(merchant, minor, capture);
                self.payment(number, None, false)
            }
            Op::Approve { by, payment, account } => match payment {
                _ if OWNERS[account] != by => Told::Refused("account-not-found"),
                None => Told::Refused("payment-not-found"),
                Some(number) if self.payments[number].state != PaymentState::RequiresApproval => {
                    self.payment(number, Some("wrong-state"), false)
                }
                Some(number) => self.charge(number, account),
            },
            Op::Capture { merchant, payment, minor, last, .. } => match self.own(merchant, payment) {
                None => Told::Refused("payment-not-found"),
                Some(number) => self.capture(number, minor, last),
            },
            Op::Void { merchant, payment } => match self.own(merchant, payment) {
                None => Told::Refused("payment-not-found"),
                Some(number) => self.void(number),
            },
            Op::VoidKey { merchant, ref key } => {
                let name = (Who::Merchant(merchant), key.clone());
                match self.keys.get(&name).map(Kept::payment) {
                    Some(Some(number)) => self.void(number),
                    Some(None) => Told::Refused("payment-not-found"),
                    None => {
                        let number = self.ask(merchant, 0, CaptureMode::Immediate);
                        self.payments[number].state = PaymentState::Voided;
                        let told = self.payment(number, None, false);
                        self.keys.insert(name, Kept { op: op.clone(), told: told.clone() });
                        told
                    }
                }
            }
            Op::Refund { merchant, payment, minor, .. } => match self.own(merchant, payment) {
                None => Told::Refused("payment-not-found"),
                Some(number) => self.refund(number, minor),
            },
            Op::Freeze { account, frozen } => {
                self.accounts[account].frozen = frozen;
                Told::Account { posted: self.accounts[account].posted, frozen }
            }
            Op::Release => Told::Done,
            Op::Clock { seconds } => {
                self.clock = moved(self.clock, seconds);
                self.now = self.now.max(self.clock);
                self.end_due();
                Told::Done
            }
        }
    }

    fn receipt(&mut self, account: usize, minor: i64) -> Told {
        self.accounts[account].posted += minor;
        Told::Receipt { balance_after: self.accounts[account].posted, again: false }
    }

    fn deposit(&mut self, by: Option<usize>, account: usize, minor: i64) -> Told {
        if let Some(by) = by {
            if OWNERS[account] != by {
                return Told::Refused("account-not-found");
            }
            let today = self.accounts[account].deposited.entry(Zone::UTC.day(self.now).number()).or_default();
            if *today + minor > DAILY_DEPOSIT {
                return Told::Refused("daily-deposit-limit");
            }
            *today += minor;
        }
        self.receipt(account, minor)
    }

    /// Why `minor` may not leave the account.
    fn leaves(&self, by: usize, account: usize, minor: i64) -> Option<&'static str> {
        let Account { posted, frozen, .. } = self.accounts[account];
        match () {
            () if OWNERS[account] != by => Some("account-not-found"),
            () if frozen => Some("account-frozen"),
            () if minor > posted - self.held(account) => Some("insufficient-funds"),
            () => None,
        }
    }

    /// A new payment that waits for approval.
    fn ask(&mut self, merchant: usize, amount: i64, capture: CaptureMode) -> usize {
        let (state, ends) = (PaymentState::RequiresApproval, self.now.plus(APPROVAL));
        let rest_voided = false;
        let (payer, captured, refunded) = (None, 0, 0);
        self.payments.push(Payment { merchant, payer, state, amount, captured, refunded, capture, ends, rest_voided });
        self.payments.len() - 1
    }

    /// Its holder has agreed: takes or holds the money, or declines.
    fn charge(&mut self, number: usize, account: usize) -> Told {
        let refusal = self.leaves(OWNERS[account], account, self.payments[number].amount);
        let payment = &mut self.payments[number];
        payment.payer = Some(account);
        payment.ends = self.now.plus(HOLD);
        payment.state = match (refusal, payment.capture) {
            (Some(_), _) => PaymentState::Declined,
            (None, CaptureMode::Manual) => PaymentState::Authorized,
            (None, CaptureMode::Immediate) => PaymentState::Captured,
        };
        if payment.state == PaymentState::Captured {
            self.take(number, self.payments[number].amount);
        }
        self.payment(number, refusal, false)
    }

    fn take(&mut self, number: usize, minor: i64) {
        let payment = &mut self.payments[number];
        payment.captured += minor;
        self.accounts[payment.payer.expect("someone pays")].posted -= minor;
        self.settled[payment.merchant] += minor;
    }

    /// The payment, if it is the merchant's.
    fn own(&self, merchant: usize, payment: Option<usize>) -> Option<usize> {
        payment.filter(|number| self.payments[*number].merchant == merchant)
    }

    fn capture(&mut self, number: usize, minor: Option<i64>, last: bool) -> Told {
        let payment = &self.payments[number];
        let left = payment.amount - payment.captured;
        let minor = minor.unwrap_or(left);
        let refusal = match payment.state {
            PaymentState::RequiresApproval => "not-authorized",
            PaymentState::Captured => "already-captured",
            PaymentState::Authorized if minor > left => "exceeds-remaining",
            PaymentState::Authorized => {
                if last || minor == left {
                    self.payments[number].state = PaymentState::Captured;
                }
                self.take(number, minor);
                return self.payment(number, None, false);
            }
            _ => "wrong-state",
        };
        self.payment(number, Some(refusal), false)
    }

    fn void(&mut self, number: usize) -> Told {
        let payment = &mut self.payments[number];
        let taken = payment.state == PaymentState::Captured && !payment.rest_voided;
        let refusal = taken.then_some("already-captured");
        payment.rest_voided |= payment.state == PaymentState::Authorized && payment.captured > 0;
        self.end(number, PaymentState::Voided, PaymentState::Cancelled);
        self.payment(number, refusal, false)
    }

    fn refund(&mut self, number: usize, minor: i64) -> Told {
        let payment = &mut self.payments[number];
        let refusal = if payment.captured == 0 {
            Some("not-captured")
        } else if payment.refunded + minor > payment.captured {
            Some("exceeds-captured")
        } else {
            payment.refunded += minor;
            self.settled[payment.merchant] -= minor;
            self.accounts[payment.payer.expect("someone paid")].posted += minor;
            None
        };
        self.payment(number, refusal, false)
    }

    /// Ends an authorized or a waiting payment; one that has ended stays as it is.
    fn end(&mut self, number: usize, authorized: PaymentState, waiting: PaymentState) {
        let payment = &mut self.payments[number];
        payment.state = match payment.state {
            PaymentState::Authorized if payment.captured > 0 => PaymentState::Captured,
            PaymentState::Authorized => authorized,
            PaymentState::RequiresApproval => waiting,
            ended => ended,
        };
    }

    fn end_due(&mut self) {
        for number in 0..self.payments.len() {
            if self.payments[number].ends <= self.now {
                self.end(number, PaymentState::Expired, PaymentState::Expired);
            }
        }
    }
}

impl Kept {
    /// The payment that was asked for or fenced, if it was one.
    fn payment(&self) -> Option<usize> {
        match (&self.op, &self.told) {
            (Op::Pay { .. } | Op::Ask { .. } | Op::VoidKey { .. }, Told::Payment { number, .. }) => Some(*number),
            _ => None,
        }
    }
}

/// The clock, moved.
pub(super) fn moved(clock: Timestamp, seconds: i64) -> Timestamp {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { clock.minus(by) } else { clock.plus(by) }
}

/// What is refused without a look at anything, and leaves its key unused.
fn malformed(op: &Op) -> Option<&'static str> {
    match *op {
        Op::Deposit { minor: 0, .. }
        | Op::Withdraw { minor: 0, .. }
        | Op::Transfer { minor: 0, .. }
        | Op::Pay { minor: 0, .. }
        | Op::Ask { minor: 0, .. }
        | Op::Capture { minor: Some(0), .. }
        | Op::Refund { minor: 0, .. } => Some("amount-not-positive"),
        Op::Transfer { from, to, .. } if to == Some(from) => Some("same-account"),
        _ => None,
    }
}
