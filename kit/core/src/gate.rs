//! The gate: the commands of all callers that wait at a moment become one batch and one durable write.
//!
//! A durable commit costs about the same for one command as for a thousand, so the gate makes callers share it. Phases
//! of one batch:
//!
//! 1. **Collect.** [`Gate::submit`] puts commands into a bounded queue and returns a [`Receipt`]. While one batch is
//!    being written, the next one gathers. Callers who have just been answered often ask again at once, so the posting
//!    thread waits up to [`GATHER`] until half as many commands as last time are there; a lone caller waits for nobody.
//! 2. **Post.** The [`Post`] implementation decides and records the whole batch in one write, each command against what
//!    the earlier ones staged, and returns one outcome a command.
//! 3. **Reply.** After the commit, never before, every receipt gets its outcomes.
//!
//! Promises, each held by a test:
//! - A batch that fails with nothing committed, or panics, is run again command by command, so that one bad command
//!   fails alone and no caller is left waiting.
//! - A commit of unknown outcome is reported as such to every caller of the batch and is not run again.
//! - A full queue is refused before anything happened.
//! - Commands of one submission stay together and in order; submissions are served first come, first served.
//!
//! Locks: one mutex around the queue, never held while posting. One posting thread ([`Gate::start`]); or none
//! ([`Gate::manual`]), where each caller posts what waits; or none and callers who wait until somebody else calls
//! [`Gate::step`] ([`Gate::driven`]), so that a simulator decides when a batch is posted and who is in it.

use std::collections::VecDeque;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::sync::thread::{self, JoinHandle};
use crate::sync::{Condvar, Instant, Mutex, MutexGuard, PoisonError};
use crate::{Cause, StoreFailure};

/// What decides and records a batch.
pub trait Post: Send + Sync + 'static {
    /// What callers ask for.
    type Command: Send + Sync + 'static;
    /// What each of them is told: a success or a refusal. Failures of the store are not outcomes.
    type Outcome: Send + 'static;

    /// Decides and records `commands` in one durable write and returns their outcomes in the same order.
    ///
    /// Panics are taken to mean that nothing was committed, so an implementation must not panic once it has begun to
    /// commit.
    ///
    /// # Errors
    /// [`StoreFailure`], saying what is known of the write.
    fn post(&self, commands: &[&Self::Command]) -> Result<Vec<Self::Outcome>, StoreFailure>;
}

impl<P: Post + ?Sized> Post for Arc<P> {
    type Command = P::Command;
    type Outcome = P::Outcome;

    fn post(&self, commands: &[&Self::Command]) -> Result<Vec<Self::Outcome>, StoreFailure> {
        (**self).post(commands)
    }
}

/// How much a gate takes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most commands in one durable write. A submission larger than that is refused.
    pub batch_commands: usize,
    /// The most commands waiting. Submissions that would exceed it are refused as busy.
    pub queued_commands: usize,
}

impl Default for Limits {
    /// 8,189 commands a batch (what TigerBeetle fits in one message), and room for four such batches.
    fn default() -> Self {
        Self { batch_commands: 8_189, queued_commands: 4 * 8_189 }
    }
}

/// Why a submission was not taken. Nothing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The queue is full, or the gate is closing: try again later.
    #[error("too much is waiting already; try again shortly")]
    Busy,
    /// More commands than one batch may hold.
    #[error("a submission holds at most {max} commands")]
    TooLarge {
        /// The most commands that one submission may hold.
        max: usize,
    },
}

/// What one command came to: its outcome, or what is known after a failure.
pub type Reply<O> = Result<O, StoreFailure>;

/// A question that is asked again and again until the answer is yes.
pub type Question = Arc<dyn Fn() -> bool + Send + Sync>;

/// How a caller waits where nothing wakes it: returns when the question is answered with yes.
pub type Wait = Arc<dyn Fn(&Question) + Send + Sync>;

/// One store's gate. Dropping it posts what was submitted, then stops the posting thread.
pub struct Gate<P: Post> {
    shared: Arc<Shared<P>>,
    thread: Option<JoinHandle<()>>,
    wait: Option<Wait>,
}

struct Shared<P: Post> {
    post: P,
    limits: Limits,
    queue: Mutex<Queue<P>>,
    submitted: Condvar,
}

struct Queue<P: Post> {
    waiting: VecDeque<Submission<P>>,
    waiting_commands: usize,
    /// The posting thread sleeps until so many commands wait; submitting fewer does not wake it.
    wanted: usize,
    last_batch: usize,
    closed: bool,
}

/// The longest that a batch is held back for more callers: about what one durable commit takes on a good disk, so that
/// nobody waits longer than for the commit before theirs.
pub const GATHER: Duration = Duration::from_micros(200);

struct Submission<P: Post> {
    commands: Vec<P::Command>,
    answer: Answer<P::Outcome>,
}

impl<P: Post> Gate<P> {
    /// A gate with a posting thread of its own.
    ///
    /// # Errors
    /// When the operating system cannot start a thread.
    pub fn start(post: P, limits: Limits) -> std::io::Result<Self> {
        let mut gate = Self::manual(post, limits);
        let shared = Arc::clone(&gate.shared);
        let thread = thread::Builder::new().name("gate".to_owned()).spawn(move || {
            while let Some(batch) = shared.next_batch(true) {
                shared.run(batch);
            }
        })?;
        gate.thread = Some(thread);
        Ok(gate)
    }

    /// A gate without a thread: batches are posted by [`Gate::step`].
    pub fn manual(post: P, limits: Limits) -> Self {
        let queue = Queue { waiting: VecDeque::new(), waiting_commands: 0, wanted: 1, last_batch: 0, closed: false };
        let shared = Shared { post, limits, queue: Mutex::new(queue), submitted: Condvar::new() };
        Self { shared: Arc::new(shared), thread: None, wait: None }
    }

    /// A gate without a thread whose callers wait until somebody else has posted their batch by [`Gate::step`].
    pub fn driven(post: P, limits: Limits, wait: Wait) -> Self {
        let mut gate = Self::manual(post, limits);
        gate.wait = Some(wait);
        gate
    }

    /// What posts the batches.
    pub fn post(&self) -> &P {
        &self.shared.post
    }

    /// Puts `commands` into the queue; they are posted together and in order.
    ///
    /// # Errors
    /// [`SubmitError`], before anything happened.
    pub fn submit(&self, commands: Vec<P::Command>) -> Result<Receipt<P::Outcome>, SubmitError> {
        let max = self.shared.limits.batch_commands;
        if commands.len() > max {
            return Err(SubmitError::TooLarge { max });
        }
        let slot = Arc::new(Slot::default());
        if commands.is_empty() {
            slot.fill(Vec::new());
            return Ok(Receipt { slot });
        }
        let mut queue = self.shared.lock();
        let total = queue.waiting_commands.saturating_add(commands.len());
        if queue.closed || total > self.shared.limits.queued_commands {
            return Err(SubmitError::Busy);
        }
        queue.waiting_commands = total;
        let answer = Answer { slot: Arc::clone(&slot), expected: commands.len() };
        queue.waiting.push_back(Submission { commands, answer });
        let wake = total >= queue.wanted;
        drop(queue);
        if wake {
            self.shared.submitted.notify_one();
        }
        Ok(Receipt { slot })
    }

    /// How many commands wait for the next batch: what an operator watches.
    pub fn waiting(&self) -> usize {
        self.shared.lock().waiting_commands
    }

    /// Submits one command and waits for its reply. On a manual gate it posts the batches itself; on a driven one it
    /// waits as its maker said.
    ///
    /// # Errors
    /// [`SubmitError`], before anything happened. What the command came to is inside the `Ok`.
    pub fn call(&self, command: P::Command) -> Result<Reply<P::Outcome>, SubmitError> {
        let receipt = self.submit(vec![command])?;
        match &self.wait {
            Some(wait) => wait(&receipt.answered()),
            None if self.thread.is_none() => while !receipt.is_ready() && self.step() > 0 {},
            None => {}
        }
        let mut replies = receipt.wait();
        // One command gives one reply: `Answer` keeps that promise even where a post panics.
        Ok(replies.pop().unwrap_or_else(|| Err(StoreFailure::commit_unknown("the gate gave no reply"))))
    }

    /// Posts one batch on this thread and returns how many commands it held; 0 when nothing waited.
    pub fn step(&self) -> usize {
        let Some(batch) = self.shared.next_batch(false) else { return 0 };
        let commands = batch.iter().map(|s| s.commands.len()).sum();
        self.shared.run(batch);
        commands
    }
}

impl<P: Post> Drop for Gate<P> {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.submitted.notify_one();
        if let Some(thread) = self.thread.take() {
            // A waker run on the posting thread may hold the last handle: a thread cannot join itself.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
        // Only a gate without a thread still has something waiting here: it never ran.
        for submission in self.shared.lock().waiting.drain(..) {
            let failure = || Err(StoreFailure::not_committed("the gate was closed"));
            submission.answer.give(submission.commands.iter().map(|_| failure()).collect());
        }
    }
}

impl<P: Post> Shared<P> {
    fn lock(&self) -> MutexGuard<'_, Queue<P>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The submissions of the next batch; `None` when nothing waits and the gate is closed or `block` is false.
    fn next_batch(&self, block: bool) -> Option<Vec<Submission<P>>> {
        let mut queue = self.lock();
        while queue.waiting.is_empty() {
            if queue.closed || !block {
                return None;
            }
            queue.wanted = 1;
            queue = self.submitted.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        let expected = queue.last_batch / 2;
        if block && queue.waiting_commands < expected {
            queue.wanted = expected;
            let gathering = |queue: &mut Queue<P>| queue.waiting_commands < expected && !queue.closed;
            let waited = self.submitted.wait_timeout_while(queue, GATHER, gathering);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let mut batch = Vec::new();
        let mut commands = 0;
        while let Some(next) = queue.waiting.front() {
            if commands + next.commands.len() > self.limits.batch_commands {
                break;
            }
            commands += next.commands.len();
            batch.extend(queue.waiting.pop_front());
        }
        queue.waiting_commands -= commands;
        queue.last_batch = commands;
        crate::fail_point!("gate.collected");
        Some(batch)
    }

    fn run(&self, batch: Vec<Submission<P>>) {
        let commands: Vec<&P::Command> = batch.iter().flat_map(|s| &s.commands).collect();
        crate::fail_point!("gate.posting");
        let mut replies = self.post_isolating(&commands).into_iter();
        crate::fail_point!("gate.posted");
        for submission in batch {
            let share = replies.by_ref().take(submission.commands.len()).collect();
            submission.answer.give(share);
        }
    }

    /// Posts the batch; where it failed with nothing committed, posts each command alone.
    fn post_isolating(&self, commands: &[&P::Command]) -> Vec<Reply<P::Outcome>> {
        match self.post_catching(commands) {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(StoreFailure::NotCommitted(_)) if commands.len() > 1 => {
                let alone = |command| self.post_catching(std::slice::from_ref(command))?.pop().ok_or_else(missing);
                commands.iter().map(alone).collect()
            }
            Err(failure) => commands.iter().map(|_| Err(failure.clone())).collect(),
        }
    }

    fn post_catching(&self, commands: &[&P::Command]) -> Result<Vec<P::Outcome>, StoreFailure> {
        // Unwind safety: `post` is only reached through `&self`, and a store rolls its open write back on unwinding.
        let outcomes = catch_unwind(AssertUnwindSafe(|| self.post.post(commands)))
            .map_err(|_| StoreFailure::not_committed("posting panicked"))??;
        if outcomes.len() == commands.len() { Ok(outcomes) } else { Err(missing()) }
    }
}

/// It did commit, yet nobody knows what: the caller must look up.
fn missing() -> StoreFailure {
    StoreFailure::CommitUnknown(Cause::new("a batch returned another number of outcomes than it had commands"))
}

/// What a caller holds while its commands wait: block on it, or await it (no runtime needed).
#[derive(Debug)]
pub struct Receipt<O> {
    slot: Arc<Slot<O>>,
}

#[derive(Debug)]
struct Slot<O> {
    state: Mutex<SlotState<O>>,
    filled: Condvar,
}

#[derive(Debug)]
struct SlotState<O> {
    replies: Option<Vec<Reply<O>>>,
    waker: Option<Waker>,
}

impl<O> Default for Slot<O> {
    fn default() -> Self {
        Self { state: Mutex::new(SlotState { replies: None, waker: None }), filled: Condvar::new() }
    }
}

impl<O> Slot<O> {
    fn lock(&self) -> MutexGuard<'_, SlotState<O>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fill(&self, replies: Vec<Reply<O>>) {
        let waker = {
            let mut state = self.lock();
            state.replies = Some(replies);
            state.waker.take()
        };
        self.filled.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The posting side of a receipt. Dropped without an answer, it still answers: nobody waits for ever.
struct Answer<O> {
    slot: Arc<Slot<O>>,
    expected: usize,
}

impl<O> Answer<O> {
    fn give(mut self, replies: Vec<Reply<O>>) {
        self.expected = 0;
        self.slot.fill(replies);
    }
}

impl<O> Drop for Answer<O> {
    fn drop(&mut self) {
        if self.expected > 0 {
            let failure = || Err(StoreFailure::commit_unknown("the gate stopped"));
            self.slot.fill((0..self.expected).map(|_| failure()).collect());
        }
    }
}

impl<O> Receipt<O> {
    /// Whether the replies are there.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.slot.lock().replies.is_some()
    }

    /// The question whether the replies are there.
    fn answered(&self) -> Question
    where
        O: Send + 'static,
    {
        let slot = Arc::clone(&self.slot);
        Arc::new(move || slot.lock().replies.is_some())
    }

    /// Waits for the replies, one a command, in the order of submission.
    #[must_use]
    pub fn wait(self) -> Vec<Reply<O>> {
        let mut state = self.slot.lock();
        loop {
            if let Some(replies) = state.replies.take() {
                return replies;
            }
            state = self.slot.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits at most `timeout`.
    ///
    /// # Errors
    /// The receipt itself when the time has passed: the commands still wait or run, and may be waited for again.
    pub fn wait_timeout(self, timeout: Duration) -> Result<Vec<Reply<O>>, Self> {
        let deadline = Instant::now() + timeout;
        let mut state = self.slot.lock();
        loop {
            if let Some(replies) = state.replies.take() {
                return Ok(replies);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.slot.filled.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(state);
        Err(self)
    }
}

impl<O> Future for Receipt<O> {
    type Output = Vec<Reply<O>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.slot.lock();
        match state.replies.take() {
            Some(replies) => Poll::Ready(replies),
            None => {
                let before = state.waker.replace(context.waker().clone());
                // With the waker before may go whatever it holds, even the gate, which waits for the posting thread, which
                // waits for this lock.
                drop(state);
                drop(before);
                Poll::Pending
            }
        }
    }
}
