//! By what a list can be narrowed.

use kit_web::Text;
use poem_openapi::Object;
use shop_core::rules::specification::Kind;
use shop_core::{Choice, Facet, Facets, SpecificationValue};

use super::catalogue::typed;

/// By what a list can be narrowed. A facet's own filter does not change its counts.
#[derive(Object)]
#[oai(rename = "Facets")]
pub(super) struct FacetsBody {
    /// Slugs, for `category`.
    categories: Vec<ChoiceBody>,
    /// For `brand`.
    brands: Vec<ChoiceBody>,
    /// From the lowest to the highest, for `price`; absent where there is nothing.
    #[oai(skip_serializing_if_is_none)]
    price: Option<RangeBody>,
    /// How many products can be ordered now, for `in_stock=1`.
    in_stock: u64,
    /// What most products of the list have, first; each key is a parameter.
    specifications: Vec<FacetBody>,
}

/// A value to choose.
#[derive(Object)]
#[oai(rename = "FacetChoice")]
struct ChoiceBody {
    /// As the parameter takes it.
    value: Text,
    /// How many products there are with it among those that pass all other filters.
    count: u64,
    /// Whether it is chosen.
    chosen: bool,
}

/// The ends of what there is, as decimal numbers.
#[derive(Object)]
#[oai(rename = "FacetRange")]
struct RangeBody {
    /// The lowest.
    lowest: Text,
    /// The highest.
    highest: Text,
}

/// A specification by which a list can be narrowed.
#[derive(Object)]
#[oai(rename = "Facet")]
struct FacetBody {
    /// Its key, which is the parameter's name.
    key: Text,
    /// `number`, `text` or `flag`.
    kind: Text,
    /// The unit of a number; absent for a plain count.
    #[oai(skip_serializing_if_is_none)]
    unit: Option<Text>,
    /// Between which numbers there is something; absent for what is no number.
    #[oai(skip_serializing_if_is_none)]
    range: Option<RangeBody>,
    /// Single values; none for a number that comes to very many.
    choices: Vec<ChoiceBody>,
}

fn choice<T>(choice: &Choice<T>, value: impl Fn(&T) -> Text) -> ChoiceBody {
    ChoiceBody { value: value(&choice.value), count: choice.count, chosen: choice.chosen }
}

impl From<&Facets> for FacetsBody {
    fn from(facets: &Facets) -> Self {
        Self {
            categories: facets.categories.iter().map(|of| choice(of, |slug| slug.as_str().into())).collect(),
            brands: facets.brands.iter().map(|of| choice(of, |brand| brand.as_str().into())).collect(),
            price: facets.price.map(|price| RangeBody {
                lowest: price.lowest.decimal().into(),
                highest: price.highest.decimal().into(),
            }),
            in_stock: facets.in_stock,
            specifications: facets.specifications.iter().map(FacetBody::from).collect(),
        }
    }
}

impl From<&Facet> for FacetBody {
    fn from(facet: &Facet) -> Self {
        let (kind, unit) = match &facet.kind {
            Kind::Number { unit } => ("number", unit.as_str()),
            Kind::Text => ("text", ""),
            Kind::Flag => ("flag", ""),
        };
        let value = |value: &SpecificationValue| typed(value).1.into();
        Self {
            key: facet.key.as_str().into(),
            kind: kind.into(),
            unit: (!unit.is_empty()).then(|| unit.into()),
            range: facet.range.map(|range| RangeBody {
                lowest: range.lowest.normalize().to_string().into(),
                highest: range.highest.normalize().to_string().into(),
            }),
            choices: facet.choices.iter().map(|of| choice(of, value)).collect(),
        }
    }
}
