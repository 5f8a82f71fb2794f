//! The settings that every command on a bank shares: where it is kept and in what currency.

use std::path::PathBuf;

use bank_core::Bank;
use bank_core::hashing::Pepper;
use bank_site::{KeySource, StartError, StoreConfig, open_bank, usual_daily_deposits};
use clap::Args;
use kit_core::{Currency, SecretText};

use super::Stop;

/// Holds the key itself. Only by environment: arguments can be seen by everyone on the machine.
const KEY_VARIABLE: &str = "BANK_KEY";

#[derive(Args)]
pub(super) struct Storage {
    /// The bank's database file
    #[arg(long, env = "BANK_DATABASE", default_value = "data/bank.db")]
    pub(super) database: PathBuf,
    /// The file with the key of its PINs and passwords [default: beside the database]; or the key itself, 64
    /// hexadecimal digits, in the environment variable BANK_KEY
    #[arg(long, env = "BANK_KEY_FILE")]
    key_file: Option<PathBuf>,
    /// The main currency: what customers' first accounts and merchants' accounts are kept in
    #[arg(long, env = "BANK_CURRENCY", default_value = "EUR", value_parser = Currency::parse)]
    pub(super) currency: Currency,
}

impl Storage {
    /// The store's settings, with the usual ones for everything else.
    pub(super) fn config(&self) -> Result<StoreConfig, Stop> {
        let mut config = StoreConfig::new(&self.database);
        config.key = self.key()?;
        config.bank.currency = self.currency;
        config.bank.policy.daily_deposits = usual_daily_deposits(&config.bank);
        Ok(config)
    }

    /// Opens a bank that must be there already: a mistyped path must not make an empty one.
    pub(super) fn open_existing(&self) -> Result<Bank, Stop> {
        if !self.database.exists() {
            return Err(StartError::NoDatabase { path: self.database.display().to_string() }.into());
        }
        Ok(open_bank(self.config()?)?)
    }

    fn key(&self) -> Result<KeySource, Stop> {
        let given = match std::env::var(KEY_VARIABLE) {
            Ok(text) => Some(SecretText::new(text)),
            Err(std::env::VarError::NotPresent) => None,
            Err(std::env::VarError::NotUnicode(_)) => return Err(bad_key()),
        };
        match (given, &self.key_file) {
            (Some(_), Some(_)) => {
                Err(Stop::Setting(format!("{KEY_VARIABLE} and --key-file (BANK_KEY_FILE) are both set; use one")))
            }
            (Some(text), None) => Pepper::parse(text.expose().trim()).map(KeySource::Given).ok_or_else(bad_key),
            (None, Some(path)) => Ok(KeySource::File(path.clone())),
            (None, None) => Ok(KeySource::Beside),
        }
    }
}

/// It does not repeat what was set.
fn bad_key() -> Stop {
    Stop::Setting(format!("{KEY_VARIABLE} must be 64 hexadecimal digits"))
}
