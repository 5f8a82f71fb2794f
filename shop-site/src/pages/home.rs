//! The front page.

use askama::Template;
use poem::{Response, Result, handler};
use shop_core::{Category, ProductQuery};

use super::list::Card;
use super::visitor::{Frame, Visitor};
use super::{page, told};
use crate::problem;

/// Enough to begin with, and not yet a catalogue.
const PRODUCTS: u32 = 12;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    frame: Frame,
    /// Each with its name.
    categories: Vec<(&'a Category, String)>,
    cards: Vec<Card<'a>>,
    total: u64,
}

#[handler]
pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    let query = ProductQuery { per_page: PRODUCTS, ..ProductQuery::default() };
    let loaded = visitor.lanes.browse(move |shop| Ok((shop.categories()?, shop.products(&query)?))).await;
    let (categories, products) = loaded.map_err(|error| problem::of(&error))?;
    let t = visitor.frame.t;
    page(&HomePage {
        frame: visitor.frame,
        categories: categories.iter().map(|category| (category, told::category(t, &category.slug))).collect(),
        cards: products.products.iter().map(|product| Card::of(t, product)).collect(),
        total: products.total,
    })
}
