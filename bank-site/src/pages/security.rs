//! Password, sessions, and what happened.

use askama::Template;
use bank_core::model::{Customer, EventKind, Session, SessionId, SessionKind};
use bank_core::{EventPage, EventView, Refusal};
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::{Path, Query};
use poem::{Response, Result, handler};
use serde::Deserialize;

use super::attempt::Attempt;
use super::visitor::{Frame, Member, forget};
use super::{go, page_with, told};
use crate::problem;

/// Events on the page.
const EVENTS: usize = 20;

#[derive(Template)]
#[template(path = "security.html")]
struct SecurityPage<'a> {
    frame: Frame,
    errors: &'a FormErrors,
    current_password: Field,
    new_password: Field,
    sessions: Vec<Session>,
    current: SessionId,
    customer: Customer,
    events: Vec<EventView>,
    /// Where the older events begin.
    older: Option<u64>,
    /// Whether these are not the newest.
    later: bool,
    notice: Option<String>,
}

#[derive(Default, Deserialize)]
struct Parameters {
    /// The change that was just made.
    done: Option<String>,
    /// Where the page of events begins.
    before: Option<String>,
}

async fn render(member: Member, attempt: &Attempt, Parameters { done, before }: Parameters) -> Result<Response> {
    let (customer, t) = (member.id(), member.frame.t);
    // Whatever is no place among the events is their beginning.
    let before = before.and_then(|before| before.parse().ok());
    let found = member
        .lanes
        .browse(move |bank| Ok((bank.sessions(customer)?, bank.security_events(customer, before, EVENTS)?)));
    let (sessions, EventPage { events, next }) = found.await.map_err(|error| problem::of(&error))?;
    let least = member.lanes.bank().config().password_characters;
    // Believed only where the newest event says the same: a link from somewhere else cannot make the page say it.
    let newest = events.first().map(|event| event.kind).filter(|_| before.is_none());
    let newest = newest.filter(|kind| Some(kind.name()) == done.as_deref() && TOLD.contains(kind));
    let page = SecurityPage {
        frame: member.frame,
        errors: &attempt.errors,
        current_password: attempt
            .field(Kind::Password, "current_password", t.say("password-current"))
            .autocomplete("current-password"),
        new_password: attempt
            .field(Kind::Password, "new_password", t.say("password-new"))
            .hint(t.say("password-new-hint").with("least", least))
            .autocomplete("new-password"),
        sessions,
        current: member.signed_in.session.id,
        customer: member.signed_in.customer,
        events,
        older: next,
        later: before.is_some(),
        notice: newest.map(|kind| t.say(&format!("security-done-{}", kind.name())).to_string()),
    };
    page_with(&page, attempt.status())
}

/// The changes that this page tells of when they have just been made.
const TOLD: [EventKind; 3] = [EventKind::PinChanged, EventKind::PasswordChanged, EventKind::NameChanged];

#[handler]
pub(super) async fn show(member: Member, Query(parameters): Query<Parameters>) -> Result<Response> {
    let attempt = Attempt::fresh(member.frame.t);
    render(member, &attempt, parameters).await
}

#[handler]
pub(super) async fn change_password(member: Member, form: FormData) -> Result<Response> {
    let mut attempt = Attempt::of(member.frame.t, form);
    let (current, new) = (attempt.password("current_password"), attempt.password("new_password"));
    let session = member.signed_in.session.clone();
    match member.lanes.hash(move |bank| bank.change_password(&session, &current, &new)).await {
        Ok(()) => Ok(go("/security?done=password-changed")),
        Err(error) => {
            attempt.refused(&error, &["current_password", "new_password"])?;
            render(member, &attempt, Parameters::default()).await
        }
    }
}

#[handler]
pub(super) async fn end_session(member: Member, Path(id): Path<String>) -> Result<Response> {
    let id = SessionId::parse(&id).ok_or_else(|| problem::of_refusal(&Refusal::SessionNotFound))?;
    let customer = member.id();
    let ended = member.lanes.money(move |bank| bank.end_session(customer, id)).await;
    ended.map_err(|error| problem::of(&error))?;
    if id == member.signed_in.session.id {
        let mut response = go("/");
        forget(&mut response);
        return Ok(response);
    }
    Ok(go("/security"))
}
