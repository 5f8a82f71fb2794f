//! What the customers themselves know: what they asked for, and what they were told. Nothing in it comes from the
//! programs' files, so it can be held against them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MovementKind {
    Deposit,
    Withdrawal,
    Transfer,
}

impl MovementKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Withdrawal => "withdrawal",
            Self::Transfer => "transfer",
        }
    }
}

/// How far a request has come, as its sender knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// Nothing yet, or never: it may have happened or not.
    Nothing,
    /// It was done; the transfer's id.
    Done(String),
    /// It was refused: nothing moved.
    Refused,
}

/// Cash in, cash out, or money to another customer. No two of a trial have the same amount.
#[derive(Debug, Clone)]
pub(crate) struct Movement {
    pub(crate) customer: usize,
    pub(crate) kind: MovementKind,
    pub(crate) cents: i64,
    pub(crate) to: Option<usize>,
    pub(crate) told: Told,
}

/// An order that was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Purchase {
    pub(crate) customer: usize,
    /// Opens the order; the customer can compute it before there is an answer.
    pub(crate) token: String,
    pub(crate) cents: i64,
    pub(crate) asked_at: Instant,
    /// The customer waits for no answer about it any more.
    pub(crate) settled: bool,
    /// Some answer said that the order stands.
    pub(crate) told_placed: bool,
    /// The shop refused to place it.
    pub(crate) told_refused: bool,
    pub(crate) told_paid: bool,
    /// The last answer said that nothing was charged, and it was not tried again since.
    pub(crate) told_unpaid: bool,
    pub(crate) asked_to_cancel: bool,
    pub(crate) told_cancelled: bool,
}

impl Purchase {
    /// An order that is asked for now.
    pub(crate) fn asked(customer: usize, token: String, cents: i64) -> Self {
        Self {
            customer,
            token,
            cents,
            asked_at: Instant::now(),
            settled: false,
            told_placed: false,
            told_refused: false,
            told_paid: false,
            told_unpaid: false,
            asked_to_cancel: false,
            told_cancelled: false,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Pages {
    /// Account numbers, by customer.
    pub(crate) accounts: BTreeMap<usize, String>,
    /// Sessions, by customer.
    pub(crate) sessions: BTreeMap<usize, String>,
    pub(crate) movements: Vec<Movement>,
    pub(crate) purchases: Vec<Purchase>,
    /// What must never be, told by whoever saw it.
    pub(crate) violations: Vec<String>,
}

/// Shared by all customers of a trial.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pages: Mutex<Pages>,
    requests: AtomicUsize,
    unanswered: AtomicUsize,
    amounts: AtomicUsize,
    closed: AtomicBool,
}

impl Book {
    pub(crate) fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn violation(&self, what: impl Into<String>) {
        self.pages().violations.push(what.into());
    }

    /// The trial has failed: customers need not wait for answers any more.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    pub(crate) fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_unanswered(&self) {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered.load(Ordering::Relaxed)
    }

    /// An amount of so many euros and a number of cents that makes it this trial's only one.
    pub(crate) fn unique_cents(&self, euros: i64) -> i64 {
        // Up to 24 movements a trial; the euros differ by far more than that in cents.
        euros * 100 + self.amounts.fetch_add(1, Ordering::Relaxed) as i64 % 100
    }

    pub(crate) fn movement(&self, movement: Movement) -> usize {
        let movements = &mut self.pages().movements;
        movements.push(movement);
        movements.len() - 1
    }

    pub(crate) fn told(&self, movement: usize, told: Told) {
        self.pages().movements[movement].told = told;
    }

    pub(crate) fn purchase(&self, purchase: Purchase) -> usize {
        let purchases = &mut self.pages().purchases;
        purchases.push(purchase);
        purchases.len() - 1
    }

    pub(crate) fn update(&self, purchase: usize, change: impl FnOnce(&mut Purchase)) {
        change(&mut self.pages().purchases[purchase]);
    }

    /// How many orders were told to be paid.
    pub(crate) fn paid(&self) -> usize {
        self.pages().purchases.iter().filter(|purchase| purchase.told_paid).count()
    }
}
