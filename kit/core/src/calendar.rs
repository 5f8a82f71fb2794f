//! Which days a bank or a shop has: the time zone that it is in, and those that it was in before.
//!
//! A zone may be changed; what is past stays as it was. So a calendar is a list of eras, each with its zone, and a moment
//! is shown by the zone of its era. The day of a change begins as it began before, and ends as the new zone says, with
//! more or fewer hours than others; where it has ended there already, it ends with the change.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::{Civil, Day, Timestamp, Zone};

/// From when on a zone holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Era {
    /// The first moment.
    pub begins: Timestamp,
    /// The zone.
    pub zone: Zone,
}

impl Era {
    /// A zone that holds from the beginning of time.
    #[must_use]
    pub fn always(zone: Zone) -> Self {
        Self { begins: Timestamp::from_micros(i64::MIN), zone }
    }
}

/// An era that came after another one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Later {
    begins: Timestamp,
    zone: Zone,
    /// The day that it began within.
    day: Day,
}

/// The days of a bank or a shop.
///
/// ```
/// use kit_core::{Calendar, Timestamp, Zone};
/// let noon = Timestamp::parse_rfc3339("2026-11-22T12:00:00Z").unwrap();
/// let calendar = Calendar::UTC;
/// let calendar = calendar.with(calendar.change(noon, Zone::parse("Asia/Tokyo").unwrap()).unwrap());
/// // The day began at midnight UTC, and ends at midnight in Tokyo: it has 15 hours.
/// let today = calendar.day(noon);
/// assert_eq!(today.to_string(), "2026-11-22");
/// assert_eq!(calendar.start(today).rfc3339_seconds(), "2026-11-22T00:00:00Z");
/// assert_eq!(calendar.start(today.plus(1)).rfc3339_seconds(), "2026-11-22T15:00:00Z");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    first: Zone,
    /// What came after it, in order. Calendars are kept for as long as the program runs, each once: there are few, and
    /// so everybody who shows a day can have them at hand.
    later: &'static [Later],
}

impl Calendar {
    /// In UTC, always.
    pub const UTC: Self = Self { first: Zone::UTC, later: &[] };

    /// In one zone, always.
    #[must_use]
    pub fn of(zone: Zone) -> Self {
        Self { first: zone, later: &[] }
    }

    /// As it was recorded: eras in order, the first of which may hold from the beginning of time. Before them, UTC.
    #[must_use]
    pub fn recorded(eras: &[Era]) -> Self {
        eras.iter().fold(Self::UTC, |calendar, era| calendar.with(*era))
    }

    /// The calendar with an era at its end, in place of those that begin no earlier.
    #[must_use]
    pub fn with(self, era: Era) -> Self {
        let Era { begins, zone } = era;
        if begins == Era::always(zone).begins {
            return Self::of(zone);
        }
        let before = self.later.iter().filter(|known| known.begins < begins);
        let before = Self { later: interned(before.copied().collect()), ..self };
        let day = before.day(begins);
        Self { later: interned(before.later.iter().copied().chain([Later { begins, zone, day }]).collect()), ..self }
    }

    /// The era to record where the zone is changed after `now`, the last moment at which anything was recorded; `None`
    /// where it is the zone already.
    #[must_use]
    pub fn change(self, now: Timestamp, zone: Zone) -> Option<Era> {
        // A clock that was set back changes nothing of the past but the last change.
        let after = now.plus(Duration::from_micros(1));
        let begins = self.later.last().map_or(after, |last| after.max(last.begins));
        (zone != self.zone()).then_some(Era { begins, zone })
    }

    /// The era to record where a program opens with `wanted`: in a new place it holds from the beginning of time, in a
    /// known one from today on. `None` where there is nothing to change.
    #[must_use]
    pub fn opened(self, wanted: Option<Zone>, new: bool, now: Timestamp) -> Option<Era> {
        let zone = wanted.filter(|zone| *zone != self.zone())?;
        if new { Some(Era::always(zone)) } else { self.change(now, zone) }
    }

    /// The zone that holds now.
    #[must_use]
    pub fn zone(self) -> Zone {
        self.later.last().map_or(self.first, |era| era.zone)
    }

    /// The zone that held at a moment.
    #[must_use]
    pub fn zone_at(self, moment: Timestamp) -> Zone {
        self.later.iter().rev().find(|era| era.begins <= moment).map_or(self.first, |era| era.zone)
    }

    /// The day that a moment falls on. Of two moments, the later one never falls on an earlier day.
    #[must_use]
    pub fn day(self, moment: Timestamp) -> Day {
        match self.later.iter().rfind(|era| era.begins <= moment) {
            // Where it is still yesterday in the new zone, today goes on.
            Some(era) => era.zone.day(moment).max(era.day),
            None => self.first.day(moment),
        }
    }

    /// The moment at which a day begins.
    #[must_use]
    pub fn start(self, day: Day) -> Timestamp {
        match self.later.iter().rfind(|era| era.day < day) {
            Some(era) => era.zone.start(day).max(era.begins),
            None => self.first.start(day),
        }
    }

    /// What calendars and clocks showed at that moment.
    #[must_use]
    pub fn civil(self, moment: Timestamp) -> Civil {
        self.zone_at(moment).civil(moment)
    }

    /// RFC 3339 with the offset of that moment, see [`Zone::rfc3339`].
    #[must_use]
    pub fn rfc3339(self, moment: Timestamp) -> String {
        self.zone_at(moment).rfc3339(moment)
    }

    /// The same, cut off to whole seconds.
    #[must_use]
    pub fn rfc3339_seconds(self, moment: Timestamp) -> String {
        self.zone_at(moment).rfc3339_seconds(moment)
    }

    /// A number that is the same for the same days: what is derived by days is derived anew where it has another one.
    /// Below 2^63.
    #[must_use]
    pub fn mark(self) -> u64 {
        let later = self.later.iter().map(|era| format!(" {}@{}", era.zone, era.begins.micros()));
        // UTC has no rules to be of an edition.
        let known = if self == Self::UTC { "" } else { Zone::edition() };
        let text: String = std::iter::once(format!("{known} {}", self.first)).chain(later).collect();
        let hash: [u8; 32] = Sha256::digest(text).into();
        hash[..8].iter().fold(0, |mark, byte| mark << 8 | u64::from(*byte)) >> 1
    }
}

/// Its zone of now.
impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.zone())
    }
}

fn interned(eras: Vec<Later>) -> &'static [Later] {
    static KNOWN: Mutex<BTreeSet<&[Later]>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(eras.as_slice()) {
        return found;
    }
    let new: &'static [Later] = eras.leak();
    known.insert(new);
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).expect("a time")
    }

    fn zone(name: &str) -> Zone {
        Zone::parse(name).expect("a zone")
    }

    fn changed(calendar: Calendar, at: &str, name: &str) -> Calendar {
        calendar.with(calendar.change(moment(at), zone(name)).expect("another zone"))
    }

    #[test]
    fn what_is_past_stays_as_it_was() {
        let berlin = changed(Calendar::UTC, "2026-11-22T23:30:00Z", "Europe/Berlin");
        let day = |text: &str| Day::parse(text).expect("a day");
        // In Berlin it is half past midnight already: the day that had not ended in UTC ends with the change.
        assert_eq!(berlin.day(moment("2026-11-22T23:30:00Z")), day("2026-11-22"));
        assert_eq!(berlin.start(day("2026-11-23")), moment("2026-11-22T23:30:00.000001Z"));
        assert_eq!(berlin.rfc3339(moment("2026-11-22T23:30:00Z")), "2026-11-22T23:30:00.000000Z");
        assert_eq!(berlin.day(moment("2026-11-22T23:30:01Z")), day("2026-11-23"));
        assert_eq!(berlin.start(day("2026-11-22")), moment("2026-11-22T00:00:00Z"));
        assert_eq!(berlin.start(day("2026-11-21")), moment("2026-11-21T00:00:00Z"));
        assert_eq!(berlin.rfc3339(moment("2026-11-21T23:30:00Z")), "2026-11-21T23:30:00.000000Z");
        assert_eq!(berlin.rfc3339(moment("2026-11-22T23:30:01Z")), "2026-11-23T00:30:01.000000+01:00");
        // And back: the day that had begun in Berlin goes on for an hour more.
        let utc = changed(berlin, "2026-11-30T23:30:00Z", "UTC");
        assert_eq!(utc.day(moment("2026-11-30T23:30:00Z")), day("2026-12-01"));
        assert_eq!(utc.start(day("2026-12-01")), moment("2026-11-30T23:00:00Z"));
        assert_eq!(utc.start(day("2026-12-02")), moment("2026-12-02T00:00:00Z"));
        assert_eq!(utc.change(moment("2026-12-05T00:00:00Z"), Zone::UTC), None);
    }

    #[test]
    fn zones_may_change_twice_a_day_and_clocks_may_be_set_back() {
        let day = Day::parse("2026-11-22").expect("a day");
        let tokyo = changed(Calendar::UTC, "2026-11-22T10:00:00Z", "Asia/Tokyo");
        let berlin = changed(tokyo, "2026-11-22T12:00:00Z", "Europe/Berlin");
        assert_eq!(berlin.rfc3339(moment("2026-11-22T11:00:00Z")), "2026-11-22T20:00:00.000000+09:00");
        assert_eq!(berlin.start(day.plus(1)), moment("2026-11-22T23:00:00Z"));
        assert_eq!(berlin.start(day), moment("2026-11-22T00:00:00Z"));
        assert_ne!(berlin.mark(), tokyo.mark());
        assert_ne!(tokyo.mark(), Calendar::UTC.mark());
        // A clock that was set back corrects the last change, not what came before.
        let again = changed(berlin, "2026-10-01T12:00:00Z", "Asia/Taipei");
        assert_eq!(again, changed(tokyo, "2026-11-22T12:00:00Z", "Asia/Taipei"));
        assert_eq!(changed(berlin, "2026-10-01T12:00:00Z", "Asia/Tokyo").zone(), zone("Asia/Tokyo"));
    }

    proptest! {
        #[test]
        fn days_follow_each_other_through_every_change(
            first in 0usize..5, changes in prop::collection::vec((0i64..400, 0usize..5), 0..4)
        ) {
            let zones = ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns", "Europe/Berlin"].map(zone);
            let mut calendar = Calendar::of(zones[first]);
            let mut now = moment("2026-10-20T00:00:00Z");
            let mut history = Vec::new();
            for (hours, next) in changes {
                now = now.plus(Duration::from_secs(3_600 * u64::try_from(hours).unwrap_or(0)));
                let Some(era) = calendar.change(now, zones[next]) else { continue };
                let changed = calendar.with(era);
                history.push(era);
                // Days that had ended begin and end as before.
                for day in (-40..=0).map(|n| calendar.day(now).plus(n)) {
                    prop_assert_eq!(calendar.start(day), changed.start(day));
                }
                calendar = changed;
            }
            let all: Vec<Era> = std::iter::once(Era::always(zones[first])).chain(history).collect();
            prop_assert_eq!(Calendar::recorded(&all), calendar);
            let start = moment("2026-10-10T00:00:00Z");
            let mut before = calendar.day(start);
            for quarter in 0..6_000 {
                let at = start.plus(Duration::from_secs(900 * quarter));
                let day = calendar.day(at);
                prop_assert!(day >= before, "{:?} after {:?} at {:?}", day, before, at);
                prop_assert!(calendar.start(day) <= at && at < calendar.start(day.plus(1)), "{:?} at {:?}", day, at);
                before = day;
            }
        }
    }
}
