//! All of a customer's accounts at one glance.

use bank_core::{AccountEntry, AccountHold, Balance};
use kit_web::wire::{AccountDigits, Amount, CurrencyCode, Time};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::accounts::{AccountBody, HoldBody};
use super::auth::CustomerToken;
use super::statements::EntryBody;
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// The balance of all accounts of one currency together.
#[derive(Object)]
#[oai(rename = "Total")]
struct TotalBody {
    /// The currency.
    currency: CurrencyCode,
    /// What came in less what left.
    posted: Amount,
    /// The sum of the holds.
    held: Amount,
    /// What can be spent: posted less held.
    available: Amount,
}

impl From<&Balance> for TotalBody {
    fn from(total: &Balance) -> Self {
        Self {
            currency: total.posted.currency.code().into(),
            posted: total.posted.decimal().into(),
            held: total.held.decimal().into(),
            available: total.available.decimal().into(),
        }
    }
}

/// A hold, and the account that it is on.
#[derive(Object)]
#[oai(rename = "AccountHold")]
struct AccountHoldBody {
    /// The account.
    account_number: AccountDigits,
    /// The hold.
    hold: HoldBody,
}

impl From<&AccountHold> for AccountHoldBody {
    fn from(held: &AccountHold) -> Self {
        Self { account_number: held.account.digits().into(), hold: (&held.hold).into() }
    }
}

/// An entry, and the account that it is of.
#[derive(Object)]
#[oai(rename = "AccountEntry")]
struct AccountEntryBody {
    /// The account.
    account_number: AccountDigits,
    /// The entry.
    entry: EntryBody,
}

impl From<&AccountEntry> for AccountEntryBody {
    fn from(line: &AccountEntry) -> Self {
        Self { account_number: line.account.digits().into(), entry: (&line.entry).into() }
    }
}

/// All of a customer's accounts, from one moment.
#[derive(Object)]
#[oai(rename = "Dashboard")]
struct DashboardBody {
    /// The moment.
    at: Time,
    /// Every account, oldest first, closed ones among them.
    accounts: Vec<AccountBody>,
    /// One total for each currency.
    totals: Vec<TotalBody>,
    /// All holds, the one that expires first comes first.
    holds: Vec<AccountHoldBody>,
    /// The latest entries of all accounts, newest first. A transfer between two of them is on both.
    latest: Vec<AccountEntryBody>,
}

/// How many entries it shows unless asked otherwise.
const ENTRIES: u16 = 20;

pub(crate) struct Dashboard;

#[OpenApi(tag = "Tag::Accounts")]
impl Dashboard {
    /// Get the dashboard
    ///
    /// The balances, totals, holds and latest entries of all accounts, from one moment.
    #[oai(path = "/dashboard", method = "get", operation_id = "getDashboard")]
    async fn show(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// How many entries: 0 to 200, 20 by default.
        #[oai(validator(minimum(value = "0"), maximum(value = "200")))]
        limit: Query<Option<u16>>,
    ) -> Result<Json<DashboardBody>, ApiError> {
        let (customer, limit) = (caller.id(), usize::from(limit.0.unwrap_or(ENTRIES)));
        let seen = lanes.browse(move |bank| bank.dashboard(customer, limit)).await?;
        Ok(Json(DashboardBody {
            at: seen.at.rfc3339().into(),
            accounts: seen.accounts.iter().map(AccountBody::from).collect(),
            totals: seen.totals.iter().map(TotalBody::from).collect(),
            holds: seen.holds.iter().map(AccountHoldBody::from).collect(),
            latest: seen.latest.iter().map(AccountEntryBody::from).collect(),
        }))
    }
}
