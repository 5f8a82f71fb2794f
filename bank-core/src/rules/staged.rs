//! What a batch has loaded, and what it has staged on top: the only place where an account's figures change.

use std::collections::{HashMap, HashSet};

use kit_core::{AccountNumber, Calendar, Day, IdempotencyKey, Money, Timestamp, TokenHash};

use crate::model::Refusal;
use crate::model::{
    Account, Customer, CustomerId, Head, KeyRecord, MailId, Merchant, MerchantId, Notice, Owner, Payment, PaymentId,
    PaymentState, Scope, SecurityEvent, StoredPin, Transfer, TransferId, TransferKind,
};

/// The state of one batch.
pub struct Staged {
    /// The batch's one time.
    pub now: Timestamp,
    /// The day that it falls on.
    pub today: Day,
    head: Head,
    accounts: HashMap<AccountNumber, Account>,
    payments: HashMap<PaymentId, Payment>,
    merchants: HashMap<MerchantId, Merchant>,
    keys: HashMap<(Scope, IdempotencyKey), KeyRecord>,
    old_transfers: HashMap<u64, Transfer>,
    emails: HashSet<String>,
    accounts_of: HashMap<crate::model::CustomerId, usize>,
    released: usize,
    changes: Changes,
}

/// What the batch will record.
#[derive(Default)]
pub struct Changes {
    /// Accounts opened or touched, each once.
    pub accounts: Vec<AccountNumber>,
    /// Payments created or touched, each once.
    pub payments: Vec<PaymentId>,
    /// New transfers in ledger order.
    pub transfers: Vec<Transfer>,
    /// New keys.
    pub keys: Vec<(Scope, IdempotencyKey)>,
    /// New customers.
    pub customers: Vec<Customer>,
    /// New merchants, and what their API keys hash to.
    pub merchants: Vec<(Merchant, TokenHash)>,
    /// New PINs.
    pub pins: Vec<StoredPin>,
    /// New security events.
    pub events: Vec<SecurityEvent>,
    /// Mails to customers, recorded with what they tell about.
    pub mails: Vec<(MailId, CustomerId, Notice)>,
    touched_accounts: HashSet<AccountNumber>,
    touched_payments: HashSet<PaymentId>,
}

impl Changes {
    /// Whether there is anything to record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.payments.is_empty() && self.keys.is_empty() && self.events.is_empty()
    }
}

/// One movement to be posted.
pub struct Movement {
    /// The transfer's id.
    pub id: TransferId,
    /// What it is for.
    pub kind: TransferKind,
    /// From which account.
    pub debit: AccountNumber,
    /// To which account.
    pub credit: AccountNumber,
    /// How much.
    pub amount: Money,
    /// The payment it belongs to.
    pub payment: Option<PaymentId>,
    /// What the parties read.
    pub reference: String,
}

impl Staged {
    /// An empty state at the batch's time: the larger of the clock and the ledger's last recorded time.
    #[must_use]
    pub fn new(clock: Timestamp, calendar: Calendar, head: Head) -> Self {
        let now = clock.max(head.last_time);
        Self {
            now,
            today: calendar.day(now),
            head: Head { last_time: now, ..head },
            accounts: HashMap::new(),
            payments: HashMap::new(),
            merchants: HashMap::new(),
            keys: HashMap::new(),
            old_transfers: HashMap::new(),
            emails: HashSet::new(),
            accounts_of: HashMap::new(),
            released: 0,
            changes: Changes::default(),
        }
    }

    // ── Loading: what the store found ────────────────────────────────────────────────────────────────────────────

    /// Adds accounts as stored.
    pub fn load_accounts(&mut self, accounts: impl IntoIterator<Item = Account>) {
        self.accounts.extend(accounts.into_iter().map(|a| (a.number, a)));
    }

    /// Adds payments as stored.
    pub fn load_payments(&mut self, payments: impl IntoIterator<Item = Payment>) {
        self.payments.extend(payments.into_iter().map(|p| (p.id, p)));
    }

    /// Adds merchants as stored.
    pub fn load_merchants(&mut self, merchants: impl IntoIterator<Item = Merchant>) {
        self.merchants.extend(merchants.into_iter().map(|m| (m.id, m)));
    }

    /// Adds used keys as stored.
    pub fn load_keys(&mut self, keys: impl IntoIterator<Item = KeyRecord>) {
        self.keys.extend(keys.into_iter().map(|k| ((k.scope, k.key.clone()), k)));
    }

    /// Adds transfers as stored, for replays.
    pub fn load_transfers(&mut self, transfers: impl IntoIterator<Item = Transfer>) {
        self.old_transfers.extend(transfers.into_iter().map(|t| (t.seq, t)));
    }

    /// Notes that an e-mail address is taken.
    pub fn load_email(&mut self, email: String) {
        self.emails.insert(email);
    }

    /// Notes how many accounts a customer has that are not closed.
    pub fn load_account_count(&mut self, customer: crate::model::CustomerId, count: usize) {
        self.accounts_of.insert(customer, count);
    }

    // ── Looking up ───────────────────────────────────────────────────────────────────────────────────────────────

    /// An account, as staged.
    #[must_use]
    pub fn account(&self, number: AccountNumber) -> Option<&Account> {
        self.accounts.get(&number)
    }

    /// A payment, as staged.
    #[must_use]
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.get(&id)
    }

    /// Every loaded or staged payment.
    pub fn payments(&self) -> impl Iterator<Item = &Payment> {
        self.payments.values()
    }

    /// A merchant.
    #[must_use]
    pub fn merchant(&self, id: MerchantId) -> Option<&Merchant> {
        self.merchants.get(&id)
    }

    /// What was decided under a key, before or in this batch.
    #[must_use]
    pub fn key(&self, scope: Scope, key: &IdempotencyKey) -> Option<&KeyRecord> {
        self.keys.get(&(scope, key.clone()))
    }

    /// A transfer, loaded for a replay or posted in this batch.
    #[must_use]
    pub fn transfer(&self, seq: u64) -> Option<&Transfer> {
        self.old_transfers.get(&seq).or_else(|| {
            let first = self.changes.transfers.first()?.seq;
            self.changes.transfers.get(usize::try_from(seq.checked_sub(first)?).ok()?)
        })
    }

    /// Whether an e-mail address is taken.
    #[must_use]
    pub fn email_taken(&self, email: &str) -> bool {
        self.emails.contains(email)
    }

    /// How many holds and approvals this batch has released because they were due.
    #[must_use]
    pub fn released(&self) -> usize {
        self.released
    }

    /// How many accounts a customer has that are not closed.
    #[must_use]
    pub fn account_count(&self, customer: crate::model::CustomerId) -> usize {
        self.accounts_of.get(&customer).copied().unwrap_or(0)
    }

    // ── Staging: each of these either does all of its work or none ───────────────────────────────────────────────

    /// Posts a movement: debits one account, credits another, appends the transfer.
    ///
    /// # Errors
    /// In this order: [`Refusal::CurrencyMismatch`], [`Refusal::InsufficientFunds`], [`Refusal::AmountTooLarge`] where
    /// a figure would leave the range that is counted exactly. Nothing is staged then.
    ///
    /// # Panics
    /// Where an account was not loaded: looking it up comes before moving money.
    pub fn post(&mut self, movement: Movement) -> Result<Transfer, Refusal> {
        let Movement { id, kind, debit, credit, amount, payment, reference } = movement;
        assert!(amount.minor > 0 && debit != credit, "the shape of a movement is judged before it is posted");
        let mut from = self.accounts.get(&debit).expect("the debited account was looked up").clone();
        let mut to = self.accounts.get(&credit).expect("the credited account was looked up").clone();
        for account in [&from, &to] {
            if account.currency != amount.currency {
                return Err(Refusal::CurrencyMismatch { account: account.currency });
            }
        }
        let short = amount.minor.saturating_sub(from.available());
        if from.no_overdraft() && short > 0 {
            return Err(Refusal::InsufficientFunds { shortfall: Money::new(short, amount.currency) });
        }
        let add = |figure: i64| figure.checked_add(amount.minor).ok_or(Refusal::AmountTooLarge);
        from.debits_posted = add(from.debits_posted)?;
        to.credits_posted = add(to.credits_posted)?;

        let seq = self.head.last_seq + 1;
        let transfer = Transfer {
            seq,
            id,
            kind,
            debit,
            credit,
            amount,
            debit_balance: from.posted(),
            credit_balance: to.posted(),
            debit_previous: std::mem::replace(&mut from.last_transfer, seq),
            credit_previous: std::mem::replace(&mut to.last_transfer, seq),
            payment,
            reference,
            at: self.now,
        };
        self.head.last_seq = seq;
        self.put_account(from);
        self.put_account(to);
        self.changes.transfers.push(transfer.clone());
        Ok(transfer)
    }

    /// Reserves an amount on an account.
    ///
    /// # Errors
    /// As [`Staged::post`]. Nothing is staged then.
    ///
    /// # Panics
    /// Where the account was not loaded.
    pub fn hold(&mut self, payer: AccountNumber, payee: AccountNumber, amount: Money) -> Result<(), Refusal> {
        let mut from = self.accounts.get(&payer).expect("the payer was looked up").clone();
        let mut to = self.accounts.get(&payee).expect("the payee was looked up").clone();
        for account in [&from, &to] {
            if account.currency != amount.currency {
                return Err(Refusal::CurrencyMismatch { account: account.currency });
            }
        }
        let short = amount.minor.saturating_sub(from.available());
        if short > 0 {
            return Err(Refusal::InsufficientFunds { shortfall: Money::new(short, amount.currency) });
        }
        from.debits_pending = from.debits_pending.checked_add(amount.minor).ok_or(Refusal::AmountTooLarge)?;
        to.credits_pending = to.credits_pending.checked_add(amount.minor).ok_or(Refusal::AmountTooLarge)?;
        self.put_account(from);
        self.put_account(to);
        Ok(())
    }

    /// Gives back `minor` of what is reserved between two accounts.
    ///
    /// # Panics
    /// Where an account was not loaded, or less is reserved than that: a hold is released once.
    pub fn release(&mut self, payer: AccountNumber, payee: AccountNumber, minor: i64) {
        let mut from = self.accounts.get(&payer).expect("the payer was looked up").clone();
        let mut to = self.accounts.get(&payee).expect("the payee was looked up").clone();
        from.debits_pending -= minor;
        to.credits_pending -= minor;
        assert!(from.debits_pending >= 0 && to.credits_pending >= 0, "a hold is released once");
        self.put_account(from);
        self.put_account(to);
    }

    /// Stages an account as it shall be.
    pub fn put_account(&mut self, account: Account) {
        if self.changes.touched_accounts.insert(account.number) {
            self.changes.accounts.push(account.number);
        }
        self.accounts.insert(account.number, account);
    }

    /// Stages a payment as it shall be.
    pub fn put_payment(&mut self, payment: Payment) {
        if self.changes.touched_payments.insert(payment.id) {
            self.changes.payments.push(payment.id);
        }
        self.payments.insert(payment.id, payment);
    }

    /// Stages what was decided under a key.
    pub fn put_key(&mut self, record: KeyRecord) {
        let name = (record.scope, record.key.clone());
        self.changes.keys.push(name.clone());
        self.keys.insert(name, record);
    }

    /// Stages a new customer.
    pub fn put_customer(&mut self, customer: Customer) {
        self.emails.insert(customer.email.clone());
        self.changes.customers.push(customer);
    }

    /// Stages a new merchant.
    pub fn put_merchant(&mut self, merchant: Merchant, api_key: TokenHash) {
        self.merchants.insert(merchant.id, merchant.clone());
        self.changes.merchants.push((merchant, api_key));
    }

    /// Stages a new account's PIN.
    pub fn put_pin(&mut self, pin: StoredPin) {
        self.changes.pins.push(pin);
    }

    /// Stages a security event.
    pub fn put_event(&mut self, event: SecurityEvent) {
        self.changes.events.push(event);
    }

    /// Stages a mail to a customer about something else that is staged.
    pub fn put_mail(&mut self, id: MailId, customer: CustomerId, notice: Notice) {
        self.changes.mails.push((id, customer, notice));
    }

    /// Counts a new account of a customer.
    pub fn count_account(&mut self, owner: Owner) {
        if let Owner::Customer(customer) = owner {
            *self.accounts_of.entry(customer).or_default() += 1;
        }
    }

    /// Takes an account of a customer out of the count: it was closed.
    pub fn uncount_account(&mut self, customer: crate::model::CustomerId) {
        if let Some(count) = self.accounts_of.get_mut(&customer) {
            *count = count.saturating_sub(1);
        }
    }

    /// Releases every loaded hold and approval that is due: done before anything is judged.
    pub fn release_due(&mut self) {
        let due = |p: &&Payment| crate::rules::payment::is_due(p, self.now);
        let mut ids: Vec<PaymentId> = self.payments.values().filter(due).map(|p| p.id).collect();
        // A hash map's order differs from run to run; a replayed simulation must not.
        ids.sort_unstable();
        for id in &ids {
            self.end_payment(*id, PaymentState::Expired);
        }
        self.released += ids.len();
    }

    /// Ends an authorized or waiting payment: what it holds is released; with something captured it becomes captured,
    /// otherwise `otherwise`.
    ///
    /// # Panics
    /// Where the payment, its payer or its merchant was not loaded.
    pub fn end_payment(&mut self, id: PaymentId, otherwise: PaymentState) -> Payment {
        let mut payment = self.payments.get(&id).expect("the payment was looked up").clone();
        let held = payment.held();
        if let (Some(payer), true) = (payment.payer, held > 0) {
            let settlement = self.merchants.get(&payment.merchant).expect("the merchant was looked up").settlement;
            self.release(payer, settlement, held);
        }
        payment.state = if payment.captured > 0 { PaymentState::Captured } else { otherwise };
        payment.expires_at = None;
        self.put_payment(payment.clone());
        payment
    }

    /// What to record, with the staged rows looked up.
    #[must_use]
    pub fn into_changes(self) -> (Head, Changes, StagedRows) {
        let rows = StagedRows { accounts: self.accounts, payments: self.payments, keys: self.keys };
        (self.head, self.changes, rows)
    }
}

/// The rows behind [`Changes`].
pub struct StagedRows {
    accounts: HashMap<AccountNumber, Account>,
    payments: HashMap<PaymentId, Payment>,
    keys: HashMap<(Scope, IdempotencyKey), KeyRecord>,
}

impl StagedRows {
    /// The staged accounts of `changes`.
    #[must_use]
    pub fn accounts(&self, changes: &Changes) -> Vec<&Account> {
        changes.accounts.iter().filter_map(|n| self.accounts.get(n)).collect()
    }

    /// The staged payments of `changes`.
    #[must_use]
    pub fn payments(&self, changes: &Changes) -> Vec<&Payment> {
        changes.payments.iter().filter_map(|id| self.payments.get(id)).collect()
    }

    /// The staged keys of `changes`.
    #[must_use]
    pub fn keys(&mut self, changes: &Changes) -> Vec<KeyRecord> {
        changes.keys.iter().filter_map(|name| self.keys.remove(name)).collect()
    }
}
