//! `shop-site import`: a catalogue from a CSV file, all rows or none.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use kit_web::telemetry::one_line;
use shop_core::rules::catalogue_file::MAX_BYTES;
use shop_core::{Error, ImportErrors, Refusal};
use shop_site::open_store;

use super::storage::{NoBank, Storage};
use super::{PROGRAM, Stop, say};

#[derive(Args)]
pub(super) struct Arguments {
    /// The catalogue: CSV in UTF-8 with the columns sku,name,brand,category,price,stock,description,specifications in
    /// any order and, if you like, vat (where some products have another rate than the shop's usual one),
    /// description_de and retired (yes for what is no longer sold). For products that the shop has, sku and what is to
    /// change are enough
    file: PathBuf,
    #[command(flatten)]
    storage: Storage,
}

/// A shop that is not there yet is made, with this catalogue instead of the one that ships with the shop.
pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    let Arguments { file, storage } = arguments;
    let csv = read(&file).map_err(|error| Stop::Setting(format!("cannot read {}: {error}", file.display())))?;
    let shop = open_store(&storage.config(), Arc::new(NoBank))?;
    match shop.import(&csv) {
        Ok(report) => {
            let changes = if report.added + report.updated == 0 { ": 0 changes" } else { "" };
            say(&format!(
                "{} added, {} updated, {} unchanged{changes}",
                report.added, report.updated, report.unchanged
            ));
            Ok(())
        }
        Err(Error::Refused(Refusal::CatalogueRejected(errors))) => {
            tell(&file, &errors);
            Err(Stop::BadRows)
        }
        Err(error) => Err(error.into()),
    }
}

/// At most one byte more than the shop takes, so that it is the shop that refuses a larger file.
fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut csv = Vec::new();
    File::open(file)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut csv)?;
    Ok(csv)
}

/// One line a bad row, as compilers write them, so that editors jump there.
fn tell(file: &Path, errors: &ImportErrors) {
    for error in &errors.errors {
        eprintln!("{}:{}:{}: {}", file.display(), error.line, error.column, one_line(&error.message));
    }
    match errors.total - errors.errors.len() {
        0 => eprintln!("{PROGRAM}: nothing was imported: {} error(s)", errors.total),
        more => eprintln!("{PROGRAM}: nothing was imported: {} error(s), {more} of them not shown", errors.total),
    }
}
