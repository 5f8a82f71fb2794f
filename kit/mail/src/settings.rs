//! From what an operator decided to a mailer.

use std::path::PathBuf;
use std::sync::Arc;

use kit_core::SecretText;

use crate::{EmlFolder, Mailbox, Mailer, SmtpMailer, SmtpUrlError};

/// Where mails go. Without `Debug`: the server's address may hold a password.
pub struct MailSettings {
    /// The folder that they are kept in while no mail server is set.
    pub folder: PathBuf,
    /// The mail server: see [`SmtpMailer::new`].
    pub smtp_url: Option<SecretText>,
    /// From whom they come. Needed with a mail server, which would refuse what comes from nowhere.
    pub from: Option<Mailbox>,
}

/// Why there is no mailer. One line for the operator; it does not repeat the server's address.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A mail server, and nobody to send from.
    #[error("a mail server needs a sender; give it with --mail-from, such as \"The shop <no-reply@shop.example>\"")]
    NoSender,
    /// The server's address.
    #[error("the address of the mail server: {0}")]
    Smtp(#[from] SmtpUrlError),
    /// The folder.
    #[error("cannot use the folder {path} for mails: {cause}")]
    Folder {
        /// Which.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
}

impl MailSettings {
    /// The mailer. A mail server is not asked yet: a site starts whether or not it is there.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn open(&self) -> Result<Arc<dyn Mailer>, SettingsError> {
        match (&self.smtp_url, &self.from) {
            (Some(url), Some(from)) => Ok(Arc::new(SmtpMailer::new(url, from.clone())?)),
            (Some(_), None) => Err(SettingsError::NoSender),
            (None, from) => {
                let from = from.clone().unwrap_or_else(Mailbox::of_nobody);
                let failed = |cause| SettingsError::Folder { path: self.folder.display().to_string(), cause };
                Ok(Arc::new(EmlFolder::open(&self.folder, from).map_err(failed)?))
            }
        }
    }
}
