//! Who is looking at a page, and what every page shows of that.

use kit_core::{Calendar, Language, Timestamp, Token};
use kit_web::assets::StyleSheet;
use kit_web::words::chosen;
use kit_web::{ClientIp, CsrfToken, HostCookie, Problem, Words};
use poem::{FromRequest, Request, RequestBody, Response, Result};

use super::{SCRIPT, STYLESHEET};
use crate::config::SiteConfig;
use crate::lanes::Lanes;
use crate::problem;
use crate::site::SITE;
use crate::words::words;

/// What stands around every page: the way home, the search, the cart, the way to the bank.
#[derive(Clone)]
pub(super) struct Frame {
    /// For the forms; absent on error pages, which have none.
    pub(super) csrf: Option<CsrfToken>,
    /// The words of this page.
    pub(super) t: Words<'static>,
    /// The page's own address, to come back to after another language was chosen.
    pub(super) here: String,
    /// The stylesheet.
    pub(super) css: StyleSheet,
    /// Where the script is.
    pub(super) script: String,
    /// How many units the cart has.
    pub(super) units: u32,
    /// What was searched for.
    pub(super) search: String,
    /// Where the bank is.
    pub(super) bank_url: Option<String>,
    /// The one address of this page, by which search engines list it. They are asked not to list a page without one.
    pub(super) canonical: Option<String>,
}

/// An address on this site as others write it.
pub(super) fn absolute(config: &SiteConfig, path: &str) -> String {
    format!("{}{path}", config.public_origin.trim_end_matches('/'))
}

impl Frame {
    /// For nobody in particular.
    pub(super) fn anonymous(config: &SiteConfig, calendar: Calendar, language: Language, here: &str) -> Self {
        // Escaping does not judge schemes: an address that is not the web's becomes no link.
        let web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
        let bank_url = config.bank_url.as_ref().filter(web).map(|url| url.trim_end_matches('/').to_owned());
        Self {
            csrf: None,
            t: words(language, calendar).marked(config.mark_words),
            here: here.to_owned(),
            css: StyleSheet::linked(&STYLESHEET, "/shop.css"),
            script: SCRIPT.href("/shop.js"),
            units: 0,
            search: String::new(),
            bank_url,
            canonical: None,
        }
    }
}

/// The address of the page that a request is for; what a form was sent to is one as well.
fn here(request: &Request) -> String {
    request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// Whoever looks; an extractor.
pub(super) struct Visitor {
    pub(super) lanes: Lanes,
    pub(super) frame: Frame,
    /// Opens the visitor's cart; made with the first thing that is put into it.
    pub(super) cart: Option<Token>,
    /// The orders that were placed or found in this browser.
    pub(super) orders: Orders,
    /// When.
    pub(super) now: Timestamp,
    /// Whose PIN tries are counted.
    pub(super) address: ClientIp,
}

/// The orders that a browser remembers: what opens their pages, the newest first.
///
/// They live in a cookie and nowhere else: whoever shares a computer forgets them with one press, and the shop does not
/// know who ordered what on which device.
#[derive(Clone, Default)]
pub(super) struct Orders(Vec<Token>);

impl Orders {
    /// More than a customer looks for; ten tokens fill a sixth of what a cookie may hold.
    const MOST: usize = 10;

    fn read(request: &Request) -> Self {
        let kept = orders_cookie().read(request).unwrap_or_default();
        Self(kept.split('.').filter_map(Token::parse).take(Self::MOST).collect())
    }

    /// The tokens, the newest first.
    pub(super) fn tokens(&self) -> &[Token] {
        &self.0
    }

    /// With another one at the front.
    pub(super) fn with(&self, token: &Token) -> Self {
        let others = self.0.iter().filter(|kept| kept.hash() != token.hash());
        Self(std::iter::once(token).chain(others).take(Self::MOST).cloned().collect())
    }

    /// Hands them to the browser: the links of found orders end, and so does this.
    pub(super) fn remember(&self, lanes: &Lanes, response: &mut Response) {
        let tokens: Vec<String> = self.0.iter().map(Token::reveal).collect();
        orders_cookie().keep(response, &tokens.join("."), lanes.shop().config().cart_lifetime);
    }

    /// Makes the browser forget all of them.
    pub(super) fn forget(response: &mut Response) {
        orders_cookie().delete(response);
    }
}

fn orders_cookie() -> HostCookie {
    HostCookie::new(SITE, "orders")
}

impl<'a> FromRequest<'a> for Visitor {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let lanes = request.data::<Lanes>().ok_or_else(Problem::internal)?.clone();
        let config = request.data::<SiteConfig>().ok_or_else(Problem::internal)?;
        let csrf = CsrfToken::from_request(request, body).await?;
        let address = ClientIp::from_request(request, body).await?;
        let cart = cookie().read(request).and_then(Token::parse);
        let units = match cart.clone() {
            Some(token) => lanes.browse(move |shop| shop.cart(&token)).await.map_err(|e| problem::of(&e))?.units(),
            None => 0,
        };
        let frame = Frame {
            csrf: Some(csrf),
            units,
            css: StyleSheet::of(&STYLESHEET, "/shop.css", SITE, request),
            ..Frame::anonymous(config, lanes.shop().calendar(), chosen(request, SITE), &here(request))
        };
        let orders = Orders::read(request);
        Ok(Self { lanes, frame, cart, orders, now: config.clock.now(), address })
    }
}

/// Hands the cart to the browser for as long as the shop keeps it: every change counts anew.
pub(super) fn remember_cart(lanes: &Lanes, response: &mut Response, token: &Token) {
    // The same 32 bytes in the web kit's type: both spell tokens alike.
    if let Some(token) = kit_web::Token::parse(&token.reveal()) {
        cookie().set(response, &token, Some(lanes.shop().config().cart_lifetime));
    }
}

fn cookie() -> HostCookie {
    HostCookie::new(SITE, "cart")
}
