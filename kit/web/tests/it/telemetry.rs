//! Logs hold one line a request and nothing secret.

use std::{
    borrow::Cow,
    io,
    sync::{Arc, Mutex},
};

use kit_web::{LogFormat, ShellConfig, shell, telemetry::one_line, testing::call};
use poem::{Request, http::Method};
use tracing_subscriber::fmt::MakeWriter;

use crate::app;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn redact(path: &str) -> Cow<'_, str> {
    match path.strip_prefix("/orders/") {
        Some(_) => "/orders/***".into(),
        None => path.into(),
    }
}

#[tokio::test]
async fn a_request_is_one_line_without_secrets() {
    let captured = Captured::default();
    let lines =
        tracing_subscriber::fmt().with_writer(captured.clone()).with_ansi(false).with_max_level(tracing::Level::TRACE);
    let _guard = tracing::subscriber::set_default(lines.finish());
    let app = shell(app::routes(), ShellConfig { redact_path: redact, ..app::config() });
    let request = Request::builder()
        .method(Method::POST)
        .uri("/orders/849271?pin=849271".parse().unwrap())
        .header("cookie", "__Host-test-session=849271")
        .header("authorization", "Bearer 849271")
        .header("x-request-id", "849271")
        .body("pin=849271");
    let answer = call(&app, request).await;
    assert_eq!(answer.status, 403);
    let bad = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/transfers?pin=849271".parse().unwrap())
        .header("authorization", "Bearer 849271")
        .header("content-type", "application/json")
        .header("idempotency-key", "849271")
        .body(r#"{"pin":849271,"to":{"849271":849271}}"#);
    assert_eq!(call(&app, bad).await.status, 400);
    let log = captured.text();
    assert_eq!(log.lines().count(), 2, "{log}");
    assert!(!log.contains("849271"), "{log}");
    for part in ["method=POST", "path=\"/orders/***\"", "status=403", "site=\"test\"", answer.header("x-request-id")] {
        assert!(log.lines().next().unwrap().contains(part), "{part} is not in {log}");
    }
}

#[tokio::test]
async fn an_encoded_path_is_masked_as_well() {
    for path in
        ["/%6frders/849271", "/orders%2F849271", "/%6Frders/%38%349271", "/orders%252f849271", "/%256frders/849271%"]
    {
        let captured = Captured::default();
        let lines = tracing_subscriber::fmt().with_writer(captured.clone()).with_ansi(false);
        let _guard = tracing::subscriber::set_default(lines.finish());
        let app = shell(app::routes(), ShellConfig { redact_path: redact, ..app::config() });
        call(&app, Request::builder().uri(path.parse().unwrap()).finish()).await;
        let log = captured.text();
        assert!(log.contains("path=\"/orders/***\"") && !log.contains("9271"), "{path}: {log}");
    }
}

#[tokio::test]
async fn a_path_is_logged_as_it_reads_and_on_one_line() {
    let captured = Captured::default();
    let lines = tracing_subscriber::fmt().with_writer(captured.clone()).with_ansi(false);
    let _guard = tracing::subscriber::set_default(lines.finish());
    let app = shell(app::routes(), app::config());
    call(&app, Request::builder().uri("/m%C3%A4use%0AERROR%zz%ff%".parse().unwrap()).finish()).await;
    let log = captured.text();
    assert!(log.contains("/mäuse\\") && log.contains("nERROR%zz\u{fffd}%"), "{log}");
    assert_eq!(log.lines().count(), 1, "{log}");
}

#[tokio::test]
async fn the_cause_of_an_error_of_ours_is_logged_with_the_request_id() {
    let captured = Captured::default();
    let lines = tracing_subscriber::fmt().with_writer(captured.clone()).with_ansi(false);
    let _guard = tracing::subscriber::set_default(lines.finish());
    let request = Request::builder().uri("/api/v1/broken".parse().unwrap()).finish();
    let answer = call(&app::app(), request).await;
    let log = captured.text();
    let line = log.lines().find(|line| line.contains("SECRET-CAUSE")).expect("the cause");
    assert!(line.contains(answer.header("x-request-id")), "{line}");
}

#[test]
fn nobody_can_forge_a_line() {
    assert_eq!(one_line("plain text, ümlaut"), "plain text, ümlaut");
    assert_eq!(one_line("a\r\nERROR b\u{1b}[31m"), "a\\r\\nERROR b\\u{1b}[31m");
}

#[test]
fn log_formats_have_names() {
    assert_eq!("json".parse::<LogFormat>(), Ok(LogFormat::Json));
    assert_eq!("text".parse::<LogFormat>(), Ok(LogFormat::Text));
    assert!("xml".parse::<LogFormat>().is_err());
}
