//! Tests through the site's public face, without ports; the program itself is run for its exit codes.

mod account_pages;
mod accounts;
mod bad_input;
mod bench;
mod cli;
mod contract;
mod customers;
mod examples;
mod forgotten_pages;
mod forms;
mod mail;
mod operator;
mod pages;
mod payments;
mod people;
mod people_pages;
mod schema_5;
mod shape;
mod spec;
mod statements;
mod time_zone;
mod words;
