//! Draws the whole shipped catalogue from all sides into `target/pictures`, with pages to look at it: one a category,
//! at 160 and at 800 pixels, on light and on dark ground.
//!
//! `cargo run -p shop-site --example contact_sheet`, then open `target/pictures/index.html`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use kit_core::Currency;
use shop_core::rules::catalogue_file;
use shop_core::{Product, Sku, Slug};
use shop_site::pictures::{View, picture};

const STYLE: &str = "body{margin:0;font:12px system-ui}section{padding:12px;display:flex;flex-wrap:wrap;gap:10px}\
    .light{background:#f6f7f9}.dark{background:#12161d;color:#aaa}figure{margin:0;width:160px}figcaption{height:2.6em}";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pictures");
    fs::create_dir_all(&out)?;
    let products =
        catalogue_file::products(shop_site::CATALOGUE.as_bytes(), Currency::EUR).map_err(|wrong| wrong.to_string())?;
    let mut categories: BTreeMap<String, Vec<Product>> = BTreeMap::new();
    for product in products {
        categories.entry(product.category.to_string()).or_default().push(product);
    }
    // What an operator may sell beside: the parcel, for brands that we do not know.
    let others =
        [("OT-1", "Tin whistle", "Ormsby"), ("OT-2", "Desk lamp", "Nocturne"), ("OT-3", "Notebook", "Plainford")];
    for (sku, name, brand) in others {
        let mut product = categories.values().next().ok_or("no products")?[0].clone();
        product.sku = Sku::parse(sku).ok_or("a SKU")?;
        product.category = Slug::parse("curiosities").ok_or("a slug")?;
        (product.name, product.brand) = (name.to_owned(), brand.to_owned());
        categories.entry("curiosities".to_owned()).or_default().push(product);
    }
    let (mut sizes, mut spent) = (Vec::new(), Duration::ZERO);
    let mut index = String::from("<!doctype html><title>Pictures</title><ul>");
    for (category, products) in &categories {
        let mut page = format!("<!doctype html><title>{category}</title><style>{STYLE}</style>");
        for ground in ["light", "dark"] {
            let _ = write!(page, "<section class={ground}>");
            for product in products {
                for view in View::ALL {
                    let started = Instant::now();
                    let image = picture(product, view);
                    spent += started.elapsed();
                    let file = format!("{}-{}.svg", product.sku, view.slug());
                    sizes.push((image.len(), file.clone()));
                    fs::write(out.join(&file), image)?;
                    let _ = write!(
                        page,
                        "<figure><img src={file} width=160><figcaption>{}</figcaption></figure>",
                        product.name
                    );
                }
            }
            page.push_str("</section>");
        }
        fs::write(out.join(format!("{category}.html")), page)?;
        let _ = write!(index, "<li><a href={category}.html>{category}</a>");
    }
    fs::write(out.join("index.html"), index)?;
    sizes.sort();
    let (largest, name) = sizes.last().ok_or("no pictures")?;
    println!(
        "{} pictures: median {} bytes, largest {largest} ({name}), {:?} each; see {}",
        sizes.len(),
        sizes[sizes.len() / 2].0,
        spent / u32::try_from(sizes.len())?,
        out.join("index.html").display()
    );
    Ok(())
}
