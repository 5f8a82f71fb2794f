//! Entries of statements as pages show them.

use bank_core::{Counterparty, Entry};
use kit_core::{AccountNumber, Day, Money, Timestamp};
use kit_web::Words;

use super::told;

/// One entry.
pub(super) struct Line {
    /// Where its receipt is.
    pub(super) receipt: String,
    /// Who, or what where that is nobody.
    pub(super) title: String,
    /// What it was, and what it says.
    pub(super) about: String,
    /// Its mark: the stable slug of its kind.
    pub(super) kind: &'static str,
    pub(super) at: Timestamp,
    pub(super) amount: Money,
    pub(super) balance_after: Money,
}

impl Line {
    pub(super) fn new(t: Words<'_>, account: AccountNumber, entry: &Entry) -> Self {
        let (kind, other) = (told::kind(t, entry.kind), counterparty(t, &entry.counterparty));
        let named = !matches!(entry.counterparty, Counterparty::Cash | Counterparty::Unknown);
        let (title, about) = if named { (other, kind) } else { (kind, other) };
        // Under a name, the number as well; a number alone is the title already.
        let other_account = entry.counterparty.name().and(entry.counterparty.account()).unwrap_or_default();
        let about = [about.as_str(), &other_account, &entry.reference].into_iter().filter(|part| !part.is_empty());
        Self {
            receipt: format!("/accounts/{}/entries/{}", account.digits(), entry.id),
            title,
            about: about.collect::<Vec<_>>().join(" · "),
            kind: entry.kind.name(),
            at: entry.at,
            amount: entry.amount,
            balance_after: entry.balance_after,
        }
    }
}

/// Who is on the other side, in the page's language. Nobody, where the bank does not know.
pub(super) fn counterparty(t: Words<'_>, counterparty: &Counterparty) -> String {
    match counterparty {
        Counterparty::Cash => t.say("cash").to_string(),
        other => other.to_string(),
    }
}

/// A day of a statement.
pub(super) struct DayOfLines {
    pub(super) day: Day,
    /// The balance after its last entry on this page.
    pub(super) balance: Money,
    /// Its entries, newest first.
    pub(super) lines: Vec<Line>,
}

/// Entries, newest first, by the days on which they were posted.
pub(super) fn by_day(t: Words<'_>, account: AccountNumber, entries: &[Entry]) -> Vec<DayOfLines> {
    let each = entries.chunk_by(|one, other| t.calendar().day(one.at) == t.calendar().day(other.at));
    each.filter_map(|entries| {
        let newest = entries.first()?;
        Some(DayOfLines {
            day: t.calendar().day(newest.at),
            balance: newest.balance_after,
            lines: entries.iter().map(|entry| Line::new(t, account, entry)).collect(),
        })
    })
    .collect()
}
