//! The shop's website: pages for people, an API for programs. It translates HTTP to [`shop_core`] and back; a rule
//! found in here is in the wrong room.
//!
//! # A shop in one process
//!
//! ```no_run
//! use std::sync::Arc;
//! use shop_core::gateway::PaymentGateway;
//! use shop_site::{SiteConfig, StoreConfig, open_shop, run_site};
//!
//! # async fn start(gateway: Arc<dyn PaymentGateway>) -> Result<(), Box<dyn std::error::Error>> {
//! let shop = open_shop(&StoreConfig::new("data/shop.db"), gateway)?;
//! let listener = kit_web::bind(([127, 0, 0, 1], 8081).into(), "--listen").await?;
//! run_site(shop, SiteConfig::default(), listener, kit_web::shutdown_signal()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Tests and embedders call [`app`] without a port.
//!
//! # Reading order
//!
//! 1. `site.rs`: [`app`], all routes in one place; [`run_site`], which serves them and sweeps meanwhile.
//! 2. `problem.rs`: what a refusal of the shop is in HTTP. The only room that knows statuses of errors.
//! 3. `lanes.rs`: where the shop's blocking work runs; `tries.rs`: how often a visitor may be wrong about a PIN.
//! 4. `api.rs` and `api/`: the API, one file a resource. Their doc comments are the specification's descriptions.
//! 5. `pages.rs` and `pages/`: the website, one file a page; `words.rs` and `locales/`: what it says, in every language.
//! 6. `pictures.rs` and `pictures/`: what the products look like, drawn from their specifications.
//! 7. `open.rs`: from a path to an open shop; `config.rs`: what an operator decides.
//!
//! # Invariants
//!
//! - A PIN is taken out of its form or body, handed to the core, and forgotten. No template has a place for one.
//! - The tokens of carts and orders stand in cookies, links and answers to their owners; `site.rs` keeps them out of
//!   the log.

mod api;
mod config;
mod lanes;
mod mail;
mod open;
mod pages;
pub mod pictures;
mod problem;
mod site;
mod tries;
mod words;

pub use api::openapi_spec;
pub use config::SiteConfig;
pub use open::{
    CATALOGUE, SYNONYMS, StartError, StoreConfig, as_recorded, catalogue_keys, open_existing, open_shop, open_store,
    shipped_synonyms,
};
pub use pages::page_paths;
pub use site::{app, courier, housekeeping, run_site};
