//! The examples of the specification: recorded from the shop itself, one call of every operation.

use kit_web::testing::Recorder;
use poem::http::Method;
use serde_json::json;
use shop_core::gateway::scripted::{CallKind, Step};

use crate::world::{KEYBOARD, World, api_cart, api_keyed, api_order, spring};

#[tokio::test]
async fn every_operation_has_an_example_that_was_recorded() {
    let world = World::new();
    spring(&world);
    let mut of = Recorder::new(world.app());
    of.call("listProducts", Method::GET, "/products?category=keyboards&facets=true", "", None).await;
    of.call("getProduct", Method::GET, "/products/KB-1", "", None).await;
    of.call("listRelatedProducts", Method::GET, "/products/KB-1/related", "", None).await;
    of.call("suggestProducts", Method::GET, "/products/suggestions?q=te", "", None).await;
    of.call("compareProducts", Method::GET, "/products/compare?sku=KB-1&sku=MS-1", "", None).await;
    of.call("listCategories", Method::GET, "/categories", "", None).await;

    let cart = of.call("createCart", Method::POST, "/carts", "", None).await.json();
    let id = cart["id"].as_str().expect("an id");
    let path = format!("/carts/{id}");
    let line = format!("{path}/lines/{KEYBOARD}");
    of.call("setCartLine", Method::PUT, &line, "", Some(json!({ "quantity": 2 }))).await;
    of.call("removeCartLine", Method::DELETE, &format!("{path}/lines/MS-1"), "", None).await;
    of.call("setCartCode", Method::PUT, &format!("{path}/code"), "", Some(json!({ "code": "SPRING-10" }))).await;
    let cart = of.call("getCart", Method::GET, &path, "", None).await.json();
    of.call("listShippingOffers", Method::GET, &format!("{path}/shipping"), "", None).await;
    let order = api_order(id, cart["total"].as_str().expect("a total"));
    let order = of.call("placeOrder", Method::POST, "/orders", "", Some(order)).await.json();
    let path = format!("/orders/{}", order["token"].as_str().expect("a token"));
    of.call("getOrder", Method::GET, &path, "", None).await;
    of.call("getOrderInvoice", Method::GET, &format!("{path}/invoice"), "", None).await;
    of.call("cancelOrder", Method::POST, &format!("{path}/cancel"), "", None).await;
    of.call("getOrderCreditNote", Method::GET, &format!("{path}/credit-note"), "", None).await;
    let search = json!({ "number": order["number"], "email": "ada@example.org" });
    of.call("findOrder", Method::POST, "/orders/find", "", Some(search)).await;

    // An order whose first payment was declined is paid again.
    let cart = of.call("createCart", Method::POST, "/carts", "", None).await.json();
    let id = cart["id"].as_str().expect("an id");
    let line = format!("/carts/{id}/lines/{KEYBOARD}");
    of.call("setCartLine", Method::PUT, &line, "", Some(json!({ "quantity": 1 }))).await;
    of.call("removeCartCode", Method::DELETE, &format!("/carts/{id}/code"), "", None).await;
    let mut order = api_order(id, "100.00");
    let payment = json!({ "account_number": order["account_number"], "pin": order["pin"] });
    order["pin"] = json!("314159");
    let declined = api_keyed(&world.app(), "/orders", "example-declined", &order).await;
    assert_eq!(declined.status, 402, "{}", declined.text);
    let token = declined.json()["order"]["token"].as_str().expect("a token").to_owned();
    of.call("payOrderAgain", Method::POST, &format!("/orders/{token}/payments"), "", Some(payment.clone())).await;

    // The bank's answers are lost, and it is not reached again: the order is being checked.
    for (id, declined) in [("placeOrder", false), ("payOrderAgain", true)] {
        let cart = api_cart(&world.app(), KEYBOARD, 1).await;
        let mut order = api_order(&cart, "100.00");
        let (path, body) = if declined {
            order["pin"] = json!("314159");
            let declined = api_keyed(&world.app(), "/orders", "example-unpaid", &order).await.json();
            (format!("/orders/{}/payments", declined["order"]["token"].as_str().expect("a token")), payment.clone())
        } else {
            ("/orders".to_owned(), order)
        };
        world.bank.then_on(CallKind::Purchase, Step::LoseReply);
        let checking = of.call(id, Method::POST, &path, "", Some(body)).await;
        assert_eq!(checking.status, 202, "{}", checking.text);
    }
    of.check(shop_site::openapi_spec(), concat!(env!("CARGO_MANIFEST_DIR"), "/src/api/examples.json"));
}
