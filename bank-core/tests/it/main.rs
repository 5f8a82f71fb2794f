//! The bank through its public API: one module a feature, one `check` each, tables in the order of precedence.

mod check;
mod closing;
mod credentials;
mod currencies;
mod customers;
mod forgotten;
mod gate;
mod interrupted;
mod ladder;
mod mails;
mod model;
mod movements;
mod old_schema;
mod payees;
mod payments;
mod schema_5;
mod statements;
mod store;
mod support;
mod time_zone;
