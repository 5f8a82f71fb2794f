//! The documentation page and the committed specification.

use std::{fs, panic::catch_unwind};

use kit_web::{
    docs::{DocsOptions, ProblemDoc, docs_page, stylesheet},
    openapi::{canonical_spec, check_spec},
};
use serde_json::Value;

use crate::app;

fn page() -> String {
    let spec: Value = serde_json::from_str(&app::service().spec()).unwrap();
    let stylesheet_href = stylesheet().href("/docs.css");
    let options = DocsOptions {
        origin: "http://127.0.0.1:8080",
        spec_href: "/openapi.json",
        stylesheet_href: &stylesheet_href,
        home_href: "/",
        authentication: "Send `Authorization: Bearer KEY`.\n\nKeys are made on the page <Keys>.",
        problems: &[ProblemDoc { code: "insufficient-funds", status: 402, meaning: "Too poor; see `shortfall`." }],
    };
    docs_page(&spec, &options).unwrap()
}

#[test]
fn the_page_documents_every_operation() {
    let page = page();
    for part in [
        "Test bank",
        r#"<article id="post-api-v1-transfers">"#,
        "Makes a transfer",
        "The money moves at once; see <code>Problem</code>.",
        r#"<span class="method">POST</span> <code>/api/v1/transfers</code>"#,
        "Idempotency-Key",
        r##"<a href="#schema-NewTransfer">NewTransfer</a>"##,
        r#"<article id="schema-Money">"#,
        "The account that receives.",
        "at most 20 characters",
        "curl -X POST &#39;http://127.0.0.1:8080/api/v1/transfers&#39;",
        "Authorization: Bearer $TOKEN",
        "/api/v1/transfers/{id}",
        r#"<tr id="problem-insufficient-funds">"#,
        r#"<tr id="problem-payload-too-large">"#,
        "Send <code>Authorization: Bearer KEY</code>.",
    ] {
        assert!(page.contains(part), "{part:?} is not in the page:\n{page}");
    }
}

#[test]
fn the_page_needs_nothing_from_elsewhere_and_runs_nothing() {
    let page = page();
    for part in ["<script", "<style", " style=", " onclick", "<img", "//cdn", "https://"] {
        assert!(!page.contains(part), "{part:?} is in the page");
    }
    assert!(!page.contains("<Keys>"), "unescaped text");
}

#[test]
fn every_link_within_the_page_leads_somewhere() {
    let page = page();
    let targets: Vec<_> = page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(targets.len() > 10);
    for target in targets {
        assert_eq!(page.matches(&format!(r#"id="{target}""#)).count(), 1, "#{target}");
    }
}

#[test]
fn a_specification_has_one_form() {
    let one = canonical_spec(r#"{"b":{"y":1,"x":[{"d":1,"c":2}]},"a":"é"}"#);
    let other = canonical_spec("{ \"a\": \"\\u00e9\", \"b\": { \"x\": [ { \"c\": 2, \"d\": 1 } ], \"y\": 1 } }");
    assert_eq!(one, other);
    assert!(one.ends_with("}\n") && one.starts_with("{\n  \"a\""), "{one}");
}

#[test]
fn a_stale_specification_fails_with_a_hint() {
    let path = std::env::temp_dir().join(format!("kit-web-spec-{}.json", std::process::id()));
    fs::write(&path, canonical_spec(r#"{"a":1}"#)).unwrap();
    check_spec(&path, r#"{"a":1}"#);
    let failure = catch_unwind(|| check_spec(&path, r#"{"a":2}"#)).unwrap_err();
    let message = failure.downcast_ref::<String>().unwrap();
    assert!(message.contains("UPDATE_EXPECT=1") && message.lines().count() == 1, "{message}");
    fs::remove_file(&path).unwrap();
}
