//! `bank-site backup`: a copy of the whole bank as of one moment, beside a bank that serves it.

use std::path::PathBuf;

use bank_core::store::sqlite::SqliteStore;
use clap::Args;

use super::{Stop, say};

#[derive(Args)]
pub(super) struct Arguments {
    /// The backup: a file that is not there yet
    file: PathBuf,
    /// The bank's database file
    #[arg(long, env = "BANK_DATABASE", default_value = "data/bank.db")]
    database: PathBuf,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    let Arguments { file, database } = arguments;
    let copied = SqliteStore::backup(&database, &file).map_err(|error| Stop::Setting(error.to_string()))?;
    say(&format!("{} is a verified backup of {} ({} bytes)", file.display(), database.display(), copied.bytes));
    eprintln!("The key is not in it, and without the key no PIN and no password of it is worth anything: keep the key");
    eprintln!(
        "file ({}, or where --key-file says) as well, in another place.",
        database.with_extension("key").display()
    );
    Ok(())
}
