//! What failed tries lead to. One table for PINs, one for log-ins; both durable, both walked by tests.
//!
//! | consecutive failures in the bucket | effect |
//! |---|---|
//! | 1, 2 | none beyond "incorrect PIN" |
//! | 3, 4 | wait 1 minute, 5 minutes |
//! | 5 | the bucket is blocked until the customer resets it |
//! | 10 in all buckets of the account within 24 hours | every bucket is blocked likewise |
//!
//! A try is counted as a failure *before* the PIN is hashed and taken back on success, so that parallel guesses gain
//! nothing. Until its verdict it is pending. A pending try whose process has ended is *interrupted*: nobody learned
//! whether its PIN was right, so it is no failure. Five interrupted tries in a row wait 1 minute; none ever blocks.
//! Blocks cover PINs only: the customer can always log in with the password.

use std::time::Duration;

use kit_core::{Timestamp, Uuid};

use crate::model::Tries;

/// Failures in one bucket before it is blocked.
pub const TRIES: u32 = 5;
/// Interrupted tries in a row before the next one waits for [`INTERRUPTED_WAIT`].
pub const INTERRUPTED: u32 = 5;
/// See [`INTERRUPTED`]; counted from the last interrupted try.
pub const INTERRUPTED_WAIT: Duration = Duration::from_secs(60);
/// Failures in all buckets of an account within [`WINDOW`] before all are blocked.
pub const ACCOUNT_TRIES: usize = 10;
/// See [`ACCOUNT_TRIES`].
pub const WINDOW: Duration = Duration::from_secs(24 * 3_600);
/// Different accounts failing at one merchant within [`MERCHANT_WINDOW`] before it may not charge by PIN.
pub const MERCHANT_ACCOUNTS: u32 = 20;
/// See [`MERCHANT_ACCOUNTS`]; also how long the merchant's ban lasts, as it is counted anew at each try.
pub const MERCHANT_WINDOW: Duration = Duration::from_secs(3_600);

/// Requests for a new password for one address within [`RESET_WINDOW`]: as many mails can a stranger make us send.
pub const RESETS_AN_ADDRESS: usize = 5;
/// Requests for a new password from one place within [`RESET_WINDOW`].
pub const RESETS_A_PLACE: usize = 20;
/// See [`RESETS_AN_ADDRESS`].
pub const RESET_WINDOW: Duration = Duration::from_secs(3_600);

/// What a try meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// It may be made; these counters, in which it already counts as failed, are to be recorded first.
    Try {
        /// The bucket's counter.
        bucket: Tries,
        /// The account's counter.
        account: Tries,
    },
    /// Not before so long.
    Wait(Duration),
    /// Not at all.
    Blocked,
}

/// A counter as the process `boot` finds it: pending tries of a process that has ended are interrupted, not failed.
///
/// One process works on a database at a time, so whatever another one left pending has no verdict to come.
#[must_use]
pub fn settle(counter: &Tries, boot: Uuid) -> Tries {
    let mut settled = counter.clone();
    if counter.boot == Some(boot) || counter.pending.is_empty() {
        return settled;
    }
    let pending = std::mem::take(&mut settled.pending);
    let count = u32::try_from(pending.len()).unwrap_or(u32::MAX);
    settled.failures = counter.failures.saturating_sub(count);
    for at in &pending {
        if let Some(index) = settled.recent.iter().rposition(|t| t == at) {
            settled.recent.remove(index);
        }
    }
    settled.blocked = settled.failures >= TRIES || settled.recent.len() >= ACCOUNT_TRIES;
    settled.interrupted = counter.interrupted.saturating_add(count);
    // A pending try began when the wait before it was over: whatever wait is recorded came with the pending ones.
    let waits = settled.interrupted / INTERRUPTED > counter.interrupted / INTERRUPTED;
    settled.wait_until = pending.iter().max().filter(|_| waits).map(|last| last.plus(INTERRUPTED_WAIT));
    settled
}

/// The verdict on the try that began at `at`: it has failed.
#[must_use]
pub fn confirm(counter: &Tries, at: Timestamp) -> Tries {
    let mut confirmed = Tries { interrupted: 0, ..counter.clone() };
    decided(&mut confirmed, at);
    confirmed
}

fn decided(counter: &mut Tries, at: Timestamp) {
    if let Some(index) = counter.pending.iter().rposition(|t| *t == at) {
        counter.pending.remove(index);
    }
}

fn with(pending: &[Timestamp], now: Timestamp) -> Vec<Timestamp> {
    pending.iter().copied().chain([now]).collect()
}

/// Begins a PIN try in the process `boot`: counts it as failed and pending, unless the ladder says to wait or that it
/// is blocked.
#[must_use]
pub fn begin_pin(bucket: &Tries, account: &Tries, boot: Uuid, now: Timestamp) -> Begin {
    let (bucket, account) = (settle(bucket, boot), settle(account, boot));
    if bucket.blocked || account.blocked {
        return Begin::Blocked;
    }
    if let Some(until) = bucket.wait_until
        && until > now
    {
        return Begin::Wait(until.since(now));
    }
    let failures = bucket.failures + 1;
    let wait = match failures {
        3 => Some(Duration::from_secs(60)),
        4 => Some(Duration::from_secs(5 * 60)),
        _ => None,
    };
    let mut recent: Vec<Timestamp> = account.recent.iter().copied().filter(|at| *at > now.minus(WINDOW)).collect();
    recent.push(now);
    let blocked = recent.len() >= ACCOUNT_TRIES;
    Begin::Try {
        bucket: Tries {
            failures,
            wait_until: wait.map(|w| now.plus(w)),
            blocked: failures >= TRIES,
            recent: Vec::new(),
            pending: with(&bucket.pending, now),
            boot: Some(boot),
            interrupted: bucket.interrupted,
        },
        account: Tries { blocked, recent, pending: with(&account.pending, now), boot: Some(boot), ..Tries::default() },
    }
}

/// Takes back from the account's counter the try made at `at`, which was right after all.
#[must_use]
pub fn forgive(account: &Tries, at: Timestamp) -> Tries {
    let mut left = account.clone();
    decided(&mut left, at);
    if let Some(index) = left.recent.iter().rposition(|t| *t == at) {
        left.recent.remove(index);
        left.blocked = left.recent.len() >= ACCOUNT_TRIES;
    }
    left
}

/// How many tries the bucket leaves after this one has failed.
#[must_use]
pub fn tries_left(bucket: &Tries) -> u32 {
    TRIES.saturating_sub(bucket.failures)
}

/// Begins a log-in: from the fifth failure on each one costs a minute's wait, from the tenth on five. Counted by e-mail
/// address and place together, and never blocked: strangers elsewhere cannot keep a customer out.
///
/// # Errors
/// How long to wait.
pub fn begin_login(tries: &Tries, boot: Uuid, now: Timestamp) -> Result<Tries, Duration> {
    // A log-in never blocks, however many failures are left.
    let tries = Tries { blocked: false, ..settle(tries, boot) };
    if let Some(until) = tries.wait_until
        && until > now
    {
        return Err(until.since(now));
    }
    let failures = tries.failures.saturating_add(1);
    let wait = match failures {
        0..5 => None,
        5..10 => Some(Duration::from_secs(60)),
        _ => Some(Duration::from_secs(5 * 60)),
    };
    let pending = with(&tries.pending, now);
    Ok(Tries { failures, wait_until: wait.map(|w| now.plus(w)), pending, boot: Some(boot), ..tries })
}

/// Begins a request for a new password: counts it, unless as many as `most` were counted within [`RESET_WINDOW`].
///
/// # Errors
/// How long to wait.
pub fn begin_reset(tries: &Tries, most: usize, now: Timestamp) -> Result<Tries, Duration> {
    let mut recent: Vec<Timestamp> = tries.recent.iter().copied().filter(|at| *at > now.minus(RESET_WINDOW)).collect();
    match recent.first() {
        // Never longer than the window: a clock that was set back must not keep anybody waiting for hours.
        Some(first) if recent.len() >= most => Err(first.plus(RESET_WINDOW).since(now).min(RESET_WINDOW)),
        _ => {
            recent.push(now);
            Ok(Tries { recent, ..Tries::default() })
        }
    }
}
