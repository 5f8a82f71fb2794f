//! The front page.

use askama::Template;
use poem::{Response, Result, handler};
use shop_core::{Category, ProductQuery};

use super::list::Card;
use super::page;
use super::visitor::{Frame, Visitor};
use crate::problem;

/// Enough to begin with, and not yet a catalogue.
const PRODUCTS: u32 = 12;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    frame: Frame,
    categories: &'a [Category],
    cards: Vec<Card<'a>>,
    total: u64,
}

#[handler]
pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    let query = ProductQuery { per_page: PRODUCTS, ..ProductQuery::default() };
    let loaded = visitor.lanes.browse(move |shop| Ok((shop.categories()?, shop.products(&query)?))).await;
    let (categories, products) = loaded.map_err(|error| problem::of(&error))?;
    page(&HomePage {
        frame: visitor.frame,
        categories: &categories,
        cards: products.products.iter().map(Card::of).collect(),
        total: products.total,
    })
}
