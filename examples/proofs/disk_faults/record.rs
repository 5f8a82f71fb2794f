//! Reading the interposer's record.

use std::path::Path;

use crate::story;

/// One thing that was done to the watched folder. Names are relative to it; the folder itself is the empty name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    Create(String),
    Write {
        name: String,
        at: usize,
        data: Vec<u8>,
    },
    Truncate {
        name: String,
        length: usize,
    },
    Sync(String),
    /// A sync that failed: what waited for it may be forgotten, and no later sync brings it back.
    SyncFailed(String),
    Unlink(String),
    Rename {
        from: String,
        to: String,
    },
    /// A fault struck a call on this file.
    Fired(String),
    /// The interposer was ordered something.
    Order(String),
}

impl Event {
    /// The file that it is about.
    fn file(&self) -> Option<&str> {
        match self {
            Self::Create(name)
            | Self::Write { name, .. }
            | Self::Truncate { name, .. }
            | Self::Sync(name)
            | Self::SyncFailed(name)
            | Self::Unlink(name)
            | Self::Rename { from: name, .. } => Some(name),
            Self::Fired(_) | Self::Order(_) => None,
        }
    }

    /// Whether a power cut can make a difference to it: not to what the program told, nor to SQLite's shared memory,
    /// which is made anew by whoever opens the file first.
    pub(crate) fn is_on_disk(&self) -> bool {
        self.file().is_some_and(|name| name != story::FILE && !name.ends_with("-shm"))
    }

    /// Whether a fault can strike it: a sync, or anything else that changes a file.
    pub(crate) fn can_fail(&self, sync: bool) -> bool {
        let is_sync = matches!(self, Self::Sync(_));
        self.file().is_some_and(|name| name != story::FILE) && is_sync == sync
    }
}

pub(crate) fn parse(bytes: &[u8], folder: &Path) -> Result<Vec<Event>, String> {
    let folder = folder.to_str().ok_or("the folder's name is not text")?;
    let mut rest = bytes;
    let mut events = Vec::new();
    while !rest.is_empty() {
        events.push(next(&mut rest, folder).ok_or("the record ends in the middle")?);
    }
    Ok(events)
}

fn next(rest: &mut &[u8], folder: &str) -> Option<Event> {
    let kind = take(rest, 1)?[0];
    let path_length = u32::from_le_bytes(take(rest, 4)?.try_into().ok()?);
    let offset = u64::from_le_bytes(take(rest, 8)?.try_into().ok()?);
    let length = u64::from_le_bytes(take(rest, 8)?.try_into().ok()?);
    let path = std::str::from_utf8(take(rest, path_length as usize)?).ok()?;
    let data = take(rest, usize::try_from(length).ok()?)?.to_vec();
    let relative = |path: &str| Some(path.strip_prefix(folder)?.trim_start_matches('/').to_owned());
    let name = relative(path)?;
    let at = usize::try_from(offset).ok()?;
    Some(match kind {
        b'c' => Event::Create(name),
        b'w' => Event::Write { name, at, data },
        b't' => Event::Truncate { name, length: at },
        b's' => Event::Sync(name),
        b'x' => Event::SyncFailed(name),
        b'u' => Event::Unlink(name),
        b'r' => Event::Rename { from: name, to: relative(std::str::from_utf8(&data).ok()?)? },
        b'f' => Event::Fired(name),
        b'o' => Event::Order(String::from_utf8(data).ok()?),
        _ => return None,
    })
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}
