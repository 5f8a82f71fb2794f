//! Power cuts: every sync of a recorded run, just before and just after, and moments between; what they may leave is
//! built, opened and examined.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::disk::{Cut, Disk, Image};
use crate::examine::{Findings, Replays, examine};
use crate::interposer::roomy;
use crate::random::Random;
use crate::record::Event;
use crate::story::{self, Story};
use crate::workload::DATABASE;

/// How many images are built.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Density {
    /// Random images of each kind just before and just after each sync.
    pub(crate) at_syncs: usize,
    /// Every so many events between syncs, one image of each kind.
    pub(crate) between_every: usize,
    pub(crate) seed: u64,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) syncs: usize,
    /// Images examined, by kind; equal ones once.
    pub(crate) images: BTreeMap<Cut, usize>,
    pub(crate) repeated: usize,
    /// Images in which acknowledged money was missing, and in which anything was wrong.
    pub(crate) with_loss: usize,
    pub(crate) with_fault: usize,
    /// The first findings, in words.
    pub(crate) examples: Vec<String>,
}

impl Tally {
    pub(crate) fn total(&self) -> usize {
        self.images.values().sum()
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.syncs += other.syncs;
        for (cut, count) in other.images {
            *self.images.entry(cut).or_default() += count;
        }
        self.repeated += other.repeated;
        self.with_loss += other.with_loss;
        self.with_fault += other.with_fault;
        self.examples.extend(other.examples);
    }
}

struct Case {
    image: Image,
    story: Arc<Story>,
    words: String,
    seed: u64,
}

/// Cuts the power all along a record, from event `first` on.
pub(crate) fn cut_power(events: &[Event], first: usize, lies: bool, density: Density) -> Result<Tally, String> {
    let (send, receive) = sync_channel::<Case>(64);
    let receive = Mutex::new(receive);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let (tally, findings) = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(|| work(&receive))).collect();
        let tally = produce(events, first, lies, density, |case| send.send(case).is_ok());
        drop(send);
        let findings: Result<Vec<_>, String> =
            threads.into_iter().map(|t| t.join().unwrap_or_else(|_| Err("an examiner panicked".into()))).collect();
        (tally, findings)
    });
    let mut tally = tally;
    for (words, found) in findings?.into_iter().flatten() {
        tally.with_loss += usize::from(!found.lost.is_empty());
        tally.with_fault += 1;
        if tally.examples.len() < 10 {
            tally.examples.extend(found.lines().take(3).map(|line| format!("{words}: {line}")));
        }
    }
    Ok(tally)
}

/// Walks the record and sends each image that is worth examining.
fn produce(events: &[Event], first: usize, lies: bool, density: Density, mut send: impl FnMut(Case) -> bool) -> Tally {
    let mut random = Random::new(density.seed);
    let (mut disk, mut story) = (Disk::new(lies), Arc::new(Story::default()));
    let (mut tally, mut known) = (Tally::default(), HashSet::new());
    let mut cut = |disk: &Disk, story: &Arc<Story>, random: &mut Random, tally: &mut Tally, place: String, n: usize| {
        for kind in Cut::ALL {
            let count = if matches!(kind, Cut::Synced | Cut::Written) { 1 } else { n };
            for _ in 0..count {
                let image = disk.image(kind, random);
                let mut hasher = DefaultHasher::new();
                (&image, &story.movements, story.world.customers.len()).hash(&mut hasher);
                if !known.insert(hasher.finish()) {
                    tally.repeated += 1;
                    continue;
                }
                *tally.images.entry(kind).or_default() += 1;
                let (words, seed) = (format!("{place}, {}", kind.name()), known.len() as u64);
                send(Case { image, story: Arc::clone(story), words, seed });
            }
        }
    };
    for (index, event) in events.iter().enumerate() {
        let is_sync = matches!(event, Event::Sync(_) | Event::SyncFailed(_));
        if let Event::Write { name, data, .. } = event
            && name == story::FILE
        {
            Arc::make_mut(&mut story).hear(&String::from_utf8_lossy(data));
        } else if event.is_on_disk() {
            if index >= first && is_sync {
                cut(&disk, &story, &mut random, &mut tally, format!("before event {index}"), density.at_syncs);
            }
            disk.apply(event, &mut random);
            if index >= first && is_sync {
                tally.syncs += 1;
                cut(&disk, &story, &mut random, &mut tally, format!("after event {index}"), density.at_syncs);
            } else if index >= first && index % density.between_every == 0 {
                cut(&disk, &story, &mut random, &mut tally, format!("after event {index}"), 1);
            }
        }
    }
    cut(&disk, &story, &mut random, &mut tally, "at the end".to_owned(), density.at_syncs);
    tally
}

fn work(cases: &Mutex<Receiver<Case>>) -> Result<Vec<(String, Findings)>, String> {
    let folder = tempfile::tempdir_in(roomy()).map_err(|e| format!("no folder for images: {e}"))?;
    let mut bad = Vec::new();
    loop {
        let next = cases.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(case) = next else { return Ok(bad) };
        lay_out(folder.path(), &case).map_err(|e| format!("an image cannot be written: {e}"))?;
        let found = examine(&folder.path().join(DATABASE), &case.story, case.seed, Replays::Newest(4));
        if !found.is_clean() {
            bad.push((case.words, found));
        }
    }
}

fn lay_out(folder: &Path, case: &Case) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        std::fs::remove_file(entry?.path())?;
    }
    for (name, content) in &case.image.0 {
        std::fs::write(folder.join(name), content)?;
    }
    // After a power cut nobody knows what is in the shared memory's file: sometimes rubbish.
    if case.seed.is_multiple_of(4) && !case.image.0.is_empty() {
        let mut random = Random::new(case.seed);
        let rubbish: Vec<u8> = (0..32 * 1024).map(|_| random.byte()).collect();
        std::fs::write(folder.join(format!("{DATABASE}-shm")), rubbish)?;
    }
    Ok(())
}
