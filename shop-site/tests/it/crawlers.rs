//! What search engines read of the site.

use kit_web::testing::{Browser, Watched};
use poem::Endpoint;
use serde_json::{Value, json};
use shop_site::SiteConfig;

use crate::browse::shipped;
use crate::world::{World, put};

const ORIGIN: &str = "https://shop.example";

fn app(world: &World) -> impl Endpoint<Output = poem::Response> + 'static + use<> {
    let config = SiteConfig { public_origin: ORIGIN.to_owned(), ..world.config() };
    Watched::new(shop_site::app(world.shop.clone(), config), shop_site::openapi_spec())
}

#[tokio::test]
async fn robots_are_told_what_is_theirs_and_where_the_sitemap_is() {
    let app = app(&World::new());
    let mut browser = Browser::new(&app);
    let robots = browser.get("/robots.txt").await;
    assert_eq!((robots.status, robots.header("content-type")), (200, "text/plain; charset=utf-8"));
    for line in ["User-agent: *", "Disallow: /cart", "Disallow: /orders", "Sitemap: https://shop.example/sitemap.xml"] {
        assert!(robots.text.lines().any(|said| said == line), "{line}: {}", robots.text);
    }
    assert!(!robots.text.contains("Disallow: /products"), "{}", robots.text);
}

#[tokio::test]
async fn the_sitemap_names_every_list_and_product_and_each_answers_with_that_canonical_address() {
    let world = shipped();
    let app = app(&world);
    let mut browser = Browser::new(&app);
    let answer = browser.get("/sitemap.xml").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/xml"));
    let document = roxmltree::Document::parse(&answer.text).unwrap();
    assert_eq!(document.root_element().tag_name().name(), "urlset");
    let places = document.descendants().filter(|node| node.tag_name().name() == "loc");
    let addresses: Vec<&str> = places.map(|node| node.text().unwrap()).collect();
    let products = usize::try_from(world.shop.products(&Default::default()).unwrap().total).unwrap();
    assert_eq!(addresses.len(), 2 + world.shop.categories().unwrap().len() + products);
    for address in addresses.iter().step_by(7) {
        let page = browser.get(address.strip_prefix(ORIGIN).unwrap()).await;
        assert_eq!(page.status, 200, "{address}");
        assert!(
            page.text.contains(&format!("<link rel=\"canonical\" href=\"{address}\">")),
            "{address}: {}",
            page.text
        );
        assert!(!page.text.contains("noindex"), "{address}");
    }
    assert_eq!(browser.get("/sitemaps/1.xml").await.text, answer.text);
    for missing in ["/sitemaps/0.xml", "/sitemaps/2.xml", "/sitemaps/x.xml", "/sitemaps/1"] {
        assert_eq!(browser.get(missing).await.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn a_plain_list_has_one_address_and_all_other_pages_ask_not_to_be_listed() {
    let app = app(&shipped());
    let mut browser = Browser::new(&app);
    for (path, canonical) in [
        ("/products?sort=price", "/products"),
        ("/products?page=2&sort=price", "/products?page=2"),
        ("/products?category=docks", "/categories/docks"),
        ("/products?utm_source=mail", "/products"),
        ("/categories/docks?sort=-name", "/categories/docks"),
    ] {
        let page = browser.get(path).await;
        assert!(
            page.text.contains(&format!("<link rel=\"canonical\" href=\"{ORIGIN}{canonical}\">")),
            "{path}: {}",
            page.text
        );
        assert!(!page.text.contains("noindex"), "{path}");
    }
    for path in [
        "/search?q=dock",
        "/products?in_stock=1",
        "/products?brand=Fjordlight",
        "/products?price=1..100",
        "/products?page=999",
        "/compare?sku=KB-0302",
        "/cart",
        "/orders",
        "/orders/find",
        "/nowhere",
    ] {
        let page = browser.get(path).await;
        assert!(page.text.contains("<meta name=\"robots\" content=\"noindex\">"), "{path}: {}", page.text);
        assert!(!page.text.contains("rel=\"canonical\""), "{path}");
    }
}

/// The data of a page, and the page around it.
fn data(text: &str) -> Value {
    let (_, rest) = text.split_once("<script type=\"application/ld+json\">").expect("data");
    let (data, _) = rest.split_once("</script>").expect("an end");
    serde_json::from_str(data).unwrap()
}

#[tokio::test]
async fn a_products_page_holds_its_facts_as_data() {
    let world = World::new();
    let app = app(&world);
    let mut browser = Browser::new(&app);
    let page = browser.get("/products/KB-1").await;
    let graph = data(&page.text)["@graph"].clone();
    let (product, crumbs) = (&graph[0], &graph[1]);
    for (member, value) in [("@type", "Product"), ("sku", "KB-1"), ("name", "Tern 87"), ("description", "Quiet.")] {
        assert_eq!(product[member], json!(value));
    }
    assert_eq!(product["brand"], json!({ "@type": "Brand", "name": "Fjordlight" }));
    assert_eq!(
        product["offers"],
        json!({
            "@type": "Offer", "price": "100.00", "priceCurrency": "EUR", "url": format!("{ORIGIN}/products/KB-1"),
            "availability": "https://schema.org/InStock", "itemCondition": "https://schema.org/NewCondition",
        })
    );
    let picture = product["image"][0].as_str().unwrap();
    assert_eq!(browser.get(picture.strip_prefix(ORIGIN).unwrap()).await.status, 200);
    for (step, path) in ["/products", "/categories/keyboards", "/products/KB-1"].iter().enumerate() {
        let listed = &crumbs["itemListElement"][step];
        assert_eq!((&listed["position"], &listed["item"]), (&json!(step + 1), &json!(format!("{ORIGIN}{path}"))));
    }
    for (property, content) in [
        ("og:type", "product"),
        ("og:title", "Tern 87"),
        ("og:url", "https://shop.example/products/KB-1"),
        ("og:locale", "en_GB"),
        ("og:image", &picture.replace('&', "&#38;")),
        ("product:price:amount", "100.00"),
        ("product:price:currency", "EUR"),
    ] {
        let said = format!("<meta property=\"{property}\" content=\"{content}\">");
        assert!(page.text.contains(&said), "{said}: {}", page.text);
    }
    put(&mut browser, "MS-1", "1").await;
    world.stock_up("100.00", 0, 0);
    let sold_out = data(&browser.get("/products/KB-1").await.text);
    assert_eq!(sold_out["@graph"][0]["offers"]["availability"], "https://schema.org/OutOfStock");
}

#[tokio::test]
async fn hostile_facts_stay_data_and_the_policy_stays_strict() {
    let world = World::new();
    let name = "</script><script>alert(1)</script><!--&amp;";
    let csv = format!(
        "sku,name,brand,category,price,stock,description,specifications\nEV-1,{name},\"<b>\"\"x\",mice,1.00,1,{name},\n"
    );
    world.shop.import(csv.as_bytes()).unwrap();
    let app = app(&world);
    let page = Browser::new(&app).get("/products/EV-1").await;
    assert!(!page.text.contains("<script>alert") && !page.text.contains("<!--"), "{}", page.text);
    let product = data(&page.text)["@graph"][0].clone();
    assert_eq!((&product["name"], &product["brand"]["name"]), (&json!(name), &json!("<b>\"x")));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
}
