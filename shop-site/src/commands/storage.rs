//! The settings that every command on a shop shares: where it is kept and in what currency.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use kit_core::{Currency, IdempotencyKey, Money};
use shop_core::Shop;
use shop_core::gateway::{Answer, Capabilities, Expected, PaymentGateway, PaymentRef, PaymentRequest};
use shop_core::store::sqlite::SqliteStore;
use shop_site::{StoreConfig, as_recorded, open_existing};

use super::Stop;

#[derive(Args)]
pub(super) struct Storage {
    /// The shop's database file
    #[arg(long, env = "SHOP_DATABASE", default_value = "data/shop.db")]
    pub(super) database: PathBuf,
    /// What prices are in
    #[arg(long, env = "SHOP_CURRENCY", default_value = "EUR", value_parser = Currency::parse)]
    currency: Currency,
}

impl Storage {
    /// The store's settings, with the usual ones for everything else.
    pub(super) fn config(&self) -> StoreConfig {
        let mut config = StoreConfig::new(&self.database);
        config.shop.currency = as_recorded(&self.database, self.currency);
        config
    }

    /// Opens a shop that must be there already, for work that has no business with a bank.
    pub(super) fn open_existing(&self) -> Result<Shop, Stop> {
        Ok(open_existing(&self.config(), Arc::new(NoBank))?)
    }

    /// The facts alone, for work that must not change any.
    pub(super) fn open_read_only(&self) -> Result<SqliteStore, Stop> {
        SqliteStore::open_read_only(&self.database).map_err(|error| Stop::Setting(error.to_string()))
    }
}

/// A bank that cannot be reached: whatever is asked of it is not sent.
pub(super) struct NoBank;

impl PaymentGateway for NoBank {
    fn purchase(&self, _: &PaymentRequest) -> Answer {
        Answer::NotSent
    }

    fn authorize(&self, _: &PaymentRequest) -> Answer {
        Answer::NotSent
    }

    fn capture(&self, _: &PaymentRef, _: &IdempotencyKey, _: Money, _: bool) -> Answer {
        Answer::NotSent
    }

    fn void(&self, _: &Expected) -> Answer {
        Answer::NotSent
    }

    fn refund(&self, _: &PaymentRef, _: &IdempotencyKey, _: Money) -> Answer {
        Answer::NotSent
    }

    fn lookup(&self, _: &Expected) -> Answer {
        Answer::NotSent
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { pin: false, hosted_approval: false, deadline: Duration::ZERO }
    }
}
