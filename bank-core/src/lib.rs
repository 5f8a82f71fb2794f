//! Every rule of a bank, as a library: customers, accounts, a double-entry ledger, PIN checks, merchants' payments.
//! No HTTP, no async runtime; embed it in anything.
//!
//! ```
//! use std::sync::Arc;
//! use bank_core::hashing::{Argon2Hasher, Cost, Pepper};
//! use bank_core::store::memory::MemoryStore;
//! use bank_core::{Bank, BankConfig, BankParts, Registration};
//! use kit_core::{Currency, Env, IdempotencyKey, Money, Pin, SecretText, Language};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let env = Env::system();
//! let bank = Bank::open(BankParts {
//!     store: Arc::new(MemoryStore::new()),
//!     hasher: Arc::new(Argon2Hasher::new(Cost::CHEAPEST, Pepper::from_bytes(env.random()))),
//!     env,
//!     config: BankConfig::default(),
//! })?;
//! let ada = bank.register(&Registration {
//!     name: "Ada Lovelace".into(),
//!     email: "ada@example.org".into(),
//!     password: SecretText::new("a short sentence is good".into()),
//!     pin: Pin::parse("804917")?,
//!     language: Language::English,
//!     log_in: None,
//! })?;
//! let key = IdempotencyKey::parse("first-deposit")?;
//! let amount = Money::parse("250.00", Currency::EUR)?;
//! let receipt = bank.deposit(ada.customer.id, &key, ada.account.number, amount)?;
//! assert_eq!(receipt.balance_after, amount);
//! // The same key again: the same receipt, and no second deposit.
//! assert!(bank.deposit(ada.customer.id, &key, ada.account.number, amount)?.replayed);
//! assert!(bank.check(|_| {})?.violations.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # Reading order
//!
//! 1. [`model`]: the facts, as plain data.
//! 2. [`command`]: whatever moves money is a command; what came of it is an outcome.
//! 3. [`rules`]: pure functions that decide. [`rules::decide`] first, then [`rules::staged`], where money moves.
//! 4. [`ledger`]: one batch of commands, loaded, decided and recorded; called by the gate ([`kit_core::gate`]).
//! 5. [`store`]: what keeps the facts; [`store::memory`] and [`store::sqlite`].
//! 6. [`statements`]: the read model behind searches and charts, fed behind the append path.
//! 7. [`Bank`]: the use cases.
//! 8. [`error`]: what can go wrong, told by what is known.

mod bank;
pub mod command;
pub mod error;
pub mod hashing;
pub mod ledger;
pub mod model;
pub mod rules;
pub mod statements;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use bank::{
    AccountEntry, AccountHold, AccountView, Balance, BalanceHistory, Bank, BankConfig, BankParts, CheckNews, Coverage,
    Dashboard, Entry, EntryPage, EventPage, EventView, GivenUp, HoldView, HolderProof, Letter, NewMerchant, NewSession,
    OpenBankError, Overview, PIN_WAIT, PaymentAnswer, PaymentFilter, PaymentPage, PaymentRequest, PreviewPayee,
    ProfileChange, RESET_LENGTH, Receipt, Registered, Registration, ResetLink, SignedIn, Spending, SpendingWith,
    Statement, StatementQuery, TransferOrder, TransferPreview, check, check_aloud, check_query, email_twins,
    mails_given_up, old_currencies,
};
pub use error::{Error, Result};
pub use model::{Counterparty, Refusal};
pub use rules::audit::Report;
pub use rules::decide::Policy;
