//! Over real sockets: the whole purchase, as customers make it, in a browser without scripts, and then the proofs;
//! the gateway conformance suite between the shop's client and the bank's website; and coming back from backups.

mod browser;
mod conformance;
mod mail;
mod program;
mod purchase;
mod restore;
