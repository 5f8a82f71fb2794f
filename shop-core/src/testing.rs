//! Tools for tests, of this crate and of embedders (feature `testing`).
//!
//! [`store`] is the conformance suite for stores, [`gateway`] the one for payment gateways. Both are plain functions
//! over a trait object that panic where a promise is broken. [`simulation`] (with the feature `in-process`) runs a whole
//! shop and a whole bank from one seed, breaks whatever can break, and checks after every step that no money and no
//! order was lost.

mod faulty;
pub mod gateway;
#[cfg(feature = "in-process")]
pub mod simulation;
pub mod store;

pub use faulty::FaultyStore;
