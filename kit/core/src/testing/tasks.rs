//! Tasks that run one at a time, in an order that the caller decides.
//!
//! The code under test blocks like any synchronous code: it waits for a reply, for a commit, for its turn. So each task
//! has a thread of its own; but only one of them, or the scheduler, runs at any moment. A task runs until it comes to a
//! [`pause`]; then the scheduler decides who goes on. The order of everything is therefore the scheduler's, and a run
//! can be repeated exactly.
//!
//! A task can be killed where it pauses: its stack unwinds, and nothing it would have done afterwards happens. That is
//! how a simulated program dies.
//!
//! Code that hands its work to another thread and waits for it there stays one task: the other thread
//! [acts](Acting::act) for it.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::gate::Question;

/// Names a task within its [`Tasks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(u64);

/// How far a task came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// To its next pause.
    Paused,
    /// To its end.
    Ended(Ended),
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It returned.
    Returned,
    /// It was killed.
    Killed,
    /// It panicked, with this message.
    Panicked(String),
}

/// Many tasks, of which one runs at a time.
#[derive(Default)]
pub struct Tasks {
    next: u64,
    tasks: Vec<Task>,
    idle: Vec<Worker>,
}

struct Task {
    id: TaskId,
    worker: Worker,
}

struct Worker {
    baton: Arc<Baton>,
    thread: Option<JoinHandle<()>>,
}

type Job = Box<dyn FnOnce() + Send>;

/// Whose turn it is, and why.
#[derive(Default)]
enum Turn {
    /// The scheduler's: the worker has nothing to do.
    #[default]
    Idle,
    /// The scheduler's: the task has not begun.
    Ready(Job),
    /// The scheduler's: the task pauses, until the question is answered with yes where there is one.
    Paused(Option<Question>),
    /// The scheduler's: the task has ended.
    Ended(Ended),
    /// The task's: begin with this.
    Begin(Job),
    /// The task's: go on.
    GoOn,
    /// The task's: unwind.
    Die,
    /// The worker's: no more tasks.
    Quit,
}

impl Turn {
    fn is_schedulers(&self) -> bool {
        matches!(self, Self::Idle | Self::Ready(_) | Self::Paused(_) | Self::Ended(_))
    }
}

#[derive(Default)]
struct Baton {
    turn: Mutex<Turn>,
    passed: Condvar,
    /// The task was killed, and every thread of it unwinds.
    dying: AtomicBool,
}

/// What a killed task unwinds with.
struct Killed;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Baton>>> = const { RefCell::new(None) };
}

/// A task that other threads can act for.
#[derive(Clone)]
pub struct Acting(Option<Arc<Baton>>);

impl Acting {
    /// The task of this thread; outside a task there is none, and nobody acts for anything.
    #[must_use]
    pub fn for_this_task() -> Self {
        Self(CURRENT.with_borrow(Clone::clone))
    }

    /// From now on the calling thread acts for the task: where it pauses, the task pauses, and where the task is killed,
    /// both unwind. The task's own thread must do nothing meanwhile but wait for it.
    pub fn act(&self) {
        CURRENT.set(self.0.clone());
    }
}

/// Lets the scheduler decide who goes on. Outside a task it does nothing.
pub fn pause() {
    hand_over(None);
}

/// Goes on when `question` is answered with yes. Outside a task it does nothing.
pub fn wait(question: &Question) {
    if !question() {
        hand_over(Some(Arc::clone(question)));
    }
}

fn hand_over(question: Option<Question>) {
    // Destructors of a dying task may come here: they are not interrupted once more.
    if std::thread::panicking() {
        return;
    }
    let Some(baton) = CURRENT.with_borrow(Clone::clone) else { return };
    if !baton.dying.load(Ordering::SeqCst) {
        baton.pass(Turn::Paused(question));
        match baton.take(|turn| !turn.is_schedulers()) {
            Turn::Die => baton.dying.store(true, Ordering::SeqCst),
            _ => return,
        }
    }
    // Whoever catches this comes to the next pause and unwinds again.
    resume_unwind(Box::new(Killed));
}

impl Baton {
    fn lock(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass(&self, turn: Turn) {
        *self.lock() = turn;
        self.passed.notify_all();
    }

    /// Waits for a turn of the wanted kind and takes it.
    fn take(&self, wanted: impl Fn(&Turn) -> bool) -> Turn {
        let mut turn = self.lock();
        while !wanted(&turn) {
            turn = self.passed.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::replace(&mut *turn, Turn::Idle)
    }
}

impl Worker {
    fn start() -> Self {
        let baton = Arc::new(Baton::default());
        let own = Arc::clone(&baton);
        let thread = std::thread::spawn(move || work(&own));
        Self { baton, thread: Some(thread) }
    }
}

fn work(baton: &Arc<Baton>) {
    loop {
        match baton.take(|turn| !turn.is_schedulers()) {
            Turn::Begin(job) => {
                CURRENT.set(Some(Arc::clone(baton)));
                let result = catch_unwind(AssertUnwindSafe(job));
                CURRENT.set(None);
                let dying = baton.dying.swap(false, Ordering::SeqCst);
                baton.pass(Turn::Ended(match result {
                    _ if dying => Ended::Killed,
                    Ok(()) => Ended::Returned,
                    Err(panic) => Ended::Panicked(message(&*panic)),
                }));
            }
            Turn::Quit => return,
            // Killed before it began.
            _ => baton.pass(Turn::Ended(Ended::Killed)),
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("without a message").to_owned()
}

impl Tasks {
    /// No task yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A new task; it begins when it is first stepped.
    pub fn spawn(&mut self, job: impl FnOnce() + Send + 'static) -> TaskId {
        let worker = self.idle.pop().unwrap_or_else(Worker::start);
        *worker.baton.lock() = Turn::Ready(Box::new(job));
        let id = TaskId(self.next);
        self.next += 1;
        self.tasks.push(Task { id, worker });
        id
    }

    /// The tasks that can go on, in the order in which they were spawned.
    #[must_use]
    pub fn ready(&self) -> Vec<TaskId> {
        let can = |task: &&Task| match &*task.worker.baton.lock() {
            Turn::Paused(Some(question)) => question(),
            _ => true,
        };
        self.tasks.iter().filter(can).map(|task| task.id).collect()
    }

    /// How many tasks have not ended.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether every task has ended.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Runs a task to its next pause or its end. One that has ended before stays ended.
    pub fn step(&mut self, id: TaskId) -> Progress {
        self.run(id, |turn| match turn {
            Turn::Ready(job) => Turn::Begin(job),
            _ => Turn::GoOn,
        })
    }

    /// Unwinds a task from where it pauses; nothing that it would have done afterwards happens.
    pub fn kill(&mut self, id: TaskId) {
        let progress = self.run(id, |_| Turn::Die);
        debug_assert!(matches!(progress, Progress::Ended(_)), "a dying task does not pause");
    }

    fn run(&mut self, id: TaskId, next: impl FnOnce(Turn) -> Turn) -> Progress {
        let Some(at) = self.tasks.iter().position(|task| task.id == id) else {
            return Progress::Ended(Ended::Returned);
        };
        let baton = Arc::clone(&self.tasks[at].worker.baton);
        let before = std::mem::replace(&mut *baton.lock(), Turn::Idle);
        // The old turn may own the task's job or question: it is dropped before the task goes on.
        let turn = next(before);
        baton.pass(turn);
        let mut turn = baton.lock();
        while !matches!(&*turn, Turn::Paused(_) | Turn::Ended(_)) {
            turn = baton.passed.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        if let Turn::Ended(ended) = &*turn {
            let ended = ended.clone();
            *turn = Turn::Idle;
            drop(turn);
            self.idle.push(self.tasks.remove(at).worker);
            return Progress::Ended(ended);
        }
        Progress::Paused
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        while let Some(task) = self.tasks.last() {
            let id = task.id;
            self.kill(id);
        }
        for mut worker in self.idle.drain(..) {
            worker.baton.pass(Turn::Quit);
            if let Some(thread) = worker.thread.take() {
                let _ = thread.join();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> (Arc<Mutex<Vec<u32>>>, impl Fn(u32) + Clone + Send + 'static) {
        let log = Arc::new(Mutex::new(Vec::new()));
        let own = Arc::clone(&log);
        (log, move |entry| own.lock().expect("no panic").push(entry))
    }

    #[test]
    fn tasks_run_in_the_order_of_their_steps() {
        let (seen, note) = log();
        let mut tasks = Tasks::new();
        let mut task = |first: u32| {
            let note = note.clone();
            tasks.spawn(move || {
                note(first);
                pause();
                note(first + 1);
            })
        };
        let (a, b) = (task(10), task(20));
        for id in [b, a, a, b] {
            tasks.step(id);
        }
        assert!(tasks.is_empty());
        assert_eq!(*seen.lock().expect("no panic"), [20, 10, 11, 21]);
    }

    #[test]
    fn a_killed_task_does_nothing_more_even_where_it_catches_the_unwinding() {
        let (seen, note) = log();
        let mut tasks = Tasks::new();
        let inner = note.clone();
        let id = tasks.spawn(move || {
            let caught = catch_unwind(AssertUnwindSafe(|| {
                inner(1);
                pause();
                inner(2);
            }));
            assert!(caught.is_err());
            pause();
            inner(3);
        });
        assert_eq!(tasks.step(id), Progress::Paused);
        tasks.kill(id);
        let unborn = tasks.spawn(move || note(4));
        tasks.kill(unborn);
        assert!(tasks.is_empty());
        assert_eq!(*seen.lock().expect("no panic"), [1]);
    }

    #[test]
    fn a_waiting_task_is_ready_when_its_question_is_answered() {
        let (seen, note) = log();
        let answer = Arc::new(Mutex::new(false));
        let asked = Arc::clone(&answer);
        let question: Question = Arc::new(move || *asked.lock().expect("no panic"));
        let mut tasks = Tasks::new();
        let id = tasks.spawn(move || {
            wait(&question);
            note(1);
        });
        assert_eq!(tasks.step(id), Progress::Paused);
        assert_eq!(tasks.ready(), []);
        *answer.lock().expect("no panic") = true;
        assert_eq!(tasks.ready(), [id]);
        assert_eq!(tasks.step(id), Progress::Ended(Ended::Returned));
        assert_eq!(*seen.lock().expect("no panic"), [1]);
    }

    #[test]
    fn a_thread_that_acts_for_a_task_pauses_and_dies_with_it() {
        let (seen, note) = log();
        let mut tasks = Tasks::new();
        let mut task = |first: u32| {
            let note = note.clone();
            tasks.spawn(move || {
                let (task, inner) = (Acting::for_this_task(), note.clone());
                let done = std::thread::spawn(move || {
                    task.act();
                    inner(first);
                    pause();
                    inner(first + 1);
                });
                let _ = done.join();
                pause();
                note(first + 2);
            })
        };
        let (a, b) = (task(10), task(20));
        for id in [b, a, a, a] {
            tasks.step(id);
        }
        tasks.kill(b);
        // A worker that served a killed task serves the next one like any other.
        let next = tasks.spawn(pause);
        assert_eq!(tasks.step(next), Progress::Paused);
        assert_eq!(tasks.step(next), Progress::Ended(Ended::Returned));
        assert!(tasks.is_empty());
        assert_eq!(*seen.lock().expect("no panic"), [20, 10, 11, 12]);
    }

    #[test]
    fn a_panic_is_told() {
        let mut tasks = Tasks::new();
        let id = tasks.spawn(|| resume_unwind(Box::new("broken".to_owned())));
        assert_eq!(tasks.step(id), Progress::Ended(Ended::Panicked("broken".to_owned())));
    }

    #[test]
    fn outside_a_task_a_pause_is_none() {
        pause();
        let never: Question = Arc::new(|| false);
        wait(&never);
    }
}
