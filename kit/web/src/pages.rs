//! From a template to an answer.

use askama::Template;
use poem::{
    IntoResponse, Response, Result,
    http::StatusCode,
    web::{Html, Redirect},
};

use crate::Problem;

/// Renders a page.
///
/// # Errors
/// [`Problem::internal`] when the template fails; why is logged.
pub fn page(template: &impl Template) -> Result<Response> {
    Ok(Html(render(template)?).into_response())
}

/// Renders a form that comes back: with the status of what is wrong with it.
///
/// # Errors
/// [`Problem::internal`] when the template fails; why is logged.
pub fn page_with(template: &impl Template, status: StatusCode) -> Result<Response> {
    Ok(Html(render(template)?).with_status(status).into_response())
}

fn render(template: &impl Template) -> Result<String, Problem> {
    template.render().map_err(|error| {
        tracing::error!(%error, "a page could not be rendered");
        Problem::internal()
    })
}

/// After a form: the answer that can be reloaded.
pub fn go(path: impl AsRef<str>) -> Response {
    Redirect::see_other(path.as_ref()).into_response()
}
