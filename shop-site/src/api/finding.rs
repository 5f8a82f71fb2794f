//! What helps to find and choose: suggestions, what belongs to a product, products side by side.

use kit_web::Text;
use poem_openapi::{Enum, Object};
use shop_core::{Comparison, ComparisonRow, Product, Related, SpecificationValue, Suggestion, Target};

use super::catalogue::{ProductBody, typed};

/// What to show beside a product.
#[derive(Object)]
#[oai(rename = "RelatedProducts")]
pub(super) struct RelatedBody {
    /// Of the same category, the nearest first; what is sold out comes last.
    similar: Vec<ProductBody>,
    /// What goes with it, one of each category; nothing that is sold out.
    accessories: Vec<ProductBody>,
}

impl From<&Related<Product>> for RelatedBody {
    fn from(related: &Related<Product>) -> Self {
        let bodies = |products: &[Product]| products.iter().map(ProductBody::from).collect();
        Self { similar: bodies(&related.similar), accessories: bodies(&related.accessories) }
    }
}

/// What somebody may be about to type.
#[derive(Object)]
#[oai(rename = "Suggestions")]
pub(super) struct SuggestionsBody {
    /// Categories first, then brands, then products.
    pub(super) suggestions: Vec<SuggestionBody>,
}

/// What a suggestion leads to.
#[derive(Enum)]
#[oai(rename = "SuggestionKind", rename_all = "kebab-case")]
enum KindBody {
    /// A category; `id` is its slug.
    Category,
    /// Everything of a brand; `id` is its name.
    Brand,
    /// A product; `id` is its SKU.
    Product,
}

/// Something to go to.
#[derive(Object)]
#[oai(rename = "Suggestion")]
pub(super) struct SuggestionBody {
    /// What it leads to.
    kind: KindBody,
    /// Which one.
    id: Text,
    /// Its name in pieces: read one after the other, they are the whole name.
    name: Vec<PieceBody>,
}

/// A piece of a name.
#[derive(Object)]
#[oai(rename = "NamePiece")]
struct PieceBody {
    /// The text.
    text: Text,
    /// Whether it is a word that was typed, or begins like one.
    marked: bool,
}

impl From<&Suggestion> for SuggestionBody {
    fn from(suggestion: &Suggestion) -> Self {
        let (kind, id) = match &suggestion.target {
            Target::Category(slug) => (KindBody::Category, slug.as_str()),
            Target::Brand(brand) => (KindBody::Brand, brand.as_str()),
            Target::Product(sku) => (KindBody::Product, sku.as_str()),
        };
        let piece = |(marked, text): (bool, &str)| PieceBody { text: text.into(), marked };
        Self { kind, id: id.into(), name: suggestion.name.pieces().into_iter().map(piece).collect() }
    }
}

/// Products side by side.
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
    /// The fact's stable name.
    key: Text,
    /// Its name for people.
    label: Text,
    /// What it comes to for each product, in their order.
    cells: Vec<CellBody>,
    /// Whether they are not all the same.
    differs: bool,
}

/// What a specification comes to for one product.
#[derive(Object)]
#[oai(rename = "ComparisonCell")]
struct CellBody {
    /// A decimal number, words, or `yes` and `no`; absent where it is not said.
    #[oai(skip_serializing_if_is_none)]
    value: Option<Text>,
    /// The unit of a number; absent for a plain count.
    #[oai(skip_serializing_if_is_none)]
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
