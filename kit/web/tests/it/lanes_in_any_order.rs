//! A lane under calls that come, wait, hang up, end and panic in any order, step by step beside a model of it.
//!
//! A lane's callers are futures: between two polls nothing of theirs happens, so every order of polls, drops and ends of
//! work is an order that a runtime may choose. The work itself runs on real threads and ends when it is told to.

use std::pin::Pin;
use std::sync::mpsc;
use std::task::Poll;

use futures_util::poll;
use kit_core::{Entropy, SeededEntropy};
use kit_web::{Lane, LaneError};

const WIDTH: usize = 2;
const QUEUE: usize = 2;
/// Lanes, each with an order of its own.
const ORDERS: u64 = 400;
const STEPS: usize = 60;

/// Returned by work, and dropped after the lane has let go of its place.
struct Ended(mpsc::Sender<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        // Nobody listens any more where the caller took it.
        let _ = self.0.send(());
    }
}

enum End {
    Returns,
    Panics,
}

type Run = Pin<Box<dyn Future<Output = Result<Ended, LaneError>>>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In the queue.
    Waiting,
    /// A thread is free for it, which it does not know before it is polled.
    Granted,
    Running,
}

/// A call that was let in.
struct Call {
    number: usize,
    state: State,
    /// None once the caller has hung up.
    run: Option<Run>,
    end: mpsc::Sender<End>,
    ended: mpsc::Receiver<()>,
}

/// The lane, and what it should be doing.
struct Model {
    lane: Lane,
    /// Everyone in the lane, in the order in which they came.
    calls: Vec<Call>,
    came: usize,
    started: (mpsc::Sender<usize>, mpsc::Receiver<usize>),
}

impl Model {
    fn new() -> Self {
        Self { lane: Lane::new("test", WIDTH, QUEUE), calls: Vec::new(), came: 0, started: mpsc::channel() }
    }

    fn threads_taken(&self) -> usize {
        self.calls.iter().filter(|call| call.state != State::Waiting).count()
    }

    /// Someone comes: turned away at once where the lane is full, and run at once where a thread is free.
    async fn come(&mut self) {
        let number = self.came;
        self.came += 1;
        let (end, told) = mpsc::channel();
        let (sender, ended) = mpsc::channel();
        let (lane, started) = (self.lane.clone(), self.started.0.clone());
        let mut run: Run = Box::pin(async move {
            let work = move || {
                started.send(number).expect("the test listens");
                match told.recv() {
                    Ok(End::Panics) => panic!("work that panics"),
                    Ok(End::Returns) | Err(_) => Ended(sender),
                }
            };
            lane.run(work).await
        });
        let polled = poll!(&mut run);
        if self.calls.len() == WIDTH + QUEUE {
            assert!(matches!(polled, Poll::Ready(Err(LaneError::Busy { .. }))), "a full lane lets nobody in");
            return;
        }
        assert!(polled.is_pending(), "there is room, and the work has not ended");
        let runs = self.threads_taken() < WIDTH;
        let state = if runs { State::Running } else { State::Waiting };
        self.calls.push(Call { number, state, run: Some(run), end, ended });
        if runs {
            self.assert_started(number);
        }
    }

    fn assert_started(&self, number: usize) {
        assert_eq!(self.started.1.recv(), Ok(number), "another one was started");
    }

    /// A runtime polls whom it likes, for any reason or none.
    async fn poll(&mut self, place: usize) {
        let call = &mut self.calls[place];
        let Some(run) = &mut call.run else { return };
        assert!(poll!(run).is_pending(), "its work has not ended");
        if call.state == State::Granted {
            call.state = State::Running;
            let number = call.number;
            self.assert_started(number);
        }
    }

    /// A caller hangs up. Who waits makes room; whose work runs does not.
    fn hang_up(&mut self, place: usize) {
        self.calls[place].run = None;
        match self.calls[place].state {
            State::Running => {}
            State::Waiting => drop(self.calls.remove(place)),
            State::Granted => {
                self.calls.remove(place);
                self.grant();
            }
        }
    }

    /// Work ends, one way or the other. Its place is free before anyone is told.
    async fn end(&mut self, place: usize, panics: bool) {
        if self.calls[place].state != State::Running {
            return;
        }
        let call = self.calls.remove(place);
        // Without a caller nobody would tell when a panic is over.
        let panics = panics && call.run.is_some();
        call.end.send(if panics { End::Panics } else { End::Returns }).expect("the work waits for it");
        match call.run {
            Some(run) if panics => assert_eq!(run.await.err(), Some(LaneError::Panicked)),
            Some(run) => drop(run.await.expect("the work returned")),
            None => call.ended.recv().expect("the work returned"),
        }
        self.grant();
    }

    /// A thread came free: it is the first waiter's.
    fn grant(&mut self) {
        if let Some(first) = self.calls.iter_mut().find(|call| call.state == State::Waiting) {
            first.state = State::Granted;
        }
    }

    fn assert_nothing_else_started(&self) {
        assert_eq!(
            self.started.1.try_recv(),
            Err(mpsc::TryRecvError::Empty),
            "more was started than there are threads"
        );
        assert!(self.threads_taken() <= WIDTH);
    }
}

async fn one_order(seed: u64) {
    let dice = SeededEntropy::new(seed);
    let below = |bound: usize| {
        let mut byte = [0];
        dice.fill(&mut byte);
        usize::from(byte[0]) % bound
    };
    let mut model = Model::new();
    for _ in 0..STEPS {
        match (model.calls.len(), below(8)) {
            (0, _) | (_, 0..=2) => model.come().await,
            (calls, 3) => model.hang_up(below(calls)),
            (calls, 4 | 5) => model.poll(below(calls)).await,
            (calls, ends) => model.end(below(calls), ends == 7 && below(4) == 0).await,
        }
        model.assert_nothing_else_started();
    }
    // Everyone who is left comes to an end, and the whole lane is there again.
    while !model.calls.is_empty() {
        model.poll(0).await;
        let place = model.calls.iter().position(|call| call.state == State::Running).unwrap_or(0);
        model.end(place, false).await;
    }
    for _ in 0..WIDTH + QUEUE {
        model.come().await;
    }
    assert_eq!(model.calls.len(), WIDTH + QUEUE, "a place was lost");
}

#[tokio::test]
async fn a_lane_keeps_its_bounds_in_any_order() {
    // Unconstrained: this task polls by hand for long without yielding, and tokio's budget would then answer "pending" for
    // what is ready.
    tokio::task::unconstrained(async {
        for seed in 0..ORDERS {
            one_order(seed).await;
        }
    })
    .await;
}
