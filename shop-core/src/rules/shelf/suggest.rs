//! What somebody may be about to type.

use super::{Place, Shelf};
use crate::rules::product::{Sku, Slug, category_name, german_category};
use crate::rules::search::marks::Marked;
use crate::rules::search::text::terms;
use crate::rules::search::{Pattern, Term};

/// The most suggestions of categories and of brands, each: products are what people look for.
const MAX_GROUPS: usize = 3;

/// Something to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Its name, and what was typed of it. A category's name is in the catalogue's language.
    pub name: Marked,
    /// Where it leads.
    pub target: Target,
}

/// Where a suggestion leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a category.
    Category(Slug),
    /// To everything of a brand.
    Brand(String),
    /// To a product.
    Product(Sku),
}

impl Shelf {
    /// Categories, brands and products that have every word of `pattern`, as what was typed so far; at most `limit`.
    #[must_use]
    pub fn suggest(&self, pattern: &Pattern, limit: usize) -> Vec<Suggestion> {
        let spelled_so = |term: &Term| format!(" {}{}", term.word(), if term.is_beginning() { "" } else { " " });
        // For each word that was typed, the ways to say it, each of one or several words.
        let wanted: Vec<Vec<Vec<String>>> = pattern
            .groups()
            .iter()
            .map(|group| group.alternatives().iter().map(|one| one.terms().iter().map(spelled_so).collect()).collect())
            .collect();
        let Some(first) = wanted.first().and_then(|ways| ways.first()).and_then(|words| words.first()) else {
            return Vec::new();
        };
        let has = |text: &str| {
            wanted.iter().all(|ways| ways.iter().any(|words| words.iter().all(|word| text.contains(word.as_str()))))
        };
        let suggestion = |name: &str, target| Suggestion { name: Marked::of(name, pattern), target };
        let categories = self.categories.iter().filter_map(|slug| {
            let name = category_name(slug);
            let found = has(&spelled(&[&name, slug.as_str(), german_category(slug)]));
            found.then(|| suggestion(&name, Target::Category(slug.clone())))
        });
        let brands = self.brands.iter().filter(|brand| has(&spelled(&[brand])));
        let brands = brands.map(|brand| suggestion(brand, Target::Brand(brand.clone())));
        let mut found: Vec<Suggestion> = categories.take(MAX_GROUPS).chain(brands.take(MAX_GROUPS)).collect();
        let mut products: Vec<(bool, u32, Place)> = (0..)
            .zip(&self.items)
            .filter(|(_, item)| has(&item.words))
            .map(|(place, item)| (!item.words.starts_with(first.as_str()), item.name_rank, place))
            .collect();
        products.sort_unstable();
        let products = products.into_iter().take(limit).map(|(.., place)| self.item(place));
        found.extend(products.map(|item| suggestion(&item.name, Target::Product(item.sku.clone()))));
        found.truncate(limit);
        found
    }
}

/// The words of texts as they are compared, with blanks around each.
pub(super) fn spelled(texts: &[&str]) -> String {
    let mut spelled: String =
        texts.iter().flat_map(|text| terms(text)).map(|token| format!(" {}", token.word)).collect();
    spelled.push(' ');
    spelled
}
