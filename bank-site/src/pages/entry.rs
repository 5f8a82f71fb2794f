//! The receipt of one entry.

use askama::Template;
use bank_core::model::TransferId;
use bank_core::{AccountView, Counterparty, Entry, Refusal};
use poem::web::Path;
use poem::{Response, Result, handler};

use super::lines::counterparty;
use super::visitor::{Frame, Member};
use super::{page, path_number, told};
use crate::problem;

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage {
    frame: Frame,
    account: AccountView,
    entry: Entry,
    kind: String,
    /// Who is on the other side, where the bank knows.
    other: String,
    /// Their account, where `other` is a name.
    other_account: Option<String>,
    /// What this customer and the other learn of each other.
    learns: Option<String>,
}

#[handler]
pub(super) async fn show(member: Member, Path((number, id)): Path<(String, String)>) -> Result<Response> {
    let (customer, number, t) = (member.id(), path_number(&number)?, member.frame.t);
    let found = member.lanes.browse(move |bank| {
        let id = TransferId::parse(&id).ok_or(Refusal::EntryNotFound)?;
        Ok((bank.account(customer, number)?, bank.entry(customer, number, id)?))
    });
    let (account, entry) = found.await.map_err(|error| problem::of(&error))?;
    page(&EntryPage {
        frame: member.frame,
        account,
        kind: told::kind(t, entry.kind),
        other: counterparty(t, &entry.counterparty),
        other_account: entry.counterparty.name().and(entry.counterparty.account()),
        learns: match entry.counterparty {
            Counterparty::Payee { .. } => Some(t.say("entry-recipient-learns").to_string()),
            Counterparty::Payer { .. } => Some(t.say("entry-of-the-payer").to_string()),
            _ => None,
        },
        entry,
    })
}
