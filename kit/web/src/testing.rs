//! A browser and an API client that call an app without a port. Feature `testing`.
//!
//! ```
//! # use kit_web::{ShellConfig, shell, testing::Browser};
//! # use poem::{Route, get, handler, web::Html};
//! # #[handler]
//! # fn home() -> Html<&'static str> { Html("<h1>Welcome</h1>") }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let app = shell(Route::new().at("/", get(home)), ShellConfig::new("bank", |problem, _| problem.title.to_string()));
//! let mut browser = Browser::new(&app);
//! assert!(browser.get("/").await.text.contains("Welcome"));
//! assert_eq!(browser.get("/nowhere").await.status, 404);
//! # }
//! ```

mod contract;
mod examples;
mod words;

use std::{collections::BTreeMap, fmt::Write as _};

use poem::{
    Endpoint, Request, Response,
    http::{HeaderMap, Method, header},
};
use serde_json::Value;

pub use contract::Watched;
pub use examples::Recorder;
pub use words::{check_words, unmarked};

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; of a file that is no text, what of it is UTF-8.
    pub text: String,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads a response.
    ///
    /// # Panics
    /// When the body cannot be read.
    pub async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.into_vec().await.expect("a readable body");
        let text = String::from_utf8_lossy(&body).into_owned();
        Self { status: parts.status.as_u16(), headers: parts.headers, text, body }
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {:?}", self.text))
    }

    /// The token in the first form of the page.
    pub fn csrf(&self) -> Option<&str> {
        let (_, rest) = self.text.split_once("name=\"csrf\" value=\"")?;
        rest.split_once('"').map(|(token, _)| token)
    }
}

/// Calls `app` once.
pub async fn call(app: &impl Endpoint, request: Request) -> Answer {
    Answer::of(app.get_response(request).await).await
}

/// A request as an API client sends it.
///
/// # Panics
/// When `path` is not a valid path.
pub fn api_request(method: Method, path: &str, bearer: Option<&str>, body: Option<&Value>) -> Request {
    let mut request = Request::builder().method(method).uri(path.parse().expect("a valid path"));
    if let Some(token) = bearer {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    match body {
        Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(body.to_string()),
        None => request.finish(),
    }
}

/// A browser without scripts: it keeps cookies, and sends forms with the token of the page it saw last.
pub struct Browser<'a, E> {
    app: &'a E,
    cookies: BTreeMap<String, String>,
    csrf: Option<String>,
}

impl<'a, E: Endpoint> Browser<'a, E> {
    /// A browser that has never been here.
    pub fn new(app: &'a E) -> Self {
        Self { app, cookies: BTreeMap::new(), csrf: None }
    }

    /// Opens a page. Redirects are answered, not followed.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Opens a page and follows redirects within the site.
    ///
    /// # Panics
    /// After ten redirects.
    pub async fn visit(&mut self, path: &str) -> Answer {
        let answer = self.get(path).await;
        self.follow(answer).await
    }

    /// Sends a form with the token of the page seen last.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = String::new();
        if let Some(token) = &self.csrf {
            let _ = write!(form, "csrf={token}");
        }
        for (name, value) in fields {
            let _ = write!(form, "&{}={}", encode(name), encode(value));
        }
        self.send(Method::POST, path, Some(form)).await
    }

    /// Sends a form and follows the redirect.
    ///
    /// # Panics
    /// After ten redirects.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, fields).await;
        self.follow(answer).await
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Forgets all cookies.
    pub fn clear_cookies(&mut self) {
        self.cookies.clear();
    }

    async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            let location = answer.header("location").to_owned();
            if !(300..400).contains(&answer.status) || !location.starts_with('/') {
                return answer;
            }
            answer = self.get(&location).await;
        }
        panic!("redirected in circles");
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<String>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path.parse().expect("a valid path"))
            .header(header::HOST, "site.test")
            .header("sec-fetch-site", "same-origin");
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let request = match form {
            Some(form) => request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form),
            None => request.finish(),
        };
        let answer = call(self.app, request).await;
        self.take_cookies(&answer);
        if let Some(token) = answer.csrf() {
            self.csrf = Some(token.to_owned());
        }
        answer
    }

    /// As browsers do with `__Host-` cookies: without Secure and Path=/ a line is ignored.
    fn take_cookies(&mut self, answer: &Answer) {
        for line in answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok()) {
            let mut parts = line.split("; ");
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            let attributes: Vec<_> = parts.collect();
            if !attributes.contains(&"Secure") || !attributes.contains(&"Path=/") {
                continue;
            }
            if attributes.contains(&"Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
