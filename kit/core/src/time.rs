//! Time as UTC microseconds; days and clocks are those of a [`Zone`](crate::Zone). The clock is passed in, so that a simulator can drive it, also backwards.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment in UTC, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The epoch, 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// From microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This moment later by `duration`; saturates at the end of time.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// This moment earlier by `duration`; saturates at the beginning of time.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long from `earlier` to this moment; zero where `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// RFC 3339 in UTC, as the APIs write it: `2026-11-22T16:07:00.000000Z`. Always six decimals, so that texts sort as
    /// the times do.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let micros = self.date_time().microsecond();
        let seconds = self.rfc3339_seconds();
        format!("{}.{micros:06}Z", seconds.trim_end_matches('Z'))
    }

    /// RFC 3339 in UTC, cut off to whole seconds: `2026-11-22T16:07:00Z`. For listings, and for HTML, whose times have
    /// at most three decimals.
    #[must_use]
    pub fn rfc3339_seconds(self) -> String {
        self.date_time().truncate_to_second().format(&Rfc3339).unwrap_or_default()
    }

    /// Reads RFC 3339, with any offset; fractions below a microsecond are cut off. `None` for anything else.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let nanos = OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp_nanos();
        i64::try_from(nanos.div_euclid(1_000)).ok().map(Self)
    }

    /// For people who develop: `22 Nov 2026, 16:07 UTC`, to the minute. Customers read times in their site's zone.
    #[must_use]
    pub fn for_people(self) -> String {
        let t = self.date_time();
        let month = &t.month().to_string()[..3];
        format!("{} {month} {}, {:02}:{:02} UTC", t.day(), t.year(), t.hour(), t.minute())
    }

    fn date_time(self) -> OffsetDateTime {
        // Clamped to the years that the calendar library knows (up to 9999): printing must never fail.
        let nanos = i128::from(self.0.clamp(-62_135_596_800_000_000, 253_402_300_799_000_000)) * 1_000;
        OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The time now. May step backwards: whoever records time must keep its own high-water mark.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is set: for tests and simulators.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.micros()))
    }

    /// Sets the clock, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.micros(), Ordering::SeqCst);
    }

    /// Moves the clock forwards.
    pub fn advance(&self, by: Duration) {
        self.set(self.now().plus(by));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_moments() {
        let moment = Timestamp::from_micros(1_795_363_620_000_000);
        assert_eq!(moment.rfc3339(), "2026-11-22T16:07:00.000000Z");
        assert_eq!(moment.rfc3339_seconds(), "2026-11-22T16:07:00Z");
        assert_eq!(moment.for_people(), "22 Nov 2026, 16:07 UTC");
        assert_eq!(Timestamp::from_micros(i64::MAX).plus(Duration::from_secs(1)).micros(), i64::MAX);
        assert!(!Timestamp::from_micros(i64::MAX).rfc3339().is_empty());
        assert!(!Timestamp::from_micros(i64::MIN).for_people().is_empty());
    }

    #[test]
    fn rfc3339_has_six_decimals() {
        let check = |micros, text, seconds| {
            let moment = Timestamp::from_micros(micros);
            assert_eq!((moment.rfc3339().as_str(), moment.rfc3339_seconds().as_str()), (text, seconds));
            assert_eq!(Timestamp::parse_rfc3339(text), Some(moment));
        };
        check(1_795_363_620_000_000, "2026-11-22T16:07:00.000000Z", "2026-11-22T16:07:00Z");
        check(1_795_363_620_120_000, "2026-11-22T16:07:00.120000Z", "2026-11-22T16:07:00Z");
        check(1_795_363_620_000_001, "2026-11-22T16:07:00.000001Z", "2026-11-22T16:07:00Z");
        check(1_795_363_620_999_999, "2026-11-22T16:07:00.999999Z", "2026-11-22T16:07:00Z");
        check(-1, "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59Z");
    }

    #[test]
    fn rfc3339_reads_back() {
        let moment = Timestamp::from_micros(1_795_363_620_123_456);
        assert_eq!(Timestamp::parse_rfc3339(&moment.rfc3339()), Some(moment));
        assert_eq!(Timestamp::parse_rfc3339("2026-11-22T17:07:00.1234569+01:00"), Some(moment));
        for text in
            ["", "2026-11-22", "2026-11-22T16:07:00", "2026-13-22T16:07:00Z", "2026-02-30T00:00:00Z", "gibberish"]
        {
            assert_eq!(Timestamp::parse_rfc3339(text), None, "{text:?}");
        }
    }

    #[test]
    fn differences_never_go_below_zero() {
        let clock = ManualClock::at(Timestamp::EPOCH);
        let before = clock.now();
        clock.advance(Duration::from_millis(3));
        assert_eq!(clock.now().since(before), Duration::from_millis(3));
        assert_eq!(before.since(clock.now()), Duration::ZERO);
        assert_eq!(clock.now().minus(Duration::from_millis(3)), before);
    }
}
