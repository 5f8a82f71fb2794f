//! Pictures: what every product of the shipped catalogue looks like from all sides, and where it is fetched.

use std::collections::{BTreeMap, BTreeSet};

use kit_core::{Currency, Money};
use kit_web::testing::{Answer, Browser, call};
use poem::{Endpoint, Request};
use roxmltree::Document;
use shop_core::rules::{catalogue_file, specification};
use shop_core::{Product, Sku, Slug};
use shop_site::pictures::{HEIGHT, Still, View, WIDTH, category_icon, picture, picture_href};

use crate::world::{KEYBOARD, World};

/// What a picture may cost a page, uncompressed.
const LARGEST: usize = 5_000;
/// What the middle one may cost: 24 of them are half of what a list page may weigh.
const MEDIAN: usize = 2_500;

/// All that a picture is made of. No scripts, styles, links, text or images from elsewhere are among it.
const ELEMENTS: [&str; 14] = [
    "svg",
    "defs",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "use",
    "linearGradient",
    "radialGradient",
    "stop",
    "pattern",
    "clipPath",
    "line",
];

fn shipped() -> Vec<Product> {
    catalogue_file::products(shop_site::CATALOGUE.as_bytes(), Currency::EUR).unwrap_or_else(|e| panic!("{e}"))
}

/// The names that an image gives away. Panics where it is not well-formed, has what it must not, or a loose end.
fn checked(image: &str, who: &str) -> BTreeSet<String> {
    let document = Document::parse(image).unwrap_or_else(|error| panic!("{who}: {error}"));
    let mut names = BTreeSet::new();
    let mut uses = BTreeSet::new();
    for node in document.descendants() {
        assert!(!node.is_text() && !node.is_comment() && !node.is_pi(), "{who} has something beside its elements");
        if !node.is_element() {
            continue;
        }
        let element = node.tag_name().name();
        assert!(ELEMENTS.contains(&element), "{who} has a <{element}>");
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            assert!(!name.starts_with("on") && name != "style" && name != "class", "{who} has {name}");
            assert!(!value.contains("NaN") && !value.contains("inf"), "{who}: {name} is {value}");
            match name {
                "id" => assert!(names.insert(value.to_owned()), "{who} has {value} twice"),
                "href" => _ = uses.insert(value.strip_prefix('#').expect("a name within").to_owned()),
                _ if value.contains("url(") => {
                    let within = value.strip_prefix("url(#").and_then(|rest| rest.strip_suffix(')'));
                    uses.insert(within.expect("a name within").to_owned());
                }
                _ => assert!(!value.contains("//") && !value.contains("data:"), "{who}: {name} is {value}"),
            }
        }
    }
    assert!(uses.is_subset(&names), "{who} names what is not there: {:?}", uses.difference(&names));
    names
}

#[test]
fn every_product_has_small_clean_pictures_that_stay_the_same() {
    let products = shipped();
    assert!(products.len() >= 120);
    let mut names = BTreeSet::new();
    let mut sizes = Vec::new();
    for product in &products {
        for view in View::ALL {
            let who = format!("{} {}", product.sku, view.slug());
            let image = picture(product, view);
            assert_eq!(image, picture(&product.clone(), view), "{who}");
            assert!(image.len() <= LARGEST, "{who} has {} bytes", image.len());
            assert!(image.contains(&format!("viewBox=\"0 0 {WIDTH} {HEIGHT}\"")), "{who}");
            sizes.push(image.len());
            for name in checked(&image, &who) {
                assert!(name.starts_with(&format!("{}_", product.sku)), "{who} has the name {name}");
                assert!(names.insert(name), "{who} has another picture's name");
            }
        }
    }
    sizes.sort_unstable();
    assert!(sizes[sizes.len() / 2] <= MEDIAN, "the median is {} bytes", sizes[sizes.len() / 2]);
}

#[test]
fn no_two_products_of_a_category_look_alike_and_no_two_sides_of_one() {
    let mut seen: BTreeMap<String, Sku> = BTreeMap::new();
    for product in shipped() {
        // Without its name: what is left is the drawing.
        let bare = |view: View| picture(&product, view).replace(&format!("{}_{}", product.sku, &view.slug()[..1]), "");
        let sides: BTreeSet<String> = View::ALL.into_iter().map(bare).collect();
        assert_eq!(sides.len(), 3, "{}", product.sku);
        if let Some(other) = seen.insert(bare(View::Front), product.sku.clone()) {
            panic!("{} looks like {other}", product.sku);
        }
    }
}

#[test]
fn a_picture_shows_what_the_specification_says() {
    let like = |sku: &str, specifications: &str| {
        let mut product = shipped().into_iter().find(|product| product.sku.as_str() == sku).expect(sku);
        let changed = specification::parse_list(specifications).unwrap();
        for new in changed {
            let old = product.specifications.iter_mut().find(|old| old.key == new.key);
            old.unwrap_or_else(|| panic!("{sku} has no {}", new.key)).value = new.value;
        }
        product
    };
    // SKU, view, one specification otherwise.
    let table = [
        ("LT-1401", View::Front, "screen_size=16.0 in"),
        ("LT-1401", View::Back, "usb_c_ports=1 ports"),
        ("DT-0203", View::Front, "volume=20.0 l"),
        ("MN-2701", View::Front, "resolution=3440 x 1440"),
        ("KB-0201", View::Front, "keys=105 keys"),
        ("KB-0201", View::Front, "backlight=no"),
        ("MS-0101", View::Front, "wireless=no"),
        ("MS-0101", View::Back, "buttons=17 buttons"),
        ("ST-0101", View::Front, "capacity=4000 GB"),
        ("ME-0202", View::Front, "modules=4 modules"),
        ("GC-0405", View::Front, "length=200 mm"),
        ("GC-0405", View::Detail, "outputs=1 x HDMI 2.1"),
        ("PR-1604", View::Detail, "cores=8 cores"),
        ("NW-0302", View::Front, "ethernet=5 x 2.5GBASE-T"),
        ("DK-0101", View::Back, "displays=4 displays"),
        ("HS-0301", View::Front, "wireless=yes"),
        ("WC-0101", View::Front, "privacy_shutter=no"),
    ];
    for (sku, view, otherwise) in table {
        let product = like(sku, "");
        assert_ne!(picture(&product, view), picture(&like(sku, otherwise), view), "{sku} with {otherwise}");
    }
}

#[test]
fn hostile_facts_are_drawn_like_others() {
    let categories: BTreeSet<String> = shipped().iter().map(|product| product.category.to_string()).collect();
    let keys: BTreeSet<String> =
        shipped().iter().flat_map(|product| product.specifications.iter().map(|one| one.key.clone())).collect();
    let values = [
        "9999999999999999 GB",
        "0 GB",
        "-7 GB",
        "0.0000000001 l",
        "<script>alert(1)</script>",
        "\"/><image href='//x.example'",
        "0 x 0",
        "99999 x 1",
        "400 x HDMI, 400 x SFP+ 400 x",
        "NaN",
        "yes",
        "]]>&amp;",
    ];
    for category in categories.iter().map(String::as_str).chain(["curiosities"]) {
        for value in values {
            let list: Vec<String> =
                keys.iter().take(40).map(|key| format!("{key}={}", value.replace(';', ","))).collect();
            let product = Product {
                sku: Sku::parse(&"Z-".repeat(16)).unwrap(),
                name: "<b>\"'&</b> Upright Trackball Mini Split".to_owned(),
                brand: "</svg><script>alert(1)</script>".to_owned(),
                category: Slug::parse(category).unwrap(),
                price: Money::new(1, Currency::EUR),
                stock: 1,
                vat_rate: None,
                description: "]]>".to_owned().into(),
                specifications: specification::parse_list(&list.join(";")).unwrap(),
                retired: false,
            };
            for view in View::ALL {
                let who = format!("{category} with {value} from {}", view.slug());
                let image = picture(&product, view);
                checked(&image, &who);
                // The longest SKU there is stands in every name.
                assert!(image.len() < 2 * LARGEST, "{who} has {} bytes", image.len());
            }
        }
    }
}

#[test]
fn icons_and_stills_are_clean_too() {
    for category in shipped().iter().map(|product| product.category.as_str()).chain(["curiosities"]) {
        let icon = category_icon(category);
        checked(&icon, category);
        assert!(icon.contains("currentColor") && icon.contains("aria-hidden=\"true\""));
        assert_eq!(category == "curiosities", icon == category_icon("another"), "{category} has its own icon");
    }
}

async fn fetch<E: Endpoint>(app: &E, path: &str, known: Option<&str>) -> Answer {
    let mut request = Request::builder().uri(path.parse().unwrap());
    if let Some(known) = known {
        request = request.header("if-none-match", known);
    }
    call(app, request.finish()).await
}

#[tokio::test]
async fn pictures_are_kept_for_a_year_under_an_address_that_names_their_content() {
    let world = World::new();
    let app = world.app();
    let product = world.shop.product(&Sku::parse(KEYBOARD).unwrap()).unwrap();
    let mut hrefs: Vec<(String, String)> =
        View::ALL.map(|view| (picture_href(&product, view), picture(&product, view))).into();
    for still in Still::ALL {
        let image = fetch(&app, &still.href(), None).await.text;
        checked(&image, &still.href());
        hrefs.push((still.href(), image));
    }
    for (href, image) in hrefs {
        let answer = fetch(&app, &href, None).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, image.as_str()), "{href}");
        assert_eq!(answer.header("content-type"), "image/svg+xml");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{href}");
        assert_eq!(answer.header("set-cookie"), "", "what is shared has nobody's cookie");
        let etag = answer.header("etag").to_owned();
        assert!(etag.starts_with('"'), "{etag} is strong");
        let again = fetch(&app, &href, Some(&etag)).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{href}");
        let (path, _) = href.split_once("v=").unwrap();
        let stale = fetch(&app, &format!("{path}v=0123456789abcdef01234567"), None).await;
        assert_eq!((stale.status, stale.header("cache-control")), (200, "public, no-cache"), "an older page's address");
    }
    let plain = fetch(&app, &format!("/pictures/{KEYBOARD}.svg"), None).await;
    assert_eq!(plain.text, picture(&product, View::Front), "the front where nothing is asked for");
    world.stock_up("90.00", 4, 1);
    let cheaper = world.shop.product(&product.sku).unwrap();
    assert_eq!(picture_href(&cheaper, View::Front), picture_href(&product, View::Front), "no price is in a picture");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    for path in [
        "/pictures/NO-1.svg",
        "/pictures/KB-1",
        "/pictures/KB-1.png",
        "/pictures/.svg",
        "/pictures/KB%2F1.svg",
        "/pictures/%3Cscript%3E.svg",
        "/pictures/KB-1.svg?view=inside",
        "/pictures/KB-1.svg?view=",
        "/art/nothing.svg",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(!answer.text.contains("<script>"), "{path}");
    }
}
