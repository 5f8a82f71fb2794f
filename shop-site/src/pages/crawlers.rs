//! What search engines read: `/robots.txt`, `/sitemap.xml`, and a product's facts as data (schema.org, JSON-LD).
//!
//! A page is listed by search engines where it has a canonical address (see [`Frame`](super::visitor::Frame)): the
//! home page, plain lists, products. All others ask not to be.

use std::fmt;

use askama::filters::HtmlSafe;
use kit_web::Problem;
use kit_web::pages::{Pages, show};
use poem::web::{Data, Path};
use poem::{Response, Result, handler};
use serde_json::{Value, json};
use shop_core::{Product, Shop, Sku, Slug};

use super::visitor::absolute;
use crate::config::SiteConfig;
use crate::lanes::Lanes;
use crate::problem;

/// The most addresses of one sitemap, by its protocol. With more, `/sitemap.xml` is an index of several.
const MAX_ADDRESSES: usize = 50_000;
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// Whatever is a visitor's own, or is not for people. Filtered lists are not among them: who may not read a page does
/// not learn that it asks not to be listed.
const NOT_CRAWLED: [&str; 7] = ["/api/", "/cart", "/checkout", "/language", "/orders", "/styleguide", "/suggestions"];

pub(super) fn routes(routes: Pages) -> Pages {
    routes
        .at("/robots.txt", show(robots))
        .at("/sitemap.xml", show(sitemap))
        .at("/sitemaps/:file", show(part_of_sitemap))
}

fn answer(content_type: &'static str, body: String) -> Response {
    Response::builder().content_type(content_type).body(body)
}

#[handler]
fn robots(config: Data<&SiteConfig>) -> Response {
    let rules: String = NOT_CRAWLED.iter().map(|path| format!("Disallow: {path}\n")).collect();
    let listed = absolute(&config, "/sitemap.xml");
    answer("text/plain; charset=utf-8", format!("User-agent: *\n{rules}\nSitemap: {listed}\n"))
}

/// Every address that is worth a search engine's look, in an order that stays.
fn addresses(shop: &Shop) -> Result<Vec<String>, shop_core::Error> {
    let categories = shop.categories()?;
    let mut slugs: Vec<&Slug> = categories.iter().map(|category| &category.slug).collect();
    slugs.sort();
    let lists = ["/", "/products"].map(str::to_owned).into_iter();
    let categories = slugs.into_iter().map(|slug| format!("/categories/{slug}"));
    Ok(lists.chain(categories).chain(shop.skus()?.iter().map(path)).collect())
}

/// A product's own address.
pub(super) fn path(sku: &Sku) -> String {
    format!("/products/{sku}")
}

async fn loaded(lanes: &Lanes) -> Result<Vec<String>> {
    Ok(lanes.browse(addresses).await.map_err(|error| problem::of(&error))?)
}

#[handler]
async fn sitemap(lanes: Data<&Lanes>, config: Data<&SiteConfig>) -> Result<Response> {
    Ok(answer("application/xml", first_file(&config, &loaded(&lanes).await?)))
}

#[handler]
async fn part_of_sitemap(lanes: Data<&Lanes>, config: Data<&SiteConfig>, Path(file): Path<String>) -> Result<Response> {
    let number = file.strip_suffix(".xml").and_then(|number| number.parse::<usize>().ok());
    let addresses = loaded(&lanes).await?;
    let mut parts = addresses.chunks(MAX_ADDRESSES);
    let part = number.and_then(|number| number.checked_sub(1)).and_then(|at| parts.nth(at));
    let part = part.ok_or_else(Problem::not_found)?;
    Ok(answer("application/xml", url_set(&config, part)))
}

/// The sitemap itself, or the index of its parts.
fn first_file(config: &SiteConfig, addresses: &[String]) -> String {
    if addresses.len() <= MAX_ADDRESSES {
        return url_set(config, addresses);
    }
    let parts = 1..=addresses.len().div_ceil(MAX_ADDRESSES);
    xml(config, ("sitemapindex", "sitemap"), parts.map(|number| format!("/sitemaps/{number}.xml")))
}

fn url_set(config: &SiteConfig, addresses: &[String]) -> String {
    xml(config, ("urlset", "url"), addresses.iter().cloned())
}

/// Addresses hold SKUs and slugs: of what is special in XML only the origin could hold anything.
fn xml(config: &SiteConfig, (root, entry): (&str, &str), paths: impl Iterator<Item = String>) -> String {
    let origin = absolute(config, "").replace('&', "&amp;").replace('<', "&lt;");
    let entries: String = paths.map(|path| format!("<{entry}><loc>{origin}{path}</loc></{entry}>\n")).collect();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{NAMESPACE}\">\n{entries}</{root}>\n")
}

/// Data within a page. Browsers do not run it, so the content security policy has nothing to allow.
pub(super) struct JsonLd(Value);

impl JsonLd {
    /// A product with its offer, and the way to its page. `crumbs` are the lists above it: each name and path.
    pub(super) fn of_product(config: &SiteConfig, shown: &Shown<'_>, crumbs: &[(String, String)]) -> Self {
        let Shown { product, description, category, pictures } = shown;
        let url = absolute(config, &path(&product.sku));
        let availability = if product.stock > 0 { "InStock" } else { "OutOfStock" };
        let above = crumbs.iter().map(|(name, path)| (name.as_str(), absolute(config, path)));
        let steps = above.chain([(product.name.as_str(), url.clone())]);
        let step = |(position, (name, item)): (usize, (&str, String))| json!({ "@type": "ListItem", "position": position, "name": name, "item": item });
        Self(json!({
            "@context": "https://schema.org",
            "@graph": [
                {
                    "@type": "Product",
                    "name": product.name,
                    "sku": product.sku.as_str(),
                    "brand": { "@type": "Brand", "name": product.brand },
                    "category": category,
                    "description": description,
                    "image": pictures.iter().map(|path| absolute(config, path)).collect::<Vec<_>>(),
                    "url": url,
                    "offers": {
                        "@type": "Offer",
                        "price": product.price.decimal(),
                        "priceCurrency": product.price.currency.code(),
                        "availability": format!("https://schema.org/{availability}"),
                        "itemCondition": "https://schema.org/NewCondition",
                        "url": url,
                    },
                },
                { "@type": "BreadcrumbList", "itemListElement": (1..).zip(steps).map(step).collect::<Vec<_>>() },
            ],
        }))
    }
}

/// A product as its page shows it.
pub(super) struct Shown<'a> {
    pub(super) product: &'a Product,
    pub(super) description: &'a str,
    pub(super) category: &'a str,
    /// Where its pictures are.
    pub(super) pictures: Vec<&'a str>,
}

impl fmt::Display for JsonLd {
    /// Nothing in it can end the element: `</script>` and `<!--` are written with `\u003c`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = self.0.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
        write!(f, "<script type=\"application/ld+json\">{json}</script>")
    }
}

// See `Display`.
impl HtmlSafe for JsonLd {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_addresses_than_one_sitemap_holds_are_an_index() {
        let config = SiteConfig { public_origin: "https://shop.example/".to_owned(), ..SiteConfig::default() };
        let addresses = |count: usize| (0..count).map(|n| format!("/products/P-{n}")).collect::<Vec<_>>();
        let one = first_file(&config, &addresses(MAX_ADDRESSES));
        assert!(one.contains("<urlset ") && one.matches("<loc>").count() == MAX_ADDRESSES);
        assert!(one.contains("<url><loc>https://shop.example/products/P-49999</loc></url>"));
        let index = first_file(&config, &addresses(MAX_ADDRESSES + 1));
        let part = "<sitemap><loc>https://shop.example/sitemaps/2.xml</loc></sitemap>";
        assert!(index.contains("<sitemapindex ") && index.contains(part) && index.matches("<loc>").count() == 2);
    }
}
