//! Countries: their names in the customers' languages, and the form of their postal codes.

mod table;

use std::fmt;
use std::sync::LazyLock;

use kit_core::Language;
use regex_lite::Regex;

use self::table::ROWS;
use super::name_order::name_key;

/// Code, English name, German name, pattern of a postal code (blank where none is known), an example, whether mail
/// needs one, and what else the country is called.
struct Row(&'static str, &'static str, &'static str, &'static str, &'static str, bool, &'static [&'static str]);

/// A country of ISO 3166-1, or Kosovo. Compares by its code.
#[derive(Clone, Copy)]
pub struct Country(&'static Row);

impl Country {
    /// By its code of two letters, in either case.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        let code = code.to_ascii_uppercase();
        ROWS.binary_search_by(|row| row.0.cmp(&code)).ok().and_then(|at| ROWS.get(at)).map(Self)
    }

    /// By what people type: its code, or its name in English or German, in any case.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let folded = typed.to_lowercase();
        let named = |name: &str| name.to_lowercase() == folded;
        Self::of_code(typed).or_else(|| {
            ROWS.iter().find(|row| named(row.1) || named(row.2) || row.6.iter().any(|name| named(name))).map(Self)
        })
    }

    /// Every country, by its name in a language, in the order in which people look for names.
    #[must_use]
    pub fn all(language: Language) -> &'static [Self] {
        // Every checkout page lists them.
        static ENGLISH: LazyLock<Vec<Country>> = LazyLock::new(|| sorted(Language::English));
        static GERMAN: LazyLock<Vec<Country>> = LazyLock::new(|| sorted(Language::German));
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    /// The code of two capital letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.0
    }

    /// The name in a language.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        match language {
            Language::English => self.0.1,
            Language::German => self.0.2,
        }
    }

    /// A postal code of the country; nothing where none is known.
    #[must_use]
    pub fn postal_example(self) -> Option<&'static str> {
        Some(self.0.4).filter(|example| !example.is_empty())
    }

    /// Whether mail to the country needs a postal code.
    #[must_use]
    pub fn needs_postal_code(self) -> bool {
        self.0.5
    }

    /// Reads a postal code as people type it: letters in either case, with or without its blank or hyphen. A country
    /// without a known form takes any. `None` where it cannot be one.
    #[must_use]
    pub fn postal_code(self, typed: &str) -> Option<String> {
        let typed = typed.trim();
        if self.0.3.is_empty() {
            return Some(typed.to_owned());
        }
        let upper = typed.to_uppercase();
        let bare: String = upper.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        // Every pattern of the table compiles; a test says so.
        let pattern = Regex::new(&format!("^(?:{})$", self.0.3)).ok()?;
        // What is written with its separator stays so, and comes back as the country writes it otherwise.
        [upper, bare.clone()].into_iter().chain(separated(&bare, self.0.4)).find(|code| pattern.is_match(code))
    }
}

fn sorted(language: Language) -> Vec<Country> {
    let mut all: Vec<Country> = ROWS.iter().map(Country).collect();
    all.sort_by_cached_key(|country| name_key(country.name(language)));
    all
}

/// A code without separators, with that of the example in its place: `10001` as `00-000` becomes `10-001`.
fn separated(bare: &str, example: &str) -> Option<String> {
    let at = example.chars().position(|c| c == ' ' || c == '-')?;
    let separator = example.chars().nth(at)?;
    let whole = bare.chars().count() + 1 == example.chars().count();
    let at = bare.char_indices().nth(at).map(|(at, _)| at)?;
    whole.then(|| format!("{}{separator}{}", &bare[..at], &bare[at..]))
}

/// The countries that a shop sends to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destinations {
    /// The shop's own: that of customers who name none, and the one whose VAT the prices contain.
    pub home: Country,
    /// All that it sends to; an empty list means every country.
    pub only: Vec<Country>,
}

impl Default for Destinations {
    /// From Germany to everywhere.
    fn default() -> Self {
        let germany = ROWS.iter().find(|row| row.0 == "DE").unwrap_or(&ROWS[0]);
        Self::everywhere(Country(germany))
    }
}

impl Destinations {
    /// A shop that sends everywhere.
    #[must_use]
    pub fn everywhere(home: Country) -> Self {
        Self { home, only: Vec::new() }
    }

    /// Reads a list as operators write it: codes or names, separated by commas.
    ///
    /// # Errors
    /// The part that is no country.
    pub fn parse_list(typed: &str) -> Result<Vec<Country>, String> {
        let parts = typed.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| Country::parse(part).ok_or_else(|| part.to_owned())).collect()
    }

    /// Whether it sends to a country.
    #[must_use]
    pub fn include(&self, country: Country) -> bool {
        self.only.is_empty() || self.only.contains(&country)
    }

    /// Whether it sends to more than one country.
    #[must_use]
    pub fn are_several(&self) -> bool {
        self.only.len() != 1
    }

    /// The countries to choose from, by their names in a language.
    #[must_use]
    pub fn choices(&self, language: Language) -> Vec<Country> {
        Country::all(language).iter().copied().filter(|country| self.include(*country)).collect()
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({})", self.code())
    }
}

impl PartialEq for Country {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code()
    }
}

impl Eq for Country {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_found_by_code_and_name() {
        let found = |typed: &str| Country::parse(typed).map(Country::code);
        assert_eq!(found(" germany "), Some("DE"));
        assert_eq!(found("ÖSTERREICH"), Some("AT"));
        assert_eq!((found("tw"), found("UK"), found("hong kong")), (Some("TW"), Some("GB"), Some("HK")));
        assert_eq!(found("Atlantis"), None);
        assert_eq!(found(""), None);
        assert_eq!(ROWS.len(), 250, "ISO 3166-1 has 249, and Kosovo");
        assert!(ROWS.windows(2).all(|pair| pair[0].0 < pair[1].0), "found by halving");
        let german = Country::all(Language::German);
        let at = |code: &str| german.iter().position(|country| country.code() == code);
        assert!(at("EG") < at("AL") && at("AT") < at("PK"), "Ägypten before Albanien, Österreich before Pakistan");
    }

    #[test]
    fn a_shop_sends_where_it_says() {
        let (home, only) = (Country::of_code("DE").unwrap(), Destinations::parse_list("DE, Österreich,tw,").unwrap());
        let three = Destinations { home, only };
        let names: Vec<_> = three.choices(Language::German).into_iter().map(|c| c.name(Language::German)).collect();
        assert_eq!(names, ["Deutschland", "Österreich", "Taiwan"]);
        assert!(!three.include(Country::of_code("FR").unwrap()) && three.are_several());
        assert!(Destinations::everywhere(home).include(Country::of_code("FR").unwrap()));
        assert!(!Destinations { home, only: vec![home] }.are_several());
        assert_eq!(Destinations::parse_list("DE,Atlantis"), Err("Atlantis".to_owned()));
    }

    #[test]
    fn every_example_is_a_postal_code_of_its_country() {
        for row in ROWS {
            let country = Country(row);
            if let Some(example) = country.postal_example() {
                assert_eq!(country.postal_code(example).as_deref(), Some(example), "{country:?}");
                assert!(country.postal_code("?").is_none(), "{country:?} takes anything");
            }
            assert_eq!(row.3.is_empty(), row.4.is_empty(), "{country:?} has a form without an example");
            assert!(!country.needs_postal_code() || !row.3.is_empty(), "{country:?} needs what nobody knows");
        }
    }

    #[test]
    fn postal_codes_are_read_as_people_type_them() {
        let read = |code: &str, typed: &str| Country::of_code(code).unwrap().postal_code(typed);
        for (country, typed, expected) in [
            ("DE", " 10115 ", Some("10115")),
            ("DE", "1011", None),
            ("GB", "sw1y 4jh", Some("SW1Y 4JH")),
            ("GB", "sw1y4jh", Some("SW1Y4JH")),
            ("PL", "00001", Some("00-001")),
            ("PL", "00-001", Some("00-001")),
            ("NL", "1011ab", Some("1011AB")),
            ("SE", "11455", Some("11455")),
            ("JP", "1000001", Some("1000001")),
            ("KR", "03051", Some("03051")),
            ("TW", "106", Some("106")),
            ("HK", "", Some("")),
            ("HK", "999077", Some("999077")),
            ("US", "22162-1010", Some("22162-1010")),
            ("US", "ABCDE", None),
        ] {
            assert_eq!(read(country, typed).as_deref(), expected, "{country} {typed}");
        }
    }
}
