//! What both sites need from the web, so that neither writes it twice. This crate knows no bank and no shop.
//!
//! # Reading order
//!
//! 1. [`shell()`]: the layers around a site's routes, and why they stand in that order.
//! 2. [`problem`]: the one shape of everything that goes wrong.
//! 3. [`serve()`]: the loop that holds slow and greedy clients off.
//! 4. The layers: [`csrf`], [`headers`], [`body`], [`telemetry`], [`client`].
//! 5. What handlers use: [`StrictJson`], [`Text`], [`SecretText`], [`idempotency`], [`Lane`], [`cookies`], [`forms`],
//!    [`pages`], [`assets`], [`health`].
//! 6. What a site's `main` and its tests use: [`config`], [`openapi`], [`docs`], and `testing` behind the feature of
//!    that name.
//!
//! # A site in twenty lines
//!
//! ```
//! use kit_core::Language;
//! use kit_web::{Limits, Problem, ShellConfig, csrf::CsrfToken, health::healthz, pages::{Pages, show}, serve, shell};
//! use poem::{handler, web::Html};
//!
//! #[handler]
//! fn home(csrf: CsrfToken) -> Html<String> {
//!     Html(format!("<form method=post><input type=hidden name=csrf value={csrf}></form>"))
//! }
//!
//! fn error_page(problem: &Problem, _language: Language) -> String {
//!     format!("<h1>{}</h1><p>{}</p>", problem.title, problem.detail) // a site renders a template here
//! }
//!
//! # async fn run() -> std::io::Result<()> {
//! let (routes, pages) = Pages::new().at("/", show(home)).at("/healthz", healthz(|| Ok(()))).finish();
//! let app = shell(routes, ShellConfig { pages, ..ShellConfig::new("bank", error_page) });
//! let listener = kit_web::bind(([127, 0, 0, 1], 8080).into(), "--bank-listen").await.map_err(std::io::Error::other)?;
//! serve(listener, app, Limits::default(), kit_web::shutdown_signal()).await
//! # }
//! ```

mod addresses;
pub mod assets;
pub mod body;
mod chores;
pub mod client;
mod compress;
pub mod config;
pub mod cookies;
pub mod csrf;
pub mod docs;
pub mod forms;
pub mod headers;
pub mod health;
pub mod idempotency;
mod json;
mod lanes;
mod open_query;
pub mod openapi;
pub mod pages;
pub mod problem;
pub mod replies;
mod serve;
mod shell;
pub mod styleguide;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
pub mod wire;
pub mod words;

pub use chores::repeat;
pub use client::ClientIp;
pub use cookies::{HostCookie, Token};
pub use csrf::CsrfToken;
pub use json::{OptionalJson, StrictJson};
pub use lanes::{Lane, LaneError};
pub use open_query::OpenQuery;
pub use problem::Problem;
pub use serve::{BindError, Limits, bind, serve, shutdown_signal};
pub use shell::{ShellConfig, shell};
pub use telemetry::{LogFormat, RequestId, init_logging};
pub use text::{SecretText, Text};
pub use wire::{Named, Wire};
pub use words::{Vocabulary, Words};
