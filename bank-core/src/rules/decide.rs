//! Each command in turn against the staged state. A refusal stages nothing but its outcome.
//!
//! One order for all: shape → idempotency → look-ups → consent → state → limits and funds. What is refused by its shape
//! is not an outcome and leaves its key unused; everything decided after the key was looked up is kept under it.

pub(crate) mod movements;
pub(crate) mod payments;

use std::collections::BTreeMap;

use kit_core::{Currency, IdempotencyKey, Money};

use crate::command::{Close, Command, Consent, Done, Open, Outcome, Payee};
use crate::model::{
    Account, EventKind, KeyRecord, Notice, Owner, Payment, PaymentId, Recorded, RefusedPayment, Scope, SecurityEvent,
    Transfer, cash_account,
};
use crate::model::{Flaw, Refusal};
use crate::rules::payment::as_told;
use crate::rules::staged::Staged;

/// The longest reference, in characters.
pub const MAX_REFERENCE: usize = 140;

/// The bank's policy, as far as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether customers may deposit by themselves.
    pub self_service_deposits: bool,
    /// The most that may be deposited into an account a day by self-service, in minor units, for each currency that has
    /// such a limit.
    pub daily_deposits: BTreeMap<Currency, i64>,
    /// The most accounts a customer may have that are not closed.
    pub accounts_per_customer: usize,
}

impl Policy {
    /// The most that may be deposited into an account of this currency a day by self-service; `None` where there is no
    /// limit.
    #[must_use]
    pub fn daily_deposit(&self, currency: Currency) -> Option<Money> {
        self.daily_deposits.get(&currency).map(|minor| Money::new(*minor, currency))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self { self_service_deposits: true, daily_deposits: BTreeMap::new(), accounts_per_customer: 10 }
    }
}

/// Decides one command.
pub fn decide(staged: &mut Staged, policy: &Policy, command: &Command) -> Outcome {
    match command {
        Command::Open(open) => plain(self::open(staged, policy, open)),
        Command::SetFrozen { account, frozen } => plain(set_frozen(staged, *account, *frozen)),
        Command::Close(close) => plain(self::close(staged, close)),
        Command::Deposit(deposit) => movements::deposit(staged, policy, deposit),
        Command::Withdraw(withdraw) => movements::withdraw(staged, withdraw),
        Command::Transfer(transfer) => movements::transfer(staged, transfer),
        Command::Pay(pay) => payments::pay(staged, pay),
        Command::Approve(approve) => payments::approve(staged, approve),
        Command::Capture(capture) => payments::capture(staged, capture),
        Command::Void { merchant, payment } => payments::void(staged, *merchant, *payment),
        Command::VoidKey { merchant, key, fence } => payments::void_key(staged, *merchant, key, *fence),
        Command::Refund(refund) => payments::refund(staged, refund),
        // Whatever is due was loaded and released at the batch's beginning, before anything was judged.
        Command::ReleaseDue { .. } => plain(Ok(Done::Released(staged.released()))),
    }
}

fn plain(result: Result<Done, Refusal>) -> Outcome {
    Outcome { result, replayed: false, payment: None }
}

fn open(staged: &mut Staged, policy: &Policy, open: &Open) -> Result<Done, Refusal> {
    if let Some(customer) = &open.customer
        && staged.email_taken(&customer.email)
    {
        return Err(Refusal::EmailTaken);
    }
    // Numbers are drawn at random from nine billion: a clash means drawing again, which the use case does.
    if staged.account(open.account.number).is_some() {
        return Err(Refusal::SameAccount);
    }
    if let Owner::Customer(id) = open.account.owner {
        let limit = policy.accounts_per_customer;
        if staged.account_count(id) >= limit {
            return Err(Refusal::TooManyAccounts { limit });
        }
    }
    if let Some(customer) = &open.customer {
        staged.put_customer(customer.clone());
    }
    if let Some((merchant, api_key)) = &open.merchant {
        staged.put_merchant(merchant.clone(), *api_key);
    }
    if let Some(pin) = &open.pin {
        staged.put_pin(pin.clone());
    }
    if let Some(event) = &open.event {
        staged.put_event(event.clone());
    }
    // A currency's cash account is opened with the first account that is kept in it.
    if staged.account(cash_account(open.account.currency)).is_none() {
        staged.put_account(Account::cash(open.account.currency, staged.now));
    }
    staged.count_account(open.account.owner);
    staged.put_account(open.account.clone());
    Ok(Done::Account(open.account.clone()))
}

fn set_frozen(staged: &mut Staged, number: kit_core::AccountNumber, frozen: bool) -> Result<Done, Refusal> {
    let mut account = staged.account(number).ok_or(Refusal::AccountNotFound)?.clone();
    if account.frozen != frozen {
        account.frozen = frozen;
        staged.put_account(account.clone());
        staged.put_event(SecurityEvent {
            at: staged.now,
            kind: if frozen { EventKind::AccountFrozen } else { EventKind::AccountUnfrozen },
            customer: account.customer(),
            account: Some(number),
            merchant: None,
        });
    }
    Ok(Done::Account(account))
}

/// Closes an account for ever. Whoever asks twice, or never heard the answer, is told the same again.
fn close(staged: &mut Staged, close: &Close) -> Result<Done, Refusal> {
    let account = movements::own_account(staged, close.customer, close.account)?.clone();
    if account.closed {
        return Ok(Done::Account(account));
    }
    if !matches!(close.consent, Consent::Session) {
        movements::agreed(&account, &close.consent, Payee::Closing, Money::zero(account.currency))?;
    }
    closable(&account)?;
    let closed = Account { closed: true, ..account };
    staged.put_account(closed.clone());
    staged.uncount_account(close.customer);
    staged.put_event(SecurityEvent {
        at: staged.now,
        kind: EventKind::AccountClosed,
        customer: Some(close.customer),
        account: Some(close.account),
        merchant: None,
    });
    staged.put_mail(close.mail, close.customer, Notice::AccountClosed(close.account));
    Ok(Done::Account(closed))
}

/// Only what is empty and reserved by nobody is closed: no money is ever behind a closed door. What the operator froze
/// stays as it is until the operator says otherwise.
fn closable(account: &Account) -> Result<(), Refusal> {
    let money = |minor| Money::new(minor, account.currency);
    if account.frozen {
        Err(Refusal::AccountFrozen { account: Some(account.number) })
    } else if account.debits_pending > 0 {
        Err(Refusal::AccountHasHolds { held: money(account.debits_pending) })
    } else if account.posted() != 0 {
        Err(Refusal::AccountNotEmpty { balance: money(account.posted()) })
    } else {
        Ok(())
    }
}

/// More than zero, and no more than is ever counted.
pub(crate) fn positive(amount: Money) -> Result<(), Refusal> {
    if amount.minor <= 0 {
        Err(Refusal::AmountNotPositive)
    } else if amount.minor > kit_core::MAX_MINOR {
        Err(Refusal::AmountTooLarge)
    } else {
        Ok(())
    }
}

pub(crate) fn kept_reference(text: &str) -> Result<String, Refusal> {
    reference(text).map_err(|flaw| Refusal::field("reference", flaw))
}

/// What both sides read on their statements: at most [`MAX_REFERENCE`] characters on one line, or nothing. The text as
/// it is kept, see [`kit_core::text::line`].
///
/// # Errors
/// What is wrong.
pub fn reference(text: &str) -> Result<String, Flaw> {
    Ok(kit_core::text::line(text, MAX_REFERENCE)?)
}

// ── Idempotency ──────────────────────────────────────────────────────────────────────────────────────────────────────

/// What was asked, as `name=value` lines: two calls under one key are the same where these are equal.
pub struct Facts(String);

impl Facts {
    /// Begins with the operation's name.
    #[must_use]
    pub fn of(operation: &str) -> Self {
        Self(format!("operation={operation}"))
    }

    /// Adds a fact. Values hold no line break: references are checked, all else is made of digits and slugs.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        use std::fmt::Write;
        // Writing into a String cannot fail.
        let _ = write!(self.0, "\n{name}={value}");
        self
    }

    /// Adds an amount.
    #[must_use]
    pub fn money(self, amount: Money) -> Self {
        self.with("amount", amount.decimal()).with("currency", amount.currency)
    }

    /// The lines.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The name of the first fact in which two calls differ; `None` where they are the same. Earlier versions recorded a
/// reference as it was sent, and so `before` may hold one that would be kept in other characters today.
#[must_use]
pub fn first_difference(before: &str, now: &str) -> Option<String> {
    if before == now {
        return None;
    }
    let (mut old, mut new) = (before.lines(), now.lines());
    loop {
        match (old.next(), new.next()) {
            (Some(a), Some(b)) if a == b || kept_alike(a, b) => {}
            (Some(line), _) | (None, Some(line)) => {
                return Some(line.split('=').next().unwrap_or_default().to_owned());
            }
            (None, None) => return None,
        }
    }
}

/// Whether a recorded reference would be kept today as `now` is.
fn kept_alike(before: &str, now: &str) -> bool {
    let pair = before.strip_prefix("reference=").zip(now.strip_prefix("reference="));
    pair.is_some_and(|(before, now)| reference(before).is_ok_and(|kept| kept == now))
}

/// What a keyed decision came to, before it is kept.
type Decision = Result<(Done, Recorded), (Refusal, Option<PaymentId>)>;

/// Answers from the key's record, or decides and keeps the outcome under the key.
fn keyed(
    staged: &mut Staged,
    scope: Scope,
    key: &IdempotencyKey,
    facts: &Facts,
    decision: impl FnOnce(&mut Staged) -> Decision,
) -> Outcome {
    if let Some(record) = staged.key(scope, key) {
        return replay(staged, &record.clone(), facts.text());
    }
    let (result, outcome, payment) = match decision(staged) {
        Ok((done, recorded)) => (Ok(done), recorded, None),
        Err((refusal, id)) => {
            let payment = id.and_then(|id| staged.payment(id).cloned());
            let refused = payment.as_ref().map(|payment| RefusedPayment { id: payment.id, then: Some(payment.into()) });
            (Err(refusal.clone()), Recorded::Refused { refusal, payment: refused }, payment)
        }
    };
    staged.put_key(KeyRecord { scope, key: key.clone(), facts: facts.text().to_owned(), outcome });
    Outcome { result, replayed: false, payment }
}

fn replay(staged: &Staged, record: &KeyRecord, facts: &str) -> Outcome {
    answer_again(record, facts, |id| staged.payment(id).cloned(), |seq| staged.transfer(seq).cloned())
}

/// The original outcome under a key, if the facts are the same; `payment` and `transfer` find the rows it names.
///
/// # Panics
/// Where such a row is missing: a key and what it recorded are written together.
pub fn answer_again(
    record: &KeyRecord,
    facts: &str,
    payment: impl Fn(PaymentId) -> Option<Payment>,
    transfer: impl Fn(u64) -> Option<Transfer>,
) -> Outcome {
    let missing = "what a key recorded stands in the store";
    if record.facts.is_empty() {
        // A fence: voided before anything arrived.
        let fence = if let Recorded::Payment { id, .. } = record.outcome { payment(id) } else { None };
        return Outcome { result: Err(Refusal::Voided), replayed: true, payment: fence };
    }
    if let Some(field) = first_difference(&record.facts, facts) {
        return plain(Err(Refusal::KeyReused { field }));
    }
    let (result, payment) = match &record.outcome {
        Recorded::Transfer { seq } => (Ok(Done::Posted(transfer(*seq).expect(missing))), None),
        Recorded::Payment { id, then } => (Ok(Done::Payment(as_told(&payment(*id).expect(missing), *then))), None),
        Recorded::Refused { refusal, payment: None } => (Err(refusal.clone()), None),
        Recorded::Refused { refusal, payment: Some(refused) } => {
            let now = payment(refused.id).expect(missing);
            // Refused before schema 5: what it was then is not known, what it is now is.
            let told = refused.then.map_or_else(|| now.clone(), |then| as_told(&now, then));
            (Err(refusal.clone()), Some(told))
        }
    };
    Outcome { result, replayed: true, payment }
}

fn recorded(payment: &Payment) -> Recorded {
    Recorded::Payment { id: payment.id, then: payment.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_that_was_recorded_as_it_was_sent_is_the_same_as_it_is_kept() {
        let facts = |reference: &str| Facts::of("payment").with("amount", "1.00").with("reference", reference);
        let difference = |before: &str, now: &str| first_difference(facts(before).text(), facts(now).text());
        assert_eq!(difference("Cafe\u{301} 7", "Caf\u{e9} 7"), None, "not in NFC");
        assert_eq!(difference("Order\u{200b} 7\u{ad}", "Order 7"), None, "with invisible characters");
        assert_eq!(difference("Cafe 7", "Caf\u{e9} 7"), Some("reference".to_owned()));
        assert_eq!(difference("\u{202e}7 redrO", "7 redrO"), Some("reference".to_owned()), "would be refused today");
        // Only references are texts; and a call of today is kept before it is compared.
        let other = |value: &str| Facts::of("payment").with("currency", value);
        assert_eq!(first_difference(other("E\u{200b}UR").text(), other("EUR").text()), Some("currency".to_owned()));
        assert_eq!(difference("Caf\u{e9} 7", "Cafe\u{301} 7"), Some("reference".to_owned()));
    }
}
