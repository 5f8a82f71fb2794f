//! The catalogue arranged for finding: every value numbered, so that a list of a hundred thousand products is narrowed,
//! counted and sorted by comparing small integers.
//!
//! A shelf is made of one version of the catalogue and never changes. Stock does change, with every order and without
//! a new version: so a shelf knows none, and is told what is sold out whenever it is asked.

mod facets;
mod near;
mod suggest;

use std::collections::{BTreeMap, BTreeSet};

use kit_core::{Currency, Money};

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

/// The order in which values are offered: numbers by size, texts by alphabet, yes before no.
fn by_value(a: &SpecificationValue, b: &SpecificationValue) -> std::cmp::Ordering {
    use SpecificationValue as V;
    match (a, b) {
        (V::Number { number: a, .. }, V::Number { number: b, .. }) => a.cmp(b),
        (V::Text(a), V::Text(b)) => name_key(a).cmp(&name_key(b)).then_with(|| a.cmp(b)),
        (V::Flag(a), V::Flag(b)) => b.cmp(a),
        // One key has one kind: the import sees to it.
        _ => std::cmp::Ordering::Equal,
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
        let names = numbered(products.iter().map(|product| name_key(&product.name)).collect::<Vec<_>>().iter());
        let item = |product: &Product| {
            let value = |key: &str, value: &SpecificationValue| {
                let column = *column_of.get(key)?;
                let all = &columns[usize::from(column)].values;
                Some((column, number(all.binary_search_by(|known| by_value(known, value)).ok()?)))
            };
            let texts = [product.name.as_str(), &product.brand, product.sku.as_str()];
            Item {
                sku: product.sku.clone(),
                name: product.name.clone(),
                words: suggest::spelled(&texts),
                category: place_of(&categories, &product.category),
                brand: brand_of.get(product.brand.as_str()).copied().unwrap_or_default(),
                price_minor: product.price.minor,
                name_rank: place_of(&names, &name_key(&product.name)),
                values: product.specifications.iter().filter_map(|s| value(&s.key, &s.value)).collect(),
            }
        };
        let items = products.iter().map(item).collect();
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
    let keys: BTreeSet<&str> = products.iter().flat_map(|p| &p.specifications).map(|s| s.key.as_str()).collect();
    let labels: Vec<String> = keys.into_iter().map(label).collect();
    let specified = |product: &'_ Product| -> Vec<String> {
        product.specifications.iter().filter(|s| s.kind() == Kind::Text).map(|s| s.value.to_string()).collect()
    };
    let values: BTreeSet<String> = products.iter().flat_map(specified).collect();
    let texts = products.iter().flat_map(|product| {
        [product.name.as_str(), product.brand.as_str()].into_iter().chain(product.description.all())
    });
    let more = names.iter().chain(&labels).chain(&values).map(String::as_str);
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

fn columns(products: &[Product]) -> Vec<Column> {
    let mut columns: BTreeMap<&str, Column> = BTreeMap::new();
    for specification in products.iter().flat_map(|product| &product.specifications) {
        let key = specification.key.as_str();
        // A key that addresses use for something else cannot be asked for.
        if RESERVED.contains(&key) {
            continue;
        }
        let new = || Column { key: key.to_owned(), kind: specification.kind(), values: Vec::new() };
        columns.entry(key).or_insert_with(new).values.push(specification.value.clone());
    }
    for column in columns.values_mut() {
        column.values.sort_by(by_value);
        column.values.dedup_by(|a, b| by_value(a, b).is_eq());
    }
    columns.into_values().take(usize::from(u16::MAX)).collect()
}
