//! Pictures of the products, drawn from their typed facts: a laptop with three sockets shows three, a keyboard with 84
//! keys has about as many, a graphics card is as long as its specification says. Nothing is stored.
//!
//! Each picture is one SVG without scripts, styles, text or addresses, on a clear ground: it stands on light and on dark
//! pages. The light comes from the top left. What an operator sells beside our own categories is shown as a parcel.
//!
//! - `canvas.rs` writes SVG; `colour.rs` knows the brands; `facts.rs` reads products; `parts.rs`, `keys.rs` and
//!   `scenes.rs` are what several drawings share.
//! - One file a category draws it from three sides.
//! - `stills.rs`: marks, icons and what stands on empty pages.

mod canvas;
mod colour;
mod desktops;
mod docks;
mod facts;
mod graphics_cards;
mod headsets;
mod keyboards;
mod keys;
mod laptops;
mod memory;
mod mice;
mod monitors;
mod networking;
mod parcel;
mod parts;
mod processors;
mod scenes;
mod storage;
mod webcams;

use shop_core::Product;

use canvas::Canvas;
use facts::Facts;

/// The width of every picture, for `<img width>`.
pub const WIDTH: u32 = canvas::WIDTH;
/// The height of every picture.
pub const HEIGHT: u32 = canvas::HEIGHT;

/// From where a product is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// As it stands in the shop.
    #[default]
    Front,
    /// From behind, or from the side: where the sockets are.
    Back,
    /// What is worth a closer look.
    Detail,
}

impl View {
    /// In the order of a gallery.
    pub const ALL: [Self; 3] = [Self::Front, Self::Back, Self::Detail];

    /// Its name in addresses.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Back => "back",
            Self::Detail => "detail",
        }
    }

    /// Reads what [`Self::slug`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.slug() == text)
    }
}

/// A product's picture: always the same for the same facts.
///
/// Names within the image begin with the SKU and the view, so that several can stand in one page.
#[must_use]
pub fn picture(product: &Product, view: View) -> String {
    let facts = Facts(product);
    let palette = colour::palette(&product.brand);
    let mut canvas = Canvas::new(format!("{}_{}", product.sku, &view.slug()[..1]));
    let draw = match product.category.as_str() {
        "laptops" => laptops::draw,
        "desktops" => desktops::draw,
        "storage" => storage::draw,
        "memory" => memory::draw,
        "graphics-cards" => graphics_cards::draw,
        "processors" => processors::draw,
        "monitors" => monitors::draw,
        "keyboards" => keyboards::draw,
        "mice" => mice::draw,
        "networking" => networking::draw,
        "docks" => docks::draw,
        "headsets" => headsets::draw,
        "webcams" => webcams::draw,
        _ => parcel::draw,
    };
    draw(&mut canvas, &facts, &palette, view);
    canvas.finish()
}
