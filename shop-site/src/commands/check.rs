//! `shop-site check`: faults of the catalogue that only the operator can correct.

use clap::Args;
use kit_core::kept_decimals;
use shop_core::rules::product::twins;
use shop_core::store::StoreExt;

use super::storage::Storage;
use super::{Stop, say};

#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    storage: Storage,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let store = arguments.storage.open_read_only()?;
    let products = store.view(|tx| tx.all_products()).map_err(|error| Stop::Setting(error.to_string()))?;
    if let Some(old) = products.first().map(|one| one.price.currency).filter(|kept| *kept != kept.as_of_now()) {
        eprintln!("warning: {}", kept_decimals(old));
    }
    let twins = twins(products.iter().map(|product| &product.sku));
    for group in &twins {
        let skus: Vec<&str> = group.iter().map(|sku| sku.as_str()).collect();
        say(&format!("differ only by case: {}", skus.join(", ")));
    }
    if twins.is_empty() { Ok(()) } else { Err(Stop::Differences) }
}
