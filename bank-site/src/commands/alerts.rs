//! `bank-site alerts`: what needs an operator's look. Reads only, also beside a bank that serves, and needs no key.

use std::path::PathBuf;

use bank_core::mails_given_up;
use bank_site::open_store;
use clap::Args;

use super::{Stop, say};

#[derive(Args)]
pub(super) struct Arguments {
    /// How many to list at most
    #[arg(long, env = "BANK_ALERTS_LIMIT", default_value_t = 50)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limit: u16,
    /// The bank's database file
    #[arg(long, env = "BANK_DATABASE", default_value = "data/bank.db")]
    database: PathBuf,
}

/// The id and address find the customer in the log and in the database; a mail's text is kept nowhere.
pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    let store = open_store(&arguments.database)?;
    for given_up in mails_given_up(&store, usize::from(arguments.limit))? {
        let (mail, at) = (&given_up.mail, given_up.at.rfc3339_seconds());
        let why = mail.failure.as_deref().unwrap_or("nobody noted why");
        say(&format!("{at}  mail-given-up  customer {}  {}: {why}", mail.customer, mail.notice.code()));
        say(&format!("  {} <{}> did not get this mail. Reach them in another way.", given_up.name, mail.to));
    }
    Ok(())
}
