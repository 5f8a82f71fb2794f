//! What belongs together: products like another one, what goes with it, and what stands for a whole category.
//!
//! Every choice here is stable: the same catalogue shows the same products to everybody, until one is sold out.

use std::cmp::Reverse;

use super::{Item, Place, Shelf, number};
use crate::rules::product::{Sku, Slug};

/// What goes with a product of a category, the likeliest first.
const ACCESSORIES: [(&str, &[&str]); 13] = [
    ("desktops", &["monitors", "keyboards", "mice", "headsets"]),
    ("docks", &["monitors", "keyboards", "mice"]),
    ("graphics-cards", &["monitors", "memory", "processors"]),
    ("headsets", &["webcams"]),
    ("keyboards", &["mice", "headsets"]),
    ("laptops", &["docks", "mice", "headsets", "monitors"]),
    ("memory", &["storage", "processors"]),
    ("mice", &["keyboards", "headsets"]),
    ("monitors", &["docks", "webcams", "keyboards"]),
    ("networking", &["docks", "storage"]),
    ("processors", &["memory", "graphics-cards", "storage"]),
    ("storage", &["memory", "docks"]),
    ("webcams", &["headsets", "docks"]),
];

/// What to show beside a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related<T = Sku> {
    /// Of the same category, the nearest first; what is sold out comes last.
    pub similar: Vec<T>,
    /// What goes with it, one of each category; nothing that is sold out.
    pub accessories: Vec<T>,
}

/// A category and the product that stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department<T = Sku> {
    /// Its name in addresses.
    pub category: Slug,
    /// How many products it has, sold-out ones included.
    pub products: u64,
    /// What it is shown by.
    pub representative: T,
}

impl Shelf {
    /// What to show beside a product, at most `limit` of each; nothing for one that is not there.
    #[must_use]
    pub fn related(&self, sku: &Sku, sold_out: &[Sku], limit: usize) -> Related {
        let Some(own) = self.place(sku) else {
            return Related { similar: Vec::new(), accessories: Vec::new() };
        };
        let (item, sold_out) = (self.item(own), self.sold_out(sold_out));
        let gone = |place: Place| sold_out[place as usize];
        let mut similar: Vec<(bool, f64, Place)> = self
            .in_category(item.category)
            .filter(|place| *place != own)
            .map(|place| (gone(place), self.distance(item, self.item(place)), place))
            .collect();
        similar.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        let category = self.categories[item.category as usize].as_str();
        let wanted = ACCESSORIES.iter().find(|(of, _)| *of == category).map_or(&[][..], |(_, wanted)| *wanted);
        let accessory = |slug: &&str| {
            let of = self.categories.iter().position(|known| known.as_str() == *slug)?;
            let there = self.in_category(number(of)).filter(|place| !gone(*place));
            // By the same maker if possible, and rather for a tenth of the price than for a hundredth.
            let fit = |place: &Place| {
                let other = self.item(*place);
                (other.brand != item.brand, (other.price_minor - item.price_minor / 10).abs(), *place)
            };
            there.min_by_key(fit)
        };
        Related {
            similar: similar.into_iter().take(limit).map(|(.., place)| self.item(place).sku.clone()).collect(),
            accessories: wanted
                .iter()
                .filter_map(accessory)
                .take(limit)
                .map(|place| self.item(place).sku.clone())
                .collect(),
        }
    }

    /// Products to begin with: one of each category, at most `limit`, nothing that is sold out. The largest categories
    /// are shown where there is no room for all.
    #[must_use]
    pub fn picks(&self, sold_out: &[Sku], limit: usize) -> Vec<Sku> {
        let sold_out = self.sold_out(sold_out);
        let mut picks: Vec<(Reverse<usize>, u32, Place)> = Vec::new();
        for (category, mut places) in self.by_category() {
            // Something good rather than the cheapest: from the upper half of the prices.
            let target = self.price_at(&mut places, 3);
            let there = places.iter().filter(|place| !sold_out[**place as usize]);
            if let Some(pick) = self.nearest(there, target) {
                picks.push((Reverse(places.len()), category, pick));
            }
        }
        picks.sort_unstable();
        picks.truncate(limit);
        picks.sort_unstable_by_key(|(_, category, _)| *category);
        picks.into_iter().map(|(.., place)| self.item(place).sku.clone()).collect()
    }

    /// Every category by slug, with what it is shown by: something from the lower half of its prices.
    #[must_use]
    pub fn departments(&self) -> Vec<Department> {
        let department = |(category, mut places): (u32, Vec<Place>)| {
            let target = self.price_at(&mut places, 1);
            Some(Department {
                category: self.categories[category as usize].clone(),
                products: places.len() as u64,
                representative: self.item(self.nearest(places.iter(), target)?).sku.clone(),
            })
        };
        self.by_category().into_iter().filter_map(department).collect()
    }

    fn in_category(&self, category: u32) -> impl Iterator<Item = Place> + '_ {
        (0..).zip(&self.items).filter(move |(_, item)| item.category == category).map(|(place, _)| place)
    }

    fn by_category(&self) -> Vec<(u32, Vec<Place>)> {
        let mut all: Vec<(u32, Vec<Place>)> = (0..).zip(self.categories.iter().map(|_| Vec::new())).collect();
        for (place, item) in (0..).zip(&self.items) {
            all[item.category as usize].1.push(place);
        }
        all
    }

    /// The price that `quarters` of four quarters of these products cost less than.
    fn price_at(&self, places: &mut [Place], quarters: usize) -> i64 {
        places.sort_unstable_by_key(|place| (self.item(*place).price_minor, *place));
        places.get(places.len() * quarters / 4).map_or(0, |place| self.item(*place).price_minor)
    }

    fn nearest<'a>(&self, places: impl Iterator<Item = &'a Place>, price_minor: i64) -> Option<Place> {
        places.copied().min_by_key(|place| ((self.item(*place).price_minor - price_minor).abs(), *place))
    }

    /// How far two products of one category are from each other: by price, by what is specified of either, and a
    /// little by who makes them.
    fn distance(&self, one: &Item, other: &Item) -> f64 {
        let (low, high) = (one.price_minor.min(other.price_minor), one.price_minor.max(other.price_minor));
        let price = (high - low) as f64 / high.max(1) as f64;
        let mut sum = 0.0;
        for (column, value) in &one.values {
            let same = other.values.iter().find(|(of, _)| of == column);
            sum += same.map_or(1.0, |(_, other)| self.apart(*column, *value, *other));
        }
        let only_other =
            other.values.iter().filter(|(column, _)| one.values.iter().all(|(of, _)| of != column)).count();
        let keys = one.values.len() + only_other;
        let specified = if keys == 0 { 0.0 } else { (sum + only_other as f64) / keys as f64 };
        // The maker is a fact among others, and no more.
        price + specified + f64::from(u8::from(one.brand != other.brand)) / (keys + 1) as f64
    }

    /// From 0 for equal values to 1: numbers by how many others lie between them, so that no unit outweighs another.
    fn apart(&self, column: u16, one: u32, other: u32) -> f64 {
        let column = &self.columns[usize::from(column)];
        match column.kind {
            crate::rules::specification::Kind::Number { .. } => {
                f64::from(one.abs_diff(other)) / (column.values.len().max(2) - 1) as f64
            }
            _ => f64::from(u8::from(one != other)),
        }
    }
}
