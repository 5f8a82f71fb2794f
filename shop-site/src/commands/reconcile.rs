//! `shop-site reconcile`: the shop's books against the bank's list of the shop's payments. Reads only.

use std::time::{Duration, Instant};

use clap::Args;
use kit_web::telemetry::one_line;
use shop_core::{ReconcileNews, reconcile};

use super::bank::Bank;
use super::storage::Storage;
use super::{Stop, say};

/// How often a long comparison says how far it is.
const EVERY: Duration = Duration::from_secs(1);

#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    bank: Bank,
}

/// Differences and what is open go to stdout as they are found, one line each; how far it is, to stderr.
pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    let Arguments { storage, bank } = arguments;
    let (gateway, store) = (bank.gateway()?, storage.open_read_only()?);
    let mut told_at = Instant::now();
    let report = reconcile(&store, &*gateway, |news| match news {
        // What the bank says of a payment stands in the line.
        ReconcileNews::Difference(difference) => say(&one_line(&difference.to_string())),
        ReconcileNews::Open(open) => say(&open.to_string()),
        ReconcileNews::Progress(so_far) if told_at.elapsed() >= EVERY => {
            let (payments, orders, differences) = (so_far.payments, so_far.orders, so_far.differences);
            eprintln!("compared {payments} payments, {orders} orders, {differences} differences so far");
            told_at = Instant::now();
        }
        ReconcileNews::Progress(_) => {}
    })
    .map_err(|error| Stop::Setting(format!("the comparison could not be finished: {error}")))?;
    let (payments, orders, differences, open) = (report.payments, report.orders, report.differences, report.open);
    say(&format!("compared {payments} payments at the bank, {orders} orders: {differences} differences, {open} open"));
    if differences == 0 { Ok(()) } else { Err(Stop::Differences) }
}
