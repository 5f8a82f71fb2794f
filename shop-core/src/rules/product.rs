//! What the shop sells: products, their categories, and how lists of them are ordered.

use std::collections::BTreeMap;
use std::fmt;

use kit_core::Money;

use super::localized::Localized;
use super::name_order::name_key;
use super::specification::Specification;
use super::totals::VatRate;

/// The largest price of one product: a million euros.
///
/// A cart holds at most 50 lines of at most 99 units: 50 × 99 × 10^8 cents = 4.95 × 10^11, which stays below the
/// 10^12 that one amount of money may have. So no cart that the rules let grow has a total that cannot be said.
pub const MAX_PRICE_MINOR: i64 = 100_000_000;
/// The most units of one product that a catalogue may claim to have.
pub const MAX_STOCK: u32 = 1_000_000;

/// A stock-keeping unit: the shop's own name for a product, such as `LT-1301`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sku(String);

impl Sku {
    /// Reads 1 to 32 ASCII letters, digits and hyphens; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What SKUs that differ only by case have in common. People read both as one product.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_uppercase()
    }
}

/// SKUs that differ only by case, each group in the order of `skus`. An import refuses new ones.
#[must_use]
pub fn twins<'a>(skus: impl IntoIterator<Item = &'a Sku>) -> Vec<Vec<&'a Sku>> {
    let mut groups: BTreeMap<String, Vec<&Sku>> = BTreeMap::new();
    for sku in skus {
        groups.entry(sku.folded()).or_default().push(sku);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

impl fmt::Debug for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A category's name in addresses, such as `graphics-cards`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// Reads 1 to 40 lower-case ASCII letters, digits and hyphens; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let fits = (1..=40).contains(&text.len()) && text.bytes().all(plain);
        fits.then(|| Self(text.to_owned()))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One product of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// The shop's own name for it.
    pub sku: Sku,
    /// For people.
    pub name: String,
    /// Who makes it.
    pub brand: String,
    /// Where it stands.
    pub category: Slug,
    /// For one unit, VAT included.
    pub price: Money,
    /// The rate of its VAT, where it is not the shop's usual one.
    pub vat_rate: Option<VatRate>,
    /// Units that can still be sold: what open orders have reserved is not among them.
    pub stock: u32,
    /// A paragraph for people.
    pub description: Localized,
    /// In the order of the catalogue file.
    pub specifications: Vec<Specification>,
    /// Whether it is no longer sold. It stays for the orders that name it, and is in no list.
    pub retired: bool,
}

impl Product {
    /// Units that can be ordered now: the stock, and none of what is no longer sold.
    #[must_use]
    pub fn sellable(&self) -> u32 {
        if self.retired { 0 } else { self.stock }
    }
}

/// A category and how many products stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name for people.
    pub name: String,
    /// How many products it has, sold-out ones included.
    pub products: u64,
}

/// How a list of products is ordered. Equals are ordered by SKU, so that pages never overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// The best match first; without a search text the same as [`Sort::NameAscending`].
    #[default]
    Relevance,
    /// A to Z, as [`name_key`] says.
    NameAscending,
    /// Z to A.
    NameDescending,
    /// The cheapest first.
    PriceAscending,
    /// The dearest first.
    PriceDescending,
}

impl Sort {
    /// Every order.
    pub const ALL: [Self; 5] =
        [Self::Relevance, Self::NameAscending, Self::NameDescending, Self::PriceAscending, Self::PriceDescending];

    /// Its name in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::NameAscending => "name",
            Self::NameDescending => "name-descending",
            Self::PriceAscending => "price",
            Self::PriceDescending => "price-descending",
        }
    }

    /// The order with this name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }
}

/// Orders two products for a list. Every store sorts the same way.
#[must_use]
pub fn compare(sort: Sort, a: &Product, b: &Product) -> std::cmp::Ordering {
    let name = || name_key(&a.name).cmp(&name_key(&b.name));
    let price = || a.price.minor.cmp(&b.price.minor);
    let first = match sort {
        Sort::Relevance | Sort::NameAscending => name(),
        Sort::NameDescending => name().reverse(),
        Sort::PriceAscending => price(),
        Sort::PriceDescending => price().reverse(),
    };
    first.then_with(|| a.sku.cmp(&b.sku))
}

/// A category's name for people: `graphics-cards` becomes "Graphics cards".
#[must_use]
pub fn category_name(slug: &Slug) -> String {
    match slug.as_str() {
        "pcs" => "PCs".to_owned(),
        "ssds" => "SSDs".to_owned(),
        "ups" => "UPS".to_owned(),
        "usb-hubs" => "USB hubs".to_owned(),
        "kvm-switches" => "KVM switches".to_owned(),
        other => humanise(other),
    }
}

/// What German speakers search a category by, one and many; empty for one that is not known.
#[must_use]
pub fn german_category(slug: &Slug) -> &'static str {
    match slug.as_str() {
        "desktops" => "Desktop-PC Computer Rechner",
        "docks" => "Dock Dockingstation Hub",
        "graphics-cards" => "Grafikkarte Grafikkarten",
        "headsets" => "Headset Kopfhörer",
        "keyboards" => "Tastatur Tastaturen",
        "laptops" => "Laptop Notebook Notebooks",
        "memory" => "Arbeitsspeicher RAM",
        "mice" => "Maus Mäuse",
        "monitors" => "Monitor Bildschirm Bildschirme",
        "networking" => "Netzwerk",
        "processors" => "Prozessor Prozessoren CPU",
        "storage" => "Speicher Festplatte Festplatten SSD",
        "webcams" => "Webcam Kamera",
        _ => "",
    }
}

/// Words for people from a slug or a key: hyphens and underscores become spaces, the first letter a capital.
#[must_use]
pub fn humanise(text: &str) -> String {
    let words = text.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skus_and_slugs_fit_into_addresses() {
        for (text, good) in [("LT-1301", true), ("a", true), ("", false), ("A B", false), ("ä", false), ("../x", false)]
        {
            assert_eq!(Sku::parse(text).is_some(), good, "{text:?}");
        }
        assert!(Sku::parse(&"A".repeat(33)).is_none());
        for (text, good) in [("graphics-cards", true), ("", false), ("Mice", false), ("a_b", false)] {
            assert_eq!(Slug::parse(text).is_some(), good, "{text:?}");
        }
    }

    #[test]
    fn categories_have_names_for_people() {
        let name = |slug| category_name(&Slug::parse(slug).expect("slug"));
        assert_eq!(name("graphics-cards"), "Graphics cards");
        assert_eq!(name("usb-hubs"), "USB hubs");
        assert_eq!(name("mice"), "Mice");
    }
}
