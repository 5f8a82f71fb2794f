//! `bank-site check`: proves the ledger, read-only, beside a bank that serves it, and needs no key for it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bank_core::{CheckNews, check_aloud, email_twins, old_currencies};
use bank_site::open_store;
use clap::Args;
use kit_core::kept_decimals;

use super::{Stop, say};

/// How often a long check says how far it is.
const EVERY: Duration = Duration::from_secs(1);

#[derive(Args)]
pub(super) struct Arguments {
    /// The bank's database file
    #[arg(long, env = "BANK_DATABASE", default_value = "data/bank.db")]
    database: PathBuf,
}

/// Violations go to stdout as they are found, then customers who share an e-mail address, which is no violation, and
/// the last line; how far it is, to stderr.
pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    let store = open_store(&arguments.database)?;
    for currency in old_currencies(&store).map_err(|error| Stop::Setting(error.to_string()))? {
        eprintln!("warning: {}", kept_decimals(currency));
    }
    let (mut violations, mut told_at) = (0_u64, Instant::now());
    let report = check_aloud(&store, |news| {
        let progress = match news {
            CheckNews::Violation(line) => {
                violations += 1;
                return say(line);
            }
            CheckNews::Transfers { done, all } => format!("{done} of {all} transfers"),
            CheckNews::Payments { done } => format!("all transfers, {done} payments"),
        };
        if told_at.elapsed() >= EVERY {
            eprintln!("checked {progress}, {violations} violations so far");
            told_at = Instant::now();
        }
    })
    .map_err(|error| Stop::Setting(format!("the check could not be finished: {error}")))?;
    for twins in
        email_twins(&store).map_err(|error| Stop::Setting(format!("the check could not be finished: {error}")))?
    {
        say(&format!("one e-mail address, several customers: {}", twins.join(", ")));
    }
    let (transfers, accounts, payments) = (report.transfers, report.accounts, report.payments);
    say(&format!("checked {transfers} transfers, {accounts} accounts, {payments} payments: {violations} violations"));
    if violations == 0 { Ok(()) } else { Err(Stop::Violations) }
}
