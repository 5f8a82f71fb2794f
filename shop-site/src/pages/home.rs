//! The front page.

use askama::Template;
use kit_core::Money;
use kit_web::Words;
use poem::web::Data;
use poem::{Response, Result, handler};
use shop_core::{Category, Pattern, Product, ShippingMethod};

use super::card::{Card, cards, facts};
use super::visitor::{Frame, Visitor, absolute};
use super::{page, told};
use crate::config::SiteConfig;
use crate::pictures::{View, picture_href};
use crate::problem;

/// More picks than are shown: one of each of our categories.
const PICKS: usize = 13;
/// Enough to begin with, and not yet a catalogue.
const SHOWN: usize = 8;
/// What stands in the window, where the shop has it.
const WINDOW: &str = "laptops";

/// What stands in the shop's window.
struct Window<'a> {
    product: &'a Product,
    picture: String,
    facts: String,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    frame: Frame,
    window: Option<Window<'a>>,
    /// Each with its name.
    categories: Vec<(&'a Category, String)>,
    cards: Vec<Card<'a>>,
    total: u64,
    delivery: String,
}

/// How soon things arrive, and from which value of goods on for nothing.
fn delivery(t: Words<'_>, method: &ShippingMethod, of: Money) -> String {
    let said = t.say("home-delivery").with("days", method.days.to_string().replace('-', "–"));
    match method.free_from_minor {
        Some(minor) if method.price_minor > 0 => {
            let free = t.say("home-delivery-free").with("from", t.money(Money::new(minor, of.currency)));
            format!("{said} {free}")
        }
        _ => said.to_string(),
    }
}

#[handler]
pub(super) async fn show(visitor: Visitor, site: Data<&SiteConfig>) -> Result<Response> {
    let loaded = visitor.lanes.browse(|shop| Ok((shop.categories()?, shop.picks(PICKS)?))).await;
    let (categories, mut picks) = loaded.map_err(|error| problem::of(&error))?;
    let t = visitor.frame.t;
    // In the window it is not shown a second time.
    let at = picks.iter().position(|product| product.category.as_str() == WINDOW).unwrap_or(0);
    let window = (!picks.is_empty()).then(|| picks.remove(at));
    picks.truncate(SHOWN);
    let config = visitor.lanes.shop().config();
    page(&HomePage {
        frame: Frame { canonical: Some(absolute(&site, "/")), ..visitor.frame },
        window: window.as_ref().map(|product| Window {
            product,
            picture: picture_href(product, View::Front),
            facts: facts(t, product),
        }),
        total: categories.iter().map(|category| category.products).sum(),
        categories: categories.iter().map(|category| (category, told::category(t, &category.slug))).collect(),
        cards: cards(t, &picks, &Pattern::default(), 0),
        delivery: delivery(t, config.shipping.first(), Money::new(0, config.currency)),
    })
}
