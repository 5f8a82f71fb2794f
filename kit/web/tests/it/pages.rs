//! What every page gets: error pages, headers, static files, and the guard against forged forms.

use kit_web::{
    ClientIp, Problem, ShellConfig,
    body::BodyLimits,
    shell,
    testing::{Answer, Browser, call},
};
use poem::{Endpoint, Request, Route, get, handler, http::Method, post};

use crate::app;

async fn fetch(request: Request) -> Answer {
    call(&app::app(), request).await
}

fn request(method: Method, path: &str) -> poem::RequestBuilder {
    Request::builder().method(method).uri(path.parse().unwrap()).header("host", "site.test")
}

#[tokio::test]
async fn errors_are_pages_outside_the_api() {
    for (path, status, words) in [
        ("/nowhere", 404, "Not found"),
        ("/apiary", 404, "Not found"),
        ("/teapot", 418, "Short and stout."),
        ("/bug", 500, "Something went wrong on our side"),
        ("/echo", 405, "Method not allowed"),
    ] {
        let answer = fetch(request(Method::GET, path).finish()).await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(answer.text.contains(words), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_page_says_which_methods_it_takes() {
    // Whoever asks: neither a token nor an origin comes into it.
    for (path, allow) in
        [("/shown", "GET, HEAD"), ("/form", "GET, HEAD, POST"), ("/echo", "POST"), ("/healthz", "GET, HEAD")]
    {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let taken = allow.split(", ").any(|allowed| allowed == method.as_str());
            let answer = fetch(request(method.clone(), path).finish()).await;
            let refused = (answer.status, answer.header("allow")) == (405, allow);
            assert_eq!(refused, !taken, "{method} {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    for path in ["/", "/nowhere", "/bug", "/site.css", "/healthz", "/api/v1/transfers/7", "/api/v1/nowhere"] {
        let answer = fetch(request(Method::GET, path).finish()).await;
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(policy.ends_with("form-action 'self'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "plain http: {path}");
        let caching = if path == "/site.css" { "public, no-cache" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), caching, "{path}");
    }
}

#[tokio::test]
async fn a_page_may_name_one_more_origin_for_its_forms() {
    let answer = fetch(request(Method::GET, "/checkout").finish()).await;
    let policy = answer.header("content-security-policy");
    assert!(policy.ends_with("form-action 'self' https://bank.example:8443"), "{policy}");
}

#[tokio::test]
async fn behind_a_tls_proxy_there_is_hsts_and_the_address_it_tells() {
    #[handler]
    fn who(client: ClientIp) -> String {
        client.0.to_string()
    }
    let ask = |behind_tls_proxy| async move {
        let config = ShellConfig { behind_tls_proxy, ..ShellConfig::new("test", app::error_page) };
        let app = shell(Route::new().at("/", get(who)), config);
        // The client wrote the first addresses itself; the proxy appended the last.
        let request = request(Method::GET, "/").header("x-forwarded-for", "192.0.2.9");
        call(&app, request.header("x-forwarded-for", "192.0.2.1, 198.51.100.7").finish()).await
    };
    let proxied = ask(true).await;
    assert!(proxied.header("strict-transport-security").starts_with("max-age=31536000"));
    assert_eq!(proxied.text, "198.51.100.7");
    let direct = ask(false).await;
    assert_eq!(direct.header("strict-transport-security"), "");
    assert_eq!(direct.text, "127.0.0.1");
}

#[tokio::test]
async fn static_files_are_revalidated_or_kept() {
    let first = fetch(request(Method::GET, "/site.css").finish()).await;
    assert_eq!((first.status, first.text.as_str()), (200, "body{}"));
    assert_eq!(first.header("content-type"), "text/css; charset=utf-8");
    let etag = first.header("etag").to_owned();
    let again = fetch(request(Method::GET, "/site.css").header("if-none-match", &etag).finish()).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(again.header("etag"), etag);
    let other = fetch(request(Method::GET, "/site.css").header("if-none-match", "\"other\"").finish()).await;
    assert_eq!(other.status, 200);
    let versioned = fetch(request(Method::GET, &app::asset().href("/site.css")).finish()).await;
    assert_eq!(versioned.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(versioned.header("set-cookie"), "");
}

#[tokio::test]
async fn a_form_of_our_own_page_is_accepted() {
    let app = app::app();
    let mut browser = Browser::new(&app);
    browser.get("/").await;
    let answer = browser.post("/echo", &[("word", "grün & blau")]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.text, "got grün & blau");
}

#[tokio::test]
async fn logging_in_or_out_makes_older_forms_void() {
    let app = app::app();
    let mut browser = Browser::new(&app);
    let before = browser.get("/").await;
    assert_eq!(browser.post("/login", &[]).await.status, 303);
    assert!(browser.cookie("__Host-test-session").is_some());
    assert_eq!(browser.post("/echo", &[("word", "stale")]).await.status, 403);
    let during = browser.get("/").await;
    assert_ne!(before.csrf(), during.csrf());
    assert_eq!(browser.post("/echo", &[("word", "fresh")]).await.status, 200);
    assert_eq!(browser.post("/logout", &[]).await.status, 303);
    assert!(browser.cookie("__Host-test-session").is_none());
    assert_eq!(browser.post("/echo", &[("word", "stale")]).await.status, 403);
}

/// A visitor with a cookie and the token of the page.
async fn visitor() -> (String, String) {
    let page = fetch(request(Method::GET, "/").finish()).await;
    let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
    (cookie, page.csrf().unwrap().to_owned())
}

fn form(cookie: &str, token: &str) -> Request {
    request(Method::POST, "/echo")
        .header("cookie", cookie)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("word=x&csrf={token}"))
}

#[tokio::test]
async fn where_a_form_comes_from_is_checked() {
    let (cookie, token) = visitor().await;
    let table: &[(&[(&'static str, &str)], u16)] = &[
        (&[("sec-fetch-site", "same-origin")], 200),
        (&[("sec-fetch-site", "none")], 200),
        // Another port of this host: our cookies are sent along.
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("sec-fetch-site", "anything")], 403),
        (&[("sec-fetch-site", "cross-site"), ("origin", "http://site.test")], 403),
        (&[("origin", "http://site.test")], 200),
        (&[("origin", "http://site.test:8081")], 403),
        (&[("origin", "https://site.test")], 403),
        (&[("origin", "https://evil.example")], 403),
        (&[("origin", "null")], 403),
        (&[], 200),
    ];
    for (headers, status) in table {
        let mut request = form(&cookie, &token);
        for (name, value) in *headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let answer = fetch(request).await;
        assert_eq!(answer.status, *status, "{headers:?}: {}", answer.text);
        assert_eq!(answer.text == "got x", *status == 200, "{headers:?}");
    }
}

#[tokio::test]
async fn the_token_must_belong_to_the_browser() {
    let (cookie, token) = visitor().await;
    let (other_cookie, other_token) = visitor().await;
    for (cookie, token, status) in [
        (cookie.as_str(), token.as_str(), 200),
        (&cookie, &other_token, 403),
        (&other_cookie, &token, 403),
        (&cookie, "", 403),
        (&cookie, &token[1..], 403),
        ("", &token, 403),
    ] {
        assert_eq!(fetch(form(cookie, token)).await.status, status, "{cookie} {token}");
    }
}

#[tokio::test]
async fn a_browser_without_cookies_is_told_what_to_do() {
    let (_, token) = visitor().await;
    let answer = fetch(form("", &token)).await;
    assert_eq!(answer.status, 403);
    assert!(answer.text.contains("did not send our cookie back"), "{}", answer.text);
}

#[tokio::test]
async fn every_unsafe_method_and_media_type_is_guarded() {
    let (cookie, token) = visitor().await;
    // What an address does not take is refused before the guard; an address whose methods are not known is guarded
    // whole.
    for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::from_bytes(b"PURGE").unwrap()] {
        for (path, status) in [("/echo", 405), ("/nowhere", 403)] {
            let answer = fetch(request(method.clone(), path).header("cookie", &cookie).finish()).await;
            assert_eq!(answer.status, status, "{method} {path}");
        }
    }
    assert_eq!(fetch(request(Method::POST, "/echo").header("cookie", &cookie).finish()).await.status, 403);
    let plain = request(Method::POST, "/echo").header("cookie", &cookie).header("content-type", "text/plain");
    assert_eq!(fetch(plain.body(format!("csrf={token}"))).await.status, 403);
    // A script of ours sends the token in a header; then the guard lets any media type through, and the handler judges.
    let script = request(Method::POST, "/echo").header("cookie", &cookie).header("x-csrf-token", &token);
    assert_eq!(fetch(script.finish()).await.status, 415);
}

#[tokio::test]
async fn the_api_knows_no_cookies_and_needs_no_token() {
    let answer =
        fetch(request(Method::POST, "/api/v1/transfers").header("sec-fetch-site", "cross-site").finish()).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn the_visitor_cookie_is_set_once_and_on_pages_only() {
    let app = app::app();
    let mut browser = Browser::new(&app);
    assert_eq!(browser.get("/site.css").await.header("set-cookie"), "");
    assert!(browser.get("/").await.header("set-cookie").starts_with("__Host-test-visitor="));
    assert_eq!(browser.get("/").await.header("set-cookie"), "");
}

#[tokio::test]
async fn bodies_are_capped_with_exceptions_by_path() {
    #[handler]
    fn size(body: Vec<u8>) -> String {
        body.len().to_string()
    }
    let config = ShellConfig {
        body_limits: BodyLimits { exceptions: vec![("/api/v1/upload", 40_000)], ..BodyLimits::default() },
        ..ShellConfig::new("test", app::error_page)
    };
    let routes = Route::new().at("/api/v1/upload", post(size)).at("/api/v1/other", post(size)).at("/page", post(size));
    let app = shell(routes, config);
    let send = async |path, bytes: usize| call(&app, request(Method::POST, path).body(vec![b'x'; bytes])).await;
    assert_eq!(send("/api/v1/upload", 40_000).await.text, "40000");
    assert_eq!(send("/api/v1/upload", 40_001).await.status, 413);
    assert_eq!(send("/api/v1/other", 16_385).await.status, 413);
    let page = send("/page", 16_385).await;
    assert_eq!((page.status, page.header("content-type")), (413, "text/html; charset=utf-8"));
}

#[tokio::test]
async fn health_is_told_without_reasons() {
    assert_eq!(fetch(request(Method::GET, "/healthz").finish()).await.text, "ok\n");
    let sick = fetch(request(Method::GET, "/sick").finish()).await;
    assert_eq!((sick.status, sick.text.as_str()), (503, "not ready\n"));
}

#[tokio::test]
async fn a_redirect_raised_as_an_error_stays_a_redirect() {
    #[handler]
    fn private() -> poem::Result<String> {
        let redirect = poem::IntoResponse::into_response(poem::web::Redirect::see_other("/login"));
        Err(poem::Error::from_response(redirect))
    }
    let app = shell(Route::new().at("/", get(private)), ShellConfig::new("test", app::error_page));
    let answer = Answer::of(app.get_response(request(Method::GET, "/").finish()).await).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/login"));
}

#[tokio::test]
async fn a_page_never_asks_for_a_password_in_a_window() {
    #[handler]
    fn private() -> poem::Result<String> {
        Err(Problem::unauthenticated().into())
    }
    let app = shell(Route::new().at("/", get(private)), ShellConfig::new("test", app::error_page));
    let answer = call(&app, request(Method::GET, "/").finish()).await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, ""));
}
