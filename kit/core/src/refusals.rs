//! Refusals, each defined once: [`refusals!`](crate::refusals!) makes an enum from a table, and with it the codes,
//! kinds,
//! facts, how a store keeps them and reads them back, and one of each for documentation and tests. What is not in the
//! table does not compile, so none is forgotten anywhere.

use std::time::Duration;

use crate::{AccountNumber, Currency, Day, Money};

/// What kind of error a refusal is. In HTTP its status follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The call is malformed: correct it.
    Invalid,
    /// Who is asking is not known.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// No such thing, or not the caller's.
    NotFound,
    /// It clashes with the present state.
    Conflict,
    /// A rule of money says no.
    Refused,
    /// Too often: wait.
    Throttled,
}

/// One fact of a refusal, for a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A whole number: seconds, attempts.
    Number(i64),
    /// An amount.
    Money(Money),
    /// An account, by its number.
    Account(AccountNumber),
    /// A word.
    Text(String),
}

impl Fact {
    /// As stores keep it, on one line.
    #[must_use]
    pub fn stored(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Money(money) => format!("{} {}", money.minor, money.currency.to_stored()),
            Self::Account(number) => number.digits(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// A type that fields of refusals have.
pub trait IsFact: Sized {
    /// As a fact; `None` where there is nothing to tell.
    fn fact(&self) -> Option<Fact>;
    /// Reads what [`Fact::stored`] wrote; without a text, what was kept before there was such a fact.
    fn of_stored(text: Option<&str>) -> Option<Self>;
    /// One for documentation and tests.
    fn sample() -> Self;
}

macro_rules! numbers {
    ($($number:ty),+) => { $(
        impl IsFact for $number {
            fn fact(&self) -> Option<Fact> { Some(Fact::Number(i64::try_from(*self).unwrap_or(i64::MAX))) }
            fn of_stored(text: Option<&str>) -> Option<Self> { text?.parse().ok() }
            fn sample() -> Self { 2 }
        }
    )+ };
}
numbers!(u32, usize);

impl IsFact for Duration {
    fn fact(&self) -> Option<Fact> {
        Some(Fact::Number(i64::try_from(self.as_secs()).unwrap_or(i64::MAX)))
    }

    fn of_stored(text: Option<&str>) -> Option<Self> {
        text?.parse().ok().map(Self::from_secs)
    }

    fn sample() -> Self {
        Self::from_secs(60)
    }
}

impl IsFact for Money {
    fn fact(&self) -> Option<Fact> {
        Some(Fact::Money(*self))
    }

    fn of_stored(text: Option<&str>) -> Option<Self> {
        let (minor, currency) = text?.split_once(' ')?;
        Some(Self::new(minor.parse().ok()?, Currency::from_stored(currency).ok()?))
    }

    fn sample() -> Self {
        Self::new(500, Currency::EUR)
    }
}

impl IsFact for Currency {
    fn fact(&self) -> Option<Fact> {
        Some(Fact::Text(self.code().to_owned()))
    }

    fn of_stored(text: Option<&str>) -> Option<Self> {
        Self::parse(text?).ok()
    }

    fn sample() -> Self {
        Self::EUR
    }
}

impl IsFact for Option<AccountNumber> {
    fn fact(&self) -> Option<Fact> {
        self.map(Fact::Account)
    }

    fn of_stored(text: Option<&str>) -> Option<Self> {
        text.map_or(Some(None), |text| AccountNumber::parse(text).ok().map(Some))
    }

    fn sample() -> Self {
        Some(AccountNumber::from_payload(2_400_000_001))
    }
}

impl IsFact for Day {
    fn fact(&self) -> Option<Fact> {
        Some(Fact::Text(self.to_string()))
    }

    fn of_stored(text: Option<&str>) -> Option<Self> {
        Self::parse(text?)
    }

    fn sample() -> Self {
        Self::from_number(20_778)
    }
}

/// A word of ours, such as a field's name. Nothing that is kept has one.
impl IsFact for &'static str {
    fn fact(&self) -> Option<Fact> {
        Some(Fact::Text((*self).to_owned()))
    }

    fn of_stored(_: Option<&str>) -> Option<Self> {
        None
    }

    fn sample() -> Self {
        "cursor"
    }
}

impl IsFact for String {
    fn fact(&self) -> Option<Fact> {
        Some(Fact::Text(self.clone()))
    }

    fn of_stored(text: Option<&str>) -> Option<Self> {
        text.map(str::to_owned)
    }

    fn sample() -> Self {
        "amount".to_owned()
    }
}

/// What a refusal may list, such as fields. A list is no fact: whoever tells or keeps it has a form of its own.
pub trait InList {
    /// One for documentation and tests.
    fn sample() -> Self;
}

impl<T: InList> IsFact for Vec<T> {
    fn fact(&self) -> Option<Fact> {
        None
    }

    fn of_stored(_: Option<&str>) -> Option<Self> {
        None
    }

    fn sample() -> Self {
        vec![T::sample()]
    }
}

/// A row of a table, for documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusalRow {
    /// The stable slug.
    pub code: &'static str,
    /// What kind of error it is.
    pub kind: ErrorKind,
    /// What it means, for whoever calls the API: facts by their names in backticks.
    pub meaning: &'static str,
}

/// Makes an enum of refusals from a table.
///
/// A row is a variant with its documentation; the facts in its braces, each with its type, and in brackets its name
/// where that is not the field's, and names that it had before, and behind `=` a sample where the type's is none; then
/// the code, the kind, what `says` it to people in
/// English (as thiserror's `error` takes it), what it `means` to programs, and the `advice` to a payer whose payment it
/// declines, of the type that the enum `advises`.
///
/// ```
/// kit_core::refusals! {
///     /// Why a library says no.
///     #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
///     pub enum Refusal {
///         /// Somebody else has it.
///         Lent { days: u32 } = "lent": Conflict, says("It is back in {days} days."), means("Wait for `days` days.");
///         /// Too many books.
///         TooMany { most: u32 ["limit"] } = "too-many": Refused, says("{most} are enough."), means("At most
/// `limit`.");
///     }
/// }
/// # fn main() {
/// use kit_core::{ErrorKind, Fact};
/// let no = Refusal::TooMany { most: 4 };
/// assert_eq!((no.code(), no.kind(), no.facts()), ("too-many", ErrorKind::Refused, vec![("limit", Fact::Number(4))]));
/// assert_eq!(Refusal::of_stored("too-many\nlimit=4"), Some(no));
/// assert_eq!(Refusal::ROWS.len(), Refusal::samples().len());
/// # }
/// ```
#[macro_export]
macro_rules! refusals {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident $(advises $advised:ident)? {
            $(
                $(#[$doc:meta])*
                $variant:ident $({
                    $(
                        $(#[$field_doc:meta])*
                        $field:ident: $type:ty $([$fact:literal $(, $old:literal)*])? $(= $sample:expr)?
                    ),+ $(,)?
                })?
                = $code:literal: $kind:ident,
                says($($says:tt)+)
                $(, means($means:literal))?
                $(, advice($advice:ident))?;
            )+
        }
    ) => {
        $(#[$meta])*
        $vis enum $name {
            $(
                $(#[$doc])*
                #[error($($says)+)]
                $variant $({ $($(#[$field_doc])* $field: $type),+ })?,
            )+
        }

        impl $name {
            /// Every row, in the order of the table.
            pub const ROWS: &'static [$crate::RefusalRow] = &[
                $($crate::RefusalRow {
                    code: $code,
                    kind: $crate::ErrorKind::$kind,
                    meaning: concat!($($means)?),
                },)+
            ];

            /// The stable slug that stands in pages, in JSON and in stored outcomes.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)+
                }
            }

            /// What kind of error it is.
            #[must_use]
            pub fn kind(&self) -> $crate::ErrorKind {
                match self {
                    $(Self::$variant { .. } => $crate::ErrorKind::$kind,)+
                }
            }

            /// What a caller can act on, by name: the members of a problem document, and what a store keeps.
            #[must_use]
            pub fn facts(&self) -> Vec<(&'static str, $crate::Fact)> {
                match self {
                    $(Self::$variant $({ $($field),+ })? => {
                        let facts: Vec<(&'static str, Option<$crate::Fact>)> = vec![
                            $($(($crate::refusals!(@name $field $($fact)?), $crate::IsFact::fact($field)),)+)?
                        ];
                        facts.into_iter().filter_map(|(name, fact)| Some((name, fact?))).collect()
                    })+
                }
            }

            /// As stores keep it: the code, and a line `name=value` for each fact.
            #[must_use]
            pub fn stored(&self) -> String {
                let facts = self.facts();
                let lines = facts.iter().map(|(name, fact)| format!("\n{name}={}", fact.stored()));
                std::iter::once(self.code().to_owned()).chain(lines).collect()
            }

            /// Reads what [`stored`](Self::stored) wrote; `None` where that is damaged, or of a later version.
            #[must_use]
            pub fn of_stored(text: &str) -> Option<Self> {
                let mut lines = text.lines();
                let code = lines.next()?;
                let facts: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once('=')).collect();
                let _fact = |names: &[&str]| {
                    names.iter().find_map(|name| facts.iter().find(|(known, _)| known == name).map(|(_, value)| *value))
                };
                match code {
                    $($code => Some(Self::$variant $({
                        $($field: $crate::IsFact::of_stored(_fact(&[
                            $crate::refusals!(@name $field $($fact)?), $($($old),*)?
                        ]))?),+
                    })?),)+
                    _ => None,
                }
            }

            /// One of each, in the order of the table.
            #[must_use]
            pub fn samples() -> Vec<Self> {
                vec![$(Self::$variant $({ $($field: $crate::refusals!(@sample $($sample)?)),+ })?),+]
            }
        }

        $crate::refusals!(@advice $name [$($advised)?] [$($variant [$($advice)?];)+]);
    };

    (@sample) => { $crate::IsFact::sample() };
    (@sample $sample:expr) => { $sample };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $fact:literal) => { $fact };

    (@advice $name:ident [] [$($variant:ident [];)+]) => {};
    (@advice $name:ident [$advised:ident] [$($variant:ident [$($advice:ident)?];)+]) => {
        impl $name {
            /// What a payer can do about a declined payment; `None` where this is not a decline.
            #[must_use]
            pub fn advice(&self) -> Option<$advised> {
                match self {
                    $(Self::$variant { .. } => $crate::refusals!(@advised $advised $($advice)?),)+
                }
            }
        }
    };
    (@advised $advised:ident) => { None };
    (@advised $advised:ident $advice:ident) => { Some($advised::$advice) };
}
