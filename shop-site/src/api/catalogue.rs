//! The catalogue: lists, searches, single products, categories.

use kit_core::Language;
use kit_web::{Problem, Text};
use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};
use shop_core::{
    Category, Compared, MAX_COMPARED, MAX_PER_PAGE, MIN_COMPARED, Product, ProductQuery, Shop, Sort, Specification,
    SpecificationValue,
};

use super::facets::FacetsBody;
use super::finding::{ComparisonBody, RelatedBody, SuggestionBody, SuggestionsBody};
use super::{Tag, fields};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// One fact about a product. A key means the same everywhere: one kind and one unit in the whole catalogue.
#[derive(Object)]
#[oai(rename = "Specification")]
struct SpecificationBody {
    /// The fact's stable name, such as `refresh_rate`.
    key: Text,
    /// Its name for people, such as `Refresh rate`.
    label: Text,
    /// `number`, `text` or `flag`.
    kind: Text,
    /// A decimal number, words, or `yes` and `no`.
    value: Text,
    /// The unit of a number, such as `Hz`; absent for a plain count.
    #[oai(skip_serializing_if_is_none)]
    unit: Option<Text>,
}

impl From<&Specification> for SpecificationBody {
    fn from(specification: &Specification) -> Self {
        let (kind, value, unit) = typed(&specification.value);
        Self {
            key: specification.key.as_str().into(),
            label: specification.label().into(),
            kind: kind.into(),
            value: value.into(),
            unit: (!unit.is_empty()).then(|| unit.into()),
        }
    }
}

/// A value's kind, the value without its unit, and the unit.
pub(super) fn typed(value: &SpecificationValue) -> (&'static str, String, &str) {
    match value {
        SpecificationValue::Number { number, unit } => ("number", number.to_string(), unit.as_str()),
        SpecificationValue::Text(text) => ("text", text.clone(), ""),
        flag @ SpecificationValue::Flag(_) => ("flag", flag.to_string(), ""),
    }
}

/// A product.
#[derive(Object)]
#[oai(rename = "Product")]
pub(super) struct ProductBody {
    /// The shop's own name for it.
    sku: Text,
    /// For people.
    name: Text,
    /// Who makes it.
    brand: Text,
    /// The slug of its category.
    category: Text,
    /// For one unit, VAT included.
    price: Text,
    /// The price's currency.
    currency: Text,
    /// Units that can be ordered now.
    stock: u32,
    /// A paragraph.
    description: Text,
    /// The same in German; absent where it is not translated.
    #[oai(skip_serializing_if_is_none)]
    description_de: Option<Text>,
    /// Typed facts.
    specifications: Vec<SpecificationBody>,
}

impl From<&Product> for ProductBody {
    fn from(product: &Product) -> Self {
        Self {
            sku: product.sku.as_str().into(),
            name: product.name.as_str().into(),
            brand: product.brand.as_str().into(),
            category: product.category.as_str().into(),
            price: product.price.decimal().into(),
            currency: product.price.currency.code().into(),
            stock: product.stock,
            description: product.description.in_language(Language::English).into(),
            description_de: product.description.translation(Language::German).map(Text::from),
            specifications: product.specifications.iter().map(SpecificationBody::from).collect(),
        }
    }
}

/// One page of a list of products.
#[derive(Object)]
#[oai(rename = "Products")]
struct ProductsBody {
    /// The products of this page.
    products: Vec<ProductBody>,
    /// How many the whole list has.
    total: u64,
    /// For the next page; absent on the last one.
    #[oai(skip_serializing_if_is_none)]
    next_cursor: Option<Text>,
    /// What the search may have been meant to say, where it found little and this finds more.
    #[oai(skip_serializing_if_is_none)]
    suggestion: Option<Text>,
    /// By what the list can be narrowed; absent unless `facets=true`.
    #[oai(skip_serializing_if_is_none)]
    facets: Option<FacetsBody>,
}

/// A category.
#[derive(Object)]
#[oai(rename = "Category")]
struct CategoryBody {
    /// Its name in addresses and queries.
    slug: Text,
    /// Its name for people.
    name: Text,
    /// How many products it has.
    products: u64,
}

impl From<&Category> for CategoryBody {
    fn from(category: &Category) -> Self {
        Self { slug: category.slug.as_str().into(), name: category.name.as_str().into(), products: category.products }
    }
}

/// All categories.
#[derive(Object)]
#[oai(rename = "Categories")]
struct CategoriesBody {
    /// By name.
    categories: Vec<CategoryBody>,
}

/// How a list of products is ordered.
#[derive(Enum, Clone, Copy)]
#[oai(rename = "Sort", rename_all = "kebab-case")]
enum SortBody {
    /// The best match first; without a search by name.
    Relevance,
    /// A to Z.
    Name,
    /// Z to A.
    NameDescending,
    /// The cheapest first.
    Price,
    /// The dearest first.
    PriceDescending,
}

impl From<SortBody> for Sort {
    fn from(sort: SortBody) -> Self {
        match sort {
            SortBody::Relevance => Self::Relevance,
            SortBody::Name => Self::NameAscending,
            SortBody::NameDescending => Self::NameDescending,
            SortBody::Price => Self::PriceAscending,
            SortBody::PriceDescending => Self::PriceDescending,
        }
    }
}

/// Where the next page begins: its number and the size of all pages, opaque to callers.
struct Cursor {
    page: u32,
    per_page: u32,
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        let (page, per_page) = text.split_once('-')?;
        let (page, per_page) = (page.parse().ok()?, per_page.parse().ok()?);
        let fits = page > 0 && (1..=MAX_PER_PAGE).contains(&per_page);
        fits.then_some(Self { page, per_page })
    }

    fn text(&self) -> Text {
        format!("{}-{}", self.page, self.per_page).into()
    }
}

pub(crate) struct Catalogue;

#[OpenApi(tag = "Tag::Catalogue")]
impl Catalogue {
    /// List products
    ///
    /// The whole catalogue, a category, or what a search finds, narrowed by any number of filters. Words may be
    /// mistyped a little. Follow `next_cursor` with the same parameters until it is absent.
    ///
    /// Every key of a specification is a parameter, too, as in the addresses of the shop's pages: `ram=16&ram=32` for
    /// either number, `ram=16..32` for what lies between, `panel=OLED` for a text, `wireless=yes` for a flag. Different
    /// parameters must all be met. Filters that are not known or make no sense are passed over.
    #[oai(path = "/products", method = "get", operation_id = "listProducts")]
    #[expect(clippy::too_many_arguments, reason = "one argument is one parameter of the operation")]
    async fn list_products(
        &self,
        Data(lanes): Data<&Lanes>,
        request: &Request,
        /// Only this category: its slug.
        category: Query<Option<Text>>,
        /// Only products with all these words, the last one as the beginning of a word.
        q: Query<Option<Text>>,
        /// Only these brands; may be repeated.
        brand: Query<Vec<Text>>,
        /// Only prices between these, both included, either of them left out: `100..500`.
        price: Query<Option<Text>>,
        /// `1` for products that can be ordered now.
        in_stock: Query<Option<Text>>,
        /// Whether to say by what the list can be narrowed.
        facets: Query<Option<bool>>,
        /// In which order.
        sort: Query<Option<SortBody>>,
        /// Where to go on: `next_cursor` of the page before.
        cursor: Query<Option<Text>>,
        /// How many products a page has.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u32>>,
    ) -> Result<Json<ProductsBody>, ApiError> {
        let cursor = match &cursor.0 {
            Some(text) => Cursor::parse(text)
                .filter(|cursor| limit.0.is_none_or(|limit| limit == cursor.per_page))
                .ok_or_else(|| Problem::invalid_field("cursor", "This cursor is not one of this list."))?,
            None => Cursor { page: 1, per_page: limit.0.unwrap_or(24) },
        };
        // Declared for the specification; the rule that reads the pages' addresses reads them here, too.
        let _ = (brand, price, in_stock);
        let category = category.0.map(|slug| fields::category(&slug)).transpose()?;
        let text = q.0.map(Text::into_inner);
        let sort = sort.0.map(Sort::from).unwrap_or_default();
        let facets = facets.0.unwrap_or(false);
        let address = request.uri().query().unwrap_or_default().to_owned();
        let list = move |shop: &Shop| {
            let filters = shop.read_address(&address)?.filters;
            let (page, per_page) = (cursor.page, cursor.per_page);
            shop.products(&ProductQuery { category, text, filters, sort, page, per_page, facets })
        };
        let page = lanes.browse(list).await?;
        let next = Cursor { page: page.page.saturating_add(1), per_page: page.per_page };
        Ok(Json(ProductsBody {
            products: page.products.iter().map(ProductBody::from).collect(),
            total: page.total,
            next_cursor: (u64::from(page.page) < page.pages()).then(|| next.text()),
            suggestion: page.suggestion.as_deref().map(Text::from),
            facets: page.facets.as_ref().map(FacetsBody::from),
        }))
    }

    /// One product
    #[oai(path = "/products/:sku", method = "get", operation_id = "getProduct")]
    async fn get_product(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The product's SKU.
        sku: Path<Text>,
    ) -> Result<Json<ProductBody>, ApiError> {
        let sku = fields::sku(&sku.0)?;
        let product = lanes.browse(move |shop| shop.product(&sku)).await?;
        Ok(Json((&product).into()))
    }

    /// What belongs to a product
    ///
    /// Similar products of its category, the nearest first, and one product of each category that goes with it.
    #[oai(path = "/products/:sku/related", method = "get", operation_id = "listRelatedProducts")]
    async fn list_related(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The product's SKU.
        sku: Path<Text>,
        /// How many of each, at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "20")))]
        limit: Query<Option<u32>>,
    ) -> Result<Json<RelatedBody>, ApiError> {
        let sku = fields::sku(&sku.0)?;
        let limit = limit.0.unwrap_or(4) as usize;
        let related = lanes.browse(move |shop| shop.related(&sku, limit)).await?;
        Ok(Json((&related).into()))
    }

    /// Suggestions while somebody types
    ///
    /// Categories, brands and products that have every typed word as the beginning of one of their own.
    #[oai(path = "/products/suggestions", method = "get", operation_id = "suggestProducts")]
    async fn suggest(
        &self,
        Data(lanes): Data<&Lanes>,
        /// What was typed so far.
        q: Query<Text>,
        /// How many, at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "20")))]
        limit: Query<Option<u32>>,
    ) -> Result<Json<SuggestionsBody>, ApiError> {
        let (typed, limit) = (q.0.into_inner(), limit.0.unwrap_or(8) as usize);
        let suggestions = lanes.browse(move |shop| shop.suggest(&typed, limit)).await?;
        Ok(Json(SuggestionsBody { suggestions: suggestions.iter().map(SuggestionBody::from).collect() }))
    }

    /// Compare products
    ///
    /// Two to four products side by side, each specification in a row of its own.
    #[oai(path = "/products/compare", method = "get", operation_id = "compareProducts")]
    async fn compare(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The SKU of a product; stands there once for each.
        sku: Query<Vec<Text>>,
    ) -> Result<Json<ComparisonBody>, ApiError> {
        let skus = sku.0.iter().map(|sku| fields::sku(sku)).collect::<Result<Vec<_>, _>>()?;
        let compared = Compared::of(skus).ok_or_else(|| {
            Problem::invalid_field("sku", format!("Compare from {MIN_COMPARED} to {MAX_COMPARED} different products."))
        })?;
        let comparison = lanes.browse(move |shop| shop.compare(&compared)).await?;
        Ok(Json((&comparison).into()))
    }

    /// List categories
    #[oai(path = "/categories", method = "get", operation_id = "listCategories")]
    async fn list_categories(&self, Data(lanes): Data<&Lanes>) -> Result<Json<CategoriesBody>, ApiError> {
        let categories = lanes.browse(|shop| shop.categories()).await?;
        Ok(Json(CategoriesBody { categories: categories.iter().map(CategoryBody::from).collect() }))
    }
}
