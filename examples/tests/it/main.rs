//! Over real sockets: the whole purchase, as customers make it, in a browser without scripts, and then the proofs; and
//! the gateway conformance suite between the shop's client and the bank's website.

mod browser;
mod conformance;
mod program;
mod purchase;
