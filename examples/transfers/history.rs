//! What a run was: every call's window and answer, and the ledger that came of it. Plain data; see [`crate::checker`].

/// From the moment before a call was sent to the moment after its answer was read, in nanoseconds of one clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) began: u64,
    pub(crate) ended: u64,
}

/// What a client asked for. Accounts are named by their place in the customer's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) minor: i64,
}

/// A transfer that a client was told had happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    pub(crate) order: Order,
    pub(crate) id: String,
    /// The balance of the account that it left.
    pub(crate) balance_after: i64,
    /// From the first time that it was sent to the first time that it was answered.
    pub(crate) window: Window,
}

/// A transfer that a client was told had too little money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) order: Order,
    pub(crate) window: Window,
}

/// All balances, as one answer told them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) posted: Vec<i64>,
    pub(crate) available: Vec<i64>,
    pub(crate) window: Window,
}

/// A transfer as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Posted {
    pub(crate) order: Order,
    pub(crate) id: String,
    pub(crate) from_balance: i64,
    pub(crate) to_balance: i64,
}

/// One line of an account's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) minor: i64,
    pub(crate) balance_after: i64,
}

/// A whole run.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// The balances before the first transfer.
    pub(crate) opening: Vec<i64>,
    pub(crate) acknowledged: Vec<Acknowledged>,
    pub(crate) refused: Vec<Refused>,
    pub(crate) reads: Vec<Read>,
    /// The ledger's transfers between the accounts, in its own order.
    pub(crate) ledger: Vec<Posted>,
    /// Each account's statement as its customer reads it, oldest line first, without the opening deposit.
    pub(crate) statements: Vec<Vec<Line>>,
}
