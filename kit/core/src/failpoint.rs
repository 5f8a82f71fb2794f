//! Fail points: named places where a program can be made to die at once, to prove that dying there loses nothing.
//!
//! A place is marked with [`fail_point!`](crate::fail_point). Without the feature `failpoints` that is nothing but a
//! compile-time check that the name stands in [`NAMES`]; a normal build contains neither code nor text of it. With the
//! feature, a program started with `FAIL_POINT=ledger.recorded:3` aborts when it comes to that place for the third
//! time: no unwinding, no destructor, no flushing, as after `kill -9`. `examples/kill_trials` goes through all of them.
//!
//! The crate `fail` was not taken: it panics, sleeps or returns, but does not die, and a panic is caught where ours
//! would stand (the gate goes on after one).

/// Every fail point. The part before the dot says in whose room it stands.
pub const NAMES: &[&str] = &[
    // The gate (kit-core), in both programs: a batch is taken from the queue; it is about to be posted; it was posted
    // and nobody has been told.
    "gate.collected",
    "gate.posting",
    "gate.posted",
    // The file (kit-sqlite), in both programs: while it is opened, before the migrations are committed; opened; before
    // a write is committed; committed and not yet said so.
    "sqlite.migrating",
    "sqlite.opened",
    "sqlite.before-commit",
    "sqlite.committed",
    // The bank's key file: written under another name, not yet under its own.
    "key-file.written",
    // The bank's ledger, inside the write: decided and not recorded; recorded and not committed.
    "ledger.before-record",
    "ledger.recorded",
    // The bank's PIN check: the try is counted and nothing hashed; the PIN is found right or wrong, the count not
    // yet corrected.
    "pin.try-committed",
    "pin.hashed",
    // The bank's API: decided, and not answered.
    "bank-api.payment-decided",
    "bank-api.movement-decided",
    // The shop's checkout: the order stands and the bank has not been called; the bank has answered and it is not
    // recorded; it is recorded and the customer has not been told.
    "checkout.order-recorded",
    "checkout.bank-answered",
    "checkout.answer-recorded",
    // The shop's refunds: recorded and not sent; answered and not recorded.
    "refund.recorded",
    "refund.bank-answered",
    // The shop's sweep: an attempt is claimed and the bank not asked; it has answered and that is not recorded; a refund
    // is claimed and not sent; a reservation is found to have run out and stands as before.
    "sweep.attempt-claimed",
    "sweep.bank-answered",
    "sweep.refund-claimed",
    "sweep.reservation-due",
    // The courier (kit-mail), in both programs: a mail is handed over, and that is not recorded.
    "mail.handed-over",
];

/// The place of a name in [`NAMES`].
///
/// # Panics
/// Where it does not stand there; when this is computed by [`fail_point!`](crate::fail_point), the build fails.
#[must_use]
pub const fn position(name: &str) -> usize {
    let mut at = 0;
    while at < NAMES.len() {
        if same(NAMES[at].as_bytes(), name.as_bytes()) {
            return at;
        }
        at += 1;
    }
    panic!("this fail point does not stand in failpoint::NAMES")
}

/// `==` is not for constants yet.
const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Marks a place where the program can be made to die; see [`failpoint`](crate::failpoint).
#[cfg(not(feature = "failpoints"))]
#[macro_export]
macro_rules! fail_point {
    ($name:literal) => {{
        const _: usize = $crate::failpoint::position($name);
    }};
}

/// Marks a place where the program can be made to die; see [`failpoint`](crate::failpoint).
#[cfg(feature = "failpoints")]
#[macro_export]
macro_rules! fail_point {
    ($name:literal) => {{
        const POINT: usize = $crate::failpoint::position($name);
        $crate::failpoint::reached(POINT);
    }};
}

#[cfg(feature = "failpoints")]
pub use armed::{VARIABLE, reached};

#[cfg(feature = "failpoints")]
mod armed {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::NAMES;

    /// Names the fail point to die at and, after a colon, at which hit: `ledger.recorded:3`.
    pub const VARIABLE: &str = "FAIL_POINT";

    static ARMED: LazyLock<Option<Armed>> = LazyLock::new(|| {
        let text = std::env::var(VARIABLE).ok()?;
        let armed = Armed::parse(&text);
        if armed.is_none() {
            eprintln!("{VARIABLE} must be a fail point's name, a colon and a number from 1");
            std::process::exit(2);
        }
        armed
    });

    #[derive(Debug)]
    struct Armed {
        point: usize,
        left: AtomicU32,
    }

    impl Armed {
        fn parse(text: &str) -> Option<Self> {
            let (name, hit) = text.rsplit_once(':')?;
            let point = NAMES.iter().position(|known| *known == name)?;
            let hit: u32 = hit.parse().ok().filter(|hit| *hit > 0)?;
            Some(Self { point, left: AtomicU32::new(hit) })
        }
    }

    /// The program has come to a fail point: dies where that is the one it was told to die at.
    pub fn reached(point: usize) {
        let Some(armed) = &*ARMED else { return };
        if armed.point == point && armed.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            eprintln!("dying at fail point {}", NAMES[point]);
            std::process::abort();
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_known_points_and_real_hits() {
            let parse = |text| Armed::parse(text).map(|armed| (armed.point, armed.left.into_inner()));
            assert_eq!(parse("gate.collected:1"), Some((0, 1)));
            assert_eq!(parse("gate.posted:12"), Some((2, 12)));
            for bad in ["", "gate.posted", "gate.posted:", "gate.posted:0", "gate.posted:x", "gate.lost:1", ":1"] {
                assert_eq!(parse(bad), None, "{bad:?}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_once() {
        for (at, name) in NAMES.iter().enumerate() {
            assert_eq!(position(name), at, "{name}");
        }
    }
}
