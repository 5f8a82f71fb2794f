//! Compressed pages, to browsers that can read them.
//!
//! A compressed answer that repeats a stranger's text beside a secret tells the secret by its length (BREACH). So a site
//! names the pages that hold none: the CSRF token, which every form has, is masked anew each time and tells nothing.
//! Pages with balances, orders or addresses go as they are, and so does the API. Pictures are compressed always.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use poem::{
    Endpoint, IntoEndpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, Method, StatusCode, header},
};

/// Below this a packet is not saved.
const WORTH_IT: usize = 1_024;

/// Compresses the pages of `app` whose paths `pages` names, and its pictures.
pub(crate) fn compressed<E: IntoEndpoint>(app: E, pages: fn(&str) -> bool) -> impl Endpoint<Output = Response> {
    Compressed { inner: app.into_endpoint(), pages }
}

struct Compressed<E> {
    inner: E,
    pages: fn(&str) -> bool,
}

impl<E: Endpoint> Endpoint for Compressed<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let named = (self.pages)(request.uri().path());
        let wanted = accepts_gzip(&request) && request.method() != Method::HEAD;
        let mut response = self.inner.call(request).await?.into_response();
        let kind = response.content_type().unwrap_or_default();
        let page = kind.starts_with("text/html");
        if !(page && named || kind.starts_with("image/svg+xml")) {
            return Ok(response);
        }
        let taken = response.headers().contains_key(header::CONTENT_ENCODING);
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
        if !wanted || taken || response.status() == StatusCode::NOT_MODIFIED {
            return Ok(response);
        }
        // Pages are made whole before they are sent; nothing here streams.
        let plain = response.take_body().into_vec().await?;
        match gzip(&plain) {
            Some(packed) if plain.len() >= WORTH_IT && packed.len() < plain.len() => {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                response.headers_mut().remove(header::CONTENT_LENGTH);
                // Another representation of the same: a strong tag would be a lie.
                if let Some(tag) = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok())
                    && let Ok(weak) = HeaderValue::try_from(format!("W/{}", tag.trim_start_matches("W/")))
                {
                    response.headers_mut().insert(header::ETAG, weak);
                }
                response.set_body(packed);
            }
            _ => response.set_body(plain),
        }
        Ok(response)
    }
}

/// Whether a client takes gzip (RFC 9110, 12.5.3): named, and not with a quality of nothing.
pub(crate) fn accepts_gzip(request: &Request) -> bool {
    let header = request.header(header::ACCEPT_ENCODING).unwrap_or_default();
    header.split(',').any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = quality.trim().strip_prefix("q=").is_some_and(|quality| quality.parse::<f32>() == Ok(0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::new(5));
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_gzip() {
        let check = |value: &str, takes| {
            let request = Request::builder().header("accept-encoding", value).finish();
            assert_eq!(accepts_gzip(&request), takes, "{value}");
        };
        check("gzip, deflate, br", true);
        check("br;q=1.0, GZIP;q=0.5", true);
        check("gzip;q=0", false);
        check("gzip; q=0.0", false);
        check("br", false);
        check("", false);
    }
}
