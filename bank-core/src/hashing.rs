//! How secrets are hashed: argon2id with a salt each and a pepper that is kept outside the database.
//!
//! Hashing alone cannot save a short PIN (10^6 of them fall in a few core-hours), so a 256-bit pepper is mixed in that a
//! stolen database does not contain. The account or customer is bound as associated data: swapped rows do not verify.

pub mod key_file;

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::model::StoredHash;

/// 256 bits that the database does not contain. Without `Debug` or `Display`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Pepper([u8; 32]);

impl Pepper {
    /// From 32 random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits, as the key file and the environment hold them; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        from_hex(text).map(Self)
    }

    /// A keyed hash: what the database keeps to recognise the pepper, and shadow slots of unknown accounts.
    #[must_use]
    pub fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(data);
        mac.finalize().into_bytes().into()
    }
}

/// Whether a secret is the stored one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Right,
    /// It is, and should be hashed anew: the parameters have changed.
    RightButOutdated,
    /// It is not.
    Wrong,
}

/// Hashes and verifies secrets. A trait, so that tests and benchmarks can leave the cost out.
pub trait SecretHasher: Send + Sync {
    /// Hashes `secret` for `owner` (at most 32 bytes) with a random salt.
    fn hash(&self, secret: &str, owner: &[u8], salt: [u8; 16]) -> StoredHash;
    /// Verifies `secret` of `owner` against what is stored. What cannot be read is wrong.
    fn verify(&self, secret: &str, owner: &[u8], stored: &StoredHash) -> Verdict;
    /// The pepper, for keyed hashes.
    fn pepper(&self) -> &Pepper;
}

/// The cost of one hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Cost {
    /// OWASP's recommendation for argon2id: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

impl Cost {
    /// The least that argon2 can do: for tests, never for real secrets.
    pub const CHEAPEST: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };

    /// A stored row may not make us spend more than this: four times the default.
    const CAP: Self = Self { memory_kib: 4 * 19_456, passes: 8, lanes: 4 };

    fn within_cap(self) -> bool {
        self.memory_kib <= Self::CAP.memory_kib && self.passes <= Self::CAP.passes && self.lanes <= Self::CAP.lanes
    }
}

/// Argon2id with a pepper, on at most as many cores at once as there are permits.
pub struct Argon2Hasher {
    cost: Cost,
    pepper: Pepper,
    permits: Arc<Permits>,
}

impl Argon2Hasher {
    /// A hasher that uses as many cores as the machine has.
    #[must_use]
    pub fn new(cost: Cost, pepper: Pepper) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { cost, pepper, permits: Arc::new(Permits { free: Mutex::new(cores), freed: Condvar::new() }) }
    }

    fn digest(&self, cost: Cost, secret: &str, owner: &[u8], salt: &[u8]) -> Option<[u8; 32]> {
        let mut params = ParamsBuilder::new();
        params.m_cost(cost.memory_kib).t_cost(cost.passes).p_cost(cost.lanes).data(AssociatedData::new(owner).ok()?);
        let argon2 =
            Argon2::new_with_secret(&self.pepper.0, Algorithm::Argon2id, Version::V0x13, params.build().ok()?).ok()?;
        let mut digest = [0; 32];
        let _permit = self.permits.take();
        argon2.hash_password_into(secret.as_bytes(), salt, &mut digest).ok()?;
        Some(digest)
    }
}

/// The version of the pepper that new hashes are made with; old rows name theirs.
const PEPPER_VERSION: u32 = 1;

impl SecretHasher for Argon2Hasher {
    fn hash(&self, secret: &str, owner: &[u8], salt: [u8; 16]) -> StoredHash {
        let Cost { memory_kib, passes, lanes } = self.cost;
        let digest = self.digest(self.cost, secret, owner, &salt).expect("the configured cost is one argon2 takes");
        StoredHash(format!(
            "argon2id$k={PEPPER_VERSION},m={memory_kib},t={passes},p={lanes}${}${}",
            to_hex(&salt),
            to_hex(&digest)
        ))
    }

    fn verify(&self, secret: &str, owner: &[u8], stored: &StoredHash) -> Verdict {
        let Some((cost, salt, expected)) = parse(&stored.0) else { return Verdict::Wrong };
        let Some(digest) = self.digest(cost, secret, owner, &salt) else { return Verdict::Wrong };
        if !bool::from(digest.ct_eq(&expected)) {
            Verdict::Wrong
        } else if cost == self.cost {
            Verdict::Right
        } else {
            Verdict::RightButOutdated
        }
    }

    fn pepper(&self) -> &Pepper {
        &self.pepper
    }
}

fn parse(stored: &str) -> Option<(Cost, [u8; 16], [u8; 32])> {
    let mut parts = stored.strip_prefix("argon2id$")?.split('$');
    let mut numbers = parts.next()?.split(',');
    let mut number = |name: &str| numbers.next()?.strip_prefix(name)?.strip_prefix('=')?.parse::<u32>().ok();
    if number("k")? != PEPPER_VERSION {
        return None;
    }
    let cost = Cost { memory_kib: number("m")?, passes: number("t")?, lanes: number("p")? };
    let (salt, digest) = (from_hex(parts.next()?)?, from_hex(parts.next()?)?);
    (cost.within_cap() && parts.next().is_none()).then_some((cost, salt, digest))
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    let mut bytes = [0; N];
    if digits.len() != 2 * N || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// A counting semaphore for threads: hashing takes a whole core and 19 MiB each.
struct Permits {
    free: Mutex<usize>,
    freed: Condvar,
}

struct Permit(Arc<Permits>);

impl Permits {
    fn take(self: &Arc<Self>) -> Permit {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Permit(Arc::clone(self))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(pepper: u8, cost: Cost) -> Argon2Hasher {
        Argon2Hasher::new(cost, Pepper::from_bytes([pepper; 32]))
    }

    #[test]
    fn only_the_same_secret_owner_and_pepper_verify() {
        let a = hasher(1, Cost::CHEAPEST);
        let stored = a.hash("804917", b"account", [7; 16]);
        assert_eq!(a.verify("804917", b"account", &stored), Verdict::Right);
        assert_eq!(a.verify("804918", b"account", &stored), Verdict::Wrong);
        assert_eq!(a.verify("804917", b"another", &stored), Verdict::Wrong, "swapped rows fail");
        assert_eq!(hasher(2, Cost::CHEAPEST).verify("804917", b"account", &stored), Verdict::Wrong, "stolen database");
        assert!(!stored.0.contains("804917"));
    }

    #[test]
    fn changed_costs_are_noticed_and_absurd_ones_refused() {
        let old = hasher(1, Cost::CHEAPEST).hash("804917", b"account", [7; 16]);
        let dearer = Cost { passes: 2, ..Cost::CHEAPEST };
        assert_eq!(hasher(1, dearer).verify("804917", b"account", &old), Verdict::RightButOutdated);
        let h = hasher(1, Cost::CHEAPEST);
        for damaged in [
            old.0.replace("m=8", "m=4000000"),
            old.0.replace("t=1", "t=900"),
            old.0.replace("k=1", "k=2"),
            old.0[..old.0.len() - 1].to_owned(),
            String::new(),
            "argon2id$$$".to_owned(),
            format!("{}$", old.0),
        ] {
            assert_eq!(h.verify("804917", b"account", &StoredHash(damaged)), Verdict::Wrong);
        }
    }
}
