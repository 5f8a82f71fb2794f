//! Facets.

use kit_web::wire::DecimalNumber;
use kit_web::{Named, Text};
use poem_openapi::Object;
use shop_core::rules::specification::Kind;
use shop_core::{Choice, Facet, Facets, SpecificationValue};

use super::catalogue::typed;
use super::names::SpecificationKindNames;

/// The facets of a list. A facet's own filter does not change its counts.
#[derive(Object)]
#[oai(rename = "Facets", skip_serializing_if_is_none)]
pub(super) struct FacetsBody {
    /// Slugs, for the parameter `category`.
    categories: Vec<ChoiceBody>,
    /// For the parameter `brand`.
    brands: Vec<ChoiceBody>,
    /// The lowest and the highest price, for the parameter `price`; absent if the list is empty.
    price: Option<RangeBody>,
    /// How many products can be ordered now, for `in_stock=true`.
    in_stock: u64,
    /// The specification that most products have comes first. Each key is a parameter.
    specifications: Vec<FacetBody>,
}

/// A value to choose.
#[derive(Object)]
#[oai(rename = "FacetChoice")]
struct ChoiceBody {
    /// The value of the parameter.
    value: Text,
    /// How many products have it among those that pass all other filters.
    count: u64,
    /// Whether the list is filtered by it.
    chosen: bool,
}

/// The lowest and the highest value.
#[derive(Object)]
#[oai(rename = "FacetRange")]
struct RangeBody {
    /// The lowest.
    lowest: DecimalNumber,
    /// The highest.
    highest: DecimalNumber,
}

/// A specification that a list can be filtered by.
#[derive(Object)]
#[oai(rename = "Facet", skip_serializing_if_is_none)]
struct FacetBody {
    /// Its key, which is the parameter's name.
    key: Text,
    /// What kind of values it has.
    kind: Named<SpecificationKindNames>,
    /// The unit of a number; absent for a plain count.
    unit: Option<Text>,
    /// The lowest and the highest number; absent unless it is a number.
    range: Option<RangeBody>,
    /// Single values; none for a number with very many.
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
            kind: Named::of(kind),
            unit: (!unit.is_empty()).then(|| unit.into()),
            range: facet.range.map(|range| RangeBody {
                lowest: range.lowest.normalize().to_string().into(),
                highest: range.highest.normalize().to_string().into(),
            }),
            choices: facet.choices.iter().map(|of| choice(of, value)).collect(),
        }
    }
}
