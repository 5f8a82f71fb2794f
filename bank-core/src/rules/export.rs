//! Statements to take away: one document, written as CSV, OFX, camt.053 or camt.052 by pure functions.

pub mod camt;
pub mod csv;
pub mod ofx;
mod xml;

use kit_core::{AccountNumber, Calendar, Currency, Money, Timestamp};

use super::statement::Days;
use crate::model::{Counterparty, TransferId, TransferKind};

/// The most entries of one document.
pub const MAX_RECORDS: usize = 10_000;

/// What statements call the bank.
const BANK: &str = "Bank";

/// A statement of one account, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementDocument {
    /// The account.
    pub account: AccountNumber,
    /// What its customer calls it.
    pub account_name: String,
    /// The customer's name.
    pub owner: String,
    /// Which days it covers.
    pub days: Days,
    /// When it was made.
    pub made_at: Timestamp,
    /// The bank's days: the document's times are shown by its zones.
    pub calendar: Calendar,
    /// The posted balance before the first day.
    pub opening: Money,
    /// The posted balance after the last day, or so far where that is not over.
    pub closing: Money,
    /// The posted balance when it was made, whatever its days are.
    pub balance: Money,
    /// Its entries, oldest first; some of them where something was searched for.
    pub records: Vec<Record>,
}

impl StatementDocument {
    /// What the account is kept in.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.opening.currency
    }
}

/// One entry of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The transfer.
    pub id: TransferId,
    /// When it was posted.
    pub at: Timestamp,
    /// What it was for.
    pub kind: TransferKind,
    /// How much; negative where it left the account.
    pub amount: Money,
    /// The posted balance after it.
    pub balance_after: Money,
    /// Who is on the other side, as the customer may see it.
    pub counterparty: Counterparty,
    /// What it says.
    pub reference: String,
}

impl Record {
    /// The amount without its sign.
    fn size(&self) -> Money {
        Money::new(self.amount.minor.saturating_abs(), self.amount.currency)
    }
}

/// The first `characters` of a text: formats have limits, and a name that is cut is better than a file that is refused.
fn shortened(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}

/// A document in which every format has something to trip over.
#[cfg(test)]
pub(crate) mod sample {
    use kit_core::{Day, Uuid};

    use super::*;

    pub(crate) fn document() -> StatementDocument {
        let money = |minor| Money::new(minor, Currency::EUR);
        let day = |text: &str| Day::parse(text).expect("a day");
        let mut balance = 1_000;
        let mut record = |n: u128, kind, minor, counterparty: Counterparty, reference: &str| {
            balance += minor;
            Record {
                id: TransferId::from_uuid(Uuid::from_u128(n)),
                at: Timestamp::parse_rfc3339("2026-11-22T16:07:00.123456Z").expect("a time"),
                kind,
                amount: money(minor),
                balance_after: money(balance),
                counterparty,
                reference: reference.into(),
            }
        };
        let merchant = |name: &str| Counterparty::Merchant(name.into());
        let number = AccountNumber::from_payload(2_400_000_001);
        let payee = |name| Counterparty::Payee { name, number };
        let payer = Counterparty::Payer { name: "Ben O'Neill".into(), tail: number.tail() };
        let records = vec![
            record(1, TransferKind::Deposit, 25_000, Counterparty::Cash, ""),
            record(2, TransferKind::Payment, -12_990, merchant("Müller & Söhne <GmbH>"), "=HYPERLINK(\"http://x\")"),
            record(3, TransferKind::Transfer, -5, payee(None), "line\nbreak, \"quotes\" and \u{1} control ]]>"),
            record(4, TransferKind::Refund, 12_990, merchant(&"a long name ".repeat(12)), "@back\tagain"),
            record(5, TransferKind::Withdrawal, -25_995, Counterparty::Cash, "🙂"),
            record(6, TransferKind::Transfer, -200, payee(Some("Ben <at> home".into())), ""),
            record(7, TransferKind::Transfer, 200, payer, "back"),
        ];
        StatementDocument {
            account: AccountNumber::from_payload(2_400_000_001),
            account_name: "Current & more".into(),
            owner: "Ada <Lovelace>".into(),
            days: Days { from: day("2026-11-01"), to: day("2026-11-30") },
            made_at: Timestamp::parse_rfc3339("2026-11-22T17:00:00Z").expect("a time"),
            calendar: Calendar::UTC,
            opening: money(1_000),
            closing: money(0),
            balance: money(777),
            records,
        }
    }
}
