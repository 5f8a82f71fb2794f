//! The answers of success.

use kit_web::replies::Created;
use poem_openapi::ApiResponse;
use poem_openapi::payload::Json;
use poem_openapi::types::{ParseFromJSON, ToJSON};

/// Something was done, now or before under the same key.
#[derive(ApiResponse)]
pub(super) enum Posted<T: ParseFromJSON + ToJSON + Send + Sync> {
    /// Done, now or before under the same key.
    #[oai(status = 201)]
    Posted(
        Json<T>,
        /// The address of what was created.
        #[oai(header = "Location")]
        String,
        /// `true` if this was decided under the same key before.
        #[oai(header = "Idempotent-Replay")]
        Option<bool>,
    ),
}

/// Something was changed, now or before under the same key.
#[derive(ApiResponse)]
pub(super) enum Changed<T: ParseFromJSON + ToJSON + Send + Sync> {
    /// Done, now or before under the same key.
    #[oai(status = 200)]
    Changed(
        Json<T>,
        /// `true` if this was decided under the same key before.
        #[oai(header = "Idempotent-Replay")]
        Option<bool>,
    ),
}

/// Nothing more to say.
#[derive(ApiResponse)]
pub(super) enum Done {
    /// Done.
    #[oai(status = 204)]
    Done,
}

/// Taken on, to be done afterwards.
#[derive(ApiResponse)]
pub(super) enum Accepted {
    /// Accepted. The answer does not say what comes of it.
    #[oai(status = 202)]
    Accepted,
}

/// A 201 with the address of what was created: a path below the API's own.
pub(super) fn created<T: ParseFromJSON + ToJSON + Send + Sync>(body: Json<T>, path: &str) -> Created<T> {
    Created::Created(body, location(path))
}

/// The value of `Location` for a path of the API.
pub(super) fn location(path: &str) -> String {
    format!("{}{path}", super::PREFIX)
}
