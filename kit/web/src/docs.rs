//! The documentation page of an API, rendered on the server from its OpenAPI description.
//!
//! The pages that come with poem-openapi are programs in JavaScript that load fonts or themselves from elsewhere; our
//! Content-Security-Policy would stop them, and so would a machine without internet. This one is a single HTML document
//! with one stylesheet.
//!
//! `model.rs` reads the description into plain structs, `example.rs` writes the example calls, and the template shows
//! them.

mod example;
mod model;
mod published;

use std::borrow::Cow;
use std::sync::LazyLock;

use askama::Template;
use serde_json::Value;

use crate::assets::Asset;
use model::Api;
pub use published::{ApiDescription, publish};

/// One problem code, for the table at the end of the page. `type` in an error answer leads to its row.
#[derive(Debug, Clone)]
pub struct ProblemDoc {
    /// The slug.
    pub code: &'static str,
    /// The HTTP statuses that it comes with.
    pub statuses: Cow<'static, [u16]>,
    /// What it means and what to do.
    pub meaning: &'static str,
}

/// The codes that this crate itself answers.
pub const KIT_PROBLEMS: &[ProblemDoc] = &[
    ProblemDoc {
        code: "invalid-request",
        statuses: Cow::Borrowed(&[400]),
        meaning: "The request is not as specified; `field` names the culprit where there is one.",
    },
    ProblemDoc {
        code: "idempotency-key-required",
        statuses: Cow::Borrowed(&[400]),
        meaning: "A call that moves money needs the header `Idempotency-Key`.",
    },
    ProblemDoc {
        code: "invalid-idempotency-key",
        statuses: Cow::Borrowed(&[400]),
        meaning: "A key has 8 to 64 visible ASCII characters other than braces.",
    },
    ProblemDoc {
        code: "unauthenticated",
        statuses: Cow::Borrowed(&[401]),
        meaning: "Credentials are missing or not valid.",
    },
    ProblemDoc { code: "forbidden", statuses: Cow::Borrowed(&[403]), meaning: "The credentials do not permit this." },
    ProblemDoc {
        code: "not-found",
        statuses: Cow::Borrowed(&[404]),
        meaning: "There is no such thing, or none that the caller may see.",
    },
    ProblemDoc {
        code: "method-not-allowed",
        statuses: Cow::Borrowed(&[405]),
        meaning: "The address does not take this method; see Allow.",
    },
    ProblemDoc {
        code: "request-timeout",
        statuses: Cow::Borrowed(&[408]),
        meaning: "The body did not arrive in time.",
    },
    ProblemDoc { code: "payload-too-large", statuses: Cow::Borrowed(&[413]), meaning: "The body is too large." },
    ProblemDoc {
        code: "unsupported-media-type",
        statuses: Cow::Borrowed(&[415]),
        meaning: "The body is not of the media type in `expected`.",
    },
    ProblemDoc {
        code: "internal",
        statuses: Cow::Borrowed(&[500]),
        meaning: "An error of ours. It has been logged under the id in x-request-id.",
    },
    ProblemDoc {
        code: "busy",
        statuses: Cow::Borrowed(&[503]),
        meaning: "Overloaded. Nothing happened; try again after Retry-After.",
    },
    ProblemDoc {
        code: "unavailable",
        statuses: Cow::Borrowed(&[503]),
        meaning: "Something that we need does not work at the moment.",
    },
    ProblemDoc {
        code: "deadline",
        statuses: Cow::Borrowed(&[503]),
        meaning: "The answer was not ready in time; the request may still take effect.",
    },
];

/// The codes of field errors that this crate itself answers: a body that is not as its schema says.
pub const KIT_FIELD_CODES: &[&str] = &[
    "missing",
    "wrong-type",
    "unknown-member",
    "too-short",
    "too-long",
    "too-small",
    "too-large",
    "too-few-items",
    "too-many-items",
];

/// What the page says besides the description itself.
#[derive(Debug, Clone)]
pub struct DocsOptions<'a> {
    /// Scheme, host and port for the examples, such as `http://127.0.0.1:8080`.
    pub origin: &'a str,
    /// Where the description is served.
    pub spec_href: &'a str,
    /// Where [`stylesheet`] is served: `stylesheet().href("/docs.css")`.
    pub stylesheet_href: &'a str,
    /// Where the page's title leads.
    pub home_href: &'a str,
    /// How to authenticate: paragraphs separated by empty lines, code in backticks.
    pub authentication: &'a str,
    /// The site's own codes; those of this crate are added.
    pub problems: &'a [ProblemDoc],
}

#[derive(Template)]
#[template(path = "docs.html")]
struct Page<'a> {
    api: Api,
    options: &'a DocsOptions<'a>,
    authentication: model::Prose,
    problems: Vec<(&'a ProblemDoc, model::Prose)>,
}

/// Renders the page. Do it once at start: a description does not change while the program runs.
///
/// # Errors
/// When the template cannot be rendered.
pub fn docs_page(spec: &Value, options: &DocsOptions<'_>) -> Result<String, askama::Error> {
    let mut problems: Vec<_> = options.problems.iter().collect();
    // A site may say more about a code than this crate does.
    problems.extend(KIT_PROBLEMS.iter().filter(|ours| !options.problems.iter().any(|theirs| theirs.code == ours.code)));
    problems.sort_by_key(|problem| (&*problem.statuses, problem.code));
    Page {
        api: Api::read(spec, options.origin),
        options,
        authentication: model::Prose::read(options.authentication),
        problems: problems.into_iter().map(|problem| (problem, model::Prose::read(problem.meaning))).collect(),
    }
    .render()
}

/// The page's stylesheet. Link it with its [`Asset::href`].
pub fn stylesheet() -> Asset {
    static SHEET: LazyLock<Asset> =
        LazyLock::new(|| Asset::new(include_bytes!("../assets/docs.css"), "text/css; charset=utf-8"));
    SHEET.clone()
}
