//! The catalogue: lists, searches, single products, categories.

use kit_core::Language;
use kit_web::openapi::unknown_parameter;
use kit_web::wire::{Amount, CurrencyCode, PriceRange, SkuText, SlugText};
use kit_web::{Named, OpenQuery, Problem, Text};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use shop_core::{
    BadFilter, Category, Compared, Filters, MAX_COMPARED, MAX_PER_PAGE, MIN_COMPARED, Product, ProductQuery, Shop,
    Specification, SpecificationValue,
};

use super::Tag;
use super::facets::FacetsBody;
use super::fields::{self, Fields};
use super::finding::{ComparisonBody, RelatedBody, SuggestionBody, SuggestionsBody};
use super::names::{SortNames, SpecificationKindNames};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// A specification of a product. A key has one kind and one unit in the whole catalogue.
#[derive(Object)]
#[oai(rename = "Specification", skip_serializing_if_is_none)]
struct SpecificationBody {
    /// Its stable name, such as `refresh_rate`.
    key: Text,
    /// Its name for people, such as `Refresh rate`.
    label: Text,
    /// What kind of value it has.
    kind: Named<SpecificationKindNames>,
    /// A decimal number, a text, or `true` and `false`.
    value: Text,
    /// The unit of a number, such as `Hz`; absent for a plain count.
    unit: Option<Text>,
}

impl From<&Specification> for SpecificationBody {
    fn from(specification: &Specification) -> Self {
        let (kind, value, unit) = typed(&specification.value);
        Self {
            key: specification.key.as_str().into(),
            label: specification.label().into(),
            kind: Named::of(kind),
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
        SpecificationValue::Flag(flag) => ("flag", flag.to_string(), ""),
    }
}

/// A product.
#[derive(Object)]
#[oai(rename = "Product", skip_serializing_if_is_none)]
pub(super) struct ProductBody {
    /// The SKU.
    sku: SkuText,
    /// The name.
    name: Text,
    /// The brand.
    brand: Text,
    /// The slug of its category.
    category: SlugText,
    /// The price of one unit, VAT included.
    price: Amount,
    /// The currency of the price.
    currency: CurrencyCode,
    /// Units that can be ordered now.
    stock: u32,
    /// The description.
    description: Text,
    /// The description in German; absent if it is not translated.
    description_de: Option<Text>,
    /// The specifications.
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

/// A page of a list of products.
#[derive(Object)]
#[oai(rename = "ProductPage", skip_serializing_if_is_none)]
struct ProductsBody {
    /// The products of this page.
    products: Vec<ProductBody>,
    /// How many products the whole list has.
    total: u64,
    /// The `cursor` of the next page; absent on the last page.
    next_cursor: Option<Text>,
    /// A spelling that finds more; absent if there is none.
    suggestion: Option<Text>,
    /// True if no product has all words of `q` and these have most of them; absent otherwise.
    most_words: Option<bool>,
    /// The facets of the list; absent unless `facets=true`.
    facets: Option<FacetsBody>,
}

/// A category.
#[derive(Object)]
#[oai(rename = "Category")]
struct CategoryBody {
    /// Its name in addresses and queries.
    slug: SlugText,
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
#[oai(rename = "CategoryList")]
struct CategoriesBody {
    /// By name.
    categories: Vec<CategoryBody>,
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

/// The declared parameters of `listProducts`. What else its query string holds are filters by specifications.
const DECLARED: [&str; 9] = ["category", "q", "brand", "price", "in_stock", "facets", "sort", "cursor", "limit"];

pub(crate) struct Catalogue;

#[OpenApi(tag = "Tag::Catalogue")]
impl Catalogue {
    /// List products
    ///
    /// The whole catalogue, a category, or what a search finds, with any number of filters. A search forgives small
    /// typing mistakes. For the next page send `next_cursor` as `cursor` with the same parameters.
    ///
    /// Every key of a specification is a parameter as well: `ram=16&ram=32` for either number, `ram=16..32` for a
    /// range, `panel=OLED` for a text, `wireless=true` for a flag. A product must pass the filters of all parameters.
    /// Unknown parameters, and values that do not fit, are refused.
    #[oai(path = "/products", method = "get", operation_id = "listProducts")]
    #[expect(clippy::too_many_arguments, reason = "one argument is one parameter of the operation")]
    async fn list_products(
        &self,
        Data(lanes): Data<&Lanes>,
        /// Only this category: its slug.
        category: Query<Option<SlugText>>,
        /// Only products with all these words; the last one may be the beginning of a word.
        q: Query<Option<Text>>,
        /// Only these brands; may be repeated.
        brand: Query<Option<Vec<Text>>>,
        /// Only prices in this range, both ends included; either may be left out: `100..500`.
        price: Query<Option<PriceRange>>,
        /// `true` for products that can be ordered now.
        in_stock: Query<Option<bool>>,
        /// Whether to answer the facets of the list.
        facets: Query<Option<bool>>,
        /// How the list is sorted.
        sort: Query<Option<Named<SortNames>>>,
        /// The `next_cursor` of the page before; the first products without it.
        cursor: Query<Option<Text>>,
        /// How many products: 1 to 100, 24 by default.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u32>>,
        /// Filters by specifications: each key with a value.
        #[oai(name = "specifications")]
        given: OpenQuery,
    ) -> Result<Json<ProductsBody>, ApiError> {
        let mut wrong = Fields::default();
        let start = Cursor { page: 1, per_page: limit.0.unwrap_or(24) };
        let cursor = match &cursor.0 {
            Some(text) => Cursor::parse(text).filter(|cursor| limit.0.is_none_or(|limit| limit == cursor.per_page)),
            None => Some(start),
        };
        if cursor.is_none() {
            wrong.not_a_cursor();
        }
        let sort = wrong.sort(sort.0.as_ref());
        let category = category.0.map(|slug| fields::category(&slug)).transpose()?;
        let text = q.0.map(Text::into_inner);
        let facets = facets.0.unwrap_or(false);
        let brands = brand.0.into_iter().flatten().map(|brand| ("brand".to_owned(), brand.into_inner()));
        let prices = price.0.into_iter().map(|price| ("price".to_owned(), price.into_inner()));
        let asked: Vec<_> = brands.chain(prices).chain(given.without(&DECLARED)).collect();
        let in_stock = in_stock.0.unwrap_or(false);
        let filters = match lanes.browse(move |shop| shop.read_filters(&asked)).await? {
            Ok(filters) => Filters { in_stock, ..filters },
            Err(bad) => {
                for filter in bad {
                    match filter {
                        // A name that this operation does not have comes first, as for every other operation.
                        BadFilter::Unknown(name) => return Err(unknown_parameter(&name).into()),
                        BadFilter::Unfit(name) => wrong.not_a_filter(&name),
                    }
                }
                return Err(wrong.refusal());
            }
        };
        let (Some(cursor), Some(sort)) = (cursor, sort) else { return Err(wrong.refusal()) };
        let list = move |shop: &Shop| {
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
            most_words: page.most_words.then_some(true),
            facets: page.facets.as_ref().map(FacetsBody::from),
        }))
    }

    /// Get a product
    ///
    /// At today's price and stock. The case of a SKU matters.
    #[oai(path = "/products/:sku", method = "get", operation_id = "getProduct")]
    async fn get_product(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The product's SKU.
        sku: Path<SkuText>,
    ) -> Result<Json<ProductBody>, ApiError> {
        let sku = fields::sku(&sku.0)?;
        let product = lanes.browse(move |shop| shop.product(&sku)).await?;
        Ok(Json((&product).into()))
    }

    /// List related products
    ///
    /// Similar products of its category, the most similar first, and one accessory of each category that goes with it.
    #[oai(path = "/products/:sku/related", method = "get", operation_id = "listRelatedProducts")]
    async fn list_related(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The product's SKU.
        sku: Path<SkuText>,
        /// How many of each at most: 1 to 20, 4 by default.
        #[oai(validator(minimum(value = "1"), maximum(value = "20")))]
        limit: Query<Option<u32>>,
    ) -> Result<Json<RelatedBody>, ApiError> {
        let sku = fields::sku(&sku.0)?;
        let limit = limit.0.unwrap_or(4) as usize;
        let related = lanes.browse(move |shop| shop.related(&sku, limit)).await?;
        Ok(Json((&related).into()))
    }

    /// Suggest products
    ///
    /// For a search box: categories, brands and products with words that begin with every word typed so far.
    #[oai(path = "/products/suggestions", method = "get", operation_id = "suggestProducts")]
    async fn suggest(
        &self,
        Data(lanes): Data<&Lanes>,
        /// What was typed so far.
        q: Query<Text>,
        /// How many at most: 1 to 20, 8 by default.
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
        /// The SKUs of the products; repeat it for each.
        #[oai(validator(min_items = 2, max_items = 4, unique_items))]
        sku: Query<Vec<SkuText>>,
    ) -> Result<Json<ComparisonBody>, ApiError> {
        let skus = sku.0.iter().map(|sku| fields::sku(sku)).collect::<Result<Vec<_>, _>>()?;
        let compared = Compared::of(skus).ok_or_else(|| {
            Problem::invalid_field("sku", format!("Compare from {MIN_COMPARED} to {MAX_COMPARED} different products."))
        })?;
        let comparison = lanes.browse(move |shop| shop.compare(&compared)).await?;
        Ok(Json((&comparison).into()))
    }

    /// List categories
    ///
    /// All of them, by name.
    #[oai(path = "/categories", method = "get", operation_id = "listCategories")]
    async fn list_categories(&self, Data(lanes): Data<&Lanes>) -> Result<Json<CategoriesBody>, ApiError> {
        let categories = lanes.browse(|shop| shop.categories()).await?;
        Ok(Json(CategoriesBody { categories: categories.iter().map(CategoryBody::from).collect() }))
    }
}
