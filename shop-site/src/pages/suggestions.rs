//! What somebody may be about to type into the search: a piece of a page, for the script. Without scripts there is none,
//! and the search finds the same.

use askama::Template;
use kit_web::Words;
use poem::web::Query;
use poem::{Response, Result, handler};
use serde::Deserialize;
use shop_core::rules::query::address;
use shop_core::{Filters, ProductQuery, Suggestion, Target};

use super::visitor::Visitor;
use super::{page, told};
use crate::problem;

/// As many as are read at a glance.
const SUGGESTIONS: usize = 7;

#[derive(Template)]
#[template(path = "parts/suggestions.html")]
struct Suggestions {
    rows: Vec<Row>,
}

/// Where it leads, and its name in pieces, each marked or not.
struct Row {
    href: String,
    pieces: Vec<(bool, String)>,
}

impl Row {
    fn of(t: Words<'_>, suggestion: &Suggestion) -> Self {
        let Suggestion { name, target } = suggestion;
        let pieces = || name.pieces().into_iter().map(|(marked, text)| (marked, text.to_owned())).collect();
        match target {
            // The core knows a category's English name; the page's language decides which one is shown.
            Target::Category(slug) => {
                Self { href: format!("/categories/{slug}"), pieces: vec![(false, told::category(t, slug))] }
            }
            Target::Brand(brand) => {
                let filters = Filters { brands: [brand.clone()].into(), ..Filters::default() };
                let query = ProductQuery { filters, ..ProductQuery::default() };
                Self { href: format!("/products?{}", address::write(&query)), pieces: pieces() }
            }
            Target::Product(sku) => Self { href: format!("/products/{sku}"), pieces: pieces() },
        }
    }
}

#[derive(Deserialize, Default)]
struct Typed {
    q: Option<String>,
}

#[handler]
pub(super) async fn show(visitor: Visitor, Query(Typed { q }): Query<Typed>) -> Result<Response> {
    let typed = q.unwrap_or_default();
    let found = visitor.lanes.browse(move |shop| shop.suggest(&typed, SUGGESTIONS)).await;
    let found = found.map_err(|error| problem::of(&error))?;
    page(&Suggestions { rows: found.iter().map(|suggestion| Row::of(visitor.frame.t, suggestion)).collect() })
}
