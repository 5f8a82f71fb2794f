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
use kit_core::Language;
use kit_core::{AccountNumber, Calendar};
use kit_web::Problem;
use kit_web::assets::{Asset, BASE_SCRIPT, BASE_STYLE};
use kit_web::pages::{Page, Pages, form, go, page, page_with, send, show};
use kit_web::words::{chosen, switch_language};
use poem::web::Data;
use poem::{Request, Response, Result, handler};

use crate::config::SiteConfig;
use crate::site::SITE;
use crate::words::words;
use art::Art;
pub(crate) use exports::{write_pdf, write_sheet};
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
fn table() -> Vec<(&'static str, Page)> {
    vec![
        ("/", show(home::show)),
        ("/register", form(register::show, register::send).again(register::again)),
        ("/login", form(login::show, login::send).again(login::again)),
        ("/logout", send(login::log_out)),
        ("/accounts", show(accounts::show)),
        ("/accounts/new", form(account_new::show, account_new::send)),
        ("/accounts/:number", show(account::show)),
        ("/accounts/:number/entries/:id", show(entry::show)),
        ("/accounts/:number/statement.pdf", show(exports::pdf)),
        ("/accounts/:number/statement.csv", show(exports::csv)),
        ("/accounts/:number/statement.ofx", show(exports::ofx)),
        ("/accounts/:number/statement.camt053.xml", show(exports::camt053)),
        ("/accounts/:number/statement.camt052.xml", show(exports::camt052)),
        ("/accounts/:number/deposit", form(deposit::show, deposit::send)),
        ("/accounts/:number/withdraw", form(withdraw::show, withdraw::send)),
        ("/accounts/:number/transfer", form(transfer::show, transfer::send)),
        ("/accounts/:number/transfer/confirm", form(transfer::restart, transfer::confirm)),
        ("/accounts/:number/pin", form(pin::show, pin::send)),
        ("/accounts/:number/settings", form(settings::show, settings::send)),
        ("/accounts/:number/close", form(close::show, close::send)),
        ("/payees", form(payees::show, payees::send)),
        ("/payees/:id", form(payees::show_one, payees::rename)),
        ("/payees/:id/remove", send(payees::remove)),
        ("/password/forgotten", form(password::show_forgotten, password::send_forgotten)),
        ("/password/new", form(password::show_new, password::send_new)),
        ("/profile", form(profile::show, profile::send)),
        ("/security", form(security::show, security::change_password)),
        ("/security/sessions/:id/end", send(security::end_session)),
    ]
}

/// The address of every page, parameters written `:name`: for tests that visit all of them.
#[must_use]
pub fn page_paths() -> Vec<&'static str> {
    table().into_iter().map(|(path, _)| path).collect()
}

/// The pages and their stylesheet.
pub(crate) fn routes() -> Pages {
    let pages = table().into_iter().fold(Pages::new(), |pages, (path, page)| pages.at(path, page));
    art::routes(pages)
        .at("/bank.css", show(STYLESHEET.clone()))
        .at("/bank.js", show(SCRIPT.clone()))
        .at("/language", switch_language(SITE))
        .at("/styleguide", show(styleguide))
}

/// Every part that pages are made of, for whoever works on them.
#[handler]
fn styleguide(config: Data<&SiteConfig>, request: &Request) -> Result<Response> {
    if !config.development {
        return Err(Problem::not_found().into());
    }
    kit_web::styleguide::show(
        &STYLESHEET.href("/bank.css"),
        &SCRIPT.href("/bank.js"),
        words(chosen(request, SITE), Calendar::UTC),
    )
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
