//! Which language a visitor is spoken to in: the one chosen on a page, or else the browser's, or else the first.

use std::time::Duration;

use kit_core::Language;
use poem::http::header;
use poem::web::Data;
use poem::{EndpointExt, Request, Response, Result, handler};

use crate::Problem;
use crate::cookies::HostCookie;
use crate::forms::FormData;
use crate::pages::{Page, go, send};

/// How long a choice is kept.
const KEPT: Duration = Duration::from_secs(365 * 86_400);

fn cookie(site: &str) -> HostCookie {
    HostCookie::new(site, "language")
}

/// The language that `site` answers this request in.
pub fn chosen(request: &Request, site: &str) -> Language {
    let kept = cookie(site).read(request).and_then(Language::parse);
    kept.or_else(|| accepted(request.header(header::ACCEPT_LANGUAGE).unwrap_or_default())).unwrap_or_default()
}

/// The best of `Accept-Language` (RFC 9110, 12.5.4) that we speak. Of equals the first.
fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(u16, Language)> = None;
    // More than a browser ever sends; a bound on what strangers make us read.
    for range in header.split(',').take(32) {
        let mut parts = range.split(';');
        let Some(language) = parts.next().and_then(Language::parse) else { continue };
        let quality = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1_000, thousandths);
        if quality > best.map_or(0, |(quality, _)| quality) {
            best = Some((quality, language));
        }
    }
    best.map(|(_, language)| language)
}

/// `0.8` as 800. What is no quality is none.
fn thousandths(quality: &str) -> u16 {
    match quality.trim().parse::<f32>() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000 after the check")]
        Ok(quality) if (0.0..=1.0).contains(&quality) => (quality * 1_000.0) as u16,
        _ => 0,
    }
}

/// Where the choice is sent, by a form with `language` and `back`: it is remembered, and the browser led back to the
/// page. `routes.at("/language", switch_language("shop"))`.
pub fn switch_language(site: &'static str) -> Page {
    send(switch.data(Site(site)))
}

#[derive(Clone, Copy)]
struct Site(&'static str);

#[handler]
fn switch(site: Data<&Site>, form: FormData) -> Result<Response> {
    let Some(language) = Language::parse(form.text("language")) else {
        return Err(Problem::bad_request("There is no such language here.").into());
    };
    let mut response = go(local(form.get("back")).unwrap_or("/"));
    cookie(site.0.0).keep(&mut response, language.code(), KEPT);
    Ok(response)
}

/// A path of our own, and of nobody else: a browser takes `//host` and `/\host` for another site.
fn local(path: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    let ours = path.starts_with('/') && !path.starts_with("//") && path.bytes().all(plain) && path.len() <= 2_000;
    ours.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_say_what_they_would_like() {
        let check = |header: &str, language| assert_eq!(accepted(header), language, "{header}");
        check("", None);
        check("de", Some(Language::German));
        check("de-DE,de;q=0.9,en;q=0.8", Some(Language::German));
        check("en;q=0.5, de;q=0.7", Some(Language::German));
        check("fr, en;q=0.5", Some(Language::English));
        check("fr, es;q=0.5", None);
        check("de;q=0", None);
        check("de;q=nonsense, en;q=0.1", Some(Language::English));
        check(&"de,".repeat(5_000), Some(Language::German));
    }

    #[test]
    fn the_way_back_stays_here() {
        for path in ["/", "/products?q=a&page=2", "/orders/abc"] {
            assert_eq!(local(path), Some(path));
        }
        for path in ["", "products", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/ü", "/\n"]
        {
            assert_eq!(local(path), None, "{path}");
        }
    }
}
