//! How often one visitor may be wrong about a PIN before the bank is asked no more; and, counted apart from that, how
//! often about orders' numbers before the shop looks for no more.
//!
//! The bank has a ladder of its own for each account; this one keeps a visitor who sprays PINs over many accounts from
//! spending the shop's good name there. Only declined payments count: whoever buys eleven times is welcome.
//!
//! A payment under way is no decline: fifteen clicks on one button are one payment. So guesses that are made at once may
//! slip through together, as many as the checkout lane is wide.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kit_core::{Clock, Timestamp};
use kit_web::ClientIp;

/// Declined payments of one visitor within [`WINDOW`].
pub(crate) const TRIES: u32 = 10;
/// Counted from the first decline.
pub(crate) const WINDOW: Duration = Duration::from_secs(10 * 60);
/// Visitors that are remembered: about a megabyte. Beyond it the one whose window began first is forgotten.
const VISITORS: usize = 10_000;

/// All visitors' tries. Clones share them.
#[derive(Clone)]
pub(crate) struct Tries {
    clock: Arc<dyn Clock>,
    table: Arc<Mutex<HashMap<IpAddr, Counted>>>,
}

#[derive(Clone, Copy)]
struct Counted {
    since: Timestamp,
    declines: u32,
}

impl Tries {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, table: Arc::default() }
    }

    /// Whether the visitor at `address` has a try left; else, when there is one again.
    pub(crate) fn check(&self, address: IpAddr) -> Result<(), Duration> {
        let now = self.clock.now();
        match self.table().get(&ClientIp(address).subscriber()) {
            Some(counted) if counted.declines >= TRIES && now.since(counted.since) < WINDOW => {
                Err(counted.since.plus(WINDOW).since(now))
            }
            _ => Ok(()),
        }
    }

    /// The bank declined a payment of the visitor at `address`.
    pub(crate) fn count(&self, address: IpAddr) {
        let (visitor, now) = (ClientIp(address).subscriber(), self.clock.now());
        let mut table = self.table();
        if !table.contains_key(&visitor) && table.len() >= VISITORS {
            make_room(&mut table, now);
        }
        let fresh = Counted { since: now, declines: 0 };
        let counted = table.entry(visitor).or_insert(fresh);
        if now.since(counted.since) >= WINDOW {
            *counted = fresh;
        }
        counted.declines = counted.declines.saturating_add(1);
    }

    fn table(&self) -> MutexGuard<'_, HashMap<IpAddr, Counted>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what has run out, and if that is nothing, the visitor whose window began first.
fn make_room(table: &mut HashMap<IpAddr, Counted>, now: Timestamp) {
    table.retain(|_, counted| now.since(counted.since) < WINDOW);
    if table.len() < VISITORS {
        return;
    }
    let oldest = table.iter().min_by_key(|(_, counted)| counted.since).map(|(visitor, _)| *visitor);
    if let Some(oldest) = oldest {
        table.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use kit_core::ManualClock;

    use super::*;

    fn address(last: u32) -> IpAddr {
        Ipv4Addr::from(0x0A00_0000 + last).into()
    }

    fn start() -> (Arc<ManualClock>, Tries) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_795_363_620_000_000)));
        (clock.clone(), Tries::new(clock))
    }

    #[test]
    fn ten_declines_and_no_more_within_the_window() {
        let (clock, tries) = start();
        for _ in 0..TRIES {
            assert_eq!(tries.check(address(1)), Ok(()));
            tries.count(address(1));
        }
        assert_eq!(tries.check(address(1)), Err(WINDOW));
        assert_eq!(tries.check(address(2)), Ok(()), "another visitor");
        clock.advance(WINDOW - Duration::from_secs(1));
        assert_eq!(tries.check(address(1)), Err(Duration::from_secs(1)));
        clock.advance(Duration::from_secs(1));
        assert_eq!(tries.check(address(1)), Ok(()));
        tries.count(address(1));
        assert_eq!(tries.check(address(1)), Ok(()), "a new window begins at one");
    }

    #[test]
    fn nothing_is_remembered_of_an_honest_visitor() {
        let (_, tries) = start();
        for _ in 0..100 {
            assert_eq!(tries.check(address(1)), Ok(()));
        }
        assert!(tries.table().is_empty());
    }

    #[test]
    fn a_network_of_ipv6_addresses_is_one_visitor() {
        let (_, tries) = start();
        for host in 0..TRIES {
            let address = Ipv6Addr::from(0x2001_0db8_0000_0001_0000_0000_0000_0000 + u128::from(host));
            tries.count(address.into());
        }
        let neighbour = Ipv6Addr::from(0x2001_0db8_0000_0001_ffff_0000_0000_0000);
        assert!(tries.check(neighbour.into()).is_err());
    }

    #[test]
    fn the_table_is_bounded() {
        let (clock, tries) = start();
        for visitor in 0..10_100 {
            tries.count(address(visitor));
            clock.advance(Duration::from_millis(1));
        }
        assert_eq!(tries.table().len(), VISITORS);
        assert!(!tries.table().contains_key(&address(0)) && tries.table().contains_key(&address(10_099)));
    }
}
