//! The bank through its public API: one module a feature, one `check` each, tables in the order of precedence.

mod check;
mod credentials;
mod forgotten;
mod gate;
mod ladder;
mod mails;
mod model;
mod movements;
mod payments;
mod store;
mod support;
