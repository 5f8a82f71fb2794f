//! The operator's commands, one file each. Every setting is a flag and an environment variable.
//!
//! Exit codes: 0 done; 1 the bank refused, or `check` found violations; 2 a setting is bad, the bank cannot start, or a
//! check or backup could not be made.

mod accounts;
mod alerts;
mod backup;
mod check;
mod mail;
mod merchant;
mod serve;
mod storage;

use bank_core::Error;
use bank_site::StartError;
use clap::{Parser, Subcommand};
use kit_web::config::say;
use kit_web::{LogFormat, init_logging};

/// The program's name in its messages.
pub(crate) const PROGRAM: &str = "bank-site";

/// A bank: website, API, and its operator's commands.
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
    /// Create a merchant and print its API key, once
    CreateMerchant(merchant::Arguments),
    /// Deposit cash into an account, whatever the limits for customers
    Deposit(accounts::DepositArguments),
    /// Freeze an account: money may come in, not leave
    Freeze(accounts::FreezeArguments),
    /// Unfreeze an account
    Unfreeze(accounts::FreezeArguments),
    /// Prove the ledger: every balance the sum of its transfers, no account below zero
    ///
    /// Reads only, also beside a running bank. Each violation is one line on stdout; exit code 1 where there is one.
    Check(check::Arguments),
    /// List what needs an operator's look, newest first: mails of the last 30 days that were given up
    Alerts(alerts::Arguments),
    /// Copy the whole bank to a new file, also beside a running bank
    ///
    /// The copy is of one moment, verified, and on the disk when the command ends well. It does not hold the key of the
    /// PINs and passwords: keep the key file as well. To restore, stop the bank, put the copy in the database's place
    /// (and take away the files -wal and -shm beside it), run `check`, and start the bank with the key that belongs to
    /// it.
    Backup(backup::Arguments),
    /// Print the API's OpenAPI description
    Openapi,
}

/// Why the program ends without having done what it was told.
pub(crate) enum Stop {
    /// A setting is bad, or the bank cannot start with it.
    Setting(String),
    /// The bank said no.
    Refused(String),
    /// The ledger is not what it must be; each violation has been printed.
    Violations,
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
        Command::CreateMerchant(arguments) => merchant::run(arguments),
        Command::Deposit(arguments) => accounts::deposit(arguments),
        Command::Freeze(arguments) => accounts::set_frozen(arguments, true),
        Command::Unfreeze(arguments) => accounts::set_frozen(arguments, false),
        Command::Check(arguments) => check::run(arguments),
        Command::Alerts(arguments) => alerts::run(arguments),
        Command::Backup(arguments) => backup::run(arguments),
        Command::Openapi => {
            say(bank_site::openapi_spec().trim_end());
            Ok(())
        }
    }
}
