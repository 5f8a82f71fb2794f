//! Pictures of the products, drawn from their typed facts: a laptop with three sockets shows three, a keyboard with 84
//! keys has about as many, a graphics card is as long as its specification says. Nothing is stored.
//!
//! Each picture is one SVG without scripts, styles, text or addresses, on a clear ground: it stands on light and on dark
//! pages. The light comes from the top left. What an operator sells beside our own categories is shown as a parcel.
//!
//! - `canvas.rs` and `path.rs` write SVG; `colour.rs` knows the brands; `facts.rs` reads products; `parts.rs`, `keys.rs` and
//!   `scenes.rs` are what several drawings share.
//! - One file a category draws it from three sides.
//! - `icons.rs`: the categories as line drawings; `stills.rs`: the shop's marks, and what stands on empty pages.
//!
//! `cargo run -p shop-site --example contact_sheet` draws the whole catalogue to look at.

mod canvas;
mod colour;
mod desktops;
mod docks;
mod facts;
mod graphics_cards;
mod headsets;
mod icons;
mod keyboards;
mod keys;
mod laptops;
mod memory;
mod mice;
mod monitors;
mod networking;
mod parcel;
mod parts;
mod path;
mod processors;
mod scenes;
mod stills;
mod storage;
mod webcams;

use kit_web::assets::{Asset, versioned};
use kit_web::pages::{self, Pages};
use poem::web::{Data, Path, Query};
use poem::{Request, Response, Result, handler};
use serde::Deserialize;
use shop_core::{Product, Refusal, Sku};

use crate::lanes::Lanes;
use crate::problem;
use canvas::Canvas;
use facts::Facts;
pub use icons::category_icon;
pub use stills::Still;

pub(crate) const CONTENT_TYPE: &str = "image/svg+xml";

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

/// The picture's address for `<img src>`. It names the content: a browser keeps the picture for a year, and asks for a new
/// one when the product, or how we draw it, has changed.
#[must_use]
pub fn picture_href(product: &Product, view: View) -> String {
    let path = format!("/pictures/{}.svg?view={}", product.sku, view.slug());
    versioned(&path, picture(product, view).as_bytes())
}

fn asset(product: &Product, view: View) -> Asset {
    Asset::of(picture(product, view).into(), CONTENT_TYPE)
}

/// The addresses of all pictures.
pub(crate) fn routes(routes: Pages) -> Pages {
    stills::routes(routes.at("/pictures/:file", pages::show(show)))
}

#[derive(Deserialize)]
struct Wanted {
    view: Option<String>,
}

#[handler]
async fn show(
    request: &Request,
    Data(lanes): Data<&Lanes>,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let not_found = || problem::of_refusal(&Refusal::ProductNotFound);
    let sku = file.strip_suffix(".svg").and_then(Sku::parse).ok_or_else(not_found)?;
    let view = wanted.view.as_deref().map_or(Some(View::Front), View::parse).ok_or_else(not_found)?;
    let drawn = lanes.browse(move |shop| Ok(asset(&shop.product(&sku)?, view))).await;
    Ok(drawn.map_err(|error| problem::of(&error))?.answer(request))
}
