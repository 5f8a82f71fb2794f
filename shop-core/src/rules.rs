//! The rules: pure functions over plain data.
//!
//! Nothing here knows a store, a clock, randomness, a thread or HTTP: what a rule needs is passed in, what it decides
//! is returned. Reading order: [`product`] and [`specification`] (what is sold), [`catalogue_file`] (how it arrives),
//! [`totals`], [`shipping`] and [`discount`] (what it costs), [`cart`], [`form`] and [`country`] (what a customer
//! types), [`order`], [`invoice`], and the two tables that money hangs on: [`attempt`] and [`refund`]. [`mail`] is what
//! is told of it all; [`ending`] says why an order was not paid; [`reconcile`] compares what came of them all with the
//! bank's books.

pub mod attempt;
pub mod cart;
pub mod catalogue_file;
pub mod comparison;
pub mod country;
pub mod discount;
pub mod ending;
pub mod form;
pub mod invoice;
pub mod localized;
pub mod mail;
pub mod name_order;
pub mod order;
pub mod product;
pub mod query;
pub mod reconcile;
pub mod refund;
pub mod retry;
pub mod search;
pub mod shelf;
pub mod shipping;
pub mod specification;
pub mod totals;
pub mod typed;
