//! The one integration-test binary: the shop through its public API, its stores and its gateways.

mod cancelling;
mod cart;
mod catalogue;
mod catalogue_export;
mod catalogue_files;
mod checkout;
mod discounts;
mod documents;
mod double_submit;
mod ending;
mod faults;
mod finding;
mod gateway_http;
mod gateway_in_process;
mod gateway_scripted;
mod mails;
mod model_check;
mod no_secrets;
mod queries;
mod reconcile;
mod schema_5;
mod search;
mod simulation;
mod store;
mod sweep;
mod world;
