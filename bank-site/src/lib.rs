//! The bank's website: pages for people, an API for programs. It translates HTTP to [`bank_core`] and back; a rule
//! found in here is in the wrong room.
//!
//! # A bank in one process
//!
//! ```no_run
//! use bank_site::{SiteConfig, StoreConfig, open_bank, run_site};
//!
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let bank = open_bank(StoreConfig::new("data/bank.db"))?;
//! let listener = kit_web::bind(([127, 0, 0, 1], 8080).into(), "--listen").await?;
//! run_site(bank, SiteConfig::default(), listener, kit_web::shutdown_signal()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Tests and embedders call [`app`] without a port.
//!
//! # Reading order
//!
//! 1. `site.rs`: [`app`], all routes in one place; [`run_site`], which serves them.
//! 2. `problem.rs`: what a refusal of the bank is in HTTP. The only room that knows statuses of errors.
//! 3. `lanes.rs`: where the bank's blocking work runs.
//! 4. `api.rs` and `api/`: the API, one file a resource. Their doc comments are the specification's descriptions.
//! 5. `pages.rs` and `pages/`: the website, one file a page; `words.rs` and `locales/`: what it says, in every language.
//! 6. `open.rs`: from a path to an open bank; `config.rs`: what an operator decides.

mod api;
mod config;
mod lanes;
mod mail;
mod open;
mod pages;
mod problem;
mod site;
mod words;

pub use api::openapi_spec;
pub use config::SiteConfig;
pub use open::{KeySource, StartError, StoreConfig, open_bank, open_store, usual_daily_deposits};
pub use pages::page_paths;
pub use site::{app, courier, housekeeping, run_site};
