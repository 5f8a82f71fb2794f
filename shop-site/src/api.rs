//! The API below `/api/v1`: DTOs and handlers, one file a resource. Their doc comments are the specification's
//! descriptions.
//!
//! A handler parses, calls one use case in its lane, and answers. DTOs are separate from the core's types and convert.

mod carts;
mod catalogue;
mod facets;
mod fields;
mod finding;
mod invoices;
mod limits;
mod names;
mod orders;
mod refusals;
mod replies;
mod sums;

use std::sync::LazyLock;

use kit_web::openapi::Contract;
use poem_openapi::{OpenApiService, Tags};

use carts::Carts;
use catalogue::Catalogue;
use invoices::Invoices;
use orders::Orders;

use crate::problem::docs;

/// Where the API stands.
pub(crate) const PREFIX: &str = "/api/v1";

/// How to authenticate, for the documentation page.
pub(crate) const AUTHENTICATION: &str = "\
Browsing needs no credentials. A cart's `id` and an order's `token` are secrets of 256 bits that give access to exactly \
that cart or order, so keep them out of logs. The API ignores cookies.

An order is paid with the account number and PIN of an account at the bank. The shop passes the PIN on and does not store \
it.

Every call that asks for money needs the header `Idempotency-Key`: 8 to 64 visible ASCII characters other than braces, a \
UUID for example. Repeating a call under the same key tells what became of that call, with the order as it is now and the \
header `Idempotent-Replay: true`, and pays nothing twice. A key belongs to its cart, or to the order that is paid again.";

/// What the operations are about.
#[derive(Tags)]
enum Tag {
    /// What the shop sells.
    Catalogue,
    /// Carts, each addressed by its secret id.
    Carts,
    /// Orders, each addressed by its secret token.
    Orders,
}

type Resources = (Catalogue, Carts, Orders, Invoices);

/// The API as an endpoint. It finds the shop in the request's data.
pub(crate) fn service() -> OpenApiService<Resources, ()> {
    OpenApiService::new((Catalogue, Carts, Orders, Invoices), "Shop API", "1.0")
        .description(limits::introduction())
        .server(PREFIX)
}

/// The specification as it is published at `/openapi.json`, in one stable form.
#[must_use]
pub fn openapi_spec() -> &'static str {
    static SPEC: LazyLock<String> = LazyLock::new(|| {
        let contract = Contract {
            generated: &service().spec(),
            problems: docs::PROBLEMS,
            field_codes: docs::FIELD_CODES,
            members: docs::members(),
            schemas: docs::schemas(),
            field_members: docs::field_members(),
            refusals: refusals::REFUSALS,
            credentials: &[],
            samples: docs::samples(),
            parameters: &[
                ("suggestProducts", "q", "key".into()),
                ("compareProducts", "sku", serde_json::json!(["KB-0302", "KB-0101"])),
            ],
            examples: include_str!("api/examples.json"),
        };
        contract.assemble()
    });
    &SPEC
}
