//! Days of the calendar: what statements, limits and charts are kept by. Which moments belong to a day, a [`Zone`] or a
//! [`Calendar`] says.
//!
//! [`Zone`]: crate::Zone
//! [`Calendar`]: crate::Calendar

use std::fmt;

use time::{Date, Month};

use crate::Timestamp;

/// 1970-01-01 as a Julian day.
const EPOCH: i32 = 2_440_588;

/// A day, counted from 1970-01-01.
///
/// ```
/// use kit_core::{Day, DayError, Timestamp, Zone};
/// let day = Day::parse("2026-11-22").unwrap();
/// assert_eq!(day.to_string(), "2026-11-22");
/// assert_eq!(Timestamp::parse_rfc3339("2026-11-22T23:59:59Z").map(|moment| Zone::UTC.day(moment)), Some(day));
/// assert_eq!(Day::parse("2026-11-31"), None);
/// assert_eq!(Day::read("2026-11-31"), Err(DayError::NoSuchDay));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

/// Why a text is not a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// Not written as `2026-11-22`.
    #[error("a day is written as 2026-11-22")]
    Format,
    /// Written so, but no calendar has it, such as 2026-02-29.
    #[error("there is no such day")]
    NoSuchDay,
}

impl Day {
    /// 0001-01-01: before everything that is recorded.
    pub const FIRST: Self = Self(-719_162);
    /// 9999-12-31: after everything that is recorded.
    pub const LAST: Self = Self(2_932_896);

    /// From the days since 1970-01-01; outside the calendar's years 1 to 9999, the nearest day within.
    #[must_use]
    pub fn from_number(days: i64) -> Self {
        Self(days.clamp(Self::FIRST.0, Self::LAST.0))
    }

    /// The days since 1970-01-01.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0
    }

    /// The day of a year, a month (1 to 12) and a day of the month; `None` where the calendar has no such day.
    #[must_use]
    pub fn of_civil(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        let number = i64::from(date.to_julian_day() - EPOCH);
        (Self::FIRST.0..=Self::LAST.0).contains(&number).then_some(Self(number))
    }

    /// Its year, its month (1 to 12) and its day of the month.
    #[must_use]
    pub fn civil(self) -> (i32, u8, u8) {
        let date = i32::try_from(self.0).ok().and_then(|number| Date::from_julian_day(EPOCH + number).ok());
        let date = date.unwrap_or(Date::MIN);
        (date.year(), date.month().into(), date.day())
    }

    /// Reads `2026-11-22`, as the APIs write it; `None` for anything else and for days that no calendar has.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text).ok()
    }

    /// As [`Day::parse`], and says what is wrong.
    ///
    /// # Errors
    /// [`DayError::Format`] or [`DayError::NoSuchDay`].
    pub fn read(text: &str) -> Result<Self, DayError> {
        let fits = |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
        if text.len() != 10 || !text.bytes().enumerate().all(fits) {
            return Err(DayError::Format);
        }
        let number = |digits: &str| digits.parse::<u16>().map_err(|_| DayError::Format);
        let (year, month, day) = (number(&text[..4])?, number(&text[5..7])?, number(&text[8..])?);
        let narrow = |number: u16| u8::try_from(number).map_err(|_| DayError::NoSuchDay);
        Self::of_civil(i32::from(year), narrow(month)?, narrow(day)?).ok_or(DayError::NoSuchDay)
    }

    /// The moment at which it begins in UTC.
    pub(crate) fn utc_start(self) -> Timestamp {
        Timestamp::from_micros(self.0 * 86_400_000_000)
    }

    /// So many days later, or earlier where `days` is negative.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Self::from_number(self.0.saturating_add(days))
    }
}

/// `2026-11-22`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_back() {
        for text in ["0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "2026-11-22", "9999-12-31"] {
            assert_eq!(Day::parse(text).map(|day| day.to_string()).as_deref(), Some(text));
        }
        for text in [
            "",
            "2026-11-2",
            "2026-11-31",
            "2025-02-29",
            "2026/11/22",
            "22-11-2026",
            "2026-1１-2",
            "-026-11-22",
            "0000-01-01",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        for text in ["2026-02-29", "2026-11-31", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01", "2100-02-29"] {
            assert_eq!(Day::read(text), Err(DayError::NoSuchDay), "{text}");
        }
        for text in ["", "2026-2-29", "29.02.2026", "2026-02-29T", "2026-02-2９"] {
            assert_eq!(Day::read(text), Err(DayError::Format), "{text}");
        }
    }

    #[test]
    fn days_are_counted() {
        let day = Day::parse("2024-02-28").expect("a day");
        assert_eq!(day.plus(2).to_string(), "2024-03-01");
        assert_eq!(day.plus(-59).to_string(), "2023-12-31");
        assert_eq!(Day::LAST.plus(1), Day::LAST);
        assert_eq!((Day::FIRST.to_string(), Day::LAST.to_string()), ("0001-01-01".into(), "9999-12-31".into()));
        assert_eq!(crate::Zone::UTC.day(day.utc_start()), day);
        assert_eq!(Day::of_civil(2024, 2, 28), Some(day));
        assert_eq!(day.civil(), (2024, 2, 28));
        for (year, month, day) in [(2026, 2, 29), (2026, 13, 1), (0, 1, 1), (10_000, 1, 1)] {
            assert_eq!(Day::of_civil(year, month, day), None);
        }
    }
}
