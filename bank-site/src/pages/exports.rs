//! Statements to take away, for whoever is logged in: the API's files, and one to print.

use bank_core::rules::export::csv::{COLUMNS, CsvFor, SheetTexts, for_programs, for_spreadsheets};
use bank_core::rules::export::{Record, StatementDocument};
use bank_core::rules::export::{camt, ofx::ofx as write_ofx};
use bank_core::{Coverage, StatementQuery};
use kit_core::Money;
use kit_paper::{Block, Column, FontLibrary, Paper, Table};
use kit_web::{Problem, Words};
use poem::http::header;
use poem::web::{Data, Path};
use poem::{Request, Response, Result, handler};

use super::lines::counterparty;
use super::search::Search;
use super::visitor::Member;
use super::{path_number, told};
use crate::config::SiteConfig;
use crate::problem;

/// What stands in a file.
enum Of {
    /// What is searched for.
    WhatIsFound,
    /// All of the days that are searched in, so that balances add up.
    Days,
    /// The same, where they have ended.
    EndedDays,
    /// The same, or today alone.
    Today,
}

/// A file with what an address asks for. A wrong one leads to the account's page, which says what is
/// wrong with it.
async fn file(
    member: Member,
    number: &str,
    request: &Request,
    (suffix, kind): (&'static str, &'static str),
    of: Of,
    write: impl FnOnce(&StatementDocument) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Response> {
    let (customer, number) = (member.id(), path_number(number)?);
    let mut search = Search::of(member.frame.t, request.uri().query().unwrap_or_default())?;
    let account = member.lanes.browse(move |bank| bank.account(customer, number)).await;
    let currency = account.map_err(|error| problem::of(&error))?.currency;
    let Some(query) = search.query(currency) else { return Ok(super::go(search.address(number, ""))) };
    let query = match of {
        Of::WhatIsFound => query,
        Of::Days | Of::EndedDays | Of::Today => {
            StatementQuery { from_day: query.from_day, to_day: query.to_day, ..StatementQuery::default() }
        }
    };
    let coverage = match of {
        Of::WhatIsFound | Of::Days => Coverage::Everything,
        Of::EndedDays => Coverage::EndedDays,
        Of::Today => Coverage::Today,
    };
    let made = member.lanes.browse(move |bank| {
        let document = bank.statement_document(customer, number, &query, coverage)?;
        // Also writing takes its time, so it is done in the lane.
        Ok((document.days, write(&document)))
    });
    let (days, bytes) = match made.await {
        Ok(made) => made,
        Err(error) => {
            search.refused(&error)?;
            return Ok(super::go(search.address(number, "")));
        }
    };
    let name = format!("statement-{}-{}-{}.{suffix}", number.digits(), days.from, days.to);
    let response = Response::builder().header(header::CONTENT_TYPE, kind);
    Ok(response.header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")).body(bytes?))
}

#[handler]
pub(super) async fn csv(member: Member, Path(number): Path<String>, request: &Request) -> Result<Response> {
    let t = member.frame.t;
    let sheet =
        Search::of(t, request.uri().query().unwrap_or_default())?.parameter("for") == CsvFor::Spreadsheets.code();
    let kind = (if sheet { "spreadsheet.csv" } else { "csv" }, "text/csv; charset=utf-8");
    let write = move |of: &_| Ok(if sheet { write_sheet(t, of) } else { for_programs(of) }.into_bytes());
    file(member, &number, request, kind, Of::WhatIsFound, write).await
}

/// A statement as CSV for spreadsheets, in a language's words and separators.
pub(crate) fn write_sheet(t: Words<'_>, document: &StatementDocument) -> String {
    let texts = SheetTexts {
        language: t.language(),
        headings: COLUMNS.map(|column| heading(t, column)),
        kind: &|kind| told::kind(t, kind),
        cash: t.say("cash").to_string(),
    };
    for_spreadsheets(document, &texts)
}

fn heading(t: Words<'_>, column: &str) -> String {
    let key = format!("sheet-{}", column.replace('_', "-"));
    t.say(&key).with("zone", t.calendar().zone().name()).to_string()
}

#[handler]
pub(super) async fn ofx(member: Member, Path(number): Path<String>, request: &Request) -> Result<Response> {
    file(member, &number, request, ("ofx", "application/x-ofx"), Of::Days, |document| {
        Ok(write_ofx(document).into_bytes())
    })
    .await
}

#[handler]
pub(super) async fn camt053(member: Member, Path(number): Path<String>, request: &Request) -> Result<Response> {
    let kind = ("camt053.xml", "application/xml");
    file(member, &number, request, kind, Of::EndedDays, |document| Ok(camt::camt053(document).into_bytes())).await
}

#[handler]
pub(super) async fn camt052(member: Member, Path(number): Path<String>, request: &Request) -> Result<Response> {
    let kind = ("camt052.xml", "application/xml");
    file(member, &number, request, kind, Of::Today, |document| Ok(camt::camt052(document).into_bytes())).await
}

#[handler]
pub(super) async fn pdf(
    member: Member,
    Path(number): Path<String>,
    Data(config): Data<&SiteConfig>,
    request: &Request,
) -> Result<Response> {
    let (t, fonts) = (member.frame.t, config.fonts.clone());
    file(member, &number, request, ("pdf", "application/pdf"), Of::Days, move |document| write_pdf(t, document, &fonts))
        .await
}

/// A statement as PDF, in the words of a language.
pub(crate) fn write_pdf(t: Words<'_>, document: &StatementDocument, fonts: &FontLibrary) -> Result<Vec<u8>, Problem> {
    kit_paper::render(&paper(t, document), fonts).map_err(|error| {
        tracing::error!(%error, "a statement could not be rendered");
        Problem::internal()
    })
}

/// The statement as a document to print.
fn paper(t: Words<'_>, document: &StatementDocument) -> Paper {
    let said = |key: &str| t.say(key).to_string();
    let title = t.say("paper-title").with("number", document.account.to_string()).to_string();
    let (from, to) = (t.day(document.days.from), t.day(document.days.to));
    let mut blocks = vec![
        Block::Heading(title.clone()),
        Block::Facts(vec![
            (said("paper-holder"), document.owner.clone()),
            (said("account-of"), format!("\u{2068}{}\u{2069} · {}", document.account_name, document.account)),
            (said("paper-period"), format!("{from} – {to}")),
            (said("paper-made"), t.date_time(document.made_at)),
            (said("paper-opening"), t.money(document.opening)),
        ]),
    ];
    if document.records.is_empty() {
        blocks.push(Block::Text(said("paper-none")));
    } else {
        blocks.push(Block::Table(Table {
            columns: vec![
                Column::text(said("paper-day"), 4),
                Column::text(said("paper-what"), 8),
                Column::amount(said("spending-amount"), 4),
                Column::amount(said("account-posted"), 4),
            ],
            rows: document.records.iter().map(|record| row(t, record)).collect(),
        }));
    }
    let total = |sign: i64| {
        let minors = document.records.iter().map(|record| record.amount.minor).filter(|minor| minor.signum() == sign);
        Money::new(minors.fold(0, i64::saturating_add), document.currency())
    };
    blocks.push(Block::Sums(vec![
        (said("paper-in"), t.movement(total(1))),
        (said("paper-out"), t.movement(total(-1))),
        (
            said(if document.days.to < document.calendar.day(document.made_at) {
                "paper-closing"
            } else {
                "paper-so-far"
            }),
            t.money(document.closing),
        ),
    ]));
    let footer = format!("{} · {title} · {}", t.say("site-name"), t.zone_at(document.made_at));
    Paper { title, language: t.language(), created: document.made_at, footer, blocks }
}

fn row(t: Words<'_>, record: &Record) -> Vec<String> {
    let kind = told::kind(t, record.kind);
    let other = counterparty(t, &record.counterparty);
    let account = record.counterparty.name().and(record.counterparty.account()).unwrap_or_default();
    let what =
        [kind.as_str(), &other, &account].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let what = if record.reference.is_empty() { what } else { format!("{what}\n{}", record.reference) };
    vec![t.date(record.at), what, t.movement(record.amount), t.money(record.balance_after)]
}
