//! The documentation page and the committed specification.

use std::{fs, panic::catch_unwind};

use kit_web::{
    docs::{DocsOptions, docs_page, stylesheet},
    openapi::check_generated,
};
use serde_json::Value;

use crate::app;

fn page() -> String {
    let spec: Value = serde_json::from_str(&app::spec()).unwrap();
    let stylesheet_href = stylesheet().href("/docs.css");
    let options = DocsOptions {
        origin: "http://127.0.0.1:8080",
        spec_href: "/openapi.json",
        stylesheet_href: &stylesheet_href,
        home_href: "/",
        authentication: "Send `Authorization: Bearer KEY`.\n\nKeys are made on the page <Keys>.",
        problems: app::PROBLEMS,
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
        "Idempotency-Key: $(uuidgen)",
        r##"<a href="#problem-insufficient-funds">"##,
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
    let spec = app::spec();
    assert!(spec.ends_with("}\n") && spec.starts_with("{\n  \"components\""), "sorted, with a line for each member");
    let again: Value = serde_json::from_str(&spec).unwrap();
    assert_eq!(serde_json::to_string_pretty(&again).unwrap() + "\n", spec);
}

#[test]
fn a_stale_specification_fails_with_a_hint() {
    let path = std::env::temp_dir().join(format!("kit-web-spec-{}.json", std::process::id()));
    fs::write(&path, "{\"a\":1}\n").unwrap();
    check_generated(&path, "{\"a\":1}\n");
    let failure = catch_unwind(|| check_generated(&path, "{\"a\":2}\n")).unwrap_err();
    let message = failure.downcast_ref::<String>().unwrap();
    assert!(message.contains("UPDATE_EXPECT=1") && message.lines().count() == 1, "{message}");
    fs::remove_file(&path).unwrap();
}
