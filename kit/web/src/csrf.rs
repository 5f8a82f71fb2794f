//! Cross-site request forgery: one guard over every unsafe method of every page.
//!
//! A form is accepted when two things hold.
//!
//! 1. The browser says that our own page sent it. `Sec-Fetch-Site` must be `same-origin`, or `none` for what the user
//!    started. Another port of the same host is only "same-site" and gets our cookies sent along, so it is refused.
//!    Browsers leave the header out on plain http outside localhost; then `Origin`, where there is one, must be ours.
//! 2. It carries a token that only our page could show to this browser: an HMAC keyed with the browser's anchor, which
//!    is the session cookie once somebody is logged in, and the visitor cookie before. Nothing is stored on the server,
//!    and logging in or out makes every older form void.
//!
//! A form of our own page without a valid token comes from a session that has ended: cookies that were cleared or
//! expired, or somebody who signed in or out in another tab. It does nothing, but what was typed is not lost: pages
//! with much to type show it again, see [`Page::again`](crate::pages::Page::again).
//!
//! The API is left alone. It knows no cookies, so a browser cannot be tricked into lending its credentials.
//! A log-in should answer with a redirect: a page rendered by the log-in itself would carry a token of the old anchor.

use std::fmt;

use askama::filters::HtmlSafe;
use hmac::{Hmac, KeyInit, Mac};
use poem::{
    Body, Endpoint, FromRequest, IntoEndpoint, IntoResponse, Request, RequestBody, Response, Result,
    http::{Method, StatusCode, header},
};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::{
    Problem,
    cookies::{HostCookie, Token, bytes, hex},
    forms::{self, FormData},
    problem::is_api,
};

/// The name of the hidden form field.
pub const FIELD: &str = "csrf";

/// The header that a script of ours may use where there is no form.
pub const HEADER: &str = "x-csrf-token";

/// The token to put into forms; an extractor.
///
/// In a template: `<input type="hidden" name="csrf" value="{{ csrf }}">`.
///
/// What is shown differs from page to page: a random mask, and the secret under it. Pages are compressed, and from the
/// lengths of compressed pages that repeat a stranger's text a constant secret could be guessed piece by piece (BREACH).
#[derive(Clone)]
pub struct CsrfToken {
    secret: [u8; 32],
    shown: String,
}

impl CsrfToken {
    fn of(anchor: &str) -> Option<Self> {
        // HMAC takes keys of any length, so this is never None.
        let mut mac = Hmac::<Sha256>::new_from_slice(anchor.as_bytes()).ok()?;
        mac.update(b"csrf");
        let secret: [u8; 32] = mac.finalize().into_bytes().into();
        let mut mask = [0; 32];
        getrandom::fill(&mut mask).ok()?;
        let shown = hex(&mask) + &hex(&under(mask, secret));
        Some(Self { secret, shown })
    }

    fn matches(&self, sent: &str) -> bool {
        let Some((mask, masked)) = sent.split_at_checked(64) else { return false };
        let (Some(mask), Some(masked)) = (bytes(mask), bytes(masked)) else { return false };
        under(mask, masked).ct_eq(&self.secret).into()
    }
}

fn under(mask: [u8; 32], bytes: [u8; 32]) -> [u8; 32] {
    std::array::from_fn(|i| mask[i] ^ bytes[i])
}

impl fmt::Display for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

// Hexadecimal digits need no escaping.
impl HtmlSafe for CsrfToken {}

impl<'a> FromRequest<'a> for CsrfToken {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        request.data::<Self>().cloned().ok_or_else(|| {
            tracing::error!("a page asked for a CSRF token outside the guard");
            Problem::internal().into()
        })
    }
}

/// Guards `app`, the pages of `site`. `https` says whether browsers reach it through TLS.
pub(crate) fn guard<E: IntoEndpoint>(app: E, site: &str, https: bool) -> impl Endpoint<Output = Response> {
    Guard {
        inner: app.into_endpoint(),
        session: HostCookie::session(site),
        visitor: HostCookie::visitor(site),
        scheme: if https { "https" } else { "http" },
    }
}

struct Guard<E> {
    inner: E,
    session: HostCookie,
    visitor: HostCookie,
    scheme: &'static str,
}

impl<E: Endpoint> Endpoint for Guard<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        if is_api(request.uri().path()) {
            return self.inner.call(request).await.map(IntoResponse::into_response);
        }
        let anchor = self.session.read(&request).or_else(|| self.visitor.read(&request));
        let mut minted = None;
        let expected = match anchor {
            Some(anchor) => CsrfToken::of(anchor),
            None => CsrfToken::of(&minted.insert(Token::new()).text()),
        };
        let expected = expected.ok_or_else(Problem::internal)?;
        let mut refused = None;
        if is_unsafe(request.method()) {
            let proven = self.check_origin(&request)?;
            let checked =
                if minted.is_some() { Err(no_cookie()) } else { check_token(&mut request, &expected).await? };
            if let Err(refusal) = checked {
                // Only a page of ours may fill in a form: another website's text never stands on our pages.
                if !proven || !request.content_type().is_some_and(forms::is_form) {
                    return Err(refusal.into());
                }
                request.set_method(again());
                refused = Some(refusal);
            }
        }
        request.set_data(expected);
        let mut response = match (self.inner.call(request).await, refused) {
            (Err(error), Some(refusal)) if shows_no_form(error.status()) => return Err(refusal.into()),
            (Ok(response), Some(refusal)) => {
                let response = response.into_response();
                if shows_no_form(response.status()) {
                    return Err(refusal.into());
                }
                response
            }
            (answer, _) => answer?.into_response(),
        };
        // Only a page can hold a form; a cookie on a stylesheet would do nothing but spoil its caching. A page that
        // caches may keep for everybody must not carry one visitor's cookie to the next.
        let shared = response.header(header::CACHE_CONTROL).is_some_and(|value| value.starts_with("public"));
        if let Some(token) = minted
            && !shared
            && response.content_type().is_some_and(|kind| kind.starts_with("text/html"))
        {
            self.visitor.set(&mut response, &token, None);
        }
        Ok(response)
    }
}

impl<E> Guard<E> {
    /// Whether the browser says that a page of ours sent the form; browsers that say nothing are believed to be honest.
    fn check_origin(&self, request: &Request) -> Result<bool, Problem> {
        if let Some(site) = request.headers().get("sec-fetch-site") {
            return if site == "same-origin" || site == "none" { Ok(site == "same-origin") } else { Err(foreign()) };
        }
        let Some(origin) = request.headers().get(header::ORIGIN) else { return Ok(false) };
        let host = request.header(header::HOST).or_else(|| request.uri().authority().map(|host| host.as_str()));
        let ours = host.map(|host| format!("{}://{host}", self.scheme));
        match (origin.to_str(), ours) {
            (Ok(origin), Some(ours)) if origin.eq_ignore_ascii_case(&ours) => Ok(true),
            _ => Err(foreign()),
        }
    }
}

/// The method that stands for "show the form again". No request may arrive with it: pages list the methods they take.
pub(crate) fn again() -> Method {
    // Every byte is a letter, so this is a method.
    Method::from_bytes(b"AGAIN").unwrap_or(Method::TRACE)
}

/// Whether the page has nothing to show a form again with.
fn shows_no_form(status: StatusCode) -> bool {
    status == StatusCode::METHOD_NOT_ALLOWED || status == StatusCode::NOT_FOUND
}

/// Everything but the methods that RFC 9110 calls safe; a method that nobody knows counts as unsafe.
fn is_unsafe(method: &Method) -> bool {
    ![Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE].contains(method)
}

/// Compares the token sent with the one expected, and puts the body back for the handler. The inner result says whether
/// it matches; the outer one is a body that cannot be read.
async fn check_token(request: &mut Request, expected: &CsrfToken) -> Result<Result<(), Problem>> {
    let accepted = |right: bool| if right { Ok(()) } else { Err(stale()) };
    if let Some(sent) = request.header(HEADER) {
        return Ok(accepted(expected.matches(sent)));
    }
    if !request.content_type().is_some_and(forms::is_form) {
        return Ok(Err(stale()));
    }
    let bytes = request.take_body().into_bytes().await?;
    let right = {
        let form = FormData::parse(&bytes)?;
        expected.matches(form.get(FIELD))
    };
    request.set_body(Body::from_bytes(bytes));
    Ok(accepted(right))
}

fn refusal(code: &'static str, detail: &'static str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, code, "This form was not accepted").detail(detail)
}

fn foreign() -> Problem {
    refusal(
        "csrf-foreign",
        "The form was sent from another website, so nothing was done. Open the page here and send it again.",
    )
}

fn stale() -> Problem {
    refusal(
        "csrf-stale",
        "The page was too old, or you have logged in or out since. Nothing was done. Go back, reload the page and send the form again.",
    )
}

fn no_cookie() -> Problem {
    refusal(
        "csrf-no-cookie",
        "Your browser did not send our cookie back, so nothing was done. Allow cookies for this site. Some browsers drop secure cookies on plain http: use https, or http://localhost.",
    )
}
