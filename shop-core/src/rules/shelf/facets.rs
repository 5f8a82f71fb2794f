//! By what a list can be narrowed, and how many products each choice would leave.
//!
//! What is chosen of one thing does not change the counts of that same thing: who has chosen one brand still sees how
//! many products the others have. So a product counts for a facet where it passes all filters but that facet's own.

use std::cmp::Reverse;

use kit_core::Money;
use rust_decimal::Decimal;

use super::{Column, Item, Place, Shelf, number};
use crate::rules::product::{Sku, Slug, Sort};
use crate::rules::query::{ProductQuery, Span, Wanted};
use crate::rules::specification::{Kind, SpecificationValue};

/// The most specifications that are offered; what is chosen always is.
const MAX_FACETS: usize = 12;
/// The most texts that are offered of one specification, the most frequent ones; what is chosen always is.
const MAX_TEXTS: usize = 30;
/// A number that comes to more values than these is offered from the lowest to the highest only.
const MAX_NUMBERS: usize = 16;

/// What a list has, and by what it can be narrowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The products of the page that was asked for.
    pub skus: Vec<Sku>,
    /// How many the whole list has.
    pub total: u64,
    /// Where they were asked for.
    pub facets: Option<Facets>,
}

/// By what a list can be narrowed. Choices that would leave nothing are among them, with a count of 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facets {
    /// By slug.
    pub categories: Vec<Choice<Slug>>,
    /// By name.
    pub brands: Vec<Choice<String>>,
    /// What the products cost; `None` where there are none.
    pub price: Option<Range<Money>>,
    /// How many can be ordered now.
    pub in_stock: u64,
    /// What most products of the list have, first.
    pub specifications: Vec<Facet>,
}

/// A specification by which a list can be narrowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// Its key.
    pub key: String,
    /// Its kind, with the unit of a number.
    pub kind: Kind,
    /// The lowest and the highest number; `None` for what is no number, and where there are none.
    pub range: Option<Range<Decimal>>,
    /// The values, in their order; none for a number that comes to very many.
    pub choices: Vec<Choice<SpecificationValue>>,
}

/// One value that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// The value.
    pub value: T,
    /// How many products there are with it among those that pass all other filters.
    pub count: u64,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// The ends of what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<T> {
    /// The lowest value.
    pub lowest: T,
    /// The highest value.
    pub highest: T,
}

/// One filter, ready to be asked a hundred thousand times.
enum Test {
    Category(u32),
    Brand(Vec<bool>),
    Price(Span<i64>),
    InStock,
    /// The values that pass, by number; `None` for a key that no product has.
    Column(Option<u16>, Vec<bool>),
}

/// How many products there are, by number of category, brand, column and value.
struct Counts {
    categories: Vec<u64>,
    brands: Vec<u64>,
    in_stock: u64,
    price: Option<(i64, i64)>,
    columns: Vec<Vec<u64>>,
}

impl Counts {
    fn of(shelf: &Shelf) -> Self {
        Self {
            categories: vec![0; shelf.categories.len()],
            brands: vec![0; shelf.brands.len()],
            in_stock: 0,
            price: None,
            columns: shelf.columns.iter().map(|column| vec![0; column.values.len()]).collect(),
        }
    }

    fn price(&mut self, minor: i64) {
        let (lowest, highest) = self.price.unwrap_or((minor, minor));
        self.price = Some((lowest.min(minor), highest.max(minor)));
    }

    fn values(&mut self, item: &Item, only: Option<u16>) {
        for (column, value) in item.values.iter().filter(|(column, _)| only.is_none_or(|only| only == *column)) {
            self.columns[usize::from(*column)][*value as usize] += 1;
        }
    }

    /// A product that passes everything counts everywhere, one that fails a single filter only for that one's facet.
    fn count(&mut self, item: &Item, sold_out: bool, failed: Option<&Test>) {
        match failed {
            None => {
                self.categories[item.category as usize] += 1;
                self.brands[item.brand as usize] += 1;
                self.in_stock += u64::from(!sold_out);
                self.price(item.price_minor);
                self.values(item, None);
            }
            Some(Test::Category(_)) => self.categories[item.category as usize] += 1,
            Some(Test::Brand(_)) => self.brands[item.brand as usize] += 1,
            Some(Test::Price(_)) => self.price(item.price_minor),
            // Who fails this one is not in stock.
            Some(Test::InStock) => {}
            Some(Test::Column(column, _)) => self.values(item, column.or(Some(u16::MAX))),
        }
    }
}

impl Shelf {
    /// The part of a list that `query` asks for, `limit` products from `offset` on. `hits` are the products that a search
    /// found, by place with what each is worth, and `None` where nothing was searched for;
    /// `sold_out` is what cannot be ordered now.
    #[must_use]
    pub fn find(
        &self,
        hits: Option<&[(Place, u32)]>,
        query: &ProductQuery,
        sold_out: &[Sku],
        offset: usize,
        limit: usize,
    ) -> Found {
        let tests = self.tests(query);
        let sold_out = self.sold_out(sold_out);
        let candidates: Vec<(Place, u32)> = match hits {
            Some(hits) => hits.to_vec(),
            None => (0..number(self.items.len())).map(|place| (place, 0)).collect(),
        };
        let mut counted = query.facets.then(|| (Counts::of(self), Counts::of(self)));
        let mut list = Vec::new();
        for (place, worth) in candidates {
            let (item, gone) = (self.item(place), sold_out[place as usize]);
            let mut failed = tests.iter().filter(|test| !passes(item, gone, test));
            let (first, second) = (failed.next(), failed.next());
            if let Some((counts, there)) = &mut counted {
                // What there is to choose from is what the category has, whatever else is chosen.
                if !matches!(first, Some(Test::Category(_))) {
                    there.count(item, gone, None);
                }
                if second.is_none() {
                    counts.count(item, gone, first);
                }
            }
            if first.is_none() {
                list.push((Reverse(worth), place));
            }
        }
        let total = list.len() as u64;
        if hits.is_some() && query.sort == Sort::Relevance {
            // Only what is shown is put in order: of very many, the rest need only be worth less.
            let end = offset.saturating_add(limit);
            if (1..list.len()).contains(&end) {
                list.select_nth_unstable(end);
                list.truncate(end);
            }
            list.sort_unstable();
        }
        let mut list: Vec<Place> = list.into_iter().map(|(_, place)| place).collect();
        if hits.is_none() || query.sort != Sort::Relevance {
            self.sort(&mut list, query.sort);
        }
        let skus = list.iter().skip(offset).take(limit).map(|place| self.item(*place).sku.clone()).collect();
        let facets = counted.map(|(counts, there)| self.facets(&counts, &there, query));
        Found { skus, total, facets }
    }

    /// The category is the first test, where there is one.
    fn tests(&self, query: &ProductQuery) -> Vec<Test> {
        let filters = &query.filters;
        let mut tests = Vec::new();
        if let Some(category) = &query.category {
            tests.push(Test::Category(self.categories.binary_search(category).map_or(u32::MAX, number)));
        }
        if !filters.brands.is_empty() {
            tests.push(Test::Brand(self.brands.iter().map(|brand| filters.brands.contains(brand)).collect()));
        }
        for (key, wanted) in &filters.specifications {
            let at = self.columns.binary_search_by(|column| column.key.as_str().cmp(key)).ok();
            let column = at.and_then(|at| u16::try_from(at).ok());
            let takes = at.map(|at| self.columns[at].values.iter().map(|value| wanted.takes(value)).collect());
            tests.push(Test::Column(column, takes.unwrap_or_default()));
        }
        if !filters.price.is_open() {
            tests.push(Test::Price(filters.price.map(|price| price.minor)));
        }
        if filters.in_stock {
            tests.push(Test::InStock);
        }
        tests
    }

    fn facets(&self, counts: &Counts, there: &Counts, query: &ProductQuery) -> Facets {
        let filters = &query.filters;
        let total: u64 = there.brands.iter().sum();
        let category = |(at, count): (usize, &u64)| {
            let value = self.categories[at].clone();
            (*count > 0 || query.category.as_ref() == Some(&value)).then(|| Choice {
                chosen: query.category.as_ref() == Some(&value),
                value,
                count: *count,
            })
        };
        let brand = |(at, there): (usize, &u64)| {
            let chosen = filters.brands.contains(&self.brands[at]);
            let choice = || Choice { value: self.brands[at].clone(), count: counts.brands[at], chosen };
            (*there > 0 || chosen).then(choice)
        };
        let mut specifications: Vec<(bool, u64, Facet)> = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let wanted = filters.specifications.get(&column.key);
            let there = &there.columns[at];
            let carried: u64 = there.iter().sum();
            let different = there.iter().filter(|count| **count > 0).count();
            // A text that every product has another of tells products apart and narrows nothing.
            let shared = matches!(column.kind, Kind::Number { .. }) || there.iter().any(|count| *count > 1);
            if wanted.is_some() || (different > 1 && shared && carried * 3 >= total) {
                specifications.push((wanted.is_none(), carried, facet(column, &counts.columns[at], there, wanted)));
            }
        }
        // The chosen ones stay when there are too many; then each is where it would be without being chosen.
        specifications.sort_by(|a, b| (a.0, b.1, &a.2.key).cmp(&(b.0, a.1, &b.2.key)));
        let chosen = specifications.iter().filter(|(unchosen, ..)| !unchosen).count();
        specifications.truncate(MAX_FACETS.max(chosen));
        specifications.sort_by(|a, b| (b.1, &a.2.key).cmp(&(a.1, &b.2.key)));
        Facets {
            categories: counts.categories.iter().enumerate().filter_map(category).collect(),
            brands: there.brands.iter().enumerate().filter_map(brand).collect(),
            price: counts
                .price
                .map(|(lowest, highest)| Range { lowest: self.money(lowest), highest: self.money(highest) }),
            in_stock: counts.in_stock,
            specifications: specifications.into_iter().map(|(.., facet)| facet).collect(),
        }
    }
}

fn passes(item: &Item, sold_out: bool, test: &Test) -> bool {
    match test {
        Test::Category(category) => item.category == *category,
        Test::Brand(takes) => takes[item.brand as usize],
        Test::Price(span) => span.contains(&item.price_minor),
        Test::InStock => !sold_out,
        Test::Column(None, _) => false,
        Test::Column(Some(column), takes) => {
            item.values.iter().any(|(of, value)| of == column && takes[*value as usize])
        }
    }
}

fn facet(column: &Column, counts: &[u64], there: &[u64], wanted: Option<&Wanted>) -> Facet {
    let is_number = matches!(column.kind, Kind::Number { .. });
    let chosen = |value: &SpecificationValue| match wanted {
        // Of a span its ends are chosen, and no values.
        Some(Wanted::Between(_)) | None => false,
        Some(wanted) => wanted.takes(value),
    };
    let offered = (0..column.values.len()).filter(|at| there[*at] > 0 || chosen(&column.values[*at]));
    let mut offered: Vec<usize> = offered.collect();
    if is_number && offered.len() > MAX_NUMBERS {
        offered.retain(|at| chosen(&column.values[*at]));
    } else if offered.len() > MAX_TEXTS {
        offered.sort_by_key(|at| (!chosen(&column.values[*at]), std::cmp::Reverse(there[*at]), *at));
        let chosen = offered.iter().filter(|at| chosen(&column.values[**at])).count();
        offered.truncate(MAX_TEXTS.max(chosen));
        offered.sort_unstable();
    }
    let choice = |at: usize| {
        let value = column.values[at].clone();
        Choice { chosen: chosen(&value), value, count: counts[at] }
    };
    let mut numbers =
        column.values.iter().zip(counts).filter(|(_, count)| **count > 0).filter_map(|(value, _)| match value {
            SpecificationValue::Number { number, .. } => Some(*number),
            _ => None,
        });
    let range = numbers.next().map(|lowest| Range { lowest, highest: numbers.next_back().unwrap_or(lowest) });
    Facet {
        key: column.key.clone(),
        kind: column.kind.clone(),
        range,
        choices: offered.into_iter().map(choice).collect(),
    }
}
