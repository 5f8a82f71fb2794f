//! The website: one file a page. Works without JavaScript; every form posts, redirects, and is safe to send twice.
//!
//! - `visitor.rs`: who is looking, and what every page shows of that.
//! - `attempt.rs`: a form that was sent: its key, and what is wrong with it.
//! - `told.rs`: what the core says by codes and facts, in words for customers.
//! - `lines.rs`, `search.rs`, `charts.rs`: statements as pages show them, search them and draw them.
//! - `art.rs`: the pictures.
//! - `proof.rs`: proving to be an account's holder, by PIN or password.

mod account;
mod account_new;
mod accounts;
mod art;
mod attempt;
mod charts;
mod close;
mod deposit;
mod entry;
mod exports;
mod home;
mod lines;
mod login;
mod password;
mod payees;
mod pin;
mod profile;
mod proof;
mod register;
mod search;
mod security;
mod settings;
mod told;
mod transfer;
mod visitor;
mod withdraw;

use std::sync::LazyLock;

use askama::Template;
use kit_core::AccountNumber;
use kit_core::Language;
use kit_web::Problem;
use kit_web::assets::{Asset, BASE_SCRIPT, BASE_STYLE};
use kit_web::pages::{go, page, page_with};
use kit_web::words::{chosen, switch_language};
use poem::web::Data;
use poem::{Request, Response, Result, Route, RouteMethod, get, handler, post};

use crate::config::SiteConfig;
use crate::site::SITE;
use crate::words::words;
use art::Art;
use visitor::Frame;

/// The one stylesheet.
static STYLESHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::joined(&[BASE_STYLE, include_str!("../assets/bank.css")], "text/css; charset=utf-8"));

/// What the content security policy calls the stylesheet, where it stands within a page.
pub(crate) fn inline_style() -> String {
    STYLESHEET.source().to_owned()
}

/// The one script. Nothing needs it.
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::joined(&[BASE_SCRIPT, include_str!("../assets/bank.js")], "text/javascript; charset=utf-8")
});

/// Every page: its address, and what is done there.
fn table() -> Vec<(&'static str, RouteMethod)> {
    vec![
        ("/", get(home::show)),
        ("/register", get(register::show).post(register::send)),
        ("/login", get(login::show).post(login::send)),
        ("/logout", post(login::log_out)),
        ("/accounts", get(accounts::show)),
        ("/accounts/new", get(account_new::show).post(account_new::send)),
        ("/accounts/:number", get(account::show)),
        ("/accounts/:number/entries/:id", get(entry::show)),
        ("/accounts/:number/statement.pdf", get(exports::pdf)),
        ("/accounts/:number/statement.csv", get(exports::csv)),
        ("/accounts/:number/statement.ofx", get(exports::ofx)),
        ("/accounts/:number/statement.camt053.xml", get(exports::camt053)),
        ("/accounts/:number/deposit", get(deposit::show).post(deposit::send)),
        ("/accounts/:number/withdraw", get(withdraw::show).post(withdraw::send)),
        ("/accounts/:number/transfer", get(transfer::show).post(transfer::send)),
        ("/accounts/:number/transfer/confirm", get(transfer::restart).post(transfer::confirm)),
        ("/accounts/:number/pin", get(pin::show).post(pin::send)),
        ("/accounts/:number/settings", get(settings::show).post(settings::send)),
        ("/accounts/:number/close", get(close::show).post(close::send)),
        ("/payees", get(payees::show).post(payees::send)),
        ("/payees/:id", get(payees::show_one).post(payees::rename)),
        ("/payees/:id/remove", post(payees::remove)),
        ("/password/forgotten", get(password::show_forgotten).post(password::send_forgotten)),
        ("/password/new", get(password::show_new).post(password::send_new)),
        ("/profile", get(profile::show).post(profile::send)),
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
    art::routes(pages)
        .at("/bank.css", get(STYLESHEET.clone()))
        .at("/bank.js", get(SCRIPT.clone()))
        .at("/language", switch_language(SITE))
        .at("/styleguide", get(styleguide))
}

/// Every part that pages are made of, for whoever works on them.
#[handler]
fn styleguide(config: Data<&SiteConfig>, request: &Request) -> Result<Response> {
    if !config.development {
        return Err(Problem::not_found().into());
    }
    kit_web::styleguide::show(&STYLESHEET.href("/bank.css"), &SCRIPT.href("/bank.js"), words(chosen(request, SITE)))
}

/// The account number in a path. One that cannot be one is the number of no page.
fn path_number(text: &str) -> Result<AccountNumber, Problem> {
    AccountNumber::parse(text).map_err(|_| Problem::not_found())
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    heading: String,
    next: String,
}

/// Renders what goes wrong outside the API.
pub(crate) fn error_page(config: &SiteConfig) -> impl Fn(&Problem, Language) -> String + Send + Sync + 'static {
    let config = config.clone();
    move |problem, language| {
        let frame = Frame::anonymous(&config, language, "/");
        let (heading, next) = frame.t.problem(problem);
        let page = ErrorPage { frame, heading, next };
        page.render().unwrap_or_else(|_| "<h1>Something went wrong on our side</h1>".to_owned())
    }
}
