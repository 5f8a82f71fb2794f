//! What a site publishes about its API, at the addresses that both sites use.

use poem::Route;

use super::{DocsOptions, ProblemDoc, docs_page, html, spec, stylesheet};
use crate::openapi::AllowTable;

/// What a site says about its API.
#[derive(Debug, Clone)]
pub struct ApiDescription<'a> {
    /// The generated specification.
    pub spec: String,
    /// Where the API stands, such as `/api/v1`.
    pub prefix: &'a str,
    /// Scheme, host and port for the examples.
    pub origin: &'a str,
    /// How to authenticate: see [`DocsOptions::authentication`].
    pub authentication: &'a str,
    /// The site's own codes.
    pub problems: &'a [ProblemDoc],
}

/// Adds `/openapi.json`, `/docs` and `/docs.css` to a site's routes, and tells the methods of the API's addresses.
pub fn publish(routes: Route, api: ApiDescription<'_>) -> (Route, AllowTable) {
    let description = serde_json::from_str(&api.spec).unwrap_or_default();
    let page = docs_page(
        &description,
        &DocsOptions {
            origin: api.origin,
            spec_href: "/openapi.json",
            stylesheet_href: &stylesheet().href("/docs.css"),
            home_href: "/",
            authentication: api.authentication,
            problems: api.problems,
        },
    );
    // It is rendered from what is compiled in, so it renders always or never, and each site has a test that looks.
    let page = page.unwrap_or_else(|error| format!("<p>No documentation: {error}</p>"));
    let routes = routes.at("/openapi.json", spec(api.spec)).at("/docs", html(page)).at("/docs.css", stylesheet());
    (routes, AllowTable::from_spec(&description, api.prefix))
}
