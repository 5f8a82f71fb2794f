//! Sending one call and hearing one answer, or saying exactly why there is none.
//!
//! # Not sent, or unknown
//! Only what fails before a connection stands is "not sent": the name was not found, nobody listened, the TLS handshake
//! failed, or time ran out during one of these. ureq's errors do not tell: an I/O error looks the same from a handshake
//! and from a half-read answer. So the two steps of connecting are wrapped ([`Naming`], [`Connecting`]) and whatever
//! fails *inside* them is marked ([`NotConnected`]). An error without the mark is [`Heard::Nothing`], which is the safe
//! side: should ureq ever stop calling the wrappers, more would be unknown and nothing would be wrongly "not sent".
//! (The traits behind them stand in `ureq::unversioned`: an update may break the build here, but not silently.)
//!
//! # No connection is kept
//! A kept-alive connection may be closed by the bank at the moment a call is written to it. Then nobody knows whether
//! the call arrived. ureq 3 does not send again by itself, and sending again would be safe under an idempotency key;
//! but the customer would be told "we are checking with your bank" for an everyday event. A fresh connection costs one
//! round trip (TLS sessions are resumed), which a payment can afford.

use std::time::Duration;

use ureq::Agent;
use ureq::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport};
use zeroize::Zeroizing;

/// The longest body that is read of an answer. A payment takes less than a kilobyte.
pub(super) const BODY_LIMIT_BYTES: u64 = 64 * 1024;

/// ureq's buffers: a call of ours, or the head of an answer, fits in many times over.
const BUFFER_BYTES: usize = 16 * 1024;

/// The longest time to wait for a connection, so that a dead bank is told early; half the deadline where that is less.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// What came back of a call.
pub(super) enum Heard {
    /// A whole answer.
    Reply(Reply),
    /// Not a byte of the call left.
    NotSent,
    /// The call may have arrived; nothing readable came back.
    Nothing,
}

/// A whole answer: its body arrived to the end.
pub(super) struct Reply {
    /// The HTTP status.
    pub(super) status: u16,
    /// The media type without parameters, in lower case; empty where there is none.
    pub(super) media_type: String,
    /// The header `Retry-After`, where it is a number of seconds.
    pub(super) retry_after: Option<Duration>,
    /// The body.
    pub(super) body: Vec<u8>,
}

/// An agent that goes straight to the bank: no proxy from the environment, no redirect, no kept connection.
pub(super) fn agent(deadline: Duration) -> Agent {
    let config = Agent::config_builder()
        .proxy(None)
        // Without an error: the redirect itself is then an answer that is not understood, and its target is not asked.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .max_idle_connections(0)
        .timeout_global(Some(deadline))
        .timeout_connect(Some((deadline / 2).min(CONNECT_LIMIT)))
        .user_agent(concat!("shop-core/", env!("CARGO_PKG_VERSION")))
        .accept("application/json, application/problem+json")
        .max_response_header_size(BUFFER_BYTES)
        .input_buffer_size(BUFFER_BYTES)
        .output_buffer_size(BUFFER_BYTES)
        .tls_config(TlsConfig::builder().root_certs(RootCerts::WebPki).build())
        .build();
    Agent::with_parts(config, Connecting(DefaultConnector::new()), Naming(DefaultResolver::default()))
}

/// What carries a call to the bank and its answer back.
pub(super) enum Carrier {
    /// The network.
    Agent(Agent),
    /// What a test puts in its place.
    #[cfg(feature = "testing")]
    Exchange(std::sync::Arc<dyn super::over::Exchange>),
}

/// One call: `POST` where there is a body, `GET` otherwise.
///
/// The bank's key and the payer's PIN pass through buffers of ureq that are not wiped; it logs neither.
pub(super) fn send(carrier: &Carrier, url: &str, headers: HeaderMap, body: Option<&Zeroizing<Vec<u8>>>) -> Heard {
    let Ok(uri) = url.parse::<Uri>() else { return Heard::NotSent };
    let mut request = Request::new(body);
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    if body.is_some() {
        *request.method_mut() = Method::POST;
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    match carrier {
        Carrier::Agent(agent) => over_the_network(agent, request),
        #[cfg(feature = "testing")]
        Carrier::Exchange(exchange) => super::over::send(&**exchange, request),
    }
}

fn over_the_network(agent: &Agent, request: Request<Option<&Zeroizing<Vec<u8>>>>) -> Heard {
    let (head, body) = request.into_parts();
    let result = match body {
        Some(body) => agent.run(Request::from_parts(head, body.as_slice())),
        None => agent.run(Request::from_parts(head, ())),
    };
    match result {
        Ok(response) => read(response),
        Err(ureq::Error::Other(cause)) if cause.is::<NotConnected>() => Heard::NotSent,
        Err(_) => Heard::Nothing,
    }
}

/// Reads an answer to its end. Half a body, or one above the limit, is no answer.
fn read(mut response: Response<ureq::Body>) -> Heard {
    match response.body_mut().with_config().limit(BODY_LIMIT_BYTES).read_to_vec() {
        Ok(body) => Heard::Reply(reply(response.status(), response.headers(), body)),
        Err(_) => Heard::Nothing,
    }
}

/// What of an answer is looked at.
pub(super) fn reply(status: StatusCode, headers: &HeaderMap, body: Vec<u8>) -> Reply {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let media_type = text(header::CONTENT_TYPE).and_then(|value| value.split(';').next()).unwrap_or_default();
    let retry_after = text(header::RETRY_AFTER).and_then(|value| value.trim().parse().ok());
    Reply {
        status: status.as_u16(),
        media_type: media_type.trim().to_ascii_lowercase(),
        retry_after: retry_after.map(Duration::from_secs),
        body,
    }
}

/// Marks an error of the time before a connection stood.
#[derive(Debug, thiserror::Error)]
#[error("not connected: {0}")]
struct NotConnected(ureq::Error);

impl NotConnected {
    fn mark(error: ureq::Error) -> ureq::Error {
        ureq::Error::Other(Box::new(Self(error)))
    }
}

/// Finds the bank's addresses, and holds plain `http` to this machine: the configuration admits it for loopback names
/// only, and a name such as `localhost` is worth what it resolves to.
#[derive(Debug)]
struct Naming(DefaultResolver);

impl Resolver for Naming {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.0.resolve(uri, config, timeout).map_err(NotConnected::mark)?;
        let encrypted = uri.scheme_str() == Some("https");
        if encrypted || found.iter().all(|address| address.ip().is_loopback()) {
            Ok(found)
        } else {
            Err(NotConnected::mark(ureq::Error::HostNotFound))
        }
    }
}

/// Opens the connection, TLS handshake included.
#[derive(Debug)]
struct Connecting(DefaultConnector);

impl Connector for Connecting {
    type Out = Box<dyn Transport>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<()>) -> Result<Option<Self::Out>, ureq::Error> {
        self.0.connect(details, chained).map_err(NotConnected::mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ureq::unversioned::transport::time;

    #[test]
    fn without_encryption_only_this_machine_is_found() {
        let check = |url: &str, found| {
            let timeout = NextTimeout {
                after: time::Duration::NotHappening,
                reason: ureq::Timeout::Resolve,
                ..NextTimeout::default()
            };
            let uri: Uri = url.parse().expect("a URL");
            let result = Naming(DefaultResolver::default()).resolve(&uri, &ureq::config::Config::default(), timeout);
            assert_eq!(result.is_ok(), found, "{url}");
        };
        // What a name such as `localhost` would be if somebody's resolver said so.
        check("http://10.0.0.1:8081", false);
        check("http://127.0.0.1:8081", true);
        check("http://[::1]:8081", true);
        check("https://10.0.0.1:8081", true);
    }
}
