//! The tiny honest bank behind [`ScriptedGateway::bank`](super::ScriptedGateway::bank): the payment table of a real
//! bank, over a few maps.
//!
//! Every command that names a key goes through the same phases: look the key up (a repeated command gets its first
//! outcome, other facts are a mismatch), decide, record the outcome under the key.

use std::collections::HashMap;
use std::time::Duration;

use kit_core::{AccountNumber, Currency, IdempotencyKey, Money, Pin, Timestamp};

use crate::gateway::{
    Advice, Answer, Code, Expected, ListCursor, ListedPayment, PaymentPage, PaymentRef, PaymentRequest,
    PaymentState as ListedState,
};

/// A hold ends by itself after this.
const HOLD: Duration = Duration::from_secs(7 * 24 * 3_600);

/// Payments on a page of the list: few, so that tests see several pages.
const PAGE: usize = 3;

/// 2026-01-01T00:00:00Z.
const START: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);

pub(super) struct Bank {
    now: Timestamp,
    accounts: HashMap<AccountNumber, Account>,
    payments: Vec<Payment>,
    keys: HashMap<IdempotencyKey, Record>,
}

struct Account {
    pin: Pin,
    /// Minor units, holds not taken off.
    posted: i64,
    currency: Currency,
}

struct Payment {
    key: IdempotencyKey,
    created_at: Timestamp,
    reference: String,
    account: AccountNumber,
    amount: Money,
    captured: i64,
    refunded: i64,
    state: PaymentState,
    expires_at: Timestamp,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PaymentState {
    Authorized,
    Captured,
    Voided,
    Expired,
}

struct Record {
    facts: Facts,
    outcome: Answer,
}

/// What was asked under a key; never the PIN.
#[derive(Clone, PartialEq, Eq)]
enum Facts {
    Fence,
    Payment { account: AccountNumber, amount: Money, capture_now: bool, reference: String },
    Capture { payment: PaymentRef, amount: Money, last: bool },
    Refund { payment: PaymentRef, amount: Money },
}

impl Default for Bank {
    fn default() -> Self {
        Self { now: START, accounts: HashMap::new(), payments: Vec::new(), keys: HashMap::new() }
    }
}

impl Bank {
    pub(super) fn open_account(&mut self, number: AccountNumber, pin: Pin, balance: Money) {
        self.accounts.insert(number, Account { pin, posted: balance.minor, currency: balance.currency });
    }

    pub(super) fn available(&self, number: AccountNumber) -> Option<Money> {
        let account = self.accounts.get(&number)?;
        let held: i64 = self.payments.iter().filter(|payment| payment.account == number).map(Payment::held).sum();
        Some(Money::new(account.posted - held, account.currency))
    }

    pub(super) fn received(&self, currency: Currency) -> Money {
        let in_currency = self.payments.iter().filter(|payment| payment.amount.currency == currency);
        Money::new(in_currency.map(|payment| payment.captured - payment.refunded).sum(), currency)
    }

    pub(super) fn pass_time(&mut self, by: Duration) {
        self.now = self.now.plus(by);
        for payment in &mut self.payments {
            if payment.state == PaymentState::Authorized && payment.expires_at <= self.now {
                payment.end(PaymentState::Expired);
            }
        }
    }

    /// A purchase (`capture_now`) or an authorization.
    pub(super) fn create(&mut self, request: &PaymentRequest, capture_now: bool) -> Answer {
        let (account, amount, reference) = (request.account, request.amount, request.reference.clone());
        let facts = Facts::Payment { account, amount, capture_now, reference };
        if amount.minor <= 0 {
            return rejected("amount-not-positive");
        }
        self.once(&request.key, facts, |bank| bank.decide_payment(request, capture_now))
    }

    fn decide_payment(&mut self, request: &PaymentRequest, capture_now: bool) -> Answer {
        let known = self.accounts.get(&request.account).filter(|known| known.pin.expose() == request.pin.expose());
        let (Some(account), Some(available)) = (known, self.available(request.account)) else {
            // A wrong PIN and an unknown account look the same from outside.
            return declined("incorrect-pin", Advice::RetryWithNewPin);
        };
        if account.currency != request.amount.currency {
            return declined("currency-mismatch", Advice::DoNotRetry);
        }
        if available.minor < request.amount.minor {
            return declined("insufficient-funds", Advice::RetryLater);
        }
        let id = self.payments.len();
        self.payments.push(Payment {
            key: request.key.clone(),
            created_at: self.now,
            reference: request.reference.clone(),
            account: request.account,
            amount: request.amount,
            captured: 0,
            refunded: 0,
            state: PaymentState::Authorized,
            expires_at: self.now.plus(HOLD),
        });
        if capture_now {
            self.post(id, request.amount.minor, true);
        }
        self.payments[id].told(id)
    }

    pub(super) fn capture(&mut self, asked: &PaymentRef, key: &IdempotencyKey, amount: Money, last: bool) -> Answer {
        let facts = Facts::Capture { payment: asked.clone(), amount, last };
        self.once(key, facts, |bank| {
            let Some(id) = bank.payment_id(asked) else { return rejected("payment-not-found") };
            let payment = &bank.payments[id];
            match payment.state {
                PaymentState::Authorized => {}
                PaymentState::Captured => return rejected("already-captured"),
                PaymentState::Voided | PaymentState::Expired => return rejected("wrong-state"),
            }
            if amount.currency != payment.amount.currency {
                return rejected("currency-mismatch");
            }
            if amount.minor <= 0 {
                return rejected("amount-not-positive");
            }
            if amount.minor > payment.held() {
                return rejected("exceeds-remaining");
            }
            bank.post(id, amount.minor, last);
            bank.payments[id].told(id)
        })
    }

    pub(super) fn refund(&mut self, asked: &PaymentRef, key: &IdempotencyKey, amount: Money) -> Answer {
        let facts = Facts::Refund { payment: asked.clone(), amount };
        self.once(key, facts, |bank| {
            let Some(id) = bank.payment_id(asked) else { return rejected("payment-not-found") };
            let payment = &mut bank.payments[id];
            if payment.captured == 0 {
                return rejected("not-captured");
            }
            if amount.currency != payment.amount.currency {
                return rejected("currency-mismatch");
            }
            if amount.minor <= 0 {
                return rejected("amount-not-positive");
            }
            if amount.minor > payment.captured - payment.refunded {
                return rejected("exceeds-captured");
            }
            payment.refunded += amount.minor;
            if let Some(account) = bank.accounts.get_mut(&payment.account) {
                account.posted += amount.minor;
            }
            Answer::Refunded
        })
    }

    pub(super) fn void(&mut self, expected: &Expected) -> Answer {
        if !self.keys.contains_key(&expected.key) {
            let fence = Record { facts: Facts::Fence, outcome: Answer::Voided };
            self.keys.insert(expected.key.clone(), fence);
        }
        if let Some(payment) = self.payments.iter_mut().find(|payment| payment.key == expected.key)
            && payment.state == PaymentState::Authorized
        {
            payment.end(PaymentState::Voided);
        }
        self.lookup(expected)
    }

    pub(super) fn lookup(&self, expected: &Expected) -> Answer {
        let Some((id, payment)) = self.payments.iter().enumerate().find(|(_, payment)| payment.key == expected.key)
        else {
            return match self.keys.get(&expected.key) {
                None => Answer::NotFound,
                Some(Record { facts: Facts::Fence | Facts::Payment { .. }, outcome }) => outcome.clone(),
                Some(_) => mismatch("operation"),
            };
        };
        if payment.amount.currency != expected.amount.currency {
            return mismatch("currency");
        }
        if payment.amount != expected.amount {
            return mismatch("amount");
        }
        // Told "captured", a merchant takes the whole amount for paid.
        if payment.state == PaymentState::Captured && payment.captured != payment.amount.minor {
            return mismatch("captured");
        }
        payment.told(id)
    }

    /// What took or holds money, the newest first and a few at a time. `None` for a place that no page named.
    pub(super) fn list(&self, cursor: Option<&ListCursor>) -> Option<PaymentPage> {
        let end = match cursor {
            Some(cursor) => self.payment_id(&PaymentRef(cursor.0.clone()))?,
            None => self.payments.len(),
        };
        let first = end.saturating_sub(PAGE);
        let payments: Vec<_> = (first..end).rev().map(|id| self.payments[id].listed(id)).collect();
        Some(PaymentPage { payments, next: (first > 0).then(|| ListCursor(payment_ref(first).0)) })
    }

    pub(super) fn find(&self, key: &IdempotencyKey) -> Option<ListedPayment> {
        let (id, payment) = self.payments.iter().enumerate().find(|(_, payment)| payment.key == *key)?;
        Some(payment.listed(id))
    }

    /// Does what a key stands for at most once.
    fn once(&mut self, key: &IdempotencyKey, facts: Facts, decide: impl FnOnce(&mut Self) -> Answer) -> Answer {
        if let Some(record) = self.keys.get(key) {
            return record.facts.differs(&facts).map_or_else(|| record.outcome.clone(), mismatch);
        }
        let outcome = decide(self);
        self.keys.insert(key.clone(), Record { facts, outcome: outcome.clone() });
        outcome
    }

    /// Takes `minor` of a hold, and releases the rest of it where this is the last capture or nothing is left.
    fn post(&mut self, id: usize, minor: i64, last: bool) {
        let payment = &mut self.payments[id];
        payment.captured += minor;
        if last || payment.held() == 0 {
            payment.state = PaymentState::Captured;
        }
        if let Some(account) = self.accounts.get_mut(&payment.account) {
            account.posted -= minor;
        }
    }

    fn payment_id(&self, asked: &PaymentRef) -> Option<usize> {
        (0..self.payments.len()).find(|id| payment_ref(*id) == *asked)
    }
}

impl Payment {
    /// What is reserved of the payer's money.
    fn held(&self) -> i64 {
        if self.state == PaymentState::Authorized { self.amount.minor - self.captured } else { 0 }
    }

    /// Ends a hold: what was captured of it stays captured.
    fn end(&mut self, without_capture: PaymentState) {
        self.state = if self.captured == 0 { without_capture } else { PaymentState::Captured };
    }

    fn listed(&self, id: usize) -> ListedPayment {
        let money = |minor| Money::new(minor, self.amount.currency);
        ListedPayment {
            id: payment_ref(id),
            key: self.key.clone(),
            state: match self.state {
                PaymentState::Authorized => ListedState::Authorized,
                PaymentState::Captured => ListedState::Captured,
                PaymentState::Voided => ListedState::Voided,
                PaymentState::Expired => ListedState::Expired,
            },
            amount: self.amount,
            captured: money(self.captured),
            refunded: money(self.refunded),
            reference: self.reference.clone(),
            created_at: self.created_at,
        }
    }

    fn told(&self, id: usize) -> Answer {
        let payment = payment_ref(id);
        match self.state {
            PaymentState::Authorized => Answer::Authorized { payment, expires_at: self.expires_at },
            PaymentState::Captured => Answer::Captured { payment },
            PaymentState::Voided => Answer::Voided,
            PaymentState::Expired => Answer::Expired,
        }
    }
}

impl Facts {
    /// The first fact that another command under the same key has different. A fence matches every payment.
    fn differs(&self, asked: &Self) -> Option<&'static str> {
        match (self, asked) {
            (Self::Fence, Self::Payment { .. }) => None,
            (same, asked) if same == asked => None,
            (Self::Payment { account, .. }, Self::Payment { account: asked, .. }) if account != asked => {
                Some("account_number")
            }
            (Self::Payment { amount, .. }, Self::Payment { amount: asked, .. })
            | (Self::Capture { amount, .. }, Self::Capture { amount: asked, .. })
            | (Self::Refund { amount, .. }, Self::Refund { amount: asked, .. })
                if amount != asked =>
            {
                Some(if amount.currency == asked.currency { "amount" } else { "currency" })
            }
            (Self::Payment { capture_now, .. }, Self::Payment { capture_now: asked, .. }) if capture_now != asked => {
                Some("capture")
            }
            (Self::Payment { .. }, Self::Payment { .. }) => Some("reference"),
            (Self::Capture { last, .. }, Self::Capture { last: asked, .. }) if last != asked => Some("final"),
            (Self::Capture { .. }, Self::Capture { .. }) | (Self::Refund { .. }, Self::Refund { .. }) => {
                Some("payment")
            }
            _ => Some("operation"),
        }
    }
}

fn payment_ref(id: usize) -> PaymentRef {
    PaymentRef(format!("payment-{}", id + 1))
}

fn declined(code: &str, advice: Advice) -> Answer {
    Answer::Declined { code: Code::new(code), advice }
}

fn rejected(code: &str) -> Answer {
    Answer::Rejected { code: Code::new(code) }
}

fn mismatch(field: &str) -> Answer {
    Answer::Mismatch { field: field.to_owned() }
}
