//! Statements as files with names.

use bank_core::Coverage;
use bank_core::rules::export::StatementDocument;
use kit_core::AccountNumber;
use kit_web::Problem;
use poem_openapi::ApiResponse;
use poem_openapi::payload::Binary;

use super::super::auth::CustomerToken;
use super::super::fields::{Fields, path_account};
use super::Asked;
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// A statement as CSV.
#[derive(ApiResponse)]
pub(super) enum Csv {
    /// The file, in UTF-8: a header, one line an entry. For programs it is RFC 4180, and every value is as it is. For
    /// spreadsheets it has a byte order mark, the separators of the customer's language and headings in it, and what
    /// would be taken for a formula begins with an apostrophe.
    #[oai(status = 200, content_type = "text/csv; charset=utf-8")]
    Made(
        Binary<Vec<u8>>,
        /// The file's name.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

/// A statement as OFX.
#[derive(ApiResponse)]
pub(super) enum Ofx {
    /// The file. `FITID` is the transfer's id.
    #[oai(status = 200, content_type = "application/x-ofx")]
    Made(
        Binary<Vec<u8>>,
        /// The file's name.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

/// A statement as camt.053.
#[derive(ApiResponse)]
pub(super) enum Camt053 {
    /// The file.
    #[oai(status = 200, content_type = "application/xml")]
    Made(
        Binary<Vec<u8>>,
        /// The file's name.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

/// A statement as camt.052.
#[derive(ApiResponse)]
pub(super) enum Camt052 {
    /// The file.
    #[oai(status = 200, content_type = "application/xml")]
    Made(
        Binary<Vec<u8>>,
        /// The file's name.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

/// A statement as PDF.
#[derive(ApiResponse)]
pub(super) enum Pdf {
    /// The file.
    #[oai(status = 200, content_type = "application/pdf")]
    Made(
        Binary<Vec<u8>>,
        /// The file's name.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

/// A document, written.
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    pub(super) disposition: String,
}

/// What was asked for, written by `write`: also that takes its time, so it is done in the lane.
pub(super) async fn document(
    lanes: &Lanes,
    caller: &CustomerToken,
    number: &str,
    (asked, coverage): (Asked, Coverage),
    write: impl FnOnce(&StatementDocument) -> Result<Vec<u8>, Problem> + Send + 'static,
    suffix: &'static str,
) -> Result<Made, ApiError> {
    let (customer, number) = (caller.id(), path_account(number)?);
    let currency = lanes.browse(move |bank| bank.account(customer, number)).await?.currency;
    let query = asked.query(currency, Fields::default())?;
    let made = lanes.browse(move |bank| {
        let document = bank.statement_document(customer, number, &query, coverage)?;
        Ok((write(&document), disposition(number, &document, suffix)))
    });
    let (bytes, disposition) = made.await?;
    Ok(Made { bytes: bytes?, disposition })
}

fn disposition(number: AccountNumber, document: &StatementDocument, suffix: &str) -> String {
    let days = document.days;
    format!("attachment; filename=\"statement-{}-{}-{}.{suffix}\"", number.digits(), days.from, days.to)
}
