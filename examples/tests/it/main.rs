//! The whole purchase over real sockets, as customers make it: pages in a browser without scripts, then the proofs.

mod browser;
mod program;
mod purchase;
