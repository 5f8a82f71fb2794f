//! The website: one file a page. Works without JavaScript, which only saves whoever waits for a bank from checking again; every form posts, redirects, and is safe to send twice.
//!
//! - `visitor.rs`: who is looking, and what every page shows of that.
//! - `attempt.rs`: a form that pays and was sent: its key, and what is wrong with it.
//! - `notice.rs`: what the shop said no to, line by line.
//! - `words.rs`: states and refusals in words for customers.

mod attempt;
mod cart;
mod checkout;
mod home;
mod list;
mod notice;
mod order;
mod product;
mod visitor;
pub(crate) mod words;

use std::sync::LazyLock;

use askama::Template;
use kit_web::Problem;
use kit_web::assets::Asset;
use kit_web::pages::{go, page, page_with};
use poem::{Route, RouteMethod, get};

use crate::config::SiteConfig;
use crate::pictures;
use visitor::Frame;

/// The one stylesheet.
fn stylesheet() -> &'static Asset {
    static SHEET: LazyLock<Asset> =
        LazyLock::new(|| Asset::new(include_bytes!("../assets/shop.css"), "text/css; charset=utf-8"));
    &SHEET
}

/// The one script: the order page's.
fn script() -> &'static Asset {
    static SCRIPT: LazyLock<Asset> =
        LazyLock::new(|| Asset::new(include_bytes!("../assets/order.js"), "text/javascript; charset=utf-8"));
    &SCRIPT
}

/// Every page: its address, and what is done there.
fn table() -> Vec<(&'static str, RouteMethod)> {
    vec![
        ("/", get(home::show)),
        ("/products", get(list::show_all)),
        ("/products/:sku", get(product::show).post(product::send)),
        ("/categories/:slug", get(list::show_category)),
        ("/search", get(list::show_found)),
        ("/cart", get(cart::show).post(cart::send)),
        ("/checkout", get(checkout::show).post(checkout::send)),
        ("/orders/:token", get(order::show).post(order::send)),
    ]
}

/// The address of every page, parameters written `:name`: for tests that visit all of them.
#[must_use]
pub fn page_paths() -> Vec<&'static str> {
    table().into_iter().map(|(path, _)| path).collect()
}

/// The pages, their stylesheet, the script and the pictures.
pub(crate) fn routes() -> Route {
    let pages = table().into_iter().fold(Route::new(), |routes, (path, page)| routes.at(path, page));
    let files = pages.at("/shop.css", get(stylesheet().clone())).at("/order.js", get(script().clone()));
    pictures::routes(files)
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: Frame,
    problem: &'a Problem,
}

/// Renders what goes wrong outside the API.
pub(crate) fn error_page(config: &SiteConfig) -> impl Fn(&Problem) -> String + Send + Sync + 'static {
    let frame = Frame::anonymous(config);
    move |problem| {
        let page = ErrorPage { frame: frame.clone(), problem };
        page.render().unwrap_or_else(|_| "<h1>Something went wrong on our side</h1>".to_owned())
    }
}
