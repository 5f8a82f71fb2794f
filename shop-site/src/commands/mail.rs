//! The settings of mails.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use kit_mail::{MailSettings, Mailbox, Mailer};
use kit_sqlite::private;
use kit_web::config::secret;

use super::Stop;

#[derive(Args)]
pub(super) struct Mail {
    /// The folder in which mails are kept while no mail server is set [default: mail, beside the database]
    #[arg(long, env = "SHOP_MAIL_DIR", value_name = "FOLDER")]
    mail_dir: Option<PathBuf>,
    /// The file with the mail server's address, such as smtps://user:password@mail.example:465; or the address itself
    /// in the environment variable SHOP_SMTP_URL
    #[arg(long, env = "SHOP_SMTP_URL_FILE", value_name = "FILE")]
    smtp_url_file: Option<PathBuf>,
    /// From whom mails come, such as "The shop <no-reply@shop.example>"; needed with a mail server
    #[arg(long, env = "SHOP_MAIL_FROM", value_name = "ADDRESS", value_parser = Mailbox::parse)]
    mail_from: Option<Mailbox>,
}

impl Mail {
    pub(super) fn mailer(&self, database: &Path) -> Result<Arc<dyn Mailer>, Stop> {
        let file = self.smtp_url_file.as_deref();
        file.into_iter().for_each(private::correct_file);
        let smtp_url = secret("SHOP_SMTP_URL", "--smtp-url-file (SHOP_SMTP_URL_FILE)", file).map_err(Stop::Setting)?;
        let folder = self.mail_dir.clone().unwrap_or_else(|| database.with_file_name("mail"));
        let settings = MailSettings { folder, smtp_url, from: self.mail_from.clone() };
        settings.open().map_err(|error| Stop::Setting(error.to_string()))
    }
}
