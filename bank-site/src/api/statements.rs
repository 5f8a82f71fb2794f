//! Statements: entries and searches among them, charts, and documents to take away.

mod bodies;
mod documents;

use bank_core::error::Flaw;
use bank_core::model::{TransferId, TransferKind};
use bank_core::rules::export::camt053::camt053;
use bank_core::rules::export::csv::csv;
use bank_core::rules::export::ofx::ofx;
use bank_core::rules::statement::Direction;
use bank_core::{Refusal, StatementQuery};
use kit_core::{Currency, Money};
use kit_web::Text;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Binary, Json};

use super::Tag;
use super::auth::CustomerToken;
use super::fields::{Fields, path_account};
use crate::lanes::Lanes;
use crate::problem::ApiError;
pub(in crate::api) use bodies::EntryBody;
use bodies::{BalancesBody, EntryPageBody, SpendingBody};
use documents::{Camt053, Csv, Ofx, document};

/// How many entries stand on a page unless asked otherwise.
const ENTRIES: u16 = 50;

/// What was asked for in a query string.
#[derive(Default)]
struct Asked {
    text: Option<Text>,
    from: Option<Text>,
    to: Option<Text>,
    direction: Option<Text>,
    kind: Option<Text>,
    min_amount: Option<Text>,
    max_amount: Option<Text>,
}

impl Asked {
    fn of_days(from: Option<Text>, to: Option<Text>) -> Self {
        Self { from, to, ..Self::default() }
    }

    /// Whether anything was asked: without, a page comes along the ledger's own links, however long the ledger is.
    fn is_search(&self) -> bool {
        let Self { text, from, to, direction, kind, min_amount, max_amount } = self;
        [text, from, to, direction, kind, min_amount, max_amount].into_iter().any(Option::is_some)
    }

    /// In the core's words. Amounts are of the account's currency.
    fn query(&self, currency: Currency) -> Result<StatementQuery, ApiError> {
        let mut fields = Fields::default();
        let mut query = StatementQuery {
            text: self.text.as_ref().map(|text| text.0.clone()).unwrap_or_default(),
            from_day: self.from.as_ref().and_then(|day| fields.day("from", day)),
            to_day: self.to.as_ref().and_then(|day| fields.day("to", day)),
            direction: self
                .direction
                .as_ref()
                .and_then(|word| fields.one_of("direction", word, &Direction::ALL, Direction::name)),
            ..StatementQuery::default()
        };
        for word in self.kind.iter().flat_map(|kinds| kinds.split(',')) {
            query.kinds.extend(fields.one_of("kind", word, &TransferKind::ALL, TransferKind::name));
        }
        let mut amount = |field, text: &Option<Text>| {
            let read = text.as_ref().and_then(|text| fields.take(field, Money::parse(text, currency)));
            read.map(|money| money.minor)
        };
        query.min_minor = amount("min_amount", &self.min_amount);
        query.max_minor = amount("max_amount", &self.max_amount);
        fields.valid().map(|()| query)
    }
}

/// What a chart or an export is about: both days, where none is optional.
fn two_days(from: &str, to: &str) -> Result<(kit_core::Day, kit_core::Day), ApiError> {
    let mut fields = Fields::default();
    match (fields.day("from", from), fields.day("to", to)) {
        (Some(from), Some(to)) => Ok((from, to)),
        _ => Err(fields.refusal()),
    }
}

pub(crate) struct Statements;

#[OpenApi(tag = "Tag::Statements")]
impl Statements {
    /// The statement
    ///
    /// Entries newest first, each with the balance after it. With any of `text`, `from`, `to`, `direction`, `kind`,
    /// `min_amount` or `max_amount`, those that match all of them, and in `found` what they add up to on all pages.
    #[oai(path = "/accounts/:number/entries", method = "get", operation_id = "listEntries")]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the query string")]
    async fn entries(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<Text>,
        /// The `next_cursor` of the page before; the newest entries without it.
        cursor: Query<Option<Text>>,
        /// How many entries: 1 to 200, 50 by default.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u16>>,
        /// Words or parts of words of counterparty and reference, whatever their case and accents; at most 100
        /// characters.
        text: Query<Option<Text>>,
        /// The first day, such as `2026-11-01`, in UTC.
        from: Query<Option<Text>>,
        /// The last day.
        to: Query<Option<Text>>,
        /// `in` or `out`.
        direction: Query<Option<Text>>,
        /// One or several of `deposit`, `withdrawal`, `transfer`, `payment` and `refund`, with commas between them.
        kind: Query<Option<Text>>,
        /// At least so much, whichever way it went.
        min_amount: Query<Option<Text>>,
        /// At most so much, whichever way it went.
        max_amount: Query<Option<Text>>,
    ) -> Result<Json<EntryPageBody>, ApiError> {
        let (customer, number) = (caller.id(), path_account(&number.0)?);
        let cursor = cursor.0.map(|cursor| cursor.parse::<u64>()).transpose();
        let cursor = cursor.map_err(|_| Refusal::field("cursor", Flaw::NotACursor { parameter: "next_cursor" }))?;
        let limit = usize::from(limit.0.unwrap_or(ENTRIES));
        let asked = Asked {
            text: text.0,
            from: from.0,
            to: to.0,
            direction: direction.0,
            kind: kind.0,
            min_amount: min_amount.0,
            max_amount: max_amount.0,
        };
        if !asked.is_search() {
            let page = lanes.browse(move |bank| bank.overview(customer, number, cursor, limit)).await?.page;
            return Ok(Json(EntryPageBody::new(&page.entries, page.next, None)));
        }
        let currency = lanes.browse(move |bank| bank.account(customer, number)).await?.currency;
        let query = asked.query(currency)?;
        let found = lanes.browse(move |bank| bank.statement(customer, number, &query, cursor, limit)).await?;
        Ok(Json(EntryPageBody::new(&found.entries, found.next, Some(&found))))
    }

    /// One entry
    ///
    /// For a receipt: what moved, between whom, when, and the balance after it.
    #[oai(path = "/accounts/:number/entries/:id", method = "get", operation_id = "getEntry")]
    async fn entry(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<Text>,
        /// The transfer's id.
        id: Path<Text>,
    ) -> Result<Json<EntryBody>, ApiError> {
        let (customer, number) = (caller.id(), path_account(&number.0)?);
        let id = TransferId::parse(&id.0).ok_or(Refusal::EntryNotFound)?;
        let entry = lanes.browse(move |bank| bank.entry(customer, number, id)).await?;
        Ok(Json((&entry).into()))
    }

    /// The balance over time
    ///
    /// The posted balance at the end of each day, ten years at most.
    #[oai(path = "/accounts/:number/balances", method = "get", operation_id = "listBalances")]
    async fn balances(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<Text>,
        /// The first day, such as `2026-11-01`, in UTC.
        from: Query<Text>,
        /// The last day.
        to: Query<Text>,
    ) -> Result<Json<BalancesBody>, ApiError> {
        let (customer, number, days) = (caller.id(), path_account(&number.0)?, two_days(&from.0, &to.0)?);
        let history = lanes.browse(move |bank| bank.balance_over_time(customer, number, days.0, days.1)).await?;
        Ok(Json((&history).into()))
    }

    /// What was spent
    ///
    /// By counterparty, the largest first: payments less what was refunded, transfers to others, cash. Moving money to an
    /// account of one's own is not spending.
    #[oai(path = "/accounts/:number/spending", method = "get", operation_id = "listSpending")]
    async fn spending(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<Text>,
        /// The first day, such as `2026-11-01`, in UTC.
        from: Query<Text>,
        /// The last day.
        to: Query<Text>,
    ) -> Result<Json<SpendingBody>, ApiError> {
        let (customer, number, days) = (caller.id(), path_account(&number.0)?, two_days(&from.0, &to.0)?);
        let spending = lanes.browse(move |bank| bank.spending(customer, number, days.0, days.1)).await?;
        Ok(Json((&spending).into()))
    }

    /// The statement as CSV
    ///
    /// Oldest entry first; everything up to today without days. With the parameters of a search, the entries that
    /// match. At most 10,000 entries: a longer one is refused, never cut short.
    #[oai(path = "/accounts/:number/statement.csv", method = "get", operation_id = "downloadCsv")]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the query string")]
    async fn csv(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<Text>,
        /// Words or parts of words of counterparty and reference, whatever their case and accents; at most 100
        /// characters.
        text: Query<Option<Text>>,
        /// The first day, such as `2026-11-01`, in UTC.
        from: Query<Option<Text>>,
        /// The last day.
        to: Query<Option<Text>>,
        /// `in` or `out`.
        direction: Query<Option<Text>>,
        /// One or several of `deposit`, `withdrawal`, `transfer`, `payment` and `refund`, with commas between them.
        kind: Query<Option<Text>>,
        /// At least so much, whichever way it went.
        min_amount: Query<Option<Text>>,
        /// At most so much, whichever way it went.
        max_amount: Query<Option<Text>>,
    ) -> Result<Csv, ApiError> {
        let asked = Asked {
            text: text.0,
            from: from.0,
            to: to.0,
            direction: direction.0,
            kind: kind.0,
            min_amount: min_amount.0,
            max_amount: max_amount.0,
        };
        let made = document(lanes, &caller, &number.0, asked, csv, "csv").await?;
        Ok(Csv::Made(Binary(made.bytes), made.disposition))
    }

    /// The statement as OFX
    ///
    /// OFX 2.2, oldest entry first; everything up to today without days. At most 10,000 entries: a longer one is refused,
    /// never cut short.
    #[oai(path = "/accounts/:number/statement.ofx", method = "get", operation_id = "downloadOfx")]
    async fn ofx(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<Text>,
        /// The first day, such as `2026-11-01`, in UTC.
        from: Query<Option<Text>>,
        /// The last day.
        to: Query<Option<Text>>,
    ) -> Result<Ofx, ApiError> {
        let made = document(lanes, &caller, &number.0, Asked::of_days(from.0, to.0), ofx, "ofx").await?;
        Ok(Ofx::Made(Binary(made.bytes), made.disposition))
    }

    /// The statement as camt.053
    ///
    /// ISO 20022 camt.053.001.08, oldest entry first; everything up to today without days. At most 10,000 entries: a
    /// longer one is refused, never cut short. Ids are the transfers' without hyphens.
    #[oai(path = "/accounts/:number/statement.camt053.xml", method = "get", operation_id = "downloadCamt053")]
    async fn camt053(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<Text>,
        /// The first day, such as `2026-11-01`, in UTC.
        from: Query<Option<Text>>,
        /// The last day.
        to: Query<Option<Text>>,
    ) -> Result<Camt053, ApiError> {
        let made = document(lanes, &caller, &number.0, Asked::of_days(from.0, to.0), camt053, "camt053.xml").await?;
        Ok(Camt053::Made(Binary(made.bytes), made.disposition))
    }
}
