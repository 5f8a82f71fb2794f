//! The API below `/api/v1`: DTOs and handlers, one file a resource. Their doc comments are the specification's
//! descriptions.
//!
//! A handler parses, calls one use case in its lane, and answers. DTOs are separate from the core's types and convert.

mod accounts;
mod auth;
mod customers;
mod dashboard;
mod fields;
mod limits;
mod movements;
mod names;
mod payees;
mod payments;
pub(crate) mod refusals;
mod replies;
mod resets;
mod sessions;
mod statements;

use std::sync::LazyLock;

use kit_web::openapi::Contract;
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

use crate::problem::docs;

/// Where the API stands.
pub(crate) const PREFIX: &str = "/api/v1";

/// How to authenticate, for the documentation page.
pub(crate) const AUTHENTICATION: &str = "\
Customers register with `registerCustomer` and sign in with `logIn`. Send its `token` with every further call as \
`Authorization: Bearer <token>`. The API ignores cookies.

Merchants send their API key in the same header. The bank's operator creates it with `bank-site create-merchant NAME`. \
It is good for the operations under Payments and no others.

Every call that moves money needs the header `Idempotency-Key`: 8 to 64 visible ASCII characters other than braces, a \
UUID for example. Repeating a call under the same key gives the first answer again, with the header \
`Idempotent-Replay: true`, and moves nothing twice.";

/// What the operations are about.
#[derive(Tags)]
enum Tag {
    /// Customers and their profiles.
    Customers,
    /// Signing in and out.
    Sessions,
    /// Accounts, their balances and holds.
    Accounts,
    /// Entries, charts, and statements as files.
    Statements,
    /// Deposits, withdrawals and transfers.
    Movements,
    /// Account numbers that a customer saved, under names of their own.
    Payees,
    /// What merchants charge. These operations need a merchant's API key.
    Payments,
}

type Resources = (Customers, Resets, Sessions, Accounts, Statements, Dashboard, Movements, Payees, Payments);

/// The API as an endpoint. It finds the bank in the request's data.
pub(crate) fn service() -> OpenApiService<Resources, ()> {
    let resources = (Customers, Resets, Sessions, Accounts, Statements, Dashboard, Movements, Payees, Payments);
    OpenApiService::new(resources, "Bank API", "1.0").description(limits::introduction()).server(PREFIX)
}

/// The specification as it is published at `/openapi.json`, in one stable form.
#[must_use]
pub fn openapi_spec() -> &'static str {
    static SPEC: LazyLock<String> = LazyLock::new(|| {
        let contract = Contract {
            generated: &service().spec(),
            problems: &docs::PROBLEMS,
            field_codes: &docs::FIELD_CODES,
            members: docs::members(),
            schemas: docs::schemas(),
            field_members: docs::field_members(),
            refusals: refusals::REFUSALS,
            credentials: &[("customerToken", &["not-logged-in"])],
            samples: docs::samples(),
            parameters: &[],
            examples: include_str!("api/examples.json"),
        };
        contract.assemble()
    });
    &SPEC
}
