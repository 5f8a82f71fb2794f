//! Answers of success that the APIs of all sites have.

use poem_openapi::{
    ApiResponse,
    payload::Json,
    types::{ParseFromJSON, ToJSON},
};

/// Something new.
#[derive(ApiResponse)]
pub enum Created<T: ParseFromJSON + ToJSON + Send + Sync> {
    /// Created.
    #[oai(status = 201)]
    Created(
        Json<T>,
        /// The address of what was created.
        #[oai(header = "Location")]
        String,
    ),
}

/// The value of `Idempotent-Replay`: present where it is a replay.
#[must_use]
pub fn replay(replayed: bool) -> Option<bool> {
    replayed.then_some(true)
}
