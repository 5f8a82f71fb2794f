//! Calls that fail: every write and every sync of a short run in turn, once or from then on, and a disk without room.
//!
//! What the bank answers is held against what it promises, in the process that met the fault and after a restart.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::examine::{Replays, examine};
use crate::interposer::{Ground, Interposer};
use crate::record::Event;
use crate::script::{BLOCK, Movement, What};
use crate::story::{FILE, Known, Story};
use crate::workload::{BALLAST, DATABASE, Workload, customers};

pub(crate) const EIO: i32 = 5;
pub(crate) const ENOSPC: i32 = 28;

/// What the program is doing when a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum During {
    /// Its work.
    Work,
    /// Opening a bank that was closed properly.
    Opening,
    /// Opening a bank whose last process vanished.
    Recovery,
}

/// A way for the disk to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The call at a position, of writes or of syncs.
    Call { sync: bool, errno: i32, lasts: bool, during: During },
    /// Files may grow by so many bytes and no more.
    Room,
    /// A real disk is filled to the last byte.
    Full,
}

impl Fault {
    pub(crate) fn words(self) -> String {
        match self {
            Self::Room => "no room after n bytes, then room again".to_owned(),
            Self::Full => "a real file system of n bytes filled, then room again".to_owned(),
            Self::Call { sync, errno, lasts, during } => {
                let what = if errno == EIO { "EIO" } else { "ENOSPC" };
                let call = if sync { "sync" } else { "write" };
                let often = if lasts { "from the n-th on" } else { "once" };
                let during = match during {
                    During::Work => "at work",
                    During::Opening => "while opening",
                    During::Recovery => "while opening after a crash",
                };
                format!("{what} at a {call}, {often}, {during}")
            }
        }
    }

    /// Whether the bank may go on by itself once the fault is lifted, whatever it answered: a full disk writes nothing
    /// that it does not report. After any other failed commit it must not.
    fn resumes(self) -> bool {
        matches!(self, Self::Room | Self::Full | Self::Call { sync: false, errno: ENOSPC, .. })
    }

    /// The order that brings it about.
    pub(crate) fn order(self, position: usize) -> String {
        match self {
            Self::Room => format!("room {position}"),
            Self::Full => BALLAST.to_owned(),
            Self::Call { sync, errno, lasts, .. } => {
                format!("arm {} {position} {errno} {}", if sync { 's' } else { 'w' }, i32::from(lasts))
            }
        }
    }
}

/// What came of one kind of fault.
#[derive(Debug, Default, Clone)]
pub(crate) struct Answers {
    /// How many positions were tried.
    pub(crate) positions: usize,
    /// How many movements were acknowledged, not committed, unknown or refused for want of what they build on.
    pub(crate) acknowledged: usize,
    pub(crate) not_committed: usize,
    pub(crate) unknown: usize,
    /// How often the bank did not open.
    pub(crate) closed: usize,
    /// How often nobody noticed: SQLite tries some work again later.
    pub(crate) unnoticed: usize,
    pub(crate) problems: Vec<String>,
}

/// The runs that a fault is injected into, one process after the other.
fn plans(fault: Fault, position: usize) -> Vec<Workload> {
    let order = Some(fault.order(position));
    let last = Workload { checkpoint_pages: 12, relieve: true, vanish: position % 2 == 1, ..Workload::new() };
    let during = if let Fault::Call { during, .. } = fault { during } else { During::Work };
    match during {
        During::Work => vec![Workload { sessions: 2, blocks: 2, order, ..last }],
        During::Opening => vec![Workload { sessions: 2, order, reopen: true, ..last }],
        During::Recovery => {
            vec![Workload { vanish: true, ..Workload::new() }, Workload { seed: 2, first_order: order, ..last }]
        }
    }
}

/// How many calls of a kind there are to strike.
pub(crate) fn positions(interposer: &Interposer, fault: Fault) -> Result<usize, String> {
    let (events, armed) = healthy(interposer, fault)?;
    let events = &events[armed..];
    let Fault::Call { sync, during, .. } = fault else { return Err("only calls have positions".into()) };
    // Of an opening, only what happens before the first movement is of interest; the others cover the rest.
    let asked = |e: &Event| matches!(e, Event::Write { name, data, .. } if name == FILE && data.starts_with(b"asked"));
    let first = (during != During::Work).then(|| events.iter().position(asked)).flatten();
    let count = events[..first.unwrap_or(events.len())].iter().filter(|e| e.can_fail(sync)).count();
    if count == 0 { Err("the interposer sees nothing of SQLite".into()) } else { Ok(count) }
}

/// By how many bytes files grow in a healthy run, from the order on.
pub(crate) fn growth(interposer: &Interposer) -> Result<usize, String> {
    let (events, armed) = healthy(interposer, Fault::Room)?;
    let (mut lengths, mut grown) = (BTreeMap::<&str, usize>::new(), 0);
    for (index, event) in events.iter().enumerate().filter(|(_, e)| e.can_fail(false)) {
        match event {
            Event::Write { name, at, data } => {
                let length = lengths.entry(name).or_default();
                let end = (*length).max(at + data.len());
                grown += if index > armed { end - *length } else { 0 };
                *length = end;
            }
            Event::Truncate { name, length } => drop(lengths.insert(name, *length)),
            Event::Create(name) | Event::Unlink(name) => drop(lengths.remove(name.as_str())),
            _ => {}
        }
    }
    Ok(grown)
}

/// The record of a run in which the order lets everything pass, and where in it the order is given.
fn healthy(interposer: &Interposer, fault: Fault) -> Result<(Vec<Event>, usize), String> {
    let ground = Ground::new().map_err(|e| e.to_string())?;
    let harmless = |order: Option<String>| order.map(|_| "disarm".to_owned());
    for plan in plans(fault, 1) {
        let (order, first_order) = (harmless(plan.order.clone()), harmless(plan.first_order.clone()));
        interposer.run(&ground, &Workload { order, first_order, relieve: false, ..plan })?;
    }
    let events = ground.events()?;
    let armed = events.iter().position(|e| matches!(e, Event::Order(_))).ok_or("the order was not seen")?;
    Ok((events, armed))
}

/// Injects a fault at each of these positions.
pub(crate) fn inject(interposer: &Interposer, fault: Fault, positions: &[usize]) -> Answers {
    let (next, total) = (AtomicUsize::new(0), Mutex::new(Answers::default()));
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(position) = positions.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let one = strike(interposer, fault, *position);
                    total.lock().expect("no worker panics").add(fault, *position, one);
                }
            });
        }
    });
    total.into_inner().expect("no worker panics")
}

impl Answers {
    fn add(&mut self, fault: Fault, position: usize, one: Result<Self, String>) {
        self.positions += 1;
        let one = one.unwrap_or_else(|problem| Self { problems: vec![problem], ..Self::default() });
        self.acknowledged += one.acknowledged;
        self.not_committed += one.not_committed;
        self.unknown += one.unknown;
        self.closed += one.closed;
        self.unnoticed += usize::from(one.not_committed + one.unknown + one.closed == 0);
        let say = |problem| format!("{}, n = {position}: {problem}", fault.words());
        self.problems.extend(one.problems.into_iter().map(say));
    }
}

fn strike(interposer: &Interposer, fault: Fault, position: usize) -> Result<Answers, String> {
    let ground = match fault {
        Fault::Full => Ground::small(position)?,
        _ => Ground::new().map_err(|e| e.to_string())?,
    };
    for plan in plans(fault, position) {
        interposer.run(&ground, &plan)?;
    }
    let events = ground.events()?;
    let told = std::fs::read_to_string(ground.disk().join(FILE)).map_err(|e| e.to_string())?;
    let mut answers = hold_to_promises(fault, &told);
    let fired = matches!(fault, Fault::Full) || events.iter().any(|e| matches!(e, Event::Fired(_)));
    if !fired {
        answers.problems.push("the fault did not strike: nothing was tried".to_owned());
    }
    // The restart.
    let story = Story::read(&ground.disk());
    let found = examine(&ground.disk().join(DATABASE), &story, position as u64, Replays::All);
    answers.problems.extend(found.lines().cloned());
    Ok(answers)
}

/// Goes through what the program was told, line by line, in the process that met the fault.
fn hold_to_promises(fault: Fault, told: &str) -> Answers {
    let mut answers = Answers::default();
    let (mut story, mut stopped, mut relieved) = (Story::default(), false, false);
    for line in told.lines() {
        let (remarks, before) = (story.remarks.len(), story.acknowledged());
        story.hear(line);
        let new_remark = story.remarks.len() > remarks;
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["told", _, "ok", ..] => {
                answers.acknowledged += story.acknowledged() - before;
                if stopped {
                    answers.problems.push(format!("writes went on after a failed commit: {line}"));
                }
            }
            ["told", _, verdict @ ("not-committed" | "unknown"), ..] => {
                *(if verdict == "unknown" { &mut answers.unknown } else { &mut answers.not_committed }) += 1;
                if stopped && !line.contains("stopped taking writes after a failed commit; restart to resume") {
                    answers.problems.push(format!("not the clear answer of a stopped bank: {line}"));
                }
                if relieved && !stopped {
                    answers.problems.push(format!("there is room again, and still: {line}"));
                }
                stopped |= verdict == "unknown" && !fault.resumes();
            }
            ["told", n, "refused", ..] if builds_on_what_failed(&story, n) => {}
            ["closed", ..] => {
                answers.closed += 1;
                if line.contains(" / ")
                    || matches!(fault, Fault::Room | Fault::Full | Fault::Call { during: During::Work, .. })
                {
                    answers.problems.push(line.to_owned());
                }
            }
            ["relieved"] => relieved = true,
            ["full"] => {}
            _ if new_remark => answers.problems.push(line.to_owned()),
            _ => {}
        }
    }
    if !relieved {
        answers.problems.push("the run did not come to its end".to_owned());
    }
    answers
}

/// Whether a movement may be refused: a capture of a hold, or a refund of a purchase, that did not come about.
fn builds_on_what_failed(story: &Story, n: &str) -> bool {
    let Ok(n) = n.parse::<u32>() else { return false };
    let needs = match Movement::nth(n, customers()).what {
        What::Capture => n - 1,
        What::Refund => n - 3,
        _ => return false,
    };
    debug_assert!(needs / BLOCK == n / BLOCK);
    !matches!(story.movements.get(&needs), Some(Known::Acknowledged(_)))
}
