//! Statements: entries and searches among them, charts, and documents to take away.

mod bodies;
mod documents;

use bank_core::model::TransferId;
use bank_core::rules::export::camt::{camt052, camt053};
use bank_core::rules::export::csv::{CsvFor, for_programs};
use bank_core::rules::export::ofx::ofx;
use bank_core::{Coverage, Refusal, StatementQuery, check_query};
use kit_core::{Currency, Money};
use kit_web::wire::{Date, Id, SentAccountDigits, SentAmount};
use kit_web::{Named, Text};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Binary, Json};

use super::Tag;
use super::auth::CustomerToken;
use super::fields::{Fields, path_account};
use super::names::{CsvForNames, DirectionNames, TransferKindNames};
use crate::config::SiteConfig;
use crate::lanes::Lanes;
use crate::pages::{write_pdf, write_sheet};
use crate::problem::ApiError;
use crate::words::words;
pub(in crate::api) use bodies::EntryBody;
use bodies::{BalancesBody, EntryPageBody, SpendingBody};
use documents::{Camt052, Camt053, Csv, Ofx, Pdf, document};

/// How many entries stand on a page unless asked otherwise.
const ENTRIES: u16 = 50;

/// What was asked for in a query string.
#[derive(Default)]
struct Asked {
    text: Option<Text>,
    from: Option<Date>,
    to: Option<Date>,
    direction: Option<Named<DirectionNames>>,
    kind: Option<Vec<Named<TransferKindNames>>>,
    min_amount: Option<SentAmount>,
    max_amount: Option<SentAmount>,
}

impl Asked {
    fn of_days(from: Option<Date>, to: Option<Date>) -> Self {
        Self { from, to, ..Self::default() }
    }

    /// Whether anything was asked: without, a page comes along the ledger's own links, however long the ledger is.
    fn is_search(&self) -> bool {
        let Self { text, from, to, direction, kind, min_amount, max_amount } = self;
        let texts = text.is_some() || direction.is_some() || kind.is_some();
        texts || from.is_some() || to.is_some() || min_amount.is_some() || max_amount.is_some()
    }

    /// In the core's words. Amounts are of the account's currency.
    fn query(&self, currency: Currency, mut fields: Fields) -> Result<StatementQuery, ApiError> {
        let mut query = StatementQuery {
            text: self.text.as_ref().map(|text| text.0.clone()).unwrap_or_default(),
            from_day: self.from.as_ref().and_then(|day| fields.day("from", day)),
            to_day: self.to.as_ref().and_then(|day| fields.day("to", day)),
            direction: self.direction.as_ref().and_then(|direction| fields.named("direction", direction)),
            ..StatementQuery::default()
        };
        for kind in self.kind.iter().flatten() {
            query.kinds.extend(fields.named("kind", kind));
        }
        let mut amount = |field, text: &Option<SentAmount>| {
            let read = text.as_ref().and_then(|text| fields.take(field, Money::parse(text, currency)));
            read.map(|money| money.minor)
        };
        query.min_minor = amount("min_amount", &self.min_amount);
        query.max_minor = amount("max_amount", &self.max_amount);
        fields.all(check_query(&query));
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
    /// List entries
    ///
    /// The statement of an account: entries newest first, each with the balance after it. With any of `text`, `from`,
    /// `to`, `direction`, `kind`, `min_amount` or `max_amount`: the entries that match all of them, and in `found`
    /// their number and sums on all pages.
    #[oai(path = "/accounts/:number/entries", method = "get", operation_id = "listEntries")]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the query string")]
    async fn entries(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        /// The `next_cursor` of the page before; the newest entries without it.
        cursor: Query<Option<Text>>,
        /// How many entries: 1 to 200, 50 by default.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u16>>,
        /// Words or parts of words of the counterparty and the reference; case and accents do not matter. At most 100
        /// characters.
        text: Query<Option<Text>>,
        /// The first day.
        from: Query<Option<Date>>,
        /// The last day.
        to: Query<Option<Date>>,
        /// Only what came in, or what left.
        direction: Query<Option<Named<DirectionNames>>>,
        /// Only these kinds; may be repeated.
        kind: Query<Option<Vec<Named<TransferKindNames>>>>,
        /// The smallest amount, in either direction.
        min_amount: Query<Option<SentAmount>>,
        /// The largest amount, in either direction.
        max_amount: Query<Option<SentAmount>>,
    ) -> Result<Json<EntryPageBody>, ApiError> {
        let (customer, number) = (caller.id(), path_account(&number.0)?);
        let mut fields = Fields::default();
        let cursor = cursor.0.and_then(|cursor| fields.cursor(cursor.parse::<u64>().ok()));
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
            fields.valid()?;
            let page = lanes.browse(move |bank| bank.overview(customer, number, cursor, limit)).await?.page;
            return Ok(Json(EntryPageBody::new(&page.entries, lanes.bank().calendar(), page.next, None)));
        }
        let currency = lanes.browse(move |bank| bank.account(customer, number)).await?.currency;
        let query = asked.query(currency, fields)?;
        let found = lanes.browse(move |bank| bank.statement(customer, number, &query, cursor, limit)).await?;
        Ok(Json(EntryPageBody::new(&found.entries, lanes.bank().calendar(), found.next, Some(&found))))
    }

    /// Get an entry
    ///
    /// For a receipt: what moved, between whom, when, and the balance after it.
    #[oai(path = "/accounts/:number/entries/:id", method = "get", operation_id = "getEntry")]
    async fn entry(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        /// The transfer's id.
        id: Path<Id>,
    ) -> Result<Json<EntryBody>, ApiError> {
        let (customer, number) = (caller.id(), path_account(&number.0)?);
        let id = TransferId::parse(&id.0).ok_or(Refusal::EntryNotFound)?;
        let entry = lanes.browse(move |bank| bank.entry(customer, number, id)).await?;
        Ok(Json((&entry).into()))
    }

    /// List daily balances
    ///
    /// The posted balance at the end of each day; at most ten years.
    #[oai(path = "/accounts/:number/balances", method = "get", operation_id = "listBalances")]
    async fn balances(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        /// The first day.
        from: Query<Date>,
        /// The last day.
        to: Query<Date>,
    ) -> Result<Json<BalancesBody>, ApiError> {
        let (customer, number, days) = (caller.id(), path_account(&number.0)?, two_days(&from.0, &to.0)?);
        let history = lanes.browse(move |bank| bank.balance_over_time(customer, number, days.0, days.1)).await?;
        Ok(Json(BalancesBody::new(&history, lanes.bank().calendar())))
    }

    /// List spending
    ///
    /// By counterparty, the largest first: payments less refunds, transfers to others, cash. Transfers between the
    /// customer's own accounts are not spending.
    #[oai(path = "/accounts/:number/spending", method = "get", operation_id = "listSpending")]
    async fn spending(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        /// The first day.
        from: Query<Date>,
        /// The last day.
        to: Query<Date>,
    ) -> Result<Json<SpendingBody>, ApiError> {
        let (customer, number, days) = (caller.id(), path_account(&number.0)?, two_days(&from.0, &to.0)?);
        let spending = lanes.browse(move |bank| bank.spending(customer, number, days.0, days.1)).await?;
        Ok(Json((&spending).into()))
    }

    /// Download a statement as CSV
    ///
    /// Oldest entry first; without days, everything up to today. With the parameters of a search, the entries that
    /// match. At most 10,000 entries: a longer statement is refused, never truncated. For programs unless `for` says
    /// `spreadsheets`.
    #[oai(path = "/accounts/:number/statement.csv", method = "get", operation_id = "downloadCsv")]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the query string")]
    async fn csv(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        /// Words or parts of words of the counterparty and the reference; case and accents do not matter. At most 100
        /// characters.
        text: Query<Option<Text>>,
        /// The first day.
        from: Query<Option<Date>>,
        /// The last day.
        to: Query<Option<Date>>,
        /// Only what came in, or what left.
        direction: Query<Option<Named<DirectionNames>>>,
        /// Only these kinds; may be repeated.
        kind: Query<Option<Vec<Named<TransferKindNames>>>>,
        /// The smallest amount, in either direction.
        min_amount: Query<Option<SentAmount>>,
        /// The largest amount, in either direction.
        max_amount: Query<Option<SentAmount>>,
        /// Who reads the file: `programs` by default.
        #[oai(name = "for")]
        reader: Query<Option<Named<CsvForNames>>>,
    ) -> Result<Csv, ApiError> {
        let mut fields = Fields::default();
        let reader = reader.0.map_or(Some(CsvFor::default()), |reader| fields.named("for", &reader));
        let Some(reader) = reader else { return Err(fields.refusal()) };
        let t = words(caller.0.signed_in.customer.language, lanes.bank().calendar());
        let asked = Asked {
            text: text.0,
            from: from.0,
            to: to.0,
            direction: direction.0,
            kind: kind.0,
            min_amount: min_amount.0,
            max_amount: max_amount.0,
        };
        let write = move |of: &_| {
            let text = match reader {
                CsvFor::Programs => for_programs(of),
                CsvFor::Spreadsheets => write_sheet(t, of),
            };
            Ok(text.into_bytes())
        };
        let suffix = match reader {
            CsvFor::Programs => "csv",
            CsvFor::Spreadsheets => "spreadsheet.csv",
        };
        let made = document(lanes, &caller, &number.0, (asked, Coverage::Everything), write, suffix).await?;
        Ok(Csv::Made(Binary(made.bytes), made.disposition))
    }

    /// Download a statement as OFX
    ///
    /// OFX 2.2, oldest entry first; without days, everything up to today. The balance is that of now. At most 10,000
    /// entries: a longer statement is refused, never truncated.
    #[oai(path = "/accounts/:number/statement.ofx", method = "get", operation_id = "downloadOfx")]
    async fn ofx(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        /// The first day.
        from: Query<Option<Date>>,
        /// The last day.
        to: Query<Option<Date>>,
    ) -> Result<Ofx, ApiError> {
        let write = |of: &_| Ok(ofx(of).into_bytes());
        let made =
            document(lanes, &caller, &number.0, (Asked::of_days(from.0, to.0), Coverage::Everything), write, "ofx")
                .await?;
        Ok(Ofx::Made(Binary(made.bytes), made.disposition))
    }

    /// Download a statement as camt.053
    ///
    /// ISO 20022 camt.053.001.08, oldest entry first, of days that have ended: without days, all of them. With today or
    /// later days it is refused (`days-not-ended`): camt.052, CSV, OFX and PDF have them. A day ends at midnight in
    /// the bank's time zone;
    /// its statement is there a minute later. At most 10,000 entries: a longer statement is refused, never truncated.
    /// Ids of entries are those of the transfers without hyphens; the id of the statement is of its content: the same
    /// content has the same id.
    #[oai(path = "/accounts/:number/statement.camt053.xml", method = "get", operation_id = "downloadCamt053")]
    async fn camt053(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        /// The first day.
        from: Query<Option<Date>>,
        /// The last day.
        to: Query<Option<Date>>,
    ) -> Result<Camt053, ApiError> {
        let write = |of: &_| Ok(camt053(of).into_bytes());
        let made = document(
            lanes,
            &caller,
            &number.0,
            (Asked::of_days(from.0, to.0), Coverage::EndedDays),
            write,
            "camt053.xml",
        )
        .await?;
        Ok(Camt053::Made(Binary(made.bytes), made.disposition))
    }

    /// Download a report as camt.052
    ///
    /// ISO 20022 camt.052.001.08, oldest entry first, with the balance of now as an interim one (`ITBD`): without days,
    /// today alone. At most 10,000 entries: a longer report is refused, never truncated. Ids are as in camt.053.
    #[oai(path = "/accounts/:number/statement.camt052.xml", method = "get", operation_id = "downloadCamt052")]
    async fn camt052(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        /// The first day.
        from: Query<Option<Date>>,
        /// The last day.
        to: Query<Option<Date>>,
    ) -> Result<Camt052, ApiError> {
        let write = |of: &_| Ok(camt052(of).into_bytes());
        let asked = (Asked::of_days(from.0, to.0), Coverage::Today);
        let made = document(lanes, &caller, &number.0, asked, write, "camt052.xml").await?;
        Ok(Camt052::Made(Binary(made.bytes), made.disposition))
    }

    /// Download a statement as PDF
    ///
    /// A document to print, in the customer's language, oldest entry first; without days, everything up to today. At
    /// most 10,000 entries: a longer statement is refused, never truncated.
    #[oai(path = "/accounts/:number/statement.pdf", method = "get", operation_id = "downloadPdf")]
    async fn pdf(
        &self,
        Data(lanes): Data<&Lanes>,
        Data(config): Data<&SiteConfig>,
        caller: CustomerToken,
        /// The account's number.
        number: Path<SentAccountDigits>,
        /// The first day.
        from: Query<Option<Date>>,
        /// The last day.
        to: Query<Option<Date>>,
    ) -> Result<Pdf, ApiError> {
        let t = words(caller.0.signed_in.customer.language, lanes.bank().calendar());
        let fonts = config.fonts.clone();
        let write = move |of: &_| write_pdf(t, of, &fonts);
        let made =
            document(lanes, &caller, &number.0, (Asked::of_days(from.0, to.0), Coverage::Everything), write, "pdf")
                .await?;
        Ok(Pdf::Made(Binary(made.bytes), made.disposition))
    }
}
