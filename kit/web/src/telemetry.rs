//! Logs: one line a request, to stderr, in UTC, without anything secret.
//!
//! Query strings, bodies, cookies and headers are never logged. A path may hold an unguessable token, so each site
//! passes a function that masks such segments. It sees the path decoded: `%34` hides no digit from it.

use std::{borrow::Cow, fmt, panic, str::FromStr, sync::Once, time::Instant};

use poem::{
    Endpoint, FromRequest, IntoEndpoint, IntoResponse, Request, RequestBody, Response, Result, http::HeaderValue,
};
use tracing::Instrument;
use tracing_subscriber::{EnvFilter, fmt::Subscriber, util::SubscriberInitExt};

use crate::{client, cookies::hex};

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person.
    #[default]
    Text,
    /// For a machine: one JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("the log format is text or json".to_owned()),
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

/// Starts logging. Calling it again changes nothing, so that two sites in one process may both call it.
///
/// `filter` is in the language of `RUST_LOG`, such as `info` or `info,bank_core=debug`. Panics are logged too.
///
/// # Errors
/// One line about what is wrong with `filter`.
///
/// ```standalone_crate
/// use kit_web::{LogFormat, init_logging};
///
/// assert!(init_logging(LogFormat::Text, "info,=,==").is_err());
/// init_logging(LogFormat::Json, "info,kit_web=debug").unwrap();
/// init_logging(LogFormat::Text, "info").unwrap();
/// ```
pub fn init_logging(format: LogFormat, filter: &str) -> Result<(), String> {
    static ONCE: Once = Once::new();
    let filter = EnvFilter::builder().parse(filter).map_err(|error| format!("bad log filter: {error}"))?;
    ONCE.call_once(|| {
        let lines = Subscriber::builder().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
        // An embedder may have installed a subscriber of its own: then that one stays.
        let _ = match format {
            LogFormat::Text => {
                lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).finish().try_init()
            }
            LogFormat::Json => lines.json().flatten_event(true).finish().try_init(),
        };
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            let message = panic.payload_as_str().unwrap_or("no message");
            tracing::error!(place, message = %one_line(message), "panic");
        }));
    });
    Ok(())
}

/// Text without control characters, so that nobody can forge a log line.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) {
        let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
        Cow::Owned(text.chars().map(escape).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Masks the segments of a path that may hold an unguessable token.
pub type RedactPath = fn(&str) -> Cow<'_, str>;

/// How often a path is decoded at most. Only an attacker encodes a path more often.
const DECODED: usize = 4;

/// A path without percent-encoding, also where a proxy or a mail program has encoded it a second time.
fn decoded(path: &str) -> Cow<'_, str> {
    let mut path = Cow::Borrowed(path);
    for _ in 0..DECODED {
        let once = percent_decoded(&path);
        if once == path {
            break;
        }
        path = Cow::Owned(once);
    }
    path
}

/// Decoded once. What is no encoding stays as it is, and what is not UTF-8 becomes U+FFFD.
fn percent_decoded(path: &str) -> String {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let encoded = match after {
            [high, low, ..] if *first == b'%' => digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(encoded.unwrap_or(*first));
        rest = if encoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// For a site without such paths.
pub fn nothing_to_redact(path: &str) -> Cow<'_, str> {
    Cow::Borrowed(path)
}

/// The id of a request: an extractor, a field of its log lines, and the header `x-request-id` of its answer.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl RequestId {
    /// Our own, never the client's: an id that a client chooses could collide on purpose.
    fn new() -> Self {
        let mut bytes = [0; 8];
        // Without randomness the ids are equal, which harms only the reader of the log.
        let _ = getrandom::fill(&mut bytes);
        Self(hex(&bytes))
    }
}

impl<'a> FromRequest<'a> for RequestId {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        Ok(request.data::<Self>().cloned().unwrap_or_else(Self::new))
    }
}

/// Logs every request to `app` and gives it an id.
pub(crate) fn log_requests<E: IntoEndpoint>(
    app: E,
    site: &'static str,
    redact: RedactPath,
    behind_tls_proxy: bool,
) -> impl Endpoint<Output = Response> {
    LogRequests { inner: app.into_endpoint(), site, redact, behind_tls_proxy }
}

struct LogRequests<E> {
    inner: E,
    site: &'static str,
    redact: RedactPath,
    behind_tls_proxy: bool,
}

impl<E: Endpoint> Endpoint for LogRequests<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let started = Instant::now();
        let id = RequestId::new();
        let client = client::client_ip(&request, self.behind_tls_proxy);
        request.set_data(client);
        request.set_data(id.clone());
        let method = request.method().clone();
        let path = one_line(&(self.redact)(&decoded(request.uri().path()))).into_owned();
        let span = tracing::info_span!("request", site = self.site, id = %id.0);
        let outcome = self.inner.call(request).instrument(span.clone()).await;
        let mut response = outcome.map(IntoResponse::into_response).unwrap_or_else(poem::Error::into_response);
        if let Ok(value) = HeaderValue::try_from(&id.0) {
            response.headers_mut().insert("x-request-id", value);
        }
        let status = response.status().as_u16();
        let milliseconds = started.elapsed().as_secs_f64() * 1e3;
        span.in_scope(|| {
            if response.status().is_server_error() {
                tracing::warn!(%method, path, status, milliseconds, client = %client.0, "answered");
            } else {
                tracing::info!(%method, path, status, milliseconds, client = %client.0, "answered");
            }
        });
        Ok(response)
    }
}
