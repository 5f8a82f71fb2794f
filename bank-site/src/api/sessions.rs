//! Sessions: logging in and out.

use bank_core::Refusal;
use bank_core::model::{Session, SessionId, SessionKind};
use kit_web::{ClientIp, SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::auth::{Caller, CustomerToken};
use super::replies::{Created, Done};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// Who logs in.
#[derive(Object)]
#[oai(rename = "Credentials", deny_unknown_fields)]
struct CredentialsBody {
    /// The e-mail address.
    email: Text,
    /// The password.
    #[oai(write_only)]
    password: SecretText,
}

/// A session that has just begun.
#[derive(Object)]
#[oai(rename = "NewSession")]
struct NewSessionBody {
    /// What to send as `Authorization: Bearer <token>`. It is told once; the bank keeps only its hash.
    token: Text,
    /// When it ends at the latest.
    expires_at: Text,
}

/// A session.
#[derive(Object)]
#[oai(rename = "Session")]
struct SessionBody {
    /// The id to end it by. It opens nothing.
    id: Text,
    /// How it is carried: `browser` or `api`.
    kind: Text,
    /// When it began.
    created_at: Text,
    /// When it was last used, to within half a minute.
    last_used_at: Text,
    /// Whether it is the one of this call.
    current: bool,
}

impl SessionBody {
    fn of(session: &Session, current: SessionId) -> Self {
        let kind = match session.kind {
            SessionKind::Browser => "browser",
            SessionKind::Api => "api",
        };
        Self {
            id: session.id.to_string().into(),
            kind: kind.into(),
            created_at: session.created_at.rfc3339().into(),
            last_used_at: session.seen_at.rfc3339().into(),
            current: session.id == current,
        }
    }
}

/// A customer's sessions.
#[derive(Object)]
#[oai(rename = "Sessions")]
struct SessionsBody {
    /// Newest first.
    sessions: Vec<SessionBody>,
}

pub(crate) struct Sessions;

#[OpenApi(tag = "Tag::Sessions")]
impl Sessions {
    /// Log in
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
        Ok(Created::Created(Json(made)))
    }

    /// Log out
    ///
    /// Ends the session of this call; its token opens nothing any more.
    #[oai(path = "/sessions/current", method = "delete", operation_id = "logOut")]
    async fn log_out(&self, Data(lanes): Data<&Lanes>, caller: CustomerToken) -> Result<Done, ApiError> {
        let CustomerToken(Caller { token, .. }) = caller;
        lanes.money(move |bank| bank.log_out(&token)).await?;
        Ok(Done::Done)
    }

    /// List sessions
    ///
    /// Of browsers and of programs alike.
    #[oai(path = "/me/sessions", method = "get", operation_id = "listSessions")]
    async fn list(&self, Data(lanes): Data<&Lanes>, caller: CustomerToken) -> Result<Json<SessionsBody>, ApiError> {
        let (customer, current) = (caller.id(), caller.0.signed_in.session.id);
        let sessions = lanes.browse(move |bank| bank.sessions(customer)).await?;
        let sessions = sessions.iter().map(|session| SessionBody::of(session, current)).collect();
        Ok(Json(SessionsBody { sessions }))
    }

    /// End a session
    #[oai(path = "/me/sessions/:id", method = "delete", operation_id = "endSession")]
    async fn end(
        &self,
        Data(lanes): Data<&Lanes>,
        caller: CustomerToken,
        /// Its id.
        id: Path<Text>,
    ) -> Result<Done, ApiError> {
        let id = SessionId::parse(&id.0).ok_or(Refusal::SessionNotFound)?;
        let customer = caller.id();
        lanes.money(move |bank| bank.end_session(customer, id)).await?;
        Ok(Done::Done)
    }
}
