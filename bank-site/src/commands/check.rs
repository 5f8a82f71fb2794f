//! `bank-site check`: proves the ledger, read-only, and needs no key for it.

use std::path::PathBuf;

use bank_site::open_store;
use clap::Args;

use super::{Stop, say};

#[derive(Args)]
pub(super) struct Arguments {
    /// The bank's database file
    #[arg(long, env = "BANK_DATABASE", default_value = "data/bank.db")]
    database: PathBuf,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    let store = open_store(&arguments.database)?;
    let report = bank_core::check(&store, |_| {})?;
    for violation in &report.violations {
        say(violation);
    }
    let (transfers, accounts, payments) = (report.transfers, report.accounts, report.payments);
    let violations = report.violations.len();
    say(&format!("checked {transfers} transfers, {accounts} accounts, {payments} payments: {violations} violations"));
    if violations == 0 { Ok(()) } else { Err(Stop::Violations) }
}
