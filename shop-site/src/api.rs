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
mod orders;
mod replies;
mod sums;

use kit_web::openapi::canonical_spec;
use poem_openapi::{OpenApiService, Tags};

use carts::Carts;
use catalogue::Catalogue;
use invoices::Invoices;
use orders::Orders;

/// Where the API stands.
pub(crate) const PREFIX: &str = "/api/v1";

/// How to authenticate, for the documentation page.
pub(crate) const AUTHENTICATION: &str = "\
Browsing needs no credentials. A cart's `id` and an order's `token` are secrets of 256 bits that open exactly that cart \
or order: whoever holds one may use it, so keep them out of logs. Cookies mean nothing to the API.

An order is paid with the account number and PIN of an account at the bank. The shop passes the PIN on and forgets it.

Every call that asks for money takes the header `Idempotency-Key`: 8 to 64 visible ASCII characters of your choice, a \
UUID for example. Repeating a call under the same key leads to the same order and pays nothing twice; \
a key counts for its cart, or for the order that is paid again, and for nobody else's; \
the answer then carries the header `Idempotent-Replay: true`.";

/// What the operations are about.
#[derive(Tags)]
enum Tag {
    /// What the shop sells.
    Catalogue,
    /// Carts: opened by their id, kept until they are ordered or forgotten.
    Carts,
    /// Orders: opened by their token.
    Orders,
}

type Resources = (Catalogue, Carts, Orders, Invoices);

/// The API as an endpoint. It finds the shop in the request's data.
pub(crate) fn service() -> OpenApiService<Resources, ()> {
    OpenApiService::new((Catalogue, Carts, Orders, Invoices), "Shop API", "1.0")
        .description(
            "The catalogue, carts and orders.\n\nAmounts are decimal strings with a currency, such as `\"129.90\"` and \
             `\"EUR\"`. Times are UTC in RFC 3339. Errors are problem documents (RFC 9457); branch on `code`.",
        )
        .server(PREFIX)
}

/// The specification as it is served at `/openapi.json`, in one stable form.
#[must_use]
pub fn openapi_spec() -> String {
    canonical_spec(&service().spec())
}
