//! What holds for every page: it renders, it is private, its forms are guarded.

use kit_web::testing::{Browser, call};
use poem::http::Method;
use poem::{Endpoint, Request};

use crate::bench::{App, Bench, PASSWORD, PIN};

/// A name that would break out of any page that forgets to escape.
const HOSTILE: &str = "\"><script>alert(1)</script>'{{ 7*7 }}";

/// Every page of the site, parameters filled in.
fn paths((number, payee, entry): &(String, String, String)) -> Vec<String> {
    let fill = |path: &str| {
        let path = path.replace(":number", number).replace("/payees/:id", &format!("/payees/{payee}"));
        let path = path.replace("/entries/:id", &format!("/entries/{entry}"));
        path.replace(":id", "01934b5e-0000-7000-8000-000000000001")
    };
    bank_site::page_paths().into_iter().map(fill).collect()
}

/// A customer whose every name would break out, the account's number, a payee's id, and an entry's.
async fn hostile(bench: &Bench) -> (Browser<'_, App>, (String, String, String)) {
    let mut browser = bench.browser();
    browser.get("/register").await;
    let fields = [("name", HOSTILE), ("email", "ada@example.org"), ("password", PASSWORD), ("pin", PIN)];
    let page = browser.submit("/register", &fields).await;
    let number = crate::bench::between(&page.text, "href=\"/accounts/", "\"").expect("a link").to_owned();
    browser.get("/accounts/new").await;
    assert_eq!(browser.post("/accounts/new", &[("name", "<b>Bold</b>"), ("pin", PIN)]).await.status, 303);
    browser.get("/payees").await;
    let fields = [("name", "<b>Grace</b>"), ("account_number", "240000000183")];
    let page = browser.submit("/payees", &fields).await;
    let payee = crate::bench::between(&page.text, "href=\"/payees/", "\"").expect("a link").to_owned();
    bench.fund(&number, "1.00");
    let page = browser.get(&format!("/accounts/{number}")).await;
    let entry = crate::bench::between(&page.text, "/entries/", "\"").expect("a link").to_owned();
    (browser, (number, payee, entry))
}

#[tokio::test]
async fn every_page_renders_and_escapes() {
    let bench = Bench::new();
    let (mut browser, world) = hostile(&bench).await;
    let mut stranger = bench.browser();
    let mut seen = 0;
    for path in paths(&world) {
        for answer in [stranger.get(&path).await, browser.get(&path).await] {
            assert!([200, 303, 405].contains(&answer.status), "{path}: {}", answer.status);
            // Files to take away are no pages.
            if answer.status == 200 && answer.header("content-type").starts_with("text/html") {
                seen += 1;
                assert!(answer.text.trim_end().ends_with("</html>"), "{path}: {}", answer.text);
                assert!(!answer.text.contains("<b>"), "{path}: {}", answer.text);
                // The one script is our own file, which the policy allows; nothing stands in the page itself.
                assert_eq!(answer.text.matches("<script").count(), 1, "{path}");
                assert!(answer.text.contains("<script type=\"module\" src=\"/bank.js?v="), "{path}");
                assert!(!answer.text.contains(" onclick") && !answer.text.contains(" style="), "{path}");
                assert_eq!(answer.header("cache-control"), "no-store", "{path}");
                let forms = answer.text.matches("method=\"post\"").count();
                assert_eq!(answer.text.matches("name=\"csrf\"").count(), forms, "{path}: {}", answer.text);
            }
        }
    }
    // Three for strangers (home, register, log in), fourteen for a customer, two (a forgotten password) for both.
    assert_eq!(seen, 21);
    let missing = browser.get("/nowhere").await;
    assert_eq!(missing.status, 404);
    assert!(missing.text.trim_end().ends_with("</html>"), "{}", missing.text);
}

#[tokio::test]
async fn no_unsafe_route_works_without_a_token() {
    let bench = Bench::new();
    let (browser, world) = hostile(&bench).await;
    let session = browser.cookie("__Host-bank-session").expect("a session").to_owned();
    let mut guarded = 0;
    for path in paths(&world) {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let request = || {
                Request::builder()
                    .method(method.clone())
                    .uri_str(&path)
                    .header("host", "site.test")
                    .header("sec-fetch-site", "same-origin")
                    .content_type("application/x-www-form-urlencoded")
            };
            let with_session = request().header("cookie", format!("__Host-bank-session={session}"));
            for request in [request().body("amount=1&key=12345678"), with_session.body("amount=1&key=12345678")] {
                let answer = call(&bench.app, request).await;
                if answer.status == 405 {
                    // Nothing behind this address takes the method: there is nothing to guard.
                    let allow = answer.header("allow");
                    assert!(!allow.is_empty() && !allow.contains(method.as_str()), "{method} {path}: {allow}");
                    continue;
                }
                guarded += 1;
                assert_eq!(answer.status, 403, "{method} {path}");
                assert!(answer.text.contains("This form was") || answer.text.contains("cookie"), "{method} {path}");
            }
        }
    }
    assert_eq!(guarded, 38, "nineteen addresses take a form, with and without a session");
}

#[tokio::test]
async fn pages_are_closed_to_strangers() {
    let bench = Bench::new();
    let (_, world) = hostile(&bench).await;
    let mut stranger = bench.browser();
    for path in paths(&world) {
        let answer = stranger.get(&path).await;
        let open = ["/", "/register", "/login", "/password/forgotten", "/password/new"].contains(&path.as_str());
        match answer.status {
            200 => assert!(open, "{path}"),
            303 => assert!(answer.header("location").starts_with("/login?next=/"), "{path}"),
            status => assert_eq!(status, 405, "{path}"),
        }
    }
}

#[tokio::test]
async fn the_stylesheet_is_small_and_kept() {
    let bench = Bench::new();
    let mut browser = bench.browser();
    // A browser's first page carries it; the pages after it link it.
    assert!(browser.get("/").await.text.contains("<style>"));
    let page = browser.get("/").await;
    let href = crate::bench::between(&page.text, "rel=\"stylesheet\" href=\"", "\"").expect("a stylesheet").to_owned();
    let sheet = call(&bench.app, Request::builder().uri_str(&href).finish()).await;
    assert_eq!((sheet.status, sheet.header("content-type")), (200, "text/css; charset=utf-8"));
    assert!(sheet.header("cache-control").contains("immutable"));
    let packed = Request::builder().uri_str(&href).header("accept-encoding", "gzip").finish();
    let packed = bench.app.call(packed).await.expect("a stylesheet");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let bytes = packed.into_body().into_bytes().await.expect("its bytes").len();
    assert!(bytes <= 15 * 1024, "{bytes} bytes");
}

#[tokio::test]
async fn a_visitor_whose_session_was_lost_gets_the_form_back_filled() {
    let bench = Bench::new();
    let mut browser = bench.browser();
    browser.get("/register").await;
    browser.clear_cookies();
    let fields = [("name", "Ada King"), ("email", "ada@example.org"), ("password", PASSWORD), ("pin", PIN)];
    let back = browser.post("/register", &fields).await;
    assert_eq!(back.status, 403, "{}", back.text);
    for part in ["Your session in this browser had ended", "Ada King", "ada@example.org"] {
        assert!(back.text.contains(part), "{part}: {}", back.text);
    }
    for secret in [PASSWORD, PIN] {
        assert!(!back.text.contains(&format!("\"{secret}\"")), "{secret} is typed again: {}", back.text);
    }
    assert_eq!(browser.post("/register", &fields).await.status, 303);
    browser.clear_cookies();
    let back =
        browser.post("/login", &[("email", "ada@example.org"), ("password", PASSWORD), ("next", "/profile")]).await;
    assert_eq!(back.status, 403);
    assert!(back.text.contains("ada@example.org") && !back.text.contains(&format!("\"{PASSWORD}\"")), "{}", back.text);
    let fields = [("email", "ada@example.org"), ("password", PASSWORD), ("next", "/profile")];
    assert_eq!(browser.post("/login", &fields).await.header("location"), "/profile");
}
