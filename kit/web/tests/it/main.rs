//! Tests through the public API. Layers are called without a port; only the serving loop opens sockets.

mod api;
mod app;
mod config;
mod cookies;
mod docs;
mod forms;
mod lanes;
mod lanes_in_any_order;
mod pages;
mod serve;
mod telemetry;
mod words;
