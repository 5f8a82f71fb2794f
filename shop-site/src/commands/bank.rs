//! The settings of commands that ask the bank for money.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use kit_core::SecretText;
use kit_sqlite::private;
use shop_core::gateway::PaymentGateway;
use shop_core::gateway::http::{HttpConfig, HttpGateway};

use super::Stop;

/// Holds the key itself. Only by environment: arguments can be seen by everyone on the machine.
const KEY_VARIABLE: &str = "SHOP_BANK_API_KEY";

#[derive(Args)]
pub(super) struct Bank {
    /// Where the bank is: https://, or http:// on this machine
    #[arg(long = "bank-url", env = "SHOP_BANK_URL", value_name = "URL")]
    pub(super) url: String,
    /// The file with the API key that `bank-site create-merchant` printed; or the key itself in the environment
    /// variable SHOP_BANK_API_KEY
    #[arg(long = "bank-api-key-file", env = "SHOP_BANK_API_KEY_FILE", value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// How long one call to the bank may take
    #[arg(
        long = "bank-deadline-seconds",
        env = "SHOP_BANK_DEADLINE_SECONDS",
        default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(1..=60)
    )]
    deadline_seconds: u64,
}

impl Bank {
    pub(super) fn deadline(&self) -> Duration {
        Duration::from_secs(self.deadline_seconds)
    }

    /// Nothing is sent yet: the shop starts whether or not the bank is there.
    pub(super) fn gateway(&self) -> Result<Arc<dyn PaymentGateway>, Stop> {
        let config = HttpConfig { base_url: self.url.clone(), api_key: self.api_key()?, deadline: self.deadline() };
        let gateway = HttpGateway::new(config).map_err(|error| Stop::Setting(error.to_string()))?;
        Ok(Arc::new(gateway))
    }

    fn api_key(&self) -> Result<SecretText, Stop> {
        let given = match std::env::var(KEY_VARIABLE) {
            Ok(text) => Some(SecretText::new(text)),
            Err(std::env::VarError::NotPresent) => None,
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(Stop::Setting(format!("{KEY_VARIABLE} is not text")));
            }
        };
        match (given, &self.api_key_file) {
            (Some(_), Some(_)) => Err(Stop::Setting(format!(
                "{KEY_VARIABLE} and --bank-api-key-file (SHOP_BANK_API_KEY_FILE) are both set; use one"
            ))),
            (Some(text), None) => Ok(SecretText::new(text.expose().trim().to_owned())),
            (None, Some(path)) => {
                // `bank-site create-merchant > FILE` makes a file that everybody on the machine can read.
                private::correct_file(path);
                match std::fs::read_to_string(path) {
                    Ok(text) => Ok(SecretText::new(SecretText::new(text).expose().trim().to_owned())),
                    Err(error) => Err(Stop::Setting(format!(
                        "--bank-api-key-file (SHOP_BANK_API_KEY_FILE): cannot read {}: {error}",
                        path.display()
                    ))),
                }
            }
            (None, None) => Err(Stop::Setting(format!(
                "the bank's API key is missing; give it in {KEY_VARIABLE} or in a file with --bank-api-key-file"
            ))),
        }
    }
}
