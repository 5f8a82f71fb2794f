//! Sessions: signing in and out.

use bank_core::Refusal;
use bank_core::model::{Session, SessionId, SessionKind};
use kit_web::replies::Created;
use kit_web::wire::{Id, SecretId, Time};
use kit_web::{ClientIp, Named, SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::auth::{Caller, CustomerToken};
use super::names::SessionKindNames;
use super::replies::{Done, created};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// Credentials to sign in with.
#[derive(Object)]
#[oai(rename = "Credentials", deny_unknown_fields)]
struct CredentialsBody {
    /// The e-mail address.
    email: Text,
    /// The password.
    #[oai(write_only)]
    password: SecretText,
}

/// A new session.
#[derive(Object)]
#[oai(rename = "NewSession")]
struct NewSessionBody {
    /// The token to send as `Authorization: Bearer <token>`. The bank keeps only its hash and never shows it again.
    token: SecretId,
    /// When the session ends at the latest.
    expires_at: Time,
}

/// A session.
#[derive(Object)]
#[oai(rename = "Session")]
struct SessionBody {
    /// The id to end it by. It gives no access.
    id: Id,
    /// How it is carried.
    kind: Named<SessionKindNames>,
    /// When it began.
    created_at: Time,
    /// When it was last used, to within half a minute.
    last_used_at: Time,
    /// Whether it is the session of this call.
    current: bool,
}

impl SessionBody {
    fn of(session: &Session, current: SessionId) -> Self {
        Self {
            id: session.id.to_string().into(),
            kind: Named::of(session.kind),
            created_at: session.created_at.rfc3339().into(),
            last_used_at: session.seen_at.rfc3339().into(),
            current: session.id == current,
        }
    }
}

/// A customer's sessions.
#[derive(Object)]
#[oai(rename = "SessionList")]
struct SessionsBody {
    /// Newest first.
    sessions: Vec<SessionBody>,
}

pub(crate) struct Sessions;

#[OpenApi(tag = "Tag::Sessions")]
impl Sessions {
    /// Sign in
    ///
    /// Begins a session that ends 8 hours later at the latest.
    #[oai(path = "/sessions", method = "post", operation_id = "logIn")]
    async fn log_in(
        &self,
        Data(lanes): Data<&Lanes>,
        client: ClientIp,
        body: StrictJson<CredentialsBody>,
    ) -> Result<Created<NewSessionBody>, ApiError> {
        let CredentialsBody { email, password } = body.0;
        let password = password.to_core();
        let from = client.subscriber().to_string();
        let fresh = lanes.hash(move |bank| bank.log_in(&email, &password, SessionKind::Api, &from)).await?;
        let made = NewSessionBody { token: fresh.token.reveal().into(), expires_at: fresh.expires_at.rfc3339().into() };
        Ok(created(Json(made), &format!("/me/sessions/{}", fresh.session.id)))
    }

    /// Sign out
    ///
    /// Ends the session of this call. Its token is no longer valid.
    #[oai(path = "/sessions/current", method = "delete", operation_id = "logOut")]
    async fn log_out(&self, Data(lanes): Data<&Lanes>, caller: CustomerToken) -> Result<Done, ApiError> {
        let CustomerToken(Caller { token, .. }) = caller;
        lanes.money(move |bank| bank.log_out(&token)).await?;
        Ok(Done::Done)
    }

    /// List sessions
    ///
    /// All sessions of the customer, in browsers and by the API, newest first.
    #[oai(path = "/me/sessions", method = "get", operation_id = "listSessions")]
    async fn list(&self, Data(lanes): Data<&Lanes>, caller: CustomerToken) -> Result<Json<SessionsBody>, ApiError> {
        let (customer, current) = (caller.id(), caller.0.signed_in.session.id);
        let sessions = lanes.browse(move |bank| bank.sessions(customer)).await?;
        let sessions = sessions.iter().map(|session| SessionBody::of(session, current)).collect();
        Ok(Json(SessionsBody { sessions }))
    }

    /// Get a session
    ///
    /// One of the customer's own.
    #[oai(path = "/me/sessions/:id", method = "get", operation_id = "getSession")]
    async fn get(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The session's id.
        id: Path<Id>,
    ) -> Result<Json<SessionBody>, ApiError> {
        let id = SessionId::parse(&id.0).ok_or(Refusal::SessionNotFound)?;
        let (customer, current) = (caller.id(), caller.0.signed_in.session.id);
        let sessions = lanes.browse(move |bank| bank.sessions(customer)).await?;
        let session = sessions.iter().find(|session| session.id == id).ok_or(Refusal::SessionNotFound)?;
        Ok(Json(SessionBody::of(session, current)))
    }

    /// End a session
    ///
    /// One of the customer's own, the one of this call included.
    #[oai(path = "/me/sessions/:id", method = "delete", operation_id = "endSession")]
    async fn end(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// The session's id.
        id: Path<Id>,
    ) -> Result<Done, ApiError> {
        let id = SessionId::parse(&id.0).ok_or(Refusal::SessionNotFound)?;
        let customer = caller.id();
        lanes.money(move |bank| bank.end_session(customer, id)).await?;
        Ok(Done::Done)
    }
}
