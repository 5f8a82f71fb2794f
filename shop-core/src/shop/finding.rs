//! Finding products: searching and narrowing lists, suggestions, what belongs together, comparing.

use std::collections::BTreeMap;

use super::catalogue::{ProductPage, on_sale};
use super::shelves::Arranged;
use super::{Error, Shop};
use crate::error::Refusal;
use crate::rules::comparison::{self, Compared, Comparison};
use crate::rules::product::{Product, Sku};
use crate::rules::query::address::{self, BadFilter};
use crate::rules::query::chips::{self, Chip};
use crate::rules::query::{Filters, ProductQuery};
use crate::rules::search::index::Hits;
use crate::rules::search::{Pattern, Words};
use crate::rules::shelf::{Department, Related, Suggestion};

/// Fewer hits than these, and words that may be mistyped are looked for as well.
const FEW_HITS: usize = 5;
/// The most suggestions, and the most products that are shown beside another one.
pub const MAX_SUGGESTIONS: usize = 20;

/// What comes before everything that was found under another spelling: more than any product is worth.
const AS_TYPED: u32 = 1 << 20;

/// What a search found.
struct Search {
    hits: Hits,
    looked_for: Pattern,
    suggestion: Option<String>,
}

impl Shop {
    /// A query from what stands behind the question mark of an address. Nothing in it is an error: see
    /// [`address::parse`]; [`address::write`] is the way back.
    ///
    /// # Errors
    /// The store's failure.
    pub fn read_address(&self, text: &str) -> Result<ProductQuery, Error> {
        let (arranged, _) = self.shelf()?;
        Ok(address::parse(text, self.inner.config.currency, |key| arranged.shelf.kind_of(key)))
    }

    /// Filters by name and value, for programs: unlike [`Shop::read_address`] nothing is passed over. A flag is `true`
    /// or `false`.
    ///
    /// # Errors
    /// The store's failure. Inside: every filter that cannot be used.
    pub fn read_filters(&self, filters: &[(String, String)]) -> Result<Result<Filters, Vec<BadFilter>>, Error> {
        let (arranged, _) = self.shelf()?;
        Ok(address::filters(filters, self.inner.config.currency, |key| arranged.shelf.kind_of(key)))
    }

    /// What a list is narrowed by, each with the query without it.
    ///
    /// # Errors
    /// The store's failure.
    pub fn chips(&self, query: &ProductQuery) -> Result<Vec<Chip>, Error> {
        let (arranged, _) = self.shelf()?;
        Ok(chips::chips(query, |key| arranged.shelf.kind_of(key)))
    }

    /// A part of a list that is searched or narrowed, or says by what it can be.
    pub(super) fn narrowed(&self, query: &ProductQuery, page: u32, per_page: u32) -> Result<ProductPage, Error> {
        let (arranged, sold_out) = self.shelf()?;
        let Arranged { shelf, .. } = &*arranged;
        if query.category.as_ref().is_some_and(|category| !shelf.has_category(category)) {
            return Err(Refusal::CategoryNotFound.into());
        }
        let searched = match query.text.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(text) => Some(self.search(text, &arranged)),
        };
        let offset = usize::try_from(u64::from(page - 1) * u64::from(per_page)).unwrap_or(usize::MAX);
        let hits = searched.as_ref().map(|search| search.hits.places.as_slice());
        let found = shelf.find(hits, query, &sold_out, offset, per_page as usize);
        let most_words = searched.as_ref().is_some_and(|search| search.hits.most_words);
        let (looked_for, suggestion) = searched.map_or_else(Default::default, |s| (s.looked_for, s.suggestion));
        let products = self.view(|tx| on_sale(tx, &found.skus))?;
        let (total, facets) = (found.total, found.facets);
        Ok(ProductPage { products, total, page, per_page, facets, looked_for, suggestion, most_words })
    }

    /// What has all words, then what may have been meant by them; where there is neither, what has most of them.
    fn search(&self, text: &str, arranged: &Arranged) -> Search {
        let Arranged { index, lexicon, .. } = arranged;
        let synonyms = &self.inner.config.synonyms;
        let words = Words::of(text);
        let pattern = words.read(index, synonyms);
        let mut search = Search { hits: index.find(&pattern), looked_for: pattern, suggestion: None };
        let exact = if search.hits.most_words { 0 } else { search.hits.places.len() };
        if exact >= FEW_HITS {
            return search;
        }
        if let Some(forgiving) = search.looked_for.forgiving(lexicon) {
            let near = index.find(&forgiving);
            if let Some(corrected) = words.corrected(&search.looked_for, lexicon) {
                let found = index.find(&Words::of(&corrected).read(index, synonyms));
                search.suggestion = (!found.most_words && found.places.len() > exact).then_some(corrected);
            }
            if exact == 0 && near.words > search.hits.words {
                search.hits = near;
                search.looked_for = forgiving;
            } else if exact > 0 && !near.most_words {
                let known: BTreeMap<u32, u32> = search.hits.places.iter().copied().collect();
                let place = |(place, worth)| (place, known.get(&place).map_or(worth, |worth| worth + AS_TYPED));
                search.hits.places = near.places.into_iter().map(place).collect();
                search.looked_for = forgiving;
            }
        }
        search
    }

    /// Every SKU, in order.
    ///
    /// # Errors
    /// The store's failure.
    pub fn skus(&self) -> Result<Vec<Sku>, Error> {
        let (arranged, _) = self.shelf()?;
        Ok(arranged.shelf.skus().cloned().collect())
    }

    /// What somebody may be about to type: categories, brands and products, at most `limit` and never more than
    /// [`MAX_SUGGESTIONS`].
    ///
    /// # Errors
    /// The store's failure.
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>, Error> {
        let (arranged, _) = self.shelf()?;
        let pattern = Words::of(typed).read(&arranged.index, &self.inner.config.synonyms).beginnings();
        Ok(arranged.shelf.suggest(&pattern, limit.min(MAX_SUGGESTIONS)))
    }

    /// What to show beside a product: similar ones and what goes with it, at most `limit` of each.
    ///
    /// # Errors
    /// [`Refusal::ProductNotFound`], or the store's failure.
    pub fn related(&self, sku: &Sku, limit: usize) -> Result<Related<Product>, Error> {
        self.product(sku)?;
        let (arranged, sold_out) = self.shelf()?;
        let Related { similar, accessories } = arranged.shelf.related(sku, &sold_out, limit.min(MAX_SUGGESTIONS));
        self.view(|tx| Ok(Related { similar: on_sale(tx, &similar)?, accessories: on_sale(tx, &accessories)? }))
    }

    /// Products to begin with: one of each category, at most `limit`, nothing that is sold out.
    ///
    /// # Errors
    /// The store's failure.
    pub fn picks(&self, limit: usize) -> Result<Vec<Product>, Error> {
        let (arranged, sold_out) = self.shelf()?;
        let picks = arranged.shelf.picks(&sold_out, limit);
        self.view(|tx| on_sale(tx, &picks))
    }

    /// Every category by slug, with how many products it has and one that stands for it.
    ///
    /// # Errors
    /// The store's failure.
    pub fn departments(&self) -> Result<Vec<Department<Product>>, Error> {
        let (arranged, _) = self.shelf()?;
        let departments = arranged.shelf.departments();
        self.view(|tx| {
            let mut shown = Vec::new();
            for Department { category, products, representative } in &departments {
                // No product is ever removed: what was on the shelf is in the store.
                if let Some(representative) = tx.product(representative)?.filter(|product| !product.retired) {
                    shown.push(Department { category: category.clone(), products: *products, representative });
                }
            }
            Ok(shown)
        })
    }

    /// Products side by side, of one category or of several.
    ///
    /// # Errors
    /// [`Refusal::ProductNotFound`], or the store's failure.
    pub fn compare(&self, compared: &Compared) -> Result<Comparison, Error> {
        let products = self.view(|tx| on_sale(tx, compared.skus()))?;
        if products.len() < compared.skus().len() {
            return Err(Refusal::ProductNotFound.into());
        }
        Ok(comparison::compare(products))
    }
}
