//! What pages, the API and mails say of days and times where the shop is in a zone of its own.

use kit_core::Zone;
use kit_web::testing::Browser;
use poem::http::Method;
use shop_core::ShopConfig;

use crate::world::{PIN, World, api, order};

#[tokio::test]
async fn what_is_ordered_in_the_evening_is_ready_today() {
    let zone = Zone::parse("America/New_York").ok();
    let world = World::new().configured(ShopConfig { time_zone: zone, ..ShopConfig::default() });
    // From Sunday, 22 November 2026, 16:07 UTC, to Monday, 21:22 in New York. In UTC it is Tuesday.
    world.advance(34 * 3_600 + 15 * 60);
    let app = world.app();
    let mut browser = Browser::new(&app);
    let product = browser.get("/products/MS-1").await;
    assert!(product.text.contains("today"), "{}", product.text);
    assert!(product.text.contains("Time zone: America/New_York"), "{}", product.text);
    let placed = order(&mut browser, PIN).await;
    let page = browser.get(&placed).await;
    assert!(page.text.contains("23 November 2026, 21:22 UTC-5"), "{}", page.text);
    let token = placed.rsplit('/').next().expect("a token");
    let told = api(&app, Method::GET, &format!("/orders/{token}"), None).await.json();
    // Standard: two or three working days from Monday on.
    assert_eq!(
        (told["delivery"]["earliest"].as_str(), told["delivery"]["latest"].as_str()),
        (Some("2026-11-25"), Some("2026-11-26"))
    );
    let invoice = browser.get(&format!("{placed}/invoice")).await;
    for text in ["23 November 2026", "25 November 2026", "26 November 2026", "Time zone: America/New_York"] {
        assert!(invoice.text.contains(text), "{text} in {}", invoice.text);
    }
}
