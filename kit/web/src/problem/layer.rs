//! The layer that turns every error, panics included, into the one shape.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;
use kit_core::Language;
use poem::{
    Endpoint, IntoEndpoint, IntoResponse, Request, Response, Result,
    error::{MethodNotAllowedError, NotFoundError, ReadBodyError},
    http::{Method, StatusCode, header},
};
use poem_openapi::error::{AuthorizationError, ContentTypeError, ParseParamError, ParsePathError};

use super::{PROBLEM_JSON, Problem};
use crate::openapi::ApiTable;
use crate::pages::PageTable;
use crate::words;

/// Renders a site's error page. It gets what may be told and in which language, and gives a whole HTML document.
pub type ErrorPage = Arc<dyn Fn(&Problem, Language) -> String + Send + Sync>;

/// Whether a path belongs to the API, where errors are JSON and cookies mean nothing.
pub(crate) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Answers every error of `app`: below `/api` as problem+json, elsewhere with the site's page.
///
/// The text of poem's and poem-openapi's own errors is never forwarded, for it repeats what was sent. A panic becomes
/// a logged 500.
pub fn problems_everywhere<E>(
    app: E,
    site: &'static str,
    page: ErrorPage,
    addresses: Addresses,
) -> impl Endpoint<Output = Response>
where
    E: IntoEndpoint,
{
    ProblemLayer { inner: app.into_endpoint(), site, page, addresses }
}

/// What the addresses of a site take.
#[derive(Debug, Clone, Default)]
pub struct Addresses {
    /// Those of its pages.
    pub pages: PageTable,
    /// Those of its API.
    pub api: ApiTable,
}

struct ProblemLayer<E> {
    inner: E,
    site: &'static str,
    page: ErrorPage,
    addresses: Addresses,
}

impl<E: Endpoint> Endpoint for ProblemLayer<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let path = request.uri().path().to_owned();
        let method = request.method().clone();
        let language = words::chosen(&request, self.site);
        if request.data::<HostFault>().is_some() {
            let problem = Problem::bad_request("A request names the host that it is meant for, once.");
            return Ok(self.render(problem, &path, language));
        }
        let Addresses { pages, api } = &self.addresses;
        let refused = if is_api(&path) { api.bad_parameter(&request) } else { pages.refused(&path, &method) };
        if let Some(problem) = refused {
            return Ok(self.render(problem, &path, language));
        }
        let outcome = AssertUnwindSafe(async { self.inner.call(request).await.map(IntoResponse::into_response) })
            .catch_unwind()
            .await;
        let answer = match outcome {
            Ok(Ok(response)) => return Ok(response),
            Ok(Err(error)) => self.judge(error, &path, &method),
            Err(_) => {
                // The panic hook has written message and place already.
                tracing::error!("a handler panicked");
                Answer::Problem(Problem::internal())
            }
        };
        Ok(match answer {
            Answer::AsIs(response) => *response,
            Answer::Problem(problem) => self.render(problem, &path, language),
        })
    }
}

/// Marks a request that the server found to name no host, or several.
#[derive(Clone, Copy)]
pub(crate) struct HostFault;

impl<E> ProblemLayer<E> {
    fn judge(&self, error: poem::Error, path: &str, method: &Method) -> Answer {
        let error = match error.downcast::<Problem>() {
            Ok(problem) => return Answer::Problem(problem),
            Err(error) => error,
        };
        if error.is_from_response() {
            let response = error.into_response();
            let ours = response.content_type().is_some_and(|kind| kind.starts_with(PROBLEM_JSON));
            let status = response.status();
            // A redirect raised with `?` is an answer; so is a page of the site's own.
            if !(status.is_client_error() || status.is_server_error()) || ours || !is_api(path) {
                return Answer::AsIs(Box::new(response));
            }
            return Answer::Problem(Problem::of_status(status));
        }
        if let Some(error) = error.downcast_ref::<ParseParamError>() {
            return Answer::Problem(self.addresses.api.unread_parameter(path, method, error.name));
        }
        Answer::Problem(translate(&error))
    }

    fn render(&self, mut problem: Problem, path: &str, language: Language) -> Response {
        if problem.status == StatusCode::METHOD_NOT_ALLOWED
            && !problem.headers.iter().any(|(name, _)| name == header::ALLOW)
            && let Some(methods) = self.addresses.api.methods(path)
        {
            problem.headers.push((header::ALLOW, methods));
        }
        if is_api(path) {
            return problem.into_response();
        }
        // WWW-Authenticate would make a browser ask for a password in a window of its own.
        problem.headers.retain(|(name, _)| name != header::WWW_AUTHENTICATE);
        let page = Response::builder().content_type("text/html; charset=utf-8").body((self.page)(&problem, language));
        problem.dress(page)
    }
}

enum Answer {
    AsIs(Box<Response>),
    Problem(Problem),
}

/// What may be told of an error that is not ours. Names come from our specification; values are never looked at.
fn translate(error: &poem::Error) -> Problem {
    if error.is::<ParsePathError>() || error.is::<NotFoundError>() {
        // What cannot be an id is the id of nothing. (poem-openapi would call the parameter `param0` here.)
        return Problem::not_found();
    }
    if error.is::<ContentTypeError>() {
        return Problem::unsupported_media_type("application/json");
    }
    if error.is::<AuthorizationError>() {
        return Problem::unauthenticated();
    }
    if error.is::<MethodNotAllowedError>() {
        return Problem::method_not_allowed();
    }
    if let Some(error) = error.downcast_ref::<ReadBodyError>() {
        return match error {
            ReadBodyError::PayloadTooLarge => Problem::payload_too_large(),
            ReadBodyError::Utf8(_) => Problem::bad_request("The body is not valid UTF-8."),
            ReadBodyError::Io(_) => Problem::bad_request("The body could not be read to its end."),
            ReadBodyError::BodyHasBeenTaken => internal(error),
        };
    }
    let status = error.status();
    if status.is_client_error() { Problem::of_status(status) } else { internal(error) }
}

fn internal(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(cause = %crate::telemetry::one_line(&error.to_string()), "a handler failed");
    Problem::internal()
}
