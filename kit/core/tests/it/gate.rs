use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use kit_core::StoreFailure;
use kit_core::gate::{Gate, Limits, Post, SubmitError};

/// A ledger of one number: each command adds to it and is told the sum after it.
#[derive(Default)]
struct Sum {
    committed: Mutex<i64>,
    batches: Mutex<Vec<usize>>,
    fail_next: AtomicUsize,
    before: Option<Barrier>,
}

#[derive(Clone, Copy)]
enum Add {
    Number(i64),
    Panic,
    /// Fails the whole write it stands in, with nothing committed.
    Reject,
}

impl Post for Sum {
    type Command = Add;
    type Outcome = i64;

    fn post(&self, commands: &[&Add]) -> Result<Vec<i64>, StoreFailure> {
        if let Some(barrier) = &self.before {
            barrier.wait();
        }
        self.batches.lock().expect("lock").push(commands.len());
        let mut staged = *self.committed.lock().expect("lock");
        let mut outcomes = Vec::new();
        for command in commands {
            match command {
                Add::Number(number) => staged += number,
                Add::Panic => panic!("a command's own fault"),
                Add::Reject => return Err(StoreFailure::not_committed("rejected")),
            }
            outcomes.push(staged);
        }
        if self.fail_next.swap(0, Ordering::SeqCst) > 0 {
            return Err(StoreFailure::commit_unknown("sync failed"));
        }
        *self.committed.lock().expect("lock") = staged;
        Ok(outcomes)
    }
}

fn manual(limits: Limits) -> (Gate<Arc<Sum>>, Arc<Sum>) {
    let sum = Arc::new(Sum::default());
    (Gate::manual(Arc::clone(&sum), limits), sum)
}

fn told(reply: &Result<i64, StoreFailure>) -> String {
    match reply {
        Ok(sum) => sum.to_string(),
        Err(StoreFailure::NotCommitted(_)) => "not committed".to_owned(),
        Err(StoreFailure::CommitUnknown(_)) => "unknown".to_owned(),
    }
}

#[test]
fn all_that_waits_is_one_batch_and_later_commands_see_earlier_ones() {
    let (gate, sum) = manual(Limits::default());
    let first = gate.submit(vec![Add::Number(1), Add::Number(2)]).expect("room");
    let second = gate.submit(vec![Add::Number(4)]).expect("room");
    assert!(!first.is_ready());
    assert_eq!(gate.step(), 3);
    assert_eq!(gate.step(), 0);
    assert_eq!(first.wait().iter().map(told).collect::<Vec<_>>(), ["1", "3"]);
    assert_eq!(second.wait().iter().map(told).collect::<Vec<_>>(), ["7"]);
    assert_eq!(*sum.batches.lock().expect("lock"), [3]);
}

#[test]
fn a_panicking_or_failing_command_fails_alone() {
    for bad in [Add::Panic, Add::Reject] {
        let (gate, sum) = manual(Limits::default());
        let receipt = gate.submit(vec![Add::Number(1), bad, Add::Number(2)]).expect("room");
        assert_eq!(gate.step(), 3);
        assert_eq!(receipt.wait().iter().map(told).collect::<Vec<_>>(), ["1", "not committed", "3"]);
        assert_eq!(*sum.committed.lock().expect("lock"), 3);
        assert_eq!(*sum.batches.lock().expect("lock"), [3, 1, 1, 1]);
    }
}

#[test]
fn an_unknown_commit_is_told_to_all_and_not_run_again() {
    let (gate, sum) = manual(Limits::default());
    sum.fail_next.store(1, Ordering::SeqCst);
    let receipt = gate.submit(vec![Add::Number(1), Add::Number(2)]).expect("room");
    gate.step();
    assert_eq!(receipt.wait().iter().map(told).collect::<Vec<_>>(), ["unknown", "unknown"]);
    assert_eq!(*sum.batches.lock().expect("lock"), [2]);
}

#[test]
fn a_full_queue_and_an_oversized_submission_are_refused_before_anything_happened() {
    let (gate, sum) = manual(Limits { batch_commands: 2, queued_commands: 3 });
    let many = |n| vec![Add::Number(1); n];
    assert_eq!(gate.submit(many(3)).err(), Some(SubmitError::TooLarge { max: 2 }));
    let first = gate.submit(many(2)).expect("room");
    assert_eq!(gate.submit(many(2)).err(), Some(SubmitError::Busy));
    let second = gate.submit(many(1)).expect("room");
    assert_eq!(gate.submit(many(1)).err(), Some(SubmitError::Busy));
    assert_eq!((gate.step(), gate.step()), (2, 1), "a submission is never split");
    assert_eq!((first.wait().len(), second.wait().len()), (2, 1));
    assert_eq!(*sum.committed.lock().expect("lock"), 3);
    assert!(gate.submit(many(1)).is_ok(), "there is room again");
    assert!(gate.submit(Vec::new()).expect("nothing to do").wait().is_empty());
}

#[test]
fn callers_that_arrive_during_a_write_share_the_next_one() {
    let sum = Arc::new(Sum { before: Some(Barrier::new(2)), ..Sum::default() });
    let gate = Gate::start(Arc::clone(&sum), Limits::default()).expect("thread");
    let barrier = sum.before.as_ref().expect("set above");
    // The posting thread takes this one and stands at the barrier (or will): the eight others gather behind it.
    let first = gate.submit(vec![Add::Number(1)]).expect("room");
    while gate.waiting() > 0 {
        std::thread::yield_now();
    }
    let others: Vec<_> = (0..8).map(|_| gate.submit(vec![Add::Number(1)]).expect("room")).collect();
    barrier.wait();
    barrier.wait();
    assert_eq!(told(&first.wait()[0]), "1");
    assert_eq!(
        others.into_iter().map(|r| told(&r.wait()[0])).collect::<Vec<_>>(),
        ["2", "3", "4", "5", "6", "7", "8", "9"]
    );
    assert_eq!(*sum.batches.lock().expect("lock"), [1, 8]);
}

#[test]
fn a_receipt_times_out_and_can_be_waited_for_again() {
    let (gate, _) = manual(Limits::default());
    let receipt = gate.submit(vec![Add::Number(5)]).expect("room");
    let receipt = receipt.wait_timeout(Duration::ZERO).expect_err("nothing has been posted");
    gate.step();
    let replies = receipt.wait_timeout(Duration::ZERO).expect("posted");
    assert_eq!(told(&replies[0]), "5");
}

struct Signal(mpsc::SyncSender<()>);

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        let _ = self.0.try_send(());
    }
}

#[test]
fn a_receipt_can_be_awaited_without_a_runtime() {
    let sum = Arc::new(Sum::default());
    let gate = Gate::start(sum, Limits::default()).expect("thread");
    let (sender, woken) = mpsc::sync_channel(1);
    let waker = Waker::from(Arc::new(Signal(sender)));
    let mut receipt = pin!(gate.submit(vec![Add::Number(5)]).expect("room"));
    let replies = loop {
        match receipt.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(replies) => break replies,
            Poll::Pending => woken.recv().expect("the gate wakes its waiters"),
        }
    };
    assert_eq!(told(&replies[0]), "5");
}

#[test]
fn dropping_a_gate_posts_what_was_submitted() {
    let sum = Arc::new(Sum::default());
    let gate = Gate::start(Arc::clone(&sum), Limits::default()).expect("thread");
    let receipts: Vec<_> = (0..50).map(|_| gate.submit(vec![Add::Number(1)]).expect("room")).collect();
    drop(gate);
    assert_eq!(*sum.committed.lock().expect("lock"), 50);
    assert!(receipts.iter().all(kit_core::gate::Receipt::is_ready));
}

#[test]
fn dropping_a_manual_gate_answers_who_still_waits() {
    let (gate, sum) = manual(Limits::default());
    let receipt = gate.submit(vec![Add::Number(1)]).expect("room");
    drop(gate);
    assert_eq!(told(&receipt.wait()[0]), "not committed");
    assert_eq!(*sum.committed.lock().expect("lock"), 0);
}

#[test]
fn many_threads_each_get_their_own_outcome() {
    let sum = Arc::new(Sum::default());
    let gate = Gate::start(Arc::clone(&sum), Limits::default()).expect("thread");
    let mut seen: Vec<i64> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..16)
            .map(|_| {
                let call = || gate.call(Add::Number(1)).expect("room").expect("posted");
                scope.spawn(move || (0..100).map(|_| call()).collect::<Vec<_>>())
            })
            .collect();
        callers.into_iter().flat_map(|c| c.join().expect("caller")).collect()
    });
    seen.sort_unstable();
    assert_eq!(seen, (1..=1_600).collect::<Vec<_>>());
}

#[test]
fn a_call_on_a_manual_gate_posts_by_itself() {
    let (gate, _) = manual(Limits::default());
    assert_eq!(gate.call(Add::Number(2)).expect("room").expect("posted"), 2);
    assert_eq!(told(&gate.call(Add::Panic).expect("room")), "not committed");
}
