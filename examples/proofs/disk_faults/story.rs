//! The program's own account of what it asked and what it was told, written line by line into a file that the record of
//! the disk contains as well: so each moment of the record knows what had been acknowledged by then.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bank_core::model::{CustomerId, MerchantId};
use bank_core::{Error, Result};
use kit_core::AccountNumber;

use crate::script::{Done, World};

/// The file's name in the watched folder.
pub(crate) const FILE: &str = "told";

/// What the caller of a movement knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Known {
    /// It was asked, and nothing was answered yet.
    Asked,
    /// It was acknowledged, with this id.
    Acknowledged(String),
    /// Nothing happened, the bank said.
    NotCommitted(String),
    /// The bank did not know.
    Unknown(String),
}

/// Everything that was told up to some moment.
#[derive(Clone, Default)]
pub(crate) struct Story {
    pub(crate) world: World,
    pub(crate) movements: BTreeMap<u32, Known>,
    /// Everything else that the program found worth telling: failed reads, failed openings, refusals.
    pub(crate) remarks: Vec<String>,
}

impl Story {
    pub(crate) fn read(folder: &Path) -> Self {
        let mut story = Self::default();
        story.hear(&std::fs::read_to_string(folder.join(FILE)).unwrap_or_default());
        story
    }

    /// How many movements were acknowledged.
    pub(crate) fn acknowledged(&self) -> usize {
        self.movements.values().filter(|known| matches!(known, Known::Acknowledged(_))).count()
    }

    /// Takes in whole lines.
    pub(crate) fn hear(&mut self, text: &str) {
        for line in text.lines() {
            if self.hear_line(line).is_none() {
                self.remarks.push(line.to_owned());
            }
        }
    }

    fn hear_line(&mut self, line: &str) -> Option<()> {
        let mut words = line.splitn(4, ' ');
        let (verb, first) = (words.next()?, words.next()?);
        let (second, rest) = (words.next(), words.next().unwrap_or_default().to_owned());
        match verb {
            "customer" => self.world.customers.push((CustomerId::parse(first)?, number(second?)?)),
            "merchant" => self.world.merchant = Some((MerchantId::parse(first)?, number(second?)?)),
            "asked" => {
                // Asked again: what did not happen before may happen now.
                let known = self.movements.entry(first.parse().ok()?).or_insert(Known::Asked);
                if matches!(known, Known::NotCommitted(_)) {
                    *known = Known::Asked;
                }
            }
            "told" => {
                let known = match second? {
                    "ok" => Known::Acknowledged(rest),
                    "not-committed" => Known::NotCommitted(rest),
                    "unknown" => Known::Unknown(rest),
                    _ => return None,
                };
                let before = self.movements.insert(first.parse().ok()?, known.clone());
                // Asked again after a failure: what was not known once may well have happened then.
                if let (Some(Known::Unknown(cause)), Known::NotCommitted(_)) = (before, known) {
                    self.movements.insert(first.parse().ok()?, Known::Unknown(cause));
                }
            }
            _ => return None,
        }
        Some(())
    }
}

fn number(digits: &str) -> Option<AccountNumber> {
    AccountNumber::parse(digits).ok()
}

/// Writes the account.
pub(crate) struct Teller(Mutex<File>);

impl Teller {
    pub(crate) fn open(folder: &Path) -> std::io::Result<Self> {
        Ok(Self(Mutex::new(OpenOptions::new().append(true).create(true).open(folder.join(FILE))?)))
    }

    /// One line, by one write.
    pub(crate) fn tell(&self, line: &str) {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(format!("{line}\n").as_bytes()).expect("what was told is recorded, whatever the disk does");
    }

    pub(crate) fn answered(&self, n: u32, answer: &Result<Done>) {
        let words = match answer {
            Ok(done) => format!("ok {}", done.id),
            Err(Error::NotCommitted(cause)) => format!("not-committed {cause}"),
            Err(Error::CommitUnknown(cause)) => format!("unknown {cause}"),
            Err(other) => format!("refused {other}"),
        };
        self.tell(&format!("told {n} {}", words.replace('\n', " ")));
    }
}
