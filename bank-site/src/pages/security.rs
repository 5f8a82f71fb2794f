//! Password, sessions, and what happened.

use askama::Template;
use bank_core::model::{EventKind, Session, SessionId, SessionKind};
use bank_core::{EventView, Refusal};
use kit_web::forms::{Field, FormData, FormErrors, Kind};
use poem::web::{Path, Query};
use poem::{Response, Result, handler};
use serde::Deserialize;

use super::attempt::Attempt;
use super::visitor::{Frame, Member, forget};
use super::{go, page_with, refusals};
use crate::problem;

/// Events on the page.
const EVENTS: usize = 30;

#[derive(Template)]
#[template(path = "security.html")]
struct SecurityPage<'a> {
    frame: Frame,
    errors: &'a FormErrors,
    current_password: Field,
    new_password: Field,
    sessions: Vec<Session>,
    current: SessionId,
    events: Vec<EventView>,
    notice: Option<&'static str>,
}

#[derive(Deserialize)]
struct Parameters {
    /// The change that was just made.
    done: Option<String>,
}

async fn render(member: Member, attempt: &Attempt, done: Option<&str>) -> Result<Response> {
    let customer = member.id();
    let found = member
        .lanes
        .browse(move |bank| Ok((bank.sessions(customer)?, bank.security_events(customer, None, EVENTS)?.events)));
    let (sessions, events) = found.await.map_err(|error| problem::of(&error))?;
    let least = member.lanes.bank().config().password_characters;
    let field = |kind, name, label: &str| Field::new(kind, name, label).errors(&attempt.errors);
    // Believed only where the newest event says the same: a link from somewhere else cannot make the page say it.
    let newest = events.first().map(|event| event.kind).filter(|kind| Some(kind.name()) == done);
    let page = SecurityPage {
        frame: member.frame,
        errors: &attempt.errors,
        current_password: field(Kind::Password, "current_password", "Current password")
            .autocomplete("current-password"),
        new_password: field(Kind::Password, "new_password", "New password")
            .hint(format!("At least {least} characters; a short sentence is good."))
            .autocomplete("new-password"),
        sessions,
        current: member.signed_in.session.id,
        events,
        notice: newest.and_then(notice),
    };
    page_with(&page, attempt.status())
}

fn notice(kind: EventKind) -> Option<&'static str> {
    match kind {
        EventKind::PinChanged => Some("Your PIN is changed. All your other sessions have ended."),
        EventKind::PasswordChanged => Some("Your password is changed. All your other sessions have ended."),
        _ => None,
    }
}

#[handler]
pub(super) async fn show(member: Member, Query(Parameters { done }): Query<Parameters>) -> Result<Response> {
    render(member, &Attempt::fresh(), done.as_deref()).await
}

#[handler]
pub(super) async fn change_password(member: Member, form: FormData) -> Result<Response> {
    let mut attempt = Attempt::of(form);
    let (current, new) = (attempt.password("current_password"), attempt.password("new_password"));
    let session = member.signed_in.session.clone();
    match member.lanes.hash(move |bank| bank.change_password(&session, &current, &new)).await {
        Ok(()) => Ok(go("/security?done=password-changed")),
        Err(error) => {
            attempt.refused(&error, &["current_password", "new_password"])?;
            render(member, &attempt, None).await
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
