//! Discount codes, shipping, invoices and finding an order, by API.

use poem::http::Method;
use serde_json::{Value, json};

use crate::world::{KEYBOARD, MOUSE, World, api, api_cart, api_keyed, api_order, spring};

#[tokio::test]
async fn a_cart_shows_its_code_and_every_way_of_shipping() {
    let world = World::new();
    spring(&world);
    let app = world.app();
    let cart = api_cart(&app, MOUSE, 1).await;
    let set = api(&app, Method::PUT, &format!("/carts/{cart}/code"), Some(&json!({ "code": "spring-10" }))).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let body = set.json();
    assert_eq!((&body["goods"], &body["total"]), (&json!("20.00"), &json!("22.90")));
    assert_eq!(body["code"], json!({ "code": "SPRING-10", "amount": "2.00" }));
    let offers = api(&app, Method::GET, &format!("/carts/{cart}/shipping"), None).await.json();
    assert_eq!(offers["shipping"], body["shipping"]);
    let told: Vec<_> = offers["shipping"].as_array().unwrap().iter().map(|o| [&o["method"], &o["total"]]).collect();
    assert_eq!(json!(told), json!([["standard", "22.90"], ["express", "30.90"], ["pickup", "18.00"]]));

    let mut order = api_order(&cart, "18.00");
    order["shipping"] = json!("pickup");
    order["note"] = json!("I come\nat noon.");
    order["language"] = json!("de");
    order.as_object_mut().unwrap().remove("country");
    order["postal_code"] = json!("10115");
    let placed = api_keyed(&app, "/orders", "order-key-1", &order).await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    let order = placed.json();
    assert_eq!((&order["total"], &order["shipping"]["method"]), (&json!("18.00"), &json!("pickup")));
    assert_eq!(order["discount"], json!({ "code": "SPRING-10", "amount": "2.00", "currency": "EUR" }));
    assert_eq!((&order["note"], &order["language"]), (&json!("I come\nat noon."), &json!("de")));
    assert_eq!(order["contact"]["country"], "Germany");
    assert_eq!(order["delivery"], json!({ "earliest": "2026-11-23", "latest": "2026-11-23" }));
    assert_eq!(
        order["vat"],
        json!([
            { "rate": "19", "net": "15.13", "vat": "2.87", "rounding": "0.00", "gross": "18.00", "currency": "EUR" },
        ])
    );

    let token = order["token"].as_str().unwrap();
    let invoice = api(&app, Method::GET, &format!("/orders/{token}/invoice"), None).await;
    assert_eq!(invoice.status, 200, "{}", invoice.text);
    let invoice = invoice.json();
    assert_eq!((&invoice["number"], &invoice["total"]), (&json!("INV-000001"), &json!("18.00")));
    assert_eq!(invoice["vat"], order["vat"]);
    let none = api(&app, Method::GET, &format!("/orders/{token}/credit-note"), None).await;
    assert_eq!((none.status, none.json()["code"].clone()), (409, json!("not-invoiced")));

    // The only use is taken: another cart is told so.
    let other = api_cart(&app, KEYBOARD, 1).await;
    let set = api(&app, Method::PUT, &format!("/carts/{other}/code"), Some(&json!({ "code": "SPRING-10" }))).await;
    assert_eq!(set.json()["code"], json!({ "code": "SPRING-10", "problem": "discount-used-up" }));
    let refused = api_keyed(&app, "/orders", "order-key-2", &api_order(&other, "90.00")).await;
    let problem = refused.json();
    assert_eq!((refused.status, &problem["code"]), (409, &json!("price-changed")));
    assert_eq!(problem["reasons"], json!([{ "reason": "discount" }]));
    assert_eq!((&problem["discount_problem"], &problem["total"]), (&json!("discount-used-up"), &json!("100.00")));
    let removed = api(&app, Method::DELETE, &format!("/carts/{other}/code"), None).await.json();
    assert_eq!(removed["code"], Value::Null);
}

#[tokio::test]
async fn orders_may_be_looked_for_in_vain_ten_times() {
    let world = World::new();
    spring(&world);
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 2).await;
    let placed = api_keyed(&app, "/orders", "order-key-1", &api_order(&cart, "200.00")).await.json();
    let find = |number: Value, email: &str| json!({ "number": number, "email": email });
    let known = find(placed["number"].clone(), "ADA@example.org");
    let found = api(&app, Method::POST, "/orders/find", Some(&known)).await;
    assert_eq!(found.status, 201, "{}", found.text);
    let token = found.json()["token"].as_str().unwrap().to_owned();
    let seen = api(&app, Method::GET, &format!("/orders/{token}"), None).await.json();
    assert_eq!(seen["number"], placed["number"]);

    let wrong = [find(placed["number"].clone(), "eve@example.org"), find(json!("0000-0000"), "ada@example.org")];
    let mut answers = Vec::new();
    for n in 0..10 {
        let answer = api(&app, Method::POST, "/orders/find", Some(&wrong[n % 2])).await;
        assert_eq!(answer.status, 404, "{}", answer.text);
        answers.push(answer.text);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "the two are told alike");
    let answer = api(&app, Method::POST, "/orders/find", Some(&known)).await;
    assert_eq!((answer.status, answer.json()["code"].clone()), (429, json!("too-many-guesses")));
    world.advance(10 * 60);
    assert_eq!(api(&app, Method::POST, "/orders/find", Some(&known)).await.status, 201);
}

#[tokio::test]
async fn wrong_codes_lock_nobody_out() {
    let world = World::new();
    spring(&world);
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 2).await;
    let path = format!("/carts/{cart}/code");
    for n in 0..30 {
        let wrong = api(&app, Method::PUT, &path, Some(&json!({ "code": format!("never-{n}") }))).await;
        assert_eq!((wrong.status, wrong.json()["code"].clone()), (422, json!("discount-not-found")));
    }
    let set = api(&app, Method::PUT, &path, Some(&json!({ "code": "Spring\u{200b} 10" }))).await;
    assert_eq!((set.status, set.json()["code"]["code"].clone()), (200, json!("SPRING-10")));
    // Nor do they count against who looks for an order.
    let missing = json!({ "number": "0000-0000", "email": "ada@example.org" });
    assert_eq!(api(&app, Method::POST, "/orders/find", Some(&missing)).await.status, 404);
}
