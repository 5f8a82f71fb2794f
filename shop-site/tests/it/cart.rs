//! The cart on pages: its cookie, its quantities, and what it tells.

use kit_web::testing::Browser;

use crate::world::{KEYBOARD, MOUSE, World, put};

#[tokio::test]
async fn a_cart_begins_with_the_first_thing_in_it() {
    let app = World::new().app();
    let mut browser = Browser::new(&app);
    for path in ["/", "/products", "/products/KB-1", "/cart"] {
        browser.get(path).await;
        assert_eq!(browser.cookie("__Host-shop-cart"), None, "{path}");
    }
    browser.get("/products/KB-1").await;
    let added = browser.post("/products/KB-1", &[("quantity", "2")]).await;
    assert_eq!((added.status, added.header("location")), (303, "/cart"));
    let line = added.header("set-cookie");
    let (pair, attributes) = line.split_once("; ").unwrap();
    assert_eq!(pair.strip_prefix("__Host-shop-cart=").map(str::len), Some(64), "256 bits: {line}");
    assert_eq!(attributes, "Path=/; Max-Age=7776000; Secure; HttpOnly; SameSite=Lax");
    let cart = browser.get("/cart").await;
    assert!(cart.text.contains("2 items") && cart.text.contains("€200.00"), "{}", cart.text);
}

#[tokio::test]
async fn a_cart_survives_a_restart_and_is_its_browsers_alone() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "3").await;
    let token = browser.cookie("__Host-shop-cart").unwrap().to_owned();
    let world = world.restarted();
    let app = world.app();
    let request = poem::Request::builder()
        .uri("/cart".parse().unwrap())
        .header("cookie", format!("__Host-shop-cart={token}"))
        .finish();
    let cart = kit_web::testing::call(&app, request).await;
    assert!(cart.text.contains("3 items"), "{}", cart.text);
    assert!(!cart.text.contains(&token), "the token stands in the cookie only");
    assert!(Browser::new(&app).get("/cart").await.text.contains("Your cart is empty"));
}

#[tokio::test]
async fn quantities_change_and_lines_go() {
    let app = World::new().app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    put(&mut browser, KEYBOARD, "1").await;
    let cart = put(&mut browser, MOUSE, "1").await;
    assert!(cart.text.contains("€220.00"), "added up: {}", cart.text);
    let cart = browser.submit("/cart", &[("sku", KEYBOARD), ("quantity", "5"), ("action", "set")]).await;
    assert!(cart.text.contains("€520.00"), "{}", cart.text);
    let cart = browser.submit("/cart", &[("sku", MOUSE), ("quantity", ""), ("action", "remove")]).await;
    assert!(cart.text.contains("€500.00") && !cart.text.contains("Wren"), "{}", cart.text);
}

#[tokio::test]
async fn wrong_quantities_are_told_beside_the_field() {
    let app = World::new().app();
    let mut browser = Browser::new(&app);
    let wrong = ["0", "-1", "100", "99999999999999999999", "1.5", "", "two", "１"];
    for quantity in wrong {
        browser.get("/products/KB-1").await;
        let page = browser.post("/products/KB-1", &[("quantity", quantity)]).await;
        assert_eq!(page.status, 400, "{quantity:?}");
        assert!(page.text.contains("id=\"quantity-error\""), "{quantity:?}: {}", page.text);
    }
    assert_eq!(browser.cookie("__Host-shop-cart"), None, "nothing was put into a cart");
    put(&mut browser, KEYBOARD, "2").await;
    for quantity in wrong {
        browser.get("/cart").await;
        let page = browser.post("/cart", &[("sku", KEYBOARD), ("quantity", quantity), ("action", "set")]).await;
        assert_eq!(page.status, 400, "{quantity:?}");
        assert!(page.text.contains("id=\"quantity-KB-1-error\""), "{quantity:?}: {}", page.text);
        assert!(page.text.contains("€200.00"), "the cart is as it was");
    }
}

#[tokio::test]
async fn more_than_there_is_is_told_line_by_line() {
    let app = World::new().app();
    let mut browser = Browser::new(&app);
    browser.get("/products/KB-1").await;
    let page = browser.post("/products/KB-1", &[("quantity", "6")]).await;
    assert_eq!(page.status, 409);
    assert!(page.text.contains("Tern 87: 6 wanted, 5 left."), "{}", page.text);
    put(&mut browser, KEYBOARD, "2").await;
    let page = browser.post("/cart", &[("sku", KEYBOARD), ("quantity", "9"), ("action", "set")]).await;
    assert_eq!(page.status, 409);
    assert!(page.text.contains("Tern 87: 9 wanted, 5 left."), "{}", page.text);
}

#[tokio::test]
async fn changes_since_it_was_filled_are_told_line_by_line() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "2").await;
    put(&mut browser, MOUSE, "1").await;
    world.stock_up("90.00", 1, 0);
    let cart = browser.get("/cart").await;
    assert!(cart.text.contains("The price is now €90.00 instead of €100.00."), "{}", cart.text);
    assert!(cart.text.contains("Only 1 left: please take fewer") && cart.text.contains("Sold out"), "{}", cart.text);
    assert!(!cart.text.contains("href=\"/checkout\""), "what cannot be delivered is not ordered");
}

#[tokio::test]
async fn products_and_carts_that_are_not_there() {
    let app = World::new().app();
    let mut browser = Browser::new(&app);
    browser.get("/products/KB-1").await;
    assert_eq!(browser.post("/products/NONE", &[("quantity", "1")]).await.status, 404);
    let page = browser.post("/cart", &[("sku", KEYBOARD), ("quantity", "1"), ("action", "set")]).await;
    assert_eq!(page.status, 409);
    assert!(page.text.contains("Your cart is empty"), "{}", page.text);
}
