//! What can happen: as it is drawn, and as it is carried out.

use std::fmt;

use bank_core::model::CaptureMode;
use proptest::prelude::*;

/// Whose account each one is: the first customer has two.
pub(super) const OWNERS: [usize; 5] = [0, 1, 2, 3, 0];
/// How many customers there are.
pub(super) const CUSTOMERS: usize = 4;
/// How many merchants there are.
pub(super) const MERCHANTS: usize = 2;
/// What is in each account at first.
pub(super) const FUNDS: i64 = 300;
/// The most that customers may deposit into an account a day.
pub(super) const DAILY_DEPOSIT: i64 = 200;

/// A step as it is drawn. What its numbers pick depends on what there is by then: see [`super::choosing`].
#[derive(Clone, Copy)]
pub(super) struct Draw {
    pub(super) what: What,
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) minor: i64,
    pub(super) key: KeyDraw,
    pub(super) flag: bool,
    /// On a payment in whatever state, rather than in one that suits.
    pub(super) any_state: bool,
    /// By someone whose account or payment it is not.
    pub(super) foreign: bool,
}

/// On one line, however it is asked for: a sequence is to be read as a list.
impl fmt::Debug for Draw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, a, b, minor, key, flag, any_state, foreign } = self;
        write!(f, "{what:?} {a} {b} {minor} {key:?} {flag} {any_state} {foreign}")
    }
}

/// The kind of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Deposit,
    OperatorDeposit,
    Withdraw,
    Transfer,
    Purchase,
    Authorize,
    Ask,
    Approve,
    Capture,
    Void,
    VoidKey,
    Refund,
    Freeze,
    Release,
    Forward,
    Back,
    Again,
}

/// Under which idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyDraw {
    /// One never seen.
    New,
    /// One that the same customer or merchant has used.
    Own,
    /// One that anyone has used.
    Anyones,
}

/// Whether people also try what is not theirs. Commands of a batch do not: whose account it is, is asked before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    Too,
    Never,
}

pub(super) fn draws(foreign: Foreign) -> impl Strategy<Value = Draw> {
    let what = prop_oneof![
        5 => Just(What::Deposit),
        1 => Just(What::OperatorDeposit),
        4 => Just(What::Withdraw),
        5 => Just(What::Transfer),
        4 => Just(What::Purchase),
        8 => Just(What::Authorize),
        4 => Just(What::Ask),
        5 => Just(What::Approve),
        9 => Just(What::Capture),
        3 => Just(What::Void),
        4 => Just(What::VoidKey),
        6 => Just(What::Refund),
        3 => Just(What::Freeze),
        1 => Just(What::Release),
        6 => Just(What::Forward),
        2 => Just(What::Back),
        9 => Just(What::Again),
    ];
    // Round ones meet limits and balances exactly.
    let minor = prop_oneof![25 => 1..=80_i64, 25 => 80..=250_i64, 12 => Just(100), 1 => Just(0)];
    let key = prop_oneof![20 => Just(KeyDraw::New), 2 => Just(KeyDraw::Own), 1 => Just(KeyDraw::Anyones)];
    let foreign = prop::bool::weighted(if foreign == Foreign::Too { 0.05 } else { 0.0 });
    (what, 0..24_usize, 0..24_usize, minor, key, any::<bool>(), prop::bool::weighted(0.2), foreign).prop_map(
        |(what, a, b, minor, key, flag, any_state, foreign)| Draw { what, a, b, minor, key, flag, any_state, foreign },
    )
}

/// A step as it is carried out. Customers, accounts, merchants and payments go by number, in the order in which they
/// came to be; a payment that is `None` is one that no bank knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Op {
    /// By a customer, or by the operator.
    Deposit {
        by: Option<usize>,
        account: usize,
        minor: i64,
        key: String,
    },
    Withdraw {
        by: usize,
        account: usize,
        minor: i64,
        key: String,
    },
    /// To an account, or to one that does not exist.
    Transfer {
        by: usize,
        from: usize,
        to: Option<usize>,
        minor: i64,
        key: String,
    },
    Pay {
        merchant: usize,
        account: usize,
        minor: i64,
        capture: CaptureMode,
        key: String,
    },
    Ask {
        merchant: usize,
        minor: i64,
        capture: CaptureMode,
        key: String,
    },
    Approve {
        by: usize,
        payment: Option<usize>,
        account: usize,
    },
    /// So much, or all that is left.
    Capture {
        merchant: usize,
        payment: Option<usize>,
        minor: Option<i64>,
        last: bool,
        key: String,
    },
    Void {
        merchant: usize,
        payment: Option<usize>,
    },
    VoidKey {
        merchant: usize,
        key: String,
    },
    Refund {
        merchant: usize,
        payment: Option<usize>,
        minor: i64,
        key: String,
    },
    Freeze {
        account: usize,
        frozen: bool,
    },
    Release,
    /// Moves the clock, backwards where it is negative.
    Clock {
        seconds: i64,
    },
}

/// Who uses a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Operator,
    Customer(usize),
    Merchant(usize),
}

impl Op {
    /// Whose key it comes under, and which; `None` where it may simply happen twice.
    pub(super) fn key(&self) -> Option<(Who, String)> {
        let (who, key) = match self {
            Self::Deposit { by, key, .. } => (by.map_or(Who::Operator, Who::Customer), key),
            Self::Withdraw { by, key, .. } | Self::Transfer { by, key, .. } => (Who::Customer(*by), key),
            Self::Pay { merchant, key, .. }
            | Self::Ask { merchant, key, .. }
            | Self::Capture { merchant, key, .. }
            | Self::Refund { merchant, key, .. } => (Who::Merchant(*merchant), key),
            Self::Approve { .. }
            | Self::Void { .. }
            | Self::VoidKey { .. }
            | Self::Freeze { .. }
            | Self::Release
            | Self::Clock { .. } => return None,
        };
        Some((who, key.clone()))
    }

    /// The same under the same key, but for one fact.
    pub(super) fn with_other_facts(mut self) -> Self {
        match &mut self {
            Self::Deposit { minor, .. }
            | Self::Withdraw { minor, .. }
            | Self::Transfer { minor, .. }
            | Self::Pay { minor, .. }
            | Self::Refund { minor, .. } => *minor += 1,
            Self::Ask { capture, .. } => {
                *capture = if *capture == CaptureMode::Manual { CaptureMode::Immediate } else { CaptureMode::Manual };
            }
            Self::Capture { last, .. } => *last = !*last,
            _ => {}
        }
        self
    }
}
