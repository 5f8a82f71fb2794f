//! What somebody may be about to type.

use super::{Place, Shelf};
use crate::rules::product::{Sku, Slug, category_name, german_category};
use crate::rules::search::Words;
use crate::rules::search::marks::Marked;
use crate::rules::search::text::tokens;

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
    /// Categories, brands and products with every word of `typed` as the beginning of one of their own; at most `limit`.
    #[must_use]
    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        let words = Words::of(typed);
        if words.is_empty() {
            return Vec::new();
        }
        let pattern = words.beginnings();
        let wanted: Vec<String> = pattern.groups().iter().flatten().map(|term| format!(" {}", term.word())).collect();
        let begins = |text: &str| wanted.iter().all(|word| text.contains(word.as_str()));
        let spelled = |texts: &[&str]| -> String {
            texts.iter().flat_map(|text| tokens(text)).map(|token| format!(" {}", token.word)).collect()
        };
        let suggestion = |name: &str, target| Suggestion { name: Marked::of(name, &pattern), target };
        let categories = self.categories.iter().filter_map(|slug| {
            let name = category_name(slug);
            let found = begins(&spelled(&[&name, slug.as_str(), german_category(slug)]));
            found.then(|| suggestion(&name, Target::Category(slug.clone())))
        });
        let brands = self.brands.iter().filter(|brand| begins(&spelled(&[brand])));
        let brands = brands.map(|brand| suggestion(brand, Target::Brand(brand.clone())));
        let mut found: Vec<Suggestion> = categories.take(MAX_GROUPS).chain(brands.take(MAX_GROUPS)).collect();
        let mut products: Vec<(bool, u32, Place)> = (0..)
            .zip(&self.items)
            .filter(|(_, item)| begins(&item.words))
            .map(|(place, item)| (!item.words.starts_with(wanted[0].as_str()), item.name_rank, place))
            .collect();
        products.sort_unstable();
        let products = products.into_iter().take(limit).map(|(.., place)| self.item(place));
        found.extend(products.map(|item| suggestion(&item.name, Target::Product(item.sku.clone()))));
        found.truncate(limit);
        found
    }
}
