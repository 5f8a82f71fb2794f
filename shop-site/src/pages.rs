//! The website: one file a page. Works without JavaScript, which only saves whoever waits for a bank from checking again; every form posts, redirects, and is safe to send twice.
//!
//! - `sums.rs`: what a cart or an order comes to, row by row.
//! - `visitor.rs`: who is looking, and what every page shows of that.
//! - `attempt.rs`: a form that pays and was sent: its key, and what is wrong with it.
//! - `card.rs`: a product in a list.
//! - `crawlers.rs`: what search engines read.
//! - `notice.rs`: what the shop said no to, line by line.
//! - `told.rs`: states and refusals in words for customers.

mod attempt;
mod card;
mod cart;
mod checkout;
mod compare;
mod crawlers;
mod home;
mod invoice;
mod list;
mod notice;
mod order;
mod orders;
mod product;
mod suggestions;
mod sums;
pub(crate) mod told;
mod visitor;

use std::sync::LazyLock;

use askama::Template;
use kit_core::{Calendar, Language};
use kit_web::Problem;
use kit_web::assets::{Asset, BASE_SCRIPT, BASE_STYLE};
use kit_web::pages::{Page, Pages, form, go, page, page_with, show};
use kit_web::words::{chosen, switch_language};
use poem::http::{HeaderValue, StatusCode, header};
use poem::web::Data;
use poem::{Request, Response, Result, handler};

use crate::config::SiteConfig;
use crate::pictures;
use crate::site::SITE;
use crate::words::words;
use visitor::Frame;

/// The one stylesheet.
static STYLESHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::joined(&[BASE_STYLE, include_str!("../assets/shop.css")], "text/css; charset=utf-8"));

/// What the content security policy calls the stylesheet, where it stands within a page.
pub(crate) fn inline_style() -> String {
    STYLESHEET.source().to_owned()
}

/// The one script. Nothing needs it.
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let parts = [BASE_SCRIPT, include_str!("../assets/shop.js"), include_str!("../assets/order.js")];
    Asset::joined(&parts, "text/javascript; charset=utf-8")
});

/// Says when it is worth coming back, where the answer is to wait.
fn retry_after(mut response: Response, seconds: Option<u64>) -> Response {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// To the one address of a page that was asked for by another one, for good; what stands behind the question mark goes
/// along.
fn moved(path: &str, request: &Request) -> Response {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let to = HeaderValue::try_from(format!("{path}{query}")).unwrap_or(HeaderValue::from_static("/"));
    Response::builder().status(StatusCode::PERMANENT_REDIRECT).header(header::LOCATION, to).finish()
}

/// Every page: its address, and what is done there.
fn table() -> Vec<(&'static str, Page)> {
    vec![
        ("/", show(home::show)),
        ("/products", show(list::show_all)),
        ("/products/:sku", form(product::show, product::send)),
        ("/categories/:slug", show(list::show_category)),
        ("/search", show(list::show_found)),
        ("/compare", show(compare::show)),
        ("/cart", form(cart::show, cart::send)),
        ("/checkout", form(checkout::show, checkout::send).again(checkout::again)),
        ("/orders", form(orders::show, orders::forget)),
        ("/orders/find", form(orders::ask, orders::find).again(orders::find_again)),
        ("/orders/:token", form(order::show, order::send).again(order::again)),
        ("/orders/:token/:document", show(invoice::show)),
    ]
}

/// The address of every page, parameters written `:name`: for tests that visit all of them.
#[must_use]
pub fn page_paths() -> Vec<&'static str> {
    table().into_iter().map(|(path, _)| path).collect()
}

/// The pages, their stylesheet and the script.
pub(crate) fn routes() -> Pages {
    let pages = table().into_iter().fold(Pages::new(), |pages, (path, page)| pages.at(path, page));
    let routes = pages
        .at("/shop.css", show(STYLESHEET.clone()))
        .at("/shop.js", show(SCRIPT.clone()))
        .at("/language", switch_language(SITE))
        .at("/suggestions", show(suggestions::show))
        .at("/styleguide", show(styleguide));
    pictures::routes(crawlers::routes(routes))
}

/// Every part that pages are made of, for whoever works on them.
#[handler]
fn styleguide(config: Data<&SiteConfig>, request: &Request) -> Result<Response> {
    if !config.development {
        return Err(Problem::not_found().into());
    }
    kit_web::styleguide::show(
        &STYLESHEET.href("/shop.css"),
        &SCRIPT.href("/shop.js"),
        words(chosen(request, SITE), Calendar::UTC),
    )
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    heading: String,
    next: String,
}

/// Renders what goes wrong outside the API.
pub(crate) fn error_page(
    config: &SiteConfig,
    calendar: Calendar,
) -> impl Fn(&Problem, Language) -> String + Send + Sync + 'static {
    let config = config.clone();
    move |problem, language| {
        let frame = Frame::anonymous(&config, calendar, language, "/");
        let (heading, next) = frame.t.problem(problem);
        let page = ErrorPage { frame, heading, next };
        page.render().unwrap_or_else(|_| "<h1>Something went wrong on our side</h1>".to_owned())
    }
}
