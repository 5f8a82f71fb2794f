//! Group commit: each receipt is answered once, after its commit, whatever happens beside it.

use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use kit_core::StoreFailure;
use kit_core::gate::{Gate, Limits, Post, Receipt, Reply, SubmitError};
use kit_core::sync::{Mutex, PoisonError, thread};
use shuttle::future::block_on;

use crate::explore::explore;

/// Which command it is, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    Fine(u32),
    /// Panics where it is decided.
    Panics(u32),
    /// Fails the whole write that it stands in, with nothing committed.
    Rejected(u32),
    /// Committed, but nobody knows.
    Unknown(u32),
}

/// A store of nothing but an order. A command's outcome is its place there.
#[derive(Default)]
pub(crate) struct Journal {
    pub(crate) durable: Mutex<Vec<Command>>,
    /// A planted bug: what is answered is written down some time afterwards.
    pub(crate) answers_too_early: bool,
}

pub(crate) type TestGate = Gate<Arc<Journal>>;

impl Post for Journal {
    type Command = Command;
    type Outcome = usize;

    fn post(&self, commands: &[&Command]) -> Result<Vec<usize>, StoreFailure> {
        for command in commands {
            match command {
                // Not `panic!`: that would be told as the scenario's failure.
                Command::Panics(_) => resume_unwind(Box::new("a command's own fault")),
                Command::Rejected(_) => return Err(StoreFailure::not_committed("rejected")),
                Command::Fine(_) | Command::Unknown(_) => {}
            }
        }
        if self.answers_too_early {
            return Ok((0..commands.len()).collect());
        }
        // Others come while the disk is at it.
        thread::yield_now();
        let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = durable.len();
        durable.extend(commands.iter().copied());
        if commands.iter().any(|command| matches!(command, Command::Unknown(_))) {
            return Err(StoreFailure::commit_unknown("the sync failed"));
        }
        Ok((begin..durable.len()).collect())
    }
}

impl Journal {
    fn at(&self, place: usize) -> Option<Command> {
        self.durable.lock().unwrap_or_else(PoisonError::into_inner).get(place).copied()
    }

    fn all(&self) -> Vec<Command> {
        self.durable.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, command: Command) -> usize {
        self.all().iter().filter(|known| **known == command).count()
    }

    /// Whoever is told a place finds their own command there: the answer came after the commit, and to the right one.
    fn assert_told(&self, commands: &[Command], replies: &[Reply<usize>]) {
        assert_eq!(replies.len(), commands.len(), "one reply a command");
        let places: Vec<usize> = replies.iter().map(|reply| *reply.as_ref().expect("nothing of it fails")).collect();
        for (command, place) in commands.iter().zip(&places) {
            assert_eq!(self.at(*place), Some(*command), "answered before it was committed, or to another one");
        }
        assert!(places.windows(2).all(|pair| pair[1] == pair[0] + 1), "a submission stays together and in order");
    }
}

fn gate(limits: Limits) -> (Arc<TestGate>, Arc<Journal>) {
    let journal = Arc::new(Journal::default());
    (Arc::new(Gate::start(Arc::clone(&journal), limits).expect("a task")), journal)
}

/// Every way to wait there is.
fn wait(how: u32, receipt: Receipt<usize>) -> Vec<Reply<usize>> {
    match how % 4 {
        0 => receipt.wait(),
        1 => block_on(receipt),
        2 => {
            let mut waiting = receipt;
            loop {
                match waiting.wait_timeout(Duration::from_secs(1)) {
                    Ok(replies) => break replies,
                    Err(again) => waiting = again,
                }
            }
        }
        // Out of patience, then patient after all.
        _ => receipt.wait_timeout(Duration::ZERO).unwrap_or_else(block_on),
    }
}

/// Several callers, each waiting in another way each time; then everyone leaves.
pub(crate) fn callers(journal: &Arc<Journal>) {
    let gate = Arc::new(Gate::start(Arc::clone(journal), Limits::default()).expect("a task"));
    let callers: Vec<_> = (0..3)
        .map(|caller| {
            let (gate, journal) = (Arc::clone(&gate), Arc::clone(journal));
            thread::spawn(move || {
                // Many commands, then few: the posting thread waits a moment for as many again, in vain.
                for (turn, count) in (0..).zip([3, 1, 1]) {
                    let first = 100 * caller + 10 * turn;
                    let commands: Vec<_> = (first..first + count).map(Command::Fine).collect();
                    let receipt = gate.submit(commands.clone()).expect("room");
                    journal.assert_told(&commands, &wait(caller + turn, receipt));
                }
            })
        })
        .collect();
    drop(gate);
    callers.into_iter().for_each(|caller| caller.join().expect("answered"));
    let all = journal.all();
    assert_eq!(all.len(), 15, "each command exactly once");
    assert!(all.iter().all(|command| journal.count(*command) == 1), "each command exactly once");
}

#[test]
fn every_receipt_is_answered_once_and_after_its_commit() {
    explore(3_000, || callers(&Arc::new(Journal::default())));
}

#[test]
fn submissions_are_served_in_the_order_in_which_they_came() {
    explore(2_000, || {
        let (gate, journal) = gate(Limits { batch_commands: 2, queued_commands: 100 });
        let other = {
            let gate = Arc::clone(&gate);
            thread::spawn(move || gate.call(Command::Fine(100)).expect("room").expect("committed"))
        };
        let receipts: Vec<_> = (0..4).map(|n| gate.submit(vec![Command::Fine(n)]).expect("room")).collect();
        for (n, receipt) in (0..).zip(receipts) {
            journal.assert_told(&[Command::Fine(n)], &wait(n, receipt));
        }
        other.join().expect("answered");
        let own: Vec<_> = journal.all().into_iter().filter(|command| *command != Command::Fine(100)).collect();
        assert_eq!(own, (0..4).map(Command::Fine).collect::<Vec<_>>());
    });
}

#[test]
fn what_panics_or_fails_does_so_alone() {
    explore(3_000, || {
        let (gate, journal) = gate(Limits::default());
        let commands = [Command::Panics(0), Command::Fine(1), Command::Rejected(2), Command::Fine(3)];
        let callers: Vec<_> = commands
            .into_iter()
            .map(|command| {
                let gate = Arc::clone(&gate);
                thread::spawn(move || (command, gate.call(command).expect("room")))
            })
            .collect();
        for caller in callers {
            match caller.join().expect("answered") {
                (Command::Fine(n), reply) => journal.assert_told(&[Command::Fine(n)], &[reply]),
                (_, reply) => assert!(matches!(reply, Err(StoreFailure::NotCommitted(_))), "told {reply:?}"),
            }
        }
        assert_eq!(journal.all().len(), 2, "and each of the others once");
    });
}

#[test]
fn an_unknown_commit_is_told_as_such_and_never_run_again() {
    explore(2_000, || {
        let (gate, journal) = gate(Limits::default());
        let callers: Vec<_> = [Command::Fine(0), Command::Unknown(1), Command::Fine(2)]
            .into_iter()
            .map(|command| {
                let gate = Arc::clone(&gate);
                thread::spawn(move || (command, gate.call(command).expect("room")))
            })
            .collect();
        for caller in callers {
            let (command, reply) = caller.join().expect("answered");
            assert_eq!(journal.count(command), 1, "it was written once, whatever is known of it");
            match reply {
                Ok(place) => assert_eq!(journal.at(place), Some(command)),
                Err(StoreFailure::CommitUnknown(_)) => {}
                Err(other) => panic!("{command:?} was committed and told {other:?}"),
            }
            assert!(command != Command::Unknown(1) || reply.is_err());
        }
    });
}

#[test]
fn the_queue_never_holds_more_than_it_may() {
    explore(3_000, || {
        let (gate, journal) = gate(Limits { batch_commands: 1, queued_commands: 2 });
        let callers: Vec<_> = (0..5)
            .map(|n| {
                let (gate, journal) = (Arc::clone(&gate), Arc::clone(&journal));
                thread::spawn(move || {
                    let submitted = gate.submit(vec![Command::Fine(n)]);
                    assert!(gate.waiting() <= 2, "{} wait", gate.waiting());
                    match submitted {
                        Ok(receipt) => journal.assert_told(&[Command::Fine(n)], &wait(n, receipt)),
                        Err(error) => {
                            assert_eq!(error, SubmitError::Busy);
                            assert_eq!(journal.count(Command::Fine(n)), 0, "refused, and done all the same");
                        }
                    }
                })
            })
            .collect();
        callers.into_iter().for_each(|caller| caller.join().expect("answered"));
        // Whoever was turned away finds room once the others have been answered.
        assert!(gate.call(Command::Fine(9)).expect("room").is_ok());
    });
}

#[test]
fn a_gate_that_is_dropped_still_posts_what_waits() {
    explore(3_000, || {
        let (gate, journal) = gate(Limits { batch_commands: 1, queued_commands: 100 });
        let receipts: Vec<_> = (0..3).map(|n| gate.submit(vec![Command::Fine(n)]).expect("room")).collect();
        let waiting = {
            let journal = Arc::clone(&journal);
            thread::spawn(move || {
                for (n, receipt) in (0..).zip(receipts) {
                    journal.assert_told(&[Command::Fine(n)], &wait(n, receipt));
                }
            })
        };
        drop(gate);
        assert_eq!(journal.all().len(), 3, "dropping waits until all is posted");
        waiting.join().expect("answered");
    });
}

/// Holds the last handle, and lets go of it where it is woken.
struct LastHandle(Mutex<Option<Arc<TestGate>>>);

impl Wake for LastHandle {
    fn wake(self: Arc<Self>) {
        let handle = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(handle);
    }
}

#[test]
fn the_last_handle_may_be_dropped_on_the_posting_thread() {
    explore(2_000, || {
        let (gate, journal) = gate(Limits::default());
        let mut receipt = pin!(gate.submit(vec![Command::Fine(0)]).expect("room"));
        let waker = Waker::from(Arc::new(LastHandle(Mutex::new(Some(gate)))));
        let polled = receipt.as_mut().poll(&mut Context::from_waker(&waker));
        drop(waker);
        let replies = match polled {
            Poll::Ready(replies) => replies,
            Poll::Pending => block_on(receipt),
        };
        journal.assert_told(&[Command::Fine(0)], &replies);
    });
}

#[test]
fn a_gate_without_a_thread_is_posted_by_its_callers() {
    explore(2_000, || {
        let journal = Arc::new(Journal::default());
        let gate = Arc::new(Gate::manual(Arc::clone(&journal), Limits::default()));
        let callers: Vec<_> = (0..3)
            .map(|n| {
                let (gate, journal) = (Arc::clone(&gate), Arc::clone(&journal));
                thread::spawn(move || {
                    let reply = gate.call(Command::Fine(n)).expect("room");
                    journal.assert_told(&[Command::Fine(n)], &[reply]);
                })
            })
            .collect();
        callers.into_iter().for_each(|caller| caller.join().expect("answered"));
        assert_eq!(journal.all().len(), 3);
        let left = gate.submit(vec![Command::Fine(9)]).expect("room");
        drop(gate);
        assert!(matches!(left.wait()[..], [Err(StoreFailure::NotCommitted(_))]), "nobody is left to post it");
    });
}
