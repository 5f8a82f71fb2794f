//! The committed contract is the generated one.

use kit_web::openapi::check_generated;
use serde_json::Value;

#[test]
fn the_committed_contract_is_the_generated_one() {
    check_generated(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/shop.json"), shop_site::openapi_spec());
}

#[test]
fn every_operation_has_its_name() {
    let spec: Value = serde_json::from_str(shop_site::openapi_spec()).unwrap();
    let mut names: Vec<String> = spec["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|operations| operations.as_object().unwrap().values())
        .map(|operation| operation["operationId"].as_str().expect("an operation id").to_owned())
        .collect();
    names.sort();
    let expected = [
        "cancelOrder",
        "compareProducts",
        "createCart",
        "findOrder",
        "getCart",
        "getOrder",
        "getOrderCreditNote",
        "getOrderInvoice",
        "getProduct",
        "listCategories",
        "listProducts",
        "listRelatedProducts",
        "listShippingOffers",
        "payOrderAgain",
        "placeOrder",
        "removeCartCode",
        "removeCartLine",
        "setCartCode",
        "setCartLine",
        "suggestProducts",
    ];
    assert_eq!(names, expected);
    let quantity = &spec["components"]["schemas"]["LineQuantity"]["properties"]["quantity"];
    assert_eq!(quantity["maximum"], shop_core::MAX_QUANTITY, "the contract and the rule agree");
}
