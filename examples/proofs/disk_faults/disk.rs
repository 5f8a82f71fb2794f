//! A model of a disk behind a cache: what is on it for certain, and what was written but not yet synced.
//!
//! The promises it keeps are those of POSIX and no more. A sync of a file makes its contents durable, a sync of the
//! folder its names. Until then any part may be on the disk or not: whole writes in any choice, 512-byte sectors of one
//! write each for itself, names apart from contents. Only two writes to the same sector keep their order, and, as
//! SQLite assumes ("powersafe overwrite"), bytes that were not being written are not damaged.

use std::collections::{BTreeMap, HashMap};

use crate::random::Random;
use crate::record::Event;

const SECTOR: usize = 512;

/// What a power cut leaves of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Cut {
    /// Nothing.
    Synced,
    /// Everything: as after the program alone was killed.
    Written,
    /// Some of the writes, in any choice.
    Subset,
    /// Some sectors of the writes.
    Torn,
    /// The same, and one sector that was being written holds rubbish.
    Garbled,
    /// Every write, but only some of the names that were created or removed.
    Nameless,
}

impl Cut {
    pub(crate) const ALL: [Self; 6] =
        [Self::Synced, Self::Written, Self::Subset, Self::Torn, Self::Garbled, Self::Nameless];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Synced => "only what was synced",
            Self::Written => "all that was written",
            Self::Subset => "a subset of the writes",
            Self::Torn => "torn sectors",
            Self::Garbled => "torn, a sector garbled",
            Self::Nameless => "names lost",
        }
    }
}

/// The files that are found after a crash.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Image(pub(crate) BTreeMap<String, Vec<u8>>);

#[derive(Clone)]
enum Change {
    Write { at: usize, data: Vec<u8> },
    Truncate { length: usize },
}

#[derive(Default, Clone)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

type NameChange = Vec<(String, Option<usize>)>;

/// The disk.
#[derive(Default, Clone)]
pub(crate) struct Disk {
    files: Vec<File>,
    /// Names as programs see them.
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    pending_names: Vec<NameChange>,
    lies: bool,
}

impl Disk {
    /// An empty disk; one that `lies` reports syncs and does none, which a proof about syncs has to notice.
    pub(crate) fn new(lies: bool) -> Self {
        Self { lies, ..Self::default() }
    }

    /// Does what the event says. `random` decides what a failed sync left.
    pub(crate) fn apply(&mut self, event: &Event, random: &mut Random) {
        match event {
            Event::Create(name) => {
                self.files.push(File::default());
                self.rename(vec![(name.clone(), Some(self.files.len() - 1))]);
            }
            Event::Unlink(name) => self.rename(vec![(name.clone(), None)]),
            Event::Rename { from, to } => {
                let file = self.names.get(from).copied();
                self.rename(vec![(from.clone(), None), (to.clone(), file)]);
            }
            Event::Write { name, at, data } => {
                self.change(name, Change::Write { at: *at, data: data.clone() });
            }
            Event::Truncate { name, length } => self.change(name, Change::Truncate { length: *length }),
            Event::Sync(_) if self.lies => {}
            Event::Sync(name) if name.is_empty() => {
                for change in std::mem::take(&mut self.pending_names) {
                    set(&mut self.durable_names, &change);
                }
            }
            Event::Sync(name) => {
                if let Some(file) = self.file(name) {
                    for change in std::mem::take(&mut file.pending) {
                        whole(&mut file.durable, &change);
                    }
                }
            }
            // The kernel reports such a failure once and takes the pages for clean: programs go on seeing what they
            // wrote, some of it is on the disk, and no later sync writes the rest.
            Event::SyncFailed(name) => {
                if let Some(file) = self.file(name) {
                    let pending = std::mem::take(&mut file.pending);
                    let mut sectors = Sectors::torn(random, pending.len());
                    for (index, change) in pending.iter().enumerate() {
                        sectors.apply(&mut file.durable, index, change);
                    }
                }
            }
            Event::Fired(_) | Event::Order(_) => {}
        }
    }

    fn file(&mut self, name: &str) -> Option<&mut File> {
        self.names.get(name).map(|index| &mut self.files[*index])
    }

    fn change(&mut self, name: &str, change: Change) {
        if let Some(file) = self.file(name) {
            file.pending.push(change);
        }
    }

    fn rename(&mut self, change: NameChange) {
        set(&mut self.names, &change);
        self.pending_names.push(change);
    }

    /// What is found if the power fails now.
    pub(crate) fn image(&self, cut: Cut, random: &mut Random) -> Image {
        let mut names = self.durable_names.clone();
        for change in &self.pending_names {
            let kept = match cut {
                Cut::Synced => false,
                Cut::Written => true,
                Cut::Subset | Cut::Torn | Cut::Garbled | Cut::Nameless => random.coin(),
            };
            if kept {
                set(&mut names, change);
            }
        }
        let contents = names.into_iter().map(|(name, index)| (name, self.files[index].after(cut, random)));
        Image(contents.collect())
    }
}

fn set(names: &mut BTreeMap<String, usize>, change: &NameChange) {
    for (name, file) in change {
        match file {
            Some(file) => names.insert(name.clone(), *file),
            None => names.remove(name),
        };
    }
}

impl File {
    fn after(&self, cut: Cut, random: &mut Random) -> Vec<u8> {
        let mut content = self.durable.clone();
        match cut {
            Cut::Synced => {}
            Cut::Written | Cut::Nameless => self.pending.iter().for_each(|change| whole(&mut content, change)),
            Cut::Subset => {
                for change in &self.pending {
                    if random.coin() {
                        whole(&mut content, change);
                    }
                }
            }
            Cut::Torn | Cut::Garbled => {
                let mut sectors = Sectors::torn(random, self.pending.len());
                for (index, change) in self.pending.iter().enumerate() {
                    sectors.apply(&mut content, index, change);
                }
            }
        }
        if cut == Cut::Garbled {
            self.garble(&mut content, random);
        }
        content
    }

    /// Rubbish in the part of one sector that some pending write was to change.
    fn garble(&self, content: &mut Vec<u8>, random: &mut Random) {
        if self.pending.is_empty() {
            return;
        }
        if let Change::Write { at, data } = &self.pending[random.below(self.pending.len())] {
            let start = at + random.below(data.len());
            let end = (start / SECTOR + 1).saturating_mul(SECTOR).min(at + data.len());
            if content.len() < end {
                content.resize(end, 0);
            }
            content[start..end].fill_with(|| random.byte());
        }
    }
}

fn whole(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Truncate { length } => content.resize(*length, 0),
        Change::Write { at, data } => put(content, *at, data),
    }
}

fn put(content: &mut Vec<u8>, at: usize, data: &[u8]) {
    if content.len() < at + data.len() {
        content.resize(at + data.len(), 0);
    }
    content[at..at + data.len()].copy_from_slice(data);
}

/// For each sector, up to which of the pending changes it has come.
struct Sectors<'a> {
    random: &'a mut Random,
    changes: usize,
    reached: HashMap<usize, usize>,
}

impl<'a> Sectors<'a> {
    fn torn(random: &'a mut Random, changes: usize) -> Self {
        Self { random, changes, reached: HashMap::new() }
    }

    fn apply(&mut self, content: &mut Vec<u8>, index: usize, change: &Change) {
        match change {
            // A length is one thing: it changed or it did not.
            Change::Truncate { .. } if self.random.coin() => whole(content, change),
            Change::Truncate { .. } => {}
            Change::Write { at, data } => {
                let mut done = 0;
                while done < data.len() {
                    let sector = (at + done) / SECTOR;
                    let end = ((sector + 1) * SECTOR - at).min(data.len());
                    let (random, changes) = (&mut *self.random, self.changes);
                    let reached = *self.reached.entry(sector).or_insert_with(|| random.below(changes + 1));
                    if index < reached {
                        put(content, at + done, &data[done..end]);
                    }
                    done = end;
                }
            }
        }
    }
}
