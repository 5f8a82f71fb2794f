//! Shuttle's locks, with a time of their own.
//!
//! Shuttle has no time: a timed wait of its never ends by itself. Here one ends whenever the scheduler's dice say so, and
//! then, and only then, the clock of this execution moves on by what was waited for. So both ends of every timed wait are
//! tried, and no schedule depends on how fast the machine is.

use std::fmt;
use std::ops::{Add, Deref, DerefMut};
use std::sync::LockResult;
use std::time::Duration;

pub use std::sync::PoisonError;

use shuttle::rand::Rng;

/// [`std::sync::Mutex`].
#[derive(Default)]
pub struct Mutex<T>(shuttle::sync::Mutex<T>);

/// [`std::sync::MutexGuard`].
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    held: shuttle::sync::MutexGuard<'a, T>,
}

impl<T> Mutex<T> {
    /// [`std::sync::Mutex::new`].
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self(shuttle::sync::Mutex::new(value))
    }

    /// [`std::sync::Mutex::lock`].
    ///
    /// # Errors
    /// Where it is poisoned.
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        self.guard(self.0.lock())
    }

    fn guard<'a>(&'a self, held: LockResult<shuttle::sync::MutexGuard<'a, T>>) -> LockResult<MutexGuard<'a, T>> {
        match held {
            Ok(held) => Ok(MutexGuard { mutex: self, held }),
            Err(poisoned) => Err(PoisonError::new(MutexGuard { mutex: self, held: poisoned.into_inner() })),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.held
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.held
    }
}

/// [`std::sync::Condvar`].
#[derive(Debug, Default)]
pub struct Condvar(shuttle::sync::Condvar);

/// [`std::sync::WaitTimeoutResult`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// [`std::sync::WaitTimeoutResult::timed_out`].
    #[must_use]
    pub fn timed_out(self) -> bool {
        self.0
    }
}

impl Condvar {
    /// [`std::sync::Condvar::new`].
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Self(shuttle::sync::Condvar::new())
    }

    /// [`std::sync::Condvar::wait`]. It ends by a notification only, so that a lost one is a deadlock, which is found.
    ///
    /// # Errors
    /// Where the mutex is poisoned.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let MutexGuard { mutex, held } = guard;
        mutex.guard(self.0.wait(held))
    }

    /// [`std::sync::Condvar::wait_timeout`]: lets others run, then is over, woken or timed out as the dice say. Who waits
    /// with a timeout must be right whichever it is.
    ///
    /// # Errors
    /// Where the mutex is poisoned.
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let mutex = guard.mutex;
        drop(guard);
        shuttle::thread::yield_now();
        let timed_out = shuttle::rand::thread_rng().gen_bool(0.5);
        if timed_out {
            Instant::pass(timeout);
        }
        let result = WaitTimeoutResult(timed_out);
        match mutex.lock() {
            Ok(guard) => Ok((guard, result)),
            Err(poisoned) => Err(PoisonError::new((poisoned.into_inner(), result))),
        }
    }

    /// [`std::sync::Condvar::wait_timeout_while`].
    ///
    /// # Errors
    /// Where the mutex is poisoned.
    pub fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        loop {
            if !condition(&mut guard) {
                return Ok((guard, WaitTimeoutResult(false)));
            }
            let (next, result) = self.wait_timeout(guard, timeout)?;
            if result.timed_out() {
                return Ok((next, result));
            }
            guard = next;
        }
    }

    /// [`std::sync::Condvar::notify_one`].
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// [`std::sync::Condvar::notify_all`].
    pub fn notify_all(&self) {
        self.0.notify_all();
    }
}

shuttle::lazy_static! {
    /// How much time has passed in this execution. Never held across a switch of tasks.
    static ref PASSED: std::sync::Mutex<Duration> = std::sync::Mutex::new(Duration::ZERO);
}

/// [`std::time::Instant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(Duration);

impl Instant {
    /// [`std::time::Instant::now`].
    #[must_use]
    pub fn now() -> Self {
        Self(*PASSED.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// [`std::time::Instant::saturating_duration_since`].
    #[must_use]
    pub fn saturating_duration_since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    fn pass(time: Duration) {
        *PASSED.lock().unwrap_or_else(PoisonError::into_inner) += time;
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, time: Duration) -> Self {
        Self(self.0 + time)
    }
}
