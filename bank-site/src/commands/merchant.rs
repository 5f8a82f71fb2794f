//! `bank-site create-merchant`.

use bank_site::open_bank;
use clap::Args;

use super::storage::Storage;
use super::{Stop, say};

#[derive(Args)]
pub(super) struct Arguments {
    /// The merchant's name, as payers read it
    name: String,
    #[command(flatten)]
    storage: Storage,
}

/// The key alone goes to stdout, so that a script can take it from there; the words go to stderr.
pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    let bank = open_bank(arguments.storage.config()?)?;
    let made = bank.create_merchant(&arguments.name)?;
    eprintln!("The merchant is created; its money goes to account {}.", made.merchant.settlement);
    eprintln!("This is its API key. It is shown only now, and opens all its payments: keep it in a file or an");
    eprintln!("environment variable that only the merchant's program can read. It is sent as `Authorization: Bearer`.");
    say(&made.api_key.reveal());
    Ok(())
}
