//! A product in a list.

use kit_web::Words;
use shop_core::{Availability, Localized, Marked, Pattern, Product, SpecificationValue};

use super::told;
use crate::pictures::{View, picture_href};

/// How many facts a card shows.
const FACTS: usize = 3;
/// A fact longer than this belongs on the product's page.
const FACT_CHARS: usize = 16;
/// How much of a description is shown where words were found in it.
const SNIPPET_CHARS: usize = 110;

/// A product in a list.
pub(super) struct Card<'a> {
    pub(super) product: &'a Product,
    /// Where it leads.
    pub(super) href: String,
    /// Who makes it; absent where its name says so.
    pub(super) brand: Option<&'a str>,
    /// Its name, with what was searched for.
    pub(super) name: Marked,
    /// The part of its description that was searched for; absent where that is in the name, or nothing was.
    pub(super) snippet: Option<Marked>,
    /// A few of its specifications, short.
    pub(super) facts: String,
    pub(super) availability: String,
    /// Whether it can be ticked to be compared.
    pub(super) ticked: bool,
    /// Whether its picture waits until somebody scrolls there.
    pub(super) lazy: bool,
}

impl<'a> Card<'a> {
    fn of(t: Words<'_>, product: &'a Product, looked_for: &Pattern) -> Self {
        let name = Marked::of(&product.name, looked_for);
        let snippet = if name.marks.is_empty() { snippet(t, &product.description, looked_for) } else { None };
        Self {
            product,
            href: format!("/products/{}", product.sku),
            brand: (!product.name.starts_with(&product.brand)).then_some(&product.brand),
            name,
            snippet,
            facts: facts(t, product),
            availability: told::availability(t, Availability::of(product.stock, 1)),
            ticked: false,
            lazy: true,
        }
    }

    /// Where its picture is.
    pub(super) fn picture(&self) -> String {
        picture_href(self.product, View::Front)
    }
}

/// The cards of a list, with what was looked for. The first `at_once` are seen without scrolling.
pub(super) fn cards<'a>(t: Words<'_>, products: &'a [Product], looked_for: &Pattern, at_once: usize) -> Vec<Card<'a>> {
    let card = |(at, product)| Card { lazy: at >= at_once, ..Card::of(t, product, looked_for) };
    products.iter().enumerate().map(card).collect()
}

fn snippet(t: Words<'_>, description: &Localized, looked_for: &Pattern) -> Option<Marked> {
    let snippet = Marked::snippet(description.in_language(t.language()), looked_for, SNIPPET_CHARS);
    (!snippet.marks.is_empty()).then_some(snippet)
}

/// The first facts that say something without their names: amounts with a unit, and short words.
pub(super) fn facts(t: Words<'_>, product: &Product) -> String {
    let says = |value: &SpecificationValue| match value {
        SpecificationValue::Number { unit, .. } => !unit.is_empty(),
        SpecificationValue::Text(_) => true,
        SpecificationValue::Flag(_) => false,
    };
    let told = product.specifications.iter().filter(|s| says(&s.value)).map(|s| told::value(t, &s.value));
    told.filter(|fact| fact.chars().count() <= FACT_CHARS).take(FACTS).collect::<Vec<_>>().join(" · ")
}
