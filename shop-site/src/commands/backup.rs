//! `shop-site backup`: a copy of the whole shop as of one moment, beside a shop that serves it.

use std::path::PathBuf;

use clap::Args;
use shop_core::store::sqlite::SqliteStore;

use super::storage::Storage;
use super::{Stop, say};

#[derive(Args)]
pub(super) struct Arguments {
    /// The backup: a file that is not there yet
    file: PathBuf,
    #[command(flatten)]
    storage: Storage,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    let Arguments { file, storage: Storage { database, .. } } = arguments;
    let copied = SqliteStore::backup(&database, &file).map_err(|error| Stop::Setting(error.to_string()))?;
    say(&format!("{} is a verified backup of {} ({} bytes)", file.display(), database.display(), copied.bytes));
    eprintln!(
        "The shop's API key at the bank is not in it: keep that as well. After restoring, run `reconcile`: it lists"
    );
    eprintln!("what the bank was paid since, which the restored shop does not know.");
    Ok(())
}
