//! What helps to find and choose: suggestions, what belongs to a product, products side by side.

use kit_web::{Named, Text};
use poem_openapi::Object;
use shop_core::{Comparison, ComparisonRow, Product, Related, SpecificationValue, Suggestion, Target};

use super::catalogue::{ProductBody, typed};
use super::names::SuggestionKindNames;

/// Products related to a product.
#[derive(Object)]
#[oai(rename = "RelatedProducts")]
pub(super) struct RelatedBody {
    /// Of the same category, the most similar first; sold-out products come last.
    similar: Vec<ProductBody>,
    /// Accessories, one of each category; none that is sold out.
    accessories: Vec<ProductBody>,
}

impl From<&Related<Product>> for RelatedBody {
    fn from(related: &Related<Product>) -> Self {
        let bodies = |products: &[Product]| products.iter().map(ProductBody::from).collect();
        Self { similar: bodies(&related.similar), accessories: bodies(&related.accessories) }
    }
}

/// Suggestions for what was typed.
#[derive(Object)]
#[oai(rename = "SuggestionList")]
pub(super) struct SuggestionsBody {
    /// Categories first, then brands, then products.
    pub(super) suggestions: Vec<SuggestionBody>,
}

/// A suggestion.
#[derive(Object)]
#[oai(rename = "Suggestion")]
pub(super) struct SuggestionBody {
    /// What it leads to.
    kind: Named<SuggestionKindNames>,
    /// The slug, the brand's name, or the SKU.
    id: Text,
    /// Its name in pieces, which together are the whole name.
    name: Vec<PieceBody>,
}

/// A piece of a name.
#[derive(Object)]
#[oai(rename = "NamePiece")]
struct PieceBody {
    /// The text.
    text: Text,
    /// Whether it matches what was typed.
    marked: bool,
}

impl From<&Suggestion> for SuggestionBody {
    fn from(suggestion: &Suggestion) -> Self {
        let (kind, id) = match &suggestion.target {
            Target::Category(slug) => ("category", slug.as_str()),
            Target::Brand(brand) => ("brand", brand.as_str()),
            Target::Product(sku) => ("product", sku.as_str()),
        };
        let piece = |(marked, text): (bool, &str)| PieceBody { text: text.into(), marked };
        Self { kind: Named::of(kind), id: id.into(), name: suggestion.name.pieces().into_iter().map(piece).collect() }
    }
}

/// A comparison of products.
#[derive(Object)]
#[oai(rename = "Comparison")]
pub(super) struct ComparisonBody {
    /// The products, in the order asked for.
    products: Vec<ProductBody>,
    /// Every specification that one of them has.
    rows: Vec<RowBody>,
}

/// One specification of all compared products.
#[derive(Object)]
#[oai(rename = "ComparisonRow")]
struct RowBody {
    /// The specification's stable name.
    key: Text,
    /// Its name for people.
    label: Text,
    /// One for each product, in their order.
    cells: Vec<CellBody>,
    /// Whether they are not all the same.
    differs: bool,
}

/// The value of a specification for one product.
#[derive(Object)]
#[oai(rename = "ComparisonCell", skip_serializing_if_is_none)]
struct CellBody {
    /// A decimal number, a text, or `true` and `false`; absent if the product does not say.
    value: Option<Text>,
    /// The unit of a number; absent for a plain count.
    unit: Option<Text>,
}

impl From<&Option<SpecificationValue>> for CellBody {
    fn from(value: &Option<SpecificationValue>) -> Self {
        let Some((_, value, unit)) = value.as_ref().map(typed) else { return Self { value: None, unit: None } };
        Self { value: Some(value.into()), unit: (!unit.is_empty()).then(|| unit.into()) }
    }
}

impl From<&ComparisonRow> for RowBody {
    fn from(row: &ComparisonRow) -> Self {
        Self {
            key: row.key.as_str().into(),
            label: shop_core::rules::specification::label(&row.key).into(),
            cells: row.cells.iter().map(CellBody::from).collect(),
            differs: row.differs,
        }
    }
}

impl From<&Comparison> for ComparisonBody {
    fn from(comparison: &Comparison) -> Self {
        Self {
            products: comparison.products.iter().map(ProductBody::from).collect(),
            rows: comparison.rows.iter().map(RowBody::from).collect(),
        }
    }
}
