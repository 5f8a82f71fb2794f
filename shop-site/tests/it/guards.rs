//! What holds for every page: forms from elsewhere, headers, documentation, health.

use kit_web::testing::{Browser, call};
use poem::http::Method;
use poem::{Endpoint, Request};

use crate::world::{KEYBOARD, PIN, World, filled, order, put};

/// Every page's address with something real in its parameters.
async fn addresses(world: &World) -> Vec<String> {
    let app = world.app();
    let path = order(&mut Browser::new(&app), PIN).await;
    let fill = |pattern: &str| {
        let of_order = pattern.replace("/orders/:token", &path).replace(":document", "invoice");
        of_order.replace(":sku", KEYBOARD).replace(":slug", "mice")
    };
    shop_site::page_paths().into_iter().map(fill).collect()
}

#[tokio::test]
async fn no_form_is_taken_from_elsewhere() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    let page = browser.get("/checkout").await;
    let mut body =
        filled(&page, PIN).iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    body.push_str("&action=cancel&sku=KB-1&quantity=1");
    let cookies = format!(
        "__Host-shop-visitor={}; __Host-shop-cart={}",
        browser.cookie("__Host-shop-visitor").unwrap(),
        browser.cookie("__Host-shop-cart").unwrap()
    );
    let csrf = page.csrf().unwrap().to_owned();
    let paths = addresses(&world).await;
    let done = || (world.orders(), world.purchases(), world.stock(KEYBOARD));
    let mut guarded = 0;
    for path in &paths {
        let post = |site: &str, token: &str| {
            Request::builder()
                .method(Method::POST)
                .uri(path.parse().unwrap())
                .header("host", "site.test")
                .header("sec-fetch-site", site)
                .header("cookie", &cookies)
                .content_type("application/x-www-form-urlencoded")
                .body(format!("csrf={token}&{body}"))
        };
        let before = done();
        for (site, token) in
            [("cross-site", csrf.as_str()), ("same-site", &csrf), ("same-origin", ""), ("same-origin", "0")]
        {
            let answer = call(&app, post(site, token)).await;
            // Where nothing takes a form, there is nothing to guard.
            let refused = if answer.header("allow") == "GET, HEAD" { 405 } else { 403 };
            assert_eq!(answer.status, refused, "{path} from {site} with {token:?}");
        }
        assert_eq!(done(), before, "{path}");
        guarded += usize::from(call(&app, post("same-origin", &csrf)).await.status == 303);
    }
    assert_eq!(guarded, 5, "the same forms from our own pages: product, cart, checkout, orders, order");
}

#[tokio::test]
async fn every_page_is_private_and_hardened_and_has_one_heading() {
    let world = World::new();
    let app = world.app();
    for path in addresses(&world).await.into_iter().chain(["/nowhere".to_owned()]) {
        let mut browser = Browser::new(&app);
        put(&mut browser, KEYBOARD, "1").await;
        let page = browser.visit(&path).await;
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert!(page.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert_eq!(page.text.matches("<h1").count(), 1, "{path}: {}", page.text);
        assert!(
            page.text.contains("<script type=\"module\" src=\"/shop.js?v=") && !page.text.contains(" style="),
            "{path}"
        );
        // A browser does not run a product's data.
        let data = page.text.matches("<script type=\"application/ld+json\">").count();
        assert_eq!(page.text.matches("<script").count() - data, 1, "{path}");
        assert_eq!(data, usize::from(path.starts_with("/products/")), "{path}");
        assert!(!page.text.contains("onclick"), "{path}");
    }
}

#[tokio::test]
async fn the_stylesheet_is_small_and_cached() {
    let app = World::new().app();
    let mut browser = Browser::new(&app);
    // A browser's first page carries the stylesheet, which the policy names by its content; the pages after it link it.
    let first = browser.get("/").await;
    let (_, style) = first.text.split_once("<style>").unwrap();
    let style = style.split_once("</style>").unwrap().0;
    assert!(!style.contains('<') && !first.text.contains("/shop.css"), "{style}");
    let page = browser.get("/").await;
    assert!(!page.text.contains("<style>"));
    let (_, rest) = page.text.split_once("href=\"/shop.css").unwrap();
    let href = format!("/shop.css{}", rest.split_once('"').unwrap().0);
    let sheet = Browser::new(&app).get(&href).await;
    assert_eq!((sheet.status, sheet.text.as_str()), (200, style));
    let named = kit_web::assets::Asset::joined(&[style], "text/css").source().to_owned();
    assert!(first.header("content-security-policy").contains(&format!("style-src 'self' {named};")));
    assert!(sheet.header("cache-control").contains("immutable"));
    let packed = Request::builder().uri_str(&href).header("accept-encoding", "gzip").finish();
    let packed = app.call(packed).await.expect("a stylesheet");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let bytes = packed.into_body().into_bytes().await.expect("its bytes").len();
    assert!(bytes <= 15 * 1024, "{bytes} bytes");
}

#[tokio::test]
async fn documentation_specification_and_health_are_served() {
    let app = World::new().app();
    let mut browser = Browser::new(&app);
    let docs = browser.get("/docs").await;
    assert!(docs.text.contains("placeOrder") || docs.text.contains("Place an order"), "{}", docs.text);
    assert!(docs.text.contains("problem-out-of-stock") && docs.text.contains("problem-insufficient-funds"));
    assert_eq!(browser.get("/openapi.json").await.text, shop_site::openapi_spec());
    assert_eq!(browser.get("/healthz").await.text, "ok\n");
}
