//! The gate's contract, promise by promise.

mod gate;
