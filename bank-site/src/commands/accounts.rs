//! `bank-site deposit`, `freeze` and `unfreeze`: what an operator does with an account.

use clap::Args;
use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, Money};

use super::storage::Storage;
use super::{Stop, say};

#[derive(Args)]
pub(super) struct DepositArguments {
    /// The account's number
    #[arg(value_parser = AccountNumber::parse)]
    number: AccountNumber,
    /// How much, such as 250.00
    amount: String,
    /// The account's currency, where it is not the main one
    #[arg(long = "in", value_name = "CURRENCY", value_parser = Currency::parse)]
    other_currency: Option<Currency>,
    /// A name for this deposit: repeating the command under the same one deposits nothing twice
    #[arg(long, value_parser = IdempotencyKey::parse)]
    key: Option<IdempotencyKey>,
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
pub(super) struct FreezeArguments {
    /// The account's number
    #[arg(value_parser = AccountNumber::parse)]
    number: AccountNumber,
    #[command(flatten)]
    storage: Storage,
}

pub(super) fn deposit(arguments: DepositArguments) -> Result<(), Stop> {
    let DepositArguments { number, amount, other_currency, key, storage } = arguments;
    let of_iso = other_currency.unwrap_or(storage.currency);
    let bank = storage.open_existing()?;
    // An older database may count it with other decimals.
    let amount = Money::parse(&amount, bank.currency(of_iso.code()).unwrap_or(of_iso))
        .map_err(|error| Stop::Setting(error.to_string()))?;
    let key = key.unwrap_or_else(|| IdempotencyKey::from_uuid(Env::system().uuid()));
    let receipt = bank.deposit_by_operator(&key, number, amount)?;
    let done = if receipt.replayed { "was deposited under this key before" } else { "deposited" };
    say(&format!("{amount} {done}; the balance after it is {}", receipt.balance_after));
    Ok(())
}

pub(super) fn set_frozen(arguments: FreezeArguments, frozen: bool) -> Result<(), Stop> {
    let FreezeArguments { number, storage } = arguments;
    storage.open_existing()?.set_frozen(number, frozen)?;
    say(&format!("account {number} is {}", if frozen { "frozen" } else { "not frozen" }));
    Ok(())
}
