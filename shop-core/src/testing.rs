//! Tools for tests, of this crate and of embedders (feature `testing`).
//!
//! [`store`] is the conformance suite for stores, [`gateway`] the one for payment gateways. Both are plain functions
//! over a trait object that panic where a promise is broken.

pub mod gateway;
pub mod store;
