//! A [`PaymentGateway`] for tests: it answers what a test wrote down, or what a tiny honest bank would, and keeps a log.
//!
//! Three questions, asked in this order at every call:
//! 1. Is there a [`Step`] for this kind of call ([`then_on`](ScriptedGateway::then_on))? It is used up.
//! 2. Is there a step for any call ([`then`](ScriptedGateway::then))? It is used up.
//! 3. Otherwise: the bank of [`ScriptedGateway::bank`], or the one answer given to [`ScriptedGateway::always`].
//!
//! A step may also lose a message on the way: the two ways in which an unknown outcome comes about.
//!
//! ```
//! use kit_core::{AccountNumber, Currency, IdempotencyKey, Money, Pin};
//! use shop_core::gateway::scripted::{ScriptedGateway, Step};
//! use shop_core::gateway::{Answer, Expected, PaymentGateway, PaymentRequest};
//!
//! let eur = |minor| Money::new(minor, Currency::EUR);
//! let account = AccountNumber::from_payload(2_400_000_001);
//! let pin = Pin::parse("271828")?;
//! let gateway = ScriptedGateway::bank();
//! gateway.open_account(account, &pin, eur(100_00));
//!
//! // The bank takes the money, and its answer never arrives.
//! gateway.then(Step::LoseReply);
//! let key = IdempotencyKey::parse("order-0001")?;
//! let request = PaymentRequest { key: key.clone(), account, pin, amount: eur(30_00), reference: "Order 1".to_owned() };
//! assert_eq!(gateway.purchase(&request), Answer::Unknown);
//! assert_eq!(gateway.balance(account), Some(eur(70_00)));
//!
//! // A void of the same key tells what became of it.
//! assert!(matches!(gateway.void(&Expected { key, amount: eur(30_00) }), Answer::Captured { .. }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bank;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kit_core::{AccountNumber, Currency, IdempotencyKey, Money, Pin};

use self::bank::Bank;
use super::{
    Answer, ApprovalRequest, Capabilities, Code, Expected, ListCursor, ListFailure, ListedPayment, PaymentGateway,
    PaymentPage, PaymentRef, PaymentRequest,
};

/// Which method was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// [`PaymentGateway::purchase`].
    Purchase,
    /// [`PaymentGateway::authorize`].
    Authorize,
    /// [`PaymentGateway::capture`].
    Capture,
    /// [`PaymentGateway::void`].
    Void,
    /// [`PaymentGateway::refund`].
    Refund,
    /// [`PaymentGateway::lookup`].
    Lookup,
    /// [`PaymentGateway::start_approval`].
    StartApproval,
}

/// One call as it was made, without the PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// [`PaymentGateway::purchase`].
    Purchase(Order),
    /// [`PaymentGateway::authorize`].
    Authorize(Order),
    /// [`PaymentGateway::capture`].
    Capture {
        /// Of which payment.
        payment: PaymentRef,
        /// Under which key.
        key: IdempotencyKey,
        /// How much.
        amount: Money,
        /// Whether the rest is released.
        last: bool,
    },
    /// [`PaymentGateway::void`].
    Void(Expected),
    /// [`PaymentGateway::refund`].
    Refund {
        /// Of which payment.
        payment: PaymentRef,
        /// Under which key.
        key: IdempotencyKey,
        /// How much.
        amount: Money,
    },
    /// [`PaymentGateway::lookup`].
    Lookup(Expected),
    /// [`PaymentGateway::start_approval`].
    StartApproval {
        /// Under which key.
        key: IdempotencyKey,
        /// How much.
        amount: Money,
    },
}

/// What a [`PaymentRequest`] asks for, without the PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Under which key.
    pub key: IdempotencyKey,
    /// Who pays.
    pub account: AccountNumber,
    /// How much.
    pub amount: Money,
    /// What the payer will read.
    pub reference: String,
}

impl From<&PaymentRequest> for Order {
    fn from(request: &PaymentRequest) -> Self {
        Self {
            key: request.key.clone(),
            account: request.account,
            amount: request.amount,
            reference: request.reference.clone(),
        }
    }
}

impl Call {
    /// Which method it was.
    #[must_use]
    pub fn kind(&self) -> CallKind {
        match self {
            Self::Purchase(_) => CallKind::Purchase,
            Self::Authorize(_) => CallKind::Authorize,
            Self::Capture { .. } => CallKind::Capture,
            Self::Void(_) => CallKind::Void,
            Self::Refund { .. } => CallKind::Refund,
            Self::Lookup(_) => CallKind::Lookup,
            Self::StartApproval { .. } => CallKind::StartApproval,
        }
    }

    /// The key that it names.
    #[must_use]
    pub fn key(&self) -> &IdempotencyKey {
        match self {
            Self::Purchase(order) | Self::Authorize(order) => &order.key,
            Self::Void(expected) | Self::Lookup(expected) => &expected.key,
            Self::Capture { key, .. } | Self::Refund { key, .. } | Self::StartApproval { key, .. } => key,
        }
    }
}

/// What happens to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// This is answered; no bank hears of the call.
    Answer(Answer),
    /// The call is lost on its way: no bank hears of it, and the caller hears [`Answer::Unknown`].
    LoseRequest,
    /// The bank does what was asked, and its answer is lost: the caller hears [`Answer::Unknown`].
    LoseReply,
}

impl From<Answer> for Step {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

/// What a test does at each call, see [`ScriptedGateway::on_call`].
type Hook = Arc<dyn Fn(&Call) + Send + Sync>;

/// A gateway that does as it is told. Shared by reference among threads; every method takes `&self`.
pub struct ScriptedGateway {
    state: Mutex<State>,
}

struct State {
    log: Vec<Call>,
    hook: Option<Hook>,
    steps: VecDeque<Step>,
    steps_of_kind: HashMap<CallKind, VecDeque<Step>>,
    otherwise: Otherwise,
    capabilities: Capabilities,
}

enum Otherwise {
    Answer(Answer),
    Bank(Bank),
}

impl ScriptedGateway {
    /// A gateway that gives this answer to every call without a step.
    #[must_use]
    pub fn always(answer: Answer) -> Self {
        Self::with(Otherwise::Answer(answer))
    }

    /// A gateway with a tiny honest bank behind it, as yet without accounts.
    ///
    /// It keeps the payments' rules (keys with their facts, holds, fences, partial captures, refunds, expiry) and
    /// leaves out what a shop cannot see: a ledger, limits, blocking of PINs, throttling. Its clock stands still at
    /// 1 January 2026 until [`pass_time`](Self::pass_time); a hold lasts seven days.
    #[must_use]
    pub fn bank() -> Self {
        Self::with(Otherwise::Bank(Bank::default()))
    }

    fn with(otherwise: Otherwise) -> Self {
        let capabilities = Capabilities { pin: true, hosted_approval: false, deadline: Duration::from_secs(1) };
        let state = State {
            log: Vec::new(),
            hook: None,
            steps: VecDeque::new(),
            steps_of_kind: HashMap::new(),
            otherwise,
            capabilities,
        };
        Self { state: Mutex::new(state) }
    }

    /// Appends a step for the next call without one, of whatever kind.
    pub fn then(&self, step: impl Into<Step>) -> &Self {
        self.state().steps.push_back(step.into());
        self
    }

    /// Appends a step for the next call of this kind without one.
    pub fn then_on(&self, kind: CallKind, step: impl Into<Step>) -> &Self {
        self.state().steps_of_kind.entry(kind).or_default().push_back(step.into());
        self
    }

    /// Calls `hook` at the beginning of every call, before it is answered: to let time pass, to cancel the order
    /// meanwhile, to run a sweep in between. It may use this gateway itself; its own calls reach the hook as well.
    pub fn on_call(&self, hook: impl Fn(&Call) + Send + Sync + 'static) -> &Self {
        self.state().hook = Some(Arc::new(hook));
        self
    }

    /// Sets what [`PaymentGateway::capabilities`] answers.
    pub fn set_capabilities(&self, capabilities: Capabilities) -> &Self {
        self.state().capabilities = capabilities;
        self
    }

    /// Every call so far, in the order of their beginning.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.state().log.clone()
    }

    /// How many steps nobody has asked for: a test that expected more calls than came ends here.
    #[must_use]
    pub fn steps_left(&self) -> usize {
        let state = self.state();
        state.steps.len() + state.steps_of_kind.values().map(VecDeque::len).sum::<usize>()
    }

    /// Opens an account at the bank, or replaces it.
    ///
    /// # Panics
    /// Without a bank, as do all methods below: that is a mistake in the test.
    pub fn open_account(&self, number: AccountNumber, pin: &Pin, balance: Money) -> &Self {
        self.state().bank().open_account(number, pin.clone(), balance);
        self
    }

    /// What the account has left to spend: holds are taken off. `None` where there is no such account.
    #[must_use]
    pub fn balance(&self, number: AccountNumber) -> Option<Money> {
        self.state().bank().available(number)
    }

    /// What the merchant has received: captures less refunds.
    #[must_use]
    pub fn received(&self, currency: Currency) -> Money {
        self.state().bank().received(currency)
    }

    /// Moves the bank's clock forwards; holds whose time has come end.
    pub fn pass_time(&self, by: Duration) -> &Self {
        self.state().bank().pass_time(by);
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic in a test thread leaves every value here whole; the other threads should fail for their own reasons.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, call: Call, ask_bank: impl FnOnce(&mut Bank) -> Answer) -> Answer {
        let hook = {
            let mut state = self.state();
            state.log.push(call.clone());
            state.hook.clone()
        };
        // No lock is held here: the hook may call this very gateway.
        if let Some(hook) = hook {
            hook(&call);
        }
        let mut state = self.state();
        let step = state.next_step(call.kind());
        match (step, &mut state.otherwise) {
            (Some(Step::Answer(answer)), _) => answer,
            (Some(Step::LoseRequest), _) => Answer::Unknown,
            (Some(Step::LoseReply), otherwise) => {
                if let Otherwise::Bank(bank) = otherwise {
                    let _lost = ask_bank(bank);
                }
                Answer::Unknown
            }
            (None, Otherwise::Answer(answer)) => answer.clone(),
            (None, Otherwise::Bank(bank)) => ask_bank(bank),
        }
    }
}

impl State {
    fn next_step(&mut self, kind: CallKind) -> Option<Step> {
        self.steps_of_kind.get_mut(&kind).and_then(VecDeque::pop_front).or_else(|| self.steps.pop_front())
    }

    fn bank(&mut self) -> &mut Bank {
        match &mut self.otherwise {
            Otherwise::Bank(bank) => bank,
            Otherwise::Answer(_) => panic!("this gateway has no bank: make it with ScriptedGateway::bank()"),
        }
    }
}

impl PaymentGateway for ScriptedGateway {
    fn purchase(&self, request: &PaymentRequest) -> Answer {
        self.call(Call::Purchase(request.into()), |bank| bank.create(request, true))
    }

    fn authorize(&self, request: &PaymentRequest) -> Answer {
        self.call(Call::Authorize(request.into()), |bank| bank.create(request, false))
    }

    fn capture(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money, last: bool) -> Answer {
        let call = Call::Capture { payment: payment.clone(), key: key.clone(), amount, last };
        self.call(call, |bank| bank.capture(payment, key, amount, last))
    }

    fn void(&self, expected: &Expected) -> Answer {
        self.call(Call::Void(expected.clone()), |bank| bank.void(expected))
    }

    fn refund(&self, payment: &PaymentRef, key: &IdempotencyKey, amount: Money) -> Answer {
        let call = Call::Refund { payment: payment.clone(), key: key.clone(), amount };
        self.call(call, |bank| bank.refund(payment, key, amount))
    }

    fn lookup(&self, expected: &Expected) -> Answer {
        self.call(Call::Lookup(expected.clone()), |bank| bank.lookup(expected))
    }

    fn start_approval(&self, request: &ApprovalRequest) -> Answer {
        let call = Call::StartApproval { key: request.key.clone(), amount: request.amount };
        self.call(call, |_| Answer::Rejected { code: Code::new("not-supported") })
    }

    /// Reading changes nothing: it is neither logged nor scripted. Without a bank there is no list.
    fn list_payments(&self, cursor: Option<&ListCursor>) -> Result<PaymentPage, ListFailure> {
        match &self.state().otherwise {
            Otherwise::Bank(bank) => bank.list(cursor).ok_or(ListFailure::Unreadable),
            Otherwise::Answer(_) => Err(ListFailure::NotSupported),
        }
    }

    fn find_payment(&self, key: &IdempotencyKey) -> Result<Option<ListedPayment>, ListFailure> {
        match &self.state().otherwise {
            Otherwise::Bank(bank) => Ok(bank.find(key)),
            Otherwise::Answer(_) => Err(ListFailure::NotSupported),
        }
    }

    fn capabilities(&self) -> Capabilities {
        self.state().capabilities
    }
}
