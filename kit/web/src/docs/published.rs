//! What a site publishes about its API, at the addresses that both sites use.

use super::{DocsOptions, ProblemDoc, docs_page, stylesheet};
use crate::assets::Asset;
use crate::openapi::ApiTable;
use crate::pages::{Pages, show};

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

/// Adds `/openapi.json`, `/docs` and `/docs.css` to a site's pages, and tells what the API's addresses take.
pub fn publish(pages: Pages, api: ApiDescription<'_>) -> (Pages, ApiTable) {
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
    // Neither is private, and neither changes while the program runs.
    let spec = Asset::of(api.spec.into(), "application/json");
    let page = Asset::of(page.into(), "text/html; charset=utf-8");
    let pages = pages.at("/openapi.json", show(spec)).at("/docs", show(page)).at("/docs.css", show(stylesheet()));
    (pages, ApiTable::from_spec(&description, api.prefix))
}
