//! For tests, the embedders' own included: the store conformance suite, a hasher without cost, and a store and a hasher
//! for simulations.

mod faulty;
pub mod store;

pub use faulty::{FaultyStore, PausingHasher};

use kit_core::{Money, Pin};

use crate::command::{Payee, PinProof};
use crate::hashing::{Pepper, SecretHasher, Verdict};
use crate::model::{Account, StoredHash};

/// Keeps secrets as they are. For benchmarks and simulators, where hashing would drown what is measured; never for a
/// bank.
pub struct PlainHasher(Pepper);

impl Default for PlainHasher {
    fn default() -> Self {
        Self(Pepper::from_bytes([0; 32]))
    }
}

impl SecretHasher for PlainHasher {
    fn hash(&self, secret: &str, owner: &[u8], _salt: [u8; 16]) -> StoredHash {
        StoredHash(format!("plain${owner:?}${secret}"))
    }

    fn verify(&self, secret: &str, owner: &[u8], stored: &StoredHash) -> Verdict {
        if self.hash(secret, owner, [0; 16]) == *stored { Verdict::Right } else { Verdict::Wrong }
    }

    fn pepper(&self) -> &Pepper {
        &self.0
    }
}

/// The proof that a right PIN makes, without a PIN check: for simulators that submit batches to the gate themselves.
#[must_use]
pub fn proof(account: &Account, payee: Payee, amount: Money) -> PinProof {
    PinProof::made_by_pin_check(account.number, account.pin_version, payee, amount)
}

/// A PIN for tests.
///
/// # Panics
/// Where `digits` is not a PIN.
#[must_use]
pub fn pin(digits: &str) -> Pin {
    Pin::parse(digits).expect("a test's PIN has 6 to 12 digits")
}
