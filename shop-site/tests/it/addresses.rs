//! Where orders go: countries, postal codes, and what only some customers fill in.

use kit_web::testing::Browser;
use poem::http::Method;
use serde_json::json;
use shop_core::{Country, Destinations, ShopConfig};

use crate::world::{KEYBOARD, PIN, World, api, api_cart, api_keyed, api_order, filled, hidden, put, send};

fn changed(fields: &mut [(&'static str, String)], to: &[(&str, &str)]) {
    for (name, value) in to {
        let field = fields.iter_mut().find(|(field, _)| field == name).expect("a field of the form");
        (*value).clone_into(&mut field.1);
    }
}

#[tokio::test]
async fn a_customer_in_taipei_is_delivered_to() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    let mut fields = filled(&browser.get("/checkout").await, PIN);
    let address =
        [("name", "王小明"), ("street", "市府路45號"), ("postal_code", "110"), ("city", "臺北市"), ("country", "TW")];
    changed(&mut fields, &address);
    fields.extend([
        ("company", "小明電腦".to_owned()),
        ("address_line_2", "89樓".to_owned()),
        ("vat_number", "tw 1234-5678".to_owned()),
        ("phone", "+886 2 8101 8800".to_owned()),
    ]);
    let placed = send(&mut browser, "/checkout", &fields).await;
    assert_eq!(placed.status, 303, "{}", placed.text);
    let path = placed.header("location").to_owned();
    let page = browser.get(&path).await;
    let address = "小明電腦<br>王小明<br>市府路45號<br>89樓<br>110 臺北市<br>Taiwan</address>";
    assert!(page.text.contains(address) && page.text.contains("+886 2 8101 8800"), "{}", page.text);
    let invoice = browser.get(&format!("{path}/invoice")).await;
    for part in ["小明電腦", "Taiwan", "TW12345678", "The VAT is that of Germany, where we sell from."] {
        assert!(invoice.text.contains(part), "{part}: {}", invoice.text);
    }
    let order = api(&app, Method::GET, &path, None).await.json();
    assert_eq!(
        order["contact"],
        json!({
            "company": "小明電腦", "name": "王小明", "email": "ada@example.org", "street": "市府路45號",
            "address_line_2": "89樓", "postal_code": "110", "city": "臺北市", "country": "Taiwan", "country_code": "TW",
            "vat_number": "TW12345678", "phone": "+886 2 8101 8800",
        })
    );
}

#[tokio::test]
async fn a_postal_code_is_asked_for_where_there_are_some() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    let page = browser.get("/checkout").await;
    assert!(page.text.contains("Prices contain the VAT of Germany, wherever we deliver."), "{}", page.text);
    let mut fields = filled(&page, PIN);
    changed(&mut fields, &[("country", "DE"), ("postal_code", "1011")]);
    let answer = send(&mut browser, "/checkout", &fields).await;
    assert_eq!(answer.status, 400);
    let message = "This is not a postal code of Germany. One looks like 26133.";
    assert!(answer.text.contains(message), "{}", answer.text);
    assert!(answer.text.contains("value=\"DE\" selected"), "the choice is kept");
    changed(&mut fields, &[("country", "Atlantis"), ("key", &hidden(&answer, "key"))]);
    let answer = send(&mut browser, "/checkout", &fields).await;
    assert!(answer.text.contains("Please choose a country of the list."), "{}", answer.text);
    changed(&mut fields, &[("country", "HK"), ("postal_code", ""), ("key", &hidden(&answer, "key"))]);
    let placed = send(&mut browser, "/checkout", &fields).await;
    assert_eq!(placed.status, 303, "{}", placed.text);
    let page = browser.get(placed.header("location")).await;
    assert!(page.text.contains("<br>London<br>Hong Kong</address>"), "{}", page.text);
}

#[tokio::test]
async fn a_shop_delivers_where_it_says() {
    let home = Country::of_code("DE").unwrap();
    let only = Destinations::parse_list("DE,AT").unwrap();
    let destinations = Destinations { home, only };
    let world = World::new().configured(ShopConfig { destinations, ..ShopConfig::default() });
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    let page = browser.get("/checkout").await;
    assert_eq!(page.text.matches("<option").count(), 2, "{}", page.text);
    let cart = api_cart(&app, KEYBOARD, 1).await;
    let refused = api_keyed(&app, "/orders", "order-key-1", &api_order(&cart, "100.00")).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let field = &refused.json()["fields"][0];
    assert_eq!(
        (&field["field"], &field["code"], &field["country"]),
        (&json!("country"), &json!("not-shipped-to"), &json!("GB"))
    );
    let mut order = api_order(&cart, "100.00");
    (order["country"], order["postal_code"]) = (json!("Österreich"), json!("1010"));
    let placed = api_keyed(&app, "/orders", "order-key-2", &order).await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    assert_eq!(placed.json()["contact"]["country_code"], "AT");
}
