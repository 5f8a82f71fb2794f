//! Messages, mailers and the courier, through the public API.

mod courier;
mod folder;
mod headers;
mod smtp;
mod support;
