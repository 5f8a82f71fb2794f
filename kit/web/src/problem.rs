//! One shape for everything that goes wrong: RFC 9457 problem+json.
//!
//! A [`Problem`] says what a caller may know: a status, a stable slug (`code`), words for a human and the facts that
//! a program can act on. It never holds a cause (causes are logged) and never a value that was sent to us: whoever
//! builds one writes `detail` from text of our own.
//!
//! The same value serves pages and the API. A handler returns `Err(problem)`; [`problems_everywhere`] renders it as
//! JSON below `/api` and as the site's own error page elsewhere.

mod layer;
mod openapi;

use std::{
    borrow::Cow,
    fmt,
    ops::{Deref, DerefMut},
    time::Duration,
};

use kit_core::Cause;
use poem::{
    IntoResponse, Response,
    error::ResponseError,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use serde_json::{Map, Value};

use crate::idempotency::{key_invalid, key_required};

pub use layer::{Addresses, ErrorPage, problems_everywhere};
pub(crate) use layer::{HostFault, is_api};

/// Text that is nearly always a constant.
type Text = Cow<'static, str>;

/// The media type of every error answer of the API.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Something that went wrong, told so that a person and a program can act on it.
///
/// One pointer wide, so that a `Result` stays small; its fields are those of [`Facts`].
#[derive(Debug, Clone)]
pub struct Problem(Box<Facts>);

/// The fields of a [`Problem`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Facts {
    /// The HTTP status.
    pub status: StatusCode,
    /// A stable kebab-case slug; programs branch on it, never on `title` or `detail`.
    pub code: Text,
    /// A short summary that is the same for every occurrence of the code.
    pub title: Text,
    /// What happened this time, in words of our own: never a value that was sent.
    pub detail: Text,
    /// Extension members: the facts a caller can act on.
    pub facts: Map<String, Value>,
    /// When trying again makes sense; becomes `Retry-After` in whole seconds, rounded up.
    pub retry_after: Option<Duration>,
    /// Further response headers, such as `WWW-Authenticate` or `Allow`.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem without detail or facts.
    pub fn new(status: StatusCode, code: impl Into<Text>, title: impl Into<Text>) -> Self {
        Self(Box::new(Facts {
            status,
            code: code.into(),
            title: title.into(),
            detail: Text::Borrowed(""),
            facts: Map::new(),
            retry_after: None,
            headers: Vec::new(),
        }))
    }

    /// Sets the words about this occurrence.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Text>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Adds a fact. Members that RFC 9457 defines cannot be overwritten.
    #[must_use]
    pub fn fact(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.facts.insert(name.into(), value.into());
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Adds a response header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(detail: impl Into<Text>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid-request", "The request is not valid").detail(detail)
    }

    /// 400 about one field, whose name comes from our own specification.
    pub fn invalid_field(field: impl Into<String>, detail: impl Into<Text>) -> Self {
        Self::bad_request(detail).fact("field", field.into())
    }

    /// 401: credentials are missing, wrong or no longer valid.
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Authentication is required")
            .detail("Send valid credentials with the request.")
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 403: the caller is known and may not do this.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "This is not allowed")
            .detail("The credentials do not permit this operation.")
    }

    /// 404: nothing here, or nothing that the caller may know of.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found").detail("There is nothing at this address.")
    }

    /// 405: the address exists, the method does not.
    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed")
            .detail("This address does not take this method.")
    }

    /// 413: the body is larger than this address takes.
    pub fn payload_too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "payload-too-large", "The request body is too large")
            .detail("Send a smaller body.")
    }

    /// 415: the body is of a type that this address does not read.
    pub fn unsupported_media_type(expected: &'static str) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Unsupported media type")
            .detail("Send the body in the expected media type and name it in Content-Type.")
            .fact("expected", expected)
    }

    /// 408: the body did not arrive in time.
    pub fn body_too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "request-timeout", "The request took too long to arrive")
            .detail("The request body did not arrive in time.")
    }

    /// 503: too much to do at the moment. Nothing happened; trying again is safe.
    pub fn busy(retry_after: Duration) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The service is busy")
            .detail("Nothing has happened yet. Please try again in a moment.")
            .retry_after(retry_after)
    }

    /// 503: something that we need does not work at the moment.
    pub fn unavailable(detail: impl Into<Text>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The service is not available").detail(detail)
    }

    /// 503: a store failed before anything happened. The cause is logged.
    pub fn not_committed(cause: &Cause) -> Self {
        tracing::error!(%cause, "the store failed; nothing happened");
        Self::nothing_happened()
    }

    fn nothing_happened() -> Self {
        Self::unavailable("Nothing has happened. Please try again later.")
    }

    /// 500: a store failed, and nobody knows how far it came. The cause is logged; `detail` says how to find out.
    pub fn commit_unknown(cause: &Cause, detail: impl Into<Text>) -> Self {
        tracing::error!(%cause, "the store failed; the outcome is not known");
        Self::outcome_unknown(detail)
    }

    /// 500: it may or may not have happened; `detail` says how to find out.
    pub fn outcome_unknown(detail: impl Into<Text>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "outcome-unknown", "The outcome is not known").detail(detail)
    }

    /// 503: no answer before the deadline. Unlike [`Problem::busy`] it does not claim that nothing happened.
    pub fn deadline() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "deadline", "The request took too long")
            .detail("The answer was not ready in time, and the request may still take effect. Check before repeating it, or repeat it with the same idempotency key.")
            .retry_after(Duration::from_secs(1))
    }

    /// 500: our fault. The cause is in the log beside the request id.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side")
            .detail("The error has been logged. Quote the x-request-id header when you report it.")
    }

    /// One of every kind that operations of an API answer by themselves: the examples of the specification.
    pub(crate) fn samples() -> [Self; 11] {
        [
            Self::invalid_field("limit", "The parameter `limit` must be a whole number from 1 to 200."),
            Self::unauthenticated(),
            Self::payload_too_large(),
            Self::unsupported_media_type("application/json"),
            Self::body_too_slow(),
            Self::busy(Duration::from_secs(1)),
            Self::nothing_happened(),
            Self::deadline(),
            Self::internal(),
            key_required(),
            key_invalid(),
        ]
    }

    /// The problem that fits a status when nothing else may be told.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::BAD_REQUEST => Self::bad_request("The request could not be understood."),
            StatusCode::UNAUTHORIZED => Self::unauthenticated(),
            StatusCode::FORBIDDEN => Self::forbidden(),
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Self::method_not_allowed(),
            StatusCode::PAYLOAD_TOO_LARGE => Self::payload_too_large(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::new(status, "unsupported-media-type", "Unsupported media type")
                .detail("Send the body in the expected media type and name it in Content-Type."),
            StatusCode::SERVICE_UNAVAILABLE => Self::unavailable("Please try again later."),
            other if other.is_client_error() => {
                Self::new(other, "invalid-request", other.canonical_reason().unwrap_or("Client error"))
            }
            _ => Self::internal(),
        }
    }

    /// `Retry-After` in whole seconds, rounded up: a caller who obeys is never too early.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after.map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
    }

    /// The JSON body.
    pub fn to_json(&self) -> Value {
        let mut body = self.facts.clone();
        if let Some(seconds) = self.retry_after_seconds() {
            body.insert("retry_after_seconds".into(), seconds.into());
        }
        // The anchor exists on the documentation page, so the type can be followed.
        body.insert("type".into(), format!("/docs#problem-{}", self.code).into());
        body.insert("title".into(), self.title.as_ref().into());
        body.insert("status".into(), self.status.as_u16().into());
        body.insert("code".into(), self.code.as_ref().into());
        if self.detail.is_empty() {
            body.remove("detail");
        } else {
            body.insert("detail".into(), self.detail.as_ref().into());
        }
        Value::Object(body)
    }

    /// Puts status and headers on a rendering: the JSON below, or a site's page.
    pub(crate) fn dress(&self, mut response: Response) -> Response {
        response.set_status(self.status);
        for (name, value) in &self.headers {
            response.headers_mut().append(name.clone(), value.clone());
        }
        if let Some(seconds) = self.retry_after_seconds() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl Deref for Problem {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}

impl DerefMut for Problem {
    fn deref_mut(&mut self) -> &mut Facts {
        &mut self.0
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.code)
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = self.to_json().to_string();
        self.dress(Response::builder().content_type(PROBLEM_JSON).body(body))
    }
}

// This is what lets every handler end in `?`: poem turns a `ResponseError` into its own error, and the layer finds the
// problem in it again.
impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        self.status
    }

    fn as_response(&self) -> Response {
        self.clone().into_response()
    }
}
