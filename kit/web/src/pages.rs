//! From a template to an answer.

use askama::Template;
use poem::{
    IntoEndpoint, IntoResponse, Response, Result, Route, RouteMethod, get,
    http::{HeaderValue, Method, StatusCode, header},
    post,
    web::{Html, Redirect},
};

use crate::{Problem, addresses, csrf};

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

/// What an address does, and the methods that it takes.
pub struct Page {
    methods: RouteMethod,
    allow: &'static str,
}

impl Page {
    /// For forms that people type much into: what shows the form again, filled in, where the guard against forged forms
    /// did not accept it because the browser's session had ended. `again` must change nothing and keep no secret that
    /// was sent. Without it, such a form is answered 403.
    #[must_use]
    pub fn again<E: IntoEndpoint>(self, again: E) -> Self
    where
        E::Endpoint: 'static,
    {
        Self { methods: self.methods.method(csrf::again(), again), ..self }
    }
}

/// An address that is only looked at.
pub fn show<E: IntoEndpoint>(page: E) -> Page
where
    E::Endpoint: 'static,
{
    Page { methods: get(page), allow: "GET, HEAD" }
}

/// An address that shows a form and takes it.
pub fn form<E: IntoEndpoint, F: IntoEndpoint>(page: E, send: F) -> Page
where
    E::Endpoint: 'static,
    F::Endpoint: 'static,
{
    Page { methods: get(page).post(send), allow: "GET, HEAD, POST" }
}

/// An address that only takes a form.
pub fn send<E: IntoEndpoint>(send: E) -> Page
where
    E::Endpoint: 'static,
{
    Page { methods: post(send), allow: "POST" }
}

/// The addresses of a site outside its API, and the methods that each takes. A request by another method is answered
/// 405 with `Allow` before anything else is looked at, see [`crate::ShellConfig::pages`].
pub struct Pages {
    routes: Route,
    table: PageTable,
}

impl Pages {
    /// No address yet.
    #[must_use]
    pub fn new() -> Self {
        Self { routes: Route::new(), table: PageTable::default() }
    }

    /// One more; parameters are written `:name`.
    #[must_use]
    pub fn at(mut self, path: &str, page: Page) -> Self {
        self.table.rows.push((path.split('/').map(str::to_owned).collect(), page.allow));
        Self { routes: self.routes.at(path, page.methods), ..self }
    }

    /// The routes, and what the shell has to know of them.
    #[must_use]
    pub fn finish(self) -> (Route, PageTable) {
        (self.routes, self.table)
    }
}

impl Default for Pages {
    fn default() -> Self {
        Self::new()
    }
}

/// Which methods each address takes.
#[derive(Debug, Clone, Default)]
pub struct PageTable {
    rows: Vec<(Vec<String>, &'static str)>,
}

impl PageTable {
    /// The 405 for a method that an address does not take.
    pub(crate) fn refused(&self, path: &str, method: &Method) -> Option<Problem> {
        let (_, allow) = addresses::find(&self.rows, |row| &row.0, &path.split('/').collect::<Vec<_>>())?;
        let taken = allow.split(", ").any(|allowed| allowed == method.as_str());
        (!taken).then(|| Problem::method_not_allowed().header(header::ALLOW, HeaderValue::from_static(allow)))
    }
}

/// After a form: the answer that can be reloaded.
pub fn go(path: impl AsRef<str>) -> Response {
    Redirect::see_other(path.as_ref()).into_response()
}
