//! What a bank and a shop would otherwise write twice: money, ids, time, secrets, the words of a store's failure,
//! and the gate through which every durable decision goes.
//!
//! Nothing here performs I/O, and nothing here is a rule of a bank or of a shop. Reading order:
//!
//! 1. [`Money`] and [`Currency`]: minor units in `i64`, decimals only where text is parsed or printed.
//! 2. [`Timestamp`], [`Day`], [`Zone`], [`Calendar`], [`Clock`], [`Entropy`] and [`Env`]: what a write needs and must have taken before it begins.
//! 3. [`AccountNumber`], [`IdempotencyKey`], [`Pin`], [`Token`]: parsed at the edge into values that cannot be wrong.
//! 4. [`StoreFailure`]: what is known after a failed write.
//! 5. [`gate`]: many callers, one durable write.
//! 6. [`sync`]: the locks and threads that the gate is made of, which tests may schedule.
//! 7. [`Delivery`]: how far a mail has come.
//! 8. [`Table`]: a map with a journal, the stuff that memory stores are made of.
//! 9. [`text`]: names and free texts in any script.
//! 10. [`email`]: addresses that can be written to, and when two are the same.
//! 11. [`failpoint`]: named places to die at, for proofs; not in a normal build.
//!
//! With the feature `testing` there is also `testing`: what simulators are made of.

mod account_number;
mod calendar;
mod day;
mod delivery;
pub mod email;
mod env;
pub mod failpoint;
mod failure;
pub mod gate;
mod id;
mod idempotency;
mod iso4217;
mod language;
mod money;
mod refusals;
mod secret;
pub mod sync;
mod table;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
mod time;
mod zone;

pub use account_number::{AccountNumber, AccountNumberError, AccountTail};
pub use calendar::{Calendar, Era};
pub use day::{Day, DayError};
pub use delivery::Delivery;
pub use env::{Entropy, Env, SeededEntropy, SystemEntropy};
pub use failure::{Cause, StoreFailure};
pub use idempotency::{IdempotencyKey, IdempotencyKeyError};
pub use language::Language;
pub use money::{Currency, CurrencyError, MAX_MINOR, Money, MoneyError, kept_decimals};
pub use refusals::{ErrorKind, Fact, InList, IsFact, RefusalRow};
pub use secret::{Pin, PinFormatError, SecretText, Token, TokenHash};
pub use table::Table;
pub use time::{Clock, ManualClock, SystemClock, Timestamp};
pub use uuid::Uuid;
pub use zone::{Civil, UnknownZone, Zone};
