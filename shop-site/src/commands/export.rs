//! `shop-site export`: the catalogue as a CSV file that `import` reads.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use shop_site::open_existing;

use super::storage::{NoBank, Storage};
use super::{Stop, say};

#[derive(Args)]
pub(super) struct Arguments {
    /// The CSV file: one that is not there yet
    file: PathBuf,
    #[command(flatten)]
    storage: Storage,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    let Arguments { file, storage } = arguments;
    let csv = open_existing(&storage.config(), Arc::new(NoBank))?.export()?;
    let cannot = |error: std::io::Error| Stop::Setting(format!("cannot write {}: {error}", file.display()));
    let mut written = std::fs::File::create_new(&file).map_err(cannot)?;
    written.write_all(&csv).and_then(|()| written.sync_all()).map_err(cannot)?;
    say(&format!("{} is the catalogue; edit and import it: its stock counts by what you change, once", file.display()));
    Ok(())
}
