//! The layers around a site's routes, in the one order that works.
//!
//! From the outside in:
//!
//! 1. log line and request id: sees the final status of everything;
//! 2. security headers: on every answer, errors too;
//! 3. compression: of pages and pictures, error pages too;
//! 4. problems: errors and panics of everything further in become JSON or a page;
//! 5. deadline: stops waiting for what takes too long;
//! 6. body: read whole, capped; a refusal is a problem like any other;
//! 7. CSRF guard: needs the body, and refuses before a handler runs;
//! 8. the routes.

use std::time::Duration;

use kit_core::Language;
use poem::{Endpoint, IntoEndpoint, IntoResponse, Request, Response, Result};
use tokio::time::{Instant, timeout_at};

use crate::{
    Problem,
    body::{self, BodyLimits},
    compress, csrf, headers,
    openapi::ApiTable,
    pages::PageTable,
    problem::{Addresses, ErrorPage, problems_everywhere},
    telemetry::{self, RedactPath, nothing_to_redact},
};

/// What the layers need to know of a site.
#[derive(Clone)]
pub struct ShellConfig {
    /// The site's short name: in cookie names and logs.
    pub site: &'static str,
    /// Renders an error outside the API as a whole HTML page.
    pub error_page: ErrorPage,
    /// A trusted proxy in front speaks TLS: pages are https, HSTS is sent, and `X-Forwarded-For` is believed.
    pub behind_tls_proxy: bool,
    /// Masks secret segments of logged paths.
    pub redact_path: RedactPath,
    /// How large bodies may be; larger than [`crate::Limits::body_bytes`] has no effect.
    pub body_limits: BodyLimits,
    /// Within what time a request must be answered when the serving loop sets no deadline.
    pub request_time: Duration,
    /// Which pages, by their path, are compressed for browsers that ask for it: only such as hold no secret, see
    /// `compress.rs`.
    pub compress_page: fn(&str) -> bool,
    /// The stylesheet that may stand within a page, see [`crate::assets::StyleSheet`]: its [`Asset::source`].
    ///
    /// [`Asset::source`]: crate::assets::Asset::source
    pub inline_style: Option<String>,
    /// The methods of all other addresses, see [`crate::pages::Pages`].
    pub pages: PageTable,
    /// The methods and parameters of the API's addresses.
    pub api: ApiTable,
}

impl ShellConfig {
    /// The usual settings.
    pub fn new(site: &'static str, error_page: impl Fn(&Problem, Language) -> String + Send + Sync + 'static) -> Self {
        Self {
            site,
            error_page: std::sync::Arc::new(error_page),
            behind_tls_proxy: false,
            redact_path: nothing_to_redact,
            body_limits: BodyLimits::default(),
            request_time: Duration::from_secs(10),
            compress_page: |_| false,
            inline_style: None,
            pages: PageTable::default(),
            api: ApiTable::default(),
        }
    }
}

/// Puts all layers around a site's routes. The result is what [`crate::serve()`] takes, and what a test calls.
pub fn shell<E>(routes: E, config: ShellConfig) -> impl Endpoint<Output = Response> + 'static
where
    E: IntoEndpoint + 'static,
    E::Endpoint: 'static,
{
    let ShellConfig {
        site,
        error_page,
        behind_tls_proxy,
        redact_path,
        body_limits,
        request_time,
        compress_page,
        inline_style,
        pages,
        api,
    } = config;
    let guarded = csrf::guard(routes, site, behind_tls_proxy);
    let read = body::read_whole(guarded, body_limits);
    let timely = Timely { inner: read, request_time };
    let honest = problems_everywhere(timely, site, error_page, Addresses { pages, api });
    let packed = compress::compressed(honest, compress_page);
    let hardened = headers::security_headers(packed, behind_tls_proxy, inline_style.as_deref());
    telemetry::log_requests(hardened, site, redact_path, behind_tls_proxy)
}

/// When the request must be answered. The serving loop sets it; the shell obeys, and so can answer in its own shape.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(pub(crate) Instant);

struct Timely<E> {
    inner: E,
    request_time: Duration,
}

impl<E: Endpoint> Endpoint for Timely<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let deadline = request.data::<Deadline>().map_or_else(|| Instant::now() + self.request_time, |given| given.0);
        match timeout_at(deadline, self.inner.call(request)).await {
            Ok(outcome) => outcome.map(IntoResponse::into_response),
            Err(_) => Err(Problem::deadline().into()),
        }
    }
}
