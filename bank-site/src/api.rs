//! The API below `/api/v1`: DTOs and handlers, one file a resource. Their doc comments are the specification's
//! descriptions.
//!
//! A handler parses, calls one use case in its lane, and answers. DTOs are separate from the core's types and convert.

mod accounts;
mod auth;
mod customers;
mod dashboard;
mod fields;
mod movements;
mod payees;
mod payments;
mod replies;
mod resets;
mod sessions;
mod statements;

use kit_web::openapi::canonical_spec;
use poem_openapi::{OpenApiService, Tags};

use accounts::Accounts;
use customers::Customers;
use dashboard::Dashboard;
use movements::Movements;
use payees::Payees;
use payments::Payments;
use resets::Resets;
use sessions::Sessions;
use statements::Statements;

/// Where the API stands.
pub(crate) const PREFIX: &str = "/api/v1";

/// How to authenticate, for the documentation page.
pub(crate) const AUTHENTICATION: &str = "\
Customers register with `registerCustomer` and log in with `logIn`; its `token` goes into every further call as \
`Authorization: Bearer <token>`. The token ends after some hours or with `logOut`. Cookies mean nothing to the API.

Merchants send the API key that the bank's operator created for them (`bank-site create-merchant NAME`) in the same \
header. It opens the calls below Payments and no others.

Every call that moves money takes the header `Idempotency-Key`: 8 to 64 visible ASCII characters of your choice, a \
UUID for example. Repeating a call under the same key gives the first answer again, marked by the header \
`Idempotent-Replay: true`, and moves nothing twice.";

/// What the operations are about.
#[derive(Tags)]
enum Tag {
    /// Who banks here.
    Customers,
    /// Logging in and out.
    Sessions,
    /// Accounts, their balances and holds.
    Accounts,
    /// Entries, charts, and statements to take away.
    Statements,
    /// Deposits, withdrawals and transfers.
    Movements,
    /// Account numbers that a customer saved under names of their own.
    Payees,
    /// What merchants charge. Called with a merchant's API key.
    Payments,
}

type Resources = (Customers, Resets, Sessions, Accounts, Statements, Dashboard, Movements, Payees, Payments);

/// The API as an endpoint. It finds the bank in the request's data.
pub(crate) fn service() -> OpenApiService<Resources, ()> {
    let resources = (Customers, Resets, Sessions, Accounts, Statements, Dashboard, Movements, Payees, Payments);
    OpenApiService::new(resources, "Bank API", "1.0")
        .description(
            "Accounts, deposits, transfers and payments.\n\nAmounts are decimal strings with a currency, such as \
             `\"129.90\"` and `\"EUR\"`. Times are UTC in RFC 3339. Errors are problem documents (RFC 9457); branch on \
             `code`.",
        )
        .server(PREFIX)
}

/// The specification as it is served at `/openapi.json`, in one stable form.
#[must_use]
pub fn openapi_spec() -> String {
    // poem-openapi writes the names of headers in capitals, whatever was asked for.
    let named = ["Idempotent-Replay", "Content-Disposition"].into_iter().fold(service().spec(), |spec, name| {
        spec.replace(&format!("\"{}\"", name.to_uppercase()), &format!("\"{name}\""))
    });
    canonical_spec(&named)
}
