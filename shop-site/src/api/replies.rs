//! The answers of success.

use kit_web::replies::Created;
use poem_openapi::ApiResponse;
use poem_openapi::payload::Json;
use poem_openapi::types::{ParseFromJSON, ToJSON};

/// What became of an order that was to be paid.
#[derive(ApiResponse)]
pub(super) enum Placed<T: ParseFromJSON + ToJSON + Send + Sync> {
    /// Paid, now or before under the same key.
    #[oai(status = 201)]
    Paid(
        Json<T>,
        /// The address of the order.
        #[oai(header = "Location")]
        String,
        /// `true` if this was sent under the same key before.
        #[oai(header = "Idempotent-Replay")]
        Option<bool>,
    ),
    /// Not known yet whether the bank took the money: `status` is `checking`, or `awaiting-approval` if the customer
    /// has to confirm on the bank's page. Do not pay again; get the order again.
    #[oai(status = 202)]
    Open(
        Json<T>,
        /// The address of the order.
        #[oai(header = "Location")]
        String,
        /// `true` if this was sent under the same key before.
        #[oai(header = "Idempotent-Replay")]
        Option<bool>,
    ),
}

/// A 201 with the address of what was created: a path below the API's own.
pub(super) fn created<T: ParseFromJSON + ToJSON + Send + Sync>(body: Json<T>, path: &str) -> Created<T> {
    Created::Created(body, location(path))
}

/// The value of `Location` for a path of the API.
pub(super) fn location(path: &str) -> String {
    format!("{}{path}", super::PREFIX)
}
