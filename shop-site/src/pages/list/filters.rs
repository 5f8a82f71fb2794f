//! By what a list can be narrowed, as a form and as links.

use std::collections::BTreeMap;

use kit_core::Money;
use kit_web::Words;
use rust_decimal::Decimal;
use shop_core::rules::specification::Kind;
use shop_core::{Chip, Choice, Facet, Facets, Filter, ProductQuery, Range, Slug, Span, SpecificationValue, Wanted};

use super::List;
use super::typed::Unread;
use crate::pages::told;

/// A number that comes to more values than these is asked for from one to another.
const MANY: usize = 8;
/// How many groups stand open before anything is chosen.
const OPEN: usize = 3;

/// The form beside a list. Whatever it asks for stands in the address that it leads to.
pub(super) struct Filters {
    /// One of them is where the list is; empty in a category's own list.
    pub(super) categories: Vec<Section>,
    /// What the form keeps without showing it.
    pub(super) hidden: Vec<(String, String)>,
    /// Each with one thing to choose from.
    pub(super) groups: Vec<Group>,
    /// From one price to another.
    pub(super) price: Option<Between>,
    /// Whether something that was typed cannot be read.
    pub(super) wrong: bool,
    /// How many can be ordered now, and whether only those are shown.
    pub(super) in_stock: (u64, bool),
}

/// A category to go to.
pub(super) struct Section {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) count: u64,
    pub(super) current: bool,
}

/// One thing to choose from: values, or from one number to another.
pub(super) struct Group {
    /// The parameter's name.
    pub(super) key: String,
    pub(super) name: String,
    pub(super) open: bool,
    pub(super) ticks: Vec<Tick>,
    pub(super) between: Option<Between>,
}

/// A value to tick.
pub(super) struct Tick {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) count: u64,
    pub(super) chosen: bool,
}

/// Two ends to type.
#[derive(Default)]
pub(super) struct Between {
    pub(super) from: String,
    pub(super) to: String,
    /// What there is.
    pub(super) hint: String,
    /// What is wrong with what was typed, and which of both ends it concerns.
    pub(super) error: Option<String>,
    pub(super) wrong: (bool, bool),
}

impl Between {
    /// With what was typed, and what is wrong with it. `example` is a number that can be read.
    fn sent(mut self, t: Words<'_>, unread: Option<&Unread>, key: &str, example: &str) -> Self {
        let Some(unread) = unread else { return self };
        (self.from, self.to) = (unread.from.0.clone(), unread.to.0.clone());
        self.wrong = if unread.upside_down() { (true, true) } else { (unread.from.1, unread.to.1) };
        let said = if unread.upside_down() { t.say("list-upside-down") } else { t.say(key).with("example", example) };
        self.error = Some(said.to_string());
        self
    }
}

/// Something that is chosen, and the list without it.
pub(super) struct Removal {
    pub(super) label: String,
    pub(super) href: String,
}

impl Filters {
    pub(super) fn of(
        t: Words<'_>,
        list: &List,
        query: &ProductQuery,
        facets: &Facets,
        unread: &BTreeMap<String, Unread>,
    ) -> Self {
        let mut hidden = Vec::new();
        hidden.extend(query.text.clone().map(|text| ("q".to_owned(), text)));
        if !list.is_category() {
            hidden.extend(query.category.as_ref().map(|slug| ("category".to_owned(), slug.to_string())));
        }
        if query.sort != shop_core::Sort::default() {
            hidden.push(("sort".to_owned(), query.sort.code().to_owned()));
        }
        let brands = Group {
            key: "brand".to_owned(),
            name: t.say("list-brand").to_string(),
            open: true,
            ticks: facets.brands.iter().filter_map(|of| tick(of, Clone::clone, Clone::clone)).collect(),
            between: None,
        };
        let specified =
            facets.specifications.iter().enumerate().map(|(at, facet)| group(t, query, facet, at < OPEN, unread));
        Self {
            categories: if list.is_category() { Vec::new() } else { sections(t, list, query, &facets.categories) },
            hidden,
            groups: [brands].into_iter().chain(specified).filter(Group::offers_something).collect(),
            price: price(t, query, facets, unread.get("price")),
            wrong: !unread.is_empty(),
            in_stock: (facets.in_stock, query.filters.in_stock),
        }
    }
}

impl Group {
    /// A single value that is not chosen narrows nothing.
    fn offers_something(&self) -> bool {
        self.between.is_some() || self.ticks.len() > 1 || self.ticks.iter().any(|tick| tick.chosen)
    }
}

/// Everything, and each category that has something of it.
fn sections(t: Words<'_>, list: &List, query: &ProductQuery, categories: &[Choice<Slug>]) -> Vec<Section> {
    let to =
        |category: Option<&Slug>| list.href(&ProductQuery { category: category.cloned(), page: 0, ..query.clone() });
    let all = Section {
        name: t.say("list-everywhere").to_string(),
        href: to(None),
        count: categories.iter().map(|category| category.count).sum(),
        current: query.category.is_none(),
    };
    let section = |choice: &Choice<Slug>| Section {
        name: told::category(t, &choice.value),
        // What is not searched for has its own place.
        href: if query.text.is_some() {
            to(Some(&choice.value))
        } else {
            List::category(t, choice.value.clone()).href(query)
        },
        count: choice.count,
        current: choice.chosen,
    };
    [all].into_iter().chain(categories.iter().map(section)).collect()
}

fn tick<T>(choice: &Choice<T>, value: impl Fn(&T) -> String, label: impl Fn(&T) -> String) -> Option<Tick> {
    let Choice { value: of, count, chosen } = choice;
    // What would leave nothing is no choice, unless it was made.
    (*count > 0 || *chosen).then(|| Tick { value: value(of), label: label(of), count: *count, chosen: *chosen })
}

fn group(t: Words<'_>, query: &ProductQuery, facet: &Facet, open: bool, unread: &BTreeMap<String, Unread>) -> Group {
    let unread = unread.get(&facet.key);
    let wanted = query.filters.specifications.get(&facet.key);
    let as_span = match wanted {
        Some(Wanted::Between(_)) => true,
        Some(_) => false,
        None if unread.is_some() => matches!(facet.kind, Kind::Number { .. }),
        None => matches!(facet.kind, Kind::Number { .. }) && (facet.choices.len() > MANY || facet.choices.is_empty()),
    };
    let span = match wanted {
        Some(Wanted::Between(span)) => *span,
        _ => Span::default(),
    };
    let unit = match &facet.kind {
        Kind::Number { unit } => unit.as_str(),
        _ => "",
    };
    let ticks = facet.choices.iter().filter_map(|of| tick(of, parameter, |value| told::value(t, value)));
    Group {
        key: facet.key.clone(),
        name: told::specification(t, &facet.key),
        open: open || wanted.is_some() || unread.is_some(),
        ticks: if as_span { Vec::new() } else { ticks.collect() },
        between: as_span
            .then(|| between(t, span, facet.range, unit).sent(t, unread, "list-not-a-number", &t.decimal("1.5"))),
    }
}

/// A value as addresses say it.
fn parameter(value: &SpecificationValue) -> String {
    match value {
        SpecificationValue::Number { number, .. } => number.normalize().to_string(),
        other => other.to_string(),
    }
}

fn between(t: Words<'_>, span: Span<Decimal>, range: Option<Range<Decimal>>, unit: &str) -> Between {
    let field = |end: Option<Decimal>| end.map(|end| typed(t, &end.normalize().to_string())).unwrap_or_default();
    let hint = range.map(|range| {
        let lowest = t.decimal(&range.lowest.normalize().to_string());
        t.say("list-range").with("lowest", lowest).with("highest", amount(t, range.highest, unit)).to_string()
    });
    Between { from: field(span.from), to: field(span.to), hint: hint.unwrap_or_default(), ..Between::default() }
}

/// Where nothing is found there is no range of prices, but maybe something that was typed.
fn price(t: Words<'_>, query: &ProductQuery, facets: &Facets, unread: Option<&Unread>) -> Option<Between> {
    let between = facets.price.map(|range| price_between(t, query.filters.price, range));
    let between = between.or_else(|| unread.map(|_| Between::default()))?;
    Some(between.sent(t, unread, "list-not-a-price", &t.decimal("1299")))
}

fn price_between(t: Words<'_>, span: Span<Money>, range: Range<Money>) -> Between {
    let field = |end: Option<Money>| end.map(|end| typed(t, &end.decimal())).unwrap_or_default();
    let hint = t.say("list-range").with("lowest", t.money(range.lowest)).with("highest", t.money(range.highest));
    Between { from: field(span.from), to: field(span.to), hint: hint.to_string(), ..Between::default() }
}

/// A number as somebody types it: with the language's point, nothing between its thousands, and no cents where there are
/// none.
fn typed(t: Words<'_>, number: &str) -> String {
    let number = match number.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|digit| digit == b'0') => whole,
        _ => number,
    };
    let point = t.decimal("0.5").replace(['0', '5'], "");
    number.replace('.', &point)
}

fn amount(t: Words<'_>, number: Decimal, unit: &str) -> String {
    told::value(t, &SpecificationValue::Number { number: number.normalize(), unit: unit.to_owned() })
}

/// What is chosen, in the order of the address.
pub(super) fn removals(t: Words<'_>, list: &List, query: &ProductQuery, chips: &[Chip]) -> Vec<Removal> {
    let category = query.category.as_ref().filter(|_| !list.is_category()).map(|slug| Removal {
        label: told::category(t, slug),
        href: list.href(&ProductQuery { category: None, page: 0, ..query.clone() }),
    });
    let chip = |chip: &Chip| Removal { label: label(t, &chip.filter), href: list.href(&chip.without) };
    category.into_iter().chain(chips.iter().map(chip)).collect()
}

fn label(t: Words<'_>, filter: &Filter) -> String {
    match filter {
        Filter::Brand(brand) => brand.clone(),
        Filter::Value { key, value } => {
            let said = t.say("list-chip").with("name", told::specification(t, key));
            said.with("value", told::value(t, value)).to_string()
        }
        Filter::Between { key, span, unit } => {
            let value = ends(t, span.map(|number| amount(t, *number, unit)));
            t.say("list-chip").with("name", told::specification(t, key)).with("value", value).to_string()
        }
        Filter::Price(span) => ends(t, span.map(|price| t.money(price))),
        Filter::InStock => t.say("list-in-stock").to_string(),
    }
}

fn ends(t: Words<'_>, span: Span<String>) -> String {
    match (span.from, span.to) {
        (Some(from), Some(to)) => t.say("list-range").with("lowest", from).with("highest", to).to_string(),
        (Some(from), None) => t.say("list-from").with("lowest", from).to_string(),
        (None, Some(to)) => t.say("list-up-to").with("highest", to).to_string(),
        (None, None) => String::new(),
    }
}
