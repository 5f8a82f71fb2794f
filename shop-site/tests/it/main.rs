//! The site through its public API: pages and API without a port, the program by running it.

mod addresses;
mod api;
mod api_orders;
mod api_sums;
mod browse;
mod browser;
mod cart;
mod checkout;
mod commands;
mod commands_discounts;
mod commands_orders;
mod commands_reconcile;
mod crawlers;
mod examples;
mod finding;
mod guards;
mod mail;
mod order;
mod order_states;
mod orders;
mod pictures;
mod schema_5;
mod spec;
mod time_zone;
mod words;
mod world;
