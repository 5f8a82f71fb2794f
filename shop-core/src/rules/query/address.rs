//! A query as the part of an address behind its question mark, and back.

use std::collections::{BTreeMap, BTreeSet};

use form_urlencoded::Serializer;
use kit_core::{Currency, Money};
use rust_decimal::Decimal;

use super::{Filters, ProductQuery, Span, Wanted};
use crate::rules::product::{Slug, Sort};
use crate::rules::search::MAX_CHARS;
use crate::rules::specification::Kind;

/// The names that are no key of a specification. A specification that is called like one of them cannot be filtered by.
pub const RESERVED: [&str; 11] =
    ["q", "category", "brand", "price", "in_stock", "sort", "page", "cursor", "limit", "facets", "sku"];
/// The most of an address that is read; the rest is ignored.
const MAX_BYTES: usize = 8 * 1024;
/// The most values of one thing that are read; the rest is ignored.
const MAX_VALUES: usize = 50;
const MAX_VALUE_CHARS: usize = 200;
const MAX_NUMBER_CHARS: usize = 20;

/// Reads what stands behind the question mark. `kind_of` says what kind a specification's key has in this catalogue,
/// and `None` for a key that it does not have.
#[must_use]
pub fn parse(text: &str, currency: Currency, kind_of: impl Fn(&str) -> Option<Kind>) -> ProductQuery {
    let text = text.strip_prefix('?').unwrap_or(text);
    let mut reader = Reader { currency, query: ProductQuery::default(), flags: BTreeMap::new() };
    for (name, value) in form_urlencoded::parse(&text.as_bytes()[..text.len().min(MAX_BYTES)]) {
        let value = value.trim();
        // What was not UTF-8, was cut off or is a control character belongs to nothing that we sell.
        let readable = !value.contains(|c: char| c == char::REPLACEMENT_CHARACTER || c.is_control());
        let fits = name == "q" || value.chars().count() <= MAX_VALUE_CHARS;
        if readable && fits && !value.is_empty() {
            reader.parameter(&name, value, &kind_of);
        }
    }
    reader.finish()
}

/// A filter that cannot be used. It holds the name as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadFilter {
    /// There is nothing of this name to filter by.
    Unknown(String),
    /// The value does not fit, or contradicts another value of the same name.
    Unfit(String),
}

/// Reads filters by `brand`, `price` and the keys of specifications, passing nothing over: a program that misspells a
/// filter must not be shown the whole list. A flag is `true` or `false`.
///
/// # Errors
/// Every filter that cannot be used, each name once.
pub fn filters(
    given: &[(String, String)],
    currency: Currency,
    kind_of: impl Fn(&str) -> Option<Kind>,
) -> Result<Filters, Vec<BadFilter>> {
    let mut pairs = Vec::with_capacity(given.len());
    let mut bad = Vec::new();
    let mut refuse = |filter| {
        if !bad.contains(&filter) {
            bad.push(filter);
        }
    };
    for (name, value) in given {
        let kind = match name.as_str() {
            "brand" | "price" => None,
            key => match kind_of(key).filter(|_| !RESERVED.contains(&key)) {
                Some(kind) => Some(kind),
                None => {
                    refuse(BadFilter::Unknown(name.clone()));
                    continue;
                }
            },
        };
        match (kind, value.as_str()) {
            (Some(Kind::Flag), "true") => pairs.push((name.as_str(), "yes")),
            (Some(Kind::Flag), "false") => pairs.push((name.as_str(), "no")),
            (Some(Kind::Flag), _) => refuse(BadFilter::Unfit(name.clone())),
            // People write a comma, programs a point.
            (None, value) if name == "price" && value.contains(',') => refuse(BadFilter::Unfit(name.clone())),
            (_, value) => pairs.push((name.as_str(), value)),
        }
    }
    let read = |pairs: &[(&str, &str)]| {
        let text = Serializer::new(String::new()).extend_pairs(pairs).finish();
        parse(&text, currency, &kind_of).filters
    };
    // Each alone must filter, and all together must filter by the same names.
    let all = read(&pairs);
    for pair in &pairs {
        let values = pairs.iter().filter(|other| other.0 == pair.0).count();
        let kept = values <= MAX_VALUES
            && match pair.0 {
                "brand" => !all.brands.is_empty(),
                "price" => !all.price.is_open(),
                // A range stands alone: beside another one, or beside single numbers, one of them would count for
                // nothing.
                key => match all.specifications.get(key) {
                    Some(Wanted::Between(_)) => values == 1,
                    found => found.is_some(),
                },
            };
        if !kept || read(&[*pair]).is_empty() {
            refuse(BadFilter::Unfit(pair.0.to_owned()));
        }
    }
    if bad.is_empty() { Ok(all) } else { Err(bad) }
}

struct Reader {
    currency: Currency,
    query: ProductQuery,
    flags: BTreeMap<String, BTreeSet<bool>>,
}

impl Reader {
    fn parameter(&mut self, name: &str, value: &str, kind_of: &impl Fn(&str) -> Option<Kind>) {
        let query = &mut self.query;
        match name {
            "q" if query.text.is_none() => {
                let head: String = value.chars().take(MAX_CHARS).collect();
                query.text = Some(head.trim_end().to_owned());
            }
            "category" if query.category.is_none() => query.category = Slug::parse(value),
            "sort" if query.sort == Sort::default() => query.sort = Sort::parse(value).unwrap_or_default(),
            "page" => query.page = value.parse().ok().filter(|page| *page > 1).unwrap_or(query.page),
            "in_stock" => query.filters.in_stock |= ["1", "yes", "true", "on"].contains(&value),
            "brand" if query.filters.brands.len() < MAX_VALUES => {
                query.filters.brands.insert(value.to_owned());
            }
            "price" => narrow(&mut query.filters.price, span(value, |text| price(text, self.currency))),
            "price.min" => narrow(&mut query.filters.price, Span { from: price(value, self.currency), to: None }),
            "price.max" => narrow(&mut query.filters.price, Span { from: None, to: price(value, self.currency) }),
            name if RESERVED.contains(&name) => {}
            name => self.specification(name, value, kind_of),
        }
    }

    /// `ram=16`, `ram=16..32`, and, as forms send it, `ram.min=16` and `ram.max=32`.
    fn specification(&mut self, name: &str, value: &str, kind_of: &impl Fn(&str) -> Option<Kind>) {
        let (key, end) = name.split_once('.').unwrap_or((name, ""));
        let Some(kind) = kind_of(key).filter(|_| !RESERVED.contains(&key)) else { return };
        let wanted = &mut self.query.filters.specifications;
        match (kind, end) {
            (Kind::Flag, "") => {
                let flag = match value {
                    "yes" => true,
                    "no" => false,
                    _ => return,
                };
                self.flags.entry(key.to_owned()).or_default().insert(flag);
            }
            (Kind::Text, "") => {
                let entry = wanted.entry(key.to_owned()).or_insert_with(|| Wanted::Texts(BTreeSet::new()));
                if let Wanted::Texts(texts) = entry
                    && texts.len() < MAX_VALUES
                {
                    texts.insert(value.to_owned());
                }
            }
            (Kind::Number { .. }, "") if !value.contains("..") => {
                let Some(number) = number(value) else { return };
                let entry = wanted.entry(key.to_owned()).or_insert_with(|| Wanted::Numbers(BTreeSet::new()));
                // A span that was said before says more than single values.
                if let Wanted::Numbers(numbers) = entry
                    && numbers.len() < MAX_VALUES
                {
                    numbers.insert(number);
                }
            }
            (Kind::Number { .. }, end) => {
                let said = match end {
                    "" => span(value, number),
                    "min" => Span { from: number(value), to: None },
                    "max" => Span { from: None, to: number(value) },
                    _ => return,
                };
                if said.is_open() {
                    return;
                }
                let entry = wanted.entry(key.to_owned()).or_insert_with(|| Wanted::Between(Span::default()));
                match entry {
                    Wanted::Between(span) => narrow(span, said),
                    other => *other = Wanted::Between(said),
                }
            }
            _ => {}
        }
    }

    /// What was said of one thing in several places must make sense together.
    fn finish(self) -> ProductQuery {
        let mut query = self.query;
        for (key, flags) in self.flags {
            // Yes and no together is everything that has the key at all: nobody means that.
            if let (1, Some(flag)) = (flags.len(), flags.first()) {
                query.filters.specifications.insert(key, Wanted::Flag(*flag));
            }
        }
        query.filters.specifications.retain(|_, wanted| match wanted {
            Wanted::Between(span) => !upside_down(span),
            _ => true,
        });
        if upside_down(&query.filters.price.map(|price| price.minor)) {
            query.filters.price = Span::default();
        }
        query
    }
}

/// The first who says where a span ends is right.
fn narrow<T>(span: &mut Span<T>, said: Span<T>) {
    if span.from.is_none() {
        span.from = said.from;
    }
    if span.to.is_none() {
        span.to = said.to;
    }
}

fn upside_down<T: PartialOrd>(span: &Span<T>) -> bool {
    matches!((&span.from, &span.to), (Some(from), Some(to)) if from > to)
}

/// `16..32`, `16..` or `..32`; open where it is none of these.
fn span<T>(text: &str, end: impl Fn(&str) -> Option<T>) -> Span<T> {
    let Some((from, to)) = text.split_once("..") else { return Span::default() };
    let read = |text: &str| if text.trim().is_empty() { Some(None) } else { end(text.trim()).map(Some) };
    match (read(from), read(to)) {
        (Some(from), Some(to)) => Span { from, to },
        _ => Span::default(),
    }
}

/// A decimal number as people write it, with a point or a comma.
fn plain(text: &str) -> Option<String> {
    let text = text.replace(',', ".");
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let fits = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (fits && text.len() <= MAX_NUMBER_CHARS).then_some(text)
}

fn number(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(&plain(text)?).ok().map(|number| number.normalize())
}

fn price(text: &str, currency: Currency) -> Option<Money> {
    Money::parse(&plain(text)?, currency).ok().filter(|price| price.minor >= 0)
}

/// The query as it stands behind a question mark: the same query in the same words, whichever way it was asked for.
/// Empty for everything in its usual order.
#[must_use]
pub fn write(query: &ProductQuery) -> String {
    let mut pairs = Serializer::new(String::new());
    let filters = &query.filters;
    if let Some(text) = query.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        pairs.append_pair("q", text);
    }
    if let Some(category) = &query.category {
        pairs.append_pair("category", category.as_str());
    }
    for brand in &filters.brands {
        pairs.append_pair("brand", brand);
    }
    for (key, wanted) in &filters.specifications {
        for value in values(wanted) {
            pairs.append_pair(key, &value);
        }
    }
    if !filters.price.is_open() {
        pairs.append_pair("price", &ends(&filters.price.map(amount)));
    }
    if filters.in_stock {
        pairs.append_pair("in_stock", "1");
    }
    if query.sort != Sort::default() {
        pairs.append_pair("sort", query.sort.code());
    }
    if query.page > 1 {
        pairs.append_pair("page", &query.page.to_string());
    }
    pairs.finish()
}

fn values(wanted: &Wanted) -> Vec<String> {
    match wanted {
        Wanted::Texts(texts) => texts.iter().cloned().collect(),
        Wanted::Numbers(numbers) => numbers.iter().map(|number| number.normalize().to_string()).collect(),
        Wanted::Between(span) => vec![ends(&span.map(|number| number.normalize().to_string()))],
        Wanted::Flag(flag) => vec![if *flag { "yes" } else { "no" }.to_owned()],
    }
}

fn ends(span: &Span<String>) -> String {
    let end = |end: &Option<String>| end.clone().unwrap_or_default();
    format!("{}..{}", end(&span.from), end(&span.to))
}

/// Without decimals where they are zero: `100..500`.
fn amount(price: &Money) -> String {
    let decimal = price.decimal();
    match decimal.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|b| b == b'0') => whole.to_owned(),
        _ => decimal,
    }
}

#[cfg(test)]
mod tests;
