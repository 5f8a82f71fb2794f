//! The operator's commands. Every setting is a flag and an environment variable.
//!
//! Exit codes: 0 done; 1 the shop refused, a catalogue has bad rows, or `check` or `reconcile` found something; 2 a
//! setting is bad, the shop cannot start, or a comparison or backup could not be made.

mod backup;
mod bank;
mod check;
mod discounts;
mod export;
mod import;
mod mail;
mod orders;
mod orders_csv;
mod reconcile;
mod serve;
mod storage;

use clap::{Parser, Subcommand};
use kit_web::config::say;
use kit_web::{LogFormat, init_logging};
use shop_core::Error;
use shop_site::StartError;

/// The program's name in its messages.
pub(crate) const PROGRAM: &str = "shop-site";

/// A shop for IT hardware: website, API, and its operator's commands.
#[derive(Parser)]
#[command(name = PROGRAM, version, about)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the website and the API
    Serve(Box<serve::Arguments>),
    /// Import a catalogue: all rows or none
    ///
    /// Products that the file does not name, and what it has no column for, stay as they are: a file with sku and price
    /// changes prices alone. Of a file that `export` wrote, stock counts by the difference to the export, and once
    /// however often it is imported; units sold since then stay sold. In any other file the stock is a count: it is set
    /// to what the file says. Commas, semicolons and tabs are understood, and a first line such as `sep=;`.
    Import(import::Arguments),
    /// Export the catalogue as a CSV file to be edited and imported again, also beside a running shop
    Export(export::Arguments),
    /// List orders, newest first, or export them
    Orders(orders::ListArguments),
    /// Show an order with its payments and history
    Show(orders::OrderArguments),
    /// Record that an order was sent off
    Ship(orders::OrderArguments),
    /// Cancel an order; a paid one is given back through the bank
    Cancel(orders::CancelArguments),
    /// Make, list and end discount codes
    Discounts(discounts::Arguments),
    /// List what needs an operator's look, newest first
    Alerts(orders::AlertArguments),
    /// List SKUs that differ only by case, also beside a running shop
    ///
    /// Older versions took them for two products; an import refuses new ones. Reads only. Exit code 1 where there are
    /// any.
    Check(check::Arguments),
    /// Compare the shop's books with the bank's list of its payments, also beside a running shop
    ///
    /// Reads only. Each difference is one line on stdout; exit code 1 where there is one. What is not decided yet is
    /// listed as open and is no difference.
    Reconcile(reconcile::Arguments),
    /// Copy the whole shop to a new file, also beside a running shop
    ///
    /// The copy is of one moment, verified, and on the disk when the command ends well. Keep the shop's API key at the
    /// bank as well. To restore, stop the shop, put the copy in the database's place (and take away the files -wal and
    /// -shm beside it), run `reconcile`, and start the shop.
    Backup(backup::Arguments),
    /// Print the API's OpenAPI description
    Openapi,
}

/// Why the program ends without having done what it was told.
pub(crate) enum Stop {
    /// A setting is bad, or the shop cannot start with it.
    Setting(String),
    /// The shop said no.
    Refused(String),
    /// A catalogue was not imported; each bad row has been printed.
    BadRows,
    /// Shop and bank do not agree, or the catalogue with itself; each difference has been printed.
    Differences,
}

impl From<StartError> for Stop {
    fn from(error: StartError) -> Self {
        Self::Setting(error.to_string())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error.to_string())
    }
}

/// Does what the arguments say.
pub(crate) fn run(arguments: Arguments) -> Result<(), Stop> {
    // `serve` has a setting for its log; other commands only warn, of files that others could read for instance.
    if !matches!(arguments.command, Command::Serve(_)) {
        init_logging(LogFormat::Text, "warn").map_err(Stop::Setting)?;
    }
    match arguments.command {
        Command::Serve(arguments) => serve::run(*arguments),
        Command::Import(arguments) => import::run(arguments),
        Command::Export(arguments) => export::run(arguments),
        Command::Orders(arguments) => orders::list(arguments),
        Command::Show(arguments) => orders::show(arguments),
        Command::Ship(arguments) => orders::ship(arguments),
        Command::Cancel(arguments) => orders::cancel(arguments),
        Command::Discounts(arguments) => discounts::run(arguments),
        Command::Alerts(arguments) => orders::alerts(arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Reconcile(arguments) => reconcile::run(arguments),
        Command::Backup(arguments) => backup::run(arguments),
        Command::Openapi => {
            say(shop_site::openapi_spec().trim_end());
            Ok(())
        }
    }
}
