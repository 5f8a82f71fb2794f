//! The answers of success.

use poem_openapi::ApiResponse;
use poem_openapi::payload::Json;
use poem_openapi::types::{ParseFromJSON, ToJSON};

/// Something new.
#[derive(ApiResponse)]
pub(super) enum Created<T: ParseFromJSON + ToJSON + Send + Sync> {
    /// Done.
    #[oai(status = 201)]
    Created(Json<T>),
}

/// How far an order has come that was to be paid.
#[derive(ApiResponse)]
pub(super) enum Placed<T: ParseFromJSON + ToJSON + Send + Sync> {
    /// Paid, now or before under the same key.
    #[oai(status = 201)]
    Paid(
        Json<T>,
        /// `true` where this repeats what was done under the same key before.
        #[oai(header = "Idempotent-Replay")]
        Option<bool>,
    ),
    /// Nobody knows yet whether the bank took the money: `status` is `checking`, or `awaiting-approval` where the
    /// customer has to confirm on the bank's page. Do not pay again; look at the order again.
    #[oai(status = 202)]
    Open(
        Json<T>,
        /// `true` where this repeats what was done under the same key before.
        #[oai(header = "Idempotent-Replay")]
        Option<bool>,
    ),
}

/// The header's value: present where it is a replay.
pub(super) fn replay(replayed: bool) -> Option<bool> {
    replayed.then_some(true)
}
