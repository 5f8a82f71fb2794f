//! The catalogue arranged for finding: every value numbered, so that a list of a hundred thousand products is narrowed,
//! counted and sorted by comparing small integers.
//!
//! A shelf is made of one version of the catalogue and never changes. Stock does change, with every order and without
//! a new version: so a shelf knows none, and is told what is sold out whenever it is asked.

mod facets;
mod near;
mod suggest;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use kit_core::{Currency, Money};
use rust_decimal::Decimal;

use super::name_order::name_key;
use super::product::{Product, Sku, Slug, Sort, category_name, german_category};
use super::query::address::RESERVED;
use super::search::typos::Lexicon;
use super::specification::{Kind, SpecificationValue, label};

pub use facets::{Choice, Facet, Facets, Found, Range};
pub use near::{Department, Related};
pub use suggest::{Suggestion, Target};

/// A product's place on the shelf; places are in the order of SKUs.
type Place = u32;

/// One version of the catalogue, arranged.
#[derive(Debug)]
pub struct Shelf {
    version: u64,
    currency: Currency,
    items: Vec<Item>,
    categories: Vec<Slug>,
    /// By name, as people look for them.
    brands: Vec<String>,
    columns: Vec<Column>,
}

/// A product without what changes between versions.
#[derive(Debug)]
struct Item {
    sku: Sku,
    name: String,
    /// Each word of name, brand and SKU as it is compared, with a blank in front and one behind the last.
    words: String,
    category: u32,
    brand: u32,
    price_minor: i64,
    /// Where it stands among all names; equal names stand at the same place.
    name_rank: u32,
    /// Which column, and which of its values.
    values: Box<[(u16, u32)]>,
}

/// A specification's key, and everything that it comes to.
#[derive(Debug)]
struct Column {
    key: String,
    kind: Kind,
    /// In ascending order.
    values: Vec<SpecificationValue>,
}

/// A value, to be told from others in a moment: `14.0` and `14.00` are the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Distinct<'a> {
    Number(Decimal),
    Text(&'a str),
    Flag(bool),
}

impl<'a> Distinct<'a> {
    fn of(value: &'a SpecificationValue) -> Self {
        match value {
            SpecificationValue::Number { number, .. } => Self::Number(*number),
            SpecificationValue::Text(text) => Self::Text(text),
            SpecificationValue::Flag(flag) => Self::Flag(*flag),
        }
    }

    /// The order in which values are offered: numbers by size, texts by alphabet, yes before no. One key has one kind:
    /// the import sees to it.
    fn order(self) -> (Decimal, String, String, bool) {
        match self {
            Self::Number(number) => (number, String::new(), String::new(), false),
            Self::Text(text) => (Decimal::ZERO, name_key(text), text.to_owned(), false),
            Self::Flag(flag) => (Decimal::ZERO, String::new(), String::new(), !flag),
        }
    }
}

impl Shelf {
    /// Arranges `products`, which must be in the order of their SKUs.
    #[must_use]
    pub fn new(version: u64, currency: Currency, products: &[Product]) -> Self {
        let categories = numbered(products.iter().map(|product| &product.category));
        let mut brands = numbered(products.iter().map(|product| &product.brand));
        brands.sort_by_cached_key(|brand| name_key(brand));
        let brand_of: BTreeMap<&str, u32> = (0..).zip(&brands).map(|(at, brand)| (brand.as_str(), at)).collect();
        let columns = columns(products);
        let column_of: BTreeMap<&str, u16> =
            (0..).zip(&columns).map(|(at, column)| (column.key.as_str(), at)).collect();
        let value_of: Vec<HashMap<Distinct<'_>, u32>> =
            columns.iter().map(|column| column.values.iter().map(Distinct::of).zip(0..).collect()).collect();
        let name_ranks = name_ranks(products);
        let item = |(product, name_rank): (&Product, u32)| {
            let value = |key: &str, value: &SpecificationValue| {
                let column = *column_of.get(key)?;
                Some((column, *value_of[usize::from(column)].get(&Distinct::of(value))?))
            };
            let texts = [product.name.as_str(), &product.brand, product.sku.as_str()];
            Item {
                sku: product.sku.clone(),
                name: product.name.clone(),
                words: suggest::spelled(&texts),
                category: place_of(&categories, &product.category),
                brand: brand_of.get(product.brand.as_str()).copied().unwrap_or_default(),
                price_minor: product.price.minor,
                name_rank,
                values: product.specifications.iter().filter_map(|s| value(&s.key, &s.value)).collect(),
            }
        };
        let items = products.iter().zip(name_ranks).map(item).collect();
        drop(value_of);
        Self { version, currency, items, categories, brands, columns }
    }

    /// Every SKU, in order.
    pub fn skus(&self) -> impl Iterator<Item = &Sku> {
        self.items.iter().map(|item| &item.sku)
    }

    /// Which version of the catalogue it holds.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What kind a specification's key has; `None` for a key that no product has.
    #[must_use]
    pub fn kind_of(&self, key: &str) -> Option<Kind> {
        let at = self.columns.binary_search_by(|column| column.key.as_str().cmp(key)).ok()?;
        Some(self.columns[at].kind.clone())
    }

    /// Whether a category has products.
    #[must_use]
    pub fn has_category(&self, category: &Slug) -> bool {
        self.categories.binary_search(category).is_ok()
    }

    fn place(&self, sku: &Sku) -> Option<Place> {
        self.items.binary_search_by(|item| item.sku.cmp(sku)).ok().map(number)
    }

    fn item(&self, place: Place) -> &Item {
        &self.items[place as usize]
    }

    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// Which products are sold out, by place.
    fn sold_out(&self, skus: &[Sku]) -> Vec<bool> {
        let mut sold_out = vec![false; self.items.len()];
        for place in skus.iter().filter_map(|sku| self.place(sku)) {
            sold_out[place as usize] = true;
        }
        sold_out
    }

    /// Sorts a list as [`compare`](super::product::compare) would.
    fn sort(&self, places: &mut [Place], sort: Sort) {
        use std::cmp::Reverse;
        match sort {
            Sort::Relevance | Sort::NameAscending => places.sort_unstable_by_key(|at| (self.item(*at).name_rank, *at)),
            Sort::NameDescending => places.sort_unstable_by_key(|at| (Reverse(self.item(*at).name_rank), *at)),
            Sort::PriceAscending => places.sort_unstable_by_key(|at| (self.item(*at).price_minor, *at)),
            Sort::PriceDescending => places.sort_unstable_by_key(|at| (Reverse(self.item(*at).price_minor), *at)),
        }
    }
}

/// The words that somebody may have meant: what search reads of a product, without SKUs.
#[must_use]
pub fn lexicon(products: &[Product]) -> Lexicon {
    let categories: BTreeSet<&Slug> = products.iter().map(|product| &product.category).collect();
    let names: Vec<String> = categories.iter().map(|slug| category_name(slug)).collect();
    let german = categories.iter().map(|slug| german_category(slug));
    let keys: HashSet<&str> = products.iter().flat_map(|p| &p.specifications).map(|s| s.key.as_str()).collect();
    let labels: BTreeSet<String> = keys.into_iter().map(label).collect();
    let values: HashSet<&str> = products
        .iter()
        .flat_map(|product| &product.specifications)
        .filter_map(|specification| match &specification.value {
            SpecificationValue::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    // In order, so that it is always the same one that says how a word is written.
    let values: BTreeSet<&str> = values.into_iter().collect();
    let texts = products.iter().flat_map(|product| {
        [product.name.as_str(), product.brand.as_str()].into_iter().chain(product.description.all())
    });
    let more = names.iter().chain(&labels).map(String::as_str).chain(values);
    Lexicon::of(texts.chain(german).chain(more))
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Every value once, in order.
fn numbered<'a, T: Ord + Clone + 'a>(values: impl Iterator<Item = &'a T>) -> Vec<T> {
    values.collect::<BTreeSet<&T>>().into_iter().cloned().collect()
}

fn place_of<T: Ord>(all: &[T], value: &T) -> u32 {
    number(all.binary_search(value).unwrap_or_default())
}

/// Where each product stands among all names; equal names stand at the same place.
fn name_ranks(products: &[Product]) -> Vec<u32> {
    let keys: Vec<String> = products.iter().map(|product| name_key(&product.name)).collect();
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_unstable_by(|a, b| keys[*a].cmp(&keys[*b]));
    let mut ranks = vec![0; keys.len()];
    let mut rank = 0;
    for pair in order.windows(2) {
        rank += u32::from(keys[pair[0]] != keys[pair[1]]);
        ranks[pair[1]] = rank;
    }
    ranks
}

fn columns(products: &[Product]) -> Vec<Column> {
    let mut columns: BTreeMap<&str, (Column, HashSet<Distinct<'_>>)> = BTreeMap::new();
    for specification in products.iter().flat_map(|product| &product.specifications) {
        let key = specification.key.as_str();
        // A key that addresses use for something else cannot be asked for.
        if RESERVED.contains(&key) {
            continue;
        }
        let new = || (Column { key: key.to_owned(), kind: specification.kind(), values: Vec::new() }, HashSet::new());
        let (column, seen) = columns.entry(key).or_insert_with(new);
        if seen.insert(Distinct::of(&specification.value)) {
            column.values.push(specification.value.clone());
        }
    }
    let sorted = |(mut column, _): (Column, HashSet<Distinct<'_>>)| {
        column.values.sort_by_cached_key(|value| Distinct::of(value).order());
        column
    };
    columns.into_values().take(usize::from(u16::MAX)).map(sorted).collect()
}
