//! Products side by side: what differs first, then what they have in common.

use askama::Template;
use kit_web::Words;
use poem::http::StatusCode;
use poem::{Request, Response, Result, handler};
use shop_core::{Availability, Compared, ComparisonRow, Error, MAX_COMPARED, Pattern, Product, Refusal, Shop, Sku};

use super::card::{Card, cards};
use super::visitor::{Frame, Visitor};
use super::{page_with, told};
use crate::pictures::{View, picture_href};
use crate::problem;

/// How many products of an address are looked at: more than fit side by side, so that some can be taken away.
const MAX_READ: usize = 12;
/// How many are offered to be added.
const OFFERED: usize = 4;

/// The address of a comparison.
pub(super) fn href<'a>(skus: impl IntoIterator<Item = &'a Sku>) -> String {
    // A SKU is plain in every part of an address.
    let asked: Vec<String> = skus.into_iter().map(|sku| format!("sku={sku}")).collect();
    if asked.is_empty() { "/compare".to_owned() } else { format!("/compare?{}", asked.join("&")) }
}

/// A product as the head of a column.
struct Column<'a> {
    product: &'a Product,
    picture: String,
    availability: String,
    /// The comparison without it.
    without: String,
}

impl<'a> Column<'a> {
    fn of(t: Words<'_>, product: &'a Product, all: &[Sku]) -> Self {
        Self {
            product,
            picture: picture_href(product, View::Front),
            availability: told::availability(t, Availability::of(product.stock, 1)),
            without: href(all.iter().filter(|sku| **sku != product.sku)),
        }
    }
}

/// A specification in every column; a dash where it is not said.
struct Row {
    name: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage<'a> {
    frame: Frame,
    columns: Vec<Column<'a>>,
    /// More than fit side by side.
    too_many: bool,
    max: usize,
    different: Vec<Row>,
    same: Vec<Row>,
    /// What may be added: each leads to the comparison with it.
    cards: Vec<Card<'a>>,
    /// Where there are more to add.
    more: String,
}

/// What there is to see.
struct Loaded {
    products: Vec<Product>,
    rows: Vec<ComparisonRow>,
    near: Vec<Product>,
}

fn load(shop: &Shop, skus: &[Sku]) -> Result<Loaded, Error> {
    let products = skus.iter().map(|sku| shop.product(sku)).collect::<Result<Vec<_>, _>>()?;
    let rows = match Compared::of(skus.iter().cloned()) {
        Some(compared) => shop.compare(&compared)?.rows,
        None => Vec::new(),
    };
    let near = match skus.first().filter(|_| skus.len() < MAX_COMPARED) {
        Some(first) => shop.related(first, OFFERED + MAX_COMPARED)?.similar,
        None => Vec::new(),
    };
    let near = near.into_iter().filter(|product| !skus.contains(&product.sku)).take(OFFERED).collect();
    Ok(Loaded { products, rows, near })
}

/// The different SKUs of an address; what is no SKU is no product of ours.
fn read(request: &Request) -> Option<Vec<Sku>> {
    let mut skus = Vec::new();
    for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
        if name == "sku" && !value.trim().is_empty() {
            let sku = Sku::parse(value.trim())?;
            if !skus.contains(&sku) && skus.len() < MAX_READ {
                skus.push(sku);
            }
        }
    }
    Some(skus)
}

#[handler]
pub(super) async fn show(visitor: Visitor, request: &Request) -> Result<Response> {
    let skus = read(request).ok_or_else(|| problem::of_refusal(&Refusal::ProductNotFound))?;
    let asked = skus.clone();
    let loaded = visitor.lanes.browse(move |shop| load(shop, &asked)).await.map_err(|error| problem::of(&error))?;
    let t = visitor.frame.t;
    let column = |product| Column::of(t, product, &skus);
    let row = |row: &ComparisonRow| {
        let cell = |value: &Option<_>| value.as_ref().map_or_else(|| "–".to_owned(), |value| told::value(t, value));
        Row { name: told::specification(t, &row.key), cells: row.cells.iter().map(cell).collect() }
    };
    let (different, same): (Vec<_>, Vec<_>) = loaded.rows.iter().partition(|row| row.differs);
    let too_many = skus.len() > MAX_COMPARED;
    let mut offered = cards(t, &loaded.near, &Pattern::default(), 0);
    for card in &mut offered {
        card.href = href(skus.iter().chain([&card.product.sku]));
    }
    let page = ComparePage {
        frame: visitor.frame,
        columns: loaded.products.iter().map(column).collect(),
        too_many,
        max: MAX_COMPARED,
        different: different.into_iter().map(row).collect(),
        same: same.into_iter().map(row).collect(),
        cards: offered,
        more: loaded.products.first().map_or("/products".to_owned(), |first| format!("/categories/{}", first.category)),
    };
    page_with(&page, if too_many { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
}
