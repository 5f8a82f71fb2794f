//! What is searched for in a statement: from an address and back into one.

use bank_core::model::Flaw;
use bank_core::model::TransferKind;
use bank_core::rules::export::csv::CsvFor;
use bank_core::rules::statement::Direction;
use bank_core::{Error, Refusal, StatementQuery};
use kit_core::{AccountNumber, Currency, Day, Money};
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use kit_web::{Problem, Words};

use super::attempt::plain_amount;
use super::told;
use crate::problem;

/// The parts of a search, by their names in an address, in the order in which they are shown.
const NAMES: [&str; 7] = ["text", "from", "to", "direction", "kind", "min", "max"];

/// A search as it stands in an address. Parts that are empty are not in it.
pub(super) struct Search {
    asked: FormData,
    t: Words<'static>,
    /// What is wrong with it.
    pub(super) errors: FormErrors,
}

/// A part of a search, and the address without it.
pub(super) struct Chip {
    pub(super) says: String,
    pub(super) without: String,
}

impl Search {
    /// Reads the query string of an address.
    ///
    /// # Errors
    /// A 400: it is no query string, or names something twice.
    pub(super) fn of(t: Words<'static>, query: &str) -> Result<Self, Problem> {
        Ok(Self { asked: FormData::parse(query.as_bytes())?, t, errors: FormErrors::new() })
    }

    /// Another parameter of the address.
    pub(super) fn parameter(&self, name: &str) -> &str {
        self.asked.text(name)
    }

    /// Whether anything is searched for.
    pub(super) fn is_active(&self) -> bool {
        NAMES.into_iter().any(|name| !self.asked.text(name).is_empty())
    }

    /// In the core's words; `None` where something is wrong, which [`Search::errors`] then says.
    pub(super) fn query(&mut self, currency: Currency) -> Option<StatementQuery> {
        let t = self.t;
        let asked = |name: &str| Some(self.asked.text(name)).filter(|text| !text.is_empty());
        let mut errors = FormErrors::new();
        let mut flaw = |name: &'static str, flaw: &Flaw| errors.add(name, told::about(t, name, flaw));
        let mut day = |name: &'static str| {
            let day = asked(name).map(|text| Day::read(text).map_err(Flaw::from));
            day.and_then(|day| day.map_err(|wrong| flaw(name, &wrong)).ok())
        };
        let (from_day, to_day) = (day("from"), day("to"));
        let mut amount = |name: &'static str| {
            let amount = asked(name).map(|text| Money::parse(&plain_amount(text, t.language()), currency));
            amount.and_then(|amount| amount.map_err(|wrong| flaw(name, &wrong.into())).ok()).map(|money| money.minor)
        };
        let (min_minor, max_minor) = (amount("min"), amount("max"));
        let query = StatementQuery {
            text: asked("text").unwrap_or_default().to_owned(),
            from_day,
            to_day,
            // A word that no form of ours sends narrows nothing.
            direction: Direction::ALL.into_iter().find(|one| asked("direction") == Some(one.name())),
            kinds: TransferKind::ALL.into_iter().filter(|one| asked("kind") == Some(one.name())).collect(),
            min_minor,
            max_minor,
        };
        self.errors = errors;
        self.errors.is_empty().then_some(query)
    }

    /// Notes what the bank says is wrong with the search.
    ///
    /// # Errors
    /// What is not about the search belongs on a page of its own.
    pub(super) fn refused(&mut self, error: &Error) -> Result<(), Problem> {
        let Some(Refusal::InvalidFields { fields }) = error.refusal() else { return Err(problem::of(error)) };
        for wrong in fields {
            let name =
                NAMES.into_iter().find(|name| wrong.field.trim_end_matches("_amount") == *name).unwrap_or("text");
            self.errors.add(name, told::about(self.t, name, &wrong.flaw));
        }
        Ok(())
    }

    /// The fields of the form.
    pub(super) fn fields(&self) -> Vec<Field> {
        let t = self.t;
        let field = |kind, name, label: &str| {
            let field = Field::new(kind, name, t.say(label)).in_words(t).sent(&self.asked).errors(&self.errors);
            // None is needed, and none is marked so: a search is a question.
            field.optional().autocomplete("off")
        };
        let any = || t.say("search-any").to_string();
        let ways = field(Kind::Select, "direction", "search-direction").choice("", any());
        let ways = Direction::ALL.into_iter().fold(ways, |f, way| f.choice(way.name(), self.way(way)));
        let kinds = field(Kind::Select, "kind", "search-kind").choice("", any());
        let kinds = TransferKind::ALL.into_iter().fold(kinds, |f, kind| f.choice(kind.name(), told::kind(t, kind)));
        vec![
            field(Kind::Date, "from", "search-from"),
            field(Kind::Date, "to", "search-to"),
            ways,
            kinds,
            field(Kind::Amount, "min", "search-min"),
            field(Kind::Amount, "max", "search-max"),
        ]
    }

    /// The field that is always there.
    pub(super) fn text_field(&self) -> Field {
        let field = Field::new(Kind::Search, "text", self.t.say("search-text")).in_words(self.t);
        field.sent(&self.asked).errors(&self.errors).max_length(100).optional()
    }

    fn way(&self, way: Direction) -> String {
        self.t.say(&format!("search-direction-{}", way.name())).to_string()
    }

    /// What is searched for, part by part, each with the address that does without it.
    pub(super) fn chips(&self, account: AccountNumber, query: &StatementQuery, currency: Currency) -> Vec<Chip> {
        let t = self.t;
        let said = |name: &str| {
            let money = |minor: i64| t.money(Money::new(minor, currency));
            Some(match name {
                "text" if !query.text.is_empty() => t.say("search-has-text").with("text", &*query.text).to_string(),
                "from" => t.say("search-has-from").with("day", t.day(query.from_day?)).to_string(),
                "to" => t.say("search-has-to").with("day", t.day(query.to_day?)).to_string(),
                "direction" => self.way(query.direction?),
                "kind" => told::kind(t, *query.kinds.first()?),
                "min" => t.say("search-has-min").with("amount", money(query.min_minor?)).to_string(),
                "max" => t.say("search-has-max").with("amount", money(query.max_minor?)).to_string(),
                _ => return None,
            })
        };
        let chip = |name: &str| {
            Some(Chip { says: said(name)?, without: address(account, "", &self.string(|other| other != name)) })
        };
        NAMES.into_iter().filter_map(chip).collect()
    }

    /// An address below the account's, with this search.
    pub(super) fn address(&self, account: AccountNumber, below: &str) -> String {
        address(account, below, &self.string(|_| true))
    }

    /// The address of what was found as CSV.
    pub(super) fn csv(&self, account: AccountNumber, reader: CsvFor) -> String {
        let search = self.string(|_| true);
        let and = if search.is_empty() { "" } else { "&" };
        address(account, "/statement.csv", &format!("{search}{and}for={}", reader.code()))
    }

    /// An address below the account's, with the days of this search alone.
    pub(super) fn address_of_days(&self, account: AccountNumber, below: &str) -> String {
        address(account, below, &self.string(|name| matches!(name, "from" | "to")))
    }

    /// The address of a page of what was found.
    pub(super) fn page(&self, account: AccountNumber, cursor: u64) -> String {
        let search = self.string(|_| true);
        let and = if search.is_empty() { "" } else { "&" };
        format!("{}#statement", address(account, "", &format!("{search}{and}cursor={cursor}")))
    }

    fn string(&self, keep: impl Fn(&str) -> bool) -> String {
        let parts = NAMES.into_iter().map(|name| (name, self.asked.text(name)));
        let parts = parts.filter(|(name, value)| keep(name) && !value.is_empty());
        parts.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
    }
}

fn address(account: AccountNumber, below: &str, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/accounts/{}{below}{mark}{query}", account.digits())
}

/// A value as it stands in a query string.
fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
        text
    })
}
