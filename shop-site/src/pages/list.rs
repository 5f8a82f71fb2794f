//! Lists of products: all of them, a category, what a search finds; narrowed by what their address says.
//!
//! - `filters.rs`: by what a list can be narrowed, as a form and as links.
//! - `typed.rs`: the numbers that people type into the form.

mod filters;
mod typed;

use askama::Template;
use kit_web::forms::{Field, Kind};
use kit_web::{Problem, Words};
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Request, Response, Result, handler};
use shop_core::rules::search::MAX_CHARS;
use shop_core::{Product, ProductQuery, Refusal, Shop, Slug, Sort, address};

use super::card::{Card, cards};
use super::visitor::{Frame, Visitor, absolute};
use super::{go, moved, page_with, told};
use crate::config::SiteConfig;
use crate::problem;
use filters::{Filters, Removal};

/// How many cards of a list are seen without scrolling.
const AT_ONCE: usize = 4;
/// How many products a page of a list has: rows of four, three and two are full.
const PER_PAGE: u32 = 24;
/// What is shown to whoever found nothing.
const PICKS: usize = 4;

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage<'a> {
    frame: Frame,
    title: String,
    heading: String,
    /// A category's own list.
    in_category: bool,
    filters: Filters,
    removals: Vec<Removal>,
    /// The list without any filter.
    cleared: String,
    /// Other words that find more, and where.
    suggestion: Option<(String, String)>,
    /// No product has all words that were searched for.
    most_words: bool,
    cards: Vec<Card<'a>>,
    total: u64,
    /// Where the list is, without its question mark.
    path: String,
    /// What is kept when the order changes.
    kept: Vec<(String, String)>,
    sort: Field,
    page: u32,
    pages: u64,
    /// Whether this page comes after the last one.
    behind_the_end: bool,
    previous: Option<String>,
    next: Option<String>,
}

fn sort_field(t: Words<'_>, chosen: Sort, searching: bool) -> Field {
    // Without a search the best match is the first name.
    let chosen = if searching || chosen != Sort::Relevance { chosen } else { Sort::NameAscending };
    let offered = Sort::ALL.into_iter().filter(|sort| searching || *sort != Sort::Relevance);
    offered
        .fold(Field::new(Kind::Select, "sort", t.say("list-sort")).in_words(t).value(chosen.code()), |field, sort| {
            field.choice(sort.code(), t.say(&format!("list-sort-{}", sort.code())))
        })
}

/// Which list.
struct List {
    title: String,
    path: String,
    /// The category whose own list it is.
    category: Option<Slug>,
}

impl List {
    fn all(t: Words<'_>) -> Self {
        Self { title: t.say("list-all").to_string(), path: "/products".to_owned(), category: None }
    }

    fn category(t: Words<'_>, slug: Slug) -> Self {
        Self { title: told::category(t, &slug), path: format!("/categories/{slug}"), category: Some(slug) }
    }

    fn search(t: Words<'_>) -> Self {
        Self { title: t.say("list-search").to_string(), path: "/search".to_owned(), category: None }
    }

    fn is_category(&self) -> bool {
        self.category.is_some()
    }

    /// What an address asks of this list. Its canonical form asks the same.
    fn read(&self, shop: &Shop, asked: &str) -> Result<ProductQuery, shop_core::Error> {
        let mut query = shop.read_address(asked)?;
        if self.is_category() {
            query.category.clone_from(&self.category);
        }
        if query.text.is_none() {
            query.text = legible(asked);
        }
        if query.text.is_none() && query.sort == Sort::NameAscending {
            query.sort = Sort::default();
        }
        query.facets = true;
        query.per_page = PER_PAGE;
        Ok(query)
    }

    /// The address of a part of this list.
    fn href(&self, query: &ProductQuery) -> String {
        let own = self.is_category().then(|| ProductQuery { category: None, ..query.clone() });
        let asked = address::write(own.as_ref().unwrap_or(query));
        if asked.is_empty() { self.path.clone() } else { format!("{}?{asked}", self.path) }
    }
}

/// What the form sends has both ends of every span in it, mostly empty: nobody wants to share that.
fn was_sent(asked: &str) -> bool {
    asked.split('&').any(|pair| pair.split_once('=').is_some_and(|(name, _)| name.ends_with(".min")))
}

/// What is left of a search that was garbled on its way: who searched for something is not shown everything.
fn legible(asked: &str) -> Option<String> {
    let (_, text) = form_urlencoded::parse(asked.as_bytes()).find(|(name, _)| name == "q")?;
    let words: String = text.chars().take(MAX_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    Some(words.trim().to_owned()).filter(|words| !words.is_empty())
}

/// A list as its page shows it.
struct Loaded {
    query: ProductQuery,
    found: shop_core::ProductPage,
    chips: Vec<shop_core::Chip>,
    picks: Vec<Product>,
}

async fn render(visitor: Visitor, request: &Request, list: List) -> Result<Response> {
    let site = request.data::<SiteConfig>().ok_or_else(Problem::internal)?.clone();
    let asked = asked(request);
    let t = visitor.frame.t;
    let (reading, unread) = typed::read(&asked, t.language(), visitor.lanes.shop().config().currency);
    let (list, loaded) = visitor
        .lanes
        .browse(move |shop| {
            let query = list.read(shop, &reading)?;
            let found = shop.products(&query)?;
            let chips = shop.chips(&query)?;
            let picks = if found.total == 0 { shop.picks(PICKS)? } else { Vec::new() };
            Ok((list, Loaded { query, found, chips, picks }))
        })
        .await
        .map_err(|error| problem::of(&error))?;
    let Loaded { query, found, chips, picks } = loaded;
    // A search for nothing is the whole shop.
    if list.path == "/search" && query.text.is_none() {
        return Ok(go(List::all(t).href(&query)));
    }
    if was_sent(&asked) && unread.is_empty() {
        return Ok(go(list.href(&ProductQuery { page: 0, ..query })));
    }
    let pages = found.pages();
    let to_page = |page: u32| list.href(&ProductQuery { page, ..query.clone() });
    let beyond_the_end = u64::from(found.page) > pages;
    let behind_the_end = found.total > 0 && beyond_the_end;
    let last = u32::try_from(pages).unwrap_or(u32::MAX);
    let plain = ProductQuery { text: query.text.clone(), sort: query.sort, ..ProductQuery::default() };
    let searched = query.text.clone();
    // Filters and searches make more lists than anybody wants to find; a plain one has one address a page.
    let canonical =
        (searched.is_none() && query.filters.is_empty() && unread.is_empty() && !beyond_the_end).then(|| {
            let own = query.category.clone().filter(|_| !list.is_category()).map(|slug| List::category(t, slug));
            let query = ProductQuery { sort: Sort::default(), ..query.clone() };
            match own {
                Some(own) => own.href(&query),
                None => list.href(&query),
            }
        });
    let kept = address::write(&ProductQuery {
        category: query.category.clone().filter(|_| !list.is_category()),
        sort: Sort::default(),
        page: 0,
        ..query.clone()
    });
    let facets = found.facets.clone().unwrap_or_default();
    let shown = if found.total == 0 { &picks } else { &found.products };
    let mut cards = cards(t, shown, &found.looked_for, AT_ONCE);
    for card in &mut cards {
        card.ticked = found.total > 1;
    }
    let page = ListPage {
        frame: Frame {
            search: searched.clone().unwrap_or_default(),
            canonical: canonical.map(|path| absolute(&site, &path)),
            ..visitor.frame
        },
        heading: match &searched {
            Some(words) => t.say("list-found").with("words", words).to_string(),
            None => list.title.clone(),
        },
        in_category: list.is_category(),
        filters: Filters::of(t, &list, &query, &facets, &unread),
        removals: filters::removals(t, &list, &query, &chips),
        cleared: list.href(&plain),
        most_words: found.most_words && found.total > 0,
        suggestion: found.suggestion.map(|words| {
            let query = ProductQuery { text: Some(words.clone()), page: 0, ..query.clone() };
            (words, list.href(&query))
        }),
        cards,
        total: found.total,
        kept: form_urlencoded::parse(kept.as_bytes()).into_owned().collect(),
        sort: sort_field(t, query.sort, searched.is_some()),
        page: found.page,
        pages,
        behind_the_end,
        previous: (found.total > 0 && found.page > 1)
            .then(|| to_page(if behind_the_end { last } else { found.page - 1 })),
        next: (u64::from(found.page) < pages).then(|| to_page(found.page.saturating_add(1))),
        title: list.title,
        path: list.path,
    };
    let status = match (beyond_the_end, unread.is_empty()) {
        (true, _) => Problem::not_found().status,
        (false, false) => problem::invalid_fields(Vec::new()).status,
        (false, true) => StatusCode::OK,
    };
    page_with(&page, status)
}

/// What stands behind the question mark. People edit and share it: what cannot be read in it is passed over, but for
/// numbers that somebody typed.
fn asked(request: &Request) -> String {
    request.uri().query().unwrap_or_default().to_owned()
}

#[handler]
pub(super) async fn show_all(visitor: Visitor, request: &Request) -> Result<Response> {
    let list = List::all(visitor.frame.t);
    render(visitor, request, list).await
}

#[handler]
pub(super) async fn show_category(visitor: Visitor, Path(slug): Path<String>, request: &Request) -> Result<Response> {
    let known = |slug: &str| Slug::parse(slug).ok_or_else(|| problem::of_refusal(&Refusal::CategoryNotFound));
    if slug.contains(|c: char| c.is_ascii_uppercase()) {
        return Ok(moved(&format!("/categories/{}", known(&slug.to_ascii_lowercase())?), request));
    }
    let slug = known(&slug)?;
    let list = List::category(visitor.frame.t, slug);
    render(visitor, request, list).await
}

#[handler]
pub(super) async fn show_found(visitor: Visitor, request: &Request) -> Result<Response> {
    let list = List::search(visitor.frame.t);
    render(visitor, request, list).await
}
