//! Who is looking at a page, and what every page shows of that.

use bank_core::model::{CustomerId, SessionKind};
use bank_core::{AccountView, Error, Refusal, SignedIn};
use kit_core::{Calendar, Language, Token};
use kit_web::assets::StyleSheet;
use kit_web::words::chosen;
use kit_web::{ClientIp, CsrfToken, HostCookie, Problem, Words};
use poem::web::Redirect;
use poem::{FromRequest, IntoResponse, Request, RequestBody, Response, Result};

use super::art::Art;
use super::{SCRIPT, STYLESHEET, path_number};
use crate::config::SiteConfig;
use crate::lanes::Lanes;
use crate::problem;
use crate::site::SITE;
use crate::words::words;

/// What stands around every page: the way home, the way to the shop, the button to log out.
#[derive(Clone)]
pub(super) struct Frame {
    /// Who is logged in.
    pub(super) name: Option<String>,
    /// For the forms; absent on error pages, which have none.
    pub(super) csrf: Option<CsrfToken>,
    /// The words of this page.
    pub(super) t: Words<'static>,
    /// The page's own address, to come back to after another language was chosen.
    pub(super) here: String,
    /// The stylesheet.
    pub(super) css: StyleSheet,
    /// Where the mark for the browser's tab is.
    pub(super) icon: String,
    /// Where the script is.
    pub(super) script: String,
    /// Where the shop is.
    pub(super) shop_url: Option<String>,
}

impl Frame {
    /// For nobody in particular.
    pub(super) fn anonymous(config: &SiteConfig, calendar: Calendar, language: Language, here: &str) -> Self {
        Self {
            name: None,
            csrf: None,
            t: words(language, calendar).marked(config.mark_words),
            here: here.to_owned(),
            css: StyleSheet::linked(&STYLESHEET, "/bank.css"),
            icon: Art::Favicon.href(),
            script: SCRIPT.href("/bank.js"),
            shop_url: config.shop_url.clone(),
        }
    }
}

impl Frame {
    /// Whether this page is at `path` or below: for the mark in the navigation.
    pub(super) fn is_at(&self, path: &str) -> bool {
        let rest = self.here.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    }
}

/// The address of the page that a request is for; what a form was sent to is one as well.
fn here(request: &Request) -> String {
    request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// Whoever looks, logged in or not; an extractor.
pub(super) struct Visitor {
    pub(super) lanes: Lanes,
    pub(super) frame: Frame,
    pub(super) signed_in: Option<SignedIn>,
    /// Where the visitor comes from, for the log-in's limits.
    pub(super) place: String,
    /// What the browser sent, whether or not it opens anything.
    pub(super) token: Option<Token>,
}

impl<'a> FromRequest<'a> for Visitor {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let lanes = request.data::<Lanes>().ok_or_else(Problem::internal)?.clone();
        let config = request.data::<SiteConfig>().ok_or_else(Problem::internal)?;
        let csrf = CsrfToken::from_request(request, body).await?;
        let place = ClientIp::from_request(request, body).await?.subscriber().to_string();
        let token = HostCookie::session(SITE).read(request).and_then(Token::parse);
        let signed_in = match token.clone() {
            Some(token) => match lanes.browse(move |bank| bank.authenticate(&token, SessionKind::Browser)).await {
                Ok(signed_in) => Some(signed_in),
                Err(Error::Refused { refusal: Refusal::NotLoggedIn, .. }) => None,
                Err(error) => return Err(problem::of(&error).into()),
            },
            None => None,
        };
        let name = signed_in.as_ref().map(|who| who.customer.name.clone());
        let css = StyleSheet::of(&STYLESHEET, "/bank.css", SITE, request);
        let anonymous = Frame::anonymous(config, lanes.bank().calendar(), chosen(request, SITE), &here(request));
        let frame = Frame { name, csrf: Some(csrf), css, ..anonymous };
        Ok(Self { lanes, frame, signed_in, place, token })
    }
}

/// A customer who is logged in; an extractor. Everyone else is sent to log in, and comes back afterwards.
pub(super) struct Member {
    pub(super) lanes: Lanes,
    pub(super) frame: Frame,
    pub(super) signed_in: SignedIn,
}

impl Member {
    pub(super) fn id(&self) -> CustomerId {
        self.signed_in.customer.id
    }

    /// The account that a path names, if it is this customer's.
    pub(super) async fn account(&self, number: &str) -> Result<AccountView, Problem> {
        let (customer, number) = (self.id(), path_number(number)?);
        let found = self.lanes.browse(move |bank| bank.account(customer, number)).await;
        found.map_err(|error| problem::of(&error))
    }
}

impl<'a> FromRequest<'a> for Member {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let Visitor { lanes, frame, signed_in, .. } = Visitor::from_request(request, body).await?;
        match signed_in {
            Some(signed_in) => Ok(Self { lanes, frame, signed_in }),
            None => {
                let next = super::login::safe_next(request.uri().path()).unwrap_or_else(|| "/accounts".to_owned());
                let redirect = Redirect::see_other(format!("/login?next={next}"));
                Err(poem::Error::from_response(redirect.into_response()))
            }
        }
    }
}

/// Hands a new session to the browser. It ends with the browser, or earlier on the server.
pub(super) fn remember(response: &mut Response, token: &Token) {
    // The same 32 bytes in the web kit's type: both spell tokens alike.
    if let Some(token) = kit_web::Token::parse(&token.reveal()) {
        HostCookie::session(SITE).set(response, &token, None);
    }
}

/// Makes the browser forget its session.
pub(super) fn forget(response: &mut Response) {
    HostCookie::session(SITE).delete(response);
}
