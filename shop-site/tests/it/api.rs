//! The catalogue and carts by API.

use kit_web::testing::call;
use poem::Request;
use poem::http::Method;
use serde_json::{Value, json};

use crate::world::{KEYBOARD, World, api, api_cart};

#[tokio::test]
async fn products_are_listed_with_typed_facts() {
    let app = World::new().app();
    let list = api(&app, Method::GET, "/products?category=keyboards", None).await.json();
    assert_eq!(list["total"], 1);
    assert_eq!(
        list["products"][0],
        json!({
            "sku": "KB-1", "name": "Tern 87", "brand": "Fjordlight", "category": "keyboards",
            "price": "100.00", "currency": "EUR", "stock": 5, "description": "Quiet.",
            "specifications": [
                { "key": "keys", "label": "Keys", "kind": "number", "value": "87" },
                { "key": "wireless", "label": "Wireless", "kind": "flag", "value": "true" },
            ],
        })
    );
    assert!(list.get("next_cursor").is_none());
    let mouse = api(&app, Method::GET, "/products/MS-1", None).await.json();
    let weight = json!({ "key": "weight", "label": "Weight", "kind": "number", "value": "80", "unit": "g" });
    assert_eq!(mouse["specifications"][0], weight);
    let categories = api(&app, Method::GET, "/categories", None).await.json();
    assert_eq!(categories["categories"][1], json!({ "slug": "mice", "name": "Mice", "products": 1 }));
}

#[tokio::test]
async fn lists_are_narrowed_by_what_products_are() {
    let app = World::new().app();
    let narrowed = async |query: &str| api(&app, Method::GET, &format!("/products?{query}"), None).await.json();
    for (query, total) in [
        ("brand=Fjordlight", 1),
        ("brand=Fjordlight&brand=Brackwell", 2),
        ("brand=Nobody", 0),
        ("keys=80..90", 1),
        ("keys=88..&wireless=true", 0),
        ("wireless=true&price=..100&in_stock=true", 1),
        ("weight=80&weight=90&in_stock=false", 1),
    ] {
        assert_eq!(narrowed(query).await["total"], total, "{query}");
    }
    assert!(narrowed("brand=Fjordlight").await.get("facets").is_none(), "only where asked for");
    let facets = narrowed("brand=Fjordlight&facets=true").await["facets"].clone();
    assert_eq!(
        facets["brands"],
        json!([
            { "value": "Brackwell", "count": 1, "chosen": false },
            { "value": "Fjordlight", "count": 1, "chosen": true },
        ])
    );
    assert_eq!(facets["price"], json!({ "lowest": "100.00", "highest": "100.00" }));
    let mistyped = narrowed("q=fjordlihgt").await;
    assert_eq!((&mistyped["total"], &mistyped["suggestion"]), (&json!(1), &json!("fjordlight")));
}

#[tokio::test]
async fn products_are_suggested_compared_and_related() {
    let app = World::new().app();
    let get = async |path: &str| api(&app, Method::GET, path, None).await.json();
    let suggested = get("/products/suggestions?q=te").await;
    let name = json!([{ "text": "Tern", "marked": true }, { "text": " 87", "marked": false }]);
    assert_eq!(suggested["suggestions"], json!([{ "kind": "product", "id": "KB-1", "name": name }]));
    let comparison = get("/products/compare?sku=KB-1&sku=MS-1").await;
    assert_eq!(comparison["products"][1]["sku"], "MS-1");
    let weight =
        json!({ "key": "weight", "label": "Weight", "differs": true, "cells": [{}, { "value": "80", "unit": "g" }] });
    assert_eq!(comparison["rows"][2], weight);
    let related = get("/products/KB-1/related").await;
    assert_eq!((&related["similar"], &related["accessories"][0]["sku"]), (&json!([]), &json!("MS-1")));
}

#[tokio::test]
async fn parameters_are_checked_by_name() {
    let app = World::new().app();
    for (path, status, code, field) in [
        ("/products?limit=0", 400, "invalid-request", "limit"),
        ("/products?limit=101", 400, "invalid-request", "limit"),
        ("/products?limit=many", 400, "invalid-request", "limit"),
        ("/products?sort=backwards", 400, "invalid-fields", "sort"),
        ("/products?cursor=xyz", 400, "invalid-fields", "cursor"),
        ("/products?cursor=0-10", 400, "invalid-fields", "cursor"),
        ("/products?cursor=2-10&limit=20", 400, "invalid-fields", "cursor"),
        ("/products?weight=80&utm_source=letter", 400, "invalid-request", "utm_source"),
        ("/products?keys.x=1", 400, "invalid-request", "keys.x"),
        ("/products?weight=lots", 400, "invalid-fields", "weight"),
        ("/products?wireless=yes", 400, "invalid-fields", "wireless"),
        ("/products?price=500..100", 400, "invalid-fields", "price"),
        ("/products?in_stock=1", 400, "invalid-request", "in_stock"),
        ("/products?sort=price&sort=name", 400, "invalid-request", "sort"),
        ("/categories?limit=1", 400, "invalid-request", "limit"),
        ("/products?category=nothing", 404, "category-not-found", ""),
        ("/products?category=NOT%20ONE", 404, "category-not-found", ""),
        ("/products/NONE", 404, "product-not-found", ""),
        ("/products/NONE/related", 404, "product-not-found", ""),
        ("/products/KB-1/related?limit=21", 400, "invalid-request", "limit"),
        ("/products/suggestions", 400, "invalid-request", "q"),
        ("/products/suggestions?q=a&limit=0", 400, "invalid-request", "limit"),
        ("/products/compare", 400, "invalid-request", "sku"),
        ("/products/compare?sku=KB-1", 400, "invalid-request", "sku"),
        ("/products/compare?sku=KB-1&sku=KB-1", 400, "invalid-request", "sku"),
        ("/products/compare?sku=KB-1&sku=NONE", 404, "product-not-found", ""),
        ("/products/compare?sku=KB-1&sku=%20", 404, "product-not-found", ""),
        ("/products/%2e%2e", 404, "product-not-found", ""),
        ("/carts/abc", 404, "cart-not-found", ""),
        ("/orders/abc", 404, "order-not-found", ""),
        ("/nowhere", 404, "not-found", ""),
    ] {
        let answer = api(&app, Method::GET, path, None).await;
        let problem = answer.json();
        assert_eq!(answer.status, status, "{path}: {problem}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(problem["code"], code, "{path}");
        assert_eq!(problem["field"].as_str().unwrap_or_default(), field, "{path}");
    }
    let wrong_method = api(&app, Method::DELETE, "/products", None).await;
    assert_eq!((wrong_method.status, wrong_method.header("allow")), (405, "GET, HEAD"));
}

#[tokio::test]
async fn a_cart_is_made_filled_changed_and_emptied() {
    let app = World::new().app();
    let made = api(&app, Method::POST, "/carts", None).await;
    assert_eq!(made.status, 201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 64);
    let empty = api(&app, Method::GET, &format!("/carts/{id}"), None).await.json();
    let nothing = json!({
        "id": id, "lines": [], "units": 0, "goods": "0.00", "shipping": [], "total": "0.00", "currency": "EUR",
    });
    assert_eq!(empty, nothing);
    let line = format!("/carts/{id}/lines/{KEYBOARD}");
    let cart = api(&app, Method::PUT, &line, Some(&json!({ "quantity": 2 }))).await.json();
    assert_eq!((&cart["total"], &cart["units"]), (&json!("200.00"), &json!(2)));
    assert_eq!(cart["lines"][0]["unit_price"], "100.00");
    let cart = api(&app, Method::DELETE, &line, None).await.json();
    assert_eq!(cart["lines"], json!([]));
    assert_eq!(api(&app, Method::DELETE, &line, None).await.status, 200, "a line that is not there is no error");
}

#[tokio::test]
async fn quantities_are_whole_numbers_in_range() {
    let app = World::new().app();
    let cart = api_cart(&app, KEYBOARD, 1).await;
    let path = format!("/carts/{cart}/lines/{KEYBOARD}");
    let huge: Value = serde_json::from_str("123456789012345678901234567890").unwrap();
    for quantity in
        [json!(0), json!(-1), json!(100), huge, json!(1.5), json!("2"), json!(true), json!([1]), Value::Null]
    {
        let answer = api(&app, Method::PUT, &path, Some(&json!({ "quantity": quantity }))).await;
        assert_eq!(answer.status, 400, "{quantity}: {}", answer.text);
        assert_eq!(answer.json()["field"], "quantity", "{quantity}: {}", answer.text);
    }
    for body in [json!({}), json!({ "quantity": 1, "extra": 2 }), json!([]), json!("x")] {
        assert_eq!(api(&app, Method::PUT, &path, Some(&body)).await.status, 400, "{body}");
    }
    let bad = Request::builder()
        .method(Method::PUT)
        .uri(format!("/api/v1{path}").parse().unwrap())
        .content_type("application/json")
        .body("{\"quantity\": 1, \"quantity\": 2}");
    assert_eq!(call(&app, bad).await.status, 400, "a repeated member");
    let cart = api(&app, Method::GET, &format!("/carts/{cart}"), None).await.json();
    assert_eq!(cart["units"], 1, "nothing was changed");
}

#[tokio::test]
async fn shortages_are_told_line_by_line() {
    let app = World::new().app();
    let cart = api_cart(&app, KEYBOARD, 1).await;
    let answer = api(&app, Method::PUT, &format!("/carts/{cart}/lines/KB-1"), Some(&json!({ "quantity": 6 }))).await;
    assert_eq!(answer.status, 409);
    let problem = answer.json();
    assert_eq!(problem["code"], "out-of-stock");
    assert_eq!(problem["lines"], json!([{ "sku": "KB-1", "name": "Tern 87", "wanted": 6, "available": 5 }]));
    let unknown = api(&app, Method::PUT, &format!("/carts/{cart}/lines/NONE"), Some(&json!({ "quantity": 1 }))).await;
    assert_eq!((unknown.status, unknown.json()["code"].clone()), (404, json!("product-not-found")));
}

#[tokio::test]
async fn the_calls_on_the_documentation_page_are_addresses() {
    let docs = call(&World::new().app(), Request::builder().uri_str("/docs").finish()).await.text;
    let addresses: Vec<&str> = docs.split("&#39;http").skip(1).filter_map(|rest| rest.split("&#39;").next()).collect();
    assert!(addresses.len() > 15, "{addresses:?}");
    for address in addresses {
        assert!(!address.contains([' ', '{', '}']), "{address}");
    }
}
