//! A folder of messages: one `.eml` file each, which any mail program opens.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::message::{plain_id, written};
use crate::{MailError, Mailbox, Mailer, Message};

/// Keeps messages in a folder instead of sending them.
///
/// A file appears whole or not at all, and only its owner may read it. Its name is the message's date and id: the same
/// message sent again replaces its own file.
#[derive(Debug)]
pub struct EmlFolder {
    folder: PathBuf,
    from: Mailbox,
}

impl EmlFolder {
    /// Opens a folder, making it where it does not exist.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(folder: &Path, from: Mailbox) -> io::Result<Self> {
        let mut make = fs::DirBuilder::new();
        make.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
        make.create(folder)?;
        Ok(Self { folder: folder.to_owned(), from })
    }

    fn keep(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let half = self.folder.join(format!(".{name}.half"));
        // Left by a program that died here: written anew, so that no older permissions stay.
        match fs::remove_file(&half) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&half)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&half, self.folder.join(name))?;
        File::open(&self.folder)?.sync_all()
    }
}

impl Mailer for EmlFolder {
    fn send(&self, message: &Message) -> Result<(), MailError> {
        let bytes = written(message, &self.from)?.formatted();
        let at: String = message.at.rfc3339().chars().take(19).filter(|c| !matches!(c, '-' | ':')).collect();
        let name = format!("{at}Z-{}.eml", plain_id(&message.id));
        let failed = |error| MailError::Transient(format!("cannot write to {}: {error}", self.folder.display()));
        self.keep(&name, &bytes).map_err(failed)
    }
}
