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

/// Something was done, now or before under the same key.
#[derive(ApiResponse)]
pub(super) enum Posted<T: ParseFromJSON + ToJSON + Send + Sync> {
    /// Done, now or before under the same key.
    #[oai(status = 201)]
    Posted(
        Json<T>,
        /// `true` where this repeats what was decided under the same key before.
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
        /// `true` where this repeats what was decided under the same key before.
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
    /// Taken on. What comes of it is not told here.
    #[oai(status = 202)]
    Accepted,
}

/// The header's value: present where it is a replay.
pub(super) fn replay(replayed: bool) -> Option<bool> {
    replayed.then_some(true)
}
