//! The website: one file a page. Works without JavaScript; every form posts, redirects, and is safe to send twice.
//!
//! - `visitor.rs`: who is looking, and what every page shows of that.
//! - `attempt.rs`: a form that was sent: its key, and what is wrong with it.
//! - `words.rs`: refusals in words for customers.

mod account;
mod accounts;
mod attempt;
mod deposit;
mod home;
mod login;
mod pin;
mod register;
mod security;
mod transfer;
mod visitor;
mod withdraw;
pub(crate) mod words;

use std::sync::LazyLock;

use askama::Template;
use kit_core::AccountNumber;
use kit_web::Problem;
use kit_web::assets::Asset;
use kit_web::pages::{go, page, page_with};
use poem::{Route, RouteMethod, get, post};

use crate::config::SiteConfig;
use visitor::Frame;

/// The one stylesheet.
static STYLESHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new(include_bytes!("../assets/bank.css"), "text/css; charset=utf-8"));

/// Every page: its address, and what is done there.
fn table() -> Vec<(&'static str, RouteMethod)> {
    vec![
        ("/", get(home::show)),
        ("/register", get(register::show).post(register::send)),
        ("/login", get(login::show).post(login::send)),
        ("/logout", post(login::log_out)),
        ("/accounts", get(accounts::show)),
        ("/accounts/new", get(accounts::show_new).post(accounts::send_new)),
        ("/accounts/:number", get(account::show)),
        ("/accounts/:number/deposit", get(deposit::show).post(deposit::send)),
        ("/accounts/:number/withdraw", get(withdraw::show).post(withdraw::send)),
        ("/accounts/:number/transfer", get(transfer::show).post(transfer::send)),
        ("/accounts/:number/pin", get(pin::show).post(pin::send)),
        ("/security", get(security::show).post(security::change_password)),
        ("/security/sessions/:id/end", post(security::end_session)),
    ]
}

/// The address of every page, parameters written `:name`: for tests that visit all of them.
#[must_use]
pub fn page_paths() -> Vec<&'static str> {
    table().into_iter().map(|(path, _)| path).collect()
}

/// The pages and their stylesheet.
pub(crate) fn routes() -> Route {
    let pages = table().into_iter().fold(Route::new(), |routes, (path, page)| routes.at(path, page));
    pages.at("/bank.css", get(STYLESHEET.clone()))
}

/// The account number in a path. One that cannot be one is the number of no page.
fn path_number(text: &str) -> Result<AccountNumber, Problem> {
    AccountNumber::parse(text).map_err(|_| Problem::not_found())
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
