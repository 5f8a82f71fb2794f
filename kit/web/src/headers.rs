//! Security headers on every answer, errors included.

use std::fmt::Write as _;

use poem::{
    Endpoint, IntoEndpoint, IntoResponse, Request, Response, Result,
    http::{HeaderName, HeaderValue, header},
};

/// The policy: everything from our own origin, nothing inline, no plug-ins, no frames.
///
/// `connect-src 'self'` lets a page of ours fetch from us; nothing may talk to anybody else.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
    connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; object-src 'none'; \
    frame-ancestors 'none'; form-action 'self'";

const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    microphone=(), midi=(), payment=(), usb=()";

/// A year, as the preload lists ask.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// An origin besides our own that forms of this page may lead to.
#[derive(Clone)]
struct FormAction(Vec<String>);

/// Lets the forms of this page end at another origin.
///
/// Browsers apply `form-action` to the redirect after a form too: the pages that start or end a hosted approval must
/// name the other site, or the customer is stuck. Only an origin (`https://bank.example`) is taken; anything else is
/// dropped and logged, for it would change the policy.
pub fn allow_form_action(response: &mut Response, origin: &str) {
    if !is_origin(origin) {
        tracing::error!("form-action takes an origin, nothing else; the page keeps 'self'");
        return;
    }
    let mut action = response.data::<FormAction>().cloned().unwrap_or_else(|| FormAction(Vec::new()));
    action.0.push(origin.to_owned());
    response.set_data(action);
}

fn is_origin(text: &str) -> bool {
    let Some(host) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    !host.is_empty() && host.bytes().all(allowed)
}

/// Sets the headers on every answer of `app`. `https` says whether browsers reach it through TLS.
///
/// `style` is the source of the one stylesheet that may stand within a page, as a hash of its content.
pub(crate) fn security_headers<E: IntoEndpoint>(
    app: E,
    https: bool,
    style: Option<&str>,
) -> impl Endpoint<Output = Response> + use<E> {
    let policy = match style {
        Some(style) => POLICY.replacen("style-src 'self'", &format!("style-src 'self' {style}"), 1),
        None => POLICY.to_owned(),
    };
    SecurityHeaders { inner: app.into_endpoint(), https, policy }
}

struct SecurityHeaders<E> {
    inner: E,
    https: bool,
    policy: String,
}

impl<E: Endpoint> Endpoint for SecurityHeaders<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let mut response = match self.inner.call(request).await {
            Ok(response) => response.into_response(),
            Err(error) => error.into_response(),
        };
        harden(&mut response, self.https, &self.policy);
        Ok(response)
    }
}

/// Sets the headers on one answer.
pub(crate) fn harden(response: &mut Response, https: bool, policy: &str) {
    let mut policy = policy.to_owned();
    if let Some(FormAction(origins)) = response.data::<FormAction>() {
        for origin in origins {
            let _ = write!(policy, " {origin}");
        }
    }
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(POLICY));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: that would make browsers send `Origin: null`, which the CSRF guard refuses.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Pages and answers are private unless a handler says otherwise.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}
