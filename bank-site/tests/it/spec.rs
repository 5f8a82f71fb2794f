//! The specification: committed, complete, and shown on a page.

use kit_web::openapi::check_generated;
use kit_web::testing::call;
use poem::Request;
use serde_json::Value;

use crate::bench::Bench;

#[test]
fn the_committed_specification_is_the_generated_one() {
    check_generated(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/bank.json"), bank_site::openapi_spec());
}

#[test]
fn clients_get_good_names() {
    let spec: Value = serde_json::from_str(bank_site::openapi_spec()).expect("JSON");
    let mut names = Vec::new();
    for (path, operations) in spec["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no name"));
            assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{name}");
            names.push(name.to_owned());
        }
    }
    names.sort();
    assert_eq!(
        names,
        [
            "capturePayment",
            "changePassword",
            "changePin",
            "changeProfile",
            "closeAccount",
            "createPayment",
            "deposit",
            "downloadCamt052",
            "downloadCamt053",
            "downloadCsv",
            "downloadOfx",
            "downloadPdf",
            "endSession",
            "getAccount",
            "getDashboard",
            "getEntry",
            "getMe",
            "getPayee",
            "getPayment",
            "getSession",
            "listAccounts",
            "listBalances",
            "listEntries",
            "listPayees",
            "listPayments",
            "listSecurityEvents",
            "listSessions",
            "listSpending",
            "logIn",
            "logOut",
            "openAccount",
            "previewTransfer",
            "refundPayment",
            "registerCustomer",
            "removePayee",
            "renameAccount",
            "renamePayee",
            "requestPasswordReset",
            "resetPassword",
            "savePayee",
            "transfer",
            "voidPayment",
            "voidPaymentByKey",
            "withdraw",
        ]
    );
    let schemes = spec["components"]["securitySchemes"].as_object().expect("schemes");
    assert_eq!(schemes.keys().collect::<Vec<_>>(), ["customerToken", "merchantKey"]);
    for (name, schema) in spec["components"]["schemas"].as_object().expect("schemas") {
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let secret =
                ["pin", "password", "current_pin", "new_pin", "current_password", "new_password", "reset_token"];
            assert_eq!(secret.contains(&field.as_str()), property["writeOnly"] == true, "{name}.{field}");
        }
    }
}

#[tokio::test]
async fn it_is_served_and_documented_offline() {
    let bench = Bench::new();
    let get = async |path: &str| call(&bench.app, Request::builder().uri_str(path).finish()).await;
    let spec = get("/openapi.json").await;
    assert_eq!((spec.status, spec.text.as_str()), (200, bank_site::openapi_spec()));
    let page = get("/docs").await;
    assert_eq!(page.status, 200);
    for words in
        ["Create a payment", "Idempotency-Key", "id=\"problem-insufficient-funds\"", "bank-site create-merchant"]
    {
        assert!(page.text.contains(words), "{words}");
    }
    assert!(!page.text.contains("<script") && !page.text.contains("src=\"http"));
    assert_eq!(get("/docs.css").await.status, 200);
    assert_eq!(get("/healthz").await.text, "ok\n");
}
