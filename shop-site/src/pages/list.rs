//! Lists of products: all of them, a category, what a search finds.

use askama::Template;
use kit_web::Words;
use kit_web::forms::{Field, Kind};
use poem::web::{Path, Query};
use poem::{Response, Result, handler};
use serde::Deserialize;
use shop_core::{Availability, Product, ProductQuery, Refusal, Slug, Sort};

use super::visitor::{Frame, Visitor};
use super::{go, page, told};
use crate::pictures::{View, picture_href};
use crate::problem;

/// What stands behind the question mark. Texts, so that what cannot be read is the usual and not an error: people
/// edit and share such addresses.
#[derive(Deserialize, Default)]
struct ListQuery {
    q: Option<String>,
    sort: Option<String>,
    page: Option<String>,
}

/// A product in a list.
pub(super) struct Card<'a> {
    pub(super) product: &'a Product,
    pub(super) availability: String,
}

impl<'a> Card<'a> {
    pub(super) fn of(t: Words<'_>, product: &'a Product) -> Self {
        Self { product, availability: told::availability(t, Availability::of(product.stock, 1)) }
    }

    /// Where its picture is.
    pub(super) fn picture(&self) -> String {
        picture_href(self.product, View::Front)
    }
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage<'a> {
    frame: Frame,
    title: String,
    cards: Vec<Card<'a>>,
    total: u64,
    /// Where the list is, without its question mark.
    path: String,
    /// What was searched for; kept when the order changes.
    search: Option<String>,
    sort: Field,
    page: u32,
    pages: u64,
    previous: Option<String>,
    next: Option<String>,
}

/// The orders that a list may have: as in addresses, and for people.
const SORTS: [(Sort, &str, &str); 5] = [
    (Sort::Relevance, "relevance", "list-sort-relevance"),
    (Sort::NameAscending, "name", "list-sort-name"),
    (Sort::NameDescending, "name-descending", "list-sort-name-descending"),
    (Sort::PriceAscending, "price", "list-sort-price"),
    (Sort::PriceDescending, "price-descending", "list-sort-price-descending"),
];

fn sort_of(asked: &ListQuery, searching: bool) -> (Sort, &'static str) {
    let known = SORTS.iter().find(|(_, slug, _)| asked.sort.as_deref() == Some(*slug));
    match known {
        Some((Sort::Relevance, ..)) | None if !searching => (Sort::NameAscending, "name"),
        Some((sort, slug, _)) => (*sort, slug),
        None => (Sort::Relevance, "relevance"),
    }
}

fn sort_field(t: Words<'_>, chosen: &str, searching: bool) -> Field {
    let offered = SORTS.iter().filter(|(sort, ..)| searching || *sort != Sort::Relevance);
    offered.fold(
        Field::new(Kind::Select, "sort", t.say("list-sort")).in_words(t).value(chosen),
        |field, (_, slug, label)| field.choice(*slug, t.say(label)),
    )
}

/// Which list.
struct List {
    title: String,
    path: String,
    category: Option<Slug>,
    search: Option<String>,
}

async fn render(visitor: Visitor, asked: ListQuery, list: List) -> Result<Response> {
    let List { title, path, category, search } = list;
    let searching = search.is_some();
    let (sort, sort_slug) = sort_of(&asked, searching);
    let query = ProductQuery {
        category,
        text: search.clone(),
        sort,
        page: asked.page.as_deref().and_then(|page| page.parse().ok()).unwrap_or(1),
        ..ProductQuery::default()
    };
    let found = visitor.lanes.browse(move |shop| shop.products(&query)).await.map_err(|error| problem::of(&error))?;
    let pages = found.pages();
    let link = |page: u32| {
        let words = search.as_deref().map(|words| format!("q={}&", encode(words))).unwrap_or_default();
        format!("{path}?{words}sort={sort_slug}&page={page}")
    };
    let behind_the_end = u64::from(found.page) > pages;
    let previous = (found.page > 1).then(|| link(if behind_the_end { 1 } else { found.page - 1 }));
    let next = (u64::from(found.page) < pages).then(|| link(found.page.saturating_add(1)));
    let t = visitor.frame.t;
    page(&ListPage {
        frame: Frame { search: search.clone().unwrap_or_default(), ..visitor.frame },
        title,
        cards: found.products.iter().map(|product| Card::of(t, product)).collect(),
        total: found.total,
        path,
        search,
        sort: sort_field(t, sort_slug, searching),
        page: found.page,
        pages,
        previous,
        next,
    })
}

/// Percent-encodes whatever is not plain in every part of an address.
fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[handler]
pub(super) async fn show_all(visitor: Visitor, Query(asked): Query<ListQuery>) -> Result<Response> {
    let list = List {
        title: visitor.frame.t.say("list-all").to_string(),
        path: "/products".to_owned(),
        category: None,
        search: None,
    };
    render(visitor, asked, list).await
}

#[handler]
pub(super) async fn show_category(
    visitor: Visitor,
    Path(slug): Path<String>,
    Query(asked): Query<ListQuery>,
) -> Result<Response> {
    let slug = Slug::parse(&slug).ok_or_else(|| problem::of_refusal(&Refusal::CategoryNotFound))?;
    let (title, path) = (told::category(visitor.frame.t, &slug), format!("/categories/{slug}"));
    render(visitor, asked, List { title, path, category: Some(slug), search: None }).await
}

#[handler]
pub(super) async fn show_found(visitor: Visitor, Query(asked): Query<ListQuery>) -> Result<Response> {
    let words = asked.q.as_deref().unwrap_or_default().trim().to_owned();
    if words.is_empty() {
        return Ok(go("/products"));
    }
    let list = List {
        title: visitor.frame.t.say("list-search").to_string(),
        path: "/search".to_owned(),
        category: None,
        search: Some(words),
    };
    render(visitor, asked, list).await
}
