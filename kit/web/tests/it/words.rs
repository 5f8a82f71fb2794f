//! The language of a page, and pages that are compressed.

use std::io::Read as _;

use kit_core::Language;
use kit_web::pages::{self, Pages};
use kit_web::testing::{Browser, call};
use kit_web::words::{chosen, switch_language};
use kit_web::{CsrfToken, ShellConfig, Vocabulary, shell};
use poem::web::Html;
use poem::{Endpoint, Request, Response, handler};

fn words(language: Language) -> kit_web::Words<'static> {
    Vocabulary::of_the_kit().words(language, kit_core::Calendar::UTC)
}

#[handler]
fn home(request: &Request, csrf: CsrfToken) -> Html<String> {
    let said = words(chosen(request, "test")).say("close").to_string();
    let form = format!("<form method=\"post\"><input name=\"csrf\" value=\"{csrf}\"></form>");
    Html(format!("<h1>{said}</h1>{form}{}", "<p>Filling.</p>".repeat(100)))
}

fn app() -> impl Endpoint<Output = Response> + 'static {
    let (routes, table) = Pages::new().at("/", pages::show(home)).at("/language", switch_language("test")).finish();
    let config = ShellConfig {
        pages: table,
        compress_page: |path| path == "/",
        ..ShellConfig::new("test", |problem, language| words(language).problem(problem).0)
    };
    shell(routes, config)
}

fn asking(path: &str) -> poem::RequestBuilder {
    Request::builder().uri_str(path).header("host", "site.test")
}

#[tokio::test]
async fn a_page_speaks_the_language_that_was_chosen() {
    let app = app();
    let german = asking("/").header("accept-language", "de-AT,en;q=0.5").finish();
    assert!(call(&app, german).await.text.contains("Schließen"));
    let lost = asking("/nowhere").header("accept-language", "de").finish();
    assert_eq!(call(&app, lost).await.text, "Hier ist nichts");

    let mut browser = Browser::new(&app);
    assert!(browser.get("/").await.text.contains("Close"));
    let answer = browser.post("/language", &[("language", "de"), ("back", "/?page=2")]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/?page=2"));
    let cookie = answer.header("set-cookie");
    assert_eq!(cookie, "__Host-test-language=de; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax");
    assert!(browser.get("/").await.text.contains("Schließen"));
    for (language, back, status, location) in
        [("en", "https://evil.example/", 303, "/"), ("en", "//evil.example", 303, "/"), ("fr", "/", 400, "")]
    {
        let answer = browser.post("/language", &[("language", language), ("back", back)]).await;
        assert_eq!((answer.status, answer.header("location")), (status, location), "{language} {back}");
    }
}

#[tokio::test]
async fn pages_are_compressed_for_whoever_asks() {
    let app = app();
    let plain = app.call(asking("/").finish()).await.unwrap();
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), (None, Some("accept-encoding")));
    let packed = app.call(asking("/").header("accept-encoding", "br, gzip").finish()).await.unwrap();
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), (Some("gzip"), Some("accept-encoding")));
    let bytes = packed.into_body().into_vec().await.unwrap();
    assert!(bytes.len() < 600, "{} bytes", bytes.len());
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    assert!(text.starts_with("<h1>Close</h1>") && text.ends_with("</p>"), "{text}");
    let tiny = app.call(asking("/nowhere").header("accept-encoding", "gzip").finish()).await.unwrap();
    assert_eq!(tiny.header("content-encoding"), None, "a packet is not saved");
}

#[tokio::test]
async fn a_token_is_written_differently_on_every_page_and_stays_good() {
    let app = app();
    let mut browser = Browser::new(&app);
    let first = browser.get("/").await.csrf().unwrap().to_owned();
    let second = browser.get("/").await.csrf().unwrap().to_owned();
    assert_ne!(first, second);
    let cookie = browser.cookie("__Host-test-visitor").unwrap().to_owned();
    let send = |token: String| {
        let request = asking("/language").method(poem::http::Method::POST).header("sec-fetch-site", "same-origin");
        let request = request.header("cookie", format!("__Host-test-visitor={cookie}"));
        let request = request.content_type("application/x-www-form-urlencoded");
        call(&app, request.body(format!("csrf={token}&language=de&back=/")))
    };
    for token in [&first, &second] {
        assert_eq!(send(token.clone()).await.status, 303);
    }
    let mixed = format!("{}{}", &first[..64], &second[64..]);
    for token in [mixed, first[..64].to_owned(), first.to_uppercase(), String::new(), "0".repeat(128)] {
        assert_eq!(send(token.clone()).await.status, 403, "{token}");
    }
}
